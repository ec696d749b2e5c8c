"""What batch_norm and layer_norm refuse, in arrays and in tensors alike."""

import math


def batch(input, running_mean, running_var, weight, bias, training, eps):
    """Check shapes and dtypes against ``input``, (n, channels, ...)."""
    shape = tuple(input.shape)
    if len(shape) < 2:
        raise ValueError(f"input has shape {shape}; needed (n, channels) and more")
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must be given both or not at all")
    if running_mean is None and not training:
        raise ValueError("running_mean is None; evaluation needs it")
    named = {"running_mean": running_mean, "running_var": running_var}
    _like(input, shape[1:2], {**named, "weight": weight, "bias": bias})
    if training and shape[0] * math.prod(shape[2:]) == 1:
        raise ValueError(f"input has shape {shape}, one value per channel; training needs two")
    if not (eps > 0 or (eps == 0 and not training)):
        raise ValueError(f"eps is {eps}; needed {'above 0' if training else '0 or more'}")


def layer(input, normalized_shape, weight, bias, eps):
    """Check that ``input`` ends in ``normalized_shape``; return it as a tuple."""
    normalized_shape = as_shape(normalized_shape)
    shape = tuple(input.shape)
    if shape[-len(normalized_shape) :] != normalized_shape:
        raise ValueError(f"input has shape {shape}; needed it to end in {normalized_shape}")
    _like(input, normalized_shape, {"weight": weight, "bias": bias})
    if not eps >= 0:
        raise ValueError(f"eps is {eps}; needed 0 or more")
    return normalized_shape


def as_shape(normalized_shape):
    """Return ``normalized_shape``, one whole number or several, as a tuple."""
    try:
        sizes = tuple(normalized_shape)
    except TypeError:
        sizes = (normalized_shape,)
    if not sizes or not all(hasattr(n, "__index__") and n >= 0 for n in sizes):
        raise ValueError(f"normalized_shape is {normalized_shape!r}; needed sizes, such as (64,)")
    return tuple(map(int, sizes))


def _like(input, shape, named):
    for name, value in named.items():
        if value is None:
            continue
        if tuple(value.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(value.shape)}; needed {shape}")
        if value.dtype != input.dtype:
            raise TypeError(f"{name} has dtype {value.dtype}; needed input's, {input.dtype}")
