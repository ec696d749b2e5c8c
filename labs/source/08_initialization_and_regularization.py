# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 08 · Initialization and regularization
#
# You measure the law that says how large random weights must be, draw them in nine ways, keep
# a signal alive through fifty layers, and then restrain what has grown: dropout, batch norm, L1
# and L2. Eight short functions, 27 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/08_initialization_and_regularization.ipynb) |
# |---|---|---|---|---|
# | 1 `variance_law` | ●○○ | 10 | 3 | sitting 1 |
# | 2 `initialize` | ●●○ | 20 | 4 | sitting 1 |
# | 3 `orthogonal` | ●●○ | 15 | 3 | sitting 2 |
# | 4 `dropout` | ●●○ | 15 | 3 | sitting 4 |
# | 5 `batch_norm` | ●●○ | 20 | 4 | sitting 1 |
# | 6 `batch_norm_backward` | ●●● | 25 | 4 | sitting 1 |
# | 7 `soft_threshold` | ●○○ | 5 | 2 | sitting 3 |
# | 8 `penalty_path` | ●●● | 25 | 4 | sitting 3 |
# | open question | | 15 | 4 | sitting 3 |
#
# **How it works.** As in the labs before: replace `raise NotImplementedError`, run the cell, run
# the check below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and
# holds the next. No exercise needs your answer to another. Folded cells hold pictures that appear
# once you are right. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the check
# refuses it.
#
# No function may change its arguments.

# %%
import numpy as np
from scipy.special import ndtr, ndtri  # the normal distribution: percentile of a value, and back

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("initialization_and_regularization")

digits = data.digits()
pixels = digits.X.reshape(-1, 64)  # (1797, 64), from 0 (paper) to 1 (ink)
biopsies = data.breast_cancer()
Z = (biopsies.X - biopsies.X.mean(axis=0)) / biopsies.X.std(axis=0)  # (569, 30)
diabetes = data.diabetes()
A = (diabetes.X - diabetes.X.mean(axis=0)) / diabetes.X.std(axis=0)  # (442, 10)
progression = diabetes.y - diabetes.y.mean()  # (442,)

# %% [markdown]
# ## 1. `variance_law` (3 points, 10 minutes)
#
# A weighted sum adds up $n$ products. If the weights are random with mean 0, its mean square is,
# on average,
#
# $$E[z^2] = n\,E[w^2]\,E[h^2]$$
#
# with $h$ what enters the layer. Send `X` through two layers without biases,
# `z = h @ w.T`, then the activation. For each layer give the **measured** mean square of $z$, before the
# activation, and the **predicted** one, from the mean squares of that layer's weights and of what really
# enters it.


# %% solution="variance_law"
def variance_law(X, first, second, activation):
    """Return the mean squares of the weighted sums of two layers: (measured, predicted).

    X: (patients, features). first: (units, features) and second: (outputs, units), weights.
    activation: "linear" (none), "relu" or "tanh".
    Returns two arrays of shape (2,), an entry per layer.
    """
    ### BEGIN SOLUTION
    measured, predicted, h = [], [], X
    for w in (first, second):
        predicted.append(w.shape[1] * np.mean(w**2) * np.mean(h**2))
        z = h @ w.T
        measured.append(np.mean(z**2))
        if activation == "relu":
            z = np.maximum(z, 0)
        elif activation == "tanh":
            z = np.tanh(z)
        h = z
    return np.array(measured), np.array(predicted)
    ### END SOLUTION


# %% check="variance_law"
lab.check(variance_law)

# %% folded=true
if lab.passed("variance_law"):
    rng = np.random.default_rng(0)
    pairs = []
    for _ in range(40):
        width, sd = rng.integers(20, 200), 10 ** rng.uniform(-2, 0)
        first, second = rng.normal(0, sd, (width, 64)), rng.normal(0, sd, (50, width))
        pairs.append(variance_law(pixels[:300], first, second, "relu"))
    pairs = np.array(pairs)  # (draws, measured or predicted, layer)
    figure, ax = plots.subplots(height=4.2)
    for layer, marker in [(0, "o"), (1, "^")]:
        ax.loglog(pairs[:, 1, layer], pairs[:, 0, layer], marker, label=f"layer {layer + 1}")
    ends = [pairs.min(), pairs.max()]
    ax.loglog(ends, ends, "--", color=plots.GREY, label="equal")
    ax.set(xlabel="predicted mean square", ylabel="measured mean square")
    ax.legend()
    off = np.abs(np.log10(pairs[:, 0] / pairs[:, 1]))
    display(
        plots.show(
            figure,
            "Digits through two ReLU layers of 40 random networks: your measured against your "
            f"predicted mean squares, from {ends[0]:.2g} to {ends[1]:.2g}. The median gap is a factor "
            f"of {10 ** np.median(off):.2f}, the largest {10 ** off.max():.2f}.",
        )
    )

