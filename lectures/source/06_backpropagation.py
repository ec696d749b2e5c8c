# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · Backpropagation
#
# **Which measurement would have changed the network's mind?**
#
# A network reads 30 measurements of a biopsy and answers "benign, 96 % sure". The tumour is
# malignant. Which measurement, had it been different, would have turned the answer? And how different?
# A gradient tells. The same gradient, with respect to the weights, trains every network of this course.
#
# After this lecture you can
#
# 1. send a gradient back through a graph: multiply along an edge, add where edges meet;
# 2. derive the gradients of a layer and of a whole network, with their shapes;
# 3. ask which input would change an answer, and say what that does not mean;
# 4. check a gradient, and build an engine that finds it;
# 5. say why gradients vanish or explode in deep networks, and what clipping repairs.
#
# *You need:* [03](03_layers.ipynb) for layers, [04](04_losses.ipynb) for cross-entropy,
# [05](05_gradient_descent.ipynb) for descent, and the chain rule from school. *Lab:*
# [lab 06](../labs/06_backpropagation.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw, or repeat earlier units, are folded.

# %%
import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import explore, rounded

# %% [markdown]
# ## Sitting 1 · To ask what would change an answer
#
# *Read in 60 minutes.*
#
# ### The patient
#
# The biopsies of unit 02: 426 to train on, 143 to test on. Both are standardized with the training
# patients. The network has 30 inputs, 32 hidden tanh units (unit 03) and one output. It starts from
# random weights and takes 300 steps of full-batch descent (unit 05).

# %% folded=true
table = data.breast_cancer()
parts = train_test_split(table.X, table.y, test_size=0.25, random_state=0, stratify=table.y)
X_raw, X_test_raw, y, y_test = parts
mean, std = X_raw.mean(axis=0), X_raw.std(axis=0)
X, X_test = (X_raw - mean) / std, (X_test_raw - mean) / std
target = y[:, None].astype(float)  # (426, 1)


def trained(seed):
    """Return W1, b1, W2, b2 after 300 steps from the start that ``seed`` draws."""
    rng = np.random.default_rng(seed)
    hidden, output = ref.Linear(30, 32, rng=rng), ref.Linear(32, 1, rng=rng)
    rng = np.random.default_rng(seed)
    for layer, inputs in ((hidden, 30), (output, 32)):
        layer.weight[:] = rng.normal(0, inputs**-0.5, layer.weight.shape)
        layer.bias[:] = 0
    network = ref.Sequential(hidden, ref.Tanh(), output)
    optimizer = ref.SGD(network.parameters(), lr=0.5)
    for _ in range(300):
        z = network.forward(X)
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, z, target))
        optimizer.step(network.gradients())
    return network.parameters()


# %%
W1, b1, W2, b2 = trained(0)  # (32, 30), (32,), (1, 32), (1,)


def logit(x):
    """Return the network's logit, one for each row of x, (..., 30)."""
    return (np.tanh(x @ W1.T + b1) @ W2.T + b2)[..., 0]


p_test = ref.sigmoid(logit(X_test))
missed = np.flatnonzero((y_test == 1) & (p_test < 0.5))
case = missed[p_test[missed].argmin()]
x = X_test[case]  # (30,), in standard deviations
print("sensitivity", metrics.sensitivity(y_test, p_test >= 0.5))
print("specificity", metrics.specificity(y_test, p_test >= 0.5))
print(f"the worst of {len(missed)} missed tumours: test patient {case},")
print(f"p = {p_test[case]:.3f}, logit = {logit(x):.2f}")

# %% [markdown]
# The network says 0.039 for a malignant tumour: it is 96 % sure of "benign". To change its mind, the
# logit must rise from −3.20 to above 0.
#
# ### Nudge and look
#
# **Intuition.** Change one measurement a little, run the network again, and see how far the logit
# moves. We call this a *nudge*; the standard term is
# [finite difference](glossary.md#finite-difference). The central one looks to both sides:
#
# $$\frac{\partial f}{\partial x_j} \approx \frac{f(x + h\,e_j) - f(x - h\,e_j)}{2h}$$
#
# - $f$: the logit. $\partial f/\partial x_j$: its slope when only $x_j$ moves.
# - $h$: a small number. $e_j$: 1 at place $j$ and 0 elsewhere.

# %%
h = 1e-5
nudged = np.zeros(30)
for j in range(30):
    e_j = np.eye(30)[j]
    nudged[j] = (logit(x + h * e_j) - logit(x - h * e_j)) / (2 * h)
print("slope of the logit, per standard deviation")
for j in np.argsort(-np.abs(nudged))[:4]:
    print(f"  {table.features[j]:24} {nudged[j]:+.2f}")
print("weights:", W1.size + b1.size + W2.size + b2.size)

# %% [markdown]
# That is a first answer: *radius error*, then *worst radius*. ("Error" is the standard error over the
# nuclei of one slide; "worst" the mean of the three largest.) It took 60 runs.
#
# Training needs the slope for every *weight*, at every step. By nudges that is two runs for each of
# 1,025 weights. The backward pass of this unit finds all of them at once.
#
# ### Multiply, and add
#
# **Three numbers.** Take $f = (x + y)\,z$ at $x = 3$, $y = -1$, $z = 4$. Give the step in between a
# name: $q = x + y = 2$, so $f = q z = 8$. Now raise $x$ by 0.1. Then $q$ rises by 0.1, to 2.1, and $f$
# by 0.4, to 8.4: four times as much, because $z$ multiplies. Backward, step by step from the end:
#
# 1. The end itself: $\partial f/\partial f = 1$.
# 2. The product $f = qz$:
#
# $$\frac{\partial f}{\partial q} = z = 4, \qquad \frac{\partial f}{\partial z} = q = 2$$
#
# 3. The sum $q = x + y$ passes a change on as it is:
#
# $$\frac{\partial f}{\partial x} = 4 \cdot 1 = 4, \qquad \frac{\partial f}{\partial y} = 4 \cdot 1 = 4$$
#
# Each step multiplies two numbers: what arrives from above, and the slope of this one operation, its
# [local gradient](glossary.md#local-gradient). Three operations, or *gates*, do most of the work:
#
# | gate | local gradients | what it does with what arrives |
# |---|---|---|
# | add | 1 and 1 | sends it to both inputs |
# | multiply | the *other* input | sends it times the other input |
# | max | 1 for the larger, 0 for the smaller | sends it to the larger only |
#
# **Move** $x$ and $u$ in $f = \max(x + y,\ u)\cdot z$. *Predict* the gradient of $u$ at $u = 0.5$. What
# changes for $x$ and $y$ when $u$ grows larger than their sum?

# %% folded=true
BOX = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": "black"}


def circuit(places, value, local, backward, step, size, say="{:.2f}".format):
    """Draw numbers in boxes, and ``step`` edges of the walk back; return figure, gradients, waiting."""
    figure, ax = plots.subplots(width=size[0], height=size[1])
    grad, waiting = {list(places)[-1]: 1.0}, {name: 0 for name in places}
    for read, _ in backward:
        waiting[read] += 1
    for number, (read, reader) in enumerate(backward, start=1):
        (xa, ya), (xb, yb) = places[read], places[reader]
        style = {"color": plots.GREY, "lw": 1.2, "arrowstyle": "-|>"}
        if number <= step:
            width = 3 if number == step else 1.6
            style = {"color": plots.VERMILLION, "lw": width, "arrowstyle": "<|-"}
        ax.annotate("", (xb, yb), (xa, ya), arrowprops={**style, "shrinkA": 22, "shrinkB": 22})
        if number <= step:
            part = grad[reader] * local[read, reader]
            grad[read] = grad.get(read, 0.0) + part
            waiting[read] -= 1
            text = f"{say(grad[reader])} × {say(local[read, reader])}\n= {say(part)}"
            box = {"fc": plots.YELLOW if number == step else "white", "ec": "none", "pad": 1}
            middle = (xa + xb) / 2, (ya + yb) / 2
            ax.text(*middle, text, ha="center", va="center", fontsize=12, bbox=box)
    for name, (px, py) in places.items():
        ax.text(px, py, f"{name}\n{say(value[name])}", ha="center", va="center", bbox=BOX)
        if name in grad:
            words = f"∂ {say(grad[name])}" + ("\nso far" if waiting[name] else "")
            side = -1 if px < 0 else 1
            red = {"ha": "left" if side > 0 else "right", "va": "center", "color": plots.VERMILLION}
            ax.text(px + 0.42 * side, py, words, **red)
    ax.set_axis_off()
    return figure, ax, grad, waiting


