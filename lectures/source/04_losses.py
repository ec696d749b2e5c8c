# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · Losses
#
# **Right for 94 % of biopsies. Would you trust its "99 % sure"?**
#
# A model reads 30 measurements of a biopsy and says "malignant" or "benign". It also says how
# sure it is. It is right for 94 of 100 patients, on patients it has not seen. In this unit you
# find out what its "99 % sure" is worth, with one number that punishes false certainty. That
# number is the loss. Training makes it small, so whatever the loss does not ask for, the network
# does not learn.
#
# After this lecture you can
#
# 1. say what a network's probability costs when the truth comes out, and why it is a logarithm;
# 2. choose a loss for a yes or no, a diagnosis, a number, a survival time, or several at once;
# 3. give the network the output layer that this loss needs, in shape and in scale;
# 4. compute each loss and its gradient without an overflow, however sure the network is;
# 5. tell *right* from *rightly sure*, and check the second.
#
# *Time: 90 minutes. You need: units 02 and 03, and the logarithm.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the
# top (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

# %% [markdown]
# ## Two models, 569 biopsies
#
# Both read the same 30 measurements. *Naive Bayes* (unit 01) draws one bell curve per measurement
# and class and multiplies. *Logistic regression* (unit 02) is a single neuron. Each patient is
# judged by a model that was fitted on other patients: the data are cut into ten parts, and each
# part is predicted from the other nine (*cross-validation*).
#
# We keep the **logits** $z$, the logarithms of the odds for "malignant". The probability is
# $\hat p = \sigma(z)$, and *how sure* a model is, is the larger of $\hat p$ and $1 - \hat p$.

# %%
table = data.breast_cancer()
y = table.y
folds = StratifiedKFold(10, shuffle=True, random_state=0)

log_p = cross_val_predict(GaussianNB(), table.X, y, cv=folds, method="predict_log_proba")
neuron = make_pipeline(StandardScaler(), LogisticRegression())
logits = {
    "naive Bayes": log_p[:, 1] - log_p[:, 0],
    "logistic regression": cross_val_predict(
        neuron, table.X, y, cv=folds, method="decision_function"
    ),
}

for name, z in logits.items():
    alarm = z >= 0
    print(f"{name}: right for {(alarm == y).sum()} of {len(y)} ({(alarm == y).mean():.1%})")
    print("  sensitivity", metrics.sensitivity(y, alarm))
    print("  specificity", metrics.specificity(y, alarm))
    p = ref.sigmoid(z)
    sure = np.maximum(p, 1 - p)
    print(f"  more than 99 % sure of {(sure > 0.99).sum()} patients")

# %% [markdown]
# Naive Bayes is more than 99 % sure of 541 patients. If its word is good, fewer than 1 % of those
# answers are wrong: five or so.
#
# **Before you scroll on, write down a number:** of the 541, how many do you think *are* wrong?

# %%
for name, z in logits.items():
    p = ref.sigmoid(z)
    sure = np.maximum(p, 1 - p)
    certain, wrong = sure > 0.99, (z >= 0) != y
    print(f"{name}, when more than 99 % sure:")
    print("  wrong", metrics.rate((certain & wrong).sum(), certain.sum()))
    print(f"  wrong by its own account: {(1 - sure)[certain].sum():.2f} patients")

# %% [markdown]
# Twenty-two. By its own account naive Bayes expected a twentieth of a patient. The other model is
# sure less often, and when it is, it may be believed: one mistake among 413, where it announced
# a half.
#
# So no: do not trust the first model's "99 % sure". Counting right answers told us nothing of this.
# We need a number that listens to *how sure*, and part 2 makes it.

# %% [markdown]
# ## 1. Structure, loss, optimizer
#
# A network is three things.
#
# - Its **structure**: which neurons, in which layers (unit 03). It says what can be expressed.
# - Its **loss**: one number for how wrong its answers are. It says what is *wanted*.
# - Its **optimizer**: how the weights are changed to make the loss small (unit 05).
#
# The three are chosen separately. This unit changes the loss and nothing else. A loss compares
# one answer with one truth; the loss *over a data set* is the average over its patients:
#
# $$L = \frac1n \sum_{i=1}^n \ell(\text{answer}_i, \text{truth}_i)$$
#
# - $n$: the number of patients; $i$ counts them.
# - $\ell$: the loss of one patient, 0 or little when the answer is good.
#
# The average, not the sum: then the loss of 100 patients and of 10,000 can be compared, and the
# learning rate need not know how many there are. In torch and in this course's library that is
# `reduction="mean"`, the default. `"sum"` and `"none"` (one loss per patient) exist too.

# %% [markdown]
# ## 2. The price of a probability
#
# **Intuition.** Let the model pay for its *surprise*. It said 90 % malignant, and malignant it is:
# a small charge. It said 10 %: a large one. It said 0 %, "impossible", and it happened: no charge
# is large enough. And two independent patients should cost as much as both bills added, while
# their probabilities multiply. Only a logarithm turns products into sums.
#
# **Formula.** The **binary cross-entropy** of one patient:
#
# $$\ell(y, \hat p) = -y \ln \hat p - (1 - y)\ln(1 - \hat p)$$
#
# - $y$: the truth, 1 malignant or 0 benign. It switches one of the two terms off.
# - $\hat p$: the probability that the model gave to "malignant".
# - $\ln$: the natural logarithm. The unit is then the *nat*. With base 2 it would be the *bit*.
#
# **In NumPy**, for the table that one of this course's sources shows, to be filled in:

# %%
truth = np.array([0, 0, 1, 1])
said = np.array([0.1, 0.9, 0.1, 0.9])
price = -truth * np.log(said) - (1 - truth) * np.log(1 - said)

print("y    p     loss")
for t, s, cost in zip(truth, said, price, strict=True):
    print(f"{t}   {s:.1f}   {cost:.3f}")
assert np.array_equal(price.round(1), [0.1, 2.3, 2.3, 0.1])  # as the source has it

# %% [markdown]
# **The same in torch**, and with the library:

# %%
in_torch = F.binary_cross_entropy(
    torch.tensor(said), torch.tensor(truth).double(), reduction="none"
)
assert np.allclose(price, in_torch)
assert np.allclose(price, ref.binary_cross_entropy(said, truth, reduction="none"))
print("mean over the four, as reported:", price.mean().round(3))

# %% [markdown]
# **All such numbers of the sources, recomputed.** The last two come from their example with three
# diagnoses (part 5): there, too, the charge is $-\ln$ of what was given to the truth.

# %%
SOURCES = [  # truth, p, what the source prints
    (0, 0.1, 0.1),
    (0, 0.9, 2.3),
    (1, 0.1, 2.3),
    (1, 0.9, 0.1),
    (1, 0.60, 0.51),
    (1, 0.90, 0.15),
]
print("truth  p     source  right")
for t, s, printed in SOURCES:
    right = -np.log(s if t else 1 - s)
    off = abs(right - printed) > 0.01
    print(f"{t:5}  {s:.2f}  {printed:6}  {right:.3f}{'  <- differs' if off else ''}")

# %% [markdown]
# **Move** p. The circles, triangles and squares are what the sources print; the number that does not
# agree is a cross, off the curve in the close-up. *Predict:* what does it cost to say 0.99 and be wrong, compared
# with saying 0.9 and being wrong? And 0.999? Then find the logarithm that puts the cross on the
# line.

# %% folded=true
LOGS = {"natural (nats)": ("nats", 1.0), "base 2 (bits)": ("bits", np.log(2))}
MARKS = [
    (SOURCES[:2], "v", plots.ORANGE, "source, truth 0"),
    (SOURCES[2:4], "o", plots.BLUE, "source, truth 1"),
    (SOURCES[4:5], "s", plots.GREEN, "source, three diagnoses"),
    (SOURCES[5:], "X", "black", "source, does not agree"),
]


def draw_price(p=0.3, truth=1, logarithm="natural (nats)"):
    unit, size = LOGS[logarithm]
    grid = np.linspace(0.001, 0.999, 400)
    cost = -np.log(p if truth else 1 - p) / size
    figure, panels = plots.subplots(2, 1, height=6.6, height_ratios=[3, 2])
    for ax, marks in zip(panels, [MARKS, MARKS[1:]], strict=True):
        ax.plot(grid, -np.log(grid) / size, "-", color=plots.BLUE, label="truth 1")
        ax.plot(grid, -np.log(1 - grid) / size, "--", color=plots.ORANGE, label="truth 0")
        for rows, marker, colour, name in marks:
            _, ps, printed = zip(*rows, strict=True)
            style = {"color": colour, "ms": 10, "mec": "white", "ls": "", "label": name}
            ax.plot(ps, printed, marker, **style)
        ax.plot(p, cost, "*", color=plots.VERMILLION, ms=18, mec="white")
        ax.set(ylabel=f"loss ({unit})")
    panels[0].set(ylim=(-0.3, 10.6), xlim=(0, 1), xlabel="p, the probability given to 1")
    panels[0].legend(fontsize=12, loc="upper center", ncols=2)
    panels[1].set(xlabel="close up: p from 0.8 to 1", xlim=(0.8, 1), ylim=(0, 0.35))
    panels[1].set_xticks([0.8, 0.85, 0.9, 0.95, 1])
    sentence = (
        f"Said p = {p:.3f}, the truth is {truth}: the loss is {cost:.3f} {unit}. "
        f"A coin's 0.5 would cost {np.log(2) / size:.3f}."
    )
    return figure, sentence


