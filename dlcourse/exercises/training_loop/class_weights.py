"""Lab 07, class_weights: equal votes for every class."""

from collections import Counter

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def class_weights_edges():
    return [
        (np.array([1, 0, 0, 0, 1, 0]),),
        (np.array([2, 1, 0, 0, 1, 2]),),
        (np.array([2, 2, 2, 0, 1, 1, 0, 2]),),
    ]


def class_weights_inputs(rng):
    three = np.repeat([0, 1, 2], rng.integers(2, 5, 3) + np.array([20, 0, 6]))
    two = np.repeat([0, 1], [int(rng.integers(30, 50)), int(rng.integers(2, 6))])
    return [
        (rng.permutation(two),),
        (np.append(2, rng.permutation(three)),),
    ]


def class_weights_answer(y):
    counts = np.bincount(y)
    return len(y) / (len(counts) * counts)


def by_counter(y):
    counts = Counter(y.tolist())
    return np.array([len(y) / (len(counts) * counts[k]) for k in sorted(counts)])


def by_unique(y):
    _, counts = np.unique(y, return_counts=True)
    return counts.sum() / counts / counts.size


def by_one_hot(y):
    share = (y[:, None] == np.arange(y.max() + 1)).mean(axis=0)
    return 1 / (share * len(share))


def with_sklearn(y):
    from sklearn.utils.class_weight import compute_class_weight

    return compute_class_weight("balanced", classes=np.unique(y), y=y)


def by_first_appearance(y):
    return class_weights_answer(y)[list(dict.fromkeys(y.tolist()))]


EXERCISE = Exercise(
    "class_weights",
    points=2,
    sitting=4,
    answer=class_weights_answer,
    edges=class_weights_edges,
    inputs=class_weights_inputs,
    forbidden=LIBRARY,
    also_right=[by_counter, by_unique, by_one_hot, with_sklearn],
    mistakes=[
        Mistake(
            "Upside down: the rare class got the least. Divide by the count.",
            lambda y: np.bincount(y) / len(y),
        ),
        Mistake(
            "1 / count changes the loss's scale with the number of patients. Balanced data "
            "must give 1.",
            lambda y: 1 / np.bincount(y),
            credit=0.5,
        ),
        Mistake(
            "You forgot K, the number of classes: balanced data must give 1.",
            lambda y: len(y) / np.bincount(y),
            credit=0.5,
        ),
        Mistake(
            "1 - share: for two classes the ratio happens to be right, for three it is not.",
            lambda y: 1 - np.bincount(y) / len(y),
        ),
        Mistake(
            "The weights stand in the order in which classes first appear. Index by class number.",
            by_first_appearance,
        ),
        Mistake(
            "Normalized to sum 1: the scale of the loss, and with it of the learning rate, "
            "has changed. Balanced data must give 1.",
            lambda y: class_weights_answer(y) / class_weights_answer(y).sum(),
            credit=0.5,
        ),
        Mistake(
            "Largest count / count is balanced, but the mean weight over patients is not 1. "
            "Use n / (K count).",
            lambda y: np.bincount(y).max() / np.bincount(y),
            credit=0.5,
        ),
        Mistake(
            "You divided by 2; that is right for two classes only. Divide by K.",
            lambda y: len(y) / (2 * np.bincount(y)),
            credit=0.5,
        ),
        Mistake(
            "Classes are numbered from 0: K is y.max() + 1, or the length of the counts.",
            lambda y: len(y) / (y.max() * np.bincount(y)),
            credit=0.5,
        ),
        Mistake(
            "One weight per patient. One per class was asked: shape (K,).",
            lambda y: class_weights_answer(y)[y],
            credit=0.5,
        ),
    ],
    hints=[
        "np.bincount(y) counts each class, in the order of their numbers.",
        "K is the number of classes, n the number of patients: n / (K * count).",
    ],
)