GATES = {"x": (-2.4, 0), "y": (-0.5, 0), "q": (-1.4, 1.5), "u": (0.8, 1.5), "m": (-0.3, 3)}
GATES |= {"z": (1.8, 3), "f": (0.7, 4.4)}
GATES_BACK = [("m", "f"), ("z", "f"), ("q", "m"), ("u", "m"), ("x", "q"), ("y", "q")]


def draw_gates(x=3, u=0.5):
    value = {"x": x, "y": -1, "q": x - 1, "u": u, "z": 4, "m": max(x - 1, u)}
    value["f"] = 4 * value["m"]
    larger = float(x - 1 > u)
    local = {("m", "f"): 4, ("z", "f"): value["m"], ("x", "q"): 1, ("y", "q"): 1}
    local |= {("q", "m"): larger, ("u", "m"): 1 - larger}
    figure, ax, grad, _ = circuit(GATES, value, local, GATES_BACK, 6, (5.6, 5.0), "{:g}".format)
    ax.set(xlim=(-3.4, 2.9), ylim=(-0.5, 4.9))
    said = ", ".join(f"{name} {grad[name]:g}" for name in "xyuz")
    return figure, f"x = {x}, y = -1, u = {u:g}, z = 4: f = {value['f']:g}. Gradients: {said}."


explore(draw_gates, x=(-2, 6), u=(-2.5, 6.5, 1.0))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0: the larger input gets everything. Once $u$ is larger than $x + y$, it gets 4, and $x$ and $y$ get
# nothing. ReLU is such a gate, with $u = 0$.
# </details>
#
# **The [chain rule](glossary.md#chain-rule).** Let $L$ be the last number, and $v$ one that is read by
# $r_1, \dots, r_k$. A change of $v$ reaches $L$ by $k$ ways, and they add up:
#
# $$\frac{\partial L}{\partial v} = \sum_{i=1}^{k}
#   \frac{\partial L}{\partial r_i}\cdot\frac{\partial r_i}{\partial v}$$
#
# - $\partial L/\partial r_i$: what arrives. $\partial r_i/\partial v$: the local gradient of one edge.
#
# [Backpropagation](glossary.md#backpropagation) is this line, once for every number of the
# [computational graph](glossary.md#computational-graph), from the end. A number sends its gradient on
# only when it has heard from all its readers.
#
# ### Eight lines forward, eight lines back
#
# A network with one input $x$, two hidden units, and the loss of a malignant case, $\ln(1 + e^{-z})$. It
# needs two slopes. The first is that of tanh, a quotient:
#
# $$\tanh a = \frac{u}{v}, \qquad u = e^a - e^{-a}, \qquad v = e^a + e^{-a}$$
#
# Here $u' = v$ and $v' = u$. So the quotient rule gives
#
# $$\tanh' a = \frac{u'v - uv'}{v^2} = \frac{v^2 - u^2}{v^2} = 1 - \tanh^2 a$$
#
# The second is that of the loss:
#
# $$\frac{d}{dz}\ln(1 + e^{-z}) = \frac{-e^{-z}}{1 + e^{-z}} = -\sigma(-z)$$

# %%
x0, w1, w2, v1, v2 = 0.8, 1.5, -1.0, 2.0, 1.0

a1 = w1 * x0  # 1
a2 = w2 * x0  # 2
h1 = np.tanh(a1)  # 3
h2 = np.tanh(a2)  # 4
p1 = v1 * h1  # 5
p2 = v2 * h2  # 6
z = p1 + p2  # 7
L = np.logaddexp(0, -z)  # 8: ln(1 + exp(-z))

grad_z = -ref.sigmoid(-z)  # back through 8
grad_p1, grad_p2 = grad_z, grad_z  # 7: add
grad_v2, grad_h2 = grad_p2 * h2, grad_p2 * v2  # 6: multiply
grad_v1, grad_h1 = grad_p1 * h1, grad_p1 * v1  # 5
grad_a2 = grad_h2 * (1 - h2**2)  # 4
grad_a1 = grad_h1 * (1 - h1**2)  # 3
grad_w2, grad_x = grad_a2 * x0, grad_a2 * w2  # 2
grad_w1, grad_x = grad_a1 * x0, grad_x + grad_a1 * w1  # 1: x was read twice, so add
print(f"loss {L:.4f}; dL/dx {grad_x:+.4f}")
print(f"dL/dw1 {grad_w1:+.4f}; dL/dw2 {grad_w2:+.4f}")

# %% [markdown]
# **Step** through it. A step of the slider is one of the figure's seven edges, not a line of code. *Predict*,
# before the last edge: do the two that reach x agree about the sign?

# %% folded=true
PLACES = {"x": (0, 0), "a1": (-1.3, 1.5), "a2": (1.3, 1.5), "h1": (-1.3, 3.0), "h2": (1.3, 3.0)}
PLACES |= {"z": (0, 4.5), "L": (0, 5.9)}
BACKWARD = [("z", "L"), ("h1", "z"), ("h2", "z"), ("a1", "h1"), ("a2", "h2")]
BACKWARD += [("x", "a1"), ("x", "a2")]


def draw_graph(step=3, x=0.8):
    value = {"x": x, "a1": w1 * x, "a2": w2 * x}
    value |= {"h1": math.tanh(value["a1"]), "h2": math.tanh(value["a2"])}
    value["z"] = v1 * value["h1"] + v2 * value["h2"]
    value["L"] = float(np.logaddexp(0, -value["z"]))
    local = {("x", "a1"): w1, ("x", "a2"): w2, ("h1", "z"): v1, ("h2", "z"): v2}
    local |= {("a1", "h1"): 1 - value["h1"] ** 2, ("a2", "h2"): 1 - value["h2"] ** 2}
    local["z", "L"] = -float(ref.sigmoid(-value["z"]))
    figure, ax, grad, waiting = circuit(PLACES, value, local, BACKWARD, step, (5.2, 6.6))
    ax.set(xlim=(-2.6, 2.6), ylim=(-0.5, 6.4))
    sentence = f"x = {x:.1f}, loss {value['L']:.3f}. "
    if step == 0:
        return figure, sentence + "Nothing has been sent back yet but dL/dL = 1."
    read, reader = BACKWARD[step - 1]
    return figure, sentence + (
        f"Step {step}, from {reader} to {read}: {grad[reader]:.3f} arrives, times the local gradient "
        f"{local[read, reader]:.3f} is {grad[reader] * local[read, reader]:.3f}. Gradient of {read} "
        f"{'so far' if waiting[read] else 'complete'}: {grad[read]:.3f}."
    )


explore(draw_graph, step=(0, 7), x=(-3.0, 3.0, 0.1))

# %% folded=true
at = np.array([0.8, 1.2, 1.5, 2.0, 3.0])
by_a1 = v1 * (1 - np.tanh(w1 * at) ** 2) * w1
by_a2 = v2 * (1 - np.tanh(w2 * at) ** 2) * w2
print("dz/dx by each way")
for row in zip(at, by_a1, by_a2, by_a1 + by_a2, strict=True):
    print("x = {:.1f}: {:+.3f} by a1, {:+.3f} by a2, {:+.3f} together".format(*row))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# They never agree: the signs of w1 v1 and w2 v2 differ. Now move x. Beyond 1.2 or so, to either side,