explore(draw_price, p=(0.001, 0.999, 0.001), truth=[1, 0], logarithm=list(LOGS))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Each further nine costs 2.3 more: 0.9 and wrong is 2.3, 0.99 is 4.6, 0.999 is 6.9. The cross is in
# bits, base 2.
# </details>
#
# What one gains by another nine when right is hardly visible: from 0.105 to 0.010 to 0.001.
#
# Now the average, for both models, with two simple-minded rivals: a coin, and quoting to everyone
# the share of malignant cases (the *base rate*).

# %%
base_rate = y.mean()
losses = {"a coin": np.log(2), "the base rate": ref.entropy(np.array([base_rate, 1 - base_rate]))}
losses |= {name: ref.binary_cross_entropy_with_logits(z, y) for name, z in logits.items()}
for name, loss in losses.items():
    print(f"{name:20}  loss {loss:.3f} nats")

cost = ref.binary_cross_entropy_with_logits(logits["naive Bayes"], y, reduction="none")
print("\nnaive Bayes, its dearest patients:\n ", np.sort(cost)[:-6:-1].round(1))
z = logits["naive Bayes"]
sure_and_wrong = (np.abs(z) > np.log(99)) & ((z >= 0) != y)  # odds of 99 to 1
share = cost[sure_and_wrong].sum() / cost.sum()
print(f"{sure_and_wrong.sum()} sure and wrong pay {share:.0%} of its bill")


# %% [markdown]
# There is the answer in one number. By accuracy naive Bayes (93.8 %) is close to logistic
# regression (97.7 %). By loss it is hardly better than a doctor who tells every patient "37 %" and
# never looks at a slide.
#
# **Where the formula comes from.** $e^{-\ell}$ is the probability that the model gave to what
# happened. Multiply it over all patients: the probability of the whole list of diagnoses, called
# the **likelihood**. It is $e^{-nL}$. So the lowest loss is the *maximum likelihood*:

# %%
for name in logits:
    print(f"{name:20}  likelihood 10^-{len(y) * losses[name] / np.log(10):.0f}")

# %% [markdown]
# **What if** a model says exactly 0 and is wrong? Then the formula says infinity, and the average with
# it. Part 6 shows what libraries do about that.
#
# <details><summary><b>Question.</b> The truth is 1 with probability 0.7, and you know it. Which
# p costs you least on average? Why is that worth more than it seems?</summary>
#
# 0.7. Your average bill is $-0.7 \ln p - 0.3\ln(1-p)$; its slope is 0 where
# $0.7/p = 0.3/(1-p)$, at p = 0.7. So honesty is the cheapest strategy: neither shading towards
# ½ nor showing off pays. A loss with this property is called *proper*. The absolute error
# $|y - p|$ is not: it is cheapest at p = 1. The next cell tries it.
# </details>

# %%
ps = np.linspace(0.01, 0.99, 99)
bills = {
    "cross-entropy": -0.7 * np.log(ps) - 0.3 * np.log(1 - ps),
    "squared error": 0.7 * (1 - ps) ** 2 + 0.3 * ps**2,
    "absolute error": 0.7 * (1 - ps) + 0.3 * ps,
}
for name, bill in bills.items():
    print(f"{name:15} is cheapest at p = {ps[bill.argmin()]:.2f}")

# %% [markdown]
# ## 3. Right, and rightly sure
#
# **Intuition.** A weather service says "70 % rain" on a hundred days. If it rained on about
# seventy of them, its numbers mean what they say. Such a model is **calibrated**. Being right often
# and being calibrated are two different virtues.
#
# **Formula.** Collect the answers that claim about the same sureness. Compare
#
# $$\text{claimed} = \frac1m\sum_{i \in G} \max(\hat p_i, 1-\hat p_i)
#   \qquad\text{with}\qquad \text{right} = \frac1m\,\#\{i \in G : \text{answer } i \text{ is right}\}$$
#
# - $G$: a group of $m$ patients whose answers are about equally sure.
#
# **Move** `sharpness`: it multiplies every logit. *Predict first:* does it change how many answers
# are right? And in which direction must you move it to make naive Bayes honest?

# %%
GROUPS = [(0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.0)]


def groups_of(z):
    """Return (patients, claimed sureness, share right) of each group of sureness."""
    p = ref.sigmoid(z)
    sure, right = np.maximum(p, 1 - p), (z >= 0) == y
    rows = []
    for low, high in GROUPS:
        here = (sure > low) & (sure <= high) if low > 0.5 else sure <= high
        share = metrics.rate(right[here].sum(), here.sum()) if here.any() else None
        rows.append((here.sum(), sure[here].mean() if here.any() else None, share))
    return rows


SHARPNESS = np.geomspace(0.02, 3, 60)
CURVES = {
    name: [ref.binary_cross_entropy_with_logits(k * z, y) for k in SHARPNESS]
    for name, z in logits.items()
}


# %% folded=true
def draw_sureness(sharpness=1.0, model="naive Bayes"):
    z = sharpness * logits[model]
    loss, right = ref.binary_cross_entropy_with_logits(z, y), ((z >= 0) == y).mean()

    figure, (top, low) = plots.subplots(2, 1, height=6.6, height_ratios=[3, 2])
    labels = []
    for i, ((n, claimed, share), (a, b)) in enumerate(zip(groups_of(z), GROUPS, strict=True)):
        labels.append(
            f"{a:.0%} to {b:.0%}\n{n} patients" if b < 1 else f"above {a:.0%}\n{n} patients"
        )
        if n:
            top.plot([i, i], [share.low, share.high], "-", color=plots.GREY, lw=3)
            top.plot(i, share.share, "o", color=plots.BLUE, ms=11)
            top.plot(i, claimed, "D", mfc="none", mec=plots.VERMILLION, mew=2, ms=13)
    top.plot([], [], "o", color=plots.BLUE, ms=11, label="share right, 95 % interval")
    top.plot([], [], "D", mfc="none", mec=plots.VERMILLION, mew=2, ms=11, label="share claimed")
    top.set(xticks=range(4), xlim=(-0.5, 3.5), ylim=(0, 1.05), ylabel="share")
    top.set_xticklabels(labels, fontsize=11)
    top.set_xlabel("how sure the answers are")
    top.legend(loc="lower right")
    for (name, curve), style in zip(CURVES.items(), ["-", "--"], strict=True):
        low.plot(SHARPNESS, curve, style, label=name)
    low.axhline(losses["the base rate"], color=plots.GREY, ls=":", label="base rate")
    low.plot(sharpness, loss, "*", color=plots.VERMILLION, ms=17, mec="white")
    low.set(xlabel="sharpness", ylabel="loss (nats)", ylim=(0, 1.85))
    low.legend(fontsize=12, loc="upper left")
    n, claimed, share = groups_of(z)[-1]
    surest = (
        f"of {n} answers above 99 %, {share.hits} are right" if n else "none is above 99 % sure"
    )
    sentence = (
        f"{model}, logits times {sharpness:.2f}: {right:.1%} right, loss {loss:.3f}; {surest}."
    )
    return figure, sentence


explore(draw_sureness, sharpness=(0.02, 3.0, 0.02), model=list(logits))

# %%
print(f"{'':19}  loss   lowest  at")
for name in logits:
    best = SHARPNESS[np.argmin(CURVES[name])]
    print(f"{name:19}  {losses[name]:.3f}  {min(CURVES[name]):.3f}   {best:.2f}")

