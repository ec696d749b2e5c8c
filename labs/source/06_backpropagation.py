# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 06 · Backpropagation
#
# You write the backward of a layer, of three activations and of a loss, put them together into the
# gradients of a whole network, and train it on handwritten digits. Then you build the referee that
# checks gradients, and the two parts that every autodiff engine stands on. Eight functions,
# 20 points, and one question for a human.
#
# | exercise | difficulty | min | points | needs of the [lecture](../lectures/06_backpropagation.ipynb) |
# |---|---|---|---|---|
# | 1 `linear_backward` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `activation_backward` | ●○○ | 10 | 2 | sitting 1 |
# | 3 `cross_entropy_backward` | ●●○ | 15 | 3 | sitting 1 |
# | 4 `mlp_gradients` | ●●● | 20 | 4 | sitting 1 |
# | 5 `numerical_gradient` | ●●○ | 10 | 2 | sitting 1 |
# | 6 `unbroadcast` | ●●○ | 15 | 2 | sitting 3 |
# | 7 `backprop` | ●●● | 30 | 3 | sitting 3 |
# | 8 `clip_grad_norm` | ●○○ | 10 | 2 | sitting 4 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** As in the labs before: replace `raise NotImplementedError`, run the cell, run
# the check below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and
# holds the next. No exercise needs your answer to another. Folded cells hold pictures that appear
# once you are right. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the check
# refuses it.
#
# In all exercises `grad` is what arrives from above: the slope of the loss with respect
# to what this part put *out*.

# %%
import numpy as np
from scipy.special import expit

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("backpropagation")

# %% [markdown]
# ## 1. `linear_backward` (2 points, 10 minutes)
#
# Forward, a layer computes $Z = X W^T + b$, with torch's weight, (out, in). Backward, it gets
# $G = \partial L/\partial Z$ and owes three gradients, each in the shape of its array.


# %% solution="linear_backward"
def linear_backward(grad, x, weight):
    """Return (grad_x, grad_weight, grad_bias) of the layer x @ weight.T + bias.

    grad: (patients, out). x: (patients, in). weight: (out, in).
    Returns arrays (patients, in), (out, in) and (out,).
    """
    ### BEGIN SOLUTION
    return grad @ weight, grad.T @ x, grad.sum(axis=0)
    ### END SOLUTION


# %% check="linear_backward"
lab.check(linear_backward)

# %% [markdown]
# ## 2. `activation_backward` (2 points, 10 minutes)
#
# Three activations: `"relu"`, `"tanh"` and `"sigmoid"`. You get what went in, $z$, and what came out, $h$.
# Use whichever is handier. At exactly $z = 0$, relu's slope counts as 0, as in torch. $z$ may be
# ±800, where exp overflows.


# %% solution="activation_backward"
def activation_backward(name, grad, z, h):
    """Send grad back through the activation called name.

    name: "relu", "tanh" or "sigmoid". grad, z (what went in), h (what came out): arrays of one
    shape. Returns an array of that shape.
    """
    ### BEGIN SOLUTION
    if name == "relu":
        return grad * (z > 0)
    if name == "tanh":
        return grad * (1 - h**2)
    return grad * h * (1 - h)
    ### END SOLUTION


# %% check="activation_backward"
lab.check(activation_backward)

# %% [markdown]
# Your first two functions answer the lecture's question, for patients that the lecture did not ask
# about. The cell trains a network of 16 tanh units on half of the biopsies, using them, and then
# goes back to the input: which measurements would have changed its mind?

# %% folded=true
table = data.breast_cancer()

