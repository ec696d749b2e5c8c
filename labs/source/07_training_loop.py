# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 07 · The training loop
#
# You write the loop that every network is trained with: batches, epochs, when to stop, what to
# keep. Then you tune it, count what a rare disease hides, and rescue four sick runs. All with one
# neuron and real biopsies, so that nothing but the loop can be wrong. Eight functions, 20
# points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/07_training_loop.ipynb) |
# |---|---|---|---|---|
# | 1 `minibatches` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `train_epoch` | ●●○ | 15 | 3 | sitting 1 |
# | 3 `early_stop` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `keep_best` | ●●○ | 15 | 3 | sitting 1 |
# | 5 `log_uniform` | ●○○ | 5 | 1 | sitting 3 |
# | 6 `class_weights` | ●○○ | 10 | 2 | sitting 4 |
# | 7 `sensitivity` | ●○○ | 5 | 2 | sitting 1 |
# | 8 `rescue` | ●●● | 30 | 4 | sitting 2 |
# | open question | | 15 | 4 | sitting 2 |
#
# **How it works.** As in the labs before: replace `raise NotImplementedError`, run the cell, run
# the check below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and
# holds the next. No exercise needs your answer to another. Folded cells hold pictures that appear
# once you are right. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the check
# refuses it.

# %%
import numpy as np
from scipy.special import expit  # the sigmoid

import dlcourse
from dlcourse import data, metrics, plots
from dlcourse.data import train_val_test_split

lab = dlcourse.lab("training_loop")

table = data.breast_cancer()
parts = train_val_test_split(569, (0.6, 0.2, 0.2), np.random.default_rng(0), stratify=table.y)
mean, std = table.X[parts[0]].mean(axis=0), table.X[parts[0]].std(axis=0)
(X_fit, y_fit), (X_val, y_val), (X_test, y_test) = (
    ((table.X[rows] - mean) / std, table.y[rows].astype(float)) for rows in parts
)


def loss_of(w, b, X, y):
    """Return the mean cross-entropy of a neuron with weights w (features,) and bias b."""
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z)


# %% [markdown]
# ## 1. `minibatches` (2 points, 10 minutes)
#
# Which rows go into which batch? An epoch covers every row once. With `shuffle`, each epoch has an
# order of its own, `rng.permutation(n)`, drawn from **one** generator that you make at the start.
# Without, rows come as they stand. The last batch may be smaller.


# %% solution="minibatches"
def minibatches(n, batch_size, epochs, seed, shuffle):
    """Return a list with one entry per epoch: the list of its batches, arrays of row numbers.

    n: how many rows. batch_size, epochs: whole numbers. seed: for np.random.default_rng.
    shuffle: bool. Example: n=5, batch_size=2, epochs=1, shuffle=False gives [[[0, 1], [2, 3], [4]]].
    """
    ### BEGIN SOLUTION
    shuffler, everything = np.random.default_rng(seed), []
    for _epoch in range(epochs):
        rows = shuffler.permutation(n) if shuffle else np.arange(n)
        everything.append([rows[i : i + batch_size] for i in range(0, n, batch_size)])
    return everything
    ### END SOLUTION


# %% check="minibatches"
lab.check(minibatches)

# %% folded=true
if lab.passed("minibatches"):
    figure, ax = plots.subplots(height=4)
    markers = ["o", "s", "D"]
    for epoch, batches in enumerate(minibatches(12, 5, 4, seed=1, shuffle=True), start=1):
        place = 0
        for k, rows in enumerate(batches):
            at = np.arange(place, place + len(rows))
            ax.plot(at, np.full(len(rows), epoch), markers[k], ms=27, alpha=0.35)
            for x, row in zip(at, rows, strict=True):
                ax.text(x, epoch, row, ha="center", va="center")
            place += len(rows)
        ax.set_prop_cycle(None)
    ax.set(xlabel="place in the epoch", ylabel="epoch", yticks=[1, 2, 3, 4], ylim=(4.7, 0.3))
    ax.set_xticks(range(0, 12, 5))
    display(
        plots.show(
            figure,
            "Your batches for 12 rows in 4 epochs: each row of marks holds the numbers 0 to 11 in "
            "another order, cut into batches of 5, 5 and 2, each with a mark of its own.",
        )
    )

# %% [markdown]
# ## 2. `train_epoch` (3 points, 15 minutes)
#
# One epoch of one neuron. Take the rows in the given `order`, `batch_size` at a time, and make one
# step per batch. With $e = \hat p - y$ for the rows of the batch, and $B$ rows in it:
#
# $$w \leftarrow w - \frac{\eta}{B} X^T e, \qquad b \leftarrow b - \frac{\eta}{B}\sum e$$
#
# Also report the loss: the mean over **all** patients, each judged just before the step of its own
# batch. Do not change the caller's `w`.


