# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 02 · The neuron
#
# You build a neuron from nothing, train it on 569 real biopsies, and say at which size of
# nucleus it changes its mind. Eight short functions, 18 points, and one question for a human.
#
# | exercise | difficulty | minutes | points | needs of the [lecture](../lectures/02_neuron.ipynb) |
# |---|---|---|---|---|
# | 1 `sigmoid` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `sigmoid_grad` | ●○○ | 5 | 1 | sitting 2 |
# | 3 `activation` | ●●○ | 15 | 3 | sitting 2 |
# | 4 `softmax` | ●●○ | 10 | 2 | sitting 2 |
# | 5 `neuron` | ●○○ | 5 | 2 | sitting 1 |
# | 6 `neuron_grads` | ●●○ | 15 | 3 | sitting 1 |
# | 7 `train` | ●●○ | 15 | 3 | sitting 1 |
# | 8 `boundary` | ●●● | 10 | 2 | sitting 1 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError` with your lines, run the cell, run the check
# below it. The check says whether you are right and, if not, usually which mistake it is. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. Any exercise
# can be left out: none needs your answer to another. Folded cells hold pictures that appear once
# you are right; run them too (*Run*, *Run All Cells* runs everything). What `torch`, `sklearn` and
# `dlcourse` have ready is no answer: the check refuses it.

# %%
import numpy as np
from scipy.special import erf, expit  # expit is the sigmoid; use it from exercise 2 on

import dlcourse
from dlcourse import data, plots
from dlcourse import reference as ref

lab = dlcourse.lab("neuron")

# %% [markdown]
# ## 1. `sigmoid` (2 points, 10 minutes)
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# On paper that is all. On a computer, $e^{1000}$ is infinite. Write the sigmoid so that it is
# right from −1000 to 1000 and NumPy has nothing to warn about. It should take arrays of any
# shape, integers too.


