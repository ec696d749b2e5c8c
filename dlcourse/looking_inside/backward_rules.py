"""Guided backpropagation and deconvnet: the gradient, with another rule at each ReLU."""

import contextlib

import torch
from torch import nn

from ._looked_at import input_gradient, one_score, undisturbed

# What a ReLU leaves in autograd's graph, as a module or as a function.
TRACES = ("ReluBackward", "ClampMinBackward", "ClampBackward")


def guided_backpropagation(model, input, target):
    """Return the gradient by the pixels, what is negative stopped at every ReLU on the way down.

    A ReLU passes a gradient where its own input was positive. Here the gradient must be
    positive as well.

    Parameters
    ----------
    model : torch.nn.Module, images to scores (n, classes), each ReLU in it an ``nn.ReLU``
    input : (n, channels, height, width)
    target : (n,) class numbers, or one for all

    Returns
    -------
    torch.Tensor
        of the shape of ``input``, with signs

    Raises
    ------
    ValueError
        If the network has a ReLU that no hook can reach, such as ``F.relu``: it would pass the
        plain gradient on, and nobody would notice.

    Source: Springenberg and others, Striving for simplicity (2014),
    https://arxiv.org/abs/1412.6806.
    """
    return _by_rule(model, input, target, lambda passed, arrived: passed.relu())


def deconvnet(model, input, target):
    """Return what comes down when each ReLU passes the positive gradients, wherever its input was.

    Arguments, result and errors as for ``guided_backpropagation``. Max pooling sends each
    gradient to the place that had won, as in the source.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks (2014),
    doi:10.1007/978-3-319-10590-1_53.
    """
    return _by_rule(model, input, target, lambda passed, arrived: arrived.relu())


def _by_rule(model, input, target, rule):
    """Return the input's gradient with ``rule(passed, arrived)`` in place of what a ReLU passes."""
    relus = [part for part in model.modules() if isinstance(part, nn.ReLU)]
    _all_reached(model, input, target, relus)
    with contextlib.ExitStack() as stack:
        _out_of_place(relus, stack)
        for relu in relus:
            hook = relu.register_full_backward_hook(
                lambda _module, passed, arrived: (rule(passed[0], arrived[0]),)
            )
            stack.callback(hook.remove)
        return input_gradient(model, input, target)


def _out_of_place(relus, stack):
    """Let no ReLU write over its input, as hooks need it, until ``stack`` closes."""
    for relu in relus:
        stack.callback(setattr, relu, "inplace", relu.inplace)
        relu.inplace = False


def _all_reached(model, input, target, relus):
    """Refuse a network whose graph has more ReLUs than its modules have run."""
    runs = []
    with contextlib.ExitStack() as stack:
        for relu in relus:
            hook = relu.register_forward_hook(lambda *call: runs.append(call[0]))
            stack.callback(hook.remove)
        with undisturbed(model):
            score = one_score(model(input[:1].detach().clone().requires_grad_()), _first(target))
    found = sum(name.startswith(TRACES) for name in _graph(score.grad_fn))
    if found > len(runs) or not runs:
        raise ValueError(
            f"model: found {found} ReLUs on the way and {len(runs)} of them nn.ReLU modules; "
            "needed all, and at least one: write nn.ReLU() in place of F.relu"
        )


def _first(target):
    """Return the first image's target."""
    target = torch.as_tensor(target)
    return target[:1] if target.ndim else target


def _graph(node):
    """Yield the name of every node of autograd's graph below ``node``, each once."""
    waiting, known = [node], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in known:
            known.add(node)
            yield node.name()
            waiting += [below for below, _ in node.next_functions]
