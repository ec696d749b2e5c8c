"""How the torch lab's answers that work on a network are read. Nothing here answers anything."""

import torch
from torch import nn

from dlcourse.checks.torch_answers.networks import fill, hooks, in_train_mode, moved, state


def read_train_step(train_step, seed, lr, x, y):
    model = nn.Sequential(
        nn.Linear(x.shape[1], 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 3)
    ).to(x.dtype)
    fill(model, seed).eval()
    model(x).sum().backward()  # gradients of an earlier step
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = train_step(model, optimizer, x, y)
    return {"loss": float(loss), "train mode": in_train_mode(model), "weights": state(model)}


def read_relu_maps(relu_maps, kind, seed, x):
    relu = nn.ReLU()
    layers = [nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), relu, nn.Conv2d(2, 3, 2)]
    layers += [relu if kind == "shared" else nn.ReLU(), nn.Flatten(), nn.LazyLinear(2)]
    model = nn.Sequential(*layers).to(x.dtype).eval()
    model(x)
    fill(model, seed).train(kind != "eval")
    before, modes = state(model), in_train_mode(model)
    maps = relu_maps(model, x)
    return {
        "number of maps": len(maps),
        "maps": list(maps),
        "hooks left": hooks(model),
        "changed": moved(before, model),
        "modes kept": in_train_mode(model) == modes,
    }
