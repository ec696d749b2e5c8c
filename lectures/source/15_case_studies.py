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
# Four papers made deep learning known in medicine. Each left a question that its patients cannot answer,
# because nobody knows the truth about them. Here you rebuild the four in miniature, on drawings whose
# truth is known.
#
# After this lecture you can
#
# 1. say what the four papers did, and what they reported;
# 2. say where graders' errors add variance, and where they add bias;
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
from scipy import stats
from threadpoolctl import threadpool_limits

from dlcourse import data, measured, metrics, plots
from dlcourse.reference import sigmoid
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
# | paper | data | output | result |
# |---|---|---|---|
# | **Gulshan** 2016, retina | 128,175 photographs, 3 to 7 grades each, 54 graders | referable, yes or no; Inception-v3 | AUC 0.991 (0.988 to 0.993) on EyePACS-1, at least 7 graders an image |
# | **Esteva** 2017, skin | 129,450 photographs, 2,032 diseases | 757 training classes, summed; Inception-v3 | three groups 72.1 %, nine 55.4 % right, where dermatologists made the labels; two others 65.6 and 66.0 %, 53.3 and 55.0 % |
# | **Rajpurkar** 2017, chest | 112,120 films, 14 labels out of reports | each finding, yes or no; DenseNet-121 | pneumonia, 420 films: F1 0.435 (0.387 to 0.481), four radiologists 0.387 (0.330 to 0.442) |
# | **McKinney** 2020, breast | screening in the UK, and in the US with cancers added | cancer, yes or no | percentage points below the readers of the time: false positives 1.2 (UK) and 5.7 (US), false negatives 2.7 and 9.4 |
#
# Rajpurkar's is not peer-reviewed; its first version
# claimed sensitivity and specificity, the third F1.
#
# **The words.** *Sensitivity* is the share of the ill who are called, *specificity* that of the healthy
# who are not. [AUC](glossary.md#auc): of one ill and one healthy patient, how often has the ill one the
# higher score? [Prevalence](glossary.md#prevalence) is the share of the ill. What counts as the truth in
# a study is its [reference standard](glossary.md#reference-standard).
#
# ### One retina, many graders
#
# Our retinas are drawn. Behind each is a *severity*: the higher, the more dark dots. Cut at four places it
# is the grade, 0 to 4. Grade 2 or more is *referable*. Each of 54 graders sees the severity with a bias
# of his own, plus an error of the moment.

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
# No: three of five say no. In a mean one bold grader outvotes two. Vote first, then count.
# </details>
#
# ### Images or grades?
#
# A small network (1,313 weights) learns from the majority of each image's graders. It is judged against the
# truth, which only a phantom has.
#
# *Predict:* which way of spending 3,000 grades gives the best network: 3,000 images with one each, 1,000
# with three, 600 with five, or 428 with seven?

# %%
grading = measured.load("grades")  # too long for a page
print(grading)
one = grading.values("one grader")
print(f"one grader is right about 'referable' in {one.mean():.3f}, seven in", end=" ")
print(f"{grading.values('majority').mean():.3f} of the images")


def apart(values, against):
    """Return the mean difference, seed by seed, with its 95 % interval (Student's t)."""
    gap = values - against
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std(ddof=1) / len(gap) ** 0.5
    return f"{gap.mean():+.3f} ({gap.mean() - half:+.3f} to {gap.mean() + half:+.3f})"


print("\nimages x grades: AUC against the truth, and the difference to the first row")
many = grading.values("bought", "3000 x 1")
for bought in ("3000 x 1", "1000 x 3", "600 x 5", "428 x 7"):
    found = grading.values("bought", bought)
    gap = "" if bought == "3000 x 1" else apart(found, many)
    print(f"{bought:10} {found.mean():.3f} ± {found.std(ddof=1):.3f}   {gap}")
