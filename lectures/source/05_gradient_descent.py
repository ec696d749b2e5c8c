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
# A clinic has ten measurements of each of its patients with diabetes, and wants to know how far the
# disease will have gone a year later. The model is the simplest there is: ten weights and a bias.
# Training is one line, repeated. It holds one number that nobody gives you, the learning rate. A little
# too large, and the loss reads `nan` by lunchtime. In this unit you compute where that happens, before it
# happens.
#
# After this lecture you can
#
# 1. derive the learning rate at which descent explodes, and see it hold;
# 2. follow one weight through an epoch of mini-batches;
# 3. say what momentum adds up, and start a training with sensible settings;
# 4. set batch size, rate and schedule together;
# 5. write Adagrad, RMSprop, Adam and AdamW, and say what each is good for.
#
# *You need:* [02](02_neuron.ipynb) for the gradient of a neuron; [04](04_losses.ipynb) helps. *Lab:*
# [lab 05](../labs/05_gradient_descent.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw, or only check a sentence of the text, are folded.

# %%
import numpy as np
import torch

from dlcourse import data, measured, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore, rounded

# %% [markdown]
# ## Sitting 1 · To choose a learning rate
#
# *Read in 60 minutes.*
#
# ### The patients
#
# 442 patients with diabetes: age, sex, body mass index (BMI), mean blood pressure, and six blood values
# called s1 to s6. The outcome is a score of how far the disease had progressed one year later. The paper
# does not define it further, so we write "points".
#
# Here everything is about *finding* the lowest loss on these patients. Whether the weights are any good
# for others is another question: units 01, 07 and 14.

# %%
table = data.diabetes()
y = table.y
n = len(y)
Z = (table.X - table.X.mean(axis=0)) / table.X.std(axis=0)  # (442, 10), in standard deviations
A = np.column_stack([Z, np.ones(n)])  # (442, 11): the bias is a weight whose input is always 1

print(f"{n} patients:", ", ".join(table.features))
print(f"progression: mean {y.mean():.1f}, {y.min():.0f} to {y.max():.0f} points")

# %% [markdown]
# **Write down a number.** The loss is the mean squared error. All measurements are in standard deviations,
# and every step uses all patients. At which learning rate does training explode: 0.001, 0.01, 0.1, 1, 10?
#
# ### One weight
#
# **Intuition.** You stand on a hillside in fog. You cannot see the valley, but you feel the slope under
# your feet. So you take a step downhill, feel again, and repeat. The slope tells you the *direction*. It
# does not tell you how *far*. For that there is the learning rate.
#
# **Formula.** We keep one measurement, the BMI, and predict by how much the progression differs from its
# mean. With $x_i$ the BMI of patient $i$ and $t_i = y_i - \bar y$ what we want,
#
# $$\begin{aligned}
#   \text{loss}(w) &= \frac1n\sum_{i=1}^n (w x_i - t_i)^2 \\
#   \text{slope}(w) &= \frac2n\sum_{i=1}^n (w x_i - t_i)\,x_i \\
#   w &\leftarrow w - \eta\;\text{slope}(w)
#   \end{aligned}$$
#
# - slope: the derivative of the loss. With many weights there is one slope for each, and all together are
#   the [gradient](glossary.md#gradient). It points uphill, hence the minus.
# - $\eta$: the [learning rate](glossary.md#learning-rate), `lr` in code.
#
# Repeating the last line is [gradient descent](glossary.md#gradient-descent).
#
# **Why a small step must help.** Close to $w$ the loss is nearly its tangent. Put the step into the tangent:
#
# $$\text{loss}(w - \eta s) \approx \text{loss}(w) - \eta s \cdot s = \text{loss}(w) - \eta s^2,
#   \qquad s = \text{slope}(w)$$
#
# $s^2$ is never negative. So a step that is short enough lowers the loss, unless the slope is 0. With many
# weights, $s^2$ is the sum of all squared slopes.

# %%
x = Z[:, table.features.index("bmi")]
target = y - y.mean()


def loss_1d(w):
    """Return the mean squared error for each weight in w, an array of any shape."""
    return np.mean((np.asarray(w)[..., None] * x - target) ** 2, axis=-1)


def slope_1d(w):
    return 2 * np.mean((w * x - target) * x)


w = np.random.default_rng(0).normal(0, 30)  # a random start
s = slope_1d(w)
print(
    f"rate 0.001: promised {-0.001 * s**2:.2f}, measured {loss_1d(w - 0.001 * s) - loss_1d(w):.2f}"
)
print(f"start    w = {w:7.3f}   loss {loss_1d(w):.1f}")
for step in range(1, 31):
    w = w - 0.1 * slope_1d(w)
    if step in (1, 2, 3, 10, 30):
        print(f"step {step:2}  w = {w:7.3f}   loss {loss_1d(w):.1f}")

# %% [markdown]
# **The same in torch.** `backward` finds the slope, `optimizer.step` takes the step, `zero_grad` forgets
# the slope of the step before.

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
# **How far is too far?** This loss is a parabola, so its slope grows in proportion to the distance from the
# bottom $w^*$:
#
# $$\text{slope}(w) = \lambda\,(w - w^*), \qquad \lambda = \frac2n\sum_{i=1}^n x_i^2$$
#
# The factor $\lambda$ is the [curvature](glossary.md#curvature), the second derivative. Here it is 2, because
# $x$ is standardized. Put that into the step, and subtract $w^*$ on both sides:
#
# $$w_{\text{new}} - w^* = w - \eta\lambda\,(w - w^*) - w^* = (1 - \eta \lambda)\,(w - w^*)$$
#
# Every step multiplies the distance by the same number, $1 - \eta \lambda$.
#
# | learning rate | factor $1 - \eta \lambda$ | what you see |
# |---|---|---|
# | far below $1/\lambda$ | just below 1 | crawls |
# | $1/\lambda$ | 0 | arrives in one step |
# | between $1/\lambda$ and $2/\lambda$ | between 0 and −1 | jumps across, and converges |
# | $2/\lambda$ | −1 | oscillates for ever |
# | above $2/\lambda$ | below −1 | explodes |
#
# **Move** the learning rate. *Predict first:* where on the slider does it stop converging? At which
# setting is it fastest?


