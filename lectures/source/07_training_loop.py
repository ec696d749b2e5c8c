# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 · The training loop
#
# **A model is 96.6 % accurate. How many cancers does it miss?**
#
# You know how a network predicts (unit 03), what an error costs (04), which way is downhill (05), and how
# gradients are found (06). This unit puts the four into one loop, and asks what can go wrong in it.
#
# After this lecture you can
#
# 1. write the training loop from memory, over NumPy layers and in torch, and stop it at the right time;
# 2. read a pair of curves, and name the test that tells two sick runs with the same curve apart;
# 3. tune on validation patients only, and say by how much the winner flatters itself;
# 4. report a rare disease so that a useless model cannot hide, and open the test set once.
#
# *You need:* [02](02_neuron.ipynb) to [05](05_gradient_descent.ipynb); of
# [06](06_backpropagation.ipynb), only that `backward` gives gradients.
# *Lab:* [lab 07](../labs/07_training_loop.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from dlcourse import data, measured, metrics, plots, training
from dlcourse import reference as ref
from dlcourse.data import train_val_test_split
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # the networks are small: a second thread would be in the way

# %% [markdown]
# ## Sitting 1 · To write the loop, and to read what it prints
#
# *Read in 55 minutes.*
#
# ### The alarm that never rings
#
# In the Wisconsin data 37 of 100 biopsies are malignant. In a clinic that takes many samples, cancer is
# rarer. So we make it rare: all 357 benign biopsies, and 19 malignant ones drawn by chance, which is 5 %.
# Of these, 60 % train the model and 40 % measure its accuracy. The 193 malignant biopsies that were left
# out tell us how many cancers it finds.
#
# The model is one neuron with all 30 measurements and a strong penalty on its weights (unit 08 explains penalties):
# `C=0.01`, and a smaller `C` is a stronger penalty. Beside it, the same with the usual `C=1`. *Predict:* of 193
# cancers, how many does the first model miss, which is 96.6 % accurate?

# %%
table = data.breast_cancer()


def rare_cancer(seed):
    """Return rows to fit on, rows to test on (5 % malignant), and the malignant rows left out."""
    malignant = np.random.default_rng(seed).permutation(np.flatnonzero(table.y == 1))
    rows = np.r_[np.flatnonzero(table.y == 0), malignant[:19]]
    fit, test = train_test_split(rows, test_size=0.4, random_state=seed, stratify=table.y[rows])
    return fit, test, malignant[19:]


print("means of 20 draws")
for C in (0.01, 1.0):
    accuracy, found, spared, benign = np.zeros((4, 20))
    for seed in range(20):
        fit, test, left_out = rare_cancer(seed)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=C))
        model.fit(table.X[fit], table.y[fit])
        said, truth = model.predict(table.X[test]), table.y[test]
        accuracy[seed], benign[seed] = (said == truth).mean(), (truth == 0).mean()
        spared[seed] = (said[truth == 0] == 0).mean()
        found[seed] = model.predict(table.X[left_out]).sum()
    missed = 193 - found
    print(f"C = {C}: accuracy {accuracy.mean():.1%}, healthy left in peace {spared.mean():.1%}")
    print(f"  cancers missed, of 193: {missed.mean():.0f} ({missed.mean() / 193:.0%}),", end=" ")
    print(f"from draw to draw {missed.min():.0f} to {missed.max():.0f}")
print(f"accuracy of always 'benign': {benign.mean():.1%}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 119, six in ten.
# </details>
#
# Not all of that is rarity: with the usual penalty the same neuron misses 35. But between 119 and 35 missed
# cancers, the accuracy moves by 2.4 points.
#
# **Why accuracy hardly noticed.** Two numbers tell more.
# [Sensitivity](glossary.md#sensitivity) is the share of the ill who are found.
# [Specificity](glossary.md#specificity) is the share of the healthy who are left in peace. Accuracy is their
# mean, weighted by how many there are of each:
#
# $$\text{accuracy} = 0.05 \cdot \text{sensitivity} + 0.95 \cdot \text{specificity}$$
#
# With a sensitivity of 0.38 and a specificity of 1 that is 0.019 + 0.95 = 0.969. (The cell prints less, 96.6 %:
# of its test patients 5.3 % are ill.) All the ill together are worth five points in a hundred, so missing most
# of them costs three. Their plain mean is the [balanced accuracy](glossary.md#balanced-accuracy), here 0.69; it
# is one half for any model that does not look at the patient.
#
# Sitting 4 repairs this model. First we need the loop that trains it.
#
# ### Six steps
#
# **Intuition.** A resident reads a stack of slides. For each few: guess, open the envelope with the diagnosis,
# shift the opinion a little. After the stack comes an exam on slides that were never opened. Then the stack again,
# in another order.
#
# 1. **Start**: draw the weights at random.
# 2. **Feed** a *batch*, a few cases, into the model.
# 3. **Predict**: the forward pass.
# 4. **Compare**: the loss between prediction and label.
# 5. **Update**: gradients, and one step against them. (Steps 2 to 5 repeat until every training
#    case was seen once. That is one *epoch*.)
# 6. **Validate**: measure on cases that are never used for steps. Then back to 2.

# %% folded=true
figure, ax = plots.subplots(width=6, height=3.4)
ax.set_axis_off()
places = {
    "1 start": (0, 1),
    "2 feed\na batch": (2, 1),
    "3 predict": (4, 1),
    "4 compare\n(loss)": (6, 1),
    "5 update": (4, -0.7),
    "6 validate": (0, -0.7),
}
for name, (x, y) in places.items():
    box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": plots.BLUE, "lw": 2}
    ax.text(x, y, name, ha="center", va="center", bbox=box)
arrows = [
    ((0.7, 1), (1.25, 1), "-"),
    ((2.7, 1), (3.1, 1), "-"),
    ((4.85, 1), (5.1, 1), "-"),
    ((6, 0.5), (4.9, -0.6), "-"),
    ((3.4, -0.4), (2.2, 0.5), "-"),
    ((3.2, -0.7), (0.95, -0.7), "--"),
    ((0.3, -0.4), (1.4, 0.6), "--"),
]
for start, end, style in arrows:
    look = {"arrowstyle": "-|>", "lw": 2, "ls": style, "color": plots.GREY, "mutation_scale": 16}
    ax.annotate("", end, start, arrowprops=look)
ax.text(2.35, -0.1, "next\nbatch", color=plots.GREY, ha="right", va="center", fontsize=13)
ax.text(2.1, -1.15, "once per epoch", color=plots.GREY, ha="center", fontsize=13)
ax.set(xlim=(-1, 7.2), ylim=(-1.4, 1.6))
plots.show(
    figure,
    "The six steps as a loop. Start leads to feed, predict, compare, update, and from there back to "
    "feed with the next batch (steps 2 to 5). Once per epoch the dashed way leads through 6, "
    "validate, and back to 2.",
)

# %% [markdown]
# **Formula.** An epoch with $n$ training cases and batches of $B$ takes $\lceil n/B \rceil$ steps.
# Each step uses the cases of one batch $\mathcal{B}$ only:
#
# $$\theta \leftarrow \theta - \eta\,\frac{1}{|\mathcal{B}|}\sum_{i \in \mathcal{B}}
#   \nabla_\theta\, \ell\big(f_\theta(x_i),\, y_i\big)$$
#
# - $\theta$: all weights and biases together; $f_\theta$: the network with these weights.
# - $\eta$: the learning rate.
# - $\ell$: the loss of one case; $\nabla_\theta \ell$: its gradient, a number per weight.
# - $|\mathcal{B}|$: how many cases are in this batch.
#
# **In NumPy.** For the loop we use digits: 1,797 images of 8 × 8 pixels, ten classes. They train quickly
# and are hard enough to fail at. Three parts; the last stays closed until the end of this sitting.
#
# The layers, the loss and their gradients come from the course's reference, `ref`: the NumPy of units 03, 04 and 06.

# %%
digits = data.digits()
images, labels = digits.X.reshape(-1, 64), digits.y
parts = train_val_test_split(1797, (0.6, 0.2, 0.2), np.random.default_rng(0), stratify=labels)
FIT, VAL, TEST = ((images[rows], labels[rows]) for rows in parts)
print("training, validation, test:", *(len(y) for _, y in (FIT, VAL, TEST)))


def network_of(hidden, rng):
    return ref.Sequential(
        ref.Linear(64, hidden, rng=rng), ref.ReLU(), ref.Linear(hidden, 10, rng=rng)
    )


def train(fit=FIT, lr=0.1, epochs=20, batch=32, hidden=64, seed=0):
    """Return the network, and a row per epoch: training loss, validation loss and accuracy."""
    rng, (X, y) = np.random.default_rng(seed), fit
    network, history = network_of(hidden, rng), []  # 1 start
    for _ in range(epochs):
        order, total = rng.permutation(len(y)), 0.0
        for first in range(0, len(y), batch):
            rows = order[first : first + batch]  # 2 feed
            logits = network.forward(X[rows])  # 3 predict
            total += len(rows) * ref.cross_entropy(logits, y[rows])  # 4 compare
            network.backward(ref.cross_entropy_backward(1.0, logits, y[rows]))
            for weight, gradient in zip(network.parameters(), network.gradients(), strict=True):
                weight -= lr * gradient  # 5 update
        history.append((total / len(y), *judge(network, *VAL)))  # 6 validate
    return network, np.array(history)


def judge(network, X, y):
    """Return loss and accuracy; nothing is trained."""
    logits = network.forward(X)
    return ref.cross_entropy(logits, y), (logits.argmax(axis=1) == y).mean()


network, history = train()
print("epoch  training loss  validation loss  validation accuracy")
for epoch in (1, 5, 10, 20):
    fitted, judged, right = history[epoch - 1]
    print(f"{epoch:5}  {fitted:13.3f}  {judged:15.3f}  {right:19.3f}")
print(f"no idea, ten classes: ln 10 = {np.log(10):.3f}")

# %% [markdown]
# **The same in torch.** Four lines inside the loop, always in this order: `zero_grad`, forward and
# loss, `backward`, `step`. Torch *adds* new gradients to old ones, so the old ones must be cleared.
# The library's `fit` is the same loop again, with a progress bar, history, checkpoints and early stopping
# around it.

# %%
rng = np.random.default_rng(0)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).double()
with torch.no_grad():  # the same start as above, so that we can compare
    for parameter, same in zip(model.parameters(), network_of(64, rng).parameters(), strict=True):
        parameter.copy_(torch.from_numpy(same))
