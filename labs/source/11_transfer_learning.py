# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 11 · Transfer learning
#
# You borrow a network that was trained on printed letters, and teach it handwritten digits with 1, 5,
# 20 and 100 examples of each kind: draw fairly, load what fits, freeze, and thaw with several learning
# rates. Then one-shot learning, forgetting, and a mirror that knows left from right. Seven
# functions, 20 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/11_transfer_learning.ipynb) |
# |---|---|---|---|---|
# | 1 `few_per_class` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `load_matching`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 3 `freeze`, torch | ●●○ | 15 | 4 | sitting 1 |
# | 4 `parameter_groups`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 5 `prototype_distances` | ●●○ | 10 | 3 | sitting 2 |
# | 6 `forgetting` | ●○○ | 10 | 2 | sitting 2 |
# | 7 `mirror` | ●●○ | 15 | 3 | sitting 3 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn` and `dlcourse` have ready is no answer. Exercises 2 to 4 are in torch:
# saved weights, train mode and optimizers exist nowhere else.

# %%
import copy

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn

import dlcourse
from dlcourse import data, plots
from dlcourse import reference as ref

lab = dlcourse.lab("transfer_learning")
torch.set_num_threads(1)


def canvas(images, seed):
    """Lay images of 8 × 8 on 12 × 12 pixels, each up to 2 pixels off the middle."""
    framed = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    moved = ref.random_shift(framed, 2, rng=np.random.default_rng(seed))
    return torch.tensor(moved, dtype=torch.float32)


hand = data.digits()
X, y = canvas(hand.X, 99), torch.tensor(hand.y)
pool, test = train_test_split(np.arange(1797), test_size=0.4, random_state=0, stratify=hand.y)

# %% [markdown]
# ## 1. `few_per_class` (2 points, 10 minutes)
#
# A small study takes k patients of each class, by chance, and others must be able to repeat the
# draw. Shuffle all rows once with `np.random.default_rng(seed).permutation(len(y))`. Of each class,
# take the first k in that order. Labels need not be 0, 1, 2.


# %% solution="few_per_class"
def few_per_class(y, k, seed):
    """Return the row numbers of k patients of each class, as one flat array.

    y: (n,) labels, whole numbers. k: how many of each; no class is smaller. seed: a whole number.
    The smallest label comes first, then the next; within a class any order will do.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(y))
    return np.concatenate([order[y[order] == c][:k] for c in np.unique(y)])
    ### END SOLUTION


# %% check="few_per_class"
lab.check(few_per_class)

# %% folded=true
if lab.passed("few_per_class"):
    rows = few_per_class(hand.y[pool], 3, 0)
    figure, axes = plots.subplots(3, 10, width=7.6, height=2.6)
    for ax, row in zip(axes.T.flat, pool[rows], strict=True):
        ax.imshow(X[row, 0], cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    display(
        plots.show(
            figure,
            "Your study: three of each digit, somewhere on their canvas. Labels: "
            + " ".join(str(label) for label in hand.y[pool[rows]][::3])
            + ", three times each.",
        )
    )

# %% [markdown]
# ## 2. `load_matching` (3 points, 15 minutes, torch)
#
# Somebody sends you `state`, the `state_dict()` of a network. Yours has another head. Copy into your
# model every entry whose name and shape fit, the running averages of batch norm included. Leave the
# rest alone, and say what that was. The state itself must not change, now or while you train on.


# %% solution="load_matching"
def load_matching(model, state):
    """Load what fits into model; return the sorted names of model's entries left alone.

    model: an nn.Module. state: a dict of tensors by name.
    """
    ### BEGIN SOLUTION
    own = model.state_dict()
    fits = {
        name: value
        for name, value in state.items()
        if name in own and own[name].shape == value.shape
    }
    model.load_state_dict(fits, strict=False)  # copies
    return sorted(own.keys() - fits.keys())
    ### END SOLUTION


# %% check="load_matching"
lab.check(load_matching)

# %% [markdown]
# ## 3. `freeze` (4 points, 15 minutes, torch)
#
# The first n children of the model (`model.children()`, from the image to the head) learn nothing:
# their weights get no gradient, and their batch norms and dropouts stand still. All other children
# learn and are in train mode, whatever they were before.


# %% solution="freeze"
def freeze(model, n):
    """Freeze the first n children of model, and let all others learn. Returns nothing.

    model: an nn.Module. n: a whole number, 0 to the number of children.
    """
    ### BEGIN SOLUTION
    for i, child in enumerate(model.children()):
        child.requires_grad_(i >= n)
        child.train(i >= n)
    ### END SOLUTION


# %% check="freeze"
lab.check(freeze)

# %% [markdown]
# ## 4. `parameter_groups` (3 points, 15 minutes, torch)
#
# Discriminative learning rates. Only children that have parameters count. The last of them, the
# head, gets `lr`. The one before gets `lr * decay`, the one before that `lr * decay ** 2`, and so on
# towards the image. Frozen parameters belong in their group, too: they may thaw later.


# %% solution="parameter_groups"
def parameter_groups(model, lr, decay):
    """Return a list of dicts {"params": parameters, "lr": rate}, as torch.optim takes it.

    model: an nn.Module. lr, decay: numbers above 0. Each parameter is in one group.
    """
    ### BEGIN SOLUTION
    groups = []
    for child in reversed(list(model.children())):
        parameters = list(child.parameters())
        if parameters:
            groups.append({"params": parameters, "lr": lr})
            lr = lr * decay
    return groups
    ### END SOLUTION


# %% check="parameter_groups"
lab.check(parameter_groups)

# %% [markdown]
# ## Your transfer
#
# Four of your functions at work: a network is trained on 4,000 printed letters and saved. Yours loads
# what fits, and learns from 1, 5, 20 and 100 handwritten digits of each kind, for 200 steps. *Predict*
# which of four ways wins at 5, and which at 100.

# %%
CORE = ["few_per_class", "load_matching", "freeze", "parameter_groups"]


def network(classes):
    """Return three blocks and a head."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        nn.Sequential(
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)
        ),
        nn.Sequential(nn.Flatten(), nn.Linear(144, 32), nn.ReLU()),
        nn.Linear(32, classes),
    )