# %% folded=true
best_w = np.mean(x * target) / np.mean(x * x)


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
# It is fastest at 0.50, where one step arrives. It stops converging at 1.00: there it jumps between the same
# two weights, and the loss stands still.
# </details>
#
# ### Two weights: a ravine
#
# **Intuition.** With two weights the landscape is a map. If two measurements say nearly the same, the map
# is a ravine. Raise one weight, lower the other, and the loss hardly changes: along that line it is
# almost level. Across it, the walls are steep. The walls forbid large steps, and the floor would need them.
#
# **Formula.** The curvature becomes a table, the [Hessian](glossary.md#hessian) $H$: how each slope changes
# with each weight. For the mean squared error
#
# $$g = \frac2n X^T (Xw - t), \qquad H = \frac2n X^T X$$
#
# - $X$: the measurements, $(n, p)$; $t$: the targets, $(n,)$; $w$: the weights, $(p,)$.
# - $g$: the gradient, $(p,)$. $H$: the Hessian, $(p, p)$.
# - $\lambda$: an **eigenvalue** of $H$. The matrix turns most directions. A few it only stretches, its
#   *eigenvectors*, and $\lambda$ says by how much: it is the curvature along that direction.
#
# Our ravine: s1 and s2, two blood values that rise and fall together.

# %%
pair = Z[:, [table.features.index("s1"), table.features.index("s2")]]  # (442, 2)
H_pair = 2 * pair.T @ pair / n
curvatures, directions = np.linalg.eigh(H_pair)
print(f"correlation of s1 and s2: {np.corrcoef(pair.T)[0, 1]:.3f}")
print(f"curvatures {curvatures.round(3)}, ratio {curvatures[1] / curvatures[0]:.1f}")
print(f"2 / steepest curvature: {2 / curvatures[1]:.3f}")

# %% [markdown]
# Each direction is a parabola of its own, with a factor $1 - \eta\lambda$ of its own. One learning rate must
# serve both.
#
# **Move** rate, steps and the random start. *Predict:* at 0.26, does it go straight down the ravine, or does
# it zigzag? What is the picture at 0.53?


# %% folded=true
best_pair = np.linalg.solve(H_pair, 2 * pair.T @ target / n)


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
# At 0.26 the way across the ravine is over in one step, since 0.26 is nearly $1/\lambda$ of the steep
# direction. What remains is the long way along the floor. Above 0.26 it zigzags. At 0.53, just beyond
# 0.527, each swing is wider than the one before: the steepest direction explodes.
# </details>
#
# Largest curvature over smallest is the [condition number](glossary.md#condition-number). It sets the pace.

# %% [markdown]
# ### Ten weights and a bias: the answer
#
# Eleven directions, eleven curvatures. Call the largest one $L$. (Elsewhere in the
# course $L$ is a loss and $H$ a hidden layer. Here they are curvature and Hessian.)
# Descent with all patients converges for $\eta < 2/L$, oscillates at $\eta = 2/L$, and explodes
# above.

# %%
H = 2 * A.T @ A / n  # (11, 11)
eigenvalues, eigenvectors = np.linalg.eigh(H)
L = eigenvalues[-1]
best = np.linalg.solve(A.T @ A, A.T @ y)  # the normal equations: what descent should find
lowest = np.mean((A @ best - y) ** 2)
print("curvatures:", eigenvalues[:3].round(3), "...", eigenvalues[-1:].round(3))
print(f"2 / L = {2 / L:.4f}, condition number {L / eigenvalues[0]:.0f}, lowest loss {lowest:.1f}")

# %% [markdown]
# That is the computed answer: **0.2485**. Does it hold? Weights start at 0.


# %%
def descend(inputs, lr, steps):
    """Return the loss before each of ``steps`` full-batch steps from zero."""
    w, losses = np.zeros(inputs.shape[1]), np.empty(steps)
    for step in range(steps):
        error = inputs @ w - y
        losses[step] = error @ error / n
        w = w - lr * 2 * inputs.T @ error / n
    return losses


print("  rate  steps to +1  at step 2000")
for lr in [0.0025, 0.025, 0.124, 0.224, 0.246, 2 / L, 0.251]:
    losses = descend(A, lr, 5000)
    near = np.flatnonzero(losses < lowest + 1)
    when = near[0] if len(near) else "over 5000"
    print(f"{lr:6.4f}  {when:>11}  {losses[2000]:12.5g}")

# %% [markdown]
# "Steps to +1" counts until the loss is within 1 point² of the lowest. One percent *above* the limit it
# explodes. Just at the limit it never settles. Just below, at 0.246, it needs the fewest steps of the table,
# 369. **The best rate lies close to the edge.**
#
# **What if** the measurements stay in raw units?

# %%
raw = np.column_stack([table.X, np.ones(n)])
raw_curvatures = np.linalg.eigvalsh(2 * raw.T @ raw / n)
ratio = raw_curvatures[-1] / raw_curvatures[0]
print(f"raw units: 2 / L = {2 / raw_curvatures[-1]:.3g}, condition number {ratio:.1g}")

# %% [markdown]
# The limit falls to a hundred-thousandth, and the condition number grows from 470 to fifty million.
# Standardize.
#
# ### A day in the life of one weight
#
# **Intuition.** So far each step asked all patients. You need not. Ask four, and take the step that they
# suggest. It is a poll: cheap, noisy, right on average. Then ask the next four.
#
# - **Full batch**: all $n$ patients per step.
# - **Stochastic gradient descent** ([SGD](glossary.md#sgd)): one patient per step.
# - **Mini-batch**: a [batch](glossary.md#batch) of $B$ patients per step. Most people call this SGD too.
#
# When all patients have been asked once, an [epoch](glossary.md#epoch) is over, and they are shuffled.
#
# **Formula.** With $S$ a random set of $B$ patients,
#
# $$g_S = \frac2B\sum_{i \in S}(x_i^T w - y_i)\,x_i$$
#
# Each patient is in as many sets as any other. So the mean of $g_S$ over all sets is the full gradient. Its
# spread shrinks roughly like $1/\sqrt B$.

# %%
rng = np.random.default_rng(0)
bmi = table.features.index("bmi")
one_each = 2 * A[:, bmi] * (A @ np.zeros(11) - y)  # the slope for the weight of BMI, by patient
print(f"full gradient for the weight of BMI, at the start: {one_each.mean():.1f}")
for size in [1, 4, 16, 64]:
    polls = np.array([one_each[rng.choice(n, size, replace=False)].mean() for _ in range(2000)])
    half = 1.96 * polls.std() / 2000**0.5  # of the interval for the mean of 2,000 polls
    wrong = f"wrong sign {(polls > 0).mean():3.0%}"
    print(f"B = {size:2}: mean {polls.mean():5.0f} ± {half:2.0f}, SD {polls.std():4.0f}, {wrong}")
for who, them in [("wrong", one_each > 0), ("right", one_each < 0)]:
    print(f"{them.mean():.0%} of patients point {who}, with a mean of {one_each[them].mean():.0f}")

# %% [markdown]
# A single patient points the weight of BMI the **wrong** way more often than not. At the start the model
# answers 0 to everyone, so each patient wants a higher answer. For those whose BMI is below average, 56 %,
# that means to lower this weight. The other 44 % pull harder, −399 against 153. So the mean of all is right,
# and it works:


