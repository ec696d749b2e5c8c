# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 15 · Case studies
#
# **You can buy 3,000 grades. One for each of 3,000 photographs, or seven for each of 428?**
#
# Four papers made deep learning known in medicine. Each had a design, and each left a doubt that real
# patients cannot settle, since nobody knows the truth behind them. In this unit you rebuild the four in
# miniature, on drawings whose truth is known, and measure the doubts.
#
# After this lecture you can
#
# 1. say what the four papers did, and what they reported;
# 2. say where an error of the graders costs precision, and where it costs truth;
# 3. tell from the numbers what has changed at a second hospital;
# 4. sum fine labels, and compare a program with readers without fooling yourself;
# 5. read a paper on a diagnostic program with a checklist.
#
# *You need:* [09](09_convolution.ipynb) for convolutions, and [07](07_training_loop.ipynb) for
# validation and test. *Lab:* [lab 15](../labs/15_case_studies.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from threadpoolctl import threadpool_limits
from torch import nn

from dlcourse import data, measured, metrics, plots
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way
limits = threadpool_limits(1)

# %% [markdown]
# ## Sitting 1 · To buy grades, and to read a paper
#
# *Read in 50 minutes.*
#
# ### Four papers
#
# | paper | data | answer | as printed |
# |---|---|---|---|
# | **Gulshan** 2016, retina | 128,175 photographs, 3 to 7 grades each, 54 graders | referable retinopathy, yes or no; Inception-v3 | AUC 0.991 (0.988 to 0.993) on EyePACS-1, where at least 7 ophthalmologists graded each image |
# | **Esteva** 2017, skin | 129,450 photographs, 2,032 diseases | 757 training classes, summed; Inception-v3 | three groups 72.1 %, nine 55.4 % right; two dermatologists 65.6 and 66.0 %, 53.3 and 55.0 % |
# | **Rajpurkar** 2017, chest | 112,120 films, 14 labels out of reports | each finding, yes or no; DenseNet-121 | pneumonia, 420 films: F1 0.435 (0.387 to 0.481), four radiologists 0.387 (0.330 to 0.442) |
# | **McKinney** 2020, breast | screening in the UK and the US | cancer, yes or no | false positives down by 1.2 % (UK) and 5.7 % (US), false negatives by 2.7 % and 9.4 %, against the readers of the time |
#
# The numbers are from the papers' abstracts and tables, linked at the end. Rajpurkar's is not
# peer-reviewed, and its versions differ: the first compared points on a ROC curve, the third F1.
#
# **The words.** *Sensitivity* is the share of the ill who are called, *specificity* the share of the
# healthy who are not. [AUC](glossary.md#auc): of one ill and one healthy patient, how often has the ill
# one the higher score? None of the three needs the [prevalence](glossary.md#prevalence), the share of
# the ill. What counts as the truth in a study is its
# [reference standard](glossary.md#reference-standard).
#
# ### One retina, many graders
#
# Our retinas are drawn. Behind each is a *severity*, and dark dots follow it by chance. Cut at four
# places it is the grade, 0 to 4. Grade 2 or more is *referable*: see an ophthalmologist. Each of 54
# graders sees the severity with a bias of his own, plus an error of the moment.

# %%
rng = np.random.default_rng(0)
shown = data.retina_phantoms(40, rng)
all_grades = data.draw_grades(shown.severity, 54, rng)  # (images, graders)
truth = data.true_grades(shown.severity)


# %% folded=true
def grey(X, low=-1.6, high=1.2):
    """Return pixels that show as grey, 0 to 1."""
    return (X - low) / (high - low)


def draw_graders(retina=9, graders=7):
    grades = all_grades[retina, :graders]
    votes = int((grades >= 2).sum())
    figure, (left, right) = plots.subplots(1, 2, width=6, height=2.6, width_ratios=[1, 1.5])
    plots.heat.film(left, grey(shown.X[retina, 0]), f"retina {retina}, truly grade {truth[retina]}")
    how_many = np.bincount(grades, minlength=5)
    colours = [plots.SKY] * 2 + [plots.VERMILLION] * 3
    right.bar(range(5), how_many, color=colours, edgecolor="black")
    right.set(xticks=range(5), xlim=(-0.6, 4.6), ylim=(0, max(4, how_many.max() * 1.1)))
    right.set(xlabel="grade (2 or more: referable)", ylabel="graders")
    said = "undecided" if 2 * votes == graders else "yes" if 2 * votes > graders else "no"
    right_or_not = "referable" if truth[retina] >= 2 else "not referable"
    return figure, (
        f"Retina {retina} is truly {right_or_not}. Votes for referable: {votes} of {graders}. The "
        f"majority says: {said}."
    )


