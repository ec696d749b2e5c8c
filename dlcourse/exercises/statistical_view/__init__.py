"""Lab 17, a statistical view: models under two names, and what each assumes."""

from . import (
    additive_net,
    gp_posterior,
    least_norm,
    mc_dropout,
    newton_logistic,
    shuffle_pixels,
    smallest_p,
    standard_errors,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        newton_logistic,
        standard_errors,
        smallest_p,
        shuffle_pixels,
        additive_net,
        gp_posterior,
        mc_dropout,
        least_norm,
    )
)
