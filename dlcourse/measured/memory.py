"""Remember the first of four symbols over many steps of noise: recurrent cells and attention.

24 units, 400 batches of 64, Adam at 5e-3, gradients clipped at 1. For unit 16.
"""

import torch
import torch.nn.functional as F
from torch import nn

SEEDS = range(3)
SYMBOLS, UNITS, BATCHES = 4, 24, 400


def sequences(n, steps, generator):
    """Return (n, steps, 6): the symbol and a mark at the first step, noise after; and (n,)."""
    y = torch.randint(0, SYMBOLS, (n,), generator=generator)
    x = torch.zeros(n, steps, SYMBOLS + 2)
    x[torch.arange(n), 0, y] = 1
    x[:, 0, SYMBOLS + 1] = 1
    x[:, 1:, SYMBOLS] = torch.randn(n, steps - 1, generator=generator)
    return x, y


class Recurrent(nn.Module):
    """A recurrent layer of torch, and a head that reads its last state."""

    def __init__(self, layer, forget_bias=None):
        super().__init__()
        self.layer = layer(SYMBOLS + 2, UNITS, batch_first=True)
        self.head = nn.Linear(UNITS, SYMBOLS)
        if forget_bias is not None:
            with torch.no_grad():
                self.layer.bias_ih_l0[UNITS : 2 * UNITS] = forget_bias  # rows i, f, g, o
                self.layer.bias_hh_l0[UNITS : 2 * UNITS] = 0

    def forward(self, x):
        """Return the logits of the four symbols."""
        return self.head(self.layer(x)[0][:, -1])


class Attends(nn.Module):
    """The last step asks all steps, and a head reads the answer."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(SYMBOLS + 2, UNITS) for _ in range(3))
        self.head = nn.Linear(UNITS, SYMBOLS)

    def forward(self, x):
        """Return the logits of the four symbols."""
        q, k, v = self.q(x[:, -1:]), self.k(x), self.v(x)
        return self.head(F.scaled_dot_product_attention(q, k, v)[:, 0])


NETWORKS = {
    "RNN": lambda: Recurrent(nn.RNN),
    "GRU": lambda: Recurrent(nn.GRU),
    "LSTM": lambda: Recurrent(nn.LSTM),
    "LSTM, forget bias 3": lambda: Recurrent(nn.LSTM, 3.0),
    "attention": Attends,
}


def remembered(make, steps, seed, batches=BATCHES):
    """Return the share of 1,000 new sequences whose first symbol the trained network names."""
    torch.manual_seed(seed)
    generator, model = torch.Generator().manual_seed(seed), make()
    optimizer = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(batches):
        x, y = sequences(64, steps, generator)
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    x, y = sequences(1000, steps, generator)
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


def measure(seed):
    """Return {network: {steps: share remembered, "weights": how many}}."""
    found = {}
    for name, make in NETWORKS.items():
        found[name] = {"weights": sum(p.numel() for p in make().parameters())}
        for steps in (10, 30):
            found[name][str(steps)] = round(remembered(make, steps, seed), 3)
    return found
