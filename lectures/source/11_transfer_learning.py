# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · Transfer learning
#
# **What can you learn from five images per class?**
#
# A laboratory has five labelled cells of each kind. That is too few to train a network. Somebody
# else has a network, trained on thousands of other images. In this unit you measure what such a
# network is worth, and when it is worth nothing.
#
# After this lecture you can
#
# 1. freeze a network, give it a new head, and say what then learns and what does not;
# 2. fine-tune it, with one learning rate or with several;
# 3. compare with training from nothing in a way that is fair;
# 4. learn a class from one image, and measure what is forgotten on the way;
# 5. say which augmentation breaks a label, and read a result that says no.
#
# *You need:* [07](07_training_loop.ipynb) for the loop and [09](09_convolution.ipynb) for
# convolutions. *Lab:* [lab 11](../labs/11_transfer_learning.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Folded cells draw, or print tables; click the three dots to open one.

# %%
import copy
import os

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits
from torch import nn

from dlcourse import data, measured, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way
limits = threadpool_limits(1)

# %% [markdown]
# ## Sitting 1 · To borrow a network
#
# *Read in 45 minutes.*
#
# ### Five of each kind
#
# Handwritten digits stand in for cells: ten kinds, 8 × 8 pixels. Each lies somewhere on a canvas
# of 12 × 12, up to two pixels off the middle, since nobody centres a cell. The tables call that
# *bumped*. The other images, of which there are thousands, are *printed* digits: the typefaces of
# matplotlib, stretched, slanted and turned a little.


# %%
def canvas(images, seed):
    """Lay images of 8 × 8 on 12 × 12 pixels, each up to 2 pixels off the middle."""
    framed = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    moved = ref.random_shift(framed, 2, rng=np.random.default_rng(seed))
    return torch.tensor(moved, dtype=torch.float32)


hand, printed = data.digits(), data.printed_characters(4000, np.random.default_rng(0))
X, y = canvas(hand.X, 99), torch.tensor(hand.y)
X_print, y_print = canvas(printed.X, 1), torch.tensor(printed.y)
pool, test = train_test_split(np.arange(1797), test_size=0.4, random_state=0, stratify=hand.y)
print(
    f"{len(y_print)} printed; handwritten: {len(pool)} to draw a few from, {len(test)} to test on"
)


def few_per_class(k, seed):
    """Return the rows of k handwritten digits of each class."""
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [rng.choice(pool[hand.y[pool] == c], k, replace=False) for c in range(10)]
    )


five = few_per_class(5, seed=0)


# %% folded=true
def draw_digits(sample=0):
    rows = [
        np.concatenate([images[labels == c][sample, 0] for c in range(10)], axis=1)
        for images, labels in ((X_print, y_print), (X, y))
    ]  # each (12, 120)
    figure, axes = plots.subplots(2, 1, width=7.6, height=2.3)
    for ax, row, name in zip(axes, rows, ("printed", "by hand"), strict=True):
        ax.imshow(row, cmap="gray_r", vmin=0, vmax=1, aspect="auto")
        ax.set_xticks(np.arange(11) * 12 - 0.5, [""] * 11)
        ax.set(yticks=[], ylabel=name)
    ink = [row.mean() for row in rows]
    return figure, (
        f"Sample {sample} of the digits 0 to 9, above printed, below by hand, each somewhere on a "
        f"canvas of 12 by 12 pixels. Mean ink {ink[0]:.2f} and {ink[1]:.2f}."
    )


explore(draw_digits, sample=(0, 100))

# %% [markdown]
# Two opponents first, who borrow nothing. The **nearest neighbour** compares a new image, pixel by
# pixel, with your fifty and takes the label of the most similar one. The **network from scratch**
# starts from random weights. It has 6,218 of them.
#
# *Predict:* of 100 new digits, how many does each read correctly, from five of each kind? Guessing
# gives 10.


