# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · Architectures
#
# **How can 121 layers weigh less than 16?**
#
# CheXNet read chest X-rays in 2017 with DenseNet-121: 121 layers deep, 8 million weights. VGG-16 is
# 16 layers deep and has 138 million. So depth does not make a network heavy. Does it make one good?
# In this unit you count, then you go deeper, and see what breaks.
#
# After this lecture you can
#
# 1. count the weights, multiply-adds and activations of any network, and say by which convention;
# 2. say where they sit, layer by layer;
# 3. show that a deeper plain network learns its own training set *worse*, and explain why;
# 4. write a residual block, and say what its skip does and what it does not do;
# 5. tell VGG, Inception, ResNet and DenseNet by their blocks (sitting 2);
# 6. compute how far a unit sees, and measure how far it looks (sitting 3).
#
# *You need:* [08](08_initialization_and_regularization.ipynb) and [09](09_convolution.ipynb).
# *Lab:* [lab 10](../labs/10_architectures.ipynb).
#
# Folded cells draw, or print tables; click the three dots to open one. Run cell by cell: then figures
# are alive and predictions stay predictions.

# %%
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import architectures as arch
from dlcourse import measured, plots
from dlcourse.accelerated import devices
from dlcourse.measured import degradation, skips
from dlcourse.widgets import counted, explore, rounded

torch.set_num_threads(1)  # the networks here are small: a second thread is in the way

# %% [markdown]
# ## Sitting 1 · To count a network, and to let it be deep
#
# *Read in 45 minutes.*
#
# ### What one layer costs
#
# A network has three prices. **Weights** must be stored and learned. **Multiply-adds** take time:
# one multiplication with the addition that follows. **Activations** are the numbers that the
# layers give; training keeps them until the way back.
#
# A convolution has $c_{out}$ filters. Each reads $c_{in}$ channels through a window of $k \times k$.
#
# - One filter has $c_{in}\,k^2$ weights and one bias. All filters: $c_{out}\,(c_{in}\,k^2 + 1)$.
# - At one place, one filter multiplies each of its weights once: $c_{in}\,k^2$ products.
# - It stands at $h \times w$ places *of the output*. All filters: $c_{out}\,h\,w\,c_{in}\,k^2$.
# - The output has $c_{out}\,h\,w$ activations.
#
# A dense layer is the case $k = h = w = 1$. Our convention: a multiply-add counts once; biases,
# normalization, activation functions and pooling count nothing.


# %%
def conv_costs(c_in, c_out, k, places):
    """Return weights, multiply-adds and activations of one convolution."""
    one_filter = c_in * k * k
    return c_out * (one_filter + 1), c_out * places * one_filter, c_out * places


layer, photo = nn.Conv2d(3, 96, 11, stride=4), torch.zeros(1, 3, 227, 227)
assert layer(photo).shape == (1, 96, 55, 55)
assert arch.count_macs(layer, photo) == conv_costs(3, 96, 11, 55 * 55)[1]
print("AlexNet's first: {:,} weights, {:,} multiply-adds".format(*conv_costs(3, 96, 11, 55 * 55)))

# %% [markdown]
# *Predict:* a layer of 3 × 3 from 64 to 64 channels stands early in a network, on maps of 56 × 56,
# and once more at its end, on maps of 7 × 7. How do weights and work compare?

# %%
print("maps       weights   work")
for side in (56, 7):
    weights, products, _ = conv_costs(64, 64, 3, side * side)
    print(f"{side:2} x {side:2}    {weights:,}   {products / 1e6:5.1f} M multiply-adds")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The same weights, and 64 times the work: weights do not depend on the size of the map. "More
# weights, more work" is wrong.
# </details>
#
# ### Where sixty million parameters sit
#
# Nobody counts a whole network by hand. A **hook** is a function that torch calls whenever a layer
# has run. It sees what the layer got and gave, and these few lines count most networks. (A filter of
# a convolution and a row of a dense layer are both `weight[0]`.)


# %%
def count(network, image):
    """Return (name, weights, multiply-adds) of each convolution and dense layer."""
    rows = []

    def note(layer, given, output):
        weights = sum(p.numel() for p in layer.parameters())
        rows.append((type(layer).__name__, weights, output.numel() * layer.weight[0].numel()))

    summed = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    hooks = [m.register_forward_hook(note) for m in summed]
    network.eval()(image)
    for hook in hooks:
        hook.remove()
    return rows


with torch.device("meta"):  # shapes without numbers: nothing is stored or computed
    alexnet, photo = arch.AlexNet(), torch.zeros(1, 3, 227, 227)
rows = count(alexnet, photo)
print(f"weights {sum(r[1] for r in rows):,}, multiply-adds {sum(r[2] for r in rows):,}")
assert sum(r[2] for r in rows) == arch.count_macs(alexnet, photo)

# %% [markdown]
# That is AlexNet as in the paper of 2012: 60,965,224 weights, there "60 million". The library's
# `count_layers` does the same for more kinds of layers, and calls multiply-adds `macs`. Its result
# makes a table that you can sort. *Predict:* sorted by weights, which layers come first? And by
# multiply-adds?

