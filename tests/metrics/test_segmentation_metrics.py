import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, directed_hausdorff
from sklearn.metrics import f1_score, jaccard_score

from dlcourse import metrics

NONE, ONE = np.zeros((1, 4, 4), int), np.zeros((1, 4, 4), int)
ONE[0, 1, 1] = 1


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 4), share=st.sampled_from([0.1, 0.5]))
def test_overlap_is_scikit_learns_pixel_by_pixel(seed, n, share):
    rng = np.random.default_rng(seed)
    t, p = rng.random((2, n, 3, 4)) < share
    for i in range(n):
        if (t[i] | p[i]).any():
            dice, iou = metrics.dice_score(t, p)[i], metrics.iou_score(t, p)[i]
            np.testing.assert_allclose(dice, f1_score(t[i].ravel(), p[i].ravel()))
            np.testing.assert_allclose(iou, jaccard_score(t[i].ravel(), p[i].ravel()))
            np.testing.assert_allclose(iou, dice / (2 - dice))
    if (t | p).any():
        pooled = metrics.dice_score(t, p, average="pooled")
        np.testing.assert_allclose(pooled, f1_score(t.ravel(), p.ravel()))


@pytest.mark.parametrize("score", [metrics.dice_score, metrics.iou_score])
@pytest.mark.parametrize(
    "empty, both, false_alarm",
    [
        ("nan", np.nan, 0),  # torchmetrics 1.9.0 dice_score, mean_iou
        ("one", 1, 0),  # smp 0.6.0; MONAI 1.6.1 with ignore_empty=False
        ("zero", 0, 0),  # scikit-learn; torchmetrics binary_f1_score
        ("truth", np.nan, np.nan),  # MONAI 1.6.1 by default
    ],
)
def test_empty_masks_by_name(score, empty, both, false_alarm):
    np.testing.assert_array_equal(score(NONE, NONE, empty), [both])
    np.testing.assert_array_equal(score(NONE, ONE, empty), [false_alarm])
    np.testing.assert_array_equal(score(ONE, NONE, empty), [0])
    # With a perfect image, on average: MONAI's 1.0 hides the false alarm.
    two = np.concatenate([NONE, ONE]), np.concatenate([ONE, ONE])
    expected = 1 if empty == "truth" else 0.5
    assert score(*two, empty, average="mean") == expected


def test_averages_as_the_libraries_gave_them():
    truth, painted = np.zeros((2, 2, 10, 10), int)
    truth[0, 1:9, 1:9], painted[0, 1:9, 1:8] = 1, 1  # 56 of 64 found
    truth[1, 4, 4] = 1  # missed
    mean, pooled = (metrics.dice_score(truth, painted, average=a) for a in ("mean", "pooled"))
    assert (round(mean, 3), round(pooled, 3)) == (0.467, 0.926)  # MONAI; smp micro
    assert np.isnan(metrics.dice_score(NONE, NONE, average="mean"))
    assert np.isnan(metrics.dice_score(NONE, NONE, average="pooled"))


def test_below_stands_the_sum_of_both_areas():
    a, b = np.zeros((2, 1, 10), bool)
    a[0, :4], b[0, 2:6] = True, True
    assert metrics.dice_score(a, b)[0] == 2 * 2 / 8 and metrics.iou_score(a, b)[0] == 2 / 6


# ---- lesions


