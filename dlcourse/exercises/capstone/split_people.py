"""Lab 19, split_people: nobody in two parts, and as many ill in each as belong there."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def study(rng, benign, malignant, most=4):
    """Return (person, y, order): people with 1 to ``most`` rows each, in mixed order."""
    n = benign + malignant
    ids = rng.choice(np.arange(100, 999), n, replace=False)
    truth = rng.permutation(np.repeat([0, 1], [benign, malignant]))
    rows = rng.permutation(np.repeat(np.arange(n), 1 + rng.permutation(n) % most))
    return ids[rows], truth[rows], rng.permutation(ids)


def split_people_edges():
    rng = np.random.default_rng(19)
    return [study(rng, 10, 5), study(rng, 20, 10, 3), study(rng, 13, 9), study(rng, 17, 6, 2)]


def split_people_inputs(rng):
    return [study(rng, int(rng.integers(20, 30)), int(rng.integers(8, 14)))]


def split_people(person, y, order):
    part = np.zeros(len(person), int)
    for label in (0, 1):
        mine = order[np.isin(order, person[y == label])]
        n = len(mine)
        part[np.isin(person, mine[round(0.5 * n) :])] = 1
        part[np.isin(person, mine[round(0.7 * n) :])] = 2
    return part


def by_loop(person, y, order):
    of = dict(zip(person.tolist(), y.tolist(), strict=True))
    kinds = {label: [who for who in order.tolist() if of[who] == label] for label in (0, 1)}
    part = {}
    for mine in kinds.values():
        first, second = round(0.5 * len(mine)), round(0.7 * len(mine))
        for rank, who in enumerate(mine):
            part[who] = (rank >= first) + (rank >= second)
    return np.array([part[who] for who in person.tolist()])


def by_rank(person, y, order):
    place = np.array([np.flatnonzero(order == who)[0] for who in person])
    part = np.empty(len(person), int)
    for label in (0, 1):
        rows = y == label
        ranks, rank = np.unique(place[rows], return_inverse=True)
        part[rows] = np.digitize(rank, [round(0.5 * len(ranks)), round(0.7 * len(ranks))])
    return part


def by_split(person, y, order):
    label = np.array([y[person == who][0] for who in order])
    part = np.empty(len(person), int)
    for kind in (order[label == 0], order[label == 1]):
        cuts = np.rint(np.array([0.5, 0.7]) * len(kind)).astype(int)
        for number, who in enumerate(np.split(kind, cuts)):
            part[np.isin(person, who)] = number
    return part


def shared(person, y, order, first=0.5, second=0.7, kinds=(0, 1), sort=False, cut=round):
    """Return the parts; the options are the ways in which it is done wrong."""
    order = np.sort(order) if sort else order
    part = np.zeros(len(person), int)
    for label in kinds:
        mine = order if label is None else order[np.isin(order, person[y == label])]
        n = len(mine)
        part[np.isin(person, mine[cut(first * n) :])] = 1
        part[np.isin(person, mine[cut(second * n) :])] = 2
    return part


def wrong(**options):
    return lambda person, y, order: shared(person, y, order, **options)


def by_picture(person, y, order):
    """Cut the rows of each label, in the people's order: who lies on a cut is in two parts."""
    part = np.zeros(len(person), int)
    place = np.array([np.flatnonzero(order == who)[0] for who in person])
    for label in (0, 1):
        rows = np.flatnonzero(y == label)
        rows = rows[np.argsort(place[rows], kind="stable")]
        n = len(rows)
        part[rows[round(0.5 * n) :]] = 1
        part[rows[round(0.7 * n) :]] = 2
    return part


def by_pictures_of_people(person, y, order):
    """Whole people, until a part has its share of the pictures."""
    part = np.zeros(len(person), int)
    for label in (0, 1):
        mine = order[np.isin(order, person[y == label])]
        seen = np.cumsum([(person == who).sum() for who in mine])
        part[np.isin(person, mine[seen > 0.5 * seen[-1]])] = 1
        part[np.isin(person, mine[seen > 0.7 * seen[-1]])] = 2
    return part


def for_people(person, y, order):
    part = split_people(person, y, order)
    return part[np.unique(person, return_index=True)[1]]


def in_order(person, y, order):
    part = split_people(person, y, order)
    return np.array([part[person == who][0] for who in order])


def rows_of_parts(person, y, order):
    part = split_people(person, y, order)
    return tuple(np.flatnonzero(part == k) for k in range(3))


EXERCISE = Exercise(
    "split_people",
    points=3,
    answer=split_people,
    edges=split_people_edges,
    inputs=split_people_inputs,
    forbidden=LIBRARY,
    also_right=[by_loop, by_rank, by_split],
    mistakes=[
        Mistake(
            "All people were cut at once: the share of the ill in a part is left to chance. Cut "
            "the malignant and the benign apart.",
            wrong(kinds=(None,)),
            credit=0.5,
        ),
        Mistake(
            "You cut the rows: whose pictures lie on the cut is in two parts, and that is the "
            "leak. Cut the people.",
            by_picture,
        ),
        Mistake(
            "Whole people, until a part had its share of the *pictures*. The shares are of people.",
            by_pictures_of_people,
            credit=0.5,
        ),
        Mistake(
            "Sorted by number: the first numbers are the oldest cases. Take the order that is "
            "given.",
            wrong(sort=True),
            credit=0.25,
        ),
        Mistake(
            "Validation got the people from 0.2 on. Train comes first, with half of them; then "
            "20 % for validation.",
            wrong(first=0.2),
            credit=0.25,
        ),
        Mistake(
            "int cuts off the fraction, round takes the nearest. round(0.5 * n), round(0.7 * n).",
            wrong(cut=int),
            credit=0.5,
        ),
        Mistake(
            "Shares of 60, 20 and 20 %. Asked for were 50, 20 and 30: a test set must be large to "
            "say anything.",
            wrong(first=0.6, second=0.8),
            credit=0.5,
        ),
        Mistake(
            "Validation has 30 % and test 20 %. It is the other way round.",
            wrong(first=0.5, second=0.8),
            credit=0.5,
        ),
        Mistake(
            "The benign stayed in part 0, all of them. Both kinds are divided.",
            wrong(kinds=(1,)),
            credit=0.25,
        ),
        Mistake(
            "Train and test have changed places: 0 is train, 2 is test.",
            lambda person, y, order: 2 - split_people(person, y, order),
            credit=0.5,
        ),
        Mistake(
            "One number for each person. For each *row*: the part of its person.",
            for_people,
            credit=0.5,
        ),
        Mistake(
            "One number for each of `order`. For each *row*: the part of its person.",
            in_order,
            credit=0.5,
        ),
        Mistake(
            "Three lists of rows. Asked for was one number for each row: 0, 1 or 2.",
            rows_of_parts,
            credit=0.75,
        ),
    ],
    hints=[
        "The malignant people in the order given: order[np.isin(order, person[y == 1])]. Likewise "
        "the benign.",
        "Of n people, those from rank round(0.5 * n) on are not in train, those from round(0.7 * "
        "n) on are in test.",
        "part[np.isin(person, some_people)] = 2 marks all rows of all of them.",
    ],
)
