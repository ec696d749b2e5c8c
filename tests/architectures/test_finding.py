"""Networks that answer at every pixel: counts, shapes, and what reaches which pixel."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dlcourse.architectures import FCN, TwoPaths, UNet, count_macs, count_parameters


def test_a_u_net_of_the_papers_width_and_depth_has_the_weights_of_its_layers():
    """Twice 3 x 3 with batch norm at each of nine blocks, four steps up, one head."""
    widths = [64, 128, 256, 512, 1024]
    blocks = [*zip([3, *widths], widths, strict=False), *((2 * w, w) for w in widths[:-1])]
    convolutions = sum(9 * (a * b + b * b) + 2 * 2 * b for a, b in blocks)
    steps_up = sum(4 * 2 * w * w + w for w in widths[:-1])
    with torch.device("meta"):
        found = count_parameters(UNet(3, 2, 64, 4))
    assert found == convolutions + steps_up + 64 * 2 + 2 == 31_037_698


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_u_net_answers_at_every_pixel(depth):
    x = torch.randn(2, 3, 8, 24)
    assert UNet(3, 4, 2, depth)(x).shape == (2, 4, 8, 24)


def test_a_size_that_would_not_fit_its_skip_is_refused():
    with pytest.raises(ValueError, match="multiples of 4, as the map is halved 2 times"):
        UNet()(torch.zeros(1, 1, 40, 42))


def test_the_skips_come_first_and_each_is_used():
    torch.manual_seed(0)
    network = UNet().eval()
    x = torch.randn(1, 1, 16, 16)
    before = network(x)
    for level, half in ((0, 16), (1, 8)):  # deepest first: their skips have 16 and 8 channels
        weight = network.up[level][0].weight
        kept = weight.data.clone()
        weight.data[:, :half] = 0
        assert not torch.allclose(network(x), before)
        weight.data = kept
    with torch.no_grad():
        fine = network.down[0](x)
        middle = network.down[1](F.max_pool2d(fine, 2))
        deep = network.down[2](F.max_pool2d(middle, 2))
        middle = network.up[0](torch.cat([middle, network.enlarge[0](deep)], 1))
        fine = network.up[1](torch.cat([fine, network.enlarge[1](middle)], 1))
        torch.testing.assert_close(network.head(fine), before)


@pytest.mark.parametrize("skips", [0, 1, 2])
def test_an_fcn_takes_any_size_and_has_one_score_layer_per_level_used(skips):
    network = FCN(2, 3, 4, skips)
    assert network(torch.randn(2, 2, 21, 34)).shape == (2, 3, 21, 34)
    assert len(network.scores) == skips + 1
    for p in network.parameters():
        p.grad = None
    network(torch.randn(2, 2, 16, 16)).square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_without_skips_the_scores_are_those_of_the_deepest_map_enlarged():
    torch.manual_seed(0)
    network = FCN(skips=0).eval()
    x = torch.randn(1, 1, 32, 32)
    deep = x
    for i, level in enumerate(network.levels):
        deep = level(F.max_pool2d(deep, 2) if i else deep)
    by_hand = F.interpolate(network.scores[0](deep), size=(32, 32), mode="bilinear")
    torch.testing.assert_close(network(x), by_hand)


def test_an_unknown_number_of_skips_is_refused():
    with pytest.raises(ValueError, match="skips is 3; needed 0, 1 or 2"):
        FCN(skips=3)


def test_each_path_sees_its_own_part_of_the_patch():
    torch.manual_seed(0)
    x = torch.randn(1, 1, 39, 39, requires_grad=True)
    for near, far in ((True, False), (False, True), (True, True)):
        network = TwoPaths(near=near, far=far).eval()
        (slope,) = torch.autograd.grad(network(x).sum(), x)
        rows = np.flatnonzero(slope[0, 0].abs().sum(1).numpy())
        assert (rows[0], rows[-1]) == ((0, 38) if far else (13, 25))


def test_two_paths_cost_twice_one():
    x = torch.zeros(1, 1, 39, 39)
    one, other, both = (count_macs(TwoPaths(near=a, far=b), x) for a, b in ((1, 0), (0, 1), (1, 1)))
    assert one == other == 96_976 and both == 2 * one


def test_bad_paths_and_patches_are_refused():
    with pytest.raises(ValueError, match="needed at least one path"):
        TwoPaths(near=False, far=False)
    with pytest.raises(ValueError, match="needed patches of 39 x 39"):
        TwoPaths()(torch.zeros(1, 1, 40, 40))
