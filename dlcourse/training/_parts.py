"""What a network of layers and a loader hold that a checkpoint must keep.

Layers without state_dict keep their arrays as attributes. Those whose names begin with an
underscore, or with ``grad_``, are leavings of forward and backward, and are not kept.
"""

import copy
from itertools import zip_longest

import numpy as np

# Attributes that are not layers but may hold random generators: of loaders and datasets.
_SOURCES = ("dataset", "sampler")


def parts(owner):
    """Yield ``owner`` and, at any depth, the layers, samplers and datasets that it holds."""
    yield owner
    for name, value in _public(owner):
        for part in value if isinstance(value, list | tuple) else [value]:
            if hasattr(part, "forward") or name in _SOURCES:
                yield from parts(part)
    if hasattr(owner, "children"):  # a torch.nn.Module hides its own
        for child in owner.children():
            yield from parts(child)


def weights(network):
    """Return copies of the arrays or tensors of every layer, and of its count of batches."""
    return [
        {name: copy.deepcopy(_detached(value)) for name, value in _kept(layer)}
        for layer in parts(network)
    ]


def restore_weights(network, saved):
    """Write what ``weights`` returned into the arrays of ``network``, in place."""
    layers = list(parts(network))
    here, there = [_outline(dict(_kept(layer))) for layer in layers], list(map(_outline, saved))
    if here != there:
        # zip_longest: one may have more layers; the first difference is enough to say.
        found, needed = next((b, a) for a, b in zip_longest(here, there) if a != b)
        raise ValueError(
            f"the checkpoint is of another network: it has a layer with {found or 'no arrays'} "
            f"where this one has {needed or 'no arrays'}"
        )
    for layer, values in zip(layers, saved, strict=True):
        for name, value in values.items():
            array = getattr(layer, name)
            if isinstance(array, int):
                setattr(layer, name, value)
            else:
                _detached(array)[...] = value


def generators(*owners):
    """Return the random generators of all parts of ``owners``, in a fixed order."""
    return [
        value
        for owner in owners
        for part in parts(owner)
        for _, value in _public(part)
        if isinstance(value, np.random.Generator) or _kind(value) == "torch.Generator"
    ]


def random_states(found):
    """Return the state of each generator."""
    return [
        _lists(g.bit_generator.state) if isinstance(g, np.random.Generator) else g.get_state()
        for g in found
    ]


def restore_random(found, states):
    """Set each generator to its state."""
    if len(found) != len(states):
        raise ValueError(
            f"the checkpoint has {len(states)} random generators; needed as many as network "
            f"and loaders hold now, {len(found)}"
        )
    for generator, state in zip(found, states, strict=True):
        if isinstance(generator, np.random.Generator):
            generator.bit_generator.state = state
        else:
            generator.set_state(state)


def _lists(state):
    """Return lists for arrays, which torch's checkpoints cannot hold."""
    if isinstance(state, dict):
        return {name: _lists(value) for name, value in state.items()}
    return state.tolist() if isinstance(state, np.ndarray) else state


def _public(owner):
    return [item for item in getattr(owner, "__dict__", {}).items() if item[0][0] != "_"]


def _kept(layer):
    for name, value in _public(layer):
        is_array = isinstance(value, np.ndarray) or hasattr(value, "detach")
        if name == "num_batches_tracked" or (is_array and not name.startswith("grad_")):
            yield name, value


def _detached(value):
    return value.detach() if hasattr(value, "detach") else value


def _kind(value):
    return f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}"


def _outline(values):
    return {
        name: f"{tuple(np.shape(value))} {getattr(value, 'dtype', 'number')}"
        for name, value in values.items()
    }
