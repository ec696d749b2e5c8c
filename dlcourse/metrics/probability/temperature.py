"""One number that makes a network as sure as it may be: temperature scaling."""

import numpy as np

from ...validation import evaluation as validate
from ..interval import Estimate, normal_quantile


def temperature(logits, y_true, level=0.95):
    r"""Return the T at which softmax(logits / T) has the best log score, with an interval.

    Above 1 the network was too sure, below 1 too unsure. No arg max changes; decisions at
    any other threshold may. Fit it on validation patients like those to come: it is not the
    same elsewhere. The log score is convex in 1/T, so its slope has one root. The interval is
    made for ln T and counts every patient once (a sandwich: it does not need the model true).

    Source: Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks (2017,
    no DOI).

    Parameters
    ----------
    logits : (n, classes), or (n,), the logit of being ill
    y_true : (n,), class numbers from 0
    level : of confidence

    Returns
    -------
    Estimate : T, low, high

    Raises
    ------
    ValueError
        If every arg max is right (the best T is 0), or the logits are no better than none at
        all (the best T is infinite).

    Examples
    --------
    Right three times of four, with a logit of ln 9 where ln 3 would be true:

    >>> print(temperature(np.full(4, np.log(9)), [1, 1, 1, 0]))
    2.000 (0.255 to 15.692)
    """
    from scipy.optimize import brentq

    z = validate.numbers("logits", logits)
    z = np.stack([np.zeros_like(z), z], axis=1) if z.ndim == 1 else z
    if z.ndim != 2 or z.size == 0 or not np.isfinite(z).all():
        raise ValueError(f"logits has shape {z.shape}; needed finite ones, (n, classes) or (n,)")
    y = validate.classes("y_true", y_true, z)
    z = z - z.max(axis=1, keepdims=True)
    own = z[np.arange(len(z)), y]  # 0 where the arg max is right, else below
    if (own == 0).all():
        raise ValueError("every label is the arg max of its logits; needed one error to fit T")
    if own.mean() <= z.mean():
        raise ValueError(
            "the labels have no higher logits than the other classes, on average; "
            "needed logits that know something: the best T is infinite"
        )

    def moments(beta):
        """Return mean and variance of each row's logits under softmax(beta * logits)."""
        p = np.exp(beta * z)
        p /= p.sum(axis=1, keepdims=True)
        mean = (p * z).sum(axis=1)
        return mean, (p * z**2).sum(axis=1) - mean**2

    # In ln(1 / T), so that large and small logits are searched alike.
    scale = -np.log(np.ptp(z, axis=1).max())
    low, high = scale, scale
    while (moments(np.exp(low))[0] - own).sum() > 0:
        low -= 1
    while (moments(np.exp(high))[0] - own).sum() < 0:
        high += 1
    beta = np.exp(brentq(lambda u: (moments(np.exp(u))[0] - own).sum(), low, high, xtol=1e-13))
    mean, variance = moments(beta)
    error = np.sqrt(((mean - own) ** 2).sum()) / variance.sum() / beta  # of ln T
    factor = np.exp(normal_quantile(level) * error)
    return Estimate(float(1 / beta), float(1 / beta / factor), float(factor / beta))
