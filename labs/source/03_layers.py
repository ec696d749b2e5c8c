# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 03 · Layers
#
# You build a layer, stack layers into a network, make it notice when two tests disagree (first by
# hand, then by training), count its parameters, and make a hidden layer draw a heartbeat without
# any training at all. Six functions, 15 points, and one question for a human.
#
# | exercise | difficulty | minutes | points | needs of the [lecture](../lectures/03_layers.ipynb) |
# |---|---|---|---|---|
# | 1 `linear` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `mlp` | ●●○ | 10 | 3 | sitting 1 |
# | 3 `xor_weights` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `train_xor` | ●●● | 20 | 3 | sitting 2 |
# | 5 `count_parameters` | ●○○ | 5 | 1 | sitting 1 |
# | 6 `hinges` | ●●● | 20 | 3 | sitting 3 |
# | open question | | 10 | 4 | sitting 4 |
#
# **How it works.** As in lab 02: replace `raise NotImplementedError`, run the cell, run the check
# below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the
# next. No exercise needs your answer to another. Folded cells hold pictures that appear once you
# are right. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the check refuses it.

# %%
from itertools import pairwise

import numpy as np
from scipy.special import expit  # the sigmoid

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("layers")

table = data.breast_cancer()
radius, texture = table.column("mean radius"), table.column("mean texture")
A = (radius > np.median(radius)).astype(float)  # test A: large nuclei
B = (texture > np.median(texture)).astype(float)  # test B: coarse texture
disagree = A != B

# %% [markdown]
# ## 1. `linear` (2 points, 10 minutes)
#
# A layer without its bend: every neuron adds up every input. Use torch's shapes. `weight` has one
# **row** per neuron, so (out, in); on paper it is often written the other way round.
#
# $$y_{ij} = \sum_k x_{ik}\,\text{weight}_{jk} + \text{bias}_j$$
#
# Patients may come with more than one axis in front, for instance (2 clinics, 5 patients, 3
# measurements). The bias may be missing.


# %% solution="linear"
def linear(x, weight, bias=None):
    """Return the weighted sums of every neuron for every patient.

    x: (..., inputs). weight: (outputs, inputs). bias: (outputs,) or None.
    Returns (..., outputs).
    """
    ### BEGIN SOLUTION
    sums = x @ weight.T
    return sums if bias is None else sums + bias
    ### END SOLUTION


# %% check="linear"
lab.check(linear)

# %% [markdown]
# ## 2. `mlp` (3 points, 10 minutes)
#
# A *multilayer perceptron*: linear layers in a row, ReLU between them, and **no** ReLU at the end,
# so that the last one can answer any number.
#
# $$H_0 = X, \qquad H_t = \mathrm{ReLU}(H_{t-1} W_t^T + b_t), \qquad
#   z = H_{T-1} W_T^T + b_T$$


# %% solution="mlp"
def mlp(x, weights, biases):
    """Return the logits of a network with ReLU between its layers.

    x: (patients, inputs). weights: list of arrays (outputs, inputs), one per layer.
    biases: list of arrays (outputs,). Returns (patients, outputs of the last layer).
    """
    ### BEGIN SOLUTION
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(x @ weight.T + bias, 0)
    return x @ weights[-1].T + biases[-1]
    ### END SOLUTION


# %% check="mlp"
lab.check(mlp)

# %% folded=true
if lab.passed("mlp"):
    rng = np.random.default_rng(4)
    across = np.linspace(-2, 2, 161)
    plane = np.stack(np.meshgrid(across, across), -1).reshape(-1, 2)
    figure, axes = plots.subplots(1, 3, width=7.6, height=2.9)
    shares = []
    for ax, depth in zip(axes, (1, 2, 4), strict=True):
        sizes = [2] + [12] * depth + [1]
        weights = [rng.normal(size=(b, a)) * (2 / a) ** 0.5 for a, b in pairwise(sizes)]
        biases = [rng.normal(size=b) * 0.7 for b in sizes[1:]]
        z = mlp(plane, weights, biases)[:, 0]
        z = (z - np.median(z)).reshape(161, 161)
        colours = {"colors": [plots.SKY, plots.YELLOW], "hatches": ["///", None]}
        ax.contourf(across, across, z, [-99, 0, 99], alpha=0.6, **colours)
        ax.contour(across, across, z, [0], colors="black", linewidths=1.5)
        ax.set(xlabel="input 1", title=f"{depth} hidden layer{'s' * (depth > 1)}")
        ax.title.set_size(12)
        shares.append(f"{depth}: {sum(w.size for w in weights) + sum(map(len, biases))}")
    axes[0].set_ylabel("input 2")
    figure.suptitle("hatched: your network answers below its median", fontsize=12)
    display(
        plots.show(
            figure,
            "Where three of your networks, with random weights and 1, 2 and 4 hidden layers of "
            "12 units, answer above and below their median: bent boundaries without any training. "
            f"Parameters: {', '.join(shares)}.",
        )
    )

