"""Lab 17, additive_net: one curve per measurement, whose weights an optimizer must find."""

# ruff: noqa: D101, D102

import torch
from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_additive


def additive_inputs(rng):
    return [(p, hidden, int(rng.integers(2**31))) for p, hidden in ((3, 4), (2, 8), (5, 3))]


def curve(hidden, wide=1, bend=nn.Tanh):
    return nn.Sequential(nn.Linear(wide, hidden), bend(), nn.Linear(hidden, 1))


class AdditiveNet(nn.Module):
    def __init__(self, p, hidden):
        super().__init__()
        self.parts = nn.ModuleList(curve(hidden) for _ in range(p))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.bias + sum(part(x[:, [j]])[:, 0] for j, part in enumerate(self.parts))


def additive_net(p, hidden):
    return AdditiveNet(p, hidden)


class ByEinsum(nn.Module):
    def __init__(self, p, hidden):
        super().__init__()
        self.a, self.b = (nn.Parameter(torch.randn(p, hidden)) for _ in range(2))
        self.c, self.d = nn.Parameter(torch.randn(p, hidden)), nn.Parameter(torch.zeros(p))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        bent = torch.tanh(x[:, :, None] * self.a + self.b)
        return (torch.einsum("nph,ph->np", bent, self.c) + self.d).sum(dim=1) + self.bias


class ByGroups(nn.Module):
    def __init__(self, p, hidden):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(p, p * hidden, 1, groups=p), nn.Tanh(), nn.Conv1d(p * hidden, p, 1, groups=p)
        )
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.net(x[:, :, None]).sum(dim=(1, 2)) + self.bias


class ByName(nn.Module):
    def __init__(self, p, hidden):
        super().__init__()
        self.parts = nn.ModuleDict({f"feature {j}": curve(hidden) for j in range(p)})
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        columns = x.split(1, dim=1)
        pairs = zip(self.parts.values(), columns, strict=True)
        return torch.cat([part(c) for part, c in pairs], dim=1).sum(dim=1) + self.bias


class Wrong(AdditiveNet):
    """The same with one thing wrong, which a subclass says."""

    bend, last = nn.Tanh, staticmethod(lambda z: z)

    def __init__(self, p, hidden):
        super().__init__(p, hidden)
        self.parts = nn.ModuleList(curve(hidden, bend=type(self).bend) for _ in range(p))

    def forward(self, x):
        return self.last(super().forward(x))


class PlainList(Wrong):
    def __init__(self, p, hidden):
        super().__init__(p, hidden)
        del self.parts
        self.parts = [curve(hidden) for _ in range(p)]


class OneCurve(Wrong):
    def __init__(self, p, hidden):
        super().__init__(p, hidden)
        self.parts = nn.ModuleList([curve(hidden)] * p)


class SeesAll(Wrong):
    def __init__(self, p, hidden):
        super().__init__(p, hidden)
        self.parts = nn.ModuleList(curve(hidden, wide=p) for _ in range(p))

    def forward(self, x):
        return self.bias + sum(part(x)[:, 0] for part in self.parts)


class Product(Wrong):
    def forward(self, x):
        z = [part(x[:, [j]])[:, 0] for j, part in enumerate(self.parts)]
        return self.bias + torch.stack(z).prod(dim=0)


class FirstOnly(Wrong):
    def forward(self, x):
        return self.bias + sum(part(x[:, [0]])[:, 0] for part in self.parts)


class Straight(Wrong):
    bend = nn.Identity


class Rectified(Wrong):
    bend = nn.ReLU


class Column(Wrong):
    def forward(self, x):
        return super().forward(x)[:, None]


class Squashed(Wrong):
    last = staticmethod(torch.tanh)


class Probability(Wrong):
    last = staticmethod(torch.sigmoid)


class Unbiased(Wrong):
    def __init__(self, p, hidden):
        super().__init__(p, hidden)
        del self.bias
        self.bias = 0


class NotSummed(Wrong):
    def forward(self, x):
        z = [part(x[:, [j]]) for j, part in enumerate(self.parts)]
        return self.bias + torch.cat(z, dim=1)


EXERCISE = Exercise(
    "additive_net",
    points=3,
    sitting=2,
    answer=additive_net,
    inputs=additive_inputs,
    forbidden=("dlcourse",),
    torch=TorchRead(read_additive),
    tolerance=(1e-4, 1e-4),
    also_right=[ByEinsum, ByGroups, ByName],
    mistakes=[
        Mistake(
            "A plain list hides its networks: the optimizer would find the bias alone. "
            "nn.ModuleList.",
            PlainList,
            credit=0.5,
        ),
        Mistake(
            "The same network p times: age and blood pressure would share one curve. Build p.",
            OneCurve,
            credit=0.25,
        ),
        Mistake(
            "Every part sees all measurements, so they interact. Part j takes x[:, [j]].",
            SeesAll,
            credit=0.25,
        ),
        Mistake("A product of the parts: the effects interact. Add them.", Product, credit=0.25),
        Mistake("Every part reads measurement 0. Part j takes x[:, [j]].", FirstOnly, credit=0.25),
        Mistake(
            "Without tanh between its two layers each curve is a straight line: linear "
            "regression, with more weights.",
            Straight,
            credit=0.25,
        ),
        Mistake("ReLU in place of tanh: another shape of curve was asked for.", Rectified, 0.5),
        Mistake(
            "Shape (n, 1). The loss would broadcast it with y to (n, n): give (n,).",
            Column,
            credit=0.5,
        ),
        Mistake(
            "A tanh after the sum makes the effects interact. A link belongs into the loss.",
            Squashed,
            credit=0.25,
        ),
        Mistake(
            "A sigmoid after the sum: give the logit, and leave the link to the loss.",
            Probability,
            credit=0.5,
        ),
        Mistake("The common bias b is missing, one parameter.", Unbiased, credit=0.5),
        Mistake("The parts stand side by side, (n, p): add them up.", NotSummed, credit=0.25),
    ],
    hints=[
        "One nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1)) for each of the "
        "p measurements, in an nn.ModuleList, and an nn.Parameter for b.",
        "Part j is called with x[:, [j]], a column of shape (n, 1), and gives (n, 1).",
        "self.bias + sum(part(x[:, [j]])[:, 0] for j, part in enumerate(self.parts)).",
    ],
)
