"""Numbers, counts and sentences read well, whatever the value."""

import re

import numpy as np
import pytest

from dlcourse.wording import RAISED, counted, rounded, sentence, stopped

LOWERED = {raised: chr(plain) for plain, raised in RAISED.items()}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (3, "3"),
        (0.25, "0.25"),
        (1 / 3, "0.333"),
        (0.00012345, "1.23·10⁻⁴"),
        (999.9, "1000"),
        (307_651_793.3, "3.08·10⁸"),
        (-2.5e9, "-2.5·10⁹"),
        (1e15, "10¹⁵"),
        (1e-12, "10⁻¹²"),
        (np.float32(0.1), "0.1"),
        (np.nan, "nan"),
        (-np.inf, "-inf"),
    ],
)
def test_a_number_in_words(value, words):
    assert rounded(value, 3) == words


def test_every_number_is_short_and_true():
    rng = np.random.default_rng(0)
    for value in rng.choice([-1, 1], 3000) * 10 ** rng.uniform(-20, 20, 3000):
        words = rounded(value, 3)
        found = re.fullmatch(r"(-)?(\d{1,4}(?:\.\d{1,5})?)?·?(?:10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", words)
        sign, digits, raised = found.groups()
        exponent = "".join(LOWERED[ord(c)] for c in raised) if raised else "0"
        read = float(f"{sign or ''}{digits or 1}e{exponent}")
        assert read == pytest.approx(value, rel=5.1e-3), words


def test_one_is_singular_and_all_others_plural():
    said = [counted(n, "knob") for n in (0, 1, 2, 1000)]
    assert said == ["0 knobs", "1 knob", "2 knobs", "1,000 knobs"]


@pytest.mark.parametrize("text", ["it is", "It is.", "it is. "])
def test_a_sentence_has_one_full_stop(text):
    assert sentence(text) == "It is." and stopped(text)[1:] == "t is."


def test_what_asks_or_shouts_keeps_its_mark():
    assert [sentence(t) for t in ("is it?", "no!", "")] == ["Is it?", "No!", ""]
