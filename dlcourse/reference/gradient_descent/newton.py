"""Newton's method: let the curvature choose the length of the step."""

import numpy as np

from ...validation.arrays import floating
from ...validation.descent import whole
from ...validation.precision import at_least_32_bits


def newtons_method(derivatives, start, steps=10):
    r"""Jump, again and again, to the bottom of the parabola that fits best where one stands.

    :math:`x \leftarrow x - H^{-1} g`, with the gradient g and the Hessian H at x. Near a
    minimum each error is about the square of the one before: the number of right digits
    doubles. The price is H, n by n numbers, and a system of n equations at each step: for a
    million weights H alone takes 8 TB. And the method looks for slope 0, so it may as well
    end in a saddle or on a maximum.
    Nocedal and Wright (2006), chapter 3.

    Parameters
    ----------
    derivatives : function of x, (n,), that returns the gradient, (n,), and the Hessian, (n, n)
    start : (n,)
    steps : int

    Returns
    -------
    (steps + 1, n), the path from ``start``; its last row is the answer

    Raises
    ------
    TypeError, ValueError
        If an argument or what ``derivatives`` returns has the wrong shape, ``start`` is
        float16, or a Hessian is singular.

    Examples
    --------
    The minimum of x - ln x is at 1. Here each error is exactly the square of the one before:

    >>> def derivatives(x):
    ...     return 1 - 1 / x, np.diag(1 / x**2)
    >>> path = newtons_method(derivatives, np.array([0.5]), steps=4)
    >>> 1 - path[:, 0]
    array([5.00000000e-01, 2.50000000e-01, 6.25000000e-02, 3.90625000e-03,
           1.52587891e-05])
    """
    start = at_least_32_bits("start", floating("start", start))
    if start.ndim != 1:
        raise ValueError(f"start has shape {start.shape}; needed one axis, (n,)")
    path = np.empty((whole("steps", steps, 0) + 1, *start.shape), start.dtype)
    path[0] = start
    for i in range(steps):
        gradient, hessian = derivatives(path[i].copy())
        path[i + 1] = path[i] - _step(path[i], gradient, hessian)
    return path


def _step(x, gradient, hessian):
    gradient = _fitting("gradient", gradient, x.shape, x.dtype)
    hessian = _fitting("Hessian", hessian, x.shape * 2, x.dtype)
    try:
        return np.linalg.solve(hessian, gradient)
    except np.linalg.LinAlgError:
        raise ValueError(f"the Hessian at {x} is singular; there is no Newton step") from None


def _fitting(name, value, shape, dtype):
    array = floating(f"the {name} from derivatives", value)
    if array.shape != shape:
        raise ValueError(
            f"derivatives returned a {name} of shape {array.shape}; needed {shape}, as start is"
        )
    return array.astype(dtype, copy=False)
