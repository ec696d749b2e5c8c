# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 14 · Evaluation
#
# You write what tells a good program from a lucky one: what an alarm is worth, how many pairs are in order,
# where to set the alarm, and how sure one may be of a share. Then two that torch makes short: a number
# that mends a network which is too sure, and a loss that trains one to say how sure it is. Six functions,
# 17 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/14_evaluation.ipynb) |
# |---|---|---|---|---|
# | 1 `ppv` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `roc_auc` | ●●○ | 15 | 3 | sitting 1 |
# | 3 `operating_point` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `patient_interval` | ●●○ | 15 | 3 | sitting 1 |
# | 5 `temperature`, torch | ●●○ | 15 | 3 | sitting 2 |
# | 6 `crps_loss`, torch | ●●○ | 15 | 3 | sitting 2 |
# | open question | | 15 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn` and `dlcourse` have ready is no answer. Exercises 5 and 6
# are in torch, for the sake of gradients: one follows them to a minimum, the other hands them to a network.

# %%
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import dlcourse
from dlcourse import plots

lab = dlcourse.lab("evaluation")
torch.set_num_threads(1)

# %% [markdown]
# ## 1. `ppv` (2 points, 10 minutes)
#
# The positive predictive value: of the patients whom a test calls ill, the share who are. It follows from
# sensitivity, specificity and the share of the ill among those who are tested. Where nobody is called, NaN.


# %% solution="ppv"
def ppv(sensitivity, specificity, prevalence):
    """Return the positive predictive value, in the shape to which the three broadcast.

    sensitivity, specificity, prevalence: arrays of shares from 0 to 1.
    """
    ### BEGIN SOLUTION
    alarms = sensitivity * prevalence + (1 - specificity) * (1 - prevalence)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN
        return sensitivity * prevalence / alarms
    ### END SOLUTION


# %% check="ppv"
lab.check(ppv)

# %% folded=true
if lab.passed("ppv"):
    places = np.logspace(-3, -0.3, 60)
    figure, ax = plots.subplots(width=6.6, height=3)
    for spec in (0.65, 0.9, 0.99):
        ax.plot(places, ppv(np.array([0.9]), np.array([spec]), places), label=f"{spec:.2f}")
    ax.set(xscale="log", ylim=(0, 1.03), yticks=[0, 0.5, 1], ylabel="PPV")
    ax.set_xticks([0.001, 0.01, 0.1, 0.5], ["0.001", "0.01", "0.1", "0.5"])
    ax.set_xlabel("prevalence")
    ax.legend(fontsize=10, title="specificity")
    clinic, screening = ppv(np.array([0.9]), np.array([0.9]), np.array([0.3, 0.0065]))
    display(
        plots.show(
            figure,
            "By your ppv: sensitivity and specificity 0.90 make an alarm right in "
            f"{clinic:.2f} of the cases where 30 % are ill, and in {screening:.2f} where 6.5 of 1,000 are.",
        )
    )

# %% [markdown]
# ## 2. `roc_auc` (3 points, 15 minutes)
#
# Take every pair of an ill and a healthy patient. The AUC is the share of pairs in which the ill one has the
# higher score; equal scores count one half. Scores may be any numbers. Without pairs, NaN.


# %% solution="roc_auc"
def roc_auc(y, score):
    """Return the area under the ROC curve, one number.

    y: (n,), 1 ill, 0 healthy. score: (n,), higher means more suspicious.
    """
    ### BEGIN SOLUTION
    ill, healthy = score[y == 1], score[y == 0]
    won = (ill[:, None] > healthy).sum() + (ill[:, None] == healthy).sum() / 2
    with np.errstate(invalid="ignore"):
        return won / (len(ill) * len(healthy))
    ### END SOLUTION


# %% check="roc_auc"
lab.check(roc_auc)

# %% folded=true
if lab.passed("roc_auc"):
    rng = np.random.default_rng(0)
    figure, ax = plots.subplots(width=6.6, height=3)
    widths = {}
    for n_ill, colour in ((10, plots.ORANGE), (100, plots.BLUE)):
        y = np.repeat([1, 0], [n_ill, 4 * n_ill])
        areas = [roc_auc(y, rng.normal(size=len(y)) + 1.19 * y) for _ in range(400)]
        widths[n_ill] = np.percentile(areas, [2.5, 97.5])
        counts, edges = np.histogram(areas, np.linspace(0.5, 1, 51))
        ax.stairs(counts, edges, fill=True, color=colour, alpha=0.6, label=f"{n_ill} ill")
    ax.axvline(0.80, color="black", lw=1.5)
    ax.set(
        xlim=(0.5, 1), xticks=[0.5, 0.75, 1], yticks=[], ylabel="400 studies", xlabel="AUC found"
    )
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            "One program, true AUC 0.80, judged by your roc_auc in 400 studies of each size. 95 % lie from "
            + " and from ".join(f"{a:.2f} to {b:.2f} ({n} ill)" for n, (a, b) in widths.items())
            + ".",
        )
    )

