"""The networks that read handwritten digits: of 1989, and LeNet-5 as libraries build it."""

import torch
import torch.nn.functional as F
from torch import nn

from ._chain import Chain


class LeNet5(Chain):
    """Digits of 32 x 32 pixels: two convolutions, three dense layers, 61,706 weights.

    In the paper the second convolution reads chosen maps only and subsampling has weights of
    its own: 60,000 in all. Here both are the plain layers that became usual.

    Shapes: (n, 1, 32, 32) to (n, classes), logits.

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
    recognition (1998), doi:10.1109/5.726791.
    """

    def __init__(self, classes=10):
        super().__init__(
            nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),  # (n, 6, 14, 14)
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),  # (n, 16, 5, 5)
            nn.Flatten(),  # (n, 400)
            nn.Linear(400, 120), nn.Tanh(),
            nn.Linear(120, 84), nn.Tanh(),
            nn.Linear(84, classes),
        )  # fmt: skip


class LeNet1989(nn.Module):
    """Digits of 16 x 16 pixels from -1 to 1: 9,760 weights, 64,660 connections.

    Places share the weights of a kernel, but not the bias: each unit has its own. There is no
    pooling; both convolutions have stride 2. Each map of the second reads 8 of the 12 maps
    before it. Which eight the paper does not say; here the first four read the first eight,
    the next four the last eight, and the last four both ends.

    Shapes: (n, 1, 16, 16) to (n, classes), from -1 to 1.

    Source: LeCun and others, Backpropagation applied to handwritten zip code recognition (1989),
    doi:10.1162/neco.1989.1.4.541.
    """

    READ = ([0, 1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 8, 9, 10, 11])

    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 12, 5, stride=2, bias=False)
        self.bias1 = BiasPerUnit(12, 8, 8)
        self.conv2 = nn.ModuleList(nn.Conv2d(8, 4, 5, stride=2, bias=False) for _ in self.READ)
        self.bias2 = BiasPerUnit(12, 4, 4)
        self.hidden = nn.Linear(192, 30)
        self.out = nn.Linear(30, classes)

    def forward(self, x):
        """Return (n, classes)."""
        x = torch.tanh(self.bias1(self.conv1(framed(x))))  # (n, 12, 8, 8)
        x = framed(x)
        parts = [conv(x[:, read]) for conv, read in zip(self.conv2, self.READ, strict=True)]
        x = torch.tanh(self.bias2(torch.cat(parts, dim=1)))  # (n, 12, 4, 4)
        return torch.tanh(self.out(torch.tanh(self.hidden(x.flatten(1)))))


class BiasPerUnit(nn.Module):
    """Adds one number per unit: at each place of each map another."""

    def __init__(self, *shape):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        """Return the same shape."""
        return x + self.bias


def framed(x):
    """Return ``x`` with two rows and columns of background, -1, on each side."""
    return F.pad(x, (2, 2, 2, 2), value=-1.0)
