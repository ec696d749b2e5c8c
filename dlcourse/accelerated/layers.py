"""Layers: neurons that share an input, all their weighted sums in one matrix product."""

from ._validate import floating


def linear(input, weight, bias=None):
    """Weigh and add.

    See dlcourse.reference.linear. The product is the one large operation that a GPU is
    built for; autograd turns it into the two products of ``linear_backward``.
    """
    x, weight, bias = _linear_arguments(input, weight, bias)
    y = x @ weight.T
    return y if bias is None else y + bias


def _linear_arguments(input, weight, bias):
    x, weight = floating("input", input), floating("weight", weight)
    if weight.ndim != 2:
        raise ValueError(
            f"weight has shape {tuple(weight.shape)}; needed two axes, (out_features, in_features)"
        )
    if x.ndim == 0 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"input has shape {tuple(x.shape)}; needed (..., {weight.shape[1]}), "
            f"since weight has shape {tuple(weight.shape)}"
        )
    if bias is not None:
        bias = floating("bias", bias)
        if bias.shape != weight.shape[:1]:
            raise ValueError(
                f"bias has shape {tuple(bias.shape)}; needed {tuple(weight.shape[:1])}"
            )
    dtypes = [t.dtype for t in (x, weight, bias) if t is not None]
    if len(set(dtypes)) > 1:
        found = ", ".join(map(str, dtypes))
        raise TypeError(f"input, weight and bias have dtypes {found}; needed one dtype")
    return x, weight, bias