if lab.passed("linear_backward") and lab.passed("activation_backward"):
    order = np.random.default_rng(0).permutation(len(table.y))
    fit, rest = order[:284], order[284:]
    mean, std = table.X[fit].mean(axis=0), table.X[fit].std(axis=0)
    X, X_rest = (table.X[fit] - mean) / std, (table.X[rest] - mean) / std
    y, y_rest = table.y[fit], table.y[rest]
    rng = np.random.default_rng(1)
    W1, b1 = rng.normal(0, 30**-0.5, (16, 30)), np.zeros(16)
    W2, b2 = rng.normal(0, 16**-0.5, (1, 16)), np.zeros(1)

    def gradients(x, grad_logit):
        """Return the five gradients, those of x first, found by your functions."""
        sums = x @ W1.T + b1
        tanh = np.tanh(sums)
        back, *second = linear_backward(grad_logit(tanh @ W2.T + b2), tanh, W2)
        grad_x, *first = linear_backward(activation_backward("tanh", back, sums, tanh), x, W1)
        return grad_x, *first, *second

    for _ in range(300):
        _, *grads = gradients(X, lambda logit: (expit(logit) - y[:, None]) / len(y))
        for parameter, grad in zip((W1, b1, W2, b2), grads, strict=True):
            parameter -= 0.5 * grad
    logits = (np.tanh(X_rest @ W1.T + b1) @ W2.T + b2)[:, 0]
    missed = np.flatnonzero((y_rest == 1) & (logits < 0))
    slopes = gradients(X_rest[missed], np.ones_like)[0]  # (missed, 30)

    worst = np.argsort(logits[missed])[:2]
    figure, axes = plots.subplots(2, 1, width=6.0, height=6.4, sharex=True)
    words = []
    for ax, i in zip(axes, worst, strict=True):
        top = np.argsort(np.abs(slopes[i]))[-5:]
        for row, j in enumerate(top):
            up = slopes[i, j] > 0
            look = {"color": plots.VERMILLION} if up else {"color": plots.BLUE, "hatch": "//"}
            ax.barh(row, slopes[i, j], 0.7, ec="white", **look)
        ax.axvline(0, color="black", lw=1)
        ax.set(yticks=range(5), yticklabels=[table.features[j] for j in top])
        p = expit(logits[missed[i]])
        ax.set_title(f"a missed tumour, p = {p:.2f}", fontsize=13)
        words.append(f"the one with p = {p:.2f}: {table.features[top[-1]]}")
    axes[1].set_xlabel("slope of the logit (per sd)")
    display(
        plots.show(
            figure,
            f"{len(missed)} of {y_rest.sum()} malignant tumours of the other half were missed. The "
            f"measurement with the steepest slope, for {'; for '.join(words)}.",
        )
    )

# %% [markdown]
# ## 3. `cross_entropy_backward` (3 points, 15 minutes)
#
# Softmax and cross-entropy together, averaged over $n$ patients:
#
# $$L = -\frac1n\sum_{i} \ln p_{i, t_i}, \qquad p_i = \mathrm{softmax}(z_i)$$
#
# Return $\partial L/\partial z$. Scores of ±10,000 must work, and the caller's array must survive.


# %% solution="cross_entropy_backward"
def cross_entropy_backward(logits, target):
    """Return the gradient of the mean cross-entropy with respect to the logits.

    logits: (patients, classes). target: (patients,), whole numbers from 0 to classes - 1.
    Returns an array of the shape of logits.
    """
    ### BEGIN SOLUTION
    n = len(logits)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(n), target] -= 1
    return p / n
    ### END SOLUTION


# %% check="cross_entropy_backward"
lab.check(cross_entropy_backward)

# %% [markdown]
# ## 4. `mlp_gradients` (4 points, 20 minutes)
#
# A whole network: a hidden layer with relu, then scores, then mean cross-entropy.
#
# $$z = x W_1^T + b_1, \qquad h = \mathrm{relu}(z), \qquad \text{scores} = h\,W_2^T + b_2$$
#
# Compute forward, keep what you need, and walk back. Scores may be large, as in exercise 3. Write
# everything inside this one function: it is graded alone, so copy lines from above rather than
# calling your earlier answers.


