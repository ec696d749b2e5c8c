"""Lab 19, same_person: patients who share a picture are one, however long the chain."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def same_person_edges():
    return [
        (np.array([5, 9, 9, 7]), np.array([1, 1, 2, 3])),  # 5 and 9
        (np.array([8, 3, 3, 5, 5, 2]), np.array([4, 4, 7, 7, 1, 0])),  # 8, 3, 5: no picture for all
        (np.array([30, 20, 20, 10, 10, 40]), np.array([0, 0, 5, 5, 2, 2])),  # all four
        (np.array([4, 4, 6]), np.array([2, 2, 3])),  # twice under one number: nobody joins
        # A chain whose smallest number is in the middle, walked from either end.
        (np.array([6, 1, 1, 8, 8, 2, 2, 7, 9]), np.array([0, 0, 1, 1, 2, 2, 3, 3, 4])),
        (np.array([7, 2, 2, 8, 8, 1, 1, 6, 9]), np.array([3, 3, 2, 2, 1, 1, 0, 0, 4])),
    ]


def same_person_inputs(rng):
    patient = rng.choice(np.arange(100, 999), 9, replace=False)
    rows = rng.permutation(np.concatenate([patient, patient[:6]]))
    picture = rng.permutation(40)[: len(rows)]
    for first, second in ((0, 1), (1, 2), (3, 4)):  # three in a chain, and a pair
        a, b = (rng.permutation(np.flatnonzero(rows == patient[who])) for who in (first, second))
        picture[a[0]] = picture[b[-1]]
    return [(rows, picture)]


def same_person(patient, picture):
    person = patient.copy()
    changed = True
    while changed:
        before = person.copy()
        for group in (patient, picture):
            for value in np.unique(group):
                person[group == value] = person[group == value].min()
        changed = (person != before).any()
    return person


def by_merging(patient, picture):
    """Go once over the pictures, and each time rename a whole person."""
    person = patient.copy()
    for value in np.unique(picture):
        known = np.unique(person[picture == value])
        person[np.isin(person, known)] = known.min()
    return person


def by_search(patient, picture):
    person = np.zeros(len(patient), int)
    for start in range(len(patient)):
        found, waiting = set(), [start]
        while waiting:
            row = waiting.pop()
            if row not in found:
                found.add(row)
                beside = (patient == patient[row]) | (picture == picture[row])
                waiting += np.flatnonzero(beside).tolist()
        person[start] = min(patient[row] for row in found)
    return person


def by_matrix(patient, picture):
    joined = (patient[:, None] == patient) | (picture[:, None] == picture)
    for _ in range(len(patient)):
        joined = joined @ joined  # of True and False: is there a way in so many steps
    return np.where(joined, patient, patient.max()).min(axis=1)


def smallest_of(patient, group):
    return np.array([patient[group == value].min() for value in group])


def one_round(patient, picture):
    person = smallest_of(patient, picture)
    return np.array([person[patient == who].min() for who in patient])


def of_picture_only(patient, picture):
    return smallest_of(patient, picture)


def first_seen(patient, picture):
    """Each person under the number that stands first in the table."""
    person = same_person(patient, picture)
    return np.array([patient[person == who][0] for who in person])


def renumbered(patient, picture):
    return np.unique(same_person(patient, picture), return_inverse=True)[1]


def largest(patient, picture):
    person = same_person(patient, picture)
    return np.array([patient[person == who].max() for who in person])


def one_row_each(patient, picture):
    return np.unique(same_person(patient, picture))


def chain_in_order(patient, picture):
    """Rename rows by the smaller number, once, and not those who were renamed before."""
    person = patient.copy()
    for value in np.unique(picture):
        there = np.unique(patient[picture == value])
        person[np.isin(patient, there)] = there.min()
    return person


def numbers_only(patient, picture):
    person = same_person(patient, picture)
    return person != patient


def first_pictures(patient, picture):
    """Drop what occurs a second time."""
    return patient[np.sort(np.unique(picture, return_index=True)[1])]


EXERCISE = Exercise(
    "same_person",
    points=4,
    answer=same_person,
    edges=same_person_edges,
    inputs=same_person_inputs,
    forbidden=(*LIBRARY, "networkx", "scipy"),
    also_right=[by_merging, by_search, by_matrix],
    mistakes=[
        Mistake(
            "Only the rows with that very picture were joined. The other pictures of both numbers "
            "belong to that person, too.",
            of_picture_only,
            credit=0.25,
        ),
        Mistake(
            "One step of the chain was made: 8 and 3 share a picture, 3 and 5 another, so 8 is 5. "
            "Go on until nothing changes.",
            one_round,
            credit=0.5,
        ),
        Mistake(
            "You looked up the number that stands in the table, and not the one that it has become "
            "by now: a chain is cut in two. Rename the whole person.",
            chain_in_order,
            credit=0.5,
        ),
        Mistake(
            "The right people, called by the number that comes first in the table. The smallest "
            "number was asked for: it does not depend on the order.",
            first_seen,
            credit=0.75,
        ),
        Mistake(
            "The right people, counted anew from 0. Call each by the smallest patient number.",
            renumbered,
            credit=0.75,
        ),
        Mistake("Called by the largest number. The smallest was asked for.", largest, credit=0.75),
        Mistake(
            "Those are the people. For each row of the table: who is it?", one_row_each, credit=0.5
        ),
        Mistake("True and False say that somebody has two numbers. Who is it?", numbers_only),
        Mistake(
            "You dropped the pictures that came twice. The rows stay; the numbers become one.",
            first_pictures,
        ),
        Mistake(
            "Nothing was joined: who shares a picture is one person.",
            lambda patient, picture: patient,
        ),
        Mistake(
            "The number of the picture is no number of a person.",
            lambda patient, picture: picture,
        ),
    ],
    hints=[
        "Two rows belong to one person if they have the same patient number or the same picture, "
        "directly or by way of other rows.",
        "Begin with person = patient.copy(). For each picture: known = np.unique(person[picture == "
        "value]) are the people who have it.",
        "person[np.isin(person, known)] = known.min() renames all rows of all of them at once.",
    ],
)
