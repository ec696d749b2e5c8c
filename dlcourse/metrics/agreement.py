"""How far graders agree beyond what chance alone would give."""

import numpy as np

from ..validation import evaluation as validate
from ..validation.arrays import choice
from .confusion import coded
from .interval import Estimate, wald

WEIGHTS = (None, "linear", "quadratic")


def cohen_kappa_score(y1, y2, labels=None, weights=None, level=0.95):
    r"""Return Cohen's kappa of two graders of the same patients, with an interval.

    :math:`\kappa = 1 - D_o / D_e`: the mean disagreement seen, over that expected if each
    grader kept his own shares of the grades and drew blindly. 1 is full agreement, 0 chance.

    **Which distance.** With weights, grades that are numbers lie apart by their *difference*.
    scikit-learn numbers the labels found, so that with grades 0, 1, 3, 4 and nobody saying 2,
    1 and 3 are neighbours: its linear kappa changes when an unused grade is named in
    ``labels``. Ours does not. Grades that are words need ``labels``, which gives their order.

    Parameters
    ----------
    y1, y2 : (n,), the grades
    labels : all grades in order; None for those found
    weights : None, "linear" or "quadratic": how a disagreement grows with its distance
    level : of confidence, of the large-sample interval of Fleiss, Cohen and Everitt (1969)

    Returns
    -------
    Estimate : value, low, high; all NaN where both say the same of everybody, and 0/0 results

    Source: Cohen, A coefficient of agreement for nominal scales (1960).
    doi:10.1177/001316446002000104

    Examples
    --------
    >>> a, b = [0, 0, 1, 1, 2, 2, 3, 4, 4, 0], [0, 1, 1, 2, 2, 2, 4, 4, 3, 0]
    >>> [round(cohen_kappa_score(a, b, weights=w).value, 3) for w in (None, "linear")]
    [0.494, 0.753]
    """
    choice("weights", weights, WEIGHTS)
    words = labels is None and np.asarray(y1).dtype.kind not in "biuf"
    if weights and words:
        raise ValueError("the grades are words; weights need labels, all of them in order")
    a, b, labels = coded(("y1", y1), ("y2", y2), labels)
    cost = _distances(labels, weights)  # (grades, grades)
    n, grades = len(a), len(labels)
    share_a, share_b = (np.bincount(x, minlength=grades) / n for x in (a, b))
    seen, expected = cost[a, b].mean(), share_a @ cost @ share_b
    if expected == 0:
        return Estimate(np.nan, np.nan, np.nan)
    kappa = 1 - seen / expected
    # What each patient adds to kappa: through the mean seen, and through both graders' shares.
    by_chance = (cost @ share_b)[a] + (share_a @ cost)[b] - 2 * expected
    influence = -(cost[a, b] - seen) / expected + seen / expected**2 * by_chance
    return wald(kappa, influence.std() / np.sqrt(n), level, within=(-np.inf, 1))


def fleiss_kappa(table, level=0.95):
    r"""Return Fleiss' kappa of several graders, who need not be the same for each patient.

    Chance is one share of each grade for all graders together, so for two of them it is
    Scott's pi, below Cohen's kappa.

    Parameters
    ----------
    table : (patients, grades), how many graders gave each grade: the same number of graders,
        two or more, for every patient
    level : of confidence. The interval is for a new sample of patients (Gwet 2008); Fleiss'
        own of 1971, which statsmodels leaves out, only tests against no agreement at all.

    Returns
    -------
    Estimate : value, low, high; all NaN where everybody gives one grade

    Source: Fleiss, Measuring nominal scale agreement among many raters (1971).
    doi:10.1037/h0031619

    Examples
    --------
    >>> print(fleiss_kappa([[3, 0], [0, 3], [3, 0], [2, 1]]))
    0.625 (-0.050 to 1.000)
    """
    counts = validate.numbers("table", table, 2)
    if counts.size == 0 or (counts < 0).any() or (counts % 1).any():
        raise ValueError("table must hold counts of graders, one row for each patient")
    graders = counts.sum(axis=1)
    m = graders[0]
    if (graders != m).any() or m < 2:
        raise ValueError(
            f"the rows of table sum to {graders.min():g} up to {graders.max():g}; "
            "needed the same number of graders, two or more, for every patient"
        )
    agree = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))  # (patients,), pairs of graders
    shares = counts.mean(axis=0) / m
    seen, expected = 1 - agree.mean(), 1 - shares @ shares
    if expected == 0:
        return Estimate(np.nan, np.nan, np.nan)
    kappa = 1 - seen / expected
    by_chance = -2 * (counts / m - shares) @ shares
    influence = (agree - agree.mean()) / expected + seen / expected**2 * by_chance
    return wald(kappa, influence.std() / np.sqrt(len(counts)), level, within=(-np.inf, 1))


def _distances(labels, weights):
    if weights is None:
        return 1.0 - np.eye(len(labels))
    numeric = labels.dtype.kind in "biuf"
    value = labels.astype(float) if numeric else np.arange(len(labels), dtype=float)
    apart = np.abs(value[:, None] - value)
    return apart if weights == "linear" else apart**2
