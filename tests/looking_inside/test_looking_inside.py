"""Each tool on networks whose answer is known, and what it leaves behind."""

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse.looking_inside import grad_cam, occlusion, saliency


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


@pytest.mark.parametrize(
    "look",
    [saliency, lambda m, x, t: occlusion(m, x, t, 2), lambda m, x, t: grad_cam(m, m[0], x, t)],
)
def test_the_network_is_left_as_it_was(look, images):
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(36, 2))
    network.train()
    network[1].eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    given = images.clone()
    look(network, images, 1)
    assert network[0].training and not network[1].training
    assert all(torch.equal(value, before[n]) for n, value in network.state_dict().items())
    assert all(p.grad is None for p in network.parameters())
    assert not network[0]._forward_hooks and torch.equal(images, given)


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