print("\nseven grades each, and more and more images")
for n in ("100", "300", "1000", "3000"):
    found = grading.values("images", n)
    print(f"{n:>4} images {found.mean():.3f} ± {found.std(ddof=1):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 3,000 images: 0.903. With seven grades for 428 it is 0.899. Paired by data set that is 0.004 (0.001 to
# 0.007) less: small, and ten data sets are sure of the sign. Of three and five grades an image they are
# not.
# </details>
#
# ### As good as a teacher
#
# The training in plain torch, with *one* grade for each of 1,000 images:

# %%
from dlcourse.measured._cases import logits, network
from dlcourse.measured.grades import referable as majority
from dlcourse.measured.grades import retinas


def train(model, x, y, steps):
    """Return the model after so many steps of Adam, 32 images each; x (n, 1, h, w), y (n,)."""
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        rows = torch.randint(0, len(x), (32,), generator=generator)
        loss = F.binary_cross_entropy_with_logits(model(x[rows])[:, 0], y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


(X, G, _), (X_test, G_test, y_test) = retinas(0)  # images, grades, truth; twice
X, X_test = X.astype(float), X_test.astype(float)  # in float64 machines agree on the digits below
torch.manual_seed(0)
taught = torch.tensor(majority(G[:1000, :1])).double()  # of one grader
model = train(network().double(), torch.tensor(X[:1000]), taught, steps=300)
z = logits(model, X_test)  # (4000,)

# %%
teacher = G_test[:, 0] >= 2
pupil = grading.values("pupil")
for name, calls in (("one grader", teacher), ("the network", z > 0)):
    print(f"{name:12} right in {metrics.accuracy(y_test, calls)}")
here = metrics.roc_auc_score(y_test, z)
stored = grading.values("training", "1")
assert abs(here - stored.mean()) < 4 * stored.std(ddof=1)
print(f"all {len(pupil)} data sets: network {pupil.mean():.3f}, one grader {one.mean():.3f}")
print("difference", apart(pupil, one))

# %% [markdown]
# Over all data sets it is right about as often as one grader, who taught it. Would better teachers help?
#
# ### Training forgives, tuning does not
#
# *Predict:* 1,000 images. First column: the network *learns* from one, three, five or seven grades an
# image, or from the truth. The others: one and the same network is *judged* by so many, and gets the
# threshold at which they measure a sensitivity of 0.90. Which columns move?

# %%
print("grades   taught by: AUC      judged by: AUC   true sensitivity at that threshold")
for k in ("1", "3", "5", "7", "truth"):
    taught = grading.values("training", k)
    by = [grading.values("tuning", k, w) for w in ("auc", "true sensitivity")]
    print(
        f"{k:>6}   {taught.mean():.3f} ± {taught.std(ddof=1):.3f}       "
        + "   ".join(f"{v.mean():.3f} ± {v.std(ddof=1):.3f}" for v in by)
    )
print("taught by one, less by the truth", apart(grading.values("training", "1"), taught))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The first hardly: taught by one grade, the network loses 0.003 against the truth. The others do. Judged by one
# grade the same network gets 0.825, by seven 0.885, where the truth says 0.902. And a threshold for a *measured*
# sensitivity of 0.90 has a higher true one.
# </details>
#
# Gulshan varied images and grades as well. Why do fewer grades hurt *tuning* (validation) and testing more
# than training?
#
# - **In training**, wrong labels cost *variance*. One pulls the fit aside, the next pulls it back, and more
#   images repay it.
# - **In tuning and testing** nothing is fitted. Each wrong label counts as an error of the program. That is
#   *bias*.
#
# How much? Take one image *labelled* ill and one labelled healthy. Let $a$ be the share of wrong labels
# among the first kind, $b$ among the second. Suppose that errors do not depend on how the image looks.
#
# - Both labels right, in $(1-a)(1-b)$ of the pairs: the network orders them right in $A$, the true AUC.
# - Both wrong, in $ab$: the pair is turned round, $1 - A$.
# - One wrong, in $a(1-b) + b(1-a)$: two ill or two healthy, a coin, ½.
#
# The terms with $A$ have the factor $(1-a)(1-b) - ab = 1 - a - b$, and the rest is
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
    threshold = metrics.operating_point(label, z, sensitivity=0.9).threshold
    truly = metrics.at_threshold(y_test, z, threshold)
    print(
        f"   measured sensitivity 0.90: truly {truly.sensitivity}, specificity {truly.specificity}"
    )

# %% [markdown]
# Errors blind to the image would cost more than was measured: 0.77 for one grader, where we see 0.84. Graders
# err on borderline retinas, whose scores lie in the middle too.
#
# Each rectangle below is one kind of pair, as wide as its share and as high as the AUC in it. The area is
# what you measure.


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
        f"True AUC {true_auc:.2f}. Wrong labels among those labelled ill {a:.2f}, labelled healthy {b:.2f}. "
        f"Measured AUC {got:.3f}. Pairs with one wrong label: {shares[1]:.2f}, with two, the purple "
        f"ones: {shares[2]:.2f}."
    )


explore(
    draw_pairs,
    true_auc=(0.5, 1.0, 0.01),
    wrong_among_ill=(0.0, 0.5, 0.01),
    wrong_among_healthy=(0.0, 0.5, 0.01),
)

# %% [markdown]
# ### More test images do not help
#
# Dots: one for each data set. Compare 500 test images with 4,000, at one grade and at seven.


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
        f"Grades an image: {grades}; test images: {images}. Measured AUC {chosen.mean():.3f}, SD over "
        f"{len(chosen)} data sets {chosen.std(ddof=1):.3f}. It is off by {off:+.3f}."
    )


explore(draw_judges, grades=[1, 3, 5, 7], images=["500", "4,000"])

# %% [markdown]
# Our graders err independently. Real ones err together on hard images, and a majority helps less. A later group rebuilt the study on public images with *one* grade and reported AUCs of 0.951 (0.947 to
# 0.956) and 0.853 (0.835 to 0.871), where the paper has 0.99. They name the single grade, or other data, as
# possible causes. Our miniature shows only that one grade *can* lower the measured AUC.
#
# <details><summary><b>Question.</b> With one grade, the threshold for a measured sensitivity of 0.90 has a
# true one of 0.97. Is that good news?</summary>
#
# No. Healthy images labelled ill look like misses, so the threshold was moved down. The healthy pay: on our data
# set their true specificity is 0.49, with seven grades 0.64.
# </details>
#
# ### The second hospital
#
# McKinney tested in two countries. Patients who differ from those of the training are a
# [distribution shift](glossary.md#distribution-shift); to test on them is
# [external validation](glossary.md#external-validation). Our breasts are textures, in the ill with one soft
# bright spot. The network learns at home, where 30 % are ill. Its threshold has a sensitivity of 0.90 on
# validation patients there. Then one thing at a time changes; "all but faint" is everything else at once.
#
# *Predict:* fewer ill; a brighter device (gain 1.6); more noise; fainter lesions. Which of them moves the
# AUC, which the sensitivity, which the mean probability?

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
# AUC: noise, a finer texture and fainter lesions lower it. Fewer ill and the brighter device leave it at
# 0.96. Sensitivity falls with fainter lesions alone, to 0.67. The brighter device lowers the specificity from
# 0.91 to 0.45 ± 0.24: the logits moved, the threshold did not. Where 5 % are ill the mean probability says
# 15 %. All but faint: specificity 0.09, alarms for nearly everybody.
# </details>
#
# One of the five networks:

# %%
rng = np.random.default_rng(0)
seen, chosen_on = (data.mammogram_phantoms(1000, rng) for _ in range(2))
torch.manual_seed(0)
breast = network(torch.nn.AdaptiveMaxPool2d).double()
breast = train(breast, torch.tensor(seen.X).double(), torch.tensor(seen.y).double(), steps=250)
said = logits(breast, chosen_on.X.astype(float))
cut = metrics.operating_point(chosen_on.y, said, sensitivity=0.9).threshold
few = data.mammogram_phantoms(4000, rng, prevalence=0.05)

