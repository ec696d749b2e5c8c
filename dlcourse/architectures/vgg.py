"""VGG: one kind of convolution, 3 x 3, over and over."""

from torch import nn

from ._chain import Chain

# Convolutions of each stage; a stage ends with a pooling that halves both sides.
STAGES = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
CHANNELS = (64, 128, 256, 512, 512)


class VGG(Chain):
    """Photographs of 224 x 224 pixels: convolutions of 3 x 3 in five stages, three dense layers.

    VGG-16 has 138,357,544 weights, 15,470,264,320 multiply-adds. Parameters come in
    torchvision's order, so the values of its ``state_dict`` can be copied one by one.

    Shapes: (n, 3, 224, 224) to (n, classes), logits.

    Parameters
    ----------
    depth : layers with weights: 11, 13, 16 or 19
    classes : number of outputs

    Raises
    ------
    ValueError
        If there is no VGG of this depth.

    Source: Simonyan and Zisserman, Very deep convolutional networks for large-scale image
    recognition (2015), doi:10.48550/arXiv.1409.1556.
    """

    def __init__(self, depth=16, classes=1000):
        if depth not in STAGES:
            raise ValueError(f"depth is {depth}; needed one of {', '.join(map(str, STAGES))}")
        layers, before = [], 3
        for convolutions, channels in zip(STAGES[depth], CHANNELS, strict=True):
            for _ in range(convolutions):
                layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU()]
                before = channels
            layers.append(nn.MaxPool2d(2))
        super().__init__(
            *layers,  # (n, 512, 7, 7)
            nn.Flatten(),  # (n, 25088)
            nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, classes),
        )  # fmt: skip
