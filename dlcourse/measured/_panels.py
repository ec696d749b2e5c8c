"""Four readers and a program on the same films, and the F1 of each against the others' majority."""

import numpy as np

READERS, SKILL, CUTS = 4, 1.6, (0.9, 1.2, 1.6, 2.1)
# The 32 ways in which four readers and a program (the last) can call one film.
WAYS = np.array([[(way >> bit) & 1 for bit in range(READERS + 1)] for way in range(32)], bool)
JURIES = np.stack(
    [np.delete(WAYS[:, :READERS], i, axis=1).sum(axis=1) >= 2 for i in range(READERS)], axis=1
)


def scores(n, prevalence, rng, skill=SKILL, program=SKILL):
    """Return the truth (n,), how suspicious each reader finds it (4, n), and the program (n,)."""
    ill = rng.random(n) < prevalence
    return ill, rng.normal(skill * ill, 1, (READERS, n)), rng.normal(program * ill, 1)


def counts(calls, program):
    """Return how many films were called in each of the 32 ways, (32,).

    calls : (4, n) of True and False. program : (n,).
    """
    bits = 2 ** np.arange(READERS + 1)
    return np.bincount(bits @ np.vstack([calls, program]), minlength=32)


def f1_scores(found):
    """Return (readers' mean F1, program's mean F1) from counts (..., 32)."""
    readers, program = WAYS[:, :READERS], WAYS[:, READERS:]

    def f1(called):
        both = found @ (called & JURIES).astype(float)
        either = found @ (called.astype(float) + JURIES)
        return (2 * both / np.maximum(either, 1)).mean(axis=-1)

    return f1(readers), f1(program)


def difference(found, rng, draws=1000):
    """Return the program's F1 less the readers', with the ends of its 95 % bootstrap interval.

    Films of one way are alike, so to draw films again is to draw the 32 counts.
    """
    n = found.sum()
    drawn = rng.multinomial(n, found / n, draws)
    readers, program = f1_scores(drawn)
    low, high = np.percentile(program - readers, [2.5, 97.5])
    of_readers, of_program = f1_scores(found)
    return float(of_program - of_readers), float(low), float(high)
