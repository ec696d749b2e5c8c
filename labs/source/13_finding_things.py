# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 13 · Finding things
#
# You write what finds things, and what says how well: overlap of boxes and masks, a loss with a slope, a
# step of a U-Net, lesions counted. With them you train your own U-Net and look at whom it misses. Then
# boxes: thin them out, and make one number of a list. Seven functions, 19 points, and one question for a
# human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/13_finding_things.ipynb) |
# |---|---|---|---|---|
# | 1 `box_iou` | ●●○ | 15 | 2 | sitting 1 |
# | 2 `dice` | ●○○ | 10 | 2 | sitting 1 |
# | 3 `dice_loss`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 4 `up_step`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 5 `lesion_scores` | ●●○ | 15 | 3 | sitting 1 |
# | 6 `nms` | ●●○ | 15 | 3 | sitting 2 |
# | 7 `average_precision` | ●●○ | 15 | 3 | sitting 2 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn` and `dlcourse` have ready is no answer. Exercises 3 and 4
# are in torch: a loss must hand back its slope, and transposed convolutions exist nowhere else.

# %%
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import nn

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("finding_things")
torch.set_num_threads(1)

rng = np.random.default_rng(100)
seen, unseen = data.lesion_scans(100, rng), data.lesion_scans(100, rng)


def grey(scan):
    """Return a scan (1, side, side) with values that show as grey, 0 to 1."""
    return (scan[0] + 1.5) / 4.5


# %% [markdown]
# ## 1. `box_iou` (2 points, 15 minutes)
#
# The IoU of every box of `a` with every box of `b`. Corners are edges, not numbers of pixels: a box from 2
# to 5 is 3 wide. Boxes that are apart or touch have 0 in common. Where both boxes have no area, say 0.


# %% solution="box_iou"
def box_iou(a, b):
    """Return the intersection over the union, (n, m).

    a: (n, 4) and b: (m, 4), each row left, top, right, bottom, with left <= right and top <= bottom.

    Not allowed: torchvision.
    """
    ### BEGIN SOLUTION
    upper = np.maximum(a[:, None, :2], b[:, :2])
    lower = np.minimum(a[:, None, 2:], b[:, 2:])
    common = (lower - upper).clip(0).prod(axis=2)  # (n, m)
    areas = [(c[:, 2:] - c[:, :2]).prod(axis=1) for c in (a, b)]
    union = areas[0][:, None] + areas[1] - common
    return common / np.where(union > 0, union, 1)
    ### END SOLUTION


# %% check="box_iou"
lab.check(box_iou)

# %% folded=true
if lab.passed("box_iou"):
    truth = np.array([[20.0, 20, 36, 36]])
    shifts = np.arange(-20, 21)
    moved = truth + np.stack([shifts, 0 * shifts, shifts, 0 * shifts], axis=1)
    wider = truth + np.stack([-shifts, -shifts, shifts, shifts], axis=1)[20:]
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.plot(shifts, box_iou(moved, truth)[:, 0], label="moved aside")
    ax.plot(shifts[20:], box_iou(wider, truth)[:, 0], label="larger on all sides")
    ax.axhline(0.5, color="black", lw=1)
    ax.set(xlabel="pixels", ylabel="IoU", ylim=(0, 1.03), yticks=[0, 0.5, 1])
    ax.legend(fontsize=10)
    hits = (box_iou(moved, truth)[:, 0] >= 0.5).sum() // 2
    display(
        plots.show(
            figure,
            f"By your box_iou: a box of 16 by 16 pixels may lie {hits} pixels aside and still have an IoU "
            "of 0.5. Grown by 4 pixels on all sides it has less.",
        )
    )

# %% [markdown]
# ## 2. `dice` (2 points, 10 minutes)
#
# One Dice for each patient. Where both masks are empty return NaN: whoever averages must decide. A false
# alarm on a healthy scan is 0, and so is a lesion missed.


# %% solution="dice"
def dice(pred, truth):
    """Return the Dice coefficient of each patient, (n,).

    pred, truth: (n, height, width) of True and False.
    """
    ### BEGIN SOLUTION
    p, t = pred.reshape(len(pred), -1), truth.reshape(len(truth), -1)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN
        return 2 * (p & t).sum(axis=1) / (p.sum(axis=1) + t.sum(axis=1))
    ### END SOLUTION


# %% check="dice"
lab.check(dice)

