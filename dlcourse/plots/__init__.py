"""Figures of the course: one palette, labelled axes, alt text kept with the picture.

Functions that draw into given axes return the sentence for the alt text; those that need a
figure of their own return both, (figure, sentence).
"""

from . import diagrams, heat, patients
from .activations import activation_histograms
from .boundaries import decision_boundary
from .curves import learning_curves
from .graphs import computation_graph
from .grids import feature_maps, kernel_grid
from .networks import network_diagram
from .paths import path_1d, path_2d
from .picture import Picture, show
from .style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, subplots
from .written import numbers
