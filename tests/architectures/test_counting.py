"""Counts: equal to published figures and to counts by hand, and the network left as it was."""

import pytest
import torch
from torch import nn

from dlcourse.architectures import (
    AlexNet,
    LeNet5,
    count_activations,
    count_layers,
    count_macs,
    count_parameters,
)


def meta(make, *shape):
    """Return a network and an input without memory: only shapes are needed."""
    with torch.device("meta"):
        return make(), torch.zeros(*shape)


def test_alexnet_is_the_papers():
    network, image = meta(AlexNet, 1, 3, 227, 227)
    assert count_parameters(network) == 60_965_224
    assert count_macs(network, image) == 724_406_816
    # The paper's "650,000 neurons": outputs of the eight layers with weights.
    assert count_activations(network, image) == 659_272


def test_alexnet_without_groups():
    network, image = meta(lambda: AlexNet(groups=1), 1, 3, 227, 227)
    assert (count_parameters(network), count_macs(network, image)) == (62_378_344, 1_135_256_096)


def test_lenet_as_libraries_build_it():
    network = LeNet5()
    assert count_parameters(network) == 61_706
    assert count_macs(network, torch.zeros(1, 1, 32, 32)) == 416_520
    assert network(torch.zeros(3, 1, 32, 32)).shape == (3, 10)


@pytest.mark.parametrize(
    ("layer", "shape", "macs"),
    [
        (nn.Conv2d(16, 32, 3, padding=1), (1, 16, 8, 8), 294_912),
        (nn.Conv2d(16, 32, 3, padding=1, groups=4), (1, 16, 8, 8), 73_728),
        (nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=False), (5, 16, 8, 6), 32 * 16 * 9 * 12),
        (nn.ConvTranspose2d(8, 4, 4, stride=2), (2, 8, 8, 8), 8 * 64 * 4 * 16),
        (nn.Conv1d(3, 5, 7), (2, 3, 20), 3 * 5 * 7 * 14),
        (nn.Linear(64, 10), (3, 50, 64), 50 * 640),
        (nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)), (2, 4, 6, 6), 0),
    ],
)
def test_multiply_adds_of_one_input_by_hand(layer, shape, macs):
    assert count_macs(layer, torch.zeros(*shape)) == macs


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        return self.norm(self.conv(self.conv(x)))


def test_a_layer_used_twice_works_twice_and_weighs_once():
    layers = count_layers(Twice(), torch.zeros(2, 3, 4, 4))
    assert [layer.macs for layer in layers] == [1296, 1296, 0]
    assert [layer.parameters for layer in layers] == [84, 0, 6]
    assert [layer.activations for layer in layers] == [48, 48, 48]
    # What batch norm gives is not counted: the convolution gave as many numbers already.
    assert count_activations(Twice(), torch.zeros(2, 3, 4, 4)) == 96


def test_the_network_is_left_as_it_was():
    network = Twice().train()
    network.norm.eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    count_macs(network, torch.ones(2, 3, 4, 4))
    assert network.training and network.conv.training and not network.norm.training
    assert all(torch.equal(value, before[n]) for n, value in network.state_dict().items())
    assert not network.conv._forward_hooks


def test_frozen_weights_are_weights_that_no_optimizer_changes():
    network = LeNet5()
    network[0].requires_grad_(False)
    assert count_parameters(network, trainable=True) == 61_706 - 156


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError, match="the batch is empty"):
        count_macs(LeNet5(), torch.zeros(0, 1, 32, 32))
