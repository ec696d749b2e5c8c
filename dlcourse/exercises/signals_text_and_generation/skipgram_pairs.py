"""Lab 16, skipgram_pairs: who stands beside whom. All that word vectors are learned from."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def skipgram_pairs_edges():
    return [
        (np.array([5, 3, 9, 1, 7, 2]), 2),
        (np.array([4, 4, 8, 4, 6]), 2),  # "no, no": a word beside itself
        (np.array([3, 1, 2]), 5),
        (np.array([7, 2]), 2),
        (np.array([2, 6, 1, 9]), 1),
        (np.array([6, 1, 5, 8, 2, 7, 9, 3]), 3),
    ]


def skipgram_pairs_inputs(rng):
    n = int(rng.integers(6, 9))
    return [(rng.permutation(20)[:n], 2), (rng.integers(10, 14, 7), 3)]


def skipgram_pairs(tokens, window):
    pairs = []
    for i, centre in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                pairs.append((centre, tokens[j]))
    return np.array(pairs, dtype=int).reshape(-1, 2)


def by_grid(tokens, window):
    i, j = np.indices((len(tokens), len(tokens)))
    near = (abs(i - j) <= window) & (i != j)
    return np.stack([tokens[i[near]], tokens[j[near]]], axis=1)


def by_slices(tokens, window):
    words = tokens.tolist()
    pairs = [
        (word, other)
        for i, word in enumerate(words)
        for other in words[max(0, i - window) : i] + words[i + 1 : i + 1 + window]
    ]
    return np.array(pairs, dtype=int).reshape(len(pairs), 2)


def by_distance(tokens, window):
    n = len(tokens)
    places = [
        (i, i + d) for d in range(-window, window + 1) if d for i in range(n) if 0 <= i + d < n
    ]
    places = np.array(sorted(places), dtype=int).reshape(-1, 2)
    return tokens[places]


def wrong(
    low=lambda i, window: max(0, i - window),
    high=lambda i, window, n: min(n, i + window + 1),
    keep=lambda i, j, tokens: i != j,
    pair=lambda i, j, tokens: (tokens[i], tokens[j]),
    centres=lambda n, window: range(n),
    then=lambda pairs: pairs,
):
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(tokens, window):
        n, pairs = len(tokens), []
        for i in centres(n, window):
            for j in range(low(i, window), high(i, window, n)):
                if keep(i, j, tokens):
                    pairs.append(pair(i, j, tokens))
        return then(np.array(pairs, dtype=int).reshape(-1, 2))

    return answer


def exactly_there(tokens, window):
    n = len(tokens)
    places = [(i, j) for i in range(n) for j in (i - window, i + window) if 0 <= j < n]
    return tokens[np.array(places, dtype=int).reshape(-1, 2)]


def nearest_first(tokens, window):
    n = len(tokens)
    places = [(i, i + d) for d in range(1, window + 1) for i in range(n - d)]
    both = [pair for i, j in places for pair in ((i, j), (j, i))]
    return tokens[np.array(both, dtype=int).reshape(-1, 2)]


EXERCISE = Exercise(
    "skipgram_pairs",
    points=2,
    answer=skipgram_pairs,
    edges=skipgram_pairs_edges,
    inputs=skipgram_pairs_inputs,
    forbidden=LIBRARY,
    sitting=3,
    also_right=[by_grid, by_slices, by_distance],
    mistakes=[
        Mistake(
            "The last neighbour on the right is missing: range stops before its end.",
            wrong(high=lambda i, window, n: min(n, i + window)),
            credit=0.5,
        ),
        Mistake(
            "Only what follows. A context has two sides.",
            wrong(low=lambda i, window: i + 1),
            credit=0.25,
        ),
        Mistake(
            "Only what came before. A context has two sides.",
            wrong(high=lambda i, window, n: i),
            credit=0.25,
        ),
        Mistake(
            "A word is paired with itself at its own place. Leave that place out.",
            wrong(keep=lambda i, j, tokens: True),
            credit=0.25,
        ),
        Mistake(
            "You compared words where places are meant: in 'no, no' the second is a neighbour of "
            "the first.",
            wrong(keep=lambda i, j, tokens: tokens[i] != tokens[j]),
            credit=0.75,
        ),
        Mistake(
            "A negative place counts from the end: the first word met the last ones.",
            wrong(low=lambda i, window: i - window),
        ),
        Mistake(
            "Centre first, context second.",
            wrong(pair=lambda i, j, tokens: (tokens[j], tokens[i])),
            credit=0.5,
        ),
        Mistake(
            "Those are places in the text. Put the words there.",
            wrong(pair=lambda i, j, tokens: (i, j)),
            credit=0.5,
        ),
        Mistake(
            "Words near the ends have fewer neighbours, and you left them out as centres.",
            wrong(centres=lambda n, window: range(window, n - window)),
            credit=0.25,
        ),
        Mistake(
            "Each pair once: how often two words meet is what is learned from. Keep repetitions "
            "and the order of the text.",
            wrong(then=lambda pairs: np.unique(pairs, axis=0)),
            credit=0.25,
        ),
        Mistake(
            "Only the words exactly window places away. All up to there.",
            exactly_there,
            credit=0.25,
        ),
        Mistake(
            "The right pairs in another order: by centre from left to right, then by context from "
            "left to right.",
            nearest_first,
            credit=0.75,
        ),
        Mistake(
            "window counts on each side; you halved it.",
            wrong(
                low=lambda i, window: max(0, i - window // 2),
                high=lambda i, window, n: min(n, i + window // 2 + 1),
            ),
            credit=0.5,
        ),
    ],
    hints=[
        "Two loops: i over all places, j over the places from i - window to i + window.",
        "max(0, i - window) and min(len(tokens), i + window + 1) keep j inside the text.",
        "Collect (tokens[i], tokens[j]) where j != i, and return np.array(pairs).",
    ],
)
