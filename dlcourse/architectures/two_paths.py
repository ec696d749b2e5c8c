"""Two paths, after DeepMedic: one sees the middle sharply, the other far and blurred."""

import torch
import torch.nn.functional as F
from torch import nn

FIELD, FACTOR = 13, 3


class TwoPaths(nn.Module):
    """Say what lies in the middle of a patch, from its detail and from its surroundings.

    The near path reads the inner 13 x 13 pixels as they are. The far path reads all 39 x 39,
    averaged to 13 x 13: the same work, three times the field. Their features are joined before the
    last layer. DeepMedic does this in three dimensions, with whole segments in place of one voxel.

    Shapes: (n, in_channels, 39, 39) to (n, classes), logits.

    Parameters
    ----------
    in_channels : channels of the patch
    classes : logits
    width : channels of a path's convolutions
    near, far : which of the two paths there are, at least one

    Raises
    ------
    ValueError
        If neither path is asked for, or a patch has another size.

    Source: Kamnitsas and others, Efficient multi-scale 3D CNN with fully connected CRF for
    accurate brain lesion segmentation (2017), doi:10.1016/j.media.2016.10.004.
    """

    def __init__(self, in_channels=1, classes=1, width=8, near=True, far=True):
        super().__init__()
        if not (near or far):
            raise ValueError("near and far are both False; needed at least one path")
        self.near = _path(in_channels, width) if near else None
        self.far = _path(in_channels, width) if far else None
        self.head = nn.Linear(width * (bool(near) + bool(far)), classes)

    def forward(self, x):
        """Return logits (n, classes)."""
        side, features = FIELD * FACTOR, []
        if x.shape[-2:] != (side, side):
            raise ValueError(f"x has shape {tuple(x.shape)}; needed patches of {side} x {side}")
        if self.near is not None:
            features.append(self.near(x[..., FIELD : 2 * FIELD, FIELD : 2 * FIELD]))
        if self.far is not None:
            features.append(self.far(F.avg_pool2d(x, FACTOR)))
        return self.head(torch.cat(features, dim=1).flatten(1))


def _path(channels, width):
    """Return convolutions of 3, 3, 5 and 5 pixels, which leave one place of 13 x 13."""
    layers = []
    for kernel in (3, 3, 5, 5):
        layers += [nn.Conv2d(channels, width, kernel, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers)
