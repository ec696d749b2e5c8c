import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from torchvision_models import load

from dlcourse import metrics
from dlcourse.metrics.detection.average_precision import INTERPOLATIONS

load()
from torchvision import ops  # noqa: E402


def drawn_boxes(rng, n, room=20):
    corner = rng.integers(0, room, (n, 2)).astype(float)
    return np.concatenate([corner, corner + rng.integers(1, 9, (n, 2))], axis=1)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 8), m=st.integers(0, 8))
def test_iou_is_torchvisions(seed, n, m):
    rng = np.random.default_rng(seed)
    a, b = drawn_boxes(rng, n), drawn_boxes(rng, m)
    theirs = ops.box_iou(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    np.testing.assert_allclose(metrics.box_iou(a, b), theirs, rtol=1e-12)


def test_iou_where_others_stumble():
    line = [[1, 1, 1, 3]]
    assert metrics.box_iou(line, line) == 0  # torchvision: NaN
    small = np.array([[0, 0, 200, 200]], np.uint8)  # 200 * 200 is no uint8
    assert metrics.box_iou(small, small) == 1
    assert metrics.box_iou([[0, 0, 1, 1]], [[2, 2, 3, 3]]) == 0  # two negative sides
    assert metrics.box_iou(np.zeros((0, 4)), line).shape == (0, 1)
    tall = np.array([[0, 0, 10, 10], [0, 0, 10, 3]], np.float32)
    assert list(metrics.nms(tall, [0.9, 0.6], 0.3)) == [0, 1]  # float32 has 0.30000001


drawn_nms = given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(0, 12),
    threshold=st.sampled_from([0.0, 0.2, 0.5, 0.8]),
    classes=st.booleans(),
)


@drawn_nms
def test_nms_is_torchvisions(seed, n, threshold, classes):
    rng = np.random.default_rng(seed)
    boxes, scores = drawn_boxes(rng, n, 8), rng.permutation(n) / 10
    labels = rng.integers(0, 2, n)
    tensors = torch.from_numpy(boxes), torch.from_numpy(scores)
    try:
        if classes:
            theirs = ops.batched_nms(*tensors, torch.from_numpy(labels), threshold)
        else:
            theirs = ops.nms(*tensors, threshold)
    except RuntimeError as error:
        if "load custom C++ ops" not in str(error):
            raise
        pytest.skip("torchvision's wheel has no operator nms beside this build of torch")
    ours = metrics.nms(boxes, scores, threshold, labels if classes else None)
    np.testing.assert_array_equal(ours, theirs.numpy())


@drawn_nms
def test_nms_keeps_what_clears_all_that_is_kept(seed, n, threshold, classes):
    rng = np.random.default_rng(seed)
    boxes, scores, labels = drawn_boxes(rng, n, 8), rng.integers(0, 4, n) / 4, rng.integers(0, 2, n)
    kept = []
    for i in sorted(range(n), key=lambda k: (-scores[k], k)):
        rivals = [k for k in kept if not classes or labels[k] == labels[i]]
        if all(metrics.box_iou(boxes[[i]], boxes[[k]])[0, 0] <= threshold for k in rivals):
            kept.append(i)
    ours = metrics.nms(boxes, scores, threshold, labels if classes else None)
    assert ours.tolist() == kept


def test_ties_keep_their_order_and_the_threshold_itself_lets_both_stay():
    pairs = [[0, 0, 4, 4], [1, 0, 5, 4], [30, 30, 34, 34], [31, 30, 35, 34]]
    assert list(metrics.nms(pairs, [0.5, 0.5, 0.8, 0.8], 0.5)) == [2, 0]
    assert list(metrics.nms(pairs, [0.5] * 4, 0.5)) == [0, 2]
    assert list(metrics.nms([[0, 0, 4, 4], [0, 0, 4, 2]], [0.9, 0.6], 0.5)) == [0, 1]


def test_matching_by_hand():
    crowd = [[0, 0, 10, 10], [3, 0, 13, 10]]
    # The first box takes the right truth; the second overlaps it more than its own, left one.
    boxes = [[3, 0, 13, 10], [2, 0, 12, 10]]
    assert list(metrics.match_boxes(boxes, [0.9, 0.8], crowd)) == [True, True]
    assert list(metrics.match_boxes(boxes, [0.9, 0.8], crowd, rule="voc")) == [True, False]
    half = [[0, 0, 4, 2]]
    assert metrics.match_boxes(half, [1.0], [[0, 0, 4, 4]]).tolist() == [True]  # exactly 0.5
    assert metrics.match_boxes(half, [1.0], [[0, 0, 4, 4]], 0.51).tolist() == [False]
    assert metrics.match_boxes(half, [1.0], []).tolist() == [False]
    assert metrics.match_boxes([], [], half).tolist() == []


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 10), m=st.integers(0, 5))
def test_matching_in_loops(seed, n, m):
    rng = np.random.default_rng(seed)
    truths = drawn_boxes(rng, m, 8)
    boxes, scores = drawn_boxes(rng, n, 8), rng.integers(0, 5, n) / 5
    left, expected = list(range(m)), []
    for i in sorted(range(n), key=lambda k: (-scores[k], k)):
        overlaps = [(metrics.box_iou(boxes[[i]], truths[[j]])[0, 0], -j) for j in left]
        best, place = max(overlaps, default=(-1, 0))
        expected.append(best >= 0.3)
        if best >= 0.3:
            left.remove(-place)
    assert metrics.match_boxes(boxes, scores, truths, 0.3).tolist() == expected


