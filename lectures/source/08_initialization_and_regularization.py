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
# A hospital stacks twenty layers on thirty measurements of a biopsy and trains them the ordinary way. It gets
# the same prediction for every patient. No error message, no `nan`. What is wrong was decided before the first
# step: the size of the random weights. This unit computes that size.
#
# After this lecture you can
#
# 1. say how large random weights must be, and compute where twenty layers fade or explode;
# 2. choose starting weights, and say what torch does if you choose nothing;
# 3. use batch norm, and say when a patient's result depends on other patients (sitting 2);
# 4. restrain a network with a penalty or with noise, and show whether it helped (sittings 3 and 4).
#
# *You need:* [03](03_layers.ipynb), [05](05_gradient_descent.ipynb) and [07](07_training_loop.ipynb);
# of [06](06_backpropagation.ipynb), that gradients multiply backward.
# *Lab:* [lab 08](../labs/08_initialization_and_regularization.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).

# %%
import copy
import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data, measured, metrics, plots
from dlcourse import reference as ref
from dlcourse.data import train_val_test_split
from dlcourse.reference import initialization as init
from dlcourse.widgets import counted, explore, rounded

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way

# %% [markdown]
# ## Sitting 1 · To start twenty layers
#
# *Read in 65 minutes.*
#
# ### The silent network
#
# 569 biopsies, 30 measurements of cell nuclei, 212 malignant. Twenty ReLU layers of 64 units, 15 epochs of
# plain SGD, twice. Only the starting weights differ: once torch's default, once a rule called He's.
#
# *Predict:* how many of the 42 cancers in the test set does each find, with each of five seeds?

# %%
table = data.breast_cancer()
y = table.y
fit, val, test = train_val_test_split(569, (0.6, 0.2, 0.2), np.random.default_rng(0), stratify=y)
Z = (table.X - table.X[fit].mean(axis=0)) / table.X[fit].std(axis=0)  # (569, 30), standardized
X_torch, y_torch = torch.from_numpy(Z), torch.from_numpy(y[:, None].astype(float))


def deep_network(rule, seed):
    """Return twenty ReLU layers of 64 units and an output, in float64."""
    torch.manual_seed(seed)
    layers = [nn.Linear(30 if t == 0 else 64, 64).double() for t in range(20)]
    output = nn.Linear(64, 1).double()
    if rule == "He's rule":
        for layer in [*layers, output]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())], output)


