"""Local response normalization: torch's by name, and the paper's formula written out."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.architectures import local_response_norm

shapes = st.lists(st.integers(1, 7), min_size=2, max_size=4)


def drawn(shape):
    generator = torch.Generator().manual_seed(sum(shape))
    return 3 * torch.randn(*shape, generator=generator, dtype=torch.float64)


@given(shapes, st.integers(1, 9), st.floats(0.01, 2), st.floats(0.1, 1.5), st.floats(0.5, 3))
def test_it_is_torchs_by_name(shape, size, alpha, beta, k):
    x = drawn(shape) if len(shape) > 2 else drawn([*shape, 1])
    expected = F.local_response_norm(x, size, alpha, beta, k)
    torch.testing.assert_close(local_response_norm(x, size, alpha, beta, k), expected)


def test_the_papers_formula_channel_by_channel():
    x, n, alpha, beta, k = drawn([2, 9, 3, 4]), 5, 0.3, 0.75, 2.0
    found = local_response_norm(x, n, alpha, beta, k, convention="paper")
    for i in range(9):
        window = x[:, max(0, i - n // 2) : min(8, i + n // 2) + 1]
        expected = x[:, i] / (k + alpha * (window**2).sum(dim=1)) ** beta
        torch.testing.assert_close(found[:, i], expected)


def test_defaults_are_torchs():
    x = 100 * drawn([1, 8, 2])
    torch.testing.assert_close(local_response_norm(x, 5), F.local_response_norm(x, 5))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((torch.ones(1, 2, 3), 0), ValueError, "size is 0; needed 1"),
        ((torch.ones(1, 2, 3), 2.0), TypeError, "size is 2.0; needed a whole number"),
        ((torch.ones(3), 5), ValueError, r"input has shape \(3,\); needed \(n, channels"),
        ((torch.ones(1, 2, 3), 5, 1, 1, 1, "keras"), ValueError, "convention is 'keras'; needed"),
    ],
)
def test_bad_input_is_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        local_response_norm(*arguments)
