# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 · Looking inside
#
# **Did it see the lesion, or the hospital's stamp?**
#
# A network calls a chest film ill, and it is right. You are about to trust it. Then you learn that
# the ward for the sick marks its films with a small L. In this unit you plant such a mark yourself.
# So you know the answer, and you can ask every tool the same question: did you find it?
#
# After this lecture you can
#
# 1. write occlusion, saliency and Grad-CAM in a few lines, and say what each of them asks;
# 2. score a heat map against a known truth;
# 3. test a suspicion by changing the image and watching the answer;
# 4. see what one unit looks for;
# 5. test a tool before you believe it.
#
# *You need:* [07](07_training_loop.ipynb) and [09](09_convolution.ipynb).
# *Lab:* [lab 12](../labs/12_looking_inside.ipynb).
#
# Run cell by cell. Folded cells draw, or print tables; click the three dots to open one.

# %%
import copy
import itertools

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
from torch import nn

from dlcourse import looking_inside as look
from dlcourse import measured, plots
from dlcourse.architectures import ReceptiveField
from dlcourse.data import films as phantom
from dlcourse.plots.heat import film, gallery, heat, mosaic
from dlcourse.widgets import explore

torch.set_num_threads(1)  # such small networks run no faster on two

# %% [markdown]
# ## Sitting 1 · To find out what a network looked at
#
# *Read in 40 minutes.*
#
# ### A network that is right
#
# The films are drawn, not taken: two dark lungs, ribs, a heart, bright vessels, noise. The ill have
# one thing more, a soft round spot in a lung. Nobody had to outline it, because we drew it. In
# hospital A an L in the upper left corner stands on 90 % of the ill and on 10 % of the well.

# %%
rng = np.random.default_rng(0)
fit, test = phantom.films(1500, rng), phantom.films(600, rng)  # X, y (1 is ill), lesion
marked = phantom.assign(fit.y, 0.9, 0.1, rng)
coin = phantom.assign(fit.y, 0.5, 0.5, rng)
print(f"{len(fit.y)} films {fit.X.shape[1:]}, {fit.y.mean():.0%} ill")
print(
    f"marked: {marked[fit.y == 1].mean():.0%} of the ill, {marked[fit.y == 0].mean():.0%} of the well"
)

# %% folded=true
ill, well = np.flatnonzero(test.y == 1), np.flatnonzero(test.y == 0)
tag_area = phantom.tag_area(28)  # the L and one pixel around it: 36 of 784 pixels
spots = test.lesion[ill].sum((1, 2))
print(f"A lesion has {spots.mean():.0f} pixels on average, {spots.mean() / 784:.1%} of the film;")
print(f"the frame around the tag has {tag_area.mean():.1%}.")


def draw_film(film_number=0, patient="ill", brightness=1.0):
    i = {"ill": ill, "well": well}[patient][film_number]
    x = phantom.tag(test.X[[i]], True, 1, 1, brightness)[0, 0]
    figure, (left, right) = plots.subplots(1, 2, width=6.4, height=3.4)
    truth = test.lesion[i] if patient == "ill" else None
    film(
        left,
        test.X[i, 0],
        "without the tag" + (", lesion outlined" if patient == "ill" else ""),
        truth,
    )
    film(right, x, "with the tag, its frame outlined", tag_area)
    spot = f"a lesion of {test.lesion[i].sum()} pixels" if patient == "ill" else "no lesion"
    return figure, (
        f"Phantom film {film_number} of the {patient}, 28 by 28 pixels, mean brightness "
        f"{test.X[i].mean():.3f}: {spot}. The L has seven pixels of brightness {brightness:.1f}; where "
        "the film is brighter, it stays as it is."
    )


explore(draw_film, film_number=(0, 39), patient=["ill", "well"], brightness=(0.0, 1.0, 0.1))

# %% [markdown]
# The network has three convolutions. Then it averages each of its 16 last maps, and adds the
# averages up to one logit: ill if it is above 0.


# %%
def network():
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 1)),
    ).double()  # in single precision another processor ends at another network