# %%
def network(classes=10):
    """Return a body, which makes 32 features, and a head."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(144, 32), nn.ReLU(),
        nn.Linear(32, classes),
    )  # fmt: skip


def train(model, X, y, groups, steps, seed, batch=32):
    """Take steps of Adam. groups: what learns, and how fast, as torch.optim wants it."""
    optimizer, rng, order = torch.optim.Adam(groups), np.random.default_rng(seed), []
    for _ in range(steps):
        if len(order) < min(batch, len(y)):
            order = rng.permutation(len(y))
        rows, order = order[:batch], order[batch:]
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return model


def read(model, X=X[test], y=y[test]):
    """Return the share that is read correctly."""
    with torch.no_grad():
        return (model(X).argmax(dim=1) == y).float().mean().item()


# %% folded=true
stored = measured.load("transfer")  # the whole comparison, five seeds: too long for a page
print("What follows was run with five seeds:")
print(stored)


def compare(name, share, *path):
    """Say whether what was found here agrees with the stored seeds."""
    found = stored.values("bumped", "5", *path)
    spread = found.std(ddof=1)
    # Other versions draw the printed digits a little differently, so four and not two.
    assert abs(share - found.mean()) < 4 * spread, share
    print(f"{name:18} within four standard deviations of {found.mean():.2f} ± {spread:.2f}")


def table(where, rows):
    """Print the stored shares, mean ± SD over five seeds, by examples per class."""
    print(f"{where + ', of each kind:':26}" + "".join(f"{k:>13}" for k in (1, 5, 20, 100)))
    for name, *path in rows:
        found = [stored.values(where, k, *path) for k in ("1", "5", "20", "100")]
        shares = [f"{share.mean():.2f} ± {share.std(ddof=1):.2f}" for share in found]
        print(f"{name:26}" + "".join(f"{share:>13}" for share in shares))


# %%
distance = torch.cdist(X[test].flatten(1), X[five].flatten(1))
neighbour = (y[five][distance.argmin(dim=1)] == y[test]).float().mean().item()
print("share read correctly, seed 0 here and five seeds stored")
compare("nearest neighbour", neighbour, "neighbour")

torch.manual_seed(200)
scratch = network()
groups = [{"params": scratch.parameters(), "lr": 3e-3}]
train(scratch, X[five], y[five], groups, 200, seed=0)
compare("from scratch", read(scratch), "scratch", "200")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# About 30 each. Fifty images do not show a network what may vary and what may not.
# </details>
#
# (± is the standard deviation over five seeds: other images drawn, other first weights. This run
# is seed 0, and `read(scratch)` shows its share.)

# %% [markdown]
# ### What you borrow
#
# **Intuition.** To read a printed 3, a network must find strokes, corners and loops, wherever they
# lie. Handwriting is made of strokes, corners and loops too. So keep what finds them, and replace
# only what names them.
#
# Cut the network in two:
#
# $$z = f_\theta(x), \qquad s = Wz + b$$
#
# - $x$: an image. $z$: its 32 features.
# - $f_\theta$: the **body**, all layers but the last, with weights $\theta$.
# - $W$, $b$: the [head](glossary.md#head), the last layer. $s$: its ten logits.
#
# A *pre-trained network* is three things: an architecture, the labels that it was trained with, and
# the weights that came of it. [Pre-training](glossary.md#pre-training) is that first training;
# using its weights for another task is [transfer learning](glossary.md#transfer-learning). The body
# moves on. The head stays behind, since your classes are other ones.
#
# *Predict:* a network trained on print has never seen handwriting. Its ten classes happen to be yours.
# How many of 100 handwritten digits does it read as it comes?

# %%
torch.manual_seed(0)
source = network()
groups = [{"params": source.parameters(), "lr": 3e-3}]
train(source, X_print, y_print, groups, 700, seed=0, batch=64)
body, head = source[:-1], source[-1]
for name, part in (("body", body), ("head", head)):
    print(f"{name}: {sum(w.numel() for w in part.parameters()):,} weights")
assert read(source, X_print, y_print) > 0.97

found = stored.values("bumped", "as it comes")
assert found.min() - 0.1 < read(source) < found.max() + 0.1
print(f"as it comes: {found.mean():.2f} ± {found.std(ddof=1):.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Four or five in ten: more than your fifty images taught, and far fewer than the printed ones that it
# reads. Most borrowed networks cannot even be asked, since their classes are not yours.
# </details>

# %% [markdown]
# ### Freeze: a new head on a fixed body
#
# **Intuition.** You have fifty labels. 5,888 weights of the body are more than they can settle. So
# leave the body as it is, and let only the new head learn. That is called
# [freezing](glossary.md#freezing).
#
# **Formula.** For one image, $p = \text{softmax}(s)$ and the loss is $L = -\ln p_c$ for the true
# class $c$. You know its slope in the logits from unit 04: $\partial L/\partial s = p - e_c$, where
# $e_c$ is 1 at $c$ and 0 elsewhere. One step further back,
#
# $$\begin{aligned}
# \frac{\partial L}{\partial W} &= (p - e_c)\,z^\top \\
# \frac{\partial L}{\partial z} &= W^\top (p - e_c)
# \end{aligned}$$
#
# The first moves the head. The second would go on into the body. Freezing stops there: $\theta$ gets
# no slope. And since $\theta$ does not move, each image has the same $z$ in every step. You need to
# compute it once.

# %%
with torch.no_grad():
    Z, Z_test = body(X[five]), body(X[test])  # (50, 32), (719, 32): once

torch.manual_seed(100)
new_head = nn.Linear(32, 10)
shares = new_head(Z[:1]).softmax(dim=1)
by_hand = (shares - F.one_hot(y[five][:1], 10)).T @ Z[:1]  # (10, 1) @ (1, 32)
F.cross_entropy(new_head(Z[:1]), y[five][:1]).backward()
assert torch.allclose(new_head.weight.grad, by_hand, atol=1e-6)
print("(p - e) z' is what autograd finds")

groups = [{"params": new_head.parameters(), "lr": 2e-2}]
train(new_head, Z, y[five], groups, 200, seed=0)
compare("frozen", read(new_head, Z_test), "frozen, digits", "200")

# %% [markdown]
# From about 30 to more than 55 of 100, and a step costs next to nothing. The head alone is a
# [logistic regression](glossary.md#logistic-regression) on 32 features that somebody else found.
#
# <details><summary><b>Question.</b> Your images are changed a little in every epoch (augmentation).
# Can you still compute z once?</summary>
#
# No. Each changed image has features of its own. Then the frozen body runs in every step, without
# gradients.
# </details>

# %% [markdown]
# ### Fine-tune: everything learns
#
# **Intuition.** The body knows print. With enough handwriting it could get better. Let all weights
# learn, from where they are: [fine-tuning](glossary.md#fine-tuning). There is one danger. The new
# head is random at first, so $W^\top(p - e_c)$ points anywhere, and a large step along it spoils
# the body before the head has learned anything.
#
# **Discriminative learning rates** are one remedy: slow where much is known, fast where nothing is.
# With $L$ layers and a factor $d < 1$,
#
# $$\eta_l = \eta\, d^{\,L-l}$$
#
# - $l$: the layer, 1 at the image, $L$ the head. $\eta$: the head's learning rate.
#
# Here two groups will do: the body at 3·10⁻⁴, the head at 2·10⁻². Beside them stand one rate of
# 3·10⁻³ for all, and as a warning one that is ten times as fast.

# %% folded=true
WHO = {
    "frozen": ["0", "0", "0", "2·10⁻²"],
    "one rate": ["3·10⁻³"] * 4,
    "two rates": ["3·10⁻⁴"] * 3 + ["2·10⁻²"],
}
figure, ax = plots.subplots(width=7.2, height=2.6)
for row, rates in enumerate(WHO.values()):
    for column, (part, rate) in enumerate(
        zip(("conv 1", "conv 2", "dense", "head"), rates, strict=True)
    ):
        colour = "white" if rate == "0" else plots.YELLOW if column == 3 else plots.SKY
        ax.barh(row, 0.9, left=column, height=0.7, color=colour, edgecolor="black")
        ax.text(column + 0.45, row, f"{part}\nη = {rate}", ha="center", va="center", fontsize=10)
ax.set_yticks(range(3), list(WHO))
ax.set(xlim=(-0.05, 4), xticks=[], xlabel="from the image (left) to the classes (right)")
ax.invert_yaxis()
ax.grid(False)
plots.show(
    figure,
    "Who learns, and how fast. Frozen: only the new head. One rate: all four parts at 3·10⁻³. Two "
    "rates: the body at 3·10⁻⁴, the head at 2·10⁻².",
)


# %%
def borrow(slow, fast):
    """Return a copy of the source with a new head, trained on five of each kind."""
    model = copy.deepcopy(source)
    torch.manual_seed(100)
    model[-1] = nn.Linear(32, 10)  # before the optimizer is built, or it never learns
    groups = [
        {"params": model[:-1].parameters(), "lr": slow},
        {"params": model[-1].parameters(), "lr": fast},
    ]
    return train(model, X[five], y[five], groups, 200, seed=0)


compare("all, one rate", read(borrow(3e-3, 3e-3)), "fine-tuned", "200")
compare("all, two rates", read(borrow(3e-4, 2e-2)), "discriminative", "200")
compare("all, too fast", read(borrow(3e-2, 3e-2)), "too fast", "200")

# %% [markdown]
# ### How many labels is a network worth?
#
# *Predict:* with 100 examples of each kind, who wins: frozen, fine-tuned, or the nearest neighbour?


# %%
ROWS = [
    ("nearest neighbour", "neighbour"),
    ("from scratch", "scratch", "200"),
    ("frozen, new head", "frozen, digits", "200"),
    ("all, one rate", "fine-tuned", "200"),
    ("all, two rates", "discriminative", "200"),
    ("all, too fast", "too fast", "200"),
]
table("bumped", ROWS)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The nearest neighbour, in 200 steps: with 100 of each kind there is almost always a similar one.
# With one or five of each kind the frozen body leads. In between, training everything catches up.
# </details>
#
# Five examples with a borrowed body do about what twenty do without one. Of the borrowed ones, two
# rates are near the best everywhere. One rate must be chosen well: ten times too fast throws the loan
# away. **Move** examples, steps and digits yourself.

# %% folded=true
NAMES = {
    "nearest neighbour": ["neighbour"],
    "from scratch": ["scratch"],
    "frozen": ["frozen, digits"],
    "all, one rate": ["fine-tuned"],
    "all, two rates": ["discriminative"],
    "all, too fast": ["too fast"],
    "frozen, random body": ["frozen, random"],
}


def stored_shares(where, k, path, steps):
    return stored.values(where, str(k), *path, *([] if path == ["neighbour"] else [str(steps)]))


def draw_labels(examples=5, steps=200, digits="bumped"):
    found = [stored_shares(digits, examples, path, steps) for path in NAMES.values()]
    means, spreads = ([f(v) for v in found] for f in (np.mean, lambda v: v.std(ddof=1)))
    figure, ax = plots.subplots(width=7.2, height=3.6)
    colours = [plots.GREY, plots.GREY, *[plots.BLUE] * 4, plots.GREY]
    ax.barh(range(7), means, xerr=spreads, color=colours, edgecolor="black", height=0.7)
    ax.set_yticks(range(7), list(NAMES))
    ax.set(xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="share read correctly (blue: borrowed)")
    ax.invert_yaxis()
    order = np.argsort(means)[::-1]
    first, second = (list(NAMES)[i] for i in order[:2])
    return figure, (
        f"{digits.capitalize()} digits, {examples} of each kind, {steps} steps: {first} reads "
        f"{means[order[0]]:.2f} ± {spreads[order[0]]:.2f}, then {second} "
        f"{means[order[1]]:.2f} ± {spreads[order[1]]:.2f}; from scratch {means[1]:.2f}."
    )


explore(
    draw_labels,
    examples=[1, 5, 20, 100],
    steps=[25, 50, 100, 200, 400, 1000],
    digits=["bumped", "centred"],
)

# %% [markdown]
# ### The sting: count the steps
#
# *Predict:* "from scratch" had 200 steps, as all others had. Give everyone 1,000. Which rows of the
# table change most?

# %%
long = [(name, *path[:-1], "1000") if len(path) > 1 else (name, *path) for name, *path in ROWS]
table("bumped", long[1:5])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Those in which the body learns, with 20 and 100 of each kind. At 100 the lead of ten points is gone:
# what 200 steps called "transfer" was time. At 20, nine points remain. At 1 and 5 nothing changes: there
# the images are missing, not the steps.
# </details>
#
# So a fair comparison gives the network from scratch enough steps, at a learning rate that suits
# it, and says how many. "Pre-training reaches it sooner" is a result. It is another result than
# "pre-training reaches more".

# %% folded=true
STEPS = [25, 50, 100, 200, 400, 1000]
LINES = {
    "from scratch": ("scratch", plots.GREY, "-", "o"),
    "frozen": ("frozen, digits", plots.SKY, "--", "s"),
    "all, one rate": ("fine-tuned", plots.BLUE, "-.", "^"),
    "all, two rates": ("discriminative", plots.VERMILLION, ":", "D"),
}


def draw_steps(examples=100, digits="bumped"):
    figure, ax = plots.subplots(width=7.2, height=3.6)
    ends = {}
    for name, (key, colour, line, marker) in LINES.items():
        found = np.array([stored_shares(digits, examples, [key], s) for s in STEPS])  # (6, 5)
        mean, spread = found.mean(axis=1), found.std(axis=1, ddof=1)
        ax.plot(STEPS, mean, line, color=colour, marker=marker, ms=6, label=name)
        ax.fill_between(STEPS, mean - spread, mean + spread, color=colour, alpha=0.15, lw=0)
        ends[name] = mean
    ax.set(xscale="log", ylim=(0, 1), yticks=[0, 0.5, 1], ylabel="share read correctly")
    ax.set_xticks([25, 200, 1000], ["25", "200", "1000"])
    ax.set_xlabel("steps of training (band: ± SD over five seeds)")
    ax.legend(fontsize=10, loc="lower right")
    gap = (ends["all, one rate"] - ends["from scratch"]).round(2) + 0.0  # no minus before a zero
    return figure, (
        f"{digits.capitalize()} digits, {examples} of each kind. All at one rate leads scratch by "
        f"{gap[2]:.2f} after 100 steps, {gap[3]:.2f} after 200 and {gap[5]:.2f} after 1000."
    )


explore(draw_steps, examples=[1, 5, 20, 100], digits=["bumped", "centred"])

# %% [markdown]
# ### When the source does not know what you need
#
# The same digits, but now each in the middle of its canvas. Nothing else changes.
#
# *Predict:* how much does the frozen body lead now, at five of each kind?

# %%
table("centred", [ROWS[0], *long[1:5]])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By nothing: the nearest neighbour in pixels leads it by four points. With 100 of each kind the frozen
# body loses clearly to training from scratch.
# </details>
#
# The printed network had learned to ignore *where* a digit lies. That was worth 25 points where
# digits lie anywhere, and nothing where they do not. So ask two questions:
#
# | the target has | the source knows the variation | it does not |
# |---|---|---|
# | **few labels** | freeze, or two rates | no gain: take a simple opponent |
# | **many labels** | train everything; it starts sooner | train everything; time is all you win |
#
# "Small data: freeze" is one cell of this table. Here is what a frozen body gains over the better
# of nearest neighbour and scratch, 1,000 steps each; a bar is the standard deviation over five seeds.

# %% folded=true
figure, ax = plots.subplots(width=7.2, height=3.6)
said = []
for where, colour, marker in (("bumped", plots.BLUE, "o"), ("centred", plots.VERMILLION, "s")):
    gains = []
    for k in (1, 5, 20, 100):
        scratch_and_pixels = [
            stored_shares(where, k, ["scratch"], 1000),
            stored_shares(where, k, ["neighbour"], 1000),
        ]
        opponent = max(scratch_and_pixels, key=np.mean)
        gains.append(stored_shares(where, k, ["frozen, digits"], 1000) - opponent)
    gains = np.array(gains)  # (sizes, seeds)
    mean, spread = gains.mean(axis=1), gains.std(axis=1, ddof=1)
    ax.errorbar([1, 5, 20, 100], mean, spread, color=colour, marker=marker, ms=8, capsize=5)
    ax.text(1.15, mean[0] + 0.05, where, color=colour)
    said.append(
        f"{where}: " + ", ".join(f"{g:+.2f} ± {s:.2f}" for g, s in zip(mean, spread, strict=True))
    )
ax.axhline(0, color="black", lw=1)
ax.set(xscale="log", xlabel="examples per class", ylabel="frozen body minus\nbest without one")
ax.set_xticks([1, 5, 20, 100], ["1", "5", "20", "100"])
ax.set_yticks([-0.25, 0, 0.25])
plots.show(
    figure,
    "Gain of a frozen body over the better of nearest neighbour and scratch (1,000 steps), at 1, 5, "
    "20 and 100 examples per class. " + "; ".join(said) + ".",
)

# %% [markdown]
# ### Frozen means frozen
#
# Two switches freeze a part in torch, and most tutorials show one.
#
# - `part.requires_grad_(False)`: its *weights* get no gradient.
# - `part.eval()`: its *[batch normalization](glossary.md#batch-norm)* keeps its running averages,
#   and its dropout is off.
#
# *Predict:* the first is set, the second is not. Which numbers of this body still move?

# %%
toy = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).requires_grad_(False).train()
before = {name: value.clone() for name, value in toy.state_dict().items()}
toy(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
print("one batch through a frozen body in train mode")
print("moved:", [n for n, v in toy.state_dict().items() if not torch.equal(v, before[n])])

averages = measured.load("frozen_batch_norm")
for order in ("mixed", "one class at a time"):
    for mode in ("eval", "train"):
        share = averages.values(order, mode, "read")
        print(f"batches {order:20} body in {mode:5}: {share.mean():.2f} ± {share.std(ddof=1):.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The running mean, the running variance and the count of batches: they are buffers, not weights.
# With mixed batches you may not notice. With batches of one class at a time, as a folder delivers
# them unshuffled, the averages follow the last class, and the network is lost.
# </details>
#
# **Move** both switches. What moves in one step of training: weights on the left, running averages on
# the right.


# %% folded=true
def thawed(frozen, switches):
    """Return, per child, the weights that learn and the running averages that move in one step."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU()),
        nn.Sequential(nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU()),
        nn.Sequential(nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(144, 32), nn.ReLU()),
        nn.Linear(32, 10),
    )
    model.train()
    for child in model[:frozen]:
        child.requires_grad_(False)
        child.train(switches == "weights only")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD([w for w in model.parameters() if w.requires_grad], 0.1)
    F.cross_entropy(model(X[five]), y[five]).backward()
    optimizer.step()
    counts = np.zeros((2, 4), int)
    for name, value in model.state_dict().items():
        moved = not torch.equal(value, before[name])
        if moved and "num_batches" not in name:
            counts[int("running" in name), int(name[0])] += value.numel()
    return counts


