import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, differentiate, dtypes, on_every_device, reductions

from dlcourse import accelerated, metrics, reference

dice_loss, backward = reference.dice_loss, reference.dice_loss_backward
each_half = pytest.mark.parametrize(
    "half, kind", [(reference, np.array), (accelerated, torch.tensor)]
)


@on_every_device
@given(draw=st.data(), dtype=dtypes, reduction=reductions, smooth=st.sampled_from([1.0, 1e-2, 5.0]))
def test_drawn(device, draw, dtype, reduction, smooth):
    shape = draw.draw(st.lists(st.integers(1, 4), min_size=3, max_size=5).map(tuple))
    args = draw.draw(arrays(shape, dtype)), draw.draw(arrays(shape, dtype, 0.0, 1.0, ()))
    kwargs = {"smooth": smooth, "reduction": reduction}
    check_function("dice_loss", args, kwargs, device=device)


@pytest.mark.parametrize("shape", [(0, 1, 3), (2, 0, 3), (2, 1, 0)])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_nothing_to_paint(shape, reduction):
    args, kwargs = (np.zeros(shape), np.zeros(shape)), {"reduction": reduction}
    check_function("dice_loss", args, kwargs, differences=False)


@given(seed=st.integers(0, 2**32 - 1))
def test_for_masks_it_is_what_differs_over_the_sum(seed):
    rng = np.random.default_rng(seed)
    z, t = rng.normal(size=(2, 3, 4, 5)), rng.integers(0, 2, (2, 3, 4, 5))
    p = reference.sigmoid(z)
    expected = np.abs(p - t).sum((2, 3)) / (p.sum((2, 3)) + t.sum((2, 3)) + 1)
    np.testing.assert_allclose(dice_loss(z, t, reduction="none"), expected, rtol=1e-10, atol=1e-12)


def test_with_little_smoothing_it_is_one_less_the_score():
    rng = np.random.default_rng(0)
    t, p = rng.random((2, 4, 1, 5, 5)) < 0.4
    loss = dice_loss(np.where(p, 50.0, -50.0), t, smooth=1e-9, reduction="none")
    np.testing.assert_allclose(1 - loss[:, 0], metrics.dice_score(t, p), rtol=1e-8)


def test_empty_masks():
    blank, z = np.zeros((1, 1, 40, 40)), np.full((1, 1, 40, 40), -50.0)
    assert dice_loss(z, blank) < 1e-12
    z[0, 0, 0, :10] = 50.0  # ten pixels painted on a healthy scan
    np.testing.assert_allclose(dice_loss(z, blank), 10 / 11)
    # The slope with respect to what is painted: 1 where nothing is, 1/121 at ten pixels.
    for painted in (0, 10):
        z = np.zeros((1, 1, 1 + painted))
        z[..., 1:] = 50.0
        z[..., 0] = -8.0
        p = reference.sigmoid(z[0, 0, 0])
        slope = backward(1.0, z, np.zeros_like(z))[0, 0, 0] / (p * (1 - p))
        np.testing.assert_allclose(slope, 1 / (1 + painted) ** 2, rtol=1e-3)
    # As MONAI 1.6.1 with its 1e-5: one pixel painted on an empty scan costs all there is.
    one = np.full((1, 1, 16), -99.0)
    one[..., 0] = 99.0
    np.testing.assert_allclose(dice_loss(one, np.zeros_like(one), smooth=1e-5), 0.99999, atol=1e-7)


def test_each_image_for_itself():
    """As MONAI 1.6.1 gave it, 0.533; pooled, as segmentation-models-pytorch, it is 0.074."""
    truth, painted = np.zeros((2, 2, 1, 10, 10))
    truth[0, 0, 1:9, 1:9], painted[0, 0, 1:9, 1:8] = 1, 1
    truth[1, 0, 4, 4] = 1
    z = np.where(painted == 1, 60.0, -60.0)
    np.testing.assert_allclose(dice_loss(z, truth, smooth=1e-5), 0.53333, atol=1e-5)
    pooled = dice_loss(z.reshape(1, 1, -1), truth.reshape(1, 1, -1), smooth=1e-5)
    np.testing.assert_allclose(pooled, 0.07438, atol=1e-5)


@on_every_device
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extreme_logits_stay_finite(device, dtype):
    z = np.array([[[-1e4, 1e4, -1e4]], [[-1e4, -1e4, -1e4]]], dtype)
    args = z, np.array([[[0, 1, 1]], [[0, 0, 0]]], dtype)
    check_function("dice_loss", args, device=device, differences=False)
    one = np.ones((), dtype)
    value, (slope,) = differentiate(accelerated.dice_loss, args, {}, one, (0,), device)
    for result in (value, slope, dice_loss(*args), backward(one, *args)):
        assert np.isfinite(result).all()


@each_half
@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"target": np.ones((2, 1, 4))}, ValueError, r"target has shape \(2, 1, 4\); needed the"),
        ({"target": np.full((2, 1, 3), 2.0)}, ValueError, "target runs from 2.0 to 2.0"),
        (
            {"input": np.ones((2, 3)), "target": np.ones((2, 3))},
            ValueError,
            r"\(2, 3\); needed \(b",
        ),
        ({"smooth": 0.0}, ValueError, "smooth is 0.0; needed a number above 0"),
        ({"reduction": "average"}, ValueError, "reduction is 'average'"),
    ],
)
def test_what_is_refused(half, kind, change, error, message):
    kwargs = {"input": np.ones((2, 1, 3)), "target": np.ones((2, 1, 3)), **change}
    kwargs = {k: kind(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()}
    with pytest.raises(error, match=message):
        half.dice_loss(**kwargs)