# %% [markdown]
# ## 2. `initialize` (4 points, 20 minutes)
#
# A **scheme** says how large the weights are, by their standard deviation:
#
# | scheme | standard deviation |
# |---|---|
# | `"lecun"` | $\sqrt{1 / n_{in}}$ |
# | `"xavier"` | $\sqrt{2 / (n_{in} + n_{out})}$ |
# | `"he"` | $\sqrt{2 / n_{in}}$ |
#
# A weight has shape (out, in), or (out, in, ...) where the axes that follow are those of a
# convolution's kernel. $n_{in}$ counts the numbers that one output adds up, $n_{out}$ the sums that
# one input feeds: for a convolution both are multiplied by the kernel's area.
#
# A **kind** says how they are spread. You are given `u`, uniform random numbers between 0 and 1,
# one per weight. Take each as a *percentile*, and return the weight that stands there:
#
# | kind | spread |
# |---|---|
# | `"uniform"` | evenly from −bound to bound; the bound is $\sqrt 3$ times the SD |
# | `"normal"` | normal with mean 0: `ndtri(u)` has SD 1 |
# | `"truncated"` | normal, but only the part between −2 and 2 of its own SDs, and *then* stretched so that the SD is right |
#
# For the last, squeeze the percentiles into the range from `ndtr(-2)` to `ndtr(2)`. What is left after
# the cut has an SD of 0.8796256610342398.


# %% solution="initialize"
def initialize(scheme, kind, u):
    """Return weights of the shape of u.

    scheme: "lecun", "xavier" or "he". kind: "uniform", "normal" or "truncated".
    u: (out, in) or (out, in, height, width) or other kernels, percentiles between 0 and 1.
    """
    ### BEGIN SOLUTION
    area = np.prod(u.shape[2:])
    fan_in, fan_out = u.shape[1] * area, u.shape[0] * area
    if scheme == "lecun":
        std = np.sqrt(1 / fan_in)
    elif scheme == "xavier":
        std = np.sqrt(2 / (fan_in + fan_out))
    else:
        std = np.sqrt(2 / fan_in)
    if kind == "uniform":
        return std * np.sqrt(3) * (2 * u - 1)
    if kind == "normal":
        return std * ndtri(u)
    low = ndtr(-2)
    return std / 0.8796256610342398 * ndtri(low + (1 - 2 * low) * u)
    ### END SOLUTION


# %% check="initialize"
lab.check(initialize)

# %% folded=true
if lab.passed("initialize"):
    figure, ax = plots.subplots(height=4.0)
    ends = []
    for scheme, line, marker in [("lecun", "--", "s"), ("xavier", ":", "^"), ("he", "-", "o")]:
        rng, h, spreads = np.random.default_rng(0), Z, []
        for _ in range(20):
            h = np.maximum(h @ initialize(scheme, "normal", rng.random((100, h.shape[1]))).T, 0)
            spreads.append(np.sqrt(np.mean(h**2)))
        ax.semilogy(range(1, 21), spreads, line, marker=marker, ms=5, label=scheme)
        ends.append(f"{scheme} {spreads[-1]:.2g}")
    ax.set(xlabel="layer", ylabel="root mean square of outputs", xticks=[1, 5, 10, 15, 20])
    ax.legend()
    display(
        plots.show(
            figure,
            "569 biopsies through 20 ReLU layers of 100 units, with your weights. After layer 20 the "
            f"root mean square is: {'; '.join(ends)}.",
        )
    )