def draw_thaw(frozen_children=2, switches="weights only"):
    weights, averages = thawed(frozen_children, switches)
    figure, (left, right) = plots.subplots(1, 2, width=7.2, height=3)
    children = ["conv 1", "conv 2", "dense", "head"]
    for ax, counts, colour in ((left, weights, plots.BLUE), (right, averages, plots.VERMILLION)):
        ax.bar(range(4), counts, color=colour, edgecolor="black")
        ax.set_xticks(range(4), children, fontsize=10)
    left.set(yscale="symlog", ylim=(0, 1e4), ylabel="weights that moved")
    left.set_yticks([0, 10, 1000], ["0", "10", "1000"])
    right.set(ylim=(0, 40), yticks=[0, 20, 40], ylabel="running averages\nthat moved")
    frozen_moved = averages[:frozen_children].sum()
    return figure, (
        f"Children frozen: {frozen_children} ({switches}). One step moves {weights.sum():,} weights, "
        f"none of them frozen, and {averages.sum()} running averages, {frozen_moved} of them in "
        "frozen children."
    )


explore(draw_thaw, frozen_children=(0, 3), switches=["weights only", "weights and eval"])

# %% [markdown]
# Set the first switch *before* the optimizer is built, and give the optimizer only what learns. It
# remembers: with momentum, or with Adam, a weight can move on while its gradient is 0.
#
# ### Common mistakes
#
# - **Comparing with a starved opponent.** Scratch at the wrong rate, or for too few steps.
# - **No cheap opponent.** Nearest neighbour, and a frozen *random* body, cost a minute.
# - **`module.requires_grad = False`** sets an attribute that nobody reads. It is
#   `module.requires_grad_(False)`, with an underscore.
# - **`model.train()` after freezing** wakes the frozen batch norms again. Call `body.eval()` after it.
# - **A head replaced after the optimizer was built** never learns, and nothing says so.
# - **One draw of the few images.** From the worst draw to the best is as far as the gain (sitting 2).
#
# ### Summary
#
# - A pre-trained network is cut into a body and a head.
# - Freeze the body, and the head is a logistic regression on borrowed features: at five examples per
#   class 0.56 instead of 0.30.
# - With more labels let everything learn, slowly in the body.
# - The gain needs a source that knows what varies in your images. Otherwise there is none, and a
#   nearest neighbour may win.
#
# ### On Monday
#
# - **Very few labels** (here, up to five per class): freeze, train the head. Try nearest neighbours too.
# - **More:** train the head first, then thaw everything at a hundredth of the head's rate.
# - **Hundreds per class:** train everything from the borrowed weights. Expect to arrive sooner, not higher.
# - **Normalize the images as the source was normalized**, or its features mean nothing.
# - **Report** examples per class, steps, seeds, and scratch with as many steps.

