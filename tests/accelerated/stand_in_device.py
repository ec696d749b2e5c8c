"""A stand-in for a GPU where there is none: torch's meta device, with values to read.

A meta tensor has a device, a shape and a dtype, and no values. So a computation that moves to
another device on its way shows, though nothing is computed.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

ATEN = torch.ops.aten


def on_device(*shape, dtype=torch.float64):
    """Return a tensor on the stand-in device."""
    return torch.empty(shape, dtype=dtype, device="meta")


class StandIn(TorchDispatchMode):
    """Records what is made elsewhere while it is on.

    Attributes
    ----------
    strays : list of str, the operations that made a tensor elsewhere
    reads : int, how often a value came back to Python or to the CPU, as a GPU must wait for
    """

    def __init__(self):
        super().__init__()
        self.strays, self.reads = [], 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        given = [t for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)]
        there = any(t.is_meta for t in given)
        if there and func is ATEN._local_scalar_dense.default:
            self.reads += 1
            return {torch.bool: False, torch.int64: 0}.get(args[0].dtype, 0.5)
        if there and func is ATEN._to_copy.default and kwargs.get("device") == torch.device("cpu"):
            self.reads += 1
            return torch.zeros(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
        if there and func is ATEN.nonzero.default:  # as if no entry were 0
            return on_device(args[0].numel(), args[0].dim(), dtype=torch.int64)
        result = func(*args, **kwargs)
        made = [t for t in tree_leaves(result) if isinstance(t, torch.Tensor) and not t.is_meta]
        if there or not given:  # what goes on with a tensor of the CPU was counted when it came
            self.strays += [str(func)] * len(made)
        return result