# %% [markdown]
# ## 3. `xor_weights` (3 points, 15 minutes)
#
# Two tests, and a network with two hidden ReLU units that says when they disagree. Test A reports
# 0 when negative and `high_a` when positive; test B reports 0 or `high_b`, each in its
# own units. Choose the weights by thinking:
#
# $$\text{output} = w_2 \cdot \mathrm{ReLU}(W_1 x + b_1) + b_2$$
#
# must be above ½ when exactly one test is positive, and below ½ otherwise. Many answers are
# right. Begin with `high_a = high_b = 1`.


# %% solution="xor_weights"
def xor_weights(high_a, high_b):
    """Return (W1, b1, w2, b2) of a network that is above 1/2 where exactly one test is positive.

    high_a, high_b: what a positive test reports (a negative one reports 0).
    W1: (2, 2), row i for hidden unit i, columns for A and B. b1: (2,). w2: (2,). b2: a number.
    """
    ### BEGIN SOLUTION
    W1 = np.array([[1 / high_a, 1 / high_b], [1 / high_a, 1 / high_b]])
    return W1, np.array([0.0, -1.0]), np.array([1.0, -2.0]), 0.0
    ### END SOLUTION


# %% check="xor_weights"
lab.check(xor_weights)

# %% folded=true
if lab.passed("xor_weights"):
    W1, b1, w2, b2 = xor_weights(1.0, 1.0)
    spread = np.random.default_rng(1).uniform(-0.12, 0.12, (len(A), 2))
    tests = np.column_stack([A, B])
    hidden = np.maximum((tests + spread) @ W1.T + b1, 0)
    alarm = np.maximum(tests @ W1.T + b1, 0) @ w2 + b2 > 0.5

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    for value, name, marker, colour in [
        (False, "agree", "o", plots.BLUE),
        (True, "disagree", "^", plots.VERMILLION),
    ]:
        style = {"color": colour, "ms": 4, "alpha": 0.45, "mew": 0, "label": name}
        left.plot(*(tests + spread)[disagree == value].T, marker, **style)
        right.plot(*hidden[disagree == value].T, marker, **style)
    left.set(xlabel="test A", ylabel="test B", xticks=[0, 1], yticks=[0, 1])
    left.legend(loc="center", markerscale=2.2)
    right.set(xlabel="your hidden unit 1", ylabel="your hidden unit 2")
    display(
        plots.show(
            figure,
            f"569 patients where the tests put them, and where your hidden layer does. Your network "
            f"is right about {(alarm == disagree).sum()} of {len(A)}.",
        )
    )

# %% [markdown]
# ## 4. `train_xor` (3 points, 20 minutes)
#
# Now without thinking: gradient descent, on the four cases at once. The network has tanh units and
# a sigmoid at the end.
#
# $$h = \tanh(X W_1^T + b_1), \qquad p = \sigma(h\,w_2 + b_2), \qquad e = (p - y)/4$$
#
# The loss is the mean cross-entropy. Its gradients (lecture, sitting 2; here with torch's shapes):
#
# $$\nabla w_2 = h^T e, \qquad D = (e\,w_2^T)\odot(1 - h^2), \qquad \nabla W_1 = D^T X$$
#
# (In NumPy `e` and `w2` have one axis each, and $e\,w_2^T$ is `np.outer(e, w2)`, (4, units).)
# For the biases take the sums over the four cases, of $D$ for $b_1$ and of $e$ for $b_2$. Each step
# moves all four against their gradients by `lr`. Do not change the caller's arrays.


