# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13 · Finding things
#
# **A program outlines tumours with a Dice of 0.8. How many patients have a tumour that it did not see
# at all?**
#
# Until now a network said *what* an image shows. Here it says *where*. In this unit you turn a
# classifier into one that answers at every pixel, train it, and count what it missed.
#
# After this lecture you can
#
# 1. say which of four questions a task asks, and what a label for it costs;
# 2. compute IoU and Dice, and say what they hide;
# 3. turn a sliding window into one pass, and say when the two agree;
# 4. build a U-Net, and train it with a loss that survives small lesions;
# 5. thin out boxes, match them with the truth, and say which of six average precisions a number is.
#
# *You need:* [09](09_convolution.ipynb) for convolutions, and [07](07_training_loop.ipynb) for the
# loop. *Lab:* [lab 13](../labs/13_finding_things.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from threadpoolctl import threadpool_limits
from torch import nn

from dlcourse import accelerated, data, measured, metrics, plots
from dlcourse.architectures import UNet, count_macs, count_parameters
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way
limits = threadpool_limits(1)

# %% [markdown]
# ## Sitting 1 · To outline, and to count what was missed
#
# *Read in 50 minutes.*
#
# ### Four questions about one picture
#
# The scans are phantoms: smooth tissue, bright vessels that are harmless, 0 to 4 bright lesions, noise.
# They were drawn, so the truth is known to the pixel. No patient stands behind them, and nothing
# learned on them holds for patients.

# %%
rng = np.random.default_rng(100)
seen = data.lesion_scans(150, rng)  # to learn from
unseen = data.lesion_scans(400, rng)  # to test on
ill = unseen.mask.any(axis=(1, 2, 3))
print(unseen.X.shape, f"{ill.sum()} of 400 have a lesion; {unseen.mask.mean():.1%} of pixels do")


# %% folded=true
from scipy import ndimage

EIGHT = np.ones((3, 3))


def grey(scan):
    """Return a scan (1, side, side) with values that show as grey, 0 to 1."""
    return (scan[0] + 1.5) / 4.5


def boxes_of(mask):
    """Return the boxes (n, 4) of the lesions of a mask (side, side)."""
    labels, _ = ndimage.label(mask, EIGHT)
    found = ndimage.find_objects(labels)
    return np.array([[x.start, y.start, x.stop, y.stop] for y, x in found]).reshape(-1, 4)


def draw_questions(scan=3, question="segmentation"):
    mask = unseen.mask[scan, 0]
    boxes = boxes_of(mask)
    lesions = counted(len(boxes), "lesion")
    figure, (left, right) = plots.subplots(1, 2, width=5.2, height=2.6)
    plots.heat.film(left, grey(unseen.X[scan]), "the scan")
    outline = mask if question == "segmentation" else None
    plots.heat.film(right, grey(unseen.X[scan]), "the label", outline)
    shown = boxes if question == "detection" else boxes[:1] if question == "localization" else []
    plots.heat.boxes(right, np.array(shown).reshape(-1, 4), plots.YELLOW, lw=2.2)
    label = {
        "classification": f"1 bit, {'ill' if len(boxes) else 'healthy'}",
        "localization": "4 numbers, one box" if len(boxes) else "4 numbers, and none would fit",
        "detection": f"4 numbers for each of {lesions}",
        "segmentation": f"1,600 bits, of which {mask.sum()} are lesion",
    }[question]
    return figure, f"Scan {scan}, {lesions}. The label for {question}: {label}."


explore(
    draw_questions,
    scan=(0, 60),
    question=["classification", "localization", "detection", "segmentation"],
)

# %% [markdown]
# | the question | the label | its price, for one scan of 40 × 40 |
# |---|---|---|
# | **classification**: is there a lesion? | one class | 1 bit |
# | **localization**: where is the one lesion? | one [bounding box](glossary.md#bounding-box) | 4 numbers, and there must be exactly one |
# | **[detection](glossary.md#detection)**: where are they all? | a box around each | 4 numbers for each lesion; "none" is an answer |
# | **[segmentation](glossary.md#segmentation)**: which pixels? | a mask | 1,600 bits, and somebody who draws outlines |
#
# Each row answers all rows above it, and costs more. Nobody outlines a thousand scans if a box will
# do. This sitting is about masks, the second about boxes.
#
# ### How much is covered?
#
# **Intuition.** An answer A and the truth B are two areas. Count what both cover, and compare it with
# all that either covers.
#
# $$\text{IoU} = \frac{|A \cap B|}{|A \cup B|}, \qquad
#   \text{Dice} = \frac{2\,|A \cap B|}{|A| + |B|}, \qquad
#   \text{Dice} = \frac{2\,\text{IoU}}{1 + \text{IoU}}$$
#
# - $|A|$: the area of A, in pixels. $A \cap B$: what both cover. $A \cup B$: what either covers.
#
# [IoU](glossary.md#iou) (intersection over union, Jaccard's index) is usual for boxes,
# [Dice](glossary.md#dice) for masks; elsewhere Dice of the pixels is called their F1 score. The third
# formula follows from the first two: $|A| + |B|$ counts the common part twice, so it is
# $|A \cup B| + |A \cap B|$; divide above and below by $|A \cup B|$. Between 0 and 1 Dice is therefore the
# larger of the two: a Dice of 0.8 is an IoU of 0.67.

# %%
A = np.array([[1, 1, 1, 0], [1, 1, 1, 0]], bool)
B = np.array([[0, 1, 1, 1], [0, 1, 1, 1]], bool)
both, either = (A & B).sum(), (A | B).sum()
print(f"IoU {both / either:.3f}, Dice {2 * both / (A.sum() + B.sum()):.3f}")
assert np.isclose(metrics.iou_score(A[None], B[None])[0], both / either)
assert np.isclose(metrics.dice_score(A[None], B[None])[0], 2 * both / (A.sum() + B.sum()))

# %% [markdown]
# *Predict:* a square lesion is 12 pixels wide, and your box is as large, 3 pixels aside. Many count an
# IoU of 0.5 or more as a hit. Is it one? And for a lesion that is 24 pixels wide?


