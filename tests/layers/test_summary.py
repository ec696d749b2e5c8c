"""The summary of a network counts what torch counts, and leaves the network as it was."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dlcourse import reference as ref


def network(*sizes, dtype=np.float64):
    rng = np.random.default_rng(0)
    return ref.Sequential(*(ref.Linear(a, b, rng=rng, dtype=dtype) for a, b in pairwise(sizes)))


@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5))
def test_counts_are_torchs(sizes):
    found = ref.summary(network(*sizes), sizes[0])
    torchs = nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes)))
    assert found.total == sum(p.numel() for p in torchs.parameters())
    assert [r.parameters for r in found.rows] == [
        sum(p.numel() for p in layer.parameters()) for layer in torchs
    ]
    assert [r.output_shape for r in found.rows] == [(n,) for n in sizes[1:]]


def test_shapes_of_images_lists_and_single_layers():
    rng = np.random.default_rng(0)
    layers = [ref.Flatten(), ref.Linear(64, 10, rng=rng, dtype=np.float32)]
    found = ref.summary(layers, (1, 8, 8))
    assert [(r.layer, r.output_shape) for r in found.rows] == [
        ("Flatten", (64,)),
        ("Linear", (10,)),
    ]
    assert found.total == 650
    assert ref.summary(layers[1], 64).total == 650


def test_the_table_can_be_read():
    assert repr(ref.summary(network(1000, 1000, 1), 1000)).splitlines() == [
        "layer   output shape  parameters",
        "--------------------------------",
        "Linear  (n, 1000)      1,001,000",
        "Linear  (n, 1)             1,001",
        "--------------------------------",
        "total                  1,002,001",
    ]
    assert "(n,)" in repr(ref.summary(ref.ReLU(), ()))


def test_the_network_does_not_notice():
    class Watched(ref.ReLU):
        calls, training = 0, True

        def forward(self, input):
            self.calls += 1
            assert not self.training, "running statistics would change"
            return super().forward(input)

        def train(self, mode=True):
            self.training = mode

        def eval(self):
            self.train(False)

    watched, first = Watched(), network(3, 2)
    x = np.ones((4, 3))
    first.forward(x)
    ref.summary([first, watched], 3)
    assert watched.calls == 0 and watched.training
    assert first.backward(np.ones((4, 2))).shape == (4, 3)  # its latest input is still x


def test_the_layer_that_does_not_fit_is_named():
    rng = np.random.default_rng(0)
    broken = ref.Sequential(ref.Linear(3, 2, rng=rng), ref.ReLU(), ref.Linear(3, 1, rng=rng))
    with pytest.raises(ValueError, match=r"layer 2, Linear: input has shape \(1, 2\)"):
        ref.summary(broken, 3)
