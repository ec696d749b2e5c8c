"""Lab 01, learning_from_data: a baseline, a line three ways, a classifier, an honest split."""

from . import (
    gaussian_log_joint,
    gradient_step,
    majority_class,
    ols,
    scan,
    split_by_patient,
    train_val_test_split,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        majority_class,
        ols,
        scan,
        gradient_step,
        gaussian_log_joint,
        train_val_test_split,
        split_by_patient,
    )
)