# %% solution="mlp_gradients"
def mlp_gradients(x, target, W1, b1, W2, b2):
    """Return (grad_W1, grad_b1, grad_W2, grad_b2) of the mean cross-entropy.

    x: (patients, in). target: (patients,), class numbers. W1: (hidden, in). b1: (hidden,).
    W2: (classes, hidden). b2: (classes,). Returns four arrays of the shapes of W1, b1, W2, b2.
    """
    ### BEGIN SOLUTION
    n = len(x)
    z = x @ W1.T + b1
    h = np.maximum(z, 0)
    scores = h @ W2.T + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[np.arange(n), target] -= 1
    grad /= n
    grad_z = (grad @ W2) * (z > 0)
    return grad_z.T @ x, grad_z.sum(axis=0), grad.T @ h, grad.sum(axis=0)
    ### END SOLUTION


# %% check="mlp_gradients"
lab.check(mlp_gradients)

# %% [markdown]
# Now it learns to read. 1,797 handwritten digits, 8 × 8 grey values; 1,200 to train on, the others
# kept back. Your gradients and nothing else:

# %% folded=true
if lab.passed("mlp_gradients"):
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    fit, rest = order[:1200], order[1200:]
    images, labels = digits.data / 16, digits.target
    rng = np.random.default_rng(0)
    net = [rng.normal(0, (2 / 64) ** 0.5, (32, 64)), np.zeros(32)]
    net += [rng.normal(0, (2 / 32) ** 0.5, (10, 32)), np.zeros(10)]
    right = []
    for _ in range(15):
        for batch in np.split(rng.permutation(fit), 40):
            grads = mlp_gradients(images[batch], labels[batch], *net)
            net = [w - 0.2 * g for w, g in zip(net, grads, strict=True)]
        scores = np.maximum(images[rest] @ net[0].T + net[1], 0) @ net[2].T + net[3]
        right.append((scores.argmax(axis=1) == labels[rest]).mean())
    wrong = rest[scores.argmax(axis=1) != labels[rest]]

    figure, (top, axes) = plots.subplots(2, 3, width=5.6, height=5.6, height_ratios=[3, 2])
    for ax in top:
        ax.remove()
    curve = figure.add_subplot(top[0].get_gridspec()[0, :])
    curve.plot(range(1, 16), right, "-o", color=plots.BLUE, ms=5)
    curve.set(xlabel="epoch", ylabel="share right, kept back", ylim=(0.5, 1))
    said = dict(zip(rest, scores.argmax(axis=1), strict=True))
    for ax, i in zip(axes, wrong, strict=False):
        ax.imshow(digits.images[i], cmap="Greys")
        ax.set_title(f"{labels[i]}, said {said[i]}", fontsize=13)
        ax.set_axis_off()
    display(
        plots.show(
            figure,
            f"Share of the {len(rest)} digits kept back that your network reads right: "
            f"{right[0]:.2f} after one epoch, {right[-1]:.2f} after 15. Below, three of the "
            f"{len(wrong)} that it still gets wrong.",
        )
    )

# %% [markdown]
# ## 5. `numerical_gradient` (2 points, 10 minutes)
#
# The referee. For each entry of `x`, move it by `h` up and down, and divide the difference of the
# two values by their distance. (An answer cannot be handed a function here, so the function is this
# one. Call it as `f(A, x)`.)


# %%
def f(A, x):
    return np.sin(x).sum() * (A * x).sum()


# %% [markdown]
# Two traps. `x` may hold integers, and it belongs to the caller.


# %% solution="numerical_gradient"
def numerical_gradient(A, x, h):
    """Return the central differences of f(A, x) with respect to x.

    A: array in the shape of x. x: array of any shape, floats or integers. h: how far to move.
    Returns an array of floats in the shape of x.
    """
    ### BEGIN SOLUTION
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        here = x[at]
        x[at] = here + h
        ahead = f(A, x)
        x[at] = here - h
        behind = f(A, x)
        x[at] = here
        gradient[at] = (ahead - behind) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