# %% [markdown]
# ## 3. `operating_point` (3 points, 15 minutes)
#
# The alarm rings at a score of the threshold *or more*. Return the highest threshold whose sensitivity is
# at least what is wanted: among all that find enough, it has the fewest false alarms. There is always an
# ill patient who has exactly this score.


# %% solution="operating_point"
def operating_point(y, score, wanted):
    """Return the threshold, one number.

    y: (n,), 1 ill, 0 healthy; at least one is ill. score: (n,). wanted: above 0, at most 1.
    """
    ### BEGIN SOLUTION
    ill = np.sort(score[y == 1])
    found = np.array([(ill >= t).mean() for t in ill])
    return ill[found >= wanted][-1]
    ### END SOLUTION


# %% check="operating_point"
lab.check(operating_point)

# %% folded=true
if lab.passed("operating_point"):
    rng = np.random.default_rng(1)
    y_val, y_test = (np.repeat([1, 0], [n // 4, n - n // 4]) for n in (80, 4000))
    s_val, s_test = (rng.normal(size=len(y)) + 1.7 * y for y in (y_val, y_test))
    t = operating_point(y_val, s_val, 0.9)
    sens, spec = (s_test[y_test == 1] >= t).mean(), (s_test[y_test == 0] < t).mean()
    figure, ax = plots.subplots(width=6.6, height=3)
    for label, name, colour in ((0, "healthy", plots.BLUE), (1, "ill", plots.ORANGE)):
        counts, edges = np.histogram(s_test[y_test == label], np.linspace(-4, 6, 51), density=True)
        ax.stairs(counts, edges, fill=True, color=colour, alpha=0.6, label=name)
    ax.axvline(t, color="black", lw=1.5)
    ax.set(xlabel="score", ylabel="share", yticks=[], xticks=[-4, 0, 4])
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            f"Your threshold for sensitivity 0.90, chosen on {y_val.sum()} ill patients: {t:.2f}. On "
            f"{len(y_test):,} others it has sensitivity {sens:.2f} and specificity {spec:.2f}.",
        )
    )

# %% [markdown]
# ## 4. `patient_interval` (3 points, 15 minutes)
#
# A bootstrap by patient. Each row of `draws` is one resample: numbers of patients, some twice, some not at
# all. A patient brings *all* images, as often as drawn. For each resample compute the share of its images
# that are right. Return the percentiles 2.5 and 97.5 of these shares. The draws are given, so there is one
# answer.


# %% solution="patient_interval"
def patient_interval(correct, patient, draws):
    """Return (low, high).

    correct: (images,), 1 right, 0 wrong. patient: (images,), whose image it is: 0 to patients - 1, each
    with one image or more, in any order. draws: (resamples, patients), numbers of patients.
    """
    ### BEGIN SOLUTION
    shares = []
    for drawn in draws:
        rows = np.concatenate([np.flatnonzero(patient == p) for p in drawn])
        shares.append(correct[rows].mean())
    low, high = np.percentile(shares, [2.5, 97.5])
    return low, high
    ### END SOLUTION


# %% check="patient_interval"
lab.check(patient_interval)

# %% folded=true
if lab.passed("patient_interval"):
    rng, patient, rows = np.random.default_rng(2), np.repeat(np.arange(30), 8), []
    for _ in range(20):
        ease = np.where(rng.random(30) < 0.75, 0.95, 0.35)
        correct = (rng.random(240) < ease[patient]).astype(int)
        by_image = patient_interval(correct, np.arange(240), rng.integers(0, 240, (200, 240)))
        rows.append((by_image, patient_interval(correct, patient, rng.integers(0, 30, (200, 30)))))
    truth = 0.75 * 0.95 + 0.25 * 0.35
    figure, axes = plots.subplots(1, 2, width=6.8, height=3.2)
    held = []
    for ax, ends, name in zip(
        axes, np.array(rows).swapaxes(0, 1), ("images", "patients"), strict=True
    ):
        holds = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
        held.append(int(holds.sum()))
        for i, (low, high) in enumerate(ends):
            ax.plot([low, high], [i, i], color=plots.BLUE if holds[i] else plots.ORANGE, lw=2.5)
        ax.axvline(truth, color="black", lw=1.2)
        ax.set(xlim=(0.55, 1), xticks=[0.6, 0.8, 1], yticks=[], title=f"{name} drawn")
        ax.set_xlabel("share right")
    axes[0].set_ylabel("20 hospitals")
    display(
        plots.show(
            figure,
            f"Intervals of 95 % in 20 hospitals, 30 patients with 8 images each, by your function. With "
            f"images drawn {held[0]} of 20 hold the truth (black line), with patients drawn {held[1]}.",
        )
    )

# %% [markdown]
# ## 5. `temperature` (3 points, 15 minutes, sitting 2, torch)
#
# Find the $T$ with which `F.cross_entropy(logits / T, target)` is least. Its slope comes from autograd, so
# any optimizer of torch's can walk there; `torch.optim.LBFGS`, as in the lecture, needs one call. Search
# over $\ln T$, and $T$ stays positive. Three digits count.


# %% solution="temperature"
def temperature(logits, target):
    """Return T, a tensor with one number.

    logits: (patients, classes). target: (patients,), the true class of each.
    """
    ### BEGIN SOLUTION
    log_t = torch.zeros((), dtype=logits.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_t], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits / log_t.exp(), target)
        loss.backward()
        return loss

    optimizer.step(closure)
    return log_t.exp().detach()
    ### END SOLUTION