# %%
def batch_step(w, S, lr):
    """Return the weights after one step that asks only the patients in S."""
    return w - lr * 2 * A[S].T @ (A[S] @ w - y[S]) / len(S)


order = np.random.default_rng(0).permutation(n)
w = np.zeros(11)
for first in range(0, n, 4):
    w = batch_step(w, order[first : first + 4], 0.02)  # the last batch may be smaller
print(f"before {np.mean(y**2):.0f}, after one full-batch step {descend(A, 0.02, 2)[1]:.0f}")
print(f"after one epoch in batches of 4: {np.mean((A @ w - y) ** 2):.0f}")

# %% folded=true
w_torch = torch.zeros(11, dtype=torch.float64, requires_grad=True)
patients = torch.utils.data.TensorDataset(torch.from_numpy(A), torch.from_numpy(y))
optimizer = torch.optim.SGD([w_torch], lr=0.02)
for X_batch, y_batch in torch.utils.data.DataLoader(patients, 4, sampler=order.tolist()):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(X_batch @ w_torch, y_batch).backward()
    optimizer.step()
assert np.allclose(w_torch.detach(), w)
print("the epoch by hand and the one with torch's DataLoader end at the same weights")

# %% [markdown]
# **Follow one weight.** Above, where it stands; the dotted line is its place at the lowest loss. Below, each
# step that a batch sent it on. *Predict:* with one patient per step and the same rate, does it end nearer to
# the dotted line than with four, or further away? Then make the batch 442.


# %% folded=true
assert ((one_each > 0) == (x < 0)).all() and round((x < 0).mean(), 2) == 0.56


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

# %%
for size in (1, 4, 442):
    ends = np.array([one_epoch(size, 0.02, shuffle)[0][-1, bmi] for shuffle in range(10)])
    print(f"B = {size:3}: off by {np.abs(ends - best[bmi]).mean():4.1f}, mean of ten shuffles")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Further away than four: more steps, and more noise in each. The full batch takes a single step and has
# hardly left.
# </details>
#
# So the weight goes home in a zigzag, and never quite arrives.
#
# ### Momentum
#
# **Intuition.** A walker decides anew at every step. A ball remembers. Across the ravine the slopes alternate
# and cancel in its memory. Along the floor they agree and add up.
#
# **Formula** (torch's convention). With [momentum](glossary.md#momentum) $\mu$, often 0.9,
#
# $$b \leftarrow \mu\,b + g, \qquad w \leftarrow w - \eta\,b$$
#
# How long does $b$ become? If $g$ stays the same, then $b = g + \mu g + \mu^2 g + \dots = g\,c$, with
#
# 1. $c = 1 + \mu + \mu^2 + \mu^3 + \dots$
# 2. $\mu c = \mu + \mu^2 + \mu^3 + \dots$: the same without its first term, so $\mu c = c - 1$.
# 3. Solve for $c$: $c = 1/(1 - \mu)$. At 0.9 that is 10.
#
# So steps along a steady slope become ten times as long. If $g$ changes its sign each time, the sum is
# $1 - \mu + \mu^2 - \dots = 1/(1 + \mu)$, about half.
#
# Each optimizer below is a function that turns a gradient into a direction, and may keep a memory.


# %%
def plain(g, memory):
    return g


def momentum(g, memory, mu=0.9):
    memory["b"] = mu * memory.get("b", 0) + g
    return memory["b"]


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


def above_lowest(w):
    """Return by how much the loss of w, (..., 11), lies above the lowest."""
    return np.sum(((w - best) @ H) * (w - best), axis=-1) / 2


print("steps to within 1 of the lowest:")
for direction, lr in [(plain, 0.224), (momentum, 0.2)]:
    path = walk(direction, full_gradient, np.zeros(11), lr, 2000)
    print(f"{direction.__name__:8} at rate {lr}: {np.argmax(above_lowest(path) < 1)}")

# %% [markdown]
# Momentum needs 78 steps. Plain descent, at its best rate above, needs 369.
#
# ### Common mistakes
#
# - **A rate above 2/L.** The loss grows by a constant factor per step, then `inf`, then `nan`.
# - **A rate far below 2/L.** A smooth curve that is still falling when you stop.
# - **Raw units.** With plain descent either of these two, whatever the rate. (Adam: sitting 3.)
# - **A step *along* the gradient.** The loss rises from the first step, at any rate.
# - **Sum instead of mean.** The limit shrinks with the number of patients, here from 0.2485 to 0.000562.
# - **`zero_grad` forgotten.** Gradients of all steps add up: that is momentum 1, and the run swings for ever.
# - **Patients sorted, not shuffled.** The loss goes up and down once per epoch.
# - **"Flat, so it has converged."** At 2/L the loss is flat too. Look at the weights, or halve the rate.

# %% folded=true
assert round(2 / np.linalg.eigvalsh(2 * A.T @ A)[-1], 6) == 0.000562  # the loss is a sum

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
print(f"no zero_grad: loss {min(swings[100:]):.0f} to {max(swings[100:]):.0f} in steps 100 to 200")

for name in ("shuffled", "sorted"):
    w, above = np.zeros(11), []
    for epoch in range(40):
        order = np.random.default_rng(epoch).permutation(n) if name == "shuffled" else np.argsort(y)
        for first in range(0, n, 16):
            w = batch_step(w, order[first : first + 16], 0.02)
            above.append(above_lowest(w))
    last = above[-28:]
    print(f"{name}: last epoch {min(last):.0f} to {max(last):.0f} above the lowest")

# %% [markdown]
# ### Summary
#
# - Step against the gradient; repeat. A short step lowers the loss by about $\eta s^2$.
# - On a parabola each step multiplies the distance by $1 - \eta\lambda$, direction by direction. So training
#   explodes above $2/L$, with $L$ the largest curvature. On the diabetes data that is 0.2485, and it held.
# - The ratio of largest to smallest curvature sets the pace. Standardize.
# - Mini-batches are noisy polls, right on average.
# - Momentum adds up what agrees, $1/(1-\mu)$ times, and cancels what alternates.
#
# ### On Monday
#
# - **Standardize** with the training patients' mean and SD. **Shuffle** every epoch. **Batches** of 32 to 128.
# - **[Optimizer](glossary.md#optimizer)**: AdamW, which has a rate for each weight (sitting 3). Or SGD with
#   momentum 0.9.
# - **Rate**: begin with 1e-3 for AdamW, 0.1 for SGD. Try factors of 10 on both sides, then of 3, and take the
#   one with the lowest loss on *validation* patients (unit 07). Below, 0.01 wins: training is only 220 steps
#   long. (Three random starts, one choice of validation patients.)
# - **[Schedule](glossary.md#schedule)**: cosine, which lowers the rate slowly to 0 (sitting 2). If the first
#   steps explode, add a warm-up, which raises it over these steps (sitting 4).
# - **Look at the curve.** It explodes: a third of the rate. It is smooth and still falling: a higher rate, or
#   longer. It is flat and jagged: a lower rate.

