"""Scores of maps: by hand, against SciPy, and what they refuse."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from dlcourse.looking_inside import peak_inside, rank_correlation, share_inside

MASK = np.zeros((2, 3), bool)
MASK[0, :2] = True


def test_share_and_peak_by_hand():
    heat = np.array([[[3.0, 0, 1], [0, 0, 0]], [[1, 1, 4], [-9, 0, 2]], [[-1, 0, 0], [0, 0, 0]]])
    np.testing.assert_allclose(share_inside(heat, MASK), [0.75, 0.25, np.nan])
    assert peak_inside(heat, MASK).tolist() == [True, False, False]
    each = np.stack([MASK, ~MASK, MASK])
    np.testing.assert_allclose(share_inside(torch.tensor(heat), each), [0.75, 0.75, np.nan])
    assert peak_inside(heat, each).tolist() == [True, True, False]


def test_an_even_map_has_its_areas_share():
    assert share_inside(np.ones((1, 2, 3)), MASK)[0] == pytest.approx(2 / 6)


def test_rank_correlation_is_scipys_image_by_image():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 4, 5, 6))
    b[1:3] = np.maximum(b[1:3], 0)
    a[2] = np.maximum(a[2], 0)
    expected = [spearmanr(x.ravel(), y.ravel())[0] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(rank_correlation(torch.from_numpy(a), b), expected)
    np.testing.assert_allclose(rank_correlation(a, np.exp(a)), 1)
    np.testing.assert_allclose(rank_correlation(a, -a), -1)
    assert np.isnan(rank_correlation(np.ones_like(a), a)).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"heat has shape \(2, 3\) and mask \(2, 3\)"):
        share_inside(MASK, MASK)
    with pytest.raises(ValueError, match=r"mask \(3, 2\); needed \(n, height, width\)"):
        peak_inside(np.ones((1, 2, 3)), MASK.T)
    with pytest.raises(ValueError, match=r"shapes \(1, 2, 3\) and \(2, 2, 3\); needed one"):
        rank_correlation(np.ones((1, 2, 3)), np.ones((2, 2, 3)))
