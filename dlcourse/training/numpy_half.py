"""How a network of ``dlcourse.reference`` learns: the lines that are written out in NumPy."""

import functools
import sys

import numpy as np

from ..reference.backpropagation.clipping import clip_grad_norm, clip_grad_value
from . import _parts
from ._arguments import one_number


def prepare(network, loss, optimizer):
    """Return the loss as a pair of functions, forward and backward; refuse what does not fit."""
    if not hasattr(network, "backward"):
        kind = type(network).__name__
        raise TypeError(f"network is of type {kind}, without backward; needed one of layers")
    if not isinstance(getattr(optimizer, "params", None), list):
        kind = f"{type(optimizer).__module__}.{type(optimizer).__name__}"
        raise TypeError(
            f"optimizer is {kind}; needed one of dlcourse.reference, since network is NumPy's"
        )
    known = {id(p) for p in network.parameters()}
    if not all(id(p) in known for p in optimizer.params):
        raise ValueError("optimizer changes other arrays; needed network.parameters()")
    return _with_backward(loss)


def learn(network, loss, optimizer, input, target, max_norm, clip_value):
    """Take one step; return the loss before it, and the output."""
    forward, backward = loss
    output = network.forward(input)
    value = forward(output, target)
    one_number(value)
    network.backward(backward(np.ones_like(value), output, target))
    slopes = dict(zip(map(id, network.parameters()), network.gradients(), strict=True))
    gradients = [slopes[id(p)] for p in optimizer.params]  # those not given stay as they are
    if max_norm is not None:
        clip_grad_norm(gradients, max_norm)
    if clip_value is not None:
        clip_grad_value(gradients, clip_value)
    optimizer.step(gradients)
    return value, output


def predict(network, input):
    """Return the output."""
    return network.forward(input)


def measure(loss, output, target):
    """Return the loss of all cases at once."""
    forward = loss[0] if isinstance(loss, tuple) else loss
    return forward(output, target)


def join(batches):
    """Return several batches as one array."""
    return np.concatenate(batches)


def array(values):
    """Return ``values``, which are an array already."""
    return values


def rate(optimizer):
    """Return the learning rate."""
    return float(optimizer.lr)


weights, restore_weights = _parts.weights, _parts.restore_weights


def global_random(network):
    """Return None: nothing here draws from a generator that belongs to nobody."""


def restore_global_random(network, state):
    """Do nothing."""


def _with_backward(loss):
    if isinstance(loss, tuple) and len(loss) == 2:
        return loss
    options = loss.keywords if isinstance(loss, functools.partial) else {}
    function = loss.func if isinstance(loss, functools.partial) else loss
    name = f"{getattr(function, '__name__', '')}_backward"
    backward = getattr(sys.modules.get(getattr(function, "__module__", "")), name, None)
    if not callable(loss) or backward is None:
        raise TypeError(
            f"loss is {loss!r}; needed a function with its _backward beside it, such as "
            "dlcourse.reference.cross_entropy, or a pair (loss, loss_backward)"
        )
    return loss, functools.partial(backward, **options)
