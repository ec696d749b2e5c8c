"""Padding: what a kernel sees beyond the edge of the image."""

import numpy as np

from ...validation.arrays import floating, gradient, through_float32
from ...validation.convolution import padding_pairs


def pad(input, pad, mode="constant", value=None):
    """Surround an array with a constant, its mirror image, its edge, or its other end.

    A scan framed in zeros tells the network where the edge is; a mirror does not.

    Parameters
    ----------
    input : any shape
    pad : (before, after) of the last axis, then of the one before it, and so on
        Negative numbers cut off.
    mode : "constant", "reflect" (the edge itself once), "replicate" or "circular"
        torch takes the last three only for images and the like; here they take any shape.
    value : the constant; 0 where it is None. Other modes take none.

    Raises
    ------
    TypeError, ValueError
        If ``pad`` is not such a list, or asks for more than the mode can find in the input.

    Examples
    --------
    >>> pad(np.array([1.0, 2.0, 3.0]), (1, 2))
    array([0., 1., 2., 3., 0., 0.])
    >>> pad(np.array([1.0, 2.0, 3.0]), (1, 2), mode="reflect")
    array([2., 1., 2., 3., 2., 1.])
    """
    x, pairs = _checked(input, pad, mode, value)
    if mode == "constant":
        shape = [n + sum(p) for n, p in zip(x.shape, pairs, strict=True)]
        padded = np.full(shape, 0 if value is None else value, x.dtype)
        inside, kept = overlap(x.shape, pairs)
        padded[inside] = x[kept]
        return padded
    for axis, pair in enumerate(pairs):
        if any(pair):
            x = x.take(sources(x.shape[axis], pair, mode), axis)
    return x.copy()


@through_float32
def pad_backward(grad_output, input, pad, mode="constant", value=None):
    """Return the gradient of input: each pixel gathers from every copy of itself."""
    x, pairs = _checked(input, pad, mode, value)
    grad = gradient(
        grad_output, tuple(n + sum(p) for n, p in zip(x.shape, pairs, strict=True)), x.dtype
    )
    if mode == "constant":
        grad_input = np.zeros(x.shape, x.dtype)
        inside, kept = overlap(x.shape, pairs)
        grad_input[kept] = grad[inside]
        return grad_input
    for axis, pair in reversed(list(enumerate(pairs))):
        if any(pair):
            n = x.shape[axis]
            gathered = np.zeros((*grad.shape[:axis], n, *grad.shape[axis + 1 :]), x.dtype)
            np.add.at(gathered, (slice(None),) * axis + (sources(n, pair, mode),), grad)
            grad = gathered
    return grad.copy()


def _checked(input, pad, mode, value):
    x = floating("input", input)
    return x, padding_pairs(x.shape, pad, mode, value)


def overlap(shape, pairs):
    """Return where the input lies in the padded array, and what of the input is kept."""
    inside = tuple(
        slice(max(b, 0), n + b + min(a, 0)) for n, (b, a) in zip(shape, pairs, strict=True)
    )
    kept = tuple(slice(max(-b, 0), n + min(a, 0)) for n, (b, a) in zip(shape, pairs, strict=True))
    return inside, kept


def sources(n, pair, mode):
    """Return, for each place of a padded axis, the place that it copies."""
    places = np.arange(-pair[0], n + pair[1])
    if mode == "circular":
        # What is cut off comes back nowhere: the rest goes round.
        first, last = max(-pair[0], 0), n + min(pair[1], 0)
        return first + (places - first) % (last - first)
    if mode == "replicate":
        return places.clip(0, n - 1)
    # From the edge outwards the mirror runs backwards, with period 2 (n - 1).
    return n - 1 - np.abs(n - 1 - np.abs(places))
