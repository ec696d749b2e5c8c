"""Lab 14, evaluation: what an alarm is worth, where to set it off, and how sure one may be."""

from . import crps_loss, operating_point, patient_interval, ppv, roc_auc, temperature

EXERCISES = tuple(
    module.EXERCISE
    for module in (ppv, roc_auc, operating_point, patient_interval, temperature, crps_loss)
)