# %%
import torch
from torch import nn

X, outcome = torch.tensor(table.X), torch.tensor(table.y)[:, None]  # your patients
inputs = (X - X[:342].mean(0)) / X[:342].std(0)  # 342 to train, the other 100 to validate
wanted = (outcome - outcome[:342].mean()) / outcome[:342].std()
for lr in (1e-4, 1e-3, 1e-2, 1e-1):
    found = []
    for seed in range(3):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1)).double()
        optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20 * 11)  # steps
        for rows in [r for _ in range(20) for r in torch.randperm(342).split(32)]:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(inputs[rows]), wanted[rows]).backward()
            optimizer.step()
            schedule.step()
        found.append(nn.functional.mse_loss(model(inputs[342:]), wanted[342:]).item())
    print(f"lr {lr:g}: validation loss {min(found):.2f} to {max(found):.2f}")

# %% [markdown]
# ## Sitting 2 · To set batch size, rate and schedule together
#
# **You take batches four times as large. What else must change?**
#
# *Read in 35 minutes.* Run the cells of sitting 1 first.
#
# ### A fast drop and a long tail
#
# In sitting 1 the loss fell along eleven directions at once. The figure takes them apart. Above, one mark for
# each direction: its curvature, and its factor per step. Below, the loss: the sum over the eleven.
#
# **Move** the rate. *Predict:* for the flattest direction (far left), is its factor at rate 0.24 nearer to 0 or
# to 1?

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
# So the curve drops fast while the steep directions settle. Then comes a long tail in the flat ones. Nothing is
# wrong with the tail.
#
# <details><summary><b>Question.</b> Which rate makes the slowest direction as fast as possible?</summary>
#
# The one at which the flattest and the steepest are equally slow. Their factors are then equal in size, with
# opposite signs:
#
# $$1 - \eta\lambda_{\text{flat}} = -(1 - \eta L)$$
#
# Solve for the rate:
#
# $$\eta = \frac{2}{\lambda_{\text{flat}} + L} = 0.2480$$
#
# $\lambda_{\text{flat}}$ is small, so this is just below $2/L = 0.2485$.
# </details>

# %% folded=true
assert round(2 / (eigenvalues[0] + L), 4) == 0.2480
assert round(1 - 0.24 * eigenvalues[0], 3) == 0.996

# %% [markdown]
# ### Why shuffle, rather than draw?
#
# An epoch could also draw each patient anew from all 442. *Predict:* after 442 draws, which share of the patients
# has been asked at least once?

