# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · Initialization and regularization
#
# **Why do twenty layers fall silent?**
#
# A hospital stacks twenty layers on thirty measurements of a biopsy, trains them the ordinary way,
# and gets the same answer for every patient. No error message, no `nan`. The code is right. What is
# wrong was decided before the first step: the size of the random weights. This unit computes that
# size. Its second half is about the opposite trouble, networks that say too much: that learn their
# patients by heart.
#
# After this lecture you can
#
# 1. say how large random weights must be, and compute where twenty layers fade or explode;
# 2. choose between Xavier, He and orthogonal weights, and say what torch does if you choose nothing;
# 3. use batch norm, and know whose company a patient's result depends on;
# 4. restrain a network with L1, L2 and dropout, and say what each does to a weight;
# 5. name the quiet restraints: noise, early stopping, augmentation.
#
# *Time: 100 minutes. You need: units 03, 05 and 07; of unit 06 that gradients multiply backward.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the
# top (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
import itertools

import numpy as np
import torch
from scipy.special import expit  # the sigmoid
from sklearn.linear_model import Lasso, LogisticRegression

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.data import train_val_test_split
from dlcourse.reference import initialization as init
from dlcourse.widgets import counted, explore, rounded

# %% [markdown]
# ## The silent network
#
# 569 biopsies, 30 measurements of cell nuclei, 212 malignant. Twenty ReLU layers of 64 units,
# 15 epochs of plain SGD (unit 05). Twice the same network, the same data, the same order. Only the starting
# weights differ: once torch's default, once a rule that you will derive in part 3. **Predict:** how
# many of the 42 cancers in the test set does each find?

# %%
table = data.breast_cancer()
y = table.y
fit, val, test = train_val_test_split(569, (0.6, 0.2, 0.2), np.random.default_rng(0), stratify=y)
mean, std = table.X[fit].mean(axis=0), table.X[fit].std(axis=0)
Z = (table.X - mean) / std  # (569, 30), in standard deviations of the training patients
X_torch, y_torch = torch.from_numpy(Z), torch.from_numpy(y[:, None].astype(float))


def deep_network(rule):
    """Return twenty ReLU layers of 64 units and an output, in float64."""
    torch.manual_seed(0)
    layers, width = [], 30
    for _ in range(20):
        layers += [torch.nn.Linear(width, 64), torch.nn.ReLU()]
        width = 64
    network = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1)).double()
    if rule == "part 3":
        for layer in network[::2]:
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            torch.nn.init.zeros_(layer.bias)
    return network


def train_torch(network, optimizer, epochs=15):
    """Train in batches of about 31, the same order each time."""
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(fit), 11):
            optimizer.zero_grad()
            answers = network(X_torch[rows])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(answers, y_torch[rows])
            loss.backward()
            optimizer.step()


def probabilities(network):
    with torch.no_grad():
        return torch.sigmoid(network(X_torch[test]))[:, 0].numpy()


silent = {}
for rule in ("torch's default", "part 3"):
    network = deep_network(rule)
    with torch.no_grad():
        before = network(X_torch).std().item()
    train_torch(network, torch.optim.SGD(network.parameters(), lr=0.05))
    p = silent[rule] = probabilities(network)
    print(f"{rule}")
    print(f"  spread before training: {before:.1e}")
    print(f"  answers after: {p.min():.3f} to {p.max():.3f}")
    print(f"  cancers found: {(p[y[test] == 1] > 0.5).sum()} of 42")
print(f"malignant in the training set: {y[fit].mean():.3f}")
default, ruled = silent.values()
assert np.ptp(default) < 1e-6 and (default < 0.5).all()
assert (ruled[y[test] == 1] > 0.5).sum() > 35

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0, and 40. With the default all patients get one and the same answer, close to the share of
# cancers in the training set.
# </details>
#
# Nothing that distinguishes the patients comes out at the other end. The first half says why, in
# numbers.

# %% [markdown]
# ## 1. Not zero, and not equal
#
# **Intuition.** Twins who hear the same and are told the same stay twins. If two hidden units
# start with equal weights, they give equal outputs, get equal blame, and take equal steps. For
# ever. Sixteen units then know what one knows. Zero is the worst of the equal starts: with ReLU no
# signal and no blame passes at all.
#
# **Formula.** In a network $\hat y = v^T \varphi(Wx) + c$ the slope of row $j$ of $W$ is
# $\frac{\partial L}{\partial W_j} = \delta\, v_j\, \varphi'(W_j x)\, x$. Here $\delta$ is the blame
# of the output (unit 06), $v_j$ the weight of unit $j$ on its way out, $\varphi$ the bend, and $x$
# the patient. Nothing in it but $v_j$ and $W_j$ depends on $j$: equal in, equal out.
#
# **In NumPy**, three starts of a 30–16–1 network, 60 steps with all training patients:


# %%
def shallow(start):
    """Train 30-16-1 from a start that fills each weight; return (first layer's weights, network)."""
    rng = np.random.default_rng(0)
    network = ref.Sequential(ref.Linear(30, 16, rng=rng), ref.ReLU(), ref.Linear(16, 1, rng=rng))
    for parameter in network.parameters():
        parameter[...] = start(rng, parameter.shape)
    optimizer = ref.SGD(network.parameters(), lr=0.3)
    target = y[fit][:, None].astype(float)
    for _ in range(60):
        answers = network.forward(Z[fit])
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, answers, target))
        optimizer.step(network.gradients())
    return network.parameters()[0], network


STARTS = {
    "all 0": lambda rng, shape: 0.0,
    "all 0.1": lambda rng, shape: 0.1,
    "random": lambda rng, shape: rng.normal(0, 0.1, shape),
}
print("start     rank of W   found, of 42")
for name, start in STARTS.items():
    W, network = shallow(start)
    found = (network.forward(Z[test])[y[test] == 1] > 0).sum()
    print(f"{name:8}  {np.linalg.matrix_rank(W, tol=1e-6):6}   {found:10}")

# %% [markdown]
# **The same in torch**, from the start 0.1:

# %%
twin = torch.nn.Sequential(
    torch.nn.Linear(30, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)
).double()
for parameter in twin.parameters():
    torch.nn.init.constant_(parameter, 0.1)
optimizer = torch.optim.SGD(twin.parameters(), lr=0.3)
for _ in range(60):
    optimizer.zero_grad()
    answers = twin(X_torch[fit])
    torch.nn.functional.binary_cross_entropy_with_logits(answers, y_torch[fit]).backward()
    optimizer.step()
W, _ = shallow(STARTS["all 0.1"])
assert np.allclose(twin[0].weight.detach().numpy(), W)
assert np.allclose(W, W[0])  # sixteen rows, one unit
print("torch ends at the same sixteen equal rows")

# %% [markdown]
# "Only zero is symmetric" is a common half-truth. Any constant is. Biases may all start at 0, as
# long as the weights differ.
#
# <details><summary><b>Question.</b> A single neuron, as in unit 02, may start with all weights 0.
# Why?</summary>
#
# It has no twin. Its weights meet different measurements, so their slopes differ from the first
# step on. Symmetry is a matter between units of one layer.
# </details>

# %% [markdown]
# ## 2. The variance law
#
# **Intuition.** Add up 100 coin tosses of ±1. The sum is typically about 10, not 100 and not 0:
# random terms partly cancel, and what is left grows with the *root* of their number. A neuron with
# random weights is such a sum. The more inputs, the larger its output.
#
# **Formula.** For $z = \sum_{i=1}^n w_i x_i$, with weights drawn independently, with mean 0,
#
# $$E[z^2] = \sum_i E[w_i^2]\,E[x_i^2] = n\,E[w^2]\,E[x^2]$$
#
# - $n$: the number of inputs, called $n_{in}$ or *fan-in*. $E$: the average over draws and patients.
# - The products of different $i$ have vanished: $E[w_i w_j] = 0$. Nothing is asked of the inputs.
# - If the inputs have mean 0 as well, mean squares are variances, and you may write
#   $\mathrm{Var}(z) = n\,\mathrm{Var}(w)\,\mathrm{Var}(x)$. Many slides write only that. **It is wrong
#   for inputs with another mean**, such as pixels, or whatever comes out of a ReLU.
#
# **In NumPy**, on both kinds of inputs, with $n\,E[w^2] = 1$:

# %%
digits = data.digits()
pixels = digits.X.reshape(-1, 64)  # 0 is paper, 1 is ink: the mean is not 0
rng = np.random.default_rng(0)
print("input      E[z²]   E[x²]   Var(x)")
for name, x in {"biopsies": Z, "digits": pixels}.items():
    n_in = x.shape[1]
    w = rng.normal(0, 1 / np.sqrt(n_in), (4000, n_in))
    z = x @ w.T  # (patients, 4000 neurons)
    print(f"{name:9}  {np.mean(z**2):.3f}   {np.mean(x**2):.3f}   {x.var():.3f}")
    assert abs(np.mean(z**2) / np.mean(x**2) - 1) < 0.05
    same = torch.nn.functional.linear(torch.from_numpy(x), torch.from_numpy(w))
    assert np.allclose(same.numpy(), z)

