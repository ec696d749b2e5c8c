"""Embedding: a table that holds one vector for each word, and is learned like any weight."""

import math

import numpy as np

from ...validation import sequences as validate
from ...validation.arrays import floating, gradient, narrow, wide


def embedding(input, weight, padding_idx=None):
    """Look up the vector of every word: row ``input`` of the table ``weight``.

    It is a linear layer whose input has a single 1, at the word's place, without the sums
    over all the zeros. torch's max_norm, which would change the table, and its two switches
    for sparse and frequent words are left out. Bengio et al. (2003).

    Parameters
    ----------
    input : numbers of words, int32 or int64, any shape
    weight : (words, features)
    padding_idx : the word that only fills up short texts, counted from the end if negative
        Its vector is looked up like any other, and gets no gradient.

    Returns
    -------
    (*input's shape, features)

    Raises
    ------
    TypeError, ValueError
        If a number is no word's, or an argument is not what stands above.

    Examples
    --------
    >>> table = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> embedding(np.array([2, 1, 2]), table)
    array([[3., 4.],
           [1., 2.],
           [3., 4.]])
    """
    places, weight, _ = _arguments(input, weight, padding_idx)
    return weight[places]


def embedding_backward(grad_output, input, weight, padding_idx=None):
    """Return the gradients of input, None, and weight: each row gathers from all its uses.

    So most rows get 0, and a word that stands in a text twice gets the sum of two gradients.
    """
    places, weight, padding_idx = _arguments(input, weight, padding_idx)
    shape = (*places.shape, weight.shape[1])
    grad_output = wide(gradient(grad_output, shape, weight.dtype))
    grad_weight = np.zeros(weight.shape, grad_output.dtype)
    rows = grad_output.reshape(math.prod(places.shape), weight.shape[1])  # (uses, features)
    np.add.at(grad_weight, places.ravel(), rows)  # "+=" would count each word once
    if padding_idx is not None:
        grad_weight[padding_idx] = 0
    return None, narrow(grad_weight, weight.dtype)


def _arguments(input, weight, padding_idx):
    places, weight = np.asarray(input), floating("weight", weight)
    return places, weight, validate.places(places, weight, padding_idx)