lab.check(numerical_gradient)

# %% folded=true
if lab.passed("numerical_gradient"):
    rng = np.random.default_rng(0)
    A, x = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    exact = np.cos(x) * (A * x).sum() + np.sin(x).sum() * A
    wrong = exact * np.array([1, 1, 1, 0])  # a backward that forgets one column
    sizes = 10.0 ** np.arange(-12, 0, 0.5)
    figure, ax = plots.subplots(height=3.9)
    lows = []
    for claimed, name, mark in [(exact, "right backward", "o"), (wrong, "with a bug", "^")]:
        found = [numerical_gradient(A, x, h) for h in sizes]
        errors = [np.linalg.norm(claimed - g) / np.linalg.norm(exact) for g in found]
        lows.append(min(errors))
        ax.loglog(sizes, errors, marker=mark, label=name)
    ax.set(xlabel="h", ylabel="relative error")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Your differences against a right backward: a V in h whose lowest point is below 1e-8 "
            f"({lows[0] < 1e-8}). Against one with a bug: a level line at {lows[1]:.2f}.",
        )
    )

# %% [markdown]
# ## 6. `unbroadcast` (2 points, 15 minutes, sitting 3)
#
# Forward, NumPy broadcast an array of shape `shape` to the shape of `grad`: it added axes on the left
# and stretched axes of length 1. Backward, every copy sends something. Add it up, so that the
# result has the shape `shape` again. If nothing was broadcast, nothing changes.


# %% solution="unbroadcast"
def unbroadcast(grad, shape):
    """Sum grad over whatever was broadcast, back to shape.

    grad: array. shape: tuple of whole numbers, broadcastable to grad.shape; may be ().
    Returns an array of that shape.
    """
    ### BEGIN SOLUTION
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
    ### END SOLUTION


# %% check="unbroadcast"
lab.check(unbroadcast)

# %% [markdown]
# ## 7. `backprop` (3 points, 30 minutes, sitting 3)
#
# The walk. A graph has `n` numbers, called 0 to n − 1. Row $k$ of `edges` is (read, reader): the
# number `reader` was computed from the number `read`, and `slopes[k]` is the local gradient
# $\partial\,\text{reader}/\partial\,\text{read}$. Return the slope of number `root` with respect to
# **every** number.
#
# - The names say nothing about the order in which things were computed.
# - The same edge may be listed twice (as in x · x); both count.
# - What does not lead to the root has gradient 0. That includes what was computed *from* the root.
# - There are no circles.


# %% solution="backprop"
def backprop(n, edges, slopes, root):
    """Return d root / d number, for all n numbers of a graph.

    n: how many. edges: whole numbers (edges, 2), rows (read, reader). slopes: (edges,).
    root: the number whose slopes are asked. Returns an array (n,).
    """
    ### BEGIN SOLUTION
    leads_there, todo = {root}, [root]
    while todo:
        node = todo.pop()
        for read, reader in edges:
            if reader == node and read not in leads_there:
                leads_there.add(read)
                todo.append(read)
    waiting = np.zeros(n, int)
    for read, reader in edges:
        waiting[read] += reader in leads_there

    grad, ready = np.zeros(n), [root]
    grad[root] = 1
    while ready:
        node = ready.pop()
        for (read, reader), slope in zip(edges, slopes, strict=True):
            if reader == node:
                grad[read] += grad[node] * slope
                waiting[read] -= 1
                if waiting[read] == 0:
                    ready.append(read)
    return grad
    ### END SOLUTION


# %% check="backprop"
lab.check(backprop)

