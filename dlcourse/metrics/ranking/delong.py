"""DeLong: how sure an area is, and whether two areas of the same patients differ."""

import math
from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate
from ..interval import Estimate, wald


def auc_covariance(y_true, y_scores):
    """Return the AUC of each score, (k,), and DeLong's covariance of them, (k, k).

    An ill patient's placement is the share of the healthy below him, a healthy one's the
    share of the ill above. The variance of the area is that of the ill's placements over
    their number, plus that of the healthy's over theirs: both groups were sampled.

    Parameters
    ----------
    y_true : (n,), at least two ill and two healthy
    y_scores : (k, n), of the same patients
    """
    y = validate.outcomes("y_true", y_true)
    scores = validate.numbers("y_scores", y_scores, 2)
    validate.for_each("y_scores, transposed,", scores.T, y)
    validate.both_classes(y, at_least=2)
    ill = np.stack([placements(s[y], s[~y]) for s in scores])  # (k, ill)
    healthy = np.stack([1 - placements(s[~y], s[y]) for s in scores])
    covariance = np.atleast_2d(np.cov(ill)) / y.sum() + np.atleast_2d(np.cov(healthy)) / (~y).sum()
    return ill.mean(axis=1), covariance


class AucTest(NamedTuple):
    """Difference of two areas with its interval, the statistic z, and the two-sided p."""

    difference: Estimate
    z: float
    p_value: float


def delong_test(y_true, score_a, score_b, level=0.95):
    """Compare the areas of two scores *of the same patients*: DeLong's paired test.

    Parameters
    ----------
    y_true : (n,), at least two ill and two healthy
    score_a, score_b : (n,)
    level : of confidence

    Returns
    -------
    AucTest : difference (b minus a), z, p_value. Where the difference has no spread at all
        (one ranking, twice) z is 0 and p 1; if it is not 0 either, z is infinite.
    """
    pair = [validate.numbers(n, s, 1) for n, s in (("score_a", score_a), ("score_b", score_b))]
    y = validate.outcomes("y_true", y_true)
    for name, score in zip(("score_a", "score_b"), pair, strict=True):
        validate.for_each(name, score, y)
    areas, covariance = auc_covariance(y, np.stack(pair))
    difference = areas[1] - areas[0]
    # Rounding can leave -1e-19 where the two rank alike.
    error = math.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0))
    error = 0.0 if error < 1e-9 else error
    z = difference / error if error else math.copysign(math.inf, difference) if difference else 0.0
    p_value = math.erfc(abs(z) / math.sqrt(2))
    return AucTest(wald(difference, error, level, within=(-1, 1)), float(z), p_value)


def placements(above, below):
    """Return for each number in ``above`` the share of ``below`` under it; ties count half."""
    below = np.sort(below)
    under, upto = (np.searchsorted(below, above, side) for side in ("left", "right"))
    return (under + upto) / (2 * len(below))