# %%
import torch
from sklearn.datasets import load_digits
from torch import nn

x, labels = (torch.tensor(a) for a in load_digits(return_X_y=True))
x = x.float().reshape(-1, 1, 8, 8) / 16
body = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten())  # yours
model = nn.Sequential(body, nn.Linear(576, 10))
body.requires_grad_(False)
optimizer = torch.optim.AdamW(model[1].parameters(), lr=1e-2)
for epoch in range(40):
    body.eval()  # its batch norm keeps the source's averages
    if epoch == 20:  # the head has learned; now thaw
        body.requires_grad_(True)
        optimizer.add_param_group({"params": body.parameters(), "lr": 1e-4})
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x[:1000]), labels[:1000]).backward()
    optimizer.step()
right = (model(x[1000:]).argmax(dim=1) == labels[1000:]).float().mean()
print("more than 8 of 10 unseen:", bool(right > 0.8))

# %% [markdown]
# ## Sitting 2 · To learn from one example, and to see what is forgotten
#
# **Is one example enough, and what does the old task pay for the new one?**
#
# *Read in 20 minutes.*
#
# ### A class as the mean of its examples
#
# **Intuition.** With one example per class, a head has nothing to fit. So do not train at all. Let
# the body turn each example into 32 features, average those of a class, and give a new image to the
# class whose mean is nearest. The mean is the class's [prototype](glossary.md#prototype); with one
# example it is that example: [one-shot learning](glossary.md#one-shot-learning).
#
# **Formula.** With $S_c$ the few examples of class $c$,
#
# $$\begin{aligned}
# \mu_c &= \frac{1}{|S_c|}\sum_{x \in S_c} f_\theta(x) \\
# d_c &= \lVert z - \mu_c\rVert^2 \\
# p &= \text{softmax}(-d)
# \end{aligned}$$
#
# Multiply the square out: $-d_c = -\lVert z\rVert^2 + 2\mu_c^\top z - \lVert\mu_c\rVert^2$. The first
# part is the same for every class, and a softmax does not see it. What remains is a head with
# $W = 2\mu$ and $b = -\lVert\mu\rVert^2$. Prototypes *are* a linear head, written down instead of
# trained.

