import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm
from sklearn import metrics as peer

from dlcourse import metrics

Y = np.array([0, 1, 0, 1, 0, 1, 0, 1])  # eight patients with ties
SCORE = np.array([0.2, 0.5, 0.5, 0.5, 0.5, 0.8, 0.1, 0.2])


@st.composite
def patients(draw, at_least=1):
    """Draw patients, ``at_least`` so many ill and healthy, with scores that are often equal."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2 * at_least, 40))
    y = rng.integers(0, 2, n)
    y[:at_least], y[at_least : 2 * at_least] = 0, 1
    grid = draw(st.sampled_from([1, 2, 5, 1000]))
    return y, rng.integers(-grid, grid + 1, n) / 2


@given(patients())
def test_the_curve_is_scikit_learns_with_every_point(drawn):
    ours, theirs = metrics.roc_curve(*drawn), peer.roc_curve(*drawn, drop_intermediate=False)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    for threshold, fpr, tpr in zip(ours.thresholds, ours.fpr, ours.tpr, strict=True):
        alarm = drawn[1] >= threshold
        assert tpr == metrics.sensitivity(drawn[0], alarm).share
        np.testing.assert_allclose(fpr, 1 - metrics.specificity(drawn[0], alarm).share, atol=1e-15)


@given(patients(), st.randoms())
def test_mann_whitney_trapezoid_and_scikit_learn_are_one(drawn, random):
    y, score = drawn
    area = metrics.roc_auc_score(y, score)
    curve = metrics.roc_curve(y, score)
    u = mannwhitneyu(score[y == 1], score[y == 0]).statistic
    for other in (
        peer.roc_auc_score(y, score),
        np.trapezoid(curve.tpr, curve.fpr),
        u / ((y == 1).sum() * (y == 0).sum()),
        1 - metrics.roc_auc_score(y, -score),
        metrics.roc_auc_score(y, score**3),  # only the order matters
    ):
        np.testing.assert_allclose(area, other, rtol=1e-12, atol=1e-14)
    order = list(range(len(y)))
    random.shuffle(order)
    assert metrics.roc_auc_score(y[order], score[order]) == pytest.approx(area, abs=1e-14)


def test_numbers_of_the_libraries():
    assert metrics.roc_auc_score(Y, SCORE) == 0.71875  # torchmetrics 1.9.0, SciPy, scikit-learn
    assert round(metrics.average_precision_score(Y, SCORE), 3) == 0.693  # and torchmetrics
    assert round(metrics.average_precision_score(Y, SCORE, "trapezoid"), 3) == 0.796
    # Logits in float32, times 10 plus 80: torchmetrics' sigmoid saturates, 0.507.
    rng = np.random.default_rng(0)
    y = (rng.random(300) < 0.1).astype(int)
    logit = rng.normal(2 * y - 4, 1)
    plain = metrics.roc_auc_score(y, logit)
    assert round(plain, 3) == 0.946 == round(metrics.roc_auc_score(y, 1 / (1 + np.exp(-logit))), 3)
    large = (logit * 10 + 80).astype(np.float32)
    assert metrics.roc_auc_score(y, large) == pytest.approx(plain, abs=1e-6)


@given(patients())
def test_precision_and_recall_are_scikit_learns(drawn):
    ours, theirs = metrics.precision_recall_curve(*drawn), peer.precision_recall_curve(*drawn)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    step, line, envelope = (
        metrics.average_precision_score(*drawn, way) for way in ("step", "trapezoid", "envelope")
    )
    np.testing.assert_allclose(step, peer.average_precision_score(*drawn), rtol=1e-12)
    np.testing.assert_allclose(line, peer.auc(theirs[1], theirs[0]), rtol=1e-12)
    y, score = drawn
    by_hand = [max((y[score >= t] == 1).mean() for t in score if t <= own) for own in score[y == 1]]
    np.testing.assert_allclose(envelope, np.mean(by_hand), rtol=1e-12)
    assert step <= envelope + 1e-12


def test_average_precision_sees_prevalence_and_its_interval_covers():
    rng, shift = np.random.default_rng(0), np.sqrt(2) * norm.ppf(0.92)

    def draw(ill, healthy):
        y = np.repeat([1, 0], [ill, healthy])
        return y, rng.normal(shift * y)

    half, tenth = (
        metrics.average_precision_score(*draw(n, 200_000 - n)) for n in (100_000, 20_000)
    )
    assert abs(half - 0.92) < 0.01 and abs(tenth - 0.67) < 0.01
    found = [metrics.average_precision_interval(*draw(60, 540)) for _ in range(300)]
    covered = np.mean([a.low <= tenth <= a.high for a in found])
    assert 0.9 < covered < 0.995


# ---- operating points


@given(patients(), st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.9, 0.97, 1.0, 0.1 + 0.2]))
def test_the_point_by_trying_every_threshold(drawn, wanted):
    y, score = drawn
    tries = [*np.unique(score), np.inf]
    found = metrics.operating_point(y, score, sensitivity=wanted)
    good = [t for t in tries if (score[y == 1] >= t).mean() >= wanted - 1e-12]
    assert found.threshold == max(good) and found.threshold in score[y == 1]
    found = metrics.operating_point(y, score, specificity=wanted)
    good = [t for t in tries if (score[y == 0] < t).mean() >= wanted - 1e-12]
    assert found.threshold == min(good)
    assert found.specificity == metrics.specificity(y, score >= found.threshold)
    j = [(score[y == 1] >= t).mean() + (score[y == 0] < t).mean() - 1 for t in tries]
    best = metrics.youden_point(y, score)
    np.testing.assert_allclose(
        best.sensitivity.share + best.specificity.share - 1, max(j), atol=1e-12
    )


def test_points_by_hand():
    y, score = np.repeat([1, 0], 10), np.r_[np.arange(10), np.arange(10) - 20]
    thresholds = [
        metrics.operating_point(y, score, sensitivity=s).threshold for s in (0.9, 0.5, 1, 0.6, 0.97)
    ]
    assert thresholds == [1, 5, 0, 4, 0]
    # Every healthy patient above every ill one: only never to alarm spares them all.
    assert metrics.operating_point(y, -score, specificity=1).threshold == np.inf
    assert str(metrics.at_threshold(y, score, 5.0)).startswith(
        "alarm from 5: sensitivity 0.500 (0.237 to 0.763; 5 of 10), specificity 1.000"
    )


def test_a_point_chosen_here_flatters_itself():
    """Youden's J of 20 + 20 patients, and at the same threshold in truth."""
    rng, gap = np.random.default_rng(0), 1.5
    here, there = [], []
    for _ in range(300):
        y = np.repeat([1, 0], 20)
        point = metrics.youden_point(y, rng.normal(gap * y))
        here.append(point.sensitivity.share + point.specificity.share - 1)
        there.append(norm.sf(point.threshold - gap) + norm.cdf(point.threshold) - 1)
    best = 2 * norm.cdf(gap / 2) - 1
    assert np.mean(there) < best < np.mean(here) - 0.05


