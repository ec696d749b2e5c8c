"""Interactive figures: drawn anew by the library at every move of a slider."""

from dlcourse.wording import counted, rounded

from .explore import explore