# little arrives. First the two ways cancel, then tanh is flat on both.
# </details>
#
# - **The values of the forward pass are needed again**, here $h$, for the local gradients. They are
#   kept. So training takes more memory than using a network (sitting 4 measures it).
# - **x waits for both edges.** After the first of them its gradient is "so far".
#
# ### Autograd: torch walks the graph
#
# Torch writes the graph down while you compute, and walks it on `backward()`. *Predict* what the second
# `backward()` leaves in `w.grad`.

# %%
w = torch.tensor(3.0, requires_grad=True)  # a leaf: torch will find its gradient
f = w * w
f.backward()
print("w.grad", w.grad.item())
(w * w).backward()  # a new graph
print("after a second graph", w.grad.item())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 12: gradients **add up** in `.grad`. That is useful (a large batch in two halves), and the reason for
# `zero_grad()`.
# </details>
#
# To look up when you need it:

# %%
try:
    f.backward()  # a graph is thrown away once it was walked (but for retain_graph=True)
except RuntimeError:
    print("f.backward() again: RuntimeError")
w.grad.zero_()  # what optimizer.zero_grad() does
(w.detach() * w).backward()  # detach: from here on a constant
print("one factor detached", w.grad.item())
with torch.no_grad():  # writes nothing down: for using a network, and for the step itself
    print("in no_grad:", (w * w).requires_grad)
v = torch.tensor([1.0, 2.0], requires_grad=True)
(v**2).backward(torch.tensor([1.0, 10.0]))  # several outputs: say what arrives at each
print("v.grad", v.grad.tolist())

# %% [markdown]
# And our eight lines in torch give the same five gradients:

# %%
leaves = torch.tensor([x0, w1, w2, v1, v2], dtype=torch.float64, requires_grad=True)
xt, w1t, w2t, v1t, v2t = leaves
F.softplus(-(v1t * torch.tanh(w1t * xt) + v2t * torch.tanh(w2t * xt))).backward()
assert np.allclose(leaves.grad, [grad_x, grad_w1, grad_w2, grad_v1, grad_v2], atol=1e-12)
print("torch:", leaves.grad.numpy().round(4))

# %% [markdown]
# ### A layer, derived
#
# An edge for every number is hopeless for 1,025 weights, so take a layer at a time. Two patients, two
# inputs, two outputs: $Z = XW^T + b$, or, for patient $i$ and output $k$,
#
# $$z_{ik} = w_{k1}\,x_{i1} + w_{k2}\,x_{i2} + b_k$$
#
# What arrives is $g_{ik} = \partial L/\partial z_{ik}$, the table $G$. Ask of each letter which $z$ read
# it, and with which factor. Then multiply and add.
#
# **Weight** $w_{kj}$ is read once for each patient: by $z_{1k}$ with factor $x_{1j}$, and by $z_{2k}$ with
# factor $x_{2j}$.
#
# $$\frac{\partial L}{\partial w_{kj}} = g_{1k}\,x_{1j} + g_{2k}\,x_{2j},
#   \qquad\text{entry } (k, j) \text{ of } G^T X$$
#
# **Input** $x_{ij}$ is read once for each output: by $z_{i1}$ with factor $w_{1j}$, and by $z_{i2}$ with
# factor $w_{2j}$.
#
# $$\frac{\partial L}{\partial x_{ij}} = g_{i1}\,w_{1j} + g_{i2}\,w_{2j},
#   \qquad\text{entry } (i, j) \text{ of } G\,W$$
#
# **Bias** $b_k$ is read by $z_{1k}$ and $z_{2k}$ with factor 1.
#
# $$\frac{\partial L}{\partial b_k} = g_{1k} + g_{2k}, \qquad\text{a column sum of } G$$
#
# For $n$ patients: $X$ is (n, in), $W$ (out, in), $b$ (out,) and $G$ (n, out). Then $G^T X$ is
# (out, in) and $GW$ is (n, in): each gradient has the shape of its array. In numbers. Find the second
# row of $G^TX$ by hand:

# %%
inputs = np.array([[1.0, 2.0], [3.0, 4.0]])
weight = np.array([[1.0, 0.0], [-1.0, 2.0]])
G = np.array([[1.0, 2.0], [0.0, -1.0]])
print("G W        ", (G @ weight).tolist())
print("G^T X      ", (G.T @ inputs).tolist())
print("column sums", G.sum(axis=0).tolist())
print("G W^T      ", (G @ weight.T).tolist(), "wrong")

inputs_t, weight_t = (torch.tensor(a, requires_grad=True) for a in (inputs, weight))
F.linear(inputs_t, weight_t).backward(torch.tensor(G))
print("torch agrees:", np.allclose(weight_t.grad, G.T @ inputs))

# %% [markdown]
# The second row: $2 \cdot 1 - 1 \cdot 3 = -1$ and $2 \cdot 2 - 1 \cdot 4 = 0$.
#
# **Do shapes decide?** No: the last product fits as well, since there are as many inputs as outputs. Test
# your code with sizes that all differ.
#
# **An activation** works number by number. With $h = \varphi(z)$, what leaves is
#
# $$\frac{\partial L}{\partial h} \odot \varphi'(z)$$
#
# - $\odot$: multiplied entry by entry.
# - $\varphi'$: for tanh $1 - h^2$; for the sigmoid $h(1-h)$; for ReLU 1 where $z > 0$ and else 0.
#
# **The loss.** Unit 04 found the slope of cross-entropy with respect to the scores. With a sigmoid it is
# $\sigma(z) - y$, with softmax $p - y$, $y$ one-hot: what was said, minus what is true. With the mean over
# $n$ patients, divide by $n$.
#
# ### A whole network, with shapes
#
# Our network, for $n$ patients. Forward, four lines:
#
# $$A = XW_1^T + b_1$$
#
# $$H = \tanh A$$
#
# $$Z = HW_2^T + b_2$$
#
# $$L = \frac1n \sum_i \big[\ln(1 + e^{z_i}) - y_i z_i\big]$$
#
# with $X$ (n, 30), $A$ and $H$ (n, 32), $Z$ (n, 1). Backward, from the last line to the first. We
# write $\partial Z$ for $\partial L/\partial Z$. So what arrives at a layer's sums has several names: $G$ above,
# $\partial Z$ or $\partial A$ here, `grad_Z` in code, $D_t$ in sitting 4.
#
# **Loss.** Said minus true, and the mean divides by $n$:
#
# $$\partial Z = (\sigma(Z) - y)/n \qquad \text{(n, 1)}$$
#
# **Output layer**, whose input is $H$. The bias gets the column sums of $\partial Z$.
#
# $$\partial W_2 = \partial Z^T H \quad \text{(1, 32)}, \qquad \partial H = \partial Z\,W_2 \quad \text{(n, 32)}$$
#
# **tanh.** This is called the [error signal](glossary.md#error-signal) of the hidden layer:
#
# $$\partial A = \partial H \odot (1 - H \odot H) \qquad \text{(n, 32)}$$
#
# **Hidden layer**, whose input is $X$. The bias gets the column sums of $\partial A$.
#
# $$\partial W_1 = \partial A^T X \quad \text{(32, 30)}, \qquad \partial X = \partial A\,W_1 \quad \text{(n, 30)}$$
#
# Training does not need $\partial X$. Our question does.


# %%
def backward_pass(X, H, grad_Z):
    """Return the gradients of W1, b1, W2, b2 and X, from what arrives at Z."""
    grad_W2, grad_b2 = grad_Z.T @ H, grad_Z.sum(axis=0)
    grad_A = (grad_Z @ W2) * (1 - H**2)
    return grad_A.T @ X, grad_A.sum(axis=0), grad_W2, grad_b2, grad_A @ W1


H = np.tanh(X @ W1.T + b1)
Z = H @ W2.T + b2
by_hand = backward_pass(X, H, (ref.sigmoid(Z) - target) / len(X))