def train(network, optimizer, seed, epochs=15, clip=None):
    """Train in batches of about 31; clip the gradient (unit 06) if told to."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(fit), 11):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(network(X_torch[rows]), y_torch[rows]).backward()
            if clip:
                nn.utils.clip_grad_norm_(network.parameters(), clip)
            optimizer.step()


def probabilities(network):
    with torch.no_grad():
        return torch.sigmoid(network(X_torch[test]))[:, 0].numpy()


chances = {}
for rule in ("torch's default", "He's rule"):
    chances[rule] = []
    for seed in range(5):
        network = deep_network(rule, seed)
        train(network, torch.optim.SGD(network.parameters(), lr=0.05), seed)
        chances[rule].append(probabilities(network))
    p = np.array(chances[rule])  # (seeds, patients)
    print(f"{rule}: finds {(p[:, y[test] == 1] > 0.5).sum(axis=1)} of 42 cancers")
    print(f"  its predictions, seed 0: {p[0].min():.3f} to {p[0].max():.3f}")
print(f"malignant in the training set: {y[fit].mean():.3f}")
assert np.ptp(chances["torch's default"], axis=1).max() < 1e-6

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# None, and 38 to 40, whatever the seed. With the default all patients get one and the same prediction,
# close to the share of cancers in the training set.
# </details>
#
# What distinguishes the patients does not come out. We call such layers *silent*; the standard term is
# [vanishing signals and gradients](glossary.md#vanishing-gradient).
#
# ### Not zero, and not equal
#
# **Intuition.** Two hidden units that start with equal weights give equal outputs. So they get equal
# gradients and take equal steps. They stay equal for ever, and sixteen units know what one knows.
#
# **Formula.** Take a network $\hat y = v^T \varphi(Wx) + c$. By the chain rule the gradient of row $j$ of
# $W$ is
#
# $$\frac{\partial L}{\partial W_j} = \delta\; v_j\; \varphi'(W_j x)\; x$$
#
# - $\delta$: the gradient of the loss $L$ at the output. $x$: the patient's measurements.
# - $v_j$: the weight of unit $j$ on its way to the output. $\varphi$: the activation.
#
# Only $v_j$ and $W_j$ depend on $j$. If they are equal for two units, so are the gradients.

# %%
STARTS = {
    "all 0": lambda w: nn.init.constant_(w, 0.0),
    "all 0.1": lambda w: nn.init.constant_(w, 0.1),
    "random": lambda w: nn.init.normal_(w, std=0.1),
}
print("start     rank of W   found, of 42")
for name, start in STARTS.items():
    torch.manual_seed(0)
    small = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1)).double()
    for parameter in small.parameters():
        start(parameter)
    train(small, torch.optim.SGD(small.parameters(), lr=0.3), 0)
    W = small[0].weight.detach().numpy()
    found = (probabilities(small)[y[test] == 1] > 0.5).sum()
    print(f"{name:8}  {np.linalg.matrix_rank(W, tol=1e-6):6}   {found:10}")

# %% [markdown]
# Rank 1 means: sixteen rows, one unit. Random weights are for [symmetry
# breaking](glossary.md#symmetry-breaking).
#
# ### The variance law
#
# **Intuition.** Add up 100 coin tosses of ±1. The sum is typically about 10, not 100 and not 0. Random terms
# partly cancel, and what is left grows with the *root* of their number. A neuron with random weights is such a
# sum.
#
# **Formula, in five steps.** Take one neuron, $z = w_1 x_1 + \dots + w_n x_n$. Its weights are drawn
# independently, with mean 0. $E$ is the average over draws.
#
# 1. Square the sum. For $n = 2$:
#    $\;z^2 = w_1^2 x_1^2 + w_2^2 x_2^2 + 2\,w_1 w_2\, x_1 x_2$. In general there is a square for each
#    input, and a mixed term for each pair.
# 2. Average over the weights, for one patient. The weights are independent, so
#    $E[w_1 w_2] = E[w_1]\,E[w_2] = 0 \cdot 0$. All mixed terms are gone.
# 3. The squares stay. All weights are drawn alike, so $E[w_1^2] = E[w_2^2] = E[w^2]$, and
#    $\;E[z^2] = E[w^2]\,(x_1^2 + \dots + x_n^2)$.
# 4. Average over patients. With $E[x^2]$ for the average over patients and inputs, the bracket becomes
#    $n\,E[x^2]$:
#
# $$E[z^2] = n\;E[w^2]\;E[x^2]$$
#
# 5. If weights and inputs have mean 0, so has $z$. Then mean squares are variances, and the law reads
#    $\mathrm{Var}(z) = n\,\mathrm{Var}(w)\,\mathrm{Var}(x)$.
#
# - $n$: the number of inputs, called $n_{in}$ or [fan-in](glossary.md#fan-in).
#
# **In numbers.** One patient with $x = (3, 1)$, each weight +1 or −1 with equal chance. The four draws
# give $z = 4, 2, -2, -4$. Their squares are 16, 4, 4, 16, on average 10. The law says
# $2 \cdot 1 \cdot \frac{9 + 1}{2} = 10$.
#
# The form with variances needs inputs of mean 0. Pixels have another mean, and so has whatever comes out
# of a ReLU. Check both kinds, with $n\,E[w^2] = 1$. *Predict:* which column does $E[z^2]$ follow?

# %%
digits = data.digits()
pixels = digits.X.reshape(-1, 64)  # 0 is paper, 1 is ink: the mean is not 0
rng = np.random.default_rng(0)
print("input      E[z²]   E[x²]   Var(x)")
for name, x in {"biopsies": Z, "digits": pixels}.items():
    w = rng.normal(0, 1 / np.sqrt(x.shape[1]), (4000, x.shape[1]))
    z = x @ w.T  # (patients, 4000 neurons)
    print(f"{name:9}  {np.mean(z**2):.3f}   {np.mean(x**2):.3f}   {x.var():.3f}")
    assert abs(np.mean(z**2) / np.mean(x**2) - 1) < 0.05

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# $E[x^2]$. For the digits the variance is far too small.
# </details>
#
# **Move** the number of inputs, the weights' spread and the inputs' mean. *Predict:* four times as many inputs,
# how much wider?


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
# Twice as wide.
# </details>
#
# **So** choose $E[w^2] = 1/n_{in}$, and a linear layer keeps the mean square. That is LeCun's rule.
#
# **The way back.** An input feeds $n_{out}$ units, so its gradient is a sum of $n_{out}$ terms. By the
# same law the gradient keeps its size if $E[w^2] = 1/n_{out}$. Both conditions hold only where
# $n_{in} = n_{out}$. [Xavier](glossary.md#xavier) Glorot's rule takes the middle:
#
# $$E[w^2] = \frac{2}{n_{in} + n_{out}}$$
#
# ### Twenty layers: the answer
#
# **Intuition.** A factor per layer need not be far from 1 to be ruinous after twenty: $0.7^{20}$ is
# 0.0008.
#
# **Formula.** If the weights are spread symmetrically about 0, the sum $z$ is as often negative as positive,
# and as large. ReLU sets the negative half to 0, and half of the mean square is gone:
#
# $$E[\mathrm{relu}(z)^2] = \tfrac12 E[z^2]$$
#
# Put the law before it. From the outputs $h_{t-1}$ of one layer to those of the next,
#
# $$E[h_t^2] = \tfrac12\, n_{in}\, E[w^2]\; E[h_{t-1}^2]$$
#
# - **He's rule.** The factor is 1 if $E[w^2] = 2/n_{in}$.
# - **[Gain](glossary.md#gain).** Write the weights' SD as $\text{gain}/\sqrt{n_{in}}$. Linear layers need
#   gain 1, ReLU $\sqrt 2 = 1.41$. For tanh there is no exact rule; torch uses 5/3.
# - **torch's default.** Weights evenly between $\pm 1/\sqrt{n_{in}}$. An even spread over $\pm a$ has mean
#   square $a^2/3$. So $n_{in}\, E[w^2] = 1/3$, a gain of 0.58. With ReLU each layer keeps $\tfrac12 \cdot
#   \tfrac13$: **one sixth** of the mean square.

# %%
largest = nn.Linear(64, 64).weight.abs().max().item()
print(f"torch's default for 64 inputs: largest weight {largest:.3f}; 1 / root of 64 is {64**-0.5}")
print(f"one sixth, twenty times: {(1 / 6) ** 20:.1e} of the mean square, {6**-10:.1e} of the size")


def through(activation, gain, default=False, norm=False):
    """Send the biopsies through 20 random layers of 100; return their sums and outputs."""
    rng, h, sums, outputs = np.random.default_rng(0), X_torch.clone().requires_grad_(), [], []
    for _ in range(20):
        shape, bound, b = (100, h.shape[1]), h.shape[1] ** -0.5, 0
        w = rng.uniform(-bound, bound, shape) if default else rng.normal(0, gain * bound, shape)
        if default:  # torch draws the biases as well
            b = torch.from_numpy(rng.uniform(-bound, bound, 100))
        z = h @ torch.from_numpy(w).T + b
        if norm:  # see the part on batch norm
            z = F.batch_norm(z, None, None, training=True)
        h = torch.relu(z) if activation == "relu" else torch.tanh(z)
        sums.append(z)
        outputs.append(h)
    return sums, outputs


# %% [markdown]
# **Move** the gain, and change the activation. *Predict:* with ReLU, at which gain is layer 20 as
# wide as layer 1? And what does tanh do at gain 2, explode?


# %% folded=true
SHOWN = [1, 5, 10, 20]


def draw_layers(activation="relu", gain=1.0):
    outputs = [h.detach().numpy() for h in through(activation, gain)[1]]
    span = (-1.05, 1.05) if activation == "tanh" else (0, 4)
    figure, spreads = plots.activation_histograms(
        [(f"layer {t}", outputs[t - 1]) for t in SHOWN], span=span, columns=2
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
# ReLU has one gain that works, near 1.41. tanh cannot explode going forward: its outputs end at ±1, and a
# high gain piles them up there.
# </details>
#
# Is every gain fine for tanh, then? Look at the way back.

# %%
top = torch.from_numpy(np.random.default_rng(1).normal(size=(569, 100)))  # arrives from above
print("gradient at layer 1 / at layer 20")
for activation, gain in itertools.product(("relu", "tanh"), (1.0, 2**0.5, 5 / 3, 2.0, "default")):
    default = gain == "default"
    sums, outputs = through(activation, 0 if default else gain, default)
    first, last = torch.autograd.grad(outputs[19], [sums[0], sums[19]], top)
    ratio = (first.square().mean() / last.square().mean()).sqrt().item()
    print(f"{activation}, {'torch default' if default else f'gain {gain:.2f}':13}: {ratio:8.1g}")

# %% [markdown]
# At gain 2, tanh looks calm going forward, and its gradients explode going backward. With torch's 5/3 they grow
# sixfold, at gain 1 they fade to a fifth. With ReLU the two directions lose and gain about alike.
#
# A histogram pools everything, and that can hide the worst. So plot two spreads, layer by layer: over
# everything, and **across patients** within a unit, then averaged. Only the second says whether the
# patients can still be told apart.
#
# The figure begins with torch's default. **Switch** to gain √2, and to tanh. *Predict:* do the two
# lines still part as far?


# %% folded=true
def draw_spreads(weights="torch's default", activation="relu", batch_norm=False):
    gains = {"gain 1": 1.0, "gain √2": np.sqrt(2), "gain 2": 2.0}
    sent = through(activation, gains.get(weights), default=weights not in gains, norm=batch_norm)
    outputs = [h.detach().numpy() for h in sent[1]]
    pooled = [h.std() for h in outputs]
    patients = [h.std(axis=0).mean() for h in outputs]
    figure, ax = plots.subplots(height=4.0)
    numbers = np.arange(1, 21)
    ax.semilogy(numbers, pooled, "--", marker="s", ms=5, color=plots.VERMILLION, label="all pooled")
    ax.semilogy(numbers, patients, "-", marker="o", ms=5, color=plots.BLUE, label="across patients")
    ax.set(xlabel="layer", ylabel="SD of outputs", xticks=SHOWN, ylim=(1e-10, 1e4))
    ax.legend(loc="lower left")
    normed = ", batch norm before each activation" if batch_norm else ""
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
outputs = through("relu", 0, default=True)[1]
pooled = np.array([h.std().item() for h in outputs])
patients = np.array([h.std(dim=0).mean().item() for h in outputs])
per_layer = (patients[19] / patients[9]) ** (1 / 10)
print(f"pooled, layer 1, 8 and 20: {pooled[0]:.3f}, {pooled[7]:.3f}, {pooled[19]:.3f}")
print(f"across patients, layer 20: {patients[19]:.1e}")
print(f"factor per layer {per_layer:.2f}; root of one sixth {6**-0.5:.2f}")
assert abs(per_layer - np.sqrt(1 / 6)) < 0.03

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No. With tanh at gain √2 both end at 0.56. With ReLU they end at 0.79 and 0.32, a factor of 2.5. The pooled
# spread also counts that some units are high for *all* patients, and after ReLU some are.
# </details>
#
# **That answers the opening question.** Each layer keeps 0.4 of what distinguishes the patients, and twenty
# layers keep about a hundred-millionth.
#
# The pooled spread falls only ninefold. The default's random *biases*, the same for every patient, keep it up.
#
# Why do the differences obey the law, in spite of the biases? Subtract the sums of two patients $x$ and $x'$.
# The bias cancels:
#
# $$z - z' = \sum_j w_j\,(x_j - x'_j)$$
#
# That is a random sum again, so the law holds with $x - x'$ in place of $x$: the factor is $\tfrac13$. Once the
# patients are alike, ReLU passes the difference whole where both sums are positive, in about half of the
# units, and sets it to 0 elsewhere: the factor is $\tfrac12$. Together one sixth.
#
# On the way back the gradient loses about as much, so the first layers do not learn either. Three layers lose
# only a factor of $\sqrt 6^{\,3} \approx 15$.
#
# ### How exactly must the gain be right?
#
# The network of the opening again, with He's weights made a little smaller or larger. Five epochs, three seeds,
# gradients clipped to length 1. A network with one prediction for all ends at about 0.66. *Predict:* which
# gains learn?

# %%
for gain in (1.0, 1.2, 1.4, 1.6, 1.8):
    losses = []
    for seed in range(3):
        network = deep_network("He's rule", seed)
        with torch.no_grad():
            for layer in network[::2]:  # without the ReLUs
                layer.weight *= gain / 2**0.5
        train(network, torch.optim.SGD(network.parameters(), lr=0.05), seed, epochs=5, clip=1)
        with torch.no_grad():
            loss = F.binary_cross_entropy_with_logits(network(X_torch[fit]), y_torch[fit])
        losses.append(loss.item())
    print(f"gain {gain}: training loss {min(losses):.1f} to {max(losses):.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1.4 best, 1.2 and 1.6 less well. At 1.0 the patients have faded. At 1.8 the loss may end far above 0.66.
# </details>
#
# **Another optimizer?** Adam divides each gradient by its own size (unit 05). *Predict:* the silent network,
# with torch's default, trained with Adam. How many cancers?

# %%
found = []
for seed in range(5):
    network = deep_network("torch's default", seed)
    train(network, torch.optim.Adam(network.parameters(), lr=1e-3), seed)
    found.append(int((probabilities(network)[y[test] == 1] > 0.5).sum()))
print(f"torch's default, Adam, five seeds: finds {found} of 42")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 38 to 41. A likely reason, not measured here: divided by its own size, a tiny gradient still makes a full
# step.
# </details>
#
# ### Batch norm: repair instead of care
#
# **Intuition.** Training moves the weights, however well they start. So measure the sums and set them right,
# in every layer and every step: subtract the mean, divide by the standard deviation. That is
# [batch normalization](glossary.md#batch-norm).
#
# **Formula.** For each unit (or channel), over the $m$ patients in the batch,
#
# $$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad y_i = \gamma\,\hat x_i + \beta$$
#
# - $\mu, \sigma^2$: mean and variance of the batch.
# - $\epsilon$: keeps a constant unit from dividing by 0.
# - $\gamma, \beta$: trained like all weights; 1 and 0 at first.
# - A patient who is judged alone has no batch. So training keeps a **record**, a running mean of $\mu$ and
#   of $\sigma^2$, and *evaluation* uses the record.


# %%
def batch_norm_train(x, record_mean, record_var, momentum=0.1, eps=1e-5):
    mu, var = x.mean(axis=0), x.var(axis=0)
    record_mean += momentum * (mu - record_mean)
    record_var += momentum * (x.var(axis=0, ddof=1) - record_var)  # n - 1 here, n below: as torch
    return (x - mu) / np.sqrt(var + eps)


raw, record_mean, record_var = table.X[:32], np.zeros(30), np.ones(30)
out = batch_norm_train(raw, record_mean, record_var)
norm = nn.BatchNorm1d(30).double()
assert np.allclose(norm(torch.from_numpy(raw)).detach().numpy(), out)  # torch agrees
print(f"means before: {raw.mean(axis=0).min():.3f} to {raw.mean(axis=0).max():.0f}")
print(f"after: mean {abs(out.mean()):.0f}, SD {out.std():.2f}")
print("SD across patients in layer 20, by gain")
for gain in (0.5, 1.4, 3.0):
    ends = [through("relu", gain, norm=n)[1][19].std(dim=0).mean().item() for n in (False, True)]
    print(f"  {gain}: {ends[0]:7.1e} without, {ends[1]:.2f} with batch norm")

# %% [markdown]
# For the signal going forward, batch norm makes the starting size irrelevant. Gradients going backward still grow
# towards the first layers: the last cell of this sitting prints two of them.
#
# **Leave out the bias before it.** A bias $b$ adds the same number to a unit for every patient. So it is in
# the mean as well, and cancels:
#
# $$(z + b) - (\mu + b) = z - \mu$$
#
# $\beta$ does its work. Write `nn.Linear(a, b, bias=False)`.
#
# **The price.** In training mode a patient's prediction depends on who else is in the batch. So call
# `model.eval()` before every prediction.
# %% [markdown]
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | torch's default in a deep plain network | one prediction for all; loss flat at the entropy of the labels |
# | all weights equal | 16 units, rank 1 |
# | histogram pooled over patients | looks alive; all patients are one |
# | `eval()` forgotten | a patient's result changes with the batch (sitting 2) |
#
# ### Summary
#
# - Units that start equal stay equal. Draw the weights; biases may be 0.
# - $E[z^2] = n\,E[w^2]\,E[x^2]$. To keep the mean square: variance $1/n_{in}$ for linear layers (LeCun),
#   $2/n_{in}$ for ReLU (He), $2/(n_{in} + n_{out})$ (Xavier).
# - torch's default keeps one sixth of the mean square in each ReLU layer. Twenty of them are silent.
# - Batch norm sets the sizes right in every step. In training mode, patients depend on each other.
#
# How sure are 40 of 42?

# %%
for rule, p in chances.items():
    print(f"{rule}, seed 0")
    print(f"  sensitivity {metrics.sensitivity(y[test], p[0] > 0.5)}")
    print(f"  specificity {metrics.specificity(y[test], p[0] > 0.5)}")

# %% [markdown]
# ### On Monday
#
# - **Two or three layers:** leave torch's default.
# - **Deeper, with ReLU:** He's rule, biases 0. **tanh:** Xavier with torch's gain,
#   `nn.init.xavier_normal_(w, gain=5 / 3)`.
# - **Batch norm** between layer and activation, without a bias before it. With batches of a few patients,
#   layer norm (sitting 2).
# - **`model.eval()`** before every prediction, and `model.train()` before training goes on.
# - **Before training**, print the SD across patients of the output. A millionth is silence.
# - **If the validation loss is far above the training loss:** try a weight decay of 0.01 and 0.1, and let the
#   validation patients choose (sittings 3 and 4).

# %%
import torch
from torch import nn

layers = []
for t in range(20):
    linear = nn.Linear(64 if t else 30, 64, bias=False)
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    layers += [linear, nn.BatchNorm1d(64), nn.ReLU()]
model = nn.Sequential(*layers, nn.Linear(64, 1), nn.Flatten(0))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x, told = torch.tensor(Z[fit]).float(), torch.tensor(y[fit]).float()  # yours
print(f"SD across patients at the start: {model(x).std():.1f}")
for _ in range(40):  # all patients at once; batches and validation: unit 07
    optimizer.zero_grad()
    nn.functional.binary_cross_entropy_with_logits(model(x), told).backward()
    optimizer.step()
first, last = layers[0].weight.grad.norm(), linear.weight.grad.norm()
print(f"gradient in the first layer {first:.2f}, in the last {last:.2f}")
print(f"right: {((model.eval()(x) > 0) == (told > 0)).float().mean():.2f} of the training set")

# %% [markdown]
# ## Sitting 2 · When the defaults fail
#
# **He's rule and batch norm are the defaults. When do they fail, and what then?**
#
# *Read in 25 minutes.* Run the cells of sitting 1 first.
#
# ### Batch norm on the ward: the company you keep
#
# Forget `network.eval()`, and a patient's result depends on who else is in the batch, on her *company*. A small
# network with one batch norm is trained on the biopsies. Then one malignant patient is judged together with
# seven others.
#
# *Predict:* the more cancers around her, the higher or the lower her probability? **Move** the number of
# malignant companions.


# %%
class OneNorm(nn.Module):
    """30 measurements, 16 units with batch norm, one logit."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(30, 16, bias=False)  # the norm's own shift takes its place
        self.norm = nn.BatchNorm1d(16)
        self.output = nn.Linear(16, 1)

    def forward(self, x):  # (patients, 30) -> (patients, 1)
        return self.output(torch.relu(self.norm(self.hidden(x))))


