"""Generative adversarial networks on things whose truth is known: one number, and a ring of eight.

One number: four in five patients around -2, one in five around +2. The ring: eight clusters, as
eight kinds of patients. Counted is which share, or which kinds, the generator makes. In float64: a
game of two amplifies rounding, and the lecture plays one more seed live. For unit 16.
"""

import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEEDS = range(5)
SHOWN = 2  # the seed of the pictures: the standard game collapses, the saturating one does not
EDGES = np.linspace(-4, 4, 33)
WATCHED = (0, 50, 100, 200, 400, 700, 1000)
RIVALS = {
    "standard": {},
    "saturating": {"saturating": True},
    "D ten times as fast": {"rate_d": 1e-2},
    "G ten times as fast": {"rate_g": 1e-2},
}


def mlp(*sizes):
    """Return dense layers of these sizes with ReLU between."""
    layers = [part for a, b in itertools.pairwise(sizes) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def drawn(n, numbers, generator):
    """Return Gaussian numbers, (n, numbers)."""
    return torch.randn(n, numbers, generator=generator, dtype=torch.double)


def two_kinds(n, generator):
    """Return one number for each of ``n`` patients, (n, 1)."""
    sign = 1 - 2.0 * (torch.rand(n, 1, generator=generator) < 0.8)
    return 0.5 * drawn(n, 1, generator) + 2 * sign


ANGLES = torch.arange(8).double() * torch.pi / 4
CENTRES = 2 * torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)


def ring(n, generator):
    """Return points (n, 2) around eight centres, 0.05 wide."""
    kind = torch.randint(0, 8, (n,), generator=generator)
    return CENTRES[kind] + 0.05 * drawn(n, 2, generator)


def kinds_made(x):
    """Return how many of the eight have 20 of 2,000 points within 0.25."""
    far = torch.cdist(x, CENTRES)
    near = far.min(dim=1).values < 0.25
    return sum(int((near & (far.argmin(dim=1) == kind)).sum() >= 20) for kind in range(8))


def play(real, dim, seed, steps, units=48, noise=2, rate_d=1e-3, rate_g=1e-3, saturating=False):
    """Return the generator, its losses (steps, 2), and 1,000 points at each watched step."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    G, D = mlp(noise, units, units, dim).double(), mlp(dim, units, units, 1).double()
    of_d = torch.optim.Adam(D.parameters(), rate_d, betas=(0.5, 0.999))
    of_g = torch.optim.Adam(G.parameters(), rate_g, betas=(0.5, 0.999))
    losses, watched = [], {}
    watcher = torch.Generator().manual_seed(99)
    for step in range(steps + 1):
        if step in WATCHED:
            with torch.no_grad():
                watched[step] = G(drawn(1000, noise, watcher))
        x = real(128, generator)
        made = G(drawn(128, noise, generator)).detach()
        of_d.zero_grad()
        loss_d = F.softplus(-D(x)).mean() + F.softplus(D(made)).mean()
        loss_d.backward()
        of_d.step()
        of_g.zero_grad()
        z = D(G(drawn(128, noise, generator)))
        loss_g = -F.softplus(z).mean() if saturating else F.softplus(-z).mean()
        loss_g.backward()
        of_g.step()
        losses.append((loss_d.item(), loss_g.item()))
    with torch.no_grad():
        last = G(drawn(2000, noise, generator))
    return last, np.array(losses), watched


def one_number(seed):
    """Return what ``play`` does for two kinds of patients and one number."""
    return play(two_kinds, 1, seed, 1000, units=32, noise=1)


def eight_kinds(seed, rival):
    """Return what ``play`` does for the ring and one of ``RIVALS``."""
    return play(ring, 2, seed, 1000, **RIVALS[rival])


def rare_share(x):
    """Return which share of what was made is of the rare kind."""
    return (x > 0).double().mean().item()


def settled(losses):
    """Return the mean loss of D over the last 300 steps."""
    return losses[-300:, 0].mean()


def measure(seed):
    """Return shares, losses, kinds made, and snapshots for the pictures.

    A snapshot of the ring is x, y, x, y, ... of 150 points, in hundredths.
    """
    last, losses, watched = one_number(seed)
    found = {"one number": {
        "share of the rare": round(rare_share(last), 4), "loss of D": round(settled(losses), 4),
    }}  # fmt: skip
    if seed == SHOWN:
        found["one number"]["seen"] = {
            str(step): np.histogram(x[:, 0], EDGES)[0].tolist() for step, x in watched.items()
        }
    for name in RIVALS:
        last, losses, watched = eight_kinds(seed, name)
        found[name] = {"kinds": kinds_made(last), "loss of D": round(settled(losses), 4)}
        if seed == SHOWN:
            found[name]["seen"] = {
                str(step): (100 * x[:150]).round().int().flatten().tolist()
                for step, x in watched.items()
            }
    return found