# %%
prototypes = torch.stack([Z[y[five] == c].mean(dim=0) for c in range(10)])  # (10, 32)
distances = torch.cdist(Z_test, prototypes) ** 2
as_head = 2 * Z_test @ prototypes.T - prototypes.square().sum(dim=1)
assert torch.allclose((-distances).softmax(1), as_head.softmax(1), atol=1e-3)
nearest = (distances.argmin(dim=1) == y[test]).float().mean().item()
compare("prototypes", nearest, "prototypes, digits")
table(
    "bumped",
    [
        ("prototypes, features", "prototypes, digits"),
        ("prototypes, pixels", "prototypes in pixels"),
    ],
)

# %% [markdown]
# **On a plane.** The 32 features, seen from the side that shows most of their spread (two principal
# components). Each territory belongs to the nearest prototype. *Predict:* what do the territories do
# when you take other samples, with one of each kind? With twenty?

# %% folded=true
with torch.no_grad():
    features = source[:-1](X).numpy()
centre = features[pool].mean(axis=0)
plane = np.linalg.svd(features[pool] - centre, full_matrices=False)[2][:2].T  # (32, 2)
flat = (features - centre) @ plane
EDGE = np.abs(flat[pool]).max() * 0.75
GRID = np.stack(np.meshgrid(*[np.linspace(-EDGE, EDGE, 61)] * 2), axis=-1)  # (61, 61, 2)


def territories(k, sample):
    rows = few_per_class(k, 1000 + sample)
    means = np.stack([flat[rows[hand.y[rows] == c]].mean(axis=0) for c in range(10)])
    owner = ((GRID[:, :, None] - means) ** 2).sum(axis=-1).argmin(axis=-1)  # (61, 61)
    return means, owner


OWNERS = {k: np.stack([territories(k, s)[1] for s in range(10)]) for k in (1, 20)}
CHANGED = {k: (owners[1:] != owners[:-1]).mean() for k, owners in OWNERS.items()}


def draw_plane(k=1, sample=0):
    means, owner = territories(k, sample)
    border = np.zeros(owner.shape)
    border[:, 1:] += owner[:, 1:] != owner[:, :-1]
    border[1:] += owner[1:] != owner[:-1]
    figure, ax = plots.subplots(width=5.6, height=4.6)
    ax.imshow(
        border > 0, cmap="gray_r", extent=[-EDGE, EDGE, -EDGE, EDGE], origin="lower", alpha=0.5
    )
    ax.plot(*flat[test[:200]].T, ".", color=plots.SKY, ms=3)
    for digit, place in enumerate(np.clip(means, -EDGE, EDGE)):
        ax.text(*place, str(digit), fontsize=15, ha="center", va="center", color=plots.VERMILLION)
    ax.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), xticks=[0], yticks=[0])
    ax.set(xlabel="first principal component", ylabel="second principal component")
    ax.grid(False)
    return figure, (
        f"Sample {sample}, {k} of each kind: the ten prototypes (digits) and their territories, over "
        "new images (dots)."
    )


explore(draw_plane, k=(1, 20), sample=(0, 9))

# %%
assert CHANGED[1] > 0.4 and CHANGED[20] < 0.8 * CHANGED[1]
print("the part of the plane that changes hands from sample to sample")
print("with 1 of each about half or more, with 20 of each clearly less")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With one of each they jump at every sample. With twenty they sway: a mean of twenty varies
# $\sqrt{20} \approx 4.5$ times less than one example. Where two prototypes lie close, a small move still
# shifts the border between them.
# </details>
#
# ### Which example was drawn?
#
# So a result with one example per class is a result about that example. Here are a hundred draws,
# stored for five source networks. *Predict:* how far apart are the best and the worst draw of one
# network?

# %%
one_shot = measured.load("one_shot")
print("share read correctly, by what the prototypes are made of")
for name in ("printed", "pixels", "random"):
    shares = one_shot.values(name)  # (5 networks, 100 draws)
    print(
        f"{name:8} mean {shares.mean():.2f}, SD over draws {shares.std(axis=1).mean():.2f}, ",
        end="",
    )
    print(f"first network from {shares[0].min():.2f} to {shares[0].max():.2f}")
better = (one_shot.values("printed") > one_shot.values("pixels")).mean()
print(f"features beat pixels on the same example in {better:.0%} of the draws")
print(one_shot)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Twenty-five points. On the same example, features win every time; across examples, luck decides as
# much as the method does. Never show one draw.
# </details>

# %% folded=true
figure, ax = plots.subplots(width=7.2, height=3.2)
bins = np.linspace(0, 0.6, 31)
for name, colour, line in (("pixels", plots.GREY, "-"), ("printed", plots.BLUE, "--")):
    counts = np.histogram(one_shot.values(name)[0], bins)[0]
    ax.stairs(counts, bins, color=colour, lw=2.2, ls=line, label=name)
ax.set(xlabel="share read correctly, one example per class", ylabel="draws of 100")
ax.legend()
plots.show(
    figure,
    "A hundred draws of one example per class, one source network. In pixels the share has mean "
    f"{one_shot.values('pixels')[0].mean():.2f}, on printed features "
    f"{one_shot.values('printed')[0].mean():.2f}; the two do not overlap.",
)

# %% [markdown]
# "Deep learning needs big data" is true of training. It is not true of using what was trained.
#
# ### What is forgotten
#
# **Intuition.** Training on print found a bowl in the landscape of the loss. Training on
# handwriting walks to another one, and nothing pulls it back. Losing the old task that way is
# [catastrophic forgetting](glossary.md#catastrophic-forgetting).
#
# The printed network goes on with handwriting, 20 of each kind. It keeps its head: the ten classes
# are the same. *Predict:* which forgets less of the print after 300 steps: training everything at
# 10⁻³, or only the head at 10⁻²?

