"""Refuse what is not a tensor of real numbers; what needs no tensor to be seen is in ``arrays``."""

import torch

from .precision import conversions

wide, narrow, through_float32 = conversions(
    (torch.float16, torch.bfloat16), torch.float32, lambda tensor, dtype: tensor.to(dtype)
)


def floating(name, value):
    """Return ``value`` as a floating-point tensor; integers and booleans take the default dtype."""
    if not isinstance(value, torch.Tensor):
        kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        raise TypeError(
            f"{name} is of type {kind}; needed a torch tensor (torch.as_tensor makes one)"
        )
    if value.is_complex():
        raise TypeError(f"{name} has dtype {value.dtype}; needed real numbers")
    return value if value.is_floating_point() else value.to(torch.get_default_dtype())


def generator(generator):
    """Check that ``generator`` is torch's generator of random numbers; return it."""
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator is {generator!r}; needed a torch.Generator")
    return generator
