"""How a torch network learns: autograd, torch.optim, and the device of the parameters.

The network is a torch.nn.Module or made of layers of ``dlcourse.accelerated``.
"""

import copy

import torch

from . import _parts
from ._arguments import one_number


def prepare(network, loss, optimizer):
    """Return the loss; refuse what does not fit."""
    if not callable(loss):
        raise TypeError(f"loss is {loss!r}; needed a function of output and target")
    if not isinstance(optimizer, torch.optim.Optimizer):
        kind = f"{type(optimizer).__module__}.{type(optimizer).__name__}"
        raise TypeError(f"optimizer is {kind}; needed one of torch.optim, since network is torch's")
    known = {id(p) for p in network.parameters()}
    if not all(id(p) in known for group in optimizer.param_groups for p in group["params"]):
        raise ValueError("optimizer changes other tensors; needed network.parameters()")
    return loss


def learn(network, loss, optimizer, input, target, max_norm, clip_value):
    """Take one step; return the loss before it, and the output."""
    device = _device(network)
    optimizer.zero_grad()
    output = _forward(network, torch.as_tensor(input, device=device))
    value = loss(output, torch.as_tensor(target, device=device))
    one_number(value)
    value.backward()
    if max_norm is not None:
        torch.nn.utils.clip_grad_norm_(network.parameters(), max_norm)
    if clip_value is not None:
        torch.nn.utils.clip_grad_value_(network.parameters(), clip_value)
    optimizer.step()
    return value.detach(), output.detach()


@torch.no_grad()
def predict(network, input):
    """Return the output."""
    return _forward(network, torch.as_tensor(input, device=_device(network)))


@torch.no_grad()
def measure(loss, output, target):
    """Return the loss of all cases at once."""
    return loss(output, target.to(output.device))


def join(batches):
    """Return several batches as one tensor."""
    return torch.cat([torch.as_tensor(batch) for batch in batches])


def array(tensor):
    """Return a tensor as an array, for metrics."""
    return tensor.cpu().numpy()


def rate(optimizer):
    """Return the learning rate, that of the first group of parameters."""
    return float(optimizer.param_groups[0]["lr"])


def weights(network):
    """Return copies of all parameters and buffers."""
    if isinstance(network, torch.nn.Module):
        return copy.deepcopy(network.state_dict())
    return _parts.weights(network)


@torch.no_grad()
def restore_weights(network, saved):
    """Write what ``weights`` returned into ``network``, in place."""
    if isinstance(network, torch.nn.Module):
        network.load_state_dict(saved)
    else:
        _parts.restore_weights(network, saved)


def global_random(network):
    """Return the states of torch's own generators, from which torch.nn.Dropout draws."""
    states = [torch.get_rng_state()]
    if _device(network).type == "cuda":
        states.append(torch.cuda.get_rng_state(_device(network)))
    return states


def restore_global_random(network, states):
    """Set torch's own generators."""
    torch.set_rng_state(states[0])
    if len(states) > 1 and _device(network).type == "cuda":
        torch.cuda.set_rng_state(states[1], _device(network))


def _device(network):
    return next(iter(network.parameters())).device


def _forward(network, input):
    # Calling a Module also runs its hooks, which looking inside (unit 12) needs.
    return network(input) if isinstance(network, torch.nn.Module) else network.forward(input)