# %% check="temperature"
lab.check(temperature)

# %% folded=true
if lab.passed("temperature"):
    rng = np.random.default_rng(3)
    logits = 3 * rng.normal(size=(2000, 3))
    target = (logits / 2 + rng.gumbel(size=(2000, 3))).argmax(axis=1)
    z, c = torch.tensor(logits), torch.tensor(target)
    T = float(temperature(z[:1000], c[:1000]))
    figure, ax = plots.subplots(width=4.6, height=3.4)
    gaps = []
    for divisor, name, colour in ((1, "as it is", plots.ORANGE), (T, "divided by T", plots.BLUE)):
        sure, said = torch.softmax(z[1000:] / divisor, dim=1).max(dim=1)
        right = (said == c[1000:]).double().numpy()
        bins = np.minimum((sure.numpy() * 8).astype(int), 7)
        there = [k for k in range(8) if (bins == k).sum() >= 20]
        ax.plot(
            [sure.numpy()[bins == k].mean() for k in there],
            [right[bins == k].mean() for k in there],
            "o-", color=colour, label=name,
        )  # fmt: skip
        gaps.append(sure.numpy().mean() - right.mean())
    ax.plot([0.3, 1], [0.3, 1], color="black", lw=1)
    ax.set(xlim=(0.3, 1), ylim=(0.3, 1), xticks=[0.4, 0.7, 1], yticks=[0.4, 0.7, 1])
    ax.set(xlabel="confidence", ylabel="share right")
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            f"1,000 other patients. As it is, the program is surer than it is right by {gaps[0]:.2f}; divided "
            f"by your T, {T:.2f}, by {abs(gaps[1]):.2f}.",
        )
    )

# %% [markdown]
# ## 6. `crps_loss` (3 points, 15 minutes, sitting 2, torch)
#
# The forecast for each patient is a normal distribution, mean $\mu$ and standard deviation
# $\sigma = e^{\texttt{log\_sd}}$. With $z = (y - \mu)/\sigma$ its CRPS is
#
# $$\sigma\Big(z\,\big(2\Phi(z) - 1\big) + 2\varphi(z) - \frac{1}{\sqrt{\pi}}\Big), \qquad
#   \varphi(z) = \frac{e^{-z^2/2}}{\sqrt{2\pi}}$$
#
# - $\Phi(z)$: the share of a standard normal distribution below $z$, `torch.special.ndtr`.
#
# Return the mean over patients. The check compares the value and its gradients by `mean` and `log_sd`: by
# them a network learns to say what comes *and* how sure it is.


# %% solution="crps_loss"
def crps_loss(mean, log_sd, y):
    """Return the mean CRPS, a tensor with one number.

    mean, log_sd, y: (n,).

    Not allowed: properscoring, scoringrules.
    """
    ### BEGIN SOLUTION
    sd = torch.exp(log_sd)
    z = (y - mean) / sd
    phi = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    each = sd * (z * (2 * torch.special.ndtr(z) - 1) + 2 * phi - 1 / math.sqrt(math.pi))
    return each.mean()
    ### END SOLUTION


