"""Inception-v3: several roads side by side, their maps concatenated."""

from collections import OrderedDict

import torch
from torch import nn

from ._chain import Chain


class Parallel(nn.ModuleList):
    """Roads that all read the same input.

    Shapes: (n, c, h, w) to (n, the sum of the roads' channels, h', w').
    """

    def forward(self, x):
        """Return what the roads make, side by side along the channels."""
        return torch.cat([road(x) for road in self], dim=1)


def conv(before, after, kernel, stride=1, padding=None):
    """Return convolution, batch norm, ReLU; by default padded so that the size stays.

    Where it strides, nothing is padded. ``kernel`` is (height, width) or one number for both.
    """
    height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    if padding is None:
        padding = (height // 2, width // 2) if stride == 1 else 0
    return nn.Sequential(
        nn.Conv2d(before, after, (height, width), stride, padding, bias=False),
        nn.BatchNorm2d(after, eps=0.001),
        nn.ReLU(),
    )


def chain(before, *layers, **last):
    """Return convolutions in a row from (channels, kernel) of each; ``last`` is for the last."""
    made = []
    for i, (after, kernel) in enumerate(layers):
        made.append(conv(before, after, kernel, **(last if i == len(layers) - 1 else {})))
        before = after
    return nn.Sequential(*made)


def averaged(before, after):
    """Return the road that first takes the mean of 3 x 3 places."""
    return nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv(before, after, 1))


def module_a(before, pooled):
    """Return 1 x 1, 5 x 5, twice 3 x 3, and pooling, of 35 x 35 places."""
    return Parallel([
        conv(before, 64, 1),
        chain(before, (48, 1), (64, 5)),
        chain(before, (64, 1), (96, 3), (96, 3)),
        averaged(before, pooled),
    ])  # fmt: skip


def module_b(before):
    """Return the way from 35 x 35 places to 17 x 17."""
    return Parallel([
        conv(before, 384, 3, stride=2),
        chain(before, (64, 1), (96, 3), (96, 3), stride=2),
        nn.MaxPool2d(3, stride=2),
    ])  # fmt: skip


def module_c(before, middle):
    """Return 7 x 7 as 1 x 7 and 7 x 1, once and twice, of 17 x 17 places."""
    row, column = (1, 7), (7, 1)
    return Parallel([
        conv(before, 192, 1),
        chain(before, (middle, 1), (middle, row), (192, column)),
        chain(before, (middle, 1), (middle, column), (middle, row), (middle, column), (192, row)),
        averaged(before, 192),
    ])  # fmt: skip


def module_d(before):
    """Return the way from 17 x 17 places to 8 x 8."""
    return Parallel([
        chain(before, (192, 1), (320, 3), stride=2),
        chain(before, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3), stride=2),
        nn.MaxPool2d(3, stride=2),
    ])  # fmt: skip


def module_e(before):
    """Return roads that fork once more into 1 x 3 and 3 x 1, of 8 x 8 places."""

    def fork():
        return Parallel([conv(384, 384, (1, 3)), conv(384, 384, (3, 1))])

    return Parallel([
        conv(before, 320, 1),
        nn.Sequential(conv(before, 384, 1), fork()),
        nn.Sequential(chain(before, (448, 1), (384, 3)), fork()),
        averaged(before, 192),
    ])  # fmt: skip


class InceptionV3(Chain):
    """Photographs of 299 x 299 pixels: a stem, eleven modules, the mean over places, one layer.

    23,834,568 weights, 5,713,216,096 multiply-adds. The side head that helps in training, and
    is left out afterwards, is left out here. Parameters come in torchvision's order.

    Shapes: (n, 3, 299, 299) to (n, classes), logits.

    Parameters
    ----------
    classes : number of outputs

    Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, Rethinking the Inception architecture
    for computer vision (2016), doi:10.1109/CVPR.2016.308.
    """

    def __init__(self, classes=1000):
        stem = nn.Sequential(
            conv(3, 32, 3, stride=2), conv(32, 32, 3, padding=0), conv(32, 64, 3),
            nn.MaxPool2d(3, stride=2),
            conv(64, 80, 1), conv(80, 192, 3, padding=0),
            nn.MaxPool2d(3, stride=2),  # (n, 192, 35, 35)
        )  # fmt: skip
        modules = [module_a(192, 32), module_a(256, 64), module_a(288, 64), module_b(288)]
        modules += [module_c(768, middle) for middle in (128, 160, 160, 192)]
        modules += [module_d(768), module_e(1280), module_e(2048)]  # (n, 2048, 8, 8)
        parts = OrderedDict(stem=stem, body=nn.Sequential(*modules))
        parts["pool"] = nn.AdaptiveAvgPool2d(1)
        parts["dropout"] = nn.Dropout()
        parts["flatten"] = nn.Flatten()
        parts["head"] = nn.Linear(2048, classes)
        super().__init__(parts)
