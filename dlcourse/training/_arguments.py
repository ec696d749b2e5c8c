"""What the training loop refuses."""

from ..validation.arrays import above_0
from ..validation.descent import whole


def check(epochs, metrics, optimizer, schedule, validation, early_stopping, checkpoint, resume):
    """Refuse arguments of ``fit`` that are wrong alone or together."""
    whole("epochs", epochs, 1)
    for name, metric in metrics.items():
        if name == "loss" or not callable(metric):
            raise ValueError(f"metrics has {name!r}: {metric!r}; needed functions, none named loss")
    if schedule is not None and getattr(schedule, "optimizer", optimizer) is not optimizer:
        raise ValueError("schedule sets the rate of another optimizer; needed one of this one")
    if early_stopping is not None and validation is None:
        raise ValueError("early_stopping watches the validation loss; needed validation")
    if resume and checkpoint is None:
        raise ValueError("resume is True but checkpoint is None; needed the path of a file")


def clipping(**limits):
    """Return the limits of clipping, each above 0 or None."""
    return {name: None if n is None else above_0(name, n) for name, n in limits.items()}


def pairs(name, batches):
    """Yield the batches; refuse those that are not pairs, and refuse to find none."""
    found = False
    for batch in batches:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            kind = type(batch).__name__
            raise TypeError(f"{name} gave a batch of type {kind}; needed a pair (input, target)")
        found = True
        yield batch
    if not found:
        raise ValueError(f"{name} gave no batch; needed at least one, in every epoch anew")


def one_number(value):
    """Refuse a loss that is not a single number."""
    if value.ndim:
        raise ValueError(f"loss has shape {tuple(value.shape)}; needed one number for the batch")