print("\nlogistic regression")
z = logits["logistic regression"]
for k in [1, 10]:
    right = ((k * z >= 0) == y).mean()
    loss = ref.binary_cross_entropy_with_logits(k * z, y)
    print(f"logits times {k:2}: {right:.3f} right, loss {loss:.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It changes no answer. Naive Bayes wants less: about a seventh of its sharpness.
# </details>
#
# "Same accuracy, same model" is false: with ten times the logits, logistic regression has more than
# four times the loss.
#
# Why is naive Bayes too sharp? It treats 30 measurements as 30 independent witnesses. Radius,
# perimeter and area are one witness with three hats, and it believes all three. (Chosen on the same
# patients, the sharpness flatters a little. Choosing it on validation patients is called
# *temperature scaling*: unit 14.)
#
# <details><summary><b>Question.</b> Turned down to its best sharpness, naive Bayes is about as
# honest as it can be. Its loss is still twice that of logistic regression. What else does the
# loss see?</summary>
#
# How well it separates the patients. A loss of this kind charges for two things at once: not
# knowing, and not knowing that one does not know. Sharpness repairs the second only: its answers
# are wrong for 35 patients at any sharpness.
# </details>

# %%
assert 1.8 < min(CURVES["naive Bayes"]) / min(CURVES["logistic regression"]) < 2.2
radius_area = np.corrcoef(table.column("mean radius"), table.column("mean area"))[0, 1]
print(f"correlation of radius and area: {radius_area:.2f}")

# %% [markdown]
# ## 4. Numbers: the loss chooses the answer
#
# **Intuition.** Suppose you must give the same number to every patient. Which one? It depends on
# how you are charged. If large errors are charged most, you stay near the far-off patients. If an
# error costs what it measures, you only care how many are above you and how many below.
#
# **Formula.** With the error $d = \hat y - y$:
#
# $$\text{squared: } d^2 \qquad \text{absolute: } |d| \qquad
#   \text{Huber: } \begin{cases} d^2/2 & |d| \le \delta \\ \delta\,(|d| - \delta/2) & \text{else}\end{cases}$$
#
# - $\hat y$: the answer, $y$: the truth, in the units of what is measured.
# - $\delta$: where Huber's loss turns from square to straight. Height and slope meet there.
#
# Averaged over patients, the squared error is the **MSE** (mean squared error), the absolute error
# the **L1 loss**. Their slopes are the pull on the answer: $2d$, the sign of $d$, and $d$ cut off
# at $\pm\delta$.

# %%
d = np.array([0.0, 0.5, 3.0, -7.0])
delta = 2.0
squared, absolute = d**2, np.abs(d)
huber = np.where(absolute <= delta, d**2 / 2, delta * (absolute - delta / 2))
for name, values in [("error", d), ("squared", squared), ("absolute", absolute), ("Huber", huber)]:
    print(f"{name:9}", values)

zero, dt = np.zeros(4), torch.tensor(d, requires_grad=True)
assert np.allclose(squared, ref.mse_loss(d, zero, reduction="none"))
assert np.allclose(absolute, ref.l1_loss(d, zero, reduction="none"))
assert np.allclose(huber, ref.huber_loss(d, zero, reduction="none", delta=delta))
for f, f_backward, options in [
    (F.mse_loss, ref.mse_loss_backward, {}),
    (F.l1_loss, ref.l1_loss_backward, {}),
    (F.huber_loss, ref.huber_loss_backward, {"delta": delta}),
]:
    (slope,) = torch.autograd.grad(f(dt, torch.zeros(4).double(), **options), dt)
    assert np.allclose(slope, f_backward(1.0, d, zero, **options))
print("torch agrees on values and slopes")

# %% [markdown]
# **On data.** 442 patients with diabetes; the target is a score of how far the disease had
# progressed a year later (25 to 346). Now a tired clerk types some scores with an extra zero: 151
# becomes 1,510.
#
# *Predict:* after five such typos, where does the best constant answer move under each loss? Then
# **move** `typos`, and `delta` for Huber.

# %%
score = data.diabetes().y
answers = np.arange(100.0, 260.0)


def mistyped(typos):
    """Return the scores, the first few of them with an extra zero."""
    scores = score.copy()
    scores[:typos] *= 10
    return scores


def best_answers(typos, delta):
    """Return the cheapest constant under squared, absolute and Huber's loss."""
    errors = answers[:, None] - mistyped(typos)  # (answers, patients)
    size = np.abs(errors)
    capped = np.minimum(size, delta)
    bills = {
        "squared": (errors**2).mean(1),
        "absolute": size.mean(1),
        "Huber": (capped * (size - capped / 2)).mean(1),
    }
    return bills


# %% folded=true
HEIGHTS = np.random.default_rng(0).uniform(size=len(score))  # for sight only


def draw_typos(typos=0, delta=50):
    figure, (top, low) = plots.subplots(2, 1, height=6.4, height_ratios=[2, 3])
    scores, found = mistyped(typos), {}
    top.plot(scores[typos:], HEIGHTS[typos:], "o", color=plots.SKY, ms=4, label="as it was")
    top.plot(scores[:typos], HEIGHTS[:typos], "X", color="black", ms=8, label="extra zero")
    top.set(xlabel="score, as typed (one mark per patient)", yticks=[], xlim=(0, 3500))
    top.legend()
    styles = {"squared": ("-", "o"), "absolute": ("--", "s"), "Huber": ("-.", "^")}
    for name, bill in best_answers(typos, delta).items():
        line, marker = styles[name]
        (drawn,) = low.plot(answers, bill / bill.min(), line, label=name)
        found[name] = answers[bill.argmin()]
        low.plot(found[name], 1, marker, color=drawn.get_color(), ms=11, mec="white")
    low.set(xlabel="the one answer given to all patients", ylabel="loss / its lowest")
    low.set(ylim=(0.99, 1.2))
    low.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    sentence = (
        f"{counted(typos, 'score')} with an extra zero, delta {delta}: the cheapest answer is "
        + ", ".join(f"{value:.0f} ({name})" for name, value in found.items())
        + f". The mean is {scores.mean():.1f}, the median {np.median(scores):.1f}."
    )
    return figure, sentence


explore(draw_typos, typos=(0, 30), delta=(1, 300))

# %%
for typos in [0, 5]:
    scores = mistyped(typos)
    print(f"{typos} typos: mean {scores.mean():.1f}, median {np.median(scores):.1f}")
print("5 typos, Huber:")
for delta in [1, 50, 300, 3000]:
    found = answers[best_answers(5, delta)["Huber"].argmin()]
    print(f"  delta {delta:4}: cheapest answer {found:.0f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By 14 under the squared error and by 1 under the absolute one; under Huber's, by something in
# between, as `delta` says.
# </details>
#
# The squared error chooses the **mean**, the absolute error the **median**, and Huber's loss goes
# from one to the other as $\delta$ grows. Five typos in 442 drag the mean up by 14 points and the
# median by one. Whoever picks a loss picks the question that is answered.
#
# **Check the units.** MSE is in squared units. Its square root is not, and is what one reports.
#
# <details><summary><b>Question.</b> Maximum likelihood gave the cross-entropy. Which belief about
# errors gives the squared one, and which the absolute one?</summary>
#
# A bell curve: its density falls as $e^{-d^2/(2s^2)}$, and minus its logarithm is $d^2/(2s^2)$ plus
# a constant. And a density that falls as $e^{-|d|/s}$ (Laplace's), with thicker tails: there,
# errors far off are less of a surprise. Every loss is a belief about what kind of error is normal.
# </details>

# %% [markdown]
# ## 5. One of several diagnoses
#
# **Intuition.** With three diagnoses the model hands out one cake. You charge it for the piece that
# it gave to the truth. How it divided the rest does not matter.
#
# **Formula.** The **cross-entropy** of one patient:
#
# $$\ell = -\sum_{c=1}^C t_c \ln \hat p_c = -\ln \hat p_{\text{true class}}$$
#
# - $C$: number of classes. $\hat p_c$: the share given to class $c$; they sum to 1.
# - $t_c$: the truth, 1 for the true class and 0 for the others (*one-hot*).
#
# A source of this course has two patients with pain in the abdomen, and three diagnoses:

# %%
diagnoses = ["appendicitis", "diverticulosis", "cholecystitis"]
p_first, p_second = np.array([0.25, 0.60, 0.15]), np.array([0.05, 0.90, 0.05])
one_hot = np.array([0, 1, 0])  # diverticulosis, for both

first = -(one_hot * np.log(p_first)).sum()
second = -(one_hot * np.log(p_second)).sum()
print(f"first patient:  {first:.3f}")
print(f"second patient: {second:.3f} ({second / np.log(2):.3f} in bits)")
print(f"over the data set of two: {(first + second) / 2:.3f}")
assert np.isclose(
    (first + second) / 2,
    F.nll_loss(torch.tensor(np.log([p_first, p_second])), torch.tensor([1, 1])),
)

# %% [markdown]
# **Where the source errs, twice.** For the second patient it says 0.15. That is $-\log_2 0.90$; with
# the natural logarithm that it asks for, and uses for the first patient, it is 0.105. (This was the
# cross off the curve in part 2.) And it writes the first patient's truth as 0, 1, 1. Two diagnoses
# at once are no one-hot label, and the loss would then be another:

# %%
print("with the label 0, 1, 1:", -(np.array([0, 1, 1]) * np.log(p_first)).sum().round(3))

# %% [markdown]
# **From scores to loss.** A network ends in one *score* per class, any real number; softmax makes
# shares of them (unit 02). torch's `cross_entropy` takes the **scores** and does the softmax itself.
# The truth is the *number* of the class. `nll_loss` (negative log-likelihood) is the second half: it
# takes the logarithms of the shares.
#
# $$\ell(z, t) = -z_t + \ln \sum_{c} e^{z_c}, \qquad
#   \frac{\partial \ell}{\partial z_c} = \hat p_c - [c = t]$$
#
# - $z_c$: score of class $c$; $t$: number of the true class; $[c = t]$: 1 for the true class, else 0.
#
# The gradient is what was said less what was true, as for the neuron in unit 02. And with two classes
# and the scores 0 and $z$ this *is* the binary cross-entropy of part 2: the last line checks it.

# %%
scores = np.array([[2.0, 1.0, -1.0], [0.0, 3.0, 0.0], [1.0, 1.0, 1.0]])  # three patients
target = np.array([0, 2, 1])

shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)  # fine for small scores
rows = np.arange(len(target))
by_hand = -np.log(shares[rows, target]).mean()
gradient = (shares - np.eye(3)[target]) / len(target)

zt = torch.tensor(scores, requires_grad=True)
loss = F.cross_entropy(zt, torch.tensor(target))
loss.backward()
print(f"by hand {by_hand:.4f}, torch {loss.item():.4f}")
print("gradient, one row per patient:")
print(gradient.round(3))
assert np.allclose([by_hand, ref.cross_entropy(scores, target)], loss.item())
assert np.isclose(ref.nll_loss(ref.log_softmax(scores, dim=1), target), by_hand)
assert np.allclose(gradient, zt.grad)
assert np.allclose(gradient, ref.cross_entropy_backward(1.0, scores, target))
z = logits["naive Bayes"]
assert np.isclose(ref.cross_entropy(np.column_stack([0 * z, z]), y), losses["naive Bayes"])

# %% [markdown]
# **What if** you apply softmax yourself and hand the shares to `cross_entropy`? It takes them for
# scores and applies softmax again. No error is raised. Shares lie between 0 and 1, so even a perfect
# answer (1, 0, 0) becomes $e/(e+2) = 0.58$. *Predict* whether the network still learns. Below, the
# same linear network is trained twice on 1,200 handwritten digits (ten classes), and tested on 597:

# %%
images = data.digits()
pixels = images.X.reshape(-1, 64)
order = np.random.default_rng(0).permutation(len(pixels))
train, test = order[:1200], order[1200:]

for twice in [False, True]:
    weight, bias = np.zeros((64, 10)), np.zeros(10)
    for _ in range(500):
        z = pixels[train] @ weight + bias
        if twice:
            slope = ref.cross_entropy_backward(1.0, ref.softmax(z, dim=1), images.y[train])
            slope = ref.softmax_backward(slope, z, dim=1)
        else:
            slope = ref.cross_entropy_backward(1.0, z, images.y[train])
        weight, bias = weight - pixels[train].T @ slope, bias - slope.sum(axis=0)
    z = pixels[test] @ weight + bias
    reported = ref.cross_entropy(ref.softmax(z, dim=1) if twice else z, images.y[test])
    right = (z.argmax(axis=1) == images.y[test]).mean()
    print(f"softmax {'twice' if twice else 'once '}: loss {reported:.2f}, {right:.3f} right")

for classes in [3, 10]:
    print(f"floor with {classes:2} classes: {np.log((np.e + classes - 1) / np.e):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It learns, worse, and its loss can never pass a floor.
# </details>
#
# That is what makes the mistake common: it looks like a network that needs more training.
#
# <details><summary><b>Question.</b> A network with ten classes knows nothing yet, and gives each
# class the same share. What should its first loss be? Why is that worth checking?</summary>
#
# $-\ln\frac1{10} = \ln 10 = 2.30$. For $C$ classes, $\ln C$. If the first loss is far above, the
# network starts out sure of something it cannot know, and spends its first steps unlearning it.
# </details>

# %% [markdown]
# ## 6. Stay with logits
#
# **Intuition.** A probability near 1 is a bad place to store certainty: the digits run out. The logit
# holds the same opinion with room to spare. So a loss should take the logit, and never make
# a probability on the way.
#
# **Formula.** Take the largest score out of the sum before any exponential (**log-sum-exp**):
#
# $$\ln\sum_c e^{z_c} = m + \ln \sum_c e^{z_c - m}, \qquad m = \max_c z_c$$
#
# Now no exponent is positive, so nothing overflows; one of them is 0, so the sum is at least 1 and
# its logarithm is safe. For a yes or no, the same idea gives
#
# $$\ell(y, z) = \max(z, 0) - y z + \ln\!\big(1 + e^{-|z|}\big), \qquad
#   \frac{\partial \ell}{\partial z} = \sigma(z) - y$$


# %%
def plain(z, y):  # the formula as on paper
    p = 1 / (1 + np.exp(-z))
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def clipped(z, y):  # a popular repair
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def from_logits(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


z = np.float32([-200, -30, -15, 0, 15, 30, 200])  # seven patients, all of them ill
with np.errstate(all="ignore"):
    print("logit   plain    clipped  from logits")
    for row in zip(z, plain(z, 1), clipped(z, 1), from_logits(z, 1), strict=True):
        print("{:5.0f}  {:7.2f}  {:7.2f}  {:7.2f}".format(*row))

ill = np.ones_like(z)
zt = torch.tensor(z, requires_grad=True)
stable = F.binary_cross_entropy_with_logits(zt, torch.ones(7), reduction="none")
stable.sum().backward()
assert np.allclose(from_logits(z, 1), stable.detach())
assert np.allclose(
    from_logits(z, 1), ref.binary_cross_entropy_with_logits(z, ill, reduction="none")
)
assert np.allclose(zt.grad, ref.sigmoid(z) - ill)

# %% folded=true
z = np.linspace(-60, 60, 481, dtype=np.float32)
with np.errstate(all="ignore"):
    curves = [
        ("from the logit", from_logits(z, 0), "-", plots.BLUE),
        ("clipped at 1e-7", clipped(z, 0), "--", plots.ORANGE),
        ("as on paper", plain(z, 0), ":", "black"),
    ]
figure, ax = plots.subplots(height=3.8)
for name, values, line, colour in curves:
    ax.plot(z, np.where(np.isfinite(values), values, np.nan), line, color=colour, label=name, lw=3)
ends = z[np.isfinite(curves[2][1])].max()
ax.plot(ends, from_logits(ends, 0), "X", color="black", ms=11, label="here it becomes infinite")
ax.set(xlabel="logit z of a patient who is healthy", ylabel="loss (nats)")
ax.legend()
cap = curves[1][1].max()
plots.show(
    figure,
    f"Three ways to compute the loss of a healthy patient in float32. From the logit it rises "
    f"straight. Clipped it stays at {cap:.1f} and is flat from there, so its gradient is 0. "
    f"As on paper it ends at z = {ends:.1f}, where 1 - p becomes 0.",
)

# %% [markdown]
# Look at where the clipped curve is flat: at the patients about whom the model is most wrong. A flat
# loss has no slope, so nothing ever corrects them. Clipping repairs the number and kills the
# lesson.
#
# **On our patients.** The same answers of naive Bayes, three bookkeepers, float32:

# %%
z = logits["naive Bayes"].astype(np.float32)
p = torch.sigmoid(torch.from_numpy(z))
yt = torch.from_numpy(y).float()
print(f"from logits:             {ref.binary_cross_entropy_with_logits(z, y):.3f}")
print(f"probabilities, clipped:  {clipped(np.clip(z, -80, 80), y).mean():.3f}")
print(f"torch on probabilities:  {F.binary_cross_entropy(p, yt).item():.3f}")
gone = ((p == 1) & (yt == 0)).numpy()
print(f"p exactly 1, yet healthy: {gone.sum()} patients")
print("  their logits:", np.sort(z[gone])[::-1].round(1))
assert np.allclose(cost[gone], z[gone]) and not ((p == 0) & (yt == 1)).any()

# %% [markdown]
# One set of answers, three losses. Only the first is right. For the five, $1 - \hat p$ became 0. torch
# stops each logarithm at −100, so they cost 100 each; they should cost their logits, 19 to 36. (For the
# ill called healthy all is well: float32 has tiny numbers near 0, but no such gaps near 1.)
#
# <details><summary><b>Question.</b> In float32, up to which score does the plain
# np.log(np.exp(z).sum()) survive? And the smallest, if all scores are negative?</summary>
#
# exp overflows just above 88.7. Downwards it becomes 0 from about −104, the sum is 0 and its
# logarithm −∞. So the plain form breaks on both sides. The next cell tries it.
# </details>

# %%
with np.errstate(all="ignore"):
    for z in [88, 89, -103, -104]:
        print(f"plain, both scores {z:4}: {np.log(np.exp(np.float32([z, z])).sum()):.2f}")
z = np.array([[1000.0, 1001.0, 1002.0]])
m = z.max(axis=1, keepdims=True)
print("log-sum-exp of 1000, 1001, 1002:", (m + np.log(np.exp(z - m).sum())).round(4)[0, 0])
assert np.isclose((m + np.log(np.exp(z - m).sum())).item(), torch.logsumexp(torch.tensor(z), 1))

# %% [markdown]
# ## 7. The output layer must match the loss
#
# A loss asks for a certain kind of answer. The last layer must deliver it, in **shape** (how many
# numbers per patient) and in **scale** (which numbers are allowed).
#
# | you want | last layer | loss |
# |---|---|---|
# | one probability | 1 unit; sigmoid in the loss | binary cross-entropy with logits |
# | one of C classes | C units; softmax in the loss | cross-entropy |
# | several yes-or-no at once | one unit each; sigmoids | the first, averaged over units |
# | any number | 1 unit, no bend | squared, absolute, Huber |
# | a number above 0 | 1 unit; softplus or exp | the same |
# | survival time | 1 unit, no bend: a log hazard | Cox's (part 9) |
# | several of these | one *head* for each | weighted sum (part 10) |
#
# **Scale, the quiet mismatch.** Nothing forbids a sigmoid output with a *squared* error: the shapes
# fit and the numbers lie between 0 and 1. It is even a proper loss. But look at the slopes in the
# logit, for a truth of 1:
#
# $$\frac{\partial}{\partial z}\big(-\ln\sigma(z)\big) = \hat p - 1, \qquad
#   \frac{\partial}{\partial z}(\hat p - 1)^2 = 2\,(\hat p - 1)\,\hat p\,(1 - \hat p)$$
#
# **Move** the start of the two balls and the learning rate. Each rolls down its own loss. *Predict:*
# at a start of −5, how many times longer will the squared error need to reach p = 0.9?


# %%
def roll(start, lr, squared, steps=300):
    """Return the logits of a ball on its way down, (steps + 1,); the truth is 1."""
    path = [start]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-path[-1]))
        slope = 2 * (p - 1) * p * (1 - p) if squared else p - 1
        path.append(path[-1] - lr * slope)
    return np.array(path)


# %% folded=true
def draw_balls(start=-2.0, learning_rate=1.0):
    zs = np.linspace(-12.5, 6, 300)
    figure, (top, low) = plots.subplots(2, 1, height=6.6)
    words = []
    for squared, name, line, marker, colour in [
        (False, "cross-entropy", "-", "o", plots.BLUE),
        (True, "squared error", "--", "s", plots.VERMILLION),
    ]:
        path = roll(start, learning_rate, squared)
        height = (lambda z: (1 - ref.sigmoid(z)) ** 2) if squared else (lambda z: from_logits(z, 1))
        top.plot(zs, height(zs), line, color=colour, label=name)
        top.plot(path[:41:4], height(path[:41:4]), marker, color=colour, ms=8, mec="white", ls="")
        p = ref.sigmoid(path)
        low.plot(p, line, color=colour, label=name)
        there = np.flatnonzero(p > 0.9)
        words.append(
            f"{name}: {counted(there[0], 'step') if len(there) else 'more than 300 steps'}"
        )
    top.set(xlabel="logit z (marks: every 4th step of the first 40)", ylabel="loss; the truth is 1")
    top.legend()
    low.axhline(0.9, color=plots.GREY, ls=":")
    low.set(xlabel="step", ylabel="p", ylim=(-0.03, 1.03))
    slope = (
        ref.sigmoid(start) - 1,
        2 * (ref.sigmoid(start) - 1) * ref.sigmoid(start) * ref.sigmoid(-start),
    )
    sentence = (
        f"Start at logit {start:.1f}, learning rate {learning_rate:.1f}. Steps until p is above 0.9: "
        f"{'; '.join(words)}. First slopes {slope[0]:.3f} and {slope[1]:.5f}."
    )
    return figure, sentence


explore(draw_balls, start=(-12.0, 4.0, 0.5), learning_rate=(0.1, 5.0, 0.1))

# %%
print("steps until p > 0.9, learning rate 1")
print("start   cross-entropy   squared error")
for start in [-2.0, -5.0, -8.0, -10.0]:
    counts = [np.argmax(ref.sigmoid(roll(start, 1.0, s, 12000)) > 0.9) for s in (False, True)]
    print(f"{start:5.0f}   {counts[0]:13,}   {counts[1]:13,}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Seven times: 119 steps for 16. The more wrong it is, the slower the squared error learns.
# </details>
#
# Its loss is flat where the sigmoid is. Cross-entropy's logarithm undoes the sigmoid's exponential,
# so its pull is the error itself, close to 1 as long as it is wrong.
#
# **Shape, the silent one.** Answers of shape (n, 1) and truths of shape (n,) broadcast to an (n, n)
# table: every patient is compared with every other. NumPy does not complain, `F.mse_loss` only
# warns, and the library of this course refuses:

# %%
column, row = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])
print("perfect answers, MSE by NumPy:", ((column - row) ** 2).mean().round(3))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    loss = F.mse_loss(torch.tensor(column), torch.tensor(row))
print(f"by torch: {loss.item():.3f}, with {len(caught)} warning")
try:
    ref.mse_loss(column, row)
