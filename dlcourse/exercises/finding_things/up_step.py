"""Lab 13, up_step: one step of U-Net's way up. Transposed convolutions come with torch."""

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction


def up_step_inputs(rng):
    def case(n, c, h, w):
        shapes = [(n, 2 * c, h, w), (n, c, 2 * h, 2 * w), (2 * c, c, 2, 2), (c,), (c, 2 * c, 3, 3)]
        return tuple(rng.normal(size=shape) for shape in (*shapes, (c,)))

    return [case(2, 2, 3, 4), case(1, 1, 2, int(rng.integers(2, 5))), case(3, 3, 1, 5)]


def up_step(x, skip, up, up_bias, conv, conv_bias):
    larger = F.conv_transpose2d(x, up, up_bias, stride=2)
    joined = torch.cat([skip, larger], dim=1)
    return F.relu(F.conv2d(joined, conv, conv_bias, padding=1))


def in_two_halves(x, skip, up, up_bias, conv, conv_bias):
    c = skip.shape[1]
    larger = F.conv_transpose2d(x, up, up_bias, stride=(2, 2))
    y = F.conv2d(skip, conv[:, :c], padding=1) + F.conv2d(larger, conv[:, c:], padding=1)
    return (y + conv_bias[:, None, None]).clamp(min=0)


def by_einsum(x, skip, up, up_bias, conv, conv_bias):
    n, _, h, w = x.shape
    larger = torch.einsum("nchw,cdij->ndhiwj", x, up).reshape(n, up.shape[1], 2 * h, 2 * w)
    larger = larger + up_bias[:, None, None]
    return torch.relu(F.conv2d(torch.hstack((skip, larger)), conv, conv_bias, padding="same"))


def by_shuffle(x, skip, up, up_bias, conv, conv_bias):
    weight = up.permute(1, 2, 3, 0).reshape(-1, up.shape[0], 1, 1)
    larger = F.pixel_shuffle(F.conv2d(x, weight), 2) + up_bias[:, None, None]
    padded = F.pad(torch.cat((skip, larger), 1), (1, 1, 1, 1))
    return F.conv2d(padded, conv, conv_bias).relu()


def enlarged(x, up, up_bias):
    return F.conv_transpose2d(x, up, up_bias, stride=2)


def finish(joined, conv, conv_bias):
    return F.relu(F.conv2d(joined, conv, conv_bias, padding=1))


def wrong(join):
    """Return an answer that joins the two in another way, then goes on as it should."""

    def answer(x, skip, up, up_bias, conv, conv_bias):
        return finish(join(skip, enlarged(x, up, up_bias)), conv, conv_bias)

    return answer


def enlarged_otherwise(enlarge):
    """Return an answer that enlarges in another way."""

    def answer(x, skip, up, up_bias, conv, conv_bias):
        larger = enlarge(x, up, up_bias)
        return finish(torch.cat([skip, larger], dim=1), conv, conv_bias)

    return answer


def without_relu(x, skip, up, up_bias, conv, conv_bias):
    joined = torch.cat([skip, enlarged(x, up, up_bias)], dim=1)
    return F.conv2d(joined, conv, conv_bias, padding=1)


def relu_first(x, skip, up, up_bias, conv, conv_bias):
    joined = torch.cat([skip, enlarged(x, up, up_bias)], dim=1)
    return F.conv2d(F.relu(joined), conv, conv_bias, padding=1)


def without_padding(x, skip, up, up_bias, conv, conv_bias):
    joined = torch.cat([skip, enlarged(x, up, up_bias)], dim=1)
    return F.relu(F.conv2d(F.pad(joined, (0, 0, 0, 0)), conv, conv_bias))


def without_conv_bias(x, skip, up, up_bias, conv, conv_bias):
    return finish(torch.cat([skip, enlarged(x, up, up_bias)], dim=1), conv, None)


def stride_of_one(x, up, up_bias):
    h, w = 2 * x.shape[2], 2 * x.shape[3]
    return F.interpolate(F.conv_transpose2d(x, up, up_bias), size=(h, w))


EXERCISE = Exercise(
    "up_step",
    points=3,
    answer=up_step,
    inputs=up_step_inputs,
    forbidden=("dlcourse",),
    torch=TorchFunction(differentiate=("x", "skip", "up", "conv")),
    also_right=[in_two_halves, by_einsum, by_shuffle],
    mistakes=[
        Mistake(
            "The enlarged map came first. The kernel's first half expects the skip.",
            wrong(lambda skip, larger: torch.cat([larger, skip], dim=1)),
            credit=0.5,
        ),
        Mistake(
            "You added the two: that is FCN's and ResNet's way. U-Net keeps both, side by side.",
            wrong(lambda skip, larger: torch.cat([skip + larger] * 2, dim=1)),
        ),
        Mistake(
            "The skip was left out. The network runs, and its outlines are blurred.",
            wrong(lambda skip, larger: torch.cat([0 * skip, larger], dim=1)),
        ),
        Mistake(
            "Only the skip came through: what lies deeper is gone.",
            wrong(lambda skip, larger: torch.cat([skip, 0 * larger], dim=1)),
        ),
        Mistake(
            "The skip was cut off from autograd: the way down would learn nothing by this road.",
            wrong(lambda skip, larger: torch.cat([skip.detach(), larger], dim=1)),
            credit=0.5,
        ),
        Mistake("The ReLU at the end is missing.", without_relu, credit=0.5),
        Mistake("ReLU before the convolution. It comes after: convolution, then ReLU.", relu_first),
        Mistake("The map became smaller by 2: padding=1.", without_padding, credit=0.25),
        Mistake(
            "Each pixel was copied to four (nearest). The enlargement has weights of its own: "
            "F.conv_transpose2d.",
            enlarged_otherwise(
                lambda x, up, up_bias: F.interpolate(x[:, : up.shape[1]], scale_factor=2.0)
            ),
        ),
        Mistake(
            "The transposed convolution moved by 1 and something else made up the size: stride=2.",
            enlarged_otherwise(stride_of_one),
        ),
        Mistake(
            "You flipped up. F.conv_transpose2d takes it as it is.",
            enlarged_otherwise(lambda x, up, up_bias: enlarged(x, up.flip(2, 3), up_bias)),
        ),
        Mistake(
            "up_bias was forgotten.",
            enlarged_otherwise(lambda x, up, up_bias: enlarged(x, up, None)),
            credit=0.5,
        ),
        Mistake("conv_bias was forgotten.", without_conv_bias, credit=0.5),
    ],
    hints=[
        "F.conv_transpose2d(x, up, up_bias, stride=2) doubles height and width.",
        "torch.cat([skip, larger], dim=1) lays the channels side by side.",
        "Then F.conv2d with padding=1, which keeps the size, and F.relu.",
    ],
)
