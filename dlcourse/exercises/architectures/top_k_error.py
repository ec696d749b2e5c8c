"""Lab 10, top_k_error: the number by which ImageNet was judged."""

import numpy as np
import torch

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def top_k_error_edges():
    # All scores negative, and the true class second or fourth of five.
    scores = -np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [5, 4, 3, 2, 1], [2, 1, 4, 3, 5]])
    return [(scores, np.array([1, 1, 0]), 2)]


def top_k_error_inputs(rng):
    def case(n, classes, k):
        return rng.normal(size=(n, classes)), rng.integers(0, classes, n), k

    negative, target, k = case(12, 6, 2)
    return [case(9, 8, 3), case(11, 10, 1), case(40, 7, 5), (-np.abs(negative), target, k)]


def top_k_error(scores, target, k):
    best = np.argsort(-scores, axis=1)[:, :k]
    return 1 - (best == target[:, None]).any(axis=1).mean()


def by_rank(scores, target, k):
    own = scores[np.arange(len(target)), target]
    return float(np.mean((scores > own[:, None]).sum(axis=1) >= k))


def by_partition(scores, target, k):
    missed = [t not in np.argpartition(row, -k)[-k:] for row, t in zip(scores, target, strict=True)]
    return sum(missed) / len(missed)


def by_torch(scores, target, k):
    best = torch.from_numpy(scores).topk(k, dim=1).indices
    return float((best != torch.from_numpy(target)[:, None]).all(dim=1).double().mean())


def hits(best, target):
    return (best == target[:, None]).any(axis=1)


def over_images(scores, target, k):
    ranks = (-scores).argsort(axis=0).argsort(axis=0)
    return 1 - (ranks[np.arange(len(target)), target] < k).mean()


EXERCISE = Exercise(
    "top_k_error",
    points=2,
    answer=top_k_error,
    edges=top_k_error_edges,
    inputs=top_k_error_inputs,
    forbidden=LIBRARY,
    sitting=2,
    also_right=[by_rank, by_partition, by_torch],
    mistakes=[
        Mistake(
            "That is the top-k accuracy. The error is the rest.",
            lambda s, t, k: 1 - top_k_error(s, t, k),
            credit=0.5,
        ),
        Mistake(
            "argsort rises: its first k are the least likely. Take the last k, or sort -scores.",
            lambda s, t, k: 1 - hits(np.argsort(s, axis=1)[:, :k], t).mean(),
        ),
        Mistake(
            "Only the best guess counts in yours; k guesses are allowed.",
            lambda s, t, k: top_k_error(s, t, 1),
        ),
        Mistake("Each image ranks its classes: sort along axis 1, not along axis 0.", over_images),
        Mistake(
            "That is how many images were missed. A share was asked: divide by their number.",
            lambda s, t, k: top_k_error(s, t, k) * len(t),
            credit=0.5,
        ),
        Mistake(
            "A share from 0 to 1 was asked, not percent.",
            lambda s, t, k: 100 * top_k_error(s, t, k),
            credit=0.5,
        ),
        Mistake("One guess too many: [:k] holds k.", lambda s, t, k: top_k_error(s, t, k + 1)),
        Mistake(
            "You looked at the k-th guess alone. Any of the first k may be right.",
            lambda s, t, k: (np.argsort(-s, axis=1)[:, k - 1] != t).mean(),
        ),
        Mistake(
            "A hit counts once, not 1/k: first .any over the k guesses, then the mean over images.",
            lambda s, t, k: (np.argsort(-s, axis=1)[:, :k] != t[:, None]).mean(),
        ),
        Mistake(
            "Scores have a sign, and a very negative one is a very unlikely class: no abs.",
            lambda s, t, k: top_k_error(np.abs(s), t, k),
        ),
    ],
    hints=[
        "Which k classes does an image rank first? np.argsort sorts from small to large.",
        "best = np.argsort(-scores, axis=1)[:, :k] is (images, k). Is the true class among them?",
        "(best == target[:, None]).any(axis=1) says for each image whether it is.",
    ],
)