except ValueError as error:
    print("ref.mse_loss:", str(error).replace("; ", ";\n  "))

# %% [markdown]
# <details><summary><b>Question.</b> An X-ray can show pneumonia and a fracture at once. Softmax over the
# findings, or one sigmoid each?</summary>
#
# One sigmoid each. Softmax shares a single cake: a sure pneumonia would talk the fracture away. It
# is for classes of which exactly one is true.
# </details>

# %% [markdown]
# ## 8. Entropy: how concentrated, how far off
#
# **Intuition.** Before the test result arrives, how surprised do you expect to be? If one of three
# diagnoses is nearly certain, hardly. If all are equally likely, most. That expected surprise is the
# **entropy**: it is small where a distribution is concentrated. And if you *believe* something else
# than what is true, you will be surprised more often than necessary. The excess is the
# **Kullback–Leibler divergence**, short KL.
#
# **Formula.** With $p$ the truth and $q$ the belief, both summing to 1:
#
# $$H(p) = -\sum_c p_c \ln p_c, \qquad
#   D(p\,\|\,q) = \sum_c p_c \ln\frac{p_c}{q_c}, \qquad
#   \underbrace{-\sum_c p_c \ln q_c}_{\text{cross-entropy}} = H(p) + D(p\,\|\,q)$$
#
# By convention $0 \ln 0 = 0$: what never happens surprises nobody. $D$ is never negative, and it is 0
# only for $q = p$. So lowering a cross-entropy means lowering $D$: $H(p)$ is a fact about the
# patients, and no weight can change it.


