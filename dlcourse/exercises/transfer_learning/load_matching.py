"""Lab 11, load_matching: take from a saved network what fits, and say what does not."""

import copy

import torch

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_load


def load_matching_inputs(rng):
    kinds = ("other head", "same", "one missing, one too many", "turned kernel", "other order")
    return [(kind, int(rng.integers(1, 10**6))) for kind in kinds]


def load_matching(model, state):
    own = model.state_dict()
    fits = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
    model.load_state_dict(fits, strict=False)
    return sorted(set(own) - set(fits))


def by_update(model, state):
    own, left = model.state_dict(), []
    for name, value in own.items():
        if name in state and state[name].shape == value.shape:
            own[name] = state[name]
        else:
            left.append(name)
    model.load_state_dict(own)
    return sorted(left)


def by_copying(model, state):
    left = []
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name in state and tuple(state[name].shape) == tuple(value.shape):
                value.copy_(state[name])  # the dict's tensors are the model's own
            else:
                left.append(name)
    left.sort()
    return left


def by_missing_keys(model, state):
    own = model.state_dict()
    fits = {k: state[k] for k in own.keys() & state.keys() if state[k].size() == own[k].size()}
    return sorted(model.load_state_dict(fits, strict=False).missing_keys)


def copied(model, state, fits, names=None):
    """Copy what ``fits(name, own value)`` returns, unless it is None; return the names left."""
    left = []
    for name, value in model.state_dict().items():
        found = fits(name, value) if names is None or name in names else None
        if found is None:
            left.append(name)
        else:
            value.copy_(found)
    return sorted(left)


def parameters_only(model, state):
    def fits(name, value):
        return state[name] if name in state and state[name].shape == value.shape else None

    return copied(model, state, fits, dict(model.named_parameters()))


def same_number_of_elements(model, state):
    def fits(name, value):
        found = state.get(name)
        return (
            found.reshape(value.shape)
            if found is not None and found.numel() == value.numel()
            else None
        )

    return copied(model, state, fits)


def by_position(model, state):
    others = dict(zip(model.state_dict(), state.values(), strict=False))

    def fits(name, value):
        found = others.get(name)
        return found if found is not None and found.shape == value.shape else None

    return copied(model, state, fits)


def shared_storage(model, state):
    left = load_matching(model, state)
    for name, p in model.named_parameters():
        if name not in left:
            p.data = state[name]
    return left


def cut_to_size(model, state):
    def fits(name, value):
        found = state.get(name)
        if found is None or found.ndim != value.ndim:
            return None
        found = found[tuple(slice(0, size) for size in value.shape)]
        return found if found.shape == value.shape else None

    return copied(model, state, fits)


def of_the_state(model, state):
    own = model.state_dict()
    load_matching(model, state)
    return sorted(k for k, v in state.items() if k not in own or own[k].shape != v.shape)


def too_much(model, state):
    load_matching(model, state)
    return sorted(set(state) - set(model.state_dict()))


def stops_at_the_first(model, state):
    own, fits = model.state_dict(), {}
    for name, value in state.items():
        if name not in own or own[name].shape != value.shape:
            break
        fits[name] = value
    return load_matching(model, fits)


def emptied(model, state):
    own = model.state_dict()
    for name in list(state):
        if name not in own or own[name].shape != state[name].shape:
            del state[name]
    return load_matching(model, state)


EXERCISE = Exercise(
    "load_matching",
    points=3,
    answer=load_matching,
    inputs=load_matching_inputs,
    torch=TorchRead(read_load),
    also_right=[by_update, by_copying, by_missing_keys],
    mistakes=[
        Mistake(
            "load_state_dict as it is raises where names or shapes differ. Take only what fits.",
            lambda model, state: list(model.load_state_dict(state).missing_keys),
        ),
        Mistake(
            "strict=False forgives names, not shapes: another head still raises. Leave out what "
            "does not fit before you load.",
            lambda model, state: sorted(model.load_state_dict(state, strict=False).missing_keys),
            credit=0.25,
        ),
        Mistake(
            "The running averages of batch norm were not loaded: they are buffers, in state_dict() "
            "and not in parameters().",
            parameters_only,
            credit=0.5,
        ),
        Mistake(
            "Reshaped to fit: (1, 2, 3, 3) is not (2, 1, 3, 3). Compare shapes, not how many "
            "numbers there are.",
            same_number_of_elements,
        ),
        Mistake("Matched by position. Names decide.", by_position),
        Mistake(
            "The weights share their memory with the saved ones: training would change both. Copy.",
            shared_storage,
            credit=0.5,
        ),
        Mistake("Cut to size: half a head is no head. Leave it alone.", cut_to_size),
        Mistake(
            "You returned what was loaded. The names left alone were asked for.",
            lambda model, state: sorted(set(model.state_dict()) - set(load_matching(model, state))),
            credit=0.5,
        ),
        Mistake(
            "You returned what the state had too much. The names of the *model* left alone were "
            "asked for.",
            too_much,
            credit=0.5,
        ),
        Mistake(
            "Those are the state's names that did not fit. What is missing in the state was left "
            "alone as well.",
            of_the_state,
            credit=0.5,
        ),
        Mistake(
            "Nothing was loaded into this model: a copy was changed.",
            lambda model, state: load_matching(copy.deepcopy(model), state),
        ),
        Mistake(
            "It stops at the first that does not fit. All that fit, wherever they stand.",
            stops_at_the_first,
            credit=0.25,
        ),
        Mistake(
            "You deleted from the caller's state. Build a dict of your own.", emptied, credit=0.75
        ),
    ],
    hints=[
        "own = model.state_dict() has all names and shapes, buffers too.",
        "Keep the entries of state whose name is in own, with the same shape.",
        "model.load_state_dict(those, strict=False), then the sorted names of own that are not "
        "among them.",
    ],
)
