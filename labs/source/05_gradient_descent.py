# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 05 · Gradient descent
#
# You write descent from nothing, find the learning rate at which it explodes on 442 patients with
# diabetes, follow one weight through its day, and build the optimizers that everybody uses. At
# the end they race. Eight short functions, 25 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/05_gradient_descent.ipynb) |
# |---|---|---|---|---|
# | 1 `descend` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `largest_stable_lr` | ●●○ | 15 | 3 | sitting 1 |
# | 3 `one_epoch` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `sgd` | ●●○ | 15 | 3 | sitting 1 |
# | 5 `adaptive` | ●●○ | 15 | 3 | sitting 3 |
# | 6 `adam` | ●●● | 20 | 4 | sitting 3 |
# | 7 `schedule` | ●●○ | 15 | 3 | sitting 2 |
# | 8 `race` | ●●● | 25 | 4 | sitting 1 |
# | open question | | 10 | 4 | sittings 1 and 3 |
#
# **How it works.** Replace `raise NotImplementedError` with your lines, run the cell, run the check
# below it. The check says whether you are right and, if not, usually which mistake it is. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. Any exercise
# can be left out: none needs your answer to another. Folded cells hold pictures that appear once
# you are right; run them too (*Run*, *Run All Cells* runs everything). What `torch`, `sklearn` and
# `dlcourse` have ready is no answer: the check refuses it.
#
# No function may change its arguments: the caller's weights must survive.

# %%
import numpy as np

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("gradient_descent")

table = data.diabetes()
y = table.y
n = len(y)
Z = (table.X - table.X.mean(axis=0)) / table.X.std(axis=0)  # (442, 10), in standard deviations
A = np.column_stack([Z, np.ones(n)])  # (442, 11): the bias is a weight whose input is always 1
best = np.linalg.lstsq(A, y, rcond=None)[0]  # where descent should end


def above_lowest(path):
    """Return the loss of each row of weights, minus the lowest loss."""
    offsets = (np.atleast_2d(path) - best) @ A.T
    return np.mean(offsets**2, axis=1)


# %% [markdown]
# ## 1. `descend` (2 points, 10 minutes)
#
# The loss is the mean squared error of a linear model. (A bias, if wanted, is a column of ones in
# X.)
#
# $$\text{loss}(w) = \frac1n\sum_{i=1}^n (x_i^T w - y_i)^2$$
#
# $$g = \frac2n X^T(Xw - y), \qquad w \leftarrow w - \eta\,g$$
#
# Take `steps` steps with all patients, and return every stop on the way: the start first, so that
# there are `steps + 1` rows. Weights may arrive as integers.


# %% solution="descend"
def descend(X, y, w, lr, steps):
    """Return the path of full-batch descent on the mean squared error.

    X: (patients, weights). y: (patients,). w: (weights,), the start. lr: learning rate.
    steps: how many, 0 or more. Returns (steps + 1, weights), the start in row 0.
    """
    ### BEGIN SOLUTION
    path = [np.array(w, float)]
    for _ in range(steps):
        w = path[-1]
        gradient = 2 * X.T @ (X @ w - y) / len(y)
        path.append(w - lr * gradient)
    return np.array(path)
    ### END SOLUTION


# %% check="descend"
lab.check(descend)

# %% folded=true
if lab.passed("descend"):
    pair = Z[:, [table.features.index("s1"), table.features.index("s2")]]
    wanted = y - y.mean()
    paths = {lr: descend(pair, wanted, np.array([-30.0, 10.0]), lr, 40) for lr in (0.05, 0.5)}
    figure, panels = plots.subplots(1, 2, width=7.2, height=4.4, sharey=True)

    def loss_pair(w1, w2):
        answers = w1[..., None] * pair[:, 0] + w2[..., None] * pair[:, 1]
        return np.mean((answers - wanted) ** 2, axis=-1)

    sentences = []
    for ax, (lr, path) in zip(panels, paths.items(), strict=True):
        span = [(-45, 75), (-65, 55)]
        sentence = plots.path_2d(ax, loss_pair, path, span, [5800, 6500, 8000, 11000, 16000],
                                 labels=("weight of s1", "weight of s2"))  # fmt: skip
        ax.set_title(f"learning rate {lr}", fontsize=13)
        ax.get_legend().remove()
        sentences.append(f"Learning rate {lr}: {sentence}")
    panels[1].set_ylabel("")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    display(plots.show(figure, "Your descent in a ravine. " + " ".join(sentences)))

