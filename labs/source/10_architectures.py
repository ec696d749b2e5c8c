# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 10 · Architectures
#
# You count networks that others built, and build the blocks that they are made of: LeNet-5, a
# residual block, a dense block. At the end your counter goes over five famous networks, and your
# LeNet-5 learns to read, on a GPU if there is one. Eight functions, 23 points, and one question for
# a human. The lecture: [10 · Architectures](../lectures/10_architectures.ipynb).
#
# | exercise | sitting | difficulty | min | points |
# |---|---|---|---|---|
# | 1 `count_conv2d` | 1 | ●○○ | 10 | 2 |
# | 2 `count_macs`, torch | 1 | ●●● | 25 | 4 |
# | 3 `lenet5`, torch | 1 | ●●○ | 15 | 3 |
# | 4 `residual_block`, torch | 1 | ●●○ | 20 | 4 |
# | 5 `top_k_error` | 2 | ●○○ | 10 | 2 |
# | 6 `dense_block`, torch | 2 | ●○○ | 10 | 2 |
# | 7 `local_response_norm` | 2 | ●●○ | 15 | 3 |
# | 8 `receptive_field` | 3 | ●●○ | 15 | 3 |
# | open question | 1 | | 15 | 4 |
#
# **How it works.** As in the labs before: replace `raise NotImplementedError`, run the cell, run the
# check below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the
# next. No exercise needs your answer to another. Folded cells hold pictures that appear once you are
# right. Exercises marked *torch* are answered with torch: their inputs are tensors, and gradients
# may be compared too. What `dlcourse` has ready is no answer, and in the others neither is what
# `torch` and `sklearn` have.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image
from sklearn.model_selection import train_test_split
from torch import nn

import dlcourse
from dlcourse import architectures as arch
from dlcourse import data, plots
from dlcourse.accelerated import devices

lab = dlcourse.lab("architectures")
torch.set_num_threads(1)

digits = data.digits()
scene = load_sample_image("china.jpg")[40:264, 120:344] @ [0.299, 0.587, 0.114] / 255  # (224, 224)

# %% [markdown]
# ## 1. `count_conv2d` (2 points, 10 minutes)
#
# What does one convolution cost? Two numbers: its **weights**, biases included, and its
# **multiply-adds** for one image. A multiplication with its addition counts once, and biases cost
# no multiply-adds.
#
# With `groups`, channels and filters are split into so many groups, and each filter reads only the
# channels of its own group. AlexNet's second layer has 2.


# %% solution="count_conv2d"
def count_conv2d(in_shape, out_channels, k, stride, padding, groups, bias):
    """Return (weights, multiply-adds) of a convolution of k by k, two whole numbers.

    in_shape: (channels, height, width) of one image. out_channels, k, stride, padding, groups:
    whole numbers; padding comes on every side. bias: True or False. groups divides both channels.
    """
    ### BEGIN SOLUTION
    channels, height, width = in_shape
    rows = (height + 2 * padding - k) // stride + 1
    columns = (width + 2 * padding - k) // stride + 1
    one_filter = channels // groups * k * k
    weights = out_channels * (one_filter + (1 if bias else 0))
    return weights, out_channels * one_filter * rows * columns
    ### END SOLUTION


# %% check="count_conv2d"
lab.check(count_conv2d)

# %% folded=true
if lab.passed("count_conv2d"):
    ALEXNET = [
        ((3, 227, 227), 96, 11, 4, 0, 1), ((96, 27, 27), 256, 5, 1, 2, 2),
        ((256, 13, 13), 384, 3, 1, 1, 1), ((384, 13, 13), 384, 3, 1, 1, 2),
        ((384, 13, 13), 256, 3, 1, 1, 2),
    ]  # fmt: skip
    bills = np.array([count_conv2d(*given, True) for given in ALEXNET])
    figure, axes = plots.subplots(1, 2, width=7.6, height=3)
    for ax, bill, name in zip(axes, bills.T, ["weights", "multiply-adds"], strict=True):
        ax.bar(range(1, 6), bill / 1e6, color=plots.BLUE)
        ax.set(xlabel="convolution of AlexNet", ylabel=f"{name}, millions", xticks=range(1, 6))
    display(
        plots.show(
            figure,
            "By your count AlexNet's five convolutions have "
            + ", ".join(f"{weights / 1e3:.0f}" for weights in bills[:, 0])
            + " thousand weights and "
            + ", ".join(f"{products / 1e6:.0f}" for products in bills[:, 1])
            + " million multiply-adds.",
        )
    )

