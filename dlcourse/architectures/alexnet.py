"""AlexNet, with the grouped convolutions of the paper."""

from torch import nn

from ._chain import Chain


class AlexNet(Chain):
    """Photographs of 227 x 227 pixels: five convolutions, three dense layers.

    The second, fourth and fifth convolution are split in two groups, one for each of the two
    graphics cards of 2012: 60,965,224 weights, 724,406,816 multiply-adds. torchvision's
    ``alexnet`` is a later variant with other numbers of maps. Local response normalization
    has the paper's numbers: torch divides alpha by the window, so it is given 5 times 1e-4.

    Shapes: (n, 3, 227, 227) to (n, classes), logits.

    Parameters
    ----------
    classes : number of outputs
    groups : 2 as in the paper, or 1 for convolutions that read all maps

    Source: Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional
    neural networks (2012), doi:10.1145/3065386.
    """

    def __init__(self, classes=1000, groups=2):
        def normalize():
            return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

        super().__init__(
            nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), normalize(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding=2, groups=groups), nn.ReLU(), normalize(),
            nn.MaxPool2d(3, 2),  # (n, 256, 13, 13)
            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1, groups=groups), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1, groups=groups), nn.ReLU(),
            nn.MaxPool2d(3, 2),  # (n, 256, 6, 6)
            nn.Flatten(),  # (n, 9216)
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
            nn.Linear(4096, classes),
        )  # fmt: skip