# %% [markdown]
# ## 2. `largest_stable_lr` (3 points, 15 minutes)
#
# Descent on this loss converges below $2/L$ and explodes above it. $L$ is the largest eigenvalue
# of the Hessian, the table of all second derivatives. Find $2/L$ for a linear model **with a
# bias**, whose weights descend together with the bias on the mean squared error. X comes in any
# units.
#
# (`np.linalg.eigvalsh` returns the eigenvalues of a symmetric matrix.)


# %% solution="largest_stable_lr"
def largest_stable_lr(X):
    """Return the learning rate above which full-batch descent explodes.

    X: (patients, features), without a column of ones; the model has a bias. Returns a number.
    """
    ### BEGIN SOLUTION
    with_bias = np.column_stack([X, np.ones(len(X))])
    hessian = 2 * with_bias.T @ with_bias / len(X)
    return 2 / np.linalg.eigvalsh(hessian)[-1]
    ### END SOLUTION


# %% check="largest_stable_lr"
lab.check(largest_stable_lr)

# %% [markdown]
# Does it hold? Three walks on the diabetes data: a little below your limit, at it, a little
# above.

# %% folded=true
if lab.passed("largest_stable_lr"):
    limit = largest_stable_lr(Z)
    figure, ax = plots.subplots(height=4.0)
    ends = []
    looks = [(0.98, "-", "o"), (1.0, "--", "s"), (1.02, "-.", "^")]
    for share, line, marker in looks:
        w, path = np.zeros(11), []
        for _ in range(400):
            path.append(w)
            w = w - share * limit * 2 * A.T @ (A @ w - y) / n
        above = above_lowest(np.array(path))
        ax.semilogy(above, line, marker=marker, markevery=50, label=f"{share:.2f} × your limit")
        ends.append(
            f"at {share:.2f} times your limit it ends {above[-1]:.3g} above the lowest loss"
        )
    ax.set(xlabel="step", ylabel="loss above the lowest (points²)")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Your limit is {limit:.4f} with standardized measurements and "
            f"{largest_stable_lr(table.X):.3g} with raw ones. 400 steps, standardized: "
            + "; ".join(ends)
            + ".",
        )
    )

# %% [markdown]
# ## 3. `one_epoch` (3 points, 15 minutes)
#
# One pass over all patients, `batch_size` at a time. `order` says who comes when: the first batch
# is `order[:batch_size]`, and so on. The last batch may be smaller; its gradient is the mean over
# the patients that it has.


# %% solution="one_epoch"
def one_epoch(X, y, w, lr, batch_size, order):
    """Return the path of mini-batch descent through one epoch.

    X: (patients, weights). y: (patients,). w: (weights,). lr: learning rate.
    batch_size: 1 or more. order: (patients,), each row number once.
    Returns (batches + 1, weights), the start in row 0.
    """
    ### BEGIN SOLUTION
    path = [np.array(w, float)]
    for first in range(0, len(order), batch_size):
        batch = order[first : first + batch_size]
        error = X[batch] @ path[-1] - y[batch]
        path.append(path[-1] - lr * 2 * X[batch].T @ error / len(batch))
    return np.array(path)
    ### END SOLUTION


# %% check="one_epoch"
lab.check(one_epoch)

