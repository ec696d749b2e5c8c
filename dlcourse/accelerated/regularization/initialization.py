"""Initialization: how large random weights must be, so that signals neither fade nor explode.

See dlcourse.reference.initialization, whose fans, gains, standard deviations and percentiles
these functions use: they are numbers, not tensors. Each returns a new tensor without
gradient. The numbers are drawn in float64 where ``generator`` lives, then rounded to
``dtype`` (torch's default one) and moved to ``device`` (the generator's). So a generator on
the CPU gives the same weights on every device, also where there is no float64 (MPS).
"""

import math

import torch

from ...reference.regularization.initialization import (
    calculate_fan_in_and_fan_out as calculate_fan_in_and_fan_out,
)
from ...reference.regularization.initialization import calculate_gain as calculate_gain
from ...reference.regularization.initialization import kaiming_std, percentiles, xavier_std
from ...validation import tensors as validate
from ...validation.initialization import at_least_0, finite, interval, sizes


def uniform(shape, a=0.0, b=1.0, *, generator, dtype=None, device=None):
    """Draw evenly from a to b. See dlcourse.reference.initialization.uniform."""
    finite(a=a, b=b)
    interval(a, b)
    return _placed(a + (b - a) * _draw(torch.rand, sizes(shape), generator), dtype, device)


def normal(shape, mean=0.0, std=1.0, *, generator, dtype=None, device=None):
    """Draw from a normal distribution. See dlcourse.reference.initialization.normal."""
    finite(mean=mean)
    at_least_0(std=std)
    return _placed(mean + std * _draw(torch.randn, sizes(shape), generator), dtype, device)


def trunc_normal(shape, mean=0.0, std=1.0, a=-2.0, b=2.0, *, generator, dtype=None, device=None):
    """Draw from the normal distribution, but only from a to b.

    See dlcourse.reference.initialization.trunc_normal. One operation per weight and no loop;
    torch's own function draws again until all lie within the bounds.
    """
    low, high, side = percentiles(mean, std, a, b)
    u = low + (high - low) * _draw(torch.rand, sizes(shape), generator)
    return _placed((mean + side * std * torch.special.ndtri(u)).clamp(a, b), dtype, device)


def xavier_uniform(shape, gain=1.0, *, generator, dtype=None, device=None):
    """Draw Xavier's weights evenly. See dlcourse.reference.initialization.xavier_uniform."""
    bound = math.sqrt(3) * xavier_std(shape, gain)
    return uniform(shape, -bound, bound, generator=generator, dtype=dtype, device=device)


def xavier_normal(shape, gain=1.0, *, generator, dtype=None, device=None):
    """Draw Xavier's weights normally. See dlcourse.reference.initialization.xavier_normal."""
    std = xavier_std(shape, gain)
    return normal(shape, 0.0, std, generator=generator, dtype=dtype, device=device)


def kaiming_uniform(
    shape, a=0, mode="fan_in", nonlinearity="leaky_relu", *, generator, dtype=None, device=None
):
    """Draw Kaiming's weights evenly. See dlcourse.reference.initialization.kaiming_uniform."""
    bound = math.sqrt(3) * kaiming_std(shape, a, mode, nonlinearity)
    return uniform(shape, -bound, bound, generator=generator, dtype=dtype, device=device)


def kaiming_normal(
    shape, a=0, mode="fan_in", nonlinearity="leaky_relu", *, generator, dtype=None, device=None
):
    """Draw Kaiming's weights normally. See dlcourse.reference.initialization.kaiming_normal."""
    std = kaiming_std(shape, a, mode, nonlinearity)
    return normal(shape, 0.0, std, generator=generator, dtype=dtype, device=device)


def orthogonal(shape, gain=1.0, *, generator, dtype=None, device=None):
    """Draw a rotation (or mirroring), every one as likely, times ``gain``.

    See dlcourse.reference.initialization.orthogonal.
    """
    finite(gain=gain)
    shape = sizes(shape, least=2)
    rows, columns = shape[0], math.prod(shape[1:])
    tall = (max(rows, columns), min(rows, columns))
    q, r = torch.linalg.qr(_draw(torch.randn, tall, generator))
    q = q * torch.where(torch.diagonal(r) < 0, -1, 1)
    return _placed(gain * (q.T if rows < columns else q).reshape(shape), dtype, device)


def _draw(source, shape, generator):
    validate.generator(generator)
    return source(shape, generator=generator, dtype=torch.float64, device=generator.device)


def _placed(tensor, dtype, device):
    dtype = torch.get_default_dtype() if dtype is None else dtype
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise TypeError(f"dtype is {dtype!r}; needed a floating-point one of torch's")
    return tensor.to(dtype).to(device)
