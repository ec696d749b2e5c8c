"""Networks with a name, in torch, and what can be said of a network before it is trained.

``counting`` has weights and multiply-adds, layer by layer; ``receptive_field`` how far one
output sees; ``lenet`` and ``alexnet`` a network each.
"""

from .alexnet import AlexNet
from .counting import LayerCount, count_layers, count_macs, count_parameters
from .lenet import LeNet5
from .receptive_field import ReceptiveField, receptive_field