# %% [markdown]
# The digits' sums follow $E[x^2]$, not the variance. (torch's `linear` gives the same sums.)
#
# **Move** the number of inputs, the weights' spread and the inputs' mean. *Predict:* four times as
# many inputs, how much wider? And what does the inputs' mean do to the spread of the sums?


# %% folded=true
def draw_law(inputs=100, weight_sd=0.1, input_mean=0.0):
    rng = np.random.default_rng(1)
    x = rng.normal(input_mean, 1, (3000, inputs))
    z = np.einsum("ij,ij->i", x, rng.normal(0, weight_sd, x.shape))
    predicted = weight_sd * np.sqrt(inputs * (1 + input_mean**2))
    figure, ax = plots.subplots(height=3.7)
    ax.hist(z, np.linspace(-8, 8, 81), density=True, color=plots.SKY, label="3,000 neurons")
    grid = np.linspace(-8, 8, 200)
    bell = np.exp(-((grid / predicted) ** 2) / 2) / predicted / np.sqrt(2 * np.pi)
    ax.plot(grid, bell, "--", color="black", label="normal, SD by the law")
    ax.set(xlabel="weighted sum z", ylabel="density", xlim=(-8, 8))
    ax.legend(fontsize=11)
    sentence = (
        f"{counted(inputs, 'input')} with mean {input_mean:.1f} and SD 1, weights with SD {weight_sd:.2f}: the "
        f"root mean square of z is {np.sqrt(np.mean(z**2)):.2f}, the law says {predicted:.2f}."
    )
    return figure, sentence


explore(draw_law, inputs=(1, 400), weight_sd=(0.02, 0.4, 0.02), input_mean=(0.0, 2.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Four times the inputs, twice as wide; and a mean widens the sums as a spread does.
# </details>
#
# **So** choose $E[w^2] = 1/n_{in}$, and a linear layer keeps the mean square: LeCun's rule.
#
# Going backward, the blame of an input is a sum over the $n_{out}$ units that it feeds. By the same
# law, blame keeps its size if $E[w^2] = 1/n_{out}$. Many slides print both conditions
# as if both held. They agree only where $n_{in} = n_{out}$. **Xavier** Glorot's rule takes the
# middle:
#
# $$E[w^2] = \frac{2}{n_{in} + n_{out}}$$
#
# Ten linear layers that narrow from 400 units to 13:

# %%
sizes = [int(400 * 0.71**t) for t in range(11)]
RULES = {
    "1 / n_in": lambda a, b: 1 / a,
    "1 / n_out": lambda a, b: 1 / b,
    "Xavier": lambda a, b: 2 / (a + b),
}
print(f"units: {sizes[0]}, {sizes[1]}, {sizes[2]}, ... {sizes[-1]}")
print("mean square, end of the way / start")
print("rule       signal   blame")
for name, rule in RULES.items():
    forward, backward = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights = [rng.normal(0, np.sqrt(rule(a, b)), (b, a)) for a, b in itertools.pairwise(sizes)]
        h, g = rng.normal(size=(50, sizes[0])), rng.normal(size=(50, sizes[-1]))
        for w in weights:
            h = h @ w.T
        for w in reversed(weights):
            g = g @ w
        forward.append(np.mean(h**2))
        backward.append(np.mean(g**2))
    print(f"{name:9}  {np.mean(forward):6.2f}  {np.mean(backward):6.2f}")

# %% [markdown]
# Each of the first two keeps one direction and spoils the other. Xavier spoils both less.
#
# <details><summary><b>Question.</b> A layer reads 400 inputs with E[x²] = 1 and has weights with SD
# 0.1. How large are its sums?</summary>
#
# The mean square is 400 × 0.01 × 1 = 4, so typically ±2. A sigmoid after it would be nearly
# saturated for many patients.
# </details>

# %% [markdown]
# ## 3. Twenty layers: the answer
#
# **Intuition.** A whisper passed along twenty people. If each passes on a little less than he
# heard, the last hears nothing. If each passes on more, the last is deafened. The factor need not
# be large: $0.7^{20}$ is 0.0008.
#
# **Formula.** A ReLU sets negative sums to 0. Sums that are symmetric about 0 thereby lose half of
# their mean square, $E[\mathrm{relu}(z)^2] = \tfrac12 E[z^2]$. Put the law before it:
#
# $$E[h_t^2] = \tfrac12\, n\, E[w^2]\; E[h_{t-1}^2]$$
#
# So the factor per layer is 1 if $E[w^2] = 2/n_{in}$. That is **He**'s rule, and "part 3" above. The
# *gain* is what the weights' SD is multiplied by: $\text{SD} = \text{gain}/\sqrt{n_{in}}$ with gain
# 1 for linear layers, $\sqrt 2$ for ReLU. tanh has no exact rule; torch uses 5/3.
#
# And torch's default? Weights evenly between $\pm 1/\sqrt{n_{in}}$. An even spread over $\pm a$ has
# mean square $a^2/3$, so $n\,E[w^2] = 1/3$: gain 0.58. With ReLU each layer keeps **one sixth** of
# the mean square.

# %%
layer = torch.nn.Linear(64, 64)
bound = layer.weight.abs().max().item()
print(f"torch's default: largest weight {bound:.3f}")
print(f"1 / sqrt(64): {1 / np.sqrt(64)}")
print("one sixth, twenty times, leaves")
print(f"{(1 / 6) ** 20:.1e} of the mean square,")
print(f"{np.sqrt(1 / 6) ** 20:.1e} of the size")
assert 0.123 < bound <= 0.125


def through(activation, gain, layers=20, width=100, default=False, norm=False, seed=0):
    """Send the biopsies through random layers; return each layer's outputs, (569, width)."""
    rng, h, outputs = np.random.default_rng(seed), Z, []
    for _ in range(layers):
        n_in = h.shape[1]
        if default:
            bound = 1 / np.sqrt(n_in)
            z = h @ rng.uniform(-bound, bound, (width, n_in)).T + rng.uniform(-bound, bound, width)
        else:
            z = h @ rng.normal(0, gain / np.sqrt(n_in), (width, n_in)).T
        if norm:  # part 5
            z = ref.batch_norm(z, None, None, training=True)
        h = np.maximum(z, 0) if activation == "relu" else np.tanh(z)
        outputs.append(h)
    return outputs


# %% [markdown]
# **Move** the gain, and change the bend. *Predict first:* with ReLU, at which gain is layer 20 as
# wide as layer 1? And what does tanh do at gain 2, explode?


# %% folded=true
SHOWN = [1, 5, 10, 15, 20]


def draw_layers(activation="relu", gain=1.0):
    outputs = through(activation, gain)
    span = (-1.05, 1.05) if activation == "tanh" else (0, 4)
    figure, spreads = plots.activation_histograms(
        [(f"layer {t}", outputs[t - 1]) for t in SHOWN], span=span, columns=3
    )
    for ax in figure.axes:
        ax.title.set_size(14)
    ratio = np.mean(outputs[19] ** 2) / np.mean(outputs[0] ** 2)
    edge = ""
    if activation == "tanh":
        beyond = np.mean(np.abs(outputs[19]) > 0.97)
        edge = f" In layer 20, {beyond:.0%} of the outputs are beyond ±0.97."
    return figure, (
        f"569 biopsies, {activation}, gain {gain:.2f}. {spreads} From layer 1 to 20 the mean square "
        f"is multiplied by {rounded(ratio)}.{edge}"
    )


explore(draw_layers, activation=["relu", "tanh"], gain=(0.5, 2.0, 0.02))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# ReLU has one gain that works, near $\sqrt 2 = 1.41$. tanh cannot explode going forward: its
# outputs end at ±1, and a high gain piles them up there.
# </details>
#
# Is every gain fine for tanh, then? Look at the way back: the blame of layer 1 over that of layer
# 20.


# %%
def way_back(activation, gain, default=False):
    """Return root mean square of the blame at layer 1 over that at layer 20."""
    rng, slopes, weights, h = np.random.default_rng(0), [], [], Z
    for _ in range(20):
        shape, bound = (100, h.shape[1]), 1 / np.sqrt(h.shape[1])
        w = rng.uniform(-bound, bound, shape) if default else rng.normal(0, gain * bound, shape)
        z = h @ w.T
        h = np.maximum(z, 0) if activation == "relu" else np.tanh(z)
        slopes.append(z > 0 if activation == "relu" else 1 - h**2)
        weights.append(w)
    top = rng.normal(size=h.shape) * slopes[-1]
    blame = top
    for w, slope in zip(weights[:0:-1], slopes[-2::-1], strict=True):
        blame = blame @ w * slope
    return np.sqrt(np.mean(blame**2) / np.mean(top**2))


print("blame at layer 1 / blame at layer 20")
for activation, gain in itertools.product(("relu", "tanh"), (1.0, np.sqrt(2), 2.0)):
    print(f"{activation}, gain {gain:.2f}: {way_back(activation, gain):8.2g}")
print(f"relu, torch's default: {way_back('relu', 0, default=True):.2g}")
assert way_back("tanh", 2.0) > 10 > 1 > way_back("relu", 1.0)

# %% [markdown]
# At gain 2, tanh looks calm going forward, and its gradients explode going backward. With ReLU the two
# directions lose and gain alike.
#
# The tall bar at 0 is the half that ReLU silences. Histograms pool everything, and that can hide
# the worst. So plot two spreads, layer by layer: over everything, and **across patients** within a
# unit, then averaged. Only the second says whether the patients can still be told apart.
#
# The figure begins with torch's default. **Switch** to gain √2, and to tanh. *Predict:* do the two
# lines still part?


# %% folded=true
def draw_spreads(weights="torch's default", activation="relu", batch_norm=False):
    gains = {"gain 1": 1.0, "gain √2": np.sqrt(2), "gain 2": 2.0}
    outputs = through(activation, gains.get(weights), default=weights not in gains, norm=batch_norm)
    pooled = [h.std() for h in outputs]
    patients = [h.std(axis=0).mean() for h in outputs]
    figure, ax = plots.subplots(height=4.0)
    numbers = np.arange(1, 21)
    ax.semilogy(numbers, pooled, "--", marker="s", ms=5, color=plots.VERMILLION, label="all pooled")
    ax.semilogy(numbers, patients, "-", marker="o", ms=5, color=plots.BLUE, label="across patients")
    ax.set(xlabel="layer", ylabel="SD of outputs", xticks=SHOWN, ylim=(1e-10, 1e4))
    ax.legend(loc="lower left")
    normed = ", batch norm before each bend" if batch_norm else ""
    return figure, (
        f"{weights}, {activation}{normed}. Layer 1 to 20: pooled SD {rounded(pooled[0])} to "
        f"{rounded(pooled[-1])}; across patients {rounded(patients[0])} to {rounded(patients[-1])}."
    )


explore(
    draw_spreads,
    weights=["gain 1", "gain √2", "gain 2", "torch's default"],
    activation=["relu", "tanh"],
    batch_norm=False,
)

# %%
outputs = through("relu", 0, default=True)
pooled = np.array([h.std() for h in outputs])
patients = np.array([h.std(axis=0).mean() for h in outputs])
per_layer = (patients[19] / patients[9]) ** (1 / 10)
print(f"layer 20, pooled: {pooled[19]:.3f}")
print(f"layer 20, across patients: {patients[19]:.1e}")
print(f"factor per layer: {per_layer:.2f}")
print(f"root of 1/6:      {np.sqrt(1 / 6):.2f}")
print(f"three layers lose a factor of {6**1.5:.0f}")
assert abs(per_layer - np.sqrt(1 / 6)) < 0.03

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Hardly: at gain √2, ReLU ends at 0.79 and 0.32 and tanh at 0.56 for both.
# </details>
#
# **That is the answer to the opening question.** Each layer keeps 0.4 of what distinguishes the
# patients, and twenty layers keep about a hundred-millionth. The default's *biases* keep the pooled
# histogram looking healthy, while all patients have become the same patient. On the way back the
# gradient loses about as much (printed above the figure). So the first layers do not learn either.
#
# The default is not a bug. Three layers lose a factor of 15, which training makes up for.
#
# **What if** you train the silent network with Adam? Adam divides by the gradient's own size
# (unit 05), so tiny gradients still make full steps:

# %%
network = deep_network("torch's default")
train_torch(network, torch.optim.Adam(network.parameters(), lr=1e-3))
found = (probabilities(network)[y[test] == 1] > 0.5).sum()
print(f"torch's default, Adam: finds {found} of 42")
assert found > 30

# %% [markdown]
# Adam wakes it. That is one reason why the trouble is less known than it was.
#
# And how exactly must the gain be right? Twenty ReLU layers in NumPy, 40 steps of SGD each, the
# gradient clipped to length 1 (unit 06) so that large gains are not out at once:


# %%
def loss_after(gain, steps=40, width=40):
    """Return the loss of a 20-layer ReLU network on 120 patients after some steps."""
    rng = np.random.default_rng(0)
    layers, n_in = [], 30
    for _ in range(20):
        linear = ref.Linear(n_in, width, rng=rng)
        linear.weight[...] = rng.normal(0, gain / np.sqrt(n_in), linear.weight.shape)
        linear.bias[...] = 0
        layers, n_in = [*layers, linear, ref.ReLU()], width
    network = ref.Sequential(*layers, ref.Linear(width, 1, rng=rng))
    optimizer = ref.SGD(network.parameters(), lr=0.02)
    rows = fit[:120]
    target = y[rows][:, None].astype(float)
    for _ in range(steps):
        answers = network.forward(Z[rows])
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, answers, target))
        ref.clip_grad_norm(network.gradients(), 1.0)
        optimizer.step(network.gradients())
    return ref.binary_cross_entropy_with_logits(network.forward(Z[rows]), target)