# %% tags=["nbval-ignore-output"] folded=true
GAINS, NOISES = (0.7, 1.0, 1.3, 1.6, 2.0), (0.2, 0.35, 0.5, 0.65)
AWAY = {}
for noise in NOISES:
    images = data.mammogram_phantoms(600, np.random.default_rng(9), prevalence=0.5, noise=noise)
    for gain in GAINS:
        AWAY[gain, noise] = logits(breast, gain * images.X.astype(float)), images.y
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
    ax.text(cut + 0.2, 0.26, "alarm from here", fontsize=11)
    ax.set(xlim=(-8, 8), xticks=[-8, 0, 8], ylim=(0, 0.3), yticks=[])
    ax.set(xlabel="logit (filled: healthy, line: ill)", ylabel="share of all")
    sens, spec = (z[y == 1] >= cut).mean(), (z[y == 0] < cut).mean()
    p = prevalence * sigmoid(z[y == 1]).mean()
    p += (1 - prevalence) * sigmoid(z[y == 0]).mean()
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
# Then how much more likely an image is in the ill, its *likelihood ratio*, stays. By Bayes the odds are the
# prevalence's odds times that ratio. So divide the old prevalence's odds out, and multiply by the new:
#
# $$\frac{p'}{1-p'} = \frac{p}{1-p} \cdot \frac{\pi'/(1-\pi')}{\pi/(1-\pi)}$$
#
# - $p$, $p'$: what the network said, and what it should say. $\pi$, $\pi'$: the old and the new prevalence.
#
# On logits that is one number added. *Predict:* at home $\pi$ = 0.30, now $\pi'$ = 0.05, and the network says
# 0.50. What should it say?

# %%
said = logits(breast, few.X.astype(float))


def odds(p):
    return p / (1 - p)


old, new = seen.y.mean(), 0.05
corrected = said + np.log(odds(new) / odds(old))
half = odds(0.05) / odds(0.30)
print(f"0.50 becomes {half / (1 + half):.2f}")
for name, logit in (("as it is", said), ("corrected", corrected)):
    p = sigmoid(logit)
    print(f"{name:10} mean p {p.mean():.3f}, log loss {metrics.log_loss(few.y, p)}")
print(f"truly ill  {few.y.mean():.3f}")
assert abs(sigmoid(corrected).mean() - 0.05) < 0.03

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.11. On screening patients the same image means less.
# </details>
#
# ### A checklist, applied
#
# Three guidelines say what a report must hold: **STARD-AI** (2025) for diagnostic accuracy, **TRIPOD+AI**
# (2024) for prediction models, **CLAIM** (2024 update) for imaging. What they ask in our words, by our reading
# which of them does (S, T, C), and what Gulshan's abstract or the rebuilt study tells:
#
# | ask | S T C | Gulshan 2016 |
# |---|---|---|
# | For whom, and to decide what? | S T C | screening of diabetics; refer, or not |
# | Who came, where, when? | S T C | to test on: EyePACS-1 (US; 9,963 images of 4,997 patients), Messidor-2 (France; 1,748 of 874) |
# | How many were ill? (S: how severely?) | S T C | referable 7.8 % and 14.6 % |
# | What is the truth, and who made it? | S T C | majority of at least 7 ophthalmologists: an opinion, not the later course |
# | Do those who made it agree? | C | each with himself, "high"; with each other: look for it |
# | Who was left out? | S T C | images not fully gradable, about one in nine of EyePACS-1 |
# | How were the data split? (C: by patient?) | S T C | two images a patient; look for it |
# | How were thresholds chosen? (S: before?) | S T | two, on the development set |
# | Intervals, and enough patients? | S T C | yes, everywhere |
# | Tested elsewhere? | S T C | in another country; both on past photographs |
# | Which patients fare worse? | S T C | look for sex, age, device |
# | Is a probability reported, and true? | T | calls at two thresholds; no calibration |
# | Can it be run by others? | S T C | no code; rebuilt in 2019, with a lower AUC |
# | Did a patient fare better? | – | not asked: that needs a trial |
#
# <details><summary><b>Question.</b> At the high-specificity threshold the paper has a sensitivity of 0.903 and
# a specificity of 0.981 on EyePACS-1. What share of its alarms is right there? And where 1 % are
# referable?</summary>
#
# 0.903 · 0.078 / (0.903 · 0.078 + 0.019 · 0.922) = 0.80. At 1 %: 0.32, if both are the same there.
# </details>

# %%
for prevalence in (0.078, 0.01):
    print(f"{prevalence:.1%} referable: {metrics.ppv(0.903, 0.981, prevalence):.2f}")

# %% [markdown]
# ### Common mistakes
#
# - **"Noisy labels ruin training."** One grade an image, in place of the truth, cost 0.003 of AUC.
# - **"So they do no harm."** In the test set they cost 0.08.
# - **AUC alone.** It is blind to the device's gain and to prevalence.
# - **A probability carried to screening.** It holds the old prevalence.
#
# ### Summary
#
# Graders' errors add variance in training, which more images repay. In tuning and testing they add bias, which
# only better labels repay. At a second hospital, where fewer are ill, the probability is too high, and a
# correction in odds mends it. Gain moves the logits past the threshold; noise and texture also cost AUC,
# fainter lesions AUC and sensitivity.
#
# ### On Monday
#
# - **Spend** on images for training, on several grades for the test set. Fix how ties are settled.
# - **Report** AUC, and sensitivity and specificity at a threshold fixed before, each with an interval.
# - **At a new hospital** label some hundred patients first, and measure the same.
# - **Compare** two programs on the same patients, by the interval of the *difference*.

# %%
import numpy as np

from dlcourse import metrics

rng = np.random.default_rng(0)
grades = rng.integers(0, 5, (300, 5)).astype(float)  # in place of yours; NaN: not graded
grades[rng.random(grades.shape) < 0.2] = np.nan
voters, votes = (~np.isnan(grades)).sum(axis=1), (grades >= 2).sum(axis=1)
clear = 2 * votes != voters  # a tie, or nobody: ask another grader
y = (2 * votes > voters).astype(int)[clear]
z, before = rng.normal(y, 1.5), rng.normal(y, 2.0)  # in place of two programs' logits
print(f"{(~clear).sum()} images without a majority; AUC {metrics.auc_interval(y, z)}")
gain = ((z > 0.5) == y) * 1.0 - ((before > 0.5) == y)  # the same patients: one difference each
print("accuracy, new less old:", metrics.bootstrap_interval(np.mean, gain, rng=rng))
p = 1 / (1 + np.exp(-z - np.log(0.05 / 0.95) + np.log(0.6 / 0.4)))  # from 60 % ill to 5 %
print(f"mean p {p.mean():.2f}")

