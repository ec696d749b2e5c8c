"""What a torch exercise says of itself: how its answer is called, and what of it is compared.

Neither inputs nor results are tensors, let alone networks: both are shown, repeated from a
seed and sent to another process. So inputs are plain numbers and arrays, the answer is *read*
on its own side (reading.py), and what comes out is plain again: a dict of arrays,
numbers and texts. All that follows, from the comparison to the card, is the same as for NumPy.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache


@dataclass(frozen=True)
class TorchFunction:
    """The answer is a function of tensors: its value is compared, and its gradients.

    An input holds the function's arguments, arrays where it takes tensors.

    Parameters
    ----------
    differentiate : names of the arguments by which gradients are compared
    """

    differentiate: tuple = ()
    names: tuple = ()
    device: str = "cpu"

    def of(self, answer):
        """Return the same for one reference answer, whose arguments name the inputs."""
        names = tuple(inspect.signature(answer).parameters)
        unknown = [name for name in self.differentiate if name not in names]
        if unknown:
            raise ValueError(f"differentiate: found {unknown}; needed some of {list(names)}")
        return replace(self, names=names)

    def described(self):
        """Return what the answer's side must know, as JSON can hold it."""
        return {"kind": "function", **asdict(self)}

    def read(self, answer, given, notes):
        """Call ``answer``; return its results and the inputs as it left them; add to ``notes``."""
        return _other_side().read_function(self, answer, given, notes)


@dataclass(frozen=True)
class TorchModule:
    """The answer builds an ``nn.Module``: built, given weights, and run in train and eval mode.

    An input holds the constructor's arguments, the seed of the weights, and the arguments of
    ``forward``. Compared are parameters and buffers (how many, their shapes), outputs,
    gradients by parameters and inputs, and the buffers after the forward in train mode.

    Parameters
    ----------
    forward : names of what ``forward`` takes
    by : "order": parameters may be called anything; "name": they may come in any order
    starts : parameters whose first values are compared before they are overwritten, by name
        or, where order decides, as "parameter 2"; not for what is drawn
    """

    forward: tuple = ("x",)
    by: str = "order"
    starts: tuple = ()
    names: tuple = ()
    device: str = "cpu"

    def of(self, answer):
        """Return the same for one reference answer, whose arguments name the first inputs."""
        if self.by not in ("order", "name"):
            raise ValueError(f"by: found {self.by!r}; needed 'order' or 'name'")
        return replace(self, names=(*inspect.signature(answer).parameters, "seed", *self.forward))

    def described(self):
        """Return what the answer's side must know, as JSON can hold it."""
        return {"kind": "module", **asdict(self)}

    def read(self, answer, given, notes):
        """Build, fill and run the module; return and note as TorchFunction does."""
        return _other_side().read_module(self, answer, given, notes)


@dataclass(frozen=True)
class TorchRead:
    """The answer works on a network: a training step, hooks, modes.

    An input names what network to build and how, and holds arrays. ``read(answer, *input)``
    gets the arrays as tensors, builds the network, calls the answer and returns a dict of
    tensors, numbers and texts; networks.py has what it needs. When a class is graded, the file
    that defines ``read`` runs beside the learner's code. So that file holds nothing that
    answers, and imports nothing but torch, NumPy, Python's own and the ``networks`` beside this.
    """

    function: Callable
    names: tuple = ()
    device: str = "cpu"

    def of(self, answer):
        """Return the same with the inputs named as ``read`` names its arguments."""
        _, *names = inspect.signature(self.function).parameters
        return replace(self, names=tuple(names))

    def described(self):
        """Return what the answer's side must know, as JSON can hold it.

        Raises
        ------
        ValueError
            If the file that defines ``read`` declares an exercise: it would tell the answer.
        """
        module = sys.modules[self.function.__module__]
        if hasattr(module, "EXERCISE"):
            raise ValueError(
                f"read: found in {module.__name__}, which holds answers; "
                "needed in a file without any"
            )
        how = {"source": inspect.getsource(module), "function": self.function.__name__}
        return {"kind": "read", **how, "names": list(self.names), "device": self.device}

    def read(self, answer, given, notes):
        """Let the exercise's own function call ``answer``; return as TorchFunction does."""
        return _other_side().read_by(self, answer, given, notes)


@cache
def _other_side():
    """Return reading.py's module, which imports torch: not before an answer is read."""
    from . import reading

    return reading


def built(described):
    """Return what ``described`` came from, ready to read; a source in it is run."""
    _other_side()
    kinds = {"function": TorchFunction, "module": TorchModule, "read": TorchRead}
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in described.items()
    }
    kind = kinds[fields.pop("kind")]
    if kind is TorchRead:
        names = {"__name__": "reads"}
        exec(fields.pop("source"), names)
        fields["function"] = names[fields["function"]]
    return kind(**fields)
