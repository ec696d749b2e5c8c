"""Networks with a name, in torch, and what can be said of a network before it is trained.

A network each: ``lenet`` (1989 and 5), ``alexnet``, ``vgg``, ``inception``, ``resnet`` and
``densenet``; for a class at every pixel ``fcn`` and ``unet``, for what is near and far
``two_paths``. ``counting`` has weights, multiply-adds and activations, layer by layer;
``receptive_field`` how far one output sees, and how far it looks; ``normalization`` what
AlexNet did between its layers. Inside ``with torch.device("meta"):`` a network is built
without memory, which is enough to count it.
"""

from .alexnet import AlexNet
from .counting import (
    LayerCount,
    count_activations,
    count_layers,
    count_macs,
    count_parameters,
)
from .densenet import DenseNet121
from .fcn import FCN
from .inception import InceptionV3
from .lenet import LeNet5, LeNet1989
from .normalization import local_response_norm
from .receptive_field import ReceptiveField, effective_receptive_field, receptive_field
from .resnet import ResNet
from .two_paths import TwoPaths
from .unet import UNet
from .vgg import VGG