ts = [torch.tensor(a, requires_grad=True) for a in (W1, b1, W2, b2, X)]
zt = F.linear(torch.tanh(F.linear(ts[4], ts[0], ts[1])), ts[2], ts[3])
F.binary_cross_entropy_with_logits(zt, torch.tensor(target)).backward()
for name, mine, t in zip(("W1", "b1", "W2", "b2", "X"), by_hand, ts, strict=True):
    print(f"{name:2} {mine.shape!s:9} as torch finds it:", np.allclose(mine, t.grad, atol=1e-12))

# %% [markdown]
# **What it costs.** Forward, one product of matrices for each layer: $30 \cdot 32 + 32 = 992$
# multiplications for a patient. Backward, two for each layer, but one for the first, which needs no
# $\partial X$ in training: $960 + 2 \cdot 32 = 1{,}024$. Both together are about two runs. In a deep
# network they are about three.
#
# ### The answer for our patient
#
# The same pass answers our question. Start with 1 at the **logit**, not at the loss, and read off the
# gradient of the **input**. One pass gives all 30 slopes.

# %%
patient = x[None]  # (1, 30): a table of one patient
hidden = np.tanh(patient @ W1.T + b1)  # (1, 32): forward
gradients = backward_pass(patient, hidden, np.ones((1, 1)))  # 1 arrives at the logit
slope = gradients[4][0]  # (30,): the gradient of X, its only row
print("the same slopes as by 60 nudges:", np.allclose(slope, nudged, atol=1e-7))

strongest = np.argsort(-np.abs(slope))
j = strongest[0]
e_j = np.eye(30)[j]
print(f"{table.features[j]}: {slope[j]:+.2f} per sd")
measured = logit(x + 0.1 * e_j) - logit(x)
print(f"0.1 sd more: promised {0.1 * slope[j]:+.3f}, measured {measured:+.3f}")

# %% [markdown]
# A gradient is a promise about small steps. **Move** one measurement. The dashed line is the promise,
# the solid curve what the network says. *Predict* where the curve crosses 0 for radius error. How far
# can you trust the promise?

# %% folded=true
z_case = logit(x)
MENU = [table.features[j] for j in strongest[:8]]


def draw_nudge(measurement=MENU[0], moved_by=0.5):
    j = table.features.index(measurement)
    across = np.linspace(-3, 3, 121)
    copies = np.repeat(x[None], len(across), axis=0)
    copies[:, j] += across
    curve = logit(copies)
    moved = x.copy()
    moved[j] += moved_by
    now, promise = logit(moved), z_case + slope[j] * moved_by

    figure, ax = plots.subplots(width=5.6, height=4.4)
    ax.plot(across, curve, "-", color=plots.BLUE, label="what the network says")
    line = z_case + slope[j] * across
    ax.plot(across, line, "--", color=plots.VERMILLION, label="what the gradient promises")
    ax.axhline(0, color="black", lw=1)
    ax.plot(0, z_case, "s", color=plots.GREY, ms=9, label="the patient")
    ax.plot(moved_by, now, "o", color=plots.BLUE, ms=11)
    ax.plot(moved_by, promise, "D", color=plots.VERMILLION, ms=8)
    ax.set(xlabel=f"{measurement}, moved by (sd)", ylabel="logit (above 0: malignant)")
    ax.set(ylim=(-9, 9))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=12)
    raw = X_test_raw[case, j] + moved_by * std[j]
    p = float(ref.sigmoid(now))
    warning = " (no measurement is below 0: there is no such patient)" if raw < 0 else ""
    sentence = (
        f"{measurement} moved by {moved_by:+.1f} sd, to {raw:.3g} in raw units{warning}: the logit is "
        f"{now:+.2f} (promised {promise:+.2f}), p(malignant) = {p:.2f}."
    )
    return figure, sentence


explore(draw_nudge, measurement=MENU, moved_by=(-3.0, 3.0, 0.1))

# %%
for far in (-2, 1.1, 1.2):
    promised, says = logit(x) + far * slope[j], logit(x + far * e_j)
    print(f"radius error {far:+.1f} sd: promised {promised:+.2f}, the network says {says:+.2f}")
length = np.linalg.norm(slope)
for far in (0.40, 0.45):
    print(f"{far:.2f} sd along the gradient: {logit(x + far * slope / length):+.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Between 1.1 and 1.2 standard deviations, as promised. For 2 downwards the promise is off by 1.1.
# </details>
#
# So: **the radius error**. Had it been that much higher, and all else the same, the network would have
# said "malignant". If all 30 measurements may move, along the gradient, a step of 0.45 is enough.
#
# **What this is not.**
#
# - **Not a cause.** A slope says what *would change* the answer, not what brought it about, and nothing
#   about the tumour.
# - **"All else the same" may not exist.** Radius error and perimeter error go together. Pull fractal
#   dimension error to −2, and there is no such patient: the figure says so.
# - **Not a property of the disease.** Train again from other random starts, and ask again:

# %% folded=true
both = [table.features.index(name) for name in ("radius error", "perimeter error")]
print(f"radius and perimeter error: correlation {np.corrcoef(X[:, both].T)[0, 1]:.2f}")
for seed in range(5):
    V1, c1, V2, c2 = trained(seed)
    hidden = np.tanh(V1 @ x + c1)
    first, second = np.argsort(-np.abs((V2[0] * (1 - hidden**2)) @ V1))[:2]
    z_other = (V2 @ hidden + c2)[0]
    print(f"start {seed}: logit {z_other:+.2f}; {table.features[first]}, {table.features[second]}")
    assert z_other < 0

# %% [markdown]
# All five starts miss this tumour. Radius error comes first in four of them and worst area in one.
# Second place goes to five different measurements. So the honest answer has three parts: *radius error,
# by about 1.1 standard deviations if nothing else moves, according to this network*. Unit 12 has better
# tools for such questions.
#
# ### Common mistakes
#
# - **Overwriting where two edges meet.** Right on networks without forks, wrong with them. Add.
# - **Sending on before the last reader was heard.** Right on chains only.
# - **`grad @ W.T` for `grad @ W`.** An error, or silently wrong where a layer is square.
# - **Bias's gradient not summed.** Its shape is then (n, out), and (out,) is needed.
# - **The activation's slope forgotten**, or a sum for a mean. Nothing complains; sitting 2
#   finds it.
# - **`zero_grad` forgotten.** Gradients grow from step to step: 6, then 12.
# - **A slope read as a cause.**
#
# ### Summary
#
# - Backpropagation is the chain rule in a good order. Multiply along edges, add where they meet, each
#   number once. Forward and backward together cost two to three runs of the network.
# - A layer: $G^TX$ for the weights, column sums for the bias, $GW$ for what lies below. An activation:
#   times its slope. Cross-entropy: said minus true.
# - Start at the logit and walk to the input, and you know what would change this network's answer. For
#   our patient it is radius error, by about 1.1 standard deviations if nothing else moves.
#
# ### On Monday
#
# - **Never write a backward by hand** for work. `loss.backward()` does it; `zero_grad()` before it.
# - **`torch.no_grad()`** when you only use the network.
# - **The loss jumps, or is NaN?** Print the gradient's length, and limit it (sitting 4).
# - **An operation of your own?** Let torch check its backward (sitting 2).
# - **Slopes of one answer:** ask several random starts, as here for our patient. With Adam and torch's own
#   initial weights they agree even less than above.

# %%
import torch
from torch import nn

inputs, labels = torch.tensor(X), torch.tensor(y).double()[:, None]  # in place of your patients
for seed in range(3):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(30, 32), nn.Tanh(), nn.Linear(32, 1)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(inputs), labels)
        loss.backward()
        optimizer.step()
    patient = torch.tensor(X_test[47:48]).requires_grad_()  # test patient 47
    (slopes,) = torch.autograd.grad(model(patient).sum(), patient)  # starts at the logit
    steepest = slopes[0].abs().argmax().item()
    print(f"start {seed}: loss {loss.item():.2f}, steepest slope: {table.features[steepest]}")