def with_batch_norm(seed):
    torch.manual_seed(seed)
    network = OneNorm().double()
    train(network, torch.optim.SGD(network.parameters(), lr=0.1), seed, epochs=30)
    return network.eval()


networks = [with_batch_norm(seed) for seed in range(5)]
normed, alone = networks[0], probabilities(networks[0])
malignant, benign = test[y[test] == 1], test[y[test] == 0]


def in_company(patient, companions, draws=30):
    """Return the patient's probabilities in training mode, in random batches of 8."""
    rng, found, left_on = np.random.default_rng(0), [], copy.deepcopy(normed).train()
    for _ in range(draws):
        others = rng.choice(malignant[malignant != patient], companions, replace=False)
        batch = np.r_[patient, others, rng.choice(benign, 7 - companions, replace=False)]
        found.append(torch.sigmoid(left_on(X_torch[batch]))[0, 0].item())
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
# Five networks, and all 42 cancers of the test set in one batch; then the whole test set in one batch:

# %%
everyone = np.r_[malignant, benign]
print("cancers found, of 42, by five networks")
modes = {
    "evaluation mode": (False, malignant),
    "training mode, cancers only": (True, malignant),
    "training mode, whole test set": (True, everyone),
}
for mode, (training, rows) in modes.items():
    found = []
    for network in networks:
        judged = copy.deepcopy(network).train(training)  # training mode changes the record
        found.append((judged(X_torch[rows])[:42] > 0).sum().item())
    print(f"{mode:30} {found}")