# %% [markdown]
# ## 3. `orthogonal` (3 points, 15 minutes)
#
# A rotation changes no length, so a stack of rotations neither fades nor explodes. To draw one at
# random: take a matrix of normal numbers and keep the $Q$ of its QR decomposition
# (`np.linalg.qr`), whose columns have length 1 and are at right angles. QR leaves the signs open,
# and NumPy's choice is not even-handed. So multiply each column of $Q$ by the sign of the same
# entry of $R$'s diagonal.
#
# With more rows than columns, the columns of the answer are orthonormal. With more columns than
# rows, its rows are: work with the transpose. At the end multiply by `gain`.


# %% solution="orthogonal"
def orthogonal(noise, gain):
    """Return ``gain`` times an orthogonal matrix, made from random numbers.

    noise: (rows, columns), of full rank. gain: a number. Returns the shape of noise.
    """
    ### BEGIN SOLUTION
    wide = noise.shape[0] < noise.shape[1]
    q, r = np.linalg.qr(noise.T if wide else noise)
    q = q * np.sign(np.diag(r))
    return gain * (q.T if wide else q)
    ### END SOLUTION


# %% check="orthogonal"
lab.check(orthogonal)

# %% folded=true
if lab.passed("orthogonal"):
    rng = np.random.default_rng(1)
    start = rng.normal(size=(8, 50))
    figure, ax = plots.subplots(height=4.2)
    kinds = {
        "normal": ("--", lambda: rng.normal(size=(50, 50)) / np.sqrt(50)),
        "yours": ("-", lambda: orthogonal(rng.normal(size=(50, 50)), 1.0)),
    }
    ends = []
    for name, (line, draw) in kinds.items():
        h, lengths = start, [np.linalg.norm(start, axis=1)]
        for _ in range(50):
            h = h @ draw().T
            lengths.append(np.linalg.norm(h, axis=1))
        ratio = np.array(lengths) / lengths[0]
        colour = plots.BLUE if name == "yours" else plots.VERMILLION
        drawn = ax.semilogy(ratio, line, color=colour, lw=1.5)
        drawn[0].set_label(name)
        ends.append(f"{name} {ratio[-1].min():.2f} to {ratio[-1].max():.2f}")
    ax.set(xlabel="linear layer", ylabel="length / length at start", ylim=(0.2, 5))
    ax.set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
    ax.set_yticks([], minor=True)
    ax.legend(loc="upper left")
    display(
        plots.show(
            figure,
            "Eight signals through 50 linear layers of 50 units. Length at the end, relative to the "
            f"start: {'; '.join(ends)}.",
        )
    )

# %% [markdown]
# ## 4. `dropout` (3 points, 15 minutes)
#
# In training, drop each number with probability $p$ and divide the rest by $1 - p$, so that the
# expected value stays. In evaluation, do nothing. The random numbers `u` are given: drop where `u < p`. At
# $p = 1$ all numbers become 0, without a division by 0.
#
# `grad` is the gradient of the loss in the output. Return the gradient in `x`, too.


# %% solution="dropout"
def dropout(x, grad, u, p, training):
    """Return dropout's output and the gradient of its input, (y, grad_x).

    x, grad: any shape. u: the same shape, uniform random numbers from 0 to 1.
    p: probability to be dropped, 0 to 1. training: bool. Returns two arrays of that shape.
    """
    ### BEGIN SOLUTION
    if not training:
        return x, grad
    if p == 1:
        return np.zeros(x.shape), np.zeros(x.shape)
    mask = (u >= p) / (1 - p)
    return x * mask, grad * mask
    ### END SOLUTION


# %% check="dropout"
lab.check(dropout)

# %% folded=true
if lab.passed("dropout"):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=30) / np.sqrt(30)
    patient = np.repeat(Z[:1], 4000, axis=0)
    figure, ax = plots.subplots(height=3.9)
    said = []
    for p, line in [(0.1, "-"), (0.5, "--")]:
        noisy, _ = dropout(patient, patient, rng.random(patient.shape), p, True)
        sums = noisy @ weights
        ax.hist(sums, 50, histtype="step", ls=line, lw=2, density=True, label=f"training, p = {p}")
        said.append(f"p = {p}: mean {sums.mean():.2f}, standard deviation {sums.std():.2f}")
    clean, _ = dropout(Z[:1], Z[:1], np.ones((1, 30)), 0.5, False)
    ax.axvline(clean[0] @ weights, color="black", ls=":", label="evaluation")
    ax.set(xlabel="weighted sum of patient 0", ylabel="density")
    ax.legend(fontsize=12, loc="upper left")
    display(
        plots.show(
            figure,
            "One weighted sum of one patient, 4,000 draws of your dropout on the 30 measurements. "
            f"{'; '.join(said)}. In evaluation it is {clean[0] @ weights:.2f}.",
        )
    )

