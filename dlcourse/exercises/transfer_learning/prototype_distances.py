"""Lab 11, prototype_distances: each class is the mean of its few examples."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def prototype_distances_edges():
    rng = np.random.default_rng(11)
    return [
        (rng.normal(size=(7, 3)), np.array([0, 1, 1, 2, 0, 2, 2]), rng.normal(size=(4, 3))),
        (rng.normal(size=(6, 2)) + 2, np.array([5, 3, 5, 3, 3, 5]), rng.normal(size=(3, 2))),
        (rng.normal(size=(3, 4)), np.array([2, 0, 1]), rng.normal(size=(2, 4))),
    ]


def prototype_distances_inputs(rng):
    y = rng.permutation(np.repeat([1, 4, 6], rng.integers(2, 6, 3)))
    return [(rng.normal(size=(len(y), 5)) + 1, y, rng.normal(size=(4, 5)))]


def means(support, y, centre=lambda rows: rows.mean(axis=0), classes=None):
    classes = np.unique(y) if classes is None else classes
    return np.stack([centre(support[y == c]) for c in classes])


def squared(query, prototypes):
    return ((query[:, None] - prototypes) ** 2).sum(axis=-1)


def prototype_distances(support, y, query):
    return squared(query, means(support, y))


def by_one_hot(support, y, query):
    member = (y[:, None] == np.unique(y)).astype(float)  # (n, classes)
    prototypes = member.T @ support / member.sum(axis=0)[:, None]
    cross = query @ prototypes.T
    return (query**2).sum(axis=1)[:, None] - 2 * cross + (prototypes**2).sum(axis=1)


def by_loops(support, y, query):
    found = np.zeros((len(query), len(np.unique(y))))
    for i, z in enumerate(query):
        for j, c in enumerate(np.unique(y)):
            found[i, j] = np.sum((z - np.mean(support[y == c], axis=0)) ** 2)
    return found


def by_class(support, y, query):
    columns = [np.linalg.norm(query - p, axis=1) ** 2 for p in means(support, y)]
    return np.stack(columns, axis=1)


def over_examples(join):
    """Return an answer that measures to every example and joins the distances of a class."""

    def answer(support, y, query):
        far = squared(query, support)  # (queries, examples)
        return np.stack([join(far[:, y == c]) for c in np.unique(y)], axis=1)

    return answer


def by_cosine(support, y, query):
    prototypes = means(support, y)
    lengths = np.linalg.norm(query, axis=1)[:, None] * np.linalg.norm(prototypes, axis=1)
    return 1 - query @ prototypes.T / lengths


def up_to_the_maximum(support, y, query):
    rows = [
        support[y == c].mean(axis=0) if (y == c).any() else np.zeros(support.shape[1])
        for c in range(y.max() + 1)
    ]
    return squared(query, np.stack(rows))


def with_means(**options):
    return lambda support, y, query: squared(query, means(support, y, **options))


EXERCISE = Exercise(
    "prototype_distances",
    points=3,
    sitting=2,
    answer=prototype_distances,
    edges=prototype_distances_edges,
    inputs=prototype_distances_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-6, 1e-9),
    also_right=[by_one_hot, by_loops, by_class],
    mistakes=[
        Mistake(
            "You added the examples up: a class with more of them lies further out. Take the mean.",
            with_means(centre=lambda rows: rows.sum(axis=0)),
        ),
        Mistake(
            "A root was taken. The order is the same, and the softmax of it is not: squared.",
            lambda *args: np.sqrt(prototype_distances(*args)),
            credit=0.5,
        ),
        Mistake(
            "You averaged over the features. A squared distance is their sum.",
            lambda support, y, query: prototype_distances(support, y, query) / support.shape[1],
            credit=0.5,
        ),
        Mistake(
            "The sign is turned: that is a similarity. Distances were asked for.",
            lambda *args: -prototype_distances(*args),
        ),
        Mistake(
            "Absolute differences; squared ones were asked for.",
            lambda support, y, query: np.abs(query[:, None] - means(support, y)).sum(axis=-1),
        ),
        Mistake(
            "That is a cosine distance: it forgets how long a list of features is. Here length "
            "counts.",
            by_cosine,
        ),
        Mistake(
            "Rows and columns have changed places: one row for each query.",
            lambda *args: prototype_distances(*args).T,
            credit=0.5,
        ),
        Mistake(
            "The classes come in the order in which y has them. np.unique(y) sorts them.",
            lambda support, y, query: squared(
                query, means(support, y, classes=list(dict.fromkeys(y.tolist())))
            ),
            credit=0.5,
        ),
        Mistake(
            "A column for every number up to the largest label. Only the classes in y have a "
            "prototype.",
            up_to_the_maximum,
        ),
        Mistake(
            "That is the distance to the nearest example. Average the examples first, then "
            "measure.",
            over_examples(lambda far: far.min(axis=1)),
        ),
        Mistake(
            "You averaged distances. Average the examples first, then measure: the mean of squares "
            "is larger by the spread of the class.",
            over_examples(lambda far: far.mean(axis=1)),
        ),
        Mistake(
            "That is the median of the examples, feature by feature. The prototype is the mean.",
            with_means(centre=lambda rows: np.median(rows, axis=0)),
        ),
    ],
    hints=[
        "First the prototypes: support[y == c].mean(axis=0) for each c in np.unique(y).",
        "query[:, None] - prototypes has the shape (queries, classes, features).",
        "Square it, and sum over the last axis.",
    ],
)
