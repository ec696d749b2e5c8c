"""What a network does with its last maps, and what a bump does to it. Digits, for unit 09.

The head flattens the last maps or keeps one number of each, the maximum or the mean; before it
come three convolutions, without pooling or with windows of 2 x 2 that move by 1 or by 2. All are
trained alike. Those of ``NETWORKS``
have about 6,200 weights each, those of ``LARGER`` the 32 maps of the smaller ones' heads.
Each seed draws other images to learn from, another start and another order.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn

from dlcourse.data import digits

SEEDS = range(5)
EPOCHS, RATE, BATCHES = 20, 0.005, 34
NETWORKS = {  # head, step of the pooling between the convolutions (0: none), maps at the end
    "dense": None,
    "flatten": ("flatten", 0, 3),
    "flatten, pooling": ("flatten", 2, 21),
    "maximum": ("maximum", 0, 32),
    "maximum, pooling": ("maximum", 2, 32),
    "maximum, pooling by 1": ("maximum", 1, 32),
    "mean, pooling": ("mean", 2, 32),
}
LARGER = {
    "flatten, 32 maps": ("flatten", 0, 32),
    "flatten, pooling, 32 maps": ("flatten", 2, 32),
}
SHUFFLED = ("dense", "flatten, pooling")
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float64)


def network(name, seed):
    """Return a network of float64 that has not learned yet."""
    torch.manual_seed(seed)
    made = (NETWORKS | LARGER)[name]
    if made is None:
        parts = [nn.Flatten(), nn.Linear(144, 40), nn.ReLU(), nn.Linear(40, 10)]
        return nn.Sequential(*parts).double()
    head, step, maps = made
    parts, side = [], 12
    for before, after in ((1, 8), (8, 16), (16, maps)):
        parts += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
        if step and after != maps:
            parts += [nn.ZeroPad2d((0, 2 - step, 0, 2 - step)), nn.MaxPool2d(2, stride=step)]
            side //= step
    if head != "flatten":
        parts.append(nn.AdaptiveMaxPool2d(1) if head == "maximum" else nn.AdaptiveAvgPool2d(1))
        side = 1
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(maps * side**2, 10)).double()


def parts(seed=0):
    """Return digits on a canvas of 12 x 12, labels, and the numbers of seen and unseen images."""
    images = digits()
    X = torch.tensor(np.pad(images.X, ((0, 0), (0, 0), (2, 2), (2, 2))), dtype=torch.float64)
    split = train_test_split(np.arange(len(X)), test_size=0.4, random_state=seed, stratify=images.y)
    return X, torch.tensor(images.y), *split


def bump(images, right=0, down=0):
    """Return the images, moved by whole pixels (at most 2, or ink leaves on one side)."""
    return torch.roll(images, (down, right), dims=(-2, -1))


def learn(model, X, y, seen, seed=0, jitter=0):
    """Train with Adam; each batch is bumped by up to ``jitter`` pixels."""
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(seen), BATCHES):
            right, down = rng.integers(-jitter, jitter + 1, 2)
            loss = F.cross_entropy(model(bump(X[batch], right, down)), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def read(model, X, y, pixels=0):
    """Return the share read correctly after a bump, the mean of four directions."""
    with torch.no_grad():
        moved = [bump(X, pixels * right, pixels * down) for right, down in SIDES]
        right = [(model(images).argmax(dim=1) == y).double().mean().item() for images in moved]
    return round(sum(right) / 4, 4)


def interval(values, digits=2):
    """Return the mean over five seeds, and half of its 95 % interval (t distribution), in words."""
    mean, sd = np.mean(values, axis=0), np.std(values, axis=0, ddof=1)
    pairs = zip(np.atleast_1d(mean), np.atleast_1d(2.776 * sd / 5**0.5), strict=True)
    return "  ".join(f"{m:.{digits}f} ± {half:.{digits}f}" for m, half in pairs)


def agrees(shares, values):
    """Return whether one run lies within the spread of the stored ones."""
    off = np.abs(np.subtract(shares, np.mean(values, axis=0)))
    return bool((off < 4 * np.std(values, axis=0, ddof=1) + 0.01).all())


def edges(model):
    """Return which share of the first kernels' squares edges with a direction make up, 0 to 1."""
    weight = model[0].weight.detach().view(-1, 9)
    sobel = torch.stack([SOBEL.flatten(), SOBEL.T.flatten()]) / 12**0.5  # two, of length 1
    return round(((weight @ sobel.T).square().sum() / weight.square().sum()).item(), 3)


def measure(seed):
    """Return {name: {"centred", "bumped": shares read at 0, 1 and 2 pixels, ...}}."""
    X, y, seen, unseen = parts(seed)
    order = np.random.default_rng(seed).permutation(144)
    mixed = X.flatten(1)[:, order].view(X.shape)
    found = {}
    for name in NETWORKS | LARGER:
        row = {"weights": sum(p.numel() for p in network(name, seed).parameters())}
        for how, jitter in (("centred", 0), ("bumped", 1)):
            model = learn(network(name, seed), X, y, seen, seed, jitter)
            row[how] = [read(model, X[unseen], y[unseen], pixels) for pixels in range(3)]
            if name != "dense":
                row[f"edges, {how}"] = [edges(network(name, seed)), edges(model)]
        if name in SHUFFLED:
            model = learn(network(name, seed), mixed, y, seen, seed)
            row["shuffled"] = read(model, mixed[unseen], y[unseen])
        found[name] = row
    return found
