"""Torch lab, Standardize: a module with buffers, which do not learn but are saved and moved."""

import numpy as np
import torch
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchModule


def standardize_inputs(rng):
    def case(n, features, dtype=np.float64):
        mean = (10 * rng.normal(size=features)).astype(dtype)
        std = (0.5 + rng.random(features)).astype(dtype)
        seed = int(rng.integers(2**31))
        return mean, std, seed, rng.normal(size=(n, features)).astype(dtype) * std + mean

    return [case(3, 2), case(4, int(rng.integers(3, 6))), case(3, 2, np.float32)]


class Standardize(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.scale = nn.Parameter(torch.ones(len(mean)))

    def forward(self, x):
        return self.scale * (x - self.mean) / self.std


class BufferFirst(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.scale = nn.Parameter(torch.ones_like(std))
        for name, value in {"std": std, "mean": mean}.items():
            self.register_buffer(name, value.clone())

    def forward(self, x):
        return torch.sub(x, self.mean).div(self.std).mul(self.scale)


class AsBuffer(nn.Module):
    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.register_parameter("scale", nn.Parameter(torch.ones(mean.shape)))

    def forward(self, x):
        return torch.addcmul(-self.mean * self.scale / self.std, x, self.scale / self.std)


class Rows(Standardize):
    def forward(self, x):
        return torch.stack([self.scale * (row - self.mean) / self.std for row in x])


def wrong(keep=lambda self, name, value: self.register_buffer(name, value), forward=None, **extra):
    """Return the module with another way to keep its numbers, or another forward."""

    class Standardize(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            keep(self, "mean", mean)
            keep(self, "std", std)
            self.scale = extra.get("scale", nn.Parameter)(torch.ones(len(mean)))

    Standardize.forward = forward or (lambda self, x: self.scale * (x - self.mean) / self.std)
    return Standardize


def in_place(self, x):
    x -= self.mean
    return self.scale * x / self.std


def by_numpy(self, x):
    return self.scale * torch.from_numpy(
        (x.detach().numpy() - self.mean.numpy()) / self.std.numpy()
    )


EXERCISE = Exercise(
    "Standardize",
    points=2,
    answer=Standardize,
    inputs=standardize_inputs,
    torch=TorchModule(by="name", starts=("scale",)),
    also_right=[BufferFirst, AsBuffer, Rows],
    mistakes=[
        Mistake(
            "mean and std are plain tensors: register_buffer saves and moves them.",
            wrong(setattr),
            credit=0.5,
        ),
        Mistake(
            "mean and std would learn: buffers, not parameters.",
            wrong(lambda self, name, value: setattr(self, name, nn.Parameter(value))),
        ),
        Mistake(
            "scale is a plain tensor: an nn.Parameter learns.",
            wrong(scale=torch.Tensor.requires_grad_),
        ),
        Mistake(
            "scale starts at 1, where it changes nothing.",
            wrong(scale=lambda ones: nn.Parameter(0 * ones)),
            credit=0.5,
        ),
        Mistake("Where is std?", wrong(forward=lambda self, x: self.scale * (x - self.mean))),
        Mistake(
            "std divides.", wrong(forward=lambda self, x: self.scale * (x - self.mean) * self.std)
        ),
        Mistake(
            "First the mean, then the std.",
            wrong(forward=lambda self, x: self.scale * (x / self.std - self.mean)),
        ),
        Mistake("NumPy in the middle: no gradient gets back to x.", wrong(forward=by_numpy)),
        Mistake("x -= ... wrote over the caller's x.", wrong(forward=in_place), credit=0.75),
        Mistake(
            "The batch's own mean: use the one that was given.",
            wrong(forward=lambda self, x: self.scale * (x - x.mean(0)) / self.std),
        ),
    ],
    hints=['self.register_buffer("mean", mean).', "self.scale * (x - self.mean) / self.std."],
)
