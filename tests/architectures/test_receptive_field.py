"""The receptive field: by arithmetic, and by asking a network which pixels matter."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.architectures import effective_receptive_field, receptive_field

layers = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2)),
    max_size=4,
)


def seen(layers, unit=0, pixels=600, at=150):
    """Return which pixels a unit of a chain of all-one kernels depends on; pixel 0 is at ``at``."""
    x = torch.zeros(1, 1, pixels, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, padding, dilation in layers:
        # Without padding; the unit that stands where unit 0 would is found by its offset.
        ones = torch.ones(1, 1, kernel, dtype=torch.float64)
        y = torch.nn.functional.conv1d(y, ones, dilation=dilation)
        first = at - padding  # where unit 0 stands, far from the edge: no zeros are needed
        y = y[..., first % stride :: stride]
        at = first // stride
    y[0, 0, at + unit].backward()
    return torch.nonzero(x.grad[0, 0]).ravel()


@given(layers)
def test_it_is_what_the_gradient_reaches(layers):
    field = receptive_field(layers)
    pixels = seen(layers) - 150
    assert pixels[-1] - pixels[0] + 1 == field.size
    assert (pixels[0] + pixels[-1]).item() / 2 == field.start
    assert (seen(layers, unit=1)[0] - seen(layers)[0]).item() == field.jump


ALEXNET = [(11, 4, 0, 1), (3, 2, 0, 1), (5, 1, 2, 1), (3, 2, 0, 1)]
ALEXNET += [(3, 1, 1, 1)] * 3 + [(3, 2, 0, 1)]


@pytest.mark.parametrize(
    ("layers", "size"),
    [([], 1), ([(3, 1, 1, 1)] * 5, 11), ([(3, 1, 1, 1)] * 20, 41), (ALEXNET, 195)],
)
def test_sizes_that_are_known(layers, size):
    assert receptive_field(layers).size == size


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ((0, 1, 0, 1), r"layers\[1\]: kernel is 0; needed 1"),
        ((3, 0, 0, 1), "stride is 0"),
        ((3, 1, -1, 1), "padding is -1; needed 0"),
        ((3, 1, 0, 0), "dilation is 0"),
    ],
)
def test_what_is_no_layer_is_refused(layer, said):
    with pytest.raises(ValueError, match=said):
        receptive_field([(3, 1, 1, 1), layer])
    with pytest.raises(TypeError, match=r"kernel is 2\.5; needed a whole number"):
        receptive_field([(2.5, 1, 0, 1)])


def ones(channels_in, channels_out, kernel):
    conv = torch.nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False)
    torch.nn.init.ones_(conv.weight)
    return conv.double()


def test_the_effective_field_of_kernels_of_ones_is_known():
    x = torch.randn(2, 3, 11, 11, dtype=torch.float64)
    shares = effective_receptive_field(ones(3, 2, 3), x)
    assert shares.shape == (11, 11)
    expected = torch.zeros(11, 11, dtype=torch.float64)
    expected[4:7, 4:7] = 1 / 9
    torch.testing.assert_close(shares, expected)
    # Twice: each axis has 1, 2, 3, 2, 1 ways from a pixel to the unit.
    shares = effective_receptive_field(torch.nn.Sequential(ones(3, 1, 3), ones(1, 1, 3)), x)
    ways = torch.tensor([1, 2, 3, 2, 1], dtype=torch.float64) / 9
    torch.testing.assert_close(shares[3:8, 3:8], ways[:, None] * ways)


def test_maps_do_not_cancel_each_other():
    conv = ones(1, 2, 3)
    with torch.no_grad():
        conv.weight[1] = -1
    shares = effective_receptive_field(conv, torch.ones(1, 1, 5, 5, dtype=torch.float64))
    assert (shares > 0).sum() == 9


def test_the_effective_field_lies_within_the_theory_and_leaves_nothing_behind():
    network = torch.nn.Sequential(ones(1, 4, 5), torch.nn.ReLU(), ones(4, 4, 3))
    x = torch.randn(3, 1, 15, 15, dtype=torch.float64)
    rows, columns = torch.nonzero(effective_receptive_field(network, x), as_tuple=True)
    size = receptive_field([(5, 1, 2, 1), (3, 1, 1, 1)]).size
    assert max(rows.max() - rows.min(), columns.max() - columns.min()) + 1 <= size
    assert x.grad is None and all(p.grad is None for p in network.parameters())


def test_no_maps_and_no_influence_are_refused():
    x = torch.ones(1, 1, 5, 5, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"the network gives shape \(1, 25\); needed \(n, maps"):
        effective_receptive_field(torch.nn.Flatten(), x)
    with pytest.raises(ValueError, match="no pixel moves the middle unit"):
        effective_receptive_field(lambda x: 0 * ones(1, 1, 3)(x), x)