# %% [markdown]
# ## 2. `count_macs`, torch (4 points, 25 minutes)
#
# Count the multiply-adds of **one** image in any network: the sum over each use of an `nn.Conv2d`,
# `nn.ConvTranspose2d` or `nn.Linear`. Why torch: a **hook** is how one looks into a network that
# somebody else has written. `layer.register_forward_hook(f)` makes torch call
# `f(layer, inputs, output)` after each use of the layer, and returns a handle.
#
# - A transposed convolution works the other way round: each place of its *input* scatters a kernel.
# - A dense layer may run along the rows of a map: once for each row.
# - Leave the network as you found it: no hooks on it, each part in its mode, no running average of
#   batch norm moved.


# %% solution="count_macs"
def count_macs(model, x):
    """Return the multiply-adds of one image in model, a whole number.

    model: an nn.Module, each of its parts in train or in eval mode. x: (n, channels, height, width).
    Not allowed: torch.utils.flop_counter.
    """
    ### BEGIN SOLUTION
    total = 0

    def note(layer, inputs, output):
        nonlocal total
        places = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        total += places.numel() * layer.weight[0].numel()

    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    handles = [m.register_forward_hook(note) for m in model.modules() if isinstance(m, kinds)]
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    with torch.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    for part, training in modes:
        part.training = training
    return total // len(x)
    ### END SOLUTION


# %% check="count_macs"
lab.check(count_macs)

# %%
if lab.passed("count_macs"):
    with torch.device("meta"):  # shapes without numbers
        famous = {
            "AlexNet": (arch.AlexNet(), 227), "VGG-16": (arch.VGG(), 224),
            "Inception-v3": (arch.InceptionV3(), 299), "ResNet-50": (arch.ResNet(), 224),
            "DenseNet-121": (arch.DenseNet121(), 224),
        }  # fmt: skip
        for name, (network, side) in famous.items():
            macs = count_macs(network, torch.zeros(1, 3, side, side))
            print(f"{name:14} {macs:15,} multiply-adds")

# %% [markdown]
# ## 3. `lenet5`, torch (3 points, 15 minutes)
#
# Build LeNet-5 for grey images of 32 × 32 pixels, as libraries build it. Why torch: this is how a
# network is written down, as an `nn.Sequential` or as a class of your own.
#
# | layer | gives |
# |---|---|
# | convolution 5 × 5, tanh | 6 maps of 28 × 28 |
# | mean of 2 × 2 | 6 maps of 14 × 14 |
# | convolution 5 × 5, tanh | 16 maps of 10 × 10, each reads all 6 |
# | mean of 2 × 2 | 16 maps of 5 × 5 |
# | dense, tanh | 120 |
# | dense, tanh | 84 |
# | dense | 10 logits |
#
# All layers have biases: 61,706 weights. The check counts them, fills them with its own numbers in
# order, and compares what comes out. So names are free.


