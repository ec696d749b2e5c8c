"""Scores that reward the truth: Brier and logarithm, and what each is made of."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice
from ..interval import mean_interval
from .reliability import bins

SCORES = ("brier", "log")


def brier_score_loss(y_true, y_prob, level=0.95):
    """Return the mean of (p - y) squared, an Estimate: 0 is best, p = 1/2 for all gives 0.25.

    Proper: whoever believes p does best to say p. For several classes there is a form summed
    over them, which for two is twice this one.

    Source: Brier, Verification of forecasts expressed in terms of probability (1950).
    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy; n > 1
    y_prob : (n,), probability of being ill
    level : of confidence: a mean over patients, ± z standard errors

    Examples
    --------
    >>> print(brier_score_loss([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1]))
    0.055 (-0.015 to 0.125)
    """
    y, p = validate.believed(y_true, y_prob)
    return mean_interval((p - y) ** 2, level)


def log_loss(y_true, y_prob, level=0.95):
    """Return the mean of -ln of the probability of what came, an Estimate, in nats.

    Proper, and merciless: who says 0 of what comes pays infinity. scikit-learn moves 0 and 1
    to the next float, and charges 36; here it is infinite and the interval NaN.

    Source: Good, Rational decisions (1952). doi:10.1111/j.2517-6161.1952.tb00104.x

    Parameters
    ----------
    y_true, y_prob, level : as in ``brier_score_loss``

    Examples
    --------
    >>> print(log_loss([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1]))
    0.236 (0.049 to 0.424)
    """
    y, p = validate.believed(y_true, y_prob)
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean_interval(-np.log(np.where(y, p, 1 - p)), level)


class Decomposition(NamedTuple):
    """Score = reliability - resolution + uncertainty + within."""

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def decompose(y_true, y_prob, score="brier", n_bins=None, strategy="uniform", closed="left"):
    r"""Return the parts of a proper score: what calibration costs, and what sorting earns.

    With d the divergence that belongs to the score (Brier: the squared difference; log: that
    of Kullback and Leibler), bins b, their mean outcome and mean forecast:
    *reliability* is the mean of :math:`d(\bar y_b, \bar p_b)`, 0 where all is true;
    *resolution* that of :math:`d(\bar y_b, \bar y)`, how far the bins differ from everybody;
    *uncertainty* is the score of saying the prevalence. *within* is what bins hide: 0 where
    all forecasts of a bin are equal, as with ``n_bins=None``, one bin for each value. Few
    patients in a bin raise reliability and resolution alike, as they raise the calibration
    error.

    Source: Murphy, A new vector partition of the probability score (1973).
    doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2; Broecker, Reliability, sufficiency,
    and the decomposition of proper scores (2009). doi:10.1002/qj.456

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy; n > 1
    y_prob : (n,), probability of being ill
    score : "brier" or "log"
    n_bins, strategy, closed : as in ``calibration_curve``, or None for one bin per value

    Examples
    --------
    >>> parts = decompose([1, 1, 1, 0, 0, 0, 0, 0], [0.8, 0.8, 0.8, 0.8, 0.1, 0.1, 0.1, 0.1])
    >>> print(*(f"{part:.3f}" for part in parts))
    0.100 0.006 0.141 0.234 0.000
    """
    choice("score", score, SCORES)
    y, p = validate.believed(y_true, y_prob)
    entropy, divergence = (_gini, _squared) if score == "brier" else (_entropy, _kullback_leibler)
    total = (brier_score_loss if score == "brier" else log_loss)(y, p).value
    owner = bins(p, n_bins, strategy, closed)
    count = np.bincount(owner)
    held = count > 0
    weight = count[held] / len(y)
    came, said = (np.bincount(owner, x)[held] / count[held] for x in (y, p))
    reliability = float(weight @ divergence(came, said))
    resolution = float(weight @ divergence(came, y.mean()))
    uncertainty = float(entropy(y.mean()))
    rest = total - (reliability - resolution + uncertainty)
    return Decomposition(total, reliability, resolution, uncertainty, rest)


def _gini(p):
    return p * (1 - p)


def _squared(truth, said):
    return (truth - said) ** 2


def _entropy(p):
    return _cross(p, p)


def _kullback_leibler(truth, said):
    return _cross(truth, said) - _cross(truth, truth)


def _cross(truth, said):
    """Return the mean surprise, where 0 times infinity is 0: what never comes costs nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ill, healthy = -truth * np.log(said), -(1 - truth) * np.log1p(-said)
    return np.where(truth == 0, 0, ill) + np.where(truth == 1, 0, healthy)
