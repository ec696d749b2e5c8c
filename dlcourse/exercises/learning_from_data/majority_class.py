"""Lab 01, majority_class: the answer to beat, fixed before the test set is opened."""

from collections import Counter

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.classical import baseline
from dlcourse.exercises import LIBRARY


def majority_class_edges():
    return [
        (np.array([3, 7, 7, 9]), np.array([3, 3, 7, 3])),
        (np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1])),
    ]


def majority_class_inputs(rng):
    # Of the four labels, the most frequent is neither first nor last in size,
    # nor the median, nor the nearest whole number to the mean.
    labels = np.sort(rng.choice(np.arange(2, 30, 3), 4, replace=False))
    train = rng.permutation(np.repeat(labels, [1, 5, 4, 4]))
    test = rng.permutation(np.repeat(labels, [4, rng.integers(1, 7), 7, 3]))
    return [
        (train, test),
    ]


def common(y):
    return baseline.majority_class(y)


def majority_class_answer(y_train, y_test):
    label = common(y_train)
    return label, (y_test == label).mean()


def by_sorting(y_train, y_test):
    label = sorted(y_train, key=lambda v: list(y_train).count(v))[-1]
    return int(label), sum(v == label for v in y_test) / len(y_test)


def by_counter(y_train, y_test):
    label = Counter(y_train.tolist()).most_common(1)[0][0]
    return label, Counter(y_test.tolist())[label] / len(y_test)


def by_bincount(y_train, y_test):
    label = np.bincount(y_train).argmax()
    return label, np.count_nonzero(y_test == label) / y_test.size


def position(y_train, y_test):
    label = np.unique(y_train, return_counts=True)[1].argmax()
    return label, (y_test == label).mean()


def how_often(y_train, y_test):
    label = np.bincount(y_train).max()
    return label, (y_test == label).mean()


def middle(y_train, y_test):
    label = int(np.median(y_train))
    return label, (y_test == label).mean()


def rarest(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    label = labels[counts.argmin()]
    return label, (y_test == label).mean()


def rounded_mean(y_train, y_test):
    label = round(y_train.mean())
    return label, (y_test == label).mean()


EXERCISE = Exercise(
    "majority_class",
    points=2,
    answer=majority_class_answer,
    edges=majority_class_edges,
    inputs=majority_class_inputs,
    forbidden=LIBRARY,
    also_right=[by_sorting, by_counter, by_bincount],
    mistakes=[
        Mistake(
            "The answer must be fixed before the test set is opened. Count the training labels.",
            lambda y_train, y_test: majority_class_answer(y_test, y_test),
        ),
        Mistake(
            "That is the largest label. You want the most frequent one.",
            lambda y_train, y_test: (y_train.max(), (y_test == y_train.max()).mean()),
        ),
        Mistake(
            "That is how often it occurs. Which label occurs that often?",
            how_often,
        ),
        Mistake("You returned a position. Look up the label at that position.", position),
        Mistake(
            "Right for 0/1 by luck. Average the labels 3, 7, 9: is that a class?",
            rounded_mean,
        ),
        Mistake(
            "The label is right. Accuracy is asked on the patients you have not used.",
            lambda y_train, y_test: (common(y_train), (y_train == common(y_train)).mean()),
        ),
        Mistake(
            "That is the median. It is the majority while there are two labels, "
            "and need not be with more. Count them.",
            middle,
        ),
        Mistake("That is the rarest label. You want the most frequent one.", rarest),
        Mistake(
            "The label is right. The share is that of wrong answers; accuracy counts the right "
            "ones.",
            lambda y_train, y_test: (common(y_train), (y_test != common(y_train)).mean()),
        ),
        Mistake(
            "A count, not a share. Divide by the number of patients.",
            lambda y_train, y_test: (common(y_train), (y_test == common(y_train)).sum()),
        ),
    ],
    hints=[
        "np.unique(y_train, return_counts=True) returns the labels and how often each occurs.",
        "labels[counts.argmax()] is the most frequent label.",
        "(y_test == label).mean() is the share of test patients for whom it is right.",
    ],
)
