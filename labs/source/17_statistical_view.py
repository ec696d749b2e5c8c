# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 17 · A statistical view
#
# You write what a statistician would: an estimate with its standard errors, a choice by p-values, and a
# shuffle that shows what a method assumes. Then what stands behind the names: a network that is a sum of
# curves, a Gaussian process, dropout at prediction, and least squares with more features than patients. Eight
# functions, 20 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/17_statistical_view.ipynb) |
# |---|---|---|---|---|
# | 1 `newton_logistic` | ●●○ | 15 | 3 | sitting 1 |
# | 2 `standard_errors` | ●○○ | 10 | 2 | sitting 1 |
# | 3 `smallest_p` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `shuffle_pixels` | ●○○ | 10 | 2 | sitting 1 |
# | 5 `additive_net`, torch | ●●○ | 15 | 3 | sitting 2 |
# | 6 `gp_posterior` | ●●● | 20 | 3 | sitting 3 |
# | 7 `mc_dropout` | ●●○ | 10 | 2 | sitting 3 |
# | 8 `least_norm` | ●○○ | 10 | 2 | sitting 4 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError`, run the cell, run the check below it. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. No exercise
# needs your answer to another. What `sklearn`, `statsmodels` and `dlcourse` have ready is no answer.
# Exercise 5 is in torch: its point is a module whose weights the optimizer finds.

# %%
import numpy as np
import torch
from torch import nn

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("statistical_view")
torch.set_num_threads(1)

cancer = data.breast_cancer()
X5 = cancer.X[:, [0, 1, 4, 21, 24]]
design = np.column_stack([np.ones(len(X5)), (X5 - X5.mean(axis=0)) / X5.std(axis=0)])

# %% [markdown]
# ## 1. `newton_logistic` (3 points, 15 minutes)
#
# Logistic regression without a penalty, as statistics fits it. Start from 0 for all coefficients. Newton's
# step divides the gradient of the log-likelihood, $X^\top (y - p)$, by its curvature,
# $X^\top W X$, where $W$ has $p_i (1 - p_i)$ on its diagonal, and *adds* the result.


# %% solution="newton_logistic"
def newton_logistic(X, y, steps):
    """Return the coefficients after some Newton steps, (p,).

    X: (n, p), with its column of ones. y: (n,), 0 or 1. steps: how many, 1 or more.

    Not allowed: statsmodels.
    """
    ### BEGIN SOLUTION
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        curvature = X.T @ (X * (p * (1 - p))[:, None])
        w = w + np.linalg.solve(curvature, X.T @ (y - p))
    return w
    ### END SOLUTION


# %% check="newton_logistic"
lab.check(newton_logistic)

# %% [markdown]
# ## 2. `standard_errors` (2 points, 10 minutes)
#
# The root of the diagonal of $(X^\top W X)^{-1}$, from the fitted probabilities.


# %% solution="standard_errors"
def standard_errors(X, p):
    """Return the standard errors of the coefficients, (k,).

    X: (n, k), with its column of ones. p: (n,), the fitted probabilities.

    Not allowed: statsmodels.
    """
    ### BEGIN SOLUTION
    information = X.T @ (X * (p * (1 - p))[:, None])
    return np.sqrt(np.diag(np.linalg.inv(information)))
    ### END SOLUTION


# %% check="standard_errors"
lab.check(standard_errors)

# %% folded=true
if lab.passed("newton_logistic") and lab.passed("standard_errors"):
    w = newton_logistic(design, cancer.y, 12)
    errors = standard_errors(design, 1 / (1 + np.exp(-design @ w)))
    figure, ax = plots.subplots(width=6.8, height=2.9)
    ax.errorbar(range(6), w, 1.96 * errors, fmt="o", capsize=4)
    ax.axhline(0, color="black", lw=1)
    ax.set_xticks(range(6), ["b", "radius", "texture", "smooth", "worst tex.", "worst sm."])
    ax.tick_params(axis="x", labelsize=9)
    ax.set(ylabel="log odds per SD", ylim=(-3, 9), yticks=[0, 4, 8])
    display(
        plots.show(
            figure,
            f"Your coefficients for breast cancer with 95 % intervals: radius {w[1]:.2f}, from "
            f"{w[1] - 1.96 * errors[1]:.2f} to {w[1] + 1.96 * errors[1]:.2f}. An interval that holds 0 leaves "
            "open whether the measurement matters beside the others.",
        )
    )

