"""Lab 15, majority: vote first, and leave undecided what is undecided."""

import warnings

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

N = np.nan


def majority_edges():
    by_hand = [
        [0, 0, 4, 4, 1],
        [2, 2, 0, N, N],
        [2, 1, N, N, N],
        [N, N, N, N, N],
        [4, 4, 0, 0, 0],
        [1, 1, 1, 2, 2],
        [3, N, N, N, N],
        [0, 2, 2, 0, N],
        [1, 1, 2, 3, 4],
        [1, 1, 3, 3, N],
        [1, 2, N, 2, N],
    ]
    return [(np.array(by_hand),)]


def majority_inputs(rng):
    grades = rng.integers(0, 5, (30, 7)).astype(float)
    grades[rng.random(grades.shape) < 0.3] = N
    return [(grades,), (grades[:, :3],)]


def majority(grades):
    votes, graders = (grades >= 2).sum(axis=1), (~np.isnan(grades)).sum(axis=1)
    return np.where(2 * votes == graders, np.nan, 2 * votes > graders)


def image_by_image(grades):
    found = []
    for row in grades:
        votes = [grade >= 2 for grade in row if not np.isnan(grade)]
        yes = sum(votes)
        no = len(votes) - yes
        found.append(1.0 if yes > no else 0.0 if no > yes else np.nan)
    return np.array(found)


def by_signs(grades):
    total = np.where(np.isnan(grades), 0, np.where(grades >= 2, 1, -1)).sum(axis=1)
    return np.where(total == 0, np.nan, total > 0)


def by_share(grades):
    graders = (~np.isnan(grades)).sum(axis=1)
    share = (grades >= 2).sum(axis=1) / np.maximum(graders, 1)
    decided = (graders > 0) & (share != 0.5)
    return np.where(decided, np.round(share), np.nan)


def counts(grades):
    return (grades >= 2).sum(axis=1), (~np.isnan(grades)).sum(axis=1)


def of(formula):
    """Return an answer made of the grades, the votes and the number of graders; NaN without any."""

    def answer(grades):
        votes, graders = counts(grades)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.where(graders == 0, np.nan, formula(grades, votes, graders))

    return answer


def most_frequent(grades, votes, graders):
    return [
        np.bincount(row[~np.isnan(row)].astype(int), minlength=5).argmax() >= 2 for row in grades
    ]


def undecided_by_a_gap(grades):
    return np.where(np.isnan(grades).any(axis=1), np.nan, majority(grades))


def not_graded_is_healthy(grades):
    _, graders = counts(grades)
    return np.where(graders == 0, 0.0, majority(grades))


EXERCISE = Exercise(
    "majority",
    points=3,
    answer=majority,
    edges=majority_edges,
    inputs=majority_inputs,
    forbidden=LIBRARY,
    also_right=[image_by_image, by_signs, by_share],
    mistakes=[
        Mistake(
            "You averaged the grades and cut the mean: one who says 4 outweighs two who say 1. "
            "Vote first, then count.",
            of(lambda g, votes, graders: np.nanmean(g, axis=1) >= 2),
        ),
        Mistake(
            "You took the median grade. With an even number of graders it lies between two grades, "
            "and how large they are decides a tie. Count votes.",
            of(lambda g, votes, graders: np.nanmedian(g, axis=1) >= 2),
        ),
        Mistake(
            "Whoever did not grade counted as a no. Compare with half of those who graded.",
            of(lambda g, votes, graders: 2 * votes > g.shape[1]),
            credit=0.25,
        ),
        Mistake(
            "You counted a tie as referable. It is undecided, NaN: another grader is asked.",
            of(lambda g, votes, graders: 2 * votes >= graders),
            credit=0.5,
        ),
        Mistake(
            "You counted a tie as not referable. It is undecided, NaN: another grader is asked.",
            of(lambda g, votes, graders: 2 * votes > graders),
            credit=0.5,
        ),
        Mistake(
            "Grade 2, moderate, is referable too: at least 2, not more than 2.",
            lambda grades: majority(grades - 1),
            credit=0.25,
        ),
        Mistake(
            "Grade 1, mild, is not referable: at least 2.",
            lambda grades: majority(grades + 1),
            credit=0.25,
        ),
        Mistake(
            "You took the most frequent grade. 1 1 2 3 4 has three votes for referable.",
            of(most_frequent),
        ),
        Mistake(
            "One cautious grader decides if any vote is enough. More than half.",
            of(lambda g, votes, graders: votes > 0),
        ),
        Mistake(
            "One bold grader decides if all must agree. More than half.",
            of(lambda g, votes, graders: votes == graders),
        ),
        Mistake(
            "You took the first grader's word. The others were paid, too.",
            of(lambda g, votes, graders: np.where(np.isnan(g[:, 0]), np.nan, g[:, 0] >= 2)),
        ),
        Mistake(
            "That is the share of votes. Decide: 1, 0 or NaN.",
            of(lambda g, votes, graders: votes / graders),
            credit=0.25,
        ),
        Mistake(
            "One missing grade left the whole image undecided. Those who did grade can decide it.",
            undecided_by_a_gap,
            credit=0.25,
        ),
        Mistake(
            "An image that nobody graded came out healthy. Not graded is not healthy: NaN.",
            not_graded_is_healthy,
            credit=0.5,
        ),
    ],
    hints=[
        "Two counts for each image: how many say 2 or more, and how many graded at all.",
        "np.isnan finds who did not grade. NaN >= 2 is False, so the votes need no more care.",
        "np.where(2 * votes == graders, np.nan, 2 * votes > graders) covers nobody, too: 0 == 0.",
    ],
)