explore(draw_graders, retina=(0, 39), graders=(1, 54))

# %% [markdown]
# <details><summary><b>Question.</b> Five graders say 0, 0, 0, 4, 4. The mean grade is 1.6, which rounds to
# 2. Referable?</summary>
#
# By majority no: three of five say no. Averages let one bold grader outvote two. Vote first, and then
# count; that is what the paper did.
# </details>
#
# ### Images or grades?
#
# Every grade is paid. A network (two convolutions, a mean over the map, 1,313 weights) learns from the
# majority of each image's graders. It is judged against the truth, which only a phantom has.
#
# *Predict:* which way of spending 3,000 grades gives the best network, and by how much: 3,000 images
# with one grade each, 1,000 with three, 600 with five, or 428 with seven?

# %%
grading = measured.load("grades")  # five seeds: too long for a page
print(grading)
one = grading.values("one grader")
print(f"one grader is right about 'referable' in {one.mean():.3f}, seven in", end=" ")
print(f"{grading.values('majority').mean():.3f} of the images")


def row(name, values, against):
    """Print mean ± SD over the seeds, and the difference to another row, seed by seed."""
    apart = metrics.mean_interval(values - against)
    print(f"{name:12} {values.mean():.3f} ± {values.std(ddof=1):.3f}   {apart}")


print("\nAUC against the truth; difference to the first row")
many = grading.values("bought", "3000 x 1")
for bought in ("3000 x 1", "1000 x 3", "600 x 5", "428 x 7"):
    row(bought, grading.values("bought", bought), many)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# ANSWER1
# </details>
#
# ### The network overtakes its teachers
#
# Here is the training, in plain torch, with *one* grade for each of 1,000 images.

# %%
from dlcourse.measured import grades as retinas

(X, G, _), (X_test, G_test, y_test) = retinas.retinas(0)  # images, grades, truth; twice


def majority(grades):
    """Return 1 where more than half of the graders say 2 or more, else 0; (n,)."""
    votes = (grades >= 2).sum(axis=1)
    return (2 * votes > grades.shape[1]).astype(int)


torch.manual_seed(0)
model = retinas.network()
x, y = torch.tensor(X[:1000]), torch.tensor(majority(G[:1000, :1])).float()[:, None]
generator = torch.Generator().manual_seed(0)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 300)
for _ in range(300):
    rows = torch.randint(0, 1000, (32,), generator=generator)
    loss = F.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
z = retinas.logits(model.eval(), X_test)  # (4000,)

# %%
teacher = G_test[:, 0] >= 2
pupil = grading.values("pupil")
for name, calls in (("one grader", teacher), ("the network", z > 0)):
    print(f"{name:12} right in {metrics.accuracy(y_test, calls)}")
here = metrics.roc_auc_score(y_test, z)
stored = grading.values("training", "1")
assert abs(here - stored.mean()) < 4 * stored.std(ddof=1)
print(f"five seeds: network {pupil.mean():.3f}, one grader {one.mean():.3f}", end="; ")
print("difference", metrics.mean_interval(pupil - one))

# %% [markdown]
# It never saw a majority. Its teachers' errors point in all directions, and a fit goes through the
# middle.
#
# ### Training forgives, tuning does not
#
# *Predict:* now the number of images is fixed at 1,000. The network learns from one, three, five or seven
# grades an image, or from the truth. Then one and the same network is *judged* by one, three, five or
# seven grades an image. Which column moves?

