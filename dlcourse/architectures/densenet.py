"""DenseNet: each layer reads all maps that were made before it, and adds a few."""

from collections import OrderedDict

import torch
from torch import nn

from ._chain import Chain

LAYERS = (6, 12, 24, 16)  # of each block: with two convolutions each, 116 of the 121
GROWTH = 32  # maps that each layer adds


class DenseLayer(Chain):
    """Reads all maps so far and makes 32 new ones, by way of 128 (the bottleneck).

    Shapes: (n, before, h, w) to (n, before + 32, h, w): the old maps, then the new.
    """

    def __init__(self, before):
        super().__init__(
            nn.BatchNorm2d(before), nn.ReLU(), nn.Conv2d(before, 4 * GROWTH, 1, bias=False),
            nn.BatchNorm2d(4 * GROWTH), nn.ReLU(),
            nn.Conv2d(4 * GROWTH, GROWTH, 3, padding=1, bias=False),
        )  # fmt: skip

    def forward(self, x):
        """Return x with the new maps behind it."""
        return torch.cat([x, super().forward(x)], dim=1)


def transition(before, after):
    """Return the layers between two blocks: fewer maps, half the side."""
    return nn.Sequential(
        nn.BatchNorm2d(before), nn.ReLU(), nn.Conv2d(before, after, 1, bias=False), nn.AvgPool2d(2)
    )


class DenseNet121(Chain):
    """Photographs: four dense blocks with transitions between, the mean over places, one layer.

    7,978,856 weights, 2,834,161,664 multiply-adds. Parameters come in torchvision's order.

    Shapes: (n, 3, h, w) to (n, classes), logits; h and w are 224 in the paper.

    Parameters
    ----------
    classes : number of outputs

    Source: Huang, Liu, van der Maaten and Weinberger, Densely connected convolutional networks
    (2017), doi:10.1109/CVPR.2017.243.
    """

    def __init__(self, classes=1000):
        parts = OrderedDict(
            stem=nn.Sequential(
                nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
                nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1),
            )
        )  # fmt: skip
        channels = 64
        for number, layers in enumerate(LAYERS, 1):
            if number > 1:
                parts[f"transition{number - 1}"] = transition(channels, channels // 2)
                channels //= 2
            parts[f"block{number}"] = nn.Sequential(
                *(DenseLayer(channels + GROWTH * i) for i in range(layers))
            )
            channels += GROWTH * layers
        parts["norm"] = nn.BatchNorm2d(channels)
        parts["relu"] = nn.ReLU()
        parts["pool"] = nn.AdaptiveAvgPool2d(1)  # (n, 1024, 1, 1)
        parts["flatten"] = nn.Flatten()
        parts["head"] = nn.Linear(channels, classes)
        super().__init__(parts)
