"""Initialization: how large random weights must be, so that signals neither fade nor explode.

A sum of n products of weights and inputs has the mean square n E[w^2] E[x^2]. To keep it
from layer to layer, E[w^2] must be about 1/n, with a factor (``calculate_gain``, squared)
for what the activation takes away.

Names and defaults are torch.nn.init's without the underscore. There, a function fills a
tensor; here it returns a new array of the given ``shape`` and leaves its arguments alone.
Numbers are drawn in float64 and then rounded to ``dtype``, so that one seed gives the same
weights in float32 and float64; rounding may put a float32 exactly on an open bound.
"""

import math

import numpy as np
from scipy.special import ndtri

from ...validation.arrays import choice, generator
from ...validation.initialization import at_least_0, finite, interval, sizes

PLAIN = ("linear", "conv1d", "conv2d", "conv3d", "sigmoid")
PLAIN += ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
GAINS = dict.fromkeys(PLAIN, 1) | {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
FANS = ("fan_in", "fan_out")


def calculate_fan_in_and_fan_out(shape):
    """Count how many inputs feed an output, and how many outputs an input feeds.

    ``shape`` is that of a weight, (out, in) of a dense layer or (out, in, height, width) of a
    convolution, whose kernel meets each input once per place: both fans count its area.

    >>> calculate_fan_in_and_fan_out((16, 30)), calculate_fan_in_and_fan_out((8, 3, 5, 5))
    ((30, 16), (75, 200))
    """
    out_channels, in_channels, *kernel = sizes(shape, least=2)
    area = math.prod(kernel)
    return in_channels * area, out_channels * area


def calculate_gain(nonlinearity, param=None):
    r"""Return the factor that makes up for what an activation takes from the signal.

    ReLU silences half of a symmetric input, so half the mean square is lost: the gain is
    :math:`\sqrt 2`. A leak of slope ``param`` (0.01 if not given) saves some of it:
    :math:`\sqrt{2 / (1 + a^2)}`. torch's 5/3 for tanh and 3/4 for selu were found by trying.

    Raises
    ------
    TypeError, ValueError
        If the name is not one of torch's, or ``param`` is not a finite number.
    """
    if choice("nonlinearity", nonlinearity, (*GAINS, "leaky_relu")) != "leaky_relu":
        return GAINS[nonlinearity]
    slope = 0.01 if param is None else param
    finite(param=slope)
    return math.sqrt(2 / (1 + slope**2))


def uniform(shape, a=0.0, b=1.0, *, rng, dtype=np.float64):
    """Draw evenly from a to b.

    Parameters
    ----------
    shape : of the new array
    a, b : bounds, a <= b
    rng : numpy.random.Generator
    dtype : of the new array, a floating-point one

    Raises
    ------
    TypeError, ValueError
        If an argument is not what stands above. So do all functions of this module.
    """
    finite(a=a, b=b)
    interval(a, b)
    return (a + (b - a) * generator(rng).random(sizes(shape))).astype(_float(dtype))


def normal(shape, mean=0.0, std=1.0, *, rng, dtype=np.float64):
    """Draw from the normal distribution with ``mean`` and standard deviation ``std``."""
    finite(mean=mean)
    at_least_0(std=std)
    return (mean + std * generator(rng).standard_normal(sizes(shape))).astype(_float(dtype))


def trunc_normal(shape, mean=0.0, std=1.0, a=-2.0, b=2.0, *, rng, dtype=np.float64):
    r"""Draw from the normal distribution, but only from a to b.

    A value's percentile is spread evenly. So draw a percentile between those of a and b, and
    look up its value, :math:`\mu + \sigma \Phi^{-1}(u)`. ``std`` is that of the whole normal;
    what is left after the cut spreads less: with the defaults, 0.880.

    Raises
    ------
    TypeError, ValueError
        Also if a to b lies so far out (38 ``std``) or is so narrow that it holds nothing.
    """
    low, high, side = percentiles(mean, std, a, b)
    u = low + (high - low) * generator(rng).random(sizes(shape))
    # Rounding may lead just past a or b.
    return np.clip(mean + side * std * ndtri(u), a, b).astype(_float(dtype))


def percentiles(mean, std, a, b):
    """Return the percentiles that bound a truncated normal, and -1 if they are mirrored, else 1.

    Near 1, floats lie 1e-16 apart, near 0 far closer: so an interval on the upper side is
    looked up on the lower side, where its mirror image lies.
    """
    finite(mean=mean, a=a, b=b)
    at_least_0(std=std)
    interval(a, b)
    side = -1 if a + b > 2 * mean else 1
    ends = sorted(side * (end - mean) / std for end in (a, b)) if std else (0, 0)
    low, high = (math.erfc(-z / math.sqrt(2)) / 2 for z in ends)
    if not low < high:
        raise ValueError(f"a and b are {a} and {b}; N({mean}, {std}^2) has nothing between them")
    return low, high, side


def xavier_uniform(shape, gain=1.0, *, rng, dtype=np.float64):
    r"""Draw evenly within :math:`\text{gain} \sqrt{6 / (\text{fan\_in} + \text{fan\_out})}`.

    The middle between keeping the signal's size forwards and the gradient's backwards.
    Glorot and Bengio (2010).
    """
    bound = math.sqrt(3) * xavier_std(shape, gain)
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def xavier_normal(shape, gain=1.0, *, rng, dtype=np.float64):
    r"""Draw normally with std :math:`\text{gain} \sqrt{2 / (\text{fan\_in} + \text{fan\_out})}`.

    As ``xavier_uniform``, which has the same standard deviation.
    """
    return normal(shape, 0.0, xavier_std(shape, gain), rng=rng, dtype=dtype)


def xavier_std(shape, gain=1.0):
    """Return the standard deviation of both forms of Xavier's weights."""
    at_least_0(gain=gain)
    # An empty array has no fans, and nothing that could be too large.
    return gain * math.sqrt(2 / max(sum(calculate_fan_in_and_fan_out(shape)), 1))


def kaiming_uniform(shape, a=0, mode="fan_in", nonlinearity="leaky_relu", *, rng, dtype=np.float64):
    r"""Draw evenly within :math:`\text{gain} \sqrt{3 / \text{fan}}`: Xavier's idea for ReLU.

    He et al. (2015).

    Parameters
    ----------
    shape, rng, dtype : as in ``uniform``
    a : slope of the leak of a leaky_relu; 0 is plain ReLU
    mode : "fan_in" keeps the signal's size forwards, "fan_out" the gradient's backwards
    nonlinearity : what follows the layer, a name that ``calculate_gain`` knows
    """
    bound = math.sqrt(3) * kaiming_std(shape, a, mode, nonlinearity)
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def kaiming_normal(shape, a=0, mode="fan_in", nonlinearity="leaky_relu", *, rng, dtype=np.float64):
    r"""Draw normally with std :math:`\text{gain} / \sqrt{\text{fan}}`.

    As ``kaiming_uniform``, which has the same standard deviation.
    """
    return normal(shape, 0.0, kaiming_std(shape, a, mode, nonlinearity), rng=rng, dtype=dtype)


def kaiming_std(shape, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    """Return the standard deviation of both forms of Kaiming's weights."""
    fan = calculate_fan_in_and_fan_out(shape)[FANS.index(choice("mode", mode, FANS))]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def orthogonal(shape, gain=1.0, *, rng, dtype=np.float64):
    """Draw a rotation (or mirroring), every one as likely, times ``gain``.

    The rows are orthonormal, or the columns where there are more rows than columns; trailing
    axes are joined to columns. Such a matrix changes the length of no signal at all. A normal
    matrix has no preferred direction; QR turns it into an orthogonal one, but with a
    habit of its own in the signs: the diagonal of Q is -0.21 on average for 4 x 4. Making the
    diagonal of R positive breaks it. Saxe et al. (2014); Mezzadri (2007) for the signs.

    >>> q = orthogonal((3, 2, 2), rng=np.random.default_rng(0)).reshape(3, 4)
    >>> bool(np.allclose(q @ q.T, np.eye(3)))
    True
    """
    finite(gain=gain)
    shape = sizes(shape, least=2)
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(generator(rng).standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.where(np.diag(r) < 0, -1, 1)
    return (gain * (q.T if rows < columns else q)).reshape(shape).astype(_float(dtype))


def _float(dtype):
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"dtype is {np.dtype(dtype)}; needed a floating-point one")
    return dtype
