"""The rows of the table: what was measured, its ratio to torch, and the bar it has to meet."""

import platform

import numpy as np
import torch

from dlcourse import accelerated, reference

from . import convolutions, functions, networks
from .measure import best, geometric_mean, peak_in_child

WIDE = 62


def print_table(quick=False):
    torch.set_num_threads(1)
    # Once glibc has freed 24 MB at a time, it keeps what is freed. Fresh pages for every array
    # would otherwise be most of what is timed, of torch's time above all.
    np.ones(3 * 2**20)
    print(f"numpy {np.__version__}, torch {torch.__version__}, {platform.machine()}, one thread")
    print("ratio: time of ours / time of torch, interleaved, best of the rounds; float32")
    print(f"\n{'forward + backward':{WIDE}} {'ratio':>8} {'bar':>5}")
    for rows in (conv2d, peak_memory, single_functions, epochs, autodiff):
        rows()
    print(f"\n{'classic forms of conv2d, six shapes, geometric mean':{WIDE}}")
    row("fancy-index im2col with np.add.at", classic(convolutions.im2col, rounds=3))
    if not quick:
        row("four nested loops (4 of the 32 images)", classic(convolutions.loops, 1, images=4))
    print(f"\n{'twins, over torch.nn.functional':{WIDE}}")
    twins(compiled=False)
    if not quick:
        twins(compiled=True)


def row(what, ratio, bar=None):
    verdict = "" if bar is None else f"{bar:5.1f}" + ("" if ratio <= bar else "  missed")
    print(f"{what:{WIDE}} {ratio:8.2f} {verdict}", flush=True)


def conv2d():
    ratios = []
    for shape in convolutions.SHAPES:
        case = convolutions.draw(*shape)
        convolutions.agree(convolutions.ours(**case), convolutions.torchs(**case))
        times = best(
            {
                "ours": lambda case=case: convolutions.ours(**case),
                "torch": lambda case=case: convolutions.torchs(**case),
            },
            rounds=30,
        )
        ratios.append(times["ours"] / times["torch"])
        channels, size, kernel, features = shape
        ms = f"{times['ours'] * 1e3:.1f} ms, torch {times['torch'] * 1e3:.1f} ms"
        row(
            f"  conv2d {channels:2} x {size} x {size}, {kernel} x {kernel}, to {features}: {ms}",
            ratios[-1],
        )
    row("conv2d, geometric mean of the six shapes", geometric_mean(ratios), 1.5)
    row("conv2d, worst of the six", max(ratios), 2.4)


def peak_memory():
    """Fresh processes, each its own high-water mark of resident memory; the least of three."""
    ratios = []
    for shape in convolutions.SHAPES:
        ours, torchs = (
            min(peak_in_child(name, *shape) for _ in range(3)) for name in ("ours", "torchs")
        )
        ratios.append(ours / torchs)
        what = f"  peak memory, {shape[0]} x {shape[1]} x {shape[1]}, "
        row(
            f"{what}{shape[2]} x {shape[2]}, to {shape[3]}: {ours:.1f} MB, torch {torchs:.1f} MB",
            ratios[-1],
        )
    row("conv2d's peak memory, geometric mean", geometric_mean(ratios), 1.1)
    row("conv2d's peak memory, worst of the six", max(ratios), 1.1)


def single_functions():
    for what, case in functions.CASES.items():
        ours, adapt, (torchs, _), arrays = case()
        times = best(
            {"ours": ours, "torch": functions.by_autograd(adapt(torchs), *arrays)}, rounds=100
        )
        row(what, times["ours"] / times["torch"], 1.2)
    for n, classes in ((128, 10), (1024, 100)):
        ours, torchs = functions.cross_entropy_pair(n, classes)
        times = best({"ours": ours, "torch": torchs}, rounds=100)
        what = f"  {n} x {classes} by cross_entropy and its backward, softmax twice"
        row(what, times["ours"] / times["torch"])


def epochs():
    for what, (x, y), bar in (
        ("epoch of a CNN with two convolutions, digits", networks.digits(), 1.2),
        ("the same on 1920 images of 28 x 28", networks.images(), 1.5),
    ):
        losses = reference.cross_entropy, reference.cross_entropy_backward
        both = {
            "ours": networks.our_epoch(x, y, *losses),
            "torch": networks.torch_epoch(x, y),
        }
        times = best(both, rounds=10)
        row(what, times["ours"] / times["torch"], bar)


def autodiff():
    for sizes in ((64, 32, 10), (784, 128, 10)):
        ours, torchs = functions.mlp_step(*sizes)
        times = best({"ours": ours, "torch": torchs}, rounds=300)
        what = "autodiff engine, step of an MLP " + "-".join(map(str, sizes))
        row(what, times["ours"] / times["torch"], 1.0)


def classic(function, rounds, images=32):
    ratios = []
    for shape in convolutions.SHAPES:
        case = convolutions.draw(*shape, images=images)
        convolutions.agree(function(**case), convolutions.torchs(**case))
        times = best(
            {
                "theirs": lambda case=case: function(**case),
                "torch": lambda case=case: convolutions.torchs(**case),
            },
            rounds,
        )
        ratios.append(times["theirs"] / times["torch"])
    return geometric_mean(ratios)


def twins(compiled):
    how = "compiled" if compiled else "eager"

    def prepared(function):
        return torch.compile(function, dynamic=False) if compiled else function

    try:
        ratios = []
        twin = convolutions.by_autograd(prepared(accelerated.conv2d))
        for shape in convolutions.SHAPES:
            case = convolutions.draw(*shape)
            convolutions.agree(twin(**case), convolutions.torchs(**case))
            times = best(
                {
                    "twin": lambda case=case: twin(**case),
                    "torch": lambda case=case: convolutions.torchs(**case),
                }
            )
            ratios.append(times["twin"] / times["torch"])
        row(f"{how}: conv2d, six shapes, geometric mean", geometric_mean(ratios))
        for what, case in functions.CASES.items():
            _, adapt, (torchs, ours), arrays = case()
            times = best(
                {
                    "twin": functions.by_autograd(prepared(adapt(ours)), *arrays),
                    "torch": functions.by_autograd(adapt(torchs), *arrays),
                },
                rounds=50,
            )
            row(f"{how}: {what}", times["twin"] / times["torch"])
    except RuntimeError as error:  # a compiler may be missing, or refuse: say so in the table
        print(f"{how}: not measured, {type(error).__name__}: {str(error).splitlines()[0]}")
