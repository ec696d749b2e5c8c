"""Lab 10, lenet5: a first network as a list of layers."""

import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.architectures import LeNet5
from dlcourse.checks import Exercise, Mistake, TorchRead

from ._reads import read_lenet5


def lenet5_inputs(rng):
    return [
        (int(rng.integers(2**31)), 2 * rng.normal(size=(n, 1, 32, 32)))
        for n in (1, int(rng.integers(2, 4)))
    ]


def build(
    *, bend=nn.Tanh, pool=lambda: nn.AvgPool2d(2), first=(1, 6, 5), third=(6, 16, 5), bias=True,
    padding=0, bent_first=False, skip=(), last=(),
):  # fmt: skip
    """Return the network; the options are the ways in which it is built wrong."""
    layers = [nn.Conv2d(*first, padding=padding, bias=bias), bend(), pool()]
    layers += [nn.Conv2d(*third, bias=bias), bend(), pool()]
    if bent_first:
        layers[1], layers[2], layers[4], layers[5] = layers[2], layers[1], layers[5], layers[4]
    # Does nothing where 5 x 5 places come, and lets a wrong network run where others do.
    layers += [nn.AdaptiveAvgPool2d(5)]
    layers += [nn.Flatten(), nn.Linear(25 * third[1], 120, bias=bias), bend()]
    layers += [nn.Linear(120, 84, bias=bias), bend(), nn.Linear(84, 10, bias=bias), *last]
    return nn.Sequential(*(layer for i, layer in enumerate(layers) if i not in skip))


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip


def as_in_the_paper():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip


class InAClass(nn.Module):
    """The same, with functional calls."""

    def __init__(self):
        super().__init__()
        self.c1, self.c3 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.c5, self.f6, self.out = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        """Return (n, 10)."""
        for conv in (self.c1, self.c3):
            x = F.avg_pool2d(torch.tanh(conv(x)), 2)
        x = torch.tanh(self.c5(x.flatten(1)))
        return self.out(torch.tanh(self.f6(x)))


def wrong(**options):
    return lambda: build(**options)


EXERCISE = Exercise(
    "lenet5",
    points=3,
    answer=lenet5,
    inputs=lenet5_inputs,
    forbidden=("dlcourse",),
    torch=TorchRead(read_lenet5),
    also_right=[as_in_the_paper, InAClass, LeNet5, build],
    mistakes=[
        Mistake("1998 had no ReLU: the network bends by tanh.", wrong(bend=nn.ReLU)),
        Mistake("It took the mean of each window, not the largest.",
                wrong(pool=lambda: nn.MaxPool2d(2))),
        Mistake("Pooling halves the side: its stride is 2.",
                wrong(pool=lambda: nn.AvgPool2d(2, 1))),
        Mistake("No softmax at the end: logits go out, and the loss brings its own softmax.",
                wrong(last=(nn.Softmax(1),)), credit=0.5),
        Mistake("No tanh behind the last layer: its numbers may be as large as they like.",
                wrong(last=(nn.Tanh(),)), credit=0.5),
        Mistake("First tanh, then the mean: the two do not commute.", wrong(bent_first=True)),
        Mistake("The tanh after the first convolution is missing: without it, it and its pooling "
                "are only one more linear map.", wrong(skip=(1,))),
        Mistake("The tanh after the second convolution is missing.", wrong(skip=(4,))),
        Mistake("The tanh between the dense layers of 120 and 84 is missing.", wrong(skip=(9,))),
        Mistake("padding=2 is for images of 28 x 28. At 32 x 32 nothing is padded.",
                wrong(padding=2)),
        Mistake("The second convolution is 5 x 5 as well.", wrong(third=(6, 16, 3))),
        Mistake("The second convolution has 16 maps.", wrong(third=(6, 12, 5))),
        Mistake("Biases are missing: 61,706 numbers learn, 236 of them are biases.",
                wrong(bias=False), credit=0.5),
        Mistake("A layer of 84 lies between those of 120 and 10.",
                lambda: nn.Sequential(*lenet5()[:9], nn.Linear(120, 10))),
        Mistake("The pooling layers are missing, and the size is forced at the end. It runs, and "
                "is another network.", wrong(skip=(2, 5))),
    ],
    hints=[
        "nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), ...). And the shape now?",
        "32 becomes 28, 14, 10, 5: 16 maps of 5 x 5 are 400 numbers after nn.Flatten().",
        "Dense layers 400 to 120, 120 to 84, 84 to 10; tanh after the first two of them.",
    ],
)  # fmt: skip