X_torch, y_torch = torch.from_numpy(FIT[0]), torch.from_numpy(FIT[1])
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(20):
    for rows in torch.from_numpy(rng.permutation(len(y_torch))).split(32):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X_torch[rows]), y_torch[rows])
        loss.backward()
        optimizer.step()
for ours, theirs in zip(network.parameters(), model.parameters(), strict=True):
    assert np.allclose(ours, theirs.detach().numpy(), atol=1e-8)

rng = np.random.default_rng(0)
again = network_of(64, rng)
loader = training.DataLoader(FIT, batch_size=32, shuffle=True, rng=rng)
library = training.fit(
    again, ref.cross_entropy, ref.SGD(again.parameters(), lr=0.1), loader, [VAL], epochs=20,
    progress=False,
)  # fmt: skip
assert np.allclose(library.validation["loss"], history[:, 1])
print("NumPy, torch and fit agree on", len(library), "epochs")

# %% [markdown]
# Two details are easy to get wrong. **The mean of batch means is not the mean**, because the last batch is smaller.
# Weigh by size, as `len(rows) *` does. And **the training loss is measured on the run**: each batch was judged by the
# weights of its moment. The validation loss is measured *after* the epoch.
#
# *Predict:* in the table above, the validation loss of epoch 1 is below the training loss. Is it easier to be
# right about new images?