# %%
forgetting = measured.load("forgetting")
START = "printed, then handwritten"
WAYS = {
    "all weights, rate 0.0001": "all, 1e-4",
    "all weights, rate 0.001": "all, 1e-3",
    "all weights, rate 0.01": "all, 1e-2",
    "all weights, rate 0.03": "all, 3e-2",
    "head only, rate 0.01": "head only, 1e-2",
    "all weights, rate 0.001, with 50 old images": "all, 1e-3, with 50 old images",
}
print(f"{'':44}" + "".join(f"{s:>19}" for s in ("after 1 step", "after 300")))
print(f"{'':44}" + f"{'print':>11}{'hand':>8}" * 2)
for way, key in WAYS.items():
    line = f"{way:44}"
    for step in ("1", "300"):
        old, new = forgetting.values(START, key, step).mean(axis=0)
        line += f"{old:11.2f}{new:8.2f}"
    print(line)
print(forgetting)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Training everything gently. The head alone learns no more of the handwriting and loses more of the
# print.
# </details>
#
# - With all weights at 10⁻² or faster, the first step spoils *both* tasks. In the figure below the path
#   dives to the lower left.
# - Fifty old images, shown again among the new ones (**rehearsal**, last row), nearly halve what is lost.
# - Where old images may not be kept, as with patients, one can hold back the weights that the old task
#   needs most (elastic weight consolidation, Kirkpatrick and others).

# %% folded=true
MARKS = [0, 1, 3, 10, 30, 100, 300]


def draw_bowl(way="all weights, rate 0.03", step=6):
    figure, ax = plots.subplots(width=5.6, height=4.2)
    for name, key in WAYS.items():
        path = np.array([forgetting.values(START, key, str(s)).mean(axis=0) for s in MARKS])
        chosen = name == way
        if chosen:
            at = path[: step + 1]
            ax.plot(*at.T[::-1], "-o", color=plots.VERMILLION, ms=8, zorder=3)
        else:
            ax.plot(*path.T[::-1], "-", color=plots.GREY, lw=1, alpha=0.6)
    ax.plot(*path[0][::-1], "*", color="black", ms=14, zorder=4)
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="handwriting read (new task)", ylabel="print read (old task)")
    old, new = at[-1]
    return figure, (
        f"{way}: after {counted(MARKS[step], 'step')} print {old:.2f}, handwriting {new:.2f}. The star is the "
        f"start, {path[0][0]:.2f} and {path[0][1]:.2f}; grey: the other ways."
    )


explore(draw_bowl, way=list(WAYS), step=(0, 6))

# %% [markdown]
# ### Is it gone?
#
# A harder case, with centred digits: 0 to 4 first, then 5 to 9, one head of ten.

# %%
CASE = "0 to 4, then 5 to 9"
print("steps   0 to 4   5 to 9")
for step in MARKS:
    old, new = forgetting.values(CASE, "path", str(step)).mean(axis=0)
    print(f"{step:5}{old:9.2f}{new:9.2f}")
print("0 to 4, read")
for name, found in (
    ("by a new head on the body that forgot", forgetting.values(CASE, "new head, old digits")),
    (
        "by a new head on an untrained body",
        forgetting.values(CASE, "new head, untrained body, old digits"),
    ),
    ("with 25 old images shown again", forgetting.values(CASE, "with 25 old images", "300")[:, 0]),
):
    print(f"{name:38}{found.mean():.2f} ± {found.std(ddof=1):.2f}")

# %% [markdown]
# After 300 steps one old digit in ten is read. Yet a new head, trained on twenty of each, reads four in
# five from the same body. On a body that was never trained it reads three in five. So the body has not
# forgotten all, and part of the loss sits in the last layer, which was never told that 0 to 4 still exist.
# With a head for each task and a frozen body nothing is forgotten, by construction.
#
# <details><summary><b>Question.</b> A hospital adapts a network to its scanner and checks it on its own
# images only. What should the maker of the network ask for?</summary>
#
# A test on the old images too, before and after. The adapted network may be worse for every other
# hospital, and no curve of the new training shows it.
# </details>

# %% [markdown]
# ## Sitting 3 · To augment without breaking the label
#
# **Which change leaves the label as it is?**
#
# *Read in 15 minutes.*
#
# ### A change is a claim
#
# With few images, show each one a little changed every time: moved, turned, mirrored
# ([augmentation](glossary.md#augmentation)). Each change claims that the label stays.

# %% folded=true
centred = torch.tensor(np.pad(hand.X, ((0, 0), (0, 0), (2, 2), (2, 2))), dtype=torch.float32)
figure, axes = plots.subplots(3, 5, width=6.4, height=4)
CHANGES = {
    "as it is": lambda x: x,
    "mirrored": lambda x: x.flip(-1),
    "turned": lambda x: x.flip(-1, -2),
}
CLEAR = {2: 4, 5: 9, 6: 3, 8: 0, 9: 5}  # which of each digit: those that are easy to read
for row, (name, change) in zip(axes, CHANGES.items(), strict=True):
    row[0].set_ylabel(name, fontsize=11)
    for ax, (digit, sample) in zip(row, CLEAR.items(), strict=True):
        image = change(centred[hand.y == digit][sample])[0]
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
plots.show(
    figure,
    "Handwritten 2, 5, 6, 8 and 9: as they are, mirrored, and turned by 180 degrees. The turned 6 "
    "is a 9, the mirrored 2 nearly a 5; the 8 stays an 8.",
)

# %% [markdown]
# *Predict:* a network learns from fifty digits of each kind. In training, every second one is mirrored,
# or turned by 180 degrees, and keeps its label. Which digits suffer?

# %%
broken = measured.load("broken_labels")
print(f"{'digits read':24}" + "".join(f"{what:>14}" for what in ("all", "5", "6", "9")))
for change in broken.results[0]["digits"]:
    found = [broken.values("digits", change, what) for what in ("all", "5", "6", "9")]
    print(
        f"{change:24}" + "".join(f"{f.mean():.2f} ± {f.std(ddof=1):.2f}".rjust(14) for f in found)
    )
swapped = broken.values("digits", "turned by 180 degrees", "6 and 9 confused")
print(f"turned: {swapped.mean():.1%} of 6 and 9 are taken for each other; without, none")
print(broken)
assert broken.values("digits", "none", "6 and 9 confused").max() == 0

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Turning costs most at 9, some of which become 6; mirroring at 5 and 9. The others lose a little as
# well: the network has only 6,218 weights, and spends some on images that never come.
# </details>
#
# **Turn it until it is another.** A network trained on 600 upright digits of all kinds. *Predict:*
# from which angle on does it call the 6 a 9?

