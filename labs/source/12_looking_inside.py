# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 12 · Looking inside
#
# You write each tool of the [lecture](../lectures/12_looking_inside.ipynb), and the two numbers that say
# what a map is worth. Then your own functions catch a network that reads the hospital's L instead of
# the film. Eight functions, 23 points, one question for a human, and a hunt.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/12_looking_inside.ipynb) |
# |---|---|---|---|---|
# | 1 `occlusion` | ●○○ | 10 | 3 | sitting 1 |
# | 2 `saliency`, torch | ●●○ | 20 | 4 | sitting 1 |
# | 3 `grad_cam` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `share_inside` | ●○○ | 10 | 2 | sitting 1 |
# | 5 `top_crops` | ●●● | 20 | 3 | sitting 2 |
# | 6 `ascend`, torch | ●●● | 20 | 4 | sitting 2 |
# | 7 `relu_rule` | ●○○ | 5 | 2 | sitting 3 |
# | 8 `rank_correlation` | ●●○ | 15 | 2 | sitting 3 |
# | open question | | 15 | 4 | sitting 1 |
#
# **How it works.** As in lab 02: replace `raise NotImplementedError`, run the cell, run the check below it.
# Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. Folded cells hold pictures that appear once you are right. What `torch`, `sklearn`
# and `dlcourse` have ready is no answer: the check refuses it. Two exercises are torch exercises, and there
# torch's own functions are what you need; `dlcourse` stays out.

# %%
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import dlcourse
from dlcourse import looking_inside as look
from dlcourse import plots
from dlcourse.data import films as phantom
from dlcourse.measured.planted_shortcuts import train  # the network and training of the lecture
from dlcourse.plots.heat import film, gallery, heat, mosaic

lab = dlcourse.lab("looking_inside")

torch.set_num_threads(1)
rng = np.random.default_rng(12)
fit, test = phantom.films(1500, rng), phantom.films(300, rng)
marked, coin = (phantom.assign(fit.y, *shares, rng) for shares in [(0.9, 0.1), (0.5, 0.5)])
ill = np.flatnonzero(test.y)[:20]
tagged = torch.from_numpy(phantom.tag(test.X[ill]))  # (20, 1, 28, 28), all ill, all with the L
tag_area = phantom.tag_area(28)


@cache
def networks():
    """Return the cheat and the clean network, trained when the first picture asks for them."""
    # Less than half of the lecture's 250 steps: enough to fall for the L.
    cheat = train(phantom.tag(fit.X, marked), fit.y, seed=12, steps=120)  # on 90 % of the ill
    clean = train(phantom.tag(fit.X, coin), fit.y, seed=12, steps=120)  # a toss of a coin
    return cheat, clean


# %% [markdown]
# ## 1. `occlusion` (3 points, 10 minutes)
#
# A function cannot be handed to the check, so the network is a small one with a name, `score`. `W` holds
# three hidden units as templates: each multiplies the image with its template, adds up, and goes through
# tanh; the score is the sum. Use it as it is.


# %%
def score(W, image):
    """Return the score of an image (h, w); W (3, h, w)."""
    return float(np.tanh((W * image).sum(axis=(1, 2))).sum())


# %% [markdown]
# Hide one place after the other, and write down what the score loses.


