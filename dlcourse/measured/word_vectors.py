"""Word vectors of 14 numbers from few and many sentences, by skip-gram and by counting.

Counted is how often the word nearest to a word is of its own slot. For unit 16.
"""

import numpy as np

from dlcourse.data.notes import SLOTS, note_sentences, vocabulary

SEEDS = range(5)
SENTENCES, NUMBERS, WINDOW, NEGATIVES, RATE = (50, 200, 1000), 14, 2, 5, 0.05


def pairs(places, window=WINDOW):
    """Return (centre, context) for each word and each neighbour within the window, (m, 2)."""
    found = [
        (s[i], s[j])
        for s in places
        for i in range(len(s))
        for j in range(max(0, i - window), min(len(s), i + window + 1))
        if i != j
    ]
    return np.array(found)


def skip_gram(centre_context, words, rng, epochs, numbers=NUMBERS):
    """Return word vectors (words, numbers), by skip-gram with five negatives for each pair."""
    V = (rng.random((words, numbers)) - 0.5) / numbers
    U = np.zeros((words, numbers))
    often = np.bincount(centre_context[:, 0], minlength=words) ** 0.75
    for _ in range(epochs):
        order = rng.permutation(len(centre_context))
        for rows in np.array_split(order, max(1, len(order) // 256)):
            c, o = centre_context[rows].T
            strangers = rng.choice(words, (len(rows), NEGATIVES), p=often / often.sum())
            asked = np.column_stack([o, strangers])  # (batch, 1 + negatives)
            u, v = U[asked], V[c]
            error = 1 / (1 + np.exp(-(u @ v[:, :, None])[:, :, 0]))
            error[:, 0] -= 1
            np.add.at(V, c, -RATE * (error[:, :, None] * u).sum(axis=1))
            np.add.at(U, asked, -RATE * error[:, :, None] * v[:, None])
    return V


def by_counting(centre_context, words, numbers=NUMBERS):
    """Return word vectors from positive pointwise mutual information and an SVD."""
    counts = np.zeros((words, words))
    np.add.at(counts, tuple(centre_context.T), 1)
    by_chance = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    with np.errstate(divide="ignore"):
        information = np.maximum(np.log(counts / by_chance), 0)
    left, strength, _ = np.linalg.svd(information)
    return left[:, :numbers] * np.sqrt(strength[:numbers])


def cosines(V):
    """Return the cosines of all pairs of rows."""
    unit = V / np.maximum(np.linalg.norm(V, axis=1, keepdims=True), 1e-12)
    return unit @ unit.T


def same_slot(V, words):
    """Return how often the nearest word by cosine is of the word's own slot."""
    slot = {word: name for name, members in SLOTS.items() for word in members}
    near = cosines(V)
    np.fill_diagonal(near, -2)
    hits = [slot[w] == slot.get(words[near[i].argmax()]) for i, w in enumerate(words) if w in slot]
    return float(np.mean(hits))


def measure(seed):
    """Return {sentences: {way: share}}."""
    found = {}
    for n in SENTENCES:
        words, places = vocabulary(note_sentences(n, np.random.default_rng(seed)))
        both, rng = pairs(places), np.random.default_rng(100 + seed)
        ways = {
            "skip-gram": skip_gram(both, len(words), rng, epochs=min(60, 60_000 // n)),
            "counting": by_counting(both, len(words)),
            "chance": rng.normal(size=(len(words), NUMBERS)),
        }
        found[str(n)] = {name: round(same_slot(V, words), 4) for name, V in ways.items()}
    return found