# %% [markdown]
# ## 3. `smallest_p` (3 points, 15 minutes)
#
# The numbers of the `k` columns of smallest p-value in a two-sample t-test with equal variances, smallest
# first. All columns have the same patients, so this is the order of $|t|$, from the largest. The variance
# within the groups is *pooled*: each group's variance (`ddof=1`) weighs with its size minus 1. A column that
# never changes counts as p = 1, and so comes last. SciPy is yours to use.


# %% solution="smallest_p"
def smallest_p(X, y, k):
    """Return the numbers of k columns, (k,), smallest p-value first.

    X: (n, p). y: (n,), 0 or 1, in any order. k: how many columns.
    """
    ### BEGIN SOLUTION
    a, b = X[y == 0], X[y == 1]
    n, m = len(a), len(b)
    pooled = ((n - 1) * a.var(axis=0, ddof=1) + (m - 1) * b.var(axis=0, ddof=1)) / (n + m - 2)
    t = np.zeros(X.shape[1])
    varies = pooled > 0
    t[varies] = (b.mean(axis=0) - a.mean(axis=0))[varies] / np.sqrt(pooled[varies])
    return np.argsort(-np.abs(t), kind="stable")[:k]
    ### END SOLUTION


# %% check="smallest_p"
lab.check(smallest_p)

# %% folded=true
if lab.passed("smallest_p"):
    rng = np.random.default_rng(0)
    shares = []
    for n in (40, 80, 160, 320):
        hits = []
        for _ in range(40):
            X, noise = rng.normal(size=(n, 400)), rng.logistic(size=n)
            y = (0.6 * X[:, :10].sum(axis=1) + noise > 0).astype(int)
            hits.append((smallest_p(X, y, 10) < 10).mean())
        shares.append(np.mean(hits))
    figure, ax = plots.subplots(width=6.6, height=2.8)
    ax.plot(range(4), shares, "o-")
    ax.set_xticks(range(4), ["40", "80", "160", "320"])
    ax.set(xlabel="patients", ylabel="of ten true columns", ylim=(0, 1), yticks=[0, 0.5, 1])
    display(
        plots.show(
            figure,
            "A table of 400 columns of which ten count. Share of them among your ten smallest p-values: "
            + ", ".join(
                f"{s:.2f} with {n} patients"
                for s, n in zip(shares, (40, 80, 160, 320), strict=True)
            )
            + ".",
        )
    )

# %% [markdown]
# ## 4. `shuffle_pixels` (2 points, 10 minutes)
#
# Take away who is whose neighbour, and nothing else: one order for all images and all channels. Pixels are
# counted along the first row, then the second. Place `i` of the new image holds the old pixel `order[i]`.


# %% solution="shuffle_pixels"
def shuffle_pixels(images, order):
    """Return the images with their pixels in a new order, (n, channels, height, width).

    images: (n, channels, height, width). order: (height * width,), each number once.
    """
    ### BEGIN SOLUTION
    flat = images.reshape(*images.shape[:2], -1)
    return flat[:, :, order].reshape(images.shape)
    ### END SOLUTION


# %% check="shuffle_pixels"
lab.check(shuffle_pixels)

