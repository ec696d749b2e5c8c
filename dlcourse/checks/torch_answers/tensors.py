"""From plain arrays to tensors and back, at any depth of tuples, lists and dicts."""

import numpy as np
import torch

# Beyond, a result cannot be right, and its gradient would fill the memory.
MOST_VALUES = 2**24


def to_tensors(values, device):
    """Return ``values``, a list, with copies on ``device`` in place of their arrays."""
    return [mapped(v, lambda a: torch.from_numpy(a.copy()).to(device), np.ndarray) for v in values]


def plain(value, device=None):
    """Return ``value`` with arrays in place of its tensors, at any depth.

    Raises
    ------
    TypeError
        If a tensor is of a kind that no array holds, or lies on another device than ``device``.
    """
    return mapped(value, lambda tensor: _array(tensor, device))


def _array(tensor, device):
    with torch._C.DisableTorchFunctionSubclass():
        kind = tensor.layout if tensor.layout != torch.strided else tensor.dtype
        if tensor.is_meta or (device and tensor.device.type != torch.device(device).type):
            raise TypeError(
                f"found a tensor on {tensor.device}; needed on {device or 'cpu'}, where the "
                "inputs are: new tensors need device=x.device"
            )
        if tensor.numel() > MOST_VALUES:
            raise ValueError(f"found a tensor of shape {tuple(tensor.shape)}: far too many values")
        try:
            return tensor.detach().resolve_conj().resolve_neg().cpu().numpy().copy()
        except (TypeError, RuntimeError):
            raise TypeError(f"found a tensor of {kind}; needed one of plain numbers") from None


def as_left(handed):
    """Return the inputs as they are after the call, for comparison with what they were."""
    try:
        return tuple(plain(value) for value in handed)
    except (TypeError, ValueError):
        return tuple(np.empty(0) if all_tensors(value) else value for value in handed)


def as_leaf(tensor):
    """Return a copy at which gradients arrive, where its numbers have any."""
    return tensor.detach().clone().requires_grad_(tensor.is_floating_point())


def mapped(value, change, kind=torch.Tensor):
    """Return ``value`` with each thing of one kind in it changed, at any depth."""
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, tuple | list):
        items = [mapped(item, change, kind) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {name: mapped(item, change, kind) for name, item in value.items()}
    return value


def all_tensors(value):
    """Return the tensors in ``value``, in order."""
    found = []
    mapped(value, found.append)
    return found


def all_floats(value):
    """Return the tensors of real numbers in ``value``, in order."""
    return [tensor for tensor in all_tensors(value) if tensor.is_floating_point()]
