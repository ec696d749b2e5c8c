"""How the answer of lab 16 that works on an LSTM is read. Nothing here answers anything."""

import torch
from torch import nn

from dlcourse.checks.torch_answers.networks import fill

SHAPES = {"one layer": (1, False), "two layers": (2, False), "both directions": (1, True)}


def read_forget_gates(open_forget_gates, kind, hidden, seed, value, x):
    layers, both = SHAPES[kind]
    lstm = nn.LSTM(x.shape[2], hidden, layers, bidirectional=both).to(x.dtype)
    fill(lstm, seed)
    open_forget_gates(lstm, value)
    named = dict(lstm.named_parameters())
    x = x.clone().requires_grad_(True)
    lstm(x)[0][-1].sum().backward()
    found = {"learns": " ".join(name for name, p in named.items() if p.requires_grad)}
    for name, parameter in named.items():
        if name.startswith("weight"):
            found[name] = parameter
        elif name.startswith("bias_ih"):  # which of the two holds what is nobody's business
            found[f"sum of the biases, {name[8:]}"] = parameter + named[f"bias_hh{name[7:]}"]
    return found | {"gradient by step": torch.linalg.vector_norm(x.grad, dim=(1, 2))}
