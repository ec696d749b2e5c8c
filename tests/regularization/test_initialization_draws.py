"""What the initializers draw: the right distributions, within the bounds, orthonormal."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from initializers import draw, everywhere, halves, ours, seeds, weights
from oracle import dtypes
from scipy import stats

# A right sampler fails a test at this level once in a million runs; with the fixed seeds, never.
SURE = 1e-6
SHAPE = (40, 25, 3, 3)  # fan_in 225, fan_out 360
XAVIER = math.sqrt(2 / (225 + 360))
DISTRIBUTIONS = {
    ("uniform", (-2.0, 5.0)): stats.uniform(-2, 7),
    ("normal", (3.0, 0.1)): stats.norm(3, 0.1),
    ("xavier_uniform", (2.0,)): stats.uniform(
        -2 * math.sqrt(3) * XAVIER, 4 * math.sqrt(3) * XAVIER
    ),
    ("xavier_normal", (2.0,)): stats.norm(0, 2 * XAVIER),
    ("kaiming_uniform", ()): stats.uniform(-math.sqrt(6 / 225), 2 * math.sqrt(6 / 225)),
    ("kaiming_normal", (0, "fan_out", "relu")): stats.norm(0, math.sqrt(2 / 360)),
    ("kaiming_normal", (2.0,)): stats.norm(0, math.sqrt(2 / 5 / 225)),
}


@everywhere
@pytest.mark.parametrize("name, args", DISTRIBUTIONS)
def test_distributions(half, device, name, args):
    drawn = draw(half, name, SHAPE, *args, device=device)
    assert stats.kstest(drawn.ravel(), DISTRIBUTIONS[name, args].cdf).pvalue > SURE


TRUNCATED = [
    (0.0, 1.0, -2.0, 2.0),
    (3.0, 0.1, 2.95, 3.5),
    (0.0, 1.0, 0.5, 0.6),
    (0.0, 1.0, 5.0, 9.0),  # torch's way of redrawing would wait for a one in 3 million
    (0.0, 1.0, -30.0, -20.0),
    (0.0, 2.0, 40.0, 60.0),
    (-1.0, 5.0, -1e3, 1e3),
]


@everywhere
@pytest.mark.parametrize("mean, std, a, b", TRUNCATED)
def test_truncated_normal(half, device, mean, std, a, b):
    drawn = draw(half, "trunc_normal", 50_000, mean, std, a, b, device=device)
    assert a <= drawn.min() and drawn.max() <= b
    expected = stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert stats.kstest(drawn, expected.cdf).pvalue > SURE
    # KS looks at the middle; moments would show a fault at the ends.
    error = expected.std() / math.sqrt(drawn.size)
    assert abs(drawn.mean() - expected.mean()) < 5 * error


def test_truncation_takes_spread_away():
    assert abs(draw(ours, "trunc_normal", 100_000).std() - 0.880) < 0.005


@halves
@given(
    mean=st.floats(-5, 5),
    std=st.floats(0.01, 5),
    ends=st.tuples(st.floats(-5, 5), st.floats(-5, 5)).map(sorted),
    dtype=dtypes,
    seed=seeds,
)
def test_truncated_normal_stays_within(half, mean, std, ends, dtype, seed):
    a, b = ends
    assume(b - a > 1e-6 and min(abs(a - mean), abs(b - mean)) < 30 * std)
    drawn = draw(half, "trunc_normal", 100, mean, std, a, b, seed=seed, dtype=dtype)
    kind = np.dtype(dtype).type
    assert kind(a) <= drawn.min() and drawn.max() <= kind(b)


@everywhere
@given(shape=weights, gain=st.sampled_from([1.0, -1.0, 0.5, 5 / 3]), dtype=dtypes, seed=seeds)
def test_orthogonal_rows_or_columns(half, device, shape, gain, dtype, seed):
    q = draw(half, "orthogonal", shape, gain, seed=seed, dtype=dtype, device=device)
    q = q.reshape(shape[0], -1).astype(np.float64) / gain
    gram = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(
        gram, np.eye(len(gram)), rtol=0, atol=dict(float32=1e-6, float64=1e-12)[dtype]
    )


@halves
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3)])
def test_orthogonal_is_haar(half, shape):
    drawn = np.stack([draw(half, "orthogonal", shape, seed=i) for i in range(3000)])
    mean = drawn.mean(axis=0)
    # Each entry has mean 0 and mean square 1 / longer side; QR alone leaves -0.21 on the diagonal.
    assert np.abs(mean).max() < 5 / math.sqrt(max(shape) * len(drawn))
    # (1 + an entry) / 2 of a uniform direction in n dimensions is Beta((n - 1) / 2, (n - 1) / 2).
    half_way = (max(shape) - 1) / 2
    for i, j in np.ndindex(shape):
        entry = (1 + drawn[:, i, j]) / 2
        assert stats.kstest(entry, stats.beta(half_way, half_way).cdf).pvalue > SURE
    if shape == (4, 4):
        # As many mirrorings as rotations.
        rotations = (np.linalg.det(drawn) > 0).mean()
        assert abs(rotations - 0.5) < 5 * 0.5 / math.sqrt(len(drawn))


def test_qr_alone_is_not_haar():
    rng = np.random.default_rng(0)
    diagonals = [np.diag(np.linalg.qr(rng.normal(size=(4, 4)))[0]).mean() for _ in range(3000)]
    assert np.mean(diagonals) < -0.19
