"""Lab 19, patient_labels: one label for each person, or none, and how many were lost by what."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

N = float("nan")


def patient_labels_edges():
    return [
        (np.array([4, 4, 7]), np.array([1.0, N, 0.0])),  # filled
        (np.array([3, 5, 3, 5, 8]), np.array([1.0, N, 0.0, N, 1.0])),  # one of each fault
        (np.array([2, 9, 2, 9, 2, 6]), np.array([N, 0, 1.0, 0, 0, N])),  # contradicts, with a gap
        (np.array([1, 2, 3, 1, 2, 3, 1]), np.array([1.0, N, N, 0, N, N, 1])),
        (np.array([5, 5, 5, 8, 8]), np.array([1.0, 1, 0, 0, 0])),  # two against one
        (np.array([5, 5, 6, 6]), np.array([0.0, 0, 1, 1])),
    ]


def patient_labels_inputs(rng):
    person = rng.permutation(np.repeat(rng.choice(np.arange(10, 99), 10, replace=False), 3))
    ids = np.unique(person)
    truth = (np.arange(10) % 2).astype(float)
    label = truth[np.searchsorted(ids, person)]
    label[rng.random(len(label)) < 0.3] = N
    label[person == ids[0]] = N
    label[person == ids[1]] = N
    label[np.flatnonzero(person == ids[2])[:2]] = [0, 1]
    label[np.flatnonzero(person == ids[3])[:2]] = [1, 0]
    label[np.flatnonzero(person == ids[4])[1:]] = [1, 0]
    return [(person, label)]


def patient_labels(person, label):
    y, unknown, contradicted = np.full(len(label), N), 0, 0
    for who in np.unique(person):
        known = label[person == who]
        known = np.unique(known[~np.isnan(known)])
        if len(known) == 1:
            y[person == who] = known[0]
        unknown += len(known) == 0
        contradicted += len(known) == 2
    return y, unknown, contradicted


def by_least_and_largest(person, label):
    ids, member = np.unique(person, return_inverse=True)
    ill, benign = (np.bincount(member, label == value, len(ids)) > 0 for value in (1, 0))
    y = np.where(ill ^ benign, ill, np.nan)
    return y[member], int((~ill & ~benign).sum()), int((ill & benign).sum())


def by_dictionary(person, label):
    said = {}
    for who, value in zip(person.tolist(), label.tolist(), strict=True):
        said.setdefault(who, set())
        if value == value:
            said[who].add(value)
    y = [next(iter(said[who])) if len(said[who]) == 1 else N for who in person.tolist()]
    sizes = [len(values) for values in said.values()]
    return np.array(y), sizes.count(0), sizes.count(2)


def by_table(person, label):
    same = person[:, None] == person
    ill, benign = (same & (label == 1)).any(axis=1), (same & (label == 0)).any(axis=1)
    first = np.isin(np.arange(len(person)), np.unique(person, return_index=True)[1])
    y = np.where(ill & ~benign, 1.0, np.where(benign & ~ill, 0.0, N))
    return y, np.sum(first & ~ill & ~benign), np.sum(first & ill & benign)


def decided_by(rule):
    """Return an answer that gives a person the label that ``rule`` makes of those known."""

    def answer(person, label):
        y, unknown, contradicted = patient_labels(person, label)
        y = y.copy()
        for who in np.unique(person):
            known = label[person == who]
            known = known[~np.isnan(known)]
            if len(np.unique(known)) == 2:
                y[person == who] = rule(known)
        return y, unknown, contradicted

    return answer


def counted_rows(person, label):
    y, _, _ = patient_labels(person, label)
    ids = [who for who in np.unique(person) if not np.isnan(label[person == who]).all()]
    unknown = ~np.isin(person, ids)
    return y, unknown.sum(), (np.isnan(y) & ~unknown).sum()


def unfilled(person, label):
    y, unknown, contradicted = patient_labels(person, label)
    return np.where(np.isnan(label), N, y), unknown, contradicted


def only_missing_rows(person, label):
    """Count as unknown whoever lacks a label in one row."""
    y, _, contradicted = patient_labels(person, label)
    lacking = len(np.unique(person[np.isnan(label)]))
    return y, lacking, contradicted


def gaps_contradict(person, label):
    """np.unique counts NaN as a value of its own."""
    y, unknown, contradicted = np.full(len(label), N), 0, 0
    for who in np.unique(person):
        known = np.unique(label[person == who])
        if len(known) == 1 and not np.isnan(known[0]):
            y[person == who] = known[0]
        unknown += len(known) == 1 and bool(np.isnan(known[0]))
        contradicted += len(known) > 1
    return y, unknown, contradicted


def unknown_is_benign(person, label):
    y, unknown, contradicted = patient_labels(person, label)
    lost = [who for who in np.unique(person) if np.isnan(label[person == who]).all()]
    return np.where(np.isin(person, lost), 0.0, y), unknown, contradicted


def only_the_kept(person, label):
    y, unknown, contradicted = patient_labels(person, label)
    return y[~np.isnan(y)], unknown, contradicted


def per_person(person, label):
    y, unknown, contradicted = patient_labels(person, label)
    return y[np.unique(person, return_index=True)[1]], unknown, contradicted


def together(person, label):
    y, unknown, contradicted = patient_labels(person, label)
    return y, unknown + contradicted, contradicted


EXERCISE = Exercise(
    "patient_labels",
    points=2,
    answer=patient_labels,
    edges=patient_labels_edges,
    inputs=patient_labels_inputs,
    forbidden=LIBRARY,
    also_right=[by_least_and_largest, by_dictionary, by_table],
    mistakes=[
        Mistake(
            "Who is malignant in one row and benign in another became malignant. Nobody knows: "
            "NaN.",
            decided_by(np.max),
            credit=0.25,
        ),
        Mistake(
            "The first label won. Two that differ are a contradiction: NaN.",
            decided_by(lambda known: known[0]),
            credit=0.25,
        ),
        Mistake(
            "A mean of labels that differ is no label. They are a contradiction: NaN.",
            decided_by(np.mean),
            credit=0.25,
        ),
        Mistake(
            "Outvoted. A biopsy is no election: labels that differ are a contradiction, NaN.",
            decided_by(lambda known: float(known.mean() > 0.5)),
            credit=0.25,
        ),
        Mistake(
            "You counted rows. How many *people* were lost? One may have several pictures.",
            counted_rows,
            credit=0.5,
        ),
        Mistake(
            "A label belongs to the person: the rows of that person that lack it get it, too.",
            unfilled,
            credit=0.5,
        ),
        Mistake(
            "Somebody whose label stands in another row is not unknown. Count those of whom no row "
            "says anything.",
            only_missing_rows,
            credit=0.5,
        ),
        Mistake(
            "np.unique takes NaN for a value: a label and a gap are no contradiction. Take the "
            "known ones first, label[~np.isnan(label)].",
            gaps_contradict,
            credit=0.25,
        ),
        Mistake(
            "Who has no label became benign. Not known is not healthy: NaN.",
            unknown_is_benign,
            credit=0.25,
        ),
        Mistake(
            "Only the kept rows came back. For each row of the table: its label, or NaN.",
            only_the_kept,
            credit=0.5,
        ),
        Mistake(
            "One label for each person came back. One for each row was asked for.",
            per_person,
            credit=0.5,
        ),
        Mistake(
            "Who is contradicted was counted as unknown as well. Each is lost once.",
            together,
            credit=0.75,
        ),
        Mistake(
            "First those of whom nothing is known, then those who are contradicted.",
            lambda person, label: tuple(patient_labels(person, label)[i] for i in (0, 2, 1)),
            credit=0.75,
        ),
    ],
    hints=[
        "Take one person after the other. Which different labels are known of her?",
        "known = np.unique(found[~np.isnan(found)]) has none, one or two values.",
        "One: y[person == who] = known[0]. None: count her as unknown. Two: as contradicted.",
    ],
)