# %%
table = pd.DataFrame(arch.count_layers(alexnet, photo))
table["share of weights"] = (table.parameters / table.parameters.sum()).round(3)
table["share of work"] = (table.macs / table.macs.sum()).round(3)
columns = ["kind", "shape", "parameters", "macs", "share of weights", "share of work"]
with_commas = dict.fromkeys(("parameters", "macs"), "{:,}".format)
by_weights = table.sort_values("parameters", ascending=False)[columns]
print(by_weights.to_string(index=False, formatters=with_commas))
dense = table.kind == "Linear"
shares = table[["parameters", "macs"]][dense].sum() / table[["parameters", "macs"]].sum()
print(f"dense layers: {shares.parameters:.0%} of the weights, {shares.macs:.0%} of the work")
print(f"activations: {table.activations.sum():,}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By weights the three dense layers: 96 %. By work the convolutions: 92 %. Try
# `table.sort_values("macs")`.
# </details>
#
# The 659,272 activations are the paper's "650,000 neurons".
#
# **Move** the side of the image, in pixels. *Predict:* which bars grow, which stay, and what does a network
# with a dense layer do at another size than its own?

# %% folded=true
from functools import cache

BUILT = {"AlexNet": arch.AlexNet, "VGG-16": arch.VGG, "ResNet-18": lambda: arch.ResNet(18)}
OWN = {"AlexNet": 227, "VGG-16": 224, "ResNet-18": 224}


CHANGES = range(-96, 97, 32)


@cache
def built(name):
    """Return the network, without memory for its weights."""
    with torch.device("meta"):
        return BUILT[name]()


@cache
def costs(name, side):
    """Return the layers that can run, and whether all can."""
    network, image = built(name), torch.zeros(1, 3, side, side, device="meta")
    try:
        found, whole = arch.count_layers(network, image), True
    except RuntimeError:
        flatten = [type(part) for part in network].index(nn.Flatten)
        found, whole = arch.count_layers(network[:flatten], image), False
    return [layer for layer in found if layer.macs], whole


for name in BUILT:
    for change in CHANGES:
        costs(name, OWN[name] + change)  # counted once, so that the figure need only draw


def draw_price_tag(network="AlexNet", change_of_side=0):
    side = OWN[network] + change_of_side
    layers, whole = costs(network, side)
    figure, panels = plots.subplots(2, 1, width=7.6, height=4.6)
    at = np.arange(1, len(layers) + 1)
    dense = np.array([x.kind == "Linear" for x in layers])
    weights = np.array([x.parameters for x in layers]) / 1e6
    work = np.array([x.macs for x in layers]) / 1e6
    # The axes hold the largest image too, so that bars are seen to grow.
    largest, _ = costs(network, OWN[network] + max(CHANGES))
    for ax, values, field_, label in (
        (panels[0], weights, "parameters", "weights,\nmillions"),
        (panels[1], work, "macs", "multiply-adds,\nmillions"),
    ):
        top = float(f"{1.1 * max(getattr(x, field_) for x in (*largest, *layers)) / 1e6:.1g}")
        ax.bar(at[~dense], values[~dense], color=plots.BLUE)
        ax.bar(at[dense], values[dense], color=plots.VERMILLION, hatch="//")
        ax.set(ylabel=label, xlim=(0.3, 21.7), ylim=(0, 1.15 * top), xticks=[1, 5, 10, 15, 20])
        ax.set_yticks([0, top], labels=["0", f"{top:>4g}"])
    panels[1].set(xlabel="layer (hatched: dense)")
    end = "All layers run." if whole else "The dense layers refuse: they need the size they know."
    return figure, (
        f"{network} on {side} × {side} pixels: {weights.sum():.1f} M weights and "
        f"{work.sum() / 1e3:.2f} G multiply-adds in the {len(layers)} layers shown. {end}"
    )


explore(draw_price_tag, network=list(BUILT), change_of_side=(-96, 96, 32))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Weights stay. The work of convolutions grows with the area. After a flatten, one weight belongs to
# one place, so AlexNet and VGG refuse. ResNet takes the mean over all places first ([global average
# pooling](glossary.md#global-average-pooling)) and runs at any size.
# </details>
#
# The same prices of nine networks, for one image of the size that each was made for:

# %% folded=true
MAKE = {
    "LeNet 1989": (arch.LeNet1989, 1, 16), "LeNet-5": (arch.LeNet5, 1, 32),
    "AlexNet": (arch.AlexNet, 3, 227), "VGG-16": (arch.VGG, 3, 224),
    "Inception-v3": (arch.InceptionV3, 3, 299), "ResNet-18": (lambda: arch.ResNet(18), 3, 224),
    "ResNet-50": (arch.ResNet, 3, 224), "ResNet-152": (lambda: arch.ResNet(152), 3, 224),
    "DenseNet-121": (arch.DenseNet121, 3, 224),
}  # fmt: skip
found = {}
for name, (make, channels, side) in MAKE.items():
    with torch.device("meta"):
        network, image = make(), torch.zeros(1, channels, side, side)
    layers = pd.DataFrame(arch.count_layers(network, image))
    found[name] = {
        "million weights": arch.count_parameters(network) / 1e6,
        "million multiply-adds": layers.macs.sum() / 1e6,
        "million activations": layers.activations[layers.macs > 0].sum() / 1e6,
        "largest layer has": f"{layers.parameters.max() / layers.parameters.sum():.0%}",
    }
print(
    pd.DataFrame(found).T.to_string(float_format=lambda x: f"{x:,.0f}" if x >= 100 else f"{x:#.3g}")
)

# %% [markdown]
# The first half of the opening question is answered. **One layer of VGG-16 has 74 % of its
# weights**: 25,088 numbers, each wired to 4,096 neurons. DenseNet-121 takes a mean over places and
# ends in one layer of 1 million. And it has no wide layers, as sitting 2 will show. Note also
# ResNet-152 beside AlexNet: fewer weights, 16 times the work.
#
# ### Deeper is worse
#
# Now the second half: is it depth that makes a network good? We train plain networks of 3 × 3
# convolutions on the digits of unit 09, with all that unit 08 taught: He's weights, batch norm,
# momentum. They have 6, 18, 34 and 58 layers. And we look at the *training* images, where more
# layers should only help. *Predict:* what share of its own training images does the network of 58
# layers read, after 12 epochs? The one with 6 layers reads all but 1 in 1,000.


# %%
def spread(shares):
    """Return mean and standard deviation over seeds, in words."""
    return f"{shares.mean():.3f} ± {shares.std(ddof=1):.3f}"


race, kinds = measured.load("degradation"), ("plain", "skip")
read = {
    d: {k: spread(race.values(k, d, "train")[:, -1]) for k in kinds}
    for d in ("6", "18", "34", "58")
}
print(pd.DataFrame(read).T.rename_axis("layers").to_string())
print(race)
for kind in kinds:
    live = degradation.train(18, skip=kind == "skip", seed=0, epochs=3)["train"]
    known = race.values(kind, "18", "train")[:, :3]
    off = np.abs(live - known.mean(axis=0))
    assert (off < np.maximum(5 * known.std(axis=0, ddof=1), 0.03)).all()
print("18 layers, plain and with skips, the first 3 epochs: within the stored spread")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# About a quarter. It reads as few of the test images, so this is *not* overfitting. He and others
# named it [degradation](glossary.md#degradation) in 2015. (The column "skip" is explained below.)
# </details>
#
# Means ± standard deviations over five seeds, trained by the script that is named. One seed of
# 18 layers was trained live for the first 3 of 12 epochs, and lies within what is stored.
#
# **Race.** Each thin line is one seed. *Predict:* are 34 and 58 plain layers stuck, or only slow?


# %% folded=true
def draw_race(depth=18, with_skips=False):
    kind = "skip" if with_skips else "plain"
    curves = race.values(kind, str(depth), "train")
    test = race.values(kind, str(depth), "test")
    figure, ax = plots.subplots(width=7.2, height=3.2)
    epochs = np.arange(1, degradation.EPOCHS + 1)
    for curve in curves:
        ax.plot(epochs, curve, "-", color=plots.SKY, lw=1.2)
    ax.plot(epochs, curves.mean(axis=0), "o-", color=plots.BLUE, ms=5)
    ax.axhline(0.1, ls=":", color=plots.GREY)
    ax.set(xlabel="epoch (thick: mean of five seeds; dotted: guessing)", ylim=(0, 1.05))
    ax.set(ylabel="training images\nread correctly", xticks=[1, 4, 8, 12], yticks=[0, 0.5, 1])
    return figure, (
        f"{depth} layers, {'with skips' if with_skips else 'plain'}: after 12 epochs "
        f"{curves[:, -1].mean():.3f} of the training images (seeds from {curves[:, -1].min():.3f} "
        f"to {curves[:, -1].max():.3f}) and {test.mean():.3f} of the test images are read correctly."
    )


explore(draw_race, depth=list(degradation.DEPTHS), with_skips=False)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Slow: after 12 epochs their mean curves still rise. Where they would end, these curves do not say. But
# after 12 epochs 58 plain layers read fewer than 58 layers with skips after two.
# </details>
#
# ### It could copy
#
# A deeper network *can* do all that a shallow one does: its further layers need only copy. To see
# it, take smaller networks that one can look through: dense layers of 32 neurons, no batch norm.


# %%
def layer(inputs, outputs):
    """Return a dense layer with He's weights."""
    made = nn.Linear(inputs, outputs)
    nn.init.kaiming_normal_(made.weight, nonlinearity="relu")
    nn.init.zeros_(made.bias)
    return made


class Block(nn.Module):
    """Two layers; with ``skip``, x is carried around them and added."""

    def __init__(self, skip):
        super().__init__()
        self.skip = skip
        self.branch = nn.Sequential(layer(32, 32), nn.ReLU(), layer(32, 32))

    def forward(self, x):
        return F.relu(x + self.branch(x) if self.skip else self.branch(x))


def dense_network(depth, skip=False):
    blocks = [Block(skip) for _ in range((depth - 2) // 2)]
    return nn.Sequential(layer(64, 32), nn.ReLU(), *blocks, layer(32, 10))


X, y, train, _ = degradation.parts()
X, y = X.flatten(1)[train], y[train]  # 1,078 digits, 64 pixels each


def learn(network, seed=0, epochs=20):
    """Train; return the share of training images read correctly."""
    optimizer, rng = torch.optim.SGD(network.parameters(), lr=0.1), np.random.default_rng(seed)
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(len(y)), 34):
            optimizer.zero_grad()
            F.cross_entropy(network(X[batch]), y[batch]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
    return (network(X).argmax(dim=1) == y).double().mean().item()


# %% [markdown]
# Train 6 layers. Then put 26 blocks in front of the head that copy: their weights are the identity
# matrix, and ReLU lets numbers pass that are not negative. *Predict* what the 58 layers read, as
# copies and when trained from a random start.

# %%
torch.manual_seed(0)
six = dense_network(6)
six_reads = learn(six)
copies = [Block(skip=False) for _ in range(26)]
for block in copies:
    for part in block.branch[::2]:
        nn.init.eye_(part.weight)
by_copying = nn.Sequential(*six[:-1], *copies, six[-1])
copied = (by_copying(X).argmax(dim=1) == y).double().mean().item()
from_scratch = learn(dense_network(58), epochs=8)  # below: five seeds, 20 epochs
assert copied == six_reads > 0.98 and from_scratch < 0.2
print("share of the training images read correctly")
print(f"6 layers trained: {six_reads:.2f}; and 52 that copy: {copied:.2f}")
print("58 layers, trained from a random start for 8 epochs: below 0.2; a guess reads 0.1")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The copy reads exactly as well. So a good network of 58 layers exists. In 8 epochs descent from a
# random start does not find it, and guesses. (Nor does it in 20: a table below has five seeds.)
# </details>
#
# ### Inputs become one
#
# The usual explanation is a vanishing gradient (unit 06). We measure it in the next section. First
# follow two inputs forward. How alike do they become, by the cosine of the angle between them?
#
# **Formula.** Take two inputs at a right angle: their cosine is 0. One neuron with random weights
# makes the sums $u$ and $v$ of them. These are independent normal numbers; scale them to variance 1.
# Below, $E$ is the mean over random weights.
#
# - Half of all $u$ are negative, and ReLU removes them: $E[\text{relu}(u)^2] = \tfrac12$.
# - The mean of what is left is $E[\text{relu}(u)] = \int_0^\infty \tfrac{u}{\sqrt{2\pi}}
#   e^{-u^2/2}\,du$, which is $\tfrac{1}{\sqrt{2\pi}}$.
# - For independent numbers the mean of the product is the product of the means:
#   $E[\text{relu}(u)\,\text{relu}(v)] = \tfrac{1}{2\pi}$.
# - A cosine is the product over the squares: $\tfrac{1}{2\pi} / \tfrac12 = \tfrac1\pi \approx 0.32$.
#
# So one layer turned a right angle, cosine 0, into cosine 0.32: no number after a ReLU is negative,
# and two lists of such numbers point into one corner. The next layer turns them further. For any
# cosine $c$ before a layer, the one after it is (Cho and Saul 2009)
#
# $$c' = \tfrac{1}{\pi}\left(\sqrt{1 - c^2} + c\,(\pi - \arccos c)\right).$$


# %%
def after_a_layer(c):
    return (np.sqrt(1 - c * c) + c * (np.pi - np.arccos(c))) / np.pi


c, wide = 0.0, F.relu(torch.eye(2, 4096) @ torch.randn(4096, 4096))
print(
    f"right angle: formula {after_a_layer(c):.2f}, 4,096 neurons {F.cosine_similarity(*wide, dim=0):.1f}"
)
for depth in range(1, 59):
    c = after_a_layer(c)
    if depth in (1, 5, 20, 58):
        print(f"after {depth:2} layers: {c:.3f}")

# %% [markdown]
# **Move** the depth and the strength of the branch. Left: how alike inputs are, layer by layer.
# Right: the size of their numbers. Everything is computed anew, before any training. *Predict:*
# does a skip alone (strength 1) keep inputs apart? And with a strength of 0?

# %% folded=true
DRAWN = np.random.default_rng(0).normal(size=(58, 32, 32)).astype("float32") / 4
STEM = np.random.default_rng(1).normal(size=(64, 32)).astype("float32") * (2 / 64) ** 0.5
SOME = X[::9].numpy()


def forward(depth, skip, strength):
    """Return cosine and root mean square before each block and before the head."""
    h, found = np.maximum(SOME @ STEM, 0), []
    for first, second in zip(DRAWN[:depth:2], DRAWN[1:depth:2], strict=True):
        unit = h / (np.linalg.norm(h, axis=1, keepdims=True) + 1e-30)
        found.append(((unit.mean(axis=0) ** 2).sum(), np.sqrt((h.astype(float) ** 2).mean())))
        v = strength * (np.maximum(h @ first, 0) @ second)
        h = np.maximum(h + v if skip else v, 0)
    return np.array(found).T


def draw_inputs(depth=58, skip=False, strength=1.0):
    cosines, sizes = forward(depth, skip, strength)
    at = 1 + 2 * np.arange(len(cosines))
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.1)
    left.plot(at, cosines, "o-", color=plots.BLUE, ms=4)
    left.set(xlabel="layer", ylabel="mean cosine of\ntwo inputs", ylim=(0, 1.05))
    left.set(yticks=[0, 0.5, 1], xlim=(0, 58), xticks=[1, 29, 57])
    right.plot(at, np.maximum(sizes, 1e-9), "s-", color=plots.VERMILLION, ms=4)
    right.set(xlabel="layer", ylabel="root mean square", yscale="log", ylim=(1e-9, 1e6))
    right.set(xlim=(0, 58), xticks=[1, 29, 57])
    right.set_yticks([1e-9, 1e-3, 1, 1e6], labels=["10⁻⁹", "10⁻³", "1", "10⁶"])
    way = "with skips" if skip else "plain"
    return figure, (
        f"{depth} layers, {way}, branch times {strength:.2f}: two inputs have a mean cosine of "
        f"{cosines[0]:.2f} after the first layer and {cosines[-1]:.3f} before the last; root mean "
        f"square {sizes[0]:.2f} and {rounded(sizes[-1])}."
    )


explore(draw_inputs, depth=(4, 58, 2), skip=False, strength=(0.0, 1.0, 0.05))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A skip alone does not help. Inputs become one all the same. And their numbers explode: each block
# adds its own mean square to that of x, which more than doubles, and there are 28 blocks. What keeps
# inputs apart is a weak branch. With a silent one, of strength 0, they leave as they came.
# </details>
#
# ### What a skip does, and what it does not
#
# **Formula.** A plain block computes $f(x)$. A block with a
# [residual connection](glossary.md#residual-connection), or skip, computes $x + f(x)$. Going
# backward, its derivative is $1 + f'(x)$: the 1 is a road that no weight can close. To copy, a plain
# block must *learn* the identity matrix. A residual block must only keep $f$ at 0. So start it
# there: set the last weights of each branch to 0, and the network begins as a shallow one, whose
# layers join one by one.
#
# *Predict:* the order of these four at 58 dense layers. **Plain; skip; skip with a zero start; skip
# with batch norm in the branch** (which keeps each branch small beside the growing sum).

# %%
stored = measured.load("skips")
names = {"plain": "plain", "skip": "skip", "zero": "zero start", "norm": "batch norm"}
read = {
    d: {names[k]: spread(stored.values("by depth", k, d, "train")) for k in names}
    for d in ("6", "18", "34", "58")
}
print(pd.DataFrame(read).T.rename_axis("layers").to_string())
print(stored)
ratio = stored.values("by depth", "plain", "58", "gradient")  # of the first layer, over the last
print(
    f"gradients at the start, 58 plain layers: first over last {ratio.min():.1f} to {ratio.max():.1f}"
)
by_rate = {
    names[k]: {
        rate: stored.values("by learning rate", k, str(rate)) for rate in skips.LEARNING_RATES
    }
    for k in names
}
for name, shares in by_rate.items():
    best = max(shares, key=lambda rate: shares[rate].mean())
    print(f"58 layers, {name:10} best rate {best}: {spread(shares[best])}")
torch.manual_seed(1)
silent = dense_network(18, skip=True)
for block in silent[2:-1]:
    nn.init.zeros_(block.branch[2].weight)
known = stored.values("by depth", "zero", "18", "train")
assert abs(learn(silent, seed=1) - known.mean()) < max(5 * known.std(ddof=1), 0.03)
print("one seed live, zero start, 18 layers: within the stored spread")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Plain guesses. The skip alone is hardly better. The zero start, and batch norm in the branch,
# learn nearly everything.
# </details>
#
# Three things to take home.
#
# - **The gradient had not vanished.** In the plain network the first layer's is the larger one, with
#   all five seeds.
# - **A skip alone is no cure.** It helps at 18 and 34 layers. At 58 it is no better than plain, each
#   at its best learning rate.
# - **A smaller learning rate is no cure either.** Plain networks of 58 layers then read a third of
#   their own training images.
#
# The convolutional networks of the race had batch norm in each branch. So their skips worked, at 58
# layers too. There the last scale γ of the branch is the one to set to 0:
# `nn.init.zeros_(block.bn2.weight)`; torchvision calls this `zero_init_residual`.
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | weights taken for work | ResNet-152 "cheaper" than AlexNet: 16 times the multiply-adds |
# | FLOPs quoted without saying whose | a factor of 2 between two papers |
# | flatten before the first dense layer | most weights there, and one image size only |
# | ReLU on the branch before the sum | the block can only add |
# | stride on the branch only | an error about shapes, or on tiny maps silent broadcasting |
# | bias in front of batch norm | idle weights: its gradient is 0 |
# | skips trusted to cure any depth | a root mean square in the thousands at the start |
# | forward hooks left on a network | every later call counts twice |
#
# ### Summary
#
# - Weights $c_{out}(c_{in}k^2 + 1)$; multiply-adds $c_{out}\,h\,w\,c_{in}\,k^2$ at the output's
#   places. Memory sits early, weights sit late.
# - AlexNet: 60,965,224 weights, 96 % of them in dense layers that do 8 % of the work.
# - A mean over places in front of the head saves the weights and frees the image's size.
# - More plain layers read fewer *training* images. The copy exists; descent does not find it.
# - Through ReLU layers inputs turn towards each other until they are one.
# - A skip makes copying the default. It works if its branch starts small: zero start, or batch norm.
#
# ### On Monday
#
# - Begin with ResNet-18 or ResNet-50, pre-trained (unit 11). Go deeper only if validation asks.
# - Mean over places, then one dense layer. No flatten of large maps.
# - 3 × 3 convolutions, `bias=False`, batch norm, ReLU; twice the channels where the side is halved.
# - Zero the last γ of each residual branch.
# - Before training: print shapes, count, run two image sizes.

# %%
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        conv = [nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2)]
        norm = [nn.BatchNorm2d(channels) for _ in range(2)]
        self.branch = nn.Sequential(conv[0], norm[0], nn.ReLU(), conv[1], norm[1])
        nn.init.zeros_(norm[1].weight)  # begins silent

    def forward(self, x):
        return torch.relu(x + self.branch(x))


stem = nn.Sequential(nn.Conv2d(1, 32, 3, stride=2, bias=False), nn.BatchNorm2d(32), nn.ReLU())
head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 2))
model = nn.Sequential(stem, *[Residual(32) for _ in range(8)], head)
print(sum(p.numel() for p in model.parameters()), model(torch.randn(4, 1, 224, 224)).shape)

