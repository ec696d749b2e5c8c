"""Unit 14: 95 % bootstrap intervals of a share of images, drawing images or drawing patients.

Fifty patients. How easy a patient's images are varies between patients; the images of one
patient are alike in that. The truth is the share over infinitely many patients.
"""

import numpy as np

SEEDS = (0, 1, 2, 3, 4)
STUDIES, DRAWS, PATIENTS = 400, 400, 50
EASY, HARD, SHARE_EASY = 0.95, 0.35, 0.75
TRUTH = SHARE_EASY * EASY + (1 - SHARE_EASY) * HARD


def study(images, rng):
    """Return whether the interval over images, and that over patients, holds the truth."""
    ease = np.where(rng.random(PATIENTS) < SHARE_EASY, EASY, HARD)
    right = rng.random((PATIENTS, images)) < ease[:, None]
    n = right.size
    by_image = rng.binomial(n, right.mean(), DRAWS) / n  # drawing n rows of 0 and 1 is this
    drawn = rng.multinomial(PATIENTS, np.full(PATIENTS, 1 / PATIENTS), DRAWS)
    by_patient = drawn @ right.mean(axis=1) / PATIENTS
    ends = (np.percentile(shares, [2.5, 97.5]) for shares in (by_image, by_patient))
    return [bool(low <= TRUTH <= high) for low, high in ends]


def measure(seed):
    """Return the share of studies whose interval holds the truth, by images per patient."""
    rng, found = np.random.default_rng(seed), {}
    for images in (1, 4, 10):
        held = np.mean([study(images, rng) for _ in range(STUDIES)], axis=0)
        found[str(images)] = {"images": float(held[0]), "patients": float(held[1])}
    return found
