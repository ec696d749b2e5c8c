"""Lab 16, attention: every query takes a mean of the values that it may look at."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def case(rng, n, queries, keys, features, values, mask=None):
    q, k = rng.normal(size=(n, queries, features)), rng.normal(size=(n, keys, features))
    return q, k, rng.normal(size=(n, keys, values)), mask


def drawn_mask(rng, queries, keys):
    """Return a mask that leaves each query at least one key, and hides some."""
    mask = rng.random((queries, keys)) < 0.6
    mask[np.arange(queries), rng.integers(0, keys, queries)] = True
    mask[0, :2] = True, False
    return mask


def attention_edges():
    rng = np.random.default_rng(16)
    far = case(rng, 1, 3, 4, 4, 2)
    some = np.array([[1, 1, 0, 0, 1], [1, 0, 1, 1, 1], [0, 1, 1, 0, 1]], bool)
    return [
        case(rng, 2, 3, 5, 4, 6),
        case(rng, 2, 3, 5, 4, 6, some),
        case(rng, 1, 4, 4, 3, 2, np.tri(4, dtype=bool)),
        case(rng, 2, 3, 3, 3, 3),
        (1e4 * far[0], *far[1:]),
    ]


def attention_inputs(rng):
    keys = int(rng.integers(3, 6))
    return [case(rng, 2, 4, keys, 3, 2, drawn_mask(rng, 4, keys)), case(rng, 1, 2, keys, 5, 3)]


def attention(query, key, value, attn_mask):
    score = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[2])
    if attn_mask is not None:
        score = np.where(attn_mask, score, -np.inf)
    weight = np.exp(score - score.max(axis=2, keepdims=True))
    return weight / weight.sum(axis=2, keepdims=True) @ value


def by_einsum(query, key, value, attn_mask):
    score = np.einsum("nle,nse->nls", query * query.shape[-1] ** -0.5, key)
    if attn_mask is not None:
        score = score + np.where(attn_mask, 0, -1e30)
    score -= score.max(-1, keepdims=True)
    weight = np.exp(score)
    return np.einsum("nls,nsv->nlv", weight, value) / weight.sum(-1)[..., None]


def query_by_query(query, key, value, attn_mask):
    out = np.zeros((*query.shape[:2], value.shape[2]))
    for n, i in np.ndindex(*query.shape[:2]):
        seen = np.arange(key.shape[1]) if attn_mask is None else np.flatnonzero(attn_mask[i])
        score = key[n, seen] @ query[n, i] / query.shape[2] ** 0.5
        weight = np.exp(score - score.max())
        out[n, i] = weight @ value[n, seen] / weight.sum()
    return out


def masked_weights(query, key, value, attn_mask):
    # Hidden after exp and before the division: the same, if the maximum is of what is seen.
    may = np.ones(key.shape[1], bool) if attn_mask is None else attn_mask
    score = np.matmul(query, key.transpose(0, 2, 1)) / np.sqrt(key.shape[-1])
    top = np.max(score, axis=-1, keepdims=True, where=may, initial=-np.inf)
    weight = np.exp(np.where(may, score - top, -np.inf)) * may
    return np.matmul(weight / np.sum(weight, axis=-1, keepdims=True), value)


def softmax(score, axis=-1):
    weight = np.exp(score - score.max(axis=axis, keepdims=True))
    return weight / weight.sum(axis=axis, keepdims=True)


def hide(score, mask):
    return score if mask is None else np.where(mask, score, -np.inf)


def wrong(
    divisor=lambda q, k, v: np.sqrt(q.shape[2]), hidden=hide, share=softmax,
    weigh=lambda weight, mask: weight, take=lambda weight, k, v: weight @ v,
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(query, key, value, attn_mask):
        score = query @ key.swapaxes(1, 2) / divisor(query, key, value)
        with np.errstate(all="ignore"):
            weight = weigh(share(hidden(score, attn_mask)), attn_mask)
        return take(weight, key, value)

    return answer


def unshifted(score):
    weight = np.exp(score)
    return weight / weight.sum(axis=-1, keepdims=True)


def only_divided(score):
    positive = np.where(np.isfinite(score), np.maximum(score, 0), 0)
    return positive / positive.sum(axis=-1, keepdims=True).clip(1e-12)


def shifted_by_one_for_all(score):
    weight = np.exp(score - score.max())
    return weight / weight.sum(axis=-1, keepdims=True)


def shared_by_all(score):
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def turned(score, mask):
    return score if mask is None else np.where(mask, -1e30, score)


EXERCISE = Exercise(
    "attention",
    points=3,
    answer=attention,
    edges=attention_edges,
    inputs=attention_inputs,
    forbidden=LIBRARY,
    sitting=2,
    also_right=[by_einsum, query_by_query, masked_weights],
    mistakes=[
        Mistake(
            "Not divided by the root of the number of features: the longer the vectors, the more "
            "the softmax picks one key alone.",
            wrong(divisor=lambda q, k, v: 1),
            credit=0.5,
        ),
        Mistake(
            "Divided by the number of features. Its root: that is the SD of such a product.",
            wrong(divisor=lambda q, k, v: q.shape[2]),
            credit=0.5,
        ),
        Mistake(
            "Divided by the root of the number of keys. Of the features of a query and a key.",
            wrong(divisor=lambda q, k, v: np.sqrt(k.shape[1])),
            credit=0.5,
        ),
        Mistake(
            "Divided by the root of the values' features. Queries and keys were multiplied: "
            "their features count.",
            wrong(divisor=lambda q, k, v: np.sqrt(v.shape[2])),
            credit=0.5,
        ),
        Mistake(
            "Softmax over the queries. Each query shares out 1 among the keys: the last axis.",
            wrong(share=lambda score: softmax(score, axis=-2)),
            credit=0.25,
        ),
        Mistake(
            "The mask is turned round: True means *may look* here, as in "
            "F.scaled_dot_product_attention. In nn.MultiheadAttention it forbids.",
            wrong(hidden=turned),
            credit=0.5,
        ),
        Mistake(
            "A hidden score of 0 still gets a weight, since exp(0) is 1. It must be -inf before "
            "the softmax.",
            wrong(hidden=lambda score, mask: score if mask is None else np.where(mask, score, 0)),
            credit=0.25,
        ),
        Mistake(
            "Hidden after the softmax: the weights that are left no longer sum to 1.",
            wrong(
                hidden=lambda score, mask: score,
                weigh=lambda weight, mask: weight if mask is None else weight * mask,
            ),
            credit=0.25,
        ),
        Mistake(
            "The mask was added: True raises a score by 1 and hides nothing. np.where with -inf.",
            wrong(hidden=lambda score, mask: score if mask is None else score + mask),
            credit=0.25,
        ),
        Mistake(
            "attn_mask may be None: then every query looks at all keys. np.where takes None for "
            "False and hides everything.",
            wrong(hidden=lambda score, mask: np.where(mask, score, -np.inf)),
            credit=0.5,
        ),
        Mistake(
            "The mask was not used.",
            wrong(hidden=lambda score, mask: score),
            credit=0.25,
        ),
        Mistake(
            "Those are the weights. With them, take the mean of the values.",
            wrong(take=lambda weight, k, v: weight),
            credit=0.25,
        ),
        Mistake(
            "A mean of the keys. Keys are for being found; the values are what is handed on.",
            wrong(take=lambda weight, k, v: weight @ k),
            credit=0.25,
        ),
        Mistake(
            "At large scores exp overflows. Subtract each row's maximum first: the weights stay "
            "the same.",
            wrong(share=unshifted),
            credit=0.5,
        ),
        Mistake(
            "You subtracted one maximum of all scores. A row far below it becomes 0 / 0: each row "
            "its own, keepdims=True.",
            wrong(share=shifted_by_one_for_all),
            credit=0.5,
        ),
        Mistake(
            "All weights together sum to 1. Each query shares out its own 1: the last axis.",
            wrong(share=shared_by_all),
            credit=0.25,
        ),
        Mistake(
            "Scores divided by their sum are no softmax: exp first.",
            wrong(share=only_divided),
        ),
    ],
    hints=[
        "key.swapaxes(1, 2) is (n, features, S); query @ that is (n, L, S), a score for each pair.",
        "Divide by np.sqrt(query.shape[2]); then np.where(attn_mask, score, -np.inf).",
        "Softmax along axis 2, with keepdims=True; then weight @ value.",
    ],
)