# %%
def entropy(p):
    p = p[p > 0]
    return (p * -np.log(p)).sum()


def kl(p, q):
    seen = p > 0
    return (p[seen] * np.log(p[seen] / q[seen])).sum()


ward = np.array([0.7, 0.2, 0.1])  # what a ward sees: a made-up share of three diagnoses
for name, p in [("certain", [1, 0, 0]), ("the ward", ward), ("even", [1 / 3] * 3)]:
    print(f"{name:9} entropy {entropy(np.array(p)):.3f} nats")

even = np.full(3, 1 / 3)
print(f"D(ward, even) {kl(ward, even):.3f}, D(even, ward) {kl(even, ward):.3f}")
assert np.isclose(entropy(ward), ref.entropy(ward))
assert np.isclose(entropy(ward), torch.distributions.Categorical(torch.tensor(ward)).entropy())
theirs = F.kl_div(torch.tensor(np.log(even)), torch.tensor(ward), reduction="sum")
assert np.allclose([ref.kl_div(np.log(even), ward, reduction="sum"), theirs], kl(ward, even))
assert np.isclose(-(ward * np.log(even)).sum(), entropy(ward) + kl(ward, even))

# %% [markdown]
# Mind torch's order: `F.kl_div(input, target)` takes $\ln q$ first, already as a logarithm, and then
# $p$. And KL is not symmetric, so it is no distance.
#
# **Entropy as a loss.** Subtract a little of it, and a network pays for being sure (Pereyra and others,
# 2017). Add it, and it pays for being undecided, even on patients without a diagnosis (Grandvalet and
# Bengio, 2004). Its gradient in the scores behind $p = \mathrm{softmax}(z)$:
#
# $$\frac{\partial H}{\partial z_c} = -p_c\,(\ln p_c + H)$$

# %%
z = np.array([2.0, 1.0, -1.0])
p = ref.softmax(z, dim=0)
slope = -p * (np.log(p) + entropy(p))
print("shares ", p.round(3))
print("slopes ", slope.round(3))
print(f"entropy H {entropy(p):.3f}, e^-H {np.exp(-entropy(p)):.3f}")
zt = torch.tensor(z, requires_grad=True)
torch.distributions.Categorical(logits=zt).entropy().backward()
assert np.allclose(slope, zt.grad)
assert np.allclose(slope, ref.softmax_backward(ref.entropy_backward(1.0, p), z, dim=0))

