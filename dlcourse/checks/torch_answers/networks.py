"""Give a network its weights, and look at what an answer has left on it.

For the ``read`` function of a torch exercise, the same for the reference and the learner.
"""

import zlib

import numpy as np
import torch


def fill(module, seed, by="order"):
    """Overwrite the parameters of ``module`` with numbers drawn from ``seed``; return it.

    Parameters
    ----------
    seed : int, not negative
    by : "order" draws by the parameter's position, "name" by its name
    """
    with torch.no_grad():
        for position, (name, parameter) in enumerate(module.named_parameters()):
            key = zlib.crc32(name.encode()) if by == "name" else position
            inputs = parameter[0].numel() if parameter.ndim > 1 else 1
            drawn = np.random.default_rng([seed, key]).normal(size=tuple(parameter.shape))
            parameter.copy_(torch.as_tensor(drawn / inputs**0.5))
    return module


def state(module):
    """Return copies of all parameters and buffers, a dict by name."""
    named = [*module.named_parameters(), *module.named_buffers()]
    return {name: tensor.detach().clone() for name, tensor in named}


def moved(before, module):
    """Return the names, in one text, of what is no longer as in ``before``, a ``state``."""
    now = state(module)
    return " ".join(n for n in before if n not in now or not torch.equal(before[n], now[n]))


def in_train_mode(module):
    """Return the names of the parts in train mode, in one text; the module itself is "self"."""
    return " ".join(name or "self" for name, part in module.named_modules() if part.training)


def hooks(module):
    """Return how many forward and backward hooks are on ``module`` and its parts."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(part, kind)) for part in module.modules() for kind in kinds)
