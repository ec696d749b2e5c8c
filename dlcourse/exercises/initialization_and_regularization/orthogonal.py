"""Lab 08, orthogonal: from random numbers to a matrix that changes no signal's length."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def orthogonal_edges():
    square = np.array([[1.0, 2.0], [3.0, -1.0]])
    return [
        (square, 1.0),
        (square * [1, -1], 2.0),
        (np.array([[2.0, 1.0], [0.0, 1.0], [-1.0, 3.0]]), 1.0),
        (np.array([[2.0, 1.0, 0.5], [0.0, -1.0, 1.0]]), 1.0),
    ]


def orthogonal_inputs(rng):
    def noise(*shape, scale=1.0):
        drawn = rng.normal(size=shape)
        while np.linalg.cond(drawn) > 20:  # or other right answers lose too many digits
            drawn = rng.normal(size=shape)
        return scale * drawn

    return [
        (noise(4, 4), 1.5),
        (noise(6, 3), float(rng.uniform(0.5, 2))),
        (noise(3, 6), float(rng.uniform(0.5, 2))),
        (noise(4, 4, scale=0.2), 0.5),
        (noise(3, 5, scale=0.2), 1.0),
        (noise(3, 3, scale=-1.0), 1.0),
    ]


def orthogonal_answer(noise, gain):
    tall = noise if noise.shape[0] >= noise.shape[1] else noise.T
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1, 1)
    return gain * (q if tall is noise else q.T)


def on_tall(turn):
    """Return ``orthogonal`` with ``turn`` applied to the tall form of the noise."""

    def orthogonal(noise, gain):
        wide = noise.shape[0] < noise.shape[1]
        q = turn(noise.T if wide else noise)
        return gain * (q.T if wide else q)

    return orthogonal


def gram_schmidt(tall):
    columns = []
    for v in tall.T:
        for _ in range(2):  # the second round removes what rounding left of the first
            for c in columns:
                v = v - (v @ c) * c
        columns.append(v / np.linalg.norm(v))
    return np.array(columns).T


def cholesky(tall):
    lower = np.linalg.cholesky(tall.T @ tall)
    return np.linalg.solve(lower, tall.T).T


def signs_from_r(tall):
    q, r = np.linalg.qr(tall)
    return q @ np.diag(np.sign(np.diag(r)))


def signs_of_rows(tall):
    q, r = np.linalg.qr(tall)
    s = np.ones(len(q))
    s[: len(r)] = np.sign(np.diag(r))
    return s[:, None] * q


def signs_of_q(tall):
    q, _ = np.linalg.qr(tall)
    return q * np.sign(np.diag(q))


def signs_turned(tall):
    q, r = np.linalg.qr(tall)
    return -q * np.sign(np.diag(r))


def times_diagonal(tall):
    q, r = np.linalg.qr(tall)
    return q * np.diag(r)


def polar(tall):
    left, _, right = np.linalg.svd(tall, full_matrices=False)
    return left @ right


def wide_ignored(noise, gain):
    q, r = np.linalg.qr(noise)
    return gain * q * np.sign(np.diag(r))


def columns_always(noise, gain):
    return gain * (noise / np.linalg.norm(noise, axis=0))


def rows_always(noise, gain):
    return gain * (noise / np.linalg.norm(noise, axis=1, keepdims=True))


EXERCISE = Exercise(
    "orthogonal",
    points=3,
    sitting=2,
    answer=orthogonal_answer,
    edges=orthogonal_edges,
    inputs=orthogonal_inputs,
    forbidden=LIBRARY,
    also_right=[on_tall(gram_schmidt), on_tall(cholesky), on_tall(signs_from_r)],
    mistakes=[
        Mistake(
            "Orthogonal, but with QR's own habit in the signs: on average its diagonal is "
            "negative. Multiply each column of Q by the sign of R's diagonal.",
            on_tall(lambda tall: np.linalg.qr(tall)[0]),
            credit=0.5,
        ),
        Mistake(
            "The signs belong to the columns of Q. You multiplied its rows.",
            on_tall(signs_of_rows),
        ),
        Mistake(
            "Take the signs of R's diagonal. Making Q's own diagonal positive is a new habit.",
            on_tall(signs_of_q),
        ),
        Mistake(
            "Only the *sign* of R's diagonal: you multiplied by its size too, so the columns no "
            "longer have length 1.",
            on_tall(times_diagonal),
            credit=0.5,
        ),
        Mistake(
            "All signs are turned round: R's diagonal should come out positive, not negative.",
            on_tall(signs_turned),
            credit=0.5,
        ),
        Mistake(
            "Orthogonal and without a habit, but another one: that is the polar factor, from the "
            "SVD. Here take Q, so that we compare the same matrix.",
            on_tall(polar),
            credit=0.75,
        ),
        Mistake(
            "A wide matrix needs orthonormal rows: take QR of its transpose, and turn Q back.",
            wide_ignored,
            credit=0.5,
        ),
        Mistake(
            "Columns of length 1 are not yet at right angles. Use np.linalg.qr.",
            columns_always,
        ),
        Mistake(
            "Rows of length 1 are not yet at right angles. Use np.linalg.qr.",
            rows_always,
        ),
        Mistake(
            "Where is `gain`?",
            lambda noise, gain: orthogonal_answer(noise, 1.0),
            credit=0.75,
        ),
        Mistake(
            "The gain must multiply the answer. Multiplying the noise changes nothing but signs.",
            lambda noise, gain: orthogonal_answer(noise, 1 / gain),
        ),
        Mistake(
            "That is R, the triangle. Q is the first that np.linalg.qr returns.",
            lambda noise, gain: gain * np.linalg.qr(noise)[1],
        ),
    ],
    hints=[
        "q, r = np.linalg.qr(tall), for a matrix with at least as many rows as columns.",
        "np.diag(r) is R's diagonal. q * np.sign(np.diag(r)) multiplies each column by its sign.",
        "If noise is wide: work with noise.T, and return the transpose at the end.",
    ],
)
