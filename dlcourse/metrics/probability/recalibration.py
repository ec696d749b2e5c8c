"""Two numbers for how probabilities miss: too high for everybody, or too sure."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate
from ..interval import Estimate, wald


class CalibrationLine(NamedTuple):
    """Intercept (with the slope held at 1) and slope: 0 and 1 where probabilities are true."""

    intercept: Estimate
    slope: Estimate


def calibration_slope_intercept(y_true, y_prob, level=0.95):
    r"""Return the intercept and the slope of the truth on the logit that was said.

    Logistic regression of the outcome on :math:`z = \ln(p/(1 - p))`. The *slope* b of
    :math:`a + bz`: below 1 the probabilities are too extreme, above 1 too timid. The
    *intercept* of :math:`a + z`, slope held at 1: below 0 they are too high on the whole
    (calibration in the large). The a that comes with b says neither and is not returned.

    Source: Cox, Two further applications of a model for binary regression (1958).
    doi:10.1093/biomet/45.3-4.562; Steyerberg, Clinical prediction models (2nd ed., 2019).
    doi:10.1007/978-3-030-16399-0

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy; both must occur
    y_prob : (n,), probability of being ill, above 0 and below 1
    level : of confidence, intervals ± z standard errors

    Raises
    ------
    ValueError
        If a probability is 0 or 1 (its logit is infinite), all are equal, or they put all ill
        above all healthy (the slope is infinite).

    Examples
    --------
    >>> y, p = np.repeat([1, 0], [50, 50]), np.repeat([0.9, 0.1, 0.9, 0.1], [40, 10, 10, 40])
    >>> print(calibration_slope_intercept(y, p).slope)
    0.631 (0.408 to 0.854)
    """
    y, p = validate.believed(y_true, y_prob)
    validate.both_classes(y)
    if (p == 0).any() or (p == 1).any():
        raise ValueError(
            f"y_prob holds {((p == 0) | (p == 1)).sum()} that are 0 or 1, whose logit is "
            "infinite; needed probabilities between them"
        )
    z = np.log(p) - np.log1p(-p)
    if np.ptp(z) == 0:
        raise ValueError(f"y_prob is {p[0]:g} for everybody; a slope needs two values")
    if z[y].min() >= z[~y].max() or z[y].max() <= z[~y].min():
        raise ValueError(
            "y_prob parts the ill from the healthy without overlap; the slope is infinite"
        )
    ones = np.ones((len(z), 1))
    intercept = _logistic(ones, y, z)
    slope = _logistic(np.column_stack([ones, z]), y, np.zeros_like(z))
    return CalibrationLine(wald(*intercept, level), wald(*slope, level))


def _logistic(X, y, offset):
    """Return the last coefficient and its standard error, by Newton's method.

    The log likelihood is concave; a step is halved while it does not go up.
    """
    beta = np.zeros(X.shape[1])

    def likelihood(beta):
        eta = X @ beta + offset
        return (y * eta - np.logaddexp(0, eta)).sum()

    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(X @ beta + offset, -500, 500)))
        information = (X * (p * (1 - p))[:, None]).T @ X
        step = np.linalg.solve(information, X.T @ (y - p))
        while likelihood(beta + step) < likelihood(beta) - 1e-12 * len(y):
            step = step / 2
        beta = beta + step
        if np.abs(step).max() < 1e-12 * max(1, np.abs(beta).max()):
            break
    return float(beta[-1]), float(np.sqrt(np.linalg.inv(information)[-1, -1]))