# %% [markdown]
# Raising a score lowers the entropy if its share is above $e^{-H}$, and raises it if below.
#
# **Move** `sharpness`. The belief is $q_c \propto p_c^{\,s}$: at $s = 1$ it is the truth, above it is
# overconfident, below it is shy. *Predict:* where is the belief's own entropy smallest, and where
# is the bill smallest? Are both at the same place?

# %% folded=true
BELIEFS = np.linspace(0, 4, 81)


def belief(sharpness):
    return ref.softmax(sharpness * np.log(ward), dim=0)


def draw_belief(sharpness=2.5):
    q = belief(sharpness)
    figure, (top, low) = plots.subplots(2, 1, height=6.6)
    at = np.arange(3)
    top.bar(at - 0.2, ward, 0.38, color=plots.BLUE, label="truth p")
    top.bar(at + 0.2, q, 0.38, color=plots.ORANGE, hatch="//", ec="white", label="belief q")
    top.set(xticks=at, xticklabels=diagnoses, ylabel="share", ylim=(0, 1.05))
    top.legend()
    floor, excess = entropy(ward), np.array([kl(ward, belief(s)) for s in BELIEFS])
    low.axhline(floor, color=plots.BLUE, ls=":", label="entropy of the truth")
    low.plot(BELIEFS, floor + excess, "-", color="black", label="cross-entropy: the bill")
    own = [entropy(belief(s)) for s in BELIEFS]
    low.plot(BELIEFS, own, "--", color=plots.ORANGE, label="entropy of the belief")
    bill = floor + kl(ward, q)
    low.plot([sharpness] * 2, [floor, bill], "-", color=plots.VERMILLION, lw=4)
    low.plot(sharpness, bill, "*", color=plots.VERMILLION, ms=17, mec="white")
    low.set(xlabel="sharpness s of the belief", ylabel="nats", ylim=(0, 3))
    low.legend(fontsize=12, loc="upper left")
    sentence = (
        f"Sharpness {sharpness:.2f}: belief {', '.join(f'{v:.2f}' for v in q)}, its entropy "
        f"{entropy(q):.3f}. Bill {bill:.3f} = entropy {floor:.3f} + divergence {kl(ward, q):.3f}."
    )
    return figure, sentence


explore(draw_belief, sharpness=(0.0, 4.0, 0.05))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Not at the same place. The sharper, the more concentrated the belief. The bill is lowest at 1:
# neither shy nor sure, but true.
# </details>
#
# The red piece is the divergence, what you pay on top.
#
# Now the 0.660 of part 2 has a name. It is the entropy of the label itself: what is left to learn
# when you know nothing but the base rate.
#
# <details><summary><b>Question.</b> The belief says 0 for something that then happens. What is
# D(p‖q)? And if the truth says 0 where the belief does not?</summary>
#
# Infinite in the first case: no fine is large enough for "impossible". In the second, that term is
# simply 0. The asymmetry is the point: being open-minded costs a little, being closed costs all.
# </details>

# %% [markdown]
# ## 9. When the answer is a time
#
# **Intuition.** Sixty-nine patients were given a new heart at Stanford, around 1970. How long
# does one live with it? Some patients died, and for them we know. The others were alive when last
# seen. Their time is **censored**: it is longer than what we have written down, nobody knows by how
# much.

# %%
heart = data.heart_transplant()
days, died, age = heart.time, heart.event, heart.X[:, 0]
print(f"{len(days)} patients: {died.sum():.0f} died, {(died == 0).sum()} censored")
print(f"age {age.min():.0f} to {age.max():.0f} years")
print(f"followed for {days.min():.0f} to {days.max():.0f} days")

# %% folded=true
figure, ax = plots.subplots(height=5.2)
rank = np.argsort(np.argsort(days, kind="stable"))
ax.hlines(rank, 0, days, color=plots.GREY, lw=1)
for value, name, marker, colour in [
    (1, "died", "X", plots.VERMILLION),
    (0, "alive when last seen", "o", plots.BLUE),
]:
    here = died == value
    ax.plot(days[here], rank[here], marker, color=colour, ms=7, mec="white", ls="", label=name)
ax.set(xlabel="days since the transplant", ylabel="patient, by length of follow-up")
ax.legend(loc="lower right")
early = (died == 1) & (days <= 100)
plots.show(
    figure,
    f"One line per patient, as long as the patient was followed. {early.sum()} of the "
    f"{died.sum():.0f} deaths fall into the first 100 days; the longest of the "
    f"{(died == 0).sum()} censored patients was followed for {days[died == 0].max():.0f} days.",
)

# %% [markdown]
# **Two tempting mistakes.** Drop the censored patients, or treat their last visit as their death.
# Then ask for the median survival. Beside it stands the estimate that uses everybody: at each day
# of death, the share of those *still under observation* who survive it, multiplied up (Kaplan and
# Meier, 1958).

# %%
surviving = 1.0
for day in np.unique(days[died == 1]):
    surviving *= 1 - ((days == day) & (died == 1)).sum() / (days >= day).sum()
    if surviving <= 0.5:
        break
print("median survival in days")
print(f"  censored patients dropped:     {np.median(days[died == 1]):4.0f}")
print(f"  last visit counted as a death: {np.median(days):4.0f}")
print(f"  Kaplan and Meier:              {day:4.0f}")

# %% [markdown]
# Dropping the censored drops those who live. A squared error on the days would make either mistake.
#
# **A loss that can use everybody.** Do not ask *when*. Ask, at each death: *of all who could have
# died now, why this one?* Think of a lottery. On the day of each death, every patient who is still
# under observation holds tickets: $e^{\eta}$ of them. One is drawn. The loss is the surprise at
# who it was. A censored patient holds tickets in every draw up to the last visit, then leaves: that
# is how "at least so long" enters. Cox (1972) found this.
#
# **Formula.** The negative logarithm of Cox's **partial likelihood**, as a mean over deaths:
#
# $$L = \frac1D \sum_{i\,:\,\text{died}} \Big( -\eta_i + \ln\!\!\sum_{j\,:\,t_j \ge t_i}\! e^{\eta_j} \Big),
#   \qquad \eta_i = \beta x_i$$
#
# - $t_i$: how long patient $i$ was followed. $D$: the number of deaths.
# - $\eta_i$: the **log hazard**, the network's output: higher for who should die sooner. Here one
#   weight $\beta$ times the age $x_i$ in decades.
# - $\{j : t_j \ge t_i\}$: the **risk set**, all still under observation, the one who dies included.
#
# It is part 5 again: a cross-entropy whose classes are the patients at risk. Adding 3 to all
# $\eta$ changes nothing. So the last layer is one unit without a bend, and its bias is useless.

# %%
decades = (age - age.mean()) / 10


def cox(eta):
    """Return Cox's loss, one death at a time."""
    surprises = []
    for i in np.flatnonzero(died):
        at_risk = eta[days >= days[i]]
        m = at_risk.max()
        surprises.append(-eta[i] + m + np.log(np.exp(at_risk - m).sum()))
    return np.mean(surprises)


def cox_torch(eta):
    waiting = torch.tensor(days >= days[died == 1][:, None])  # (deaths, patients)
    tickets = torch.where(waiting, eta, -torch.inf)
    return (torch.logsumexp(tickets, dim=1) - eta[torch.tensor(died == 1)]).mean()


eta = torch.tensor(0.5 * decades, requires_grad=True)
cox_torch(eta).backward()
print(f"beta 0:   {cox(0 * decades):.4f}")
print(f"beta 0.5: {cox(0.5 * decades):.4f}   torch {cox_torch(eta).item():.4f}")
ours = ref.cox_ph_loss_backward(1.0, 0.5 * decades, days, died, ties="breslow")
assert np.isclose(cox(0.5 * decades), cox_torch(eta).item())
assert np.isclose(cox(0.5 * decades), ref.cox_ph_loss(0.5 * decades, days, died, ties="breslow"))
assert np.allclose(eta.grad, ours)
assert np.isclose(cox(0.5 * decades + 3), cox(0.5 * decades))

# %% [markdown]
# Where several patients die on the same day, one has to say who left first. The sum above leaves each
# of them in the others' risk set (Breslow). Efron's way lets them leave in every order at once; it
# is the library's default. Now train the one weight, by the chain rule
# $\partial L/\partial\beta = \sum_i x_i\,\partial L/\partial \eta_i$, and ask statsmodels:

# %%
from statsmodels.duration.hazard_regression import PHReg

beta = 0.0
for _ in range(200):
    slope = ref.cox_ph_loss_backward(1.0, beta * decades, days, died)
    beta -= 1.0 * decades @ slope