# %% folded=true
if lab.passed("one_epoch"):
    bmi = table.features.index("bmi")
    figure, ax = plots.subplots(width=6.4, height=4)
    ends = []
    for size, line in [(1, "-"), (16, "--"), (442, "-.")]:
        order = np.random.default_rng(0).permutation(n)
        path = one_epoch(A, y, np.zeros(11), 0.02, size, order)
        seen = np.minimum(np.arange(len(path)) * size, n)
        ax.plot(seen, path[:, bmi], line, label=f"batches of {size}")
        ends.append(f"with batches of {size} it ends at {path[-1, bmi]:.1f}")
    ax.axhline(best[bmi], color=plots.GREY, linestyle=":")
    ax.set(xlabel="patients seen", ylabel="weight of BMI (points per sd)", ylim=(-5, 53))
    figure.legend(loc="outside upper center", ncols=3, columnspacing=1)
    display(
        plots.show(
            figure,
            f"The day of one weight, at learning rate 0.02. {'; '.join(ends)}. At the lowest "
            f"loss (dotted) it is {best[bmi]:.1f}.",
        )
    )

# %% [markdown]
# ## 4. `sgd` (3 points, 15 minutes)
#
# From here on the gradients are given, one row per step, so that only the optimizer is yours.
# First torch's SGD. In each step, with the present weights:
#
# 1. add `weight_decay` times the weights to the gradient;
# 2. $b \leftarrow \mu b + g$, with $b = 0$ before the first step;
# 3. move by the step's own rate: along $b$, or along $g + \mu b$ if `nesterov`.


# %% solution="sgd"
def sgd(w, grads, lrs, momentum, nesterov, weight_decay):
    """Return the weights after one step per gradient.

    w: (weights,), the start. grads: (steps, weights). lrs: (steps,), the rate of each step.
    momentum: mu, 0 for none. nesterov: True or False. weight_decay: a number.
    Returns (weights,).
    """
    ### BEGIN SOLUTION
    b = np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        b = momentum * b + g
        w = w - lr * (g + momentum * b if nesterov else b)
    return w
    ### END SOLUTION


# %% check="sgd"
lab.check(sgd)

# %% folded=true
if lab.passed("sgd"):
    steady = np.ones((60, 1))
    swinging = np.where(np.arange(60) % 2, -1.0, 1.0)[:, None]
    figure, panels = plots.subplots(2, 1, width=6, height=5.6, sharex=True)
    ends = []
    for ax, grads, title in zip(panels, (steady, swinging), ("steady", "alternating"), strict=True):
        for mu, line in [(0.0, "-"), (0.9, "--")]:
            stops = [sgd(np.zeros(1), grads[:t], np.full(t, 0.1), mu, False, 0.0)[0]
                     for t in range(61)]  # fmt: skip
            ax.plot(stops, line, label=f"momentum {mu:g}")
            ends.append(f"{title}, momentum {mu:g}: {abs(stops[-1] - stops[-2]):.3f}")
        ax.set_ylabel("weight")
        ax.set_title(f"{title} gradient", fontsize=13)
    panels[1].set_xlabel("step")
    panels[0].legend()
    display(
        plots.show(
            figure,
            "What momentum does to gradients of 1 that are steady or alternate, at rate 0.1. Length "
            f"of the last of 60 steps: {'; '.join(ends)}.",
        )
    )

# %% [markdown]
# ## 5. `adaptive` (3 points, 15 minutes, sitting 3)
#
# One rate per weight, from the squares of its own gradients. $v$ starts at 0, one entry per
# weight.
#
# | name | record |
# |---|---|
# | `"adagrad"` | $v \leftarrow v + g^2$ |
# | `"rmsprop"` | $v \leftarrow \alpha v + (1-\alpha)\,g^2$ |
#
# Then both step $w \leftarrow w - \eta\,g/(\sqrt v + \epsilon)$. Adagrad has no use for `alpha`.


# %% solution="adaptive"
def adaptive(name, w, grads, lr, alpha, eps):
    """Return the weights after one step per gradient.

    name: "adagrad" or "rmsprop". w: (weights,), the start. grads: (steps, weights).
    lr: learning rate. alpha: share of the record that RMSprop keeps. eps: a small number.
    Returns (weights,).
    """
    ### BEGIN SOLUTION
    v = np.zeros(len(w))
    for g in grads:
        v = v + g**2 if name == "adagrad" else alpha * v + (1 - alpha) * g**2
        w = w - lr * g / (np.sqrt(v) + eps)
    return w
    ### END SOLUTION


