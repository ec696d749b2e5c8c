# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · Layers
#
# **Two tests disagree. Can one neuron notice?**
#
# A pathologist has two quick readings of a biopsy: are the nuclei large, and is their texture
# coarse? Suppose a rule of the house says: when the two disagree, order a third reading. A child
# can follow this rule, and one neuron cannot. With two more neurons in front of it, it can. In
# this unit you see why, build that layer by hand, train it, and count how often training fails.
#
# After this lecture you can
#
# 1. prove that one neuron cannot tell disagreement, and build a network that can;
# 2. write a layer as $H = \varphi(XW + b)$, stack layers, and say where torch's transpose is;
# 3. count a network's parameters before it exists;
# 4. make a hidden layer follow any curve you like, and say what that does not promise;
# 5. ask what a hidden unit has learned, and whether it was worth having.
#
# *Time: 75 minutes. You need: unit 02.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the
# top (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
from itertools import pairwise, product

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

# %% [markdown]
# ## The two tests
#
# Test A is positive when a patient's mean radius is above the median of all patients, test B
# when the mean texture is. (Half of all patients are positive in each test. No clinic would
# set its thresholds like this; the arithmetic is clearer.)

# %%
table = data.breast_cancer()
radius, texture = table.column("mean radius"), table.column("mean texture")
A = (radius > np.median(radius)).astype(float)
B = (texture > np.median(texture)).astype(float)
tests = np.column_stack([A, B])  # (569, 2)
disagree = (A != B).astype(float)  # (569,)

print("A  B   patients   malignant")
for a, b in [(0, 0), (0, 1), (1, 0), (1, 1)]:
    here = (A == a) & (B == b)
    print(f"{a}  {b}   {here.sum():8}   {table.y[here].mean():9.0%}")
print(f"discordant: {disagree.sum():.0f} of {len(disagree)}")

# %% [markdown]
# Both negative: 4 % malignant. Both positive: 85 %. Where the tests disagree (*discordant*
# results) it is 10 % or 39 %, depending on which one is positive. Whether a third reading pays
# is a clinical question that this table cannot answer. Ours is only how to notice disagreement.
# As a function of A and B it is called *exclusive or*, short **XOR**: one or the other, not both.
#
# **Before you scroll on:** you may draw one straight line, and everything on one side counts as
# "disagree". How many of the four groups can you get right?

# %% [markdown]
# ## 1. One neuron cannot disagree
#
# **Intuition.** A neuron weighs evidence. If a positive A is evidence *for* "disagree", then it
# is so whatever B says. But here a positive A speaks for disagreement when B is negative and
# against it when B is positive. No fixed weight can do both.
#
# **Formula.** Suppose a neuron says "disagree" where $z = w_A A + w_B B + b > 0$. The four
# groups demand
#
# $$b \le 0, \qquad w_A + b > 0, \qquad w_B + b > 0, \qquad w_A + w_B + b \le 0 .$$
#
# Add the second and the third: $w_A + w_B + 2b > 0$. Add the first and the last:
# $w_A + w_B + 2b \le 0$. Both at once is impossible, for any weights.
#
# **Move** the line. Points are spread a little so that you see all patients. Shaded is the side
# that the neuron calls "disagree". *Predict* the best count first.

# %% folded=true
jitter = np.random.default_rng(1).uniform(-0.13, 0.13, tests.shape)
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
KINDS = [(0.0, "agree", "o", plots.BLUE), (1.0, "disagree", "^", plots.VERMILLION)]


def draw_tests(ax, where):
    for value, name, marker, colour in KINDS:
        chosen = where[disagree == value]
        ax.plot(*chosen.T, marker, color=colour, label=name, ms=4, alpha=0.45, mew=0)


def legend_above(ax, **options):
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, columnspacing=1, **options)


def draw_line(angle=45, offset=0.5):
    direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    right = ((tests @ direction > offset) == disagree).sum()
    groups = ((CORNERS @ direction > offset) == (CORNERS.sum(1) == 1)).sum()

    figure, ax = plots.subplots(height=4.6)
    xs = np.linspace(-0.4, 1.4, 200)
    side = np.add.outer(direction[1] * xs, direction[0] * xs) - offset
    ax.contourf(xs, xs, side, [0, 9], colors=[plots.YELLOW], alpha=0.5)
    ax.contour(xs, xs, side, [0], colors="black")
    draw_tests(ax, tests + jitter)
    ax.set(xlabel="test A (radius above median)", ylabel="test B (texture above median)")
    ax.set(xticks=[0, 1], yticks=[0, 1])
    ax.plot([], [], "s", color=plots.YELLOW, label='called "disagree"')
    ax.legend(loc="upper center", markerscale=1.8)
    sentence = (
        f"Line at angle {angle}°, offset {offset:.2f}: {groups} of 4 groups and {right} of "
        f"{len(tests)} patients ({right / len(tests):.3f}) are on the side they belong to."
    )
    return figure, sentence


explore(draw_line, angle=(0, 359), offset=(-1.5, 1.5, 0.05))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Three groups of four: that is the ceiling.
# </details>
#
# What does training make of it? Logistic regression (unit 02: one neuron with a sigmoid) looks for
# the lowest loss, and that is to give up:

# %%
from sklearn.linear_model import LogisticRegression

fit = LogisticRegression(C=np.inf).fit(tests, disagree)
weights = fit.coef_[0]

# All ways of labelling four corners that a line can make: 16 but two, XOR and its opposite.
of_group = [((A == a) & (B == b)) for a, b in CORNERS]
best = 0.0
for labels in product([0, 1], repeat=4):
    if labels not in [(0, 1, 1, 0), (1, 0, 0, 1)]:
        guess = sum(label * group for label, group in zip(labels, of_group, strict=True))
        best = max(best, (guess == disagree).mean())

print(f"largest weight of logistic regression: {np.abs(weights).max():.2f}")
print(f"always 'agree':              {1 - disagree.mean():.3f}")
print(f"logistic regression:         {fit.score(tests, disagree):.3f}")
print(f"the best line of all:        {best:.3f}")

# %% [markdown]
# It says "agree" to everyone. One test alone says nothing about disagreement: A is positive in half
# of the patients whose tests agree and in half of the others. So both weights end at 0. The best
# line reaches 0.824 by giving up one discordant group, but it is found by counting, and logistic
# regression does not count right answers, it lowers a loss.
#
# <details><summary><b>Question.</b> Give the neuron a third input, the product A·B. Can it now
# tell disagreement?</summary>
#
# Yes: A + B − 2AB is 0, 1, 1, 0. You have designed a *feature* by hand. The rest of this unit is
# about letting the network find such features itself. (With 30 measurements there are 435
# products of two, and nobody says that products are what is needed.)
# </details>