# %% [markdown]
# ## Sitting 2 · To check a gradient
#
# **Your network learns, though a little worse than it should. Is its backward right?**
#
# *Read in 30 minutes.*
#
# Run the cells of sitting 1 first.
#
# ### A bug is a horizontal line
#
# **Intuition.** A wrong gradient rarely crashes. The nudge of sitting 1 is slow, and nearly impossible to
# get wrong. So use it once, on a small case, as the referee: a
# [gradient check](glossary.md#gradient-check). Compare the two by their relative error
#
# $$\varepsilon = \frac{\lVert g - \tilde g\rVert}{\lVert g\rVert + \lVert \tilde g\rVert}$$
#
# - $g$: your gradient. $\tilde g$: the numerical one. $\lVert\cdot\rVert$: the root of the sum of squares.
#
# How small should $h$ be? There are two errors, and they pull in opposite directions.
#
# - **Truncation.** The curve is not straight within $h$. This error shrinks like $h^2$.
# - **Rounding.** $f$ is known to about 16 digits, and dividing by $h$ enlarges the last one. This error
#   grows like $1/h$.
#
# *Predict:* which $h$ is best, 0.1, 1e−5 or 1e−12? How does the curve look when the backward has a bug?
# Then choose a bug from the menu.

# %%
rng = np.random.default_rng(0)
few, few_target = X[:8], target[:8]  # eight patients and 5 hidden units are enough to find a bug
small = [rng.normal(0, 30**-0.5, (5, 30)), rng.normal(0, 5**-0.5, (1, 5))]


def small_loss(V1, dtype):
    """Return the mean loss of a small network with first weights V1, (..., 5, 30), in ``dtype``."""
    rows, V2, t = few.astype(dtype), small[1].astype(dtype), few_target.astype(dtype)
    z = np.tanh(rows @ V1.swapaxes(-1, -2)) @ V2.T  # (..., 8, 1)
    return (np.logaddexp(dtype(0), z) - t * z).mean(axis=(-2, -1), dtype=dtype)


def small_gradient(bug):
    """Return the gradient of the small loss with respect to V1, right or with a bug."""
    hidden = np.tanh(few @ small[0].T)
    grad_z = (ref.sigmoid(hidden @ small[1].T) - few_target) / (1 if bug == "sum for mean" else 8)
    grad_hidden = grad_z @ small[1]
    if bug != "tanh's slope forgotten":
        grad_hidden = grad_hidden * (1 - hidden**2)
    if bug == "one hidden unit dropped":
        grad_hidden[:, 2] = 0
    return grad_hidden.T @ few


def differences(h, kind, dtype):
    """Return the numerical gradient of the small loss, all 150 nudges at once."""
    V, h = small[0].astype(dtype), dtype(h)
    nudges = h * np.eye(V.size, dtype=dtype).reshape(-1, *V.shape)  # (150, 5, 30)
    ahead = small_loss(V + nudges, dtype)
    if kind == "central":
        slope = (ahead - small_loss(V - nudges, dtype)) / (dtype(2) * h)
    else:
        slope = (ahead - small_loss(V, dtype)) / h
    return slope.reshape(V.shape).astype(float)


def relative_error(g, numeric):
    return np.linalg.norm(g - numeric) / (np.linalg.norm(g) + np.linalg.norm(numeric))


# %% folded=true
steps = 10.0 ** np.arange(-12, -0.4, 0.5)
curves = {
    (kind, dtype): [differences(h, kind, dtype) for h in steps]
    for kind in ("central", "forward")
    for dtype in (np.float64, np.float32)
}
right = small_gradient("none")
least = {key: min(relative_error(right, n) for n in found) for key, found in curves.items()}
assert least["central", np.float64] < 1e-9 < least["forward", np.float64] < 1e-7
assert least["central", np.float64] < 1e-6 < least["central", np.float32] < 1e-3
for found in curves.values():
    at = float(steps[np.argmin([relative_error(right, n) for n in found])])
    assert 1e-9 <= at <= 0.1
print(f"{sum(map(len, curves.values()))} numerical gradients of {right.size} weights")

BUGS = ["none", "one hidden unit dropped", "tanh's slope forgotten", "sum for mean"]
STYLES = {
    ("central", np.float64): (plots.BLUE, "-", "o"),
    ("forward", np.float64): (plots.GREEN, "-.", "s"),
    ("central", np.float32): (plots.ORANGE, "--", "^"),
    ("forward", np.float32): (plots.PURPLE, ":", "v"),
}


def draw_check(bug="none", log10_h=-2.0):
    g = small_gradient(bug)
    figure, ax = plots.subplots(width=5.6, height=4.6)
    for (kind, dtype), (colour, line, marker) in STYLES.items():
        errors = [max(relative_error(g, n), 1e-16) for n in curves[kind, dtype]]
        label = f"{kind}, {dtype.__name__}"
        ax.loglog(steps, errors, line, color=colour, marker=marker, ms=5, label=label)
    h = 10.0**log10_h
    n = differences(h, "central", np.float64)
    error = relative_error(g, n)
    ax.axvline(h, color=plots.GREY, linestyle=":")
    ax.plot(h, error, "*", color="black", ms=16)
    ax.set(xlabel="nudge h, added to a weight", ylabel="relative error", ylim=(1e-12, 5))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.24), ncols=2, fontsize=12)
    worst = np.unravel_index(np.abs(g - n).argmax(), g.shape)
    sentence = (
        f"Bug: {bug}. At h = {rounded(h)}, central, float64: relative error {rounded(error, 1)}. "
        f"Worst weight: backward says {g[worst]:+.6f}, differences say {n[worst]:+.6f}."
    )
    return figure, sentence


explore(draw_check, bug=BUGS, log10_h=(-12.0, -1.0, 0.5))

# %%
places = [int(np.argmin(np.abs(np.log10(steps / h)))) for h in (1e-9, 1e-5, 1e-2)]
print("relative error at h = 1e-9, 1e-5, 1e-2")
for bug in BUGS:
    g = small_gradient(bug)
    errors = [relative_error(g, curves["central", np.float64][at]) for at in places]
    said = [f"{e:.2f}" if e > 1e-3 else "< 1e-9" if e < 1e-9 else "< 1e-4" for e in errors]
    print(f"{bug:24}", ", ".join(said))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1e−5. Right code gives a **V**: best in the middle, worse on both sides. A bug gives a
# **horizontal line**: the two disagree for another reason, so $h$ does not matter.
# </details>
#
# What right code shows, by the kind of difference and of number:

# %% tags=["nbval-ignore-output"]
for kind in ("central", "forward"):
    in_float32 = relative_error(right, curves[kind, np.float32][places[1]])
    assert 0.003 < in_float32 < 0.1
    print(
        f"{kind}: float64, best h {least[kind, np.float64]:.0e}; float32, h = 1e-5 {in_float32:.2f}"
    )

# %% [markdown]
# - Check in float64. In float32, at the $h$ that is best in float64, right code shows errors of 2 and 4 %.
# - Take the central difference: two runs instead of one, and more than two digits gained.
# - Check at random weights, with sizes that all differ, and away from kinks such as ReLU's. Across a
#   kink the difference sees half of each side.

# %%
kink = ref.numerical_gradient(lambda v: np.maximum(v, 0).sum(), np.array([0.0]))
print("relu at 0: differences say", kink[0].round(3), "and backward says 0")
a = np.ones(2, np.float32)  # float32 is lost easily: np.sqrt gives a float64 number
print("a / np.sqrt(3):", (a / np.sqrt(3)).dtype, "   a / math.sqrt(3):", (a / math.sqrt(3)).dtype)

# %% [markdown]
# ### An operation of your own
#
# Take softmax with cross-entropy, whose gradient unit 04 derived. For scores $z$, shares
# $p = \text{softmax}(z)$ and true class $t$:
#
# $$\frac{\partial L}{\partial z_k} = p_k - [k = t]$$
#
# - $[k = t]$: 1 for the true class and 0 for the others.
#
# **Move** the scores of one patient. A step of descent lowers a score with a positive gradient and
# raises one with a negative gradient. *Predict:* the true diagnosis is B. What is the gradient when the
# network is almost sure of B? Almost sure of A? How large can one bar become?

