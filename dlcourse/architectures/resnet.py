"""ResNet: blocks that add something to what they were given."""

from collections import OrderedDict

from torch import nn

from ._chain import Chain

# Blocks of each stage. From 50 layers on a block has three convolutions, before that two.
STAGES = {
    18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3),
}  # fmt: skip
WIDTHS = (64, 128, 256, 512)


class Residual(nn.Module):
    """A block: relu(branch(x) + skip(x)).

    The skip is x itself where the shapes agree, else a convolution of 1 x 1 with batch norm.

    Shapes: (n, before, h, w) to (n, channels of the last layer, h / stride, w / stride).

    Parameters
    ----------
    before : channels of the input
    layers : (channels, kernel, stride) of each convolution of the branch; batch norm follows
        each of them, and a ReLU each but the last
    """

    def __init__(self, before, layers):
        super().__init__()
        branch, channels, jump = [], before, 1
        for after, kernel, stride in layers:
            branch += [*convolution(channels, after, kernel, stride), nn.ReLU()]
            channels, jump = after, jump * stride
        self.branch = nn.Sequential(*branch[:-1])
        self.skip = nn.Sequential()  # without layers it gives back x
        if jump > 1 or channels != before:
            self.skip = nn.Sequential(*convolution(before, channels, 1, jump))
        self.relu = nn.ReLU()

    def forward(self, x):
        """Return (n, channels, h, w)."""
        return self.relu(self.branch(x) + self.skip(x))


def convolution(before, after, kernel, stride):
    """Return a convolution and its batch norm, whose shift makes a bias idle."""
    padding = kernel // 2
    return nn.Conv2d(before, after, kernel, stride, padding, bias=False), nn.BatchNorm2d(after)


class ResNet(Chain):
    """Photographs: a stem, four stages of residual blocks, the mean over places, one dense layer.

    ResNet-50 has 25,557,032 weights. With the stride on the 3 x 3 convolution, where torchvision
    has it, 4,089,184,256 multiply-adds; on the first 1 x 1, as in the paper, 3,857,973,248. Up to
    34 layers a block has no 1 x 1 in its branch, and there is nothing to choose. Parameters come in
    torchvision's order.

    Shapes: (n, 3, h, w) to (n, classes), logits; h and w are 224 in the paper.

    Parameters
    ----------
    depth : layers with weights on the main path: 18, 34, 50, 101 or 152
    classes : number of outputs
    stride_on : "3x3" or "1x1", which convolution of three takes every second pixel

    Raises
    ------
    ValueError
        If there is no ResNet of this depth, or no such convolution.

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition (2016),
    doi:10.1109/CVPR.2016.90.
    """

    def __init__(self, depth=50, classes=1000, stride_on="3x3"):
        if depth not in STAGES:
            raise ValueError(f"depth is {depth}; needed one of {', '.join(map(str, STAGES))}")
        if stride_on not in ("3x3", "1x1"):
            raise ValueError(f'stride_on is {stride_on!r}; needed "3x3" or "1x1"')
        pool = nn.MaxPool2d(3, stride=2, padding=1)
        parts = OrderedDict(stem=nn.Sequential(*convolution(3, 64, 7, 2), nn.ReLU(), pool))
        channels = 64
        for stage, (blocks, width) in enumerate(zip(STAGES[depth], WIDTHS, strict=True), 1):
            parts[f"stage{stage}"] = nn.Sequential()
            for block in range(blocks):
                stride = 2 if stage > 1 and block == 0 else 1
                if depth < 50:
                    layers = [(width, 3, stride), (width, 3, 1)]
                else:
                    first, second = (1, stride) if stride_on == "3x3" else (stride, 1)
                    layers = [(width, 1, first), (width, 3, second), (4 * width, 1, 1)]
                parts[f"stage{stage}"].append(Residual(channels, layers))
                channels = layers[-1][0]
        parts["pool"] = nn.AdaptiveAvgPool2d(1)  # (n, channels, 1, 1)
        parts["flatten"] = nn.Flatten()
        parts["head"] = nn.Linear(channels, classes)
        super().__init__(parts)