# %% [markdown]
# Among themselves most cancers are missed. A test on a mixed batch does not show the fault.
#
# ### Small batches: layer norm
#
# [Layer norm](glossary.md#layer-norm) standardizes each patient over his own features, instead of each
# feature over the patients. A batch of one is fine, and training and evaluation are the same.
#
# Train the small network with each, in batches of 2 and of 31. *Predict:* which suffers from small batches?


# %%
def with_norm(norm, seed, size):
    """Train 30-16-1 for 8 epochs in batches of about that size; return the share of wrong diagnoses."""
    torch.manual_seed(seed)
    layers = nn.Linear(30, 16, bias=False), norm(16), nn.ReLU(), nn.Linear(16, 1)
    network, rng = nn.Sequential(*layers).double(), np.random.default_rng(seed)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02 if size == 2 else 0.1)
    for _ in range(8):
        for rows in np.array_split(rng.permutation(fit), len(fit) // size):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(network(X_torch[rows]), y_torch[rows]).backward()
            optimizer.step()
    return np.mean((probabilities(network.eval()) > 0.5) != (y[test] == 1))


print("wrong diagnoses on the test set, five seeds, evaluation mode")
for size in (2, 31):
    for norm in (nn.BatchNorm1d, nn.LayerNorm):
        wrong = [with_norm(norm, seed, size) for seed in range(5)]
        span = f"{min(wrong):.2f} to {max(wrong):.2f}"
        print(f"batches of {size:2}, {norm.__name__:11}: {np.mean(wrong):.2f} ({span})")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Batch norm: with batches of 2 about one in ten is wrong, with layer norm one in thirty.
# </details>
#
# In a batch of two, batch norm makes every value about +1 or −1: only which patient is higher is left.
#
# ### Very deep and without a norm: orthogonal
#
# **Intuition.** The law knows only the mean square, so the *shape* of the spread matters little. But all
# weights of a matrix *together* can be drawn better: as a rotation, which changes no length. Such a
# matrix is [orthogonal](glossary.md#orthogonal-initialization).
#
# **Formula.** For a wanted SD $s$:
#
# - *normal*: $N(0, s^2)$; now and then a weight is very large.
# - *truncated normal*: cut at two SDs. What is left has SD 0.880, so divide by that.
# - *uniform*: evenly within $\pm\sqrt 3\, s$.
# - *orthogonal*: $W^T W = I$, times the gain. Take the $Q$ of a QR decomposition of normal numbers. It
#   leaves signs open; [lab 08](../labs/08_initialization_and_regularization.ipynb) sets them.

# %%
rng, shape = np.random.default_rng(0), (300, 300)
draws = {
    "normal": init.normal(shape, rng=rng),
    "truncated": init.trunc_normal(shape, rng=rng),
    "uniform": init.uniform(shape, -np.sqrt(3), np.sqrt(3), rng=rng),
    "orthogonal": init.orthogonal(shape, np.sqrt(300), rng=rng),
}
print(", ".join(f"{name}: SD {w.std():.3f}" for name, w in draws.items()))

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
# A normal matrix keeps the mean square *on average*; sixty of them in a row drift. An orthogonal one keeps
# it exactly, until an activation comes between.
#
# **When to take orthogonal.** Where many matrices follow each other and nothing mends the sizes: very deep
# plain networks without norm or skips, and recurrent networks (unit 16), which use *one* matrix at every
# step. *Predict:* 100 layers of tanh. Which
# weights keep the spread across patients?

# %%
print("SD across patients at tanh layer 100, five seeds")
for name in ("normal", "orthogonal"):
    for gain in (1.0, 1.1):
        ends = []
        for seed in range(5):
            rng, h = np.random.default_rng(seed), Z
            for _ in range(100):
                w = init.orthogonal((30, 30), gain, rng=rng)
                if name == "normal":
                    w = rng.normal(0, gain / np.sqrt(30), (30, 30))
                h = np.tanh(h @ w.T)
            ends.append(h.std(axis=0).mean())
        print(f"{name:10} gain {gain}: {min(ends):.3f} to {max(ends):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At gain 1 neither keeps much: 0.07 with orthogonal weights, 0.01 to 0.04 with normal ones. The gain matters
# more: at 1.1 both keep a good spread. With orthogonal weights every seed ends alike.
# </details>
#
# %% [markdown]
# ### Sigmoids, and a piece of history
#
# Deep networks of sigmoids were hard to start. *Layer-wise pre-training* was an early way out. Train the first
# layer so that its input can be rebuilt from its output, and keep it. Do the same for the second with the
# first's output, and so on. Then train the whole on the labels.
#
# Five layers of 30 sigmoids, and ReLUs with He's rule for comparison
# (`dlcourse/measured/layerwise.py`):

# %%
from dlcourse.measured.layerwise import measure

stored, live = measured.load("layerwise"), measure(0)  # five seeds stored, one run now
print(stored)
for start in ("small random", "pre-trained", "ReLU and He"):
    found = stored.values(start)
    print(f"{start:13} finds {found} of 42 cancers")
    assert abs(live[start] - found.mean()) < 4

# %% [markdown]
# Other activations and better starts made it unnecessary. It came back with *other* data (unit 11).

# %% [markdown]
# ## Sitting 3 · To hold back with a penalty
#
# **A model can fit every patient it has seen and fail on the next. What does it help to make its weights small?**
#
# *Read in 33 minutes.* Run the cells of sitting 1 first.
#
# ### Learning by heart
#
# Shuffle the diagnoses among the 341 training patients, so that nothing is left to be understood.
# *Predict:* can a network with one hidden layer learn them all the same?

# %%
print("           steps until   balanced accuracy")
print("labels     all 341 fit   on the test set")
for name in ("true", "shuffle 0", "shuffle 1", "shuffle 2"):
    told = y[fit] if name == "true" else np.random.default_rng(int(name[-1])).permutation(y[fit])
    target, steps = torch.from_numpy(told).double(), 0
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Linear(30, 128), nn.ReLU(), nn.Linear(128, 1), nn.Flatten(0)
    ).double()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    while (((logits := network(X_torch[fit])) > 0) != (target > 0.5)).any():
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(logits, target).backward()
        optimizer.step()
        steps += 1
    alarm = network(X_torch[test]).detach().numpy() > 0
    balanced = (alarm[y[test] == 1].mean() + 1 - alarm[y[test] == 0].mean()) / 2
    print(f"{name:9}   {steps:8}   {balanced:12.2f}")
    assert steps < 400

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Yes: 341 *made-up* diagnoses without a single error, in about a hundred steps. On new patients it is as
# good as a coin.
# </details>
#
# A training loss of 0 proves nothing. [Regularization](glossary.md#regularization) is whatever holds a model
# back from that.
#
# ### L1 and L2
#
# **Formula.** Add a [penalty](glossary.md#penalty) for large weights:
#
# $$\arg\min_W \; L(y, f(X)) + \lambda R(W), \qquad
#   R_{L2} = \tfrac12 \sum_j w_j^2, \quad R_{L1} = \sum_j |w_j|$$
#
# - $\lambda$: how much a weight costs; chosen on validation patients (unit 07). Biases are left out.
# - L2 in a linear model is **ridge**; L1 is the **LASSO**.
# - L2's gradient is $\lambda w$. So each step of SGD shrinks all weights by the factor $1 - \eta\lambda$:
#   [weight decay](glossary.md#weight-decay).
# - L1's gradient is $\lambda\,\mathrm{sign}(w)$: as strong on a weight of 0.001 as on one of 10. A weight
#   that does not lower the loss enough is pulled all the way to 0.
#
# **Does it help?** 80 patients of the diabetes data, and 55 inputs: the ten measurements and all their
# products. Predict the other 362 patients. 50 draws of the 80.
#
# *Predict:* is the fit without a penalty better than the mean of the 80, predicted for everybody?

# %%
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

diabetes, strengths = data.diabetes(), np.array([0.1, 1, 10, 100])
models = {"the mean for everybody": DummyRegressor(), "no penalty": LinearRegression()}
models |= {
    f"λ = {s:g}": Ridge(alpha=40 * s) for s in strengths
}  # its loss is a sum: 80 / 2 times λ
models["λ chosen among the 80"] = RidgeCV(alphas=40 * strengths)  # each patient left out once
products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
errors = {name: [] for name in models}
for seed in range(50):
    order = np.random.default_rng(seed).permutation(442)
    few, others = order[:80], order[80:]
    for name, model in models.items():
        whole = make_pipeline(StandardScaler(), products, StandardScaler(), model)
        off = whole.fit(diabetes.X[few], diabetes.y[few]).predict(diabetes.X[others])
        errors[name].append(np.sqrt(np.mean((off - diabetes.y[others]) ** 2)))
print('error on 362 others (points), mean of 50 draws; less "no penalty", with 95 % interval')
for name, found in errors.items():
    less = np.array(found) - errors["no penalty"]
    half = 2.01 * less.std(ddof=1) / np.sqrt(50)
    print(f"{name:22} {np.mean(found):6.1f}   {less.mean():+6.1f} ± {half:.1f}")
assert (np.array(errors["λ = 1"]) < errors["no penalty"]).all()

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No: it is wrong by 146 points (root mean square), the mean by 77. The right penalty brings that to 61, less
# than without in all 50 draws.
# </details>
#
# $\lambda$ need not be known: chosen within the 80 patients, it does nearly as well. (All draws are from the
# same 442 patients. So the intervals say nothing about another clinic.)
#
# ### What each does to a weight
#
# The same data, all 442 patients and the ten measurements. For L1 a step of descent would jump across 0 and
# back. So step on the loss alone, then move every weight towards 0 by $\eta\lambda$ and stop there: the
# [soft threshold](glossary.md#soft-threshold).

# %%
A = (diabetes.X - diabetes.X.mean(axis=0)) / diabetes.X.std(axis=0)
t = diabetes.y - diabetes.y.mean()
gram, moment = 2 * A.T @ A / len(A), 2 * A.T @ t / len(A)  # Hessian; minus the gradient at 0


def ridge(strength):
    return np.linalg.solve(gram + strength * np.eye(10), moment)


def lasso(strength, steps=1500, lr=0.24):
    w = np.zeros(10)
    for _ in range(steps):
        w = w - lr * (gram @ w - moment)
        w = np.sign(w) * np.maximum(np.abs(w) - lr * strength, 0)  # the soft threshold
    return w


checked = Lasso(alpha=10 / 2, tol=1e-10).fit(A, t).coef_  # its loss carries a half
assert np.allclose(lasso(10.0), checked, atol=1e-3)
print("λ = 10      none      L2      L1")
solved = np.transpose([ridge(0), ridge(10), lasso(10.0)]).round(1) + 0
for name, values in zip(diabetes.features, solved, strict=True):
    print(f"{name:9}", "".join(f"{v:8.1f}" for v in values))

# %% [markdown]
# **Move** the strength; the paths grow as you go. *Predict:* under L1, which of the ten is the last to
# leave? And does a weight that is 0 stay 0 as the penalty grows?

# %% folded=true
GRID = np.geomspace(0.1, 100, 31)  # the slider's steps
PATHS = {"L1": np.array([lasso(s) for s in GRID]), "L2": np.array([ridge(s) for s in GRID])}


def draw_paths(log_strength=1.5):
    strength = 10**log_strength
    seen = GRID <= strength * 1.001
    figure, panels = plots.subplots(2, 1, width=7.2, height=6.6, sharex=True)
    said = []
    for ax, name in zip(panels, PATHS, strict=True):
        w = PATHS[name][seen][-1]
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
s3 = diabetes.features.index("s3")
assert PATHS["L1"][3, s3] == 0 and PATHS["L1"][12, s3] < 0 < ridge(0)[s3]
explore(draw_paths, log_strength=(-1.0, 2.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# bmi, just after s5. And no: s3 starts above 0, is 0 at λ = 0.2, and comes back below 0.
# </details>
#
# L2 lets none arrive at 0. L1 lets one after the other go.
#
# **Two measurements that say the same.** Give the model bmi twice, in two equal columns. *Predict:* how does L2
# divide the weight between them, and how L1?

# %%
bmi = A[:, diabetes.features.index("bmi")]
twins = np.column_stack([bmi, bmi])
print(f"L2, λ = 10: weights {Ridge(alpha=442 / 2 * 10).fit(twins, t).coef_.round(1)}")
alone_l1 = Lasso(alpha=10 / 2).fit(bmi[:, None], t).coef_[0]
for share in (0, 0.5, 1):
    w = alone_l1 * np.array([share, 1 - share])
    price = np.mean((twins @ w - t) ** 2) + 10 * np.abs(w).sum()
    print(f"L1, λ = 10: weights {w.round(1)} cost {price:.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# L2 gives each half: two halves squared are less than one whole squared. For L1 every division costs the same,
# so chance decides.
# </details>
#
# **In torch**, L2 is `weight_decay`. It belongs on the weights and not on the biases, so make two groups:

# %%
A_torch, t_torch = torch.from_numpy(A), torch.from_numpy(t)
linear = nn.Linear(10, 1).double()
groups = [
    {"params": [linear.weight], "weight_decay": 0.5},
    {"params": [linear.bias], "weight_decay": 0.0},
]
optimizer = torch.optim.SGD(groups, lr=0.1)
for _ in range(2000):
    optimizer.zero_grad()
    F.mse_loss(linear(A_torch)[:, 0], t_torch).backward()
    optimizer.step()
off = np.abs(linear.weight[0].detach().numpy() - ridge(0.5)).max()
print(f"weight_decay = 0.5 is ridge with λ = 0.5: largest difference {off:.4f}")

# %% [markdown]
# L1 has no argument. Take the soft threshold after each step.
#
# With Adam, `weight_decay` is L2 in the loss, and no weight decay: it is divided by the gradient's size as
# well. Take AdamW (unit 05).
#
# ### How many measurements does the pathologist need?
#
# L1 on the biopsies gives a number. Then draw the patients anew, with replacement (bootstrap), and ask
# again. *Predict:* how many of the thirty are kept nearly every time?

# %%
# L1 is l1_ratio=1 since scikit-learn 1.8, whose default says 0; before, penalty="l1".
L1 = {"penalty": "l1"} if LogisticRegression().l1_ratio is None else {"l1_ratio": 1}


def kept(rows, C=0.05):
    """Return which of 30 weights of an L1-penalized neuron are not 0; C is 1 / strength."""
    model = LogisticRegression(**L1, solver="liblinear", C=C, random_state=0, tol=1e-6)
    return model.fit(Z[rows], y[rows]).coef_[0] != 0


print({f"C = {C}": int(kept(np.arange(569), C).sum()) for C in (0.03, 0.05, 1.0)}, "kept of 30")
rng = np.random.default_rng(0)
again = np.mean([kept(rng.integers(0, 569, 569)) for _ in range(60)], axis=0)
for j in np.argsort(-again)[:8]:
    print(f"  {table.features[j]:22} kept in {again[j]:.2f} of 60 draws")
perimeter = table.features.index("mean perimeter")
link = np.corrcoef(Z[:, perimeter], y)[0, 1]
print(
    f"fewer than one in ten: {(again < 0.1).sum()} of 30, among them mean perimeter ({again[perimeter]:.2f}),"
)
print(f"  whose correlation with the diagnosis is {link:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Four. Several others only sometimes.
# </details>
#
# Of two measurements that say nearly the same L1 keeps one, and a few patients decide which. So L1 does not find
# "the" biomarkers, and a weight of 0 does not mean that a measurement carries no information: look at the
# perimeter.

# %% [markdown]
# ## Sitting 4 · To hold back with noise
#
# **Why should it help to switch off half of a network?**
#
# *Read in 40 minutes.* Run the cells of sittings 1 and 3 first.
#
# ### Dropout: many networks in one
#
# **Intuition.** A department where one senior physician knows everything works well, until she is on
# leave. Send somebody else home at random every day, and all must learn to do without any one. That
# is [dropout](glossary.md#dropout). In each step each hidden unit is set to 0 with probability $p$. So units
# cannot rely on a particular other one; that reliance is called *co-adaptation*.
#
# **Formula.** With a fresh mask $m$ for every patient and step,
#
# $$\tilde h_j = \frac{m_j}{1-p}\,h_j, \qquad P(m_j = 0) = p, \qquad E[\tilde h_j] = h_j$$
#
# - $p$: probability to be *dropped*.
# - $1/(1-p)$: the rescaling. With it, evaluation needs nothing: no mask, no factor.
#
# *Predict:* dropout keeps the mean. Does it keep the variance?

# %%
from scipy.special import expit  # the sigmoid

rng, p = np.random.default_rng(0), 0.4
h = np.maximum(Z[:200] @ rng.normal(0, 0.2, (30, 100)), 0)
noisy = h * (rng.random(h.shape) >= p) / (1 - p)
drop = nn.Dropout(p)
torch.manual_seed(0)
theirs = drop(torch.from_numpy(h))
for name, values in {"before": h, "by hand": noisy, "torch": theirs.numpy()}.items():
    print(f"{name:8} mean {values.mean():.3f}, variance {values.var():.3f}")
assert np.array_equal(drop.eval()(torch.from_numpy(h)).numpy(), h)  # evaluation: nothing

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No, it nearly doubles here. So a batch norm *behind* dropout records a variance that evaluation never sees.
# Put batch norm first.
# </details>
#
# **Many networks.** With 12 hidden units there are $2^{12} = 4096$ ways to drop some: 4096 networks that share
# their weights. Each patient, in each step, trains one of them. Training many models on different draws and
# averaging their predictions is called [bagging](glossary.md#bagging). Dropout resembles it, but evaluation
# uses all units once instead of averaging 4096 predictions. Is that the same? We can count.


# %%
def train_small(p, seed=0):
    """Train 30-12-1 with dropout p on the hidden units; return hidden values, v and c."""
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(30, 12), nn.ReLU(), nn.Dropout(p), nn.Linear(12, 1)).double()
    train(network, torch.optim.SGD(network.parameters(), lr=0.2), seed, epochs=40)
    with torch.no_grad():
        return network[:2](X_torch).numpy(), network[3].weight[0].numpy(), network[3].bias.item()


hidden, v, c = train_small(0.5)  # (569, 12), (12,), a number
masks = np.array(list(itertools.product([0, 1], repeat=12)))  # (4096, 12): all of them
logits = (hidden[test][:, None] * masks / 0.5) @ v + c  # (patients, 4096)
whole = hidden[test] @ v + c
print(f"furthest from evaluation, {len(test)} patients, 4096 networks")
print(f"  mean of the logits:        {np.abs(logits.mean(axis=1) - whole).max():.6f}")
print(f"  mean of the probabilities: {np.abs(expit(logits).mean(axis=1) - expit(whole)).max():.6f}")

# %% [markdown]
# With one hidden layer, evaluation *is* an average over all 4096, exactly: of their logits. With more layers it is an approximation.
#
# **Move** the dropout probability and the number of networks asked. The average never quite stands still.


# %% folded=true
def draw_networks(networks=40, p=0.5, patient=0):
    rng = np.random.default_rng(3)
    drawn = rng.random((200, 12)) >= p
    h = hidden[unsure[patient]]
    z = (h * drawn / (1 - p)) @ v + c
    chance = expit(z)
    running = expit(np.cumsum(z) / np.arange(1, 201))
    full = expit(h @ v + c)
    figure, (top, low) = plots.subplots(2, 1, height=5.8, height_ratios=[2, 3])
    for j, on in enumerate(drawn[networks - 1]):
        for end, plus in [(0, True), (2, v[j] > 0)]:
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
        f"{chance.std() / np.sqrt(networks):.3f}. Top: a cross is a dropped unit, a broken line a weight below 0."
    )


unsure = test[np.argsort(np.abs(whole))[:6]]  # the patients nearest to one half
explore(draw_networks, networks=(1, 200), p=(0.1, 0.8, 0.05), patient=(0, 5))

# %% [markdown]
# **Does it end the reliance?** Train with and without, six seeds each. Then drop one hidden unit at a time,
# and watch the test loss.

# %%
for p in (0.0, 0.5):
    losses, worst = [], []
    for seed in range(6):
        h, v_seed, c_seed = train_small(p, seed)
        test_loss = [
            ref.binary_cross_entropy_with_logits(
                (h[test] * on) @ v_seed + c_seed, y[test].astype(float)
            )
            for on in [np.ones(12), *(1 - np.eye(12))]
        ]
        losses.append(test_loss[0])
        worst.append(max(test_loss) - test_loss[0])
    print(f"p = {p}: test loss {np.mean(losses):.3f}; it rises, if the worst unit fails,")
    print(f"         by {np.mean(worst):.3f} ({min(worst):.3f} to {max(worst):.3f}, six seeds)")

# %% [markdown]
# Trained with dropout, the network loses far less when a unit fails. The test loss itself is no better here.
#
# **Its kinship to L2.** Put dropout on the inputs of a *linear* model with *squared* error. Averaged over the
# noise, what remains is a penalty:
#
# $$E\Big[(\tilde x^T w - y)^2\Big] = (x^T w - y)^2 + \frac{p}{1-p} \sum_j x_j^2\, w_j^2$$
#
# That is ridge (in mathematics, *Tikhonov* regularization) in which each weight is charged by the mean square
# of its own input. For logistic loss or hidden layers it is a resemblance.

# %%
p, w, rng = 0.3, ridge(1.0), np.random.default_rng(0)
noisy = [A * (rng.random(A.shape) >= p) / (1 - p) for _ in range(3000)]
formula = np.mean((A @ w - t) ** 2) + p / (1 - p) * np.mean(A**2, axis=0) @ w**2
print(
    f"loss with dropout, mean of 3,000 draws: {np.mean([np.mean((a @ w - t) ** 2) for a in noisy]):.0f}"
)
print(f"formula: {formula:.0f}")

# %% [markdown]
# ### Which restraint helps?
#
# 40 biopsies to learn from, 529 to test on, in 20 draws. 495 inputs: the 30 measurements, their products and
# squares. A network 495-64-1 takes 300 steps of SGD with momentum (rate 0.05, all 40 at once); dropout has
# $p = 0.5$ (`dlcourse/measured/held_back.py`).
#
# *Predict:* which of these lowers the test loss, and which the share of wrong diagnoses?

# %%
from dlcourse.measured import held_back

stored = measured.load("held_back")
print(stored)
print("                    train loss   test loss, less none    wrong, less none (points)")
for name in held_back.KINDS:
    row = f"{name:19} {stored.values(name, 'train', 'loss').mean():8.2f}"
    for what, unit in (("loss", 1), ("wrong", 100)):
        found = unit * stored.values(name, "test", what)
        less = found - unit * stored.values("none", "test", what)
        half = 2.09 * less.std(ddof=1) / np.sqrt(20)  # 95 % interval, 20 draws
        row += f"   {found.mean():6.2f}  {less.mean():+5.2f} ± {half:.2f}"
    print(row)

# %% [markdown]
# Why does the loss fall more than the errors? Three of the draws again: how sure is the network where it is
# wrong?

# %%
for name in ("none", "weight decay 0.01", "weight decay 0.1"):
    sure_wrong, sure_right = [], []
    for seed in range(3):
        X_few, y_few, X_rest, y_rest = held_back.patients(seed)
        network = held_back.train(X_few, y_few, seed, **held_back.KINDS[name])
        with torch.no_grad():
            malign = torch.sigmoid(network(X_rest))
        chosen = torch.maximum(malign, 1 - malign)
        wrong = (malign > 0.5) != (y_rest > 0.5)
        sure_wrong.append(chosen[wrong].mean().item())
        sure_right.append(chosen[~wrong].mean().item())
    print(
        f"{name:17}: {np.mean(sure_wrong):.2f} sure where wrong, {np.mean(sure_right):.2f} where right"
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Weight decay of 0.1 halves the loss, from 0.53 to 0.27: the network is less sure where it errs. It errs as
# often, and where it is right it is less sure too. Decay of 0.01 is the better compromise: its loss is 0.29,
# and it avoids two wrong diagnoses in three hundred. Dropout on the inputs avoids one in a hundred.
# </details>
#
# So no restraint is good in itself. Each is a hyperparameter, and validation patients decide (unit 07).
#
# ### Three quiet restraints
#
# **Early stopping** (unit 07). Descent from 0 arrives first where the loss is steep. In a direction of
# curvature $\lambda_i$, $k$ steps of rate $\eta$ go a share of the way, and so does ridge:
#
# $$\text{stopped: } 1 - (1 - \eta\lambda_i)^k \qquad \text{ridge: } \frac{\lambda_i}{\lambda_i + \lambda}$$
#
# Where $\lambda_i$ is small, the first is about $k\eta\lambda_i$ and the second about $\lambda_i/\lambda$. They agree
# if $\lambda = 1/(\eta k)$. Compare them on the diabetes data. **Move** the number of steps. *Predict:* how many of
# the ten directions has descent finished after 30?


# %% folded=true
curvatures = np.linalg.eigvalsh(gram)[::-1]


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


gone = 1 - (1 - 0.1 * curvatures) ** 30
assert (gone > 0.97).sum() == 6 and 0.04 < gone[9] < 0.06
explore(draw_shares, steps=(1, 300))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Six of ten by 97 % or more. The flattest has gone a twentieth of its way.
# </details>
#
# Both hold back the flat directions most. Ridge shortens the steep ones as well.
#
# **SGD's own noise.** Small batches make the steps noisy (unit 05). Does noise find wide valleys, where small
# changes of a weight do little harm? A made-up loss has a deep narrow valley on the left and a shallower wide
# one on the right. A thousand runs start in each. *Predict:* which do they leave more often?


# %%
def share_that_leaves(start, noise):
    """Return the share of 1,000 runs that end on the other side of 0."""
    rng, w = np.random.default_rng(0), np.full(1000, start)
    for _ in range(2000):
        narrow, wide = np.exp(-((w + 1) ** 2) / 0.02), np.exp(-((w - 1) ** 2) / 0.5)
        slope = 0.1 * w + 100 * (w + 1) * narrow + 3.6 * (w - 1) * wide
        w = w - 0.005 * (slope + noise * rng.normal(size=1000))
    return np.mean(w * start < 0)


for noise in (0, 5, 10, 15):
    narrow, wide = share_that_leaves(-1.0, noise), share_that_leaves(1.0, noise)
    print(f"noise {noise:2}: {narrow:4.0%} leave the narrow valley, {wide:4.0%} the wide one")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The narrow one, although it is deeper.
# </details>
#
# That is one weight, no proof about millions. Whether wide valleys are why networks generalize
# is disputed.
#
# **[Augmentation](glossary.md#augmentation).** Show each image a little changed each time. You claim that
# these changes do not matter. Digits on a larger canvas,
# one network (144-64-10, 25 epochs; `dlcourse/measured/shifted_digits.py`) trained on them as they are, one with
# random shifts of up to 2 pixels:

# %%
from dlcourse.measured import shifted_digits

shifts = measured.load("shifted_digits")
print(shifts)
for kind in ("as they are", "shifted"):
    seen = [shifts.values(kind, what) for what in ("centred", "moved")]
    found = [f"{s.mean():.2f} ({s.min():.2f} to {s.max():.2f})" for s in seen]
    print(f"trained {kind:11}: right {found[0]} as is, {found[1]} one pixel aside")
turned = shifts.values("as they are", "turned sixes read as 9")
print(f"sixes turned by 180 degrees and read as 9: {turned.min():.0%} to {turned.max():.0%}")
images, labels = shifted_digits.canvas()
live = shifted_digits.train(images[:1300], labels[:1300], 0, 0)  # one seed, not shifted
here = shifted_digits.right(live, images[1300:], labels[1300:])
print(f"one seed, run now, not shifted: {here:.2f}")
assert abs(here - shifts.values("as they are", "centred").mean()) < 0.03

# %% [markdown]
# It is better on shifted images. On centred ones it is worse; we did not test why. And an augmentation that
# changes the meaning is a wrong label: a turned 6 is a 9. Never augment validation images.

# %% [markdown]
# ## Sources
#
# - LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998).
#   [doi:10.1007/3-540-49430-8_2](https://doi.org/10.1007/3-540-49430-8_2)
# - Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010), no DOI.
# - He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015).
#   [doi:10.1109/ICCV.2015.123](https://doi.org/10.1109/ICCV.2015.123)
# - Saxe, McClelland and Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear neural
#   networks* (2014). [doi:10.48550/arXiv.1312.6120](https://doi.org/10.48550/arXiv.1312.6120)
# - Ioffe and Szegedy, *Batch normalization* (2015).
#   [doi:10.48550/arXiv.1502.03167](https://doi.org/10.48550/arXiv.1502.03167)
# - Ba, Kiros and Hinton, *Layer normalization* (2016).
#   [doi:10.48550/arXiv.1607.06450](https://doi.org/10.48550/arXiv.1607.06450)
# - Hoerl and Kennard, *Ridge regression* (1970).
#   [doi:10.1080/00401706.1970.10488634](https://doi.org/10.1080/00401706.1970.10488634)
# - Tibshirani, *Regression shrinkage and selection via the lasso* (1996).
#   [doi:10.1111/j.2517-6161.1996.tb02080.x](https://doi.org/10.1111/j.2517-6161.1996.tb02080.x)
# - Daubechies, Defrise and De Mol (2004): a soft threshold in each step.
#   [doi:10.1002/cpa.20042](https://doi.org/10.1002/cpa.20042)
# - Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking generalization*
#   (2017): shuffled labels. [doi:10.48550/arXiv.1611.03530](https://doi.org/10.48550/arXiv.1611.03530)
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout* (2014), no DOI.
# - Breiman, *Bagging predictors* (1996). [doi:10.1007/BF00058655](https://doi.org/10.1007/BF00058655)
# - Bishop, *Training with noise is equivalent to Tikhonov regularization* (1995).
#   [doi:10.1162/neco.1995.7.1.108](https://doi.org/10.1162/neco.1995.7.1.108)
# - Loshchilov and Hutter, *Decoupled weight decay regularization* (2019).
#   [doi:10.48550/arXiv.1711.05101](https://doi.org/10.48550/arXiv.1711.05101)
# - Hochreiter and Schmidhuber, *Flat minima* (1997).
#   [doi:10.1162/neco.1997.9.1.1](https://doi.org/10.1162/neco.1997.9.1.1)
# - Dinh, Pascanu, Bengio and Bengio, *Sharp minima can generalize for deep nets* (2017): the other side.
#   [doi:10.48550/arXiv.1703.04933](https://doi.org/10.48550/arXiv.1703.04933)
# - Bengio, Lamblin, Popovici and Larochelle, *Greedy layer-wise training of deep networks* (2007): with
#   autoencoders, as here. [doi:10.7551/mitpress/7503.003.0024](https://doi.org/10.7551/mitpress/7503.003.0024)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - A slide says Var(Y) = n Var(W) Var(X), so Var(W) = 1/n_in and Var(W) = 1/n_out. That holds for inputs of
#   mean 0 only; in general E[y²] = n E[w²] E[x²]. The two conditions serve the signal and the gradient, and
#   agree only where n_in = n_out.
# - Ridge and LASSO are called what the neural net community calls weight decay. Only L2 is, and only with SGD;
#   Adam with L2 is something else.
# - Dropout is called the equivalent of Tikhonov regularization. It is, exactly, for a linear model with squared
#   error, each weight charged by its input's mean square; elsewhere it is a resemblance.
# </details>