oracle = PHReg(days, decades[:, None], status=died, ties="efron").fit()
print(f"beta: descent {beta:.4f}, statsmodels {oracle.params[0]:.4f}")
low, high = oracle.params[0] + 1.96 * oracle.bse[0] * np.array([-1, 1])
print(f"ten years older: hazard times {np.exp(beta):.2f}")
print(f"  95 % interval: {np.exp(low):.2f} to {np.exp(high):.2f}")
assert np.isclose(beta, oracle.params[0], atol=1e-6)
assert np.isclose(-ref.cox_ph_loss(beta * decades, days, died, reduction="sum"), oracle.llf)

# %% [markdown]
# **How good is the order?** The **concordance index** $C$ is for survival what counting right answers
# is for a diagnosis. Take two patients of whom we know who died first. Did the one with the higher
# risk die first? $C$ is the share of such pairs in order; equal risks count one half. 1 is perfect,
# ½ is a coin. A pair counts only if the earlier time is a *death*: if the first was censored, nobody
# knows.

# %%
in_order = pairs = 0.0
for i in np.flatnonzero(died):
    for j in range(len(days)):
        if days[j] > days[i] or (days[j] == days[i] and not died[j]):
            pairs += 1
            in_order += 1.0 if age[i] > age[j] else 0.5 if age[i] == age[j] else 0.0
print(f"{pairs:.0f} of {69 * 68 // 2} pairs count, C = {in_order / pairs:.3f}")
assert np.isclose(in_order / pairs, metrics.concordance_index(beta * decades, days, died))

rng = np.random.default_rng(0)
again = []
for _ in range(1000):  # the bootstrap: draw 69 patients with replacement, and ask again
    drawn = rng.integers(69, size=69)
    again.append(metrics.concordance_index(age[drawn], days[drawn], died[drawn]))
print("95 % interval: {:.2f} to {:.2f}".format(*np.percentile(again, [2.5, 97.5])))

# %% [markdown]
# Age orders 61 of 100 pairs, and the interval (from a *bootstrap*) reaches down to a coin.
#
# **Move** beta, and walk through the deaths. The upper picture is one lottery: each patient at risk,
# by age, with the share of tickets; the star is who died. *Predict:* what happens to the loss and to
# $C$ when you double a good beta? When you turn its sign?

# %% folded=true
ORDER = np.flatnonzero(died)[np.argsort(days[died == 1], kind="stable")]
BETAS = np.linspace(-1, 2, 61)
COX = [ref.cox_ph_loss(b * decades, days, died) for b in BETAS]


def draw_lottery(beta=0.5, death=10):
    i = ORDER[death - 1]
    waiting = days >= days[i]
    share = np.where(waiting, np.exp(beta * decades), 0)
    share /= share.sum()
    loss = ref.cox_ph_loss(beta * decades, days, died)
    C = metrics.concordance_index(beta * decades, days, died)

    figure, (top, low) = plots.subplots(2, 1, height=6.6)
    top.vlines(age[waiting], 0, share[waiting], color=plots.GREY, lw=1)
    top.plot(age[waiting], share[waiting], "o", color=plots.BLUE, ms=6, label="at risk")
    top.plot(
        age[i], share[i], "*", color=plots.VERMILLION, ms=18, mec="white", label="died this day"
    )
    top.set(xlabel="age (years)", ylabel="share of tickets", xlim=(15, 70))
    top.set_ylim(0, 1.45 * share.max())
    top.legend(ncols=2, loc="upper left")
    low.plot(BETAS, COX, "-", color="black")
    low.axhline(ref.cox_ph_loss(0 * decades, days, died), color=plots.GREY, ls=":")
    low.plot(beta, loss, "*", color=plots.VERMILLION, ms=17, mec="white")
    low.set(xlabel="beta (per ten years of age)", ylabel="Cox loss (nats per death)")
    sentence = (
        f"Beta {beta:.2f}: loss {loss:.3f} (with beta 0, {ref.cox_ph_loss(0 * decades, days, died):.3f}), "
        f"C = {C:.3f}. Death {death}, day {days[i]:.0f}: {waiting.sum()} at risk, the patient who "
        f"died was {age[i]:.0f} years old and held {share[i]:.1%} of the tickets."
    )
    return figure, sentence


explore(draw_lottery, beta=(-1.0, 2.0, 0.05), death=(1, 45))

