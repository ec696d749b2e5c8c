"""Tools that open a trained network, and ask what in an image speaks for a class.

``saliency`` asks the gradient, ``occlusion`` covers one place after the other, ``grad_cam``
weighs the maps of one layer. None of them shows what was not learned, and none is evidence
by itself: try each on a network with random weights as well.
"""

from .grad_cam import grad_cam
from .occlusion import occlusion
from .saliency import saliency