# %% [markdown]
# ## Sitting 2 · To know the famous networks by their blocks
#
# **What did each famous network add?**
#
# *Read in 20 minutes.*
#
# ### ImageNet, 2010 to 2017
#
# ImageNet's challenge (ILSVRC) gave 1.2 million photographs of 1,000 classes. An answer may name
# five classes: the [top-5 error](glossary.md#top-5-error) is the share of images whose true class is
# not among them. Guessing errs on 99.5 %.

# %% folded=true
ERROR = {
    2010: 28.2,
    2011: 25.8,
    2012: 16.4,
    2013: 11.7,
    2014: 6.7,
    2015: 3.57,
    2016: 2.99,
    2017: 2.25,
}
WON = ["by hand", "by hand", "AlexNet", "Clarifai", "GoogLeNet", "ResNet", "ensemble", "SENet"]
SINGLE = ["AlexNet", "VGG-16", "Inception-v3", "ResNet-152", "DenseNet-121"]
figure, (above, below) = plots.subplots(2, 1, width=7.6, height=6.2)
colours = [plots.GREY if name == "by hand" else plots.BLUE for name in WON]
above.bar(list(ERROR), list(ERROR.values()), color=colours)
for (year, error), name in zip(ERROR.items(), WON, strict=True):
    above.text(year, max(error, 5.1) + 0.6, f"{error:g}\n{name}", ha="center", fontsize=10)