# %% solution="train_epoch"
def train_epoch(w, b, X, y, order, batch_size, lr):
    """Return (w, b, mean_loss) after one epoch of steps on a neuron with a sigmoid.

    w: (features,). b: a number. X: (n, features). y: (n,) of 0 and 1. order: (n,), the rows in
    the order of use. batch_size: how many at a time. lr: learning rate.
    The loss is the cross-entropy; loss_of(w, b, X, y) computes its mean for any patients.
    """
    ### BEGIN SOLUTION
    summed = 0.0
    for i in range(0, len(order), batch_size):
        j = order[i : i + batch_size]
        summed += len(j) * loss_of(w, b, X[j], y[j])
        e = (expit(X[j] @ w + b) - y[j]) / len(j)
        w, b = w - lr * X[j].T @ e, b - lr * e.sum()
    return w, b, summed / len(order)
    ### END SOLUTION


# %% check="train_epoch"
lab.check(train_epoch)

# %% folded=true
if lab.passed("train_epoch"):
    figure, ax = plots.subplots(height=3.8)
    ends = []
    for batch_size, line in [(341, "-"), (64, "--"), (8, ":")]:
        w, b, losses, shuffler = np.zeros(30), 0.0, [], np.random.default_rng(0)
        for _ in range(15):
            w, b, loss = train_epoch(w, b, X_fit, y_fit, shuffler.permutation(341), batch_size, 0.1)
            losses.append(loss)
        ax.plot(range(1, 16), losses, line, label=f"batches of {batch_size}")
        ends.append(f"{losses[-1]:.3f} with batches of {batch_size}")
    ax.set(xlabel="epoch", ylabel="training loss", ylim=(0, 0.75))
    ax.legend()
    display(
        plots.show(
            figure,
            f"Your loop on 341 biopsies, learning rate 0.1: after 15 epochs the training loss is "
            f"{', '.join(ends)}. Smaller batches mean more steps per epoch.",
        )
    )

# %% [markdown]
# ## 3. `early_stop` (3 points, 15 minutes)
#
# Here is a list of validation losses, epoch by epoch. When would you have stopped, and which epoch's
# weights would you keep? An epoch is an **improvement** if its loss is less than the best so far minus
# `min_delta`. Stop after `patience` epochs in a row without one. A loss of NaN improves nothing.


# %% solution="early_stop"
def early_stop(val_losses, patience, min_delta):
    """Return (stop_epoch, best_epoch), both counted from 1.

    val_losses: (epochs,), the first one a number. patience: 1 or more. min_delta: 0 or more.
    best_epoch is the last improvement up to the stop. If nothing stops the run, stop_epoch is the
    last epoch.
    """
    ### BEGIN SOLUTION
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best - min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return epoch, best_epoch
    ### END SOLUTION


# %% check="early_stop"
lab.check(early_stop)

# %% [markdown]
# ## 4. `keep_best` (3 points, 15 minutes)
#
# Train a neuron with steps on all training patients at once, one step per epoch. After each step,
# measure the validation loss. Return the weights of the epoch in which it was lowest, and which
# epoch that was. The start does not count as an epoch. Beware of names: `best = w` is no copy.


# %% solution="keep_best"
def keep_best(w, b, X, y, X_val, y_val, lr, epochs):
    """Return (best_w, best_b, best_epoch), epochs counted from 1; the first wins a tie.

    w: (features,). b: (1,), an array, too. X: (n, features). y: (n,). X_val, y_val: the same
    for the validation patients. Loss: cross-entropy, as loss_of(w, b, X, y) computes it.
    Leave the caller's w and b as they are.
    """
    ### BEGIN SOLUTION
    w, b, lowest = w.copy(), b.copy(), np.inf
    for epoch in range(1, epochs + 1):
        e = (expit(X @ w + b) - y) / len(y)
        w -= lr * X.T @ e
        b -= lr * e.sum()
        judged = loss_of(w, b, X_val, y_val)
        if judged < lowest:
            lowest, best = judged, (w.copy(), b.copy(), epoch)
    return best
    ### END SOLUTION


# %% check="keep_best"
lab.check(keep_best)

# %% [markdown]
# Does it matter here? Forty training patients, ten of them with the wrong label. With 30 measurements
# the neuron finds ways to please the wrong labels, too.