# %% folded=true
def draw_one_pixel(size=12, aside=3):
    near, far = 30 - size / 2, 30 + size / 2
    truth, answer = [[near, near, far, far]], [[near + aside, near, far + aside, far]]
    iou = metrics.box_iou(truth, answer)[0, 0]
    figure, (left, right) = plots.subplots(1, 2, width=6, height=2.6)
    plots.heat.film(left, np.full((60, 70), 0.95), f"{size} wide, {aside} aside")
    plots.heat.boxes(left, truth, plots.BLUE, lw=2.5)
    plots.heat.boxes(left, answer, plots.VERMILLION, lw=2.5, ls="--")
    steps = np.arange(13)
    for width, line in ((6, ":"), (12, "-."), (24, "--"), (48, "-")):
        common = np.maximum(width - steps, 0) / (width + np.minimum(steps, width))
        right.plot(steps, common, ls=line, color=plots.GREY)
        at = min(width // 2, 12)
        right.text(at + 0.3, common[at] + 0.02, str(width), fontsize=11)
    right.axhline(0.5, color="black", lw=1)
    right.plot([aside], [iou], "o", color=plots.VERMILLION, ms=10)
    right.set(xlim=(0, 14), ylim=(0, 1.03), xticks=[0, 6, 12], yticks=[0, 0.5, 1])
    right.set(xlabel="aside (pixels)", ylabel="IoU, by width")
    return figure, (
        f"A square {counted(size, 'pixel')} wide, its box {counted(aside, 'pixel')} aside: IoU "
        f"{iou:.2f}, Dice {2 * iou / (1 + iou):.2f}. At 0.5 that is a {'hit' if iou >= 0.5 else 'miss'}."
    )


explore(draw_one_pixel, size=(4, 48), aside=(0, 12))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 12 pixels the IoU is 9 · 12 / (15 · 12) = 0.60: a hit. One pixel further, 0.50, it still is, and
# at 5 it is a miss. At 24 pixels you may be 8 aside.
# </details>
#
# So the same few pixels are nothing for a large lesion and much for a small one.
#
# ### From a sliding window to one pass
#
# **Intuition.** You have a classifier for crops of 12 × 12. To find things in a larger image, slide it
# along: one crop for every place. Neighbouring crops share nearly all their pixels, so nearly all of
# the work is done again and again.
#
# A dense layer on a map of 8 × 8 is a convolution with a kernel of 8 × 8: the same weights, the same
# sum. Write it so, and the network has no dense layer left. It is a
# [fully convolutional network](glossary.md#fcn): it takes an image of any size and answers at every
# place at once.
#
# *Predict:* an image of 64 × 64 has 53 · 53 = 2,809 windows. How much work does one pass save? And are the
# answers the same, without padding, and with padding of 1?


# %%
def two_forms(padding):
    """Return a classifier of crops (12 x 12), and the same weights without a dense layer."""
    torch.manual_seed(0)
    body = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=padding), nn.ReLU(), nn.Conv2d(8, 16, 3, padding=padding), nn.ReLU()
    )  # fmt: skip
    side = 12 if padding else 8  # of the map that a crop leaves
    dense, conv = nn.Linear(16 * side**2, 1), nn.Conv2d(16, 1, side)
    conv.weight.data = dense.weight.data.view(1, 16, side, side)
    conv.bias.data = dense.bias.data
    return nn.Sequential(body, nn.Flatten(), dense).eval(), nn.Sequential(body, conv).eval()


