# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 15 · Case studies
#
# The parts of four famous studies, written by you: a vote of graders with gaps, a loss that takes votes,
# an interval for the difference of two programs, a probability carried to screening; then fine labels
# summed, readers judged by each other, and a program as second reader. Seven functions, 19 points, and
# one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/15_case_studies.ipynb) |
# |---|---|---|---|---|
# | 1 `majority` | ●○○ | 10 | 3 | sitting 1 |
# | 2 `vote_loss`, torch | ●●○ | 15 | 3 | sitting 1 |
# | 3 `paired_interval` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `prior_shift` | ●○○ | 10 | 2 | sitting 1 |
# | 5 `coarse_log_probs`, torch | ●●○ | 15 | 3 | sitting 2 |
# | 6 `reader_f1` | ●●○ | 15 | 3 | sitting 3 |
# | 7 `double_reading` | ●○○ | 10 | 2 | sitting 3 |
# | open question | | 15 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn` and `dlcourse` have ready is no answer. Exercises 2 and 5
# are in torch: a loss must hand back its slope.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("case_studies")
torch.set_num_threads(1)

# %% [markdown]
# ## 1. `majority` (3 points, 10 minutes)
#
# Graders give 0 to 4. A vote for "referable" is a grade of 2 or more. Not everybody grades every image:
# NaN says that he did not. Return 1 where more than half of those *who graded* vote for referable, 0
# where fewer do, and NaN at a tie, or where nobody graded: ask another grader.


# %% solution="majority"
def majority(grades):
    """Return 1, 0 or NaN for each image, (n,).

    grades: (n, graders), 0 to 4, or NaN where a grader did not grade.
    """
    ### BEGIN SOLUTION
    graders = np.isfinite(grades).sum(axis=1)
    share = (grades >= 2).sum(axis=1) / np.maximum(graders, 1)
    decided = (graders > 0) & (share != 0.5)
    return np.where(decided, share > 0.5, np.nan)
    ### END SOLUTION


# %% check="majority"
lab.check(majority)

# %% folded=true
if lab.passed("majority"):
    rng = np.random.default_rng(0)
    retinas = data.retina_phantoms(1500, rng)
    truth = data.true_grades(retinas.severity) >= 2
    grades = data.draw_grades(retinas.severity, 9, rng).astype(float)
    grades[rng.random(grades.shape) < 0.2] = np.nan  # one in five did not grade
    voted = [majority(grades[:, :k]) for k in range(1, 10)]
    right = [(v == truth)[~np.isnan(v)].mean() for v in voted]
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.plot(range(1, 10), right, "-o", label="right, where decided")
    ax.plot(range(1, 10), [np.isnan(v).mean() for v in voted], "--s", label="undecided")
    ax.set(xlabel="graders asked (one in five is missing)", ylim=(0, 1.03), yticks=[0, 0.5, 1])
    ax.set_xticks([1, 3, 5, 7, 9])
    ax.set_ylabel("share of images")
    ax.legend(fontsize=10, loc="center right")
    display(
        plots.show(
            figure,
            f"By your majority, 1,500 phantom retinas: one grader is right in {right[0]:.2f}, nine in "
            f"{right[-1]:.2f} of the images that are decided.",
        )
    )

# %% [markdown]
# ## 2. `vote_loss` (3 points, 15 minutes, torch)
#
# Without deciding: the label of an image is the *share* of its graders who vote for referable (grade 2 or
# more), over those who graded it. Return the binary cross-entropy of the logits with these shares, as the mean over the
# images that somebody graded, in the logits' dtype. The check compares value and gradient, also at logits of 10,000.


# %% solution="vote_loss"
def vote_loss(logits, grades):
    """Return the mean loss over the graded images, a tensor with one number.

    logits: (n,). grades: (n, graders), 0 to 4, or NaN where a grader did not grade.
    """
    ### BEGIN SOLUTION
    graders = (~grades.isnan()).sum(dim=1)
    seen = graders > 0
    share = (grades >= 2).sum(dim=1)[seen].to(logits.dtype) / graders[seen]
    return F.binary_cross_entropy_with_logits(logits[seen], share)
    ### END SOLUTION


