"""Networks with a name: counts that others published, and torchvision's own outputs."""

import pytest
import torch
import torchvision_models

from dlcourse.architectures import (
    VGG,
    AlexNet,
    DenseNet121,
    InceptionV3,
    LeNet5,
    LeNet1989,
    ResNet,
    count_activations,
    count_layers,
    count_macs,
    count_parameters,
)

models = torchvision_models.load()


def counted(make, *shape):
    """Return parameters, multiply-adds and activations of a network without memory."""
    with torch.device("meta"):
        network, image = make(), torch.zeros(1, *shape)
    return (
        count_parameters(network),
        count_macs(network, image),
        count_activations(network, image),
    )


# Of AlexNet the paper has 60 million and 650,000 neurons; the other parameters and multiply-adds
# stand once more below. Activations of ResNet-50 and -152 are published as 11.1 and 22.6 million
# (model zoo of facebookresearch/pycls).
@pytest.mark.parametrize(
    ("make", "shape", "expected"),
    [
        (LeNet5, (1, 32, 32), (61_706, 416_520, 6_518)),
        (AlexNet, (3, 227, 227), (60_965_224, 724_406_816, 659_272)),
        (VGG, (3, 224, 224), (138_357_544, 15_470_264_320, 13_556_712)),
        (lambda: VGG(19), (3, 224, 224), (143_667_240, 19_632_062_464, 14_861_288)),
        (InceptionV3, (3, 299, 299), (23_834_568, 5_713_216_096, 8_968_488)),
        (lambda: ResNet(18), (3, 224, 224), (11_689_512, 1_814_073_344, 2_484_712)),
        (ResNet, (3, 224, 224), (25_557_032, 4_089_184_256, 11_114_984)),
        (lambda: ResNet(152), (3, 224, 224), (60_192_808, 11_513_626_624, 22_555_112)),
        (DenseNet121, (3, 224, 224), (7_978_856, 2_834_161_664, 6_900_200)),
    ],
)
def test_counts(make, shape, expected):
    assert counted(make, *shape) == expected


@pytest.mark.parametrize(
    ("make", "name", "side_head"),
    [
        (VGG, "VGG16", 0),
        (lambda: VGG(19), "VGG19", 0),
        # The published figure has the side head: two convolutions with batch norm, one dense layer.
        (InceptionV3, "Inception_V3", 768 * 128 + 256 + 128 * 768 * 25 + 1536 + 769 * 1000),
        (lambda: ResNet(18), "ResNet18", 0),
        (ResNet, "ResNet50", 0),
        (lambda: ResNet(152), "ResNet152", 0),
        (DenseNet121, "DenseNet121", 0),
    ],
)
def test_counts_are_those_that_torchvision_publishes(make, name, side_head):
    meta = models.get_model_weights(name.lower())["IMAGENET1K_V1"].meta
    side = 299 if name.startswith("Inception") else 224
    parameters, macs, _ = counted(make, 3, side, side)
    assert parameters + side_head == meta["num_params"]
    assert round(macs / 1e9, 3) == meta["_ops"]


@pytest.mark.parametrize(("depth", "billions"), [(50, 3.8), (101, 7.6), (152, 11.3)])
def test_with_the_stride_on_the_1x1_the_work_is_the_papers(depth, billions):
    """Table 1 of the paper; 50 layers are printed as 3.8, which 3.858 is when cut."""
    parameters, macs, _ = counted(lambda: ResNet(depth, stride_on="1x1"), 3, 224, 224)
    assert parameters == counted(lambda: ResNet(depth), 3, 224, 224)[0]
    assert abs(macs / 1e9 - billions) < 0.06


# Keras counts the running averages of batch norm too, 2 numbers a channel; its ResNets have biases
# before batch norm, its Inception-v3 no scale in it. Parameters as its documentation has them.
@pytest.mark.parametrize(
    ("make", "per_channel", "millions"),
    [(VGG, 0, 138.4), (InceptionV3, 1, 23.9), (ResNet, 3, 25.6), (lambda: ResNet(152), 3, 60.4),
     (DenseNet121, 2, 8.1)],
)  # fmt: skip
def test_counts_are_those_that_keras_publishes_by_its_convention(make, per_channel, millions):
    with torch.device("meta"):
        network = make()
    channels = sum(m.num_features for m in network.modules() if hasattr(m, "num_features"))
    assert round((count_parameters(network) + per_channel * channels) / 1e6, 1) == millions


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_depth_is_how_many_layers_with_weights_lie_on_the_main_path(depth):
    with torch.device("meta"):
        layers = count_layers(ResNet(depth), torch.zeros(1, 3, 64, 64))
    main = [layer for layer in layers if layer.macs and ".skip." not in layer.name]
    assert len(main) == depth


