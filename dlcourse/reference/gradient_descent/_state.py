"""Save and restore an optimizer or a schedule, so that training resumes as if never stopped.

A state is a dict of numbers and lists of arrays, all of them copies. It holds every
attribute except what belongs to others: the parameters, which are saved with the network,
and a schedule's optimizer and parts, which have states of their own.
"""

import copy
import numbers

import numpy as np

from ...validation.arrays import wide

NOT_OURS = {"params", "initial_lr", "optimizer", "schedulers"}


def in_float32(params, *others):
    """Go through parameters and what belongs to them, float16 as float32; keep what changes.

    So a step is computed in float32, and what it leaves behind, weights and memory, is
    rounded to float16 once. torch rounds some values on the way too.
    """
    rows = zip(params, *others, strict=True)
    return rows if all(p.itemsize > 2 for p in params) else _written_back(rows)


def _written_back(rows):
    for arrays in rows:
        widened = wide(arrays)
        yield widened
        for array, changed in zip(arrays, widened, strict=True):
            if changed is not array:
                array[...] = changed


def saved(owner):
    """Return copies of the attributes of ``owner``."""
    return {k: copy.deepcopy(v) for k, v in vars(owner).items() if k not in NOT_OURS}


def restore(owner, state):
    """Set the attributes of ``owner`` to what ``saved`` returned; ``state`` stays as it is."""
    needed = vars(owner).keys() - NOT_OURS
    if state.keys() != needed:
        raise ValueError(f"state has the entries {sorted(state)}; needed {sorted(needed)}")
    # All is read before anything is set, so that a bad state changes nothing.
    vars(owner).update({name: _read(owner, name, value) for name, value in state.items()})


def _read(owner, name, value):
    if isinstance(getattr(owner, name), list):
        return _arrays(name, value, owner.params)
    # Numbers may come back from a file as arrays without axes.
    value = value.item() if isinstance(value, np.generic | np.ndarray) else value
    if not isinstance(value, numbers.Real):
        raise TypeError(f"state[{name!r}] is {value!r}; needed a number")
    return value


def _arrays(name, values, params):
    if not isinstance(values, list | tuple | np.ndarray):
        raise TypeError(f"state[{name!r}] is {values!r}; needed a list of arrays")
    values = list(values)
    shapes = [np.shape(a) for a in values]
    if values and shapes != [p.shape for p in params]:
        raise ValueError(
            f"state[{name!r}] has shapes {shapes}; needed those of params, "
            f"{[p.shape for p in params]}"
        )
    return [np.array(a, p.dtype) for a, p in zip(values, params, strict=bool(values))]