# %% [markdown]
# ## Sitting 2 · To label finely, and to sum
#
# **Ten labels ask more of the graders than two. Are they worth it, if all you want to know is
# malignant or benign?**
#
# *Read in 20 minutes.*
#
# ### Sum them up
#
# Esteva's network told 757 kinds of skin lesions apart. Asked "malignant?", it *summed* the probabilities
# of those that are. In miniature: ten digits are ten diseases, and 0, 3, 5, 6 and 8 are malignant. One
# patient has one disease. Events that exclude each other add:
#
# $$P(\text{malignant} \mid x) = \sum_{k\,\text{malignant}} P(k \mid x)$$
#
# - $P(k \mid x)$: the softmax output of disease $k$ for the image $x$.

# %%
from dlcourse.measured import fine_labels as skin

PARENT = np.isin(np.arange(10), skin.MALIGNANT).astype(int)  # 1: malignant
X_fine, fine, X_rest, fine_rest = skin.split(100, 0)  # 100 to learn from, 1,697 to test on
p = skin.probabilities(X_fine, fine, X_rest, 10, 32, 0)  # (1697, 10)
side = np.zeros((len(p), 2))
np.add.at(side.T, PARENT, p.T)  # (n, 2): what belongs to one parent is added

z = torch.tensor(p).log()  # the same in torch, from logits and without leaving the logarithm
log_side = torch.stack([torch.logsumexp(z[:, PARENT == k], dim=1) for k in (0, 1)], dim=1)
log_side -= torch.logsumexp(z, dim=1, keepdim=True)
assert np.allclose(log_side.exp(), side) and np.allclose(side.sum(axis=1), 1)
print(side[:3].round(3))


# %% folded=true
def draw_sum(image=24, call="sum"):
    figure, (left, right) = plots.subplots(1, 2, width=6.6, height=2.6, width_ratios=[1, 2.4])
    plots.heat.film(
        left, 1 - X_rest[image].reshape(8, 8), f"image {image}, truly {fine_rest[image]}"
    )
    colours = [plots.VERMILLION if k else plots.SKY for k in PARENT]
    right.bar(range(10), p[image], color=colours, edgecolor="black")
    right.set(xticks=range(10), ylim=(0, 1), yticks=[0, 0.5, 1])
    right.set(xlabel="disease (orange: malignant)", ylabel="probability")
    best = int(p[image].argmax())
    score = side[image, 1] if call == "sum" else float(PARENT[best])
    return figure, (
        f"Image {image} is truly {'malignant' if PARENT[fine_rest[image]] else 'benign'}. Malignant, by "
        f"{call}: {score:.2f}. The likeliest disease is {best}, at {p[image, best]:.2f}."
    )


explore(draw_sum, image=(0, 60), call=["sum", "arg max"])

# %% [markdown]
# ### Is it the labels, or the outputs?
#
# A network with ten outputs has more weights in its last layer. So here is a control which the paper
# lacks: ten labels drawn *by chance* within each side. As many outputs, and no more information.
#
# *Predict:* AUC for "malignant" after 100 images: two labels, ten labels summed, ten by chance. And after
# 1,000?

# %%
labels = measured.load("fine_labels")
print(labels)
KINDS = ("two", "ten, summed", "ten, by chance")
for hidden, name in (("0", "linear"), ("32", "32 hidden units")):
    print(f"\n{name:17}" + "".join(f"{kind:>18}" for kind in KINDS))
    for n in ("50", "100", "200", "1000"):
        found = [labels.values(hidden, n, kind, "auc") for kind in KINDS]
        cells = "".join(f"{f'{v.mean():.3f} ± {v.std(ddof=1):.3f}':>18}" for v in found)
        print(f"{n:>6} images    {cells}")