# %% folded=true
torch.manual_seed(0)
upright = network()
sixty = few_per_class(60, seed=0)
train(
    upright, centred[sixty], y[sixty], [{"params": upright.parameters(), "lr": 3e-3}], 500, seed=0
)
from scipy import ndimage

SIX = centred[test[hand.y[test] == 6][4], 0].numpy()


def shares_of(angle, right, mirrored):
    image = ndimage.rotate(SIX, angle, reshape=False, order=1)
    image = np.roll(image[:, ::-1] if mirrored else image, right, axis=1)
    with torch.no_grad():
        logits = upright(torch.tensor(image.copy(), dtype=torch.float32)[None, None])
    return image, logits.softmax(dim=1)[0].numpy()


def draw_turn(angle=0, right=0, mirrored=False):
    image, shares = shares_of(angle, right, mirrored)
    figure, (left, bars) = plots.subplots(1, 2, width=7.2, height=3, width_ratios=[2, 3])
    left.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    left.set(xticks=[], yticks=[], xlabel=f"turned by {angle}°")
    left.grid(False)
    bars.bar(range(10), shares, color=[plots.GREEN if d == 6 else plots.SKY for d in range(10)])
    bars.set(ylim=(0, 1), yticks=[0, 0.5, 1], xlabel="digit", ylabel="probability")
    bars.set_xticks(range(10), list("0123456789"))
    sure = "is sure" if shares.max() > 0.9 else "is not sure"
    return figure, (
        f"A 6 turned by {angle} degrees, moved {right} to the right{', mirrored' * mirrored}: the "
        f"network says {shares.argmax()} and {sure}."
    )


explore(draw_turn, angle=(0, 180, 5), right=(-2, 2), mirrored=False)

# %%
said = [int(shares_of(angle, 0, False)[1].argmax()) for angle in range(0, 181, 5)]
assert said[0] == 6 and said[-1] == 9
first = 5 * said.index(9)
assert 60 < first <= 180
assert set(said) - {6, 9}
print("upright it says 6, upside down 9, and in between it names other digits")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Only late, at about 155 degrees. In the run stored here it calls it a 4 from about 35 degrees on, and a
# 7 from about 125: it has never seen a tilted digit, and says something all the same. Up to 30 degrees
# nothing happens: *small* turns are a true claim. How small is a question about the images, not about
# networks.
# </details>
#
# ### Left is not right
#
# A horizontal flip is the default of many tutorials. On chest X-rays it puts the heart on the other
# side. Such hearts exist (dextrocardia), and matter to a surgeon.

# %% tags=["nbval-ignore-output"] folded=true
if data.available("pneumonia"):
    chest = data.medmnist("pneumonia", "test")
    shown, what = chest.X[[2, 7], 0], "Two chest X-rays of children (PneumoniaMNIST, CC BY 4.0)"
else:
    print(
        'PneumoniaMNIST is not here: data.medmnist("pneumonia") fetches it (4 MB). Digits instead.'
    )
    shown, what = X[[3, 5], 0].numpy(), "Two digits in place of X-rays"
figure, axes = plots.subplots(1, 4, width=7.6, height=2.3)
for ax, image, word in zip(
    axes,
    [shown[0], shown[0][:, ::-1], shown[1], shown[1][:, ::-1]],
    ["as taken", "mirrored"] * 2,
    strict=True,
):
    ax.imshow(image, cmap="gray")
    ax.set(xticks=[], yticks=[], xlabel=word)
    ax.grid(False)
plots.show(figure, f"{what}, each as taken and mirrored; mean grey {shown.mean():.2f}.")

# %% [markdown]
# We took 1,500 such X-rays (MedMNIST), mirrored half of them, and asked a small network which. *Predict:*
# how well does it do (AUC; 0.5 is guessing)? And with mirrored copies in training, label kept?