def train(model, X, y, groups, steps, seed=0):
    """Take steps of Adam on batches of at most 32."""
    optimizer, rng = torch.optim.Adam(groups), np.random.default_rng(seed)
    for _ in range(steps):
        rows = rng.permutation(len(y))[:32]
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return model


def read(model):
    """Return the share of unseen digits that is read correctly."""
    model.eval()
    with torch.no_grad():
        return (model(X[test]).argmax(dim=1) == y[test]).float().mean().item()


def borrow(k, frozen, lr, decay, saved):
    """Return how well k of each kind are enough, with the first children frozen."""
    rows = pool[few_per_class(hand.y[pool], k, 0)]
    torch.manual_seed(1)
    model = network(10)
    if saved is not None:
        left = load_matching(model, saved)
        assert left == ["3.bias", "3.weight"], left
    freeze(model, frozen)
    groups = parameter_groups(model, lr, decay)
    return read(train(model, X[rows], y[rows], groups, 200))


missing = [name for name in CORE if not lab.passed(name)]

# %%
shares = {}
if missing:
    print("still missing:", *missing)
else:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"  # 23 classes, so the head does not fit
    printed = data.printed_characters(4000, np.random.default_rng(0), letters)
    P, p = canvas(printed.X, 1), torch.tensor(printed.y)
    torch.manual_seed(0)
    source = network(len(letters)).train()
    train(source, P, p, [{"params": source.parameters(), "lr": 3e-3}], 500)
    saved = copy.deepcopy(source.state_dict())
    WAYS = {
        "from scratch": (0, 3e-3, 1.0, None),
        "frozen": (3, 2e-2, 1.0, saved),
        "one rate": (0, 3e-3, 1.0, saved),
        "rates by child": (0, 2e-2, 0.3, saved),
    }
    shares = {name: [borrow(k, *how) for k in (1, 5, 20, 100)] for name, how in WAYS.items()}
    assert shares["frozen"][1] > shares["from scratch"][1]
    print("printed letters lend to handwritten digits: at 5 of each, frozen beats scratch")

# %% folded=true
if shares:
    figure, ax = plots.subplots(width=7.2, height=3.6)
    looks = (
        (plots.GREY, "-", "o"),
        (plots.SKY, "--", "s"),
        (plots.BLUE, "-.", "^"),
        (plots.VERMILLION, ":", "D"),
    )
    for (name, found), (colour, line, marker) in zip(shares.items(), looks, strict=True):
        ax.plot([1, 5, 20, 100], found, line, color=colour, marker=marker, ms=7, label=name)
    ax.set(xscale="log", ylim=(0, 1), yticks=[0, 0.5, 1], ylabel="share read correctly")
    ax.set_xticks([1, 5, 20, 100], ["1", "5", "20", "100"])
    ax.set_xlabel("handwritten examples of each digit")
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            "Your transfer from printed letters to handwritten digits, four ways, at 1, 5, 20 and "
            "100 examples of each. At 5 of each the frozen network reads more than the one from scratch.",
        )
    )