# %%
rng = np.random.default_rng(0)
shares = [len(np.unique(rng.integers(n, size=n))) / n for _ in range(1000)]  # 1,000 epochs
print(f"asked at least once: {np.mean(shares):.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 63 %. One draw misses a given patient with probability $1 - 1/n$. All $n$ draws do with probability
#
# $$\left(1 - \frac1n\right)^n \approx \frac1e = 0.37$$
# </details>
#
# Shuffled, everybody is asked once.
#
# ### The noise floor
#
# First measurement: start *at* the lowest loss, and see how far above it the noise carries you. It is the mean
# over the last half of 20 epochs, for three shuffles. *Predict:* from the first column to the second, batch
# and rate both grow four times. What does the noise do?


# %%
def batches(size, epochs, seed=0):
    """Yield index arrays of up to ``size`` of the patients, shuffled every epoch."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(n)
        yield from (order[i : i + size] for i in range(0, n, size))


def noise_floor(size, lr, seed):
    """Return the mean loss above the lowest in all steps of the last 10 of 20 epochs."""
    w, path = best.copy(), []
    for S in batches(size, 20, seed):
        w = batch_step(w, S, lr)
        path.append(w)
    return above_lowest(np.array(path[len(path) // 2 :])).mean()


print("rate / B         B = 1         B = 4        B = 16   (mean ± SD)")
for share in [0.001, 0.002, 0.004]:
    floors = [[noise_floor(size, share * size, seed) for seed in range(3)] for size in (1, 4, 16)]
    cells = [f"{np.mean(f):8.1f} ± {np.std(f, ddof=1):3.1f}" for f in floors]
    print(f"{share:8.3f}", *cells)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It hardly changes. In the first row three shuffles show no difference (10.2 ± 0.7, 10.4 ± 0.7), in the last one
# 5 %. With 16 patients it is up to a quarter more than with one. Down a column only the rate grows, fourfold, and
# the noise becomes eight to nine times as large.
# </details>
#
# So it is mostly the *ratio* of rate to batch size that sets the noise. Take batches four times as large, and you
# may take steps four times as long. How long does that go on? Second measurement: the step at which the loss is
# first within 100 of the lowest, at the best of 21 rates. (The first crossing may be luck, above all with small
# batches.)


# %%
def fewest(size, shuffle):
    """Return the fewest steps to within 100 of the lowest loss, and the rate that took them."""
    found = (10**9, 0.0)
    for lr in np.geomspace(0.003, 0.3, 21):
        w = np.zeros(11)
        for step, S in enumerate(batches(size, 60, shuffle), start=1):
            w = batch_step(w, S, lr)
            if above_lowest(w) < 100:
                found = min(found, (step, lr))
            if step >= found[0]:
                break
    return found


print("lowest to highest of five shuffles")
print("  B      best rate        steps   patients seen")
with np.errstate(all="ignore"):
    for size in [1, 4, 16, 64, 442]:
        steps, lrs = zip(*[fewest(size, shuffle) for shuffle in range(5)], strict=True)
        low, high = min(steps), max(steps)
        print(f"{size:3}  {min(lrs):.3f} to {max(lrs):.3f}  {low:3} to {high:3}", end="")
        print(f"  {low * size:5} to {high * size:4}")

# %% [markdown]
# The best rate grows with the batch, until the limit 2/L stops it: from 64 to 442 there is little left to gain. Up
# to 16, larger batches need fewer steps, and look at about as many patients. From 64 on they look at more.
#
# **By the clock.** A step with 16 patients does not take 16 times as long as a step with one. On your machine:

# %% tags=["nbval-ignore-output"]
import timeit

for size in [1, 4, 16, 64, 442]:
    seconds = min(timeit.repeat(lambda: one_epoch(size, 0.001, 0), number=1, repeat=5))
    steps = -(-n // size)
    print(f"B = {size:3}: {1e3 * seconds:6.2f} ms an epoch, {1e6 * seconds / steps:4.0f} µs a step")

# %% [markdown]
# So a larger batch is faster *per epoch*, and up to a point by the clock.
#
# ### Schedules: change the rate on the way
#
# **Intuition.** Long steps to get there, short steps to settle. The rate sets the noise floor, so lower it
# once you are near. In epoch $t$, from the top rate $\eta_0$:
#
# - *step*: $\eta_0\,\gamma^{\lfloor t/k \rfloor}$. Every $k$ epochs times $\gamma$.
# - *cosine*: $\eta_{\min} + \tfrac12(\eta_0 - \eta_{\min})(1 + \cos(\pi t/T))$: slowly, fast, slowly.
# - *linear warm-up*: in a straight line from a fraction of $\eta_0$ up to $\eta_0$, if the first steps explode
#   (sitting 4).

# %%
EPOCHS = 20


def rate_of(name, t, top):
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


def train_with(name, top, size=4, seed=0):
    """Return rate and loss above the lowest, epoch by epoch, on the diabetes data."""
    w, per_epoch = np.zeros(11), -(-n // size)
    rates, above = [rate_of(name, t, top) for t in range(EPOCHS)], []
    for step, S in enumerate(batches(size, EPOCHS, seed), start=1):
        w = batch_step(w, S, rates[(step - 1) // per_epoch])
        if step % per_epoch == 0:
            above.append(above_lowest(w))
    return np.array(rates), np.array(above)


# %% folded=true
in_torch = torch.optim.lr_scheduler
for name, kind, options, epochs in [
    ("step", in_torch.StepLR, {"step_size": 7, "gamma": 0.1}, EPOCHS),
    ("cosine", in_torch.CosineAnnealingLR, {"T_max": EPOCHS}, EPOCHS),
    ("warm-up, cosine", in_torch.LinearLR, {"start_factor": 0.2, "total_iters": 4}, 5),
]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.03)
    plan = kind(optimizer, **options)
    for t in range(epochs):
        assert np.isclose(optimizer.param_groups[0]["lr"], rate_of(name, t, 0.03))
        optimizer.step()
        plan.step()
print("equal to torch's StepLR, CosineAnnealingLR and LinearLR")

# %% [markdown]
# **Move** the top rate, and change the schedule. *Predict:* a constant rate ends noisier, the higher it is. With
# cosine, does a higher top rate end higher or lower?


# %% folded=true
SCHEDULES = ["constant", "step", "cosine", "warm-up, cosine"]


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

# %%
print("above the lowest, five shuffles:  constant       cosine")
for top in (0.02, 0.04, 0.06):
    said = []
    for name in ("constant", "cosine"):
        ends = [train_with(name, top, seed=seed)[1][-1] for seed in range(5)]
        said.append(f"{min(ends):.0f} to {max(ends):.0f}")
    print(f"top rate {top:.2f}: {said[0]:>22}  {said[1]:>11}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It ends *lower*, as long as it does not explode. The long steps have gone further along the flat directions, and
# the short ones at the end take the noise away.
# </details>
#
# <details><summary><b>Question.</b> Someone lowers the rate tenfold, the loss drops at once, and they conclude
# that the earlier rate was too high. Are they right?</summary>
#
# Not necessarily. The drop is the noise floor falling. Had they started low, the flat directions would still be
# far away.
# </details>

# %% [markdown]
# ## Sitting 3 · To choose an optimizer
#
# **Does Adam forgive a badly chosen rate?**
#
# *Read in 50 minutes.* Run the cells of sitting 1 first.
#
# ### What momentum can do, and what it cannot
#
# **Nesterov's** form looks one step ahead: it moves along $g + \mu b$. *Predict:* plain descent explodes above
# 0.2485. And with momentum 0.9? With Nesterov's form?


# %%
def nesterov(g, memory, mu=0.9):
    return g + mu * momentum(g, memory, mu)


rates = np.array([0.16, 0.18, 0.24, 0.26, 0.46, 0.48])
print("rate     ", *[f"{r:>8.2f}" for r in rates])
for direction in (plain, momentum, nesterov):
    path = walk(direction, lambda w: (w - best) @ H, np.zeros((6, 11)), rates[:, None], 3000)
    far = np.abs(path[-1] - best).max(axis=1)  # one number per rate
    print(f"{direction.__name__:9}", *["settles " if d < 1 else "explodes" for d in far])
    assert not ((far > 1) & (far < 1e6)).any()

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Momentum's limit is nearly twice as high. Nesterov's is *lower* than plain descent's. The lab's stretch goal
# looks for the formulas.
# </details>
#
# **Saddles.** Slope 0 need not mean a bottom. At a [saddle point](glossary.md#saddle-point) the loss curves up in
# some directions and down in others. Does momentum help you out of one? Take $f(w) = (w_1^2 - w_2^2)/2$: along $w_1$ a valley, along $w_2$ a ridge. The
# way out is along $w_2$.

# %%
slope_of_saddle = np.array([1.0, -1.0])


def steps_to_leave(direction, off, lr=0.1):
    """Return the step at which |w2| first exceeds 1, from ``off`` the ridge, or "never"."""
    path = walk(direction, lambda w: slope_of_saddle * w, [1.0, off], lr, 400)
    out = np.flatnonzero(np.abs(path[:, 1]) > 1)
    return str(out[0]) if len(out) else "never"


print("off the ridge  plain  momentum")
for off in [1e-2, 1e-6, 0.0]:
    print(f"{off:13g}  {steps_to_leave(plain, off):>5}  {steps_to_leave(momentum, off):>8}")

# %% [markdown]
# It leaves sooner. On the ridge itself it never leaves: the slope across is exactly 0, and zeros add up to 0.
# What frees you is that batches and random starts hardly ever put you exactly there.
#
# ### One learning rate per weight
#
# **Intuition.** Look at each weight's own history. One whose gradients have been large gets small steps. One
# whose gradients have been tiny gets long ones. Three optimizers do so, and each mends the one before. Try them
# on a weight whose gradient is always 5, at rate 0.1. *Predict* the 1st, 10th, 100th and 1,000th step for
# [Adagrad](glossary.md#adagrad), which adds up the squares:
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\,\frac{g}{\sqrt s + \epsilon}$$
#
# - $s$: the squared gradients so far, one number per weight. $\epsilon$, tiny, keeps the division from 0.


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
# 0.1, 0.0316, 0.0100 and 0.0032. The first step is the rate itself, whatever the gradient's size.
# </details>
#
# The sum only grows, so the steps only shrink, on a slope that is as steep as ever.
#
# **[RMSprop](glossary.md#rmsprop)** forgets. With $\alpha = 0.99$ its mean goes back about 100 steps:
#
# $$v \leftarrow \alpha v + (1-\alpha)\,g^2, \qquad w \leftarrow w - \eta\,\frac{g}{\sqrt v + \epsilon}$$


# %%
def rmsprop(g, memory, alpha=0.99):
    memory["v"] = alpha * memory.get("v", 0) + (1 - alpha) * g**2
    return g / (np.sqrt(memory["v"]) + 1e-8)


show_steps(rmsprop)

# %% [markdown]
# It settles at the rate. But its first step is ten times too long: $v$ starts at 0, and is too small until it has
# seen enough.
#
# **[Adam](glossary.md#adam)** knows by how much it is too small, and divides by that. After $t$ steps the weights
# of its mean add up to $1 - \beta_2^t$ and not to 1. It also steps along a mean of the gradients, which is
# momentum as an average:
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
thousand = walk(adam, lambda w: 1000 * full_gradient(w), np.zeros(11), 0.1, 100)
same = np.allclose(walk(adam, full_gradient, np.zeros(11), 0.1, 100), thousand, rtol=0, atol=1e-7)
print("loss times 1000: the same path?", same)

# %% folded=true
METHODS = {
    "plain": (plain, "SGD", {}),
    "momentum": (momentum, "SGD", {"momentum": 0.9}),
    "Nesterov": (nesterov, "SGD", {"momentum": 0.9, "nesterov": True}),
    "Adagrad": (adagrad, "Adagrad", {}),
    "RMSprop": (rmsprop, "RMSprop", {}),
    "Adam": (adam, "Adam", {}),
}
for direction, kind, options in METHODS.values():
    w_torch = torch.zeros(11, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([w_torch], lr=0.1, **options)
    for _ in range(50):
        optimizer.zero_grad()
        torch.mean((torch.from_numpy(A) @ w_torch - torch.from_numpy(y)) ** 2).backward()
        optimizer.step()
    ours = walk(direction, full_gradient, np.zeros(11), 0.1, 50)[-1]
    assert np.allclose(ours, w_torch.detach().numpy(), rtol=1e-7)
print("plain, momentum, Nesterov, Adagrad, RMSprop and Adam: equal to torch's after 50 steps")

# %% [markdown]
# So Adam does not notice in which unit the *loss* is measured. And the *measurements*? Three versions, 5,000
# steps: raw; with their means subtracted, in raw units; standardized. *Predict:* with which does Adam reach the
# lowest loss, 2859.7?


# %%
def gradient_on(X):
    """Return the function from weights to the gradient of the loss on measurements X."""
    return lambda w: 2 * X.T @ (X @ w - y) / n


centred = np.column_stack([table.X - table.X.mean(axis=0), np.ones(n)])
print("              plain, just below 2/L   Adam, rate 0.1")
for name, inputs in [("raw", raw), ("centred", centred), ("standardized", A)]:
    limit = 2 / np.linalg.eigvalsh(2 * inputs.T @ inputs / n)[-1]
    ends = [walk(plain, gradient_on(inputs), np.zeros(11), 0.99 * limit, 5000)[-1]]
    ends.append(walk(adam, gradient_on(inputs), np.zeros(11), 0.1, 5000)[-1])
    print(f"{name:13}", *[f"{np.mean((inputs @ w - y) ** 2):18.1f}" for w in ends])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With the last two. With raw measurements it has not arrived.
# </details>
#
# So one rate per weight undoes different *units*. Means far from 0 it did not undo, at this one rate and in 5,000
# steps. Raw measurements resemble the bias's column of ones, and their weights can be exchanged for the bias. That
# is a ravine **across** the axes. A diagonal direction belongs to no single weight.
#
# **AdamW.** *Weight decay* pulls every weight towards 0 (unit 08 says why one wants that). For SGD one adds
# decay times $w$ to the gradient. Put the same into Adam, and the division by $\sqrt{\hat v}$ undoes it: the pull
# is divided by its own size. **AdamW** leaves the gradient alone, and shrinks the weights by the factor
# $1 - \eta \cdot \text{decay}$ before Adam's step. A weight at 1 whose loss is level, 100 steps at rate 0.001:

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

# %% [markdown]
# A decay ten thousand times as strong does the same to Adam's weight. AdamW's does what it says.
#
# <details><summary><b>Question.</b> A feature is 1 in three patients of a thousand and 0 in all others. Why may
# Adagrad treat its weight better than plain SGD does?</summary>
#
# Its gradient is 0 in most batches, so Adagrad's sum for it stays small. When its patient comes by, the step is
# long.
# </details>
#
# ### Turn the ravine
#
# Left a ravine that you can turn, 50 times as steep across as along. Each optimizer keeps the rate that was its
# best of 41 at angle 0. Right the saddle, at rate 0.1 for plain descent and momentum, 0.05 for RMSprop and Adam.
# *Predict:* who notices when you turn the ravine, and who does not? Who leaves the saddle first? In the tables
# below the figure, a saddle is left when $|w_2|$ exceeds 1.

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


# %% folded=true
def race(value, gradient, start, rates, steps, below=1e-3):
    """Return {method: (fewest steps, how many rates arrive)}; one row of weights per rate."""
    starts = np.tile(np.asarray(start, float), (len(rates), 1))
    results = {}
    for name, (direction, _, _) in METHODS.items():
        if name == "Nesterov":
            continue
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
print("steps until the loss is below 0.001, best of 41 rates at each angle")
print("ravine turned by     0   15   45 degrees")
for name in columns[0]:
    print(f"{name:17}" + "".join(f"{columns[a][name][0]:5}" for a in columns))
assert len({columns[a]["plain"][0] for a in columns}) == 1
assert len({columns[a]["momentum"][0] for a in columns}) == 1
print("\nsteps to leave the saddle")
print("off its ridge           0.001  1e-06  0")
for name, direction, rate, *_ in RACERS:  # the figure's rates are the best of the 41
    path = walk(direction, lambda w: bowl @ w, start, rate, 400)
    arrived = np.einsum("ti,ij,tj->t", path, bowl, path) / 2 < 1e-3
    assert arrived.argmax() == columns[0][name][0]
    small = 0.05 if direction in (rmsprop, adam) else 0.1
    found = [steps_to_leave(direction, off, small) for off in (1e-3, 1e-6, 0.0)]
    print(f"{name:22} {found[0]:>5}  {found[1]:>5}  {found[2]}")


def corrected(g, memory, alpha=0.99):
    """RMSprop whose mean is divided by the sum of its weights, as Adam's is."""
    t = memory["t"] = memory.get("t", 0) + 1
    return np.sqrt(1 - alpha**t) * rmsprop(g, memory, alpha)


assert steps_to_leave(corrected, 1e-3, 0.05) == "13"

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Plain descent and momentum do not notice. RMSprop and Adagrad lead at angle 0, where the ravine happens to lie
# along an axis. Turned, they fall behind momentum. Adam hardly notices.
#
# RMSprop leaves the saddle first, after 2 steps. That is its first step again, ten times too long. Corrected as
# Adam corrects it, it needs 13.
# </details>
#
# ### How many rates work?
#
# **First, Rosenbrock's function**, a bent ravine. Each optimizer gets the same 45 rates, from 0.00001 to 3.2. A
# rate *works* if the function falls below 0.001 within 5,000 steps. *Predict:* Adam or momentum, who has more?


# %%
def rosenbrock(a, b):
    return (1 - a) ** 2 + 100 * (b - a**2) ** 2


def rosenbrock_gradient(w):
    a, b = w[..., 0], w[..., 1]
    return np.stack([-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)], axis=-1)


