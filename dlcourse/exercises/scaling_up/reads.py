"""What is read of lab 18's torch answer: gradients, and what it left behind. No answers here."""

import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.checks.torch_answers.networks import fill, in_train_mode, moved, state


def read_accumulate(answer, seed, x, y, micro, left_over):
    """Return the gradients that ``answer`` gives, and whether weights or the mode changed.

    left_over : whether a batch from before has left something in ``.grad``
    """
    model = nn.Sequential(nn.Linear(x.shape[1], 4), nn.Tanh(), nn.Linear(4, 3)).double()
    fill(model, seed)
    x, y = x.double(), y.long()
    if left_over:
        F.cross_entropy(model(2 * x.flip(0)), y).backward()
    before, given = state(model), x.clone()
    found = answer(model, x, y, micro)
    if not isinstance(found, list | tuple):
        raise TypeError(f"found {type(found).__name__}; needed a list with one gradient each")
    grads = {f"gradient {i}": g.detach().clone() for i, g in enumerate(found)}
    changed = "x" if not torch.equal(given, x) else ""
    return grads | {
        "how many": len(found),
        "weights that moved": moved(before, model),
        "changed": changed,
        "in train mode": in_train_mode(model),
    }
