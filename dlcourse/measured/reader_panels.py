"""How often a program of known skill "beats" four readers, by F1 on 420 films.

Readers of one skill (d' = 1.6) call by four thresholds. The program's threshold is set on 420
other films so that it calls as often as the mean reader. 400 studies a seed, 10 % ill; and 100
studies a seed of fourteen findings each, in which all five are equal, thresholds included. For
unit 15, after Rajpurkar and others (2017).
"""

import numpy as np

from ._panels import CUTS, counts, difference, f1_scores, scores

SEEDS = range(5)
STUDIES, FILMS, PREVALENCE = 400, 420, 0.1
SKILLS = (1.3, 1.6, 1.9)
FINDINGS, WIDE_STUDIES, ONE_CUT = 14, 100, 1.3


def study(rng, program):
    """Return the readers' and the program's F1, the interval of the difference, who is called."""
    _, readers, z = scores(FILMS, PREVALENCE, rng, program=program)
    cut = np.quantile(z, 1 - np.mean([(r > c).mean() for r, c in zip(readers, CUTS, strict=True)]))
    _, readers, z = scores(FILMS, PREVALENCE, rng, program=program)
    found = counts(readers > np.array(CUTS)[:, None], z > cut)
    return (*f1_scores(found), *difference(found, rng)[1:])


def fourteen(rng):
    """Return how many of 14 findings the program "wins" over four readers who are its equals."""
    won = 0
    for _ in range(FINDINGS):
        _, readers, z = scores(FILMS, PREVALENCE, rng)
        won += difference(counts(readers > ONE_CUT, z > ONE_CUT), rng)[1] > 0
    return int(won)


def measure(seed):
    """Return mean F1, share of studies won, and width of the interval; and the wide studies."""
    found = {}
    for program in SKILLS:
        rng = np.random.default_rng([seed, round(10 * program)])
        rows = np.array([study(rng, program) for _ in range(STUDIES)])
        found[str(program)] = {
            "readers": float(rows[:, 0].mean()),
            "program": float(rows[:, 1].mean()),
            "won": float((rows[:, 2] > 0).mean()),
            "lost": float((rows[:, 3] < 0).mean()),
            "width": float((rows[:, 3] - rows[:, 2]).mean()),
        }
    rng = np.random.default_rng([seed, 14])
    found["fourteen"] = [fourteen(rng) for _ in range(WIDE_STUDIES)]
    return found
