"""What a unit looks for: maps, top crops, ascent; and a network that forgets."""

import numpy as np
import pytest
import torch
from networks import Written, images
from torch import nn

from dlcourse import looking_inside as look
from dlcourse.architectures import ReceptiveField, receptive_field


def test_maps_are_what_the_layer_gave_before_anything_overwrote_it():
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(3, 2))
    x = images(rows=3, columns=3)
    model.double()
    nn.init.constant_(model[0].bias, -1)
    maps = look.activation_maps(model, model[0], x)
    torch.testing.assert_close(maps, model[0](x).detach())
    assert (maps < 0).any() and not maps.requires_grad


def test_grad_cam_of_a_layer_that_is_overwritten_later_is_that_layers():
    written = [Written("modules"), Written("inplace")]
    found = [look.grad_cam(model, model.conv2, images(), 1) for model in written]
    torch.testing.assert_close(*found)
    at_relu = look.grad_cam(written[0], written[0].relu2, images(), 1)
    assert not torch.allclose(found[0], at_relu)


def test_a_layer_that_is_not_used_or_has_no_maps_is_refused():
    model = Written()
    with pytest.raises(ValueError, match="layer gave no output: it was not used"):
        look.activation_maps(model, nn.ReLU(), images())
    with pytest.raises(ValueError, match=r"layer gave output of shape \(3, 3\); needed \(n, maps"):
        look.activation_maps(model, model.head, images())


def test_top_crops_have_the_strongest_images_best_first_and_once():
    maps = np.zeros((4, 5, 5))
    maps[1, 2, 3], maps[1, 4, 4], maps[3, 0, 0], maps[0, 4, 1] = 5.0, 4.9, 7.0, 1.0
    boxes = look.top_crops(torch.from_numpy(maps), ReceptiveField(3, 2, 1.0), (10, 10), k=3)
    assert boxes.tolist() == [[3, 0, 0, 3, 3], [1, 4, 6, 7, 9], [0, 8, 2, 10, 5]]


def test_what_lies_outside_the_box_does_not_move_the_unit():
    """The box against the gradient: it has all pixels that the answer depends on, and no more."""
    layers = [(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1)]
    model = nn.Sequential(
        *(nn.Conv2d(1, 1, 3, padding=1), nn.AvgPool2d(2), nn.Conv2d(1, 1, 3, padding=1)),
        *(nn.AvgPool2d(2), nn.Conv2d(1, 1, 3, padding=1)),
    ).double()
    x = torch.rand(2, 1, 28, 28, dtype=torch.float64, requires_grad=True)
    answers = model(x)[:, 0]
    boxes = look.top_crops(answers.detach(), receptive_field(layers), (28, 28), k=2)
    for image, top, left, bottom, right in boxes:
        (slope,) = torch.autograd.grad(answers[image].max(), x, retain_graph=True)
        seen = torch.nonzero(slope[image, 0])
        assert seen.amin(0).tolist() == [top, left]
        assert (seen.amax(0) + 1).tolist() == [bottom, right]


def test_what_top_crops_refuses():
    field = ReceptiveField(3, 1, 0.0)
    with pytest.raises(ValueError, match=r"maps have shape \(2, 3\); needed \(n, rows, columns\)"):
        look.top_crops(np.zeros((2, 3)), field, (9, 9))
    with pytest.raises(ValueError, match="k is 9; needed at most the number of images, 2"):
        look.top_crops(np.zeros((2, 3, 3)), field, (9, 9))


def test_ascent_of_a_linear_score_goes_straight_until_it_is_clipped():
    weight = torch.tensor([[3.0, -4.0]])
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 1, bias=False))
    model[1].weight.data = weight
    start = torch.full((2, 1, 1, 2), 0.5)
    one = look.ascend(model, start, 0, steps=1, lr=0.1)
    torch.testing.assert_close(one[0].ravel(), torch.tensor([0.56, 0.42]))
    assert look.ascend(model, start, 0, steps=50, lr=0.1)[1].ravel().tolist() == [1.0, 0.0]
    pulled = look.ascend(model, one, 0, steps=1, lr=0.1, decay=2.0, toward=0.5)
    torch.testing.assert_close(
        pulled[0].ravel(), torch.tensor([0.56 + 0.06 - 0.012, 0.42 - 0.08 + 0.016])
    )
    assert start.eq(0.5).all()


def test_ascent_raises_each_score_and_stays_where_there_is_no_slope():
    model, x = Written(), images()
    target = torch.tensor([0, 2, 1])
    end = look.ascend(model, x, target, steps=20, lr=0.2)
    rise = (model(end) - model(x)).gather(1, target[:, None])
    assert (rise > 0).all() and end.min() >= 0 and end.max() <= 1
    flat = nn.Sequential(nn.Flatten(), nn.Linear(144, 1)).double()
    flat[1].weight.data.zero_()
    torch.testing.assert_close(look.ascend(flat, x, 0, steps=3, lr=1.0), x)


def weights(model):
    return [p for p in model.parameters() if p.ndim > 1]


def test_randomizing_starts_at_the_top_and_leaves_the_rest():
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)
    ).append(nn.Flatten())
    model.append(nn.Linear(3, 2))
    with torch.no_grad():
        for norm in (model[1], model[4]):
            norm.running_mean += 5
            norm.weight += 1
    before = [p.clone() for p in weights(model)]
    state = torch.get_rng_state()
    for layers in range(4):
        other = look.randomized(model, layers, seed=1)
        kept = [torch.equal(a, b) for a, b in zip(before, weights(other), strict=True)]
        assert kept == [i < 3 - layers for i in range(3)]
        assert other[4].running_mean.eq(0).all() == (layers >= 2)
        assert other[1].running_mean.eq(0).all() == (layers == 3)
    assert all(torch.equal(a, b) for a, b in zip(before, weights(model), strict=True))
    assert torch.equal(state, torch.get_rng_state())
    again = [weights(look.randomized(model, 2, seed=s))[-1] for s in (1, 1, 2)]
    assert torch.equal(again[0], again[1]) and not torch.equal(again[0], again[2])
    with pytest.raises(ValueError, match="layers is 4; needed at most what model has, 3"):
        look.randomized(model, 4, seed=0)
