"""What is found in torch answers, whatever the exercise; odd tensors; devices; settings."""

import catalogue  # noqa: F401  (the torch lab can be opened)
import numpy as np
import pytest
import torch
from dlcourse.exercises.torch_lab import relu_maps, residual_block
from torch import nn

import dlcourse
from dlcourse.checks import Exercise, TorchFunction, TorchModule, TorchRead, judge
from dlcourse.checks.torch_answers import findings as said
from dlcourse.checks.torch_answers.declared import built


def scaled_square(x, w):
    return w * x**2


SQUARE = Exercise(
    "scaled_square",
    1,
    scaled_square,
    lambda rng: [
        (rng.normal(size=(2, 3)), rng.normal(size=3)),
        (rng.normal(size=(4, 1)).astype(np.float32), rng.normal(size=1).astype(np.float32)),
    ],
    also_right=(),
    mistakes=(),
    hints=(),
    torch=TorchFunction(differentiate=("x", "w")),
)


def without_grad(x, w):
    with torch.no_grad():
        return w * x**2


def squares_x_in_place(x, w):
    y = w * x
    x.mul_(2)
    return y * x / 2


def in_place_where_needed(x, w):
    y = x**2
    result = w * y
    y.mul_(2)
    return result


CUTS = {
    "detach": (lambda x, w: w.detach() * x.detach() ** 2, ".detach()"),
    "no_grad": (without_grad, "torch.no_grad()"),
    "data": (lambda x, w: w.data * x.data**2, ".data"),
    "NumPy": (
        lambda x, w: torch.from_numpy(w.detach().numpy() * x.detach().numpy() ** 2),
        ".detach() and NumPy",
    ),
    "tensor": (
        lambda x, w: torch.tensor((w * x**2).tolist(), dtype=x.dtype),
        ".tolist() and torch.tensor(...)",
    ),
    "one argument": (lambda x, w: w * x.detach() ** 2, ".detach()"),
}


@pytest.mark.parametrize("how", CUTS)
def test_a_cut_is_found_and_the_source_says_by_what(how):
    answer, by = CUTS[how]
    verdict = judge(SQUARE, answer, 0)
    assert verdict.status == "wrong" and verdict.hint == said.CUT
    assert verdict.message.startswith("gradient of ")
    assert verdict.message.endswith(f"Your answer uses {by}.")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x, w: torch.as_tensor(np.square(x)) * w, said.NUMPY),
        (in_place_where_needed, said.IN_PLACE),
        (squares_x_in_place, "in place"),
        (lambda x, w: (w * x**2).double(), "dtype float64; expected float32"),
        (lambda x, w: w * x.clone() ** 2 + 0 * x.zero_(), "changed its argument x"),
        (lambda x, w: w.clone() * x**2 + 0 * w.data.fill_(1), "changed its argument w"),
        (lambda x, w: (w * x**2).tolist(), "output: dtype float64"),
        (lambda x, w: (w * x**2).detach().numpy(), "returned a NumPy array"),
        (lambda x, w: None, "returned None"),
        (lambda x, w: -w * x**2, "Output: Right size, opposite sign."),
        (lambda x, w: (w * x**2).sum(), "output: shape ()"),
        (lambda x, w: w * (x + (x**2 - x).detach()), "gradient of x"),
        (lambda x, w: torch.ones(2, dtype=x.dtype) @ x, "RuntimeError"),
    ],
)
def test_what_else_is_found(answer, sentence):
    verdict = judge(SQUARE, answer, 0)
    assert verdict.status == "wrong"
    assert sentence in f"{verdict.message} {verdict.hint}"


def doubled_subclass(x, w):
    class Yes(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            return True

    return torch.zeros(2, 3).as_subclass(Yes)


ODD = {
    "sparse": lambda x, w: (w * x**2).to_sparse(),
    "meta": lambda x, w: (w * x**2).to("meta"),
    "bfloat16": lambda x, w: (w * x**2).bfloat16(),
    "half": lambda x, w: (w * x**2).half(),
    "complex": lambda x, w: (w * x**2).to(torch.complex128),
    "NaN": lambda x, w: w * x**2 * torch.nan,
    "huge": lambda x, w: torch.zeros(1).expand(2**40),
    "empty": lambda x, w: x[:0],
    "a transposed view": lambda x, w: (w * x**2).T,
    "quantized": lambda x, w: torch.quantize_per_tensor(x.float(), 0.1, 0, torch.qint8),
    "another torch_function": doubled_subclass,
    "a module": lambda x, w: nn.ReLU(),
    "a dict": lambda x, w: {"output": w * x**2},
    "not implemented by torch": lambda x, w: torch.empty(2, device="meta").cpu(),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ODD)
def test_odd_tensors_are_wrong_answers_and_no_crash(kind):
    verdict = judge(SQUARE, ODD[kind], 0)
    assert verdict.status == "wrong" and verdict.message


def test_strides_make_no_difference():
    laid_out = judge(SQUARE, lambda x, w: (w * x**2).T.contiguous().T, 0)
    assert laid_out.status == "right"
    assert judge(SQUARE, lambda x, w: (w * x**2).conj(), 0).status == "right"


class Lists(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 2), nn.Linear(2, 1)]

    def forward(self, x):
        return self.layers[1](self.layers[0](x))


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.ones(1, 2)
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x) @ self.weight.T


class NoForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)


def two_layers():
    return nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Lists, said.MODULES.format("layers")),
        (Plain, said.TENSOR.format("weight")),
        (NoForward, "without forward"),
        (lambda: torch.ones(2), "built Tensor; needed an nn.Module"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)), "number of parameters"),
        (lambda: nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1), nn.Tanh()), "output in train"),
        (lambda: nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1), nn.Dropout()), "output in train"),
        (lambda: two_layers().requires_grad_(False), "no gradient arrives"),
    ],
)
def test_what_is_found_in_modules(answer, sentence):
    inputs = lambda rng: [(int(rng.integers(99)), rng.normal(size=(9, 2)))]  # noqa: E731
    asked = Exercise("Net", 1, two_layers, inputs, (), (), (), torch=TorchModule())
    assert judge(asked, two_layers, 0).status == "right"
    verdict = judge(asked, answer, 0)
    assert verdict.status == "wrong" and sentence in f"{verdict.message} {verdict.hint}"


def test_lists_of_tensors_are_differentiated_one_by_one():
    def average(gradients, sizes):
        weights = sizes / sizes.sum()
        return [sum(w * g for w, g in zip(weights, both, strict=True)) for both in gradients]

    def inputs(rng):
        sizes = rng.integers(1, 9, 2).astype(float)
        return [([[rng.normal(size=s) for _ in "ab"] for s in (2, 3)], sizes) for _ in range(2)]

    torch_ = TorchFunction(differentiate=("gradients",))
    asked = Exercise("average", 1, average, inputs, (), (), (), torch=torch_)
    assert judge(asked, average, 0).status == "right"
    verdict = judge(asked, lambda g, s: [(a + b) / 2 for a, b in g], 0)
    assert "output: result 1 of 2" in verdict.message


def test_the_class_is_asked_for_not_one_that_is_built():
    card = dlcourse.lab("torch_lab").check(residual_block.ResidualBlock(2, 2, 1))
    assert "needs the class ResidualBlock, not one ResidualBlock that is built" in str(card)


def test_a_class_that_says_not_implemented_is_not_attempted():
    class Stub(nn.Module):
        def __init__(self, in_channels, out_channels, stride):
            super().__init__()
            raise NotImplementedError

    assert judge(residual_block.EXERCISE, Stub, 0).status == "not attempted"


def test_the_learners_settings_are_as_before():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            assert (
                judge(SQUARE, lambda x, w: w * x**2 + 0 * torch.rand(1).to(x), 0).status == "right"
            )
            assert not torch.is_grad_enabled()
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(torch.rand(1), expected)


def test_a_device_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="device: found 'cuda:77'; needed one that works here"):
        dlcourse.lab("torch_lab", device="cuda:77")


def test_the_check_runs_where_the_lab_says():
    seen = []

    def answer(x, w):
        seen.append(x.device.type)
        return w * x**2

    judge(SQUARE.on("meta"), answer, 0)
    assert set(seen) == {"meta"}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_on_a_gpu_the_result_must_stay_there():
    exercise = SQUARE.on("cuda")
    assert judge(exercise, scaled_square, 0).status == "right"
    assert "device=x.device" in judge(exercise, lambda x, w: (w * x**2).cpu(), 0).message
    lab = dlcourse.lab("torch_lab", device="cuda")
    for one in lab.exercises.values():
        lab.check(one.also_right[0], name=one.name)
        assert lab.passed(one.name), one.name


def test_what_is_read_travels_as_json():
    for exercise in dlcourse.lab("torch_lab").exercises.values():
        again = built(exercise.torch.described())
        assert (again.names, type(again)) == (exercise.torch.names, type(exercise.torch))


def test_a_file_that_holds_answers_cannot_be_sent_beside_the_learners_code():
    with pytest.raises(ValueError, match="holds answers"):
        TorchRead(relu_maps.maps_of).described()


@pytest.mark.parametrize(
    "declare",
    [
        lambda: TorchFunction(differentiate=("z",)).of(scaled_square),
        lambda: TorchModule(by="luck").of(two_layers),
    ],
)
def test_a_declaration_that_names_what_is_not_there_is_refused(declare):
    with pytest.raises(ValueError, match=r"found .*; needed"):
        declare()
