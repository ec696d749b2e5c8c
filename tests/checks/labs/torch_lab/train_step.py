"""Torch lab, train_step: one step of an optimizer, judged by what it does to the network."""

import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_train_step


def train_step_inputs(rng):
    def case(n, features, lr):
        seed = int(rng.integers(2**31))
        return seed, lr, rng.normal(size=(n, features)), rng.integers(0, 3, n)

    return [case(4, 2, 0.5), case(6, 3, 0.1), case(int(rng.integers(5, 9)), 2, 1.0)]


def train_step(model, optimizer, x, y):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def with_a_closure(model, optimizer, x, y):
    model.train(True)

    def closure():
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure).detach()


def cleared_by_hand(model, optimizer, x, y):
    model.train()
    for parameter in model.parameters():
        parameter.grad = None
    log_p = model(x).log_softmax(dim=1)
    loss = -log_p[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    return loss


def with_gradients_set(model, optimizer, x, y):
    model.train()
    loss = F.nll_loss(F.log_softmax(model(x), dim=1), y)
    parameters = list(model.parameters())
    for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = slope
    optimizer.step()
    return float(loss)


def step(
    model, optimizer, x, y, *,
    train=True, clear="before", moves=True, loss_of=F.cross_entropy, report="before",
):  # fmt: skip
    """Train for one step; the options are the ways in which this is done wrong."""
    if train:
        model.train()
    if clear == "before":
        optimizer.zero_grad()
    loss = loss_of(model(x), y)
    loss.backward()
    if clear == "after":
        optimizer.zero_grad()
    if moves:
        optimizer.step()
    return (loss if report == "before" else loss_of(model(x), y)).item()


def wrong(**options):
    return lambda model, optimizer, x, y: step(model, optimizer, x, y, **options)


def step_first(model, optimizer, x, y):
    model.train()
    optimizer.step()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    return loss.item()


def left_in_eval(model, optimizer, x, y):
    loss = step(model, optimizer, x, y)
    model.eval()
    return loss


EXERCISE = Exercise(
    "train_step",
    points=3,
    answer=train_step,
    inputs=train_step_inputs,
    torch=TorchRead(read_train_step),
    also_right=[with_a_closure, cleared_by_hand, with_gradients_set],
    mistakes=[
        Mistake(
            "The gradients of the step before were still there: zero_grad().",
            wrong(clear="never"),
            credit=0.25,
        ),
        Mistake(
            "Dropout and batch norm were asleep: model.train().", wrong(train=False), credit=0.5
        ),
        Mistake(
            "No weight moved: backward() must reach the weights, their gradients must still be "
            "there, and optimizer.step() goes.",
            wrong(clear="after"),
        ),
        Mistake("You stepped before you looked: by the gradients of an earlier batch.", step_first),
        Mistake(
            "cross_entropy brings its own softmax: give it logits.",
            wrong(loss_of=lambda z, y: F.cross_entropy(z.softmax(1), y)),
        ),
        Mistake(
            "Summed over patients; the mean was asked.",
            wrong(loss_of=lambda z, y: F.cross_entropy(z, y, reduction="sum")),
        ),
        Mistake("That is the loss after the step.", wrong(report="after")),
        Mistake("Left in eval mode: training goes on after this step.", left_in_eval, credit=0.75),
    ],
    hints=["Five lines: train mode, clear, loss, backward, step.", "return loss.item()"],
)