# %%
one_epoch, first = train(epochs=1)
print(f"first epoch, on the run  {first[0, 0]:.2f}")
print(f"same cases, afterwards   {judge(one_epoch, *FIT)[0]:.2f}")
print(f"validation, afterwards   {first[0, 1]:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No. Judged afterwards, the training images come out the same.
# </details>
#
# ### Validation, and when to stop
#
# **Intuition.** The training loss asks: did you remember? The validation loss asks: did you understand? As long as
# both fall, go on. When the second turns, what follows is memorizing. So save the weights whenever the validation
# loss is the lowest so far, and stop when it has not improved for a while, since it jitters. This is [early
# stopping](glossary.md#early-stopping).
#
# **Formula.** With validation loss $v_t$ after epoch $t$, [patience](glossary.md#patience) $k$ and
# *tolerance* $\delta$, an epoch is an improvement if
#
# $$v_t < v^* - \delta, \qquad \text{and then } v^* \leftarrow v_t .$$
#
# - $v^*$: the loss to beat, infinite at first. A loss of NaN beats nothing.
# - $\delta \ge 0$: how much better counts as better (`min_delta` in code).
# - Stop after $k$ epochs **in a row** without improvement, and return the weights that were
#   saved at the last one. Waiting costs time. It cannot make the kept loss worse, since a copy was saved.
#
# **Runs that need it.** 300 digits, a quarter of them with a wrong label. The network is large enough to learn the
# errors by heart. Five seeds.


# %%
def wrong_labels(n, share, seed):
    """Return the first n training images, a share of them with another label than their own."""
    rng = np.random.default_rng(seed)
    y = FIT[1][:n].copy()
    wrong = rng.random(n) < share
    y[wrong] = (y[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return FIT[0][:n], y


def early_stop(losses, patience, min_delta=0.0):
    """Return the epochs, counted from 1, at which to stop and whose weights to keep."""
    best, kept, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        waited += 1
        if loss < best - min_delta:
            best, kept, waited = loss, epoch, 0  # and: saved = [w.copy() for w in weights]
        if waited == patience:
            break
    return epoch, kept


runs = np.array(
    [train(wrong_labels(300, 0.25, seed), 0.3, 150, seed=seed)[1] for seed in range(5)]
)  # (seeds, epochs, 3)
print("                stops at epoch       keeps loss      accuracy, mean of 5 seeds")
for patience in (1, 5, 10, 20, 150):
    ends = np.array([early_stop(run[:, 1], patience) for run in runs])
    loss, right = np.array([run[kept - 1, 1:] for run, (_, kept) in zip(runs, ends, strict=True)]).T
    print(
        f"patience {patience:3}   {ends[:, 0].min():5} to {ends[:, 0].max():3}   {loss.mean():16.2f}   {right.mean():13.3f}"
    )
print(
    f"no stopping: the weights of epoch 150   {runs[:, -1, 1].mean():11.2f}   {runs[:, -1, 2].mean():13.3f}"
)

# %% [markdown]
# "If the validation loss rises, stop" is patience 1. It stops at the first hiccup. From 5 on, more patience changes
# little. The kept loss falls a bit further, and the accuracy even drops by 1.4 points: the rule watches the loss, and
# the two need not be best in the same epoch (sitting 2). Without stopping, the accuracy is as low as with patience 1.
#
# **The trap in code is the copy.** `best = weights` is only a second *name* for arrays that go on training:

# %%
weights = [np.ones(2)]
best, saved = weights, [w.copy() for w in weights]
weights[0] -= 0.5  # training goes on
print("best:", best[0], "  saved:", saved[0])

# %% [markdown]
# In torch, copy with `copy.deepcopy(model.state_dict())`.
#
# **Move** patience and tolerance, for the first of the five. *Predict:* what does a tolerance of 0.05 do?


# %% folded=true
def draw_patience(patience=3, min_delta=0.0):
    run = runs[0]
    losses, best_epoch = run[:, 1], run[:, 1].argmin()
    stopped, kept = early_stop(losses, patience, min_delta)
    figure, ax = plots.subplots(height=4.3)
    epochs = np.arange(1, len(losses) + 1)
    ax.plot(epochs[:stopped], run[:stopped, 0], "-", color=plots.BLUE, label="training")
    ax.plot(epochs[:stopped], losses[:stopped], "--", color=plots.VERMILLION, label="validation")
    ax.plot(epochs[stopped - 1 :], losses[stopped - 1 :], ":", color=plots.GREY, label="never run")
    ax.axvspan(kept, stopped, color=plots.YELLOW, alpha=0.35, label="waiting")
    ax.plot(kept, losses[kept - 1], "*", color="black", ms=16, label="kept")
    ax.set(xlabel="epoch", ylabel="loss (cross-entropy)", ylim=(0, 2.4), xlim=(0, 152))
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure, (
        f"Patience {patience}, tolerance {min_delta:.2f}: stops after epoch {stopped} and keeps the "
        f"weights of epoch {kept}, validation loss {losses[kept - 1]:.3f}, accuracy "
        f"{run[kept - 1, 2]:.3f}. The best of all {len(losses)} epochs is {best_epoch + 1} with "
        f"{losses[best_epoch]:.3f}; the last has {losses[-1]:.3f}."
    )


explore(draw_patience, patience=(1, 40), min_delta=(0.0, 0.1, 0.01))

# %%
for patience in (10, 20):
    for min_delta in (0.0, 0.05):
        stopped, kept = early_stop(runs[0][:, 1], patience, min_delta)
        end = f"stops at epoch {stopped}, keeps loss {runs[0][kept - 1, 1]:.2f}"
        print(f"patience {patience}, tolerance {min_delta:.2f}: {end}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With patience 20 the run stops earlier and keeps a higher loss. With patience 10 it changes nothing. Take 0 if
# time allows.
# </details>
#
# ### Reading curves
#
# **Intuition.** Ask in this order. *Does the training loss fall?* If not, nothing was learned: look at the
# learning rate and for bugs. *Is it low?* If not: [underfitting](glossary.md#underfitting), the model is too
# small, too restrained, or not done. *Does the validation loss follow?* If it turns and climbs: overfitting. A
# *gap* between the two is normal and no disease.
#
# | curve | name | first thing to try |
# |---|---|---|
# | training flat at the value of "no idea" | not learning | lr up or down by 10; the tests of sitting 2 |
# | training jumps up, to huge numbers, NaN | exploding | lr down; look at the gradient's norm; clip (unit 06) |
# | both high and still falling, or level together | underfitting | train longer, lr up, larger network |
# | training falls, validation turns and climbs | overfitting | keep the best checkpoint; more data; unit 08 |
#
# **Move** one control at a time. Each curve is a real run of 20 epochs. The right panel
# shows the last validation loss at 21 learning rates; the dot is your run. *Predict:* you raise the learning
# rate from 0.1 by factors of two. What will the curve look like just before disaster, and what just after?

# %%
RATES = np.geomspace(1e-4, 10, 21)
sweep = np.array([train(lr=lr)[1] for lr in RATES])  # (21 rates, 20 epochs, 3)
best = sweep[:, -1, 1].argmin()
for i in (best, best + 1):
    ends = np.array([train(lr=RATES[i], seed=seed)[1][-1] for seed in range(5)])
    print(f"lr {RATES[i]:.2f}: validation loss of five seeds {ends[:, 1].round(2)}")
assert ends[:, 2].max() < 0.3


# %% folded=true
def draw_knobs(log10_learning_rate=-1.0, training_images=1078, hidden_units=64):
    lr = 10**log10_learning_rate
    h = sweep[np.argmin(abs(np.log10(RATES) - log10_learning_rate))]
    if (training_images, hidden_units) != (1078, 64):  # not one of the runs above
        fit = FIT[0][:training_images], FIT[1][:training_images]
        with np.errstate(all="ignore"):
            h = train(fit, lr=lr, hidden=hidden_units)[1]
    epochs = np.arange(1, len(h) + 1)
    figure, (left, right) = plots.subplots(1, 2, width=6.8, height=4)
    left.plot(epochs, h[:, 0], "-o", color=plots.BLUE, ms=4, label="training")
    left.plot(epochs, h[:, 1], "--s", color=plots.VERMILLION, ms=4, label="validation")
    left.axhline(np.log(10), color=plots.GREY, ls=":", label="ln 10: no idea")
    left.set(xlabel="epoch", ylabel="loss", ylim=(0, 3.6), xticks=[1, 10, 20], yticks=[0, 1, 2, 3])
    left.legend(fontsize=12, loc="upper right")
    right.plot(np.log10(RATES), sweep[:, -1, 1], "-", color=plots.GREY)
    right.plot(log10_learning_rate, min(h[-1, 1], 3.5), "o", color=plots.VERMILLION, ms=11)
    right.axhline(np.log(10), color=plots.GREY, ls=":")
    right.set(xlabel="log10 of the learning rate", ylabel="last validation loss", ylim=(0, 3.6))
    right.set(xticks=[-4, -2, 0], yticks=[0, 1, 2, 3])
    return figure, (
        f"Learning rate {lr:.3g}, {training_images} images, {counted(hidden_units, 'hidden unit')}: training "
        f"loss {h[0, 0]:.2f} to {h[-1, 0]:.2f}, validation loss {h[0, 1]:.2f} to {h[-1, 1]:.2f}, "
        f"lowest {h[:, 1].min():.2f} in epoch {h[:, 1].argmin() + 1}; validation accuracy "
        f"{h[-1, 2]:.3f}. No idea is {np.log(10):.2f}."
    )


explore(
    draw_knobs,
    log10_learning_rate=(-4.0, 1.0, 0.25),
    training_images=[30, 100, 300, 1078],
    hidden_units=[2, 4, 16, 64],
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The best learning rate is a neighbour of disaster. And disaster does **not** look like a rising curve: it is a calm
# flat line near ln 10, at the latest from the second epoch on. So it is in four of five seeds, and in the fifth it is
# little better.
# </details>
#
# The first steps throw the weights so far that ReLUs are 0 for every image. Such units have no gradient, so
# they never move again. (Sitting 2 counts them in another run, at rate 5.)
#
# *Predict:* two hidden units, all images, learning rate 0.1. Which of the four rows of the table is it? Would ten
# times as many epochs cure it?

# %%
for epochs in (20, 200):
    fitted, judged, right = train(hidden=2, epochs=epochs)[1][-1]
    print(f"{epochs:3} epochs: loss {fitted:.2f}, validation {judged:.2f}, accuracy {right:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Underfitting: after 20 epochs both losses are high and level. Two numbers per image cannot tell ten digits
# well. More epochs help and do not cure it: 64 units had a validation loss of 0.17 after 20 epochs.
# </details>
#
# ### The test set is opened once
#
# Everything is chosen: 64 units, 20 epochs, learning rate 1 from the sweep. Now, and only now, the test images.
# *Predict:* will the accuracy be higher or lower than in validation?

# %%
final, variance = train(lr=1.0)[0], 0.0
for name, (X, y) in {"validation": VAL, "test": TEST}.items():
    right = metrics.rate((final.forward(X).argmax(axis=1) == y).sum(), len(y))
    variance += right.share * (1 - right.share) / len(y)
    print(f"{name:10} {right}")
print(f"standard error of the difference {np.sqrt(variance):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Lower is likely, since the learning rate was chosen for its luck as well. Here it is lower by one point. That can be
# chance: the standard error of the difference is larger, 1.2 points.
# </details>
#
# ### Common mistakes
#
# | mistake | how it mostly shows itself |
# |---|---|
# | no shuffling, data sorted | running loss far below the true training loss |
# | gradients not cleared | good at once, then worse |
# | softmax before a loss that applies it too | good accuracy, bad loss |
# | `best = weights` | "best" and last checkpoint are equal |
# | test set used to choose | a test result that the next hospital cannot repeat |
# | accuracy for a rare disease | always "healthy" scores as well |
#
# ### Summary
#
# - Start, feed, predict, compare, update; after each epoch, validate.
# - Keep the best weights, as a copy, and wait with patience.
# - Does the training loss fall, is it low, does the validation loss follow?
# - On this network the best learning rate is close below the one that kills.
# - Accuracy is sensitivity and specificity, weighted by how many are ill. Report the two.
# - The test set is opened once, when nothing is left to choose.
#
# ### On Monday
#
# - **Split** by patient into training, validation and test. Put the test away.
# - **Start with** AdamW at 0.001, batches of 32, patience 10, tolerance 0. This is a start, not an optimum: tune it.
# - **Before you tune:** look at the data with their labels; loss at the start near "no idea"; one batch learned by
#   heart (sitting 2; the order of work is Karpathy's, 2019).
# - **Tune** the learning rate first, by factors of three, on validation. If the lowest loss is `inf`, it was NaN
#   from the start: lower the rate.
# - **Report** sensitivity and specificity with intervals, from a test set that was opened once.

# %%
import torch

X, y, X_val, y_val = (torch.tensor(a) for a in (*FIT, *VAL))  # yours, in float64
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.AdamW(model.double().parameters(), lr=1e-3)
loss_of, best, waited, epoch, kept = torch.nn.CrossEntropyLoss(), float("inf"), 0, 0, {}
while waited < 10 and epoch < 200:  # patience, and a limit
    model.train()
    for rows in torch.randperm(len(X)).split(32):
        optimizer.zero_grad()
        loss_of(model(X[rows]), y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        loss = loss_of(model.eval()(X_val), y_val).item()
    waited, epoch = waited + 1, epoch + 1
    if loss < best:
        best, waited, kept = loss, 0, {k: v.clone() for k, v in model.state_dict().items()}
model.load_state_dict(kept or model.state_dict())
print(f"lowest validation loss {best:.3f}, in epoch {epoch - waited} of {epoch}")

# %% [markdown]
# ## Sitting 2 · To find out what ails a run
#
# **Nine runs raised no error, and all nine are wrong. Which test tells what is wrong with each?**
#
# *Read in 45 minutes.* Run the cells of sitting 1 first.
#
# ### The clinic
#
# Nine training runs, on the same digits, with the same network. Each has one of these ailments, here in
# alphabetical order: *dropout* (half of the hidden units set to 0 at random) left on in validation; gradients
# never cleared; images sorted by class and never shuffled; labels shuffled against the images; learning rate far
# too high; learning rate far too low; overfitting; softmax applied before a loss that applies it too; weights
# that start at zero.
#
# *Predict:* write an ailment to each curve. Some look alike, and that is the point: *a curve raises a suspicion, a
# test confirms it.* The answers follow the tests, one for each.


# %% folded=true
# How the ailments were made, and dealt to the letters A to I by chance.
def start(rng, hidden=64):
    """Return W1 (64, hidden), b1, W2 (hidden, 10), b2, by He's rule (unit 08)."""
    W1 = rng.normal(size=(64, hidden)) * np.sqrt(2 / 64)
    W2 = rng.normal(size=(hidden, 10)) * np.sqrt(2 / hidden)
    return [W1, np.zeros(hidden), W2, np.zeros(10)]


def loss_of(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean()


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


HEALTHY = {
    "fit": FIT, "lr": 0.1, "epochs": 20, "patience": 999, "scale": 1, "shuffled": True,
    "kept": 0, "softmaxed": False, "dropout": 0.0, "exam_dropout": 0.0,
}  # fmt: skip


class Run:
    """One training run; whatever ails it differs from HEALTHY."""

    def __init__(self, **ailment):
        vars(self).update(HEALTHY | ailment)
        self.X, self.y = self.fit
        self.rng = np.random.default_rng(0)
        self.weights = [w * self.scale for w in start(self.rng)]
        self.memory = [0, 0, 0, 0]

    def forward(self, X, drop):
        H = np.maximum(X @ self.weights[0] + self.weights[1], 0)
        mask = (self.rng.random(H.shape) >= drop) / (1 - drop) if drop else np.ones(1)
        scores = (H * mask) @ self.weights[2] + self.weights[3]
        return H, mask, softmax(scores) if self.softmaxed else scores

    def slopes(self, X, y):
        H, mask, scores = self.forward(X, self.dropout)
        e = softmax(scores)
        e[np.arange(len(y)), y] -= 1
        e /= len(y)
        if self.softmaxed:
            e = scores * (e - (e * scores).sum(axis=1, keepdims=True))
        D = (e @ self.weights[2].T) * mask * (H > 0)
        new = [X.T @ D, D.sum(axis=0), (H * mask).T @ e, e.sum(axis=0)]
        self.memory = [self.kept * a + b for a, b in zip(self.memory, new, strict=True)]
        return loss_of(scores, y), self.memory

    def step(self, X, y):
        loss, gradients = self.slopes(X, y)
        for weight, gradient in zip(self.weights, gradients, strict=True):
            weight -= self.lr * gradient
        return loss * len(y)

    def batches(self):
        by_class = np.argsort(self.y, kind="stable")
        order = self.rng.permutation(len(self.y)) if self.shuffled else by_class
        return [order[i : i + 32] for i in range(0, len(order), 32)]

    def judge(self, X, y):
        scores = self.forward(X, self.exam_dropout)[2]
        return loss_of(scores, y), (scores.argmax(axis=1) == y).mean()

    def run(self):
        """Return a row per epoch: loss on the run, validation loss, validation accuracy."""
        stopper, history = training.EarlyStopping(self.patience), []
        for _ in range(self.epochs):
            total = sum(self.step(self.X[rows], self.y[rows]) for rows in self.batches())
            history.append((total / len(self.y), *self.judge(*VAL)))
            stop = stopper.step(history[-1][1])
            if stopper.waited == 0:
                best = [w.copy() for w in self.weights]
            if stop:
                self.weights = best
                break
        return np.array(history)


strangers = FIT[0], np.random.default_rng(99).permutation(FIT[1])
tired = {"fit": wrong_labels(150, 0.25, seed=5), "lr": 0.3, "epochs": 80}
AILMENTS = [  # what a run is admitted with, and what the treatment changes
    ({"lr": 5.0}, {"lr": 0.1}),
    (tired, {"patience": 10}),
    # Later epochs of it are another number on each processor: it grows what rounding leaves.
    ({"kept": 1, "epochs": 8}, {"kept": 0, "epochs": 20}),
    ({"scale": 0}, {"scale": 1}),
    ({"dropout": 0.5, "exam_dropout": 0.5}, {"exam_dropout": 0.0}),
    ({"lr": 1e-4}, {"lr": 0.1}),
    ({"fit": strangers}, {"fit": FIT}),
    ({"softmaxed": True}, {"softmaxed": False}),
    ({"shuffled": False}, {"shuffled": True}),
]
dealt = np.random.default_rng(7).permutation(len(AILMENTS))
CHART = {letter: AILMENTS[i] for letter, i in zip("ABCDEFGHI", dealt, strict=True)}


def admit(letter, treated=False):
    sick, treatment = CHART.get(letter, ({}, {}))  # whoever is not on the chart is healthy
    return Run(**(sick | treatment if treated else sick))


def curves(ax, h):
    epochs, every = np.arange(1, len(h) + 1), max(1, len(h) // 8)
    for column, look, color, name in [
        (0, "-o", plots.BLUE, "training"), (1, "--s", plots.VERMILLION, "validation")
    ]:  # fmt: skip
        ax.plot(epochs, h[:, column], look, color=color, ms=4, markevery=every, label=name)
    ax.axhline(np.log(10), color=plots.GREY, ls=":", label="ln 10")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, max(2.7, 1.08 * h[:, :2].max())))


# %% folded=true
ward = {letter: admit(letter) for letter in [*CHART, "healthy"]}
charts = {letter: run.run() for letter, run in ward.items()}
figure, axes = plots.subplots(5, 2, width=6.6, height=13.5)
for ax, letter in zip(axes.flat, CHART, strict=False):
    curves(ax, charts[letter])
    ax.set_title(f"{letter}: accuracy {charts[letter][-1, 2]:.2f}")
last = axes.flat[9]
last.set_axis_off()
last.legend(*axes.flat[0].get_legend_handles_labels(), loc="center", fontsize=14)
plots.show(
    figure,
    "Curves of nine sick runs. "
    + " ".join(
        f"{letter}: training loss {h[0, 0]:.2f} to {h[-1, 0]:.2f}, validation loss {h[0, 1]:.2f} to "
        f"{h[-1, 1]:.2f}, validation accuracy {h[-1, 2]:.2f}."
        for letter, h in charts.items()
        if letter in CHART
    ),
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# You cannot tell all nine from curves. B, E, F and I are flat, C and H fall together, A and D have a gap between the
# two lines. The tests decide.
# </details>
#
# ### The tests
#
# - **start**: the loss before the first step. It should be near ln 10 = 2.303, not exactly that.
# - **update**: how long the first step of $W_1$ is, divided by the length of $W_1$. Healthy: some thousandths.
# - **awake**: hidden units, of 64, above 0 for any training image after the run. Healthy: most.
# - **1 batch**: the loss after 500 steps on the first 20 images as the run feeds them. A healthy network learns them
#   by heart: near 0.
# - **twice**: the gradient of one batch, asked for twice with no step between; the second's length divided by the
#   first's. Healthy: 1.
# - **judged**: validation loss, measured twice: the difference. Healthy: 0.
# - **classes**: different labels in the first batch of 32. Healthy: 9 or 10.
# - **best**: the best validation accuracy of any epoch. Was it ever good?
#
# `ward` holds the runs as they ended, and `charts` their curves. `admit` gives a run before its first step.


# %%
def length(arrays):
    return np.sqrt(sum((a**2).sum() for a in arrays))


def tests(letter):
    """Return the results of all tests of one patient."""
    ended = ward[letter]
    awake = (ended.forward(FIT[0], 0)[0] > 0).any(axis=0).sum()
    judged = abs(ended.judge(*VAL)[0] - ended.judge(*VAL)[0])
    classes = len(set(ended.y[ended.batches()[0]]))
    best = charts[letter][:, 2].max()

    new = admit(letter)
    W1 = new.weights[:1]
    start, gradients = new.slopes(FIT[0][:32], FIT[1][:32])
    update = new.lr * length(gradients[:1]) / length(W1) if length(W1) else np.nan

    new = admit(letter)
    rows = new.batches()[0][:20]
    for _ in range(500):
        new.step(new.X[rows], new.y[rows])
    one_batch = new.judge(new.X[rows], new.y[rows])[0]

    new = admit(letter)
    new.dropout = 0.0
    first, second = (length(new.slopes(FIT[0][:32], FIT[1][:32])[1]) for _ in range(2))
    return start, update, awake, one_batch, second / first, judged, classes, best


results = {letter: tests(letter) for letter in ward}
print("        start  update awake 1 batch twice judged classes best")
for letter, (start_loss, update, awake, one_batch, *others) in results.items():
    print(f"{letter:7} {start_loss:5.3f} {update:7.5f} {awake:5} {one_batch:7.3f}", end=" ")
    print("{:5.2f} {:6.3f} {:7} {:4.2f}".format(*others))

# %% [markdown]
# Now diagnose again, with a test for each. **Move** through the patients, and tick `treated`: the run that you
# choose is trained anew. *Predict:* which patient will treatment help least? Diagnoses stand below.


# %% folded=true
def draw_patient(patient="C", treated=False):
    run = admit(patient, treated)
    h = run.run()
    figure, ax = plots.subplots(height=4.2)
    curves(ax, h)
    ax.legend(loc="upper right", ncols=3, fontsize=12)
    ax.set_title(f"patient {patient}, {'treated' if treated else 'as admitted'}", fontsize=13)
    loss, right = run.judge(*VAL)
    return figure, (
        f"Patient {patient}, {'treated' if treated else 'as admitted'}, {len(h)} epochs: training loss "
        f"{h[0, 0]:.2f} to {h[-1, 0]:.2f}; the weights it ends with have validation loss {loss:.2f} "
        f"and validation accuracy {right:.3f}."
    )


explore(draw_patient, patient=list(CHART), treated=False)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# D. Its code has no bug. Keeping the best weights lifts the accuracy from 0.68 to 0.82; more needs better
# labels, more images, or unit 08.
# </details>

# %% [markdown]
# <details><summary><b>A.</b> Training loss 0.20, validation 0.45, accuracy stuck near 0.82.</summary>
#
# **Sorted by class, never shuffled.** The test: *classes* in the first batch is 1. The network
# learns zeros, then forgets them while it learns ones, and so on; each epoch ends with a network that
# has just seen nines. It looks like overfitting, but the training cases, judged after the
# epoch, are bad too. Repair: shuffle every epoch.
# </details>
#
# <details><summary><b>B.</b> Flat, a little above ln 10.</summary>
#
# **Learning rate 5.** The tests: no unit is *awake*, and the first *update* was more than a third of the
# weights. At the start all was well, so it was a step that killed it. Repair: a lower rate.
# </details>
#
# <details><summary><b>C.</b> Slow. Accuracy 0.82 with a loss of 1.72.</summary>
#
# **Softmax before a loss that applies softmax itself.** Good accuracy with a bad loss is the
# hallmark, and one batch does not go to 0. The second softmax sees numbers between 0 and 1, so its
# share for the right class is at most $e/(e + 9)$, and the loss cannot fall below
# $\ln(e + 9) - 1 = 1.461$. The *update* is less than a tenth of the healthy one. It looks like a low rate. Repair:
# hand the loss the logits.
# </details>
#
# <details><summary><b>D.</b> Training falls, validation turns and climbs.</summary>
#
# **Overfitting**: 150 images, a quarter with a wrong label. The test: the best
# accuracy is well above the last. It *was* good. Repair: keep the best checkpoint; have the labels checked; get
# more images; unit 08.
# </details>
#
# <details><summary><b>E.</b> Flat at exactly ln 10, from the first step.</summary>
#
# **All weights zero.** The tests: the loss at the *start* is exactly 2.303, and *update* is no number, since it would
# be 0 divided by 0. All hidden units are equal and asleep; only output biases move. Repair: a random start (unit 08).
# </details>
#
# <details><summary><b>F.</b> Training falls a little, validation never gets anywhere.</summary>
#
# **Labels shuffled against the images**, as after sorting one list and not the other. It looks
# like overfitting, but the validation accuracy was *never* good. One batch passes: twenty
# images can be learned by heart with any labels. The proof is to look: print 16 images with their
# labels. Repair: keep both in one order.
# </details>
#
# <details><summary><b>G.</b> Good at once, then worse and worse.</summary>
#
# **Gradients never cleared** (no `zero_grad`). The test: ask *twice*, and the gradient doubles. Every
# step repeats all steps before it. It looks like a high rate. Repair: clear before `backward`.
# </details>
#
# <details><summary><b>H.</b> Falls, but slowly, and ends at 0.37.</summary>
#
# **Dropout left on in validation**: half of the hidden units are set to 0 at random while validation is measured. The
# test: *judged* twice, the loss differs. It looks like a rate that is a little low, but the same weights, judged
# without dropout, have half of the loss. Repair: `network.eval()` before validation, `network.train()` after.
# </details>
#
# <details><summary><b>I.</b> A straight line, almost flat.</summary>
#
# **Learning rate 0.0001.** The tests: a healthy start, living units, an *update* of less than a
# hundred-thousandth, and one batch does not get anywhere in 500 steps. It looks like B or E.
# Repair: a higher rate, by factors of ten.
# </details>

# %%
print("validation accuracy  admitted  treated")
for letter in ward:
    treated = admit(letter, treated=True)
    treated.run()
    print(f"{letter:19}  {charts[letter][-1, 2]:8.3f}  {treated.judge(*VAL)[1]:7.3f}")
passed = [letter for letter in CHART if results[letter][3] < 0.1]
print("passed the one-batch test:", *passed)
afterwards = ward["A"].judge(*FIT)[0]
print(f"A: loss on the run {charts['A'][-1, 0]:.2f}, afterwards {afterwards:.2f}")
print(f"C: no loss below {np.log(np.e + 9) - 1:.4f}")
ward["H"].exam_dropout = 0.0
print(f"H: loss {charts['H'][-1, 1]:.2f}, without dropout {ward['H'].judge(*VAL)[0]:.2f}")

# %% [markdown]
# All but D and H reach what the healthy run reaches. H comes close; it still trains with dropout.
#
# **"It can overfit one batch, so the loop is right."** Five of the nine pass. The test finds runs
# that *cannot* learn. It is blind to those that learn the wrong thing.
#
# ### Four things to know about torch and curves
#
# **Forgotten `zero_grad` is momentum 1.** The gradient of each step is then the sum of all gradients so far. That
# has a name: momentum with factor 1 (unit 05). To the last digit:


# %%
def torch_run(momentum, clear):
    model = torch.nn.Linear(64, 10).double()
    with torch.no_grad():
        for p in model.parameters():
            p.zero_()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=momentum)
    for first in range(0, 320, 32):
        if clear:
            optimizer.zero_grad()
        F.cross_entropy(model(X_torch[first : first + 32]), y_torch[first : first + 32]).backward()
        optimizer.step()
    return model.weight.detach().numpy()


forgotten, momentum_one = torch_run(0.0, clear=False), torch_run(1.0, clear=True)
print("largest difference:", np.abs(forgotten - momentum_one).max().round(14))

# %% [markdown]
# **Do patients leak into each other?** One row of a batch is one patient, and the prediction for patient 2 should
# depend on the measurements of patient 2 alone. Ask autograd for its gradient with respect to *all* inputs.
# Rows other than 2 must be zero. If not, somebody reshaped over the wrong axis, or there is a batch norm in
# training mode (unit 08), where it is intended:

# %%
torch.manual_seed(0)
mixing = torch.nn.Sequential(
    torch.nn.Linear(64, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1)
).double()
for mode in ("train", "eval"):
    getattr(mixing, mode)()
    six = X_torch[:6].clone().requires_grad_()
    mixing(six)[2].sum().backward()
    heard = np.flatnonzero(six.grad.abs().sum(dim=1) > 1e-12)
    print(f"{mode}: prediction 2 depends on patients {heard}")

# %% [markdown]
# **A rising validation loss does not always mean worse predictions.** The loss also charges for
# [confidence](glossary.md#confidence). Train on 60 clean images for 400 epochs, five seeds. *Predict:* what
# happens to the accuracy while the loss rises?

# %%
few = FIT[0][:60], FIT[1][:60]
print("at the lowest loss, and at epoch 400")
print("seed  validation loss  accuracy        mean p of the wrong answers")
for seed in range(5):
    late, h = train(few, lr=0.5, batch=20, epochs=400, seed=seed)
    lowest = h[:, 1].argmin() + 1
    early, _ = train(few, lr=0.5, batch=20, epochs=lowest, seed=seed)
    losses, rights, certain = [], [], []
    for network in (early, late):
        loss, right = judge(network, *VAL)
        p = ref.softmax(network.forward(VAL[0]), 1)
        wrong = p.argmax(axis=1) != VAL[1]
        losses.append(f"{loss:.2f}")
        rights.append(f"{right:.3f}")
        certain.append(f"{p[wrong].max(axis=1).mean():.2f}")
    print(f"{seed:4}  {', '.join(losses):15}  {', '.join(rights):14}  {', '.join(certain)}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It hardly moves: by 1.1 points at most, up in two seeds and down in three. The errors have not become more. They
# have become more certain: where the network was wrong, it gave its answer p = 0.56 on average, and later 0.70.
# </details>
#
# If you will use the probabilities, stop. If you will use only the classes, look at the accuracy.
#
# **Where a loss really explodes.** Where nothing saturates and nothing dies: squared error on a linear output.
# One neuron without an activation predicts how far diabetes has progressed after a year. Clipping (unit 06)
# stops the explosion, and does not cure it:

# %%
diabetes = data.diabetes()
X = (diabetes.X - diabetes.X.mean(axis=0)) / diabetes.X.std(axis=0)
y = (diabetes.y - diabetes.y.mean()) / diabetes.y.std()
for lr, limit in [(0.1, np.inf), (0.4, np.inf), (0.4, 1.0)]:
    w = np.zeros(10)
    for _ in range(60):
        gradient = 2 * X.T @ (X @ w - y) / len(y)
        w -= lr * gradient * min(1.0, limit / np.sqrt((gradient**2).sum()))
    print(f"lr {lr}, gradient no longer than {limit}: loss {((X @ w - y) ** 2).mean():.2g}")

# %% [markdown]
# ## Sitting 3 · To tune, and to go on after a crash
#
# **You tried sixty settings and kept the best. How much of its success is luck?**
#
# *Read in 27 minutes.* Run the cells of sitting 1 first.
#
# ### Factors, not differences
#
# What descent does not choose, you choose: the learning rate, the batch size, the width, when to stop. These are
# *hyperparameters*. Learning rates are tried on a logarithmic scale, since a factor matters and not a difference.
# With $u$ drawn evenly from 0 to 1,
#
# $$\eta = \text{low}\cdot\left(\frac{\text{high}}{\text{low}}\right)^{u}.$$
#
# - low, high: the ends of the range, for example 0.0001 and 1.
#
# *Predict:* if you draw evenly between 0.0001 and 1 instead, which share of your runs tries a
# rate below 0.1?

# %%
u = np.random.default_rng(0).random(10_000)
even, logarithmic = 1e-4 + (1 - 1e-4) * u, 1e-4 * (1 / 1e-4) ** u
print(f"below 0.1, drawn evenly:    {(even < 0.1).mean():.0%}")
print(f"below 0.1, on a log scale:  {(logarithmic < 0.1).mean():.0%}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# One in ten. On the logarithmic scale, three in four.
# </details>
#
# ### Grid or random?
#
# With two hyperparameters and nine runs, a grid tries three values of each. [Random
# search](glossary.md#random-search) tries nine values of each. If only one of the two matters, the grid has spent
# nine runs on three experiments (Bergstra and Bengio, 2012).
#
# Here: learning rate and number of hidden units, five epochs each, the same ranges for all. One grid takes the ends
# and the middle of each range. The other cuts each range into thirds and takes their middles. *Predict:* in how many
# of ten searches does random beat the better grid?

# %%
LOW, HIGH = np.array([-3.0, 3.0]), np.array([0.5, 7.0])  # lr 0.001 to 3.2, units 8 to 128


def search(places):
    """Return settings (lr as power of 10, units as power of 2) and the best loss of each run."""
    settings = LOW + (HIGH - LOW) * np.array(places)
    runs = [train(lr=10**a, hidden=round(2**b), epochs=5)[1] for a, b in settings]
    return settings, np.array([run[:, 1].min() for run in runs])


ends, middles = (0, 1 / 2, 1), (1 / 6, 1 / 2, 5 / 6)
with_ends = search([(a, b) for a in ends for b in ends])
grid, grid_losses = search([(a, b) for a in middles for b in middles])
searches = [search(np.random.default_rng(seed).random((9, 2))) for seed in range(10)]
best_losses = np.array([losses.min() for _, losses in searches])
print(f"best of 9 runs: grid with ends {with_ends[1].min():.2f}, middles {grid_losses.min():.2f}")
print(f"                random {best_losses.min():.2f} to {best_losses.max():.2f}")
print(f"random beat the better grid in {(best_losses < grid_losses.min()).sum()} of 10 searches")

# %% folded=true
figure, panels = plots.subplots(1, 2, width=7, height=4, sharey=True)
shown = searches[7]
for ax, (settings, losses), name in zip(
    panels, [(grid, grid_losses), shown], ["grid of middles", "random"], strict=True
):
    ax.scatter(10 ** settings[:, 0], 2 ** settings[:, 1], s=0)
    for (log_lr, log_hidden), loss in zip(settings, losses, strict=True):
        best = loss == losses.min()
        look = {
            "fc": plots.YELLOW if best else "white",
            "ec": "black" if best else plots.GREY,
            "lw": 3 if best else 1,
            "boxstyle": "round,pad=0.15",
        }
        ax.text(
            10**log_lr,
            2**log_hidden,
            f"{loss:.2f}",
            ha="center",
            va="center",
            fontsize=13,
            bbox=look,
        )
        ax.plot(10**log_lr, 6.5, "|", color=plots.VERMILLION, ms=12, mew=2)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="learning rate",
        xlim=(4e-4, 8),
        ylim=(6, 180),
        title=name,
    )
    ax.set_yticks([8, 16, 32, 64, 128], [8, 16, 32, 64, 128])
    ax.minorticks_off()
panels[0].set_ylabel("hidden units")
plots.show(
    figure,
    "Two searches of nine runs, each shown by its validation loss. The grid tries "
    f"{len(np.unique(grid[:, 0]))} learning rates, marked below, and its best loss is "
    f"{grid_losses.min():.2f}; one of the ten random searches tries 9, and its best is {shown[1].min():.2f}.",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# In six: no clear win. All ten beat the grid with ends.
# </details>
#
# A grid of three hangs on where its values fall. Random search promises more *values*, not a win each time. If
# the best value sits at the edge of your range, the range was wrong: extend it and go on.
#
# ### How much does the winner flatter itself?
#
# The more lottery tickets you buy, the better the best one looks. The validation set picks the winner, so it
# cannot also judge it. (The standard term is *selection bias*.)
#
# Of the 569 biopsies 190 train 60 small networks, each with a learning rate, weight decay (unit 08) and start of its
# own, drawn by chance. Of the other 379, the first few pick the winner, and the rest judge it. The cell does this for
# one split, and loads what came out of twenty. *Predict:* with 30 validation patients and 60 settings, how far above
# the truth is the winner's validation accuracy?

# %%
from scipy import stats

from dlcourse.measured import winners

right = winners.sixty_networks(0)  # (60 networks, 379 patients): is its answer right?
chosen_on, others = right[:, :30].mean(axis=1), right[:, 30:].mean(axis=1)
winner = chosen_on.argmax()  # the choice
print(f"first split: winner's accuracy {chosen_on[winner]:.3f}, on the others {others[winner]:.3f}")

stored = measured.load("winners")
print(stored)
print("patients  settings  winner's accuracy   on the others   difference, 95 % interval")
errors = stats.t.ppf(0.975, df=19)  # a 95 % interval from 20 splits: 2.09 standard errors each way
for patients, settings in [(30, 1), (30, 60), (60, 60), (190, 60)]:
    ends = [stored.values(str(patients), str(settings), on) for on in ("chosen on", "others")]
    gap = ends[0] - ends[1]
    half = errors * gap.std(ddof=1) / np.sqrt(20)
    row = f"{patients:8}  {settings:8}  {ends[0].mean():17.3f}   {ends[1].mean():13.3f}"
    print(f"{row}   {gap.mean():+.3f} ± {half:.3f}")
spread = stored.values("30", "60", "chosen on")
assert spread.min() <= round(chosen_on[winner], 4) <= spread.max()


# %% folded=true
def draw_winner(validation_patients=30):
    tried = np.array(winners.TRIED)
    flattered, honest = (
        np.array([stored.values(str(validation_patients), str(k), on).mean() for k in tried])
        for on in ("chosen on", "others")
    )
    figure, ax = plots.subplots(height=4)
    ax.plot(tried, flattered, "--s", color=plots.VERMILLION, ms=5, label="on validation patients")
    ax.plot(tried, honest, "-o", color=plots.BLUE, ms=5, label="on the others")
    ax.fill_between(tried, honest, flattered, color=plots.YELLOW, alpha=0.4, label="difference")
    ax.set(xlabel="settings tried", ylabel="accuracy of the winner", xlim=(0, 61), ylim=(0.8, 1.01))
    ax.legend(loc="lower right")
    gap = flattered[-1] - honest[-1]
    return figure, (
        f"Best of 60 settings, chosen on {validation_patients} patients: accuracy "
        f"{flattered[-1]:.3f} there and {honest[-1]:.3f} on the others, a difference of {gap:.3f}; best "
        f"of one, {flattered[0]:.3f} and {honest[0]:.3f} (means of 20 splits)."
    )


explore(draw_winner, validation_patients=list(winners.PATIENTS))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By 0.03: it claims 0.988 and is worth 0.959.
# </details>
#
# With one setting the two agree on average: nobody chose. With each further setting the validation accuracy can
# only rise, and the truth need not follow. One split shows little: in the first, the winner was no worse on the
# others. Fewer validation patients should flatter more. The means are in that order, but their intervals
# overlap, and they are too short: all splits share the same 569 patients.
#
# <details><summary><b>Question.</b> You tuned on validation, opened the test set, did not like the
# number, changed the learning rate and opened it again. What is the test set now?</summary>
#
# A second validation set, and its number is flattered like any other that was chosen. You need new patients.
# </details>
#
# ### To go on after a crash
#
# A [checkpoint](glossary.md#checkpoint) that holds only the weights is not enough to go on. Momentum (unit 05) is a
# memory too, and so is the generator that shuffles. Below, a run is stopped after 4 epochs. It goes on to 8 from the
# file, three times: with all that was saved, without the momentum, without the generator's state. *Predict:* how far
# does each end from the run that was never stopped?

# %%
import tempfile
from pathlib import Path


def new_run():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).double()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def go_on(model, optimizer, epochs):
    for _ in range(epochs):
        for rows in torch.randperm(len(y_torch)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(X_torch[rows]), y_torch[rows]).backward()
            optimizer.step()


whole, optimizer = new_run()
go_on(whole, optimizer, 8)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "stopped.pt"
    model, optimizer = new_run()
    go_on(model, optimizer, 4)
    torch.save([model.state_dict(), optimizer.state_dict(), torch.get_rng_state()], path)
    for forgotten in ("nothing", "momentum", "generator"):
        saved_weights, saved_optimizer, saved_generator = torch.load(path, weights_only=True)
        model, optimizer = new_run()  # as after a crash
        model.load_state_dict(saved_weights)
        if forgotten != "momentum":
            optimizer.load_state_dict(saved_optimizer)
        if forgotten != "generator":
            torch.set_rng_state(saved_generator)
        go_on(model, optimizer, 4)
        gap = (model[0].weight - whole[0].weight).abs().max().item()
        print(f"forgotten: {forgotten:9}  largest difference of a weight {gap:.2g}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Where everything is kept, by nothing, to the last bit.
# </details>
#
# A resumed run that forgot something still trains, and nobody gets an error. Save the schedule and the epoch
# too. (The library's `fit` does all this with `checkpoint=path` and `resume=True`.)

# %% [markdown]
# ## Sitting 4 · When the disease is rare
#
# **The model of the opening misses six cancers in ten. Has it not understood them?**
#
# *Read in 28 minutes.* Run the cells of sitting 1 first.
#
# ### Heavier votes
#
# **Intuition.** Eleven ill among 225 in training. The loss is a mean over patients, so the healthy have 214 votes
# and the ill 11. Two repairs: give the ill heavier votes, or leave the votes and move the threshold.
#
# **Formula.** With $TP$ and $FN$ the ill who were found and missed, $TN$ and $FP$ the healthy who were left
# in peace and alarmed,
#
# $$\text{sensitivity} = \frac{TP}{TP + FN}, \qquad \text{specificity} = \frac{TN}{TN + FP}, \qquad
#   \text{precision} = \frac{TP}{TP + FP}.$$
#
# [Precision](glossary.md#precision) is the share of the alarms that are right.
# [Class weights](glossary.md#class-weight) multiply each patient's loss by
#
# $$c_k = \frac{n}{K\,n_k}$$
#
# - $n$: training patients; $n_k$: those of class $k$; $K$: the number of classes.
# - With these, every class has the same total vote, and balanced data get weights of 1.
#
# The first draw of the opening, its neuron trained twice: all votes equal, and weighted. Patients that were not
# used for training are now divided into validation and test. (No clean test: the opening has scored this neuron
# on the same patients. But nothing was chosen by that.) *Predict:* three rows, plain, weighted, and always
# "benign". Whose accuracy is best, and whose sensitivity?

# %%
fit, held_back, left_out = rare_cancer(0)
outside = np.random.default_rng(1).permutation(np.r_[held_back, left_out])
ill, healthy = outside[table.y[outside] == 1], outside[table.y[outside] == 0]
validation, sealed = np.r_[ill[:67], healthy[:72]], np.r_[ill[67:], healthy[72:]]
counts = np.bincount(table.y[fit])
votes = len(fit) / (2 * counts)
print(f"{counts[0]} benign, {counts[1]} malignant; class weights {votes.round(2)}")

neurons = {}
for name, weight in {"plain": None, "weighted": "balanced"}.items():
    neuron = LogisticRegression(C=0.01, class_weight=weight, tol=1e-8)
    neurons[name] = make_pipeline(StandardScaler(), neuron).fit(table.X[fit], table.y[fit])
scores = {name: m.predict_proba(table.X[validation])[:, 1] for name, m in neurons.items()}
scores["always benign"] = np.zeros(len(validation))
y_val = table.y[validation]

# By hand and in torch, the weighted loss is the mean of weight times cross-entropy.
z, t = neurons["weighted"].decision_function(table.X[fit]), table.y[fit]
by_hand = (votes[t] * ref.binary_cross_entropy_with_logits(z, t, reduction="none")).mean()
z, t, each = (torch.tensor(a).double() for a in (z, t, votes[t]))
assert np.isclose(by_hand, F.binary_cross_entropy_with_logits(z, t, each).item())


# %%
def report(truth, alarm):
    """Print sensitivity and specificity, and accuracy and precision where 5 % are ill."""
    found, spared = metrics.sensitivity(truth, alarm), metrics.specificity(truth, alarm)
    hits, false = 0.05 * found.share, 0.95 * (1 - spared.share)
    print(f"  sensitivity {found}\n  specificity {spared}")
    precision = f"{hits / (hits + false):.2f}" if alarm.any() else "no alarms"
    print(f"  where 5 % are ill: accuracy {hits + 0.95 - false:.3f}, precision {precision}")


for name, p in scores.items():
    print(name)
    report(y_val, p >= 0.5)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The accuracies are within two points of each other. The sensitivities are 0.37, 0.93 and 0.
# </details>
#
# ### Or another threshold
#
# **Move** the threshold of either neuron. *Predict:* the plain neuron at ½ misses most cancers. Can a lower
# threshold find them, and how many healthy patients are alarmed then?


# %% folded=true
def draw_threshold(threshold=0.5, model="plain"):
    p = scores[model]
    alarm = p >= threshold
    found, spared = metrics.sensitivity(y_val, alarm), metrics.specificity(y_val, alarm)
    accurate = 0.05 * found.share + 0.95 * spared.share
    figure, (top, bottom) = plots.subplots(2, 1, height=6, height_ratios=[2, 1.2])
    plots.patients.histograms(top, np.append(p, [0.0, 1.0]), np.append(y_val, [-1, -1]), bins=40)
    top.axvline(threshold, color="black", ls="--")
    top.set(xlabel=f"the {model} neuron's p(malignant)", ylabel="validation patients")
    top.legend()
    for row, share in enumerate([spared, found]):
        bottom.plot([share.low, share.high], [row, row], "-", color=plots.GREY)
        bottom.plot(share.share, row, "o", color=plots.BLUE, ms=9)
    bottom.plot(accurate, 2, "x", color=plots.VERMILLION, ms=9, mew=3)
    bottom.set(yticks=[0, 1, 2], yticklabels=["specificity", "sensitivity", "accuracy at 5 %"])
    bottom.set(xlim=(0, 1.02), ylim=(-0.5, 2.5), xlabel="share (circles with 95 % interval)")
    return figure, (
        f"{model} neuron, alarm from p = {threshold:.2f}: sensitivity {found}, specificity {spared}; "
        f"accuracy where 5 % are ill {accurate:.3f}."
    )


explore(draw_threshold, threshold=(0.01, 0.99, 0.01), model=["plain", "weighted"])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It can: the ranking of the patients was right all the time. Only its probabilities were low. The threshold found
# below alarms 5 of 72 healthy patients.
# </details>
#
# A threshold of ½ treats a missed cancer as no worse than a false alarm. Class weights move the probabilities (they
# no longer mean what they say), a threshold moves the decision. Both are choices about costs, and both are made **on
# validation patients**. We fix the rule now: the plain neuron, with the highest threshold that finds at least 95 % of
# the ill in validation. Then the test set is opened. Nothing in the cell may be changed after it has run. *Predict:*
# will the *accuracy* rise?

# %%
order = np.sort(scores["plain"][y_val == 1])[::-1]
threshold = order[int(np.ceil(0.95 * len(order))) - 1]
print(f"in validation, threshold {threshold:.3f}")
report(y_val, scores["plain"] >= threshold)
p = neurons["plain"].predict_proba(table.X[sealed])[:, 1]
for cut in (0.5, threshold):
    print(f"test, threshold {cut:.3f}")
    report(table.y[sealed], p >= cut)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No, it falls.
# </details>
#
# There is the opening question once more, on patients that chose nothing. At ½ this neuron misses 77 of 134
# cancers, and where 5 % are ill its accuracy is 0.971. With the threshold from validation it misses 6, alarms 7 of 71
# healthy patients, and its *accuracy falls* to 0.904.
# One alarm in three would be right. Nobody would prefer the first. Accuracy does.
#
# **What this is not.** One clinic, decades ago, an artificial prevalence. Unit 14 goes further: curves over all
# thresholds, calibration, other intervals.
#
# <details><summary><b>Question.</b> Somebody copies each malignant biopsy 18 times before splitting, to
# balance the classes. What goes wrong?</summary>
#
# Copies of one patient land in training and in validation: a leak (unit 01). Split first, then
# balance the training part only.
# </details>

# %% [markdown]
# ## Sources
#
# - Prechelt, *Early stopping, but when?* (1998).
#   [doi:10.1007/3-540-49430-8_3](https://doi.org/10.1007/3-540-49430-8_3)
# - Bergstra and Bengio, *Random search for hyper-parameter optimization* (2012), no DOI.
# - Karpathy, *A recipe for training neural networks* (2019): the order of work; no DOI.
# - Cawley and Talbot, *On over-fitting in model selection and subsequent selection bias in performance evaluation*
#   (2010): the winner's flattery; no DOI.
# - King and Zeng, *Logistic regression in rare events data* (2001): weights for rare classes.
#   [doi:10.1093/oxfordjournals.pan.a004868](https://doi.org/10.1093/oxfordjournals.pan.a004868)
# - Wilson, *Probable inference, the law of succession, and statistical inference* (1927).
#   [doi:10.1080/01621459.1927.10502953](https://doi.org/10.1080/01621459.1927.10502953)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - "If the validation loss goes up again, stop." One rise is often noise: wait for several epochs in a row, and keep
#   the best weights.
# </details>
