"""A number and how sure it is: what the metrics return, and the plainest ways to an interval."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from ..validation import evaluation as validate


class Estimate(NamedTuple):
    """A value and its interval; ``float`` of it is the value."""

    value: float
    low: float
    high: float

    def __float__(self):
        return self.value

    def __str__(self):
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def normal_quantile(level=0.95):
    """Return z: a normal number lies within -z and z with probability ``level``.

    >>> round(normal_quantile(), 2)
    1.96
    """
    return NormalDist().inv_cdf((1 + validate.inside("level", level)) / 2)


def wald(value, error, level=0.95, within=(-np.inf, np.inf)):
    """Return value ± z standard errors, cut to what is possible: good for many patients."""
    half = normal_quantile(level) * error
    low, high = np.clip([value - half, value + half], *within)
    return Estimate(float(value), float(low), float(high))


def logit_wald(value, error, level=0.95):
    """Return the interval of a share made on the logit scale, where it cannot leave 0 to 1.

    The standard error of the logit is that of the share over p (1 - p): the delta method.
    """
    if not 0 < value < 1:
        raise ValueError(f"the value is {value:g}; a logit needs one between 0 and 1")
    logit, half = (
        np.log(value / (1 - value)),
        normal_quantile(level) * error / (value * (1 - value)),
    )
    low, high = 1 / (1 + np.exp(-logit + half)), 1 / (1 + np.exp(-logit - half))
    return Estimate(float(value), float(low), float(high))


def mean_interval(values, level=0.95):
    """Return the mean of one number per patient with its interval, ± z standard errors.

    For scores that are a mean over patients: Brier, log score, CRPS, net benefit. Where a
    patient has several rows, draw patients instead (``bootstrap_interval``).

    Parameters
    ----------
    values : (n,) with n > 1, one for each patient, who are independent of each other
    level : how often, of many studies, the interval is to hold the truth

    Examples
    --------
    >>> print(mean_interval([0.0, 1.0, 2.0, 3.0]))
    1.500 (0.235 to 2.765)
    """
    values = validate.numbers("values", values, 1)
    if len(values) < 2:
        raise ValueError(f"values has shape {values.shape}; needed (n,) with n > 1")
    return wald(values.mean(), values.std(ddof=1) / np.sqrt(len(values)), level)