# %% check="vote_loss"
lab.check(vote_loss)

# %% [markdown]
# ### A network, taught by votes
#
# Your loss at work on 400 phantom retinas with up to three grades each. *Predict:* is it right about
# "referable" more often than one grader?

# %%
if lab.passed("vote_loss"):
    rng = np.random.default_rng(1)
    learn, test = data.retina_phantoms(400, rng), data.retina_phantoms(1500, rng)
    votes = data.draw_grades(learn.severity, 3, rng).astype(np.float32)
    votes[rng.random(votes.shape) < 0.3] = np.nan
    X, G = torch.tensor(learn.X), torch.tensor(votes)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(120):
        rows = torch.randint(0, 400, (40,))
        loss = vote_loss(model(X[rows])[:, 0], G[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        calls = (model(torch.tensor(test.X))[:, 0] > 0).numpy()
    referable = data.true_grades(test.severity) >= 2
    grader = data.draw_grades(test.severity, 1, rng)[:, 0] >= 2
    right = (calls == referable).mean(), (grader == referable).mean()
    assert right[0] > 0.7, right
    print("it learned: right about 'referable' in more than 7 of 10 images")

# %% tags=["nbval-ignore-output"] folded=true
if lab.passed("vote_loss"):
    print(f"the network {right[0]:.2f}, one grader {right[1]:.2f}; interval of each about ± 0.02")

# %% [markdown]
# ## 3. `paired_interval` (3 points, 15 minutes)
#
# Program `b` is to replace program `a`. Both called the same patients. Return the ends of the 95 % bootstrap interval of
# the *difference* of accuracies, b minus a. The draws are given: each row holds the numbers of the patients drawn.
# Take the percentiles 2.5 and 97.5 as `np.percentile` does.


# %% solution="paired_interval"
def paired_interval(y, a, b, draws):
    """Return (low, high), two numbers.

    y, a, b: (n,) of True and False, the truth and two programs' calls. draws: (B, n), whole
    numbers from 0 to n - 1.
    """
    ### BEGIN SOLUTION
    gains = [(b[rows] == y[rows]).mean() - (a[rows] == y[rows]).mean() for rows in draws]
    return tuple(np.percentile(gains, [2.5, 97.5]))
    ### END SOLUTION


# %% check="paired_interval"
lab.check(paired_interval)

# %% folded=true
if lab.passed("paired_interval"):
    rng = np.random.default_rng(0)
    y = rng.random(400) < 0.3
    a = y ^ (rng.random(400) < 0.20)
    draws = rng.integers(0, 400, (500, 400))
    figure, ax = plots.subplots(width=6.6, height=3)
    widths = []
    for row, alike in enumerate((0.0, 0.5, 0.9)):
        b = np.where(rng.random(400) < alike, a, y ^ (rng.random(400) < 0.16))
        low, high = paired_interval(y, a, b, draws)
        ax.plot([low, high], [row, row], lw=4, ls="-", color=plots.BLUE)
        widths.append(high - low)
    ax.axvline(0, color="black", lw=1)
    ax.set_yticks([0, 1, 2], ["0 %", "50 %", "90 %"])
    ax.set(xlabel="accuracy, b minus a", ylabel="copied from a", ylim=(-0.6, 2.6))
    display(
        plots.show(
            figure,
            "Your intervals for three programs b that copy 0, 50 and 90 % of a's calls: widths "
            + ", ".join(f"{w:.3f}" for w in widths)
            + ". The more alike two programs are, the surer their difference.",
        )
    )

# %% [markdown]
# ## 4. `prior_shift` (2 points, 10 minutes)
#
# A network learned where a share `old` was ill. Now a share `new` is, and the images of the ill and of the healthy
# are as before. Multiply the odds of each `p` by the new prevalence's odds over the old one's, and return
# probabilities. `p` may be exactly 0 or 1, and stays so.


# %% solution="prior_shift"
def prior_shift(p, old, new):
    """Return the corrected probabilities, of p's shape.

    p: (n,), from 0 to 1. old, new: prevalences, between 0 and 1.
    """
    ### BEGIN SOLUTION
    ratio = (new / (1 - new)) / (old / (1 - old))
    return ratio * p / (1 - p + ratio * p)
    ### END SOLUTION


# %% check="prior_shift"
lab.check(prior_shift)

# %% folded=true
if lab.passed("prior_shift"):
    p = np.linspace(0, 1, 101)
    figure, ax = plots.subplots(width=6.6, height=3)
    for new in (0.5, 0.3, 0.05, 0.006):
        ax.plot(p, prior_shift(p, 0.3, new), label=f"{new:g}")
    ax.set(xlabel="said, where 0.3 are ill", ylabel="to be said", xticks=[0, 0.5, 1])
    ax.set(yticks=[0, 0.5, 1])
    ax.legend(title="prevalence now", fontsize=10, title_fontsize=10)
    screening = float(prior_shift(np.array([0.9]), 0.3, 0.006)[0])
    display(
        plots.show(
            figure,
            "By your prior_shift: what a probability becomes at four prevalences. A 0.90 from a clinic "
            f"where 0.3 are ill means {screening:.2f} at screening, where 0.006 are.",
        )
    )

# %% [markdown]
# ## 5. `coarse_log_probs` (3 points, 15 minutes, torch)
#
# Logits of fine classes; `parent[c]` is the coarse class of fine class c. Every coarse class has at least one
# child. Return the *logarithm* of each coarse probability: the sum of the softmax over its children. The
# check also sends logits of ±10,000, so stay in logarithms.


# %% solution="coarse_log_probs"
def coarse_log_probs(logits, parent, k):
    """Return log-probabilities, (n, k).

    logits: (n, fine). parent: (fine,), whole numbers from 0 to k - 1. k: coarse classes.
    """
    ### BEGIN SOLUTION
    member = parent == torch.arange(k)[:, None]  # (k, fine)
    minus_infinity = torch.tensor(-torch.inf, dtype=logits.dtype)
    children = torch.where(member, logits[:, None], minus_infinity)  # (n, k, fine)
    return children.logsumexp(dim=2).log_softmax(dim=1)
    ### END SOLUTION


# %% check="coarse_log_probs"
lab.check(coarse_log_probs)

# %% [markdown]
# ## 6. `reader_f1` (3 points, 15 minutes)
#
# Four readers, no truth. Each reader is judged by the majority of the *other three* (two or more of them call).
# The program is judged by all four such juries. Return the mean of the readers' four F1, and the mean of
# the program's four F1. No set that is compared is empty.


# %% solution="reader_f1"
def reader_f1(calls, program):
    """Return (readers' mean F1, program's mean F1), two numbers.

    calls: (4, n) of True and False, a row for each reader. program: (n,) of True and False.

    Not allowed: sklearn.
    """
    ### BEGIN SOLUTION
    readers, programs = [], []
    for i in range(4):
        jury = calls.sum(axis=0) - calls[i] >= 2
        for called, scores in ((calls[i], readers), (program, programs)):
            scores.append(2 * (called & jury).sum() / (called.sum() + jury.sum()))
    return np.mean(readers), np.mean(programs)
    ### END SOLUTION


# %% check="reader_f1"
lab.check(reader_f1)

# %% folded=true
if lab.passed("reader_f1"):
    prevalences, rng = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5], np.random.default_rng(0)
    scores = []
    for prevalence in prevalences:
        ill = rng.random(20_000) < prevalence
        impressions = rng.normal(1.6 * ill, 1, (5, 20_000)) > 1.3  # five equals
        scores.append(reader_f1(impressions[:4], impressions[4])[0])
    figure, ax = plots.subplots(width=6.6, height=3)
    ax.plot(prevalences, scores, "-o")
    ax.set(xlabel="share of the ill", ylabel="readers' F1", ylim=(0, 1), yticks=[0, 0.5, 1])
    display(
        plots.show(
            figure,
            "By your reader_f1: readers of one and the same skill score "
            f"{scores[0]:.2f} where 2 % are ill and {scores[-1]:.2f} where half are.",
        )
    )

# %% [markdown]
# ## 7. `double_reading` (2 points, 10 minutes)
#
# The program shadows the first reader. Where both say the same, that is the end. Where they differ, the
# second reader reads: if the two readers agree, that is the end, else the arbiter decides. Return who is recalled, and
# the share of women whom the second reader had to read.


# %% solution="double_reading"
def double_reading(first, second, arbiter, program):
    """Return (recalled, share): recalled (n,) of True and False, share a number.

    first, second, arbiter, program: (n,) of True (recall) and False.
    """
    ### BEGIN SOLUTION
    differs = program ^ first
    return np.where(differs, np.where(first == second, first, arbiter), first), differs.mean()
    ### END SOLUTION


# %% check="double_reading"
lab.check(double_reading)

# %% folded=true
if lab.passed("double_reading"):
    rng = np.random.default_rng(0)
    ill = rng.random(100_000) < 0.01
    impression = 2.3 * ill + 0.6 * rng.normal(size=100_000) + 0.8 * rng.normal(size=(4, 100_000))
    first, second, arbiter = impression[:3] > 1.75
    thresholds = [1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0]
    found = []
    for threshold in thresholds:
        recalled, share = double_reading(first, second, arbiter, impression[3] > threshold)
        found.append((recalled[ill].mean(), share))
    figure, (left, right) = plots.subplots(1, 2, width=7, height=2.8)
    for ax, column, name in ((left, 0, "sensitivity"), (right, 1, "share read twice")):
        ax.plot(thresholds, np.array(found)[:, column], "-o")
        ax.set(xlabel="program's threshold", ylabel=name, xticks=[1, 2, 3])
    display(
        plots.show(
            figure,
            f"By your double_reading, 100,000 women, 1 % ill: at threshold 1.75 a share of {found[3][1]:.2f} "
            f"is read twice, with a sensitivity of {found[3][0]:.2f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# A company offers your hospital a program for diabetic retinopathy: "AUC 0.97 on 4,000 photographs, external
# validation, better than the average of five ophthalmologists." Each test photograph was graded once. The
# photographs are from two specialist clinics, where 35 % are referable. You screen, and 6 % are.
#
# **Which of this unit's experiments would you ask them to repeat on your patients, with how many, and which
# result would make you decline?** Six to ten sentences.

# %% [markdown] open="decline" points=4
# **Model answer.** I would ask for a test on our own screening patients, all who come in some months and not a
# selection, with the images that cannot be graded counted as such. The test images need several
# independent grades, at least three, with a rule for ties: with one grade each, the reported AUC measures the graders'
# errors too, and the threshold chosen by it is wrong as well. I would fix the threshold beforehand and ask for sensitivity
# and specificity with intervals over patients, since AUC cannot see a camera that is brighter or a threshold that
# has moved. At 6 % referable, 1,000 patients hold about 60 ill: a sensitivity of 0.90 then has an interval of about
# 0.80 to 0.95, so I would want 200 ill, about 3,300 patients, or the ill enriched with the prevalence then
# corrected. Their probabilities hold a prevalence of 35 %; I would ask for them after correction, and for calibration on
# our patients. "Better than the average of five" can be had by equal skill, since the average of points lies below
# their curve: I would ask for each ophthalmologist beside the curve, with intervals of paired differences. I would decline
# if the lower end of the sensitivity's interval lies below what our graders reach, or if the share of healthy called
# would fill the clinic with false alarms, or if they refuse to run on our patients. Even a good result says nothing
# on whether patients keep their sight: that needs a trial.
#
# **Rubric.** 1 point: a test on own, unselected patients, with a number of ill (not only of images) and why. 1 point: several
# grades for the test set, or another sound reference standard, and why one is not enough. 1 point: sensitivity and
# specificity at a fixed threshold, or calibration at 6 %, and why AUC does not show it; or the fault in "better than the
# average". 1 point: a result, named beforehand with a number or an interval, that would make one decline.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: the prevalence of a place without labels
#
# Your network's probabilities on unlabelled patients hold a hint of how many are ill there. Start with the old
# prevalence; correct all p with your `prior_shift`; take their mean as the new prevalence; repeat from the
# *uncorrected* p until it stands still (Saerens, Latinne and Decaestecker, 2002). Try it on
# `data.mammogram_phantoms` with a prevalence of 0.05. Then change the gain as well. Does it still come out right, and could you have known?