# %% [markdown]
# ## 5. `batch_norm` (4 points, 20 minutes)
#
# For each channel,
#
# $$y = w\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + b$$
#
# In **training** $\mu$ and $\sigma^2$ are mean and variance (divided by $n$) over all patients in the
# batch and, for images, over all places. The **record** moves towards them by the share
# `momentum`: new record = (1 − momentum) · old record + momentum · the batch's. For the record the
# variance is divided by $n - 1$, as torch has it.
#
# In **evaluation** $\mu$ and $\sigma^2$ are those of the record, which stays as it is.


# %% solution="batch_norm"
def batch_norm(x, weight, bias, running_mean, running_var, training, momentum, eps):
    """Return (y, new running_mean, new running_var).

    x: (patients, channels) or (patients, channels, height, width).
    weight, bias, running_mean, running_var: (channels,). training: bool.
    momentum, eps: numbers. Returns arrays of the shapes of x, (channels,) and (channels,).
    """
    ### BEGIN SOLUTION
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    columns = (-1,) if x.ndim == 2 else (-1, 1, 1)
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=axes, ddof=1)
    x_hat = (x - mean.reshape(columns)) / np.sqrt(var.reshape(columns) + eps)
    return weight.reshape(columns) * x_hat + bias.reshape(columns), running_mean, running_var
    ### END SOLUTION


# %% check="batch_norm"
lab.check(batch_norm)

# %% folded=true
if lab.passed("batch_norm"):
    figure, ax = plots.subplots(height=4.0)
    ones, zeros = np.ones(100), np.zeros(100)
    ends = []
    for normed, line, marker in [(False, "--", "s"), (True, "-", "o")]:
        rng, h, spreads = np.random.default_rng(0), Z, []
        for _ in range(20):
            z = h @ rng.normal(0, 0.5 / np.sqrt(h.shape[1]), (100, h.shape[1])).T
            if normed:
                z = batch_norm(z, ones, zeros, zeros, ones, True, 0.1, 1e-5)[0]
            h = np.maximum(z, 0)
            spreads.append(h.std(axis=0).mean())
        name = "with your batch norm" if normed else "without"
        ax.semilogy(range(1, 21), spreads, line, marker=marker, ms=5, label=name)
        ends.append(f"{name} {spreads[-1]:.2g}")
    ax.set(xlabel="layer", ylabel="SD across patients", xticks=[1, 5, 10, 15, 20])
    ax.legend()
    display(
        plots.show(
            figure,
            "Biopsies through 20 ReLU layers whose weights are far too small. Standard deviation across "
            f"patients, mean over units, after layer 20: {'; '.join(ends)}.",
        )
    )

# %% [markdown]
# ## 6. `batch_norm_backward` (4 points, 25 minutes)
#
# The way back through batch norm, in training, for (patients, channels). With
# $\hat x = (x - \mu)/\sqrt{\sigma^2 + \epsilon}$, the output is $w \hat x + b$. Change one patient's
# $x$, and $\mu$ and $\sigma$ change for everybody. Work it out on paper: the gradient in $x$ has a
# direct part, a part through $\mu$ and a part through $\sigma$. Two facts to test yours by: shifting
# a whole column changes nothing, so each column of `grad_x` sums to 0; stretching it changes
# nothing (but for eps), so `(grad_x * x_hat).sum(axis=0)` is nearly 0.


# %% solution="batch_norm_backward"
def batch_norm_backward(grad, x, weight, eps):
    """Return the gradients of batch norm in training: (grad_x, grad_weight, grad_bias).

    grad: (patients, channels), the gradient of the loss in the output. x: (patients, channels).
    weight: (channels,). eps: a number. Returns shapes of x, weight and weight.
    """
    ### BEGIN SOLUTION
    inverse = 1 / np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) * inverse
    g = grad * weight
    grad_x = inverse * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return grad_x, (grad * x_hat).sum(axis=0), grad.sum(axis=0)
    ### END SOLUTION


