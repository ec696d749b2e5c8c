"""Lab 06, numerical_gradient: central differences, entry by entry.

Functions cannot be handed to an answer, so the lab defines one, ``f(A, x)``, in a cell above.
"""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def f(A, x):
    """Return the lab's number for x; each entry matters to the slope of every other."""
    return np.sin(x).sum() * (A * x).sum()


def numerical_gradient_edges():
    # The nudges are large, so that what they do to the answer is far above rounding.
    return [
        (np.array([[1.0, -2.0]]), np.array([[0.5, 1.5]]), 0.1),
        (np.array([[1.0, 0.5], [2.0, -1.0]]), np.array([[1, 2], [0, -1]]), 0.01),
    ]


def numerical_gradient_inputs(rng):
    return [
        (rng.normal(size=3), rng.normal(size=3), 0.5),
        (rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.02),
    ]


def numerical_gradient_answer(A, x, h):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        here = x[at]
        x[at] = here + h
        ahead = f(A, x)
        x[at] = here - h
        gradient[at] = (ahead - f(A, x)) / (2 * h)
        x[at] = here
    return gradient


def by_flat_copies(A, x, h):
    slopes = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        slopes.append((f(A, x + e) - f(A, x - e)) / (2 * h))
    return np.reshape(slopes, x.shape)


def by_halves(A, x, h):
    x = x.astype(float)
    gradient = np.empty_like(x)
    for at, value in np.ndenumerate(x):
        ahead, behind = x.copy(), x.copy()
        ahead[at], behind[at] = value + h, value - h
        gradient[at] = ((f(A, ahead) - f(A, x)) / h + (f(A, x) - f(A, behind)) / h) / 2
    return gradient


def all_at_once(A, x, h):
    nudges = h * np.eye(x.size).reshape(x.size, *x.shape)
    ahead = np.array([f(A, x + e) for e in nudges])
    behind = np.array([f(A, x - e) for e in nudges])
    return ((ahead - behind) / (2 * h)).reshape(x.shape)


def entrywise(slope):
    """Return an answer that asks ``slope(A, x, e, h)`` for each entry, e the nudge there."""

    def numerical_gradient(A, x, h):
        gradient = np.zeros(x.shape)
        for at in np.ndindex(x.shape):
            e = np.zeros(x.shape)
            e[at] = 1
            gradient[at] = slope(A, x, e, h)
        return gradient

    return numerical_gradient


def central(A, x, e, h):
    return (f(A, x + h * e) - f(A, x - h * e)) / (2 * h)


def not_restored(A, x, h):
    x, gradient = np.array(x, float), np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        x[at] += h
        ahead = f(A, x)
        x[at] -= 2 * h
        gradient[at] = (ahead - f(A, x)) / (2 * h)
    return gradient


def in_integers(A, x, h):
    x, gradient = x.copy(), np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        here = x[at]
        x[at] = here + h
        ahead = f(A, x)
        x[at] = here - h
        gradient[at] = (ahead - f(A, x)) / (2 * h)
        x[at] = here
    return gradient


def by_row(A, x, h):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        e = np.zeros(x.shape)
        e[i] = 1
        gradient[i] = central(A, x, e, h)
    return gradient


def into_integers(A, x, h):
    gradient = np.zeros_like(x)
    gradient[...] = by_flat_copies(A, x, h)
    return gradient


def in_the_callers(A, x, h):
    gradient = by_flat_copies(A, x, h)
    x[...] = x - 1
    return gradient


EXERCISE = Exercise(
    "numerical_gradient",
    points=2,
    answer=numerical_gradient_answer,
    edges=numerical_gradient_edges,
    inputs=numerical_gradient_inputs,
    forbidden=LIBRARY,
    also_right=[by_flat_copies, by_halves, all_at_once],
    mistakes=[
        Mistake(
            "That looks to one side only: its error shrinks like h and not like h². Use both.",
            entrywise(lambda A, x, e, h: (f(A, x + h * e) - f(A, x)) / h),
        ),
        Mistake(
            "That looks backward only. Use both sides: f at x + h and f at x - h.",
            entrywise(lambda A, x, e, h: (f(A, x) - f(A, x - h * e)) / h),
        ),
        Mistake(
            "Earlier entries were still shifted when you came to the next. Put each one back.",
            not_restored,
        ),
        Mistake(
            "The two points lie 2h apart, and you divided by h.",
            entrywise(lambda A, x, e, h: 2 * central(A, x, e, h)),
        ),
        Mistake(
            "You divided by 2 and then multiplied by h. It is / (2 * h), with the brackets.",
            entrywise(lambda A, x, e, h: central(A, x, e, h) * h * h),
        ),
        Mistake(
            "Sign: it is f(x + h) minus f(x - h).",
            entrywise(lambda A, x, e, h: -central(A, x, e, h)),
        ),
        Mistake(
            "Every entry was moved at once: that is the slope along (1, 1, ...), not a gradient.",
            entrywise(lambda A, x, e, h: central(A, x, np.ones(x.shape), h)),
        ),
        Mistake(
            "An integer array cannot hold 1 + h: it became 1 again. Convert a copy to float.",
            in_integers,
        ),
        Mistake(
            "Your result has x's integer dtype and loses what stands behind the decimal point.",
            into_integers,
        ),
        Mistake(
            "You used an h of 1e-12 of your own. Rounding wins there; use the h that is given.",
            entrywise(lambda A, x, e, h: central(A, x, e, 1e-12)),
        ),
        Mistake(
            "That is the exact slope, or an h of 1e-5 of your own. Use differences with the h that "
            "is given: a referee must not need calculus.",
            entrywise(lambda A, x, e, h: central(A, x, e, 1e-5)),
            credit=0.5,
        ),
        Mistake(
            "You used an h of 0.1 of your own. Truncation wins there; use the h that is given.",
            entrywise(lambda A, x, e, h: central(A, x, e, 0.1)),
        ),
        Mistake(
            "You moved whole rows. Visit every entry: for at in np.ndindex(x.shape).",
            by_row,
        ),
        Mistake(
            "Right values, but the caller's x has changed. Work on a copy.",
            in_the_callers,
        ),
    ],
    hints=[
        "Make a float copy of x and an array of zeros of the same shape, for the answer.",
        "for at in np.ndindex(x.shape): visits every entry, in any number of dimensions.",
        "In the loop: keep x[at]; f at x[at] + h; f at x[at] - h; the difference over 2h; put "
        "x[at] back.",
    ],
)