# %% folded=true
NAMES = ["A", "B", "C"]


def draw_pull(score_A=2.0, score_B=0.0, score_C=-1.0, true=NAMES[1]):
    z = np.array([score_A, score_B, score_C])
    p = ref.softmax(z, dim=0)
    truth = np.array([name == true for name in NAMES], float)
    pull = ref.cross_entropy_backward(1.0, z[None], np.array([NAMES.index(true)]))[0]

    figure, (top, bottom) = plots.subplots(2, 1, width=5.4, height=5.2)
    at = np.arange(3)
    top.barh(at - 0.19, p, 0.36, color=plots.BLUE, label="said: p")
    top.barh(at + 0.19, truth, 0.36, color=plots.YELLOW, hatch="//", ec="black", label="true")
    top.invert_yaxis()
    bottom.invert_yaxis()
    top.set(yticks=at, yticklabels=NAMES, xlabel="probability", xlim=(0, 1.05))
    top.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    for k in range(3):
        up = pull[k] < 0
        colour = plots.GREEN if up else plots.VERMILLION
        bottom.barh(k, pull[k], 0.5, color=colour, hatch="\\\\" if up else "", ec="white")
        bottom.text(1.32, k, f"{pull[k]:+.2f}", va="center", ha="right")
    bottom.axvline(0, color="black", lw=1)
    bottom.set(yticks=at, yticklabels=NAMES, xlim=(-1.1, 1.35), xticks=[-1, -0.5, 0, 0.5, 1])
    bottom.set(xlabel="gradient of the score")
    loss = -math.log(max(float(p[NAMES.index(true)]), 1e-300))
    said = ", ".join(f"{name} {v:.2f}" for name, v in zip(NAMES, p, strict=True))
    asks = ", ".join(f"{name} {v:+.2f}" for name, v in zip(NAMES, pull, strict=True))
    return figure, f"True: {true}. Loss {loss:.2f}. The network says {said}; gradient {asks}."