# %% check="batch_norm_backward"
lab.check(batch_norm_backward)

# %% folded=true
if lab.passed("batch_norm_backward"):
    rng = np.random.default_rng(0)
    rows = Z[:8, :3].copy()
    top = rng.normal(size=(8, 3))
    mine = batch_norm_backward(top, rows, np.ones(3), 1e-5)[0]
    nudged = np.zeros_like(rows)
    for i in np.ndindex(rows.shape):
        for step in (1e-5, -1e-5):
            moved = rows.copy()
            moved[i] += step
            normal = (moved - moved.mean(axis=0)) / np.sqrt(moved.var(axis=0) + 1e-5)
            nudged[i] += (top * normal).sum() / (2 * step)
    figure, ax = plots.subplots(height=4.0)
    naive = top / np.sqrt(rows.var(axis=0) + 1e-5)
    ax.plot(nudged.ravel(), naive.ravel(), "^", label="mean, variance held constant")
    ax.plot(nudged.ravel(), mine.ravel(), "o", label="yours")
    ends = [nudged.min(), nudged.max()]
    ax.plot(ends, ends, "--", color=plots.GREY)
    ax.set(xlabel="gradient by small nudges", ylabel="gradient by formula")
    ax.legend(fontsize=12, loc="lower right")
    display(
        plots.show(
            figure,
            "24 gradients of batch norm on 8 biopsies, by formula against small nudges. Your largest "
            f"error is below {max(1e-7, np.abs(mine - nudged).max()):.0e}; with mean and variance held "
            f"constant it is {np.abs(naive - nudged).max():.2f}.",
        )
    )

# %% [markdown]
# ## 7. `soft_threshold` (2 points, 5 minutes)
#
# Move every number towards 0 by $t$. What is nearer to 0 than $t$ becomes exactly 0.


# %% solution="soft_threshold"
def soft_threshold(w, t):
    """Return every number of w moved towards 0 by t, and no further than 0.

    w: any shape. t: a number, 0 or more. Returns the shape of w.
    """
    ### BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)
    ### END SOLUTION


# %% check="soft_threshold"
lab.check(soft_threshold)

# %% folded=true
if lab.passed("soft_threshold"):
    w = np.linspace(-3, 3, 121)
    figure, ax = plots.subplots(height=3.9)
    ax.plot(w, soft_threshold(w, 1.0), "-", label="yours, t = 1")
    ax.plot(w, w / 2, "--", label="L2's way: w / 2")
    ax.plot(w, w, ":", color=plots.GREY, label="unchanged")
    ax.set(xlabel="weight before", ylabel="weight after")
    ax.legend()
    zeros = int((soft_threshold(w, 1.0) == 0).sum())
    display(
        plots.show(
            figure,
            f"Weights before and after. Of 121 weights from -3 to 3, yours makes {zeros} exactly 0; "
            "halving makes one, the one that was 0.",
        )
    )

# %% [markdown]
# ## 8. `penalty_path` (4 points, 25 minutes)
#
# A linear model without bias, mean squared error, and a penalty:
#
# $$\frac1n \lVert Xw - y \rVert^2 + \lambda\,R(w), \qquad
#   R = \sum_j |w_j| \;\text{ (L1)} \quad\text{or}\quad R = \tfrac12 \sum_j w_j^2 \;\text{ (L2)}$$
#
# For each $\lambda$ in `strengths`, begin with zero weights and take exactly `steps` steps of rate
# $\eta$ = `lr`:
#
# - `"l2"`: step against the gradient of the whole, penalty included.
# - `"l1"`: step against the gradient of the squared error alone; then soft-threshold all weights by
#   $\eta\lambda$ (write it out again here).


# %% solution="penalty_path"
def penalty_path(penalty, X, y, strengths, lr, steps):
    """Return the weights for each strength of the penalty.

    penalty: "l1" or "l2". X: (patients, features). y: (patients,). strengths: (k,), lambdas.
    lr: learning rate. steps: how many, 0 or more. Returns (k, features).
    """
    ### BEGIN SOLUTION
    path = []
    for strength in strengths:
        w = np.zeros(X.shape[1])
        for _ in range(steps):
            gradient = 2 * X.T @ (X @ w - y) / len(y)
            if penalty == "l2":
                w = w - lr * (gradient + strength * w)
            else:
                w = w - lr * gradient
                w = np.sign(w) * np.maximum(np.abs(w) - lr * strength, 0)
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="penalty_path"
lab.check(penalty_path)

