"""Torch lab, ResidualBlock: a module with batch norm, run in train and eval mode."""

import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchModule


def residual_block_inputs(rng):
    def case(before, after, stride, n, h, w):
        seed = int(rng.integers(2**31))
        return before, after, stride, seed, rng.normal(size=(n, before, h, w)) + 0.3

    return [
        case(2, 2, 1, 3, 4, 3),
        case(2, 3, 2, 3, 4, 6),
        case(2, 3, 1, 4, 3, 3),
        case(2, 2, 2, 3, 5, int(rng.integers(5, 8))),
    ]


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.skip = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.skip = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        branch = F.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(branch))
        return F.relu(branch + self.skip(x))


class Sequences(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.road = None
        if (stride, out_channels) != (1, in_channels):
            self.road = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        road = x if self.road is None else self.road(x)
        return torch.relu(road + self.branch(x))


class InAList(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        sizes = [(in_channels, 3, stride), (out_channels, 3, 1)]
        if stride != 1 or in_channels != out_channels:
            sizes.append((in_channels, 1, stride))
        self.parts = nn.ModuleList()
        for channels, k, step in sizes:
            self.parts.append(nn.Conv2d(channels, out_channels, k, step, k // 2, bias=False))
            self.parts.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        conv1, norm1, conv2, norm2, *skip = self.parts
        y = norm2(conv2(norm1(conv1(x)).clamp(min=0)))
        for part in skip:
            x = part(x)
        return (x + y).clamp_(min=0)


class Block(ResidualBlock):
    """The block in steps, which the mistakes below replace one by one."""

    def inside(self, x):
        return F.relu(self.bn1(self.conv1(x)))

    def branch(self, x):
        return self.bn2(self.conv2(self.inside(x)))

    def road(self, x):
        return self.skip(x)

    def forward(self, x):
        return F.relu(self.branch(x) + self.road(x))


def wrong(after=None, **methods):
    """Return the block with other methods; ``after(self, i, o, stride)`` changes what was built."""

    def __init__(self, in_channels, out_channels, stride):
        Block.__init__(self, in_channels, out_channels, stride)
        if after:
            after(self, in_channels, out_channels, stride)

    return type("ResidualBlock", (Block,), {"__init__": __init__, **methods})


def with_biases(self, i, o, stride):
    self.conv1 = nn.Conv2d(i, o, 3, stride, padding=1)
    self.conv2 = nn.Conv2d(o, o, 3, padding=1)


def in_a_list(self, i, o, stride):
    self.layers = [self.conv1, self.bn1, self.conv2, self.bn2]
    del self.conv1, self.bn1, self.conv2, self.bn2


def one_norm(self, i, o, stride):
    self.bn2 = self.bn1


def always_normalized_by_the_batch(self, i, o, stride):
    self.bn1 = nn.BatchNorm2d(o, track_running_stats=False)
    self.bn2 = nn.BatchNorm2d(o, track_running_stats=False)


def without_gradient(self, x):
    with torch.no_grad():
        return self.skip(x)


def over_the_input(self, x):
    y = F.relu(self.branch(x.clone()) + self.road(x))
    x.mul_(0)
    return y


EXERCISE = Exercise(
    "ResidualBlock",
    points=4,
    answer=ResidualBlock,
    inputs=residual_block_inputs,
    torch=TorchModule(),
    also_right=[Sequences, InAList, Block],
    mistakes=[
        Mistake(
            "Where is x? Add it to what the branch gives.",
            wrong(forward=lambda self, x: F.relu(self.branch(x))),
        ),
        Mistake(
            "ReLU on the branch before the sum: it can only add then.",
            wrong(forward=lambda self, x: F.relu(F.relu(self.branch(x)) + self.road(x))),
        ),
        Mistake(
            "No ReLU after the sum.", wrong(forward=lambda self, x: self.branch(x) + self.road(x))
        ),
        Mistake(
            "No ReLU inside: two convolutions in a row are one.",
            wrong(inside=lambda self, x: self.bn1(self.conv1(x))),
        ),
        Mistake(
            "ReLU on the skip: the road stays open for negative numbers.",
            wrong(road=lambda self, x: F.relu(self.skip(x))),
        ),
        Mistake(
            "The skip was cut out of autograd: deep layers would get no gradient by this road.",
            wrong(road=without_gradient),
            credit=0.25,
        ),
        Mistake("Batch norm follows: its shift makes a bias idle.", wrong(with_biases), credit=0.5),
        Mistake("One batch norm for two places: each needs its own.", wrong(one_norm)),
        Mistake(
            "In eval mode too it normalizes by the batch: keep the running averages.",
            wrong(always_normalized_by_the_batch),
        ),
        Mistake(
            "A plain list hides the layers in it from parameters(): nn.ModuleList.",
            wrong(
                in_a_list,
                inside=lambda self, x: F.relu(self.layers[1](self.layers[0](x))),
                branch=lambda self, x: self.layers[3](self.layers[2](self.inside(x))),
            ),
        ),
        Mistake("You wrote over the caller's x.", wrong(forward=over_the_input), credit=0.75),
    ],
    hints=["Branch: conv, norm, ReLU, conv, norm.", "Add the skip, then the last ReLU."],
)
