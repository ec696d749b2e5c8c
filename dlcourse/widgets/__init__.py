"""Interactive figures: drawn anew by the library at every move of a slider."""

from .explore import explore
from .words import counted, rounded
