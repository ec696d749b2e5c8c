"""A small fully convolutional network: scores at several depths, enlarged and added up."""

import torch.nn.functional as F
from torch import nn

from .unet import double_convolution


class FCN(nn.Module):
    """Segmentation in three levels: what FCN-32, FCN-16 and FCN-8 are, on a small scale.

    Each level halves the map. A 1 x 1 convolution scores the deepest one; the scores are enlarged
    twofold (bilinear) and the next finer level's scores are added, ``skips`` times; what is left of
    the way is enlarged as it is. A skip here adds *scores*, one number a class; U-Net joins
    *features*.

    Shapes: (n, in_channels, h, w) to (n, classes, h, w), logits.

    Parameters
    ----------
    in_channels : channels of the image
    classes : logits a pixel
    width : channels of the finest level; twice and four times as many below
    skips : 0, only the deepest scores; 1; or 2, those of all three levels

    Raises
    ------
    ValueError
        If ``skips`` is none of these.

    Source: Long, Shelhamer and Darrell, Fully convolutional networks for semantic segmentation
    (2015), doi:10.1109/CVPR.2015.7298965.
    """

    def __init__(self, in_channels=1, classes=1, width=8, skips=2):
        super().__init__()
        if skips not in (0, 1, 2):
            raise ValueError(f"skips is {skips}; needed 0, 1 or 2")
        widths = [width, 2 * width, 4 * width]
        self.levels = nn.ModuleList(map(double_convolution, [in_channels, *widths], widths))
        self.pool = nn.MaxPool2d(2)
        scored = widths[2 - skips :][::-1]  # deepest first
        self.scores = nn.ModuleList(nn.Conv2d(channels, classes, 1) for channels in scored)

    def forward(self, x):
        """Return logits (n, classes, h, w)."""
        size, maps = x.shape[-2:], []
        for level in self.levels:
            maps.append(level(self.pool(maps[-1]) if maps else x))
        y = self.scores[0](maps.pop())
        for score in self.scores[1:]:
            finer = maps.pop()
            y = _enlarge(y, finer.shape[-2:]) + score(finer)
        return _enlarge(y, size)


def _enlarge(y, size):
    if y.shape[-2:] == size:
        return y
    return F.interpolate(y, size=size, mode="bilinear", align_corners=False)