# %% solution="sigmoid"
def sigmoid(x):
    """Squash every number in x to the range 0 to 1.

    x: array of any shape. Returns an array of the same shape.
    Not allowed: scipy's expit, log_expit and stats. np.exp and np.where are fine.
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
    ### END SOLUTION


# %% check="sigmoid"
lab.check(sigmoid)

# %% folded=true
if lab.passed("sigmoid"):
    x = np.linspace(-8, 8, 161)
    figure, ax = plots.subplots(height=3.2)
    ax.plot(x, sigmoid(x))
    ax.set(xlabel="x (evidence)", ylabel="your σ(x)")
    picture = plots.show(
        figure,
        f"Your sigmoid rises from {sigmoid(-8.0):.4f} at -8 through {sigmoid(0.0):.1f} at 0 "
        f"to {sigmoid(8.0):.4f} at 8.",
    )
    display(picture)

# %% [markdown]
# ## 2. `sigmoid_grad` (1 point, 5 minutes)
#
# Descent needs the slope. It can be written with σ alone. From here on you may use `expit`,
# scipy's sigmoid: you have earned it.


# %% solution="sigmoid_grad"
def sigmoid_grad(x):
    """Return the slope of the sigmoid at x, the sigmoid's input (not its output).

    x: array of any shape. Returns an array of the same shape.
    """
    ### BEGIN SOLUTION
    return expit(x) * expit(-x)
    ### END SOLUTION


# %% check="sigmoid_grad"
lab.check(sigmoid_grad)

# %% [markdown]
# ## 3. `activation` (3 points, 15 minutes)
#
# Four activations, each with its slope. One convention: at exactly 0, ReLU has slope 0 and leaky
# ReLU has slope 0.01, as in torch.
#
# | name | value | slope |
# |---|---|---|
# | `"tanh"` | $\tanh x$ (`np.tanh` is welcome) | $1 - \tanh^2 x$ |
# | `"relu"` | $\max(0, x)$ | 0 or 1 |
# | `"leaky_relu"` | $x$ if $x > 0$, else $0.01\,x$ | 0.01 or 1 |
# | `"gelu"` | $x\,\Phi(x)$ | work it out |
#
# $\Phi(x) = \tfrac12\big(1 + \mathrm{erf}(x/\sqrt2)\big)$ is the share of a normal distribution
# below $x$. Its slope is the bell curve $\varphi(x) = e^{-x^2/2}/\sqrt{2\pi}$.


# %% solution="activation"
def activation(name, x):
    """Return (value, slope) of the activation called name at x.

    name: "tanh", "relu", "leaky_relu" or "gelu". x: array of any shape.
    Returns two arrays of the shape of x.
    """
    ### BEGIN SOLUTION
    if name == "tanh":
        y = np.tanh(x)
        return y, 1 - y**2
    if name == "relu":
        return np.maximum(x, 0), np.where(x > 0, 1.0, 0.0)
    if name == "leaky_relu":
        return np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1.0, 0.01)
    share = (1 + erf(x / np.sqrt(2))) / 2
    bell = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return x * share, share + x * bell
    ### END SOLUTION


# %% check="activation"
lab.check(activation)

# %% folded=true
if lab.passed("activation"):
    x = np.linspace(-3, 3, 241)
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.6)
    for name in ["tanh", "relu", "leaky_relu", "gelu"]:
        value, slope = activation(name, x)
        left.plot(x, value, label=name)
        right.plot(x, slope, label=name)
    left.set(xlabel="x", ylabel="value")
    right.set(xlabel="x", ylabel="slope")
    left.legend()
    dip, overshoot = activation("gelu", x)[0].min(), activation("gelu", x)[1].max()
    display(
        plots.show(
            figure,
            f"Your four activations and their slopes. GELU dips to {dip:.3f} before it rises, and its "
            f"slope overshoots to {overshoot:.3f}.",
        )
    )

# %% [markdown]
# ## 4. `softmax` (2 points, 10 minutes)
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# Each row of z belongs to one patient, each column to one diagnosis. Each row of the answer
# sums to 1. Scores of ±1000 must work, and the caller's array must survive.


# %% solution="softmax"
def softmax(z):
    """Turn each row of scores into shares that sum to 1.

    z: array (patients, classes). Returns an array of the same shape.
    Not allowed: scipy's softmax and log_softmax.
    """
    ### BEGIN SOLUTION
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
lab.check(softmax)

# %% [markdown]
# ## 5. `neuron` (2 points, 5 minutes)
#
# A weighted sum, then an activation: $\hat p = \sigma(Xw + b)$, for all patients at once.


# %% solution="neuron"
def neuron(X, w, b):
    """Return the neuron's probability for every patient.

    X: (patients, features). w: (features,). b: one number. Returns (patients,).
    """
    ### BEGIN SOLUTION
    return expit(X @ w + b)
    ### END SOLUTION


# %% check="neuron"
lab.check(neuron)

# %% [markdown]
# ## 6. `neuron_grads` (3 points, 15 minutes)
#
# The loss is the mean binary cross-entropy over $n$ patients:
#
# $$L = -\frac1n\sum_{i=1}^n \big[y_i \ln \hat p_i + (1 - y_i)\ln(1 - \hat p_i)\big]$$
#
# How does it change with each weight and with the bias? The lecture derives it in
# [Training](../lectures/02_neuron.ipynb#Training:-the-neuron-finds-its-own-weights).
# Take care of shapes: y is (patients,), and so must p be.


# %% solution="neuron_grads"
def neuron_grads(X, y, w, b):
    """Return (dw, db), the slopes of the mean cross-entropy.

    X: (patients, features). y: (patients,) of 0 and 1. w: (features,). b: one number.
    Returns dw of shape (features,) and the number db.
    """
    ### BEGIN SOLUTION
    error = expit(X @ w + b) - y
    return X.T @ error / len(y), error.mean()
    ### END SOLUTION


# %% check="neuron_grads"
lab.check(neuron_grads)

# %% [markdown]
# ## 7. `train` (3 points, 15 minutes)
#
# Start at zero. Repeat: compute both slopes, then move both, against the gradient, by the
# learning rate times the slope.


# %% solution="train"
def train(X, y, lr, steps):
    """Train a neuron by gradient descent on all patients; start from w = 0 and b = 0.

    X: (patients, features). y: (patients,) of 0 and 1. lr: learning rate. steps: how many.
    Returns (w, b): an array (features,) and a number.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = expit(X @ w + b) - y
        w, b = w - lr * X.T @ error / len(y), b - lr * error.mean()
    return w, b
    ### END SOLUTION


# %% check="train"
lab.check(train)

# %% [markdown]
# Now let it read real nuclei: radius and texture of 569 biopsies.

# %%
table = data.breast_cancer()
two = np.column_stack([table.column("mean radius"), table.column("mean texture")])