# %% [markdown]
# ## 5. `prototype_distances` (3 points, 10 minutes)
#
# The prototype of a class is the mean of its examples. Return the *squared* Euclidean distance of
# each query to each prototype, classes in ascending order.


# %% solution="prototype_distances"
def prototype_distances(support, y, query):
    """Return the squared distances, (queries, classes).

    support: (n, features) of the few examples. y: (n,) their labels, whole numbers. query:
    (queries, features).
    """
    ### BEGIN SOLUTION
    prototypes = np.stack([support[y == c].mean(axis=0) for c in np.unique(y)])
    return ((query[:, None] - prototypes) ** 2).sum(axis=-1)
    ### END SOLUTION


# %% check="prototype_distances"
lab.check(prototype_distances)

# %% folded=true
if lab.passed("prototype_distances") and shares:
    model = source.eval()
    with torch.no_grad():
        features = model[:3](X).numpy()
    found = {"letters' features": [], "pixels": []}
    for draw in range(100):
        rows = pool[few_per_class(hand.y[pool], 1, draw)]
        for name, Z in (("letters' features", features), ("pixels", X.flatten(1).numpy())):
            named = prototype_distances(Z[rows], hand.y[rows], Z[test]).argmin(axis=1)
            found[name].append((named == hand.y[test]).mean())
    figure, ax = plots.subplots(width=7.2, height=3)
    bins = np.linspace(0, 0.6, 31)
    for (name, draws), colour, line in zip(
        found.items(), (plots.BLUE, plots.GREY), "-:", strict=True
    ):
        ax.stairs(np.histogram(draws, bins)[0], bins, color=colour, ls=line, lw=2.2, label=name)
    ax.set(xlabel="share read from one example of each digit", ylabel="draws of 100")
    ax.legend()
    assert np.mean(found["letters' features"]) > np.mean(found["pixels"])
    display(
        plots.show(
            figure,
            "100 draws of one example per digit, by your prototypes: on features of printed "
            "letters they read more than in pixels. Which example was drawn matters, too.",
        )
    )

# %% [markdown]
# ## 6. `forgetting` (2 points, 10 minutes)
#
# T tasks are learned one after the other. `accuracy[t, j]` is how well task j is done after task t
# was learned. For an old task j < T − 1, take its best accuracy from the time it was learned to the
# last but one row, and subtract what is left of it at the end. Return the mean over the old tasks.


# %% solution="forgetting"
def forgetting(accuracy):
    """Return how much was forgotten, one number; negative where old tasks became better.

    accuracy: (T, T), rows are times, columns tasks, T of 2 or more.
    """
    ### BEGIN SOLUTION
    last = len(accuracy) - 1
    lost = [accuracy[j:last, j].max() - accuracy[last, j] for j in range(last)]
    return float(np.mean(lost))
    ### END SOLUTION


# %% check="forgetting"
lab.check(forgetting)

# %% folded=true
if lab.passed("forgetting"):
    TASKS = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
    torch.manual_seed(0)
    learner = network(10)
    table = np.zeros((5, 5))
    for t, pair in enumerate(TASKS):
        rows = pool[np.isin(hand.y[pool], pair)]
        groups = [{"params": learner.parameters(), "lr": 1e-3}]
        train(learner.train(), X[rows], y[rows], groups, 200)
        for j, old in enumerate(TASKS):
            seen = test[np.isin(hand.y[test], old)]
            with torch.no_grad():
                table[t, j] = (learner.eval()(X[seen]).argmax(1) == y[seen]).float().mean()
    figure, ax = plots.subplots(width=4.6, height=3.8)
    ax.imshow(table, cmap="Blues", vmin=0, vmax=1)
    for (t, j), share in np.ndenumerate(table):
        ax.text(
            j,
            t,
            f"{share:.1f}",
            ha="center",
            va="center",
            color="white" if share > 0.6 else "black",
        )
    ax.set(xlabel="read correctly: digits", ylabel="after learning digits")
    ax.set_xticks(range(5), ["0 1", "2 3", "4 5", "6 7", "8 9"])
    ax.set_yticks(range(5), ["0 1", "2 3", "4 5", "6 7", "8 9"])
    ax.grid(False)
    assert forgetting(table) > 0.5
    display(
        plots.show(
            figure,
            "5 pairs of digits, learned one after the other: dark on the diagonal, pale below. Your "
            "measure says that more than half of an old task is forgotten, on average.",
        )
    )

