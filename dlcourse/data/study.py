"""A phantom study as it arrives: a table, a folder of pictures, and the faults of both.

Three clinics looked at thyroid nodules by ultrasound; a biopsy said which are malignant. The
pictures are drawn, so the truth is known, and each fault was put there: people with two
numbers, labels that are missing or contradict each other, an age that means "not known", and a
clinic that stamps its pictures and sees more cancer.
"""

import csv
import os
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..validation.arrays import choice, generator

SIDE = 32
COLUMNS = ("image", "patient", "clinic", "age", "malignant")
SHARES = (0.4, 0.3, 0.3)  # of the people, by clinic
PREVALENCE = (0.2, 0.25, 0.6)  # to the third, the reference, the others refer
REFERENCE = 3
STAMP = slice(2, 6), slice(2, 6)  # where a clinic's pictures are white
UNKNOWN_AGE = 999
REFERRED, CHAINED = 14, 4  # people with a number in clinic 3, too; of these, with a third
CONTRADICTED, UNLABELLED, HALF_LABELLED, AGELESS = 5, 12, 20, 9
FEWEST = 100


class Study(NamedTuple):
    """Where the study lies, and what the ``folder`` does not tell, in the table's order.

    ``person`` (n,) is whose picture it really is, ``malignant`` (n,) the truth.
    """

    folder: Path
    person: np.ndarray
    malignant: np.ndarray
    source: str


class Visit(NamedTuple):
    """One picture: whose, under which number, where, and what the table says of it."""

    person: int
    patient: int
    clinic: int
    age: int
    label: str
    picture: np.ndarray


def write_study(folder, rng, people=230, stamped=REFERENCE):
    """Write ``table.csv`` and ``images/`` into ``folder``; return where, and the truth behind them.

    The table has a row for each picture: its file name, the patient's number, the clinic 1 to
    3, the age in years, and 1 for malignant, 0 for benign, nothing where nobody knows. Pictures
    are 8-bit grey PNG, 32 by 32. Files of the same names are replaced, each whole.

    Parameters
    ----------
    folder : path; made where it is missing
    rng : numpy.random.Generator
    people : at least 100, so that every fault finds somebody
    stamped : the clinic whose pictures bear a white square

    Raises
    ------
    ValueError
        If there are too few people, or there is no such clinic.

    Source: drawn here. No patient stands behind it, so nothing learned on it holds for patients.
    """
    generator(rng)
    if people < FEWEST:
        raise ValueError(f"people is {people}; needed at least {FEWEST}")
    choice("stamped", stamped, (1, 2, 3))
    malignant, visits = _visits(people, stamped, rng)
    visits = [visits[i] for i in rng.permutation(len(visits))]
    folder = Path(folder)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    lines = [COLUMNS]
    for number, visit in enumerate(visits, start=1):
        name = f"{number:04}.png"
        _write_png(folder / "images" / name, visit.picture)
        lines.append((name, visit.patient, visit.clinic, visit.age, visit.label))
    with _whole(folder / "table.csv") as path, open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    person = np.array([visit.person for visit in visits])
    return Study(folder, person, malignant[person], "Phantom study, drawn by dlcourse.data.study")


def _visits(people, stamped, rng):
    """Return (malignant (people,), a Visit for each picture)."""
    clinic = 1 + np.searchsorted(np.cumsum(SHARES)[:2], rng.random(people))
    malignant = rng.random(people) < np.take(PREVALENCE, clinic - 1)
    age = np.clip(rng.normal(48 + 7 * malignant, 14), 18, 90).astype(int)
    number = 1000 * clinic + rng.permutation(1000)[:people]
    fates = rng.permutation(people)
    unlabelled, half, ageless = np.split(
        fates[: UNLABELLED + HALF_LABELLED + AGELESS], [UNLABELLED, UNLABELLED + HALF_LABELLED]
    )
    age[ageless] = UNKNOWN_AGE
    visits = []
    for who in range(people):
        texts = [str(int(malignant[who]))] * int(rng.integers(1, 4))
        if who in unlabelled:
            texts = [""] * len(texts)
        elif who in half:
            texts[1:] = [""] * (len(texts) - 1)
        gain = rng.normal(1, 0.08)
        for text in texts:
            picture = _picture(malignant[who], clinic[who] == stamped, gain, rng)
            visits.append(
                Visit(who, int(number[who]), int(clinic[who]), int(age[who]), text, picture)
            )
    sound = fates[UNLABELLED + HALF_LABELLED + AGELESS :]
    outside = [who for who in sound if clinic[who] < REFERENCE]
    return malignant, visits + _referrals(outside, visits, malignant, stamped, rng)


def _referrals(outside, visits, malignant, stamped, rng):
    """Return visits to clinic 3 of people whom another clinic sent: one picture comes along."""
    free = iter(4000 + rng.permutation(1000))
    more = []
    for rank, who in enumerate(outside[:REFERRED]):
        brought = next(visit for visit in visits if visit.person == who)
        # The first were told two things, before and after.
        truth = int(malignant[who])
        text = str(1 - truth if rank < CONTRADICTED else truth)
        there = Visit(who, int(next(free)), REFERENCE, brought.age, text, brought.picture)
        new = there._replace(
            picture=_picture(truth, stamped == REFERENCE, rng.normal(1, 0.08), rng)
        )
        more += [there, new]
        if rank >= REFERRED - CHAINED:  # and on, under a third number, with the new picture only
            more.append(new._replace(patient=int(next(free))))
    return more


def _picture(malignant, stamped, gain, rng):
    """Return one ultrasound phantom (32, 32) of bytes: a dark nodule, with specks if malignant."""
    from scipy import ndimage

    y, x = np.mgrid[:SIDE, :SIDE]
    tissue = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 2.5)
    image = 0.5 + 0.08 * tissue / tissue.std()
    down, across = rng.uniform(12, 20, 2)
    tall, wide = rng.uniform(5, 9, 2)
    far = ((y - down) / tall) ** 2 + ((x - across) / wide) ** 2
    image -= rng.uniform(0.12, 0.28) / (1 + np.exp(8 * (far - 1)))
    for _ in range(rng.poisson(4.5 if malignant else 1.0)):
        angle, radius = rng.uniform(0, 2 * np.pi), 0.8 * np.sqrt(rng.random())
        dy, dx = (
            y - down - tall * radius * np.sin(angle),
            x - across - wide * radius * np.cos(angle),
        )
        image += rng.uniform(0.25, 0.55) * np.exp(-(dy**2 + dx**2) / 1.2)
    image = gain * (image + 0.04 * rng.normal(size=(SIDE, SIDE)))
    if stamped:
        image[STAMP] = 1
    return np.rint(255 * image.clip(0, 1)).astype(np.uint8)


def _write_png(path, picture):
    from PIL import Image

    with _whole(path) as part:
        Image.fromarray(picture).save(part, format="png")


@contextmanager
def _whole(path):
    """Yield a path to write to; what lies there is put in place of ``path`` at the end."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