# %% solution="train_xor"
def train_xor(W1, b1, w2, b2, lr, steps):
    """Train XOR by gradient descent from the given weights; return (W1, b1, w2, b2).

    W1: (units, 2). b1: (units,). w2: (units,). b2: a number. lr: learning rate. steps: how many.
    """
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([0.0, 1.0, 1.0, 0.0])
    ### BEGIN SOLUTION
    for _ in range(steps):
        h = np.tanh(X @ W1.T + b1)
        e = (expit(h @ w2 + b2) - y) / 4
        D = np.outer(e, w2) * (1 - h**2)
        W1, b1 = W1 - lr * D.T @ X, b1 - lr * D.sum(axis=0)
        w2, b2 = w2 - lr * h.T @ e, b2 - lr * e.sum()
    return W1, b1, w2, b2
    ### END SOLUTION


# %% check="train_xor"
lab.check(train_xor)

# %% [markdown]
# Does it find what you found? The next cell lets your training run from 25 random starts, with
# two, three and four hidden units. *Predict* the counts first.

# %%
if lab.passed("train_xor"):
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for units in (2, 3, 4):
        solved, rng = 0, np.random.default_rng(0)
        for _ in range(25):
            W1, b1 = (rng.uniform(-1, 1, shape) / 2**0.5 for shape in [(units, 2), units])
            w2, b2 = (rng.uniform(-1, 1, shape) / units**0.5 for shape in [units, None])
            W1, b1, w2, b2 = train_xor(W1, b1, w2, b2, lr=0.5, steps=3000)
            p = expit(np.tanh(corners @ W1.T + b1) @ w2 + b2)
            solved += ((p > 0.5) == (corners.sum(axis=1) == 1)).all()
        print(f"{units} hidden units: {solved} of 25 starts solve XOR")

# %% [markdown]
# ## 5. `count_parameters` (1 point, 5 minutes)
#
# How many numbers does a dense network train? Every neuron has one weight for each of its inputs,
# and one bias. `[30, 16, 1]` means 30 inputs, 16 hidden units, 1 output.


# %% solution="count_parameters"
def count_parameters(sizes):
    """Return the number of weights and biases of a dense network.

    sizes: list of whole numbers, the inputs first, then the neurons of each layer.
    """
    ### BEGIN SOLUTION
    return sum(a * b + b for a, b in pairwise(sizes))
    ### END SOLUTION


# %% check="count_parameters"
lab.check(count_parameters)

# %%
if lab.passed("count_parameters"):
    for sizes in ([30, 1], [30, 16, 1], [64, 32, 10], [784, 300, 100, 10], [150528, 1000, 1000]):
        print(f"{' - '.join(map(str, sizes)):24} {count_parameters(sizes):12,}")

# %% [markdown]
# ## 6. `hinges` (3 points, 20 minutes)
#
# A hidden layer that passes through any points you like, without training. With knots
# $k_0 < k_1 < \dots < k_n$ and values $v_0, \dots, v_n$ there, find the biases, output weights and
# output bias of
#
# $$f(x) = \text{offset} + \sum_{i=0}^{n-1} \text{coef}_i\;\mathrm{ReLU}(x + \text{bias}_i)$$
#
# so that $f$ goes straight from each point to the next. One ReLU per knot, in the order of the knots;
# the last knot needs none. The knots need not be evenly spaced.


# %% solution="hinges"
def hinges(knots, values):
    """Return (bias, coef, offset) of a ReLU layer that goes straight from point to point.

    knots: (n + 1,), rising. values: (n + 1,). Returns bias (n,), coef (n,) and a number.
    Not allowed: np.interp and scipy.interpolate.
    """
    ### BEGIN SOLUTION
    slopes = np.diff(values) / np.diff(knots)
    return -knots[:-1], np.diff(slopes, prepend=0), values[0]
    ### END SOLUTION


# %% check="hinges"
lab.check(hinges)

# %% [markdown]
# A heartbeat, as an electrocardiogram draws it (made of five bumps, not recorded). Your hidden layer
# follows it with 24 units: once with knots evenly spaced, once with knots where the curve bends.
# Same number of parameters.


