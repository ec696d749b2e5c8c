"""Torch lab, relu_maps: hooks, which look into a network and must be taken off again."""

import contextlib

import torch
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_relu_maps


def relu_maps_inputs(rng):
    def case(kind, n, h, w):
        return kind, int(rng.integers(2**31)), rng.normal(size=(n, 1, h, w))

    return [
        case("two", 2, 4, 5),
        case("shared", 1, 5, 4),
        case("eval", int(rng.integers(2, 5)), 4, 4),
    ]


def relu_maps(model, x):
    maps, handles, training = [], [], model.training
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            handles.append(module.register_forward_hook(lambda m, i, out: maps.append(out)))
    model.eval()
    with torch.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    model.train(training)
    return maps


def layer_by_layer(model, x):
    maps, training = [], model.training
    model.eval()
    for layer in model:
        x = layer(x)
        if isinstance(layer, nn.ReLU):
            maps.append(x.detach())
    model.train(training)
    return maps


def with_a_stack(model, x):
    maps, was = [], model.training
    with contextlib.ExitStack() as stack:
        stack.callback(model.train, was)
        for module in set(model.modules()):
            if type(module) is nn.ReLU:
                hook = module.register_forward_hook(lambda *call: maps.append(call[2].clone()))
                stack.callback(hook.remove)
        model.eval()(x)
    return tuple(maps)


def by_a_global_hook(model, x):
    maps, training = [], model.training

    def keep(module, inputs, output):
        if isinstance(module, torch.nn.ReLU):
            maps.append(output)

    handle = nn.modules.module.register_module_forward_hook(keep)
    try:
        model.eval()
        model(x)
    finally:
        handle.remove()
        model.train(training)
    return maps


def maps_of(
    model, x, *,
    kinds=nn.ReLU, mode="eval", back=True, remove=True, inputs=False, keyed=False, pick=slice(None),
    bend=lambda out: out,
):  # fmt: skip
    """Return the maps; the options are the ways in which this is done wrong."""
    maps, training = [], model.training
    named = {}

    def keep(module, given, out):
        kept = bend(given[0] if inputs else out)
        maps.append(kept)
        named[module] = kept

    handles = [m.register_forward_hook(keep) for m in model.modules() if isinstance(m, kinds)]
    model.train(mode == "train")
    model(x)
    for handle in handles if remove else ():
        handle.remove()
    if back:
        model.train(training)
    return (list(named.values()) if keyed else maps)[pick]


def wrong(**options):
    return lambda model, x: maps_of(model, x, **options)


EXERCISE = Exercise(
    "relu_maps",
    points=3,
    answer=relu_maps,
    inputs=relu_maps_inputs,
    torch=TorchRead(read_relu_maps),
    also_right=[layer_by_layer, with_a_stack, by_a_global_hook],
    mistakes=[
        Mistake("Your hooks are still there: handle.remove().", wrong(remove=False), credit=0.5),
        Mistake("In train mode the running averages moved: model.eval().", wrong(mode="train")),
        Mistake("Put the mode back as it was.", wrong(back=False), credit=0.5),
        Mistake(
            "Those are the ReLU's inputs; a hook gets (module, inputs, output).", wrong(inputs=True)
        ),
        Mistake("A module used twice has two maps: hooks fire per use.", wrong(keyed=True)),
        Mistake("Only the first map.", wrong(pick=slice(1))),
        Mistake("Newest first: keep the order of the network.", wrong(pick=slice(None, None, -1))),
        Mistake(
            "Every module's output; only those of the ReLUs were asked.", wrong(kinds=nn.Module)
        ),
        Mistake(
            "The mean over places is a number, not a map.", wrong(bend=lambda out: out.mean((2, 3)))
        ),
    ],
    hints=["module.register_forward_hook(f) calls f(module, inputs, output).", "handle.remove()."],
)