# %% check="adaptive"
lab.check(adaptive)

# %% folded=true
if lab.passed("adaptive"):
    sizes = np.concatenate([np.full(100, 10.0), np.full(200, 0.1)])[:, None]
    figure, ax = plots.subplots(height=3.9)
    last = []
    for name, line in [("adagrad", "-"), ("rmsprop", "--")]:
        stops = [adaptive(name, np.zeros(1), sizes[:t], 0.01, 0.9, 1e-8)[0] for t in range(301)]
        moves = -np.diff(stops)
        ax.semilogy(np.arange(1, 301), moves, line, label=name)
        last.append(f"{name} {moves[99]:.2g} and {moves[299]:.2g}")
    ax.axvline(100, color=plots.GREY, linestyle=":")
    ax.set(xlabel="step (after 100, gradients are 100 times smaller)", ylabel="length of the step")
    ax.legend()
    display(
        plots.show(
            figure,
            "Length of your steps when the gradient falls from 10 to 0.1 after 100 steps. At steps "
            f"100 and 300: {'; '.join(last)}. RMSprop forgets, Adagrad does not.",
        )
    )

# %% [markdown]
# ## 6. `adam` (4 points, 20 minutes, sitting 3)
#
# In step $t = 1, 2, \dots$, with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\epsilon = 10^{-8}$:
#
# $$m \leftarrow \beta_1 m + (1-\beta_1)\,g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\,g^2$$
#
# $$w \leftarrow w - \eta\,\frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)} + \epsilon}$$
#
# Weight decay comes before all that. With `decoupled=False` (Adam), add `weight_decay` times $w$ to
# $g$. With `decoupled=True` (AdamW), multiply $w$ by $1 - \eta \cdot$ `weight_decay`, and leave
# the gradient alone.


# %% solution="adam"
def adam(w, grads, lr, weight_decay, decoupled):
    """Return the weights after one step per gradient.

    w: (weights,), the start. grads: (steps, weights). lr: learning rate.
    weight_decay: a number. decoupled: False for Adam, True for AdamW. Returns (weights,).
    """
    ### BEGIN SOLUTION
    m, v = np.zeros(len(w)), np.zeros(len(w))
    for t, g in enumerate(grads, start=1):
        if decoupled:
            w = w * (1 - lr * weight_decay)
        else:
            g = g + weight_decay * w
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w
    ### END SOLUTION


# %% check="adam"
lab.check(adam)

# %% folded=true
if lab.passed("adam"):
    decays = np.geomspace(1e-4, 3, 12)
    level = np.zeros((100, 1))
    figure, ax = plots.subplots(height=3.9)
    ends = []
    for decoupled, name, line, marker in [(False, "Adam", "--", "s"), (True, "AdamW", "-", "o")]:
        left_over = [adam(np.ones(1), level, 1e-3, decay, decoupled)[0] for decay in decays]
        ax.semilogx(decays, left_over, line, marker=marker, label=name)
        ends.append(f"{name} from {left_over[0]:.3f} to {left_over[-1]:.3f}")
    ax.set(xlabel="weight decay", ylabel="weight after 100 steps", ylim=(0.7, 1.02))
    ax.legend()
    display(
        plots.show(
            figure,
            "A weight of 1 on a level loss, after 100 steps at rate 0.001. As the decay grows from "
            f"0.0001 to 3: {'; '.join(ends)}. Adam's own decay is the same at every strength.",
        )
    )

# %% [markdown]
# ## 7. `schedule` (3 points, 15 minutes, sitting 2)
#
# The rate of an epoch, counted from 0. `low` is a share of the top rate `lr`.
#
# | name | rate |
# |---|---|
# | `"step"` | times `low` after every `period` epochs |
# | `"cosine"` | half a cosine wave from `lr` in epoch 0 down to `low * lr` in epoch `period` |
# | `"warm-up"` | a straight line from `low * lr` in epoch 0 up to `lr` in epoch `period`; then it stays |
#
# If training goes on after `period`, the cosine rises again, as torch's does.