# %% folded=true
if lab.passed("dice"):
    y, x = np.mgrid[:80, :80] - 39.5
    radii = np.arange(1.5, 31)
    discs = [np.array([x**2 + y**2 <= (r + off) ** 2 for r in radii]) for off in (0, 1, 2)]
    figure, ax = plots.subplots(width=6.6, height=3)
    for fat, name in ((discs[1], "1 pixel too fat"), (discs[2], "2 pixels too fat")):
        ax.plot(discs[0].sum(axis=(1, 2)), dice(fat, discs[0]), label=name)
    ax.set(xscale="log", ylim=(0, 1.03), yticks=[0, 0.5, 1], ylabel="Dice")
    ax.set_xticks([10, 100, 1000], ["10", "100", "1000"])
    ax.set_xlabel("area of the lesion (pixels)")
    ax.legend(fontsize=10)
    small, large = dice(discs[1], discs[0])[[0, -1]]
    display(
        plots.show(
            figure,
            f"By your dice: an outline that is one pixel too fat scores {small:.2f} on a lesion of "
            f"{discs[0][0].sum()} pixels and {large:.2f} on one of {discs[0][-1].sum()}.",
        )
    )

# %% [markdown]
# ## 3. `dice_loss` (3 points, 15 minutes, torch)
#
# With $p = \sigma(\text{logits})$, for each scan
# $1 - \dfrac{2\sum p\,t + 1}{\sum p + \sum t + 1}$, and the mean over scans. The check compares the value
# and its gradient, also at logits of −10,000.


# %% solution="dice_loss"
def dice_loss(logits, target):
    """Return the mean loss over the scans, a tensor with one number.

    logits: (n, 1, height, width). target: the same shape, 0 or 1.

    Not allowed: monai, torchmetrics.
    """
    ### BEGIN SOLUTION
    p, pixels = torch.sigmoid(logits), (1, 2, 3)
    above = 2 * (p * target).sum(pixels) + 1
    return (1 - above / (p.sum(pixels) + target.sum(pixels) + 1)).mean()
    ### END SOLUTION


# %% check="dice_loss"
lab.check(dice_loss)

# %% [markdown]
# ## 4. `up_step` (3 points, 15 minutes, torch)
#
# One step of U-Net's way up, from functions; the weights are given. Enlarge `x` with a transposed
# convolution (`up`, `up_bias`, stride 2). Join it to `skip` along the channels, *skip first*. Then a
# convolution (`conv`, `conv_bias`) that keeps the size, and ReLU.


# %% solution="up_step"
def up_step(x, skip, up, up_bias, conv, conv_bias):
    """Return (n, c, 2h, 2w).

    x: (n, 2c, h, w), from below. skip: (n, c, 2h, 2w), from the way down. up: (2c, c, 2, 2) and
    up_bias: (c,). conv: (c, 2c, 3, 3) and conv_bias: (c,).
    """
    ### BEGIN SOLUTION
    larger = F.conv_transpose2d(x, up, up_bias, stride=2)
    return torch.conv2d(torch.cat([skip, larger], dim=1), conv, conv_bias, padding=1).relu()
    ### END SOLUTION


# %% check="up_step"
lab.check(up_step)

# %% [markdown]
# ## 5. `lesion_scores` (3 points, 15 minutes)
#
# Count lesions, not pixels. A lesion is a connected piece of the truth, where pixels that touch at a corner
# belong together (8 neighbours). It is *found* if at least one of its pixels is in the prediction. A piece
# of the prediction that touches no lesion is a *false alarm*. One piece may find two lesions, and two may
# find one. `ndimage` of SciPy is yours to use.


# %% solution="lesion_scores"
def lesion_scores(pred, truth):
    """Return (lesions found, lesions, false alarms) of one scan, three whole numbers.

    pred, truth: (height, width) of True and False.
    """
    ### BEGIN SOLUTION
    eight, hit = np.ones((3, 3)), pred & truth
    lesions, n = ndimage.label(truth, eight)
    pieces, m = ndimage.label(pred, eight)
    return len(set(lesions[hit])), n, m - len(set(pieces[hit]))
    ### END SOLUTION


# %% check="lesion_scores"
lab.check(lesion_scores)

# %% [markdown]
# ## Your U-Net
#
# Four of your functions at work: a network with one step up, trained with cross-entropy plus your loss on
# 100 phantom scans, and counted by you. *Predict* which lesions it misses.

# %%
CORE = ["dice", "dice_loss", "up_step", "lesion_scores"]
missing = [name for name in CORE if not lab.passed(name)]