# %% folded=true
if lab.passed("backprop"):
    x0, w0 = 0.8, 1.5
    u = w0 * x0
    named = [("x", "u", w0), ("w", "u", x0), ("u", "tanh", 1 - np.tanh(u) ** 2)]
    named += [("u", "square", 2 * u), ("tanh", "y", u**2), ("square", "y", np.tanh(u))]
    values = {"x": x0, "w": w0, "u": u, "tanh": np.tanh(u), "square": u**2}
    values["y"] = np.tanh(u) * u**2
    names = list(values)
    pairs = np.array([[names.index(a), names.index(b)] for a, b, _ in named])
    grads = backprop(len(names), pairs, np.array([s for *_, s in named]), names.index("y"))
    nodes = {k: (float(v), float(g)) for (k, v), g in zip(values.items(), grads, strict=True)}
    figure, ax = plots.subplots(width=6.0, height=4.0)
    sentence = plots.computation_graph(ax, nodes, [(a, b, float(s)) for a, b, s in named])
    display(plots.show(figure, f"Your gradients of y = tanh(u) · u², u = w x. {sentence}"))

# %% [markdown]
# The same walk, with arrays in the place of numbers, is an autodiff engine. The cell below is a small
# one. It takes the youngest array first: what was made later cannot have been read by what was made
# before. Your `unbroadcast` mends the shapes at every edge, and central differences judge.

# %% folded=true
if lab.passed("unbroadcast"):
    made = []

    class Tracked:
        """An array, what it was computed from, and how its gradient goes back there."""

        def __init__(self, value, sources=(), pull=lambda g: ()):
            self.value, self.sources, self.pull = np.asarray(value, float), sources, pull
            self.grad = np.zeros(self.value.shape)
            made.append(self)

        def __add__(self, other):
            return Tracked(self.value + other.value, (self, other), lambda g: (g, g))

        def __mul__(self, other):
            a, b = self.value, other.value
            return Tracked(a * b, (self, other), lambda g: (g * b, g * a))

        def tanh(self):
            h = np.tanh(self.value)
            return Tracked(h, (self,), lambda g: (g * (1 - h**2),))

    rng = np.random.default_rng(0)
    rows, scale, shift = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(5, 1))
    X, s, t = (Tracked(a) for a in (rows, scale, shift))
    end = (X * s + t).tanh() * s  # s is read twice, and broadcast both times
    end.grad = np.ones(end.value.shape)  # we ask about the sum of all entries
    for tracked in reversed(made):
        for source, part in zip(tracked.sources, tracked.pull(tracked.grad), strict=True):
            source.grad = source.grad + unbroadcast(part, source.value.shape)

    def total(scale):
        return (np.tanh(rows * scale + shift) * scale).sum()

    numeric = [(total(scale + e) - total(scale - e)) / 2e-5 for e in 1e-5 * np.eye(3)]
    print("engine:     ", s.grad.round(6))
    print("differences:", np.round(numeric, 6))
    assert np.allclose(s.grad, numeric, atol=1e-8) and t.grad.shape == (5, 1)

# %% [markdown]
# ## 8. `clip_grad_norm` (2 points, 10 minutes, sitting 4)
#
# A gradient of two arrays is one long vector. If it is too long, shorten it; keep its direction.
# As in torch, a tiny number keeps 0 / 0 away:
#
# $$\text{norm} = \sqrt{\textstyle\sum \text{all squares}}, \qquad
#   \text{factor} = \min\Big(1, \frac{\text{max\_norm}}{\text{norm} + 10^{-6}}\Big)$$
#
# Torch changes the gradients in place. Yours returns new ones, and the norm *before* clipping.


