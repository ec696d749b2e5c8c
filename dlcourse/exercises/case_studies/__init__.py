"""Lab 15, case studies: grades, votes, pairs, prevalence, fine labels, readers, double reading."""

from . import (
    coarse_log_probs,
    double_reading,
    majority,
    paired_interval,
    prior_shift,
    reader_f1,
    vote_loss,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        majority,
        vote_loss,
        paired_interval,
        prior_shift,
        coarse_log_probs,
        reader_f1,
        double_reading,
    )
)
