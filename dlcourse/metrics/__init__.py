"""How good a diagnosis or a prognosis is: never one number alone, no share without an interval.

Yes or no: ``rates``, ``confusion``, ``prevalence``. Scores: ``ranking``. Probabilities and
forecasts: ``probability``, ``decision``. Graders: ``agreement``. Boxes: ``detection``. Masks:
``segmentation``. Times until death: ``survival``. An interval for anything: ``bootstrap``.
Arguments come in scikit-learn's order, the truth first: 1 is ill, and high scores mean ill.
"""

# isort: off

from .interval import Estimate, mean_interval
from .bootstrap import bootstrap_interval

# Yes or no.
from .rates import (
    Rate,
    accuracy,
    negative_predictive_value,
    positive_predictive_value,
    rate,
    sensitivity,
    specificity,
    wilson_interval,
)
from .confusion import ConfusionTable, confusion_matrix, confusion_table, f1_score
from .prevalence import PredictiveValues, npv, ppv, predictive_values

# Several graders.
from .agreement import cohen_kappa_score, fleiss_kappa

# Scores that rank.
from .ranking.roc import RocCurve, roc_curve
from .ranking.auc import auc_interval, roc_auc_score
from .ranking.delong import AucTest, auc_covariance, delong_test
from .ranking.operating import OperatingPoint, at_threshold, operating_point, youden_point
from .ranking.precision_recall import (
    average_precision_interval,
    average_precision_score,
    precision_recall_curve,
)
from .ranking.readers import reader_against_curve

# Probabilities, and forecasts of a number.
from .probability.reliability import Reliability, calibration_curve
from .probability.calibration_error import (
    calibration_error,
    calibration_error_by_chance,
    top_label_calibration_error,
)
from .probability.recalibration import CalibrationLine, calibration_slope_intercept
from .probability.temperature import temperature
from .probability.scores import Decomposition, brier_score_loss, decompose, log_loss
from .probability.crps import crps_binned, crps_ensemble, crps_gaussian
from .decision import DecisionCurve, decision_curve, net_benefit

# Boxes and masks.
from .detection.boxes import box_iou, nms
from .detection.matching import match_boxes, match_images
from .detection.average_precision import average_precision, mean_average_precision
from .segmentation.overlap import dice_score, iou_score
from .segmentation.lesions import LesionScores, lesion_scores
from .segmentation.surfaces import (
    average_surface_distance,
    hausdorff_distance,
    surface_distances,
)

# Times until death.
from .survival import concordance_index
