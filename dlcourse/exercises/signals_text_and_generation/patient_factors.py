"""Lab 16, patient_factors: half a step of matrix factorization, where most is not measured."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def case(rng, n, m, k, share, lam):
    items = rng.normal(size=(m, k))
    values = rng.normal(1, 1, size=(n, m))
    seen = rng.random((n, m)) < share
    seen[:, :2] = True, False  # somebody measured something, and nobody everything
    return np.where(seen, values, np.nan), items, lam


def patient_factors_edges():
    rng = np.random.default_rng(16)
    some, items, lam = case(rng, 3, 6, 2, 0.6, 0.5)
    return [
        case(rng, 5, 8, 2, 0.35, 0.5),
        (rng.normal(size=(4, 6)), rng.normal(size=(6, 2)), 0.5),  # all measured
        (np.vstack([some, np.full((1, 6), np.nan)]), items, lam),  # and one patient not at all
        case(rng, 4, 6, 5, 0.2, 0.4),  # fewer measurements than factors
        case(rng, 5, 8, 3, 0.6, 5.0),
    ]


def patient_factors_inputs(rng):
    return [case(rng, 4, int(rng.integers(6, 9)), 2, 0.5, 1.5)]


def patient_factors(values, items, lam):
    found = []
    for row in values:
        seen = ~np.isnan(row)
        Q = items[seen]
        found.append(np.linalg.solve(Q.T @ Q + lam * np.eye(Q.shape[1]), Q.T @ row[seen]))
    return np.array(found)


def all_at_once(values, items, lam):
    seen = np.isfinite(values).astype(float)
    A = np.einsum("nm,mk,ml->nkl", seen, items, items) + lam * np.eye(items.shape[1])
    return np.linalg.solve(A, (np.nan_to_num(values) @ items)[..., None])[..., 0]


def with_rows_appended(values, items, lam):
    k, found = items.shape[1], np.zeros((len(values), items.shape[1]))
    for i, row in enumerate(values):
        seen = np.isfinite(row)
        A = np.vstack([items[seen], np.sqrt(lam) * np.eye(k)])
        found[i] = np.linalg.lstsq(A, np.r_[row[seen], np.zeros(k)], rcond=None)[0]
    return found


def in_the_dual(values, items, lam):
    found = []
    for row in values:
        Q, y = items[~np.isnan(row)], row[~np.isnan(row)]
        found.append(Q.T @ np.linalg.inv(Q @ Q.T + lam * np.eye(len(Q))) @ y)
    return np.stack(found)


def wrong(
    filled=None, all_items=False, ridge=lambda lam, n, k: lam * np.eye(k), scale=lambda n: 1.0,
    solve=np.linalg.solve,
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(values, items, lam):
        found = []
        for row in values:
            seen = ~np.isnan(row)
            if filled is None:
                Q, y = items[seen], row[seen]
            else:
                Q, y = items, np.where(seen, row, filled(values))
            whole = items if all_items else Q
            A = whole.T @ whole + ridge(lam, seen.sum(), items.shape[1])
            found.append(solve(A, Q.T @ y / scale(max(1, seen.sum()))))
        return np.array(found)

    return answer


def own_mean_removed(values, items, lam):
    off = [row - (np.nanmean(row) if np.isfinite(row).any() else 0) for row in values]
    return patient_factors(np.array(off), items, lam)


def empty_left_open(values, items, lam):
    found = patient_factors(values, items, lam)
    return np.where(np.isnan(values).all(axis=1, keepdims=True), np.nan, found)


def nan_multiplied(values, items, lam):
    A = items.T @ items + lam * np.eye(items.shape[1])
    return np.linalg.solve(A, items.T @ values.T).T


def diagonal_alone(A, b):
    return b / np.diag(A)


EXERCISE = Exercise(
    "patient_factors",
    points=2,
    answer=patient_factors,
    edges=patient_factors_edges,
    inputs=patient_factors_inputs,
    forbidden=LIBRARY,
    sitting=4,
    also_right=[all_at_once, with_rows_appended, in_the_dual],
    mistakes=[
        Mistake(
            "What was not measured counts as 0 in your fit. Not measured is not zero: take the "
            "seen rows of items, in QᵀQ as well as in Qᵀv.",
            wrong(filled=lambda values: 0.0),
            credit=0.25,
        ),
        Mistake(
            "What was not measured was filled with the mean, and then fitted as if it had been "
            "measured. Leave it out.",
            wrong(filled=np.nanmean),
            credit=0.25,
        ),
        Mistake(
            "lam counts as often as there are measurements: so it does, too, if QᵀQ and Qᵀv are "
            "means. Sums, and lam once for each patient.",
            wrong(ridge=lambda lam, n, k: lam * n * np.eye(k) if n else lam * np.eye(k)),
            credit=0.5,
        ),
        Mistake(
            "+ lam adds it to every entry of the matrix. It belongs on the diagonal: lam * np.eye.",
            wrong(ridge=lambda lam, n, k: lam + 1e-9 * np.eye(k)),
            credit=0.25,
        ),
        Mistake(
            "Without lam, a patient with two measurements is fitted exactly, and wildly; one with "
            "none has no solution at all.",
            wrong(
                ridge=lambda lam, n, k: 0.0,
                solve=lambda A, b: np.linalg.pinv(A, hermitian=True) @ b,
            ),
            credit=0.25,
        ),
        Mistake(
            "NaN times a number is NaN, so one test not made spoils the patient. Take the measured "
            "rows first.",
            nan_multiplied,
        ),
        Mistake(
            "A patient without a measurement has an answer: nothing pulls, so lam puts the factors "
            "at 0.",
            empty_left_open,
            credit=0.75,
        ),
        Mistake(
            "The patient's own mean was taken away first. v as it is.",
            own_mean_removed,
            credit=0.25,
        ),
        Mistake("lam itself, not its square.", wrong(ridge=lambda lam, n, k: lam**2 * np.eye(k))),
        Mistake(
            "Half of lam: the squared error has no ½ here, so lam has none either.",
            wrong(ridge=lambda lam, n, k: lam / 2 * np.eye(k)),
            credit=0.5,
        ),
        Mistake(
            "A mean on the right and a sum on the left: Qᵀv was divided by the number of "
            "measurements, QᵀQ was not.",
            wrong(scale=lambda n: n),
            credit=0.25,
        ),
        Mistake(
            "How well each factor fits is not yet the solution: items overlap. Solve with QᵀQ.",
            wrong(solve=lambda A, b: b),
        ),
        Mistake(
            "Each factor by itself, as if items did not overlap: the whole matrix, not its "
            "diagonal.",
            wrong(solve=diagonal_alone),
            credit=0.25,
        ),
    ],
    hints=[
        "One patient at a time: seen = ~np.isnan(row), Q = items[seen], v = row[seen].",
        "The slope is 0 where (QᵀQ + lam I) p = Qᵀv.",
        "np.linalg.solve(Q.T @ Q + lam * np.eye(k), Q.T @ v). It also holds where nothing is seen.",
    ],
)