def small_unet(c=8):
    """Return the parts of a U-Net with one level down."""
    fine = nn.Sequential(nn.Conv2d(1, c, 3, padding=1), nn.BatchNorm2d(c), nn.ReLU())
    deep = nn.Sequential(
        nn.Conv2d(c, 2 * c, 3, padding=1), nn.BatchNorm2d(2 * c), nn.ReLU(),
        nn.Conv2d(2 * c, 2 * c, 3, padding=1), nn.BatchNorm2d(2 * c), nn.ReLU(),
    )  # fmt: skip
    larger, mixed = nn.ConvTranspose2d(2 * c, c, 2, stride=2), nn.Conv2d(2 * c, c, 3, padding=1)
    parts = {"fine": fine, "deep": deep, "larger": larger, "mixed": mixed}
    return nn.ModuleDict({**parts, "head": nn.Conv2d(c, 1, 1)})


def paint(parts, x):
    """Return a logit for each pixel: down, and up again with your step."""
    fine = parts["fine"](x)
    deep = parts["deep"](F.max_pool2d(fine, 2))
    larger, mixed = parts["larger"], parts["mixed"]
    weights = [larger.weight, larger.bias, mixed.weight, mixed.bias]
    return parts["head"](up_step(deep, fine, *weights))


# %%
if missing:
    print("still missing:", *missing)