# %% [markdown]
# ## 2. A layer: neurons that share an input
#
# **Intuition.** Send the same patient to two clerks. The first counts the positive tests. The
# second raises a hand only if there are two. A third person never sees the patient, only the
# clerks' answers, and computes: the count, minus twice the raised hand. That is 0, 1, 1, 0.
#
# Neurons that read the same input form a **layer**. Their answers, side by side, are the input
# of the next layer: clerks and boss make a *two-layer network*. Layers whose output nobody sees
# directly are **hidden**. If every neuron reads every input, the layer is called *fully
# connected* or *dense*. Without its bend it is called *linear*, as in torch's `nn.Linear`.
#
# **Formula.** One column of $W$ per neuron, and all neurons of all patients in one product:
#
# $$H = \varphi(XW + b)$$
#
# - $X$: the patients, shape $(n, p)$: $n$ rows, $p$ measurements.
# - $W$: the weights, $(p, h)$: column $j$ belongs to neuron $j$ of $h$.
# - $b$: the biases, $(h,)$, one per neuron, added to every row.
# - $\varphi$: the bend, applied to each number by itself.
# - $H$: the answers, $(n, h)$. They are the new measurements.
#
# **In NumPy.** Two ReLU clerks, then a neuron that subtracts:

# %%
W1 = np.array([[1.0, 1.0], [1.0, 1.0]])  # (2 inputs, 2 neurons): both just add A and B
b1 = np.array([0.0, -1.0])  # but the second starts counting at 1
w2 = np.array([1.0, -2.0])

H = np.maximum(CORNERS @ W1 + b1, 0)  # (4, 2)
output = H @ w2
print("A  B   h1  h2   output")
for (a, b), (h1, h2), out in zip(CORNERS, H, output, strict=True):
    print(f"{a}  {b}   {h1:.0f}   {h2:.0f}   {out:.0f}")

answer = np.maximum(tests @ W1 + b1, 0) @ w2 > 0.5
print(f"right for {(answer == disagree).sum()} of {len(tests)} patients")
assert (answer == disagree).all()

# %% folded=true
figure, ax = plots.subplots(height=3.7)
ax.set_axis_off()
places = {"A": (0, 2), "B": (0, 0), "h1": (2.6, 2), "h2": (2.6, 0), "output": (5.2, 1)}
wires = [
    ("A", "h1", 1),
    ("B", "h1", 1),
    ("A", "h2", 1),
    ("B", "h2", 1),
    ("h1", "output", 1),
    ("h2", "output", -2),
]
for start, end, weight in wires:
    (x0, y0), (x1, y1) = places[start], places[end]
    style = (
        {"color": plots.BLUE, "ls": "-"} if weight > 0 else {"color": plots.VERMILLION, "ls": "--"}
    )
    ax.plot([x0, x1], [y0, y1], lw=1.3 * abs(weight) + 0.6, zorder=1, **style)
    ax.text(x0 * 0.68 + x1 * 0.32, y0 * 0.68 + y1 * 0.32 + 0.13, f"{weight:+d}", ha="center")
notes = {"h1": "bias 0: counts", "h2": "bias -1: both?", "A": "radius", "B": "texture"}
for name, (x, y) in places.items():
    circle = {"boxstyle": "circle,pad=0.45", "fc": "w"}
    ax.text(x, y, name if name != "output" else "out", ha="center", va="center", bbox=circle)
    ax.text(x, y - 0.62, notes.get(name, "above ½?"), ha="center", color=plots.GREY)
ax.set(xlim=(-0.8, 6), ylim=(-0.9, 2.6))
plots.show(
    figure,
    "A network of 2 inputs, 2 hidden units and 1 output. Both hidden units add A and B; the second "
    "has bias -1. The output takes the first once and subtracts the second twice.",
)

# %% [markdown]
# **The same in torch, and its transpose.** On paper, $W$ has one *column* per neuron, and one
# writes $XW$. Torch stores one *row* per neuron: its weight has the shape (out, in), and
# `F.linear` computes `x @ weight.T + bias`. It is the same matrix, lying on its side. From here
# on `weight` means torch's, and $W$ means `weight.T`.

# %%
weight1, weight2 = torch.from_numpy(W1.T.copy()), torch.from_numpy(w2[None])  # (2, 2), (1, 2)
X = torch.from_numpy(tests)
hidden = torch.relu(F.linear(X, weight1, torch.from_numpy(b1)))
out = F.linear(hidden, weight2)[:, 0]
assert np.array_equal(out.numpy(), np.maximum(tests @ W1 + b1, 0) @ w2)

rng = np.random.default_rng(0)
layer = ref.Linear(30, 16, rng=rng)  # the library's layer keeps torch's shapes
print("weight", layer.weight.shape, " bias", layer.bias.shape)
print("30 measurements in, 16 features out:", layer.forward(np.zeros((569, 30))).shape)

# %% [markdown]
# The trap is the square matrix. With as many neurons as inputs, `x @ weight` runs as well, and
# computes something else:

# %%
square = np.array([[1.0, 0.0], [5.0, 1.0]])
x = np.array([[1.0, 1.0]])
print("x @ weight.T =", x @ square.T, "  x @ weight =", x @ square)

# %% [markdown]
# **What if** the two hidden units had the same bias? Then they would say the same, and two clerks
# who always agree are one clerk. The next figure shows it.
#
# <details><summary><b>Question.</b> The output neuron compares with ½. Turn it into a neuron with
# a sigmoid that is sure: below 0.01 where the tests agree, above 0.99 where they do not.
# Which weights and which bias?</summary>
#
# Multiply and shift: logit = 10·(h₁ − 2h₂) − 5 is −5, 5, 5, −5, and σ(±5) is 0.993 or 0.007.
# Unit 02 again: the ratio says where, the size says how sure.
# </details>

# %% [markdown]
# ## 3. What a hidden layer does: it folds the plane
#
# **Intuition.** A line cannot separate the corners *where they are*. So move the corners. The
# hidden layer carries every point $(A, B)$ to a new place $(h_1, h_2)$. Two things happen on the
# way. The weights press the plane flat onto a line, because both clerks only see A + B. Then ReLU
# bends that line where the second clerk wakes up.
#
# Left, the points on their way to the hidden plane, with the grey grid of the old one and the
# output neuron's one cut in black. Right, the same cut seen in the plane of the tests: shaded is
# what the network calls "disagree". **Predict**, then pull `fold` from 0 to 1. Where do the
# discordant groups end up? Then set the second unit's bias to 0 and fold again.

# %% folded=true
ticks = np.linspace(-0.25, 1.25, 7)
fine = np.linspace(-0.25, 1.25, 61)
GRID = [np.column_stack([np.full(61, t), fine]) for t in ticks]
GRID += [np.column_stack([fine, np.full(61, t)]) for t in ticks]
SQUARE = np.stack(np.meshgrid(np.linspace(-0.3, 1.3, 81), np.linspace(-0.3, 1.3, 81)), -1)


def hidden_place(points, second_bias):
    return np.maximum(points @ W1 + np.array([0.0, second_bias]), 0)


def draw_fold(fold=0.5, second_bias=-1.0):
    def moved(points):
        return (1 - fold) * points + fold * hidden_place(points, second_bias)

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=4.1)
    for line in GRID:
        left.plot(*moved(line).T, "-", color=plots.GREY, lw=0.7, alpha=0.6)
    draw_tests(left, moved(tests + jitter))
    h1 = np.array([-0.3, 2.6])
    left.plot(h1, (h1 - 0.5) / 2, "-", color="black", lw=2)
    left.set(xlim=(-0.35, 2.6), ylim=(-0.35, 1.65))
    left.set(xlabel="from A to h1", ylabel="from B to h2")
    legend_above(left, markerscale=2.2)

    inside = moved(SQUARE) @ w2
    right.contourf(
        SQUARE[..., 0], SQUARE[..., 1], inside, [0.5, 9], colors=[plots.YELLOW], alpha=0.5
    )
    right.contour(SQUARE[..., 0], SQUARE[..., 1], inside, [0.5], colors="black")
    draw_tests(right, tests + jitter)
    right.set(xlabel="test A", ylabel="test B", xticks=[0, 1], yticks=[0, 1])
    found = ((moved(tests) @ w2 > 0.5) == disagree).sum()
    sentence = (
        f"Fold {fold:.2f}, second bias {second_bias:.2f}. Left: all points on their way to the "
        f"hidden plane, and the output neuron's one line. Right: the same line in the plane "
        f"of the tests. {found} of {len(tests)} patients are on the right side."
    )
    return figure, sentence