# %%
if lab.passed("keep_best"):
    wrong = np.arange(40) < 10
    few, zeros = (
        (X_fit[:40], np.where(wrong, 1 - y_fit[:40], y_fit[:40])),
        (np.zeros(30), np.zeros(1)),
    )
    figure, ax = plots.subplots(height=3.8)
    ends = []
    for epochs in range(1, 201, 3):  # the same run, ended earlier or later
        w, b = zeros
        for _ in range(epochs):
            e = (expit(few[0] @ w + b) - few[1]) / 40
            w, b = w - 0.1 * few[0].T @ e, b - 0.1 * e.sum()
        ends.append((epochs, loss_of(w, b, *few), loss_of(w, b, X_val, y_val)))
    ends = np.array(ends)
    w, b, at = keep_best(*zeros, *few, X_val, y_val, lr=0.1, epochs=200)
    kept = loss_of(w, b, X_val, y_val)
    ax.plot(ends[:, 0], ends[:, 1], "-", label="training")
    ax.plot(ends[:, 0], ends[:, 2], "--", label="validation")
    ax.plot(at, kept, "*", color="black", ms=18, label="your keep_best")
    ax.set(xlabel="epoch", ylabel="loss (cross-entropy)", ylim=(0, None))
    ax.legend()
    display(
        plots.show(
            figure,
            f"A run on 40 patients, 10 with a wrong label. You kept epoch {at} with validation loss "
            f"{kept:.2f}; at epoch {ends[-1, 0]:.0f} it is {ends[-1, 2]:.2f}, and the training loss "
            f"{ends[-1, 1]:.2f}.",
        )
    )

# %% [markdown]
# ## 5. `log_uniform` (1 point, 5 minutes)
#
# To tune a learning rate, try factors and not differences. Turn numbers `u`, drawn evenly from 0 to 1,
# into rates from `low` to `high` that are even on a **logarithmic** scale: u = 0 gives low, u = 1 gives
# high, and u = ½ gives the geometric mean.


# %% solution="log_uniform"
def log_uniform(low, high, u):
    """Return rates between low and high, evenly spread over the orders of magnitude.

    low, high: numbers above 0. u: array of numbers from 0 to 1. Returns an array of u's shape.
    Not allowed: scipy.stats.
    """
    ### BEGIN SOLUTION
    return low * (high / low) ** u
    ### END SOLUTION


# %% check="log_uniform"
lab.check(log_uniform)

# %% [markdown]
# Now tune. Twenty learning rates from your function, ten epochs each with your `train_epoch`, the
# winner by **validation** loss, and then, once, the test patients. Compare the two: the winner's
# validation loss was the smallest of twenty.

# %%
if lab.passed("log_uniform") and lab.passed("train_epoch"):
    rates = log_uniform(1e-4, 100.0, np.random.default_rng(0).random(20))
    runs = []
    for rate in rates:
        w, b, shuffler = np.zeros(30), 0.0, np.random.default_rng(1)
        for _ in range(10):
            w, b, _ = train_epoch(w, b, X_fit, y_fit, shuffler.permutation(341), 32, rate)
        runs.append((loss_of(w, b, X_val, y_val), rate, w, b))
    val_loss, rate, w, b = min(runs, key=lambda run: run[0])
    test_alarm = X_test @ w + b > 0

    figure, ax = plots.subplots(height=3.8)
    ax.loglog([run[1] for run in runs], [run[0] for run in runs], "o", ms=8, label="a run")
    ax.loglog(rate, val_loss, "*", color="black", ms=18, label="the winner")
    ax.set(xlabel="learning rate", ylabel="validation loss", ylim=(0.008, 1))
    ax.set_yticks([0.01, 0.03, 0.1, 0.3, 1], [0.01, 0.03, 0.1, 0.3, 1])
    ax.minorticks_off()
    ax.legend()
    display(
        plots.show(
            figure,
            f"Twenty runs. The winner has learning rate {rate:.3f} and validation loss {val_loss:.3f}; "
            f"the worst has {max(runs, key=lambda run: run[0])[0]:.3f}.",
        )
    )
    test_loss = loss_of(w, b, X_test, y_test)
    print(f"winner's loss: validation {val_loss:.3f}, test {test_loss:.3f}")
    print("test, opened once:")
    for name in ("sensitivity", "specificity"):
        rate = getattr(metrics, name)(y_test, test_alarm)
        print(f"{name} {rate.share:.2f} ({rate.low:.2f} to {rate.high:.2f})")

