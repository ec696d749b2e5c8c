# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 · Gradient descent
#
# **At which learning rate does training explode?**
#
# A clinic has ten measurements of each of its patients with diabetes and wants to know how far
# the disease will have gone a year later. The model is the simplest there is: ten weights and a
# bias. Training is one line, repeated. That line holds one number that nobody gives you, the
# learning rate, and you choose it before you see anything. A little too large, and the loss reads
# `nan` by lunchtime. In this unit you compute where that happens, before it happens.
#
# After this lecture you can
#
# 1. walk downhill on one, two, ten and 2,410 weights, and read from a curve how it goes;
# 2. compute the learning rate at which descent explodes, and see it hold;
# 3. follow one weight through an epoch of mini-batches, and set batch size and rate together;
# 4. write momentum, Adagrad, RMSprop, Adam and AdamW in a few lines each, equal to torch's;
# 5. say what each is good for, what it is not, and when to change the rate on the way.
#
# *Time: 90 minutes. You need: unit 02 (gradients of a neuron); unit 04 helps.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the
# top (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
import numpy as np
import torch

from dlcourse import data, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore, rounded

# %% [markdown]
# ## The patients
#
# 442 patients with diabetes: age, sex, body mass index, mean blood pressure, and six blood values
# called s1 to s6. The outcome is a score of how far the disease had progressed one year later,
# from 25 to 346. The paper does not define it further, so we write "points".
#
# Everything here is about *finding* the lowest loss on these patients. Whether the weights are
# any good for other patients is another question: units 01, 07 and 14.

# %%
table = data.diabetes()
y = table.y
n = len(y)
Z = (table.X - table.X.mean(axis=0)) / table.X.std(axis=0)  # (442, 10), in standard deviations
A = np.column_stack([Z, np.ones(n)])  # (442, 11): the bias is a weight whose input is always 1

print(f"{n} patients, {Z.shape[1]} measurements:")
print(", ".join(table.features))
print(f"progression: mean {y.mean():.1f}, {y.min():.0f} to {y.max():.0f} points")
print(f"always the mean: loss {y.var():.1f} points²")

# %% [markdown]
# **Before you scroll on, write down a number.** The model is linear, the loss the mean squared
# error, all measurements are in standard deviations, and every step uses all patients. At which
# learning rate does training explode: 0.001, 0.01, 0.1, 1, 10? Answer as exactly as you dare.

# %% [markdown]
# ## 1. One weight
#
# **Intuition.** You stand on a hillside in fog. You cannot see the valley, but you feel the slope
# under your feet. So you take a step downhill, feel again, and repeat. The slope tells you which
# *direction*. It does not tell you how *far*. That is the learning rate's job.
#
# **Picture.** One weight is a curve: for every weight a loss. We keep one measurement, the body
# mass index, and predict by how much the progression differs from its mean.
#
# **Formula.** With $x_i$ the index of patient $i$ and $t_i = y_i - \bar y$ what we want,
#
# $$\begin{aligned}
#   \text{loss}(w) &= \frac1n\sum_{i=1}^n (w x_i - t_i)^2 \\
#   \text{slope}(w) &= \frac2n\sum_{i=1}^n (w x_i - t_i)\,x_i \\
#   w &\leftarrow w - \eta\;\text{slope}(w)
#   \end{aligned}$$
#
# - slope: the derivative of the loss; in one dimension the whole **gradient**.
# - $\eta$: the **learning rate**, `lr` in code.
# - The minus: the gradient points **uphill**. Some texts say that it gives the direction that
#   minimizes the loss. Its negative does.
#
# **In NumPy:**

# %%
x = Z[:, table.features.index("bmi")]
target = y - y.mean()


def loss_1d(w):
    """Return the mean squared error for each weight in w, an array of any shape."""
    return np.mean((np.asarray(w)[..., None] * x - target) ** 2, axis=-1)


def slope_1d(w):
    return 2 * np.mean((w * x - target) * x)


w = np.random.default_rng(0).normal(0, 30)  # a random start
print(f"start         w = {w:7.3f}   loss {loss_1d(w):.1f}")
print(f"one step up   w = {w + 0.1 * slope_1d(w):7.3f}   loss {loss_1d(w + 0.1 * slope_1d(w)):.1f}")
for step in range(1, 31):
    w = w - 0.1 * slope_1d(w)
    if step in (1, 2, 3, 10, 30):
        print(f"step {step:2} down  w = {w:7.3f}   loss {loss_1d(w):.1f}")

best_w = np.mean(x * target) / np.mean(x * x)
print(f"the bottom    w = {best_w:7.3f}   loss {loss_1d(best_w):.1f}")

# %% [markdown]
# **The same in torch.** `backward` finds the slope, `optimizer.step` takes the step,
# `zero_grad` forgets the slope of the step before.

# %%
w_torch = torch.tensor(np.random.default_rng(0).normal(0, 30), requires_grad=True)
optimizer = torch.optim.SGD([w_torch], lr=0.1)
for _ in range(30):
    optimizer.zero_grad()
    torch.mean((w_torch * torch.from_numpy(x) - torch.from_numpy(target)) ** 2).backward()
    optimizer.step()
assert np.isclose(w_torch.item(), w)
print("by hand and torch end at the same weight")

# %% [markdown]
# **How far is too far?** Here the answer can be read off. The slope of a parabola grows in
# proportion to the distance from the bottom $w^*$: $\text{slope}(w) = \lambda\,(w - w^*)$. The factor
# $\lambda$ is the **curvature**, the second derivative; here it is $2\,\overline{x^2}$, which is
# 2 because $x$ is standardized. Put that into the step:
#
# $$w_{\text{new}} - w^* = (1 - \eta \lambda)\,(w - w^*)$$
#
# Every step multiplies the distance by the same number, $1 - \eta \lambda$. The rest is
# arithmetic.
#
# | learning rate | factor $1 - \eta \lambda$ | what you see |
# |---|---|---|
# | far below $1/\lambda$ | just below 1 | crawls |
# | $1/\lambda$ | 0 | arrives in one step |
# | between $1/\lambda$ and $2/\lambda$ | between 0 and −1 | jumps across, and converges |
# | $2/\lambda$ | −1 | oscillates for ever |
# | above $2/\lambda$ | below −1 | explodes |
#
# **Move** the learning rate. *Predict first:* where on the slider does the walk stop converging?
# And at which setting is it fastest?


# %% folded=true
def regime(factor):
    if abs(factor) < 1e-9:
        return "arrives in one step"
    if abs(abs(factor) - 1) < 1e-9:
        return "oscillates for ever"
    if abs(factor) > 1:
        return "explodes"
    if factor < 0:
        return "jumps across the bottom and converges"
    return "crawls" if factor > 0.9 else "converges"


def draw_one(learning_rate=0.03):
    path = [-20.0]
    for _ in range(15):
        path.append(path[-1] - learning_rate * slope_1d(path[-1]))
    path = np.array(path)
    distance = np.abs(path - best_w)

    figure, (top, low) = plots.subplots(2, 1, width=6, height=5.8, height_ratios=[3, 2])
    plots.path_1d(top, loss_1d, path, span=(-90, 180), xlabel="weight of BMI (points per sd)")
    top.set(ylabel="loss (points²)", ylim=(2000, 24000), yticks=[5000, 10000, 15000, 20000])
    top.get_legend().remove()
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    low.semilogy(np.maximum(distance, 1e-6), "o-", ms=4)
    low.set(xlabel="step", ylabel="distance", ylim=(1e-3, 1e4), yticks=[1e-3, 1, 1e3])
    factor = 1 - 2 * learning_rate
    low.set_title(f"distance from the bottom: × {abs(factor):.2f} per step", fontsize=13)
    sentence = (
        f"Learning rate {learning_rate:.2f}: each step multiplies the distance from the bottom by "
        f"{factor:.2f}, so it {regime(factor)}. After 15 steps from weight -20 the distance is "
        f"{rounded(distance[-1], 3)} (it was {distance[0]:.1f})."
    )
    return figure, sentence


explore(draw_one, learning_rate=(0.01, 1.1, 0.01))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It is fastest at 0.50, where one step arrives, and stops converging at 1.00: there it bounces
# between the same two weights, and the loss stands still.
# </details>
#
# Seen from the loss alone that looks like a training run that has finished. It has not.
#
# **What if** the curve has two valleys? Then the start decides. Here is a made-up loss,
# $(w^2-1)^2 + 0.3w$, with its lower valley on the left, from 1,000 random starts:


# %%
def two_valleys(w):
    return (w**2 - 1) ** 2 + 0.3 * w


w = np.random.default_rng(1).uniform(-2, 2, 1000)
for _ in range(500):
    w = w - 0.05 * (4 * w * (w**2 - 1) + 0.3)
