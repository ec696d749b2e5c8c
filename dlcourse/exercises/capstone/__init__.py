"""Lab 19, capstone: a study from its table and pictures to its report, each step checked."""

from . import (
    cheapest_threshold,
    gain_interval,
    model_card,
    patient_labels,
    person_loss,
    same_person,
    site_map,
    split_people,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        same_person,
        patient_labels,
        split_people,
        site_map,
        person_loss,
        cheapest_threshold,
        gain_interval,
        model_card,
    )
)
