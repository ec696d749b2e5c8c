"""Figures of the course: one palette, labelled axes, alt text kept with the picture."""

from . import diagrams, patients
from .picture import Picture, show
from .style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW, subplots