for side, name in [(w < 0, "left"), (w > 0, "right")]:
    end = w[side].mean()
    print(f"{side.sum()} end {name}, w {end:.3f}, loss {two_valleys(end):.3f}")

# %% [markdown]
# Linear models with squared error have one valley. Networks have many, and unit 03 counted where
# their random starts end.
#
# <details><summary><b>Question.</b> Some books put ½ in front of the squared error. What happens
# to the learning rate at which training explodes?</summary>
#
# It doubles. Half the loss has half the curvature, and 2 divided by half is twice as much. A
# learning rate means something only together with the loss it was used on: with or without ½, sum
# or mean.
# </details>

# %% [markdown]
# ## 2. Two weights: a ravine
#
# **Intuition.** With two weights the landscape is a map. If two measurements say nearly the same,
# the map is a ravine: raising one weight and lowering the other hardly changes the answers, so
# the loss is almost level along that line. Across it, the walls are steep. The steep walls forbid
# large steps. The level floor would need them.
#
# **Formula.** The gradient has one slope per weight, and the curvature becomes a table, the
# **Hessian** $H$: how each slope changes with each weight. For the mean squared error
#
# $$g = \frac2n X^T (Xw - t), \qquad H = \frac2n X^T X$$
#
# - $X$: the measurements, $(n, p)$; $t$: the targets, $(n,)$; $w$: the weights, $(p,)$.
# - $g$: the gradient, $(p,)$. $H$: the Hessian, $(p, p)$.
# - $\lambda$: an **eigenvalue** of $H$, the curvature along one of its special directions
#   (*eigenvectors*), in which slope and distance point the same way.
#
# Our ravine: s1 and s2, two blood values that rise and fall together.

# %%
pair = Z[:, [table.features.index("s1"), table.features.index("s2")]]  # (442, 2)
H_pair = 2 * pair.T @ pair / n
curvatures, directions = np.linalg.eigh(H_pair)
best_pair = np.linalg.solve(H_pair, 2 * pair.T @ target / n)

print(f"correlation of s1 and s2: {np.corrcoef(pair.T)[0, 1]:.3f}")
print("curvatures:", curvatures.round(3))
print(f"steepest over flattest: {curvatures[1] / curvatures[0]:.1f}")
print(f"2 / steepest curvature: {2 / curvatures[1]:.3f}")

# %% [markdown]
# Each direction is a parabola of its own, with a factor $1 - \eta\lambda$ of its own. One
# learning rate must serve both.
#
# **Move** rate, steps and the random start. *Predict:* at 0.26, does it go straight down the
# ravine or does it zigzag? What is the picture at 0.53?


# %% folded=true
def loss_pair(w1, w2):
    """Return the loss of each pair of weights: the lowest loss plus the bowl above it."""
    d1, d2 = w1 - best_pair[0], w2 - best_pair[1]
    bowl = (H_pair[0, 0] * d1**2 + 2 * H_pair[0, 1] * d1 * d2 + H_pair[1, 1] * d2**2) / 2
    return np.mean((pair @ best_pair - target) ** 2) + bowl


def draw_two(learning_rate=0.1, steps=30, start=0):
    around = np.random.default_rng(start).uniform(0, 2 * np.pi)
    path = [best_pair + 60 * np.array([np.cos(around), np.sin(around)])]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * H_pair @ (path[-1] - best_pair))
    path = np.array(path)
    losses = loss_pair(*path.T) - loss_pair(*best_pair)

    figure, (top, low) = plots.subplots(2, 1, width=6, height=6.4, height_ratios=[5, 3])
    span = [(b - 90, b + 90) for b in best_pair]
    levels = [5800, 6500, 8000, 11000, 16000]
    plots.path_2d(top, loss_pair, path, span, levels, labels=("weight of s1", "weight of s2"))
    top.get_legend().remove()
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    low.semilogy(np.maximum(losses, 1e-4), "-")
    low.set(xlabel="step", ylabel="loss above lowest", ylim=(1e-2, 1e6), yticks=[1, 1e3, 1e6])
    steep, flat = 1 - learning_rate * curvatures[1], 1 - learning_rate * curvatures[0]
    sentence = (
        f"Learning rate {learning_rate:.3f}: per step, the distance across the ravine is multiplied "
        f"by {steep:.2f}, along it by {flat:.2f}. After {counted(steps, 'step')} the "
        f"loss is {rounded(losses[-1], 3)} above the lowest; at the start it was {rounded(losses[0], 3)}."
    )
    return figure, sentence


explore(draw_two, learning_rate=(0.005, 0.56, 0.005), steps=(1, 100), start=(0, 20))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# At 0.26 the walk across the ravine is over in one step, since 0.26 is nearly $1/\lambda$ of the
# steep direction; what remains is the long way along the floor. Above that it zigzags. At 0.53,
# just beyond 0.527, each swing is wider than the one before: the steepest direction explodes first,
# and it takes the whole run with it.
# </details>
#
# <details><summary><b>Question.</b> Which is the best learning rate for this ravine, if you want
# the slower of the two directions to be as fast as possible?</summary>
#
# Make the two factors equal in size: 1 − ηλ_flat = −(1 − ηλ_steep), so η = 2/(λ_flat + λ_steep) =
# 0.5. That is close to the edge. Both directions then shrink by 0.897 per step: the ratio of the
# curvatures, the condition number, sets the pace, and no rate does better.
# </details>

# %% [markdown]
# ## 3. Ten weights and a bias: the answer
#
# **Formula.** Nothing new is needed. Eleven directions, eleven curvatures. Call the largest one
# $L$. (The books' letters: in this unit $L$ is no loss and $H$ no hidden layer, as they are
# elsewhere in the course.) Descent with all patients
#
# - converges for $\eta < 2/L$,
# - oscillates at $\eta = 2/L$,
# - explodes for $\eta > 2/L$.

# %%
ravine_rate = 2 / curvatures.sum()  # the folded answer above
assert abs(ravine_rate - 0.5) < 1e-9
assert np.allclose(np.abs(1 - ravine_rate * curvatures), 0.897, atol=1e-3)

H = 2 * A.T @ A / n  # (11, 11)
eigenvalues, eigenvectors = np.linalg.eigh(H)
L = eigenvalues[-1]
best = np.linalg.solve(A.T @ A, A.T @ y)  # the normal equations: what descent should find
lowest = np.mean((A @ best - y) ** 2)

print("curvatures:", eigenvalues[:5].round(3), "...", eigenvalues[-1:].round(3))
print(f"L = {L:.3f}, so the limit is 2 / L = {2 / L:.4f}")
print(f"condition number {L / eigenvalues[0]:.0f}, lowest loss {lowest:.1f}")

# %% [markdown]
# There is the computed answer: **0.2485**. Now see whether it holds. Weights start at 0.


# %%
def descend(inputs, lr, steps):
    """Return the loss before each of ``steps`` full-batch steps from zero."""
    w, losses = np.zeros(inputs.shape[1]), np.empty(steps)
    for step in range(steps):
        error = inputs @ w - y
        losses[step] = error @ error / n
        w = w - lr * 2 * inputs.T @ error / n
    return losses


print("  rate x limit  steps to +1  at step 2000")
for lr in [0.0025, 0.025, 0.124, 0.224, 0.246, 2 / L, 0.251]:
    losses = descend(A, lr, 5000)
    near = np.flatnonzero(losses < lowest + 1)
    when = near[0] if len(near) else "over 5000"
    print(f"{lr:6.4f} {lr * L / 2:7.2f}  {when:>11}  {losses[2000]:12.5g}")

# %% [markdown]
# "Steps to +1" counts until the loss is within 1 point² of the lowest. At 0.246 that takes 369,
# fewer than at any smaller rate in the table. One percent *above* the limit it explodes. Just at the limit it bounces, and never
# settles. **The best rate lies close to the edge**, which is why one often meets the edge.
#
# **Move** the rate. Above, one mark per direction: its curvature, and by how much a step shrinks
# what is still wrong in it. Below, the loss. *Predict:* for the flattest direction (far left), is
# its factor at rate 0.24 nearer to 0 or to 1?

# %% folded=true
offsets = eigenvectors.T @ (0 - best)  # how wrong the start is in each direction, (11,)
MOMENTS = np.unique(np.geomspace(1, 2000, 60).astype(int))