gains = [0.8, 1.0, 1.2, 1.4, 1.6, 1.8]
losses = [loss_after(gain) for gain in gains]
guess = y[fit[:120]].mean()
flat = -guess * np.log(guess) - (1 - guess) * np.log(1 - guess)
print("gain", " ".join(f"{g:4.1f}" for g in gains))
print("loss", " ".join(f"{v:4.1f}" for v in losses))
print(f"one answer for all: {flat:.1f}")
assert losses[3] < 0.3 < 0.6 < min(losses[:2]) < flat + 0.1 < losses[5]

# %% [markdown]
# **The same in torch and the library.** Fans are counted from the shape; for a convolution the
# kernel's area counts too (unit 09).

# %%
for shape in [(16, 30), (8, 3, 5, 5)]:
    fans = init.calculate_fan_in_and_fan_out(shape)
    assert fans == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    print(f"{shape}: fan_in {fans[0]}, fan_out {fans[1]}")
for name in ("linear", "relu", "tanh"):
    assert np.isclose(init.calculate_gain(name), torch.nn.init.calculate_gain(name))

torch.manual_seed(0)
theirs, rng = torch.empty(400, 300), np.random.default_rng(0)
print("SD of 120,000   formula  ours   torch")
for name, formula, ours, fill in [
    ("Xavier, normal", np.sqrt(2 / 700), init.xavier_normal, torch.nn.init.xavier_normal_),
    ("Xavier, uniform", np.sqrt(2 / 700), init.xavier_uniform, torch.nn.init.xavier_uniform_),
    ("He, normal", np.sqrt(2 / 300), init.kaiming_normal, torch.nn.init.kaiming_normal_),
    ("He, uniform", np.sqrt(2 / 300), init.kaiming_uniform, torch.nn.init.kaiming_uniform_),
]:
    spreads = formula, ours((400, 300), rng=rng).std(), fill(theirs).std().item()
    assert np.ptp(spreads) < 0.01 * formula
    print(f"{name:16}", " ".join(f"{s:.4f}" for s in spreads))

# %% [markdown]
# <details><summary><b>Question.</b> A network of sigmoids, whose outputs lie around ½ with slopes of
# at most ¼. Does He's rule save twenty layers of it?</summary>
#
# No. The outputs lie around ½ whatever their weights, and each layer multiplies the gradient by at most
# ¼ times the weights: with He's gain by about 0.35, and $0.35^{20}$ is a billionth. That is why deep networks of sigmoids waited for other means (part 8), or for
# another bend.
# </details>

# %% [markdown]
# ## 4. Which randomness? Normal, truncated, uniform, orthogonal
#
# **Intuition.** The law knows only the mean square, so the *shape* of the spread matters little. But
# all weights of a matrix *together* can be drawn better: as a rotation, which changes no length.
#
# **Formula.** For a wanted SD $s$:
#
# - *normal*: $N(0, s^2)$; now and then a weight is very large.
# - *truncated normal*: cut at two SDs. What is left has SD 0.880, so divide by that.
# - *uniform*: evenly within $\pm\sqrt 3\, s$.
# - *orthogonal*: $W^T W = I$, times the gain. From normal numbers by QR, with the signs mended.

# %%
rng = np.random.default_rng(0)
shape = (300, 300)
draws = {
    "normal": init.normal(shape, rng=rng),
    "truncated": init.trunc_normal(shape, rng=rng),
    "uniform": init.uniform(shape, -np.sqrt(3), np.sqrt(3), rng=rng),
    "orthogonal": init.orthogonal(shape, np.sqrt(300), rng=rng),
}
for name, w in draws.items():
    print(f"{name:10}  SD {w.std():.3f}")
raw = [np.linalg.qr(rng.normal(size=(4, 4)))[0].trace() / 4 for _ in range(4000)]
mended = [init.orthogonal((4, 4), rng=rng).trace() / 4 for _ in range(4000)]
print("mean diagonal of 4,000 4 x 4 matrices")
print(f"plain QR {np.mean(raw):.2f}, signs mended {np.mean(mended):.2f}")
q = torch.nn.init.orthogonal_(torch.empty(4, 3, dtype=torch.float64))
ours = init.orthogonal((4, 3), rng=rng)
assert np.allclose((q.T @ q).numpy(), np.eye(3)) and np.allclose(ours.T @ ours, np.eye(3))

# %% folded=true
figure, (left, right) = plots.subplots(2, 1, width=7.2, height=7.0)
for (name, w), line in zip(draws.items(), ["-", "--", "-.", ":"], strict=True):
    counts, edges = np.histogram(w, np.linspace(-3.5, 3.5, 57), density=True)
    left.plot((edges[1:] + edges[:-1]) / 2, counts, line, label=name)