bent = race(rosenbrock, rosenbrock_gradient, [-1.5, 2.0], np.geomspace(1e-5, 3.2, 45), 5000)
print("           fewest steps   rates that work, of 45")
for name, (steps, work) in bent.items():
    print(f"{name:10} {steps:12} {work:10}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Adam: it works with 25 rates, momentum with 9, plain descent with 1.
# </details>
#
# **Second, a network** with 2,410 weights, which reads 600 digits of 8 × 8 pixels. Batches of 32, five epochs, five
# random starts. Each optimizer gets the same 33 rates, from a millionth to 100. A rate works if the
# cross-entropy ends below 0.3. *Predict:* is Adam's range again so much wider than that of plain SGD?

# %%
stored = measured.load("optimizer_rates")
print(stored)
every = 10 ** (np.arange(-24, 9) / 4)  # the 33 rates
print("\n           rates that work, of 33   lowest and highest with all five starts")
for name in bent:
    works = stored.values(name) < 0.3  # (starts, rates)
    low, high = works.sum(axis=1).min(), works.sum(axis=1).max()
    ends = every[works.all(axis=0)]
    print(f"{name:10} {low:12} to {high:<10} {ends[0]:10.3f} and {ends[-1]:.2g}")

# %% folded=true
from dlcourse.measured import optimizer_rates

here = sum(optimizer_rates.train("Adam", lr, 0) < 0.3 for lr in optimizer_rates.RATES)
counts = (stored.values("Adam") < 0.3).sum(axis=1)
assert counts.min() <= here <= counts.max()
print("Adam on the digits, start 0, run here: as stored")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Hardly: 8 or 9 rates against 6 or 7.
# </details>
#
# So "Adam forgives" holds in the bent ravine, and hardly on these digits. What differs more is *where* the range
# lies. Plain SGD needs rates 32 to 56 times as high as Adam's. So never carry a rate over from one optimizer to
# another. One reason to start with Adam remains: its first step is the rate itself, whatever the loss is multiplied
# with. A default rate is still only a first guess: Adam's usual 0.001 fails here.

# %% [markdown]
# ## Sitting 4 · To walk where nobody can see
#
# **2/L was exact for a linear model. What is left of it for a network?**
#
# *Read in 40 minutes.* Run the cells of sitting 1 first.
#
# ### Where the curvature changes
#
# For the squared error of a linear model the curvature is the same everywhere. For a neuron with a sigmoid it is
# not. Its gradient (unit 02) is
#
# $$g = \frac1n\sum_i (p_i - y_i)\,x_i$$
#
# - $p_i$: the neuron's output for patient $i$, a probability. Only this depends on the weights. Its derivative
#   with respect to $w$ is $p_i(1-p_i)\,x_i$.
#
# So the Hessian is
#
# $$H = \frac1n\sum_i p_i(1-p_i)\,x_i x_i^T$$
#
# $p(1-p)$ is at most ¼, where the neuron is undecided, and nearly 0 where it is sure. So no curvature is above
# the largest eigenvalue $L$ of $X^T X/(4n)$.
#
# The biopsies of unit 02, all 30 measurements. *Predict:* at eight times 2/L, does the loss explode?

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
# <details><summary><b>Answer.</b></summary>
#
# No, it never rises. At 33 times 2/L it rises sixteen times and comes down again: the curvature falls as the
# neuron grows sure.
# </details>
#
# So below 2/L you are *safe*. Above it there is no promise.
#
# ### 2,410 weights, unseen
#
# One weight is a curve, two are a map. A small network that reads handwritten digits has 2,410, a large one
# billions. You can still go through that landscape in a straight line, and write down the heights.
#
# *Predict:* you take a step of 0.5 downhill, and 100 steps of 0.5 in random directions. How near does the best of
# the 100 come?

# %%
from sklearn.datasets import load_digits

digits = load_digits()
pixels = digits.data[:600] / 16
pixels = pixels - pixels.mean(axis=0)  # (600, 64)
labels = digits.target[:600]


class Landscape:
    """The loss of a network as a function of one long vector of weights."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        layers = ref.Linear(64, 32, rng=rng), ref.Tanh(), ref.Linear(32, 10, rng=rng)
        self.network = ref.Sequential(*layers)
        self.start = np.concatenate([p.ravel() for p in self.network.parameters()])

    def gradient(self, weights):
        """Return the loss of all images and its gradient, (2410,), at ``weights``, (2410,)."""
        place = 0
        for p in self.network.parameters():
            p[...] = weights[place : place + p.size].reshape(p.shape)
            place += p.size
        scores = self.network.forward(pixels)
        self.network.backward(ref.cross_entropy_backward(1.0, scores, labels))
        slopes = np.concatenate([g.ravel() for g in self.network.gradients()])
        return ref.cross_entropy(scores, labels), slopes


land = Landscape(0)
loss0, g = land.gradient(land.start)
downhill = -g / np.linalg.norm(g)
random_ways = np.random.default_rng(1).normal(size=(100, len(g)))
random_ways /= np.linalg.norm(random_ways, axis=1, keepdims=True)

falls = [land.gradient(land.start + 0.5 * way)[0] - loss0 for way in (downhill, *random_ways)]
print(f"{len(g)} weights. A step of 0.5 downhill: loss {falls[0]:+.4f}")
print(f"best of 100 random steps: {min(falls[1:]):+.4f}")
print(f"nearest of them: {np.degrees(np.arccos((random_ways @ downhill).max())):.0f} degrees off")

# %% folded=true
distances = np.linspace(-4, 4, 33)
along = np.array([land.gradient(land.start + d * downhill)[0] for d in distances])
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
# <details><summary><b>Answer.</b></summary>
#
# Not near: it lowers the loss by 0.0082, the gradient by 0.1617.
# </details>
#
# In 2,410 dimensions almost every direction is nearly at right angles to downhill. The gradient finds the way down,
# for about the price of two more forward passes (unit 06). (*Nats*: the logarithm is natural, unit 04.)
#
# Linear models with squared error have one valley. Networks have many, and the random start decides which one
# you find (unit 03).
#
# ### L without the Hessian
#
# The Hessian has 2,410² entries, and you need only its largest eigenvalue. **Power iteration** finds it. Take any
# direction and multiply it by $H$, again and again. The steep part grows fastest. With the curvatures 4 and 1,
# from (1, 1):
#
# $$(1, 1) \to (4, 1) \to (16, 1) \to (64, 1)$$
#
# The direction turns to the steep side, and each multiplication makes it nearly 4 times as long. That 4 is the
# eigenvalue.
#
# You need not know $H$ for this: $H$ times a direction is how the gradient changes along that direction. So one
# multiplication costs two gradients. (Power iteration finds the eigenvalue that is largest in *size*. Those below
# are positive.)


# %%
def steepest_curvature(land, weights, turns=60):
    """Return the eigenvalue of the Hessian that is largest in size, by power iteration."""
    way = np.random.default_rng(0).normal(size=len(weights))
    for _ in range(turns):
        way = way / np.linalg.norm(way)
        ahead = land.gradient(weights + 1e-3 * way)[1]
        behind = land.gradient(weights - 1e-3 * way)[1]
        change = (ahead - behind) / 2e-3  # H times the direction
        curvature = way @ change
        way = change
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
# The limit is no constant of a network. In this run it tightens in the first steps, then loosens as the network
# grows sure. A **warm-up** begins with short steps. Full batch, rate 12, three times the tightest limit above,
# five random starts. *Predict:* does the run with a warm-up end lower?


# %%
def full_batch(seed, warm_up, lr=12.0, steps=200):
    """Return losses and last weights of full-batch descent; ``warm_up``: steps until rate lr."""
    land, losses = Landscape(seed), []
    weights = land.start.copy()
    for step in range(1, steps + 1):
        loss, g = land.gradient(weights)
        losses.append(loss)
        weights = weights - lr * min(1.0, step / warm_up) * g
    return np.array(losses), weights


print("warm-up    rises  highest loss           last   (five starts)")
for warm_up in (1, 50):
    runs = np.array([full_batch(seed, warm_up)[0] for seed in range(5)])
    rises, top, last = (np.diff(runs) > 0).sum(axis=1), runs.max(axis=1), runs[:, -1]
    print(f"{warm_up:2} steps  {rises.min()} to {rises.max()}  {top.min():4.1f} to ", end="")
    print(f"{top.max():4.1f}  {last.min():.4f} to {last.max():.4f}")
for steps in (10, 20, 30, 50):
    curvature = steepest_curvature(land, full_batch(0, 50, steps=steps)[1])
    print(f"warm-up, {steps} steps: rate {12 * steps / 50:4.1f}, 2 / L = {2 / curvature:4.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No, higher: it took fewer long steps. But without it, the loss leaps from 2.3 to between 8 and 16, in all five
# starts. With it, it never rises.
# </details>
#
# The last lines suggest why, at four steps of the first start: the limit rises with the rate, and the rate stays
# below it.
#
# ### Newton: divide by the curvature
#
# All trouble came from one rate for many curvatures. If you know them, divide each direction by its own:
#
# $$w \leftarrow w - H^{-1} g$$
#
# On a parabola that is the bottom, in one step. *Predict:* where does it lead on the saddle
# $(w_1^2 - w_2^2)/2$, whose curvatures are 1 and −1?

# %%
by_hand = np.zeros(11) - np.linalg.solve(H, full_gradient(np.zeros(11)))  # solves H d = g
assert np.allclose(by_hand, best)
print("diabetes: at the lowest after 1 step")
corner, signs = np.array([1.0, 0.5]), np.array([1.0, -1.0])
slope = signs * corner
print("saddle: from", corner, "to", corner - slope / signs)
for p in (11, 2410, 10**6):
    print(f"{p:9,} weights: Hessian of {8 * p * p:,} bytes, {p**3 / 3:.1e} products to solve")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Straight **into** it, because it looks for slope 0 and not for a bottom.
# </details>
#
# And a million weights need eight terabytes before anything is solved. So networks are nearly always trained with
# gradients alone.
#
# <details><summary><b>Question.</b> Design a function of two weights on which descent is slow, whatever the
# rate.</summary>
#
# Two curvatures that differ much, such as 1 and 10,000:
#
# $$f(w) = \tfrac12\,(w_1^2 + 10{,}000\,w_2^2)$$
#
# The best rate is 2/10,001. Both directions then shrink by 0.9998 per step, and 3,466 steps halve them. Newton
# needs one step to the bottom.
# </details>

# %% folded=true
assert round(np.log(0.5) / np.log(1 - 2 / 10_001)) == 3466

# %% [markdown]
# **Next:** the [lab](../labs/05_gradient_descent.ipynb), where you write each optimizer and race them. Then
# [unit 06](06_backpropagation.ipynb): where the gradient of a network comes from.

# %% [markdown]
# ## Sources
#
# - Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées* (1847); no DOI.
# - Robbins and Monro, *A stochastic approximation method* (1951).
#   [doi:10.1214/aoms/1177729586](https://doi.org/10.1214/aoms/1177729586)
# - Polyak, *Some methods of speeding up the convergence of iteration methods* (1964): momentum.
#   [doi:10.1016/0041-5553(64)90137-5](https://doi.org/10.1016/0041-5553(64)90137-5)
# - Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)* (1983); no DOI.
# - Sutskever, Martens, Dahl and Hinton, *On the importance of initialization and momentum in deep learning*
#   (2013): the form of Nesterov's method used here; no DOI.
# - Duchi, Hazan and Singer, *Adaptive subgradient methods* (2011): Adagrad; no DOI.
# - Tieleman and Hinton, *Lecture 6.5: RMSprop* (2012); no DOI.
# - Kingma and Ba, *Adam: a method for stochastic optimization* (2015).
#   [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980)
# - Loshchilov and Hutter, *SGDR* (2017): cosine.
#   [doi:10.48550/arXiv.1608.03983](https://doi.org/10.48550/arXiv.1608.03983)
# - Loshchilov and Hutter, *Decoupled weight decay regularization* (2019): AdamW.
#   [doi:10.48550/arXiv.1711.05101](https://doi.org/10.48550/arXiv.1711.05101)
# - Goyal and others, *Accurate, large minibatch SGD* (2017): warm-up; rate in proportion to batch size.
#   [doi:10.48550/arXiv.1706.02677](https://doi.org/10.48550/arXiv.1706.02677)
# - Rosenbrock, *An automatic method for finding the greatest or least value of a function* (1960).
#   [doi:10.1093/comjnl/3.3.175](https://doi.org/10.1093/comjnl/3.3.175)
# - Data: Efron, Hastie, Johnstone and Tibshirani, *Least angle regression* (2004).
#   [doi:10.1214/009053604000000067](https://doi.org/10.1214/009053604000000067)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - A slide says that momentum keeps you from getting trapped in saddle points, and approximates a second order. It
#   leaves sooner (52 steps instead of 145); from slope 0 it never leaves. It sees gradients only, no curvature.
# - A note says that learning rates can only go down, and that a warm-up prevents it. A warm-up raises the rate, and
#   nothing forces a rate down.
# - A note says: the larger the batch, the faster. Per epoch, yes. Per patient looked at, batches of 1 to 16 were
#   alike here, and larger ones slower.
# </details>
