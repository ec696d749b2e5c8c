"""Lab 10, residual_block: two convolutions, and a skip around them."""

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def residual_block_inputs(rng):
    def case(n, before, after, height, width, projected, stride):
        x = rng.normal(size=(n, before, height, width))
        w1 = 0.4 * rng.normal(size=(after, before, 3, 3))
        w2 = 0.4 * rng.normal(size=(after, after, 3, 3))
        skip = rng.normal(size=(after, before, 1, 1)) if projected else None
        return x, w1, w2, skip, stride

    return [
        case(2, 3, 3, 6, 5, False, 1),
        case(2, 3, 4, 6, 8, True, 2),
        case(1, 2, 2, 5, 7, True, 2),
        case(1, 3, 5, 4, 4, True, 1),
        case(2, 2, 2, 2, 2, True, 2),
        case(1, 2, 2, int(rng.integers(3, 6)), 3, True, 1),
    ]


def residual_block(x, w1, w2, w_skip, stride):
    y = F.relu(F.conv2d(x, w1, stride=stride, padding=1))
    y = F.conv2d(y, w2, padding=1)
    return F.relu(y + (x if w_skip is None else F.conv2d(x, w_skip, stride=stride)))


def skip_first(x, w1, w2, w_skip, stride):
    road = x
    if w_skip is not None:
        road = torch.einsum("nchw,oc->nohw", x[:, :, ::stride, ::stride], w_skip[:, :, 0, 0])
    inside = torch.conv2d(x, w1, None, stride, 1).clamp(min=0)
    return (road + torch.conv2d(inside, w2, None, 1, 1)).clamp(min=0)


def with_padded_images(x, w1, w2, w_skip, stride):
    frame = (1, 1, 1, 1)
    inside = torch.relu(F.conv2d(F.pad(x, frame), w1, stride=stride))
    branch = F.conv2d(F.pad(inside, frame), w2)
    if w_skip is not None:
        x = F.conv2d(x[..., ::stride, ::stride], w_skip)
    return torch.maximum(branch + x, torch.zeros(()).to(x))


def in_place_on_its_own(x, w1, w2, w_skip, stride):
    branch = F.conv2d(F.relu_(F.conv2d(x, w1, stride=stride, padding=1)), w2, padding=1)
    branch += x if w_skip is None else F.conv2d(x, w_skip, stride=stride)
    return F.relu_(branch)


def branch(x, w1, w2, stride, second=1):
    return F.conv2d(F.relu(F.conv2d(x, w1, stride=stride, padding=1)), w2, None, second, 1)


def road(x, w_skip, stride):
    return x if w_skip is None else F.conv2d(x, w_skip, stride=stride)


def no_relu_inside(x, w1, w2, w_skip, stride):
    y = F.conv2d(F.conv2d(x, w1, stride=stride, padding=1), w2, padding=1)
    return F.relu(y + road(x, w_skip, stride))


def around_the_first(x, w1, w2, w_skip, stride):
    y = F.conv2d(x, w1, stride=stride, padding=1) + road(x, w_skip, stride)
    return F.relu(F.conv2d(F.relu(y), w2, padding=1))


def dropped_where_channels_agree(x, w1, w2, w_skip, stride):
    if len(w1) == x.shape[1]:
        return F.relu(branch(x, w1, w2, stride) + x[:, :, ::stride, ::stride])
    return residual_block(x, w1, w2, w_skip, stride)


def averaged_skip(x, w1, w2, w_skip, stride):
    y = branch(x, w1, w2, stride)
    if w_skip is None:
        return F.relu(y + x)
    pooled = F.avg_pool2d(x, stride, ceil_mode=True) if stride > 1 else x
    return F.relu(y + F.conv2d(pooled, w_skip))


def w2_twice(x, w1, w2, w_skip, stride):
    y = F.relu(branch(x, w1, w2, stride))
    return F.relu(F.conv2d(y, w2, padding=1) + road(x, w_skip, stride))


def cut(x, w1, w2, w_skip, stride):
    return F.relu(branch(x, w1, w2, stride) + road(x, w_skip, stride)).detach()


EXERCISE = Exercise(
    "residual_block",
    points=4,
    answer=residual_block,
    inputs=residual_block_inputs,
    forbidden=("dlcourse",),
    torch=TorchFunction(differentiate=("x", "w1", "w2", "w_skip")),
    also_right=[skip_first, with_padded_images, in_place_on_its_own],
    mistakes=[
        Mistake(
            "Where is x? The skip is missing from the sum.",
            lambda x, w1, w2, w_skip, stride: F.relu(branch(x, w1, w2, stride)),
        ),
        Mistake(
            "ReLU before the sum, none after it: the block can only add, never take away.",
            lambda x, w1, w2, w_skip, stride: (
                F.relu(branch(x, w1, w2, stride)) + road(x, w_skip, stride)
            ),
        ),
        Mistake(
            "No ReLU on the branch before the sum: it must be able to subtract.",
            lambda x, w1, w2, w_skip, stride: F.relu(
                F.relu(branch(x, w1, w2, stride)) + road(x, w_skip, stride)
            ),
        ),
        Mistake(
            "The last ReLU is missing. (Without it you have the pre-activation variant of 2016.)",
            lambda x, w1, w2, w_skip, stride: branch(x, w1, w2, stride) + road(x, w_skip, stride),
            credit=0.5,
        ),
        Mistake("No ReLU between the convolutions: two in a row are one.", no_relu_inside),
        Mistake(
            "Both convolutions stride: the map is a quarter, and the skip no longer fits.",
            lambda x, w1, w2, w_skip, stride: F.relu(
                branch(x, w1, w2, stride, stride) + road(x, w_skip, stride)
            ),
        ),
        Mistake(
            "The skip must stride too. On maps of 2 x 2 yours even runs, by broadcasting.",
            lambda x, w1, w2, w_skip, stride: F.relu(
                branch(x, w1, w2, stride) + road(x, w_skip, 1)
            ),
        ),
        Mistake("The skip goes around both convolutions, not around the first.", around_the_first),
        Mistake(
            "Where the channels agree you leave w_skip out. It was given: use it.",
            dropped_where_channels_agree,
            credit=0.5,
        ),
        Mistake(
            "You laid branch and skip side by side: that is DenseNet. Here they are added.",
            lambda x, w1, w2, w_skip, stride: F.relu(
                torch.cat([branch(x, w1, w2, stride), road(x, w_skip, stride)], dim=1)
            ),
        ),
        Mistake(
            "The skip takes every second pixel; you averaged pixels first.",
            averaged_skip,
            credit=0.5,
        ),
        Mistake("You used w2 twice: one convolution with w1, one with w2.", w2_twice),
        Mistake(
            "No ReLU on the skip: its road stays open for negative numbers.",
            lambda x, w1, w2, w_skip, stride: F.relu(
                branch(x, w1, w2, stride) + F.relu(road(x, w_skip, stride))
            ),
            credit=0.5,
        ),
        Mistake(CUT, cut, credit=0.25),
    ],
    hints=[
        "Branch: F.conv2d with w1, ReLU, F.conv2d with w2. Which padding keeps the size?",
        "stride belongs to the first convolution of the branch, and to the skip's.",
        "road = x if w_skip is None else F.conv2d(x, w_skip, stride=stride)",
        "return F.relu(branch + road)",
    ],
)
