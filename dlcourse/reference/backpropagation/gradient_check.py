"""Gradient checks: nudge every number, and see whether the backward foretold the change.

Finite differences are slow, two forward passes for each number, but nearly impossible to
get wrong. So they check what is fast and easy to get wrong.
"""

from dataclasses import dataclass

import numpy as np

from ...validation.arrays import above_0, floating
from .autodiff import Tensor


def numerical_gradient(f, x, step=1e-5):
    r"""Return the gradient of f at x from central differences.

    :math:`(f(x + h) - f(x - h)) / 2h` for each number of x, all in float64. The symmetric
    form is off by a multiple of :math:`h^2`, the one-sided by a multiple of h. A smaller
    step is not better: below 1e-5 or so, rounding in f, divided by h, takes over.

    Parameters
    ----------
    f : function of an array, returning a number
    x : array of any shape; stays as it is
    step : h at numbers up to 1 in size, and in proportion above

    Returns
    -------
    The shape of x

    Raises
    ------
    ValueError
        If f returns more than one number, or step is not above 0.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, 3.0])).round(6)
    array([2., 6.])
    """
    above_0("step", step)
    x = np.array(floating("x", x), np.float64)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        here, h = x[index], step * max(1, abs(x[index]))
        x[index] = here + h
        after, ahead = x[index], _number(f(x.copy()))
        x[index] = here - h
        before, behind = x[index], _number(f(x.copy()))
        x[index] = here
        # Divide by the distance that rounding left between the two points.
        gradient[index] = (ahead - behind) / (after - before)
    return gradient


@dataclass(frozen=True)
class GradientCheck:
    """The verdict of ``gradient_check``: true if passed, and the entry that fits worst.

    Attributes
    ----------
    passed : bool
    relative_error : float, the largest of all entries
    argument, index : which argument of f, counted from 0, and where in it
    analytic, numeric : the two derivatives there
    """

    passed: bool
    relative_error: float
    argument: int
    index: tuple
    analytic: float
    numeric: float

    def __bool__(self):
        return self.passed

    def __str__(self):
        return (
            f"{'passed' if self.passed else 'FAILED'}: largest relative error "
            f"{self.relative_error:.1e}, in argument {self.argument} at {self.index}: "
            f"backward says {self.analytic:.9g}, differences say {self.numeric:.9g}"
        )


def gradient_check(
    f, args, backward=None, differentiable=None, step=1e-5, tolerance=1e-6, floor=1e-3
):
    r"""Compare gradients with central differences and report the entry that fits worst.

    The relative error of an entry is :math:`|a - n| / \max(|a|, |n|, floor)`; the floor
    keeps a gradient of 0 from being divided by. All runs in float64: in float32 correct code
    shows errors of a percent. At a kink, such as that of relu at 0, differences and
    derivative disagree by right: keep inputs away from it.

    Parameters
    ----------
    f : function of ``args``: of tensors if ``backward`` is None, else of arrays
        Its value may have any shape: it is summed up with unequal weights, since equal
        ones would hide exchanged outputs.
    args : its arguments
    backward : ``f_backward(grad_output, *args)``, returning the gradients in order
        Without it the engine of ``autodiff`` finds them.
    differentiable : positions of the arguments to check, by default all arrays of floats
    step : see ``numerical_gradient``
    tolerance : the largest relative error that passes
    floor : smaller derivatives are compared on this scale

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError
        If there is no number to differentiate by, or a gradient is missing or misshapen.

    Examples
    --------
    >>> x = np.array([0.5, -2.0])
    >>> bool(gradient_check(lambda x: x.tanh(), [x]))
    True
    >>> wrong = gradient_check(np.tanh, [x], backward=lambda g, x: g * (1 - np.tanh(x)))
    >>> wrong.passed, wrong.index
    (False, (1,))
    """
    above_0("tolerance", tolerance)
    above_0("floor", floor)
    args = [a.astype(np.float64) if _is_float(a) else a for a in args]
    if differentiable is None:
        differentiable = [i for i, a in enumerate(args) if _is_float(a)]
    if not sum(args[i].size for i in differentiable):
        raise ValueError("args has no floating-point numbers to differentiate by")
    forward = f if backward else lambda *arrays: f(*map(_tensor, arrays)).data
    weights = np.random.default_rng(0).uniform(0.5, 1.5, np.shape(forward(*args)))
    if backward:
        gradients = backward(weights, *args)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    else:
        gradients = _by_engine(f, args, differentiable, weights)
    if len(gradients) < len(differentiable):
        raise ValueError(
            f"backward returned {len(gradients)} gradients; needed {len(differentiable)}"
        )
    entries = []
    for i, analytic in zip(differentiable, gradients, strict=False):
        analytic = np.asarray(analytic)
        if analytic.shape != args[i].shape:
            raise ValueError(
                f"the gradient of argument {i} has shape {analytic.shape}; needed {args[i].shape}"
            )
        numeric = numerical_gradient(_weighted_sum(forward, args, i, weights), args[i], step)
        scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
        error = np.abs(analytic - numeric) / scale
        entries += [(error[at], i, at, analytic[at], numeric[at]) for at in np.ndindex(error.shape)]
    # NaN compares with nothing; here it is worse than any number.
    error, i, at, analytic, numeric = max(entries, key=lambda e: (np.isnan(e[0]), e[0]))
    passed = bool(error <= tolerance)
    return GradientCheck(passed, float(error), i, at, float(analytic), float(numeric))


def _weighted_sum(forward, args, i, weights):
    return lambda moved: np.sum(weights * forward(*args[:i], moved, *args[i + 1 :]))


def _by_engine(f, args, differentiable, weights):
    args = [_tensor(a, i in differentiable) for i, a in enumerate(args)]
    output = f(*args)
    if output.requires_grad:
        output.backward(weights)
    leaves = [args[i] for i in differentiable]
    return [np.zeros(t.shape) if t.grad is None else t.grad for t in leaves]


def _tensor(value, requires_grad=False):
    return Tensor(value, requires_grad) if _is_float(value) else value


def _is_float(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _number(value):
    if np.size(value) != 1:
        raise ValueError(f"f returned shape {np.shape(value)}; needed a single number")
    return float(np.reshape(value, ()))