left.set(xlabel="weight", ylabel="density")
left.legend(fontsize=12)
signals, ends = np.random.default_rng(1).normal(size=(6, 60)), []
kinds = {
    "normal": ("--", lambda: init.normal((60, 60), 0, 60**-0.5, rng=rng)),
    "orthogonal": ("-", lambda: init.orthogonal((60, 60), rng=rng)),
}
for name, (line, draw) in kinds.items():
    h, lengths = signals, [np.ones(6)]
    for _ in range(60):
        h = h @ draw().T
        lengths.append(np.linalg.norm(h, axis=1) / np.linalg.norm(signals, axis=1))
    colour = plots.BLUE if name == "orthogonal" else plots.VERMILLION
    for k, signal in enumerate(np.array(lengths).T):
        right.semilogy(signal, line, color=colour, lw=1.5, label=name if k == 0 else None)
    ends.append(f"{name} {lengths[-1].min():.2f} to {lengths[-1].max():.2f}")
right.set(xlabel="linear layer", ylabel="length / start", ylim=(0.2, 5))
right.set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
right.set_yticks([], minor=True)
right.legend(loc="upper left", fontsize=12)
plots.show(
    figure,
    "Top: how four kinds of weights are spread. Orthogonal ones look normal; the difference is "
    f"between them. Bottom: six signals through 60 linear layers. At the end: {'; '.join(ends)}.",
)

# %% [markdown]
# A normal matrix keeps the mean square *on average*; sixty of them in a row drift. An orthogonal
# one keeps it exactly, until a bend comes between.
#
# <details><summary><b>Question.</b> Somebody asks for a truncated normal with SD 0.05, cut at two
# SDs, and measures 0.044. A bug?</summary>
#
# No: 0.880 × 0.05. The SD that the function takes is that of the whole normal. Some libraries
# divide by 0.880 for you, torch and ours do not.
# </details>

# %% [markdown]
# ## 5. Batch norm: repair instead of care
#
# **Intuition.** Instead of choosing the weights so that the sums come out right, measure the sums and
# set them right: subtract the mean, divide by the standard deviation, in every layer, in every step.
# Then let the network choose its own mean and spread.
#
# **Formula.** For each unit (channel), over the $m$ patients in the batch,
#
# $$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad y_i = \gamma\,\hat x_i + \beta$$
#
# - $\mu, \sigma^2$: mean and variance of the batch. $\epsilon$: keeps a constant unit from dividing by 0.
# - $\gamma, \beta$: trained like all weights, 1 and 0 at first.
# - For images, $\mu$ and $\sigma$ are taken over all pixels of all patients of a channel.
# - A patient who is judged alone has no batch. So training keeps a **record**, a running mean of $\mu$
#   and of $\sigma^2$, and *evaluation* uses the record.
#
# **In NumPy, and the same in torch:**


# %%
def batch_norm_train(x, record_mean, record_var, momentum=0.1, eps=1e-5):
    mu, var = x.mean(axis=0), x.var(axis=0)
    record_mean += momentum * (mu - record_mean)
    record_var += momentum * (x.var(axis=0, ddof=1) - record_var)  # n - 1 here, n there: as torch
    return (x - mu) / np.sqrt(var + eps)


raw = table.X[:32]
record_mean, record_var = np.zeros(30), np.ones(30)
out = batch_norm_train(raw, record_mean, record_var)
norm = torch.nn.BatchNorm1d(30).double()
x = torch.from_numpy(raw.copy()).requires_grad_()
assert np.allclose(norm(x).detach().numpy(), out)
assert np.allclose(norm.running_mean.numpy(), record_mean)
assert np.allclose(norm.running_var.numpy(), record_var)

# Backward: the gradient knows that it was standardized (you derive it in the lab).
top = np.random.default_rng(0).normal(size=out.shape)
norm(x).backward(torch.from_numpy(top))
inverse = 1 / np.sqrt(raw.var(axis=0) + 1e-5)
by_hand = inverse * (top - top.mean(axis=0) - out * (top * out).mean(axis=0))
assert np.allclose(x.grad.numpy(), by_hand)
print(f"raw means: {raw.mean(axis=0).min():.3f} to {raw.mean(axis=0).max():.0f}")
print(f"normed: mean {abs(out.mean()):.0f}, SD {out.std():.2f}")
print("as torch: forward, record, backward")
print(f"smallest raw variance {raw.var(axis=0).min():.0e}, eps 1e-05")

# %% [markdown]
# The SD is not quite 1: some measurements are so small that $\epsilon$ outweighs their variance. Another
# reason to standardize the inputs first.
#
# Back to the figure above: tick *batch norm*, and every gain works. For the signal going forward,
# batch norm makes the starting size of the weights irrelevant.

# %%
print("SD across patients, layer 20")
print("gain    without     with batch norm")
for gain in (0.5, 1.4, 3.0):
    ends = [through("relu", gain, norm=norm)[19].std(axis=0).mean() for norm in (False, True)]
    print(f"{gain}     {ends[0]:7.1e}     {ends[1]:.2f}")
    assert 0.3 < ends[1] < 1.0

# %% [markdown]
# **What it costs: the company you keep.** In training mode, a patient's answer depends on who else is
# in the batch. Forget `network.eval()` on the ward, and that is what happens to patients. A small
# network with one batch norm, trained on the biopsies; one malignant patient, judged together with
# seven others.
#
# *Predict:* the more cancers around her, the higher or the lower her probability? The cell trains; then
# **move** the number of malignant companions.

# %%
rng = np.random.default_rng(0)
normed = ref.Sequential(
    ref.Linear(30, 16, rng=rng), ref.BatchNorm1d(16), ref.ReLU(), ref.Linear(16, 1, rng=rng)
)
optimizer = ref.SGD(normed.parameters(), lr=0.1)
for _ in range(30):
    for rows in np.array_split(rng.permutation(fit), 11):
        answers = normed.forward(Z[rows])
        target = y[rows][:, None].astype(float)
        normed.backward(ref.binary_cross_entropy_with_logits_backward(1.0, answers, target))
        optimizer.step(normed.gradients())
normed.eval()
alone = expit(normed.forward(Z[test])[:, 0])
malignant, benign = test[y[test] == 1], test[y[test] == 0]


def in_company(patient, companions, draws=30):
    """Return the patient's probabilities in training mode, in random batches of 8."""
    rng = np.random.default_rng(0)
    W, b, gamma, beta, V, c = normed.parameters()
    found = []
    for _ in range(draws):
        others = rng.choice(malignant[malignant != patient], companions, replace=False)
        batch = np.r_[patient, others, rng.choice(benign, 7 - companions, replace=False)]
        z = ref.batch_norm(Z[batch] @ W.T + b, None, None, gamma, beta, training=True)
        found.append(expit(np.maximum(z, 0) @ V.T + c)[0, 0])
    return np.array(found)


# %% folded=true
def draw_company(malignant_companions=6, patient=3):
    person = malignant[patient]
    tried = range(malignant_companions + 1)
    medians = [np.median(in_company(person, k)) for k in tried]
    now = in_company(person, malignant_companions)
    answer = alone[list(test).index(person)]
    wide = {"xlim": (-0.4, 7.4), "ylim": (-0.05, 1.05)}
    figure, ax = plots.subplots(height=3.9)
    ax.plot(tried, medians, "o--", color=plots.GREY, ms=6, label="median, training mode")
    ax.plot(np.full(len(now), malignant_companions), now, "_", ms=16, color=plots.VERMILLION,
            label="30 batches")  # fmt: skip
    ax.axhline(answer, ls="-", color=plots.BLUE, label="evaluation mode")
    ax.set(xlabel="malignant companions, of 7", ylabel="probability of malignant", **wide)
    ax.legend(fontsize=11, loc="lower left")
    return figure, (
        f"Malignant patient {patient} with {counted(malignant_companions, 'malignant companion')} of 7: median "
        f"probability {np.median(now):.2f} in training mode (from {now.min():.2f} to {now.max():.2f} in "
        f"30 batches); in evaluation mode always {answer:.2f}."
    )


explore(draw_company, malignant_companions=(0, 7), patient=(0, 7))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The lower. Batch norm asks "is she unusual *here*?". Among cancers, a cancer is usual.
# </details>
#
# Test on a mixed batch and the fault stays hidden. On a ward with only sick patients:

# %%
W, b, gamma, beta, V, c = normed.parameters()
ward = ref.batch_norm(Z[malignant] @ W.T + b, None, None, gamma, beta, training=True)
on_ward = (np.maximum(ward, 0) @ V.T + c)[:, 0] > 0
in_eval = alone[y[test] == 1] > 0.5
print("cancers found, of the same 42")
print(f"  evaluation mode                {in_eval.sum()}")
print(f"  training mode, all in a batch  {on_ward.sum()}")
assert on_ward.sum() < 25 < in_eval.sum()

# %% [markdown]
# **Layer norm** avoids the company: it standardizes each patient over his own features. Training and
# evaluation are then the same.