@given(seed=st.integers(0, 2**32 - 1), coverage=st.sampled_from([0.0, 0.5]))
def test_lesions_by_flooding(seed, coverage):
    rng = np.random.default_rng(seed)
    t, p = rng.random((2, 7, 8)) < 0.25

    def pieces(mask):
        left, found = set(map(tuple, np.argwhere(mask))), []
        while left:
            edge, piece = [left.pop()], set()
            while edge:
                i, j = edge.pop()
                piece.add((i, j))
                near = {(i + a, j + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
                left -= near
                edge += near
            found.append(piece)
        return found

    painted, there = set(map(tuple, np.argwhere(p))), set(map(tuple, np.argwhere(t)))
    lesions, blobs = pieces(t), pieces(p)
    found = sum(len(piece & painted) > coverage * len(piece) for piece in lesions)
    false = sum(not piece & there for piece in blobs)
    assert metrics.lesion_scores(t, p, coverage) == (found, len(lesions), false)


def test_lesions_by_hand():
    blank = np.zeros((5, 9), bool)
    assert metrics.lesion_scores(blank, blank) == (0, 0, 0)
    two = blank.copy()
    two[2, 1:3] = two[2, 5:7] = True
    one_blob = blank.copy()
    one_blob[2, 1:7] = True
    assert metrics.lesion_scores(two, one_blob) == (2, 2, 0)
    assert metrics.lesion_scores(one_blob, two) == (1, 1, 0)  # hit twice, found once
    assert metrics.lesion_scores(one_blob, two, min_coverage=0.7) == (0, 1, 0)
    assert metrics.lesion_scores(blank, two) == (0, 0, 2)
    assert metrics.lesion_scores(two, blank) == (0, 2, 0)
    volume = np.zeros((2, 2, 2), bool)
    volume[0, 0, 0] = volume[1, 1, 1] = True
    assert metrics.lesion_scores(volume, volume).lesions == 1  # 26 neighbours
    assert metrics.lesion_scores(volume, volume, connectivity=1).lesions == 2


# ---- surfaces

YY, XX = np.mgrid[:32, :32]
DISK = (YY - 15) ** 2 + (XX - 15) ** 2 <= 64
SHIFTED = (YY - 16) ** 2 + (XX - 14) ** 2 <= 81
STRAY = SHIFTED.copy()
STRAY[1:3, 28:30] = True
RING = SHIFTED & ~((YY - 16) ** 2 + (XX - 14) ** 2 <= 9)


def test_hausdorff_as_monai_and_medpy_gave_it():
    """MONAI 1.6.1, MedPy 0.5.2: first argument the prediction, so the disk here is painted."""
    far = lambda *a, **k: round(metrics.hausdorff_distance(*a, **k), 2)  # noqa: E731
    assert far(STRAY, DISK, percentile=95) == 10.94  # MONAI
    assert far(STRAY, DISK, percentile=95, direction="pooled") == 2.83  # MedPy hd95
    assert far(STRAY, DISK, percentile=95, direction="to_truth") == 2.24  # MONAI directed
    assert far(STRAY, DISK) == 12.04  # both, and torchmetrics 1.9.0
    assert far(STRAY, DISK, (2, 0.5), 95) == 12.05  # MONAI
    assert far(STRAY, DISK, (2, 0.5), 95, "pooled") == 3.41  # MedPy
    assert far(RING, SHIFTED) == 5.0  # edges; whole masks give 3.16 (SimpleITK)
    assert far(RING, SHIFTED, direction="to_truth") == 0  # SciPy's one call
    assert round(metrics.average_surface_distance(STRAY, DISK), 4) == 1.5992
    assert round(metrics.average_surface_distance(STRAY, DISK, direction="to_truth"), 4) == 1.1422


@given(seed=st.integers(0, 2**32 - 1), axes=st.sampled_from([2, 3]))
def test_distances_by_all_pairs(seed, axes):
    rng = np.random.default_rng(seed)
    shape, spacing = (5,) * axes, rng.uniform(0.5, 3, axes)
    t, p = rng.random((2, *shape)) < 0.3
    t.flat[0] = p.flat[-1] = True

    def outline(mask):
        padded = np.pad(mask, 1)
        inner = mask.copy()
        for axis in range(axes):
            for step in (-1, 1):
                inner &= np.roll(padded, step, axis)[(slice(1, -1),) * axes]
        return np.argwhere(mask & ~inner) * spacing

    a, b = outline(t), outline(p)
    to_truth, to_pred = metrics.surface_distances(t, p, spacing)
    np.testing.assert_allclose(np.sort(to_truth), np.sort(cdist(b, a).min(axis=1)), atol=1e-9)
    np.testing.assert_allclose(np.sort(to_pred), np.sort(cdist(a, b).min(axis=1)), atol=1e-9)
    whole = max(directed_hausdorff(a, b)[0], directed_hausdorff(b, a)[0])
    np.testing.assert_allclose(metrics.hausdorff_distance(t, p, spacing), whole)
    mirrored = metrics.hausdorff_distance(p, t, spacing, 95)
    np.testing.assert_allclose(metrics.hausdorff_distance(t, p, spacing, 95), mirrored)


def test_a_vertical_shift_has_the_spacing_of_rows():
    low = np.roll(DISK, 3, axis=0)
    assert metrics.hausdorff_distance(DISK, low, (2.0, 0.5)) == pytest.approx(6, abs=0.5)
    assert metrics.hausdorff_distance(DISK, DISK, 0.7) == 0
    doubled = metrics.average_surface_distance(DISK, low, 2.0)
    assert doubled == pytest.approx(2 * metrics.average_surface_distance(DISK, low))


@pytest.mark.parametrize("score", [metrics.hausdorff_distance, metrics.average_surface_distance])
def test_distances_of_empty_masks_by_name(score):
    blank = np.zeros_like(DISK)
    assert score(DISK, blank) == score(blank, DISK) == np.inf  # torchmetrics 1.9.0
    assert np.isnan(score(DISK, blank, empty="nan"))  # MONAI 1.6.1
    assert np.isnan(score(blank, blank)) and np.isnan(score(blank, blank, empty="nan"))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: metrics.dice_score(NONE, NONE[:, 1:]), r"y_true has shape \(1, 4, 4\) and y_pred"),
        (lambda: metrics.dice_score([1, 0], [1, 0]), "needed one shape, of 2 axes or more"),
        (lambda: metrics.dice_score(ONE * 0.996, ONE), r"y_true holds 0\.996; needed only 0 and 1"),
        (lambda: metrics.dice_score(ONE, ONE, "ignore"), "empty is 'ignore'; needed one of 'nan'"),
        (lambda: metrics.iou_score(ONE, ONE, average="micro"), "average is 'micro'"),
        (lambda: metrics.lesion_scores(ONE, ONE, 1.0), "min_coverage is 1.0"),
        (lambda: metrics.lesion_scores(ONE, ONE, connectivity=8), "connectivity is 8; needed from"),
        (lambda: metrics.surface_distances(ONE, NONE), "y_true holds 1 pixels .* y_pred 0"),
        (lambda: metrics.hausdorff_distance(ONE, ONE, percentile=950), "percentile is 950"),
        (lambda: metrics.hausdorff_distance(ONE, ONE, (1, 2)), "needed 3 numbers above 0"),
        (lambda: metrics.hausdorff_distance(ONE, ONE, 0), "spacing is 0; needed 3 numbers above"),
        (lambda: metrics.hausdorff_distance(ONE, ONE, direction="both"), "direction is 'both'"),
        (lambda: metrics.hausdorff_distance(ONE, ONE, empty="raise"), "empty is 'raise'"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
