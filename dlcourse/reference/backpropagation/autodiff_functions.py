"""Operations on tensors beyond the engine's own: any function that has a backward."""

import inspect

import numpy as np

from ...validation.arrays import narrow, wide
from .autodiff import Tensor, result


def lift(f, f_backward, differentiable=None):
    """Turn a function of arrays and its backward into an operation on tensors.

    Parameters
    ----------
    f, f_backward : such as conv2d and conv2d_backward
    differentiable : names of the arguments whose gradients ``f_backward`` returns, in that
        order; by default f's first arguments, as many as there are gradients

    Examples
    --------
    >>> square = lift(lambda x: x * x, lambda grad_output, x: 2 * x * grad_output)
    >>> x = Tensor(3.0, requires_grad=True)
    >>> square(square(x)).backward()
    >>> x.grad  # of x**4: 4 * 3**3
    array(108.)
    """
    signature = inspect.signature(f)

    def operation(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        parents = {k: v for k, v in bound.arguments.items() if isinstance(v, Tensor)}
        bound.arguments.update({name: tensor.data for name, tensor in parents.items()})
        args, kwargs = bound.args, bound.kwargs

        def backward(grad):
            gradients = f_backward(grad, *args, **kwargs)
            gradients = gradients if isinstance(gradients, tuple) else (gradients,)
            found = dict(zip(differentiable or signature.parameters, gradients, strict=False))
            missing = [k for k, v in parents.items() if v.requires_grad and found.get(k) is None]
            if missing:
                raise ValueError(f"{f.__name__} has no gradient for {missing[0]}")
            return tuple(found.get(name) for name in parents)

        return result(f(*args, **kwargs), tuple(parents.values()), backward)

    operation.__doc__ = f.__doc__
    return operation


def softmax_cross_entropy(scores, target):
    r"""Return the mean loss of scores z given the right classes: mean of :math:`-\ln p_y`.

    Softmax, logarithm and choice in one operation: stable, and the three gradients shrink to
    p less one-hot, over n. ``cross_entropy``, lifted, has weights and smoothing and takes
    longer than all the rest of a small network.

    Parameters
    ----------
    scores : Tensor (n, classes)
    target : integers (n,), from 0 to classes - 1

    Returns
    -------
    Tensor, a single number

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit or a target is no class.
    """
    target, n = _class_numbers(target, scores.shape), len(scores.data)
    rows = np.arange(n)
    # On short rows NumPy's argmax and matrix product are faster than its max and sum.
    data = wide(scores.data)
    z = data - data[rows, data.argmax(axis=1)][:, None]
    chosen = z[rows, target].sum()
    e = np.exp(z, out=z)
    total = e @ np.ones((e.shape[1], 1), e.dtype)
    loss = np.log(total).sum() - chosen

    def backward(g):
        share = wide(g) / max(n, 1)
        grad = e * (share / total)
        grad[rows, target] -= share
        return (grad,)

    loss = loss / n if n else loss * np.nan
    return result(narrow(loss, scores.data.dtype), (scores,), backward)


def _class_numbers(target, shape):
    target = np.asarray(target)
    if len(shape) != 2 or shape[1] == 0 or target.shape != shape[:1]:
        raise ValueError(
            f"scores has shape {shape} and target {target.shape}; needed (n, classes) and (n,)"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(f"target has dtype {target.dtype}; needed integers, the class numbers")
    if target.size and not (target.min() >= 0 and target.max() < shape[1]):
        raise ValueError(
            f"target runs from {target.min()} to {target.max()}; needed from 0 to {shape[1] - 1}"
        )
    return target