# %% solution="clip_grad_norm"
def clip_grad_norm(grad_weight, grad_bias, max_norm):
    """Shorten a gradient to max_norm; return (grad_weight, grad_bias, norm before).

    grad_weight: (out, in). grad_bias: (out,). max_norm: a number above 0.
    Returns two new arrays of the same shapes, and a number.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt((grad_weight**2).sum() + (grad_bias**2).sum())
    factor = min(1.0, max_norm / (norm + 1e-6))
    return grad_weight * factor, grad_bias * factor, norm
    ### END SOLUTION


# %% check="clip_grad_norm"
lab.check(clip_grad_norm)

# %% [markdown]
# A landscape with a cliff: $L = \tfrac12 w^2 + \tfrac1{20} b^2 + 60\,\sigma(12(b - 1))$ is gentle in b, but
# for b near 1. Descent starts on the cliff. Left to itself, its first step throws it far away.

# %% folded=true
if lab.passed("clip_grad_norm"):

    def cliff(w, b):
        return w**2 / 2 + 60 * expit(12 * (b - 1)) + b**2 / 20

    def cliff_slopes(w, b):
        s = expit(12 * (b - 1))
        return np.array([[w]]), np.array([720 * s * (1 - s) + b / 10])

    paths = {}
    for name, limit in [("not clipped", np.inf), ("clipped to 1", 1.0)]:
        w, b, path = 2.0, 1.1, [(2.0, 1.1)]
        for _ in range(60):
            gw, gb, norm = clip_grad_norm(*cliff_slopes(w, b), limit)
            w, b = w - 0.1 * gw[0, 0], b - 0.1 * gb[0]
            path.append((w, b))
        paths[name] = np.array(path)
    figure, ax = plots.subplots(height=4.2)
    for (name, path), mark in zip(paths.items(), ("^", "o"), strict=True):
        ax.plot(path[:, 1], cliff(*path.T), marker=mark, ms=5, label=name)
    ax.set(xlabel="b", ylabel="loss")
    ax.legend()
    far = {name: float(np.abs(path[:, 1]).max()) for name, path in paths.items()}
    display(
        plots.show(
            figure,
            f"60 steps from the cliff. Not clipped, b is thrown as far as "
            f"{far['not clipped']:.1f} from 0; clipped to 1, never farther than "
            f"{far['clipped to 1']:.2f}, and the loss ends at "
            f"{cliff(*paths['clipped to 1'][-1]):.3f} instead of "
            f"{cliff(*paths['not clipped'][-1]):.3f}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A clinic's web page shows, for each patient, the gradient of the network's logit with respect to the
# 30 measurements, and writes beneath: "*Radius error* contributed most to your result. Had it been
# lower, your risk would have been lower." From the lecture you know, for one tumour: radius error had
# the steepest slope, +2.72 per standard deviation; it is correlated at 0.97 with perimeter error;
# and of five networks that differ in their random start only, four put radius error first and one
# put worst area first. **What is wrong with the sentence, and what would you write instead?** Five to
# eight sentences.

# %% [markdown] open="what_a_gradient_says" points=4
# **Model answer.** The gradient describes the network and not the tumour: it says how the answer
# would move if one entry of the table were changed a little and all others stayed. Nothing was
# changed in a patient, so "your risk would have been lower" is a causal claim without an experiment;
# editing a number treats nobody. The steepest slope is also not the largest contribution: a slope
# says what a change would do, while a contribution would have to say how the answer differs from
# some baseline, which is not named. "All others stay" is nearly impossible here, because radius error
# and perimeter error go together (correlation 0.97), so the credit could be shared out in many ways.
# The ranking depends on the random start: one network of five names another measurement, and a
# patient should not get another explanation because of a seed. It holds for small steps only. I
# would write: "If the entry for radius error were slightly higher and nothing else changed, this
# program's score would rise; other versions of the program point to other measurements. This says how
# the program works and nothing about what causes or cures." Better still, do not show it to patients
# before somebody has tested whether it helps them.
#
# **Rubric.** 1 point: separates a statement about the network from one about the disease (no causal
# claim). 1 point: correlated measurements make "all else the same" unrealistic. 1 point: depends on
# the random start, or holds only for small changes. 1 point: offers a replacement that claims no more
# than the gradient shows.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: your own engine
#
# Turn the engine in the folded cell under exercise 7 into one that trains the digits: give it `@`,
# `relu`, `sum` and a softmax cross-entropy, and let it find the order by itself instead of by age.
# Check each operation with central differences before you trust it. How many lines do you need, and
# how much slower than your `mlp_gradients` is it?
