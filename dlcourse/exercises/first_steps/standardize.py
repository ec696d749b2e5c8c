"""Lab 00, standardize: every column with mean 0 and standard deviation 1."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def standardize_edges():
    return [
        (np.array([[1.0, 10.0], [3.0, 40.0]]),),
        (np.array([[0.0, -5.0, 2.0], [4.0, 5.0, 2.5], [2.0, 0.0, 9.0]]),),  # square
    ]


def standardize_inputs(rng):
    return [
        (rng.normal([14, 90, 0.1], [4, 20, 0.02], (5, 3)),),
        (rng.normal(50, [5, 1, 30], (3, 3)),),
    ]


def by_columns(X):
    Z = np.empty_like(X)
    for j in range(X.shape[1]):
        column = X[:, j]
        Z[:, j] = (column - np.mean(column)) / np.std(column)
    return Z


def by_rows_of_the_transpose(X):
    columns = [(x - x.mean()) / x.std() for x in X.T]
    return np.stack(columns, axis=1)


def by_formula(X):
    centred = X - X.sum(axis=0) / len(X)
    return centred / np.sqrt((centred**2).sum(axis=0) / len(X))


def in_place(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


def by_range(X):
    low = X.min(axis=0)
    return (X - low) / (X.max(axis=0) - low)


def by_patient(X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)


EXERCISE = Exercise(
    "standardize",
    points=2,
    answer=lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
    edges=standardize_edges,
    inputs=standardize_inputs,
    forbidden=(*LIBRARY, "zscore", "zmap"),
    also_right=[by_columns, by_rows_of_the_transpose, by_formula],
    mistakes=[
        Mistake(
            "One mean for the whole table mixes years with millimetres. "
            "Each column needs its own: axis=0.",
            lambda X: (X - X.mean()) / X.std(),
        ),
        Mistake(
            "Now each patient has mean 0. Each measurement should: the axis that goes is that of "
            "the rows, axis=0.",
            by_patient,
        ),
        Mistake(
            "Nearly: you divided by n - 1 under the root. Here it is n, which is NumPy's default.",
            lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1),
            credit=0.5,
        ),
        Mistake(
            "Centred, and still in its old units: divide by the standard deviation.",
            lambda X: X - X.mean(axis=0),
        ),
        Mistake(
            "Divided, and not centred: subtract the mean first.",
            lambda X: X / X.std(axis=0),
        ),
        Mistake(
            "You divided by the variance. Its root is the standard deviation.",
            lambda X: (X - X.mean(axis=0)) / X.var(axis=0),
        ),
        Mistake(
            "/ binds before -, so only the mean was divided. Put X - mean in brackets.",
            lambda X: X - X.mean(axis=0) / X.std(axis=0),
        ),
        Mistake(
            "That stretches each column from 0 to 1. Standardizing gives mean 0 and standard "
            "deviation 1.",
            by_range,
        ),
        Mistake(
            "Right values, but -= changed the caller's table. Write Z = X - ... instead.",
            in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "X.mean(axis=0) has one number for each column. What does X minus that do?",
        "X - X.mean(axis=0) stretches the means over all rows: that is broadcasting.",
        "Then divide by X.std(axis=0), with brackets around the difference.",
    ],
)
