"""Mean 0 and variance 1 along some axes: what batch norm and layer norm share.

The axes of an array have letters, as in einsum. One of them is kept: it has a mean and a
variance at each position ("c" for channels in batch norm, "n" for patients in layer norm),
and the sums run over the others. Statistics come in the shape that broadcasts to the array.
"""

import numpy as np


def centre(x, axes, kept, eps):
    """Return x less its mean, 1/std (with ``eps`` in the root), the mean and the variance.

    Two passes, first the mean, then the squares of what is left: the one-pass form
    E[x^2] - E[x]^2 subtracts two huge numbers where the mean is large.
    """
    count = _count(x, axes, kept)
    mean = _sum(axes, kept, x) / count
    centred = x - mean
    # In float32 a mean of 10,000 is off by 0.0005 or more. What is left shows by how much.
    missed = _sum(axes, kept, centred) / count
    centred -= missed
    var = _sum(axes, kept, centred, centred) / count
    return centred, 1 / np.sqrt(var + float(eps)), mean + missed, var


def centre_backward(grad, centred, inverse_std, axes, kept, weight=None):
    r"""Return the gradient of x, and the sums of g and of :math:`g \hat{x}` that it needs.

    With g the gradient of :math:`\hat{x}`, the standardized x, that of x is
    :math:`(g - \bar{g} - \hat{x} \overline{g \hat{x}}) / \sigma`. Shifting or stretching all
    of x changes nothing, so the parts of g along a shift (its mean) and along x are removed.
    A ``weight`` per position of the kept axis multiplies the result.
    """
    count = _count(grad, axes, kept)
    total, along_x = _sum(axes, kept, grad), _sum(axes, kept, grad, centred) * inverse_std
    grad_input = centred * (along_x * inverse_std / -count)
    grad_input += grad
    grad_input -= total / count
    grad_input *= inverse_std if weight is None else inverse_std * weight
    return grad_input, total, along_x


def _count(x, axes, kept):
    """Return how many numbers each statistic is taken over, at least 1."""
    return max(x.size // max(x.shape[axes.index(kept)], 1), 1)


def _sum(axes, kept, *factors):
    total = np.einsum(f"{','.join([axes] * len(factors))}->{kept}", *factors)
    return total.reshape(-1, *[1] * (len(axes) - axes.index(kept) - 1))
