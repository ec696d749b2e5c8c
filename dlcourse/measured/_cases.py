"""A small CNN for 24 x 24 phantoms, for unit 15's experiments and lecture."""

import torch
import torch.nn.functional as F
from torch import nn


def network(pool=nn.AdaptiveAvgPool2d, c=8):
    """Return two convolutions, one pooling over the whole map, one logit (n, 1)."""
    return nn.Sequential(
        nn.Conv2d(1, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(c, 2 * c, 3, padding=1), nn.BatchNorm2d(2 * c), nn.ReLU(), nn.MaxPool2d(2),
        pool(1), nn.Flatten(), nn.Linear(2 * c, 1),
    )  # fmt: skip


def fit(model, X, y, seed, steps=300, loss=F.binary_cross_entropy_with_logits, lr=5e-3):
    """Return the model after so many steps of Adam, 32 images each, the rate falling as a cosine.

    X and y are arrays; y goes to the loss as float, (n, 1) where it was (n,).
    """
    X, y = torch.as_tensor(X), torch.as_tensor(y)
    y = y.float()[:, None] if loss is F.binary_cross_entropy_with_logits else y
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(steps):
        rows = torch.randint(0, len(X), (32,), generator=generator)
        optimizer.zero_grad()
        loss(model(X[rows]), y[rows]).backward()
        optimizer.step()
        schedule.step()
    return model.eval()


def logits(model, X):
    """Return what the model says of each image, (n,) or (n, outputs), float64."""
    with torch.no_grad():
        z = torch.cat([model(x) for x in torch.as_tensor(X).split(250)]).double().numpy()
    return z[:, 0] if z.shape[1] == 1 else z


def trained(X, y, seed, pool=nn.AdaptiveAvgPool2d, **options):
    """Return a network with weights of this seed, trained."""
    torch.manual_seed(seed)
    return fit(network(pool), X, y, seed, **options)
