"""Tools that open a trained network, and ask what in an image speaks for a class.

Where in the image: ``saliency`` and ``gradient_times_input`` ask the gradient,
``guided_backpropagation`` and ``deconvnet`` bend it at every ReLU, ``occlusion`` covers one place
after the other, ``grad_cam`` weighs the maps of one layer. What a unit looks for:
``activation_maps``, ``top_crops``, ``ascend``. Whether a tool can be trusted: ``randomized`` makes
the network forget, ``rank_correlation``, ``share_inside`` and ``peak_inside`` score a map.

None of them shows what was not learned, and none is evidence by itself.
"""

from .activation_maps import activation_maps
from .ascent import ascend
from .backward_rules import deconvnet, guided_backpropagation
from .grad_cam import grad_cam
from .known_truth import peak_inside, rank_correlation, share_inside
from .occlusion import occlusion, per_pixel
from .randomize import randomized
from .saliency import gradient_times_input, saliency
from .top_crops import top_crops