above.axhline(5.1, ls="--", color=plots.VERMILLION)
above.text(2017.5, 5.1, "one\nperson", color=plots.VERMILLION, fontsize=11, va="center",
           bbox={"fc": "w", "ec": "none", "pad": 1})  # fmt: skip
above.set(ylabel="top-5 error on\ntest images, %", ylim=(0, 36), xlim=(2009.4, 2018.3))
above.set_xticks(list(ERROR), labels=[f"’{year - 2000}" for year in ERROR])
at = np.arange(len(SINGLE))
weights = [found[name]["million weights"] for name in SINGLE]
work = [found[name]["million multiply-adds"] / 100 for name in SINGLE]
below.bar(at - 0.2, weights, 0.4, color=plots.SKY, label="weights, millions")
below.bar(
    at + 0.2, work, 0.4, color=plots.ORANGE, hatch="//", label="multiply-adds, hundred millions"
)
below.set(xticks=at, xticklabels=SINGLE, ylabel="one network", ylim=(0, 175))
below.tick_params(axis="x", labelsize=10)
below.legend(fontsize=10, loc="upper right")
plots.show(
    figure,
    "Top-5 error of the winners: "
    + ", ".join(f"{year} {error:g} %" for year, error in ERROR.items())
    + "; one trained person 5.1 %. Below, single networks: "
    + ", ".join(
        f"{n} {w:.0f} M weights and {m / 10:.1f} G multiply-adds"
        for n, w, m in zip(SINGLE, weights, work, strict=True)
    )
    + ".",
)