# %% check="crps_loss"
lab.check(crps_loss)

# %% [markdown]
# ### Your loss at work
#
# A marker in the blood that scatters more the higher it is (simulated, so that the truth is known). Two outputs,
# mean and log_sd, trained by your loss. *Predict:* will the network find where it must be unsure?

# %% folded=true
if lab.passed("crps_loss"):
    torch.manual_seed(0)
    x = torch.rand(400) * 4 - 2
    spread = 0.15 + 0.25 * (x + 2)
    y = torch.sin(1.5 * x) + spread * torch.randn(400)
    network = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 2))
    adam = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(400):
        mean, log_sd = network(x[:, None]).unbind(dim=1)
        bill = crps_loss(mean, log_sd, y)
        adam.zero_grad()
        bill.backward()
        adam.step()
    grid = torch.linspace(-2, 2, 80)
    with torch.no_grad():
        mean, log_sd = network(grid[:, None]).unbind(dim=1)
    sd = log_sd.exp()
    left, right = sd[grid < -1].mean(), sd[grid > 1].mean()
    assert right > 1.5 * left, (left, right)
    figure, ax = plots.subplots(width=6.6, height=3.2)
    ax.plot(x, y, ".", color="black", ms=3, alpha=0.5)
    ax.plot(grid, mean, color=plots.BLUE)
    ax.fill_between(grid, mean - 1.96 * sd, mean + 1.96 * sd, color=plots.SKY, alpha=0.4)
    ax.set(
        xlabel="dose (standard deviations)", ylabel="marker", xticks=[-2, 0, 2], yticks=[-2, 0, 2]
    )
    display(
        plots.show(
            figure,
            f"Trained by your crps_loss: the mean, and the range that should hold 95 %. It says a spread of about "
            f"{left:.1f} on the left and {right:.1f} on the right, where the truth is 0.3 and 1.0.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# One program, two buyers. A **screening** service reads 20,000 mammograms a year, 6.5 of 1,000 women are ill, and
# whoever is called comes back for a second picture. A **surgical clinic** wants it before an operation
# for which 300 women a year are referred; 40 % of them have cancer. On 1,000 validation patients the program has
# these operating points:
#
# | threshold | sensitivity | specificity |
# |---|---|---|
# | A | 0.97 | 0.60 |
# | B | 0.90 | 0.92 |
# | C | 0.70 | 0.99 |
#
# **Choose one for each, and defend it.** Say what a miss and a false alarm cost, how many of each a
# year to expect, what you would report and with which interval, and what you would watch in the first month.
# Eight to ten sentences. Your `ppv` may help.

# %% [markdown] open="two_thresholds" points=4
# **Model answer.** For screening I choose B. Of 130 ill women a year it misses 13; A misses 4. But A calls
# 40 % of the 19,870 healthy, 7,948 women, and B 8 %, 1,590. Nine more cancers found cost 6,358 more women
# called back, with fear, pictures and some biopsies. Who holds that a cancer outweighs 700 call-backs may choose A;
# the service must say so, and have the staff. At B an alarm is right in 117 of 1,707 cases, 7 %, which the
# letter to the woman should say. For the clinic I choose C: 120 are ill and 180 healthy. An operation that was not
# needed cannot be undone; C makes about 2 a year, where B makes 14. The 36 cancers that C does not
# confirm are not sent home: they get a biopsy, so that a miss costs days. If they were sent home, C would be wrong.
# All three thresholds come from validation patients. So I would report sensitivity and specificity on patients of
# each place, who played no part in the choice, with a 95 % interval over patients, since one woman has
# several images. In the first month I would watch the share who are called: under B it should be about 8.5 %. It can be
# counted before any diagnosis is known, and moves if the machine or the patients differ.
#
# **Rubric.** 1 point: two thresholds, argued by what a miss and a false alarm cost at each place. 1 point:
# expected misses and false alarms a year, from the prevalence, about right. 1 point: judged on other patients
# than those it was chosen on, with an interval over patients. 1 point: names something that can be watched in
# the first month, and what would make one stop. Another choice than the model's earns all points if it is defended so.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: an interval that fails
#
# With `roc_auc` and a bootstrap by patient, make the interval of an AUC. Draw 400 studies with 10 ill and 40
# healthy patients from a program whose true AUC is 0.80, then from one with 0.99 (scores of the ill shifted by
# $\sqrt{2}$ times the normal quantile of the AUC). How often does the interval hold the truth? Compare with
# DeLong's, and with DeLong's on the logit scale. How many ill patients does each need before you would print it?