# ---- readers


def test_a_reader_on_the_curve_is_neither_above_nor_below():
    rng, shift = np.random.default_rng(0), 2.0
    covered, values = [], []
    y = np.repeat([1, 0], [50, 100])
    for _ in range(60):
        score, seen = rng.normal(shift * y), rng.normal(shift * y)
        found = metrics.reader_against_curve(y, score, seen >= 0.8, draws=200, rng=rng)
        covered.append(found.low <= 0 <= found.high)
        values.append(found.value)
    assert abs(np.mean(values)) < 0.03 and np.mean(covered) > 0.85


def test_a_reader_by_hand_and_by_patient():
    y, score = np.array([1, 1, 1, 1, 0, 0, 0, 0]), np.array([9, 7, 5, 3, 6, 4, 2, 1])
    rng = np.random.default_rng(0)
    of = lambda calls, **kw: metrics.reader_against_curve(y, score, calls, rng=rng, **kw)  # noqa: E731
    assert of(score >= 6).value == 0.5 - 0.75  # the curve finds one more with the same alarms
    assert of(score >= 5).value == 0
    perfect = of(y, groups=np.arange(8))
    assert perfect.value == 0.5 and perfect.high <= 1
    # Groups of two that hold one ill and one healthy: patients are drawn without strata.
    assert of(y, groups=np.tile(np.arange(4), 2)).value == 0.5


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.roc_curve([1, 1], [0, 1]), ValueError, "y_true holds 2 ill and 0 healthy"),
        (lambda: metrics.roc_auc_score([0, 0], [0, 1]), ValueError, "0 ill and 2 healthy; needed"),
        (lambda: metrics.roc_auc_score([0, 1], [0, np.nan]), ValueError, "y_score holds 1 NaN"),
        (lambda: metrics.roc_auc_score([0, 1], [[0], [1]]), ValueError, "y_score has shape"),
        (lambda: metrics.roc_auc_score([0, 1], ["a", "b"]), TypeError, "y_score has dtype <U1"),
        (lambda: metrics.average_precision_score([0], [1]), ValueError, "y_true holds no ill of 1"),
        (
            lambda: metrics.average_precision_score([1], [1], "linear"),
            ValueError,
            "interpolation is 'linear'; needed one of 'step', 'trapezoid', 'envelope'",
        ),
        (lambda: metrics.average_precision_interval([1], [1]), ValueError, "precision is 1"),
        (lambda: metrics.operating_point(Y, SCORE), TypeError, "needed exactly one"),
        (
            lambda: metrics.operating_point(Y, SCORE, sensitivity=0.9, specificity=0.9),
            TypeError,
            "needed exactly one",
        ),
        (lambda: metrics.operating_point(Y, SCORE, sensitivity=90), ValueError, "share is 90"),
        (lambda: metrics.at_threshold(Y, SCORE, np.nan), ValueError, "threshold is NaN"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