explore(draw_fold, fold=(0.0, 1.0, 0.05), second_bias=(-1.0, 0.0, 0.05))

# %% [markdown]
# Here is the end of the fold, for comparison with what you predicted:

# %% folded=true
plots.show(*draw_fold(fold=1.0, second_bias=-1.0))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At the end of the fold the two discordant groups lie **on each other**, at (1, 0), and one line
# cuts them off.
# </details>
#
# Unfold, and the one line becomes two parallel lines with a strip between them. A straight cut
# through folded paper: children make snowflakes that way.
#
# <details><summary><b>Question.</b> At fold 1 with second bias 0, all points lie on one straight
# line. Why can no output neuron help?</summary>
#
# Then h₁ = h₂ = A + B: the groups sit at 0, 1, 1, 2 on a line. The ones in the middle are wanted,
# and a neuron cuts a line in two, not in three.
# </details>

# %% [markdown]
# ## 4. Training: will it find the fold by itself?
#
# **Intuition.** You knew what the clerks should do. Training must find out from the four right
# answers alone. Each hidden unit is told its share of the blame: the error at the output, times
# how strongly the output listens to it, times the slope of its own bend.
#
# **Formula.** With logit $z = H w_2 + b_2$ and $\hat p = \sigma(z)$, the error per patient is
# $e = (\hat p - y)/n$. Then
#
# $$\frac{\partial L}{\partial w_2} = H^T e, \qquad
#   D = (e\, w_2^T) \odot \varphi', \qquad
#   \frac{\partial L}{\partial W_1} = X^T D$$
#
# - $e$: $(n, 1)$; $w_2$: $(h, 1)$; $H$: $(n, h)$.
# - $\varphi'$: the slope of each hidden unit's bend for each patient, $(n, h)$.
# - $D$: the blame of each hidden unit for each patient, $(n, h)$; $\odot$ multiplies entry by entry.
# - The biases get the column sums of $e$ and $D$.
#
# The first line is unit 02's neuron, with $H$ for its input. Unit 06 derives the second.
# All of it in NumPy, for one start:

# %%
X4, y4 = CORNERS.astype(float), np.array([[0.0], [1.0], [1.0], [0.0]])


def random_start(units, rng):
    """Draw W1 (2, units), b1, w2 (units, 1), b2 as torch.nn.Linear does: within 1/sqrt(inputs)."""
    sizes = [(2, units), (1, units), (units, 1), (1, 1)]
    inputs = [2, 2, units, units]
    return [rng.uniform(-1, 1, s) / np.sqrt(n) for s, n in zip(sizes, inputs, strict=True)]


def descend(W1, b1, w2, b2, steps, lr=0.5, bend="relu"):
    """Return the weights after ``steps`` steps, and the loss before each."""
    losses = []
    for _ in range(steps):
        sums = X4 @ W1 + b1
        H = np.maximum(sums, 0) if bend == "relu" else np.tanh(sums)
        slope = (sums > 0) if bend == "relu" else 1 - H**2
        z = H @ w2 + b2
        losses.append((np.logaddexp(0, z) - y4 * z).mean())

        e = (1 / (1 + np.exp(-z)) - y4) / len(y4)
        D = (e @ w2.T) * slope
        W1, b1 = W1 - lr * X4.T @ D, b1 - lr * D.sum(0)
        w2, b2 = w2 - lr * H.T @ e, b2 - lr * e.sum(0)
    return (W1, b1, w2, b2), np.array(losses)


start = random_start(4, np.random.default_rng(1))
trained, losses = descend(*start, steps=3000)
logits = np.maximum(X4 @ trained[0] + trained[1], 0) @ trained[2] + trained[3]
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
print("probability of 'disagree' at 00, 01, 10, 11:", ref.sigmoid(logits)[:, 0].round(2))
assert ((logits > 0) == y4).all()

# %% [markdown]
# **The same in torch**, where autograd finds the blame. Same start, same steps, same end:

# %%
W1t, b1t, w2t, b2t = (torch.tensor(part, requires_grad=True) for part in start)
optimizer = torch.optim.SGD([W1t, b1t, w2t, b2t], lr=0.5)
Xt, yt = torch.from_numpy(X4), torch.from_numpy(y4)
for _ in range(3000):
    optimizer.zero_grad()
    logit = torch.relu(Xt @ W1t + b1t) @ w2t + b2t
    F.binary_cross_entropy_with_logits(logit, yt).backward()
    optimizer.step()
assert all(
    np.allclose(a, b.detach(), atol=1e-6)
    for a, b in zip(trained, (W1t, b1t, w2t, b2t), strict=True)
)
print("NumPy and torch end at the same weights")

# %% [markdown]
# And with the library, a network is a list of layers. This loop is the one that you will use from
# now on. `Sequential` passes numbers forward through the list, and blame backward: `backward`
# starts from the slope of the loss in the logits, which is the $e$ of above.


