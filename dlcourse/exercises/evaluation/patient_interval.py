"""Lab 14, patient_interval: a bootstrap that draws patients, each with all their images."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def study(rng, patients, most, draws):
    """Return (correct, patient, draws): patients with 1 to ``most`` images, in mixed order."""
    images = 1 + rng.permutation(patients) % most
    patient = rng.permutation(np.repeat(np.arange(patients), images))
    ease = rng.uniform(0.2, 1, patients)
    correct = (rng.random(len(patient)) < ease[patient]).astype(int)
    return correct, patient, rng.integers(0, patients, (draws, patients))


def patient_interval_edges():
    rng = np.random.default_rng(14)
    by_hand = np.array([[0, 0, 1], [2, 1, 0], [2, 2, 2], [1, 1, 1], [0, 2, 2]])
    return [
        (np.array([1, 0, 1, 1, 0, 0]), np.array([2, 0, 2, 0, 2, 1]), by_hand),
        study(rng, 6, 4, 21),
        study(rng, 9, 6, 50),
        (np.array([1, 0, 1]), np.array([0, 0, 0]), np.zeros((3, 1), int)),  # one patient
        (np.array([1, 0, 0]), np.array([0, 1, 1]), np.array([[0, 1]])),  # one draw
    ]


def patient_interval_inputs(rng):
    return [study(rng, int(rng.integers(6, 10)), 5, 41)]


def patient_interval(correct, patient, draws):
    images = np.bincount(patient)
    right = np.bincount(patient, weights=correct)
    shares = right[draws].sum(axis=1) / images[draws].sum(axis=1)
    return tuple(np.percentile(shares, [2.5, 97.5]))


def by_rows(correct, patient, draws):
    shares = []
    for drawn in draws:
        rows = np.concatenate([np.flatnonzero(patient == p) for p in drawn])
        shares.append(correct[rows].mean())
    return np.quantile(shares, 0.025), np.quantile(shares, 0.975)


def by_weights(correct, patient, draws):
    shares = []
    for drawn in draws:
        times = np.bincount(drawn, minlength=draws.shape[1])
        shares.append(np.average(correct, weights=times[patient]))
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def by_dictionary(correct, patient, draws):
    of = {p: correct[patient == p].tolist() for p in range(draws.shape[1])}
    shares = []
    for drawn in draws.tolist():
        images = [image for p in drawn for image in of[p]]
        shares.append(sum(images) / len(images))
    return tuple(np.percentile(shares, q) for q in (2.5, 97.5))


def resampled(correct, patient, draws):
    """Return the share of correct images in each resample, (draws,)."""
    n, right = np.bincount(patient), np.bincount(patient, weights=correct)
    return right[draws].sum(axis=1) / n[draws].sum(axis=1)


def wrong(shares=resampled, ends=lambda shares: tuple(np.percentile(shares, [2.5, 97.5]))):
    """Return an answer with other resamples, or other ends."""
    return lambda *args: ends(shares(*args))


def of_images(correct, patient, draws):
    return correct[draws % len(correct)].mean(axis=1)


def of_means(correct, patient, draws):
    means = np.bincount(patient, weights=correct) / np.bincount(patient)
    return means[draws].mean(axis=1)


def once_only(correct, patient, draws):
    return np.array([correct[np.isin(patient, drawn)].mean() for drawn in draws])


def first_image(correct, patient, draws):
    first = np.array([correct[patient == p][0] for p in range(patient.max() + 1)])
    return first[draws].mean(axis=1)


def over_the_data(correct, patient, draws):
    return np.bincount(patient, weights=correct)[draws].sum(axis=1) / len(correct)


def counted(correct, patient, draws):
    return np.bincount(patient, weights=correct)[draws].sum(axis=1)


def misses(correct, patient, draws):
    return 1 - resampled(correct, patient, draws)


def spread(shares, width=1.96):
    half = width * shares.std()
    return shares.mean() - half, shares.mean() + half


def narrowed(shares):
    return spread(shares, 1.96 / np.sqrt(len(shares)))


def binomial(correct, patient, draws):
    share = correct.mean()
    half = 1.96 * np.sqrt(share * (1 - share) / len(correct))
    return share - half, share + half


EXERCISE = Exercise(
    "patient_interval",
    points=3,
    answer=patient_interval,
    edges=patient_interval_edges,
    inputs=patient_interval_inputs,
    forbidden=LIBRARY,
    also_right=[by_rows, by_weights, by_dictionary],
    mistakes=[
        Mistake(
            "You took the drawn numbers for images. Each is a patient, who brings all images.",
            wrong(of_images),
        ),
        Mistake(
            "A mean of patients' means weighs one image of one patient like ten of another. All "
            "correct images over all images.",
            wrong(of_means),
            credit=0.5,
        ),
        Mistake(
            "Whoever is drawn twice must count twice; np.isin counts them once.",
            wrong(once_only),
            credit=0.5,
        ),
        Mistake("One image of each patient came along. All of them do.", wrong(first_image)),
        Mistake(
            "You divided by the images of the data. Each resample has its own number of them.",
            wrong(over_the_data),
            credit=0.5,
        ),
        Mistake(
            "Those are numbers of images. Divide by the images of each resample: shares.",
            wrong(counted),
            credit=0.5,
        ),
        Mistake(
            "That is an interval of the errors. The share of correct images was asked for.",
            wrong(misses),
            credit=0.5,
        ),
        Mistake(
            "From 5 to 95 only 90 % of the resamples lie. 2.5 and 97.5.",
            wrong(ends=lambda shares: tuple(np.percentile(shares, [5, 95]))),
            credit=0.75,
        ),
        Mistake(
            "np.percentile wants 2.5 and 97.5; 0.025 and 0.975 are for np.quantile.",
            wrong(ends=lambda shares: tuple(np.percentile(shares, [0.025, 0.975]))),
            credit=0.5,
        ),
        Mistake(
            "The smallest and the largest lie further apart the more you draw. Percentiles.",
            wrong(ends=lambda shares: (shares.min(), shares.max())),
            credit=0.25,
        ),
        Mistake(
            "High came before low.",
            wrong(ends=lambda shares: tuple(np.percentile(shares, [97.5, 2.5]))),
            credit=0.75,
        ),
        Mistake(
            "1.96 standard deviations of the resamples: a good interval, and another one, which "
            "can leave 0 to 1. Percentiles were asked for.",
            wrong(ends=spread),
            credit=0.5,
        ),
        Mistake(
            "Divided by the root of the number of draws: more draws do not make more patients.",
            wrong(ends=narrowed),
        ),
        Mistake(
            "That interval takes every image for a patient of its own. Ten images of one liver "
            "are not ten livers.",
            binomial,
        ),
    ],
    hints=[
        "For one row of draws: collect all images of each patient in it, as often as drawn.",
        "np.bincount(patient) counts images, with weights=correct those that are right.",
        "right[draws].sum(axis=1) / images[draws].sum(axis=1), then np.percentile.",
    ],
)