# %% folded=true
if lab.passed("shuffle_pixels"):
    from sklearn.linear_model import LogisticRegression

    digits = data.digits()
    rows = np.flatnonzero((digits.y == 3) | (digits.y == 8))
    images, eight = digits.X[rows], digits.y[rows] == 8
    mixed = shuffle_pixels(images, np.random.default_rng(0).permutation(64))
    scores = []
    for X in (images, mixed):
        flat = X.reshape(len(X), -1)
        model = LogisticRegression(C=0.1).fit(flat[:80], eight[:80])
        scores.append(model.score(flat[80:], eight[80:]))
    assert abs(scores[0] - scores[1]) < 0.01
    figure, axes = plots.subplots(1, 4, width=6.8, height=2.1)
    for ax, image, name in zip(
        axes,
        (images[0], images[1], mixed[0], mixed[1]),
        ("before", "before", "after", "after"),
        strict=True,
    ):
        plots.heat.film(ax, image[0], name)
    display(
        plots.show(
            figure,
            f"Two digits before and after your shuffle. Logistic regression, learned from 80, reads {scores[0]:.2f} "
            f"of the others before and {scores[1]:.2f} after: it never knew who is whose neighbour.",
        )
    )

# %% [markdown]
# ## 5. `additive_net` (3 points, 15 minutes, torch)
#
# A generalized additive model as a network, $f(x) = b + \sum_j f_j(x_j)$. Each $f_j$ is a network of its
# own: 1 input, `hidden` tanh units, 1 output. Your function returns the module; write its class inside, or above. The check looks at what the module does, not at how you name
# its parts: its $p(3 \cdot \text{hidden} + 1) + 1$ parameters, its output of shape (n,), that each measurement
# has a curve of its own, and that no two interact.


# %% solution="additive_net"
def additive_net(p, hidden):
    """Return an nn.Module: one curve per measurement, and a bias. Its forward takes (n, p) to (n,).

    p: how many measurements. hidden: tanh units for each.
    """

    ### BEGIN SOLUTION
    class AdditiveNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList(
                nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))
                for _ in range(p)
            )
            self.bias = nn.Parameter(torch.zeros(1))

        def forward(self, x):
            return self.bias + sum(part(x[:, [j]])[:, 0] for j, part in enumerate(self.parts))

    return AdditiveNet()
    ### END SOLUTION


# %% check="additive_net"
lab.check(additive_net)

# %% tags=["nbval-ignore-output"] folded=true
if lab.passed("additive_net"):
    rng = np.random.default_rng(0)
    X = rng.uniform(-1.5, 1.5, (400, 3))
    y = np.sin(2 * X[:, 0]) + X[:, 1] ** 2 + 0.2 * rng.normal(size=400)
    torch.manual_seed(0)
    net = additive_net(3, 16)
    inputs, target = torch.tensor(X).float(), torch.tensor(y).float()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-2)
    for _ in range(300):
        optimizer.zero_grad()
        ((net(inputs) - target) ** 2).mean().backward()
        optimizer.step()
    grid = torch.linspace(-1.5, 1.5, 61)
    figure, axes = plots.subplots(1, 3, width=7, height=2.5)
    off = []
    truths = (np.sin(2 * grid.numpy()), grid.numpy() ** 2, 0 * grid.numpy())
    for j, (ax, truth) in enumerate(zip(axes, truths, strict=True)):
        at = torch.zeros(61, 3)
        at[:, j] = grid
        with torch.no_grad():
            curve = net(at).numpy()
        ax.plot(grid, curve - curve.mean(), label="yours")
        ax.plot(grid, truth - truth.mean(), "--", color="black", label="truth")
        ax.set(xlabel=f"measurement {j + 1}", ylim=(-2, 2), yticks=[-2, 0, 2], xticks=[-1, 0, 1])
        off.append(np.abs(curve - curve.mean() - truth + truth.mean()).max())
    axes[0].set_ylabel("its curve")
    axes[2].legend(fontsize=9)
    assert max(off) < 0.8, off
    display(
        plots.show(
            figure,
            "Your network after 300 steps on 400 patients: three curves, a sine, a parabola, and one of a "
            f"measurement that does not count. Each is less than {np.ceil(10 * max(off)) / 10:.1f} from the truth.",
        )
    )

# %% [markdown]
# ## 6. `gp_posterior` (3 points, 20 minutes)
#
# What a Gaussian process with mean 0 believes of the *function* at new places, after noisy measurements. With
# $A = K + s^2 I$ ($s$: `noise`), the mean is $K_* A^{-1} y$, and the variance is $k_{**}$ minus the diagonal of
# $K_* A^{-1} K_*^\top$ ($K_*$: `Ks`, $k_{**}$: `kss`). Where rounding makes a variance negative, say 0.