# %%
print("            taught by: AUC        judged by: AUC   specificity  true sensitivity")
for k in ("1", "3", "5", "7", "truth"):
    taught = grading.values("training", k)
    by = [grading.values("tuning", k, w) for w in ("auc", "specificity", "true sensitivity")]
    print(
        f"{k:>5} grades   {taught.mean():.3f} ± {taught.std(ddof=1):.3f}      "
        + "   ".join(f"{v.mean():.3f} ± {v.std(ddof=1):.3f}" for v in by)
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# ANSWER2
# </details>
#
# Gulshan found the same in photographs: fewer grades an image cost more in the *tuning* set (what we
# call validation) than in the training set. Why?
#
# - **In training**, noise costs *variance*. A wrong label pulls the fit aside, the next pulls it back, and
#   more images repay it.
# - **In tuning and testing** nothing is fitted. Each wrong label is booked as an error of the program:
#   noise costs *bias*. More images make the wrong number more precise.
#
# How much bias? Take one image that is *labelled* ill and one that is labelled healthy. Let $a$ be the
# share of wrong labels among the first kind, and $b$ among the second. Suppose for now that an error
# does not depend on how the image looks.
#
# - Both labels right, in $(1-a)(1-b)$ of the pairs: the network orders them right in $A$, the true AUC.
# - Both wrong, in $ab$: the pair is turned round, $1 - A$.
# - One wrong, in $a(1-b) + b(1-a)$: two ill or two healthy, a coin, ½.
#
# Multiply and add. The terms with $A$ have the factor $(1-a)(1-b) - ab = 1 - a - b$, and the rest is
# $\tfrac12(a + b)$:
#
# $$A_\text{measured} = A\,(1 - a - b) + \tfrac12 (a + b)
#   = \tfrac12 + \left(A - \tfrac12\right)(1 - a - b)$$

# %%
A = metrics.roc_auc_score(y_test, z)
print(f"against the truth {A:.3f}")
for k in (1, 3, 7):
    label = majority(G_test[:, :k])
    a, b = 1 - y_test[label == 1].mean(), y_test[label == 0].mean()
    blind = 0.5 + (A - 0.5) * (1 - a - b)
    seen = metrics.auc_interval(label, z)
    print(f"{k} graders: a {a:.2f}, b {b:.2f}, formula {blind:.3f}, measured {seen}")

# %% [markdown]
# FORMULATEXT
#
# Move the sliders: each rectangle is one kind of pair, as wide as its share and as high as the AUC in
# it. The area is what you measure.


# %% folded=true
def draw_pairs(true_auc=0.9, wrong_among_ill=0.25, wrong_among_healthy=0.12):
    a, b = wrong_among_ill, wrong_among_healthy
    shares = [(1 - a) * (1 - b), a * (1 - b) + b * (1 - a), a * b]
    heights = [true_auc, 0.5, 1 - true_auc]
    got = float(np.dot(shares, heights))
    figure, ax = plots.subplots(width=6.6, height=2.8)
    left = 0.0
    kinds = (("both right", plots.SKY), ("one wrong", plots.ORANGE), ("both wrong", plots.PURPLE))
    for share, height, (name, colour) in zip(shares, heights, kinds, strict=True):
        ax.fill_between([left, left + share], 0, height, color=colour, ec="black")
        if share > 0.17:
            ax.text(left + share / 2, 0.08, name, ha="center", fontsize=11)
        left += share
    ax.plot([0, 1], [got, got], color="black", lw=2.5, ls="--")
    ax.text(0.01, got + 0.02, "measured", fontsize=11)
    ax.set(xlim=(0, 1), ylim=(0, 1.08), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="share of the pairs", ylabel="AUC in them")
    return figure, (
        f"True AUC {true_auc:.2f}. Wrong labels among the ill {a:.2f}, among the healthy {b:.2f}. "
        f"Measured AUC {got:.3f}. Pairs with one wrong label: {shares[1]:.2f}."
    )


explore(
    draw_pairs,
    true_auc=(0.5, 1.0, 0.01),
    wrong_among_ill=(0.0, 0.5, 0.01),
    wrong_among_healthy=(0.0, 0.5, 0.01),
)

# %% [markdown]
# ### More images do not help a wrong yardstick
#
# Dots: five data sets. Compare 500 test images with 4,000, at one grade and at seven.


# %% folded=true
def draw_judges(grades=1, images="4,000"):
    what = "auc" if images == "4,000" else "auc of 500"
    figure, ax = plots.subplots(width=6.6, height=3)
    ks = [1, 3, 5, 7]
    judged = [grading.values("tuning", str(k), what) for k in ks]
    taught = [grading.values("training", str(k)).mean() for k in ks]
    ax.plot(ks, taught, "-s", color=plots.BLUE)
    ax.plot(ks, [v.mean() for v in judged], "--", color=plots.VERMILLION)
    for k, values in zip(ks, judged, strict=True):
        size = 9 if k == grades else 4
        ax.plot(np.full(len(values), k), values, "o", color=plots.VERMILLION, ms=size)
    ax.text(4.2, 0.925, "taught by so many, judged by the truth", fontsize=11, ha="center")
    ax.text(4.6, 0.835, "judged by so many", fontsize=11, color=plots.VERMILLION)
    ax.set(xlim=(0.6, 7.4), ylim=(0.78, 0.95), xticks=ks, yticks=[0.8, 0.85, 0.9, 0.95])
    ax.set(xlabel="grades an image", ylabel="AUC")
    chosen = judged[ks.index(grades)]
    off = chosen.mean() - grading.values("tuning", "truth", what).mean()
    return figure, (
        f"Grades an image: {grades}; test images: {images}. Measured AUC {chosen.mean():.3f}, SD over five "
        f"data sets {chosen.std(ddof=1):.3f}. It is off by {off:+.3f}."
    )


explore(draw_judges, grades=[1, 3, 5, 7], images=["500", "4,000"])

# %% [markdown]
# So: buy images for training and grades for testing. Gulshan did both: each test image had at least
# seven ophthalmologists. A later group rebuilt the study on public images with *one* grade each and
# reported an AUC of 0.951 (0.947 to 0.956) and 0.853 (0.835 to 0.871), where the paper has 0.99. They name
# the single grade as one possible cause. Our miniature shows that it would lower the *measured* AUC even
# of an equal network. It cannot show that it was the cause.
#
# <details><summary><b>Question.</b> In the table, the threshold for a measured sensitivity of 0.90 had a
# true sensitivity of SENS1 with one grade. Is that good news?</summary>
#
# No. Wrongly ill labels look like misses, so the threshold was moved down until even many of them were called.
# The healthy pay: specificity SPEC1 instead of SPEC7 with seven grades.
# </details>
#
# ### The second hospital
#
# McKinney trained on one country's screens and tested on another's. New patients that differ from those
# of the training are a [distribution shift](glossary.md#distribution-shift). To test on them is
# [external validation](glossary.md#external-validation). Our breasts are textures, in the ill with one soft
# bright spot. The network learns at home, where 30 % are ill, and its threshold finds 0.90 of the ill of
# 1,000 validation patients there. Then one thing at a time changes.
#
# *Predict:* fewer ill patients; a brighter device (gain 1.6); more noise; fainter lesions. Which of them
# moves the AUC? Which the sensitivity? Which the mean probability?

# %%
second = measured.load("second_hospital")
print(second)
WHAT = ("auc", "sensitivity", "specificity", "mean p", "ill")
print(f"{'':17}" + "".join(f"{w:>15}" for w in WHAT))
CHANGES = (
    "at home", "fewer ill", "brighter", "noisier", "finer grain", "fainter lesions", "all but faint",
)  # fmt: skip
for name in CHANGES:
    found = [second.values(name, w) for w in WHAT]
    cells = "".join(f"{f'{v.mean():.2f} ± {v.std(ddof=1):.2f}':>15}" for v in found)
    print(f"{name:17}{cells}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# ANSWER3
# </details>
#
# So a paper that reports AUC alone cannot see the brighter device, and it is the most harmless of the
# changes in the images. Below is one such network. Move its patients.

# %% tags=["nbval-ignore-output"] folded=true
from dlcourse.measured import second_hospital as hospital

breast, cut, _, _ = hospital.at_home(0)
GAINS, NOISES = (0.7, 1.0, 1.3, 1.6, 2.0), (0.2, 0.35, 0.5, 0.65)
AWAY = {}
for noise in NOISES:
    images = data.mammogram_phantoms(600, np.random.default_rng(9), prevalence=0.5, noise=noise)
    for gain in GAINS:
        AWAY[gain, noise] = hospital.logits(breast, np.float32(gain) * images.X), images.y
EDGES = np.linspace(-8, 8, 33)
live = metrics.roc_auc_score(AWAY[1.0, 0.35][1], AWAY[1.0, 0.35][0])
home = second.values("at home", "auc")
assert abs(live - home.mean()) < 4 * home.std(ddof=1) + 0.02


def draw_hospital(gain=1.0, noise=0.35, prevalence=0.3):
    z, y = AWAY[gain, noise]
    figure, ax = plots.subplots(width=6.8, height=2.9)
    for label, colour, fill in ((0, plots.SKY, True), (1, plots.VERMILLION, False)):
        share = prevalence if label else 1 - prevalence
        count, _ = np.histogram(z[y == label].clip(-8, 8), EDGES)
        ax.stairs(count / count.sum() * share, EDGES, fill=fill, color=colour, lw=2.4)
    ax.axvline(cut, color="black", lw=1.6)
    ax.set(xlim=(-8, 8), xticks=[-8, 0, 8], ylim=(0, 0.3), yticks=[])
    ax.set(xlabel="logit (filled: healthy, line: ill)", ylabel="share of all")
    sens, spec = (z[y == 1] >= cut).mean(), (z[y == 0] < cut).mean()
    p = prevalence * hospital.sigmoid(z[y == 1]).mean()
    p += (1 - prevalence) * hospital.sigmoid(z[y == 0]).mean()
    ppv = metrics.ppv(sens, spec, prevalence)
    return figure, (
        f"Gain {gain:.1f}, noise {noise:.2f}: AUC {metrics.roc_auc_score(y, z):.2f}, sensitivity "
        f"{sens:.2f}, specificity {spec:.2f}. Of them {prevalence:.0%} are ill, the mean probability says "
        f"{p:.0%}; {ppv:.0%} of the alarms are right."
    )


explore(draw_hospital, gain=list(GAINS), noise=list(NOISES), prevalence=[0.01, 0.05, 0.1, 0.3, 0.5])

# %% [markdown]
# ### When only the prevalence has changed
#
# Then the images of the ill and of the healthy are as before, and each *likelihood ratio*, how much more
# likely this image is in the ill, is as before too. By Bayes, odds are prevalence odds times that ratio.
# So divide the old prevalence odds out, and multiply by the new ones:
#
# $$\frac{p'}{1-p'} = \frac{p}{1-p} \cdot \frac{\pi'/(1-\pi')}{\pi/(1-\pi)}$$
#
# - $p$, $p'$: what the network said, and what it should say. $\pi$, $\pi'$: the old and the new prevalence.
#
# On logits that is one number added. *Predict:* at home $\pi$ = 0.30, now $\pi'$ = 0.05, and the network says
# 0.50. What should it say?

# %%
model, cut_home, (seen, _), rng = hospital.at_home(0)
few = data.mammogram_phantoms(4000, rng, prevalence=0.05)
logit = hospital.logits(model, few.X)


def odds(p):
    return p / (1 - p)


old, new = seen.y.mean(), 0.05
corrected = logit + np.log(odds(new) / odds(old))
half = odds(0.05) / odds(0.30)
print(f"0.50 becomes {half / (1 + half):.2f}")
for name, said in (("as it is", logit), ("corrected", corrected)):
    p = hospital.sigmoid(said)
    print(f"{name:10} mean p {p.mean():.3f}, log loss {metrics.log_loss(few.y, p)}")
print(f"truly ill  {few.y.mean():.3f}")
assert abs(hospital.sigmoid(corrected).mean() - 0.05) < 0.03

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.11. On screening patients the same image means less.
# </details>
#
# Sitting 4 has repairs for the other changes. They need labels of the second hospital.
#
# ### A checklist, applied
#
# Three guidelines say what a report must hold: **STARD-AI** (2025) for diagnostic accuracy, **TRIPOD+AI**
# (2024) for prediction models, **CLAIM** (2020, updated 2024) for imaging. Here is what they ask, in our
# words (S, T, C: by our reading of them), and what one finds for Gulshan 2016 in its abstract and in the study that
# rebuilt it.
#
# | ask | S T C | Gulshan 2016 |
# |---|---|---|
# | For whom, and to decide what? | S T C | screening of diabetics; refer, or not |
# | Who came, where, when? | S T C | EyePACS (US) and hospitals in India to learn from; EyePACS-1 (9,963 images of 4,997 patients) and Messidor-2 (France; 1,748 of 874) to test on |
# | How many were ill, how severely? | S T | referable 7.8 % and 14.6 %: not a mixture made by hand |
# | What is the truth, who made it, do they agree? | S T C | majority of at least 7 ophthalmologists: an opinion, not the later course |
# | Who was left out? | S T C | images that could not be graded: about one in nine of EyePACS-1. In a clinic they come |
# | Is any patient on both sides of the split? | S T C | two images a patient: look for a split by patient, and for intervals by patient. Not in the abstract |
# | Were thresholds fixed before? | S | yes, two, on the development set |
# | Intervals, and enough patients? | S T C | yes, everywhere |
# | Tested elsewhere? | S T C | two test sets; Messidor-2 is from another country. Both past photographs |
# | Which patients fare worse? | S T C | look for sex, age, skin, device. Not in the abstract |
# | Is a probability reported, is it true? | T | calls at two thresholds; no calibration in the abstract |
# | Can it be run by others? | S T C | no code; rebuilt in 2019, with a lower AUC |
# | Did a patient fare better? | – | not asked: that needs a trial |
#
# Most of it is answered well, which is why the paper is a model. The gaps were found by asking, not by
# reading.
#
# <details><summary><b>Question.</b> At the high-specificity threshold the paper has a sensitivity of 0.903 and
# a specificity of 0.981 on EyePACS-1. What share of its alarms is right there? And where 1 % are
# referable?</summary>
#
# At 7.8 %: 0.903 · 0.078 / (0.903 · 0.078 + 0.019 · 0.922) = 0.80. At 1 %: 0.32. The second number needs
# the same sensitivity and specificity there, which nobody has measured.
# </details>

# %%
for prevalence in (0.078, 0.01):
    print(f"{prevalence:.1%} referable: {metrics.ppv(0.903, 0.981, prevalence):.2f}")

# %% [markdown]
# ### Common mistakes
#
# - **"Noisy labels ruin training."** One grade an image taught as well as the truth.
# - **"So they do no harm."** In the test set they cost TUNECOST of AUC.
# - **Mean grade, then cut.** Vote first.
# - **External validation as one number.** AUC is blind to the device's gain and to prevalence.
# - **A probability carried to screening.** It holds the old prevalence.
# - **A shared test set with one label an image**, and a leaderboard of differences of 0.01.
#
# ### Summary
#
# Graders' errors cost variance in training, and more images repay them; in tuning and testing they cost bias,
# and nothing repays it but better labels: measured AUC shrinks towards ½ by the factor $1 - a - b$, if errors
# are blind to the image. At a second hospital, prevalence moves the probability, gain moves the threshold, noise and texture move
# everything, fainter lesions lower the sensitivity. A correction in odds mends prevalence alone. A checklist finds what a ROC curve
# does not show.
#
# ### On Monday
#
# - **Spend** on images for training, on several independent grades for the test set. Fix how ties are settled.
# - **Report** the graders' agreement, AUC with an interval, and sensitivity and specificity at a threshold fixed before.
# - **At a new hospital** label some hundred patients first. Look at all of the numbers, not at AUC alone.
# - **Compare** two programs on the same patients, by an interval of the *difference*.
# - **Read** the checklist against your own draft before the referees do.

# %%
import numpy as np

from dlcourse import metrics

rng = np.random.default_rng(0)
grades = rng.integers(0, 5, (300, 5)).astype(float)  # in place of yours; NaN: not graded
grades[rng.random(grades.shape) < 0.2] = np.nan
voters, votes = (~np.isnan(grades)).sum(axis=1), (grades >= 2).sum(axis=1)
clear = 2 * votes != voters  # a tie, or nobody: ask another grader
y = (2 * votes > voters).astype(int)[clear]
z = rng.normal(y, 1.5)  # in place of your program's logits
print(f"{(~clear).sum()} images without a majority; AUC {metrics.auc_interval(y, z)}")
old_program = rng.normal(y, 2.0) > 0.5


def gain(y, old, new):
    return (new == y).mean() - (old == y).mean()


print("new less old:", metrics.bootstrap_interval(gain, y, old_program, z > 0.5, rng=rng))
p = 1 / (1 + np.exp(-z - np.log(0.05 / 0.95) + np.log(0.6 / 0.4)))  # from 60 % ill to 5 %
print(f"mean p {p.mean():.2f}")