else:
    X, Y = torch.tensor(seen.X), torch.tensor(seen.mask).float()
    torch.manual_seed(0)
    model = small_unet()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(12):
        for rows in torch.randperm(100).split(10):
            z = paint(model, X[rows])
            loss = F.binary_cross_entropy_with_logits(z, Y[rows]) + dice_loss(z, Y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        painted = (paint(model, torch.tensor(unseen.X)) > 0).numpy()[:, 0]
    counts = np.array(
        [lesion_scores(p, t) for p, t in zip(painted, unseen.mask[:, 0], strict=True)]
    )
    share, mean = (
        counts[:, 0].sum() / counts[:, 1].sum(),
        np.nanmean(dice(painted, unseen.mask[:, 0])),
    )
    assert share > 0.5 and mean > 0.25, (share, mean)
    print("it learned: more than half of the lesions are touched")

# %% tags=["nbval-ignore-output"] folded=true
if not missing:
    areas, found = [], []
    for p, t in zip(painted, unseen.mask[:, 0], strict=True):
        labels, n = ndimage.label(t, np.ones((3, 3)))
        areas += [(labels == i).sum() for i in range(1, n + 1)]
        found += [p[labels == i].any() for i in range(1, n + 1)]
    areas, found = np.array(areas), np.array(found)
    bins = [0, 6, 12, 40, 1600]
    by_size = [found[(areas >= a) & (areas < b)] for a, b in pairwise(bins)]
    worst = int((counts[:, 1] - counts[:, 0]).argmax())
    figure, axes = plots.subplots(1, 3, width=7.4, height=2.7, width_ratios=[1, 1, 1.4])
    plots.heat.film(axes[0], grey(unseen.X[worst]), "the truth", unseen.mask[worst, 0])
    plots.heat.film(axes[1], grey(unseen.X[worst]), "your network", painted[worst])
    axes[2].bar(range(4), [f.mean() for f in by_size], color=plots.SKY, edgecolor="black")
    axes[2].set_xticks(range(4), ["1 to 5", "6 to 11", "12 to 39", "40 on"], fontsize=10)
    axes[2].set(ylim=(0, 1), yticks=[0, 0.5, 1], ylabel="share found")
    axes[2].set_xlabel("area (pixels)", fontsize=11)
    display(
        plots.show(
            figure,
            "Your U-Net: a scan with a lesion missed, and the share of lesions found by area: "
            + ", ".join(f"{f.mean():.2f} of {len(f)}" for f in by_size)
            + f". Mean Dice {mean:.2f}; {counts[:, 2].sum()} false alarms on 100 scans.",
        )
    )

# %% [markdown]
# ## 6. `nms` (3 points, 15 minutes)
#
# The box with the highest score stays, and every box that overlaps it by *more* than the threshold goes. Then
# the best of the rest, and so on. A box that has gone removes nobody. Of equal scores the first comes first.
# `iou[i, j]` is given.


# %% solution="nms"
def nms(iou, scores, threshold):
    """Return the numbers of the boxes that stay, best first.

    iou: (n, n), of every box with every box. scores: (n,). threshold: a number from 0 to 1.

    Not allowed: torchvision.
    """
    ### BEGIN SOLUTION
    left, kept = np.argsort(-scores, kind="stable").tolist(), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [i for i in left if iou[best, i] <= threshold]
    return np.array(kept, dtype=int)
    ### END SOLUTION


# %% check="nms"
lab.check(nms)

# %% folded=true
if lab.passed("nms") and lab.passed("box_iou"):
    rng = np.random.default_rng(0)
    canvas = data.scattered(1, rng, data.digits().X[:, 0], each=9, overlap=2, debris=0)
    truth = canvas.boxes[0]
    jitter = rng.normal(0, 1.1, (9 * 12, 2))
    candidates = np.repeat(truth, 12, axis=0) + np.hstack([jitter, jitter])
    scores = np.exp(-(jitter**2).sum(axis=1) / 4)
    kept = nms(box_iou(candidates, candidates), scores, 0.3)
    figure, axes = plots.subplots(1, 2, width=6.4, height=3.3)
    for ax, boxes, name in (
        (axes[0], candidates, f"{len(candidates)} boxes"),
        (axes[1], candidates[kept], f"{len(kept)} stay, by your nms"),
    ):
        plots.heat.film(ax, 1 - canvas.X[0, 0].clip(0, 1), name)
        plots.heat.boxes(ax, boxes, plots.BLUE, lw=1.2)
    display(
        plots.show(
            figure,
            f"Nine digits with {len(candidates)} boxes, which lie around them by chance. At threshold 0.3 "
            f"your nms keeps {len(kept)}.",
        )
    )

# %% [markdown]
# ## 7. `average_precision` (3 points, 15 minutes)
#
# Boxes come in order, best first: hit or not. After each box there is a precision and a recall (of all
# `n_truth` lesions). Replace each precision by the best at this recall or higher, and return the area under
# these steps: PASCAL VOC's from 2010 on. No boxes: 0.


# %% solution="average_precision"
def average_precision(hit, n_truth):
    """Return the area under the envelope of precision over recall, one number.

    hit: (k,) of True and False, best score first; k may be 0. n_truth: lesions, 1 or more, found or not.
    """
    ### BEGIN SOLUTION
    found, best, total = int(hit.sum()), 0.0, 0.0
    for k in range(len(hit), 0, -1):  # from the last box to the first
        best = max(best, found / k)
        if hit[k - 1]:
            total += best / n_truth
            found -= 1
    return total
    ### END SOLUTION


# %% check="average_precision"
lab.check(average_precision)

# %% folded=true
if lab.passed("average_precision"):
    hit = np.array(list("110111011010110010100100100100")) == "1"
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.plot(range(1, 31), [average_precision(hit[:k], 20) for k in range(1, 31)], label="AP so far")
    ax.plot(np.arange(1, 31), np.cumsum(hit) / np.arange(1, 31), label="precision")
    ax.set(xlabel="boxes accepted", ylim=(0, 1.03), yticks=[0, 0.5, 1])
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            f"30 boxes, 20 lesions, {hit.sum()} found. Precision falls with each false alarm; your average "
            f"precision never does, and ends at {average_precision(hit, 20):.2f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# Your hospital wants a network that marks brain metastases before radiosurgery. A missed one is not
# treated. A false mark costs the neurosurgeon a minute. One scan in five has none. A company reports:
# "Mean Dice 0.83 on 200 scans with metastases, pixel accuracy 0.998."
#
# **What do these two numbers not tell you, and which do you ask for?** Five to eight sentences.

# %% [markdown] open="what_is_missed" points=4
# **Model answer.** Pixel accuracy says nothing here, since nearly all pixels are healthy: an empty answer
# would reach about as much. A mean Dice of 0.83 is ruled by large metastases; those of a few pixels can be
# missed without moving it, and they are what radiosurgery is for. In our lecture a Dice of 0.8 went with one
# patient in five who had a lesion that no pixel touched. I would ask how many metastases were found, of how
# many, by size, and what counts as found; and in how many patients at least one was missed, with an interval
# over patients, since lesions of one patient are not independent. The 200 scans all have metastases, so false
# alarms on healthy scans were never counted: I would ask for scans without any, at our one in five, and for
# false marks per scan on both kinds. Since a miss costs more than a false mark, I would set the threshold
# for few misses, on validation patients, and report all numbers at that threshold on patients who played no
# part in any choice. For the outline itself I would ask for a surface distance in millimetres beside Dice.
#
# **Rubric.** 1 point: says why pixel accuracy, or Dice, hides small lesions. 1 point: asks for lesions found
# (or patients with a missed one), by size or with an interval over patients. 1 point: notices that healthy
# scans are missing, and asks for false alarms on them. 1 point: chooses the threshold by what a miss and a
# false mark cost, on other patients than those tested.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: a second scale
#
# Give `small_unet` and `paint` a second level (pool twice, and use your `up_step` twice). Does it find more of the
# small lesions, or fewer? Take five seeds and give the spread, lesions found and false alarms side by side.
# Then leave out the skips (`0 * skip`). Which number falls first, Dice or lesions found?