# %% [markdown]
# ## 6. `class_weights` (2 points, 10 minutes)
#
# When one class is rare, give it heavier votes:
#
# $$c_k = \frac{n}{K\,n_k}$$
#
# $n$ patients, $K$ classes, $n_k$ patients of class $k$. Balanced data get weights of 1.


# %% solution="class_weights"
def class_weights(y):
    """Return the weight of each class, shape (K,), in the order of their numbers.

    y: (n,) whole numbers 0 to K - 1, in any order; every class occurs.
    """
    ### BEGIN SOLUTION
    counts = np.bincount(y)
    return len(y) / (len(counts) * counts)
    ### END SOLUTION


# %% check="class_weights"
lab.check(class_weights)

# %% [markdown]
# ## 7. `sensitivity` (2 points, 5 minutes)
#
# Of those who are ill, which share raised the alarm? If nobody is ill, the question has no answer:
# return NaN.


# %% solution="sensitivity"
def sensitivity(y, alarm):
    """Return the share of the ill who raised the alarm, or NaN if nobody is ill.

    y: (n,), 1 for ill and 0 for healthy. alarm: (n,), 1 where the model raised the alarm.
    """
    ### BEGIN SOLUTION
    ill = y == 1
    return alarm[ill].mean() if ill.any() else np.nan
    ### END SOLUTION


# %% check="sensitivity"
lab.check(sensitivity)

# %% [markdown]
# Together: cancer made rare (12 malignant biopsies beside all benign ones in training), one neuron with a strong
# penalty on its weights, trained with equal votes and with your weights. *Predict* both rows.

# %%
if lab.passed("sensitivity") and lab.passed("class_weights"):
    rare = np.r_[np.flatnonzero(y_fit == 0), np.flatnonzero(y_fit == 1)[:12]]
    Xr, yr = X_fit[rare], y_fit[rare].astype(int)
    votes = {"equal votes": np.ones(2), "your weights": class_weights(yr)}
    print("              sensitivity  specificity")
    for name, weight in votes.items():
        w, b = np.zeros(30), 0.0
        for _ in range(2000):
            e = weight[yr] * (expit(Xr @ w + b) - yr) / len(yr)
            w, b = w - 0.2 * (Xr.T @ e + 0.44 * w), b - 0.2 * e.sum()
        alarm = (X_val @ w + b > 0).astype(int)
        spared = sensitivity(1 - y_val, 1 - alarm)
        print(f"{name:12}  {sensitivity(y_val, alarm):11.2f}  {spared:11.2f}")

# %% [markdown]
# ## 8. `rescue` (4 points, 30 minutes)
#
# Four colleagues wrote the same loop: one neuron, weights `w` of shape (features, 1), shuffled batches.
# Each got one line wrong, and each another one. Nobody got an error. First look at what the runs do.


