"""Sentences as they stand in physicians' notes, drawn from templates, and how words are counted.

Words of one slot, such as "benign" and "malignant", can replace each other anywhere: so it is
known which words are used alike.
"""

import re

import numpy as np

from ..validation.descent import whole

SLOTS = {
    "who": ("patient", "patients", "man", "woman"),
    "doctor": ("doctor", "doctors", "nurse", "surgeon"),
    "organ": ("lung", "breast", "liver", "kidney", "colon", "skin"),
    "lesion": ("tumour", "nodule", "mass", "lesion"),
    "nature": ("benign", "malignant"),
    "side": ("left", "right"),
    "drug": ("aspirin", "metformin", "heparin", "insulin", "penicillin"),
    "disease": ("diabetes", "pneumonia", "asthma", "anaemia", "hypertension"),
    "symptom": ("fever", "cough", "pain", "nausea", "fatigue"),
    "change": ("increased", "decreased"),
    "sign": ("pressure", "glucose", "pulse", "temperature"),
    "care": ("treatment", "medication", "therapy"),
    "life": ("insurance", "education", "nutrition", "responsibility"),
    "doing": ("treating", "examining", "advising"),
}
TEMPLATES = (
    "{who} came in with {symptom} and {symptom}",
    "denies {symptom} but reports {symptom}",
    "no {symptom} and no {symptom} since admission",
    "{doctor} is {doing} this elderly {who}",
    "{doctor} was {doing} the {who} overnight",
    "imaging of the {side} {organ} reveals one {nature} {lesion}",
    "{lesion} of the {side} {organ} turned out {nature}",
    "{nature} {lesion} removed from {organ}",
    "started {drug} because of {disease}",
    "{disease} under {drug} for years",
    "history of {disease} , a chronic disease , on {drug}",
    "{change} {sign} compared with yesterday",
    "{sign} has {change} again",
    "{doctor} began {care} using {drug}",
    "medical {care} of {disease} goes on",
    "{who} needs help about {life}",
    "{doctor} spoke about {life} and health",
)


def note_sentences(n, rng):
    """Return ``n`` sentences, each a list of words.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator

    Source: drawn here, from templates of our own. No patient stands behind them.

    >>> note_sentences(1, np.random.default_rng(3))
    [['doctor', 'began', 'treatment', 'using', 'metformin']]
    """
    whole("n", n, 0)

    def chosen(slot):
        words = SLOTS[slot[1]]
        return words[rng.integers(len(words))]

    templates = rng.integers(len(TEMPLATES), size=n)
    return [re.sub(r"{(\w+)}", chosen, TEMPLATES[t]).split() for t in templates]


def vocabulary(sentences):
    """Return the words in the order of the alphabet, and the sentences as arrays of their places.

    >>> words, places = vocabulary([["no", "fever", "no", "cough"]])
    >>> words, places[0].tolist()
    (['cough', 'fever', 'no'], [2, 1, 2, 0])
    """
    words = sorted({word for sentence in sentences for word in sentence})
    place = {word: i for i, word in enumerate(words)}
    return words, [np.array([place[word] for word in s], dtype=np.int64) for s in sentences]
