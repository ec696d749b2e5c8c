"""Small networks in double precision, the same weights in several ways of writing."""

import torch
import torch.nn.functional as F
from torch import nn


class Written(nn.Module):
    """Two convolutions; ``bend`` says how each ReLU is written."""

    def __init__(self, bend="modules"):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.head = nn.Linear(4, 3)
        inplace = bend == "inplace"
        if bend in ("modules", "inplace", "one module twice", "one of two"):
            self.relu1 = nn.ReLU(inplace)
        if bend in ("modules", "inplace"):
            self.relu2 = nn.ReLU(inplace)
        if bend == "one module twice":
            self.relu2 = self.relu1
        if bend == "one of two":
            self.relu2 = F.relu
        if bend == "F.relu":
            self.relu1 = self.relu2 = F.relu
        if bend == "clamp":
            self.relu1 = self.relu2 = lambda x: x.clamp(min=0)
        if bend == "LeakyReLU":
            self.relu1 = self.relu2 = nn.LeakyReLU(0.1)
        torch.manual_seed(0)
        for part in (self.conv1, self.conv2, self.head):
            part.reset_parameters()
        self.double().eval()

    def forward(self, x):
        x = self.relu1(self.conv1(x))
        return self.head(self.relu2(self.conv2(x)).mean((2, 3)))


def images(n=3, rows=8, columns=9, seed=0):
    """Return ``n`` images of two channels, in double precision."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, 2, rows, columns, generator=generator, dtype=torch.float64)
