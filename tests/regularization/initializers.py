"""The initializers of both halves, called in one way."""

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from oracle import GPU

from dlcourse.accelerated import initialization as twins
from dlcourse.reference import initialization as ours

DRAWN = [
    "uniform",
    "normal",
    "trunc_normal",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
]
weights = st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple)
seeds = st.integers(0, 2**32 - 1)


def draw(half, name, shape, *args, seed=0, dtype="float64", device="cpu", **kwargs):
    """Return what an initializer of either half draws, as an array."""
    if half is ours:
        rng = np.random.default_rng(seed)
        return getattr(ours, name)(shape, *args, rng=rng, dtype=dtype, **kwargs)
    generator = torch.Generator(device).manual_seed(seed)
    dtype = getattr(torch, dtype)
    tensor = getattr(twins, name)(shape, *args, generator=generator, dtype=dtype, **kwargs)
    assert tensor.device.type == torch.device(device).type and not tensor.requires_grad
    return tensor.cpu().numpy()


halves = pytest.mark.parametrize("half", [ours, twins], ids=["reference", "accelerated"])
everywhere = pytest.mark.parametrize(
    "half, device",
    [
        pytest.param(ours, "cpu", id="reference"),
        pytest.param(twins, "cpu", id="accelerated-cpu"),
        pytest.param(twins, "cuda", id="accelerated-cuda", marks=GPU.marks),
    ],
)
