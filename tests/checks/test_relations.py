"""Simple relations between a wrong answer and the right one are found and said."""

import numpy as np
import pytest

from dlcourse.checks import Exercise, judge
from dlcourse.checks.compare import difference


def exercise(answer, inputs=None):
    def tables(rng):
        return [(rng.normal(size=shape),) for shape in ((3, 4), (5, 4), (6, 2))]

    return Exercise("asked", 1, answer, inputs or tables, (), (), ())


def hint(answer, got, inputs=None):
    verdict = judge(exercise(answer, inputs), got, seed=0)
    assert verdict.status == "wrong"
    return verdict.hint


def doubled(x):
    return 2 * x + 1


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (lambda x: -doubled(x), "opposite sign"),
        (lambda x: 3 * doubled(x), "multiplied by 3."),
        (lambda x: doubled(x) * len(x), "multiplied by the number of rows"),
        (lambda x: doubled(x) / len(x), "multiplied by 1 / the number of rows"),
        (lambda x: doubled(x) * x.shape[1], "multiplied by the number of columns"),
        (lambda x: doubled(x) / x.size, "multiplied by 1 / the number of entries"),
        (lambda x: doubled(x) * np.log(2), "multiplied by ln 2"),
        (lambda x: doubled(x) / np.log(2), "multiplied by 1 / ln 2"),
        (lambda x: doubled(x) + 0.25, "off by the same 0.25"),
        (lambda x: doubled(x).T, "transposed"),
        (lambda x: doubled(x)[::-1], "flipped"),
        (lambda x: doubled(x).astype(np.float32).astype(float), "float32"),
        (lambda x: doubled(x)[:, None], "needed shape"),
        (lambda x: doubled(x).mean(), "one number per row"),
    ],
)
def test_relations_of_tables(got, sentence):
    assert sentence in hint(doubled, got)


def test_per_sample_where_a_mean_was_asked():
    assert "asks for their average" in hint(lambda x: (x**2).mean(), lambda x: (x**2).ravel())
    assert "asks for their sum" in hint(lambda x: (x**2).sum(), lambda x: (x**2).ravel())


def test_permuted_axes():
    def cubes(rng):
        return [(rng.normal(size=shape),) for shape in ((2, 3, 4), (3, 4, 5))]

    assert "permuted axes" in hint(doubled, lambda x: doubled(x).transpose(1, 2, 0), cubes)


def test_a_factor_that_depends_on_an_argument():
    def kept(x, p):
        return x / (1 - p)

    def inputs(rng):
        return [(rng.normal(size=4), 0.2), (rng.normal(size=4), 0.7)]

    asked = Exercise("asked", 1, kept, inputs, (), (), ())
    assert judge(asked, lambda x, p: x, seed=0).hint == "Every value is multiplied by 1 - p."


def test_results_in_the_wrong_order():
    def two(x):
        return x.mean(), x.std()

    assert "wrong order" in hint(two, lambda x: (x.std(), x.mean()))


def test_one_of_several_results():
    def two(x):
        return x, x + 1

    assert hint(two, lambda x: (x, -(x + 1))) == "Result 2: Right size, opposite sign."


def test_no_relation_is_invented():
    assert hint(doubled, lambda x: np.sin(x) + x**2) == ""


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (1, 1.0, True),
        (np.float32(0.1), 0.1, False),  # 7 digits, where 9 were asked
        (0.1, np.float32(0.1), True),
        (np.float32(0.1), np.float32(0.1000001), True),
        (np.float16(0.1), np.float32(0.1), False),
        (np.float32(0.5), 0.5, True),
        ([1.0, 2.0], np.array([1.0, 2.0]), True),
        (((1, 2), (3, 4)), np.array([[1.0, 2.0], [3.0, 4.0]]), True),
        ([1.0, 2.0], np.array([[1.0, 2.0]]), False),
        ([1.0], 1.0, False),
        (np.array([1.0, 2.0]), (1.0, 2.0), True),
        (np.ones((2, 3)), (np.ones(3), np.ones(3)), True),
        (np.array([1.0, 2.0, 3.0]), (1.0, 2.0), False),
        (np.array(1.0), (1.0, 2.0), False),
        (np.array(0.5), 0.5, True),
        (np.array([0.5]), 0.5, False),
        ([1.0, 2.0], (1.0, 2.0), True),
        ((1.0,), (1.0, 2.0), False),
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (1.0 + 1e-6, 1.0, False),
        (1.0 + 1e-10, 1.0, True),
        (2e-9, 9e-14, False),
        (True, 1.0, True),
        ("yes", "yes", True),
        ("yes", "no", False),
    ],
)
def test_what_counts_as_equal(got, expected, same):
    assert (difference(got, expected) is None) == same


def test_lists_of_unequal_arrays_are_compared_without_a_crash():
    ragged = [np.zeros(2), np.zeros(3)]
    assert difference(np.zeros(2), ragged) is not None
    assert "returned a list" in difference(ragged, np.zeros(2))
    assert difference(ragged, ragged) is None
