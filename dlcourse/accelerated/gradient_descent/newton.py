"""Newton's method: let the curvature choose the length of the step."""

import torch

from ...validation.descent import whole
from ...validation.precision import at_least_32_bits
from ...validation.tensors import floating


def newtons_method(derivatives, start, steps=10):
    """Jump, again and again, to the bottom of the parabola that fits best where one stands.

    See dlcourse.reference.newtons_method. Here ``derivatives`` need not be worked out by hand:
    torch.autograd.functional has ``jacobian(f, x)`` and ``hessian(f, x)``. The path is detached.
    """
    start = at_least_32_bits("start", floating("start", start).detach())
    if start.ndim != 1:
        raise ValueError(f"start has shape {tuple(start.shape)}; needed one axis, (n,)")
    path = [start]
    for _ in range(whole("steps", steps, 0)):
        gradient, hessian = derivatives(path[-1].clone())
        path.append(path[-1] - _step(path[-1], gradient, hessian))
    return torch.stack(path)


def _step(x, gradient, hessian):
    shape = tuple(x.shape)
    gradient = _fitting("gradient", gradient, shape, x)
    hessian = _fitting("Hessian", hessian, shape * 2, x)
    try:
        return torch.linalg.solve(hessian, gradient)
    except torch.linalg.LinAlgError:
        raise ValueError(f"the Hessian at {x} is singular; there is no Newton step") from None


def _fitting(name, value, shape, like):
    tensor = floating(f"the {name} from derivatives", value)
    if tuple(tensor.shape) != shape:
        raise ValueError(
            f"derivatives returned a {name} of shape {tuple(tensor.shape)}; "
            f"needed {shape}, as start is"
        )
    return tensor.detach().to(like)
