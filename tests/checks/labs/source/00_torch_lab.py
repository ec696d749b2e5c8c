# %% [markdown]
# # Torch lab, for tests

# %%
import torch
import torch.nn.functional as F
from torch import nn

import dlcourse

lab = dlcourse.lab("torch_lab")


# %% solution="dice_loss"
def dice_loss(logits, target):
    """Return 1 - Dice of sigmoid(logits), one Dice per image, averaged; both (n, 1, h, w)."""
    ### BEGIN SOLUTION
    p = torch.sigmoid(logits)
    both = (p * target).sum(dim=(1, 2, 3))
    all_of_both = p.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3))
    return (1 - (2 * both + 1) / (all_of_both + 1)).mean()
    ### END SOLUTION


# %% check="dice_loss"
lab.check(dice_loss)


# %% solution="ResidualBlock"
class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions with batch norm around which x is carried, then a ReLU."""

    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.skip = nn.Sequential()
        if stride > 1 or in_channels != out_channels:
            self.skip.append(nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False))
            self.skip.append(nn.BatchNorm2d(out_channels))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.skip(x))
        ### END SOLUTION


# %% check="ResidualBlock"
lab.check(ResidualBlock)


# %% solution="Standardize"
class Standardize(nn.Module):
    """scale * (x - mean) / std: mean and std are given, scale, all ones at first, learns."""

    def __init__(self, mean, std):
        super().__init__()
        ### BEGIN SOLUTION
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.scale = nn.Parameter(torch.ones_like(mean))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.scale * (x - self.mean) / self.std
        ### END SOLUTION


# %% check="Standardize"
lab.check(Standardize)


# %% solution="train_step"
def train_step(model, optimizer, x, y):
    """Take one step by the cross-entropy of model(x), in train mode; return the loss."""
    ### BEGIN SOLUTION
    model.train()
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% check="train_step"
lab.check(train_step)


# %% solution="relu_maps"
def relu_maps(model, x):
    """Return what each ReLU gives in eval mode, in order; the model stays as it was."""
    ### BEGIN SOLUTION
    maps = []
    mode = model.training
    model.eval()
    hooks = [
        m.register_forward_hook(lambda module, inputs, output: maps.append(output))
        for m in model.modules()
        if isinstance(m, nn.ReLU)
    ]
    model(x)
    for hook in hooks:
        hook.remove()
    model.train(mode)
    return maps
    ### END SOLUTION


# %% check="relu_maps"
lab.check(relu_maps)