def five(offset=0):
    """Five boxes, 1 0 1 1 0, and five truths, as the evaluators were given them."""
    boxes = [[0, 0, 40, 40], [100, 100, 140, 140], [200, 0, 240, 40], [300, 0, 340, 40]]
    boxes += [[0, 300, 40, 340]]
    truths = [[0, 0, 40, 40], [200, 0, 240, 40], [300, 0, 340, 40], [400, 400, 440, 440]]
    return boxes, [0.9, 0.8, 0.7, 0.6, 0.5], [*truths, [0, 500, 40, 540]]


def test_six_dialects_of_one_list():
    boxes, scores, truths = five()
    hit, n_truth = metrics.match_images([(boxes, scores)], [truths])
    assert hit.tolist() == [1, 0, 1, 1, 0] and n_truth == 5
    found = {name: metrics.average_precision(hit, n_truth, name) for name in INTERPOLATIONS}
    assert {name: round(value, 3) for name, value in found.items()} == {
        "all-point": 0.500,
        "101-point": 0.505,  # pycocotools 2.0.11
        "11-point": 0.545,
        "step": 0.483,
        "trapezoid": 0.458,
        "found-only": 0.806,
    }


@given(hit=st.lists(st.booleans(), max_size=30), missed=st.integers(0, 9))
def test_the_dialects_by_their_definitions(hit, missed):
    hit, n_truth = np.array(hit, bool), sum(hit) + missed
    found = {name: metrics.average_precision(hit, n_truth, name) for name in INTERPOLATIONS}
    if n_truth == 0:
        assert np.isnan(list(found.values())).all()
        return
    if not hit.any():
        assert set(found.values()) == {0}
        return
    tp = np.cumsum(hit)
    precision, recall = tp / np.arange(1, len(hit) + 1), tp / n_truth

    def best(grid):
        reached = [precision[recall >= r - 1e-12] for r in grid]
        return np.mean([each.max() if each.size else 0 for each in reached])

    def area(height):
        return (np.diff(np.append(0, recall)) * height).sum()

    envelope = [precision[i:].max() for i in range(len(hit))]
    expected = {
        "all-point": area(envelope),
        "101-point": best(np.linspace(0, 1, 101)),
        "11-point": best(np.linspace(0, 1, 11)),
        "step": area(precision),
        "trapezoid": np.trapezoid(np.append(1, precision), np.append(0, recall)),
        "found-only": average_precision_score(hit, -np.arange(len(hit))),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-10, err_msg=name)
    fine = best(np.linspace(0, 1, 100_001))
    np.testing.assert_allclose(found["all-point"], fine, atol=1e-3)


def test_images_as_pycocotools_2_0_11_and_torchmetrics_1_9_0_scored_them():
    box, far = [[10, 10, 50, 50]], [[60, 60, 90, 90]]
    none = np.zeros((0, 4))

    def score(detections, truths):
        detections = [(boxes, scores, [0] * len(scores)) for boxes, scores in detections]
        return metrics.mean_average_precision(detections, [(b, [0] * len(b)) for b in truths])

    assert score([(box, [0.9])], [box]) == 1
    assert score([(box, [0.9]), (far, [0.95])], [box, none]) == 0.5  # on an empty image, surer
    assert score([(box, [0.9]), (far, [0.5])], [box, none]) == 1
    assert np.isnan(score([(far, [0.9])], [none]))  # -1 there
    assert score([(none, [])], [box]) == 0
    both = [*far, *box]
    assert score([(both, [0.8, 0.8])], [box]) == 0.5  # equal scores: the order of the file
    assert score([(both[::-1], [0.8, 0.8])], [box]) == 1
    boxes, scores, truths = five()
    np.testing.assert_allclose(score([(boxes, scores)], [truths]), 0.505, atol=5e-4)


def test_classes_and_thresholds_are_averaged():
    box = [[0, 0, 10, 10]]
    detections = [([*box, [0, 0, 10, 7]], [0.9, 0.8], ["cyst", "tumour"])]
    truths = [([*box, *box], ["cyst", "tumour"])]
    # The tumour's box overlaps by 0.7: a hit at 0.50, 0.55, 0.60, 0.65 and 0.70.
    assert metrics.mean_average_precision(detections, truths) == (1 + 0.5) / 2
    assert metrics.mean_average_precision(detections, truths, (0.5,), "all-point") == 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: metrics.box_iou([[5, 5, 2, 2]], [[0, 0, 1, 1]]), "not a corner with width"),
        (lambda: metrics.box_iou([[0, 0, 1]], [[0, 0, 1, 1]]), r"boxes1 has shape \(1, 3\)"),
        (lambda: metrics.box_iou([[0, 0, 1, np.nan]], []), "boxes1 holds 1 NaN"),
        (lambda: metrics.nms([[0, 0, 1, 1]], [1, 2], 0.5), r"scores has shape \(2,\)"),
        (lambda: metrics.nms([[0, 0, 1, 1]], [1], 50), "iou_threshold runs from 50"),
        (lambda: metrics.match_boxes([], [], [], rule="kitti"), "rule is 'kitti'"),
        (lambda: metrics.match_images([([], [])], []), "detections has 1 images and truths 0"),
        (lambda: metrics.average_precision([1, 1], 1), "2 hits for 1 lesions"),
        (lambda: metrics.average_precision([0.5], 1), r"hit holds 0\.5; needed only 0 and 1"),
        (lambda: metrics.average_precision([1], -1), "n_truth is -1; needed at least 0"),
        (lambda: metrics.average_precision([1], 1, "voc"), "interpolation is 'voc'; needed one of"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
