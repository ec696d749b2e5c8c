"""Every twin and every layer computes where its tensors are, and so does the training loop."""

import inspect
import sys

import numpy as np
import pytest
import torch
from stand_in_device import StandIn, on_device

from dlcourse import accelerated, training
from dlcourse.validation import losses, sequences

X, IMAGES, LABELS = on_device(5, 3), on_device(2, 4, 8, 8), on_device(5, dtype=torch.int64)
V, W = on_device(5), on_device(3)
KERNELS = {"stride": 2, "padding": 1, "groups": 2}
COUNTED = {"padding": 1, "count_include_pad": False, "ceil_mode": True}
# The arguments of each twin, where its tensors lie on the device.
CALLS = {
    "avg_pool2d": [(IMAGES, 3), COUNTED],
    "batch_norm": [(X, W, W, W, W), {"training": True}],
    "binary_cross_entropy": [(V, V, V)],
    "binary_cross_entropy_with_logits": [(V, V, V), {"pos_weight": V}],
    "clip_grad_norm": [([V, W, on_device(0)], 1.0)],
    "clip_grad_value": [([V, W], 1.0)],
    "conv1d": [(on_device(2, 4, 9), on_device(6, 2, 3), on_device(6)), KERNELS],
    "conv2d": [(IMAGES, on_device(6, 2, 3, 3), on_device(6)), KERNELS],
    "conv_transpose2d": [(IMAGES, on_device(4, 3, 3, 3), on_device(6)), KERNELS],
    "cox_ph_loss": [(V, V, LABELS)],
    "cross_entropy": [(X, LABELS, W), {"label_smoothing": 0.1}],
    "dice_loss": [(IMAGES, on_device(2, 4, 8, 8))],
    "embedding": [(LABELS, X)],
    "entropy": [(X,)],
    "gru_cell": [(X, on_device(5, 2), on_device(6, 3), on_device(6, 2), on_device(6))],
    "huber_loss": [(V, V), {"weight": V}],
    "kl_div": [(X, X)],
    "l1_loss": [(V, V)],
    "l1_penalty": [(W, 0.1)],
    "l2_penalty": [(W, 0.1)],
    "layer_norm": [(X, (3,), W, W)],
    "linear": [(X, on_device(2, 3), on_device(2))],
    "log_softmax": [(X, 1)],
    "lstm_cell": [(X, (on_device(5, 2),) * 2, on_device(8, 3), on_device(8, 2), on_device(8))],
    "max_pool2d": [(IMAGES, 3), {"padding": 1}],
    "mse_loss": [(V, V)],
    "newtons_method": [(lambda x: (x, torch.outer(x, x)), W)],
    "nll_loss": [(X, LABELS)],
    "pad": [(X, (1, 1)), {"value": 1.0}],
    "rnn_tanh_cell": [(X, on_device(5, 2), on_device(2, 3), on_device(2, 2), on_device(2))],
    "scaled_dot_product_attention": [(X, X, X), {"is_causal": True}],
    "smooth_l1_loss": [(V, V)],
    "softmax": [(X, 1)],
    "weighted_sum": [(V, V)],
} | {
    name: [(X,)]
    for name in "gelu leaky_relu relu sigmoid soft_threshold softplus step tanh".split()
}
# No gradient passes through them.
WITHOUT_GRADIENT = {"clip_grad_norm", "clip_grad_value", "newtons_method"}
# They draw on the device of the generator that they are given, and meta has none.
DRAWS = {"dropout", "dropout_mask"}
LAYERS = {
    "AvgPool2d": [(IMAGES,), (3,)],
    "BatchNorm1d": [(X,), (3,)],
    "BatchNorm2d": [(IMAGES,), (4,)],
    "Conv1d": [(on_device(2, 4, 9),), (4, 6, 3)],
    "Conv2d": [(IMAGES,), (4, 6, 3)],
    "Flatten": [(IMAGES,), ()],
    "LayerNorm": [(X,), (3,)],
    "Linear": [(X,), (3, 2)],
    "MaxPool2d": [(IMAGES,), (3,)],
    "Neuron": [(X,), (3,)],
    "Softmax": [(X,), (1,)],
} | {name: [(X,), ()] for name in ("GELU", "LeakyReLU", "ReLU", "Sigmoid", "Tanh")}


def public(kind):
    return {
        name
        for name, value in vars(accelerated).items()
        if kind(value) and value.__module__.startswith("dlcourse.accelerated")
    }