@pytest.mark.parametrize(
    ("make", "theirs", "side"),
    [
        (lambda: VGG(11, classes=5), lambda: models.vgg11(num_classes=5, init_weights=False), 224),
        (lambda: ResNet(18, classes=5), lambda: models.resnet18(num_classes=5), 70),
        (lambda: ResNet(50, classes=5), lambda: models.resnet50(num_classes=5), 64),
        (lambda: DenseNet121(classes=5), lambda: models.densenet121(num_classes=5), 64),
        (
            lambda: InceptionV3(classes=5),
            lambda: models.inception_v3(num_classes=5, aux_logits=False, init_weights=False),
            99,
        ),
    ],
)
def test_outputs_with_torchvisions_weights_are_torchvisions(make, theirs, side):
    theirs = theirs().eval()
    for module in theirs.modules():
        if hasattr(module, "running_var"):  # a batch norm with its first averages does nothing
            module.running_mean.normal_(generator=torch.Generator().manual_seed(1))
            module.running_var.fill_(0.5)
    with torch.device("meta"):
        ours = make().eval()
    names, values = list(ours.state_dict()), list(theirs.state_dict().values())
    assert [v.shape for v in ours.state_dict().values()] == [v.shape for v in values]
    ours.load_state_dict(dict(zip(names, values, strict=True)), assign=True)
    image = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found, expected = ours(image), theirs(image)
    assert found.std() > 0
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stride_on", ["3x3", "1x1"])
def test_where_the_stride_stands(stride_on):
    with torch.device("meta"):
        network = ResNet(50, stride_on=stride_on)
    first, _, _, second = network.stage2[0].branch[:4]
    assert (first.stride, second.stride) == (
        ((1, 1), (2, 2)) if stride_on == "3x3" else ((2, 2), (1, 1))
    )


def test_lenet_of_1989():
    """Weights, units and connections layer by layer, as in the paper's section 3."""
    network, image = LeNet1989(), torch.zeros(1, 1, 16, 16)
    layers = count_layers(network, image)
    by_part = {"1": [0, 0], "2": [0, 0], "hidden": [0, 0], "out": [0, 0]}
    for layer in layers:
        part = next(p for p in by_part if p in layer.name.split(".")[0])
        biases = layer.activations if layer.kind in ("BiasPerUnit", "Linear") else 0
        by_part[part][0] += layer.parameters
        by_part[part][1] += layer.macs + biases
    assert by_part == {
        "1": [1_068, 19_968], "2": [2_592, 38_592], "hidden": [5_790, 5_790], "out": [310, 310],
    }  # fmt: skip
    assert sum(connections for _, connections in by_part.values()) == 64_660
    assert count_parameters(network) == 9_760
    assert count_activations(network, image) + 256 == 1_256  # the input's pixels are units there
    assert network(image.expand(3, -1, -1, -1)).shape == (3, 10)


def test_lenet_of_1989_sees_background_beyond_the_edge():
    network = LeNet1989()
    paper = torch.full((1, 1, 16, 16), -1.0)
    maps = network.conv1(torch.nn.functional.pad(paper, (2, 2, 2, 2), value=-1.0))
    assert torch.allclose(maps, maps[:, :, 4:5, 4:5].expand_as(maps), atol=1e-6)


def test_lenet_5_as_published():
    """60,000 and 340,908: the third layer reads chosen maps, subsampling learns, RBFs do not."""
    # 6 maps read three maps, 9 read four, 1 reads all six.
    chosen = 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + (6 * 25 + 1)
    weights = {"c1": 6 * 26, "s2": 12, "c3": chosen, "s4": 32, "c5": 120 * 401, "f6": 84 * 121}
    assert sum(weights.values()) == 60_000
    connections = weights["c1"] * 784 + 6 * 196 * 5 + chosen * 100 + 16 * 25 * 5
    assert connections + weights["c5"] + weights["f6"] + 84 * 10 == 340_908
    # What libraries build instead: all maps read, nothing learned in pooling, a dense last layer.
    full = 16 * (6 * 25 + 1)
    plain = weights["c1"] + full + weights["c5"] + weights["f6"] + 85 * 10
    assert plain == count_parameters(LeNet5())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: VGG(17), "depth is 17; needed one of 11, 13, 16, 19"),
        (lambda: ResNet(20), "depth is 20; needed one of 18, 34, 50, 101, 152"),
        (lambda: ResNet(50, stride_on="5x5"), 'stride_on is .5x5.; needed "3x3" or "1x1"'),
    ],
)
def test_what_does_not_exist_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("make", "channels", "side"),
    [(LeNet5, 1, 32), (AlexNet, 3, 227), (VGG, 3, 224), (InceptionV3, 3, 299), (ResNet, 3, 64),
     (DenseNet121, 3, 64)],
)  # fmt: skip
def test_a_network_can_be_cut_in_two(make, channels, side):
    with torch.device("meta"):
        network, image = make(), torch.zeros(1, channels, side, side)
    body, head = network[:-1], network[-1]
    assert type(body) is torch.nn.Sequential and len(body) == len(network) - 1
    assert head(body(image)).shape == network(image).shape
