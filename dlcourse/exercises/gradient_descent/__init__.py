"""Lab 05, gradient_descent: from one step downhill to a race of optimizers."""

from . import adam, adaptive, descend, largest_stable_lr, one_epoch, race, schedule, sgd

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        descend,
        largest_stable_lr,
        one_epoch,
        sgd,
        adaptive,
        adam,
        schedule,
        race,
    )
)
