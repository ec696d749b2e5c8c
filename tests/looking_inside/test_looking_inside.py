"""Each tool on networks whose answer is known, and what it leaves behind."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse import looking_inside as look
from dlcourse.checks.torch_answers.networks import hooks
from dlcourse.looking_inside import grad_cam, occlusion, per_pixel, saliency


def linear_network(weight):
    """Return a network whose scores are weighted sums of the pixels; weight (classes, c, h, w)."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(weight[0].numel(), len(weight), bias=False))
    with torch.no_grad():
        network[1].weight.copy_(weight.flatten(1))
    return network


@pytest.fixture
def images():
    return torch.from_numpy(np.random.default_rng(0).normal(size=(3, 2, 5, 6))).float()


@pytest.fixture
def weight():
    return torch.from_numpy(np.random.default_rng(1).normal(size=(4, 2, 5, 6))).float()


def test_saliency_of_a_linear_network_is_its_weights(images, weight):
    found = saliency(linear_network(weight), images, torch.tensor([0, 3, 1]))
    torch.testing.assert_close(found, weight[[0, 3, 1]].abs().amax(1))


def test_occlusion_of_a_linear_network_is_what_the_square_contributed(images, weight):
    found = occlusion(linear_network(weight), images, 2, size=2, stride=2)
    share = (weight[2] * images).sum(1)
    by_hand = nn.functional.avg_pool2d(share[:, None], 2) * 4
    assert found.shape == (3, 2, 3)
    torch.testing.assert_close(found, by_hand[:, 0], rtol=1e-4, atol=1e-5)


def test_occlusion_paints_with_the_value_given(images, weight):
    blank = torch.full_like(images, 7.0)
    assert not occlusion(linear_network(weight), blank, 0, size=3, value=7.0).any()


class TwoMaps(nn.Module):
    """Class 0 is for the first map, class 1 for the second and against the first."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Identity()

    def forward(self, x):
        mean = self.maps(x * 1.0).mean((2, 3))
        return torch.stack([mean[:, 0], mean[:, 1] - mean[:, 0]], dim=1)


def test_grad_cam_weighs_maps_by_their_average_slope_and_keeps_what_speaks_for_it(images):
    network = TwoMaps()
    pixels = images[0, 0].numel()
    torch.testing.assert_close(
        grad_cam(network, network.maps, images, 0), images[:, 0].relu() / pixels
    )
    torch.testing.assert_close(
        grad_cam(network, network.maps, images, 1), (images[:, 1] - images[:, 0]).relu() / pixels
    )


def test_grad_cam_sees_through_frozen_layers(images):
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(36, 2))
    found = grad_cam(network, network[1], images, 0)
    network.requires_grad_(False)
    torch.testing.assert_close(grad_cam(network, network[1], images, 0), found)


def test_a_planted_spot_is_found_by_all_three():
    image = torch.zeros(1, 1, 8, 8)
    image[0, 0, 5, 2] = 1.0
    network = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU(), nn.Flatten())
    network.append(nn.Linear(64, 1, bias=False))
    with torch.no_grad():
        network[0].weight.fill_(1.0)
        network[3].weight.fill_(1.0)
    for found in (
        occlusion(network, image, 0, size=1)[0],
        grad_cam(network, network[1], image, 0)[0],
    ):
        assert divmod(int(found.argmax()), 8) == (5, 2) and (found > 0).sum() == 1


TOOLS = {
    "saliency": saliency,
    "gradient times input": look.gradient_times_input,
    "guided": look.guided_backpropagation,
    "deconvnet": look.deconvnet,
    "occlusion": lambda m, x, t: occlusion(m, x, t, 2),
    "Grad-CAM": lambda m, x, t: grad_cam(m, m[0], x, t),
    "maps": lambda m, x, t: look.activation_maps(m, m[0], x),
    "ascent": lambda m, x, t: look.ascend(m, x, t, steps=2, lr=0.1),
    "randomized": lambda m, x, t: look.randomized(m, 2, seed=0),
}


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
@pytest.mark.parametrize("fails", [False, True], ids=["", "it fails on the way"])
def test_the_network_is_left_as_it_was(tool, fails, images):
    network = nn.Sequential(
        nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(36, 2)
    )
    network.train()
    network[1].eval()
    network[4].weight.requires_grad_(False)
    network[0].weight.grad = torch.ones_like(network[0].weight)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    given = torch.cat([images, images], 1) if fails else images
    kept = given.clone()
    with (
        pytest.raises(RuntimeError) if fails and tool is not TOOLS["randomized"] else nullcontext()
    ):
        tool(network, given, 1)
    assert [part.training for part in network] == [True, False, True, True, True]
    assert all(torch.equal(value, before[n]) for n, value in network.state_dict().items())
    asks = {name: p.requires_grad for name, p in network.named_parameters()}
    assert [name for name, wanted in asks.items() if not wanted] == ["4.weight"]
    assert network[0].weight.grad.eq(1).all()
    assert [p.grad is None for p in network.parameters()] == [False] + [True] * 5
    assert hooks(network) == 0 and network[2].inplace and torch.equal(given, kept)
    assert given.grad is None and not given.requires_grad


def test_what_cannot_be_looked_at_is_refused(images, weight):
    network = linear_network(weight)
    with pytest.raises(ValueError, match=r"target is \[4, 4, 4\]; needed class numbers"):
        saliency(network, images, 4)
    with pytest.raises(ValueError, match="size is 6; needed at most the image's, 5 x 6"):
        occlusion(network, images, 0, size=6)
    with pytest.raises(ValueError, match="layer gave output of shape"):
        grad_cam(network, network[1], images, 0)
    with pytest.raises(ValueError, match="it was not used"):
        grad_cam(network, nn.ReLU(), images, 0)
    with pytest.raises(ValueError, match=r"scores have shape \(3, 2, 5, 6\)"):
        saliency(nn.Identity(), images, 0)
    fall = torch.zeros(1, 3, 3)
    with pytest.raises(ValueError, match=r"covers \[6, 6\]; needed .* fit into \(5, 6\)"):
        per_pixel(fall, size=2, stride=2, shape=(5, 6))


def test_pixels_that_no_square_covered_have_no_value():
    fall = torch.arange(4.0).reshape(1, 2, 2)
    found = per_pixel(fall, size=1, stride=2, shape=(3, 4))[0]
    nan = float("nan")
    expected = torch.tensor([[0, nan, 1, nan], [nan, nan, nan, nan], [2, nan, 3, nan]])
    torch.testing.assert_close(found, expected, equal_nan=True)
    halves = per_pixel(torch.tensor([[[1.0, 3.0]]]), size=2, stride=1, shape=(2, 3))[0]
    assert halves.tolist() == [[1, 2, 3], [1, 2, 3]]