# %% solution="gp_posterior"
def gp_posterior(K, Ks, kss, y, noise):
    """Return mean and SD of the function at m new places, (m,) each.

    K: (n, n), covariances among the n places seen. Ks: (m, n), of the new with the seen. kss: (m,), prior
    variances of the new. y: (n,), measurements. noise: SD of a measurement.
    """
    ### BEGIN SOLUTION
    A = K + noise**2 * np.eye(len(K))
    mean = Ks @ np.linalg.solve(A, y)
    variance = kss - (Ks * np.linalg.solve(A, Ks.T).T).sum(axis=1)
    return mean, np.sqrt(np.maximum(variance, 0))
    ### END SOLUTION


# %% check="gp_posterior"
lab.check(gp_posterior)

# %% folded=true
if lab.passed("gp_posterior"):
    rng = np.random.default_rng(1)
    x, grid = np.sort(rng.uniform(-1, 1, 10)), np.linspace(-2.5, 2.5, 101)
    y = np.sin(3 * x) + 0.1 * rng.normal(size=10)

    def bell(a, b):
        return np.exp(-0.5 * ((a[:, None] - b) / 0.5) ** 2)

    mean, sd = gp_posterior(bell(x, x), bell(grid, x), np.ones(101), y, 0.1)
    figure, ax = plots.subplots(width=6.6, height=2.9)
    ax.fill_between(grid, mean - 2 * sd, mean + 2 * sd, color=plots.SKY, alpha=0.4)
    ax.plot(grid, mean)
    ax.plot(x, y, "o", color="black", ms=6)
    ax.set(xlabel="x", ylabel="y", ylim=(-2.6, 2.6), yticks=[-2, 0, 2])
    inside = np.abs(grid) < 0.9
    display(
        plots.show(
            figure,
            f"Your posterior after ten patients between -1 and 1: mean and two SD. Among them the SD is at most "
            f"{sd[inside].max():.2f}, at the far ends {sd[0]:.2f}.",
        )
    )

# %% [markdown]
# ## 7. `mc_dropout` (2 points, 10 minutes)
#
# Dropout left on at prediction. For each mask, a row of 0 (silent) and 1 (kept), the network's output is
# relu(x W), times the mask, divided by 1 − p, times v. Return mean and SD over the masks, with `ddof=0`.


