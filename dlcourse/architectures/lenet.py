"""LeNet-5, as libraries build it."""

from torch import nn


class LeNet5(nn.Sequential):
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