def draw_directions(learning_rate=0.124):
    factors = np.abs(1 - learning_rate * eigenvalues)
    with np.errstate(over="ignore"):
        above = (eigenvalues / 2 * offsets**2 * factors ** (2 * MOMENTS[:, None])).sum(axis=1)
    explodes = factors > 1

    figure, (top, low) = plots.subplots(2, 1, width=6, height=6)
    top.axhline(1, color="black", lw=1)
    top.semilogx(eigenvalues[~explodes], factors[~explodes], "o", color=plots.BLUE, ms=8)
    top.semilogx(eigenvalues[explodes], factors[explodes], "X", color=plots.VERMILLION, ms=12)
    top.set(xlabel="curvature of the direction", ylabel="factor per step", ylim=(-0.05, 1.5))
    top.text(0.02, 1.08, "above: explodes")
    low.loglog(MOMENTS, np.minimum(np.maximum(above, 1e-2), 1e9), "-")
    low.set(xlabel="step", ylabel="loss above lowest", ylim=(1e-1, 1e8))
    half = np.log(0.5) / np.log(factors[0])
    sentence = (
        f"Learning rate {learning_rate:.3f} (limit {2 / L:.4f}): {explodes.sum()} of 11 directions "
        f"explode. Steepest direction: factor {factors[-1]:.3f}; flattest: {factors[0]:.4f}, which "
        f"needs {half:.0f} steps to halve. At step 2000 the loss is "
        f"{'beyond 10⁹' if above[-1] > 1e9 else rounded(above[-1], 3)} above the lowest."
    )
    return figure, sentence


explore(draw_directions, learning_rate=(0.004, 0.3, 0.004))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# To 1: it still has 0.996.
# </details>
#
# A learning curve is the sum of eleven such directions: a fast drop while the steep ones settle,
# then a long tail in the flat ones. Nothing is wrong with the tail.
#
# **What if** we leave the measurements in raw units?

# %%
raw = np.column_stack([table.X, np.ones(n)])
raw_curvatures = np.linalg.eigvalsh(2 * raw.T @ raw / n)
limit = 2 / raw_curvatures[-1]
assert round(1 - 0.24 * eigenvalues[0], 3) == 0.996
print(f"raw units: limit {limit:.3g}")
print(f"condition number {raw_curvatures[-1] / raw_curvatures[0]:.1g}")
print(f"loss {descend(raw, limit, 1)[0]:.0f}, and after 5000 steps")
for lr in [0.99 * limit, 1.01 * limit]:
    print(f"{descend(raw, lr, 5000)[-1]:9.4g} at rate {lr:.3g}")

# %% [markdown]
# The limit falls from ¼ to a hundred-thousandth, and the condition number grows from 470 to fifty
# million. Below the limit, after 5,000 steps, it is still far above the lowest loss of 2,859.7.
# Standardize.
#
# <details><summary><b>Question.</b> You copy every patient, so that there are 884 rows. The loss
# is the mean. Does the limit change? And if the loss were the sum?</summary>
#
# With the mean, nothing changes: H is an average over patients. With the sum, H doubles and the
# limit halves. That is why we average: the rate then does not depend on how many patients there
# are.
# </details>
#
# **Is 2/L a cliff for every loss?** For the squared error of a linear model it is, because the
# curvature is the same everywhere. A neuron with a sigmoid has less curvature where it is sure.
# Its Hessian is at most $X^T X/(4n)$. Biopsies of unit 02, all 30 measurements:

# %%
biopsies = data.breast_cancer()
standardized = (biopsies.X - biopsies.X.mean(axis=0)) / biopsies.X.std(axis=0)
B = np.column_stack([standardized, np.ones(len(standardized))])
limit = 2 / np.linalg.eigvalsh(B.T @ B / (4 * len(B)))[-1]
print(f"2 / L = {limit:.3f}")
for lr in [0.6, 4.8, 20.0]:
    w, losses = np.zeros(31), []
    for _ in range(500):
        z = B @ w
        losses.append(ref.binary_cross_entropy_with_logits(z, biopsies.y))
        w = w - lr * B.T @ (ref.sigmoid(z) - biopsies.y) / len(B)
    rises = (np.diff(losses) > 1e-12).sum()
    print(f"rate {lr:4.1f}: {rises:2} of 499 rise, end {losses[-1]:.4f}")

# %% [markdown]
# At eight times 2/L the loss never rises; at 33 times it rises sixteen times and comes down
# again, because on the way the curvature falls. So below 2/L you are *safe*; above it you are on
# your own. For networks the curvature changes with every step.

# %% [markdown]
# ## 4. 2,410 weights, unseen
#
# **Intuition.** One weight is a curve, two are a map, and here the pictures end. A small network
# that reads handwritten digits (8 × 8 pixels) has 2,410 weights, a large one billions. You can
# still walk through that landscape in a straight line, and write down the heights.

# %%
from sklearn.datasets import load_digits

digits = load_digits()
pixels = digits.data[:600] / 16
pixels = pixels - pixels.mean(axis=0)  # (600, 64)
labels = digits.target[:600]


class Landscape:
    """The loss of a network as a function of one long vector of weights."""

    def __init__(self, rng):
        layers = ref.Linear(64, 32, rng=rng), ref.Tanh(), ref.Linear(32, 10, rng=rng)
        self.network = ref.Sequential(*layers)
        self.start = self._joined(self.network.parameters())

    def gradient(self, weights, rows=slice(None)):
        """Return the loss of these images and its gradient, (2410,), at ``weights``, (2410,)."""
        place = 0
        for p in self.network.parameters():
            p[...] = weights[place : place + p.size].reshape(p.shape)
            place += p.size
        scores = self.network.forward(pixels[rows])
        self.network.backward(ref.cross_entropy_backward(1.0, scores, labels[rows]))
        return ref.cross_entropy(scores, labels[rows]), self._joined(self.network.gradients())

    @staticmethod
    def _joined(arrays):
        return np.concatenate([a.ravel() for a in arrays])


land = Landscape(np.random.default_rng(0))
loss0, g = land.gradient(land.start)
rng = np.random.default_rng(1)
random_ways = rng.normal(size=(100, len(g)))
random_ways /= np.linalg.norm(random_ways, axis=1, keepdims=True)

downhill = land.gradient(land.start - 0.5 * g / np.linalg.norm(g))[0]
elsewhere = np.array([land.gradient(land.start + 0.5 * way)[0] for way in random_ways])
print(f"{len(land.start)} weights, loss at the start {loss0:.4f}")
print(f"step of 0.5 downhill:     {downhill - loss0:+.4f}")
print(f"best of 100 random steps: {elsewhere.min() - loss0:+.4f}")
nearest = np.degrees(np.arccos((random_ways @ -g / np.linalg.norm(g)).max()))
print(f"nearest of them: {nearest:.0f} degrees off downhill")

# %% [markdown]
# In 2,410 dimensions, almost every direction is at right angles to downhill. Trying steps at
# random is hopeless; the gradient finds the one way down, and its price is about that of one more
# forward pass or two (unit 06).
#
# **In a straight line**, along the gradient and along 20 of the random ways:

# %% folded=true
distances = np.linspace(-4, 4, 33)
unit = -g / np.linalg.norm(g)
along = np.array([land.gradient(land.start + d * unit)[0] for d in distances])
figure, ax = plots.subplots(width=6.4, height=3.6)
for k, way in enumerate(random_ways[:20]):
    heights = [land.gradient(land.start + d * way)[0] for d in distances[::4]]
    label = "20 random directions" if k == 0 else None
    ax.plot(distances[::4], heights, "--", color=plots.GREY, lw=0.8, label=label)
ax.plot(distances, along, "-", color=plots.BLUE, lw=2.8, label="along the gradient")
ax.plot(0, loss0, "s", color=plots.VERMILLION, ms=9, label="start")
ax.set(xlabel="distance from the start (negative: uphill)", ylabel="cross-entropy (nats)")
ax.legend()
plots.show(
    figure,
    f"Loss of a network of {len(g)} weights along straight lines through its start, where it is "
    f"{loss0:.2f}. Along the gradient it falls to {along.min():.2f} at distance "
    f"{distances[along.argmin()]:.2f}; along 20 random directions it is almost level.",
)

# %% [markdown]
# **L without the Hessian.** The Hessian of this network has 2,410² entries, and you need only its
# largest eigenvalue. Take a random direction, see how the gradient changes along it (that is $H$
# times the direction), turn towards the change, repeat: **power iteration**. Two gradients a
# time.


# %%
def steepest_curvature(land, weights, turns=60):
    """Return the largest eigenvalue of the Hessian at ``weights``, by power iteration."""
    way = np.random.default_rng(0).normal(size=len(weights))
    way /= np.linalg.norm(way)
    for _ in range(turns):
        ahead, behind = (land.gradient(weights + s * way)[1] for s in (1e-3, -1e-3))
        change = (ahead - behind) / 2e-3
        curvature = way @ change
        way = change / np.linalg.norm(change)
    return curvature


