"""conv2d forward and backward on six shapes: ours, torch's, the textbook's, the twin's."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse import accelerated, reference
from dlcourse.reference import naive

# channels in, height and width, kernel, channels out; 32 images, padding "same", float32
SHAPES = [
    (3, 32, 3, 16),
    (3, 28, 5, 16),
    (3, 32, 5, 32),
    (16, 28, 3, 32),
    (16, 28, 5, 32),
    (16, 32, 3, 16),
]


def draw(channels, size, kernel, features, images=32):
    rng = np.random.default_rng(0)
    shapes = {
        "input": (images, channels, size, size),
        "weight": (features, channels, kernel, kernel),
        "bias": (features,),
        "grad": (images, features, size, size),
    }
    return {name: rng.standard_normal(s, np.float32) for name, s in shapes.items()}


def ours(input, weight, bias, grad):
    output = reference.conv2d(input, weight, bias, padding="same")
    return output, *reference.conv2d_backward(grad, input, weight, bias, padding="same")


def loops(input, weight, bias, grad):
    sides = weight.shape[-1] // 2
    output = naive.conv2d_loops(input, weight, bias, padding=sides)
    return output, *naive.conv2d_loops_backward(grad, input, weight, bias, padding=sides)


def im2col(input, weight, bias, grad):
    sides = weight.shape[-1] // 2
    output = naive.conv2d_im2col(input, weight, bias, padding=sides)
    return output, *naive.conv2d_im2col_backward(grad, input, weight, bias, padding=sides)


def by_autograd(function):
    """Return forward and backward of a function of tensors, taking arrays."""

    def run(input, weight, bias, grad):
        leaves = [torch.from_numpy(a).requires_grad_() for a in (input, weight, bias)]
        output = function(*leaves, padding="same")
        return output, *torch.autograd.grad(output, leaves, torch.from_numpy(grad))

    return run


torchs = by_autograd(F.conv2d)
twin = by_autograd(accelerated.conv2d)


def agree(a, b):
    """Assert that two implementations gave the same, so that the timings mean something."""
    for x, y in zip(a, b, strict=True):
        x, y = (np.asarray(v.detach() if isinstance(v, torch.Tensor) else v) for v in (x, y))
        assert np.abs(x - y).max() <= 1e-4 * np.abs(y).max()
