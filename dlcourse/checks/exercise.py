"""What an exercise is: a right answer, inputs to try it on, and the mistakes worth a hint."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .torch_answers.declared import TorchFunction, TorchModule, TorchRead

FIXED_SEED = 0


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students really give, and what a good tutor says to it.

    ``credit`` is the share of the points that it still earns when a class is graded, 0 to 1.
    """

    hint: str
    function: Callable
    credit: float = 0.0

    def __post_init__(self):
        if not 0 <= self.credit <= 1:  # NaN is not either
            raise ValueError(f"credit: found {self.credit}; needed a share from 0 to 1")


@dataclass(frozen=True)
class Exercise:
    """One exercise, declared once: the notebook's check and the grader both read it.

    Parameters
    ----------
    name : the function that the learner writes
    points : what a right answer earns
    answer : the reference; its parameters are the learner's
    inputs : rng -> list of argument tuples, drawn anew for each check
    also_right : other correct answers; tests prove that they pass
    mistakes : tests prove that each fails and is recognised as itself
    hints : unfold one by one, the gentlest first
    edges : () -> list of argument tuples that no draw may miss
    forbidden : names that the answer may not use, because they are the answer
    strict_floats : an overflow or a 0/0 on the way makes a right value wrong, unless the answer
        silences it: only its own process can tell
    tolerance : (relative, absolute), where it is not that of the inputs' dtype
    torch : says that the answer is torch code, and how it is read: a TorchFunction, TorchModule
        or TorchRead; its values are compared by dtype, too
    verify : (args, value) -> None or what is wrong, for answers that are not unique;
        it replaces the comparison with ``answer``; a sentence that ends with the hint of a
        known mistake names that mistake
    sitting : the last sitting of the lecture that one needs, 1 for the core
    """

    name: str
    points: int
    answer: Callable
    inputs: Callable
    also_right: Sequence[Callable]
    mistakes: Sequence[Mistake]
    hints: Sequence[str]
    edges: Callable = list
    forbidden: Sequence[str] = ()
    strict_floats: bool = False
    tolerance: tuple[float, float] | None = None
    verify: Callable | None = None
    sitting: int = 1
    torch: TorchFunction | TorchModule | TorchRead | None = None

    def __post_init__(self):
        if self.sitting not in (1, 2, 3, 4):
            raise ValueError(f"sitting: found {self.sitting}; needed 1, 2, 3 or 4")
        if self.torch is not None:
            object.__setattr__(self, "torch", self.torch.of(self.answer))

    @property
    def parameters(self):
        """Names of the arguments, in order."""
        return tuple(inspect.signature(self.answer).parameters)

    @property
    def input_names(self):
        """Names of what an input holds, in order: the arguments, unless torch says otherwise."""
        return self.torch.names if self.torch else self.parameters

    def on(self, device):
        """Return the same exercise, to be checked on a device of torch's."""
        return replace(self, torch=replace(self.torch, device=device)) if self.torch else self

    def fixed(self):
        """Return the inputs that never change: the edge cases, and one draw of all others.

        They alone decide; drawn inputs add what catches a table of known answers.
        """
        return [*self.edges(), *self.inputs(np.random.default_rng(FIXED_SEED))]

    def cases(self, seed):
        """Return all inputs of one check: the fixed ones, then those drawn from ``seed``."""
        return [*self.fixed(), *self.inputs(np.random.default_rng(seed))]
