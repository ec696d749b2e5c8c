"""How lab 12's answers that look into a network are read. Nothing here answers anything."""

import torch
from torch import nn

from dlcourse.checks.torch_answers.networks import fill, hooks, in_train_mode, moved, state


def network(seed, dtype, loudness=1.0):
    """Return a network of two-channel images to three logits, weights and averages drawn.

    ``loudness`` multiplies the last weights; at 0 the logits no longer depend on the image.
    """
    model = nn.Sequential(
        *(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.5), nn.Linear(12, 3)),
    ).to(dtype)
    fill(model, seed)
    generator = torch.Generator().manual_seed(seed)
    model[1].running_mean += 0.3 * torch.rand(3, generator=generator, dtype=dtype)
    model[1].running_var *= 0.5
    model[-1].weight.data *= loudness
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)  # of an earlier step
    return model


def left_behind(model, before, modes):
    """Return what an answer must not change."""
    return {
        "changed": moved(before, model),
        "modes kept": in_train_mode(model) == modes,
        "weights' .grad kept": all(
            p.grad is not None and bool((p.grad == 1).all()) for p in model.parameters()
        ),
        "hooks left": hooks(model),
    }


def read_saliency(saliency, mode, seed, x, target):
    model = network(seed, x.dtype).train(mode != "eval")
    if mode == "fine-tuned":
        model[1].eval()  # its batch norm stands still, all else learns
    before, modes = state(model), in_train_mode(model)
    torch.manual_seed(0)
    found = saliency(model, x, target)
    return {"map": found, **left_behind(model, before, modes)}


def read_ascend(ascend, seed, loudness, unit, x, steps, lr, decay):
    model = network(seed, x.dtype, loudness).eval()
    before, modes = state(model), in_train_mode(model)
    start = x.clone()
    found = ascend(model, unit, x, steps, lr, decay)
    return {
        "image": found,
        "start kept": bool(torch.equal(start, x)),
        **left_behind(model, before, modes),
    }
