"""Lab 11, transfer learning: what to draw, freeze, load, and what is then forgotten."""

from . import (
    few_per_class,
    forgetting,
    freeze,
    load_matching,
    mirror,
    parameter_groups,
    prototype_distances,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        few_per_class,
        load_matching,
        freeze,
        parameter_groups,
        prototype_distances,
        forgetting,
        mirror,
    )
)