# %% folded=true
def heartbeat(x):
    waves = [(0.20, 0.025, 0.12), (0.37, 0.010, -0.12), (0.40, 0.012, 1.0)]
    waves += [(0.43, 0.012, -0.25), (0.65, 0.050, 0.30)]
    return sum(height * np.exp(-((x - c) ** 2) / (2 * sd**2)) for c, sd, height in waves)


if lab.passed("hinges"):
    time = np.linspace(0, 1, 2001)
    bend = np.sqrt(np.abs(np.gradient(np.gradient(heartbeat(time), time), time)))
    share = np.cumsum(bend + 1e-3 * bend.max())
    bent = np.interp(np.linspace(share[0], share[-1], 25), share, time)

    figure, axes = plots.subplots(1, 2, width=7.6, height=3.6, sharey=True)
    worst = []
    choices = [("evenly spaced", np.linspace(0, 1, 25)), ("where it bends", bent)]
    for ax, (name, knots) in zip(axes, choices, strict=True):
        bias, coef, offset = hinges(knots, heartbeat(knots))
        drawn = np.maximum(time[:, None] + bias, 0) @ coef + offset
        worst.append(np.abs(drawn - heartbeat(time)).max())
        ax.plot(time, heartbeat(time), "-", color=plots.GREY, lw=4, alpha=0.5, label="heartbeat")
        ax.plot(time, drawn, "-", color=plots.BLUE, lw=1.5, label="your layer")
        ax.plot(knots, heartbeat(knots), "o", color=plots.BLUE, ms=4)
        ax.set(xlabel="time (beats)", title=name)
    axes[0].set_ylabel("voltage (R wave = 1)")
    axes[1].legend(fontsize=11)
    display(
        plots.show(
            figure,
            f"Your hidden layer of 24 ReLU units on a heartbeat. Knots evenly spaced: largest error "
            f"{worst[0]:.2f}. Knots where the curve bends: {worst[1]:.2f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A colleague writes: "Our network for the biopsies now has a hidden layer of 16 units. On the
# patients it was trained on it is right in 99 % of cases. It has learned a texture detector
# (hidden unit 3) and a size detector (hidden unit 7), and it finds more cancers than the old
# single neuron." For the two networks, each patient predicted by networks that had not seen that
# patient, you have:
#
# | network | parameters | cancers found, of 212 | false alarms, of 357 |
# |---|---|---|---|
# | single neuron | 31 | 203 | 2 |
# | 16 hidden units | 513 | 202 | 5 |
#
# **What do you answer?** Five to eight sentences.

# %% [markdown] open="does_the_hidden_layer_help" points=4
# **Model answer.** The 99 % come from the patients the network was trained on, and a network with
# 513 parameters can fit accidents of 569 patients; only patients it has not seen count. On
# those, the hidden layer finds 202 of 212 cancers and the single neuron 203 (sensitivity 0.953 and
# 0.958, each with a 95 % interval of about 0.92 to 0.98), and it raises three more false alarms. So
# few patients could be chance, and the claim that it finds more cancers is not supported. That
# is no proof that a hidden layer never helps: with 212 cancers, a small gain would be missed.
# The "detectors" are named after one look at one run. Train from other starts, and see whether
# a texture unit appears again and whether it follows texture in new patients; units often share
# the work in other ways each time. I would keep the single neuron: as good, 31 numbers, and its
# weights can be read. None of this says how either would do in another clinic.
#
# **Rubric.** 1 point: accuracy on training patients is no evidence, and says why. 1 point: reads the
# table as no difference, with the counts or an interval. 1 point: a unit's name needs evidence
# (other starts, new patients). 1 point: a reasoned choice that weighs simplicity, or names what
# the comparison cannot show (size of sample, other clinics).

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: how small can it be?
#
# "Is this handwritten digit odd?" (`sklearn.datasets.load_digits`, 8 × 8 pixels) is a question
# that a single neuron answers for 92 of 100 digits it has not seen. How many hidden units do you need
# for 95, and for 98? Train on 1,400 digits, keep the rest for the end, and try each size from five
# starts. Draw the five results for each size, not only their mean. Then plot them against
# `count_parameters`, and say where you would stop. There is no check for this one.