# %% [markdown]
# Read it with care. Nearly all winners are several networks averaged, over many crops of each
# image, so upper and lower panel show different things. Of AlexNet one reads 16.4 %, from five
# networks, and 15.3 %, from seven, of which two had seen further images. The person is *one*
# person, on a sample. (2010 to 2014 and the person: Russakovsky and others 2015. 15.3: the paper's
# abstract. 2015: He and others. 2017: Hu and others. 2016: the challenge's page of results.)
#
# ### 1989: places share weights
#
# The first network of this kind read zip codes. It was counted in **connections**: a weight that is
# used at 64 places is 64 connections. Places shared kernels, but not biases.

# %%
digit_1989 = arch.LeNet1989()
layers = arch.count_layers(digit_1989, torch.zeros(1, 1, 16, 16))
biases = sum(p.numel() for name, p in digit_1989.named_parameters() if "bias" in name)
connections = sum(layer.macs for layer in layers) + biases
print(f"weights {arch.count_parameters(digit_1989):,}, connections {connections:,}")
print(f"as in the paper: {(arch.count_parameters(digit_1989), connections) == (9_760, 64_660)}")
chosen = 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + (6 * 25 + 1)  # maps that read 3, 4, and all 6 maps
paper = 6 * 26 + 12 + chosen + 32 + 120 * 401 + 84 * 121
print(f"LeNet-5: paper {paper:,}, libraries {arch.count_parameters(arch.LeNet5()):,}")

# %% [markdown]
# LeNet-5 of 1998 let each map read *chosen* maps only, and its subsampling had weights: 60,000.
# What libraries call LeNet-5 reads all maps and averages: 61,706. Same name, different network.
#
# ### 2012: AlexNet, in two groups, with loud channels
#
# One graphics card was too small, so two held half of the channels each. In a
# [grouped convolution](glossary.md#grouped-convolution) with $g$ groups a filter reads only
# $c_{in}/g$ channels: weights and work are divided by $g$. *Predict:* what did the groups save in all?

# %%
with torch.device("meta"):
    grouped, whole = arch.AlexNet(), arch.AlexNet(groups=1)
    print("           weights     multiply-adds")
    for name, network in (("two groups", grouped), ("one group", whole)):
        macs = arch.count_macs(network, torch.zeros(1, 3, 227, 227))
        print(f"{name:10} {arch.count_parameters(network):,}  {macs:13,}")
    print("first map from 224 pixels:", tuple(grouped[0](torch.zeros(1, 3, 224, 224)).shape[2:]))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A third of the work, and 2 % of the weights: these sit in the dense layers. The paper's 224 pixels
# would give 54 places and do not fit the rest; 227 give 55. torchvision's `alexnet` is a third
# variant, with other numbers of maps: 61,100,840 weights.
# </details>
#
# After its first two layers AlexNet divides. In
# [local response normalization](glossary.md#local-response-normalization) (LRN) each channel $a_i$
# at a place is divided by what its $n$ neighbours say *at that place*:
#
# $$b_i = a_i \Big/ \Big(k + \alpha \sum_{j} a_j^2\Big)^{\beta}$$
#
# - $j$: the channels from $i - \lfloor n/2\rfloor$ to $i + \lfloor n/2\rfloor$, as far as they exist.
# - $n = 5$, $k = 2$, $\alpha = 10^{-4}$, $\beta = 0.75$ in the paper.
# - Nothing is subtracted: it is *response*, not contrast normalization.