def train(X, y, seed, steps=250):
    torch.manual_seed(seed)
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=steps)
    X, y, rng = torch.from_numpy(X), torch.from_numpy(y).double(), np.random.default_rng(seed)
    for _ in range(steps):
        batch = rng.choice(len(y), 32, replace=False)
        loss = F.binary_cross_entropy_with_logits(model(X[batch])[:, 0], y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def logits(model, X):
    return model(torch.as_tensor(X))[:, 0].numpy()


cheat = train(phantom.tag(fit.X, marked), fit.y, seed=0)
clean = train(phantom.tag(fit.X, coin), fit.y, seed=0)  # here the tag is a toss of a coin

# %% [markdown]
# `cheat` has learned in hospital A. `clean` has seen the same patients, but the L stood on half of
# the films, by chance. We judge by the AUC: the probability that an ill film gets a higher logit
# than a well one (unit 14). *Predict:* on new films of hospital A, which of the two is better? And
# what becomes of `cheat` in a hospital that puts the L on every film?

# %%
CASES = {"as in hospital A": (0.9, 0.1), "nobody tagged": (0, 0), "all tagged": (1, 1)}
CASES["reversed"] = (0.1, 0.9)
draw = np.random.default_rng(1)
print("AUC               cheat  clean")
for case, shares in CASES.items():
    X = phantom.tag(test.X, phantom.assign(test.y, *shares, draw))
    print(f"{case:17}", *(f"{roc_auc_score(test.y, logits(m, X)):6.2f}" for m in (cheat, clean)))
print("\nof the well, called ill")
for case, X in {"nobody tagged": test.X[well], "all tagged": phantom.tag(test.X[well])}.items():
    print(f"{case:17}", *(f"{(logits(m, X) > 0).mean():6.0%}" for m in (cheat, clean)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At home the cheat looks *better*. Any validation set from hospital A agrees with it. Where all films
# carry the L, the AUC falls only a little: the L lifts everybody alike, so the order survives. But
# the threshold does not: far more of the well are now called ill. Learning what will not hold elsewhere
# is called [shortcut learning](glossary.md#shortcut-learning).
# </details>
#
# It has happened. A network for pneumonia had learned, among other things, which hospital a film
# came from. Sorting films by hospital alone gave an AUC of 0.861 (95 % interval 0.855 to 0.866),
# because 34 % of one hospital's films showed pneumonia and 1 % of another's (Zech and others 2018).
#
# One seed proves little. We drew new films and trained new networks for ten seeds. That takes
# minutes, so the results are stored. Here and below, ours of seed 0 must lie among them, or close by.

# %% folded=true
stored = measured.load("planted_shortcuts")
print(stored)


def spread(*path, digits=2):
    values = np.array(stored.values(*path), float)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def among(value, *path):
    """Assert that a number of this notebook lies among the stored ones, or within 3 SD of them."""
    values = np.array(stored.values(*path), float)
    slack = 3 * values.std(ddof=1) + 0.01  # other versions of torch end at other networks
    assert values.min() - slack <= value <= values.max() + slack, (path, value)


STORED = {"cheat": "tag", "clean": "clean"}
print("                  AUC                        of the well, called ill")
print("       at home      all tagged      nobody tagged   all tagged")
for name, key in STORED.items():
    aucs = [spread(key, case, "AUC") for case in ("as in training", "everybody")]
    false = [spread(key, "false alarms", kind) for kind in ("untouched", "planted")]
    print(f"{name:6} {aucs[0]}  {aucs[1]}     {false[0]}     {false[1]}")
among((logits(cheat, phantom.tag(test.X[well])) > 0).mean(), "tag", "false alarms", "planted")
among(roc_auc_score(test.y, logits(clean, test.X)), "clean", "nobody", "AUC")

# %% [markdown]
# ### Occlusion: hide and ask
#
# **Question.** What does the logit lose when one place is hidden?
#
# **Intuition.** Put a coin on the film, read it again, move the coin. Where the answer drops, the
# network needed what lay there. This is [occlusion](glossary.md#occlusion).
#
# **Formula.** $d_{rc} = s(x) - s(x_{rc})$, where $s$ is the logit, $x$ the film, and $x_{rc}$ the film
# with the square at row $r$ and column $c$ painted over. The drop keeps its sign: below 0, the place
# spoke *against* ill.


# %%
def hide(model, x, size=6, stride=2, paint=0.3):
    """Return the drops, (places, places), of one film x (1, 28, 28)."""
    starts = range(0, x.shape[-1] - size + 1, stride)
    hidden = x.repeat(len(starts) ** 2, 1, 1, 1)  # one copy for each place
    for one, (top, left) in zip(hidden, itertools.product(starts, starts), strict=True):
        one[:, top : top + size, left : left + size] = paint
    with torch.no_grad():
        drops = model(x[None])[0, 0] - model(hidden)[:, 0]
    return drops.reshape(len(starts), -1)


tagged = torch.from_numpy(phantom.tag(test.X[ill[:40]]))  # forty of the ill, all with the L
by_library = look.occlusion(cheat, tagged[:1], 0, size=6, stride=2, value=0.3)[0]
assert torch.allclose(hide(cheat, tagged[0]), by_library, atol=1e-4)
print("drops:", tuple(by_library.shape), "places; the library agrees")

# %% [markdown]
# **Play.** One film with L and lesion. *Predict:* does it matter what you paint the square with?


# %% folded=true
PAINTS = {"grey (0.3)": 0.3, "black (0)": 0.0, "white (1)": 1.0}


def draw_hidden(film_number=0, side=6, paint="grey (0.3)", network="cheat"):
    x, i = tagged[film_number], ill[film_number]
    model = {"cheat": cheat, "clean": clean}[network]
    drops = hide(model, x, side, 2, PAINTS[paint])
    area = look.per_pixel(drops[None], side, 2, (28, 28))[0].nan_to_num()
    row, column = divmod(int(drops.argmax()), len(drops))
    example = x[0].clone()
    example[2 * row : 2 * row + side, 2 * column : 2 * column + side] = PAINTS[paint]
    figure, (left, middle, right) = plots.subplots(1, 3, width=7.6, height=3.1)
    film(left, x[0], "film and lesion", test.lesion[i])
    film(middle, example, "largest drop")
    heat(right, area, "mean drop by pixel", outline=tag_area)
    where = "in the tag" if tag_area[row * 2 + side // 2, column * 2 + side // 2] else "elsewhere"
    return figure, (
        f"{network}, film {film_number}, {len(drops) ** 2} places of {side} by {side} pixels in "
        f"{paint}. The largest drop of one place is {drops.max():.1f}, {where}; hiding raises the logit at "
        f"{(drops < 0).float().mean():.0%} of the places."
    )


print("hiding raises the logit, share of places (10 seeds)")
for paint in ("grey", "black", "white"):
    print(f"  {paint:6}", spread("fills", "rises", paint))
print("maps agree, rank correlation")
for pair in ("grey and black", "grey and white"):
    print(f"  {pair:15}", spread("fills", pair))
explore(
    draw_hidden,
    film_number=(0, 39),
    side=(2, 10, 2),
    paint=list(PAINTS),
    network=["cheat", "clean"],
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It does. The square is a picture too, and the network answers to it. Of this network a white square
# lowers the logit nearly everywhere, whatever it hides. Grey and white maps hardly agree. The paint is
# part of the question: take one that occurs in films, and try a second.
# </details>

# %% [markdown]
# ### Saliency: ask the gradient
#
# **Question.** Hiding takes 144 passes. Can one pass tell which pixels matter?
#
# **Intuition.** Unit 06 computed how the loss changes with each weight. The same way back goes on to
# the pixels: how would the logit change if this pixel became a little brighter?
#
# **Formula.** Change the film by a little, $\delta$. To first order
#
# $$s(x + \delta) \approx s(x) + \sum_p g_p \, \delta_p,$$
#
# where $p$ counts the pixels and $g_p = \partial s / \partial x_p$ is the slope. A [saliency map](glossary.md#saliency-map) shows $|g_p|$. With several
# colours it takes the largest.


# %%
def gradient(model, x):
    x = x.clone().requires_grad_()
    (g,) = torch.autograd.grad(model(x).sum(), x)  # films do not see each other in eval mode
    return g


def saliency(model, x):
    return gradient(model, x).abs().amax(dim=1)


assert torch.allclose(saliency(cheat, tagged), look.saliency(cheat, tagged, 0))
x, step = tagged[:1], torch.zeros_like(tagged[:1])
step[0, 0, 10, 8] = 1e-6
moved = (cheat(x + step) - cheat(x - step)).item() / 2e-6
assert abs(moved - gradient(cheat, x)[0, 0, 10, 8].item()) < 1e-5
print("the gradient is what a small change of one pixel shows")

# %% [markdown]
# `torch.autograd.grad` leaves the weights' `.grad` alone. `backward()` would fill it, and the next
# training step would use it.
#
# ### Grad-CAM: ask the last maps
#
# **Question.** The last maps know what was found, on a grid of 7 × 7. Which place speaks for ill?
#
# **Derivation.** Write $A_{kij}$ for map $k$ at row $i$ and column $j$, and $w_k$ and $b$ for the last weights. Our
# network averages each map over its 49 places, and adds up. Swap the two sums:
#
# $$\begin{aligned}
# s &= b + \sum_k w_k \frac{1}{49} \sum_{ij} A_{kij} \\
#   &= b + \frac{1}{49} \sum_{ij} \Big( \sum_k w_k A_{kij} \Big).
# \end{aligned}$$
#
# The bracket is what each place adds to the logit. Nothing is approximated.
#
# Most networks have more layers after the last maps, and no such $w_k$. But every network has slopes.
# And here the slope is $\partial s / \partial A_{kij} = w_k / 49$, the weight up to a factor. So take the
# slope for the weight, averaged over places: $\alpha_k = \mathrm{mean}_{ij}\, \partial s / \partial
# A_{kij}$. Then [Grad-CAM](glossary.md#grad-cam) is $\mathrm{relu}\big(\sum_k \alpha_k A_k\big)$: with the
# ReLU, evidence *for* only.
#
# The maps are inside the network. A **hook** hands them out: a function that torch calls whenever the
# layer has run.


# %%
def grad_cam(model, layer, x):
    kept = []
    hook = layer.register_forward_hook(lambda module, given, output: kept.append(output))
    score = model(x).sum()
    hook.remove()
    (slope,) = torch.autograd.grad(score, kept[0])  # (n, maps, 7, 7)
    alpha = slope.mean(dim=(2, 3), keepdim=True)  # one weight for each map
    return (alpha * kept[0]).sum(dim=1).relu().detach()


def enlarged(small):
    return F.interpolate(small[:, None], (28, 28), mode="bilinear", align_corners=False)[:, 0]


assert torch.allclose(
    grad_cam(cheat, cheat[10], tagged), look.grad_cam(cheat, cheat[10], tagged, 0)
)
maps = look.activation_maps(cheat, cheat[10], tagged)
w, b = cheat[-1].weight[0].detach(), cheat[-1].bias.item()
by_place = (w[:, None, None] * maps).sum(dim=1)  # (n, 7, 7)
assert np.allclose(by_place.mean((1, 2)) + b, logits(cheat, tagged), atol=1e-4)
print("the places' sums, averaged, plus b, are the logit")

# %% [markdown]
# *Predict:* all three look at a tagged film of the cheat. In which map is the corner hottest?


# %% folded=true
def pixels_of_hiding(model, x):
    fall = look.occlusion(model, x, 0, 6, 2, 0.3)
    return look.per_pixel(fall, 6, 2, (28, 28))


TOOLS = {
    "occlusion": pixels_of_hiding,
    "saliency": saliency,
    "Grad-CAM": lambda model, x: enlarged(grad_cam(model, model[10], x)),
}
seen = {
    name: {t: see(m, tagged) for t, see in TOOLS.items()}
    for name, m in [("cheat", cheat), ("clean", clean)]
}
rows = [
    [(film, tagged[0, 0], f"film, {name}", test.lesion[ill[0]])]
    + [(heat, maps_[0], tool, tag_area) for tool, maps_ in found.items()]
    for name, found in seen.items()
]
plots.show(
    gallery(rows),
    "One tagged film of the ill under three tools, for the cheat above and the clean network below. "
    + "; ".join(
        f"{name}, {tool}: {look.share_inside(m[:1], tag_area)[0]:.0%} of the heat in the tag"
        for name, found in seen.items()
        for tool, m in found.items()
    )
    + ".",
)

# %% [markdown]
# Note the range below each map. Colours without a range make a map of nothing look like a map of
# something.
#
# ### Score the tools
#
# We know where the tag is, so we can count. How much of the positive heat lies in the tag's frame
# (4.6 % of the film), and how often does the hottest pixel lie there? The stored runs asked 100 films
# of the ill, this notebook asks 40.

# %% folded=true
print("this notebook, 40 films: share of heat in the frame, cheat")
for tool, maps_ in seen["cheat"].items():
    share = look.share_inside(maps_, tag_area).mean()
    among(share, "tools", "tag", tool, "share in tag")
    print(f"  {tool:10}{share:6.2f}")
print("\nten seeds     share, cheat  share, clean   peak, cheat   peak, clean")
for tool in TOOLS:
    cells = [(m, what) for what in ("share in tag", "peak in tag") for m in ("tag", "clean")]
    print(f"{tool:10}", *(f"{spread('tools', m, tool, what):>13}" for m, what in cells))
assert 0 < stored.values("tools", "tag", "saliency", "peak in tag").mean() < 0.01
homes = [stored.values(name, "as in training", "AUC") for name in ("tag", "clean")]
assert (homes[0] > homes[1]).all()

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Occlusion points at the tag in about four films of five; in the run stored here the film above is not
# one of them. Saliency hardly ever does: its hottest pixels lie in the
# dark lungs, where a *small* brightening would matter most, while the L is bright already. Grad-CAM
# rarely peaks there, although it puts five times as much heat there as in the clean network.
# </details>
#
# Two things to keep. One map on one film can miss what decides. And a share means nothing alone:
# **compare with a network that cannot have cheated.**
#
# ### The test that decides
#
# A map raises a suspicion. An *intervention* tests it: change that one thing, leave the rest, and see
# what the answer does. **Play:** move the L over films of the well. *Predict:* the network ends in an
# average over all places. Does the L work anywhere?


# %% folded=true
some_well = test.X[well[:100]]
untouched = (logits(cheat, some_well) > 0).mean()


def draw_moved(row=1, column=1, brightness=1.0):
    X = phantom.tag(some_well, True, row, column, brightness)
    alarms = [(logits(m, X) > 0).mean() for m in (cheat, clean)]
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.3, width_ratios=[1, 1.4])
    film(left, X[0, 0], f"row {row}, column {column}")
    right.barh([1, 0], alarms, color=[plots.VERMILLION, plots.BLUE], height=0.6)
    right.set(yticks=[1, 0], xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="share of the well called ill")
    right.set_yticklabels(["cheat", "clean"])
    return figure, (
        f"The L at row {row}, column {column}, brightness {brightness:.1f}, on 100 films of the well: "
        f"the cheat calls {alarms[0]:.0%} ill, the clean network {alarms[1]:.0%}. Without the L the "
        f"cheat calls {untouched:.0%} ill."
    )


print("of the well, called ill by the cheat (10 seeds)")
for place in ("no tag", "own corner", "top right", "bottom left", "bottom right", "middle"):
    zeros, circular = (
        spread(f"alarms by place, padding {p}", place) for p in ("zeros", "circular")
    )
    print(f"  {place:13} {zeros}   circular padding: {circular}")
explore(draw_moved, row=(0, 24), column=(0, 24), brightness=(0.0, 1.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No. In its own corner the L makes about half of the well ill, elsewhere almost none. An average
# forgets places, but the units before it need not: they learned an L *near two borders*. Part of that
# comes from the zeros around the film (padding, unit 09). Networks with circular padding, where opposite
# edges meet, fall for an L in the other corners too.
# </details>
#
# This is evidence of another kind than a map. Nothing but the L changed, and the answer did.
#
# ### A shortcut with no place
#
# Hospital B puts no tags. Its ill are X-rayed on another machine, with films 20 % brighter. *Predict:*
# where will the maps be hot?

# %%
bright = train(phantom.expose(fit.X, marked), fit.y, seed=0)
alarms = (logits(bright, phantom.expose(test.X[well])) > 0).mean()
among(alarms, "exposure", "false alarms", "planted")
print(f"of the well, called ill when 20 % brighter: {alarms:.0%}")


# %% folded=true
def called_ill(gain):
    X = phantom.expose(some_well, True, gain)
    return [(logits(m, X) > 0).mean() for m in (bright, clean)]


GAINS = np.linspace(0.8, 1.4, 13).round(2).tolist()
called = {gain: called_ill(gain) for gain in GAINS}  # all films once, not at every redraw


def draw_exposure(gain=1.2, film_number=0):
    X, alarms = phantom.expose(some_well, True, gain), called[round(gain, 2)]
    see = [
        enlarged(grad_cam(m, m[10], torch.from_numpy(X[[film_number]]))) for m in (bright, clean)
    ]
    figure, (left, middle, right) = plots.subplots(1, 3, width=7.6, height=3.1)
    film(left, X[film_number, 0], f"well, {gain:.2f} times as bright")
    heat(middle, see[0][0], "Grad-CAM, exposure")
    heat(right, see[1][0], "Grad-CAM, clean")
    return figure, (
        f"Films of the well, {gain:.2f} times as bright: the network of hospital B calls "
        f"{alarms[0]:.0%} of 100 ill, the clean one {alarms[1]:.0%}."
    )


for name, case in [("as in hospital B", "as in training"), ("reversed", "reversed")]:
    print(f"AUC, {name:17}", spread("exposure", case, "AUC"))
for name, kind in [("untouched", "untouched"), ("20 % brighter", "planted")]:
    print(f"well called ill, {name:13}", spread("exposure", "false alarms", kind))
print("\nmaps agree with those of a clean network, rank correlation")
print("              exposure      another clean one")
for tool in TOOLS:
    pair = [spread("agreement", tool, other) for other in ("exposure", "clean again")]
    print(f"{tool:10} {pair[0]:>14} {pair[1]:>16}")
explore(draw_exposure, gain=(0.8, 1.4, 0.05), film_number=(0, 19))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Nowhere in particular. The maps differ from a clean network's, somewhat more than those of two clean
# networks do, but no map can say "brightness". Yet 20 % more light makes half of the well ill. **Heat maps answer
# *where*. Some shortcuts have no where.** Change the image, and watch the answer.
# </details>

# %% [markdown]
# ### Common mistakes
#
# | mistake | what comes of it |
# |---|---|
# | "the validation AUC is high, so it looks at the lesion" | the shortcut was in the validation set too |
# | one tool, one film, one network | saliency misses the tag on nearly every film |
# | a share of heat without a clean network beside it | 13 % may be much or little |
# | maps stretched to full colour, no range | a map of nothing looks like evidence |
# | `backward()` on a trained network | its `.grad` is filled for the next step |
# | left in train mode | batch norm lets neighbours into each map |
# | hooks left on | memory fills, later calls are heard too |
# | "no hot corner, so no shortcut" | exposure has no place |
#
# ### Summary
#
# - These tools do not make a black box clear. They make it grey: you see parts.
# - A shortcut looks like skill wherever it holds. In ten of ten seeds the cheat had the higher AUC at home.
# - Occlusion asks what is lost, saliency what a small change would do, Grad-CAM which places of the last maps
#   add to the logit.
# - Against a planted tag: occlusion pointed at it in 79 % of films, Grad-CAM in 6 %, saliency in fewer than 1 %.
# - A map suggests. An intervention tests.
# - What has no place has no map.
#
# **Next:** the first exercises of the lab. Sitting 2 asks single units, sitting 3 tests the tools.
#
# ### On Monday
#
# - Look at the data first: ten films of each class, corners and edges, means and sizes by class.
# - Occlusion with a fill that occurs in the images, and a second fill to compare. Square: about the size
#   of what you seek.
# - Grad-CAM at the last convolution, with its range, beside the same map of a network with random
#   weights.
# - Then intervene: crop the borders, shift, change brightness, swap the background. Count how many
#   answers flip. Report that number.
# - Test on another hospital's data.

# %%
import torch
from sklearn.datasets import load_digits
from torch import nn

X, y = (torch.tensor(a) for a in load_digits(return_X_y=True))
X = (X.float() / 16).reshape(-1, 1, 8, 8)
torch.manual_seed(0)
convolutions = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU())
model = nn.Sequential(convolutions, nn.Flatten(), nn.Linear(256, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(30):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(X), y).backward()
    optimizer.step()
before = model(X).argmax(1)
hidden = torch.where(torch.arange(8)[:, None] == 3, 0, X)  # one row
for name, changed in {"a row hidden": hidden, "20 % brighter": (1.2 * X).clamp(max=1)}.items():
    flips = (model(changed).argmax(1) != before).float().mean()
    print(f"{name}: {flips:.1f} of the answers flip")

# %% [markdown]
# ## Sitting 2 · To see what a unit looks for
#
# **Which of the 16 units has learned the stamp?**
#
# *Read in 15 minutes.*
#
# Until now you asked where. Now you ask single units what they answer to. Each kernel of a layer gives
# one map, and each place of the map is one unit.
#
# ### The weights
#
# Begin with what is simplest: the eight kernels of the first layer, as they are.

# %% folded=true
figure, sentence = plots.kernel_grid(
    cheat[0].weight[:, 0].detach().numpy().round(2) + 0.0, columns=4
)
plots.show(figure, "The first layer's kernels of the cheat. " + sentence)

# %% [markdown]
# You see spots, edges, differences. Nobody sees an L. And the second layer's kernels have eight slices
# each, one for each map below, which no picture shows at once. Weights alone tell little after layer one.
#
# ### Activation maps
#
# An [activation map](glossary.md#activation-map) is what one kernel answers over one film. A hook hands
# it out, as for Grad-CAM; `look.activation_maps` does the same, and puts the network's mode back.

# %%
film_0 = torch.from_numpy(phantom.tag(test.X[ill[:1]]))
first, last = (look.activation_maps(cheat, cheat[layer], film_0) for layer in (2, 10))
print("after the first ReLU", tuple(first.shape), "and the last", tuple(last.shape))
print(f"of the last maps' numbers {(last == 0).float().mean():.0%} are exactly 0")

# %% folded=true
figure, sentence = plots.feature_maps(last[0].numpy(), columns=8)
plots.show(figure, "The 16 last maps of one tagged film. " + sentence)

# %% [markdown]
# Some light up in the corner, some in a lung. One film says where a unit answers *here*. To learn what
# it looks for in general, show it many.
#
# ### Top crops
#
# **Intuition.** You cannot ask a unit what it means. You can show it 600 films and keep the nine that it
# answered loudest to, each cut to what the unit can see.
#
# **What it can see** is its receptive field. Each layer widens it: a kernel of 3 adds 2 steps, a pooling
# of 2 adds 1 step, and a step is worth 1 pixel, 2 after one pooling, 4 after two. In all
# $1 + 2 \cdot 1 + 1 \cdot 1$ $+\, 2 \cdot 2 + 1 \cdot 2$ $+\, 2 \cdot 4 = 18$ pixels.


# %%
SIZE, JUMP, START = 18, 4, 1.5  # unit (0, 0) looks at pixel 1.5: between the first pixels it pools


def top_crops(maps, k=9):
    """Return [film, top, left, bottom, right] of the k films that one unit answers loudest to."""
    loudest = maps.flatten(1).max(dim=1)
    boxes = []
    for n in loudest.values.argsort(descending=True, stable=True)[:k].tolist():
        row, column = divmod(int(loudest.indices[n]), maps.shape[2])
        top, left = (int(START + JUMP * place - (SIZE - 1) / 2) for place in (row, column))
        boxes.append([n, max(top, 0), max(left, 0), min(top + SIZE, 28), min(left + SIZE, 28)])
    return boxes


shown = phantom.tag(fit.X, marked)[:600]
answers = look.activation_maps(cheat, cheat[10], torch.from_numpy(shown))  # (600, 16, 7, 7)
weight = cheat[-1].weight[0].detach()
says_ill = weight * answers.mean((0, 2, 3))  # what each unit adds to the logit, on average
loudest = int(says_ill.argmax())
field = look.top_crops(answers[:, loudest], ReceptiveField(SIZE, JUMP, START), (28, 28))
assert top_crops(answers[:, loudest]) == field.tolist()
print(f"unit {loudest} adds most for ill, {says_ill[loudest]:.1f} of the logit; the library agrees")

# %% [markdown]
# `dlcourse.architectures.receptive_field` does the sum above for any chain of layers (unit 10). **Play:**
# go through the units. *Predict:* how many have learned the L?


# %% folded=true
def shows_tag(box):
    """Return whether a crop shows the L, for the most part."""
    n, top, left, bottom, right = box
    return marked[n] and tag_area[top:bottom, left:right].sum() >= 16


others = look.activation_maps(clean, clean[10], torch.from_numpy(shown))


def draw_unit(unit=loudest, network="cheat"):
    model, maps = {"cheat": (cheat, answers), "clean": (clean, others)}[network]
    maps = maps[:, unit]
    boxes = top_crops(maps)
    crops = [shown[n, 0, top:bottom, left:right] for n, top, left, bottom, right in boxes]
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    film(left, mosaic(crops, SIZE), f"nine top crops of unit {unit}")
    heat(right, maps.mean(0), "mean map of 600 films")
    weight = model[-1].weight[0, unit].item()
    return figure, (
        f"{network}, unit {unit}: weight {weight:+.1f}, it speaks {'for' if weight > 0 else 'against'} "
        f"ill. Of its nine top crops {sum(map(shows_tag, boxes))} show the tag, and "
        f"{fit.y[[n for n, *_ in boxes]].sum()} are from the ill."
    )


counts = [sum(map(shows_tag, top_crops(answers[:, unit]))) for unit in range(16)]
among(counts[loudest], "top crops with tag")
print("the L in the top crops of the last layer's units")
print("units most of whose top crops show the tag:", sum(count > 4 for count in counts), "of 16")
print("tags in nine top crops, loudest unit, ten seeds:", *stored.values("top crops with tag"))
explore(draw_unit, unit=(0, 15), network=["cheat", "clean"])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Several have, and the one that speaks loudest for ill among them. In each of ten seeds at least seven of
# its nine crops show it. No map in sitting 1 was that clear, and this is the cheapest tool of all: one
# forward pass over the films. It works here because the tag has a place, and a unit of its own.
# </details>
#
# ### Ascent: let the network draw
#
# **Intuition.** Do not search among films. Start from grey and climb: change the image itself so that the
# logit rises. It is training turned round; the weights stand still and the image moves. The field says
# [feature visualization](glossary.md#feature-visualization).
#
# **Formula.** The change is $u = \eta\, g / \lVert g \rVert - \eta\lambda (x - x_0)$, and
# $x \leftarrow \mathrm{clip}(x + u, 0, 1)$, where $g$ is the gradient of the logit by the image, $\lVert g \rVert$ its length, $\eta$ the step, and
# $\lambda$ a decay that pulls back to the grey $x_0$.


# %%
def ascend(model, x, steps, lr, decay, grey=0.3):
    frames = [x]
    for _ in range(steps):
        g = gradient(model, x)
        step = g / g.flatten(1).norm(dim=1)[:, None, None, None] - decay * (x - grey)
        x = (x + lr * step).clamp(0, 1)
        frames.append(x)
    return frames


start = torch.from_numpy(0.3 + np.random.default_rng(0).normal(0, 0.01, (1, 1, 28, 28)))
climbs = {
    (name, decay): ascend(model, start, 60, 0.5, decay)
    for name, model in [("cheat", cheat), ("clean", clean)]
    for decay in (0.0, 0.05)
}
by_library = look.ascend(cheat, start, 0, steps=3, lr=0.5, decay=0.05, toward=0.3)
assert torch.allclose(climbs["cheat", 0.05][3], by_library, atol=1e-5)
highest = logits(cheat, phantom.tag(test.X)).max()
assert logits(cheat, climbs["cheat", 0.05][-1])[0] > 2 * highest
print("after 60 steps the logit is more than twice that of any film; the library agrees")

# %% [markdown]
# *Predict:* will the network draw an L?


# %% folded=true
def draw_climb(step=60, decay=True, network="cheat"):
    frames = climbs[network, 0.05 if decay else 0.0]
    change = (frames[step] - frames[0]).abs()[0, 0]
    inside = change[torch.from_numpy(tag_area)].sum() / change.sum().clamp(min=1e-9)
    reached = logits({"cheat": cheat, "clean": clean}[network], frames[step])[0]
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.6)
    film(left, frames[step][0, 0], f"{network}, step {step}", tag_area)
    heat(right, frames[step][0, 0] - 0.3, "change from grey", largest=0.7, outline=tag_area)
    return figure, (
        f"{network}, {'with' if decay else 'without'} decay, step {step}: logit {reached:.0f}. The tag's "
        f"frame holds {inside:.1%} of the change and 4.6% of the pixels."
    )


print("ten seeds, 200 steps")
for name, key in STORED.items():
    whats = ("logit reached", "largest logit of a film")
    found = [spread("ascent", key, what, digits=0) for what in whats]
    share = spread("ascent", key, "share of change in tag", digits=3)
    print(f"{name:6} logit {found[0]}, largest of a film {found[1]}; change in frame {share}")
explore(draw_climb, step=(0, 60), decay=True, network=["cheat", "clean"])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No. The frame holds about as much of the change as its area, 4.6 %. Beside the clean network's 3.3 % that
# is a hint, and no more. The logit climbs to several times that of any
# film: the image is far from all films, where nobody has trained the network, and it asks for stripes and
# spots that no patient has. Ascent shows what a network *could* answer to. It is no evidence of what it
# used on your films.
# </details>
#
# **What if** the start is a film instead of grey? Try it: `ascend(cheat, film_0, 10, 0.1, 0.0)`.

# %% [markdown]
# ## Sitting 3 · To test the tools themselves
#
# **Would the map look the same if the network knew nothing?**
#
# *Read in 20 minutes.*
#
# ### One line of code: guided backpropagation and deconvnet
#
# On the way back a ReLU passes the gradient where its own input was positive. Call $x$ that input, $g$ the
# gradient that arrives from above. Two famous tools change only this line:
#
# | tool | what the ReLU sends down |
# |---|---|
# | plain gradient | $g \cdot [x > 0]$ |
# | deconvnet | $g \cdot [g > 0]$ |
# | [guided backpropagation](glossary.md#guided-backpropagation) | $g \cdot [x > 0] \cdot [g > 0]$ |
#
# The bracket is 1 where the condition holds and 0 elsewhere. torch lets a hook replace what a module sends
# down:


# %%
def by_rule(model, x, rule):
    """Return the pixels' gradient; at each ReLU, rule(passed, arrived) is sent down."""
    hooks = [
        part.register_full_backward_hook(
            lambda module, passed, arrived: (rule(passed[0], arrived[0]),)
        )
        for part in model.modules()
        if isinstance(part, nn.ReLU)
    ]
    g = gradient(model, x)
    for hook in hooks:
        hook.remove()
    return g


RULES = {
    "plain": lambda passed, arrived: passed,
    "deconvnet": lambda passed, arrived: arrived.relu(),
    "guided": lambda passed, arrived: passed.relu(),  # what is passed has met [x > 0] already
}
maps = {name: by_rule(cheat, tagged, rule) for name, rule in RULES.items()}
assert torch.allclose(maps["guided"], look.guided_backpropagation(cheat, tagged, 0), atol=1e-6)
assert torch.allclose(maps["deconvnet"], look.deconvnet(cheat, tagged, 0), atol=1e-6)
print("hooks left:", sum(len(part._backward_hooks) for part in cheat.modules()))

# %% [markdown]
# **Play.** The same film, four maps. *Predict:* which one shows tag and lesion best?


# %% folded=true
forgetful = {k: look.randomized(cheat, k, seed=1) for k in range(5)}
NETWORKS = {"cheat": cheat, "clean": clean, "random weights": forgetful[4]}


def draw_rules(film_number=0, network="cheat"):
    x, model = tagged[[film_number]], NETWORKS[network]
    see = {name: by_rule(model, x, rule)[0, 0] for name, rule in RULES.items()}
    see |= {
        "plain": see["plain"].abs(),
        "guided": see["guided"].relu(),
        "deconvnet": see["deconvnet"].relu(),
    }
    see["Grad-CAM"] = enlarged(look.grad_cam(model, model[10], x, 0))[0]
    figure, axes = plots.subplots(1, 5, width=7.6, height=2.2)
    film(axes[0], x[0, 0], "film", test.lesion[ill[film_number]])
    for ax, (name, values) in zip(axes[1:], see.items(), strict=True):
        heat(ax, values, name, outline=tag_area)
    shares = [
        f"{name} {look.share_inside(values[None], tag_area)[0]:.0%}"
        for name, values in see.items()
        if (values > 0).any()
    ]
    return figure, f"{network}, film {film_number}. Heat in the tag's frame: " + ", ".join(
        shares
    ) + "."


explore(draw_rules, film_number=(0, 39), network=list(NETWORKS))

# %% [markdown]
# ### Gradient × input
#
# Why was saliency blind to the L? It asks about small changes, and the L is no small change. Multiply the
# slope by how far the pixel really moved, and add up:

# %%
bare = torch.from_numpy(test.X[ill[:40]])
dropped = logits(cheat, tagged) - logits(cheat, bare)
to_first_order = (gradient(cheat, tagged) * (tagged - bare)).sum((1, 2, 3))
print(
    f"the L adds to the logit: {dropped.mean():.1f}; slope times change: {to_first_order.mean():.1f}"
)
product = gradient(cheat, tagged) * tagged
assert torch.allclose(product.sum(1), look.gradient_times_input(cheat, tagged, 0))
assert abs(to_first_order.mean() / dropped.mean() - 0.9) < 0.4

# %% [markdown]
# The slopes did know: seven bright pixels together make up the change. Gradient × input shows this product,
# pixel by pixel. All six tools against the tag, ten seeds (*least, most*: the share of films with their
# peak in the tag, in the worst and in the best of ten networks):

# %% folded=true
ALL = ["occlusion", "saliency", "gradient x input", "guided", "deconvnet", "Grad-CAM"]
print(
    "                  share in tag   peak in tag    least, most    peak, clean    peak in lesion, clean"
)
for tool in ALL:
    peak = stored.values("tools", "tag", tool, "peak in tag")
    row = [spread("tools", "tag", tool, w) for w in ("share in tag", "peak in tag")]
    row += [f"{peak.min():.2f}, {peak.max():.2f}"]
    row += [spread("tools", "clean", tool, w) for w in ("peak in tag", "peak in lesion")]
    print(f"{tool:16}", *(f"{cell:>14}" for cell in row))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Guided backpropagation: it points at the tag in 98 % of films, and in 88 % at least. Deconvnet does so for one
# network in all films, for another in 14 %. By this table you would take guided. Wait for the next one.
# </details>
#
# ### Randomize from the top
#
# **Question.** A map should depend on what was learned. Does it?
#
# **The test** (Adebayo and others 2018): put random weights into the last layer, then the last two, up to
# all four. Draw the map each time, and correlate its ranks with those of the map before. The *rank correlation*
# is the correlation of the pixels' ranks; equal pixels share a mean rank. It is 1 for the same order and 0 for none.

# %%
see = TOOLS | {
    "gradient x input": lambda m, x: look.gradient_times_input(m, x, 0),
    "guided": lambda m, x: look.guided_backpropagation(m, x, 0)[:, 0].relu(),
    "deconvnet": lambda m, x: look.deconvnet(m, x, 0)[:, 0].relu(),
}
some = bare[:12]
frames = {tool: [draw(forgetful[k], some).abs() for k in range(5)] for tool, draw in see.items()}
agree = {tool: [look.rank_correlation(maps[0], m) for m in maps] for tool, maps in frames.items()}
assert all(np.allclose(found[0], 1) for found in agree.values())  # nothing randomized yet

# %% [markdown]
# *Predict:* which two of the six maps change least when the network forgets?


# %% folded=true
def draw_forgetting(layers=0, film_number=0):
    figure, axes = plots.subplots(1, 6, width=7.6, height=2.1)
    said = []
    for ax, (tool, maps) in zip(axes, frames.items(), strict=True):
        heat(ax, maps[layers][film_number], tool.replace("gradient", "grad"))
        r = agree[tool][layers][film_number]
        said.append(f"{tool} {'has no heat' if np.isnan(r) else f'{r:.2f}'}")
    said = ", ".join(said)
    return figure, f"Random layers: {layers} of 4. Rank correlation with the map before: {said}."


print("rank correlation, ten seeds, with 1, 2, 3, 4 layers random")
for tool in ALL:
    values = np.array(stored.values("sanity", tool), float)
    cells = zip(np.nanmean(values, 0), np.nanstd(values, 0, ddof=1), strict=True)
    empty = f"   {np.isnan(values).sum()} of 40 empty" if np.isnan(values).any() else ""
    print(f"{tool:16}", "   ".join(f"{m:5.2f} ± {sd:.2f}" for m, sd in cells) + empty)
also = spread("sanity", "occlusion of a random network, and the image")
print(f"occlusion by a random network, and how far the image lies from the fill: {also}")
explore(draw_forgetting, layers=(0, 4), film_number=(0, 11))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Gradient × input, which keeps 0.62 with all weights random: the map is multiplied by the film, so it looks like
# the film. And guided backpropagation, which keeps 0.59 when half of the network has forgotten, and 0.32 at the
# end. It had the best hit rate. **A tool can find what you planted and still show much that nobody learned.**
# Grad-CAM, made of the last weights, is at 0 on average as soon as these are random; some of its maps are empty.
#
# One random layer alone is a weak test: the new weights can point the old way by chance. See the spread.
# </details>
#
# Even occlusion of a network that knows nothing is not noise: its drops follow how far the film's grey lies from the
# square's. Part of each map is the image. So draw every map for a random network too.
#
# ### Four functions that fool a tool
#
# No network needed.


# %%
def slope(f, at):
    x = torch.tensor(at, requires_grad=True)
    return abs(torch.autograd.grad(f(x), x)[0].item())


def either(a, b):
    return min(a + b, 1)


print("1. f = 1 - relu(1 - x) at 2: slope", slope(lambda x: 1 - (1 - x).relu(), 2.0))
drops = [1 - either(*left) for left in [(0, 1), (1, 0), (0, 0)]]
print("2. f = min(a + b, 1) at 1, 1: drop with a, b, both hidden", drops)
print("3. f = 2a + 3b at 1, 2: slope x input", [2 * 1, 3 * 2], "and 5 higher", [2 * 6, 3 * 7])
saturated = [f"{slope(torch.sigmoid, z):.0e}" for z in (10.0, 20.0)]
print("4. slope of the probability at logits 10 and 20:", *saturated, "and of the logit: 1")

# %% [markdown]
# 1. Slope 0 does not mean "does not matter": f falls from 1 to 0 if x does. The unit is saturated.
# 2. Two lesions, either of which suffices, are invisible to a square that hides one at a time.
# 3. Count both inputs from another zero, so that each is 5 higher, and take the 25 that this adds out of the
#    bias. It is the same function, and gradient × input gives another map.
# 4. Ask for the logit. On a sure film the probability's slope is rounded to nothing.
#
# ### Same name, different number
#
# Captum is the library you will meet most. Our tests hold these tools to it. It differs where you might not look
# (captum 0.9.0, grad-cam 1.5.7, torchcam 0.5.0, torch 2.13.0, each row run):
#
# | what | ours, and the papers | elsewhere |
# |---|---|---|
# | guided backpropagation, ReLU written `F.relu` or `clamp` | an error | captum returns the plain gradient, in silence |
# | the same where one ReLU of two is `F.relu` | an error | captum changes one of them only |
# | saliency | size of the slope, largest channel | captum: size, each channel by itself |
# | Grad-CAM | ReLU, raw numbers | captum: with signs unless asked; grad-cam: stretched from 0 to 1 |
# | Grad-CAM that is 1.00 everywhere and 1.01 at one place | 1.00 and 1.01 | grad-cam: 0 and 1 |
# | enlarged 4 × 4 to 16 × 16, a 1 in the corner, at [2, 2] | 0.77, pixel centres | captum: 1.00, nearest; `align_corners=True`: 0.36 |
# | occlusion | one number per place | captum: mean per pixel, in float32 whatever came in |
#
# The first row matters: torchvision's GoogLeNet and Inception-v3 call `F.relu` throughout, so Captum's guided
# backpropagation of them *is* the plain gradient. Its documentation asks for modules; nothing warns when there are none.


# %%
class Functional(nn.Module):
    """The cheat, with its ReLUs written as functions."""

    def forward(self, x):
        for part in cheat:
            x = F.relu(x) if isinstance(part, nn.ReLU) else part(x)
        return x


try:
    look.guided_backpropagation(Functional(), tagged[:1], 0)
except ValueError as error:
    print("refused:", error)

# %% [markdown]
# ### What it costs
#
# Occlusion is one pass per place. A GPU makes short work of it, since all copies go in one batch:

# %% tags=["nbval-ignore-output"]
from dlcourse.accelerated import devices

print(devices.found())
copies = {f"{n} copies": (torch.rand(n, 1, 28, 28, dtype=torch.double),) for n in (144, 2304)}


@torch.no_grad()
def pass_on(x):
    on_device = copy.deepcopy(cheat).to(x.device)
    return on_device(x)


devices.cpu_beside_gpu(pass_on, copies)

# %% [markdown]
# ## Sources
#
# - Zeiler and Fergus, *Visualizing and understanding convolutional networks* (2014).
#   [doi:10.1007/978-3-319-10590-1_53](https://doi.org/10.1007/978-3-319-10590-1_53).
# - Simonyan, Vedaldi and Zisserman, *Deep inside convolutional networks* (2013), no DOI, arXiv 1312.6034.
# - Springenberg and others, *Striving for simplicity: the all convolutional net* (2014), no DOI, arXiv 1412.6806.
# - Selvaraju and others, *Grad-CAM* (2017). [doi:10.1109/ICCV.2017.74](https://doi.org/10.1109/ICCV.2017.74).
# - Zhou and others, *Learning deep features for discriminative localization* (2016).
#   [doi:10.1109/CVPR.2016.319](https://doi.org/10.1109/CVPR.2016.319).
# - Erhan and others, *Visualizing higher-layer features of a deep network* (2009), no DOI.
# - Adebayo and others, *Sanity checks for saliency maps* (2018), no DOI, arXiv 1810.03292.
# - Zech and others, *Variable generalization performance of a deep learning model to detect pneumonia in chest
#   radiographs* (2018). [doi:10.1371/journal.pmed.1002683](https://doi.org/10.1371/journal.pmed.1002683).
# - Geirhos and others, *Shortcut learning in deep neural networks* (2020).
#   [doi:10.1038/s42256-020-00257-z](https://doi.org/10.1038/s42256-020-00257-z).
#
# The films are drawn by `dlcourse.data.films`. No patient stands behind them, and no number here holds for
# patients.
