"""Sentences come from templates; words are numbered; the slide's table is as copied."""

import numpy as np
import pytest
from scipy import stats

from dlcourse.data import note_sentences, slide_words, vocabulary
from dlcourse.data.notes import SLOTS, TEMPLATES


def test_every_slot_is_filled():
    sentences = note_sentences(2000, np.random.default_rng(0))
    words = {word for sentence in sentences for word in sentence}
    assert not any("{" in word for word in words)
    assert {word for members in SLOTS.values() for word in members} <= words
    assert sentences == note_sentences(2000, np.random.default_rng(0))
    assert note_sentences(0, np.random.default_rng(0)) == []
    with pytest.raises(ValueError, match="n is -1"):
        note_sentences(-1, np.random.default_rng(0))


def test_no_word_has_two_slots_and_every_slot_is_used():
    members = [word for slot in SLOTS.values() for word in slot]
    assert len(members) == len(set(members))
    assert all(any(f"{{{slot}}}" in template for template in TEMPLATES) for slot in SLOTS)


def test_places_lead_back_to_the_words():
    sentences = note_sentences(50, np.random.default_rng(1))
    words, places = vocabulary(sentences)
    assert words == sorted(set(words))
    assert [[words[i] for i in place] for place in places] == sentences
    assert all(place.dtype == np.int64 for place in places)


def test_the_slides_numbers_cannot_be_told_from_uniform_ones():
    table = slide_words()
    assert table.plane.shape == (14, 2) and len(set(table.words)) == 14
    assert stats.kstest(table.vectors.ravel(), stats.uniform(0.5, 224).cdf).pvalue > 0.5