if lab.passed("train"):
    X = (two - two.mean(axis=0)) / two.std(axis=0)
    w, b = train(X, table.y, lr=1.0, steps=1000)

    figure, ax = plots.subplots(height=5)
    plots.patients.scattered(ax, X, table.y)
    xs = np.array([-2.2, 4.2])
    ax.plot(xs, -(w[0] * xs + b) / w[1], "-", color="black", label="your neuron's boundary")
    ax.set(xlabel="radius (standard deviations)", ylabel="texture (standard deviations)")
    ax.set(xlim=(-2.2, 4.2), ylim=(-2.6, 5))
    ax.legend()
    correct = ((expit(X @ w + b) >= 0.5) == table.y).mean()
    display(
        plots.show(
            figure,
            f"569 patients by radius and texture, and the straight boundary your neuron found: "
            f"weights {w[0]:.2f} and {w[1]:.2f}, bias {b:.2f}, accuracy {correct:.3f} on the "
            f"patients it was trained on.",
        )
    )

# %% [markdown]
# ## 8. `boundary` (2 points, 10 minutes)
#
# A neuron was trained on a *standardized* measurement, $z = (x - \text{mean})/\text{std}$.
# The clinic wants to know: from which $x$, in the clinic's own units, does it say "malignant"
# with at least the probability `threshold`?


# %% solution="boundary"
def boundary(w, b, threshold, mean, std):
    """Return the measurement, in raw units, at which the neuron's answer equals threshold.

    All arguments are numbers: weight and bias for standardized x, threshold between 0 and 1,
    mean and standard deviation of the raw measurement. Returns a number.
    """
    ### BEGIN SOLUTION
    logit = np.log(threshold / (1 - threshold))
    return mean + std * (logit - b) / w
    ### END SOLUTION


# %% check="boundary"
lab.check(boundary)

# %%
radius = table.column("mean radius")

if lab.passed("boundary"):
    mean, std = radius.mean(), radius.std()
    w, b = 3.6392, -0.6441  # the lecture's neuron, trained on radius alone
    cuts = {t: boundary(w, b, t, mean, std) for t in (0.5, 0.1)}

    figure, ax = plots.subplots(height=3.6)
    plots.patients.jittered(ax, radius, table.y)
    xs = np.linspace(radius.min(), radius.max(), 200)
    ax.plot(xs, ref.sigmoid(w * (xs - mean) / std + b), "-", color="black")
    for t, cut in cuts.items():
        ax.plot([cut, cut], [-0.1, t], ":", color=plots.GREY)
        ax.annotate(f"{cut:.2f}", (cut, t), (cut + 0.4, t - 0.04))
    ax.set(xlabel="mean radius of the nuclei (image units)", ylabel="p(malignant)")
    display(
        plots.show(
            figure,
            f"The neuron reaches probability 0.5 at radius {cuts[0.5]:.2f} and probability 0.1 "
            f"at radius {cuts[0.1]:.2f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A screening programme will use this neuron to decide who gets a second test. At threshold
# 0.5 it finds 167 of 212 cancers and alarms 24 of 357 healthy patients. At 0.1 it finds 203
# and alarms 145. **Which threshold do you recommend, and what would you want to know before
# anyone uses it?** Five to eight sentences.

# %% [markdown] open="which_threshold" points=4
# **Model answer.** For screening I would start from 0.1 or lower. A missed cancer may cost a
# life; a false alarm costs a second test and some weeks of fear. At 0.5 the neuron misses 45 of
# 212 cancers, at 0.1 it misses 9 (sensitivity 0.788 against 0.958), at the price of 145
# instead of 24 false alarms among 357 healthy patients. Those counts come from women who had
# a lump and a biopsy, 37 % of them ill. In a screened population perhaps one in 200 is ill, so
# nearly all alarms would be false, and the second test must be cheap and harmless. The numbers
# are measured on the patients the neuron was trained on, so they flatter it. I would want: a
# test on new patients from the clinic that will use it, intervals, the cost and risk of the
# second test, and a decision made together with those who bear the consequences.
#
# **Rubric.** 1 point: names both kinds of error with their counts or rates. 1 point: weighs
# their costs and draws a threshold from that (any threshold, if argued). 1 point: prevalence in
# screening differs from 37 %. 1 point: asks for evaluation on patients not used for training.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: the best single measurement
#
# Train one neuron for each of the 30 measurements, one at a time, standardized. Which one
# reaches the lowest loss? Is it the radius? Then ask a harder question: would the winner also
# win on other patients? Train on one half of the patients and rank on the other, ten times
# with different halves, and count how often the winner changes. There is no check for this
# one, only the truth.
