"""Fourteen words with nineteen numbers each, as a lecture's slide prints them: a warning.

The slide shows them as word vectors, and again as points on a plane. Nothing in them can be told
from whole numbers drawn by chance; unit 16 tests it.
"""

from typing import NamedTuple

import numpy as np


class WordTable(NamedTuple):
    """``words`` (14), ``vectors`` (14, 19) of whole numbers, and ``plane`` (14, 2)."""

    words: tuple
    vectors: np.ndarray
    plane: np.ndarray
    source: str


def slide_words():
    """Return the table of a slide.

    Source: facts of a lecture on deep learning in biomedicine. "medication" is misspelt there.

    >>> table = slide_words()
    >>> table.vectors.shape, np.ptp(table.vectors).item(), table.words[:2]
    ((14, 19), 223, ('health', 'treatment'))
    """
    rows = [line.split() for line in VECTORS.strip().splitlines()]
    words = tuple(row[0] for row in rows)
    numbers = np.array([row[1:] for row in rows], dtype=np.int64)
    plane = np.array([PLANE[word] for word in words], dtype=np.int64)
    return WordTable(words, numbers, plane, "The slide's own numbers, copied")


VECTORS = """
health 170 205 102 7 174 104 176 185 192 31 211 74 42 52 16 84 80 120 101
treatment 164 102 21 103 32 224 90 108 87 41 16 110 195 128 100 186 111 211 215
medical 172 102 94 89 165 105 140 76 223 177 15 54 22 129 1 143 176 47 191
medication 146 120 106 175 213 90 83 120 164 53 176 87 178 195 177 105 56 74 203
education 135 80 189 71 48 186 58 63 131 153 195 88 134 131 213 158 101 171 163
treating 76 101 180 21 170 62 51 169 131 194 137 68 24 160 18 102 5 20 112
patient 57 22 12 19 73 41 11 20 89 23 121 11 58 207 100 49 48 43 11
patients 34 187 46 202 124 80 210 159 179 91 91 175 105 98 67 110 28 195 220
insurance 127 78 202 158 165 11 164 86 31 166 130 85 129 132 190 161 67 82 28
responsibility 19 44 171 154 170 197 60 137 79 93 190 46 124 12 183 134 48 119 179
elderly 67 110 63 206 194 94 134 103 138 127 202 71 95 144 119 152 109 95 47
doctors 66 9 160 128 156 156 199 115 162 26 7 148 94 107 207 141 37 174 81
nutrition 45 198 50 195 81 28 45 72 41 27 180 144 175 37 74 60 208 197 109
disease 160 77 207 39 214 59 183 129 37 119 141 117 180 104 29 8 144 183 112
"""
PLANE = {
    "health": (178, 168),
    "treatment": (165, 50),
    "medical": (209, 159),
    "medication": (208, 171),
    "education": (73, 213),
    "treating": (207, 68),
    "patient": (185, 1),
    "patients": (36, 187),
    "insurance": (176, 52),
    "responsibility": (165, 87),
    "elderly": (94, 17),
    "doctors": (133, 199),
    "nutrition": (53, 142),
    "disease": (217, 144),
}
