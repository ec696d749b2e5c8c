"""A network in place of gravity: one that takes all coordinates, one that takes each pair.

Bodies of mass 1 in a plane, softened by 0.3; 1,000 systems to learn from. Errors are relative:
norm of the difference over norm of the truth. In float64: the lecture trains one more seed live.
For unit 16.
"""

import torch
import torch.nn.functional as F
from torch import nn

SEEDS = range(5)
SOFT, STEPS, UNITS = 0.3, 500, 64


def systems(n, bodies, seed):
    """Return places (n, bodies, 2), drawn."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, bodies, 2, generator=generator, dtype=torch.double)


def accelerations(p):
    """Return the accelerations (n, bodies, 2) at places p, of the same shape."""
    between = p[:, None] - p[:, :, None]  # (n, to, from, 2)
    far = (between**2).sum(dim=-1) + SOFT**2
    return (between / far[..., None] ** 1.5).sum(dim=2)


def dense(given, out):
    """Return a network of two hidden layers."""
    return nn.Sequential(
        nn.Linear(given, UNITS), nn.Tanh(), nn.Linear(UNITS, UNITS), nn.Tanh(),
        nn.Linear(UNITS, out),
    )  # fmt: skip


class Coordinates(nn.Module):
    """All coordinates in, all accelerations out."""

    def __init__(self, bodies=3):
        super().__init__()
        self.bodies, self.net = bodies, dense(2 * bodies, 2 * bodies)

    def forward(self, p):
        """Return accelerations of the shape of p."""
        return self.net(p.flatten(1)).view(-1, self.bodies, 2)


class Pairs(nn.Module):
    """One small network for the difference of any two bodies; what it says is added up."""

    def __init__(self):
        super().__init__()
        self.net = dense(2, 2)

    def forward(self, p):
        """Return accelerations of the shape of p."""
        others = 1 - torch.eye(p.shape[1])
        pulls = self.net(p[:, None] - p[:, :, None])
        return (pulls * others[..., None]).sum(dim=2)


def fit(model, seed, steps=STEPS):
    """Return the model trained on 1,000 systems of three bodies."""
    P, generator = systems(1000, 3, seed), torch.Generator().manual_seed(seed)
    model = model.double()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        p = P[torch.randint(0, len(P), (128,), generator=generator)]
        optimizer.zero_grad()
        F.mse_loss(model(p), accelerations(p)).backward()
        optimizer.step()
        schedule.step()
    return model.eval()


def error(model, p):
    """Return the relative error of all accelerations."""
    with torch.no_grad():
        truth = accelerations(p)
        return ((model(p) - truth).norm() / truth.norm()).item()


def orbit(force, steps=500, h=0.01):
    """Return the largest relative change of the energy over five units of time."""
    x = torch.tensor([[[-0.97, 0.24], [0.97, -0.24], [0.0, 0.0]]]).double()
    v = 0.8 * torch.tensor([[[0.47, 0.43], [0.47, 0.43], [-0.93, -0.86]]]).double()

    def energy():
        between = x[:, None] - x[:, :, None]
        potential = ((between**2).sum(dim=-1) + SOFT**2) ** -0.5 * (1 - torch.eye(3))
        return (0.5 * (v**2).sum() - 0.5 * potential.sum()).item()

    start, most = energy(), 0.0
    with torch.no_grad():
        for _ in range(steps):
            v = v + 0.5 * h * force(x)
            x = x + h * v
            v = v + 0.5 * h * force(x)
            most = max(most, abs(energy() / start - 1))
    return most


def trained(kind, seed):
    """Return a network of this class, trained from weights of this seed."""
    torch.manual_seed(seed)
    return fit(kind(), seed)


def measure(seed):
    """Return {network: its errors where it learned, moved, with five bodies, and in an orbit}."""
    p, five = systems(1000, 3, 1000 + seed), systems(1000, 5, 2000 + seed)
    found = {"truth": {"energy": round(orbit(accelerations), 4)}}
    for name, kind in {"coordinates": Coordinates, "pairs": Pairs}.items():
        model = trained(kind, seed)
        found[name] = {
            "test": round(error(model, p), 4),
            "moved": round(error(model, p + 3), 4),
            "energy": round(orbit(model), 4),
        }
        if name == "pairs":
            found[name]["five bodies"] = round(error(model, five), 4)
    return found