# %%
rows = Z[:5]
by_hand = (rows - rows.mean(axis=1, keepdims=True)) / np.sqrt(
    rows.var(axis=1, keepdims=True) + 1e-5
)
assert np.allclose(by_hand, torch.nn.functional.layer_norm(X_torch[:5], (30,)).numpy())
assert np.allclose(by_hand, ref.layer_norm(rows, 30))
assert np.allclose(ref.layer_norm(rows[:1], 30), by_hand[:1])  # alone or in company
print("by hand, torch and library agree;")
print("alone or in company, the same")

# %% [markdown]
# <details><summary><b>Question.</b> Why does torch refuse batch norm in training on a batch of
# one?</summary>
#
# The mean of one value is the value itself, so it becomes 0 whatever it was. The network would
# answer the same for everybody.
# </details>

# %% [markdown]
# ## 6. The opposite trouble: L1 and L2
#
# **Intuition.** A network that can learn can also learn by heart. Shuffle the diagnoses among the
# training patients, so that nothing is left to be understood, and train:

# %%
told = {"true": y[fit]}
for k in range(3):
    told[f"shuffle {k}"] = np.random.default_rng(k).permutation(y[fit])
print("           steps until   balanced")
print("labels     all 341 fit   test accuracy")
for name, labels in told.items():
    rng = np.random.default_rng(0)
    network = ref.Sequential(ref.Linear(30, 128, rng=rng), ref.ReLU(), ref.Linear(128, 1, rng=rng))
    optimizer = ref.Adam(network.parameters(), lr=0.01)
    target = labels[:, None].astype(float)
    steps = 0
    while True:
        answers = network.forward(Z[fit])
        if ((answers > 0) == (target > 0.5)).all():
            break
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, answers, target))
        optimizer.step(network.gradients())
        steps += 1
    alarm = network.forward(Z[test])[:, 0] > 0
    balanced = (alarm[y[test] == 1].mean() + 1 - alarm[y[test] == 0].mean()) / 2
    print(f"{name:9}   {steps:8}   {balanced:12.2f}")
    assert steps < 300

# %% [markdown]
# A network with one hidden layer learns 341 *made-up* diagnoses without a single error. A training
# loss of 0 proves nothing. Regularization is whatever holds a model back from that.
#
# **Formula.** Add a price for large weights:
#
# $$\arg\min_W \; L(y, f(X)) + \lambda R(W), \qquad
#   R_{L2} = \tfrac12 \sum_j w_j^2, \quad R_{L1} = \sum_j |w_j|$$
#
# - $\lambda$: how much a weight costs; chosen on validation patients (unit 07). Biases go free.
# - L2 in a linear model is **ridge**; L1 is the **LASSO**. L2 on a network trained with SGD is
#   **weight decay**: its slope is $\lambda w$, so each step shrinks all weights by $1 - \eta\lambda$.
#   (Some slides call both penalties weight decay. L1 does not decay, it subtracts.)
# - L1's slope is $\lambda\,\mathrm{sign}(w)$: the same pull on a weight of 0.001 as on one of 10. So a
#   weight that is not worth its price is pulled all the way to 0.
#
# **In NumPy**, on the diabetes data (442 patients, ten measurements, unit 05). For L1 a step of descent
# would jump across 0 and back. So step on the loss alone, then move every weight towards 0 by
# $\eta\lambda$ and stop there: the *soft threshold*.

# %%
diabetes = data.diabetes()
A = (diabetes.X - diabetes.X.mean(axis=0)) / diabetes.X.std(axis=0)
t = diabetes.y - diabetes.y.mean()
gram, moment = 2 * A.T @ A / len(A), 2 * A.T @ t / len(A)  # Hessian; minus the gradient at 0


def ridge(strength):
    return np.linalg.solve(gram + strength * np.eye(10), moment)


def soft(w, threshold):
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0)


def lasso(strength, steps=1500, lr=0.24):
    w = np.zeros(10)
    for _ in range(steps):
        w = soft(w - lr * (gram @ w - moment), lr * strength)
    return w


assert np.allclose(soft(A, 0.3), ref.soft_threshold(A, 0.3))
checked = Lasso(alpha=10 / 2, tol=1e-10).fit(A, t).coef_  # its loss carries a half
assert np.allclose(lasso(10.0), checked, atol=1e-3)

solved = ridge(0), ridge(10), lasso(10.0)
print("λ = 10      none      L2      L1")
for name, values in zip(diabetes.features, np.transpose(solved).round(1) + 0, strict=True):
    print(f"{name:9}", "".join(f"{v:8.1f}" for v in values))

# %% [markdown]
# **The same in torch.** L2 is `weight_decay`. L1 has no argument; most people add it to the loss. Then
# no weight becomes exactly 0:

# %%
A_torch, t_torch = torch.from_numpy(A), torch.from_numpy(t)


def torch_weights(l1=0.0, weight_decay=0.0, steps=2000):
    w = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=weight_decay)
    for _ in range(steps):
        optimizer.zero_grad()
        (torch.mean((A_torch @ w - t_torch) ** 2) + l1 * w.abs().sum()).backward()
        optimizer.step()
    return w.detach().numpy()


assert np.allclose(torch_weights(weight_decay=0.5), ridge(0.5), atol=1e-4)
by_sign, by_threshold = torch_weights(l1=10.0), lasso(10.0)
print(f"L1 in the loss: {(by_sign == 0).sum()} of 10 weights are 0")
print(f"  the smallest has size {np.abs(by_sign).min():.2f}")
print(f"soft threshold: {(by_threshold == 0).sum()} of 10 weights are 0")

# %% [markdown]
# **Move** the strength; the paths grow as you go. *Predict:* under L1, which of the ten is the last to
# leave? And does a weight that is 0 stay 0 as the penalty grows?

# %%
GRID = np.geomspace(0.1, 100, 30)
PATHS = {"L1": np.array([lasso(s) for s in GRID]), "L2": np.array([ridge(s) for s in GRID])}


# %% folded=true
def draw_paths(log_strength=1.5):
    strength = 10**log_strength
    seen = GRID <= strength * 1.001
    figure, panels = plots.subplots(2, 1, width=7.2, height=7.4, sharex=True)
    said = []
    for ax, (name, solve) in zip(panels, {"L1": lasso, "L2": ridge}.items(), strict=True):
        w = solve(strength)
        ax.set(ylabel="weight (points / SD)", xscale="log", xlim=(0.09, 110), ylim=(-45, 45))
        for j, feature in enumerate(diabetes.features):
            look = {"marker": "osv^D<>Pph"[j], "markevery": (j, 7), "ms": 6, "lw": 1.4}
            ax.plot(GRID[seen], PATHS[name][seen, j], label=feature, **look)
        ax.axvline(strength, color="black", ls=":", lw=1.5)
        ax.plot(np.full(10, strength), w, "_", color="black", ms=14)
        ax.set_title(f"{name}: {(w == 0).sum()} of 10 weights are 0", fontsize=13)
        error = np.mean((A @ w - t) ** 2)
        said.append(
            f"{name}: {(w == 0).sum()} of 10 weights are 0, sum of sizes {np.abs(w).sum():.0f}, "
            f"squared error {error:.0f}"
        )
    panels[1].set(xlabel="strength λ")
    panels[0].legend(fontsize=11, ncols=5, loc="lower right", columnspacing=1, handlelength=1.6)
    return figure, f"Strength {strength:.2f}. {'; '.join(said)}. No penalty: error {best:.0f}."


best = np.mean((A @ ridge(0) - t) ** 2)
explore(draw_paths, log_strength=(-1.0, 2.0, 0.05))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# bmi, just after s5. And a weight need not stay 0.
# </details>
#
# L2 bends all weights towards 0 and lets none arrive. L1 lets one after the other go. Mostly: with
# correlated measurements a weight can come *back* at a larger strength, even with the other sign,
# because its competitors shrink as well.

# %%
gone = PATHS["L1"] == 0
last = [diabetes.features[j] for j in np.flatnonzero(~gone[GRID < 80][-1])]
print(f"L1, still there at λ = {GRID[GRID < 80][-1]:.0f}: {', '.join(last)}")
for j, feature in enumerate(diabetes.features):
    back = np.flatnonzero(gone[:-1, j] & ~gone[1:, j])
    if len(back):
        path = PATHS["L1"][:, j]
        print(f"{feature}: {ridge(0)[j]:.1f} without penalty,")
        print(f"  0 at λ = {GRID[back[0]]:.2f},", end=" ")
        print(f"{path[back[0] + 4]:.1f} at {GRID[back[0] + 4]:.2f}")
assert not (PATHS["L2"] == 0).any()

# %%
print("bmi, in two equal columns; λ = 10")
bmi = A[:, [2]]
twins = np.hstack([bmi, bmi])
twin_gram, twin_moment = 2 * twins.T @ twins / len(t), 2 * twins.T @ t / len(t)
w = np.linalg.solve(twin_gram + 10 * np.eye(2), twin_moment)
print(f"L2: {w.round(2)}")
total = soft(2 * bmi[:, 0] @ t / len(t), 10) / 2
for share in (0.0, 0.5, 1.0):
    w = np.array([share, 1 - share]) * total
    price = np.mean((twins @ w - t) ** 2) + 10 * np.abs(w).sum()
    print(f"L1: {w.round(2)}  loss + penalty {price:.0f}")

