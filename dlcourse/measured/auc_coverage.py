"""Unit 14: how often each 95 % interval for an AUC holds the true area, over simulated studies.

Healthy patients score from a normal distribution with mean 0, ill ones with the mean that makes
the true area, all with standard deviation 1.
"""

import numpy as np
from scipy.stats import norm

from dlcourse import metrics

SEEDS = (0, 1, 2, 3, 4)
STUDIES, DRAWS = 200, 400
DESIGNS = [
    (area, ill, healthy)
    for area in (0.80, 0.95, 0.99)
    for ill, healthy in ((10, 40), (50, 50), (200, 200))
]


def in_order(score, y):
    """Return for each ill and healthy patient whether the pair is in order, ties one half."""
    apart = score[y == 1][:, None] - score[y == 0]
    return (apart > 0) + 0.5 * (apart == 0)


def bootstrap(score, y, rng):
    """Return the percentile interval; ill and healthy are drawn apart, as counts of each."""
    pairs = in_order(score, y)
    ill, healthy = pairs.shape
    drawn_ill = rng.multinomial(ill, np.full(ill, 1 / ill), DRAWS)
    drawn_healthy = rng.multinomial(healthy, np.full(healthy, 1 / healthy), DRAWS)
    areas = ((drawn_ill @ pairs) * drawn_healthy).sum(axis=1) / (ill * healthy)
    return np.percentile(areas, [2.5, 97.5])


def study(area, ill, healthy, rng):
    """Return, for each interval, 1 or 0: does it hold the truth?, and how DeLong's fails."""
    y = np.repeat([1, 0], [ill, healthy])
    score = rng.normal(y * norm.ppf(area) * np.sqrt(2), 1)
    found, held = metrics.roc_auc_score(y, score), {}
    for method in ("delong", "newcombe", "logit"):
        if method == "logit" and found in (0, 1):
            held[method] = 0  # it says nothing, so it does not hold the truth
            continue
        _, low, high = metrics.auc_interval(y, score, method)
        held[method] = int(low <= area <= high)
    low, high = bootstrap(score, y, rng)
    held["bootstrap"] = int(low <= area <= high)
    held["all pairs in order"] = int(found == 1)
    return held


def measure(seed):
    """Return the share of studies in which each interval holds the true area, by design."""
    rng, found = np.random.default_rng(seed), {}
    for area, ill, healthy in DESIGNS:
        held = [study(area, ill, healthy, rng) for _ in range(STUDIES)]
        shares = {name: float(np.mean([one[name] for one in held])) for name in held[0]}
        found.setdefault(f"{area:.2f}", {})[f"{ill} + {healthy}"] = shares
    return found
