"""How the answers of lab 10 that work on networks are read. Nothing here answers anything."""

import torch
from torch import nn

from dlcourse.checks.torch_answers.networks import fill, hooks, in_train_mode, moved, state


class Thrice(nn.Module):
    """One convolution used three times, and a dense layer along the rows of a map."""

    def __init__(self, channels, columns):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.rows = nn.Linear(columns, 5)

    def forward(self, x):
        return self.rows(self.conv(self.conv(self.conv(x))))


def network(kind, channels, columns):
    if kind == "thrice":
        return Thrice(channels, columns)
    layers = {
        "strided": [nn.Conv2d(channels, 6, 3, 2, 1), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(2),
                    nn.AdaptiveAvgPool1d(7), nn.Flatten(), nn.Linear(42, 3)],
        "groups": [nn.Conv2d(channels, 3 * channels, 3, groups=channels, bias=False),
                   nn.Conv2d(3 * channels, 1, 1)],
        "up": [nn.Conv2d(channels, 1, 3, 2, 1), nn.ConvTranspose2d(1, 2, 4, 2, 1)],
    }  # fmt: skip
    return nn.Sequential(*layers[kind])


def read_count_macs(count_macs, kind, seed, x):
    model = fill(network(kind, x.shape[1], x.shape[3]), seed).to(x.dtype)
    # Some parts in train mode and some not: a frozen batch norm shall stay frozen.
    model.train(kind != "groups")
    if kind == "strided":
        model[2].eval()
    before, modes = state(model), in_train_mode(model)
    macs = count_macs(model, x)
    return {
        "multiply-adds": macs.item() if isinstance(macs, torch.Tensor) else macs,
        "hooks left": hooks(model),
        "changed": moved(before, model),
        "modes kept": in_train_mode(model) == modes,
    }


def read_lenet5(lenet5, seed, x):
    model = lenet5()
    if not isinstance(model, nn.Module):
        raise TypeError(f"built {type(model).__name__}; needed an nn.Module")
    # Filled in order with the same stream of numbers: neither names nor shapes matter, so the
    # layer of 120 may be a convolution of 5 x 5 or a dense layer.
    fill(model.to(x.dtype), seed)
    return {
        "number of parameters": sum(p.numel() for p in model.parameters()),
        "output": model.eval()(x),
        "output in train mode": model.train()(x),
    }