# %% solution="lenet5"
def lenet5():
    """Return the network, an nn.Module from (n, 1, 32, 32) to (n, 10)."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip
    ### END SOLUTION


# %% check="lenet5"
lab.check(lenet5)

# %% [markdown]
# Train it. The digits of unit 09 are 8 × 8 pixels; three times as large and on a canvas of 32 × 32
# they are as the network wants them. *Predict* its accuracy on 360 digits that it has not seen.

# %%
if lab.passed("lenet5"):
    device = devices.find_device()
    small = torch.tensor(digits.X, dtype=torch.float32)
    X = F.pad(F.interpolate(small, scale_factor=3), (4, 4, 4, 4)).to(device)
    y = torch.tensor(digits.y, device=device)
    seen, rest = train_test_split(
        np.arange(len(y)), test_size=0.4, random_state=0, stratify=digits.y
    )
    validate, test = train_test_split(rest, test_size=0.5, random_state=0, stratify=digits.y[rest])
    torch.manual_seed(0)
    network, rng = lenet5().to(device), np.random.default_rng(0)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    curve = []
    for _ in range(8):
        for batch in np.array_split(rng.permutation(seen), 34):
            optimizer.zero_grad()
            F.cross_entropy(network(X[batch]), y[batch]).backward()
            optimizer.step()
        right = (network(X).argmax(dim=1) == y).cpu().numpy()
        curve.append((right[seen].mean(), right[validate].mean()))
    print(
        "read correctly, of digits never seen:",
        "at least 95 %" if right[test].mean() > 0.95 else "less",
    )

# %% folded=true
if lab.passed("lenet5"):
    figure, ax = plots.subplots(height=3)
    for shares, name, style in zip(
        np.array(curve).T, ["training", "validation"], ["o-", "s--"], strict=True
    ):
        ax.plot(range(1, 9), shares, style, label=name)
    ax.set(xlabel="epoch", ylabel="share read correctly", ylim=(0, 1.02), xticks=[1, 4, 8])
    ax.legend(loc="lower right")
    display(
        plots.show(
            figure,
            f"Your LeNet-5 reads digits: of the training images {curve[0][0]:.1f} after the first "
            f"epoch and {curve[-1][0]:.1f} after the eighth, of the validation images {curve[-1][1]:.1f}.",
        )
    )

# %% [markdown]
# ## 4. `residual_block`, torch (4 points, 20 minutes)
#
# $$\text{relu}\big(\,w_2 * \text{relu}(w_1 * x) + \text{skip}(x)\,\big)$$
#
# Two convolutions of 3 × 3 that keep the size (padding 1), without biases and without batch norm.
# With `stride` 2 the *first* of them takes every second pixel. The skip is x itself if `w_skip` is
# None, and else a convolution of 1 × 1 with the same stride. Why torch: the gradients by x and by
# all weights are compared, and they should find both roads.


# %% solution="residual_block"
def residual_block(x, w1, w2, w_skip, stride):
    """Return what the block makes of x, (n, out, height / stride, width / stride), rounded up.

    x: (n, channels, height, width). w1: (out, channels, 3, 3). w2: (out, out, 3, 3).
    w_skip: (out, channels, 1, 1), or None. stride: 1 or 2.
    """
    ### BEGIN SOLUTION
    branch = F.conv2d(F.relu(F.conv2d(x, w1, stride=stride, padding=1)), w2, padding=1)
    road = x if w_skip is None else F.conv2d(x, w_skip, stride=stride)
    return F.relu(branch + road)
    ### END SOLUTION


# %% check="residual_block"
lab.check(residual_block)

# %% [markdown]
# A photograph through twelve of your blocks, with random kernels. The strength is what the second
# kernel of each block is multiplied with. *Predict:* what is left of it at strength 0, 0.1 and 1?

# %% folded=true
if lab.passed("residual_block"):
    drawn = np.random.default_rng(0).normal(size=(12, 2, 1, 1, 3, 3)) / 3
    start = torch.from_numpy(scene[::2, ::2].copy())[None, None]
    figure, axes = plots.subplots(1, 4, width=7.6, height=2.5)
    like = []
    for ax, strength in zip(axes, [None, 0.0, 0.1, 1.0], strict=True):
        image = start
        for first, second in torch.from_numpy(drawn) if strength is not None else ():
            image = residual_block(image, first, strength * second, None, 1)
        shown = image[0, 0].numpy()
        like.append(np.corrcoef(shown.ravel(), start.numpy().ravel())[0, 1])
        ax.imshow(shown, cmap="gray")
        name = "photograph" if strength is None else f"strength {strength:g}"
        ax.set(xticks=[], yticks=[], xlabel=name)
        ax.grid(False)
    display(
        plots.show(
            figure,
            "A temple, and what twelve of your blocks make of it. Correlation with the photograph: "
            + ", ".join(f"{c:.1f}" for c in like[1:])
            + " for branches of strength 0, 0.1 and 1.",
        )
    )

# %% [markdown]
# ## 5. `top_k_error` (2 points, 10 minutes)
#
# ImageNet asks for five guesses per image. Its **top-5 error** is the share of images whose true
# class is not among the five that have the highest scores. Write it for any k.


# %% solution="top_k_error"
def top_k_error(scores, target, k):
    """Return the share of images whose true class is not among the k best, from 0 to 1.

    scores: (n, classes), higher is likelier; no two in a row are equal. target: (n,) class numbers.
    k: a whole number from 1 to the number of classes.
    """
    ### BEGIN SOLUTION
    best = np.argsort(-scores, axis=1)[:, :k]
    return 1 - (best == target[:, None]).any(axis=1).mean()
    ### END SOLUTION


# %% check="top_k_error"
lab.check(top_k_error)

# %%
if lab.passed("top_k_error"):
    rng = np.random.default_rng(0)
    pixels, truth = digits.X.reshape(-1, 64), digits.y
    first = rng.permutation(len(truth))[:50]  # only 50 digits to learn from
    means = np.array([pixels[first][truth[first] == c].mean(axis=0) for c in range(10)])
    scores = -((pixels[:, None] - means) ** 2).sum(axis=2)  # nearest mean of a class
    for k in (1, 2, 3, 5, 10):
        print(f"top-{k:<2} error of the nearest mean: {top_k_error(scores, truth, k):.2f}")

# %% [markdown]
# ## 6. `dense_block`, torch (2 points, 10 minutes)
#
# Each layer reads *all* maps so far, x and what the layers before it have made. It makes a few
# new ones by a convolution of 3 × 3 (padding 1, no bias) and a ReLU, and lays them behind the others.
# (DenseNet itself has batch norm and ReLU before the convolution.)


# %% solution="dense_block"
def dense_block(x, weights):
    """Return x and all new maps, in the order in which they were made.

    x: (n, channels, height, width). weights: a list of kernels, one for each layer, of shape
    (new maps, all maps so far, 3, 3).
    """
    ### BEGIN SOLUTION
    for weight in weights:
        x = torch.cat([x, F.relu(F.conv2d(x, weight, padding=1))], dim=1)
    return x
    ### END SOLUTION


# %% check="dense_block"
lab.check(dense_block)

# %% folded=true
if lab.passed("dense_block"):
    rng = np.random.default_rng(2)
    kernels = [torch.from_numpy(rng.normal(size=(2, 1 + 2 * i, 3, 3)) / 3) for i in range(3)]
    maps = dense_block(torch.from_numpy(scene[::4, ::4].copy())[None, None], kernels)[0].numpy()
    maps = maps / maps.max(axis=(1, 2), keepdims=True).clip(1e-9)
    names = ["x"] + [f"layer {1 + i // 2}" for i in range(6)]
    figure, sentence = plots.feature_maps(maps[:, 1:-1, 1:-1], names, columns=4)
    display(
        plots.show(
            figure, "What goes on from your dense block. Each map by its largest. " + sentence
        )
    )

# %% [markdown]
# ## 7. `local_response_norm` (3 points, 15 minutes)
#
# AlexNet's, by the paper's convention. At one place of one image, channel $i$ becomes
#
# $$b_i = \frac{a_i}{\big(k + \alpha \sum_j a_j^2\big)^{\beta}}$$
#
# where $j$ goes from $i - \lfloor n/2 \rfloor$ to $i + \lfloor n/2 \rfloor$, as far as these channels
# exist. n is odd.


# %% solution="local_response_norm"
def local_response_norm(x, n, alpha, beta, k):
    """Return x, each channel divided by what it and its neighbours say. Same shape.

    x: (images, channels, height, width). n: channels in the window, an odd number.
    alpha, beta, k: numbers above 0.
    """
    ### BEGIN SOLUTION
    y = np.empty_like(x)
    for i in range(x.shape[1]):
        window = x[:, max(0, i - n // 2) : i + n // 2 + 1]
        y[:, i] = x[:, i] / (k + alpha * (window**2).sum(axis=1)) ** beta
    return y
    ### END SOLUTION


# %% check="local_response_norm"
lab.check(local_response_norm)

# %% folded=true
if lab.passed("local_response_norm"):
    channels = np.full(16, 2.0)
    channels[7] = 12.0
    after = local_response_norm(channels.reshape(1, 16, 1, 1), 5, 0.05, 0.75, 1.0).ravel()
    figure, axes = plots.subplots(1, 2, width=7.6, height=2.8)
    for ax, values, name in zip(axes, [channels, after], ["before", "after"], strict=True):
        ax.bar(
            range(16), values, color=[plots.VERMILLION if c == 7 else plots.BLUE for c in range(16)]
        )
        ax.set(xlabel=f"channel, {name}", ylabel="activation", xticks=[0, 7, 15])
    display(
        plots.show(
            figure,
            f"Sixteen channels, one of them loud, before and after your normalization: its "
            f"neighbours fall from 2 to {after[6]:.2f}, those far away only to {after[0]:.2f}.",
        )
    )

# %% [markdown]
# ## 8. `receptive_field` (3 points, 15 minutes)
#
# Along one axis: how many pixels does one unit of the last layer depend on (**size**), how many
# pixels lie between what two neighbours see (**jump**), and where is the middle of what unit 0 sees
# (**start**), if pixel 0 lies at 0? A layer has a kernel of k taps, `dilation` pixels apart, that
# moves by `stride`, on maps with `padding` zeros on both sides.


# %% solution="receptive_field"
def receptive_field(layers):
    """Return (size, jump, start) of a chain of layers: two whole numbers and a number.

    layers: a list of (kernel, stride, padding, dilation), the first layer first. Without layers a
    unit is a pixel: (1, 1, 0.0).
    """
    ### BEGIN SOLUTION
    size, jump, start = 1, 1, 0.0
    for kernel, stride, padding, dilation in layers:
        reach = dilation * (kernel - 1)
        size += reach * jump
        start += (reach / 2 - padding) * jump
        jump *= stride
    return size, jump, start
    ### END SOLUTION


# %% check="receptive_field"
lab.check(receptive_field)

# %% folded=true
if lab.passed("receptive_field"):
    from matplotlib.patches import Rectangle

    layers, seen_by = [], []
    for convolutions in (2, 2, 3, 3, 3):  # stages of VGG-16
        layers += [(3, 1, 1, 1)] * convolutions
        seen_by.append(receptive_field(layers)[0])
        layers.append((2, 2, 0, 1))
    figure, ax = plots.subplots(width=4.6, height=4.6)
    ax.imshow(scene, cmap="gray")
    for stage, size in enumerate(seen_by, 1):
        left = 112 - size / 2
        ax.add_patch(Rectangle((left, left), size, size, fill=False, ec=plots.YELLOW, lw=2))
        if size > 30:  # the boxes of stages 1 and 2 are too small for a number
            ax.text(left + 3, left + 3, stage, va="top", fontsize=11, bbox={"fc": plots.YELLOW})
    ax.set(xticks=[], yticks=[], xlabel="224 × 224 pixels (stage by stage)")
    ax.grid(False)
    display(
        plots.show(
            figure,
            "How far one unit at the end of each stage of VGG-16 sees, by your function: "
            + ", ".join(map(str, seen_by))
            + " pixels of a photograph of 224.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# A clinic wants to find pneumonia on chest X-rays. It has 3,000 labelled images and one workstation
# without a GPU, where 40 images an hour must be read. A colleague writes: "We take ResNet-152. It
# has 60 million weights, no more than AlexNet, so it runs on anything. And we train it from
# scratch without skips, since they only copy their input. Deeper networks are always better: the
# larger one contains the smaller." From the lecture:
#
# | network | million weights | million multiply-adds | million activations |
# |---|---|---|---|
# | AlexNet | 61.0 | 724 | 0.7 |
# | ResNet-18 | 11.7 | 1,814 | 2.5 |
# | ResNet-152 | 60.2 | 11,514 | 22.6 |
# | DenseNet-121 | 8.0 | 2,834 | 6.9 |
#
# **What do you answer, and what would you do?** Five to eight sentences.

# %% [markdown] open="which_network" points=4
# **Model answer.** Weights say how much is stored, not how much is computed: ResNet-152 has as many
# as AlexNet and does 16 times the multiply-adds, and its activations, more than 30 times as many, are
# what fills the memory in training. At 40 images an hour even that is no problem for reading, though; for
# training on a CPU it is. That the larger network contains the smaller one says that a good setting
# exists, not that descent finds it: in the lecture a plain network of 58 layers read a quarter of its
# own *training* images, although copying would have been enough. Skips do copy their input, and
# that is the point: the block begins as a copy and has only to learn the difference. They work if
# the branch starts small, by batch norm or by a zero start; at 58 layers a skip alone did not help. With 3,000
# images I would begin with a pre-trained ResNet-18 or DenseNet-121 and go deeper only if a
# validation set, split by patient, says so. Digits and these widths are not X-rays, so the numbers
# of the lecture are a warning, and the comparison must be made on the clinic's own images.
#
# **Rubric.** 1 point: tells weights from work or memory, with the table's numbers. 1 point: "contains
# the smaller" does not mean "is found by training", with degradation on training images. 1 point: what
# skips do and that a branch must start small. 1 point: a plan that fits 3,000 images and the machine
# (pre-trained, smaller, validated on patients), or the limits of evidence from digits.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: fold batch norm away
#
# In eval mode batch norm multiplies each map by a number and adds another. So does the convolution
# before it. Write `fold_batch_norm(conv, norm)` that returns *one* convolution with a bias which does
# the same as both, and replace all pairs in `arch.ResNet(18)`. Outputs must agree to 1e-4. How
# many layers are left, how much faster is it on your machine, and why must it not be trained on?
# Set the running averages to something other than 0 and 1 first, or four mistakes stay hidden. There
# is no check for this one.