# %% folded=true
if lab.passed("penalty_path"):
    figure, panels = plots.subplots(2, 1, height=8.0, sharex=True, sharey=True)
    markers = "osv^D<>Pph"
    said = []
    # L2 adds λ to every curvature, so at rate 0.1 a λ above 12 would explode (lab 05).
    for ax, penalty, grid in zip(
        panels, ("l1", "l2"), (np.geomspace(1, 100, 12), np.geomspace(0.05, 11, 12)), strict=True
    ):
        path = penalty_path(penalty, A, progression, grid, 0.1, 1500)
        for j, name in enumerate(diabetes.features):
            ax.semilogx(grid, path[:, j], marker=markers[j], ms=5, lw=1.2, label=name)
        ax.set(ylabel="weight (points per SD)", xlim=(0.04, 130))
        ax.set_title(penalty.upper(), fontsize=13)
        said.append(
            f"{penalty.upper()}: at λ = {grid[6]:.2g}, {int((path[6] == 0).sum())} of 10 weights are "
            f"exactly 0; at {grid[-1]:.0f}, {int((path[-1] == 0).sum())}"
        )
    panels[0].legend(fontsize=11, ncols=2, loc="upper left")
    panels[1].set(xlabel="strength λ")
    display(plots.show(figure, "Your paths on the diabetes data. " + ". ".join(said) + "."))

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# A colleague fits an L1-penalized model to the 30 nuclear measurements of the 569 biopsies. Seven
# weights are not 0. They write: "LASSO has identified the seven biomarkers of malignancy. The other
# 23 carry no information and need not be measured. A network of twenty layers with torch's default
# weights, trained with plain SGD, found nothing at all, which confirms that the problem is linear."
#
# **What do you answer?** Say what L1 does with measurements that say nearly the same, how you would
# find out whether the seven are stable, whether the 23 carry information, and what the silent network
# shows. Six to ten sentences.

# %% [markdown] open="seven_biomarkers" points=4
# **Model answer.** L1 makes weights exactly 0 because it pulls with the same force however small a
# weight is. Of two measurements that say nearly the same (radius, perimeter and area of a nucleus, for
# instance) it needs only one, and which one it keeps can depend on a few patients. So a weight of 0
# means "not needed once the others are there", and not "carries no information": the mean
# perimeter, say, correlates strongly with the diagnosis. The number seven belongs to the λ that was chosen; others keep four
# or sixteen. I would draw bootstrap samples of the patients, fit each anew, and report how often
# each measurement is kept; in the lecture four of thirty were kept nearly always. I would also compare the
# performance on patients who were not used, with and without the 23, and report an interval. The
# network was silent because torch's default weights lose five sixths of the mean square in each ReLU
# layer, so that after twenty layers all patients look alike; that is a property of the starting
# weights and would be the same for a problem that is not linear. With He's weights the same network
# learns. So it confirms nothing about the problem. And prediction is not biology: a kept measurement
# is no cause.
#
# **Rubric.** 1 point: L1 chooses among correlated measurements, so 0 does not mean uninformative.
# 1 point: a sound test of stability (bootstrap, other splits, another λ) with what would count as
# stable. 1 point: whether the 23 are needed is a question for held-out patients. 1 point: the silent
# network is a matter of initialization (1/6 per layer, or signals of all patients becoming equal), not
# evidence of linearity.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: a hundred layers
#
# Build a network of 100 tanh layers, 30 units each, for the biopsies, and make it learn with plain
# SGD and without batch norm or skip connections. Start each layer with an orthogonal matrix, times
# a gain, and find the gain between 0.9 and 1.3 at which the spread across patients is still there after
# layer 100 *and* the gradient still arrives at layer 1. Then train. How wide is the window of gains
# that work, and how wide is it for normal weights? Saxe and colleagues (2014) worked
# out the theory for linear networks. There is no check for this one.