# %%
for b in [0.25, 0.5, 1.0, 2.0, -0.5]:
    C = metrics.concordance_index(b * decades, days, died)
    print(f"beta {b:5.2f}   loss {ref.cox_ph_loss(b * decades, days, died):.3f}   C {C:.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# As long as beta is positive, $C$ does not move: it sees the order of the patients and nothing
# else. The loss sees how much, and rises. The other sign turns the order: $C$ becomes $1 - C$.
# </details>
#
# It is part 3 in other clothes: accuracy and $C$ ask *who*, the loss asks *how sure*.
#
# **What this is not.** 69 patients, published in 1976; one measurement, no validation, and care has
# changed since. Nobody should learn their prognosis from it.
#
# <details><summary><b>Question.</b> Somebody's network outputs predicted survival in days. You feed it
# to a concordance index as the risk and get 0.29. Good or bad?</summary>
#
# Good, and turned round: high *risk* should mean *short* survival. With the sign changed it is 0.71,
# as beta −0.5 above gives 0.391 where 0.5 gives 0.609. Far below ½ is nearly always a sign, not a bad
# model.
# </details>

# %% [markdown]
# ## 10. Several answers at once
#
# **Intuition.** One network may answer two questions: malignant or not, and how large are the nuclei
# on average? A shared layer reads the patient; two *heads* answer. Descent needs one number, so the
# losses are added. But nats and squared areas are no coins of one currency.
#
# **Formula.** $L = w_1 L_1 + w_2 L_2$: the weights say what one unit of each loss is worth to you. Its
# gradient is the weighted sum of both gradients.
#
# Six measurements without size go in. $L_1$ is the cross-entropy of the diagnosis, with $w_1 = 1$;
# $L_2$ is the MSE of the area in *standard deviations* (SD). In raw units the MSE is larger by the
# variance. So **raw units act as a weight**, and a large one:

# %%
names = ["texture", "smoothness", "compactness", "concavity", "symmetry", "fractal dimension"]
inputs = np.column_stack([table.column(f"mean {name}") for name in names])
area = table.column("mean area")
order = np.random.default_rng(0).permutation(len(y))
train, test = order[:400], order[400:]
inputs = (inputs - inputs[train].mean(axis=0)) / inputs[train].std(axis=0)
size = (area - area[train].mean()) / area[train].std()
RAW = area[train].var()
print(f"raw units: a weight of {RAW:,.0f}")


def start_of(seed):
    """Return the shared layer, the two heads and their biases, before training."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(6, 8)) / 6**0.5, rng.normal(size=(8, 2)) / 8**0.5, np.zeros(2)


def forward(rows, shared, heads, bias):
    """Return the hidden layer, both answers and both losses."""
    H = np.tanh(inputs[rows] @ shared)
    logit, guess = (H @ heads + bias).T
    cost = ref.binary_cross_entropy_with_logits(logit, y[rows]), ref.mse_loss(guess, size[rows])
    return H, logit, guess, cost


def gradients(weight, shared, heads, bias):
    """Return both losses, and the gradient of 1 * L1 + weight * L2 in all three."""
    H, logit, guess, cost = forward(train, shared, heads, bias)
    errors = [ref.sigmoid(logit) - y[train], weight * 2 * (guess - size[train])]
    blame = np.column_stack(errors) / len(train)  # (patients, 2)
    back = (blame @ heads.T) * (1 - H**2)
    return cost, [inputs[train].T @ back, H.T @ blame, blame.sum(axis=0)]


def two_heads(weight, seed=0, steps=200):
    """Train; return both losses at each step, and at the end on the other patients."""
    parts, path = start_of(seed), []
    lr = 0.2 / (1 + weight)  # or a large weight would make it explode
    for _ in range(steps):
        cost, slopes = gradients(weight, *parts)
        path.append(cost)
        parts = [part - lr * slope for part, slope in zip(parts, slopes, strict=True)]
    return np.array(path), forward(test, *parts)[3]


# %% [markdown]
# **The same in torch**, for the weighted sum of both:

# %%
leaves = [torch.tensor(part, requires_grad=True) for part in start_of(0)]
X_train, y_train, size_train = (torch.tensor(a[train]).double() for a in (inputs, y, size))
logit, guess = (torch.tanh(X_train @ leaves[0]) @ leaves[1] + leaves[2]).T
parts = [F.binary_cross_entropy_with_logits(logit, y_train), F.mse_loss(guess, size_train)]
total = 1.0 * parts[0] + 0.5 * parts[1]
total.backward()
print(f"losses {parts[0].item():.3f} and {parts[1].item():.3f}, sum {total.item():.3f}")
cost, slopes = gradients(0.5, *start_of(0))
assert np.isclose(total.item(), ref.weighted_sum(np.array(cost), np.array([1.0, 0.5])))
assert all(np.allclose(leaf.grad, slope) for leaf, slope in zip(leaves, slopes, strict=True))

# %% [markdown]
# **Move** the weight of the area, and the random `start`. *Predict:* at which weights do both heads
# learn? What has the diagnosis learned when the area comes in raw units?

# %% folded=true
WEIGHTS = np.arange(-3, 7)
SWEEPS = [[two_heads(10.0**k, seed)[1] for k in WEIGHTS] for seed in range(4)]


def draw_heads(log10_weight=5.0, start=0):
    path, end = two_heads(10.0**log10_weight, start)
    figure, (top, low) = plots.subplots(2, 1, height=6.6)
    sweep = np.array(SWEEPS[start])
    for k, (name, marker, colour) in enumerate(
        [("diagnosis (nats)", "o", plots.BLUE), ("area (squared SD)", "s", plots.VERMILLION)]
    ):
        style = {"color": colour, "ls": ["-", "--"][k]}
        top.plot(path[:, k], **style, label=name)
        low.plot(WEIGHTS, sweep[:, k], marker=marker, **style)
        low.plot(log10_weight, end[k], "*", color=colour, ms=17, mec="white")
    low.axvline(np.log10(RAW), color=plots.GREY, ls=":")
    low.text(np.log10(RAW) - 0.1, 1.15, "raw units", ha="right")
    low.axhline(losses["the base rate"], color=plots.GREY, lw=1)
    low.text(-3.2, 0.69, "diagnosis by base rate", color=plots.GREY, fontsize=12)
    top.set(xlabel="step", ylabel="loss in training", ylim=(0, 1.35))
    top.legend(loc="upper right", ncols=2)
    low.set(xlabel="log10 of the weight of the area", ylabel="loss, other patients", ylim=(0, 1.35))
    sentence = (
        f"Weight 10^{log10_weight:g} of the area, start {start}: after 200 steps the diagnosis costs "
        f"{end[0]:.3f} nats on 169 other patients (the base rate {losses['the base rate']:.3f}), "
        f"the area {end[1]:.3f} squared SD (its mean {(size[test] ** 2).mean():.3f})."
    )
    return figure, sentence


explore(draw_heads, log10_weight=(-3.0, 6.0, 0.5), start=(0, 3))

# %%
print("other patients, six starts: lowest, highest")
print("weight     diagnosis      area")
for name, weight in [("0.01", 0.01), ("1", 1.0), ("10", 10.0), ("raw", RAW)]:
    ends = np.array([two_heads(weight, seed)[1] for seed in range(6)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    print(f"{name:7}  {low[0]:.2f} to {high[0]:.2f}   {low[1]:.2f} to {high[1]:.2f}")
assert (ends[:, 0] > losses["the base rate"]).sum() >= 4  # of six, in raw units
path, _ = two_heads(RAW)
assert path[-1] @ [1, RAW] < 0.3 * path[0] @ [1, RAW]

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Around the weight 1. In raw units the diagnosis ends where chance put it, in most starts above the
# 0.660 of knowing nothing: its head hardly moved, while the layer under it was rebuilt for the
# area.
# </details>
#
# Nothing warns: the total loss falls. So standardize targets first, then choose weights on purpose.
# Any losses of this unit combine so: a diagnosis and a survival time, say.
#
# <details><summary><b>Question.</b> You give the areas in a unit ten times smaller in length, so each
# is a hundred times larger. What does that do to the training?</summary>
#
# The MSE grows by 10,000, which is one more weight of 10,000. A training that depends on the choice of
# units is a bug, not a preference.
# </details>

# %% [markdown]
# ## 11. Back to "99 % sure"
#
# A softmax or sigmoid output is a number between 0 and 1. Whether it is a probability *you can trust*
# is a question about the world, and no formula inside the network answers it. Part 3 checked it
# against patients. And far from all training patients, a network does not say "I do not know this".
# It extrapolates:

# %%
neuron.fit(table.X, y)
typical = table.X.mean(axis=0)
for factor in [1, 2, 10]:
    z = neuron.decision_function(factor * typical[None])[0]
    sure = ref.sigmoid(abs(z))
    print(f"average times {factor:2}: logit {abs(z):3.0f}, {sure:.1%} sure")
beyond = (10 * typical > table.X.max(axis=0)).sum()
print(f"times 10 is beyond all patients in {beyond} of 30")

# %% [markdown]
# No patient looks like the last one, and it gets the surest answer.
#
# **The answer to the opening question**, in full: right for 94 %, and no. When naive Bayes said "more
# than 99 % sure", 22 of 541 answers were wrong (4.1 %, 95 % interval 2.7 to 6.1 %), where its
# word allowed fewer than 1 %. Its loss of 0.598 said so at once, next to 0.660 for knowing nothing.
# Logistic regression's "99 % sure" held on these patients: one of 413. Whether it holds in another
# clinic, on other instruments, has to be checked there. Unit 14 has the tools.

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | softmax before `cross_entropy` | loss stops at 0.55 (3 classes), 1.46 (10) |
# | sigmoid before a `_with_logits` loss | never below 0.31 to 0.69 |
# | (n, 1) against (n,) | perfect answers cost something |
# | sum for mean | loss grows with the data |
# | logarithm of base 2 | losses 1.44 times too large |
# | p clipped at 1e-7 | loss stops near 16, gradient 0 |
# | squared error after a sigmoid | flat start when sure and wrong |
# | `kl_div` without the logarithm | a loss below 0 |
# | risk set $t_j \le t_i$ | no warning; beta 0.30, not 0.55 |
# | time given where risk is asked | C far below ½ |
# | two tasks in raw units | one of them does not learn |

# %%
ones, zeros = np.ones(3), np.zeros(3)
all_ill = ref.binary_cross_entropy_with_logits(ones, ones)
none_ill = ref.binary_cross_entropy_with_logits(zeros, zeros)
print(f"perfect p as logits, all ill: {all_ill:.2f}")
print(f"perfect p as logits, none ill: {none_ill:.2f}")
print(f"cap of a p clipped at 1e-7: {-np.log(np.float32(1e-7)):.1f}")
print(f"bits per nat: {1 / np.log(2):.2f}")
swapped = F.kl_div(torch.tensor(ward), torch.tensor(even), reduction="sum").item()
print(f"kl_div without the logarithm: {swapped:.2f}")


def cox_of_the_gone(eta):
    """Return Cox's loss with the risk set turned round."""
    gone = [np.log(np.exp(eta[days <= days[i]]).sum()) - eta[i] for i in np.flatnonzero(died)]
    return np.mean(gone)


turned = BETAS[np.argmin([cox_of_the_gone(b * decades) for b in BETAS])]
print(f"risk set turned round: best beta {turned:.2f}")

# %% [markdown]
# ## Summary
#
# - Structure, loss, optimizer. The loss says what is wanted; the rest is obedience.
# - Cross-entropy is the average surprise, $-\ln$ of what was given to the truth. It is cheapest to be
#   honest. It equals the entropy of the truth plus the divergence of the belief.
# - Squared error asks for the mean, absolute error for the median.
# - Output layer and loss belong together, in shape and scale. Keep logits; take the maximum out.
# - Survival: ask who, not when. Cox's loss is a cross-entropy over those still at risk; concordance
#   counts pairs in order.
# - Right and rightly sure are two things. Measure both, with intervals.
#
# **Next:** the lab of this unit, where you write these losses and their gradients. Then unit 05, which
# walks downhill on them.
#
# ## Errata of the sources in this unit
#
# | the source says | right is |
# |---|---|
# | cross-entropy of p = 0.90 is about 0.15 | 0.105 nats; 0.152 is in bits |
# | the first patient's true label is 0, 1, 1 | 0, 1, 0: a one-hot label has a single 1 |
#
# ## Sources
#
# - Shannon, *A mathematical theory of communication* (1948): entropy.
# - Kullback and Leibler, *On information and sufficiency* (1951).
# - Good, *Rational decisions* (1952): the logarithm as the honest price.
# - Huber, *Robust estimation of a location parameter* (1964).
# - Kaplan and Meier, *Nonparametric estimation from incomplete observations* (1958).
# - Cox, *Regression models and life-tables* (1972); Breslow, *Covariance analysis of censored
#   survival data* (1974); Efron, *The efficiency of Cox's likelihood function for censored data*
#   (1977).
# - Harrell and others, *Evaluating the yield of medical tests* (1982): concordance.
# - Caruana, *Multitask learning* (1997).
# - Grandvalet and Bengio, *Semi-supervised learning by entropy minimization* (2004); Pereyra and others,
#   *Regularizing neural networks by penalizing confident output distributions* (2017).
# - Guo and others, *On calibration of modern neural networks* (2017): temperature scaling.
# - Data: Street, Wolberg and Mangasarian (1993), UCI; Efron and others, *Least angle regression*
#   (2004); Miller, *Least squares regression with censored data* (1976).