explore(
    draw_pull,
    score_A=(-4.0, 6.0, 0.1),
    score_B=(-4.0, 6.0, 0.1),
    score_C=(-4.0, 6.0, 0.1),
    true=NAMES,
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Sure of B: almost nothing. Sure of A: nearly +1 for A and −1 for B. No bar exceeds 1, and the three
# add up to 0.
# </details>
#
# The true class gets $-(1 - p_t)$. That is small only where $p_t$ is near 1. So this loss has no flat
# place where the network is wrong.
#
# Torch accepts an operation with a backward of your own. Nothing tells it whether that is right, but
# its referee, `torch.autograd.gradcheck`, can compare it with differences:


# %%
class OurCrossEntropy(torch.autograd.Function):
    """Softmax with cross-entropy, the mean over n patients; ctx keeps what backward needs."""

    @staticmethod
    def forward(ctx, scores, classes):
        log_p = torch.log_softmax(scores, dim=1)  # subtracts the largest score: no overflow
        ctx.save_for_backward(log_p, classes)
        return -log_p[torch.arange(len(classes)), classes].mean()  # row i with its own class

    @staticmethod
    def backward(ctx, grad):
        log_p, classes = ctx.saved_tensors
        truth = F.one_hot(classes, log_p.shape[1])
        return grad * (log_p.exp() - truth) / len(classes), None  # none for the classes


class SumForMean(OurCrossEntropy):
    @staticmethod
    def backward(ctx, grad):
        right, _ = OurCrossEntropy.backward(ctx, grad)
        return right * 3, None


scores = torch.tensor([[2.0, 1.0, -1.0], [0.0, 3.0, 0.5], [1.0, 0.0, -1.0]]).double()
given = scores.requires_grad_(), torch.tensor([0, 2, 1])
for operation in (OurCrossEntropy, SumForMean):
    passed = torch.autograd.gradcheck(operation.apply, given, raise_exception=False)
    print(f"{operation.__name__}: passed {passed}")

# %% [markdown]
# ## Sitting 3 · To build the engine
#
# **How can a program differentiate a function that it has never seen?**
#
# *Read in 35 minutes.*
#
# Run the cells of sitting 1 first.
#
# ### Operations that remember
#
# **Intuition.** In sitting 1 you always did the same: a line forward, its line backward, then all lines in
# reverse. Let the computer keep the list. Each operation returns its value with two notes: what it read
# (its *parents*), and how to turn its gradient into theirs (`back`). This is reverse-mode
# [automatic differentiation](glossary.md#autodiff).


# %%
class Tensor:
    """An array that remembers what it was computed from."""

    def __init__(self, data, parents=(), back=lambda g: ()):
        self.data, self.parents, self.back = np.asarray(data, float), parents, back
        self.grad = 0.0

    def __add__(self, other):
        return Tensor(self.data + other.data, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        a, b = self.data, other.data
        return Tensor(a * b, (self, other), lambda g: (g * b, g * a))

    def __matmul__(self, other):
        a, b = self.data, other.data
        return Tensor(a @ b, (self, other), lambda g: (g @ b.T, a.T @ g))

    def tanh(self):
        value = np.tanh(self.data)
        return Tensor(value, (self,), lambda g: (g * (1 - value**2),))

    def softplus(self):  # ln(1 + exp(z)); its slope is the sigmoid
        slope = ref.sigmoid(self.data)
        return Tensor(np.logaddexp(0, self.data), (self,), lambda g: (g * slope,))

    def sum(self):
        return Tensor(self.data.sum(), (self,), lambda g: (np.broadcast_to(g, self.data.shape),))

    def backward(self):
        arrived = {self: np.ones_like(self.data)}  # dL/dL = 1
        for tensor in reversed(parents_first(self)):
            grad = arrived.pop(tensor)
            tensor.grad = tensor.grad + grad
            for parent, part in zip(tensor.parents, tensor.back(grad), strict=True):
                part = unbroadcast(part, parent.data.shape)
                arrived[parent] = arrived.get(parent, 0) + part


# %% [markdown]
# `backward` leans on two functions. The first gives the order. In `parents_first` everyone stands after
# what they read (a *topological order*). Reversed, nobody sends a gradient on before the last reader has
# been heard.
#
# A list `todo` replaces recursion, so that deep networks do not exceed Python's limit. Each tensor comes up
# twice: first it puts itself back, below its parents; when it comes up again, they are done.


# %%
def parents_first(root):
    """Return all that ``root`` was computed from, each once, and after all of its own parents."""
    order, seen, todo = [], set(), [(root, False)]
    while todo:
        tensor, parents_done = todo.pop()
        if parents_done:
            order.append(tensor)
        elif tensor not in seen:
            seen.add(tensor)
            todo.append((tensor, True))
            todo += [(parent, False) for parent in tensor.parents]
    return order


# %% [markdown]
# The second is new with arrays. `X @ W.T + b` adds a (32,) bias to a (426, 32) table. NumPy
# **broadcasts**: it reads the bias 426 times. What was read many times gets a sum. So going back, add up
# over every axis that was stretched.


# %%
def unbroadcast(grad, shape):
    """Sum ``grad`` over the axes that broadcasting added or stretched, down to ``shape``."""
    while grad.ndim > len(shape):  # axes that were added on the left
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:  # axes of length 1 that were stretched
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


# %% [markdown]
# The test is the network of sitting 1, on all patients:

# %%
W1e, b1e, W2e, b2e, Xe = (Tensor(a) for a in (W1.T, b1, W2.T, b2, X))
Ze = (Xe @ W1e + b1e).tanh() @ W2e + b2e
loss = (Ze.softplus() + Tensor(-target) * Ze).sum() * Tensor(1 / len(X))
loss.backward()
found = W1e.grad.T, b1e.grad, W2e.grad.T, b2e.grad, Xe.grad
same = [np.allclose(g, mine, atol=1e-12) for g, mine in zip(found, by_hand, strict=True)]
print(f"{len(parents_first(loss))} tensors; W1, b1, W2, b2, X as by hand: {same}")

wt = torch.tensor(3.0, requires_grad=True)
note = (wt * wt).tanh().grad_fn  # torch's note of the last operation
print("torch:", note.name(), "<-", note.next_functions[0][0].name())

# %% [markdown]
# Torch has the same design: each result points to a `grad_fn`, and that to those of its parents.
#
# One could also walk forward, from the input on. One such pass gives the slopes of everything with respect
# to *one input*. A walk back gives the slopes of *one output* with respect to everything. Training has one
# loss and many weights.
#
# ### Three surprises
#
# **1. "It sums the paths one by one."** Add a number to itself, the sum to itself, and so on, 20 times.
# *Predict:* how many paths lead from the end to the start, and how many edges?

# %%
start = Tensor(1.0)
end = start
for _ in range(20):
    end = end + end
end.backward()
visited = parents_first(end)
edges = sum(len(tensor.parents) for tensor in visited)
print(f"gradient {start.grad:,.0f}; {edges} edges, {len(visited)} visits")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# A million paths, 40 edges, 21 visits.
# </details>
#
# Adding up at each number *before* going on is what makes it cheap.
#
# **2. "`where` protects me."** A square root where it exists, else 0. *Predict* the gradient at −1, where
# the root was not chosen.

# %%
t = torch.tensor([-1.0, 4.0], requires_grad=True)
value = torch.where(t > 0, t.sqrt(), 0.0)
value.sum().backward()
print("value", value.tolist(), "gradient", t.grad.tolist())

t = torch.tensor([-1.0, 4.0], requires_grad=True)
torch.where(t > 0, t.clamp(min=1e-12).sqrt(), 0.0).sum().backward()
print("input clamped first: gradient", t.grad.tolist())

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# NaN. The branch that was not chosen is sent a gradient of 0. Times the slope of the root at −1, which is
# NaN, that is NaN.
# </details>
#
# Mend the input, not the output.
#
# **3. "The derivative is unique."** At a tie it is a convention:

# %%
for name, f in {
    "relu": torch.relu,
    "maximum of the two": lambda t: torch.maximum(t[:1], t[1:]),
    "max along an axis": lambda t: t.max(dim=0).values,
}.items():
    t = torch.zeros(2, requires_grad=True)
    f(t).sum().backward()
    print(f"{name} at (0, 0): gradient {t.grad.tolist()}")

# %% [markdown]
# ## Sitting 4 · To go through many layers
#
# **What is left of a gradient after thirty layers, and what does its way back cost?**
#
# *Read in 40 minutes.*
#
# Run the cells of sitting 1 first.
#
# ### Vanishing and exploding
#
# **Intuition.** A gradient that comes back through 30 layers has been multiplied 30 times. A factor of 0.8
# each time leaves a thousandth. A factor of 1.3 makes it 2,600. These are
# [vanishing and exploding gradients](glossary.md#vanishing-gradient).
#
# **Formula.** Let $A_t = H_{t-1}W_t^T$ be the sums of layer $t$, and $D_t = \partial L/\partial A_t$ its
# error signal. By sitting 1, one layer down,
#
# $$D_{t-1} = (D_t\,W_t) \odot \varphi'(A_{t-1})$$
#
# - $W_t$: random, with standard deviation $\text{gain}/\sqrt{n_\text{in}}$, for $n_\text{in}$ inputs a unit.
# - $\varphi'$: at most 1 for tanh and ReLU, and at most ¼ for the sigmoid.
#
# The gradient of the weights is $D_t^T H_{t-1}$. So where $D_t$ has vanished, layer $t$ does not learn.

# %%
WIDTH, LAYERS, BATCH = 64, 30, 128
source = np.random.default_rng(0)
DRAWS = source.normal(size=(LAYERS, WIDTH, WIDTH)) / WIDTH**0.5
START, PUSH = source.normal(size=(BATCH, WIDTH)), source.normal(size=(BATCH, WIDTH)) / BATCH
ACTIVATIONS = {
    "linear": (lambda a: a, lambda g, a: g),
    "relu": (ref.relu, ref.relu_backward),
    "tanh": (ref.tanh, ref.tanh_backward),
    "sigmoid": (ref.sigmoid, ref.sigmoid_backward),
}


def error_signals(activation, gain):
    """Return the norm of D at each of 30 layers, the first layer first."""
    f, f_backward = ACTIVATIONS[activation]
    hidden, sums = START, []
    for draw in DRAWS:
        sums.append(hidden @ (gain * draw).T)
        hidden = f(sums[-1])
    grad, sizes = PUSH, []
    for t in reversed(range(LAYERS)):
        grad = f_backward(grad, sums[t])  # now D of this layer
        sizes.append(np.linalg.norm(grad))
        grad = grad @ (gain * DRAWS[t])
    return np.array(sizes[::-1])


# %% [markdown]
# **Move** the gain. *Predict:* at which gain are the bars level for the linear chain? Do tanh, ReLU and the
# sigmoid need more, or less?


# %% folded=true
def draw_leverage(activation="tanh", gain=1.0):
    sizes = error_signals(activation, gain)
    figure, ax = plots.subplots(width=5.6, height=4.2)
    logs = np.log10(np.maximum(sizes, 1e-30))
    for sign, colour, hatch in [(1, plots.VERMILLION, ""), (-1, plots.BLUE, "//")]:
        here = np.flatnonzero(logs * sign > 0)
        ax.bar(here + 1, logs[here], color=colour, hatch=hatch, ec="white")
    ax.axhline(0, color="black", lw=1)
    ax.set(xlabel="layer (1 is next to the input)", ylabel="log10 of the norm of D")
    ax.set(ylim=(min(-3, logs.min() - 1), max(3, logs.max() + 1)), xlim=(0, LAYERS + 1))
    return figure, (
        f"{activation}, gain {gain:.1f}: norm of D {rounded(sizes[0], 1)} at layer 1 and "
        f"{rounded(sizes[-1], 1)} at layer 30, ratio {rounded(sizes[0] / sizes[-1], 1)}."
    )


explore(draw_leverage, activation=list(ACTIVATIONS), gain=(0.5, 12.0, 0.1))

# %% folded=true
print(f"0.8^30 = {0.8**30:.4f}; 1.3^30 = {1.3**30:,.0f}")
print("norm of D at layer 1 over that at layer 30")
GAINS = {"linear": (0.9, 1, 1.1), "relu": (1, 2**0.5, 1.6)}
GAINS |= {"tanh": (1, 1.25, 3), "sigmoid": (1, 4, 10)}
for name, gains in GAINS.items():
    for gain in gains:
        sizes = error_signals(name, gain)
        print(f"  {name:8} gain {gain:5.2f}: {sizes[0] / sizes[-1]:9.2g}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Linear near gain 1. The others need more: tanh near 1.25, ReLU near $\sqrt2$, the sigmoid near 10, for its
# slope is at most ¼.
# </details>
#
# With a sigmoid and gain 1, of the error signal at layer 30 only 3e−19 is left at layer 1.
#
# ReLU needs $\sqrt2$ since it silences half of the units: half of the sum of squares is left. Weights that
# are $\sqrt2$ times as large double it again. Unit 08 makes a rule of it.
#
# ### Clipping
#
# [Clipping](glossary.md#clipping) measures the gradient of the weights, all arrays as *one* long vector. If
# it is longer than a limit, it is shortened to the limit:
#
# $$g \leftarrow g \cdot \min\Big(1, \frac{m}{\lVert g\rVert}\Big)$$
#
# - $m$: the longest gradient that you allow, `max_norm`.

# %%
grads = [np.array([3.0, 0.0]), np.array([[4.0]])]
norm = np.sqrt(sum((g**2).sum() for g in grads))
factor = min(1.0, 1.0 / (norm + 1e-6))  # torch's small number avoids 0 / 0
print("norm before:", norm)
print("by norm, same direction:", [(g * factor).round(2).tolist() for g in grads])
print("by value, turned:       ", [np.clip(g, -1, 1).tolist() for g in grads])

# %% [markdown]
# Does it help? Eight ReLU layers, on our patients, 100 steps at learning rate 0.1. The weights start at the
# right gain $\sqrt2$, or too large. Five random starts each:


# %%
def deep_run(gain, max_norm, seed, steps=100):
    """Return the norm of the first gradient, and the last loss."""
    torch.manual_seed(seed)
    layers = []
    for inputs in [30] + [32] * 7:
        layers += [torch.nn.Linear(inputs, 32), torch.nn.ReLU()]
        torch.nn.init.normal_(layers[-2].weight, 0, gain * inputs**-0.5)
    deep = torch.nn.Sequential(*layers, torch.nn.Linear(32, 1)).double()
    optimizer = torch.optim.SGD(deep.parameters(), lr=0.1)
    norms = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(deep(torch.tensor(X)), torch.tensor(target))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(deep.parameters(), max_norm).item())
        optimizer.step()
        if loss.isnan():
            break
    return norms[0], loss.item()


norms = [deep_run(2**0.5, 1.0, seed, steps=1)[0] for seed in range(5)]
print(f"gain 1.41: first norms {min(norms):.1f} to {max(norms):.1f}")
for gain in (2.0, 2.5):
    norms, free = np.array([deep_run(gain, float("inf"), seed) for seed in range(5)]).T
    _, held = np.array([deep_run(gain, 1.0, seed) for seed in range(5)]).T
    print(f"gain {gain:.2f}: first norms {norms.min():.1f} to {norms.max():.1f}")
    print(f"  not clipped: {np.isnan(free).sum()} of 5 end in NaN")
    print(f"  clipped to 1: last losses {held.min():.2f} to {held.max():.2f}")
assert np.isnan(free).all() and (held < 0.2).all()

# %% [markdown]
# At the right gain the first norms are below 1, so clipping to 1 leaves the first step alone. (Later norms are
# not printed.) At gain 2 one of five starts ends in NaN, at 2.5 all five. Clipped, the same starts are trained.
#
# So take a limit a little above the norms that you see when all goes well. One is a common choice.
#
# <details><summary><b>Question.</b> A colleague's 20-layer sigmoid network does not learn. "I clip the
# gradients", she says, "so they cannot be the problem." What do you answer?</summary>
#
# Clipping cures explosion only: it shortens all layers by one factor. Hers vanish on the way back: print the
# norm for each layer. ReLU or tanh, a better start (unit 08) or skip connections (unit 10) help.
# </details>
#
# ### The price in memory: what is kept
#
# The weight's gradient $D_t^T H_{t-1}$ needs $H_{t-1}$, and the activation's slope needs $H_t$. So every
# layer's output is kept until the backward pass has used it. *Predict:* thirty layers of 64 units, tanh.
# Which takes more memory, the weights or what is kept for 128 patients? And for 1,024?

# %%
layers = []
for _ in range(LAYERS):
    layers += [torch.nn.Linear(WIDTH, WIDTH), torch.nn.Tanh()]
net = torch.nn.Sequential(*layers)
own = {p.data_ptr(): p.numel() for p in net.parameters()}  # place in memory: how many numbers


def keep(tensor):  # torch calls it with each tensor that it keeps for the way back
    saved[tensor.data_ptr()] = tensor.numel()
    return tensor


print(f"weights {4e-6 * sum(own.values()):.1f} MB")
for batch, used in ((128, True), (1024, True), (1024, False)):
    saved = {}
    hooks = torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor)
    with torch.set_grad_enabled(used), hooks:
        net(torch.ones(batch, WIDTH))
    kept = sum(size for place, size in saved.items() if place not in own)
    print(f"{batch} patients, {'with' if used else 'without'} gradients: {4e-6 * kept:.1f} MB kept")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 128 patients what is kept takes twice as much as the weights: 1.0 MB against 0.5 MB. At 1,024 it takes
# eight times that, and the weights stay as they are. Without gradients nothing is kept.
# </details>
#
# So when memory runs out, halve the batch first.
#
# ### The price in time: when is the graph made?
#
# So far the graph was noted *while* we computed, anew in every pass. This is
# [eager execution](glossary.md#eager): a Python `if` may change the graph from patient to patient. A
# *compiled* graph is made once, optimized and replayed. That is often faster. But what becomes of an `if`?
#
# The simplest compiler *traces*: it runs the function once, notes what is done, and replays the notes.
# *Predict* what a trace made at +1 answers at −1.


# %%
def double_and_push(x):  # double x, then push it away from 0 by 1
    doubled = x * 2
    return doubled + 1 if doubled > 0 else doubled + -1


class Recorder(float):
    """A number that notes on ``tape`` what is done to it."""

    def __mul__(self, other):
        tape.append(("times", other))
        return Recorder(float(self) * other)

    def __add__(self, other):
        tape.append(("plus", other))
        return Recorder(float(self) + other)


tape = []
double_and_push(Recorder(1.0))  # the comparison with 0 is not noted
print("tape:", tape)
for x_in in (1.0, -1.0):
    value = x_in
    for name, number in tape:
        value = value * number if name == "times" else value + number
    print(f"x = {x_in:+.0f}: function {double_and_push(x_in):+.0f}, replayed {value:+.0f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The tape froze the branch. At −1 it answers −1 instead of −3, without a word.
# </details>
#
# Torch knows the trap. `torch.compile` cuts the function at the `if` (a *graph break*), compiles the pieces,
# and leaves the `if` to Python. Here the "compiler" only counts the pieces that it is given:


# %% tags=["nbval-ignore-output"]
pieces = []


def count(graph, example_inputs):
    pieces.append(graph)
    return graph.forward


compiled = torch.compile(double_and_push, backend=count)
for x_in in (1.0, -1.0, 2.0):
    xt = torch.tensor([x_in], requires_grad=True)
    compiled(xt).backward()
    assert compiled(xt) == double_and_push(xt) and xt.grad.item() == 2
    print(f"x = {x_in:+.0f}: value and slope right; {len(pieces)} pieces so far")

# %% [markdown]
# Right at −1 too, and the gradient comes back through the pieces. With torch 2.13 the first call makes two
# of them, −1 needs one more for the other branch, and +2 none. Unit 18 measures what compiling gains.
#
# **Next:** the [lab](../labs/06_backpropagation.ipynb), where you write all backwards and the walk over
# the graph. Then [unit 07](07_training_loop.ipynb), the training loop.

# %% [markdown]
# ## Sources
#
# - Wengert, *A simple automatic derivative evaluation program* (1964): step by step, forward.
#   [doi:10.1145/355586.364791](https://doi.org/10.1145/355586.364791)
# - Linnainmaa, *Taylor expansion of the accumulated rounding error* (1976): reverse mode.
#   [doi:10.1007/BF01931367](https://doi.org/10.1007/BF01931367)
# - Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors* (1986).
#   [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0)
# - Bengio, Simard and Frasconi, *Learning long-term dependencies with gradient descent is difficult*
#   (1994): vanishing gradients. [doi:10.1109/72.279181](https://doi.org/10.1109/72.279181)
# - Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010);
#   no DOI.
# - Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks* (2013): clipping
#   by norm. [doi:10.48550/arXiv.1211.5063](https://doi.org/10.48550/arXiv.1211.5063)
# - Simonyan, Vedaldi and Zisserman, *Deep inside convolutional networks* (2014): the gradient with respect to the input.
#   [doi:10.48550/arXiv.1312.6034](https://doi.org/10.48550/arXiv.1312.6034)
# - Baydin, Pearlmutter, Radul and Siskind, *Automatic differentiation in machine learning: a survey* (2018).
#   [doi:10.48550/arXiv.1502.05767](https://doi.org/10.48550/arXiv.1502.05767)
# - Data: Street, Wolberg and Mangasarian (1993), UCI Machine Learning Repository.
#   [doi:10.1117/12.148698](https://doi.org/10.1117/12.148698)