gap = labels.values("32", "100", "ten, summed", "auc") - labels.values("32", "200", "two", "auc")
print(
    f"\nten labels on 100 images, less two labels on 200: {gap.mean():+.3f} ± {gap.std(ddof=1):.3f}"
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 100 images 0.965, 0.986 and 0.941 with hidden units: fine labels are worth about as much as twice the
# images. Labels by chance are worse than two. It is the information, not the number of outputs. With
# 1,000 images the network with hidden units nearly catches up. The linear model with two labels does not:
# it cuts the ten digits with one flat surface. With ten labels it has ten, and their sum is not flat.
# </details>
#
# Esteva reports the same sign: trained directly on three or nine groups, the network was inferior to the
# one trained on the fine classes (Extended Data Table 2). Digits are no skin, and how much is gained need
# not carry over.


# %% folded=true
def draw_labels(model="32 hidden units", images=100):
    hidden = "0" if model == "linear" else "32"
    figure, ax = plots.subplots(width=6.6, height=3)
    said = []
    for kind, marker in zip(KINDS, "os^", strict=True):
        curve = [labels.values(hidden, str(n), kind, "auc") for n in skin.SIZES]
        ax.plot(skin.SIZES, [v.mean() for v in curve], marker=marker)
        at = skin.SIZES.index(images)
        ax.plot(np.full(5, images), curve[at], ".", color="black", ms=4)
        said.append(f"{kind} {curve[at].mean():.3f}")
    said_which = "squares: ten, summed\ncircles: two\ntriangles: ten, by chance"
    ax.text(1050, 0.886, said_which, fontsize=11, ha="right")
    ax.set(xscale="log", ylim=(0.88, 1.0), yticks=[0.9, 0.95, 1.0])
    ax.set_xticks([50, 100, 200, 500, 1000], ["50", "100", "200", "500", "1000"])
    ax.set(xlabel="images to learn from", ylabel="AUC, malignant")
    return figure, f"Model: {model}, {images} images. AUC: {'; '.join(said)}. Dots: five seeds."


explore(draw_labels, model=["32 hidden units", "linear"], images=[50, 100, 200, 500, 1000])

# %% [markdown]
# ### Sum, not arg max
#
# One can also take the likeliest disease and look up its side. *Predict:* in what share of patients do the two
# calls differ, and does it cost AUC?

# %%
differ, sums, firsts = (
    labels.values("32", "100", kind, what)
    for kind, what in (("arg max", "differ"), ("ten, summed", "auc"), ("arg max", "auc"))
)
print(f"the calls differ in {differ.mean():.1%}; AUC {sums.mean():.3f} and {firsts.mean():.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# In six patients of 1,000. The AUC falls from 0.986 to 0.940 all the same. An arg max is a yes or no: all who
# are called are tied, and no threshold is left to choose. The sum ranks.
# </details>
#
# ### How fine?
#
# 2,032 diseases are too many: some have five photographs. Esteva's rule goes down the tree of diseases
# from the root. A node whose whole subtree has at most so many images becomes a class; a larger one is
# split into its children. A leaf is a class, however large.

# %%
children = {"skin": ["benign", "malignant"], "benign": ["mole", "cyst"], "mole": ["blue", "plain"],
            "malignant": ["melanoma", "carcinoma"], "melanoma": ["lentigo", "nodular"]}  # fmt: skip
images = {"blue": 30, "plain": 900, "cyst": 100, "lentigo": 40, "nodular": 60, "carcinoma": 400}


def count(node):
    """Return the images of a node and all below it."""
    return images.get(node, 0) + sum(count(child) for child in children.get(node, []))


def classes(node, limit):
    """Return the training classes at and below a node."""
    if count(node) <= limit or node not in children:
        return [node]
    return [name for child in children[node] for name in classes(child, limit)]


for limit in (50, 100, 1000):
    print(f"at most {limit:>4}: {', '.join(classes('skin', limit))}")

# %% [markdown]
# <details><summary><b>Question.</b> A new disease is found, and your hospital has never labelled it. What does
# the sum say of its patients?</summary>
#
# Something between 0 and 1, and surely: a softmax must place every image among the diseases that it knows. Ten
# probabilities that sum to 1 leave no room for "none of these".
# </details>

# %% [markdown]
# ## Sitting 3 · To compare with readers
#
# **A program has an F1 of 0.435, four radiologists 0.387. Is it better than they are?**
#
# *Read in 25 minutes.*
#
# ### Judged by the other three
#
# CheXNet's 420 films have no truth, only four radiologists. So each reader is judged by the *majority of the
# other three*, and the program by all four such juries. The score is F1, the harmonic mean of precision
# and sensitivity:
#
# $$F_1 = \frac{2\,|C \cap J|}{|C| + |J|}$$
#
# - $C$: the films that are called. $J$: those that the jury calls. It is the Dice of two sets of films.
#
# In miniature a reader has a *skill* $d'$: how far the ill lie above the healthy in his impression, in standard
# deviations. And a threshold, which is caution. Here all have $d'$ = 1.6 and one threshold, so that
# sensitivity is 0.62 and specificity 0.90.
#
# *Predict:* the F1 of such a reader among his equals where one half, one tenth, one fiftieth are ill. He
# is as good a reader in all three.

# %%
from dlcourse.measured import _panels as panels


def f1(called, jury):
    """Return F1 of two sets of films, (n,) of True and False each."""
    return 2 * (called & jury).sum() / (called.sum() + jury.sum())


rng = np.random.default_rng(0)
for prevalence in (0.5, 0.2, 0.1, 0.05, 0.02):
    ill, impressions, _ = panels.scores(200_000, prevalence, rng)
    R = impressions > 1.3  # (4, films)
    of_others = np.mean([f1(R[i], np.delete(R, i, axis=0).sum(axis=0) >= 2) for i in range(4)])
    print(
        f"{prevalence:4.0%} ill: F1 among equals {of_others:.2f}, against the truth {f1(R[0], ill):.2f}"
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.59, 0.36, 0.15. Where few are ill, most calls are false alarms, the jury's too. So an F1 of 0.39 does not
# tell that these radiologists read poorly, and F1 of two studies cannot be compared.
# </details>


# %% tags=["nbval-ignore-output"] folded=true
PREVALENCES, SKILLS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5), (1.0, 1.6, 2.2, 3.0)
AMONG = {}
for skill in SKILLS:
    rng = np.random.default_rng(1)
    for prevalence in PREVALENCES:
        ill, impressions, same = panels.scores(60_000, prevalence, rng, skill, skill)
        found = panels.counts(impressions > 1.3, same > 1.3)
        AMONG[skill, prevalence] = panels.f1_scores(found)[0], f1(impressions[0] > 1.3, ill)


def draw_f1(skill=1.6, prevalence=0.1):
    figure, ax = plots.subplots(width=6.6, height=3)
    for which, name, off in ((0, "among equals", -0.1), (1, "against the truth", 0.05)):
        ax.plot(PREVALENCES, [AMONG[skill, p][which] for p in PREVALENCES])
        ax.plot([prevalence], [AMONG[skill, prevalence][which]], "o", color="black", ms=8)
        ax.text(0.5, AMONG[skill, 0.5][which] + off, name, fontsize=11, ha="right")
    ax.set(xlim=(0, 0.52), ylim=(0, 1.0), xticks=[0, 0.25, 0.5], yticks=[0, 0.5, 1])
    ax.set(xlabel="share of the ill", ylabel="F1")
    among, true = AMONG[skill, prevalence]
    return figure, (
        f"Readers of skill {skill:.1f}, where {prevalence:.0%} are ill: F1 among equals {among:.2f}, "
        f"against the truth {true:.2f}."
    )


explore(draw_f1, skill=list(SKILLS), prevalence=list(PREVALENCES))

# %% [markdown]
# ### Equals who win
#
# A study of 420 films, 10 % ill. The four readers have one skill and four thresholds. The program's threshold
# is set on 420 other films, so that it calls as often as the mean reader. The interval is of the
# *difference*, with films drawn again (bootstrap). It "wins" if the whole interval lies above 0.
#
# *Predict:* a program of exactly the readers' skill wins in 2.5 % of the studies, as promised? A better one
# ($d'$ = 1.9 against 1.6), how often?

# %%
readers = measured.load("reader_panels")
print(readers)
print("program's d'   readers' F1   program's F1   wins    loses   width of the interval")
for skill in ("1.3", "1.6", "1.9"):
    found = [
        readers.values(skill, w).mean() for w in ("readers", "program", "won", "lost", "width")
    ]
    print(
        f"{skill:>10} {found[0]:15.2f} {found[1]:14.2f} {found[2]:9.1%} {found[3]:7.1%} {found[4]:13.2f}"
    )
won = readers.values("1.6", "won")
print("equal skill, wins in", metrics.rate(round(won.sum() * 400), 2000))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# In 10 % of 2,000 studies, four times the promise, and it loses in 0.7 %. The better program wins in a third
# of them: 420 films with about 42 ill leave an interval 0.21 wide.
# </details>
#
# *Why?* The readers differ in caution. F1 is highest at some threshold in between, and the boldest and the most
# cautious reader lose by theirs. The program has one threshold, near the middle. So one can beat the *average*
# reader without being better than any reader. CheXNet's authors, too, found the difference significant by
# bootstrap. Ours shows what else than skill can make it so; below, with one threshold for all, it
# nearly is gone.
#
# ### Fourteen chances
#
# ChestX-ray14 has fourteen findings. *Predict:* program and readers are equal in everything, thresholds
# included. How many of 14 findings does it "win", and in how many studies at least one?

# %%
wins = readers.values("fourteen").ravel()
print(f"findings won in a study: {wins.mean():.2f} of 14, {wins.mean() / 14:.1%} each")
print("at least one:", metrics.rate((wins > 0).sum(), len(wins)))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.44 on the mean, 3.1 % each: near the promise, now that all have one threshold. But 37 % of the studies
# have a finding to announce.
# </details>

# %% tags=["nbval-ignore-output"] folded=true
STUDIES = {}
for films in (210, 420, 1680):
    for study in range(12):
        rng = np.random.default_rng([study, films])
        rows = []
        for _ in range(14):
            _, impressions, z = panels.scores(films, 0.1, rng)
            rows.append(panels.difference(panels.counts(impressions > 1.3, z > 1.3), rng, 400))
        STUDIES[study, films] = np.array(rows)


def draw_fourteen(study=1, films=420):
    middle, low, high = STUDIES[study, films].T
    figure, ax = plots.subplots(width=6.6, height=3)
    won = low > 0
    for rows, colour in ((~won, plots.GREY), (won, plots.VERMILLION)):
        at = np.flatnonzero(rows)
        path = np.column_stack(
            [np.repeat(at, 3), np.column_stack([low[at], high[at], at * np.nan]).ravel()]
        )
        ax.plot(path[:, 0], path[:, 1], color=colour, lw=2.4, ls="-")
        ax.plot(at, middle[at], "o", color=colour, ms=6)
    ax.axhline(0, color="black", lw=1.2)
    ax.set(xlim=(-0.7, 13.7), ylim=(-0.45, 0.45), xticks=[0, 13], yticks=[-0.4, 0, 0.4])
    ax.set_xticklabels(["finding 1", "finding 14"])
    ax.set_ylabel("F1, program − readers")
    return figure, (
        f"Study {study}, {films} films, all equal: the program wins {counted(int(won.sum()), 'finding')} of "
        f"14 and loses {int((high < 0).sum())}. Mean width of an interval {np.mean(high - low):.2f}."
    )


explore(draw_fourteen, study=(0, 11), films=[210, 420, 1680])

# %% [markdown]
# Name the finding that counts before you look, or correct for fourteen.
#
# ### Who reads twice
#
# In the UK two readers see each mammogram, and an arbiter where they differ. McKinney let the program be the
# second reader: where it agrees with the first, that is the end. The second reader's work fell by 88 %
# and the result was not inferior, in a simulation on past screens. Ours: 400,000 women, 1 % ill; a reader has
# sensitivity 0.70 and specificity 0.96, and all find the same images hard.
#
# *Predict:* how many of the second readings can a program spare that is about as good as one reader?

# %%
rng = np.random.default_rng(0)
ill = rng.random(400_000) < 0.01
hard = 0.6 * rng.normal(size=len(ill))


def impression(skill):
    """Return how suspicious each woman's image seems, (n,); what is hard is hard for all."""
    return skill * ill + hard + 0.8 * rng.normal(size=len(ill))


first, second_reader = impression(2.3) > 1.75, impression(2.3) > 1.75
arbiter, program = impression(2.6) > 1.85, impression(2.4)
both = np.where(first == second_reader, first, arbiter)


def with_program(alarm):
    """Return who is recalled if the program shadows the first reader, and whom a second one reads."""
    return np.where(alarm == first, first, both), alarm != first


def say(name, recalled, reread):
    sens, spec = recalled[ill].mean(), 1 - recalled[~ill].mean()
    print(
        f"{name:24} sensitivity {sens:.3f}, specificity {spec:.3f}, read twice {reread.mean():.0%}"
    )


say("one reader", first, np.zeros(1))
say("two and an arbiter", both, np.ones(1))
for threshold in (1.2, 1.75, 2.2):
    say(f"program, from {threshold}", *with_program(program > threshold))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# More than nine in ten, at nearly the same sensitivity (about 4,000 are ill: each is known to ± 0.013). 99 of 100 women are healthy, and both call nearly all of them
# healthy. So the 88 % of the paper say little about the program: they are the arithmetic of agreement. What one
# must look at is the sensitivity lost.
# </details>

# %% tags=["nbval-ignore-output"] folded=true
CUTOFFS = [0.6, 0.9, 1.2, 1.5, 1.75, 2.0, 2.2, 2.6, 3.0]
READ = []
for threshold in CUTOFFS:
    recalled, reread = with_program(program > threshold)
    READ.append((recalled[ill].mean(), 1 - recalled[~ill].mean(), reread.mean()))
READ = np.array(READ)


def draw_twice(threshold=1.75):
    at = CUTOFFS.index(threshold)
    figure, (left, right) = plots.subplots(1, 2, width=7, height=2.7)
    left.plot(CUTOFFS, READ[:, 0], color=plots.BLUE)
    left.axhline(both[ill].mean(), color="black", lw=1.2, ls=":")
    left.axhline(first[ill].mean(), color=plots.GREY, lw=1.2, ls="--")
    right.plot(CUTOFFS, READ[:, 2], color=plots.VERMILLION)
    for ax, column in ((left, 0), (right, 2)):
        ax.plot([threshold], [READ[at, column]], "o", color="black", ms=8)
        ax.set(xlabel="program's threshold", xticks=[1, 2, 3])
    left.set(ylim=(0.65, 0.85), yticks=[0.7, 0.8], ylabel="sensitivity")
    right.set(ylim=(0, 0.4), yticks=[0, 0.2, 0.4], ylabel="share read twice")
    sens, spec, share = READ[at]
    return figure, (
        f"Threshold {threshold:.2f}: sensitivity {sens:.3f}, specificity {spec:.3f}, read twice {share:.0%}. "
        f"Dotted: two readers and an arbiter, {both[ill].mean():.3f}; dashed: one reader, "
        f"{first[ill].mean():.3f}."
    )


explore(draw_twice, threshold=CUTOFFS)

# %% [markdown]
# ### The gatekeeper
#
# A cancer is known if somebody recalled her, or if it shows later. Those that both readers missed stay unknown
# until follow-up finds them. *Predict:* what is the readers' measured sensitivity, if follow-up is so
# short that it finds none?

# %%
alarm = program > 1.75
surfaced = rng.random(len(ill))
print("follow-up finds   readers measured (true)   program measured (true)")
for share in (0, 0.3, 0.6, 1):
    known = ill & (both | (surfaced < share))
    a, b = both[known].mean(), alarm[known].mean()
    print(f"{share:>10.0%} {a:19.3f} ({both[ill].mean():.3f}) {b:17.3f} ({alarm[ill].mean():.3f})")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1.000. They are judged by their own calls; so is the program, which looks worse beside them. Who was called decides what
# becomes true ([verification bias](glossary.md#reference-standard)). That is why McKinney waits for years of
# follow-up, and why the sentence on follow-up is the first to read.
# </details>

# %% [markdown]
# ## Sitting 4 · To repair, and to read a published table
#
# **The threshold that found nine of ten at home alarms for nearly everybody here. What do you label, and how many?**
#
# *Read in 15 minutes.*
#
# ### Repairs
#
# The second hospital of sitting 1 has a brighter and noisier device, a finer texture, and 10 % ill. Here is what
# one can do. *Labels* are of 50 to 1,000 of its own patients; all are judged on the others. The "line" is a slope and an offset on the logit (Platt
# scaling), fitted to them. "Standardized" gives each image mean 0 and standard deviation 1, in training as
# well. "Varied" trains with gain and noise changed by chance.
#
# *Predict:* which is worse, no repair, or a line from 50 labelled patients?

# %%
print(second)
REPAIRS = ("prevalence corrected", "line from 50", "line from 200", "line from 1000", "threshold from 50",
           "threshold from 200", "threshold from 1000", "standardized", "varied")  # fmt: skip
ASKED = ("auc", "sensitivity", "specificity", "log loss")
print(f"{'':22}" + "".join(f"{w:>14}" for w in ASKED))
for name in ("none", *REPAIRS):
    path = ("all but faint",) if name == "none" else ("repairs", name)
    found = [second.values(*path, w) for w in ASKED]
    print(f"{name:22}" + "".join(f"{f'{v.mean():.2f} ± {v.std(ddof=1):.2f}':>14}" for v in found))
slopes = second.values("repairs", "line from 50", "slope")
print("slopes of the line from 50, by seed:", slopes.round(2))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No repair, by far: log loss 1.18 against 0.21. But 50 patients hold about five ill, and the slope came out
# anywhere from 0.4 to 1.9. A line mends the probability. The alarm needs a threshold of its own: from 50 patients its
# sensitivity is 0.76 ± 0.10, from 200 it is 0.89 ± 0.02, as wanted. Then the specificity is 0.50. No relabelling
# brings back what the noise took: the AUC stays at 0.87. Standardizing and varying in training need no labels of
# this hospital. The first keeps a sensitivity of 0.87 at a specificity of 0.56, the second 0.73 at 0.81.
# </details>


# %% folded=true
def draw_repairs(measure="specificity"):
    names = ("none", *REPAIRS)
    figure, ax = plots.subplots(width=7.2, height=3.6)
    said = []
    for row, name in enumerate(names):
        path = ("all but faint",) if name == "none" else ("repairs", name)
        values = second.values(*path, measure)
        ax.plot(values, np.full(len(values), row), "o", color=plots.SKY, ms=6)
        ax.plot([values.mean()], [row], "|", color="black", ms=16, mew=2.5)
        said.append(f"{name} {values.mean():.2f}")
    ax.set_yticks(range(len(names)), names, fontsize=10)
    ax.invert_yaxis()
    ax.set(xlabel=f"{measure} (dots: five seeds, bar: mean)")
    ax.set_xlim(*((0, 1.8) if measure == "log loss" else (0, 1.02)))
    return figure, f"{measure}, mean over five seeds: {'; '.join(said)}."


explore(draw_repairs, measure=["specificity", "sensitivity", "log loss", "auc"])

# %% [markdown]
# ### A published table
#
# MedMNIST has real images, at 28 × 28 pixels, and a table of results that everybody quotes. Its best-known row
# is a ResNet-18 at that size. Here beside it is a network of three convolutions: official split, tested once
# a seed, for five seeds.
#
# *Predict:* ResNet-18 has about 11 million weights, this one 4,082. Who is ahead, and is it sure?

# %%
table = measured.load("medmnist_table")
print(table)
PUBLISHED = {"breast": (0.901, 0.863), "pneumonia": (0.944, 0.854)}  # AUC, accuracy
print(
    "\n             n   published        ours, five seeds          one seed, interval over patients"
)
for name, published in PUBLISHED.items():
    n = table.values(name, "n")[0]
    for what, theirs in zip(("auc", "accuracy"), published, strict=True):
        found = table.values(name, what)  # (seeds, 3): value, low, high
        value, low, high = found[0]
        print(
            f"{name:10} {n:4} {what:9} {theirs:.3f}   {found[:, 0].mean():.3f} ± "
            f"{found[:, 0].std(ddof=1):.3f}             {value:.3f} ({low:.3f} to {high:.3f})"
        )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# ResNet-18 in all four rows, by 0.004 to 0.050. Sure it is not. 156 test images leave an interval of the
# AUC 0.15 wide, and the published 0.901 lies inside it for three of our five seeds. The published numbers were measured on
# the same 156 images.
# </details>
#
# Ask for the interval before you call 0.02 more progress. The table that is quoted gives none.


# %% folded=true
def draw_table(data_set="breast", measure="auc"):
    found = table.values(data_set, measure)
    theirs = PUBLISHED[data_set][measure == "accuracy"]
    figure, ax = plots.subplots(width=6.6, height=2.8)
    for seed, (value, low, high) in enumerate(found):
        ax.plot([low, high], [seed, seed], color=plots.BLUE, lw=2.4, ls="-")
        ax.plot([value], [seed], "o", color=plots.BLUE, ms=8)
    ax.axvline(theirs, color=plots.VERMILLION, lw=2, ls="--")
    ax.set(xlim=(0.7, 1.0), xticks=[0.7, 0.8, 0.9, 1.0], yticks=range(5), ylim=(-0.6, 4.6))
    ax.set(xlabel=f"{measure} (dashed: published)", ylabel="seed")
    inside = int(((found[:, 1] <= theirs) & (theirs <= found[:, 2])).sum())
    return figure, (
        f"{data_set}, {measure}: published {theirs:.3f}, ours {found[:, 0].mean():.3f} on the mean of five "
        f"seeds. The published value lies in {inside} of 5 of our intervals over patients."
    )


explore(draw_table, data_set=list(PUBLISHED), measure=["auc", "accuracy"])

# %% [markdown]
# Retina and skin come by the same loader. The next cell trains on whatever MedMNIST is already on your computer,
# and fetches nothing. `data.medmnist("retina")` would.

# %% tags=["nbval-ignore-output"]
from dlcourse.measured import medmnist_table as published

for name in ("breast", "retina", "derma"):
    if data.available(name):
        found = published.judged(name, *published.scores(name, 0))
        print(f"{name}: AUC {found['auc'][0]:.3f}, accuracy {found['accuracy'][0]:.3f}", end="; ")
        print(f"the largest class alone {found['largest class']:.3f}; n = {found['n']}")
    else:
        print(f'{name} is not here. data.medmnist("{name}") fetches it.')

# %% [markdown]
# <details><summary><b>Question.</b> Retina has five grades, which are ordered, and the table's accuracy counts a
# grade 4 called 0 like a grade 1 called 0. What would Gulshan have asked?</summary>
#
# Whether the patient must be referred: grade 2 or more, yes or no. Sum the probabilities of grades 2, 3 and 4,
# as in sitting 2, and report sensitivity and specificity at a threshold.
# </details>

# %% [markdown]
# ## Sources
#
# - Gulshan and others, *Development and validation of a deep learning algorithm for detection of diabetic
#   retinopathy in retinal fundus photographs* (2016).
#   [doi:10.1001/jama.2016.17216](https://doi.org/10.1001/jama.2016.17216)
# - Voets, Møllersen and Bongo, *Reproduction study using public data* of the same (2019): AUC 0.951 and 0.853.
#   [doi:10.1371/journal.pone.0217541](https://doi.org/10.1371/journal.pone.0217541)
# - Esteva and others, *Dermatologist-level classification of skin cancer with deep neural networks* (2017).
#   [doi:10.1038/nature21056](https://doi.org/10.1038/nature21056)
# - Rajpurkar and others, *CheXNet* (2017), not peer-reviewed; the third version, with F1.
#   [doi:10.48550/arXiv.1711.05225](https://doi.org/10.48550/arXiv.1711.05225)
# - McKinney and others, *International evaluation of an AI system for breast cancer screening* (2020).
#   [doi:10.1038/s41586-019-1799-6](https://doi.org/10.1038/s41586-019-1799-6)
# - Yang and others, *MedMNIST v2* (2023): the table of ResNet-18 at 28 pixels.
#   [doi:10.1038/s41597-022-01721-8](https://doi.org/10.1038/s41597-022-01721-8)
# - Saerens, Latinne and Decaestecker, *Adjusting the outputs of a classifier to new a priori probabilities*
#   (2002). [doi:10.1162/089976602753284446](https://doi.org/10.1162/089976602753284446)
# - Sounderajah and others, *The STARD-AI reporting guideline for diagnostic accuracy studies using
#   artificial intelligence* (2025).
#   [doi:10.1038/s41591-025-03953-8](https://doi.org/10.1038/s41591-025-03953-8)
# - Collins and others, *TRIPOD+AI statement* (2024).
#   [doi:10.1136/bmj-2023-078378](https://doi.org/10.1136/bmj-2023-078378)
# - Mongan, Moy and Kahn, *Checklist for artificial intelligence in medical imaging (CLAIM)* (2020).
#   [doi:10.1148/ryai.2020200029](https://doi.org/10.1148/ryai.2020200029). Tejani and others, *2024 update*.
#   [doi:10.1148/ryai.240300](https://doi.org/10.1148/ryai.240300)