# %%
def build(sizes, rng, bend=ref.ReLU):
    """Return a network with the given layer sizes, a bend between its linear layers."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [bend(), ref.Linear(inputs, outputs, rng=rng)]
    return ref.Sequential(*layers[1:])


def train(network, X, y, lr, steps):
    """Train by gradient descent on the mean cross-entropy of logits; return the last loss."""
    optimizer = ref.SGD(network.parameters(), lr=lr)
    target = np.reshape(y, (len(y), 1)).astype(float)
    for _ in range(steps):
        logits = network.forward(X)
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, logits, target))
        optimizer.step(network.gradients())
    return ref.binary_cross_entropy_with_logits(network.forward(X), target)


network = build([2, 4, 1], np.random.default_rng(0), bend=ref.Tanh)
print(f"library: loss {train(network, X4, y4, lr=0.5, steps=3000):.3f}")
assert ((network.forward(X4) > 0) == y4).all()

# %% [markdown]
# Two units suffice, as you showed by hand. So will training find them?
#
# *Predict:* of 200 random starts with two ReLU units, how many end with all four answers right?
# The cell trains all 200 at once: the arrays simply get one more axis in front.


# %%
def many_starts(units, bend, starts=200, steps=3000, lr=0.5):
    """Return the final logits (starts, 4) of XOR trained from many random starts."""
    rng = np.random.default_rng(0)
    W1 = rng.uniform(-1, 1, (starts, 2, units)) / np.sqrt(2)
    b1 = rng.uniform(-1, 1, (starts, 1, units)) / np.sqrt(2)
    w2 = rng.uniform(-1, 1, (starts, units, 1)) / np.sqrt(units)
    b2 = rng.uniform(-1, 1, (starts, 1, 1)) / np.sqrt(units)
    for _ in range(steps):
        sums = X4 @ W1 + b1  # (starts, 4, units)
        H = np.maximum(sums, 0) if bend == "relu" else np.tanh(sums)
        slope = (sums > 0) if bend == "relu" else 1 - H**2
        e = (1 / (1 + np.exp(-(H @ w2 + b2))) - y4) / 4  # (starts, 4, 1)
        D = (e @ w2.swapaxes(1, 2)) * slope
        w2, b2 = w2 - lr * H.swapaxes(1, 2) @ e, b2 - lr * e.sum(1, keepdims=True)
        W1, b1 = W1 - lr * X4.T @ D, b1 - lr * D.sum(1, keepdims=True)
    sums = X4 @ W1 + b1
    H = np.maximum(sums, 0) if bend == "relu" else np.tanh(sums)
    return (H @ w2 + b2)[..., 0]


UNITS = [2, 3, 4, 8]
ends, solved = {}, {}
print("hidden units:", *UNITS)
for bend in ["relu", "tanh"]:
    for units in UNITS:
        ends[bend, units] = many_starts(units, bend)
    solved[bend] = [((ends[bend, u] > 0) == y4[:, 0]).all(axis=1).mean() for u in UNITS]
    print(f"{bend}, solved:", *(f"{share:.0%}" for share in solved[bend]))

# %% folded=true
figure, ax = plots.subplots(height=3.6)
at = np.arange(len(UNITS))
ax.bar(at - 0.2, solved["relu"], 0.38, color=plots.BLUE, label="ReLU")
ax.bar(at + 0.2, solved["tanh"], 0.38, color=plots.ORANGE, hatch="//", ec="white", label="tanh")
ax.set(xticks=at, xticklabels=UNITS, xlabel="hidden units", ylim=(0, 1.25))
ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
ax.set_ylabel("share of starts\nthat solve XOR")
ax.legend(loc="upper left", ncols=2)
plots.show(
    figure,
    "Share of 200 random starts that solve XOR. ReLU with 2, 3, 4, 8 units: "
    + ", ".join(f"{s:.0%}" for s in solved["relu"])
    + "; tanh: "
    + ", ".join(f"{s:.0%}" for s in solved["tanh"])
    + ".",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 28 %. Nearly three of four runs **fail**, although a perfect solution exists.
# </details>
#
# That something can be *represented* does not mean that it will be *found*. More units than needed
# are not luxury: they are more tickets in the lottery.
#
# What does a failed run look like? It does not wander. It settles, at one of few losses, and
# more steps change nothing:

# %%
two_relu = ends["relu", 2]  # (200, 4)
final = ref.binary_cross_entropy_with_logits(
    two_relu, np.broadcast_to(y4[:, 0], two_relu.shape), reduction="none"
).mean(axis=1)
levels = [
    (0.0, 0.1, "solved"),
    (0.3, 0.4, "two groups sure, two at 1/2: loss (2 ln 2)/4 = 0.347"),
    (0.4, 0.55, "one sure, three all at 1/3 or all at 2/3: loss 0.477"),
    (0.6, 0.7, "all four at 1/2: loss ln 2 = 0.693"),
]
assert sum(((final >= low) & (final < high)).sum() for low, high, _ in levels) == len(final)
for low, high, words in levels:
    print(f"{((final >= low) & (final < high)).sum():4} starts  {words}")

# %% [markdown]
# **Move** the start and the steps below; the figure trains anew at every move. Shaded is what the
# network calls "disagree". Dotted lines are the units' **hinges**: there a ReLU wakes up.
# *Predict:* if start 1 fails with two units, is it stuck with four? Then look for a start that does
# solve it with two.


# %% folded=true
def draw_xor(start=1, units=2, steps=600):
    weights = random_start(units, np.random.default_rng(start))
    (W1, b1, w2, b2), losses = descend(*weights, steps=steps)

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    logits = np.maximum(SQUARE @ W1 + b1, 0) @ w2[:, 0] + b2[0]
    mesh = SQUARE[..., 0], SQUARE[..., 1]
    left.contourf(*mesh, logits, [0, 1e3], colors=[plots.YELLOW], alpha=0.5)
    if logits.min() < 0 < logits.max():
        left.contour(*mesh, logits, [0], colors="black")
    for j in range(units):
        hinge = SQUARE @ W1[:, j] + b1[0, j]
        if hinge.min() < 0 < hinge.max():
            left.contour(*mesh, hinge, [0], colors=plots.GREY, linestyles=":")
    for value, name, marker, colour in KINDS:
        left.plot(*X4[y4[:, 0] == value].T, marker, color=colour, ms=11, ls="", label=name)
    left.set(xlabel="test A", ylabel="test B", xticks=[0, 1], yticks=[0, 1])
    legend_above(left)
    right.plot(losses, "-")
    right.set(xlabel="step", ylabel="loss (cross-entropy)", ylim=(0, 0.9))
    p = ref.sigmoid(np.maximum(X4 @ W1 + b1, 0) @ w2 + b2)[:, 0]
    right_ones = ((p > 0.5) == y4[:, 0]).sum()
    sentence = (
        f"Start {start}, {units} ReLU units, {counted(steps, 'step')}: loss {losses[-1]:.3f}, {right_ones} of 4 "
        f"groups right. Probabilities at 00, 01, 10, 11: {', '.join(f'{v:.2f}' for v in p)}."
    )
    return figure, sentence


explore(draw_xor, start=(0, 40), units=UNITS, steps=(1, 1200))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With four it is not stuck. Starts 2, 6 and 8 solve it with two.
# </details>
#
# <details><summary><b>Question.</b> Start all hidden weights at the same value, say 0.5, and
# all output weights at the same value. Would 100 units help?</summary>
#
# No. Equal units get equal blame, take equal steps and stay equal for ever: 100 units act as
# one. The random start is what makes them different. Below it is tried; unit 08 says how
# large the random numbers should be.
# </details>

# %%
same = [np.full((2, 100), 0.5), np.full((1, 100), 0.1), np.full((100, 1), 0.05), np.zeros((1, 1))]
(W1_end, *_), losses = descend(*same, steps=3000)
print(f"100 equal units: loss {losses[-1]:.3f}")
print("largest spread between units after training:", np.ptp(W1_end, axis=1).max().round(12))
assert losses[-1] > 0.3

# %% [markdown]
# ## 5. Deeper, and how many numbers that takes
#
# **Intuition.** The answers of a layer are a table again: one row per patient, one column per
# neuron. So a second layer can read them as if they were measurements. The rows stay, the
# patients; the columns change from layer to layer.
#
# **Formula.** A network of $T$ layers repeats the line of part 2. With $H_0 = X$,
#
# $$H_t = \varphi(H_{t-1} W_t + b_t), \qquad t = 1, \dots, T-1, \qquad
#   z = H_{T-1} W_T + b_T .$$
#
# - $H_t$: the answers of layer $t$; its shape is $(n, \text{neurons in layer } t)$.
# - The last layer has no bend of its own: its logits go to the sigmoid in the loss.
#
# Many texts write $\varphi(H_{t-1} W_t)$ without the biases: they add a column of ones to each $H$,
# and the biases are one more row of $W$.
#
# **In NumPy**, any depth is one loop. **In torch** it is `nn.Sequential`:

# %%
sizes = [30, 16, 8, 1]
network = build(sizes, np.random.default_rng(0))
patients = (table.X - table.X.mean(axis=0)) / table.X.std(axis=0)  # (569, 30)

Hs = [patients]  # H_0, H_1, ...
linears = [layer for layer in network.layers if isinstance(layer, ref.Linear)]
for t, layer in enumerate(linears, start=1):
    z = Hs[-1] @ layer.weight.T + layer.bias
    if layer is not linears[-1]:
        Hs.append(np.maximum(z, 0))
    print(f"layer {t}: W is {layer.weight.T.shape}, the sums are {z.shape}")

twin = torch.nn.Sequential(
    torch.nn.Linear(30, 16),
    torch.nn.ReLU(),
    torch.nn.Linear(16, 8),
    torch.nn.ReLU(),
    torch.nn.Linear(8, 1),
).double()
with torch.no_grad():
    for theirs, ours in zip(twin.parameters(), network.parameters(), strict=True):
        theirs.copy_(torch.from_numpy(ours))  # the same shapes, so no transpose
    assert np.allclose(z, twin(torch.from_numpy(patients)), atol=1e-12)
assert np.allclose(z, network.forward(patients))

# %% [markdown]
# A GPU is made for such products. Is it faster for 16 neurons? For 4,096? On Colab, choose
# *Runtime*, *Change runtime type*, a GPU, and compare:

# %% tags=["nbval-ignore-output"]
widths = {f"{n} neurons": (torch.ones(512, n), torch.ones(n, n)) for n in (16, 256, 4096)}
devices.cpu_beside_gpu(F.linear, widths)

# %% [markdown]
# The same as a picture. A product fits where the columns on its left are as many as the rows on
# its right, and the two inner numbers vanish: (569 × 30)(30 × 16) is 569 × 16.


# %% folded=true
def draw_shapes(tables, layers, z):
    figure, ax = plots.subplots(width=7.6, height=3.1)
    ax.set_axis_off()
    ax.set(xlim=(-21, 229), ylim=(-40, 52), aspect="equal")

    def block(slot, name, shape, height, **look):
        ax.bar(35 * slot, height, shape[1], ec="black", **look)
        ax.text(35 * slot, height + 3, name, ha="center", fontsize=16)
        ax.text(35 * slot, -15, f"{shape[0]}×{shape[1]}", ha="center", fontsize=14)

    names = ["$X$", *(f"$H_{t}$" for t in range(1, len(tables)))]
    for t, (name, H, layer) in enumerate(zip(names, tables, layers, strict=True), start=1):
        inputs, neurons = layer.weight.T.shape
        block(2 * t - 2, name, H.shape, 40, color=plots.SKY)
        block(2 * t - 1, f"$W_{t}$", (inputs, neurons), inputs, color=plots.ORANGE, hatch="//")
        ax.bar(35 * (2 * t - 1), 2.5, neurons, bottom=-4, color="black")
        ax.text(35 * (2 * t - 1), -27, f"+ {neurons}", ha="center", fontsize=14)
    block(2 * len(layers), "$z$", z.shape, 40, color=plots.SKY)
    return figure


shown = draw_shapes(Hs, linears, z)
plots.show(
    shown,
    "Blocks from left to right, columns to scale: "
    + ", ".join(f"H{t} {H.shape[0]}×{H.shape[1]}" for t, H in enumerate(Hs))
    + f" and z {z.shape[0]}×{z.shape[1]} all have the same rows, drawn shorter than they are. "
    "Hatched between them: "
    + ", ".join(f"W{t} {w.weight.shape[1]}×{w.weight.shape[0]}" for t, w in enumerate(linears, 1))
    + ", each with its row of biases, "
    + ", ".join(str(len(layer.bias)) for layer in linears)
    + " of them.",
)

# %% [markdown]
# Blue tables are data: 569 rows, drawn shorter than they are, and one more patient is one more
# row. Hatched blocks are what is trained: $W_t$, and below it, in black, one bias per column.
# They do not know how many patients there are.
#
# **A formula to distrust.** Some texts write $p = 1/(1 + e^{-H(X)})$, with $H$ from the last
# *hidden* layer. That leaves out the output layer's own $W_T$ and $b_T$: the clerks speak and
# nobody sums up. See what comes out:

# %%
forgotten = ref.sigmoid(Hs[-1])
print("sigmoid(H_2):", forgotten.shape, " smallest:", forgotten.min())
print("sigmoid(z):  ", ref.sigmoid(z).shape, "  smallest below 1/2:", ref.sigmoid(z).min() < 0.5)

# %% [markdown]
# Eight "probabilities" per patient, and after a ReLU none can be below ½.
#
# **Count before you create.** A layer with $a$ inputs and $b$ neurons has $ab$ weights and $b$
# biases: in the picture, the area of a hatched block and its black row. The inputs have no
# bias: they are data. *Predict* the total for 30, 16, 8, 1.


# %%
def count(sizes):
    """Return the parameters of a dense network with the given layer sizes."""
    return sum(a * b + b for a, b in pairwise(sizes))


print(ref.summary(network, 30))
print("counted:", count(sizes))
assert ref.summary(network, 30).total == count(sizes) == sum(p.numel() for p in twin.parameters())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 641, as 496 + 136 + 9.
# </details>
#
# `summary` sends one made-up patient of zeros through the layers and writes down the shapes.
# Nothing has been trained. An image must first be laid out as one row of numbers; the layer for
# that is called `Flatten`, and it has no parameters. With images, look at the count first:

# %%
digits = ref.Sequential(ref.Flatten(), *build([64, 32, 10], np.random.default_rng(0)).layers)
print(ref.summary(digits, (1, 8, 8)))

print("\nfirst layer with 1000 neurons      parameters   memory in float32")
for name, shape in [("8 x 8 digit", (1, 8, 8)), ("224 x 224 colour photograph", (3, 224, 224))]:
    inputs = int(np.prod(shape))
    n = count([inputs, 1000])
    print(f"{name:32}  {n:12,}   {4 * n / 1e6:10.1f} MB")

print(f"\n30, 16, 1: {count([30, 16, 1])} parameters ({30 * 16 + 16 * 1} without biases)")

# %% [markdown]
# 150 million numbers for one layer, and shifting the photograph by one pixel gives almost every
# weight another pixel to read. Unit 09 looks for something better. Compare with the data, too:
# 30, 16, 1 has 513 parameters, and we have 569 patients.
#
# **"Depth alone helps."** It does not. Without a bend between them, three layers multiply out to
# one matrix $W_1 W_2 W_3$ and one row of biases:

# %%
M1, M2, M3 = (layer.weight.T for layer in linears)
c1, c2, c3 = (layer.bias for layer in linears)
three = ((patients @ M1 + c1) @ M2 + c2) @ M3 + c3
one = patients @ (M1 @ M2 @ M3) + ((c1 @ M2 + c2) @ M3 + c3)
print("three layers and one agree to 1e-12:", np.allclose(three, one, rtol=0, atol=1e-12))
print(f"{count(sizes)} parameters that can do what {count([30, 1])} can")

# %% [markdown]
# <details><summary><b>Question.</b> A linear network 30, 2, 1000, 1 has far more parameters than a
# single neuron. Can it do more?</summary>
#
# No. Multiplied out, it is again 30 weights and one bias.
# </details>

# %% [markdown]
# ## 6. Any curve from ReLU steps
#
# **Intuition.** Two ReLUs make a **step**: the first one starts to climb, the second one, a little
# later, cancels the climb. With enough steps one builds any staircase, and a fine staircase
# follows any curve. No training needed: you place them.
#
# **Formula.** A step of height 1 at $a$, as wide as $d$:
#
# $$s(x) = \mathrm{ReLU}\!\left(\tfrac{x - a}{d}\right) - \mathrm{ReLU}\!\left(\tfrac{x - a}{d} - 1\right)$$
#
# (The code divides by $d$ in the output weight: for $d > 0$ that is the same.) Half as many units
# do if no climb is cancelled, only bent into the next. We call these pieces **ramps**: between
# knots $k_0 < k_1 < \dots$ the curve is straight, with one ReLU per knot, and the ReLU's output
# weight is the *change* of slope there:
#
# $$f(x) = v_0 + \sum_i c_i\,\mathrm{ReLU}(x - k_i), \qquad c_i = s_i - s_{i-1}, \quad
#   s_i = \frac{v_{i+1} - v_i}{k_{i+1} - k_i}, \quad s_{-1} = 0$$
#
# - $k_i$, $v_i$: the knots and the values wanted there; $s_i$: the slope from knot $i$ to the next.
# - $c_i$: an output weight; all of them are `np.diff(slopes, prepend=0)`.
# - $-k_i$: a hidden bias, as ReLU(x + b) bends at −b. $v_0$: the output bias.
#
# So this is a network with one input, one hidden layer and one output. The curve to follow is one
# heartbeat as an electrocardiogram draws it, made of five bumps (a drawing, not a recording):


# %%
def heartbeat(x):
    """Return an ECG-like beat; x in shares of a beat, the tall R wave has height 1."""
    waves = [(0.20, 0.025, 0.12), (0.37, 0.010, -0.12), (0.40, 0.012, 1.0)]
    waves += [(0.43, 0.012, -0.25), (0.65, 0.050, 0.30)]
    return sum(height * np.exp(-((x - c) ** 2) / (2 * sd**2)) for c, sd, height in waves)


def ramps(knots):
    """Return (bias, coef, offset) of the hidden layer that meets the beat at the knots."""
    v = heartbeat(knots)
    slopes = np.diff(v) / np.diff(knots)
    return -knots[:-1], np.diff(slopes, prepend=0), v[0]


def steps(knots):
    """Return (bias, coef, offset) of a staircase: two ReLUs for each step of it."""
    v, d = heartbeat((knots[:-1] + knots[1:]) / 2), 1e-4
    climb = np.diff(v) / d
    at = knots[1:-1]
    return np.r_[-at, -at - d], np.r_[climb, -climb], v[0]


def hidden_layer(x, bias, coef, offset):
    return np.maximum(x[:, None] + bias, 0) @ coef + offset


time = np.linspace(0, 1, 2001)
even = np.linspace(0, 1, 161)
bias, coef, offset = ramps(even)
print(f"{len(bias)} ramps, evenly placed: largest error", end=" ")
print(f"{np.abs(hidden_layer(time, bias, coef, offset) - heartbeat(time)).max():.3f}")

as_layers = ref.Sequential(ref.Linear(1, 160, rng=rng), ref.ReLU(), ref.Linear(160, 1, rng=rng))
for parameter, value in zip(
    as_layers.parameters(), [np.ones((160, 1)), bias, coef[None], [offset]], strict=True
):
    parameter[...] = value
in_torch = F.linear(
    torch.relu(torch.from_numpy(time[:, None]) + torch.from_numpy(bias)),
    torch.from_numpy(coef[None]),
)
assert np.allclose(as_layers.forward(time[:, None])[:, 0], hidden_layer(time, bias, coef, offset))
assert np.allclose(in_torch[:, 0].numpy() + offset, hidden_layer(time, bias, coef, offset))

# %% [markdown]
# **Does width do it alone?** Put the same number of units where the curve *bends*, close together
# on the R wave and far apart on the flat. *Predict* how much smaller the error gets with 160.


# %%
def knots_where_it_bends(n):
    """Return n + 1 knots, denser where the beat is more curved."""
    x = np.linspace(0, 1, 8001)
    bend = np.sqrt(np.abs(np.gradient(np.gradient(heartbeat(x), x), x)))
    density = bend + 1e-3 * bend.max()
    share = np.cumsum(density) / density.sum()
    return np.interp(np.linspace(share[0], 1, n + 1), share, x)


PLACED = {
    "steps": lambda units: steps(np.linspace(0, 1, units // 2 + 2)),
    "ramps": lambda units: ramps(np.linspace(0, 1, units + 1)),
    "ramps where it bends": lambda units: ramps(knots_where_it_bends(units)),
}
WIDTHS = [10, 20, 40, 80, 160, 320]
errors = {
    kind: [np.abs(hidden_layer(time, *place(n)) - heartbeat(time)).max() for n in WIDTHS]
    for kind, place in PLACED.items()
}
print("hidden units        ", *(f"{n:7}" for n in WIDTHS))
for kind, row in errors.items():
    print(f"{kind:20}", *(f"{e:7.4f}" for e in row))
assert errors["ramps"][4] > 50 * errors["ramps where it bends"][4]

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# From 0.033 to 0.0004: to less than a fiftieth.
# </details>
#
# With few evenly placed units the error rises and falls by luck: the R wave is narrower than one
# piece.
#
# **Move** `units` and `pieces`. The star on the right is the network on the left. *Predict* for
# each kind of piece how many units it takes until you no longer see a difference.


# %% folded=true
def draw_beat(units=20, pieces="ramps"):
    answer = hidden_layer(time, *PLACED[pieces](units))
    error = np.abs(answer - heartbeat(time)).max()
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    left.plot(time, heartbeat(time), "-", color=plots.GREY, lw=4, alpha=0.5, label="heartbeat")
    left.plot(time, answer, "-", color=plots.BLUE, lw=1.6, label="network")
    left.set(xlabel="time (beats)", ylabel="voltage (R = 1)", ylim=(-0.45, 1.2), yticks=[0, 0.5, 1])
    left.legend()
    for (kind, row), marker in zip(errors.items(), "s^o", strict=True):
        right.loglog(WIDTHS, row, marker=marker, ms=5, lw=1.4, label=kind)
    right.loglog(units, error, "*", color="black", ms=15)
    right.set(xlabel="hidden units", ylabel="largest error", ylim=(5e-5, 4))
    right.minorticks_off()
    right.set_xticks([10, 40, 160], ["10", "40", "160"])
    right.set_yticks([1e-4, 1e-2, 1], ["0.0001", "0.01", "1"])
    right.legend(fontsize=10, loc="lower left")
    sentence = f"{units} hidden units as {pieces}: the largest error is {error:.4f}."
    return figure, sentence


explore(draw_beat, units=(4, 320, 2), pieces=list(PLACED))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# About 160 ramps, or 20 where it bends. Steps still show with 320.
# </details>
#
# Width is not all; *where* the units sit decides, and in training it is the hidden weights and
# biases that put them there.
#
# The **universal approximation theorem** (Cybenko, 1989; Hornik and others, 1989; Leshno and
# others, 1993, for any bend but a polynomial) says it for all continuous functions of any
# number of inputs: one hidden layer, wide enough, gets as close as you like, on a closed and
# bounded region.
#
# It does **not** say that training finds those weights (part 4), nor how many units are needed
# (with many inputs, possibly absurdly many), nor anything outside the region:

# %%
late = np.array([1.0, 1.5, 2.0])
far = hidden_layer(late, *ramps(np.linspace(0, 0.41, 161)))  # saw the beat up to 0.41
print("asked at", late, "beats, the network answers", far.round(0))
print("the curve itself is at", heartbeat(late).round(1))

# %% [markdown]
# Beyond its last hinge a ReLU network goes straight on, for ever. It does not know that it does
# not know.
#
# <details><summary><b>Question.</b> How many ReLU units does a staircase of ten steps need, and how
# many a polygon of ten straight pieces?</summary>
#
# Twenty and ten. A step spends two units to arrive at slope 0 again. A piece only changes the
# slope.
# </details>

# %% [markdown]
# ## 7. Hidden units are features that nobody designed
#
# **Intuition.** How would you tell cats from dogs, if only regression existed? First you would
# build a detector for **pointy ears**, one for **fluffy fur**, each a logistic regression with
# labels of its own. Then a third regression on the detectors' answers. Stacked regressions: that
# *is* a network with a hidden layer. With one difference. In a network nobody labels ears or fur.
# The hidden units get the blame for wrong cats and dogs, and must invent something useful.
#
# Let us see what they invent. A made-up kennel: four noisy measurements, two of the ears, two of
# the fur. Cats here are pointy *and* fluffy. (Pomeranians and sphynx cats are out of scope.)


# %%
def kennel(n, rng):
    """Return measurements (n, 4), and who is pointy, fluffy and a cat, each (n,)."""
    pointy, fluffy = rng.integers(0, 2, (2, n))
    truth = np.column_stack([pointy, pointy, fluffy, fluffy]) * 2 - 1
    return truth + rng.normal(0, 0.8, (n, 4)), pointy, fluffy, pointy * fluffy


rng = np.random.default_rng(1)
X_train, pointy, fluffy, cat = kennel(500, rng)
X_test, pointy_test, fluffy_test, cat_test = kennel(4000, rng)


def share_right(logits, y):
    return ((logits[:, 0] > 0) == y).mean()


single = build([4, 1], np.random.default_rng(0))
train(single, X_train, cat, lr=1.0, steps=1000)

ears, fur = build([4, 1], np.random.default_rng(0)), build([4, 1], np.random.default_rng(0))
train(ears, X_train, pointy, lr=1.0, steps=1000)  # somebody labelled 500 pairs of ears
train(fur, X_train, fluffy, lr=1.0, steps=1000)  # and 500 coats


def detect(X):
    return ref.sigmoid(np.hstack([ears.forward(X), fur.forward(X)]))


stacked = build([2, 1], np.random.default_rng(0))
train(stacked, detect(X_train), cat, lr=1.0, steps=3000)

network = build([4, 2, 1], np.random.default_rng(1), bend=ref.Sigmoid)
train(network, X_train, cat, lr=1.0, steps=3000)  # told only: cat or not

print(f"one neuron:                   {share_right(single.forward(X_test), cat_test):.3f}")
print(f"stacked, with extra labels:   {share_right(stacked.forward(detect(X_test)), cat_test):.3f}")
print(f"hidden layer, cat labels only: {share_right(network.forward(X_test), cat_test):.3f}")

units = ref.sigmoid(network.layers[0].forward(X_test))  # (4000, 2)
print("\ncorrelation with   pointy  fluffy")
columns = {"hidden unit 1": units[:, 0], "hidden unit 2": units[:, 1]}
columns |= dict(zip(["labelled ears", "labelled fur"], detect(X_test).T, strict=True))
for name, column in columns.items():
    correlations = [np.corrcoef(column, truth)[0, 1] for truth in (pointy_test, fluffy_test)]
    print(f"{name:16}", "".join(f"{c:+8.2f}" for c in correlations))

# %% [markdown]
# Nobody ever mentioned ears or fur, and one unit has become an ear detector and the other a
# fur detector, close to the ones that had labels. Units may come out negated (here "*not* pointy")
# and in any order: for the network that is the same. Was this start lucky?

# %%
specialised = 0
for seed in range(10):
    other = build([4, 2, 1], np.random.default_rng(seed), bend=ref.Sigmoid)
    train(other, X_train, cat, lr=1.0, steps=3000)
    answers = ref.sigmoid(other.layers[0].forward(X_test))
    both = np.corrcoef(np.column_stack([answers, pointy_test, fluffy_test]), rowvar=False)
    size = np.abs(both[:2, 2:])  # rows: units; columns: pointy, fluffy
    specialised += size.max(axis=1).min() > 0.8 and size.argmax(axis=1).sum() == 1
print(f"one unit for ears, one for fur (correlation above 0.8): {specialised} of 10 starts")

# %% [markdown]
# Not lucky: in this kennel the cat labels pay for both features.
#
# **Now real patients.** Four hidden units read all 30 measurements. Do they become specialists,
# say one for size and one for texture? *Predict*, then look at each unit. The bars are its
# strongest weights; the histogram shows its answers. A unit is *awake* in a patient if its ReLU
# passes something on.

# %%
biopsies = build([30, 4, 1], np.random.default_rng(1))
loss = train(biopsies, patients, table.y, lr=0.5, steps=400)
hidden, last = biopsies.layers[0], biopsies.layers[2]
activity = ref.relu(hidden.forward(patients))  # (569, 4)

print(f"loss {loss:.3f}")
print("unit  weight out  awake: benign  malignant")
for j in range(4):
    awake = [(activity[table.y == v, j] > 0).mean() for v in (0, 1)]
    print(f"{j + 1:4}  {last.weight[0, j]:+10.2f}  {awake[0]:13.0%}  {awake[1]:9.0%}")


# %% folded=true
def draw_unit(unit=1, measurements=6):
    j = unit - 1
    strongest = np.argsort(-np.abs(hidden.weight[j]))[:measurements][::-1]
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=4.2)
    weights = hidden.weight[j, strongest]
    colours = [plots.BLUE if w > 0 else plots.VERMILLION for w in weights]
    bars = left.barh([table.features[i] for i in strongest], weights, color=colours)
    for bar, w in zip(bars, weights, strict=True):
        bar.set_hatch("" if w > 0 else "//")
        bar.set_edgecolor("white")
    left.tick_params(axis="y", labelsize=10)
    left.set(xlabel="weight (per sd)")
    plots.patients.histograms(right, activity[:, j], table.y, bins=20)
    right.set(xlabel=f"answer of unit {unit}", ylabel="patients")
    right.legend(title=f"output weight {last.weight[0, j]:+.2f}")
    names = ", ".join(table.features[i] for i in strongest[::-1][:3])
    return figure, (
        f"Hidden unit {unit}: strongest weights on {names}; it is awake in "
        f"{(activity[table.y == 1, j] > 0).mean():.0%} of malignant and "
        f"{(activity[table.y == 0, j] > 0).mean():.0%} of benign cases."
    )


explore(draw_unit, unit=(1, 4), measurements=(3, 12))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No specialists. Every unit has become a detector of the whole: one for malignant, the others for
# benign, each reading a bit of everything.
# </details>
#
# The labels asked for nothing else, and one direction already separates these patients almost
# completely. Another start gives other weights:

# %%
for seed in range(4):
    other = build([30, 4, 1], np.random.default_rng(seed))
    train(other, patients, table.y, lr=0.5, steps=400)
    w = other.layers[0].weight[np.argmax(np.abs(other.layers[2].weight[0]))]
    top = [table.features[i] for i in np.argsort(-np.abs(w))[:3]]
    print(f"start {seed}: the loudest unit reads mostly", ", ".join(top))

# %% [markdown]
# There is a family resemblance (large, coarse, indented nuclei), and no two lists are equal. So a
# name for a unit ("the texture detector") needs a test on new data and from another start before it
# deserves belief. Unit 12 has better tools.
#
# <details><summary><b>Question.</b> Why did the kennel's units specialise and the biopsies' did
# not?</summary>
#
# Cats need *both* properties: no single direction through the four measurements tells them,
# so the loss pays for two different units. In the biopsies, nearly all that the labels pay
# for lies along one direction.
# </details>

# %% [markdown]
# ## 8. Does a hidden layer find more cancers?
#
# **Intuition.** It can do more. That is not the same as helping. Whether it helps is a question
# to the data, and only to patients that were not used for training.
#
# We split the patients into ten parts, train on nine and predict the tenth, ten times, and so
# collect one honest prediction for each patient (unit 01). Standardizing happens inside, on the
# training patients. *Predict:* how many more cancers, out of 212, will 16 hidden units find?

# %%
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold


def honest_logits(X, y, hidden, folds, steps):
    """Return one logit per row, each from a network that has not seen that row."""
    logits = np.zeros(len(y))
    splits = StratifiedKFold(folds, shuffle=True, random_state=0).split(X, y)
    for fold, (fit_on, predict) in enumerate(splits):
        mean, std = X[fit_on].mean(axis=0), X[fit_on].std(axis=0)
        std = np.where(std > 0, std, 1)
        network = build([X.shape[1], *hidden, 1], np.random.default_rng(fold))
        train(network, (X[fit_on] - mean) / std, y[fit_on], lr=0.5, steps=steps)
        logits[predict] = network.forward((X[predict] - mean) / std)[:, 0]
    return logits


y = table.y
plain = honest_logits(table.X, y, [], folds=10, steps=400) > 0
layered = honest_logits(table.X, y, [16], folds=10, steps=400) > 0
for name, alarm in [("no hidden layer", plain), ("16 hidden units", layered)]:
    print(f"{name}: right {(alarm == y).mean():.3f}")
    print("  sensitivity", metrics.sensitivity(y, alarm))
    print("  specificity", metrics.specificity(y, alarm))
differ = plain != layered
print(f"the two networks disagree on {differ.sum()} of {len(y)} patients;", end=" ")
print(f"the hidden layer is right in {(layered == y)[differ].sum()} of those")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# **No gain to be seen.** The neuron misses 9 of the 212 cancers, the network 10.
# </details>
#
# They disagree on 6 patients (5 times in the old neuron's favour, which could be chance), and the
# intervals nearly coincide. A small difference could hide in intervals that wide, but 513
# parameters instead of 31 bought nothing that these patients can show. One flat cut through the 30
# measurements does as well, as part 7 already hinted.
#
# Now ask of handwritten digits (8 × 8 grey values) whether the number is **odd**. Ones and nines
# look nothing alike and belong together; eights and nines look alike and do not.

# %%
digits = load_digits()
odd = digits.target % 2
for between in ([], [32]):
    right = (honest_logits(digits.data, odd, between, folds=5, steps=250) > 0) == odd
    print(f"odd or even, {sum(between):2} hidden units: {metrics.rate(right.sum(), len(odd))}")

# %% [markdown]
# Errors fall from 8 in 100 to 2 in 100. "Odd" is a union of five shapes, much like XOR is
# a union of two corners. **Try the flat neuron first. Then you know what the hidden layer is worth.**
#
# <details><summary><b>Question.</b> On the patients it was trained on, the hidden layer is right
# more often than the neuron. Why is that no argument?</summary>
#
# With more parameters it can fit more of the accidents of these very patients. Only the ones
# kept back can tell learning from memory, and they see no difference. The next cell counts.
# </details>

# %%
for between in ([], [16]):
    seen = build([30, *between, 1], np.random.default_rng(0))
    train(seen, patients, y, lr=0.5, steps=400)
    right = ((seen.forward(patients)[:, 0] > 0) == y).sum()
    print(
        f"{sum(between):2} hidden units: {right} of {len(y)} right on their own training patients"
    )

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | `x @ weight` where `weight` is (out, in) | an error, or, with a square matrix, silently other numbers |
# | no bend between layers | a deep network that does no better than logistic regression |
# | ReLU after the last layer | logits never below 0, so no probability below ½ |
# | bias added after the bend | the hinge cannot move; all bend at 0 |
# | all weights start equal | 100 units act as one; the loss stops at a plateau |
# | one run of XOR fails, "so it cannot" | another start works; count over many |
# | logits (n, 1), labels (n,) | here an error; in bare NumPy an (n, n) table |
# | images not flattened | an error about the last axis, 8 and not 64 |
# | biases not counted | 496 and not 513 for 30, 16, 1 |
# | a hidden unit named after one look | another start, another "meaning" |

# %%
logits = network.forward(X_test)
print("lowest probability after a last ReLU:", ref.sigmoid(ref.relu(logits)).min())
for broken in [
    lambda: ref.binary_cross_entropy_with_logits(logits, cat_test),
    lambda: build([64, 32, 10], np.random.default_rng(0)).forward(np.zeros((5, 8, 8))),
]:
    try:
        broken()
    except ValueError as error:
        print("refused:", error)

# %% [markdown]
# ## Summary
#
# - One neuron cuts once, straight. Disagreement (XOR) needs two cuts, hence a hidden layer.
# - A layer is $H = \varphi(XW + b)$: it moves the points until one cut is enough. Torch keeps
#   $W^T$, one row per neuron.
# - What can be represented need not be found: two ReLU units solve XOR from about one start
#   in four, eight from nearly every one.
# - Parameters: $ab + b$ per layer, known before the network exists.
# - One wide hidden layer follows any curve, within the region it was built for. Depth without
#   a bend adds nothing.
# - Hidden units invent features when the labels pay for them. For these biopsies they do
#   not, and we saw no gain from a hidden layer.
#
# **Next:** the lab of this unit. Then unit 04, which asks what "wrong" should cost.
#
# ## Sources
#
# - Minsky and Papert, *Perceptrons* (1969): what one layer cannot do.
# - Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors* (1986).
# - Cybenko, *Approximation by superpositions of a sigmoidal function* (1989).
# - Hornik, Stinchcombe and White, *Multilayer feedforward networks are universal approximators* (1989).
# - Leshno, Lin, Pinkus and Schocken, *Multilayer feedforward networks with a nonpolynomial
#   activation function can approximate any function* (1993).
# - Data: Street, Wolberg and Mangasarian (1993), UCI Machine Learning Repository; Alpaydin and
#   Kaynak, *Optical recognition of handwritten digits* (1998), UCI, as shipped with scikit-learn.
