"""Captum as oracle; and where it says nothing while it does something else."""

import pytest
import torch
from captum import attr
from networks import Written, images
from torch import nn

from dlcourse import looking_inside as look

TARGET = torch.tensor([0, 2, 1])
# Captum announces its hooks, and that it has the input require gradients: both are meant.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Setting backward hooks on ReLU activations"),
    pytest.mark.filterwarnings("ignore:Input Tensor 0 did not already require gradients"),
]
close = torch.testing.assert_close


def test_saliency_and_gradient_times_input():
    model, x = Written(), images()
    signed = attr.Saliency(model).attribute(x, target=TARGET, abs=False)
    close(look.saliency(model, x, TARGET), signed.abs().amax(1))
    products = attr.InputXGradient(model).attribute(x, target=TARGET)
    close(look.gradient_times_input(model, x, TARGET), products.sum(1))


def test_captums_saliency_has_no_sign_unless_asked():
    by_default = attr.Saliency(Written()).attribute(images(), target=TARGET)
    assert (by_default >= 0).all()


@pytest.mark.parametrize("bend", ["modules", "one module twice", "inplace"])
def test_guided_backpropagation_and_deconvnet(bend):
    model, x = Written(bend), images()
    guided = attr.GuidedBackprop(Written()).attribute(x, target=TARGET)
    down = attr.Deconvolution(Written()).attribute(x, target=TARGET)
    close(look.guided_backpropagation(model, x, TARGET), guided)
    close(look.deconvnet(model, x, TARGET), down)
    plain = attr.Saliency(model).attribute(x, target=TARGET, abs=False)
    assert not torch.allclose(guided, plain) and not torch.allclose(guided, down)


@pytest.mark.parametrize("bend", ["F.relu", "clamp", "LeakyReLU"])
def test_captum_returns_the_plain_gradient_where_it_finds_no_relu(bend):
    model, x = Written(bend), images()
    plain = attr.Saliency(model).attribute(x, target=TARGET, abs=False)
    close(attr.GuidedBackprop(model).attribute(x, target=TARGET), plain, rtol=0, atol=0)
    close(attr.Deconvolution(model).attribute(x, target=TARGET), plain, rtol=0, atol=0)
    found = 0 if bend == "LeakyReLU" else 2
    for tool in (look.guided_backpropagation, look.deconvnet):
        with pytest.raises(ValueError, match=f"found {found} ReLUs on the way and 0 of them"):
            tool(model, x, TARGET)


def test_one_functional_relu_of_two_is_missed_by_captum_and_refused_here():
    model, x = Written("one of two"), images()
    half = attr.GuidedBackprop(model).attribute(x, target=TARGET)
    whole = attr.GuidedBackprop(Written()).attribute(x, target=TARGET)
    assert not torch.allclose(half, whole)
    with pytest.raises(ValueError, match=r"found 2 ReLUs on the way and 1 of them nn\.ReLU"):
        look.guided_backpropagation(model, x, TARGET)


def test_grad_cam_and_captums_has_signs_unless_asked():
    model, x = Written(), images()
    theirs = attr.LayerGradCam(model, model.relu2)
    cut = theirs.attribute(x, target=TARGET, relu_attributions=True)
    close(look.grad_cam(model, model.relu2, x, TARGET), cut[:, 0])
    assert (theirs.attribute(x, target=TARGET) < 0).any()


@pytest.mark.parametrize(("size", "stride"), [(2, 1), (3, 2), (3, 3)])
def test_occlusion_per_pixel(size, stride):
    model, x = Written(), images(rows=9, columns=9)
    fall = look.occlusion(model, x, TARGET, size, stride, 0.25)
    ours = look.per_pixel(fall, size, stride, (9, 9))
    square = (2, size, size)
    theirs = attr.Occlusion(model).attribute(
        x, target=TARGET, sliding_window_shapes=square, strides=(2, stride, stride), baselines=0.25
    )
    assert not ours.isnan().any()
    assert theirs.dtype == torch.float32, "captum answers in float32, whatever it was asked in"
    close(ours, theirs[:, 0], check_dtype=False, rtol=1e-4, atol=1e-7)
    close(theirs[:, 0], theirs[:, 1])


def test_the_networks_differ_in_writing_only():
    x = images()
    outputs = [Written(bend)(x) for bend in ("modules", "inplace", "F.relu", "clamp")]
    for other in outputs[1:]:
        close(other, outputs[0])
    assert isinstance(Written("LeakyReLU").relu1, nn.LeakyReLU)