weights = land.start.copy()
print("full batch, rate 1\n step    loss      L   2 / L")
for step in range(201):
    loss, g = land.gradient(weights)
    if step in (0, 10, 20, 50, 200):
        curvature = steepest_curvature(land, weights)
        print(f"{step:5}   {loss:.3f}   {curvature:.2f}  {2 / curvature:6.1f}")
    weights = weights - 1.0 * g

# %% [markdown]
# The limit is no constant of a network. It tightens in the first steps, then loosens as the
# network grows sure. Part 10 comes back to that: it is one thing that a *warm-up* is for.
#
# <details><summary><b>Question.</b> Could the eigenvalue found be negative?</summary>
#
# Away from a minimum, yes: in some directions the loss may curve down. Here all are positive.
# </details>

# %% [markdown]
# ## 5. A day in the life of one weight
#
# **Intuition.** So far each step asked all patients before moving. You need not. Ask four, and
# take the step that they suggest. It is a poll: cheap, noisy, right on average. Then ask the next
# four. When all patients have been asked once, an **epoch** is over, and the patients are
# shuffled.
#
# - **Full batch**: all $n$ patients per step; one step per epoch.
# - **Stochastic** gradient descent (SGD): one patient per step; $n$ steps per epoch.
# - **Mini-batch**: $B$ patients per step. Today this is what most people mean by SGD.
#
# **Formula.** With $S$ a random set of $B$ patients, $g_S = \frac2B\sum_{i \in S}(x_i^T w -
# y_i)\,x_i$. Its mean over all sets is the full gradient $g$. Its spread shrinks roughly
# like $1/\sqrt B$.

# %%
rng = np.random.default_rng(0)
w = np.zeros(11)
bmi = table.features.index("bmi")
one_each = 2 * A[:, bmi] * (A @ w - y)  # the slope for the weight of BMI, patient by patient
print(f"full gradient for the weight of BMI: {one_each.mean():.1f}")
for size in [1, 4, 16, 64]:
    polls = [one_each[rng.choice(n, size, replace=False)].mean() for _ in range(2000)]
    wrong = (np.array(polls) > 0).mean()
    print(f"B = {size:2}: mean {np.mean(polls):6.1f}, sd {np.std(polls):5.1f}, wrong {wrong:3.0%}")
for name, some in [("wrong", one_each > 0), ("right", one_each < 0)]:
    print(f"{some.mean():.0%} of patients point {name}, mean {one_each[some].mean():.0f}")
assert ((one_each > 0) == (x < 0)).all()

# %% [markdown]
# A single patient points the weight of BMI the **wrong** way more often than not. At the start
# the model answers 0 to everyone, so each patient wants a higher answer, and for the 56 % whose
# BMI is below average that means to lower this weight. The others pull harder, and the mean is
# right. So it works:


# %%
def batch_step(w, S, lr):
    """Return the weights after one step that asks only the patients in S."""
    return w - lr * 2 * A[S].T @ (A[S] @ w - y[S]) / len(S)


order = np.random.default_rng(0).permutation(n)
w, lr, size = np.zeros(11), 0.02, 4
for first in range(0, n, size):
    w = batch_step(w, order[first : first + size], lr)  # the last batch may be smaller

w_torch = torch.zeros(11, dtype=torch.float64, requires_grad=True)
loader = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.from_numpy(A), torch.from_numpy(y)),
    batch_size=size,
    sampler=order.tolist(),
)
optimizer = torch.optim.SGD([w_torch], lr=lr)
for X_batch, y_batch in loader:
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(X_batch @ w_torch, y_batch).backward()
    optimizer.step()
assert np.allclose(w_torch.detach(), w)

print(f"{len(loader)} steps of {size} patients: loss {np.mean((A @ w - y) ** 2):6.0f}")
print(f"one full-batch step:      loss {descend(A, lr, 2)[1]:6.0f}")
print(f"before:                   loss {np.mean(y**2):6.0f}")
print(f"weight of BMI {w[bmi]:.1f}, at the lowest {best[bmi]:.1f}")

# %% [markdown]
# **Follow one weight** from breakfast to midnight. Above, where it stands; the dotted line is
# where it stands at the lowest loss. Below, each step that a batch sent it on: up, down, up.
# *Predict:* with one patient per step and the same rate, does it end nearer to the dotted line or
# further away? Then make the batch 442.


# %% folded=true
def one_epoch(batch_size, lr, seed):
    """Return the weights, (steps + 1, 11), through an epoch, and the patients seen."""
    order = np.random.default_rng(seed).permutation(n)
    w, path, seen = np.zeros(11), [np.zeros(11)], [0]
    with np.errstate(all="ignore"):
        for first in range(0, n, batch_size):
            S = order[first : first + batch_size]
            w = batch_step(w, S, lr)
            path.append(w)
            seen.append(first + len(S))
    return np.array(path), np.array(seen)


def draw_day(weight="bmi", batch_size=4, learning_rate=0.02, shuffle=0):
    j = table.features.index(weight)
    path, seen = one_epoch(batch_size, learning_rate, shuffle)
    here = np.clip(path[:, j], -300, 300)  # what explodes leaves the picture
    moves = np.diff(here)

    figure, (top, bottom) = plots.subplots(2, 1, width=6.4, height=5.2, sharex=True)
    top.axhline(best[j], color=plots.GREY, linestyle=":")
    top.plot(seen, here, "o-" if len(seen) < 40 else "-", color=plots.BLUE, lw=1.5, ms=4)
    top.set_ylabel(f"weight of {weight}\n(points per sd)")
    up = np.diff(path[:, j]) > 0
    for chosen, colour, marker, name in [
        (up, plots.BLUE, "^", "up"),
        (~up, plots.VERMILLION, "v", "down"),
    ]:
        if chosen.any():
            bottom.vlines(seen[1:][chosen], 0, moves[chosen], color=colour, lw=1)
            where = seen[1:][chosen], moves[chosen], marker
            bottom.plot(*where, color=colour, ms=4, label=f"{name}: {chosen.sum()}")
    bottom.axhline(0, color="black", lw=0.8)
    bottom.set(xlabel="patients seen", ylabel="step", xlim=(-5, n + 5))
    figure.legend(loc="outside upper center", ncols=2)
    with np.errstate(all="ignore"):
        loss = np.mean((A @ path[-1] - y) ** 2)
    sentence = (
        f"One epoch in batches of {batch_size} at rate {learning_rate:g}: the weight of {weight} takes "
        f"{counted(up.sum(), 'step')} up and {(~up).sum()} down, from 0 to {rounded(path[-1, j], 4)} "
        f"(at the lowest loss: {best[j]:.1f}). Loss {np.mean(y**2):.0f} -> {rounded(loss, 4)}."
    )
    return figure, sentence


explore(
    draw_day,
    weight=["bmi", "bp", "s5", "sex", "age"],
    batch_size=[1, 4, 16, 64, 442],
    learning_rate=(0.002, 0.06, 0.002),
    shuffle=(0, 9),
)

# %% [markdown]
# No single step knows the way. Between two of them the other weights have moved as well, so the
# ground has changed. The weight goes home in a zigzag and never quite arrives. One shuffle proves
# little, so ten, at the same rate:

# %%
for size in (1, 4, 442):
    ends = np.array([one_epoch(size, 0.02, shuffle)[0][-1, bmi] for shuffle in range(10)])
    print(f"B = {size:3}: off by {np.abs(ends - best[bmi]).mean():4.1f} on average")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Further away than four: more steps, and more noise in each. The full batch takes a single step and
# has hardly left.
# </details>
#
# **Batch size and learning rate belong together.** Two measurements. First: start *at* the lowest
# loss and see how far above it the noise carries you, on average over the last half of 40 epochs.


# %%
def batches(size, epochs, count=n):
    """Yield index arrays of up to ``size`` of ``count`` patients, shuffled every epoch."""
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        order = rng.permutation(count)
        yield from (order[i : i + size] for i in range(0, count, size))