# %% [markdown]
# ## 7. `mirror` (3 points, 15 minutes)
#
# Mirror, left for right, the images in `who`, and say what they show now. `partner[c]` is the class
# of a mirrored c: its own number where the side does not matter, another where left becomes right,
# and −1 where a mirrored image would show nothing that exists. Such an image stays as it is, and so
# does its label.


# %% solution="mirror"
def mirror(images, labels, who, partner):
    """Return (images, labels), new arrays, in the order that they came.

    images: (n, channels, height, width). labels: (n,) whole numbers. who: (n,) True or False.
    partner: one whole number per class.
    """
    ### BEGIN SOLUTION
    rows = who & (partner[labels] >= 0)
    mirrored = np.where(rows[:, None, None, None], images[..., ::-1], images)
    return mirrored, np.where(rows, partner[labels], labels)
    ### END SOLUTION


# %% check="mirror"
lab.check(mirror)

# %% folded=true
if lab.passed("mirror"):
    rows = np.array([np.flatnonzero(hand.y == c)[i] for c, i in {2: 4, 5: 9, 6: 3, 8: 2}.items()])
    partner = np.array([0, 1, -1, 3, 4, -1, -1, 7, 8, 9])
    images, labels = mirror(hand.X[rows], hand.y[rows], np.ones(4, bool), partner)
    figure, axes = plots.subplots(2, 4, width=6, height=3.2)
    for row, shown in zip(axes, (hand.X[rows], images), strict=True):
        for ax, image, label in zip(row, shown, labels, strict=True):
            ax.imshow(image[0], cmap="gray_r")
            ax.set(xticks=[], yticks=[], xlabel=str(label))
            ax.grid(False)
    axes[0, 0].set_ylabel("before", fontsize=11)
    axes[1, 0].set_ylabel("after", fontsize=11)
    same = [bool(np.array_equal(a, b)) for a, b in zip(images, hand.X[rows], strict=True)]
    display(
        plots.show(
            figure,
            "Your mirror on 2, 5, 6 and 8, where only the 8 may be mirrored. Unchanged: "
            + ", ".join(str(label) for label, kept in zip(labels, same, strict=True) if kept)
            + ".",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A clinic has 40 labelled ultrasound images of each of two findings. A company offers a network that
# was "pre-trained on 100,000 chest X-rays". Its report: "On your images, our network, fine-tuned for
# 50 steps, reaches an AUC of 0.74. The same network from random weights, trained in the same way,
# reaches 0.61. Pre-training is worth 13 points." One run each. From the lecture, on tiny images: after
# 200 steps a borrowed network led by 10 points at 100 examples per class, after 1,000 by none; from chest
# X-rays to breast ultrasound nothing was gained.
#
# **What do you answer, and which comparison do you ask for?** Five to eight sentences.

# %% [markdown] open="is_it_transfer" points=4
# **Model answer.** Thirteen points after 50 steps in one run each do not show that pre-training is worth
# thirteen points. A network from random weights starts further away, so 50 steps are too few for it: the
# lecture's lead of 10 points was gone when both had 1,000 steps. I would ask for both to be trained
# until their validation curves are flat, each at a learning rate chosen for it on validation patients. I
# would ask for at least five seeds with other draws of the 40 images, and for the mean and spread, since with
# so few images the draw matters as much as the method. Cheap opponents belong in the table: a frozen body
# with random weights, the network pre-trained on something unrelated, a nearest neighbour or logistic
# regression on simple features. X-rays and ultrasound look different, and what the X-ray network has learned
# to ignore need not be what varies in ultrasound, so no gain is possible as well. All of it must be tested
# on patients that played no part in any choice, with an interval for the AUC. If it then starts sooner but
# ends equal, that is still useful, but it is another claim.
#
# **Rubric.** 1 point: says that the step budget favours the pre-trained network and asks for enough steps
# (and a suitable rate) for both. 1 point: asks for several seeds or draws, and a spread. 1 point: names at
# least one cheap opponent or control (random frozen body, unrelated source, nearest neighbour). 1 point: says
# why X-rays need not help with ultrasound, or asks for an untouched test set with an interval.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: thaw from the top
#
# Gradual unfreezing: train the head alone, then thaw one child after the other, from the head towards
# the image, each time for some steps. Build it from your `freeze` and `parameter_groups`, with 20 of each
# kind. Does it beat "rates by child" with as many steps in all? Take five draws and give the spread. Then
# let it learn the printed letters' network to read *centred* digits (leave out the shift in `canvas`). There
# is no check for this one, and you may find that it makes no difference.
