"""Lab 01, split_by_patient: all images of one patient on the same side."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY
from dlcourse.wording import counted

from .rows import is_run, problem_with_rows

NAMES = ("train", "test")


def split_by_patient_edges():
    ids = np.array([3, 7, 12, 18, 21, 25, 33, 40, 41, 52])
    order = shuffled(ids, 5)
    # The first to be chosen has half of all images, and then the last one.
    heavy_first, heavy_last = (np.where(ids == who, 9, 1) for who in order[[0, -1]])
    return [
        (np.array([13, 11, 11, 12, 13, 15, 15, 14, 12, 14]), 0.4, 4),
        (np.repeat(ids, heavy_first), 0.4, 5),
        (np.repeat(ids, heavy_last), 0.4, 5),
    ]


def split_by_patient_inputs(rng):
    def images(patients):
        ids = rng.choice(np.arange(1000, 9999), patients, replace=False)
        return rng.permutation(np.repeat(ids, rng.integers(1, 5, patients)))

    return [
        (images(30), 0.3, int(rng.integers(1, 10**6))),
        (images(int(rng.integers(20, 60))), 0.25, int(rng.integers(1, 10**6))),
    ]


def split_by_patient_answer(patient, test_share, seed):
    return divided(patient, chosen(patient, test_share, seed))


def problem(args, value):
    """Return which promise of a split by patient ``value`` breaks, or None."""
    patient, test_share, seed = args
    wrong = problem_with_rows(value, NAMES, len(patient))
    if wrong:
        return wrong
    train, test = (np.unique(patient[np.asarray(part, int)]) for part in value)
    both = np.intersect1d(train, test)
    if len(both):
        have = f"{counted(len(both), 'patient')} {'has' if len(both) == 1 else 'have'}"
        return f"{have} images on both sides, the first is {both[0]}"
    ids = np.unique(patient)
    if abs(len(test) - test_share * len(ids)) >= 1:
        return f"{len(test)} of {len(ids)} patients are in test; expected {test_share:g} of them"
    order = np.random.default_rng(seed).permutation(ids)
    if not (is_run(test, order) and order[0] in test):
        return (
            "the test patients are not the first in "
            "np.random.default_rng(seed).permutation(np.unique(patient))"
        )
    return None


def shuffled(patient, seed):
    return np.random.default_rng(seed).permutation(np.unique(patient))


def chosen(patient, test_share, seed):
    """Return the test patients."""
    ids = shuffled(patient, seed)
    return ids[: round(test_share * len(ids))]


def divided(patient, test_patients):
    inside = np.isin(patient, test_patients)
    return np.flatnonzero(~inside), np.flatnonzero(inside)


def by_loop(patient, test_share, seed):
    test_patients = set(chosen(patient, test_share, seed).tolist())
    train, test = [], []
    for row, who in enumerate(patient.tolist()):
        (test if who in test_patients else train).append(row)
    return train, test


def by_position(patient, test_share, seed):
    ids, member = np.unique(patient, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(ids))
    in_test = np.zeros(len(ids), bool)
    in_test[order[: round(test_share * len(ids))]] = True
    return np.flatnonzero(~in_test[member]), np.flatnonzero(in_test[member])


def by_comparison(patient, test_share, seed):
    ids = shuffled(patient, seed)
    few = ids[: int(test_share * len(ids))]
    inside = (patient[:, None] == few).any(axis=1)
    return np.where(~inside)[0], np.where(inside)[0]


def by_image(patient, test_share, seed):
    p = np.random.default_rng(seed).permutation(len(patient))
    k = round(test_share * len(p))
    return p[k:], p[:k]


def first_image_only(patient, test_share, seed):
    ids, first = np.unique(patient, return_index=True)
    inside = np.isin(ids, chosen(patient, test_share, seed))
    return first[~inside], first[inside]


def masks(patient, test_share, seed):
    inside = np.isin(patient, chosen(patient, test_share, seed))
    return ~inside, inside


def ids_instead_of_rows(patient, test_share, seed):
    ids = shuffled(patient, seed)
    k = round(test_share * len(ids))
    return ids[k:], ids[:k]


def unshuffled(patient, test_share, seed):
    ids = np.unique(patient)
    return divided(patient, ids[: round(test_share * len(ids))])


def not_unique(patient, test_share, seed):
    order = np.random.default_rng(seed).permutation(patient)
    return divided(patient, order[: round(test_share * len(order))])


def until_enough_images(patient, test_share, seed):
    """Choose patients until test has its share of the images."""
    ids = shuffled(patient, seed)
    images = np.cumsum([(patient == who).sum() for who in ids])
    return divided(patient, ids[: np.searchsorted(images, test_share * len(patient)) + 1])


def patients_of_images(patient, test_share, seed):
    return tuple(patient[rows] for rows in split_by_patient_answer(patient, test_share, seed))


def positions_as_ids(patient, test_share, seed):
    order = np.random.default_rng(seed).permutation(len(np.unique(patient)))
    return divided(patient, order[: round(test_share * len(order))])


def packed(patient, test_share, seed):
    return tuple((rows,) for rows in split_by_patient_answer(patient, test_share, seed))


EXERCISE = Exercise(
    "split_by_patient",
    points=3,
    answer=split_by_patient_answer,
    edges=split_by_patient_edges,
    inputs=split_by_patient_inputs,
    forbidden=LIBRARY,
    verify=problem,
    also_right=[by_loop, by_position, by_comparison],
    mistakes=[
        Mistake(
            "You shuffled the images. Shuffle the patients, then send each one's images along.",
            by_image,
        ),
        Mistake(
            "The patients were not shuffled: np.unique sorts, so test holds the smallest ids, "
            "often the oldest cases.",
            unshuffled,
        ),
        Mistake(
            "Those are patient ids. The rows of their images were asked: np.isin finds them.",
            ids_instead_of_rows,
        ),
        Mistake(
            "You kept the patient of each image. Its row number was asked: np.flatnonzero(mask), "
            "not patient[mask].",
            patients_of_images,
        ),
        Mistake(
            "You shuffled one id per image, so patients with many images come up more often. "
            "Take np.unique(patient) first.",
            not_unique,
        ),
        Mistake(
            "permutation(k) shuffles the numbers 0 to k - 1. The patients have other ids: "
            "shuffle np.unique(patient) itself.",
            positions_as_ids,
        ),
        Mistake(
            "np.where packs its result in a tuple. Take [0] of it, or use np.flatnonzero.",
            packed,
            credit=0.5,
        ),
        Mistake(
            "test_share is a share of the patients; you multiplied it by the number of images.",
            lambda patient, test_share, seed: divided(
                patient, shuffled(patient, seed)[: round(test_share * len(patient))]
            ),
        ),
        Mistake(
            "You added patients until test had its share of the images. test_share is a share of "
            "the patients, however many images they have.",
            until_enough_images,
        ),
        Mistake(
            "Train and test have changed places. Train comes first.",
            lambda patient, test_share, seed: split_by_patient_answer(patient, test_share, seed)[
                ::-1
            ],
            credit=0.5,
        ),
        Mistake(
            "The argument seed is ignored: every seed gives the same split.",
            lambda patient, test_share, seed: split_by_patient_answer(patient, test_share, 0),
        ),
        Mistake(
            "One image per patient was kept and the others were lost. Keep them all.",
            first_image_only,
        ),
        Mistake(
            "Those are True and False for every image. np.flatnonzero turns them into row numbers.",
            masks,
        ),
    ],
    hints=[
        "Shuffle np.unique(patient), not the rows. The first few of them are the test patients.",
        "np.isin(patient, test_patients) is True for every image of a test patient.",
        "np.flatnonzero(mask) gives the rows where mask is True, np.flatnonzero(~mask) the rest.",
    ],
)