# %% [markdown]
# L2 shares the weight out: *use every input a little*. For L1 all these splits cost the same, so
# noise decides. That matters if you want to read the weights.
#
# **How many of the thirty measurements does the pathologist need?** L1 on the biopsies gives a number.
# Then the sting: draw the patients anew (bootstrap) and ask again.


# %%
# L1 is l1_ratio=1 since scikit-learn 1.8, whose default says 0; before, penalty="l1".
L1 = {"penalty": "l1"} if LogisticRegression().l1_ratio is None else {"l1_ratio": 1}


def kept(rows, C=0.05):
    """Return which of 30 weights of an L1-penalized neuron are not 0; C is 1 / strength."""
    model = LogisticRegression(**L1, solver="liblinear", C=C, random_state=0, tol=1e-6)
    return model.fit(Z[rows], y[rows]).coef_[0] != 0


rng = np.random.default_rng(0)
again = np.mean([kept(rng.integers(0, 569, 569)) for _ in range(60)], axis=0)
print(f"all 569 patients, C = 0.03: {kept(np.arange(569), 0.03).sum()} of 30 kept")
print(f"                  C = 0.05: {kept(np.arange(569)).sum()} of 30 kept")
print(f"                  C = 1:    {kept(np.arange(569), 1.0).sum()} of 30 kept")
print("C = 0.05, kept in what share of 60:")
for j in np.argsort(-again)[:9]:
    print(f"  {table.features[j]:22} {again[j]:.2f}")
print(f"in fewer than one in ten: {(again < 0.1).sum()} of 30")
dropped = table.features.index("mean perimeter")
link = np.corrcoef(Z[:, dropped], y)[0, 1]
print(f"mean perimeter: kept in {again[dropped]:.2f},")
print(f"  correlation with diagnosis {link:.2f}")
assert again[dropped] < 0.3 and link > 0.6
correlations = np.abs(np.corrcoef(Z.T))[np.triu_indices(30, 1)]
print(f"pairs correlated above 0.9: {(correlations > 0.9).sum()} of {len(correlations)}")

# %% [markdown]
# A few are kept nearly always, several only sometimes. L1 picks one of a pair of twins. It does not find
# "the" biomarkers, and a weight of 0 does not mean that a measurement carries no information: look at the perimeter.
#
# **What if** the optimizer is Adam? Then "weight decay is L2" fails. Two weights, the first with a
# constant gradient of 100, the second with none; decay 0.1, rate 0.1, ten steps:

# %%
print("start         10.0000  0.1000")
for kind in (torch.optim.Adam, torch.optim.AdamW):
    w = torch.tensor([10.0, 0.1], dtype=torch.float64, requires_grad=True)
    optimizer = kind([w], lr=0.1, weight_decay=0.1)
    for _ in range(10):
        w.grad = torch.tensor([100.0, 0.0], dtype=torch.float64)
        optimizer.step()
    print(f"{kind.__name__:12} {w[0].item():8.4f}  {w[1].item():.4f}")

# %% [markdown]
# Adam divides the decay by the gradient's size as well: the busy weight is spared, the idle one
# crushed. AdamW decays both by the same factor (unit 05). It is decay, and it is not L2.
#
# <details><summary><b>Question.</b> λ = 0.1 was right with a mean squared error. A colleague switches
# to the sum over 442 patients and keeps λ. What happens?</summary>
#
# The loss is 442 times as large and the price is what it was, so the penalty hardly counts any more.
# λ means something only next to the loss it was chosen with.
# </details>

# %% [markdown]
# ## 7. Dropout: many networks in one
#
# **Intuition.** A department where one senior physician knows everything works well, until she is on
# leave. Send somebody else home at random every day, and all must learn to do without any one. That
# is **dropout**: in each step, each hidden unit is silenced with probability $p$. Units cannot rely on
# a particular neighbour; that reliance is called *co-adaptation*.
#
# **Formula.** With a fresh mask $m$ for every patient and step,
#
# $$\tilde h_j = \frac{m_j}{1-p}\,h_j, \qquad P(m_j = 0) = p, \qquad E[\tilde h_j] = h_j$$
#
# - $p$: probability to be *dropped*. (In some notes $p$ is the probability to be kept.)
# - $1/(1-p)$: the rescaling. With it, evaluation needs nothing: no mask, no factor.
#
# **In NumPy, and the same in torch:**

# %%
h, p = np.maximum(Z[:200] @ rng.normal(0, 0.2, (30, 100)), 0), 0.4
mask = (rng.random(h.shape) >= p) / (1 - p)
noisy = h * mask
drop = torch.nn.Dropout(p)
x = torch.from_numpy(h).requires_grad_()
torch.manual_seed(0)
theirs = drop(x)
their_mask = np.where(h > 0, theirs.detach().numpy() / np.where(h > 0, h, 1), 0)
assert set(np.unique(their_mask.round(9))) == {0.0, round(1 / 0.6, 9)}
theirs.sum().backward()  # backward: the same mask
assert np.allclose(x.grad.numpy()[h > 0], their_mask[h > 0])
assert np.array_equal(drop.eval()(x).detach().numpy(), h)
print("              mean   variance")
print(f"before      {h.mean():6.3f}   {h.var():8.3f}")
print(f"ours        {noisy.mean():6.3f}   {noisy.var():8.3f}")
print(f"torch       {theirs.mean().item():6.3f}   {theirs.var().item():8.3f}")

# %% [markdown]
# Dropout keeps the mean and raises the variance. So a batch norm *behind* it records a variance in
# training that evaluation does not have. Put batch norm first.
#
# **Many networks.** With 12 hidden units there are $2^{12} = 4096$ ways to silence some: 4096 networks
# that share their weights. Each patient, in each step, trains one of them. Training many models on different draws and
# averaging their answers is called *bagging*; it reduces variance. Dropout is like bagging with shared
# weights, and evaluation uses all units once instead of averaging 4096 answers. Is that the same? We
# can count.


# %%
def train_small(p, hidden=12, epochs=40, seed=0):
    """Train 30-hidden-1 with dropout p on the hidden units; return its weights."""
    rng = np.random.default_rng(seed)
    network = ref.Sequential(
        ref.Linear(30, hidden, rng=rng),
        ref.ReLU(),
        ref.Dropout(p, rng=np.random.default_rng(seed + 100)),
        ref.Linear(hidden, 1, rng=rng),
    )
    optimizer = ref.SGD(network.parameters(), lr=0.2)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(fit), 11):
            answers = network.forward(Z[rows])
            target = y[rows][:, None].astype(float)
            network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, answers, target))
            optimizer.step(network.gradients())
    return network.parameters()


W1, b1, W2, b2 = train_small(0.5)
hidden = np.maximum(Z @ W1.T + b1, 0)  # (569, 12)
masks = np.array(list(itertools.product([0, 1], repeat=12)))  # (4096, 12): all of them
logits = (hidden[test][:, None] * masks / 0.5) @ W2[0] + b2[0]  # (patients, 4096)
whole = hidden[test] @ W2[0] + b2[0]

chances = expit(logits)
average = chances.mean(axis=1)
with np.errstate(divide="ignore"):
    yes, no = np.log(chances).mean(axis=1), np.log1p(-chances).mean(axis=1)
geometric = expit(yes - no)
assert np.allclose(logits.mean(axis=1), whole)
assert np.allclose(geometric, expit(whole), atol=1e-6)
print(f"furthest from evaluation, {len(test)} patients")
print("  geometric mean of 4096: below 0.000001")
print(f"  plain average of 4096:  {np.abs(average - expit(whole)).max():.2f}")
cancer = y[test] == 1
print(f"one network of 4096 errs in {np.mean((logits > 0) != cancer[:, None]):.1%}")
print(f"all together in {np.mean((whole > 0) != cancer):.1%} of cases")

# %% [markdown]
# With one hidden layer evaluation *is* an average over all 4096, exactly: not of probabilities, but of
# logits (a geometric mean). With more layers it is an approximation.
#
# **Move** the dropout probability and the number of networks asked. *Predict:* how many of the 4096 must
# you ask before their average stands still?


