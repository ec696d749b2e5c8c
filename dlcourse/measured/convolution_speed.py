"""One convolution three ways, on the GPU where there is one: for unit 18.

The course's twin, ``torch.nn.functional`` (cuDNN on a GPU), and, on a GPU with Triton, a kernel of
40 lines. Forward, float32 without TF32. On a GPU by its own clock, on a CPU processor time of one
thread; each the median of several. The stored table names the device that it is from.
"""

import time

import torch
import torch.nn.functional as F

from dlcourse import accelerated

SEEDS = (0,)
# images, channels in, height and width, kernel, channels out
SHAPES = {
    "32 x 3 x 32, 5 x 5 to 32": (32, 3, 32, 5, 32),
    "32 x 16 x 28, 3 x 3 to 32": (32, 16, 28, 3, 32),
    "32 x 64 x 56, 3 x 3 to 64": (32, 64, 56, 3, 64),
}


def ways(device):
    """Return {name: function of input, weight, padding} of what can run on a device."""
    found = {"the course's twin": accelerated.conv2d, "torch.nn": F.conv2d}
    try:
        from ._triton_convolution import conv2d
    except ImportError:  # no Triton: it comes with torch for NVIDIA's GPUs
        return found
    return {**found, "Triton": conv2d} if device == "cuda" else found


def milliseconds(function, device, repeats=9):
    """Return the median time of a call, after one that does not count."""
    function()
    found = []
    for _ in range(repeats):
        if device == "cuda":
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            function()
            end.record()
            torch.cuda.synchronize()
            found.append(begin.elapsed_time(end))
        else:
            began = time.process_time()
            function()
            found.append(1e3 * (time.process_time() - began))
    return sorted(found)[repeats // 2]


def measure(seed, shapes=SHAPES):
    """Return the device's name and {shape: {way: milliseconds, and its distance from torch.nn}}.

    Raises
    ------
    AssertionError
        If a way's answer differs from torch.nn's by more than rounding.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    name = torch.cuda.get_device_name() if device == "cuda" else "a CPU, one thread"
    generator = torch.Generator().manual_seed(seed)
    table = {}
    with torch.no_grad():
        for shape, (n, channels, side, kernel, features) in shapes.items():
            x = torch.randn(n, channels, side, side, generator=generator).to(device)
            w = torch.randn(features, channels, kernel, kernel, generator=generator).to(device)
            w = w / (channels * kernel**2) ** 0.5
            true, table[shape] = F.conv2d(x, w, padding=kernel // 2), {}
            for way, conv2d in ways(device).items():
                off = float((conv2d(x, w, padding=kernel // 2) - true).abs().max())
                assert off < 1e-4, (way, shape, off)
                took = milliseconds(lambda f=conv2d: f(x, w, padding=kernel // 2), device)  # noqa: B023
                table[shape][way] = float(f"{took:.3g}")
    return {"device": name, "ms": table}
