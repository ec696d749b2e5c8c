"""Lab 07, training_loop: batches, epochs, when to stop, what to keep, and four sick runs."""

from . import (
    class_weights,
    early_stop,
    keep_best,
    log_uniform,
    minibatches,
    rescue,
    sensitivity,
    train_epoch,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        minibatches,
        train_epoch,
        early_stop,
        keep_best,
        log_uniform,
        class_weights,
        sensitivity,
        rescue,
    )
)