def noise_floor(size, lr, epochs=40):
    """Return the mean loss above the lowest in all steps of the last epochs // 2."""
    w, above = best.copy(), []
    first_half = -(-n // size) * epochs // 2
    for step, S in enumerate(batches(size, epochs)):
        w = batch_step(w, S, lr)
        if step >= first_half:
            above.append((w - best) @ H @ (w - best) / 2)
    return np.mean(above)


print("loss above the lowest\nrate / B     B = 1   B = 4  B = 16")
for share in [0.001, 0.002, 0.004]:
    floor = [noise_floor(size, share * size) for size in (1, 4, 16)]
    print(f"{share:8.3f}  " + "".join(f"{v:8.1f}" for v in floor))

# %% [markdown]
# Along a row, batch and rate grow together, and the noise changes little. Down a column, only the
# rate grows, and the noise with it. So the *ratio* of rate to batch size sets the noise: take
# batches four times as large, and you may take steps four times as long. How long does that go
# on? And is a larger batch faster, as one often reads? Second measurement: the fewest steps to
# within 100 of the lowest loss, from five rates.

# %%
print("  B   rate  steps  patients seen")
for size in [1, 4, 16, 64, 442]:
    fewest = (10**9, 0.0)
    for lr in [0.003, 0.01, 0.03, 0.1, 0.2]:
        w = np.zeros(11)
        with np.errstate(all="ignore"):
            for step, S in enumerate(batches(size, 60), start=1):
                w = batch_step(w, S, lr)
                if (w - best) @ H @ (w - best) / 2 < 100:
                    fewest = min(fewest, (step, lr))
                    break
    step, lr = fewest
    print(f"{size:3}  {lr:5g}  {step:5}  {step * size:6,}")

# %% [markdown]
# The best rate grows with the batch, up to the wall of part 3 at 0.2485. And from 4 on,
# larger batches need fewer steps, but look at more patients on the way. They are faster per epoch,
# since a GPU works on all patients of a batch at once. Per patient they are not.
#
# <details><summary><b>Question.</b> The learning curve of a mini-batch run goes flat and stays
# jagged. Name two ways to get lower, without changing the model.</summary>
#
# Lower the rate (or let it fall: part 10), or take larger batches. Both lower the ratio of rate to
# batch size, and with it the noise floor. If the curve is flat and *smooth*, it is not noise:
# then a flat direction is at work, or the run is done.
# </details>

# %% [markdown]
# ## 6. Momentum, and the saddle
#
# **Intuition.** A walker decides anew at every step. A ball remembers. Across the ravine the
# slopes alternate and cancel in its memory; along the floor they agree and add up.
#
# **Formula** (torch's convention):
#
# $$b \leftarrow \mu\,b + g, \qquad w \leftarrow w - \eta\,b$$
#
# - $\mu$: the **momentum**, often 0.9. $b$ is a sum that forgets: a steady gradient adds up to
#   $1/(1-\mu)$ times itself, ten times at 0.9.
# - **Nesterov's** form looks one step ahead: it moves along $g + \mu b$.
# - Two other conventions are about. An *average*, $b \leftarrow \mu b + (1-\mu) g$, takes steps
#   ten times shorter at the same rate. And $v \leftarrow \mu v - \eta g$ has the rate inside the
#   memory, so a changed rate does not touch steps already remembered.
#
# **In NumPy.** Each optimizer is a function that turns a gradient into a direction. It may keep a
# memory. All share one walk:


# %%
def plain(g, memory):
    return g


def momentum(g, memory, mu=0.9):
    memory["b"] = mu * memory.get("b", 0) + g
    return memory["b"]


def nesterov(g, memory, mu=0.9):
    return g + mu * momentum(g, memory, mu)


def walk(direction, gradient, start, lr, steps):
    """Return the path, (steps + 1, ...): step against ``direction`` of the gradient."""
    w, memory = np.array(start, float), {}
    path = [w]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            w = w - lr * direction(gradient(w), memory)
            path.append(w)
    return np.array(path)


def full_gradient(w):
    return 2 * A.T @ (A @ w - y) / n


def steps_to_gap(path, gap=1.0):
    """Return the first step at which the loss is less than ``gap`` above the lowest, or None."""
    offset = path - best
    close = np.flatnonzero(np.einsum("ti,ij,tj->t", offset, H, offset) / 2 < gap)
    return int(close[0]) if len(close) else None


print("steps to within 1 of the lowest:")
for name, direction, lr in [
    ("plain, 0.224", plain, 0.224),
    ("momentum 0.9, 0.2", momentum, 0.2),
    ("the same as an average", lambda g, m: 0.1 * momentum(g, m), 0.2),
]:
    path = walk(direction, full_gradient, np.zeros(11), lr, 2000)
    print(f"{name:23} {steps_to_gap(path)}")

# %% [markdown]
# Momentum walks the same ravine in a fifth of the steps. **The same in torch**, also Nesterov's:


# %%
def torch_end(kind, lr, steps, **options):
    """Return where torch's optimizer ``kind`` ends on the diabetes data, from zeros."""
    w = torch.zeros(11, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([w], lr=lr, **options)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.mean((torch.from_numpy(A) @ w - torch.from_numpy(y)) ** 2).backward()
        optimizer.step()
    return w.detach().numpy()


for direction, ahead in [(momentum, False), (nesterov, True)]:
    ours = walk(direction, full_gradient, np.zeros(11), 0.1, 40)[-1]
    assert np.allclose(ours, torch_end("SGD", 0.1, 40, momentum=0.9, nesterov=ahead))
print("both equal torch's")

# %% [markdown]
# **"Momentum needs smaller steps."** *Predict:* plain descent explodes above 0.2485. And with
# momentum 0.9? With Nesterov's form?

# %%
rates = np.array([0.16, 0.18, 0.24, 0.26, 0.46, 0.48])
ends = []
for direction in (plain, momentum, nesterov):
    path = walk(direction, lambda w: (w - best) @ H, np.zeros((6, 11)), rates[:, None], 3000)
    far = np.abs(path[-1] - best).max(axis=1)  # one number per rate
    ends.append(["settles" if d < 1 else "neither" if d < 1e6 else "explodes" for d in far])
print("rate     plain  momentum  Nesterov")
for row in zip(rates, *ends, strict=True):
    print("{:.2f}  {:>8}  {:>8}  {:>8}".format(*row))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Momentum's limit is nearly twice as high. Nesterov's is *lower* than plain descent's.
# </details>
#
# The lab's stretch goal looks for the formulas.
#
# **Saddles.** In many dimensions slope 0 need not mean a bottom. The loss may curve up in some
# directions and down in others: a **saddle**. It is said that momentum keeps you from getting
# trapped there. Test it on $f(w) = (w_1^2 - w_2^2)/2$: along $w_1$ it is a valley, along $w_2$ a
# ridge, and the way out is along $w_2$.

# %%
slope_of_saddle = np.array([1.0, -1.0])


def steps_to_leave(direction, off, lr=0.1):
    """Return the step at which |w2| first exceeds 1, from ``off`` the ridge, or "never"."""
    path = walk(direction, lambda w: slope_of_saddle * w, [1.0, off], lr, 400)
    out = np.flatnonzero(np.abs(path[:, 1]) > 1)
    return str(out[0]) if len(out) else "never"


print("steps until |w2| > 1, rate 0.1\noff the ridge  plain  momentum")
for off in [1e-2, 1e-6, 0.0]:
    print(f"{off:13g}  {steps_to_leave(plain, off):>5}  {steps_to_leave(momentum, off):>8}")

length = 1.0  # the folded answer below: the rate drops tenfold, and sits inside the memory
for _ in range(10):
    length = 0.9 * length + 0.1 * 0.1
assert round(length / 0.1) == 4

# %% [markdown]
# Momentum leaves sooner. On the ridge itself it never leaves: the slope across is exactly 0, and
# zeros add up to 0. What frees you is that batches and random starts hardly ever put you exactly
# there. Nor is momentum an "approximate second-order method": it never sees a curvature. It
# behaves *as if* the ravine were rounder.
#
# <details><summary><b>Question.</b> You lower the rate tenfold in the middle of a run. In torch's
# convention, how far does the very next step go? And in the convention with the rate inside the
# memory?</summary>
#
# torch: w − η b, so the step is at once ten times shorter. With v ← μv − ηg the memory still
# holds nine tenths of a step of the old length. Where the slope is steady, steps are still four
# times too long ten steps later.
# </details>

# %% [markdown]
# ## 7. Newton: ask for the curvature
#
# **Intuition.** All trouble came from one rate for many curvatures. If you know the curvatures,
# give each direction its own: divide by it.
#
# **Formula.** $w \leftarrow w - H^{-1} g$. On a parabola that is the bottom, in one step.

# %%
start = np.zeros(11)
by_hand = start - np.linalg.solve(H, full_gradient(start))  # solves H d = g; no inverse needed
one_jump = ref.newtons_method(lambda w: (full_gradient(w), H), np.zeros(11), steps=1)[-1]
assert np.allclose(by_hand, best) and np.allclose(one_jump, best)
print("diabetes: at the lowest after 1 step")
saddle = ref.newtons_method(
    lambda w: (slope_of_saddle * w, np.diag(slope_of_saddle)), np.array([1.0, 0.5]), steps=1
)
print("saddle: from (1, 0.5) to", saddle[-1] + 0.0)

# %% [markdown]
# On the saddle Newton's method walks straight **into** it, because it looks for slope 0, not for a
# bottom. What it costs:

# %%
print("  weights      Hessian, bytes   products")
for p in (11, 2410, 10**6):
    print(f"{p:9,} {8 * p * p:19,}  {p**3 / 3:.1e}")

# %% [markdown]
# Eight terabytes for a million weights, before you have solved anything. That is why networks are
# nearly always trained with gradients alone. The next idea gets a little of the
# benefit for one number per weight.

# %% [markdown]
# ## 8. One learning rate per weight
#
# **Intuition.** Look at each weight's own history. One whose gradients have been large gets small
# steps, one whose gradients have been tiny gets long ones. If you must share one rate, at least
# give everyone their own pair of shoes.
#
# Three optimizers, each of which mends the one before. They square, add and divide weight by
# weight. To see what they do, give each a weight whose gradient is always 5, at rate 0.1, and look
# at its 1st, 10th, 100th and 1,000th step. *Predict* them for Adagrad.
#
# **Adagrad** adds up the squares:
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\,\frac{g}{\sqrt s + \epsilon}$$
#
# - $s$: the record of squared gradients, one number per weight.
# - $\epsilon$, tiny, keeps the division from 0. It stands *outside* the root.


# %%
def adagrad(g, memory):
    memory["s"] = memory.get("s", 0) + g**2
    return g / (np.sqrt(memory["s"]) + 1e-10)


def show_steps(direction):
    path = walk(direction, lambda w: np.full(1, 5.0), [0.0], 0.1, 1000)
    print("   1st   10th  100th 1000th")
    print(*(f"{-move:.4f}" for move in np.diff(path[:, 0])[[0, 9, 99, 999]]))


show_steps(adagrad)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.1, 0.0316, 0.0100 and 0.0032. The first step is the rate itself.
# </details>
#
# The gradient's size is gone: 5,000 or 0.005 would give the same. But the record only grows, so the
# steps only shrink, on a slope that is as steep as ever.
#
# **RMSprop** forgets:
#
# $$v \leftarrow \alpha v + (1-\alpha)\,g^2, \qquad w \leftarrow w - \eta\,\frac{g}{\sqrt v + \epsilon}$$
#
# - $\alpha = 0.99$: the mean goes back about 100 steps.


# %%
def rmsprop(g, memory, alpha=0.99):
    memory["v"] = alpha * memory.get("v", 0) + (1 - alpha) * g**2
    return g / (np.sqrt(memory["v"]) + 1e-8)


show_steps(rmsprop)

# %% [markdown]
# It settles at the rate. But its first step is ten times too long: $v$ starts at 0, and is too
# small until it has seen enough.
#
# **Adam** knows by how much too small, and divides by that. It also steps along a mean of the
# gradients, which is momentum as an average:
#
# $$\begin{aligned}
#   m &\leftarrow \beta_1 m + (1-\beta_1)\,g, & \hat m &= m/(1-\beta_1^t) \\
#   v &\leftarrow \beta_2 v + (1-\beta_2)\,g^2, & \hat v &= v/(1-\beta_2^t) \\
#   w &\leftarrow w - \eta\,\hat m/(\sqrt{\hat v} + \epsilon)
#   \end{aligned}$$
#
# - $\beta_1 = 0.9$, $\beta_2 = 0.999$: memories of about 10 and 1,000 steps. $t$: the step, from 1.


# %%
def adam(g, memory, beta1=0.9, beta2=0.999):
    t = memory["t"] = memory.get("t", 0) + 1
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + 1e-8)


show_steps(adam)

METHODS = {
    "plain": (plain, "SGD", {}),
    "momentum": (momentum, "SGD", {"momentum": 0.9}),
    "Adagrad": (adagrad, "Adagrad", {}),
    "RMSprop": (rmsprop, "RMSprop", {}),
    "Adam": (adam, "Adam", {}),
}
for direction, kind, options in METHODS.values():
    ours = walk(direction, full_gradient, np.zeros(11), 0.1, 50)[-1]
    assert np.allclose(ours, torch_end(kind, 0.1, 50, **options), rtol=1e-7)
print("all five equal torch's")

# %% [markdown]
# **What if** the units change? Multiply the loss by 1,000, and Adam walks the same path. Raw
# measurements, too, it takes better than plain descent:


# %%
def raw_gradient(w):
    return 2 * raw.T @ (raw @ w - y) / n


one = walk(adam, full_gradient, np.zeros(11), 0.1, 100)
thousand = walk(adam, lambda w: 1000 * full_gradient(w), np.zeros(11), 0.1, 100)
assert np.allclose(one, thousand, rtol=0, atol=1e-7)

print("loss after 1000 steps")
for name, direction, lr in [("plain at 0.0000135", plain, 1.35e-5), ("Adam at 1", adam, 1)]:
    end = walk(direction, raw_gradient, np.zeros(11), lr, 1000)[-1]
    print(f"raw, {name:18}  {np.mean((raw @ end - y) ** 2):.0f}")
print(f"standardized, plain 0.224 {descend(A, 0.224, 1001)[-1]:.0f}")

# %% [markdown]
# Standardizing was still worth more. One rate per weight undoes different units. It cannot undo a
# ravine that lies **across** the axes: a diagonal direction belongs to no single weight.
#
# **AdamW.** *Weight decay* pulls every weight towards 0 (unit 08 says why one wants that). For SGD
# one adds decay times $w$ to the gradient. Put the same into Adam, and the division by
# $\sqrt{\hat v}$ undoes it: the pull is measured by its own size. **AdamW** takes the decay out of
# the gradient and shrinks the weights directly, by the factor $1 - \eta \cdot \text{decay}$, before
# Adam's step. A weight at 1 whose loss is level, 100 steps at rate 0.001:

# %%
print("decay      Adam    AdamW")
for decay in [1e-4, 1e-2, 1.0]:
    left_over = []
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        w_torch = torch.ones(1, dtype=torch.float64, requires_grad=True)
        w_torch.grad = torch.zeros_like(w_torch)
        optimizer = kind([w_torch], lr=1e-3, weight_decay=decay)
        for _ in range(100):
            optimizer.step()
        left_over.append(w_torch.item())
    print(f"{decay:6g}   {left_over[0]:.4f}   {left_over[1]:.4f}")
    assert np.isclose(left_over[1], (1 - 1e-3 * decay) ** 100)  # by hand

# %% [markdown]
# A decay ten thousand times as strong does the same to Adam's weight. AdamW's does what it says.
#
# <details><summary><b>Question.</b> A feature is 1 in three patients of a thousand and 0 in all
# others. Why may Adagrad treat its weight better than plain SGD does?</summary>
#
# The weight's gradient is 0 in most batches. Plain SGD gives it the same rate as everyone, and
# at most three steps per epoch. Adagrad's record for it stays small, so when its patient comes by,
# the step is long. Rare features are what Adagrad was made for.
# </details>

# %% [markdown]
# ## 9. The race
#
# **Two landscapes.** Left a ravine, 50 times as steep across as along, that you can turn; each
# optimizer has its best rate at angle 0 (the table below finds it). Right the saddle, at rate 0.1,
# or 0.05 for RMSprop and Adam. *Predict:* who notices when
# you turn the ravine, and who does not? Who leaves the saddle first? Then put the start exactly on
# the ridge.

# %% folded=true
RACERS = [
    ("plain", plain, 10**-1.5, plots.GREY, "-", "o"),
    ("momentum", momentum, 10**-2.4, plots.BLUE, "--", "s"),
    ("RMSprop", rmsprop, 10**-0.1, plots.VERMILLION, "-.", "^"),
    ("Adam", adam, 10**-0.4, plots.GREEN, ":", "D"),
]


def turned(angle):
    """Return the Hessian of a ravine, 1 along and 50 across, and a start, turned by ``angle``."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[c, -s], [s, c]])
    return turn @ np.diag([1.0, 50.0]) @ turn.T, turn @ np.array([10.0, 1.0])


def draw_race(angle=0, steps=30, off_the_ridge=1e-3):
    bowl, start = turned(angle)
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=4.6)
    w1, w2 = np.meshgrid(np.linspace(-12, 12, 80), np.linspace(-12, 12, 80))
    heights = (bowl[0, 0] * w1**2 + 2 * bowl[0, 1] * w1 * w2 + bowl[1, 1] * w2**2) / 2
    left.contour(w1, w2, heights, [1, 10, 50, 200, 600], colors=plots.GREY, linewidths=0.7)
    u1, u2 = np.meshgrid(np.linspace(-1.5, 1.5, 80), np.linspace(-1.5, 1.5, 80))
    hills = (u1**2 - u2**2) / 2
    right.contour(u1, u2, hills, 11, colors=plots.GREY, linewidths=0.7, linestyles="-")
    losses, outs = [], []
    for name, direction, lr, colour, line, marker in RACERS:
        path = walk(direction, lambda w: bowl @ w, start, lr, steps)
        look = {"color": colour, "ls": line, "lw": 1.6}
        left.plot(*path.T, label=name, marker=marker, ms=8, markevery=[-1], **look)
        losses.append(f"{name} {rounded(max(path[-1] @ bowl @ path[-1] / 2, 1e-9))}")
        small = min(lr, 0.05) if direction in (rmsprop, adam) else 0.1
        path = walk(direction, lambda w: slope_of_saddle * w, [1.0, off_the_ridge], small, steps)
        shown = path[: np.argmax(np.abs(path[:, 1]) > 1.4) or None]
        right.plot(*shown.T, marker=marker, ms=8, markevery=[-1], **look)
        outs.append(f"{name} {rounded(min(abs(path[-1, 1]), 99))}")
    for ax, title, end in [(left, "ravine", 12), (right, "saddle", 1.5)]:
        ax.set(xlim=(-end, end), ylim=(-end, end), xticks=[-end, 0, end], yticks=[-end, 0, end])
        ax.tick_params(labelsize=15)
        ax.set_xlabel("weight w1", fontsize=16)
        ax.set_title(title, fontsize=16)
    left.set_ylabel("weight w2", fontsize=16)
    figure.legend(loc="outside upper center", ncols=4, fontsize=14, columnspacing=1)
    sentence = (
        f"After {counted(steps, 'step')}. Ravine turned by {angle}°, loss: {', '.join(losses)}. Saddle, "
        f"start {rounded(off_the_ridge, 1)} off the ridge, distance from it: {', '.join(outs)}."
    )
    return figure, sentence


explore(draw_race, angle=(0, 45), steps=(1, 150), off_the_ridge=[0.0, 1e-6, 1e-3, 0.1])

# %% [markdown]
# For all five, with the best of 41 rates at each angle, the steps until the loss is below 0.001;
# and the steps out of the saddle:


# %%
def race(value, gradient, start, rates, steps, below=1e-3):
    """Return {method: (fewest steps, how many rates arrive)}; one row of weights per rate."""
    starts = np.tile(np.asarray(start, float), (len(rates), 1))
    results = {}
    for name, (direction, _, _) in METHODS.items():
        path = walk(direction, gradient, starts, rates[:, None], steps)  # (steps + 1, rates, 2)
        with np.errstate(all="ignore"):
            arrived = value(path[..., 0], path[..., 1]) < below
        first = np.where(arrived.any(axis=0), arrived.argmax(axis=0), steps + 1)
        results[name] = first.min(), arrived.any(axis=0).sum()
    return results


rates = np.geomspace(1e-3, 10, 41)
columns = {}
for angle in (0, 15, 45):
    bowl, start = turned(angle)
    columns[angle] = race(
        lambda a, b, q=bowl: (q[0, 0] * a**2 + 2 * q[0, 1] * a * b + q[1, 1] * b**2) / 2,
        lambda w, q=bowl: w @ q,
        start,
        rates,
        400,
    )
bowl, start = turned(0)
print("ravine turned by     0   15   45 degrees")
for name in METHODS:
    print(f"{name:17}" + "".join(f"{columns[a][name][0]:5}" for a in columns))
assert len({columns[a]["plain"][0] for a in columns}) == 1
assert len({columns[a]["momentum"][0] for a in columns}) == 1
print("off the saddle's ridge  0.001  1e-06  0")
for name, direction, rate, *_ in RACERS:  # the figure's rates are the best of the 41
    path = walk(direction, lambda w: bowl @ w, start, rate, 400)
    arrived = np.einsum("ti,ij,tj->t", path, bowl, path) / 2 < 1e-3
    assert arrived.argmax() == columns[0][name][0]
    small = 0.05 if direction in (rmsprop, adam) else 0.1
    found = [steps_to_leave(direction, off, small) for off in (1e-3, 1e-6, 0.0)]
    print(f"{name:22} {found[0]:>5}  {found[1]:>5}  {found[2]}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Plain descent and momentum do not notice the turn: their path turns along. RMSprop's and Adagrad's
# lead at angle 0 is a gift of the axes: turned, they fall behind momentum. Adam hardly notices.
# RMSprop leaves the saddle first. From 0 nobody goes.
# </details>
#
# RMSprop and Adam leave in about the same time from 0.001 and from 0.000001, because they divide a
# tiny slope by its own size.
#
# **A named test function.** Rosenbrock's valley is a bent ravine (the lab has one more function).
# Each method gets 45 rates from 0.00001 to 3.2:


# %%
def rosenbrock(a, b):
    return (1 - a) ** 2 + 100 * (b - a**2) ** 2


def rosenbrock_gradient(w):
    a, b = w[..., 0], w[..., 1]
    return np.stack([-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)], axis=-1)


bent = race(rosenbrock, rosenbrock_gradient, [-1.5, 2.0], np.geomspace(1e-5, 3.2, 45), 5000)
print("until f < 0.001   steps  rates of 45")
for name, (fewest, arrive) in bent.items():
    print(f"{name:16} {fewest:6}  {arrive:5}")

# %% [markdown]
# In the bent valley plain descent needs thousands of steps, and one of its 45 rates arrives. With
# Adam 25 arrive, at most 9 with any other. No one wins everywhere: on the ravine along the axes
# Adam was no faster than momentum. But it **forgives** the rate. That is one reason why many start
# with Adam.
#
# And with 2,410 weights? The digits, five epochs in batches of 32, five rates for each method, the
# largest 100 times the smallest:


# %%
def train_digits(direction, lr):
    """Return the loss on all 600 digits after five epochs in batches of 32."""
    w, memory = land.start.copy(), {}
    for S in batches(32, 5, count=len(labels)):
        w = w - lr * direction(land.gradient(w, S)[1], memory)
    return land.gradient(w)[0]


largest = {"plain": 2.0, "momentum": 0.2, "Adagrad": 0.2, "RMSprop": 0.02, "Adam": 0.02}
print("loss with the best rate, and the worst")
for name, top in largest.items():
    choices = [top * share for share in (0.01, 0.025, 0.1, 0.25, 1)]
    ends = [train_digits(METHODS[name][0], lr) for lr in choices]
    print(f"{name:9} {min(ends):.2f} at {choices[np.argmin(ends)]:<6g}   {max(ends):.2f}")
    assert min(ends) < 0.1 and max(ends) > 1

# %% [markdown]
# With its best rate each of the five fits the digits, with its worst none does. The rate matters
# more than the optimizer's name. (One network, one start: do not rank the five by this table.)
#
# <details><summary><b>Question.</b> A paper shows its new optimizer ahead of the others on a ravine.
# What do you ask?</summary>
#
# How the ravine lay: along the axes RMSprop won too, by 5 steps to 65, and turned it lost. And how
# many rates each rival was given.
# </details>

# %% [markdown]
# ## 10. Schedules: change the rate on the way
#
# **Intuition.** Long steps to get there, short steps to settle. With mini-batches the rate sets
# the noise floor, so lower it once you are near. And at the very start, when the limit is still
# tightening (part 4), begin short: **warm-up**.
#
# **Formula.** In epoch $t$, from the top rate $\eta_0$:
#
# - *step*: $\eta_0\,\gamma^{\lfloor t/k \rfloor}$. Every $k$ epochs times $\gamma$.
# - *cosine*: $\eta_{\min} + \tfrac12(\eta_0 - \eta_{\min})(1 + \cos(\pi t/T))$: slowly, fast,
#   slowly.
# - *linear warm-up*: from a fraction $s$ of $\eta_0$ in a straight line up to $\eta_0$.

# %%
EPOCHS = 20


def rate(name, t, top):
    """Return the rate of epoch t = 0, 1, ..."""
    if name == "step":
        return top * 0.1 ** (t // 7)
    if name == "cosine":
        return top * (1 + np.cos(np.pi * t / EPOCHS)) / 2
    if name == "warm-up, cosine":
        if t < 4:
            return top * (0.2 + 0.8 * t / 4)
        return top * (1 + np.cos(np.pi * (t - 4) / (EPOCHS - 4))) / 2
    return top


def train_with(name, top, size=4):
    """Return rate and loss above the lowest, epoch by epoch, on the diabetes data."""
    w, per_epoch = np.zeros(11), -(-n // size)
    rates, above = [rate(name, t, top) for t in range(EPOCHS)], []
    for step, S in enumerate(batches(size, EPOCHS), start=1):
        w = batch_step(w, S, rates[(step - 1) // per_epoch])
        if step % per_epoch == 0:
            above.append((w - best) @ H @ (w - best) / 2)
    return np.array(rates), np.array(above)


SCHEDULES = ["constant", "step", "cosine", "warm-up, cosine"]
print("                last rate  above lowest")
for name in SCHEDULES:
    rates, above = train_with(name, 0.03)
    print(f"{name:16} {rates[-1]:8.4f}  {above[-1]:12.1f}")

in_torch = torch.optim.lr_scheduler
for name, kind, options, epochs in [
    ("step", in_torch.StepLR, {"step_size": 7, "gamma": 0.1}, EPOCHS),
    ("cosine", in_torch.CosineAnnealingLR, {"T_max": EPOCHS}, EPOCHS),
    ("warm-up, cosine", in_torch.LinearLR, {"start_factor": 0.2, "total_iters": 4}, 5),
]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.03)
    plan = kind(optimizer, **options)
    for t in range(epochs):
        assert np.isclose(optimizer.param_groups[0]["lr"], rate(name, t, 0.03))
        optimizer.step()
        plan.step()
print("step, cosine and warm-up agree with torch's")

# %% [markdown]
# **Move** the top rate, and change the schedule. *Predict:* a constant rate ends noisier, the
# higher it is. With cosine, does a higher top rate end higher or lower?


# %% folded=true
def draw_schedule(schedule="cosine", top_rate=0.03, batch_size=4):
    with np.errstate(all="ignore"):
        rates, above = train_with(schedule, top_rate, batch_size)
        _, constant = train_with("constant", top_rate, batch_size)
    epochs = np.arange(1, EPOCHS + 1)
    figure, (top, low) = plots.subplots(2, 1, width=6, height=5.8, sharex=True)
    top.plot(epochs, rates, "o-", ms=4)
    top.set(ylabel="learning rate", ylim=(0, top_rate * 1.1))
    for values, line, marker, colour, name in [
        (constant, "--", "s", plots.GREY, "constant"),
        (above, "-", "o", plots.BLUE, schedule),
    ]:
        look = {"marker": marker, "color": colour, "ms": 4, "label": name}
        low.semilogy(epochs, np.clip(values, 1e-1, 1e6), line, **look)
    low.set(xlabel="epoch", ylabel="loss above lowest", xticks=[1, 5, 10, 15, 20])
    figure.legend(loc="outside upper center", ncols=2)
    sentence = (
        f"Top rate {top_rate:g}, batches of {batch_size}, {schedule}: the loss ends "
        f"{rounded(above[-1], 3)} above the lowest; with a constant rate {rounded(constant[-1], 3)}."
    )
    return figure, sentence


explore(
    draw_schedule,
    schedule=SCHEDULES[1:],
    top_rate=(0.005, 0.1, 0.005),
    batch_size=[4, 16, 64],
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The higher top ends *lower*, as long as it does not explode: the long steps have gone further
# along the flat directions, and the short ones at the end take the noise away.
# </details>

# %%
print("above the lowest: constant  cosine")
for top_rate in (0.02, 0.04, 0.06):
    ends = [train_with(name, top_rate)[1][-1] for name in ("constant", "cosine")]
    print(f"top rate {top_rate:.2f}: {ends[0]:12.1f}  {ends[1]:6.1f}")

# %% [markdown]
# **Warm-up, and what it is for.** On the diabetes data the limit is a constant and a warm-up buys
# nothing. On the network of part 4 the limit tightens at first. Full batch, rate 12, three times
# the tightest limit that part 4 printed:


# %%
def full_batch(lr, warm_up, steps=200):
    """Return the losses of full-batch descent; the rate rises over ``warm_up`` steps."""
    land = Landscape(np.random.default_rng(0))
    weights, losses = land.start.copy(), []
    for step in range(1, steps + 1):
        loss, g = land.gradient(weights)
        losses.append(loss)
        weights = weights - lr * min(1.0, step / warm_up) * g
    return np.array(losses)


print("warm-up   rises  highest loss   last")
for warm_up in (1, 50):
    losses = full_batch(12.0, warm_up)
    rises = (np.diff(losses) > 0).sum()
    print(f"{warm_up:2} steps {rises:7} {losses.max():13.1f}  {losses[-1]:.3f}")

# %% [markdown]
# With the warm-up, the loss never rises. By the time the rate is high, the ground has become flat
# enough for it. Without, the loss first leaps. This small network recovers and ends no worse; a
# large one may not. Some notes say that "learning rates can only go down, and a warm-up prevents that". The first
# half is a habit, not a law: a warm-up goes *up*, and torch's cosine rises again if you train on
# after $T$.
#
# <details><summary><b>Question.</b> Someone lowers the rate tenfold, the loss drops at once, and
# they conclude that the earlier rate was too high. Are they right?</summary>
#
# Not necessarily. The drop is the noise floor falling. The high rate may have been right for
# getting there, and had they started low, the flat directions would still be far away.
# </details>

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | rate above 2/L | loss grows by a constant factor per step, then `inf`, then `nan` |
# | rate far below 2/L | a smooth curve that is still falling when you stop |
# | raw units | either of these two, whatever the rate |
# | step *along* the gradient | loss rises from the first step, at any rate |
# | sum instead of mean | the limit shrinks with the number of patients |
# | `zero_grad` forgotten | it is momentum 1: the run swings for ever and never settles |
# | patients sorted, not shuffled | the loss swings up and down once per epoch |
# | decay in Adam's gradient | where the loss is level, any decay does the same |
# | "flat, so it has converged" | at 2/L the loss is flat too; look at the weights, or halve the rate |

# %%
summed = 2 / np.linalg.eigvalsh(2 * A.T @ A)[-1]
print(f"limit: mean {2 / L:.4f}, sum {summed:.6f}")

weights = torch.zeros(11, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([weights], lr=0.01)
swings = []
for _ in range(200):  # no zero_grad: gradients of all steps add up
    loss = torch.mean((torch.from_numpy(A) @ weights - torch.from_numpy(y)) ** 2)
    loss.backward()
    optimizer.step()
    swings.append(loss.item())
forever = walk(lambda g, m: momentum(g, m, mu=1.0), full_gradient, np.zeros(11), 0.01, 200)
assert np.allclose(weights.detach(), forever[-1])
print("no zero_grad is momentum 1: loss between")
print(f"{min(swings[100:]):.0f} and {max(swings[100:]):.0f} in steps 100 to 200")

ranked = np.argsort(y)
in_order = [ranked[i : i + 16] for i in range(0, n, 16)] * 40
print("last of 40 epochs, loss above the lowest:")
for name, stream in [("shuffled", batches(16, 40)), ("sorted", in_order)]:
    w, above = np.zeros(11), []
    for S in stream:
        w = batch_step(w, S, 0.02)
        above.append((w - best) @ H @ (w - best) / 2)
    print(f"{name:8} {min(above[-28:]):5.0f} to {max(above[-28:]):5.0f}")

# %% [markdown]
# ## Summary
#
# - Step against the gradient; repeat. It says which way, the learning rate says how far.
# - On a parabola each step multiplies the distance by $1 - \eta\lambda$, direction by direction.
#   So training explodes above $2/L$, with $L$ the largest curvature. On the diabetes data that is
#   0.2485, and it held.
# - The ratio of largest to smallest curvature sets the pace. Standardize.
# - Mini-batches are noisy polls. Rate over batch size sets the noise; the curvature sets the
#   limit.
# - Momentum helps along ravines, in any direction. Adaptive rates help along the axes. Adam
#   forgives.
# - Newton's method needs one step here, and 8 TB for a million weights.
# - Lower the rate at the end because of noise; raise it slowly at the start because of curvature.
#
# **Next:** the lab, where you write each optimizer and race them. Then unit 06: where the
# gradient of a network comes from.
#
# ## Sources
#
# - Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées* (1847).
# - Robbins and Monro, *A stochastic approximation method* (1951).
# - Polyak, *Some methods of speeding up the convergence of iteration methods* (1964): momentum.
# - Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)*
#   (1983).
# - Sutskever, Martens, Dahl and Hinton, *On the importance of initialization and momentum in deep
#   learning* (2013): the form of Nesterov's method used here.
# - Duchi, Hazan and Singer, *Adaptive subgradient methods* (2011): Adagrad.
# - Tieleman and Hinton, *Lecture 6.5: RMSprop* (2012).
# - Kingma and Ba, *Adam: a method for stochastic optimization* (2015).
# - Loshchilov and Hutter, *SGDR* (2017): cosine; *Decoupled weight decay regularization* (2019):
#   AdamW.
# - Goyal et al., *Accurate, large minibatch SGD* (2017): warm-up; rate in proportion to batch
#   size.
# - Rosenbrock, *An automatic method for finding the greatest or least value of a function*
#   (1960).
# - Data: Efron, Hastie, Johnstone and Tibshirani, *Least angle regression* (2004).
