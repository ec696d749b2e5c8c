"""One number for how far from the truth probabilities are; and what chance alone makes of it."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice, generator
from ..interval import Estimate
from .reliability import bins

NORMS = ("l1", "l2", "max")


def calibration_error(y_true, y_prob, n_bins=10, strategy="uniform", norm="l1", closed="left"):
    r"""Return the expected calibration error of the probability *of being ill*.

    :math:`\sum_b \frac{n_b}{n} |\bar p_b - \bar y_b|` over bins. It is biased upwards: a
    perfect model of few patients in many bins has one well above 0, so ask
    ``calibration_error_by_chance`` too; and the prevalence, said of everybody, has 0.

    **Which one.** "ECE" names several numbers. This is of P(ill); the winner's confidence,
    as in Guo and others, is ``top_label_calibration_error``. Bins as in ``calibration_curve``.

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_prob : (n,), probability of being ill
    n_bins, strategy, closed : as in ``calibration_curve``
    norm : "l1" as above; "l2", the root of the mean square; "max", the worst bin's

    Source: Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities using
    Bayesian binning (2015). doi:10.1609/aaai.v29i1.9602

    Examples
    --------
    >>> round(calibration_error([0, 0, 1, 1], [0.1, 0.1, 0.6, 0.8], n_bins=2), 3)
    0.2
    """
    y, p = validate.believed(y_true, y_prob)
    choice("norm", norm, NORMS)
    return _error(bins(p, n_bins, strategy, closed), p - y, norm)


def top_label_calibration_error(
    y_true, y_prob, n_bins=10, strategy="uniform", norm="l1", closed="left"
):
    """Return the calibration error of the winner's probability: how often it is right.

    Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks (2017, no DOI).
    It never asks whether "12 % malignant" is true. Of equal winners the first is taken.

    Parameters
    ----------
    y_true : (n,), class numbers from 0
    y_prob : (n, classes), rows that sum to 1
    n_bins, strategy, norm, closed : as in ``calibration_error``; Guo's bins are closed="right"

    Examples
    --------
    >>> round(top_label_calibration_error([0, 1], [[0.9, 0.1], [0.8, 0.2]]), 2)
    0.45
    """
    p = validate.shares("y_prob", y_prob)
    if p.ndim != 2 or p.size == 0:
        raise ValueError(f"y_prob has shape {p.shape}; needed (n, classes)")
    if not np.allclose(p.sum(axis=1), 1, atol=1e-4):
        raise ValueError("the rows of y_prob do not all sum to 1; needed probabilities")
    y = validate.classes("y_true", y_true, p)
    choice("norm", norm, NORMS)
    sure = p.max(axis=1)
    return _error(bins(sure, n_bins, strategy, closed), sure - (p.argmax(axis=1) == y), norm)


def calibration_error_by_chance(
    y_prob,
    n_bins=10,
    strategy="uniform",
    norm="l1",
    closed="left",
    draws=1000,
    level=0.95,
    rng=None,
):
    """Return what the error would be if every probability were true, over drawn outcomes.

    The error of a model means something where it lies above ``high``: outcomes are drawn
    from the probabilities themselves, so ``value``, the mean, is all bias.

    Source: Broecker and Smith, Increasing the reliability of reliability diagrams (2007).
    doi:10.1175/WAF993.1

    Parameters
    ----------
    y_prob : (n,), probability of being ill
    n_bins, strategy, norm, closed : as in ``calibration_error``
    draws : how many sets of outcomes
    level : the error lies within low and high in this share of the draws
    rng : numpy.random.Generator

    Examples
    --------
    Fifty patients, ten bins, a perfect model:

    >>> rng = np.random.default_rng(0)
    >>> print(calibration_error_by_chance(rng.random(50), rng=rng))
    0.136 (0.077 to 0.208)
    """
    p = validate.shares("y_prob", y_prob)
    if p.ndim != 1 or p.size == 0:
        raise ValueError(f"y_prob has shape {p.shape}; needed (n,) with n > 0")
    generator(rng)
    choice("norm", norm, NORMS)
    tail = 50 * (1 - validate.inside("level", level))
    owner = bins(p, n_bins, strategy, closed)
    errors = [
        _error(owner, p - (rng.random(len(p)) < p), norm)
        for _ in range(validate.count("draws", draws))
    ]
    return Estimate(float(np.mean(errors)), *map(float, np.percentile(errors, [tail, 100 - tail])))


def _error(owner, gap, norm):
    """Return the norm of the bins' mean gaps, each weighed by its patients."""
    count = np.bincount(owner)
    held = count > 0
    size = np.abs(np.bincount(owner, gap)[held]) / count[held]
    if norm == "max":
        return float(size.max())
    weight = count[held] / len(gap)
    return float(weight @ size if norm == "l1" else np.sqrt(weight @ size**2))