# %% solution="schedule"
def schedule(name, epoch, lr, period, low):
    """Return the learning rate of an epoch.

    name: "step", "cosine" or "warm-up". epoch: 0 or more. lr: the top rate.
    period: epochs, 1 or more. low: between 0 and 1. Returns a number.
    """
    ### BEGIN SOLUTION
    if name == "step":
        return lr * low ** (epoch // period)
    if name == "cosine":
        return low * lr + (lr - low * lr) * (1 + np.cos(np.pi * epoch / period)) / 2
    return lr * (low + (1 - low) * min(epoch / period, 1))
    ### END SOLUTION


# %% check="schedule"
lab.check(schedule)

# %% folded=true
if lab.passed("schedule"):
    figure, (top, bottom) = plots.subplots(2, 1, width=6, height=5.8, sharex=True)
    ends = []
    for name, period, low, line in [("warm-up", 5, 0.1, "-"), ("step", 8, 0.1, "--"),
                                    ("cosine", 25, 0.0, "-.")]:  # fmt: skip
        rates = [schedule(name, epoch, 0.04, period, low) for epoch in range(25)]
        top.plot(rates, line, label=name)
        rng, w, above = np.random.default_rng(0), np.zeros(11), []
        for rate in rates:
            order = rng.permutation(n)
            for first in range(0, n, 4):
                S = order[first : first + 4]
                w = w - rate * 2 * A[S].T @ (A[S] @ w - y[S]) / len(S)
            above.append(above_lowest(w)[0])
        bottom.semilogy(above, line)
        ends.append(f"{name} {above[-1]:.3g}")
    top.set_ylabel("learning rate")
    bottom.set(xlabel="epoch", ylabel="loss above lowest")
    figure.legend(loc="outside upper center", ncols=3)
    display(
        plots.show(
            figure,
            "Your schedules with a top rate of 0.04, and what batches of 4 make of them on the "
            f"diabetes data. Loss above the lowest after 25 epochs: {'; '.join(ends)}.",
        )
    )

# %% [markdown]
# ## 8. `race` (4 points, 25 minutes)
#
# Two functions on which optimizers are tried. Rosenbrock's is a bent ravine, Himmelblau's has four
# bottoms:
#
# $$\text{Rosenbrock: } (1-a)^2 + 100\,(b - a^2)^2$$
#
# $$\text{Himmelblau: } (a^2 + b - 11)^2 + (a + b^2 - 7)^2$$
#
# Run descent with momentum ($b \leftarrow \mu b + g$, as in exercise 4) from `start = (a, b)`,
# once per learning rate. Count the steps until the function is less than `below`. A run that has
# not arrived after `most` steps gets −1; one that begins there gets 0; one that arrives with step
# `most` has arrived. Some rates explode; that is part of the race, and NumPy's warnings about it
# cost no points.


# %% solution="race"
def race(name, start, lrs, momentum, below, most):
    """Return how many steps each learning rate needs.

    name: "rosenbrock" or "himmelblau". start: (2,), a and b. lrs: (rates,).
    momentum: 0 for none. below: the goal. most: the largest number of steps.
    Returns (rates,) whole numbers; -1 where the goal was not reached.
    Not allowed: scipy.optimize.
    """

    ### BEGIN SOLUTION
    def value_and_slope(a, b):
        if name == "rosenbrock":
            bend = b - a**2
            return (1 - a) ** 2 + 100 * bend**2, [-2 * (1 - a) - 400 * a * bend, 200 * bend]
        u, v = a**2 + b - 11, a + b**2 - 7
        return u**2 + v**2, [4 * a * u + 2 * v, 2 * u + 4 * b * v]

    counts = []
    with np.errstate(all="ignore"):
        for lr in lrs:
            w, memory, count = np.array(start, float), np.zeros(2), -1
            for step in range(most + 1):
                value, slope = value_and_slope(*w)
                if value < below:
                    count = step
                    break
                memory = momentum * memory + np.array(slope)
                w = w - lr * memory
            counts.append(count)
    return np.array(counts)
    ### END SOLUTION


# %% check="race"
lab.check(race)

# %% folded=true
if lab.passed("race"):
    rates = np.geomspace(3e-5, 0.03, 25)
    figure, ax = plots.subplots(width=6.4, height=4.8)
    found = []
    for name, start in [("rosenbrock", [-0.5, 1.0]), ("himmelblau", [0.0, 0.0])]:
        for mu in (0.0, 0.9):
            with np.errstate(all="ignore"):
                counts = race(name, np.array(start), rates, mu, 0.1, 1000)
            arrived = counts >= 0
            look = {"marker": "o" if name == "rosenbrock" else "^", "ls": "-" if mu else ":"}
            ax.loglog(rates[arrived], counts[arrived], label=f"{name}, momentum {mu:g}", **look)
            fewest = counts[arrived].min() if arrived.any() else "none"
            found.append(f"{name} with momentum {mu:g}: {arrived.sum()} of 25 rates, best {fewest}")
    ax.set(xlabel="learning rate", ylabel="steps until f < 0.1")
    figure.legend(loc="outside upper center", ncols=2, fontsize=11)
    display(
        plots.show(
            figure,
            "Steps that your runs need, by learning rate; rates that do not arrive within 1000 steps "
            f"have no mark. {'; '.join(found)}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A colleague trains a linear model on 30 blood values in raw units, by full-batch descent on the
# mean squared error, with a rate of 0.1. The loss reads 9e3, 4e8, 2e13, `inf`, `nan`. They lower
# the rate until it stops exploding, at 1e-9, and report: "After 100,000 steps the loss is flat.
# The model has converged, and blood values do not predict the outcome. Adam would not have
# changed that."
#
# **What do you answer?** Explain why the loss grew by a constant factor, what the flat curve
# shows and does not show, and what you would do next. Five to eight sentences.

# %% [markdown] open="flat_or_converged" points=4
# **Model answer.** Each step multiplies what is still wrong in a direction by 1 − ηλ, where λ is
# the curvature in that direction. At 0.1 the steepest direction has a factor far below −1, so the
# error flips its sign and grows by the same factor in every step: that is the explosion, and it
# begins above 2/L, with L the largest eigenvalue of the Hessian. In raw units L is set by the
# blood value with the largest numbers. A rate of 1e-9 is safe for that one and leaves the flat
# directions with factors such as 0.9999999, so after 100,000 steps they have hardly moved. The
# curve is flat because the rate is tiny, not because the gradient is zero; whether it has
# converged can be seen from the gradient, from the weights, or for a linear model by solving the
# normal equations. So nothing follows about the blood values, and in any case the loss on the
# training patients would not say whether they predict. I would standardize with the training
# patients' means and deviations, compute 2/L, use a rate a little below it, or momentum, and
# compare the end with least squares, then test on patients that were not used. Adam does help
# with different units, since it gives each weight its own rate, but not with correlated
# measurements; standardizing is simpler.
#
# **Rubric.** 1 point: the factor 1 − ηλ (or the bound 2/L) explains growth by a constant factor.
# 1 point: flat is not converged, with the reason (flat directions, tiny rate) or a way to tell. 1
# point: a sound next step (standardize; rate just below 2/L; compare with least squares). 1
# point: does not accept the claim about blood values or the one about Adam, with a reason.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: find the edge of momentum
#
# With momentum 0.9 descent does not explode at $2/L$ but at $3.8/L$, and Nesterov's form explodes
# already at $1.357/L$. Find both numbers without any formula: bisect the learning rate on the
# diabetes data, 500 steps for each try, until you have three digits. Then find them for momentum
# 0.5 and 0.99, and guess the two formulas from your table. Which of the two would you call "more
# stable"? There is no check for this one.