# %%
print("AUC on the 624 test images, five seeds")
for task in ("side", "pneumonia"):
    for change in ("none", "mirrored"):
        auc = broken.values("x-rays", task, change)
        print(f"{task:10} copies: {change:9} AUC {auc.mean():.3f} ± {auc.std(ddof=1):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Nearly perfect without, and guessing with. The augmentation has taught the network that the side does
# not matter. For pneumonia, on the same images, the same flip is harmless, and useless.
# </details>
#
# No training curve says why. The *task* decides whether a change is safe, and only somebody who knows
# the task can tell:
#
# | change | a true claim, as a rule | a false one |
# |---|---|---|
# | mirror, left for right | skin lesion, cells on a slide | which lung, which hand; the heart's side |
# | turn by any angle | cells on a slide | standing patients, digits, text |
# | other colours | another camera | blue-white veil of a melanoma, stained cells |
# | crop | a finding that fills the image | a small lesion, cut away with its label left |
# | stretch | digits | the width of a heart over that of the chest |
#
# Three ways out: leave the change away; forbid it for some classes; or change the label along with the
# image. The course's library does the last two.

# %%
lungs = np.arange(24.0).reshape(3, 1, 2, 4)  # three tiny images: left lung, right lung, spine
names = ["left", "right", "spine"]
flipped, labels = ref.random_flip_with_labels(
    lungs, [0, 1, 2], partner=[1, 0, 2], p=1, rng=np.random.default_rng(0)
)
print([names[label] for label in labels], flipped[0, 0, 0])
_, kept = ref.random_flip_with_labels(
    lungs, [0, 1, 2], partner=[-1, -1, 2], p=1, rng=np.random.default_rng(0)
)
print([names[label] for label in kept], "where the first two must not be mirrored")

# %% [markdown]
# ## Sitting 4 · To read a result that says no
#
# **When does a borrowed network not help, and would you have noticed?**
#
# *Read in 15 minutes.*
#
# ### What is carried over?
#
# Four bodies, frozen, a new head on each. *Printed letters* share no class with your digits.
# *Shuffled* was trained on printed digits with the labels in random order. *Random* was never trained.
# *Predict:* their order.

# %%
BODIES = [(name, f"frozen, {name}", "200") for name in ("digits", "letters", "shuffled", "random")]
table("bumped", BODIES)
print()
table("centred", BODIES)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Letters come close to digits: the body is carried over, and not the classes. Where digits lie
# anywhere, shuffled and random are both useless. On centred digits shuffled labels serve *worse than no
# training*: that body was made to tell apart what looks alike. And a random body reads half of them: an
# opponent that costs nothing and belongs in the table.
# </details>
#
# ### Harm that did not come back
#
# Now the target is 5 to 9, at random places. One source knows handwritten 0 to 4, by the same writers.
# The other knows ten digits, in print only. *Predict:* which lends more?

# %%
negative = measured.load("negative_transfer")
HOW = ("frozen", "trained 200", "trained 1000")
for k in ("5", "100"):
    print(f"{k + ' of each':14}" + "".join(f"{how:>15}" for how in HOW))
    for name in ("same hands", "printed", "scratch"):
        found = [negative.values("hands", k, name, how) for how in HOW]
        print(
            f"{name:14}" + "".join(f"{f.mean():.2f} ± {f.std(ddof=1):.2f}".rjust(15) for f in found)
        )
print(negative)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Frozen, the print, by 12 and 16 points: five classes teach features for five classes, whoever wrote
# them. Trained on, the two sources lend alike: some 13 points at five of each, and one or two at 100 of
# each after 1,000 steps.
# </details>
#
# *Negative transfer* means ending below scratch because of what was borrowed. When we first ran this,
# with other first weights, the middle column showed it: at 100 of each, the same hands stood six points
# *below* scratch. Here they stand four above it. Neither means much. With SDs of 0.04 over five seeds,
# the difference of two means has a standard error of 2.5 points. Before you explain such a gap, run it
# again.
#
# ### From X-rays to ultrasound
#
# The medical version: pneumonia on chest X-rays first, then malignant or not on breast ultrasound,
# 28 × 28 pixels (MedMNIST). AUC on 234 images.

# %%
print(f"source, on X-rays: AUC {negative.values('ultrasound', 'source').mean():.2f}")
FROM = ("X-rays", "printed digits", "random")
print(f"{'borrowed from':20}" + "".join(f"{name:>16}" for name in FROM))
for k in ("5", "20", "100"):
    for how in ("frozen", "trained"):
        found = [negative.values("ultrasound", k, name, how) for name in FROM]
        cells = (f"{auc.mean():.2f} ± {auc.std(ddof=1):.2f}" for auc in found)
        print(f"{k:>3} of each, {how:7}" + "".join(f"{cell:>16}" for cell in cells))

# %% [markdown]
# No gain: X-rays lend no more than printed digits, or than a body that was never trained. The ± covers
# five seeds, on the same 234 images; other patients would add to it. The source is tiny, and 28 pixels
# hide most of what a radiologist sees. So it is a verdict on *this* source. It is none on networks
# trained on a million photographs. On two large medical sets those ended little above scratch, and
# arrived sooner (Raghu and others, 2019).
#
# ### With a network trained on a million photographs
#
# ResNet-18 with the weights that torchvision offers (45 MB). Frozen, with prototypes on its 512
# features, five digits of each kind. The cell runs where torchvision is installed and its weights can
# be had. Else it says what it would have done.


# %% tags=["nbval-ignore-output"]
def imagenet_body():
    """Return ResNet-18 without its head, trained on ImageNet; an error where it cannot be had."""
    if os.environ.get("DLCOURSE_OFFLINE"):
        raise OSError("DLCOURSE_OFFLINE is set")
    from torchvision.models import ResNet18_Weights, resnet18

    model = resnet18(weights=ResNet18_Weights.DEFAULT, progress=False)
    model.fc = nn.Identity()
    return model.eval()


def photographs(x):
    """Return digits as ResNet-18 expects images: 64 × 64, three channels, ImageNet's mean and SD."""
    x = F.interpolate(x.expand(-1, 3, -1, -1), (64, 64), mode="bilinear")
    mean, sd = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]], device=x.device)
    return (x - mean[:, None, None]) / sd[:, None, None]


def one_look(model, device):
    """Return the share that prototypes on the model's features read, from five of each kind."""
    with torch.no_grad():
        few, unseen = (model.to(device)(photographs(x.to(device))) for x in (X[five], X[test]))
    means = torch.stack([few[y[five] == c].mean(dim=0) for c in range(10)])
    return (torch.cdist(unseen, means).argmin(dim=1).cpu() == y[test]).float().mean().item()


from dlcourse.accelerated import devices

print(devices.found())
try:
    print(
        f"ImageNet, prototypes, 5 of each: {one_look(imagenet_body(), devices.find_device()):.2f}"
    )
except (ImportError, OSError, RuntimeError) as error:  # not there, no network, another build
    print(f"No weights here ({error}). With them, this cell would print how many of the 719 digits")
    print("prototypes on ResNet-18's features read; compare with the table of sitting 2.")

# %% [markdown]
# ### Same name, different number
#
# What libraries do with the same request (torch 2.13.0, torchvision 0.28.0, Keras 3.15.1, MONAI 1.6.1,
# SciPy 1.17.1; each row was run).
#
# | you ask for | you get |
# |---|---|
# | a frozen batch norm | Keras, `layer.trainable = False`: running averages stand still. torch, `requires_grad_(False)`: they move |
# | `load_state_dict(..., strict=False)` | forgives missing *names*; other *shapes*, the usual new head, still raise |
# | a mirror image, left for right | torchvision `RandomHorizontalFlip` and Keras `"horizontal"` do it; MONAI `RandFlip(spatial_axis=0)` turns it upside down |
# | a turn by +90 degrees | torchvision, SciPy and Keras turn counter-clockwise; MONAI `Rotate` (in radians) clockwise |
# | a random crop, by default | torchvision `RandomResizedCrop`: from 8 % of the area on. Your lesion may be outside |
# | the distance of a point to itself | `torch.cdist`: 0 for 25 points, not 0 for 26: it multiplies out the square |
#
# <details><summary><b>Question.</b> You move a recipe from Keras to torch: frozen body, batches of eight.
# What must you add?</summary>
#
# `body.eval()` after each `model.train()`. In Keras the first switch did both.
# </details>

# %% [markdown]
# ## Sources
#
# - Yosinski and others, *How transferable are features in deep neural networks?* (2014), no DOI.
# - Howard and Ruder, *Universal language model fine-tuning for text classification* (2018):
#   discriminative rates. [doi:10.18653/v1/P18-1031](https://doi.org/10.18653/v1/P18-1031)
# - Snell and others, *Prototypical networks for few-shot learning* (2017), no DOI.
# - McCloskey and Cohen, *Catastrophic interference in connectionist networks* (1989).
#   [doi:10.1016/S0079-7421(08)60536-8](https://doi.org/10.1016/S0079-7421(08)60536-8)
# - Kirkpatrick and others, *Overcoming catastrophic forgetting in neural networks* (2017).
#   [doi:10.1073/pnas.1611835114](https://doi.org/10.1073/pnas.1611835114)
# - Raghu and others, *Transfusion: understanding transfer learning for medical imaging* (2019), no DOI.
# - Yang and others, *MedMNIST v2* (2023).
#   [doi:10.1038/s41597-022-01721-8](https://doi.org/10.1038/s41597-022-01721-8)
