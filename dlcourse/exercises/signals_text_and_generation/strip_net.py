"""Lab 16, strip_net: a network for strips of any length. A module belongs to torch."""

import torch.nn.functional as F
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchModule


def strip_net_inputs(rng):
    def case(c, n, samples):
        return c, int(rng.integers(2**31)), rng.normal(size=(n, 1, samples))

    return [case(2, 1, 1000), case(2, 3, 61), case(3, 2, int(rng.integers(70, 90)))]


def strip_net(c):
    return nn.Sequential(
        nn.Conv1d(1, c, 7, stride=4, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.Conv1d(c, c, 7, stride=2, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.Conv1d(c, c, 7, padding=3), nn.BatchNorm1d(c), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        nn.Linear(c, 2),
    )  # fmt: skip


class InAClass(nn.Module):
    """The same as a class, layer by layer."""

    def __init__(self, c):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv1d(1, c, 7, 4, 3), nn.BatchNorm1d(c)
        self.conv2, self.norm2 = nn.Conv1d(c, c, 7, 2, 3), nn.BatchNorm1d(c)
        self.conv3, self.norm3 = nn.Conv1d(c, c, 7, 1, "same"), nn.BatchNorm1d(c)
        self.head = nn.Linear(c, 2)

    def forward(self, x):
        """Return (n, 2)."""
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        return self.head(x.mean(dim=-1))


class WithPaddedStrips(nn.Module):
    """The ends filled up by hand, the blocks in a list."""

    def __init__(self, c):
        super().__init__()
        self.blocks, width = nn.ModuleList(), 1
        for stride in (4, 2, 1):
            self.blocks.append(
                nn.Sequential(nn.Conv1d(width, c, 7, stride=stride), nn.BatchNorm1d(c))
            )
            width = c
        self.head = nn.Linear(c, 2)

    def forward(self, x):
        """Return (n, 2)."""
        for block in self.blocks:
            x = block(F.pad(x, (3, 3))).clamp(min=0)
        return self.head(x.sum(dim=2) / x.shape[2])


class HeadFirst(nn.Module):
    """The head at each place, then the mean: the same, for both are linear."""

    def __init__(self, c):
        super().__init__()
        layers, width = [], 1
        for stride in (4, 2, 1):
            layers += [nn.Conv1d(width, c, 7, stride, 3), nn.BatchNorm1d(c), nn.ReLU()]
            width = c
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(c, 2)

    def forward(self, x):
        """Return (n, 2)."""
        return self.head(self.body(x).transpose(1, 2)).mean(dim=1)


class Mean(nn.Module):
    """The mean over time."""

    def forward(self, x):
        """Return (n, c)."""
        return x.mean(dim=-1)


class Largest(nn.Module):
    """The largest over time."""

    def forward(self, x):
        """Return (n, c)."""
        return x.amax(dim=-1)


class Last(nn.Module):
    """The last place in time."""

    def forward(self, x):
        """Return (n, c)."""
        return x[..., -1]


class Total(nn.Module):
    """The sum over time."""

    def forward(self, x):
        """Return (n, c)."""
        return x.sum(dim=-1)


def wrong(
    *, strides=(4, 2, 1), padding=3, norm=nn.BatchNorm1d, bends=(nn.ReLU,) * 3, pool=Mean,
    classes=2, last=(),
):  # fmt: skip
    """Return a builder; the options are the ways in which it builds wrongly."""

    def answer(c):
        layers, width = [], 1
        for stride, bend in zip(strides, bends, strict=True):
            layers += [nn.Conv1d(width, c, 7, stride, padding), norm(c), bend()]
            width = c
        return nn.Sequential(*layers, pool(), nn.Linear(c, classes), *(part() for part in last))

    return answer


def bent_before_normalized(c):
    layers = list(strip_net(c))
    order = [0, 2, 1, 3, 5, 4, 6, 8, 7]
    return nn.Sequential(*(layers[i] for i in order), *layers[9:])


def one_norm(c):
    norm, layers = nn.BatchNorm1d(c), list(strip_net(c))
    return nn.Sequential(*(norm if i in (1, 4, 7) else layer for i, layer in enumerate(layers)))


def one_length(c):
    return nn.Sequential(*list(strip_net(c))[:9], nn.Flatten(), nn.Linear(c * 125, 2))


def softmax():
    return nn.Softmax(dim=1)


EXERCISE = Exercise(
    "strip_net",
    points=3,
    answer=strip_net,
    inputs=strip_net_inputs,
    forbidden=("dlcourse",),
    torch=TorchModule(),
    also_right=[InAClass, WithPaddedStrips, HeadFirst],
    mistakes=[
        Mistake(
            "Flattened, it takes strips of 1,000 samples and no other. A mean over time leaves c "
            "numbers of any strip.",
            one_length,
            credit=0.25,
        ),
        Mistake(
            "You took the largest over time, which one spike decides. The mean was asked for.",
            wrong(pool=Largest),
            credit=0.5,
        ),
        Mistake(
            "Only the last place in time is read: a fraction of a second of the strip.",
            wrong(pool=Last),
        ),
        Mistake(
            "A sum over time: a strip of twice the length would be twice as ill. The mean.",
            wrong(pool=Total),
            credit=0.5,
        ),
        Mistake(
            "No softmax at the end: nn.CrossEntropyLoss takes logits and does it itself.",
            wrong(last=(softmax,)),
            credit=0.5,
        ),
        Mistake(
            "One number a strip. Two logits were asked for, one for each rhythm.",
            wrong(classes=1),
            credit=0.25,
        ),
        Mistake(
            "No ReLU between the convolutions: three in a row are one.",
            wrong(bends=(nn.Identity, nn.Identity, nn.ReLU)),
        ),
        Mistake(
            "No ReLU before the mean: waves up and down cancel in it.",
            wrong(bends=(nn.ReLU, nn.ReLU, nn.Identity)),
            credit=0.5,
        ),
        Mistake(
            "ReLU came before batch normalization. Convolution, batch normalization, ReLU.",
            bent_before_normalized,
            credit=0.5,
        ),
        Mistake(
            "One batch normalization serves three times, and mixes three kinds of means. One for "
            "each convolution.",
            one_norm,
            credit=0.25,
        ),
        Mistake("Batch normalization is missing.", wrong(norm=nn.Identity), credit=0.25),
        Mistake(
            "padding=3 is missing: the ends of the strip are seen less.",
            wrong(padding=0),
            credit=0.5,
        ),
        Mistake(
            "The strides are missing: each output sees 19 samples. With them, 79.",
            wrong(strides=(1, 1, 1)),
            credit=0.25,
        ),
        Mistake(
            "All three convolutions stride by 4. The second by 2, the third by 1.",
            wrong(strides=(4, 4, 4)),
            credit=0.5,
        ),
        Mistake(
            "The third convolution strides by 2, as the second does. It takes every place.",
            wrong(strides=(4, 2, 2)),
            credit=0.5,
        ),
        Mistake(
            "Two convolutions, and three were asked for: c to c once more, with stride 1.",
            wrong(strides=(4, 2), bends=(nn.ReLU,) * 2),
            credit=0.5,
        ),
    ],
    hints=[
        "nn.Conv1d(1, c, 7, stride=4, padding=3), nn.BatchNorm1d(c), nn.ReLU() is the first block.",
        "The next two go from c to c channels, with stride 2 and then 1.",
        "nn.AdaptiveAvgPool1d(1) is the mean over time; nn.Flatten() drops the axis that is left.",
    ],
)