# What reads values in order to refuse them.
READING = [losses.no_negative, losses.within_0_and_1, losses.labels_within, losses.survival]
READING += [sequences.places]


@pytest.fixture(autouse=True)
def without_checks_of_values(monkeypatch):
    """Set aside the checks of values: there are none to read."""
    homes = "dlcourse.accelerated.", "dlcourse.validation."
    for module in [m for n, m in sys.modules.items() if n.startswith(homes)]:
        for name, value in list(vars(module).items()):
            if any(value is check for check in READING):
                monkeypatch.setattr(module, name, lambda *_, **__: None)


def test_none_is_left_out():
    assert public(inspect.isfunction) == CALLS.keys() | DRAWS
    assert public(inspect.isclass) == LAYERS.keys() | {"Dropout", "Sequential"}


@pytest.mark.parametrize("name", CALLS)
def test_a_twin_stays_on_its_device(name):
    args, kwargs = (*CALLS[name], {})[:2]
    with StandIn() as device:
        result = getattr(accelerated, name)(*args, **kwargs)
    assert not device.strays and not device.reads
    results = result if isinstance(result, tuple) else (result,)
    assert all(each is None or each.is_meta for each in results)


@pytest.mark.parametrize("name", sorted(CALLS.keys() - WITHOUT_GRADIENT))
def test_its_gradients_stay_there_too(name):
    args, kwargs = (*CALLS[name], {})[:2]
    place = 1 if name == "embedding" else 0  # numbers of words have no gradient
    leaf = args[place].detach().requires_grad_()
    with StandIn() as device:
        result = getattr(accelerated, name)(*args[:place], leaf, *args[place + 1 :], **kwargs)
        result = result[0] if isinstance(result, tuple) else result  # h and c
        (slope,) = torch.autograd.grad(result.sum(), leaf)
    assert not device.strays and not device.reads and slope.is_meta


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_made_on_a_device_stays_there(name):
    inputs, arguments = LAYERS[name]
    make = getattr(accelerated, name)
    takes, options = inspect.signature(make).parameters, {}
    if "device" in takes:
        options |= {"device": "meta", "dtype": torch.float64}
    if "generator" in takes:
        options["generator"] = torch.Generator()
    with StandIn() as device:
        layer = make(*arguments, **options)
        output = layer.forward(*inputs)
    assert not device.strays and not device.reads and output.is_meta
    assert all(parameter.is_meta for parameter in layer.parameters())


def fitted(network, **options):
    """Train ``network`` on the stand-in device, with all that ``fit`` offers."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    batches = [(X, LABELS), (X, LABELS)]
    with StandIn() as device:
        history = training.fit(
            network,
            accelerated.cross_entropy,
            optimizer,
            batches,
            batches,
            epochs=2,
            schedule=torch.optim.lr_scheduler.StepLR(optimizer, 1),
            max_norm=1.0,
            clip_value=0.5,
            progress=False,
            **options,
        )
    assert len(history) == 2
    return device


def of_torch():
    linear = torch.nn.Linear(3, 4, dtype=torch.float64, device="meta")
    return torch.nn.Sequential(linear, torch.nn.ReLU())


def of_ours():
    options = {"dtype": torch.float64, "device": "meta", "generator": torch.Generator()}
    return accelerated.Sequential(accelerated.Linear(3, 4, **options), accelerated.ReLU())


@pytest.mark.parametrize("network", [of_torch, of_ours])
def test_the_training_loop_makes_nothing_elsewhere(network):
    device = fitted(network())
    assert not device.strays, device.strays
    # The history's numbers come back: in each of two epochs two batches' losses, one of validation.
    assert device.reads == 2 * 3


def test_batches_of_numpy_go_to_the_networks_device():
    network, batch = of_torch(), (np.zeros((5, 3)), np.zeros(5, np.int64))
    optimizer, options = torch.optim.SGD(network.parameters(), lr=0.1), {"progress": False}
    with StandIn() as device:
        training.fit(
            network, accelerated.cross_entropy, optimizer, [batch], [batch], epochs=1, **options
        )
    assert not device.strays and device.reads == 2


def test_the_stand_in_sees_what_is_made_elsewhere():
    with StandIn() as device:
        X * 2
        assert not device.strays
        X + torch.ones(3, dtype=torch.float64).to("meta")
    assert device.strays == ["aten.ones.default"]