# %% folded=true
def draw_networks(networks=40, p=0.5, patient=0):
    rng = np.random.default_rng(3)
    drawn = rng.random((200, 12)) >= p
    h = hidden[unsure[patient]]
    z = (h * drawn / (1 - p)) @ W2[0] + b2[0]
    chance = expit(z)
    running = expit(np.cumsum(z) / np.arange(1, 201))
    full = expit(h @ W2[0] + b2[0])
    figure, (top, low) = plots.subplots(2, 1, height=5.8, height_ratios=[2, 3])
    for j, on in enumerate(drawn[networks - 1]):
        for end, plus in [(0, True), (2, W2[0, j] > 0)]:
            if on:
                top.plot([j, 5.5], [1, end], "-" if plus else "--", color=plots.GREY, lw=1.5)
        top.plot(j, 1, "o" if on else "X", ms=15, color=plots.BLUE if on else plots.VERMILLION)
    top.plot([5.5, 5.5], [0, 2], "s", color="black", ms=13)
    top.text(6, 0, "30 inputs", va="center")
    top.text(6, 2, "output", va="center")
    top.set(ylim=(-0.4, 2.5))
    top.set_axis_off()
    top.set_title(f"network {networks}: {drawn[networks - 1].sum()} of 12 units", fontsize=13)
    numbers = np.arange(1, networks + 1)
    low.plot(numbers, chance[:networks], "o", ms=5, color=plots.SKY, label="each network")
    low.plot(numbers, running[:networks], "-", color=plots.VERMILLION, label="mean (of logits)")
    low.axhline(full, ls="--", color="black", label="evaluation mode")
    low.set(xlabel="networks asked", ylabel="probability", ylim=(-0.05, 1.55))
    low.set_yticks([0, 0.5, 1])
    low.legend(fontsize=12, ncols=2, loc="upper right")
    return figure, (
        f"Patient {patient}, p = {p:.2f}: {counted(networks, 'network')} {'says' if networks == 1 else 'say'} {chance[:networks].min():.2f} to "
        f"{chance[:networks].max():.2f}; their mean is {running[networks - 1]:.2f}, evaluation mode "
        f"says {full:.2f}. One strays by {chance.std():.2f}, the mean of {networks} by about "
        f"{chance.std() / np.sqrt(networks):.3f}. Top: a cross is a silenced unit, a broken line a weight below 0."
    )


unsure = test[np.argsort(np.abs(whole))[:6]]  # the patients nearest to one half
explore(draw_networks, networks=(1, 200), p=(0.1, 0.8, 0.05), patient=(0, 5))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It never quite does. The mean strays as one network does, divided by the root of their number: the
# mean of 40 by 0.015.
# </details>
#
# **Does it end the reliance?** Train with and without, then silence one hidden unit at a time and watch
# the test loss. Six starts each:


# %%
def harm(p):
    """Return (test loss, mean and worst rise of it when one hidden unit is silenced), six starts."""
    rows = []
    for seed in range(6):
        W1, b1, W2, b2 = train_small(p, seed=seed)
        h = np.maximum(Z[test] @ W1.T + b1, 0)
        target = y[test].astype(float)

        def loss(h, W2=W2, b2=b2, target=target):
            return ref.binary_cross_entropy_with_logits(h @ W2[0] + b2[0], target)

        silenced = [loss(h * (np.arange(12) != j)) - loss(h) for j in range(12)]
        rows.append([loss(h), np.mean(silenced), np.max(silenced)])
    return np.mean(rows, axis=0)


print("       test   rise if one unit fails")
print("p      loss   mean    worst")
harms = {p: harm(p) for p in (0.0, 0.5)}
for p, (whole_loss, mean_rise, worst) in harms.items():
    print(f"{p}   {whole_loss:.3f}   {mean_rise:.3f}   {worst:.3f}")
assert harms[0.5][2] < harms[0.0][2] / 3

# %% [markdown]
# Trained with dropout, the network loses far less when a unit fails. (Dropout can also be read as an
# approximate Bayesian model: unit 17.)
#
# **Its kinship to L2.** The noise of dropout on the inputs of a *linear* model with *squared* error can
# be averaged on paper. What remains is a penalty:
#
# $$E\Big[(\tilde x^T w - y)^2\Big] = (x^T w - y)^2 + \frac{p}{1-p} \sum_j x_j^2\, w_j^2$$
#
# That is ridge (in mathematics: *Tikhonov* regularization) in which each weight pays by the mean square of its
# own input. "Dropout is Tikhonov regularization", as one hears, holds exactly there; for
# logistic loss or hidden layers it is a resemblance.

# %%
p = 0.3
w = ridge(1.0)
rng = np.random.default_rng(0)
measured = np.mean(
    [np.mean((A * (rng.random(A.shape) >= p) / (1 - p) @ w - t) ** 2) for _ in range(3000)]
)
formula = np.mean((A @ w - t) ** 2) + p / (1 - p) * np.mean(A**2, axis=0) @ w**2
print(f"loss with dropout, 3,000 draws: {measured:.0f}")
print(f"formula: {formula:.0f}")
assert abs(measured / formula - 1) < 0.01

# %% [markdown]
# <details><summary><b>Question.</b> The training loss with dropout is higher than the validation loss.
# Is something wrong?</summary>
#
# No. The training loss is measured with units missing, the validation loss with all of them. Compare
# like with like: evaluate the training patients in evaluation mode.
# </details>

# %% [markdown]
# ## 8. Quiet restraints
#
# Much of what holds a network back is called something else.
#
# **Early stopping** (unit 07). Descent from 0 arrives first where the loss is steep. Stop early, and the
# flat directions have hardly moved. In a direction of curvature $\lambda_i$, $k$ steps of rate $\eta$ go
# the share $1 - (1 - \eta\lambda_i)^k$ of the way; ridge goes the share $\lambda_i / (\lambda_i + \lambda)$.
# Set $\lambda = 1/(\eta k)$, and compare them on the diabetes data.

# %%
values, directions = np.linalg.eigh(gram)
curvatures = values[::-1]
w = np.zeros(10)
for _ in range(30):
    w -= 0.1 * (gram @ w - moment)
gone = 1 - (1 - 0.1 * values) ** 30
assert np.allclose(w, directions @ (gone / values * (directions.T @ moment)))
print(f"curvatures: {curvatures[0]:.2f} to {curvatures[-1]:.3f}")

# %% [markdown]
# **Move** the number of steps. *Predict:* which directions has descent finished after 30?


# %% folded=true
def draw_shares(steps=3):
    stopped = 1 - (1 - 0.1 * curvatures) ** steps
    shrunk = curvatures / (curvatures + 1 / (0.1 * steps))
    figure, ax = plots.subplots(height=3.7)
    ax.plot(range(1, 11), stopped, "o-", label=f"stopped after {steps}")
    ax.plot(range(1, 11), shrunk, "s--", label=f"ridge, λ = {10 / steps:.2g}")
    ax.set(xlabel="direction, steepest to flattest", ylabel="share of the way", ylim=(0, 1.05))
    ax.set_xticks(range(1, 11))
    ax.legend(loc="lower left")
    return figure, (
        f"{counted(steps, 'step')} of rate 0.1, and ridge with λ = {10 / steps:.2g}. Share of the way in the "
        f"steepest direction {stopped[0]:.2f} and {shrunk[0]:.2f}, in the fifth {stopped[4]:.2f} and "
        f"{shrunk[4]:.2f}, in the flattest {stopped[9]:.2f} and {shrunk[9]:.2f}."
    )


explore(draw_shares, steps=(1, 300))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Six of ten by 97 % or more. The flattest has gone a twentieth of its way.
# </details>
#
# Both hold back the flat directions most; ridge taxes the steep ones as well.
#
# **SGD's own noise.** Small batches make the steps noisy (unit 05). A wide valley of the loss forgives small
# changes; does noise find it? Here is a made-up loss with a deep narrow valley on the left and a
# shallower wide one on the right. A thousand runs start in each.


# %%
def valley_slope(w):
    """Return the slope of 0.05 w² - exp(-(w+1)²/0.02) - 0.9 exp(-(w-1)²/0.5)."""
    narrow, wide = np.exp(-((w + 1) ** 2) / 0.02), np.exp(-((w - 1) ** 2) / 0.5)
    return 0.1 * w + 100 * (w + 1) * narrow + 3.6 * (w - 1) * wide


def share_that_leaves(start, noise, steps=2000):
    """Return the share of 1,000 runs that end on the other side of 0."""
    rng = np.random.default_rng(0)
    w = np.full(1000, start)
    for _ in range(steps):
        w = w - 0.005 * (valley_slope(w) + noise * rng.normal(size=1000))
    return np.mean(w * start < 0)


print("noise   leave narrow   leave wide")
for noise in (0, 5, 10, 15):
    narrow, wide = share_that_leaves(-1.0, noise), share_that_leaves(1.0, noise)
    print(f"{noise:5} {narrow:14.0%} {wide:12.0%}")
assert share_that_leaves(-1.0, 10) > 1.5 * share_that_leaves(1.0, 10)

# %% [markdown]
# Noise shakes weights out of the narrow valley sooner. That is a picture with one weight, no proof about
# millions. Whether wide valleys are why networks generalize is disputed.
#
# **Augmentation.** Show each image a little changed each time: moved, turned, brighter. That says "these
# changes do not matter", and it is a claim that you make. Digits on a larger canvas, one network trained
# as they are, one with random shifts of up to 2 pixels:

# %%
canvas = np.zeros((1797, 1, 12, 12))
canvas[:, :, 2:10, 2:10] = digits.X
moved = np.roll(canvas, 1, axis=3)  # one pixel to the right
train, held = slice(0, 1300), slice(1300, None)


def train_canvas(shift, epochs=25):
    """Return 144-64-10, trained on shifted digits."""
    rng = np.random.default_rng(0)
    network = ref.Sequential(ref.Linear(144, 64, rng=rng), ref.ReLU(), ref.Linear(64, 10, rng=rng))
    optimizer = ref.Adam(network.parameters(), lr=0.005)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(1300), 40):
            images = ref.random_shift(canvas[rows], shift, rng=rng) if shift else canvas[rows]
            scores = network.forward(images.reshape(-1, 144))
            network.backward(ref.cross_entropy_backward(1.0, scores, digits.y[rows]))
            optimizer.step(network.gradients())
    return network