# %%
def lrn(a, n, alpha, beta, k):
    """Return a (channels,), normalized as in the paper."""
    b = np.empty_like(a)
    for i in range(len(a)):
        window = a[max(0, i - n // 2) : i + n // 2 + 1]
        b[i] = a[i] / (k + alpha * (window**2).sum()) ** beta
    return b


loud = torch.full((1, 8, 1, 1), 100.0)
ours = lrn(loud[0, :, 0, 0].numpy(), 5, 1e-4, 0.75, 2.0)
with_papers_numbers = F.local_response_norm(loud, 5, 1e-4, 0.75, 2.0)[0, :, 0, 0]
times_n = F.local_response_norm(loud, 5, 5 * 1e-4, 0.75, 2.0)[0, :, 0, 0]
assert np.allclose(ours, times_n)
assert np.allclose(ours, arch.local_response_norm(loud, 5, 1e-4, 0.75, 2.0, "paper")[0, :, 0, 0])
print(f"100 in all channels: paper {ours[3]:.1f}, torch {with_papers_numbers[3]:.1f}")

# %% [markdown]
# **torch divides $\alpha$ by $n$, the paper does not.** Give torch `n * alpha`. *Predict:* channel 7
# is loud. Which channels fall, if n is 5? And what happens to channel 7 itself?

# %% folded=true
BEFORE = np.array([2, 1, 3, 2, 1, 2, 3, 12, 2, 3, 1, 2, 2, 1, 3, 2.0])


def draw_lrn(n=5, alpha=0.05, beta=0.75, k=2.0, convention="paper"):
    x = torch.from_numpy(BEFORE)[None, :, None]
    after = arch.local_response_norm(x, n, alpha, beta, k, convention)[0, :, 0].numpy()
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3)
    colours = [plots.VERMILLION if abs(i - 7) <= n // 2 else plots.BLUE for i in range(16)]
    for ax, values, label in ((left, BEFORE, "before"), (right, after, "after")):
        bars = ax.bar(range(16), values, color=colours)
        for i in range(16):
            bars[i].set_hatch("//" if abs(i - 7) <= n // 2 else "")
        ax.set(xlabel=f"channel, {label}", ylabel="activation", xticks=[0, 7, 15])
    kept = after / BEFORE
    return figure, (
        f"n {n}, α {alpha:g}, β {beta:g}, k {k:g}, {convention}: the loud channel keeps {kept[7]:.0%} "
        f"of its activation, its neighbour {kept[8]:.0%}, channel 15 {kept[15]:.0%}. Hatched: those "
        "whose window holds channel 7."
    )


explore(
    draw_lrn, n=[1, 3, 5, 7, 9], alpha=[0.0001, 0.005, 0.05, 0.5], beta=(0.0, 1.5, 0.25),
    k=(1.0, 4.0, 0.5), convention=["paper", "torch"],
)  # fmt: skip

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Most of all channels 5 to 9, whose window holds it. The others lose what $k$ takes from all, and
# what their own quiet neighbours take. The loud one falls too, but stays ahead: lateral inhibition,
# as between neurons. Batch norm has replaced LRN.
# </details>
#
# ### Blocks as lego
#
# Since 2014 networks are made of [blocks](glossary.md#block). We compare six by their
# weights, which are also their multiply-adds per place. The first two keep 64 channels, the others
# read 256.
#
# - **VGG**: only 3 × 3. Three of them see 7 × 7 pixels, with $3 \cdot 9 = 27$ weights per pair of
#   channels where one of 7 × 7 has 49, and two ReLUs more.
# - [**Bottleneck**](glossary.md#bottleneck): 1 × 1 to fewer channels, 3 × 3 there, 1 × 1 back.
# - [**Inception module**](glossary.md#inception-module): several sizes side by side, each behind a
#   1 × 1. Version 3 also splits 7 × 7 into 1 × 7 and 7 × 1: 14 weights in place of 49.
# - **Residual**: a sum, which costs no weights.
# - **Dense** ([DenseNet](glossary.md#dense-connection)): each layer reads all earlier maps and
#   adds 32 of its own. Old maps are read again, not computed again: so 121 layers weigh 8 million.

# %%
from dlcourse.architectures.densenet import DenseLayer
from dlcourse.architectures.inception import module_a
from dlcourse.architectures.resnet import Residual


def three(k, channels=64):
    return nn.Conv2d(channels, channels, k, padding=k // 2, bias=False)


BLOCKS = {
    "7 x 7, 64 channels": three(7),
    "three 3 x 3, 64 channels": nn.Sequential(three(3), three(3), three(3)),
    "residual: two 3 x 3": Residual(256, [(256, 3, 1), (256, 3, 1)]),
    "residual: bottleneck": Residual(256, [(64, 1, 1), (64, 3, 1), (256, 1, 1)]),
    "Inception module": module_a(256, 64),
    "dense layer": DenseLayer(256),
}
print(f"{'block':26}   weights   channels out")
for name, block in BLOCKS.items():
    channels = 64 if "64" in name else 256
    image = torch.zeros(1, channels, 9, 9)
    weights = sum(x.parameters for x in arch.count_layers(block, image) if x.macs)
    print(f"{name:26}{weights:10,}   {block.eval()(image).shape[1]}")

# %% folded=true
ROADS = {
    "plain": [["3×3", "3×3"]],
    "residual": [["3×3", "3×3"], ["x"]],
    "bottleneck": [["1×1", "3×3", "1×1"], ["x"]],
    "Inception": [["1×1"], ["1×1", "5×5"], ["1×1", "3×3", "3×3"], ["mean", "1×1"]],
    "dense": [["1×1", "3×3"], ["all maps"]],
}
JOINED = {"residual": "+", "bottleneck": "+", "Inception": "concatenated", "dense": "concatenated"}
figure, axes = plots.subplots(2, 3, width=7.2, height=6.4)
axes[1, 2].set_axis_off()
for ax, (name, roads) in zip(axes.flat, ROADS.items(), strict=False):
    middle = (len(roads) - 1) / 2
    for column, road in enumerate(roads):
        heights = np.linspace(3, 1, len(road) + 2)[1:-1]
        ax.plot([middle, column, column, middle], [3.4, 3, 1, 0.6], "-", color=plots.GREY, lw=1.5)
        for height, text in zip(heights, road, strict=True):
            edge = plots.VERMILLION if text in ("x", "all maps") else plots.BLUE
            box = {"boxstyle": "round", "fc": "w", "ec": edge}
            ax.text(column, height, text, ha="center", va="center", fontsize=11, bbox=box)
    ax.text(middle, 0.5, JOINED.get(name, ""), ha="center", va="top", fontsize=13)
    ax.set_title(name)
    ax.set(xlim=(middle - 1.9, middle + 1.9), ylim=(0, 3.6))
    ax.set_axis_off()
plots.show(
    figure,
    "Five blocks from top to bottom. "
    + " ".join(
        f"{name.capitalize()}: "
        + ", or ".join(" then ".join(road) for road in roads)
        + (
            f"; joined by {'a sum' if JOINED[name] == '+' else 'concatenation'}."
            if name in JOINED
            else "."
        )
        for name, roads in ROADS.items()
    ),
)

# %% [markdown]
# *Predict:* a ResNet-110 has 54 blocks of two layers, and each offers two roads: through its branch,
# or past it. How long is the usual road from image to head, counted in blocks?

# %%
from scipy.stats import binom

roads = binom(54, 0.5)
print("roads of a ResNet of 54 blocks")
print(
    f"{2.0**54:.1e} roads; mean {roads.mean():.0f} blocks, 95 % have {roads.ppf(0.025):.0f} to {roads.ppf(0.975):.0f}"
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 27 blocks, and nearly all between 20 and 34: half of the depth that stands in the name (Veit and
# others 2016). 110 layers is the longest road.
# </details>

# %% [markdown]
# ## Sitting 3 · To know how far it sees, and whose numbers you read
#
# **Does a unit look at all that it can see?**
#
# *Read in 20 minutes.*
#
# ### How far: the receptive field
#
# The [receptive field](glossary.md#receptive-field) of a unit is all pixels that it can depend on.
# Go up layer by layer with two numbers: the size $r$, and the jump $j$, how many pixels apart two
# neighbours of a map look. At the image $r = j = 1$.
#
# - A kernel of $k$ taps, $d$ apart (dilation), reaches over $d(k-1)$ steps of the map below.
# - Each such step is $j$ pixels: $r \leftarrow r + d(k-1)\,j$.
# - A stride $s$ lets neighbours look further apart: $j \leftarrow j\,s$.
#
# Padding moves the field and adds nothing to it.


# %%
def chain(network):
    """Return (kernel, stride, padding, dilation) along the main path."""
    found = []
    for name, m in network.named_modules():
        if isinstance(m, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) and ".skip" not in name:
            sizes = (m.kernel_size, m.stride, m.padding, getattr(m, "dilation", 1))
            found.append(tuple(v[0] if isinstance(v, tuple) else v for v in sizes))
    return found


def field(layers):
    r, j = 1, 1
    for k, s, _, d in layers:
        r, j = r + d * (k - 1) * j, j * s
    return r


print("pixels that one unit of the last map can see, of 224 (227)")
for name in ("AlexNet", "VGG-16", "ResNet-18", "ResNet-50", "ResNet-152", "DenseNet-121"):
    with torch.device("meta"):
        layers = chain(MAKE[name][0]())
    assert field(layers) == arch.receptive_field(layers).size
    print(f"{name:14}{field(layers):5}")

# %% [markdown]
# DenseNet-121 sees 2,071 pixels, nine times the image. Does it use them?
#
# ### How much of it: the effective field
#
# The [effective receptive field](glossary.md#effective-receptive-field) is what matters to the unit.
#
# **Formula.** The influence of a pixel is the gradient of the unit by that pixel. Take $L$ layers of
# random 3 × 3 kernels. Each moves the influence by −1, 0 or 1 pixels along an axis, all equally likely:
#
# - one layer has variance $(1 + 0 + 1)/3 = 2/3$; independent steps add up to $2L/3$;
# - so the *squared* gradient spreads over $\sqrt{2L/3}$ pixels, like a random walk;
# - a bell that is the square of another is narrower by $\sqrt2$: the gradient's own SD is $\sqrt{4L/3}$.
#
# The box grows with $L$, what is used only with $\sqrt L$ (Luo and others 2016).


# %%
def influence(layers, k=3, dilation=1, relu=False, seed=0, side=63):
    """Return the shares of influence of the pixels on the middle unit, by the gradient."""
    torch.manual_seed(seed)
    parts = []
    for i in range(layers):
        shape = (4 if i else 1, 4 if i < layers - 1 else 1, k)
        parts.append(nn.Conv2d(*shape, padding=dilation * (k // 2), dilation=dilation, bias=False))
        parts += [nn.ReLU()] if relu and i < layers - 1 else []
    return arch.effective_receptive_field(
        nn.Sequential(*parts), torch.randn(2, 1, side, side)
    ).numpy()


def share_of_box(shares, box):
    """Return how much of the box it takes to hold 90 % of the influence."""
    largest = np.sort(shares, axis=None)[::-1].cumsum()
    return (largest < 0.9).sum() / box**2


print("layers  box    SD  formula   90 % lie in this share of the box")
for depth in (5, 10, 20):
    maps = [influence(depth, seed=seed) for seed in range(8)]
    pixel = np.arange(63) - 31
    sd = np.mean([np.sqrt((m.sum(axis=0) * pixel**2).sum()) for m in maps])
    used = np.mean([share_of_box(m, 2 * depth + 1) for m in maps])
    print(f"{depth:6} {2 * depth + 1:4} {sd:5.1f} {np.sqrt(4 * depth / 3):8.1f} {used:7.1f}")

# %% [markdown]
# *Predict:* you want a unit to use more pixels. What helps most: more layers, larger kernels, or
# dilation?


# %% folded=true
def draw_field(layers=8, kernel=3, dilation=1, relu=False):
    box = 1 + layers * dilation * (kernel - 1)
    shares = influence(layers, kernel, dilation, relu)
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.6)
    left.imshow(np.sqrt(shares / shares.max()), cmap="gray_r", vmin=0, vmax=1)
    low, high = max(-0.5, 31 - box / 2), min(62.5, 31 + box / 2)
    left.plot([low, high, high, low, low], [low, low, high, high, low], "-", color=plots.VERMILLION)
    left.set(xticks=[0, 31, 62], yticks=[0, 31, 62], xlabel="pixel (line: the box of the theory)")
    left.grid(False)
    right.plot(np.arange(63) - 31, 100 * shares.sum(axis=0), "-", color=plots.BLUE)
    right.set(
        xlabel="pixels from the middle", ylabel="influence of a column, %", xticks=[-31, 0, 31]
    )
    held = share_of_box(shares, min(box, 63))
    return figure, (
        f"{counted(layers, 'layer')} of {kernel} × {kernel}, dilation {dilation}{', ReLU' if relu else ''}: the box "
        f"is {box} pixels wide{', wider than the image,' if box > 63 else ''} and 90 % of the influence "
        f"needs {held:.0%} of it."
    )


explore(draw_field, layers=(1, 16), kernel=[3, 5, 7], dilation=(1, 3), relu=False)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Kernel and dilation widen what is used in proportion; layers only by the root. A stride widens it for
# all layers above at once, since it multiplies the jump. Dilation above 1 leaves holes: see the grid.
# </details>
#
# ### Wider, deeper, larger
#
# *Predict:* a network doubles its channels, or its layers, or the side of its image. By which
# factors do weights, work and activations grow?

# %%
plain = np.array(conv_costs(64, 64, 3, 56 * 56))
print("a layer 3 x 3, 64 channels, maps of 56 x 56, and")
for name, costs_of_it in {
    "twice the channels": conv_costs(128, 128, 3, 56 * 56),
    "twice the layers": 2 * plain,
    "twice the side": conv_costs(64, 64, 3, 112 * 112),
}.items():
    print(
        f"{name:18}",
        "weights ×{:.0f}, work ×{:.0f}, activations ×{:.0f}".format(*costs_of_it / plain),
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Channels: 4, 4, 2. Layers: 2, 2, 2. Side: 1, 4, 4. So if training no longer fits into memory, make
# the images smaller, or the batch. If the model's file is too large, take fewer channels.
# </details>
#
# And time? Multiply-adds say what is computed, not how long one waits. *Predict:* DenseNet-121 does one
# and a half times the work of ResNet-18. Does it take one and a half times as long?

# %% tags=["nbval-ignore-output"]
print(f"{devices.found()}. One image of 224 × 224.")
print("DenseNet-121, as so many times ResNet-18:")
both, ms = ("DenseNet-121", "ResNet-18"), {}
for name in both:
    network = MAKE[name][0]().to(devices.find_device()).eval()
    image = torch.randn(1, 3, 224, 224, device=devices.find_device())
    with torch.inference_mode():
        ms[name] = devices.shortest(network, [image])  # of five runs
for what in ("million multiply-adds", "million activations"):
    print(f"{what.removeprefix('million '):13} {found[both[0]][what] / found[both[1]][what]:.1f}")
print(f"time, here    {ms[both[0]] / ms[both[1]]:.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Longer. We found 1.9 to 2.2 times the processor time in four rounds, on one thread of one CPU; the line above is
# from the machine that ran this page last. Multiply-adds are not all: DenseNet-121 has six times as many layers
# to start, and nearly three times as many activations to write and read again. Unit 18 takes that up.
# </details>
#
# ### Same name, different number
#
# Popular counters on the same layers, in multiply-adds unless said. We ran them once, in an environment
# of their own: fvcore 0.1.5.post20221221, ptflops 0.7.5 (its default, module hooks), thop
# 0.1.1.post2209072238, torchinfo 1.8.0, with torch 2.13.0. torch's own counter runs below.
#
# | layers | ours | fvcore | ptflops | thop | torchinfo |
# |---|---|---|---|---|---|
# | conv 16→32, 3 × 3, on 8², bias | 294,912 | 294,912 | 296,960 | 294,912 | 296,960 |
# | no bias, batch of 4 | 294,912 | 1,179,648 | 294,912 | 1,179,648 | 1,179,648 |
# | transposed conv 8→4, 4 × 4, stride 2 | 32,768 | 32,768 | 32,768 | **131,072** | **131,072** |
# | dense 64→10 along 50 rows | 32,000 | 32,000 | 32,000 | 32,000 | **640** |
# | batch norm, 32 × 8² | 0 | 4,096 | 4,096 | 8,192 | 64 |
# | `F.conv2d`, `F.linear` in a forward | **0** | 13,904 | **0** | **0** | **0** |
# | ResNet-50, millions | 4,089 | 4,112 | 4,132 | 4,134 | 4,089 |

# %%
from torch.utils.flop_counter import FlopCounterMode

CASES = {
    "conv with bias": (nn.Conv2d(16, 32, 3, padding=1), (1, 16, 8, 8)),
    "transposed": (nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), (1, 8, 8, 8)),
    "dense on rows": (nn.Linear(64, 10, bias=False), (1, 50, 64)),
}
for name, (layer_, shape) in CASES.items():
    with FlopCounterMode(display=False) as counter:
        layer_(torch.zeros(shape))
    ours = arch.count_macs(layer_, torch.zeros(shape))
    print(f"{name:15} ours {ours:8,}, torch's flop counter {counter.get_total_flops():8,}")
    assert counter.get_total_flops() == 2 * ours
with torch.device("meta"):
    for stride_on in ("3x3", "1x1"):
        network = arch.ResNet(50, stride_on=stride_on)
        macs = arch.count_macs(network, torch.zeros(1, 3, 224, 224))
        print(
            f"ResNet-50, stride on the {stride_on}: {macs / 1e9:.2f} G, sees {field(chain(network))} pixels"
        )
    network = arch.ResNet(152)
channels = sum(m.num_features for m in network.modules() if isinstance(m, nn.BatchNorm2d))
keras = arch.count_parameters(network) + 3 * channels
print(
    f"ResNet-152: {arch.count_parameters(network) / 1e6:.1f} M weights; by Keras' count {keras / 1e6:.1f} M"
)

# %% [markdown]
# Five reasons why two papers disagree:
#
# - **FLOPs** are twice the multiply-adds, for some. torch's counter says twice ours.
# - **What counts**: biases, normalization, functions called without a module (hooks miss these, ours
#   too), the batch. Two counters take the output's places of a transposed convolution: four times
#   too many at stride 2.
# - **Which network**: ResNet's paper has the stride on the first 1 × 1 and 3.8 G (it cuts 3.86);
#   torchvision has it on the 3 × 3 and 4.09 G.
# - **What is a weight**: Keras lists 60.4 M for ResNet-152. It counts running averages, and has biases
#   in front of batch norm, which have no effect.
# - **Mistakes**: the model zoo of pycls prints 22.6 M weights for ResNet-50, which has 25.6 M.
#
# So write: *multiply-adds of one image of 3 × 224 × 224, biases not counted, torchvision's variant*.

# %% [markdown]
# ## Sources
#
# - LeCun and others, *Backpropagation applied to handwritten zip code recognition* (1989).
#   [doi:10.1162/neco.1989.1.4.541](https://doi.org/10.1162/neco.1989.1.4.541)
# - LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998).
#   [doi:10.1109/5.726791](https://doi.org/10.1109/5.726791)
# - Cho and Saul, *Kernel methods for deep learning* (2009), no DOI.
# - Krizhevsky, Sutskever and Hinton, *ImageNet classification with deep convolutional neural networks*
#   (2012). [doi:10.1145/3065386](https://doi.org/10.1145/3065386)
# - Russakovsky and others, *ImageNet large scale visual recognition challenge* (2015).
#   [doi:10.1007/s11263-015-0816-y](https://doi.org/10.1007/s11263-015-0816-y)
# - ILSVRC, [results of 2016](https://image-net.org/challenges/LSVRC/2016/results), no DOI.
# - Simonyan and Zisserman, *Very deep convolutional networks for large-scale image recognition* (2015).
#   [doi:10.48550/arXiv.1409.1556](https://doi.org/10.48550/arXiv.1409.1556)
# - Szegedy and others, *Rethinking the Inception architecture for computer vision* (2016).
#   [doi:10.1109/CVPR.2016.308](https://doi.org/10.1109/CVPR.2016.308)
# - He, Zhang, Ren and Sun, *Deep residual learning for image recognition* (2016).
#   [doi:10.1109/CVPR.2016.90](https://doi.org/10.1109/CVPR.2016.90)
# - Veit, Wilber and Belongie, *Residual networks behave like ensembles of relatively shallow networks*
#   (2016). [doi:10.48550/arXiv.1605.06431](https://doi.org/10.48550/arXiv.1605.06431)
# - Luo, Li, Urtasun and Zemel, *Understanding the effective receptive field in deep convolutional
#   neural networks* (2016). [doi:10.48550/arXiv.1701.04128](https://doi.org/10.48550/arXiv.1701.04128)
# - Huang, Liu, van der Maaten and Weinberger, *Densely connected convolutional networks* (2017).
#   [doi:10.1109/CVPR.2017.243](https://doi.org/10.1109/CVPR.2017.243)
# - Rajpurkar and others, *CheXNet: radiologist-level pneumonia detection on chest X-rays with deep
#   learning* (2017). [doi:10.48550/arXiv.1711.05225](https://doi.org/10.48550/arXiv.1711.05225)
# - Hu, Shen and Sun, *Squeeze-and-excitation networks* (2018).
#   [doi:10.1109/CVPR.2018.00745](https://doi.org/10.1109/CVPR.2018.00745)
# - Goyal and others, *Accurate, large minibatch SGD* (2017), the zero start of γ.
#   [doi:10.48550/arXiv.1706.02677](https://doi.org/10.48550/arXiv.1706.02677)
# - Radosavovic and others, *Designing network design spaces* (2020), for activations as a price; model
#   zoo of pycls. [doi:10.1109/CVPR42600.2020.01044](https://doi.org/10.1109/CVPR42600.2020.01044)
# - Digits: Alpaydin and Kaynak, *Optical recognition of handwritten digits* (1998), UCI, no DOI.
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - AlexNet has 59.97 M parameters and 832 M multiply-adds: sums of rounded rows that mix grouped and
#   ungrouped convolutions. By the paper's grouping 60,965,224 and 724.4 M; none grouped 62.38 M and
#   1,135 M.
# - AlexNet: conv 11×11, 256 maps, 307 K parameters: that layer is 5×5.
# - AlexNet's error is 15 %, or 16 %: two results of one paper, both top-5. 15.3 % is of seven networks
#   averaged, two of them trained on extra data first; 16.4 % of five.
# - Local contrast normalization: the paper's is local *response* normalization, without subtracting a
#   mean; torch divides its α by the size of the window, the paper does not.
# </details>
