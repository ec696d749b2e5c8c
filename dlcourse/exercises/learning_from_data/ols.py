"""Lab 01, ols: the line of least squares by formula."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.classical import least_squares
from dlcourse.exercises import LIBRARY


def ols_edges():
    return [
        (np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 4.0])),
        (np.array([1, 2, 4, 7]), np.array([5, 3, 6, 2])),
    ]


def ols_inputs(rng):
    x = rng.normal(60, 8, 9)
    return [
        (x, 1.7 * x + rng.normal(20, 6, 9)),
    ]


def ols_answer(x, y):
    return least_squares.ols(x, y)


def through_means(slope, x, y):
    return slope, y.mean() - slope * x.mean()


def through_ends(x, y):
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    return slope, y[0] - slope * x[0]


def covariance(x, y):
    return ((x - x.mean()) * (y - y.mean())).mean()


def by_ones_column(x, y):
    A = np.column_stack([x, np.ones(len(x))])
    slope, intercept = np.linalg.lstsq(A, y, rcond=None)[0]
    return slope, intercept


def by_normal_equations(x, y):
    n = len(x)
    slope = (n * (x @ y) - x.sum() * y.sum()) / (n * (x @ x) - x.sum() ** 2)
    return slope, (y.sum() - slope * x.sum()) / n


def by_correlation(x, y):
    return through_means(np.corrcoef(x, y)[0, 1] * y.std() / x.std(), x, y)


EXERCISE = Exercise(
    "ols",
    points=3,
    answer=ols_answer,
    edges=ols_edges,
    inputs=ols_inputs,
    forbidden=(*LIBRARY, "linregress", "statistics"),
    also_right=[
        by_ones_column,
        by_normal_equations,
        by_correlation,
        lambda x, y: tuple(np.polyfit(x, y, 1)),
    ],
    mistakes=[
        Mistake(
            "This line goes through the origin. On BMI: slope 5.89, not 10.23. "
            "Centre first, or add a column of ones.",
            lambda x, y: ((x @ y) / (x @ x), 0.0),
        ),
        Mistake(
            "Slope of a line through the origin. Subtract the means before you multiply.",
            lambda x, y: through_means((x @ y) / (x @ x), x, y),
        ),
        Mistake(
            "Off by n/(n-1): cov divides by n-1, var by n. Use one of them twice.",
            lambda x, y: through_means(np.cov(x, y)[0, 1] / np.var(x), x, y),
            credit=0.5,
        ),
        Mistake(
            "You predict x from y. Residuals are measured along the axis you predict.",
            lambda x, y: ols_answer(y, x),
        ),
        Mistake(
            "Divide by the spread of the input.",
            lambda x, y: through_means(covariance(x, y) / np.var(y), x, y),
        ),
        Mistake(
            "Correlation has no units. Slope has units of y per unit of x.",
            lambda x, y: through_means(np.corrcoef(x, y)[0, 1], x, y),
        ),
        Mistake(
            "The line passes through the means: mean y = slope · mean x + intercept.",
            lambda x, y: (ols_answer(x, y)[0], y.mean() - x.mean()),
        ),
        Mistake(
            "Put x = 0 in your line. Do you get the intercept you returned?",
            lambda x, y: (ols_answer(x, y)[0], -ols_answer(x, y)[1]),
        ),
        Mistake(
            "The intercept is where the line stands at x = 0. Coming from the means you walk "
            "back: mean y minus slope · mean x.",
            lambda x, y: (ols_answer(x, y)[0], y.mean() + ols_answer(x, y)[0] * x.mean()),
        ),
        Mistake(
            "mean y is the height of the line at mean x. The intercept is its height at x = 0.",
            lambda x, y: (ols_answer(x, y)[0], y.mean()),
        ),
        Mistake(
            "You divided by the standard deviation of x. Divide by its variance.",
            lambda x, y: through_means(covariance(x, y) / x.std(), x, y),
        ),
        Mistake(
            "A line through the first and the last point. All points have a say.",
            through_ends,
        ),
        Mistake(
            "Values right, order swapped. Check where the ones column stands.",
            lambda x, y: ols_answer(x, y)[::-1],
            credit=0.5,
        ),
    ],
    hints=[
        "The best line passes through (mean x, mean y). So only the slope is left to find.",
        "With dx = x - x.mean() and dy = y - y.mean(), the slope is (dx @ dy) / (dx @ dx).",
        "The intercept is y.mean() - slope * x.mean().",
    ],
)