def right(network, images):
    return np.mean(network.forward(images[held].reshape(-1, 144)).argmax(1) == digits.y[held])


plain, shifted = train_canvas(0), train_canvas(2)
print("497 held out, right   as is  1 px moved")
for name, network in {"trained as they are": plain, "with shifts": shifted}.items():
    print(f"{name:21} {right(network, canvas):.2f} {right(network, moved):8.2f}")

sixes = canvas[held][digits.y[held] == 6]
turned = sixes[:, :, ::-1, ::-1]  # by 180 degrees
read = plain.forward(turned.reshape(-1, 144)).argmax(1)
print(f"{len(sixes)} sixes turned by 180 degrees:")
print(f"{np.mean(read == 9):.0%} are read as 9")

# %% folded=true
rng = np.random.default_rng(2)
six = sixes[:1]
rows = [
    ("as it is", six),
    ("shifted", ref.random_shift(six, 2, rng=rng)),
    ("turned 180°", turned[:1]),
]
figure, panels = plots.subplots(1, 3, height=2.9)
for ax, (name, image) in zip(panels, rows, strict=True):
    ax.imshow(image[0, 0], cmap="gray_r", vmin=0, vmax=1)
    ax.set_title(name, fontsize=13)
    ax.set(xticks=[0, 11], yticks=[0, 11], xlabel="pixel")
    ax.grid(False)
plots.show(
    figure,
    "A six on a canvas of 12 by 12 pixels, three times: as it is, shifted by up to 2 pixels, and "
    "turned by 180 degrees, where it looks like a nine.",
)

# %% [markdown]
# It buys what you asked for and pays for it: better on shifted images, worse on centred ones. The same 64
# units and 25 epochs must now serve 25 places. And an augmentation that changes the meaning is a wrong
# label: a turned 6 is a 9, a mirrored chest has its heart on the wrong side.
#
# **Structure** restrains most of all: a network that slides one small kernel over the image cannot even
# express most functions. That is unit 09. Weights that were trained on another task are a start that
# restrains, too: unit 11.
#
# **History: layer-wise pre-training.** Before these rules were known, one started deep networks layer by
# layer (Hinton, Osindero and Teh, 2006; with autoencoders, as here, Bengio et al., 2007): train the first
# layer so that its input can be rebuilt from its output, freeze it, do the same for the second with the
# first's output, and so on; then train the whole on the labels. Five layers of sigmoids, rate 1, and for
# comparison ReLUs with He's weights, rate 0.1:


# %%
def sigmoid_stack(start):
    """Return five sigmoid layers and an output, started in one of three ways."""
    torch.manual_seed(0)
    layers = [torch.nn.Linear(30, 30).double() for _ in range(5)]
    for layer in layers:
        torch.nn.init.normal_(layer.weight, std=0.1)
        torch.nn.init.zeros_(layer.bias)
    h = X_torch[fit]
    for layer in layers if start == "pre-trained" else []:
        back = torch.nn.Linear(30, 30).double()
        optimizer = torch.optim.Adam([*layer.parameters(), *back.parameters()], lr=0.03)
        for _ in range(100):
            optimizer.zero_grad()
            torch.mean((back(torch.sigmoid(layer(h))) - h) ** 2).backward()
            optimizer.step()
        h = torch.sigmoid(layer(h)).detach()
    parts = [part for layer in layers for part in (layer, torch.nn.Sigmoid())]
    if start == "ReLU and He":
        for layer in layers:
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        parts = [part for layer in layers for part in (layer, torch.nn.ReLU())]
    return torch.nn.Sequential(*parts, torch.nn.Linear(30, 1).double())


for start in ("small random", "pre-trained", "ReLU and He"):
    network = sigmoid_stack(start)
    rate = 0.1 if start == "ReLU and He" else 1.0
    train_torch(network, torch.optim.SGD(network.parameters(), lr=rate), epochs=20)
    found = (probabilities(network)[y[test] == 1] > 0.5).sum()
    print(f"{start:13} finds {found:2} of 42 cancers")

# %% [markdown]
# Pre-training woke deep sigmoid networks. Better bends and better starts made it
# unnecessary, as the last line shows. The idea came back as pre-training on *other*
# data (unit 11).
#
# <details><summary><b>Question.</b> You may use only one restraint on a small data set, and nobody knows
# which is best. What decides?</summary>
#
# Validation patients, as for every hyperparameter (unit 07). And what you know: if you know changes that
# leave the label alone, augmentation adds knowledge; a penalty only adds caution.
# </details>

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | torch's default in a deep plain network | one answer for all; loss flat at the entropy of the labels |
# | gain too large | losses above that of one answer for all |
# | all weights equal | 16 units, rank 1 |
# | fan_in and fan_out swapped | fine where layers are equally wide, drifts elsewhere |
# | histogram pooled over patients | looks healthy while all patients are one |
# | `eval()` forgotten | two evaluations of one patient differ; a ward of cancers looks healthy |
# | dropout without rescaling | evaluation sees sums 1/(1−p) times as large |
# | batch norm behind dropout | its record holds a variance that evaluation never sees |
# | L1 added to the loss, "sparse" | no weight is exactly 0 |
# | Adam with L2 for decay | busy weights hardly decay, idle ones vanish |
# | augmented validation images | the score is of another task |
# | augmentation that changes the label | the training loss stays high |

# %%
once, twice = (
    ref.dropout(Z[:1], 0.5, rng=np.random.default_rng(seed)) @ np.ones(30) for seed in (0, 1)
)
print("dropout left on, one patient's sum:")
print(f"  {once[0]:.1f}, then {twice[0]:.1f}")
kept_only = (np.random.default_rng(0).random((4000, 30)) >= 0.5) @ Z[0] / Z[0].sum()
print("not rescaled, p = 0.5, training sees")
print(f"  {kept_only.mean():.2f} of the sum")
assert not np.isclose(once, twice)

# %% [markdown]
# ## The opening question, once more
#
# Twenty ReLU layers with torch's default keep one sixth of the mean square each, and what distinguishes
# patients arrives at the top about a hundred million times too small. With variance $2/n_{in}$ the same network,
# the same data and the same steps find the cancers. With what certainty, on 42?

# %%
for rule, p in silent.items():
    print(f"{rule}")
    print(f"sensitivity\n  {metrics.sensitivity(y[test], p > 0.5)}")
    print(f"specificity\n  {metrics.specificity(y[test], p > 0.5)}")

# %% [markdown]
# ## Summary
#
# - Units that start equal stay equal. Random weights; biases may be 0.
# - $E[z^2] = n\,E[w^2]\,E[x^2]$. Keep it: variance $1/n_{in}$ for linear layers (LeCun), $2/n_{in}$ for ReLU
#   (He), $2/(n_{in} + n_{out})$ as a middle between forward and backward (Xavier).
# - Look at spreads across patients, not at pooled histograms.
# - Batch norm makes the starting size irrelevant going forward, and a patient's answer dependent on the company, unless
#   you evaluate in evaluation mode.
# - L1 sets weights to exactly 0, if the step does; L2 shares out and shrinks. Neither finds "the" biomarkers.
# - Dropout trains very many networks that share weights; rescale in training; the kinship to ridge is exact for
#   linear models with squared error.
# - Noise, early stopping, augmentation and structure restrain too.
#
# **Next:** the lab. Then unit 09, where structure does the restraining.
#
# ## Sources
#
# - LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998).
# - Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010).
# - He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015).
# - Saxe, McClelland and Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear neural
#   networks* (2014); Mezzadri, *How to generate random matrices from the classical compact groups* (2007).
# - Ioffe and Szegedy, *Batch normalization* (2015); Ba, Kiros and Hinton, *Layer normalization* (2016).
# - Hoerl and Kennard, *Ridge regression* (1970); Tibshirani, *Regression shrinkage and selection via the lasso*
#   (1996); Daubechies, Defrise and De Mol (2004): a soft threshold in each step.
# - Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking generalization*
#   (2017): shuffled labels.
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout* (2014); Wager, Wang and Liang,
#   *Dropout training as adaptive regularization* (2013); Breiman, *Bagging predictors* (1996); Baldi and
#   Sadowski, *Understanding dropout* (2013): the geometric mean.
# - Bishop, *Training with noise is equivalent to Tikhonov regularization* (1995).
# - Loshchilov and Hutter, *Decoupled weight decay regularization* (2019).
# - Hochreiter and Schmidhuber, *Flat minima* (1997); Dinh et al., *Sharp minima can generalize for deep nets*
#   (2017): the other side.
# - Hinton, Osindero and Teh, *A fast learning algorithm for deep belief nets* (2006); Bengio et al., *Greedy
#   layer-wise training of deep networks* (2007).
# - Data: Street, Wolberg and Mangasarian (1993); Efron, Hastie, Johnstone and Tibshirani (2004); Alpaydin and
#   Kaynak (1998).
