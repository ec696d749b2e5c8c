"""XOR by hand has many right answers and each mistake many forms: the check tells them apart."""

import numpy as np
import pytest

from dlcourse.checks import judge
from dlcourse.checks.card import verdict_card
from dlcourse.exercises.layers.train_xor import X, Y, gradients
from dlcourse.exercises.layers.xor_weights import EXERCISE, UNITS, weights


def scaled(factors, **options):
    """Return an answer whose hidden units are scaled, and their output weights the other way."""
    factors = np.array(factors, float)

    def answer(high_a, high_b):
        W1, b1, w2, b2 = weights(high_a, high_b, **options)
        return W1 * factors[:, None], b1 * factors, w2 / factors, b2

    return answer


@pytest.mark.parametrize("factors", [(1, 1), (2, 5), (0.1, 30)])
@pytest.mark.parametrize("seed", range(3))
def test_a_scaled_answer_is_right(factors, seed):
    assert judge(EXERCISE, scaled(factors), seed).status == "right"


@pytest.mark.parametrize(
    "options, word",
    [
        ({"w2": (1, -1)}, "OR"),
        ({"w2": (0, 1)}, "AND"),
        ({"w2": (1, 2)}, "negative"),
        ({"b1": (0, 1)}, "threshold's sign"),
    ],
)
def test_a_mistake_is_named_by_its_answers_whatever_its_weights(options, word):
    verdict = judge(EXERCISE, scaled((2, 4), **options), 0)
    assert verdict.status == "wrong" and word in verdict.hint
    assert verdict.message.startswith("at 00, 01, 10 and 11 your network answers")
    assert repr(verdict_card(EXERCISE, verdict)).count(verdict.hint) == 1


def test_answers_in_the_wrong_units_are_named_whatever_their_weights():
    verdict = judge(EXERCISE, lambda a, b: scaled((3, 7))(1, 1), 0)
    assert verdict.hint == UNITS


@pytest.mark.parametrize(
    "value, message",
    [
        (None, "return four things"),
        (3.0, "return four things"),
        ("abcd", "return four things"),
        ((1, 2, 3), "returned 3 things"),
        ((np.ones((2, 3)), np.ones(2), np.ones(2), 0.0), r"W1 has shape (2, 3); expected (2, 2)"),
        ((np.ones((2, 2)), np.ones(2), np.ones((1, 2)), 0.0), "w2 has shape (1, 2)"),
        ((np.full((2, 2), np.nan), np.ones(2), np.ones(2), 0.0), "wanted at 01 and 10 only"),
    ],
)
def test_odd_answers_get_a_sentence(value, message):
    verdict = judge(EXERCISE, lambda high_a, high_b: value, 0)
    assert verdict.status == "wrong" and message in verdict.message


def test_the_gradients_behind_train_xor_are_those_of_the_loss():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=3), rng.normal(size=())]

    def loss():
        W1, b1, w2, b2 = weights
        z = np.tanh(X @ W1.T + b1) @ w2 + b2
        return np.mean(np.logaddexp(0, z) - Y * z)

    for part, slopes in zip(weights, gradients(*weights), strict=True):
        numeric = np.zeros_like(part)
        for index in np.ndindex(part.shape):
            kept, sides = part[index], []
            for step in (1e-5, -1e-5):
                part[index] = kept + step
                sides.append(loss())
            part[index] = kept
            numeric[index] = (sides[0] - sides[1]) / 2e-5
        np.testing.assert_allclose(slopes, numeric, rtol=1e-6, atol=1e-9)
