"""U-Net: down to coarse maps and up again, with every fine map laid beside what comes up."""

import torch
from torch import nn


def double_convolution(before, after):
    """Return twice: convolution of 3 x 3, batch norm, ReLU; the size stays."""
    layers = []
    for channels in (before, after):
        layers += [nn.Conv2d(channels, after, 3, padding=1, bias=False)]
        layers += [nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """Segmentation: a logit for each class at each pixel.

    On the way down each level halves the map and doubles the channels. On the way up a transposed
    convolution enlarges, and the map of the same size from the way down is joined to it (skip
    first), so that the deep map says what and the fine one where. The paper pads nothing and crops
    the skips, has no batch norm, width 64 and depth 4. With both conventions of today, padding and
    batch norm, ``UNet(3, 2, 64, 4)`` has 31,037,698 weights.

    Shapes: (n, in_channels, h, w) to (n, classes, h, w), logits.

    Parameters
    ----------
    in_channels : channels of the image
    classes : logits a pixel; 1 where the question is lesion or not
    width : channels of the finest level
    depth : how often the map is halved

    Raises
    ------
    ValueError
        In forward, if h or w is no multiple of 2**depth: a halved map would not fit its skip.

    Source: Ronneberger, Fischer and Brox, U-Net: convolutional networks for biomedical image
    segmentation (2015), doi:10.1007/978-3-319-24574-4_28.
    """

    def __init__(self, in_channels=1, classes=1, width=8, depth=2):
        super().__init__()
        widths = [width * 2**level for level in range(depth + 1)]
        self.down = nn.ModuleList(map(double_convolution, [in_channels, *widths], widths))
        self.pool = nn.MaxPool2d(2)
        pairs = list(zip(widths[::-1], widths[-2::-1], strict=False))  # deepest first
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, stride=2) for a, b in pairs)
        self.up = nn.ModuleList(double_convolution(2 * b, b) for _, b in pairs)
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        """Return logits (n, classes, h, w)."""
        multiple = 2 ** len(self.up)
        if x.shape[-2] % multiple or x.shape[-1] % multiple:
            raise ValueError(
                f"x has shape {tuple(x.shape)}; needed a height and width that are multiples of "
                f"{multiple}, as the map is halved {len(self.up)} times"
            )
        fine = []
        for level in self.down[:-1]:
            fine.append(level(x))
            x = self.pool(fine[-1])
        x = self.down[-1](x)
        for enlarge, up in zip(self.enlarge, self.up, strict=True):
            x = up(torch.cat([fine.pop(), enlarge(x)], dim=1))
        return self.head(x)