# %%
def run_a(w, b, X, y, lr, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for i in range(0, len(y), batch_size):
            rows = order[i : i + batch_size]
            p = expit(expit(X[rows] @ w + b))
            error = p - y[rows][:, None]
            w = w - lr * X[rows].T @ error / len(rows)
            b = b - lr * error.mean()
    return w, b


def run_b(w, b, X, y, lr, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    grad_w, grad_b = np.zeros_like(w), 0.0
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for i in range(0, len(y), batch_size):
            rows = order[i : i + batch_size]
            p = expit(X[rows] @ w + b)
            error = p - y[rows][:, None]
            grad_w = grad_w + X[rows].T @ error / len(rows)
            grad_b = grad_b + error.mean()
            w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


def run_c(w, b, X, y, lr, batch_size, epochs, seed):
    for _ in range(epochs):
        order = np.argsort(y, kind="stable")
        for i in range(0, len(y), batch_size):
            rows = order[i : i + batch_size]
            p = expit(X[rows] @ w + b)
            error = p - y[rows][:, None]
            w = w - lr * X[rows].T @ error / len(rows)
            b = b - lr * error.mean()
    return w, b


def run_d(w, b, X, y, lr, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for i in range(0, len(y), batch_size):
            rows = order[i : i + batch_size]
            p = expit(X[rows] @ w + b)
            error = (p - y[rows]).mean(axis=1, keepdims=True)  # otherwise the shapes do not fit
            w = w - lr * X[rows].T @ error / len(rows)
            b = b - lr * error.mean()
    return w, b


# %%
def curve(run, epochs=25, lr=1.0, batch_size=8):
    """Return validation loss, sensitivity and specificity after 1, 2, ... epochs.

    The neuron reads mean radius and mean texture only: less to learn, more to see.
    """
    rows = []
    for k in range(1, epochs + 1):
        w, b = run(np.zeros((2, 1)), 0.0, X_fit[:, :2], y_fit, lr, batch_size, k, 0)
        alarm = X_val[:, :2] @ w[:, 0] + b > 0
        found, spared = metrics.sensitivity(y_val, alarm), metrics.specificity(y_val, alarm)
        rows.append((loss_of(w[:, 0], b, X_val[:, :2], y_val), found.share, spared.share))
    return np.array(rows)


sick = {"A": curve(run_a), "B": curve(run_b), "C": curve(run_c), "D": curve(run_d)}
print("     validation loss    ill     healthy")
print("run   after epoch       found   spared")
print("       1     5    25    at the end")
for name, h in sick.items():
    losses = " ".join(f"{h[k - 1, 0]:5.2f}" for k in (1, 5, 25))
    print(f"{name}  {losses}   {h[-1, 1]:5.2f}  {h[-1, 2]:7.2f}")
print(f"no idea: {np.log(2):.2f}")

# %% [markdown]
# Now write the loop with all four lines right. Per epoch one `rng.permutation(n)` from a generator
# made of `seed`. You may copy a colleague's, but no single one is sound.


# %% solution="rescue"
def rescue(w, b, X, y, lr, batch_size, epochs, seed):
    """Return (w, b) of one neuron, trained by descent on shuffled batches.

    w: (features, 1). b: a number. X: (n, features). y: (n,) of 0 and 1. lr: learning rate.
    batch_size, epochs: whole numbers. seed: for np.random.default_rng.
    Returns w of shape (features, 1) and a number. Leave the caller's w as it is.
    """
    ### BEGIN SOLUTION
    shuffler, target = np.random.default_rng(seed), y[:, None]
    for _epoch in range(epochs):
        batches = np.split(shuffler.permutation(len(y)), range(batch_size, len(y), batch_size))
        for j in batches:
            e = (expit(X[j] @ w + b) - target[j]) / len(j)
            w, b = w - lr * X[j].T @ e, b - lr * e.sum()
    return w, b
    ### END SOLUTION


# %% check="rescue"
lab.check(rescue)

# %% folded=true
if lab.passed("rescue"):
    figure, ax = plots.subplots(height=4.2)
    runs = sick | {"yours": curve(rescue)}
    for (name, h), marker in zip(runs.items(), ["s", "^", "D", "v", "o"], strict=True):
        ax.semilogy(np.arange(1, 26), h[:, 0], marker=marker, ms=5, markevery=3, label=name)
    ax.set(xlabel="epoch", ylabel="validation loss")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter("")
    ax.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1))
    end = runs["yours"][-1]
    display(
        plots.show(
            figure,
            f"Your loop beside the four sick ones: validation loss {end[0]:.3f} after 25 epochs, "
            f"sensitivity {end[1]:.2f}, specificity {end[2]:.2f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# **For each of the four runs A, B, C and D: what is the ailment, which test shows it, and which line
# cures it?** A test is something that you could print or plot *before* you know the cause, and that
# would come out otherwise in a healthy run. Two sentences per run. The test counts, not only the
# repair.

# %% [markdown] open="which_test" points=4
# **Model answer.** *A*: the sigmoid is applied twice, so no probability falls below ½ and every benign
# patient seems wrong. Test: print `p.min()`; a healthy run goes below ½. (Or: one batch cannot be learned
# by heart.) Cure: `p = expit(X[rows] @ w + b)`. *B*: gradients are added up and never cleared, which
# is momentum 1. Test: compute the gradient of one batch twice without a step; it doubles. Cure:
# compute `grad_w` and `grad_b` afresh for every batch. *C*: patients come sorted by class. Test: print
# `y[rows]` of the first and the last batch; only one class each. Cure: `order = rng.permutation(len(y))`
# in each epoch. *D*: (n, 1) minus (n,) is an n × n table, and its row means compare each patient with the
# average label of the batch. Test: print `(p - y[rows]).shape`; or train on one batch alone, which
# a healthy run learns and this one cannot, since all its patients have the same target. Cure: `y[rows][:, None]`.
#
# **Rubric.** 1 point per run: the ailment, a test that would tell it from a healthy run, and the line. Half
# a point if only ailment and line are right. "Look at the curve" is no test.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: your own patient
#
# Break the loop in a way that is not in this unit, so that it raises no error and its curve looks
# healthy for at least ten epochs. Then find a test that exposes it, and give run and curve, without the
# test, to somebody else in the course. If they find it within ten minutes, they have won. There is no
# check for this one.