# %% solution="occlusion"
def occlusion(W, image, size, stride, fill):
    """Return the drops, score before minus score after: one for each place of the square.

    W: (3, height, width), for score. image: (height, width). size: side of the square in pixels.
    stride: pixels from one place to the next. fill: the number to paint with.
    Returns (rows, columns), as many as the square has places inside the image.
    """
    ### BEGIN SOLUTION
    height, width = image.shape
    drops = np.zeros(((height - size) // stride + 1, (width - size) // stride + 1))
    for r, c in np.ndindex(drops.shape):
        hidden = image.copy()
        hidden[r * stride : r * stride + size, c * stride : c * stride + size] = fill
        drops[r, c] = score(W, image) - score(W, hidden)
    return drops
    ### END SOLUTION


# %% check="occlusion"
lab.check(occlusion)

# %% folded=true
if lab.passed("occlusion"):
    image = test.X[ill[0], 0].copy()
    image[1:5, 1:5] = phantom.tag(test.X[ill[:1]])[0, 0, 1:5, 1:5]
    W = np.zeros((3, 28, 28))
    W[0, 1:5, 1:5] = 0.2  # one unit looks at the corner
    W[1][test.lesion[ill[0]]] = 0.05  # one at the lesion
    W[2, 12:16] = -0.02  # one is against what lies in the middle
    drops = occlusion(W, image, 4, 2, 0.3)
    figure = gallery(
        [[(film, image, "film", test.lesion[ill[0]]), (heat, drops, "drop of the score")]], 6
    )
    display(
        plots.show(
            figure,
            f"A film with L and lesion, and your drops for three units: the largest is "
            f"{drops.max():.2f}, the smallest {drops.min():.2f}.",
        )
    )

# %% [markdown]
# ## 2. `saliency` (4 points, 20 minutes, torch)
#
# *Why torch:* a gradient by the data, not by the weights, is what autograd gives in one line; that it must
# leave no trace on the network is the rest of the exercise.
#
# How much would the logit of class `target[i]` change with each pixel of image i? Return the size of the
# slope, and of several channels the largest. Look in eval mode. Afterwards the network is as it was: the mode
# of each part (while fine-tuning, a batch norm may stand still in eval mode among parts that learn), and
# every weight's `.grad`.


# %% solution="saliency"
def saliency(model, x, target):
    """Return the size of each pixel's slope, (n, height, width).

    model: a network, images to logits (n, classes), each part in train or eval mode. x: (n,
    channels, height, width). target: (n,), class numbers.
    Not allowed: captum.
    """
    ### BEGIN SOLUTION
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    x = x.detach().clone().requires_grad_()
    logits = model(x)
    wanted = logits[torch.arange(len(target)), target].sum()
    (slope,) = torch.autograd.grad(wanted, x)
    for part, training in modes:
        part.training = training
    return slope.abs().amax(dim=1)
    ### END SOLUTION


# %% check="saliency"
lab.check(saliency)

# %% folded=true
if lab.passed("saliency"):
    cheat, clean = networks()
    zeros = torch.zeros(3, dtype=torch.long)  # our networks have one logit, number 0
    maps = {n: saliency(m, tagged[:3], zeros) for n, m in [("cheat", cheat), ("clean", clean)]}
    rows = [
        [(film, x[0], "film", test.lesion[i]) for x, i in zip(tagged[:3], ill[:3], strict=True)]
    ]
    rows += [[(heat, m, name, tag_area) for m in found] for name, found in maps.items()]
    shares = {n: look.share_inside(m, tag_area).mean() for n, m in maps.items()}
    display(
        plots.show(
            gallery(rows),
            "Three tagged films and your saliency maps of both networks. Share of the heat in the tag's "
            + ", ".join(f"frame, {n}: {share:.1%}" for n, share in shares.items())
            + ".",
        )
    )

# %% [markdown]
# ## 3. `grad_cam` (3 points, 15 minutes)
#
# Hooks have already handed out the last maps, and autograd the logit's gradient by them. Average each
# gradient over the places: one weight for each map. Weigh, add up, cut at 0. Then divide each film's map by
# its own maximum, so that the largest is 1. A map of zeros stays a map of zeros.


# %% solution="grad_cam"
def grad_cam(activations, gradients):
    """Return the scaled maps, (n, rows, columns), from 0 to 1.

    activations, gradients: (n, maps, rows, columns).
    """
    ### BEGIN SOLUTION
    weights = gradients.mean(axis=(2, 3))  # (n, maps)
    cams = np.maximum((weights[:, :, None, None] * activations).sum(axis=1), 0)
    largest = cams.max(axis=(1, 2), keepdims=True)
    return np.divide(cams, largest, out=np.zeros_like(cams), where=largest > 0)
    ### END SOLUTION


# %% check="grad_cam"
lab.check(grad_cam)


# %% folded=true
def last_maps(model, x):
    """Return the last maps and the logit's gradient by them, as arrays."""
    kept = []
    hook = model[10].register_forward_hook(lambda module, given, output: kept.append(output))
    logit = model(x).sum()
    hook.remove()
    (slope,) = torch.autograd.grad(logit, kept[0])
    return kept[0].detach().numpy(), slope.numpy()


if lab.passed("grad_cam"):
    cheat, clean = networks()
    cams = {n: grad_cam(*last_maps(m, tagged)) for n, m in [("cheat", cheat), ("clean", clean)]}
    rows = [[(film, tagged[k, 0], "film", test.lesion[ill[k]])] for k in (0, 1)]
    for k, row in enumerate(rows):
        row += [(heat, cams[n][k], n) for n in cams]
    corner = {n: c[:, :2, :2].max(axis=(1, 2)).mean() for n, c in cams.items()}
    display(
        plots.show(
            gallery(rows, 6.4),
            "Two tagged films and your Grad-CAM of both networks. Mean of the largest value in the upper "
            + "left 2 by 2 places: "
            + ", ".join(f"{n} {value:.2f}" for n, value in corner.items())
            + ".",
        )
    )

# %% [markdown]
# ## 4. `share_inside` (2 points, 10 minutes)
#
# Where the truth is known, count. Which share of a map's positive heat lies inside a mask? Heat against the
# class (below 0) is left out. A film without any positive heat has no share: NaN.


# %% solution="share_inside"
def share_inside(heat, mask):
    """Return the share of the positive heat that lies inside the mask, (n,).

    heat: (n, height, width), any signs. mask: (height, width), True inside.
    """
    ### BEGIN SOLUTION
    hot = np.maximum(heat, 0)
    whole = hot.sum(axis=(1, 2))
    inside = (hot * mask).sum(axis=(1, 2))
    return np.divide(inside, whole, out=np.full(len(heat), np.nan), where=whole > 0)
    ### END SOLUTION


# %% check="share_inside"
lab.check(share_inside)

# %% [markdown]
# **Catch the shortcut.** Your score, on maps of the library, for 20 tagged films. The frame of the tag has
# 4.6 % of the pixels. *Predict* the largest number.

# %%
if lab.passed("share_inside"):
    cheat, clean = networks()
    print("share of heat in the tag's frame")
    for name, model in [("cheat", cheat), ("clean", clean)]:
        fall = look.per_pixel(look.occlusion(model, tagged, 0, 6, 2, 0.3), 6, 2, (28, 28))
        maps = {"occlusion": fall, "saliency": look.saliency(model, tagged, 0)}
        shares = {tool: np.nanmean(share_inside(m.numpy(), tag_area)) for tool, m in maps.items()}
        print(f"{name:6}", "  ".join(f"{tool} {share:.2f}" for tool, share in shares.items()))
    well = test.X[test.y == 0]
    with torch.no_grad():
        for name, X in [("without", well), ("with", phantom.tag(well))]:
            called = (cheat(torch.from_numpy(X))[:, 0] > 0).double().mean()
            print(f"the well {name} the L, called ill by the cheat: {called:.2f}")

# %% [markdown]
# ## 5. `top_crops` (3 points, 20 minutes, sitting 2)
#
# One unit's maps of n images. Find the `k` images that made it answer loudest, best first, each by the place
# of its largest answer. (No two answers are equal here.) Return the box that this place sees:
#
# - the place in row r of the map is centred on pixel row `start + jump * r`, and likewise across;
# - it sees `size` pixels each way: top = floor(centre − (size − 1) / 2), bottom = top + size;
# - what hangs over the image is cut off: top, left, bottom, right lie within 0 … `side`. Of a box that
#   lies outside altogether nothing is left.


# %% solution="top_crops"
def top_crops(maps, k, size, jump, start, side):
    """Return whole numbers (k, 5): image, top, left, bottom, right, so that X[top:bottom] cuts.

    maps: (n, rows, columns). k: how many. size, jump, start: the receptive field, in pixels.
    side: height and width of the images.
    """
    ### BEGIN SOLUTION
    images = np.argsort(-maps.max(axis=(1, 2)))[:k]
    flat = maps.reshape(len(maps), -1)[images].argmax(axis=1)
    places = np.column_stack(np.unravel_index(flat, maps.shape[1:]))  # (k, 2): row, column
    first = np.floor(start + jump * places - (size - 1) / 2).astype(int)
    return np.column_stack([images, first.clip(0, side), (first + size).clip(0, side)])
    ### END SOLUTION


# %% check="top_crops"
lab.check(top_crops)

# %% folded=true
if lab.passed("top_crops"):
    cheat, _ = networks()
    shown = phantom.tag(fit.X, marked)[:400]
    answers = look.activation_maps(cheat, cheat[10], torch.from_numpy(shown))
    says_ill = cheat[-1].weight[0].detach() * answers.mean((0, 2, 3))
    panels, counts = [], []
    for unit in says_ill.argsort(descending=True)[:3].tolist():
        boxes = top_crops(answers[:, unit].numpy(), 9, 18, 4, 1.5, 28)
        crops = [shown[n, 0, top:bottom, left:right] for n, top, left, bottom, right in boxes]
        panels.append((film, mosaic(crops, 18), f"unit {unit}"))
        counts.append(int(marked[boxes[:, 0]].sum()))
    display(
        plots.show(
            gallery([panels]),
            f"Nine crops each of the three units that speak loudest for ill. Of these nine films "
            f"{', '.join(map(str, counts))} carry the tag somewhere.",
        )
    )

# %% [markdown]
# ## 6. `ascend` (4 points, 20 minutes, sitting 2, torch)
#
# *Why torch:* it is the training loop turned round. The weights stand still, and the image takes the steps.
#
# $$x \leftarrow \mathrm{clip}\Big(x + \eta \frac{g}{\lVert g \rVert} - \eta\lambda\,(x - \tfrac12),\ 0,\ 1\Big)$$
#
# with $g$ the gradient of the unit's logit by the image, $\lVert g \rVert$ its length (each image its own; divide
# by at least 1e-12, since a flat network has a gradient of zeros), $\eta$ = `lr`, $\lambda$ = `decay`. The model comes in eval mode. It, its `.grad`, and the
# image that you were given stay as they are.


# %% solution="ascend"
def ascend(model, unit, x, steps, lr, decay):
    """Return the images after `steps` steps uphill, from 0 to 1, without a gradient of their own.

    model: a network, images to logits (n, units). unit: number of the logit. x: (n, channels,
    height, width), from 0 to 1.
    Not allowed: captum.
    """
    ### BEGIN SOLUTION
    for _ in range(steps):
        x = x.detach().clone().requires_grad_()
        (g,) = torch.autograd.grad(model(x)[:, unit].sum(), x)
        uphill = F.normalize(g.flatten(1), dim=1).view_as(x)  # each image's, of length 1
        x = (x + lr * uphill - lr * decay * (x - 0.5)).clamp(0, 1)
    return x.detach()
    ### END SOLUTION


# %% check="ascend"
lab.check(ascend)

# %% folded=true
if lab.passed("ascend"):
    cheat, clean = networks()
    grey = torch.from_numpy(0.5 + np.random.default_rng(0).normal(0, 0.01, (1, 1, 28, 28)))
    rows, reached = [], []
    for name, model in [("cheat", cheat), ("clean", clean)]:
        frames = [ascend(model, 0, grey, steps, 0.5, 0.05) for steps in (0, 5, 40)]
        rows.append(
            [(film, f[0, 0], f"{name}, step {s}") for f, s in zip(frames, (0, 5, 40), strict=True)]
        )
        reached.append(f"{name} {model(frames[-1]).item():.0f}")
    display(
        plots.show(
            gallery(rows, 6.4),
            "Grey noise climbs for 40 steps. Logit at the end: " + ", ".join(reached) + ".",
        )
    )

# %% [markdown]
# ## 7. `relu_rule` (2 points, 5 minutes, sitting 3)
#
# On the way down the gradient `grad` arrives at a ReLU whose input was `x`. What is sent further down?
# `"plain"`: autograd's rule, with slope 0 at x = 0. `"deconvnet"`: the positive gradients, wherever x was.
# `"guided"`: both conditions.


# %% solution="relu_rule"
def relu_rule(grad, x, rule):
    """Return what the ReLU sends down, of the shape of grad and x.

    rule: "plain", "deconvnet" or "guided".
    """
    ### BEGIN SOLUTION
    if rule == "plain":
        return grad * (x > 0)
    if rule == "deconvnet":
        return np.maximum(grad, 0)
    return np.maximum(grad, 0) * (x > 0)
    ### END SOLUTION


# %% check="relu_rule"
lab.check(relu_rule)


# %% folded=true
def sent_down(model, x, rule):
    """Return the pixels' gradient with your rule at every ReLU."""
    hooks, inputs = [], {}
    for relu in (part for part in model if isinstance(part, nn.ReLU)):
        hooks.append(
            relu.register_forward_hook(lambda m, given, out: inputs.update({m: given[0].detach()}))
        )
        hooks.append(
            relu.register_full_backward_hook(
                lambda m, passed, arrived: (
                    torch.from_numpy(relu_rule(arrived[0].numpy(), inputs[m].numpy(), rule)),
                )
            )
        )
    x = x.clone().requires_grad_()
    (g,) = torch.autograd.grad(model(x).sum(), x)
    for hook in hooks:
        hook.remove()
    return g[:, 0]


if lab.passed("relu_rule"):
    cheat, _ = networks()
    rules = ("plain", "deconvnet", "guided")
    maps = {rule: sent_down(cheat, tagged[:1], rule) for rule in rules}
    assert torch.allclose(maps["guided"], look.guided_backpropagation(cheat, tagged[:1], 0)[:, 0])
    row = [(film, tagged[0, 0], "film", test.lesion[ill[0]])]
    row += [(heat, maps[rule][0], rule, tag_area) for rule in rules]
    shares = [f"{r} {look.share_inside(m, tag_area)[0]:.0%}" for r, m in maps.items()]
    display(
        plots.show(
            gallery([row]),
            "A tagged film, and what your three rules send down to its pixels. Of the positive heat in the "
            "tag's frame: " + ", ".join(shares) + ".",
        )
    )

# %% [markdown]
# ## 8. `rank_correlation` (2 points, 15 minutes, sitting 3)
#
# Do two maps agree in what is hotter than what? Put all pixels of each into one list, replace them by their
# ranks, and correlate the ranks. Equal pixels share the mean of their ranks. If one map is constant there is
# no order: NaN. `scipy.stats.rankdata` may help you; the function that does it all may not.

# %%
import scipy.stats


# %% solution="rank_correlation"
def rank_correlation(a, b):
    """Return Spearman's rank correlation of two maps, one number from -1 to 1, or NaN.

    a, b: (height, width).
    Not allowed: spearmanr.
    """
    ### BEGIN SOLUTION
    x, y = (scipy.stats.rankdata(m.ravel()) for m in (a, b))
    x, y = x - x.mean(), y - y.mean()
    spread = np.sqrt((x**2).sum() * (y**2).sum())
    return (x * y).sum() / spread if spread > 0 else np.nan
    ### END SOLUTION


# %% check="rank_correlation"
lab.check(rank_correlation)

# %% [markdown]
# **The sanity check.** Maps of the cheat against maps of the same network with all weights random, on 20
# films without L. A tool that shows what was learned should be near 0. *Predict* which is not.

# %%
if lab.passed("rank_correlation"):
    cheat, _ = networks()
    bare = torch.from_numpy(test.X[ill])
    forgotten = look.randomized(cheat, 4, seed=12)
    tools = {
        "saliency": lambda m: look.saliency(m, bare, 0),
        "gradient x input": lambda m: look.gradient_times_input(m, bare, 0).abs(),
        "guided": lambda m: look.guided_backpropagation(m, bare, 0)[:, 0].relu(),
    }
    for tool, draw in tools.items():
        pairs = zip(draw(cheat).numpy(), draw(forgotten).numpy(), strict=True)
        agreed = [rank_correlation(a, b) for a, b in pairs]
        print(f"{tool:17}{np.nanmean(agreed):5.2f}")

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# A company sells a network that finds pneumonia. Its leaflet has three films. On each, Grad-CAM glows over the
# opacity, in bright red without a scale. "As you can see," it says, "the network looks where a radiologist
# looks. Its AUC in our hospital is 0.98." Your hospital is to buy it. From the lecture, mean ± SD of ten seeds:
#
# | ten seeds | network with the tag as shortcut | clean network |
# |---|---|---|
# | AUC at home | 0.98 ± 0.01 | 0.96 ± 0.01 |
# | Grad-CAM peaks in the tag | 6 ± 7 % of films | 0 % |
# | occlusion peaks in the tag | 79 ± 22 % | 0 % |
# | of the well, all tagged, called ill | 55 ± 9 % | 8 ± 3 % |
#
# **What do you answer, and what do you ask for?** Six to ten sentences.

# %% [markdown] open="what_would_convince_you" points=4
# **Model answer.** The leaflet shows that the network can find an opacity on three films that somebody chose;
# it does not show what it relies on. An AUC from the hospital where it was trained cannot tell skill from a
# shortcut: in the table the cheating network has the higher one at home. Nor do the maps settle it. Grad-CAM
# peaked in the tag on 6 % of films only, although the tag decided; occlusion did so on 79 %. So the absence of a
# hot corner proves nothing, a second tool is needed, and a map without its range may be noise stretched to red.
# I would ask for the same maps of a network with random weights, for all films of a random sample rather than
# three, with numbers: how much heat lies in the outlined lesions. Above all I ask for interventions, and can make
# them here: crop the borders, cover letters, brighten by 20 %, and count how many answers flip. That also
# catches shortcuts without a place, which no heat map shows. Then I want results on films of hospitals that
# were not in training, by machine and ward, with false alarms at the threshold that we would use and not the
# AUC alone, since ranking may survive while the threshold fails. If that holds, we run it silently on our own
# films first.
#
# **Rubric.** 1 point: says why the home AUC cannot rule out a shortcut, with the table. 1 point: says what is
# wrong with the pictures (chosen films, one tool, no scale or no comparison with a random or clean network). 1
# point: asks for an intervention that would decide, and says what to count. 1 point: asks for data of other
# hospitals at the threshold in use, or names a shortcut that no map shows.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: the hunt
#
# Six networks, in an order that you do not know: one clean, one with the tag in the upper left, one with the tag
# in the lower right, one with the exposure, one trained on shuffled labels, one with random weights. Name each,
# name the tool that raised the suspicion, and show the intervention that proves it. The proof counts, not the
# name. `suspects = hunt(seed)` takes about half a minute; another seed is another order. There is no check for
# this one; `suspects` does not tell, but `hunt(seed, tell=True)` does.


# %% folded=true
def hunt(seed, tell=False):
    """Return six networks in an order drawn from seed; with tell, their names instead."""
    rng = np.random.default_rng(seed)
    names = [
        "clean",
        "tag",
        "tag in the lower right",
        "exposure",
        "shuffled labels",
        "random weights",
    ]
    names = [names[i] for i in rng.permutation(6)]
    if tell:
        return names
    fit = phantom.films(1500, rng)
    who, coin = (phantom.assign(fit.y, *shares, rng) for shares in [(0.9, 0.1), (0.5, 0.5)])
    plant = {
        "clean": (phantom.tag(fit.X, coin), fit.y),
        "tag": (phantom.tag(fit.X, who), fit.y),
        "tag in the lower right": (phantom.tag(fit.X, who, 23, 23), fit.y),
        "exposure": (phantom.expose(fit.X, who), fit.y),
        "shuffled labels": (phantom.tag(fit.X, coin), rng.permutation(fit.y)),
    }
    suspects = {name: train(*films, seed) for name, films in plant.items()}
    suspects["random weights"] = look.randomized(suspects["clean"], 4, seed)
    return [suspects[name] for name in names]
