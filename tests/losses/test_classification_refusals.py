import numpy as np
import pytest
import torch

from dlcourse import accelerated, reference

NAMES = ["nll_loss", "cross_entropy"]
each = pytest.mark.parametrize("name", NAMES)
SCORES = np.zeros((3, 4))
BAD = [
    ({"target": np.array([0, 4, 1])}, ValueError, "runs from 0 to 4; needed class .* 0 to 3"),
    ({"target": np.array([0, -1, 1])}, ValueError, "runs from -1 to 1; .* ignore_index, -100"),
    ({"target": np.zeros((3, 1), int)}, ValueError, r"shape \(3, 1\); needed .* \(3,\)"),
    ({"target": np.array([0, np.nan, 1])}, TypeError, "dtype .*float64; needed integers"),
    ({"target": np.array([True, False, True])}, TypeError, "dtype .*bool; needed integers"),
    ({"input": np.array(1.0)}, ValueError, r"input has shape \(\); needed \(classes,\)"),
    ({"input": np.zeros((3, 0))}, ValueError, r"input has shape \(3, 0\); needed"),
    ({"input": SCORES.astype(complex)}, TypeError, "input has dtype .*complex128; needed real"),
    ({"weight": np.ones(3)}, ValueError, r"weight has shape \(3,\); needed one per class, \(4,\)"),
    ({"reduction": "average"}, ValueError, "reduction is 'average'; needed one of"),
]
BAD_SHARES = [
    ({"target": SCORES - 0.5}, ValueError, r"target goes down to -0\.5; needed .* from 0 up"),
    ({"target": SCORES * np.nan}, ValueError, "target goes down to nan"),
    ({"target": np.ones((3, 5))}, ValueError, r"shape \(3, 5\); needed .* input, \(3, 4\)"),
    ({"target": np.ones((3, 4), int)}, ValueError, r"shape \(3, 4\); needed .* \(3,\)"),
    ({"target": SCORES, "ignore_index": 1}, ValueError, "ignore_index is 1; probabilities"),
    ({"label_smoothing": 1.5}, ValueError, r"label_smoothing is 1\.5; needed from 0 to 1"),
    ({"label_smoothing": -0.1}, ValueError, r"label_smoothing is -0\.1; needed from 0 to 1"),
]


@pytest.mark.parametrize(
    "name, change, error, message",
    [(n, *bad) for n in NAMES for bad in BAD] + [("cross_entropy", *bad) for bad in BAD_SHARES],
)
def test_bad_input(name, change, error, message):
    kwargs = {"input": SCORES, "target": np.array([0, 3, 1]), **change}
    tensors = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
    }
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(1.0, **kwargs)
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**tensors)


@each
@pytest.mark.parametrize("odd", ["input", "target", "weight"])
def test_the_other_half_is_named(name, odd):
    kwargs = {"input": SCORES, "target": np.array([0, 3, 1]), "weight": np.ones(4)}
    tensors = {k: torch.from_numpy(v) for k, v in kwargs.items()}
    with pytest.raises(TypeError, match=f"^{odd} is a torch tensor"):
        getattr(reference, name)(**{**kwargs, odd: tensors[odd]})
    with pytest.raises(TypeError, match=rf"^{odd} is of type numpy\.ndarray"):
        getattr(accelerated, name)(**{**tensors, odd: kwargs[odd]})


@each
def test_gradient_of_another_shape(name):
    backward = getattr(reference, f"{name}_backward")
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(\)"):
        backward(np.ones(3), SCORES, np.array([0, 3, 1]))
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 4\); needed .* \(3,\)"):
        backward(np.ones((3, 4)), SCORES, np.array([0, 3, 1]), reduction="none")