image = torch.tensor(data.lesion_scans(1, np.random.default_rng(1), side=64).X)
windows = image.unfold(2, 12, 1).unfold(3, 12, 1).reshape(-1, 1, 12, 12)
answers = {}
for padding in (0, 1):
    of_a_crop, of_an_image = two_forms(padding)
    with torch.no_grad():
        one_by_one, at_once = of_a_crop(windows).view(53, 53), of_an_image(image)[0, 0]
    answers[padding] = one_by_one, at_once
    saved = count_macs(of_a_crop, windows) * len(windows) / count_macs(of_an_image, image)
    off = (one_by_one - at_once).abs().max().item()
    print(f"padding {padding}: {saved:.0f} times less work, ", end="")
    print("the same answers" if off < 1e-5 else f"off by {off:.2f}, SD {at_once.std():.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 32 times less work without padding, and the same answers up to rounding. With padding it is 44 times, and
# other answers, off by more than their own standard deviation (SD): around a crop the classifier saw zeros,
# where the image has neighbours. "Identical" holds only without padding.
# </details>


# %% folded=true
def draw_window(row=20, column=30, padding=0):
    one_by_one, at_once = (a.numpy() for a in answers[padding])
    figure, (left, right) = plots.subplots(1, 2, width=5.2, height=2.6)
    plots.heat.film(left, grey(image[0].numpy()), "one window")
    plots.heat.boxes(left, [[column, row, column + 12, row + 12]], plots.YELLOW, lw=2.4)
    low, high = at_once.min(), at_once.max()
    plots.heat.film(right, (at_once - low) / (high - low), "one pass: its score")
    plots.heat.boxes(right, [[column - 1, row - 1, column + 2, row + 2]], plots.VERMILLION, lw=2.4)
    return figure, (
        f"The window at row {row}, column {column}, padding {padding}. Alone it scores "
        f"{one_by_one[row, column]:.3f}, in one pass {at_once[row, column]:.3f}."
    )


explore(draw_window, row=(0, 52), column=(0, 52), padding=[0, 1])

# %% [markdown]
# Pooling saves more; with one by 2, answers come at every second row and column. That is the next problem.
#
# ### Too coarse: skips
#
# **Intuition.** A network must pool, to see far. After two poolings by 2 its map has one number for
# 4 × 4 pixels: it knows what is there, and not exactly where. The fine maps from before the pooling
# know where, and not what. Bring the two together, with a
# [skip connection](glossary.md#skip-connection).
#
# - **FCN** (2015) scores the map at several depths with 1 × 1 convolutions, enlarges the coarse scores,
#   and *adds* the finer ones. With none, one and two skips it is the small sister of FCN-32, -16 and -8.
# - **[U-Net](glossary.md#u-net)** (2015) climbs back step by step. A transposed convolution doubles the
#   map, the map of the same size from the way down is *joined* to it, along the channels, and two
#   convolutions mix them.
#
# In the figure, "8 × 40²" is 8 channels of 40 × 40 numbers. Taller blocks have larger maps, wider ones more
# channels.
#
# One step up, in plain torch (in the lab you write it):
#
# ```python
# larger = F.conv_transpose2d(x, up, up_bias, stride=2)  # (n, c, 2h, 2w) from (n, 2c, h, w)
# joined = torch.cat([skip, larger], dim=1)              # (n, 2c, 2h, 2w)
# y = F.relu(F.conv2d(joined, conv, conv_bias, padding=1))
# ```

# %% folded=true
torch.manual_seed(0)
unet, shapes = UNet(), []
hooks = [
    part.register_forward_hook(lambda module, given, y: shapes.append(tuple(y.shape[1:])))
    for part in (*unet.down, *unet.up, unet.head)
]
unet(torch.zeros(2, 1, 40, 40))
for hook in hooks:
    hook.remove()
figure, ax = plots.subplots(width=6.4, height=3.4)
middles, levels = [], (0, 1, 2, 1, 0, 0)
x = 0
for (channels, side, _), level in zip(shapes, levels, strict=True):
    width = 0.6 * channels**0.5
    colour = plots.ORANGE if channels == 1 else plots.SKY
    y = -14 * level
    ax.fill_between([x, x + width], y - side / 5, y + side / 5, color=colour, ec="black")
    ax.text(x + width / 2, y - side / 5 - 5, f"{channels} × {side}²", ha="center", fontsize=12)
    middles.append((x, x + width, y))
    x += width + 2.6
for left, right, say in ((0, 4, "skip"), (1, 3, "skip")):
    start, end, y = middles[left][1], middles[right][0], middles[left][2]
    ax.annotate(
        "", (end, y), (start, y), arrowprops={"arrowstyle": "->", "color": plots.VERMILLION}
    )
    ax.text((start + end) / 2, y + 1, say, ha="center", color=plots.VERMILLION, fontsize=12)
ax.set(xlim=(-1.5, x), ylim=(-38, 12), xticks=[], yticks=[])
ax.set(xlabel="from the scan (left) to a logit for each pixel (right)", ylabel="finer is higher")
ax.grid(False)
assert count_parameters(unet) == 29_481 and shapes[2] == (32, 10, 10)
plots.show(
    figure,
    "The U-Net of this unit. Channels and side after each block: "
    + ", ".join(f"{c} x {s}" for c, s, _ in shapes)
    + ". Two skips join the maps of 40 and of 20 pixels from the way down to those on the way up.",
)

# %% [markdown]
# *Predict:* four networks with the same body, five seeds, 400 test scans. Which ways up differ in Dice?
# Which in lesions found?

# %%
skips = measured.load("segmentation_skips")  # five seeds of four networks: too long for a page
print(skips)
COLUMNS = ("pooled Dice", "accuracy", "found", "small found", "false alarms per scan")


def table(stored, rows, columns=COLUMNS, *path):
    """Print mean ± SD over the seeds."""
    wide = [max(len(column), 11) + 2 for column in columns]
    print(f"{'':22}" + "".join(c.rjust(w) for c, w in zip(columns, wide, strict=True)))
    for name in rows:
        found = [stored.values(*path, name, column) for column in columns]
        cells = [f"{v.mean():.2f} ± {v.std(ddof=1):.2f}" for v in found]
        print(f"{name:22}" + "".join(c.rjust(w) for c, w in zip(cells, wide, strict=True)))


WAYS_UP = ("FCN, no skip", "FCN, one skip", "FCN, two skips", "U-Net")
table(skips, WAYS_UP)
more = np.diff([skips.values(name, "found") for name in WAYS_UP], axis=0)  # seed by seed
print("found, less the row above:", [f"{m.mean():+.2f} ± {m.std(ddof=1):.2f}" for m in more])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By Dice, all but the first are alike; pixel accuracy tells nothing apart. By lesions ("found": at
# least one pixel of it was painted; "small": under 12 pixels) the first skip helps in all five seeds, and the
# U-Net, in all five again, finds more than any FCN: 57 % of the small ones, where the others find 31, 40 and
# 43 %. (What the second skip adds, five seeds cannot tell from nothing.) The U-Net pays with two to three times
# as many false alarms.
# </details>
#
# So it is a trade, not a winner. (The U-Net also has 29,481 weights, the others 18,200.)
#
# ### A loss for small things
#
# **Intuition.** Cross-entropy asks every pixel for its vote. Where 10 pixels of 1,600 are lesion, the
# others decide, and "nothing, anywhere" is nearly right. Dice does not count the pixels that are rightly
# left empty. So make a loss of it. For one scan, with $p_i = \sigma(z_i)$,
#
# $$L_\text{Dice} = 1 - \frac{2\sum_i p_i t_i + 1}{\sum_i p_i + \sum_i t_i + 1}$$
#
# - $z_i$: the logit of pixel $i$. $t_i$: 1 in a lesion, else 0. The sums run over one scan's pixels.
# - The 1 above and below: a scan without lesion that is left empty costs 0, and not 0/0.
#
# Look at the first step. All logits are 0, so every $p_i$ is ½. How strongly does each loss pull the
# lesion up, and push the rest down?


# %%
def forces(loss, k):
    """Return the total gradient on k lesion pixels (upward) and on all others (downward)."""
    z, t = torch.zeros(1, 1, 40, 40, requires_grad=True), torch.zeros(1, 1, 40, 40)
    t.view(-1)[:k] = 1
    (slope,) = torch.autograd.grad(loss(z, t), z)
    return -slope.view(-1)[:k].sum().item(), slope.view(-1)[k:].sum().item()


LOSSES = {"cross-entropy": F.binary_cross_entropy_with_logits, "Dice loss": accelerated.dice_loss}
for name, loss in LOSSES.items():
    up, down = forces(loss, 10)
    print(f"{name:14} 10 lesion pixels: up {up:.4f}, the rest down {down:.4f}")


# %% folded=true
def draw_forces(lesion_pixels=10):
    figure, axes = plots.subplots(1, 2, width=7, height=2.8)
    said = []
    for ax, (name, loss) in zip(axes, LOSSES.items(), strict=True):
        up, down = forces(loss, lesion_pixels)
        shares = [up / (up + down), down / (up + down)]
        ax.bar([0, 1], shares, color=[plots.VERMILLION, plots.SKY], edgecolor="black")
        ax.set(ylim=(0, 1), yticks=[0, 0.5, 1], title=name)
        ax.set_xticks([0, 1], ["lesion, up", "rest, down"])
        said.append(f"{name} {shares[0]:.1%}")
    axes[0].set_ylabel("share of the force")
    pixels = counted(lesion_pixels, "lesion pixel")
    return (
        figure,
        f"{pixels} of 1,600, first step. The lesion's share of all force: {', '.join(said)}.",
    )


explore(draw_forces, lesion_pixels=[1, 3, 10, 30, 100, 300, 800])

# %% [markdown]
# At 10 pixels cross-entropy pushes 159 times as hard against the lesion as for it. You can count that:
# its slope at a pixel is $(p_i - t_i)/1600$ (unit 04), here ½/1600 up or down, so it is 10 against 1,590.
# Dice is balanced. It has a flaw of its own, which sitting 3 measures: alone it never learns to leave a scan
# empty. The usual answer is the sum of both losses.
#
# <details><summary><b>Question.</b> Where do 0.0061 and 0.0066 come from?</summary>
#
# Write the loss as $1 - N/S$. By the quotient rule its slope in $p_i$ is $N/S^2 - 2t_i/S$; times
# $p_i(1 - p_i) = ¼$ it is the slope in $z_i$. Here $N = 10 + 1$ and $S = 800 + 10 + 1$. A lesion pixel:
# $¼(11/811^2 - 2/811) = -0.00061$, ten times. Any other: $¼ · 11/811^2 = 0.0000042$, 1,590 times.
# </details>
#
# ### Train it, and count
#
# *Predict:* this U-Net learns from 150 scans. Its Dice will be about 0.8, its pixel accuracy 0.98. Of 322
# test scans with lesions, in how many is at least one lesion not touched by a single pixel? Of 78 healthy
# scans, how many raise an alarm?

# %%
X, Y = torch.tensor(seen.X), torch.tensor(seen.mask).float()
torch.manual_seed(0)
model, generator = UNet(), torch.Generator().manual_seed(0)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 12 * 10)
for _ in range(12):  # epochs
    for rows in torch.randperm(150, generator=generator).split(16):
        z = model(X[rows])
        loss = F.binary_cross_entropy_with_logits(z, Y[rows]) + accelerated.dice_loss(z, Y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
model.eval()
with torch.no_grad():
    logits = torch.cat([model(x) for x in torch.tensor(unseen.X).split(100)]).numpy()[:, 0]


# %%
def count(painted, truth=unseen.mask[:, 0]):
    """Return lesions found, lesions, and false alarms of each scan, (scans, 3)."""
    return np.array([metrics.lesion_scores(t, p) for t, p in zip(truth, painted, strict=True)])


painted = logits > 0
found, lesions, false = count(painted).T
here = {
    "pooled Dice": metrics.dice_score(unseen.mask[:, 0], painted, average="pooled"),
    "accuracy": (painted == unseen.mask[:, 0]).mean(),
    "ill with one missed": (found < lesions).sum(),
    "healthy alarmed": painted[~ill].any(axis=(1, 2)).mean(),
}
for name, value in here.items():
    stored = skips.values("U-Net", name)
    mean, spread = stored.mean(), stored.std(ddof=1)
    assert abs(value - mean) < 4 * spread + 0.01, (name, value)
    print(f"{name:20} {mean:.3g} ± {spread:.2g}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 64 ± 8, of 324 on average: one patient in five has a lesion that was not seen at all. And six in ten of
# the healthy get an alarm. (Mean ± standard deviation over five seeds, each with test scans of its own.
# This run is seed 0, and agrees. Print `here` to see it.)
# </details>
#
# Dice sees neither. The missed lesions are small, and few pixels are theirs. Put a lesion of 9 pixels
# beside one of 797: missing it leaves a Dice of 2 · 797 / (797 + 806) = 0.994. Move the threshold and watch both.

# %% tags=["nbval-ignore-output"] folded=true
THRESHOLDS = [-3, -2, -1, 0, 1, 2, 3]
CURVE = {}
for at in THRESHOLDS:
    f, n, _ = count(logits > at).T
    CURVE[at] = (
        metrics.dice_score(unseen.mask[:, 0], logits > at, average="pooled"),
        f.sum() / n.sum(),
        (logits[~ill] > at).any(axis=(1, 2)).mean(),
        (f < n).sum(),
    )


def draw_threshold(scan=3, threshold=0):
    dice, share, alarmed, missed = CURVE[threshold]
    figure, axes = plots.subplots(1, 3, width=6.4, height=2.3, width_ratios=[1, 1, 1.1])
    truth, answer = unseen.mask[scan, 0], logits[scan] > threshold
    plots.heat.film(axes[0], grey(unseen.X[scan]), "the truth", truth)
    plots.heat.film(axes[1], grey(unseen.X[scan]), "the answer", answer)
    axes[2].barh(
        [2, 1, 0], [dice, share, alarmed], color=[plots.SKY, plots.GREEN, plots.VERMILLION]
    )
    for y, text in ((2, "Dice"), (1, "lesions found"), (0, "healthy alarmed")):
        axes[2].text(0.03, y, text, va="center", fontsize=11)
    axes[2].set(xlim=(0, 1), xticks=[0, 0.5, 1], yticks=[], xlabel="all 400 scans")
    f, n, _ = metrics.lesion_scores(truth, answer)
    return figure, (
        f"Scan {scan}, threshold {threshold}: {f} of {counted(n, 'lesion')} found. All scans: Dice "
        f"{dice:.2f}, lesions found {share:.2f}, healthy scans alarmed {alarmed:.2f}, scans with a "
        f"lesion missed {missed}."
    )


explore(draw_threshold, scan=(0, 60), threshold=(-3, 3))

# %%
table(
    skips,
    ("U-Net", "U-Net, +2"),
    ("pooled Dice", "found", "ill with one missed", "healthy alarmed"),
)

# %% [markdown]
# Two logits higher, Dice falls by 0.08, and patients with a missed lesion double. Alarms among the healthy
# fall to a quarter. Which threshold is right depends on what a miss and an alarm cost the patient; unit 14
# computes with that. Report lesions and healthy scans beside Dice.
#
# ### Empty masks
#
# 78 of the test scans have no lesion. Where nothing is there and nothing was painted, Dice is 0/0. *Predict:*
# the mean Dice of the answers above, by five conventions: how far apart are they?

# %% tags=["nbval-ignore-output"]
CONVENTIONS = {
    "both empty left out": {"empty": "nan", "average": "mean"},
    "both empty count 1": {"empty": "one", "average": "mean"},
    "both empty count 0": {"empty": "zero", "average": "mean"},
    "scans with a lesion only": {"empty": "truth", "average": "mean"},
    "all pixels pooled": {"average": "pooled"},
}
means = {
    name: metrics.dice_score(unseen.mask[:, 0], painted, **how) for name, how in CONVENTIONS.items()
}
for name, value in means.items():
    print(f"{name:26} {value:.2f}")
nothing = metrics.dice_score(unseen.mask[:, 0], np.zeros_like(painted), empty="one", average="mean")
assert max(means.values()) - min(means.values()) > 0.1 and np.isclose(nothing, (~ill).mean())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By more than 0.1, for one set of answers. Left out, rightly empty scans neither help nor harm; counted as
# 1 they reward silence (an empty answer for everybody scores 0.20); counted as 0 they punish a right
# answer. "Scans with a lesion only" is the friendliest of the means, since false alarms on healthy scans
# vanish from it.
# </details>
#
# ### Common mistakes
#
# - **Dice over the union.** `pred + truth` of two boolean arrays is their union. Add the two sums.
# - **Pixel accuracy.** Of pixels, 95 % are healthy. An empty answer scores 0.95.
# - **One mean Dice, without saying what became of empty masks.**
# - **Pooling the batch in the loss and the patients in the report**, or the reverse: two different numbers.
# - **`torch.cat([larger, skip])` with weights that expect the skip first.** It runs.
# - **"Fully convolutional, so identical to the crops"**: not with padding.
# - **`ndimage.label(mask)`** counts 4 neighbours in the plane. Lesions that touch at a corner fall apart.
#
# ### Summary
#
# Four questions, from one bit to a mask, each dearer than the last. Dice is twice the overlap over the sum
# of both areas, IoU the overlap over the union. A classifier without dense layer and padding answers for
# every window in one pass, at a thirtieth of the work. Skips give back the detail that pooling lost: FCN
# adds scores, U-Net joins maps. Cross-entropy plus Dice loss is a usual start. Dice of 0.8 went with a lesion
# missed in one patient of five: count lesions, and look at healthy scans apart.
#
# ### On Monday
#
# - **Start with** a U-Net, cross-entropy plus Dice loss per scan, and a threshold set on validation patients.
# - **Report** Dice per patient with the convention for empty masks; lesions found; false alarms per scan; the
#   share of healthy scans with an alarm. Each with an interval over patients.
# - **Do not report** pixel accuracy.
# - **Look** at the smallest lesions first. They decide who is missed.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

z = torch.tensor(4 * unseen.X[:50] - 8)  # in place of your network's logits: bright is lesion
y = torch.tensor(unseen.mask[:50]).float()  # (scans, 1, height, width)
p, axes = z.sigmoid(), (1, 2, 3)
soft = (2 * (p * y).sum(axes) + 1) / (p.sum(axes) + y.sum(axes) + 1)
loss = F.binary_cross_entropy_with_logits(z, y) + (1 - soft).mean()
found = lesions = false = 0
for painted, truth in zip(z[:, 0].numpy() > 0, y[:, 0].numpy() > 0, strict=True):
    numbered, n = ndimage.label(truth, np.ones((3, 3)))
    blobs, m = ndimage.label(painted, np.ones((3, 3)))
    both = painted & truth
    found, lesions = found + len(np.unique(numbered[both])), lesions + n
    false += m - len(np.unique(blobs[both]))
print(f"loss {loss:.2f}; found {found} of {lesions}, {false / len(y):.1f} false alarms a scan")

# %% [markdown]
# ## Sitting 2 · To find many things with boxes
#
# **A detector finds 516 of 640 cells. How can its average precision be 0.91?**
#
# *Read in 25 minutes.*
#
# ### A classifier becomes a detector
#
# Digits stand in for cells: 8 of them on a canvas of 64 × 64, among debris, which are halves of digits. A
# classifier of crops, 12 × 12, learns "a digit in the middle, up to one pixel off" against "none near".
# Written without a dense layer it scores every place of a canvas in one pass. Each score above 0.1 becomes
# a box of 8 × 8.

# %%
from dlcourse.measured import detection as cells

images_seen, images_unseen = cells.halves()  # no digit is in both
detector = cells.train(0, images_seen)
crowded = cells.canvases(0, images_unseen, "crowded")  # 16 each, overlapping by up to 3 pixels
candidates = cells.candidates(detector, crowded.X)
stored = measured.load("detection")
print(stored)
boxes = stored.values("crowded", "boxes")
print(f"{boxes.mean():,.0f} ± {boxes.std(ddof=1):,.0f} boxes for 640 digits")
live = sum(len(scores) for _, scores in candidates)
assert abs(live - boxes.mean()) < 5 * boxes.std(ddof=1)

# %% [markdown]
# ### Who removes whom
#
# More than thirty boxes lie on each digit. **[Non-maximum suppression](glossary.md#nms)** (NMS) thins them out:
#
# 1. Keep the box with the highest score.
# 2. Remove every box whose IoU with it is *more* than a threshold.
# 3. Go on with the best of the rest. A removed box removes nobody.
#
# *Predict:* with threshold 0, all that overlap a kept box at all go. With 0.8, hardly any do. Which is best where
# digits lie apart, and which where they overlap?


# %%
def nms(boxes, scores, threshold):
    """Return the numbers of the boxes that stay, best first."""
    left, kept = list(np.argsort(-scores, kind="stable")), []
    while left:
        kept.append(left.pop(0))
        iou = metrics.box_iou(boxes[kept[-1:]], boxes[left])[0] if left else []
        left = [i for i, overlap in zip(left, iou, strict=True) if overlap <= threshold]
    return np.array(kept, int)


few = candidates[0][0][:60], candidates[0][1][:60]
assert np.array_equal(nms(*few, 0.3), metrics.nms(*few, 0.3))
for kind in ("apart", "crowded"):
    for threshold in ("0.0", "0.1", "0.2", "0.3", "0.5", "0.8"):
        row = [stored.values(kind, threshold, what).mean() for what in ("kept", "found")]
        ap = stored.values(kind, threshold, "all-point")
        total = stored.values(kind, threshold, "digits")[0]
        print(
            f"{kind:8} threshold {threshold}: {row[0]:8,.0f} boxes, {row[1]:4.0f} of {total} found, "
            f"AP {ap.mean():.2f} ± {ap.std(ddof=1):.2f}"
        )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Apart, anything from 0 to 0.3 does. Crowded, 0.2 or 0.3: at 0 one digit in five is removed by its
# neighbour, at 0.5 each digit keeps several boxes, and all but one are false alarms. The threshold depends
# on how crowded the tissue is, not on the network.
# </details>

# %% tags=["nbval-ignore-output"] folded=true


def draw_nms(threshold=0.3, canvas=0):
    truth, (boxes, scores) = crowded.boxes[canvas], candidates[canvas]
    kept = metrics.nms(boxes, scores, threshold)
    hit = metrics.match_boxes(boxes[kept], scores[kept], truth)
    figure, (left, right) = plots.subplots(1, 2, width=5.4, height=2.8)
    for ax, shown, label in (
        (left, boxes, f"{len(boxes)} boxes"),
        (right, boxes[kept][hit], f"{len(kept)} stay (dotted: false)"),
    ):
        plots.heat.film(ax, 1 - np.clip(crowded.X[canvas, 0], 0, 1), label)
        plots.heat.boxes(ax, shown, plots.BLUE, lw=0.9 if ax is left else 1.8)
    plots.heat.boxes(right, boxes[kept][~hit], plots.VERMILLION, lw=1.4, ls=":")
    return figure, (
        f"Canvas {canvas}, threshold {threshold:.2f}: of {len(boxes)} boxes {len(kept)} stay. {hit.sum()} of {len(truth)} digits are found, {(~hit).sum()} boxes are false alarms."
    )


explore(draw_nms, threshold=(0.0, 0.8, 0.05), canvas=(0, 19))

# %% [markdown]
# ### Which box is a hit?
#
# **Matching.** Go through the boxes by falling score. A box takes the truth that it overlaps most, among
# those still free, if their IoU is at least 0.5. Then it is a hit, and that truth is taken. All others are
# false alarms, also a second box on the same digit. (PASCAL VOC's rule does not look on if the best truth
# is taken already; COCO's does. They differ only where things are crowded.)

# %%
lesion = np.array([[0, 0, 4, 4.0]])
three = np.array([[0, 0, 4, 3], [0, 0, 4, 4], [9, 9, 10, 10.0]])
print(metrics.match_boxes(three, np.array([0.6, 0.9, 0.7]), lesion), "by score: 0.9, 0.7, 0.6")

# %% [markdown]
# ### One number, six dialects
#
# Put the boxes of all images in one list, best first. After each box there is a *precision*, the share of
# hits among the boxes so far, and a *recall*, the share of all truths that is found. **[Average
# precision](glossary.md#average-precision)** (AP) is the area under that staircase,
#
# $$\text{AP} = \frac{1}{m} \sum_{k:\,\text{hit}} \max_{j \ge k} P_j$$
#
# - $m$: how many truths there are, found or not. $P_j$: precision after box $j$.
# - The maximum is the *envelope*: each precision is first replaced by the best at this recall or higher.
#
# Whether there is an envelope, and where it is read off, depends on whom you ask. The mean of AP over
# classes (for COCO also over IoU thresholds 0.50 to 0.95) is the *mean average precision*.
#
# *Predict:* five boxes, hit or not: 1 0 1 1 0. There are five truths. How far apart are six averages?

# %%
DIALECTS = {
    "all-point": "PASCAL VOC from 2010 on",
    "101-point": "COCO",
    "11-point": "PASCAL VOC 2007",
    "step": "no envelope",
    "trapezoid": "straight lines",
    "found-only": "scikit-learn on the boxes",
}
for name, who in DIALECTS.items():
    ap = stored.values("crowded", "0.0", name)
    five = metrics.average_precision([1, 0, 1, 1, 0], 5, name)
    print(
        f"{name:11} {who:26} five boxes {five:.3f}   digits {ap.mean():.2f} ± {ap.std(ddof=1):.2f}"
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# From 0.458 to 0.806 for the same five boxes.
# </details>
#
# The last column answers the question of this sitting: crowded digits, NMS threshold 0. Of 640 digits 516
# were found, and `average_precision_score(hit, score)` says 0.91, where the others say 0.74 to 0.76. It
# computes recall over the hits in the list. Of the 124 digits that no box found it never hears.


# %% folded=true
HITS = np.array(list("110111011010110010100100100100")) == "1"


def draw_stairs(boxes=17, dialect="all-point"):
    found = np.cumsum(HITS)
    precision, recall = found / np.arange(1, 31), found / 20
    envelope = np.maximum.accumulate(precision[:boxes][::-1])[::-1]
    figure, ax = plots.subplots(width=6.4, height=3.4)
    ax.plot(recall, precision, "-", color=plots.GREY, lw=1)
    ax.plot(recall[:boxes], precision[:boxes], "-", color=plots.BLUE)
    ax.step(
        np.append(0, recall[:boxes]), np.append(envelope[0], envelope), "--", color=plots.VERMILLION
    )
    ax.plot(recall[boxes - 1], precision[boxes - 1], "o", color=plots.BLUE, ms=9)
    ax.text(0.02, 0.08, "dashed: envelope", color=plots.VERMILLION, fontsize=11)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="recall, of 20 lesions", ylabel="precision")
    ap = metrics.average_precision(HITS[:boxes], 20, dialect)
    last = "a hit" if HITS[boxes - 1] else "a false alarm"
    return figure, (
        f"Boxes accepted: {boxes}; the last is {last}. Precision "
        f"{precision[boxes - 1]:.2f}, recall {recall[boxes - 1]:.2f}. AP, {dialect}: {ap:.3f}."
    )


explore(
    draw_stairs,
    boxes=(1, 30),
    dialect=["all-point", "101-point", "11-point", "step", "trapezoid", "found-only"],
)

# %% [markdown]
# Only hits raise AP. So a false alarm at the end of the list costs nothing: AP asks how well the boxes are
# *ranked*, and never for a threshold. A ward needs one. Report beside it how many are found at, say, one
# false alarm per scan.
#
# <details><summary><b>Question.</b> You lower the floor from 0.1 to 0.01 and get ten times as many boxes. Can
# AP (all points) fall?</summary>
#
# No. New boxes come last. False ones leave all earlier points as they are, and hits add area.
# </details>

# %% [markdown]
# ## Sitting 3 · To choose a loss, a field and a distance
#
# **How can a network with 99.1 % of its pixels right find nothing?**
#
# *Read in 25 minutes.*
#
# ### Imbalance, measured
#
# Three sets of scans: lesions as they come; tiny ones (radius 1 to 2.2 pixels); half of the scans empty. Four
# losses: cross-entropy, Dice loss, their sum, and cross-entropy with the lesions weighted up until both
# classes weigh the same. *Predict:* which loss wins on the tiny ones?

# %%
losses = measured.load("segmentation_losses")
print(losses)
NAMES = ("cross-entropy", "Dice", "both", "weighted cross-entropy")
WHAT = ("pooled Dice", "found", "false alarms per scan", "healthy alarmed")
for kind in ("as they come", "tiny", "half empty"):
    print(f"\n{kind}: {losses.values(kind, 'lesion pixels').mean():.1%} of pixels in a lesion")
    table(losses, NAMES, WHAT, kind)
accuracy, found = (losses.values("tiny", "cross-entropy", what) for what in ("accuracy", "found"))
print(f"\ntiny, cross-entropy, by seed: accuracy {accuracy.round(3)}, found {found.round(2)}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By lesions found, Dice loss and weighted cross-entropy: nearly nine in ten, with four or five false alarms
# a scan. Plain cross-entropy found nothing at all in three of five seeds, with 0.991 of its pixels right:
# never to paint is nearly right. The sum has the best mean Dice, and in one seed of five it found nothing either.
# </details>
#
# No loss wins every column: each buys lesions with alarms. Dice loss *alone* alarms on every healthy scan.
# Without a lesion its value is $1 - 1/(s + 1)$, where $s$ is the sum of all $p_i$. The slope is
# $1/(s + 1)^2$: 1 at $s = 0$, and 0.008 once ten pixels are painted. Nothing pulls them back.


# %% folded=true
def draw_losses(scans="as they come", of="found"):
    figure, ax = plots.subplots(width=7.2, height=3)
    said = []
    for row, name in enumerate(NAMES):
        values = losses.values(scans, name, of)
        ax.barh(row, values.mean(), color=plots.SKY, edgecolor="black", height=0.65)
        ax.plot(values, np.full(5, row), "o", color=plots.VERMILLION, ms=6)
        said.append(f"{name} {values.mean():.2f}")
    ax.set_yticks(range(4), ["cross-entropy", "Dice loss", "both", "weighted"])
    ax.set(xlim=(0, 1.02), xticks=[0, 0.5, 1], xlabel=f"{of} (dots: five seeds)")
    ax.invert_yaxis()
    return figure, f"Scans: {scans}. Shown: {of}, mean over five seeds: {', '.join(said)}."


explore(
    draw_losses,
    scans=["as they come", "tiny", "half empty"],
    of=["found", "pooled Dice", "small found", "healthy alarmed"],
)

# %% [markdown]
# ### See near, and see far
#
# Sometimes the pixels of a lesion do not tell it. Take a *rough* spot. Near a large organ it is a lesion, far
# from it harmless; and a smooth spot of the same mean near the organ is harmless too. A small field sees
# "rough" and not "near". A large field, coarsely, sees "near" and not "rough".
#
# **DeepMedic** (2017) has two paths with the same work. One reads the inner 13 × 13 pixels as they are. The
# other reads 39 × 39, averaged to 13 × 13. Their features are joined before the last layer.

# %% folded=true
from dlcourse.measured import two_scales

spots, kinds = two_scales.patches(120, np.random.default_rng(0))
figure, axes = plots.subplots(1, 3, width=7.4, height=2.9)
for ax, kind, name in zip(
    axes, range(3), ("lesion: rough, near", "rough, far", "smooth, near"), strict=True
):
    plots.heat.film(ax, (spots[kinds == kind][1, 0] + 1.2) / 4.4, name)
    plots.heat.boxes(ax, [[13, 13, 26, 26]], plots.YELLOW)
plots.show(
    figure,
    "Three patches of 39 by 39 pixels: a rough spot near an organ (a lesion), a rough spot with no organ near, "
    "a smooth spot near an organ. The square in the middle is what the near path sees.",
)

# %% [markdown]
# *Predict:* near path alone, a wider near path with twice the weights, far path alone, both: which is right
# how often? A third of the patches are lesions; "no lesion" for every patch is right in 0.67.

# %%
scales = measured.load("two_scales")
print(scales)
table(scales, two_scales.NETWORKS, ("accuracy", "lesions", "rough but far", "smooth but near"))
rng = np.random.default_rng(0)
(P, kinds), (P_test, kinds_test) = two_scales.patches(600, rng), two_scales.patches(600, rng)
torch.manual_seed(0)
two = two_scales.fit(two_scales.NETWORKS["both"](), P, kinds, 0)
here = two_scales.score(two_scales.called(two, P_test), kinds_test)["accuracy"]
found = scales.values("both", "accuracy")
assert abs(here - found.mean()) < 4 * found.std(ddof=1)
work = {name: scales.values(name, "macs")[0] for name in ("near", "near, wider", "both")}
print("multiply-adds a patch:", {name: f"{macs:,}" for name, macs in work.items()})

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Near alone, wide or not, is right no more often than "no lesion" for every patch. Far alone reaches 0.77. Both reach 0.92. More
# weights do not help where the field is too small; a second scale does, for less work than the wider path.
# </details>
#
# U-Net answers the same need in another way: its deep level sees far, its skips bring the detail.
#
# ### The same Dice, four errors
#
# Dice counts pixels and does not ask where they lie. A [Hausdorff distance](glossary.md#hausdorff-distance) does: for every pixel of one
# outline take the distance to the nearest one of the other outline, and then the largest of these, in both
# directions. It is at the mercy of one pixel, so many take the 95th percentile (HD95). Its unit is that of
# the pixel's size: millimetres, if you give the spacing.

# %%
y, x = np.mgrid[:96, :96]


def disc(radius, row=48, column=44):
    return (y - row) ** 2 + (x - column) ** 2 <= radius**2


truth = disc(20)
ERRORS = {
    "too fat": disc(22.15),
    "a stray blob": truth | disc(9.2, 10, 84),
    "a hole": truth & ~disc(8.6),
    "a side cut off": truth & (x < 56.5),
}
for name, mask in ERRORS.items():
    dice = metrics.dice_score(truth[None], mask[None])[0]
    far = metrics.hausdorff_distance(truth, mask, percentile=95)
    mean = metrics.average_surface_distance(truth, mask)
    print(f"{name:15} Dice {dice:.2f}, HD95 {far:4.1f}, mean distance {mean:4.1f} pixels")


# %% folded=true
SPOT = (np.mgrid[:64, :64][0] - 32) ** 2 + (np.mgrid[:64, :64][1] - 26) ** 2 < 100


def draw_same_dice(grown=1, stray=20):
    rows, columns = np.mgrid[:64, :64]
    fat = ndimage.binary_dilation(SPOT, iterations=grown) if grown else SPOT
    blob = SPOT | ((rows - 32) ** 2 + (columns - 26 - stray) ** 2 < 12)
    figure, axes = plots.subplots(1, 2, width=5.8, height=2.9)
    said = []
    for ax, mask, name in ((axes[0], fat, "grown"), (axes[1], blob, "stray")):
        dice = metrics.dice_score(SPOT[None], mask[None])[0]
        far = metrics.hausdorff_distance(SPOT, mask, percentile=95)
        plots.heat.film(ax, 0.9 - 0.6 * mask, f"{name}: Dice {dice:.2f}, HD95 {far:.1f}", SPOT)
        said.append(f"{name} {dice:.2f} and {far:.1f}")
    return figure, (
        f"A lesion grown by {counted(grown, 'pixel')}, or with a blob {counted(stray, 'pixel')} from its "
        f"middle. Dice and HD95: {'; '.join(said)}."
    )


explore(draw_same_dice, grown=(0, 3), stray=(0, 32))

# %% [markdown]
# By Dice the four are alike, 0.90 to 0.93. HD95 sets the stray blob apart, and a count of false alarms would.
# It takes three kinds of numbers: overlap, distance, and lesions counted. None replaces the other two.
#
# <details><summary><b>Question.</b> Why is HD95 of no use for a scan in which a lesion was missed
# altogether?</summary>
#
# If nothing else was painted there is no outline to measure to. Libraries then return infinity, NaN, or an
# error; see sitting 4. Leave those scans out, and missing lesions improves your mean.
# </details>

# %% [markdown]
# ## Sitting 4 · Same name, different number
#
# **Two papers report Dice. May you compare them?**
#
# *Read in 15 minutes.*
#
# Below, the same masks and boxes through what readers use. What is installed here is run here. For the
# others our functions have the convention under a name, and what they really returned stands in the table:
# run in November 2026 with MONAI 1.6.1, torchmetrics 1.9.0, MedPy 0.5.2, segmentation-models-pytorch (smp)
# 0.6.0, scikit-learn 1.9.1, SimpleITK 2.5.7, pycocotools 2.0.11 and torchvision 0.28.0. In a clone of the course
# `bash tests/same_name/13_finding_things.sh` runs these rows again.
#
# ### Dice of empty masks
#
# Three scans: nothing there and nothing painted; one pixel painted where nothing is; one lesion pixel
# missed. *Predict:* which of the three may be NaN, and in which library?

# %%
from sklearn.metrics import average_precision_score, f1_score

t, p = np.zeros((2, 3, 4, 4), bool)
p[1, 0, 0], t[2, 0, 0] = True, True
for name in ("nan", "one", "zero", "truth"):
    print(f"empty={name!r:8}", metrics.dice_score(t, p, empty=name))
print(
    "scikit-learn  ",
    [f1_score(a.ravel(), b.ravel(), zero_division=0.0) for a, b in zip(t, p, strict=True)],
)
print(
    "with 1        ",
    [f1_score(a.ravel(), b.ravel(), zero_division=1.0) for a, b in zip(t, p, strict=True)],
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# | function | both empty | false alarm | missed |
# |---|---|---|---|
# | MONAI `DiceMetric` | NaN | **NaN** | 0 |
# | the same, `ignore_empty=False` | 1 | 0 | 0 |
# | torchmetrics `dice_score` | NaN | 0 | 0 |
# | torchmetrics `binary_f1_score`; scikit-learn `f1_score` | 0 | 0 | 0 |
# | MedPy `dc`; its `jc` (Jaccard) | NaN; **1** | 0; 0 | 0; 0 |
# | smp `f1_score` per image | 1 | 0 | 0 |
# | smp `DiceLoss` | 0 | **0** | 1 |
# | MONAI `DiceLoss` | 0 | 1 | 1 |
#
# The first row is our `empty="truth"`: with it a false alarm on a healthy scan leaves the mean. In smp's
# loss it costs nothing.
# </details>
#
# ### Averaged over what?
#
# A lesion of 64 pixels with 56 of them found, and a lesion of 1 pixel, missed.

# %%
t, p = np.zeros((2, 2, 8, 9), bool)
t[0, :, :8], p[0, :7, :8], t[1, 4, 4] = True, True, True
assert t.sum() == 65 and p.sum() == 56
for average in ("mean", "pooled"):
    print(f"{average:7} {metrics.dice_score(t, p, average=average):.3f}")

# %% [markdown]
# The first is what MONAI and torchmetrics' `DiceScore` report with one number a scan; the second comes out of
# `binary_f1_score` and of smp's "micro". MONAI's loss is over scans, smp's over the batch: 0.533 against 0.074
# for these masks.
#
# ### Which 95th percentile
#
# A disc of radius 8; painted is one of radius 9, moved by (1, −1), and a stray blob of 2 × 2.

# %%
from scipy.spatial.distance import directed_hausdorff

rows, columns = np.mgrid[:32, :32]
t = (rows - 16) ** 2 + (columns - 16) ** 2 <= 64
p = (rows - 17) ** 2 + (columns - 15) ** 2 <= 81
p[2:4, 28:30] = True
for direction in ("larger", "pooled", "to_truth", "to_pred"):
    print(f"HD95, {direction:9} {metrics.hausdorff_distance(t, p, 1.0, 95, direction):6.2f}")
disc_8, ring = t, t & ((rows - 16) ** 2 + (columns - 16) ** 2 > 9)
pixels = np.argwhere(ring), np.argwhere(disc_8)
print(f"a ring against a disc, outlines: {metrics.hausdorff_distance(disc_8, ring):.2f}")
there, back = directed_hausdorff(*pixels)[0], directed_hausdorff(*pixels[::-1])[0]
print(f"SciPy, all pixels: {there:.2f} from the ring to the disc, {back:.2f} the other way")
print("one mask empty:", metrics.hausdorff_distance(t, np.zeros_like(t)), end=", ")
print("or", metrics.hausdorff_distance(t, np.zeros_like(t), empty="nan"))

# %% [markdown]
# "larger", the default here, is MONAI's: it sees the blob. "pooled" is MedPy's `hd95`, in which four pixels
# drown. SciPy's function goes one way and takes all pixels: from the ring to the disc nothing is far. Where
# one mask is empty torchmetrics says infinity, MONAI NaN, MedPy and SimpleITK raise an error.
#
# ### Boxes

# %%
hit, score = np.array([1, 0, 1, 1, 0]), np.array([0.9, 0.8, 0.7, 0.6, 0.5])
print(
    "five boxes, five truths:",
    {d: round(metrics.average_precision(hit, 5, d), 3) for d in DIALECTS},
)
print(f"average_precision_score(hit, score): {average_precision_score(hit, score):.3f}")
flat = [[1, 1, 1, 3]]
print("IoU of two boxes without area:", metrics.box_iou(flat, flat)[0, 0])
half = np.array([[0, 0, 4, 4], [0, 0, 4, 2.0]])  # their IoU is exactly 0.5
print("NMS at IoU = threshold keeps", metrics.nms(half, np.array([0.9, 0.6]), 0.5))

# %% tags=["nbval-ignore-output"] folded=true
try:
    from torchvision import ops

    empty = torch.tensor(flat, dtype=torch.float32)
    kept = ops.nms(torch.tensor(half), torch.tensor([0.9, 0.6]).double(), 0.5)
except (ImportError, RuntimeError) as error:  # not there, or made for another build of torch
    print(f"torchvision is not here ({error}): see the table below.")
else:
    print(
        "torchvision: IoU without area",
        ops.box_iou(empty, empty).item(),
        "; NMS keeps",
        kept.tolist(),
    )

# %% [markdown]
# | you ask for | you get |
# |---|---|
# | AP of 1 0 1 1 0 with five truths | pycocotools 0.505; torchmetrics **0.4975**: its recalls are float32, 0.60000002 lies above 0.6, and a point is lost |
# | AP where a class has no truth anywhere | pycocotools and torchmetrics −1: never average it in |
# | two boxes of equal score, one right | 0.5 or 1.0, by their order in the file, in pycocotools and torchmetrics |
# | an annotation in COCO's format whose id is 0 | pycocotools: a perfect box scores AP 0.0; with id 1 it is 1.0 |
# | NMS at an IoU of 0.3, threshold 0.3 | torchvision: one goes in float32 (0.30000001), both stay in float64 |
# | IoU of two boxes without area | torchvision NaN; here 0 |
#
# <details><summary><b>Question.</b> Which three things must stand beside a Dice in your paper, so that another
# group can compare?</summary>
#
# The average (over patients, pooled, over scans with a lesion only), what became of empty masks, and the
# library with its version.
# </details>

# %% [markdown]
# ## Sources
#
# - Long, Shelhamer and Darrell, *Fully convolutional networks for semantic segmentation* (2015): FCN-32, -16,
#   -8. [doi:10.1109/CVPR.2015.7298965](https://doi.org/10.1109/CVPR.2015.7298965)
# - Ronneberger, Fischer and Brox, *U-Net* (2015).
#   [doi:10.1007/978-3-319-24574-4_28](https://doi.org/10.1007/978-3-319-24574-4_28)
# - Milletari, Navab and Ahmadi, *V-Net* (2016): a Dice loss, with squares below.
#   [doi:10.1109/3DV.2016.79](https://doi.org/10.1109/3DV.2016.79)
# - Kamnitsas and others, *Efficient multi-scale 3D CNN with fully connected CRF for accurate brain lesion
#   segmentation* (2017): DeepMedic. [doi:10.1016/j.media.2016.10.004](https://doi.org/10.1016/j.media.2016.10.004)
# - Everingham and others, *The PASCAL visual object classes (VOC) challenge* (2010).
#   [doi:10.1007/s11263-009-0275-4](https://doi.org/10.1007/s11263-009-0275-4)
# - Lin and others, *Microsoft COCO* (2014).
#   [doi:10.1007/978-3-319-10602-1_48](https://doi.org/10.1007/978-3-319-10602-1_48)
# - Maier-Hein and others, *Metrics reloaded* (2024): first what an error costs, then the metric.
#   [doi:10.1038/s41592-023-02151-z](https://doi.org/10.1038/s41592-023-02151-z)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - A slide says that Dice is twice the intersection over the union. Right is twice the intersection over the
#   sum of the two areas; twice the intersection over the union could reach 2.
# </details>