# %% solution="mc_dropout"
def mc_dropout(x, W, v, keep, p):
    """Return mean and SD over the masks, (n,) each.

    x: (n, d). W: (d, h). v: (h,). keep: (masks, h) of 0 and 1. p: probability of dropping a unit, below 1.
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(x @ W, 0)
    passes = np.array([(hidden * mask / (1 - p)) @ v for mask in keep])
    return passes.mean(axis=0), passes.std(axis=0)
    ### END SOLUTION


# %% check="mc_dropout"
lab.check(mc_dropout)

# %% folded=true
if lab.passed("mc_dropout"):
    rng = np.random.default_rng(0)
    one, masks = np.ones((1, 1)), (rng.random((20000, 1)) >= 0.2).astype(float)
    sds, exact = [], []
    for n in (10, 1000, 100000):
        x = rng.normal(size=n) + 1
        w = 0.8 * (x @ (2 * x + rng.normal(size=n))) / (x @ x)  # best under dropout of 0.2
        sds.append(mc_dropout(one, one, np.array([w]), masks, 0.2)[1][0])
        exact.append(1 / np.sqrt(x @ x))
    figure, ax = plots.subplots(width=6.6, height=2.8)
    ax.plot(range(3), sds, "o-", label="dropout, p = 0.2")
    ax.plot(range(3), exact, "s--", label="posterior")
    ax.set_xticks(range(3), ["10", "1,000", "100,000"])
    ax.set(xlabel="patients", ylabel="SD of the weight", ylim=(0, 1.2), yticks=[0, 0.5, 1])
    ax.legend(fontsize=10)
    display(
        plots.show(
            figure,
            "One weight, y = 2 x + noise, 10, 1,000 and 100,000 patients. SD by your mc_dropout: "
            + ", ".join(f"{sd:.2f}" for sd in sds)
            + "; of the posterior: "
            + ", ".join(f"{sd:.4f}" for sd in exact)
            + ".",
        )
    )

# %% [markdown]
# ## 8. `least_norm` (2 points, 10 minutes)
#
# Least squares for a table of any shape. Where many solutions fit exactly, return the one whose squares have
# the smallest sum. A column may come twice.


# %% solution="least_norm"
def least_norm(P, y):
    """Return the weights, (p,).

    P: (n, p), with any n and p. y: (n,).
    """
    ### BEGIN SOLUTION
    return np.linalg.pinv(P) @ y
    ### END SOLUTION


# %% check="least_norm"
lab.check(least_norm)

# %% tags=["nbval-ignore-output"] folded=true
if lab.passed("least_norm"):
    rng = np.random.default_rng(0)
    counts, errors = (5, 10, 20, 30, 36, 40, 44, 60, 100, 200, 400), []
    for p in counts:
        here = []
        for _ in range(20):
            X, W = rng.normal(size=(240, 10)), rng.normal(size=(10, p)) / np.sqrt(10)
            y = X[:, 0] + 0.2 * rng.normal(size=240)
            P = np.maximum(X @ W, 0)
            here.append(((P[40:] @ least_norm(P[:40], y[:40]) - y[40:]) ** 2).mean())
        errors.append(np.median(here))
    figure, ax = plots.subplots(width=6.6, height=2.9)
    ax.plot(np.log10(counts), np.log10(errors), "o-")
    ax.axvline(np.log10(40), color="black", lw=1)
    ax.set_xticks([1, 2], ["10", "100"])
    ax.set_yticks([0, 1, 2], ["1", "10", "100"])
    ax.set(xlabel="features, for 40 patients", ylabel="squared error, others")
    peak = counts[int(np.argmax(errors))]
    assert 30 <= peak <= 44 and errors[-1] < errors[5] / 4
    display(
        plots.show(
            figure,
            "By your least_norm, 40 patients: the squared error on others is worst where there are about as "
            "many features as patients, and at 400 features less than a quarter of that at 40.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A colleague has 60 patients, 20,000 genes, and has just installed a CNN that "works with small data, as a paper
# with 80 images has shown". The first run gives an accuracy of 0.52 on other patients, and your colleague says
# that it overfits.
#
# **What do you advise?** Five to eight sentences, with at least one row of the lecture's contest as evidence.

# %% [markdown] open="which_method" points=4
# **Model answer.** First I would look at the accuracy on the 60 patients themselves. Near 0.5 there means that
# the network did not learn, as the five tanh layers in the lecture, and near 1 that it fits and does not
# carry over; "0.52 on others" alone tells neither. A CNN assumes that neighbours belong together and that what counts
# may be anywhere. Genes in a table have no such order: one could shuffle the columns and lose
# nothing. In the lecture the CNN won where the digit could be anywhere (80 images), and on the table of
# 1,024 columns with 1,000 rows it stayed behind the ten smallest p-values. I would start with logistic
# regression with a ridge or an L1 penalty, or a few genes chosen by p-value if few are thought to matter, the
# choice made inside cross-validation and not before it. With 60 patients the interval of an accuracy is about
# 12 points wide to each side, so 0.52 and 0.60 cannot be told apart. I would report that interval, and the
# simple model beside any network.
#
# **Rubric.** 1 point: asks for the training accuracy, and says what each outcome means. 1 point: names what a
# CNN assumes, and that a table of genes does not have it. 1 point: names a simple model, with a penalty or a
# choice made inside the validation, and a row of the contest. 1 point: says how little 60 patients can tell, with
# an interval.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: half of the structure
#
# Shuffle the pixels only inside blocks of 4 × 4, or shuffle the blocks and leave each as it is. Train the
# lecture's CNN on both, at 80 patients, with five seeds (`dlcourse.measured.small_studies` has the parts). Which
# half of the structure does it need?
