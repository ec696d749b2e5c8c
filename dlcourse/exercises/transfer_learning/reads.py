"""How the answers of lab 11 that work on a network are read. Nothing here answers anything."""

import torch
from torch import nn

from dlcourse.checks.torch_answers.networks import fill, in_train_mode, moved, state


def blocks(kind, dtype):
    """Return two blocks with batch normalization and a head."""
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU()),
        nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.Dropout(0.5), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        ),
        nn.Linear(3, 2),
    ).to(dtype).train()  # fmt: skip
    if kind == "head frozen":
        model[2].requires_grad_(False)
    if kind == "in eval mode":
        model.eval()
    return model


def read_freeze(freeze, kind, seed, n, x):
    model = fill(blocks(kind, x.dtype), seed)
    freeze(model, n)
    # The container's own mode decides nothing.
    modes = " ".join(name for name in in_train_mode(model).split() if name != "self")
    before = state(model)
    flags = " ".join(name for name, p in model.named_parameters() if p.requires_grad)
    loss = model(x).square().sum()
    learning = [p for p in model.parameters() if p.requires_grad]
    if learning:
        loss.backward()
        torch.optim.SGD(learning, lr=0.1).step()
    return {"parameters that learn": flags, "in train mode": modes, "moved": moved(before, model)}


def layered(kind):
    """Return a network whose children are layers, blocks, or have no weights."""
    if kind == "layers":
        return nn.Sequential(
            nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2)
        )
    if kind == "blocks":
        return nn.Sequential(
            nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)), nn.Flatten(), nn.Linear(8, 2)
        )
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    return model


def read_groups(parameter_groups, kind, lr, decay):
    model = layered(kind)
    names = {id(p): name for name, p in model.named_parameters()}
    groups = [
        dict(group, params=list(group["params"])) for group in parameter_groups(model, lr, decay)
    ]
    optimizer = torch.optim.SGD(groups, lr=1.0)  # refuses a parameter in two groups
    rates = {names[id(p)]: group["lr"] for group in optimizer.param_groups for p in group["params"]}
    return {
        f"rate of {name}": torch.tensor(rates[name], dtype=torch.float64) for name in sorted(rates)
    } | {"parameters in no group": " ".join(n for n in names.values() if n not in rates)}


def target():
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3)
    ).double()


def saved(kind, seed):
    """Return what was saved of another network, by name."""
    other = fill(target(), seed)
    with torch.no_grad():
        other[1].running_mean.add_(2.0)
        other[1].running_var.mul_(3.0)
    found = state(other)
    generator = torch.Generator().manual_seed(seed)
    if kind == "other head":
        found["3.weight"] = torch.rand(5, 8, generator=generator).double()
        found["3.bias"] = torch.rand(5, generator=generator).double()
    if kind == "one missing, one too many":
        del found["0.bias"]
        found["4.weight"] = torch.rand(2, 2, generator=generator).double()
    if kind == "turned kernel":
        found["0.weight"] = found["0.weight"].reshape(1, 2, 3, 3)
    if kind == "other order":
        found = dict(reversed(found.items()))
    return found


def read_load(load_matching, kind, seed):
    model, given = target(), saved(kind, seed)
    fill(model, seed + 1)
    before = {name: value.clone() for name, value in given.items()}
    left = load_matching(model, given)
    after = state(model)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(1.0)  # training goes on; the saved weights must not
    kept = all(torch.equal(given[name], before[name]) for name in before if name in given)
    return {
        "names left alone": " ".join(left),
        **{f"loaded {name}": value for name, value in after.items()},
        "the state was left as it was": kept and set(given) == set(before),
    }
