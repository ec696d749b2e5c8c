# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · Losses
#
# **Right for 94 % of biopsies. Would you trust its "99 % sure"?**
#
# A model reads 30 measurements of a biopsy and says "malignant" or "benign", and how sure it is. It
# is right for 94 of 100 patients that it has not seen. What is its "99 % sure" worth? You need one
# number for that, the *loss*. Training makes it small, so what the loss does not ask for, the
# network does not learn.
#
# After this lecture you can
#
# 1. say what a network's probability costs when the truth comes out, and why it is a logarithm;
# 2. choose a loss for a yes or no, a diagnosis, a number, a survival time, or several at once;
# 3. give the network the last layer that this loss needs;
# 4. derive the gradient of softmax and cross-entropy, and compute both without overflow;
# 5. tell *right* from *rightly sure*, and check the second.
#
# *You need:* [02](02_neuron.ipynb) for the neuron and the sigmoid, [03](03_layers.ipynb) for
# layers; the logarithm. *Lab:* [lab 04](../labs/04_losses.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # all that follows is small

# %% [markdown]
# ## Sitting 1 · To put a number on being wrong
#
# *Read in 50 minutes.*
#
# ### Two models, 569 biopsies
#
# *Naive Bayes* (unit 01) draws one bell curve per measurement and class, and multiplies. *Logistic
# regression* (unit 02) is a single neuron. The patients are cut into ten parts, and each part is
# predicted by a model fitted on the other nine: [cross-validation](glossary.md#cross-validation).
#
# We keep the **logits** $z$, the logarithms of the odds for "malignant". The probability is
# $\hat p = \sigma(z)$. How sure a model is, its [confidence](glossary.md#confidence), is the larger
# of $\hat p$ and $1 - \hat p$.

# %%
table = data.breast_cancer()
y = table.y
folds = StratifiedKFold(10, shuffle=True, random_state=0)

log_p = cross_val_predict(GaussianNB(), table.X, y, cv=folds, method="predict_log_proba")
neuron = make_pipeline(StandardScaler(), LogisticRegression())
logits = {
    "naive Bayes": log_p[:, 1] - log_p[:, 0],
    "logistic regression": cross_val_predict(
        neuron, table.X, y, cv=folds, method="decision_function"
    ),
}
for name, z in logits.items():
    right = (z >= 0) == y
    sure = ref.sigmoid(np.abs(z))  # the larger of p and 1 - p
    print(f"{name}: right for {right.sum()} of {len(y)} ({right.mean():.1%}),", end=" ")
    print(f"more than 99 % sure of {(sure > 0.99).sum()}")

# %% [markdown]
# If naive Bayes is to be believed, fewer than 1 % of those 541 predictions are wrong: five or so.
#
# *Predict:* of the 541, how many are wrong?

# %%
for name, z in logits.items():
    sure = ref.sigmoid(np.abs(z))
    certain, wrong = sure > 0.99, (z >= 0) != y
    print(f"{name}, when more than 99 % sure:")
    print("  wrong", metrics.rate((certain & wrong).sum(), certain.sum()))
    print(f"  wrong by its own probabilities: {(1 - sure)[certain].sum():.2f} patients")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Twenty-two. By its own probabilities naive Bayes expected a twentieth of a patient. The other model
# is sure less often, and then it may be believed: one mistake among 413, where it announced a half.
# </details>
#
# Counting right answers said nothing of this. We need a number that listens to *how sure* a model is.
#
# ### Structure, loss, optimizer
#
# A network is three things.
#
# - Its **structure**: which neurons, in which layers (unit 03). It says what can be expressed.
# - Its **[loss](glossary.md#loss)**: one number for how wrong it is. It says what is *wanted*.
# - Its **optimizer**: how the weights are changed to make the loss small (unit 05).
#
# You can exchange one and keep the others, with one exception: the last layer must fit the loss.
# The loss *over a data set* is the average over its patients:
#
# $$L = \frac1n \sum_{i=1}^n \ell(\text{prediction}_i, \text{truth}_i)$$
#
# - $n$: the number of patients; $i$ counts them. $\ell$: the loss of one patient.
#
# In torch the average is the default, `reduction="mean"`. `"none"` gives one loss per patient.
#
# ### What a probability costs
#
# **Intuition.** Measure how *surprised* the model is when the truth comes out. It said 90 %
# malignant, and malignant it is: little surprise. It said 10 %: much. It said 0 %, "impossible", and
# it happened: no number is large enough. And surprises should *add*. If two patients are independent,
# their probabilities multiply. Only a logarithm turns that product into a sum. So the surprise at
# something that had the probability $p$ is $-\ln p$, its [information content](glossary.md#information).
#
# **Formula.** The **binary [cross-entropy](glossary.md#cross-entropy)** of one patient:
#
# $$\ell(y, \hat p) = -y \ln \hat p - (1 - y)\ln(1 - \hat p)$$
#
# - $y$: the truth, 1 malignant or 0 benign. It switches one of the two terms off.
# - $\hat p$: the probability that the model gave to "malignant".
# - $\ln$: the natural logarithm. The unit is then the *nat*. One nat is 1.44 *bits*, base 2.

# %%
truth = np.array([0, 0, 1, 1])
said = np.array([0.1, 0.9, 0.1, 0.9])
loss = -truth * np.log(said) - (1 - truth) * np.log(1 - said)

print("y    p     loss")
for t, s, cost in zip(truth, said, loss, strict=True):
    print(f"{t}   {s:.1f}   {cost:.3f}")
print(f"mean     {loss.mean():.3f}")
in_torch = F.binary_cross_entropy(torch.tensor(said), torch.tensor(truth).double())
assert np.isclose(loss.mean(), in_torch)  # torch agrees

# %% [markdown]
# *Predict:* what does it cost to say 0.99 and be wrong, compared with saying 0.9 and being wrong? And
# 0.999?

# %% folded=true
GRID = np.linspace(0.001, 0.999, 400)


def draw_cost(p=0.3, truth=1):
    cost = -np.log(p if truth else 1 - p)
    figure, ax = plots.subplots(height=3.8)
    ax.plot(GRID, -np.log(GRID), "-", color=plots.BLUE, label="truth 1")
    ax.plot(GRID, -np.log(1 - GRID), "--", color=plots.ORANGE, label="truth 0")
    ax.plot(p, cost, "*", color=plots.VERMILLION, ms=18, mec="white")
    ax.set(
        xlabel="p, the probability given to 1", ylabel="loss (nats)", xlim=(0, 1), ylim=(-0.3, 7.5)
    )
    ax.legend(loc="upper center", ncols=2)
    return figure, (
        f"Said p = {p:.3f}, the truth is {truth}: the loss is {cost:.3f} nats. "
        f"A coin's 0.5 costs {np.log(2):.3f}."
    )


explore(draw_cost, p=(0.001, 0.999, 0.001), truth=[1, 0])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Each further nine costs 2.3 more: 0.9 and wrong is 2.3, 0.99 is 4.6, 0.999 is 6.9.
# </details>
#
# **Where the formula comes from: a product, a sum, an average.** Take the four patients of the table.
#
# 1. *Product.* To what happened, the model had given 0.9, 0.1, 0.1 and 0.9. For independent patients,
#    the probability of all four together is 0.9 · 0.1 · 0.1 · 0.9 = 0.0081. This is the
#    [likelihood](glossary.md#likelihood) of the data. A good model makes it large.
# 2. *Sum.* The logarithm turns the product into a sum, one term for each patient:
#    ln 0.0081 = −0.105 − 2.303 − 2.303 − 0.105 = −4.816.
# 3. *Average.* Turn the sign and divide by four: 1.204, the mean in the table.
#
# So the lowest cross-entropy is the *maximum likelihood*. Here it is for both models, with two rivals
# that never look at a patient: a coin, and the share of malignant cases (the *base rate*) for everybody.

# %%
base_rate = y.mean()
losses = {"a coin": np.log(2)}
losses["the base rate"] = -base_rate * np.log(base_rate) - (1 - base_rate) * np.log(1 - base_rate)
losses |= {name: ref.binary_cross_entropy_with_logits(z, y) for name, z in logits.items()}
for name, value in losses.items():
    print(f"{name:20} loss {value:.3f} nats, likelihood 10^-{len(y) * value / np.log(10):.0f}")

z = logits["naive Bayes"]
bayes_losses = ref.binary_cross_entropy_with_logits(z, y, reduction="none")
sure_and_wrong = (np.abs(z) > np.log(99)) & ((z >= 0) != y)  # odds of 99 to 1
share = bayes_losses[sure_and_wrong].sum() / bayes_losses.sum()
print(f"naive Bayes: {sure_and_wrong.sum()} patients make {share:.0%} of its loss")

# %% [markdown]
# Naive Bayes is right for 94 %. Yet by loss it is hardly better than a doctor who tells every patient
# "37 %" and never looks at a slide.
#
# <details><summary><b>Question, with pen and paper.</b> A model gave 0.5, 0.8 and 0.25 to what happened
# to three patients. What are likelihood and loss? (ln 10 = 2.303)</summary>
#
# 0.5 · 0.8 · 0.25 = 0.1. The loss is 2.303 / 3 = 0.768 nats.
# </details>
#
# ### Right, and rightly sure
#
# **Intuition.** A weather service says "70 % rain" on a hundred days. If it rained on about seventy of
# them, its numbers mean what they say. Such a model is [calibrated](glossary.md#calibration). Being right
# often is something else.
#
# To check it, group predictions that are about equally sure. Compare the mean confidence of a group (*claimed*)
# with the share that is right.
#
# **Move** `sharpness`: it multiplies every logit. *Predict:* does it change how many predictions are
# right? In which direction must you move it to calibrate naive Bayes?

# %% folded=true
GROUPS = [(0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.0)]
SHARPNESS = np.geomspace(0.02, 3, 60)
CURVES = {
    name: [ref.binary_cross_entropy_with_logits(k * z, y) for k in SHARPNESS]
    for name, z in logits.items()
}


def draw_sureness(sharpness=1.0, model="naive Bayes"):
    z = sharpness * logits[model]
    sure, right = ref.sigmoid(np.abs(z)), (z >= 0) == y
    loss = ref.binary_cross_entropy_with_logits(z, y)
    figure, (top, low) = plots.subplots(2, 1, height=6, height_ratios=[3, 2])
    labels, surest = [], "none is above 99 % sure"
    for i, (a, b) in enumerate(GROUPS):
        here = (sure > a) & (sure <= b) if i else sure <= b
        labels.append(f"{a:.0%} to {b:.0%}\n{here.sum()} patients")
        if here.any():
            share = metrics.rate(right[here].sum(), here.sum())
            top.plot([i, i], [share.low, share.high], "-", color=plots.GREY, lw=3)
            top.plot(i, share.share, "o", color=plots.BLUE, ms=11)
            top.plot(i, sure[here].mean(), "D", mfc="none", mec=plots.VERMILLION, mew=2, ms=13)
            if b == 1:
                surest = f"of {here.sum()} above 99 %, {share.hits} are right"
    top.plot([], [], "o", color=plots.BLUE, ms=11, label="share right, 95 % interval")
    top.plot([], [], "D", mfc="none", mec=plots.VERMILLION, mew=2, ms=11, label="share claimed")
    top.set(xlim=(-0.5, 3.5), ylim=(0, 1.05), yticks=[0, 0.5, 1], ylabel="share")
    top.set_xticks(range(4), labels, fontsize=11)
    top.set_xlabel("confidence")
    top.legend(loc="lower right")
    for (name, curve), style in zip(CURVES.items(), ["-", "--"], strict=True):
        low.plot(SHARPNESS, curve, style, label=name)
    low.axhline(losses["the base rate"], color=plots.GREY, ls=":", label="base rate")
    low.plot(sharpness, loss, "*", color=plots.VERMILLION, ms=17, mec="white")
    low.set(xlabel="sharpness", ylabel="loss (nats)", ylim=(0, 1.85), xticks=[0, 1, 2, 3])
    low.legend(fontsize=12, loc="upper left")
    return figure, (
        f"{model}, logits times {sharpness:.2f}: {right.mean():.1%} right, loss {loss:.3f}; {surest}."
    )


explore(draw_sureness, sharpness=(0.02, 3.0, 0.02), model=list(logits))

# %%
for name in logits:
    best = SHARPNESS[np.argmin(CURVES[name])]
    print(f"{name:19}  loss {losses[name]:.3f}, lowest {min(CURVES[name]):.3f} at {best:.2f}")
z = logits["logistic regression"]
for k in [1, 10]:
    right = ((k * z >= 0) == y).mean()
    loss = ref.binary_cross_entropy_with_logits(k * z, y)
    print(f"logistic regression, logits times {k:2}: {right:.3f} right, loss {loss:.3f}")
alike = np.corrcoef(table.column("mean radius"), table.column("mean area"))[0, 1]
print(f"correlation of radius and area: {alike:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It changes no prediction, right or wrong. Naive Bayes wants less: about a seventh of its sharpness.
# </details>
#
# "Same accuracy, same model" is false. With ten times the logits, logistic regression has the same
# accuracy and more than four times the loss.
#
# Why is naive Bayes too sure? It takes 30 measurements for 30 independent witnesses. Radius, perimeter and area
# are nearly one, and it counts three. Even at its best sharpness, its loss is
# twice that of logistic regression: it also separates the patients less well. *Temperature scaling* (unit 14)
# chooses the sharpness, on other patients.
#
# ### One of several diagnoses: why softmax
#
# A network gives one *score* $z_c$ per class $c$, any real number. Say 2, 1 and −1. We need shares: none
# negative, all together 1. Dividing by the sum fails: (1, 0.5, −0.5) has a negative share, and a sum can be 0.
# So first make every score positive and keep the order. Many functions do that. We take the
# exponential, because it turns *differences* of scores into *ratios* of shares. One point more is
# always $e$ = 2.72 times the share. And the logarithm in the loss undoes it. Then divide:
#
# $$\hat p_c = \frac{e^{z_c}}{S}, \qquad S = \sum_{k} e^{z_k}$$
#
# Here the exponentials are 7.39, 2.72 and 0.37. Their sum is 10.48, and the shares are 0.705, 0.259 and
# 0.035. This is softmax (unit 02). With two classes and the scores 0 and $z$, it is the sigmoid.
#
# **The loss** is the surprise at the true class $t$, and the other shares do not matter:
#
# $$\ell = -\ln \hat p_t = -\sum_{c} y_c \ln \hat p_c$$
#
# - $y_c$: 1 for the true class and 0 for the others, a [one-hot](glossary.md#one-hot) label.
#
# Two patients have pain in the abdomen. Both turn out to have diverticulosis:

# %%
diagnoses = ["appendicitis", "diverticulosis", "cholecystitis"]
shares = np.array([[0.25, 0.60, 0.15], [0.05, 0.90, 0.05]])  # what a model gave to the three
one_hot = np.array([[0, 1, 0], [0, 1, 0]])
each = -(one_hot * np.log(shares)).sum(axis=1)
print("loss of each:", each.round(3), " of both:", each.mean().round(3))

# %% [markdown]
# **Its gradient, in small steps.** Put softmax into the loss. The logarithm of a quotient is a difference:
#
# $$\ell = -\ln\frac{e^{z_t}}{S} = -z_t + \ln S$$
#
# 1. The first part, $-z_t$, has the slope −1 in the true class's score and 0 in the others: $-y_c$.
# 2. The second part, by the chain rule: the slope of $\ln S$ is $\frac1S$ times the slope of $S$.
# 3. In the sum $S$ only one term holds $z_c$, and the slope of $e^{z_c}$ is $e^{z_c}$.
# 4. So the second part has the slope $e^{z_c}/S$, which is the share $\hat p_c$. Together:
#
# $$\frac{\partial \ell}{\partial z_c} = \hat p_c - y_c$$
#
# What was said, less what is true. If the second class is true: (0.705, 0.259 − 1, 0.035) =
# (0.705, −0.741, 0.035). Descent lowers the first and third score and raises the second. For two classes this
# is $\sigma(z) - y$, the gradient of the neuron in unit 02.
#
# The cell moves each score by a millionth, and asks torch. `F.cross_entropy` takes the **scores**, does the
# softmax itself, and wants the *number* of the true class.


# %%
def cross_entropy(z, t):
    return -z[t] + np.log(np.exp(z).sum())


z, t = np.array([2.0, 1.0, -1.0]), 1
p_hat = np.exp(z) / np.exp(z).sum()
moved = [(cross_entropy(z + 1e-6 * one, t) - cross_entropy(z, t)) / 1e-6 for one in np.eye(3)]
zt = torch.tensor(z, requires_grad=True)
loss = F.cross_entropy(zt, torch.tensor(t))
loss.backward()  # fills zt.grad; unit 06 says how
print("softmax less one-hot:", (p_hat - np.eye(3)[t]).round(3))
print("by moving scores:    ", np.round(moved, 3))
print("by torch:            ", zt.grad.numpy().round(3))
print(f"loss {cross_entropy(z, t):.3f}, by torch {loss.item():.3f}")
assert np.allclose(ref.cross_entropy_backward(1.0, z[None], np.array([t])), zt.grad)

# %% [markdown]
# <details><summary><b>Question, with pen and paper.</b> Two classes with the scores 0 and ln 3; the first
# is true. What are shares, loss and gradient?</summary>
#
# The exponentials are 1 and 3, so the shares are ¼ and ¾. The loss is ln 4 = 1.386. The gradient is
# (¼ − 1, ¾ − 0) = (−¾, ¾).
# </details>
#
# A network that knows nothing yet gives each of $C$ classes the same share, and its loss is $\ln C$. A first loss far
# above that says that it starts out sure of something that it cannot know.
#
# ### What knowing nothing costs: entropy
#
# The doctor who says "37 %" is surprised by $-\ln 0.37$ in 37 % of cases, by $-\ln 0.63$ in the
# others. The average surprise at the outcomes of a distribution is its [entropy](glossary.md#entropy):
#
# $$H(p) = -\sum_c p_c \ln p_c$$
#
# - $p_c$: the probability of outcome $c$. By convention $0 \ln 0 = 0$: what never happens surprises nobody.
#
# It is small where a distribution is *concentrated*, and largest where all outcomes are equally likely.


# %%
def entropy(p):
    p = np.array([share for share in p if share > 0])
    return (p * -np.log(p)).sum()


for name, p in [
    ("three diagnoses, equally likely", np.full(3, 1 / 3)),
    ("shares 0.7, 0.2, 0.1", [0.7, 0.2, 0.1]),
    ("one is certain", [1.0, 0.0, 0.0]),
    ("a biopsy's label", [base_rate, 1 - base_rate]),
]:
    print(f"{name:32} {entropy(p):.3f} nats")

# %% [markdown]
# The last line is the loss of the base rate, 0.660. A useful model must come below it.
#
# ### When the target is a number
#
# Let $d = \hat y - y$ be the error, prediction minus truth.
#
# | loss of one patient | formula | slope with respect to $\hat y$ |
# |---|---|---|
# | squared (averaged: MSE) | $d^2$ | $2d$ |
# | absolute (averaged: L1 loss) | $\lvert d\rvert$ | the sign of $d$ |
# | [Huber](glossary.md#huber-loss), near | $d^2/2$ where $\lvert d\rvert \le \delta$ | $d$ |
# | Huber, far | $\delta\,(\lvert d\rvert - \delta/2)$ elsewhere | $\pm\delta$ |
#
# - $\delta$: where Huber's loss turns from square to straight. Value and slope meet there.

# %%
d, zero = torch.tensor([0.5, 3.0, -7.0]), torch.zeros(3)
print("squared ", F.mse_loss(d, zero, reduction="none").numpy())
print("absolute", F.l1_loss(d, zero, reduction="none").numpy())
print("Huber   ", F.huber_loss(d, zero, reduction="none", delta=2.0).numpy(), "with delta 2")

# %% [markdown]
# The best constant prediction is the *mean* under the squared error and the *median* under the absolute one, which a
# few wild values hardly move. Huber's lies in between (sitting 3 tries it). MSE is in squared units; report its root.
#
# ### Stay with logits
#
# A probability near 1 is a bad place to store certainty: the digits run out. In float32, the precision of
# most networks, 0.99999999 is rounded to 1. Then $1 - \hat p$ is 0 and has no logarithm. So losses take
# logits, and make no probability on the way.
#
# Exponentials have a limit too: $e^{1000}$ is too large for a computer. So take the largest score out first:
#
# $$\ln\big(e^{1000} + e^{1001} + e^{1002}\big) = 1002 + \ln\big(e^{-2} + e^{-1} + e^{0}\big)$$
#
# This is [log-sum-exp](glossary.md#log-sum-exp). With the largest score $m$:
#
# $$\ln\sum_c e^{z_c} = m + \ln \sum_c e^{z_c - m}$$
#
# Now the largest term is 1. Nothing overflows, and the sum is never 0.
#
# A yes or no is the case of two scores, 0 and $z$. The larger is $\max(z, 0)$, and the other lies $|z|$ below it:
#
# $$\ell(y, z) = -yz + \ln(e^0 + e^z) = -yz + \max(z, 0) + \ln\big(1 + e^{-|z|}\big)$$
#
# The gradient is still $\sigma(z) - y$.

# %%
z = np.array([1000.0, 1001.0, 1002.0])
m = z.max()
with np.errstate(over="ignore"):
    print("plain:", np.log(np.exp(z).sum()))
print("with the largest taken out:", (m + np.log(np.exp(z - m).sum())).round(3))

z = np.array([-1000.0, -2.0, 0.0, 1000.0])  # four patients, all ill: y = 1
each = -1 * z + np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))
print("four who are ill:", *(f"{value:.3f}" for value in each))
assert np.allclose(each, ref.binary_cross_entropy_with_logits(z, np.ones(4), reduction="none"))

# %% [markdown]
# ### The last layer must match the loss
#
# In **shape**, how many numbers per patient, and in **scale**, which numbers are allowed.
#
# | you want | last layer | loss |
# |---|---|---|
# | one probability | 1 unit; sigmoid in the loss | binary cross-entropy with logits |
# | one of C classes | C units; softmax in the loss | cross-entropy |
# | several yes-or-no at once | one unit each; sigmoids | the first, averaged over units |
# | any number | 1 unit, no activation | squared, absolute, Huber |
# | a number above 0 | 1 unit; softplus or exp | the same |
# | survival time | 1 unit, no activation: a log hazard | Cox's (sitting 4) |
# | several of these | one *head* for each | weighted sum (sitting 4) |
#
# Several at once are, say, pneumonia and a fracture on one X-ray. Softmax shares out a total of 1 there, and a sure
# pneumonia would push the fracture down.
#
# ### Back to "99 % sure"
#
# A sigmoid or softmax output lies between 0 and 1. Whether it is a probability *you can trust* has to be checked
# on patients. And far from all of them, a network does not say "I do not know this". It extrapolates:

# %%
neuron.fit(table.X, y)
typical = table.X.mean(axis=0)
for factor in [1, 2, 10]:
    z = neuron.decision_function(factor * typical[None])[0]
    print(f"average times {factor:2}: logit {abs(z):5.1f}, {ref.sigmoid(abs(z)):.1%} sure")
beyond = (10 * typical > table.X.max(axis=0)).sum()
print(f"times 10 is beyond all patients in {beyond} of 30 measurements")

# %% [markdown]
# No patient looks like the last one, and it gets the surest prediction.
#
# **The opening question**: no. When naive Bayes said "more than 99 % sure", 22 of 541 predictions were wrong
# (4.1 %, 95 % interval 2.7 to 6.1 %). Accuracy and loss *together* gave it away: right for 94 %, and yet
# 0.598, where knowing nothing costs 0.660. That loss alone could also be a modest model's, often wrong and rightly
# unsure. Logistic regression's "99 % sure" held here: one wrong of 413. In another clinic it has to be checked
# again (unit 14).
#
# ### Common mistakes
#
# - **Softmax before `cross_entropy`**, or a sigmoid before a `_with_logits` loss. No error, and a loss that
#   cannot become small (sitting 2).
# - **Sum for mean**: loss and step grow with the number of patients. **Base 2**: losses are 1.44 times too large.
# - **Probabilities clipped at 1e-7.** The loss stops near 16 and its gradient is 0 there (sitting 2).
# - **Predictions (n, 1) against truths (n,).** Perfect predictions cost something (sitting 2).
# - **Accuracy only.** It cannot tell 51 % sure from 99.9 % sure.
#
# ### Summary
#
# The loss says what is wanted. Cross-entropy is the average surprise, $-\ln$ of the probability given to what
# happened. Its gradient in the scores is softmax minus one-hot. Knowing nothing costs the entropy of the label.
# The squared error asks for the mean, the absolute error for the median. Keep logits, and let the last layer
# match the loss. Right and rightly sure are two things: measure both.
#
# ### On Monday
#
# - **One of two:** 1 output, `F.binary_cross_entropy_with_logits`. **One of C:** C outputs, `F.cross_entropy`,
#   labels as whole numbers. No sigmoid, no softmax in the network.
# - **A number:** standardize the target, `F.mse_loss`; `F.huber_loss` if some targets may be wrong.
# - **Before training**, is the first loss near ln C (ln 2 for a yes or no)?
# - **After training**, on patients kept back: is the loss below the base rate's?
# - **Is claimed near right?** Below, not for 61 patients: claimed 0.746, right for 0.885 (95 % interval 0.782 to
#   0.943). There the model is *less* sure than it may be. The other groups agree.
#
# (Other folds, so a loss of 0.076 where it was 0.074.)

# %%
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint

model = make_pipeline(StandardScaler(), LogisticRegression())  # in place of your network
z = cross_val_predict(model, table.X, y, cv=10, method="decision_function")
loss = F.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y).double())
print(f"loss {loss:.3f}, the base rate {log_loss(y, np.full(len(y), y.mean())):.3f}")
sure = 1 / (1 + np.exp(-np.abs(z)))
for low, high in [(0.5, 0.9), (0.9, 0.99), (0.99, 1)]:
    here = (sure > low) & (sure <= high)
    hits, n = ((z > 0) == y)[here].sum(), here.sum()
    a, b = proportion_confint(hits, n, method="wilson")
    print(f"{n:3}: claimed {sure[here].mean():.3f}, right {hits / n:.3f} ({a:.3f} to {b:.3f})")

# %% [markdown]
# ## Sitting 2 · To keep a loss finite and its slope alive
#
# **One model, one set of predictions, three losses. Which one is right?**
#
# *Read in 22 minutes.* Run the cells of sitting 1 first.
#
# ### A flat loss teaches nothing
#
# Seven patients, all ill, with logits from "surely healthy" to "surely ill". Three ways to compute their
# losses in float32: as on paper; with the probability clipped, which is popular; and from the logit, as in
# sitting 1.


# %%
def plain(z, y):
    p = 1 / (1 + np.exp(-z))
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def clipped(z, y):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def from_logits(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))  # log1p(x): ln(1 + x)


z = np.float32([-200, -30, -15, 0, 15, 30, 200])
with np.errstate(all="ignore"):
    print("logit   plain    clipped  from logits")
    for row in zip(z, plain(z, 1), clipped(z, 1), from_logits(z, 1), strict=True):
        print("{:5.0f}  {:7.2f}  {:7.2f}  {:7.2f}".format(*row))

# %% [markdown]
# The *nan*, "not a number", is 0 · ln 0: at 30, $\hat p$ was rounded to 1, and $(1 - y)\ln(1 - \hat p)$ is 0 times
# minus infinity. Now the same for a *healthy* patient. (Clipped, the loss stops at 16.12 for the ill and at 15.9 for
# the healthy, as $1 - 10^{-7}$ is rounded too.)

# %% folded=true
z = np.linspace(-60, 60, 481, dtype=np.float32)
with np.errstate(all="ignore"):
    curves = [
        ("from the logit", from_logits(z, 0), "-", plots.BLUE),
        ("clipped at 1e-7", clipped(z, 0), "--", plots.ORANGE),
        ("as on paper", plain(z, 0), ":", "black"),
    ]
figure, ax = plots.subplots(height=3.8)
for name, values, line, colour in curves:
    ax.plot(z, np.where(np.isfinite(values), values, np.nan), line, color=colour, label=name, lw=3)
ends = z[np.isfinite(curves[2][1])].max()
ax.plot(ends, from_logits(ends, 0), "X", color="black", ms=11, label="here it becomes infinite")
ax.set(xlabel="logit z of a patient who is healthy", ylabel="loss (nats)")
ax.legend()
cap = curves[1][1].max()
plots.show(
    figure,
    f"Three ways to compute the loss of a healthy patient in float32. From the logit it rises "
    f"straight. Clipped it stays at {cap:.1f} and is flat from there, so its gradient is 0. "
    f"As on paper it ends at z = {ends:.1f}, where 1 - p becomes 0.",
)

# %% [markdown]
# Look at where the clipped curve is flat: at the patients about whom the model is most wrong. A flat loss has
# no slope, so nothing ever corrects them.
#
# **On our patients.** The same logits of naive Bayes, in float32. (`F.binary_cross_entropy` takes probabilities
# and stops each logarithm at −100.)

# %%
z = logits["naive Bayes"].astype(np.float32)
p = torch.sigmoid(torch.from_numpy(z))
yt = torch.from_numpy(y).float()
print(f"from logits:             {ref.binary_cross_entropy_with_logits(z, y):.3f}")
print(f"probabilities, clipped:  {clipped(np.clip(z, -80, 80), y).mean():.3f}")
print(f"torch on probabilities:  {F.binary_cross_entropy(p, yt).item():.3f}")
gone = ((p == 1) & (yt == 0)).numpy()
print(f"p exactly 1, yet healthy: {gone.sum()} patients")
print("  their logits:", np.sort(z[gone])[::-1].round(1))
assert np.allclose(bayes_losses[gone], z[gone]) and not ((p == 0) & (yt == 1)).any()

# %% [markdown]
# Only the first is right. For five healthy patients $\hat p$ was rounded to 1, so $1 - \hat p$ became 0, and torch
# counts 100 for each. Their losses should be their logits, 19 to 36. Why only at that end? Near 1, neighbouring
# float32 numbers are about 0.00000006 apart, and $\hat p$ falls into the gap. Near 0 they lie far closer together.

# %% [markdown]
# ### Softmax twice
#
# You apply softmax yourself and hand the shares to `F.cross_entropy`. It takes them for scores and applies
# softmax again. No error is raised. Shares lie between 0 and 1, so even a perfect prediction (1, 0, 0) becomes
# $e/(e+2) = 0.58$.
#
# *Predict:* does the network still learn? A linear network is trained on 1,200 handwritten digits (ten
# classes) and tested on 597, for five ways to split them. First with the same learning rate (the length of a
# step, unit 05), then, softmaxed twice, with ten times that.

# %%
images = data.digits()
pixels, digit = torch.tensor(images.X.reshape(-1, 64)).double(), torch.tensor(images.y)


def digits_loss(z, truth, twice):
    return F.cross_entropy(torch.softmax(z, 1) if twice else z, truth)


for twice, lr in [(False, 1), (True, 1), (True, 10)]:
    reported, right = [], []
    for split in range(5):
        order = np.random.default_rng(split).permutation(len(pixels))
        train, test = order[:1200], order[1200:]
        weight = torch.zeros(64, 10, dtype=torch.float64, requires_grad=True)
        for _ in range(300):
            loss = digits_loss(pixels[train] @ weight, digit[train], twice)
            (slope,) = torch.autograd.grad(loss, weight)
            weight.data -= lr * slope
        z = pixels[test] @ weight
        reported.append(digits_loss(z, digit[test], twice).item())
        right.append((z.argmax(1) == digit[test]).double().mean().item())
    print(f"softmax {'twice' if twice else 'once ':5}, learning rate {lr:2}:", end=" ")
    print(f"loss {np.mean(reported):.2f}, right {min(right):.3f} to {max(right):.3f}")
for classes in [3, 10]:
    print(f"lowest loss with {classes:2} classes: {np.log((np.e + classes - 1) / np.e):.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It learns. With the same learning rate it is right less often: the second softmax makes the slopes smaller, so
# this is too little training. With ten times the rate it is right as often as before.
# </details>
#
# Its loss can never pass a floor. That is what makes the mistake common: it looks like a network that needs more
# training.
#
# ### A squared error after a sigmoid
#
# Nothing forbids it: the shapes fit. But look at the slopes with respect to the logit, for a truth of 1. The
# second needs the sigmoid's own slope, $\hat p\,(1 - \hat p)$ (unit 02), by the chain rule:
#
# $$\frac{\partial}{\partial z}\big(-\ln\sigma(z)\big) = \hat p - 1$$
#
# $$\frac{\partial}{\partial z}(\hat p - 1)^2 = 2\,(\hat p - 1)\,\hat p\,(1 - \hat p)$$
#
# **Move** the start of two balls and the learning rate. Each rolls down its own loss. *Predict:* from a logit of
# −5, how many times longer does the squared error need to reach p = 0.9?


# %%
def roll(start, lr, squared, steps=300):
    """Return the logits of a ball on its way down, (steps + 1,); the truth is 1."""
    path = [start]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-path[-1]))
        slope = 2 * (p - 1) * p * (1 - p) if squared else p - 1
        path.append(path[-1] - lr * slope)
    return np.array(path)


print("steps until p > 0.9, learning rate 1")
print("start   cross-entropy   squared error")
for start in [-2.0, -5.0, -8.0, -10.0]:
    counts = [np.argmax(ref.sigmoid(roll(start, 1.0, s, 12000)) > 0.9) for s in (False, True)]
    print(f"{start:5.0f}   {counts[0]:13,}   {counts[1]:13,}")

# %% folded=true
LOGITS = np.linspace(-12.5, 6, 300)


def draw_balls(start=-5.0, learning_rate=1.0):
    figure, (top, low) = plots.subplots(2, 1, height=6)
    words = []
    for squared, name, line, marker, colour in [
        (False, "cross-entropy", "-", "o", plots.BLUE),
        (True, "squared error", "--", "s", plots.VERMILLION),
    ]:
        path = roll(start, learning_rate, squared)
        height = (lambda z: (1 - ref.sigmoid(z)) ** 2) if squared else (lambda z: from_logits(z, 1))
        top.plot(LOGITS, height(LOGITS), line, color=colour, label=name)
        top.plot(path[:41:4], height(path[:41:4]), marker, color=colour, ms=8, mec="white", ls="")
        p = ref.sigmoid(path)
        low.plot(p, line, color=colour, label=name)
        there = np.flatnonzero(p > 0.9)
        took = counted(there[0], "step") if len(there) else "more than 300 steps"
        words.append(f"{name} {took}, first slope {(path[0] - path[1]) / learning_rate:.5f}")
    top.set(xlabel="logit z (marks: every 4th step of the first 40)", ylabel="loss; the truth is 1")
    top.set(xticks=[-10, -5, 0, 5], yticks=[0, 5, 10])
    top.legend()
    low.axhline(0.9, color=plots.GREY, ls=":")
    low.set(xlabel="step", ylabel="p", ylim=(-0.03, 1.03), xticks=[0, 150, 300], yticks=[0, 0.5, 1])
    return figure, (
        f"Start at logit {start:.1f}, learning rate {learning_rate:.1f}. Until p is above 0.9: "
        f"{'; '.join(words)}."
    )


explore(draw_balls, start=(-12.0, 4.0, 0.5), learning_rate=(0.1, 5.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Seven times: 119 steps for 16. The more wrong it is, the slower the squared error learns.
# </details>
#
# Its loss is flat where the sigmoid is. The logarithm in the cross-entropy undoes the sigmoid's exponential, so
# its slope is the error itself, close to −1 as long as it is wrong.
#
# ### Shapes that broadcast
#
# Predictions of shape (n, 1) and truths of shape (n,) broadcast to (n, n): every patient is compared with every
# other. NumPy does not complain, `F.mse_loss` only warns, and the course's library refuses.

# %%
import warnings

column, row = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])
print("perfect predictions, MSE by NumPy:", ((column - row) ** 2).mean().round(3))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    loss = F.mse_loss(torch.tensor(column), torch.tensor(row))
print(f"by torch: {loss.item():.3f}, with {len(caught)} warning")
try:
    ref.mse_loss(column, row)
except ValueError as error:
    print("ref.mse_loss:", str(error).replace("; ", ";\n  "))

# %% [markdown]
# ## Sitting 3 · To see what a loss asks for
#
# **Ten doctors read one scan and disagree. What is its label?**
#
# *Read in 38 minutes.* Run the cells of sitting 1 first.
#
# ### From a hard label to a soft one
#
# Seven of the ten say appendicitis, two diverticulosis, one cholecystitis. Keep that. A *soft label* is
# $p = (0.7, 0.2, 0.1)$, where a one-hot label has a single 1. Let the network believe
# $q = (0.8, 0.1, 0.1)$. Each doctor's word costs it $-\ln q_c$. Over the ten, the average is
#
# $$H(p, q) = -\sum_c p_c \ln q_c$$
#
# - $p_c$: the share of doctors who say class $c$. $q_c$: what the network gives to it.
#
# It is the cross-entropy of sitting 1, with $p$ in the place of $y$. With a one-hot $p$ a single term is left.
# `F.cross_entropy` takes such labels as well: rows of shares instead of numbers of classes.
#
# *Predict:* which $q$ has the lowest cross-entropy for this scan? Can it be 0?

# %%
doctors = np.array([0.7, 0.2, 0.1])  # seven, two and one of ten doctors


def cross_entropy_of(p, q):
    return -(p * np.log(q)).sum()


for q in [[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [1 / 3, 1 / 3, 1 / 3]]:
    print("belief", np.round(q, 2), f" cross-entropy {cross_entropy_of(doctors, np.array(q)):.3f}")
print(f"entropy of the label itself: {entropy(doctors):.3f}")
z = np.log([0.8, 0.1, 0.1])  # scores whose softmax is that belief
in_torch = F.cross_entropy(torch.tensor(z)[None], torch.tensor(doctors)[None])
assert np.isclose(cross_entropy_of(doctors, np.exp(z)), in_torch)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# $q = p$. What is left there, 0.802, is the entropy of the label, $H(p)$. It cannot be 0: the doctors disagree.
# </details>
#
# So it is best to say what you believe. A loss with this property is a
# [proper scoring rule](glossary.md#proper-score).
#
# <details><summary><b>Question.</b> The truth is 1 with probability 0.7, and you know it. Which answer p has the
# lowest cross-entropy, squared error and absolute error, on average?</summary>
#
# 0.7 for the first two: both are proper. The absolute error averages $0.7(1-p) + 0.3p = 0.7 - 0.4p$. It is lowest
# at p = 1, so it is not proper.
# </details>
#
# ### Entropy counts questions
#
# Somebody draws a card from a deck of 52, and you find out which with yes-or-no questions. The entropy is
# $\log_2 52 = 5.7$ *bits*. For one card you need six questions, as five tell only $2^5 = 32$ cards apart. But
# ask about seven draws together (each card put back), and 40 questions are enough: 5.7 for each card.

# %%
print(f"one card: {entropy(np.full(52, 1 / 52)) / np.log(2):.2f} bits")
print(f"seven draws: {52**7:,} outcomes, 40 questions: {2**40:,} answers")

# %% [markdown]
# ### Cross-entropy is entropy, and what comes on top
#
# A cross-entropy has two parts. One belongs to the truth, the other to the belief. The second is the
# [Kullback–Leibler divergence](glossary.md#kl-divergence), short KL:
#
# $$H(p, q) = H(p) + D(p\,\|\,q), \qquad D(p\,\|\,q) = \sum_c p_c \ln\frac{p_c}{q_c}$$
#
# $D$ is never negative. For the line $x - 1$ lies above $\ln x$, and touches it at $x = 1$. With $x = q_c/p_c$
# ($p_c=0$ aside):
#
# $$-D = \sum_c p_c \ln\frac{q_c}{p_c} \;\le\; \sum_c p_c \Big(\frac{q_c}{p_c} - 1\Big)
#   = \sum_c q_c - \sum_c p_c = 1 - 1 = 0$$
#
# $D$ is 0 only for $q = p$. So whoever lowers a cross-entropy lowers $D$. No weight can change $H(p)$.


# %%
def kl(p, q):
    seen = p > 0
    return (p[seen] * np.log(p[seen] / q[seen])).sum()


even = np.full(3, 1 / 3)
print(f"D(doctors, even) {kl(doctors, even):.3f}, D(even, doctors) {kl(even, doctors):.3f}")
assert np.isclose(cross_entropy_of(doctors, even), entropy(doctors) + kl(doctors, even))
for name, belief_given in [("with", np.log(even)), ("without", even)]:
    by_torch = F.kl_div(torch.tensor(belief_given), torch.tensor(doctors), reduction="sum")
    print(f"F.kl_div {name} the logarithm: {by_torch:.3f}")

# %% [markdown]
# KL is not symmetric, so it is no distance. And mind torch's order: `F.kl_div(input, target)` takes $\ln q$ first,
# already as a logarithm, and then $p$. Without the logarithm it returns numbers below 0.
#
# **Move** `sharpness`. The belief is $q_c \propto p_c^{\,s}$: at $s = 1$ it is the truth, above it is
# overconfident, below it is underconfident. *Predict:* where is the belief's own entropy smallest, and where is
# the cross-entropy?

# %% folded=true
BELIEFS = np.linspace(0, 4, 81)


def belief(sharpness):
    return ref.softmax(sharpness * np.log(doctors), dim=0)


EXCESS = np.array([kl(doctors, belief(s)) for s in BELIEFS])
OWN = [entropy(belief(s)) for s in BELIEFS]


def draw_belief(sharpness=2.5):
    q, floor = belief(sharpness), entropy(doctors)
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    at = np.arange(3)
    left.bar(at - 0.2, doctors, 0.38, color=plots.BLUE, label="truth p")
    left.bar(at + 0.2, q, 0.38, color=plots.ORANGE, hatch="//", ec="white", label="belief q")
    left.set(xticks=at, xticklabels=[name[:5] + "." for name in diagnoses], ylabel="share")
    left.set(ylim=(0, 1.05), yticks=[0, 0.5, 1], xlabel="diagnosis")
    left.legend()
    right.axhline(floor, color=plots.BLUE, ls=":", label="H(p), of the truth")
    right.plot(BELIEFS, floor + EXCESS, "-", color="black", label="cross-entropy H(p, q)")
    right.plot(BELIEFS, OWN, "--", color=plots.ORANGE, label="H(q), of the belief")
    total = floor + kl(doctors, q)
    right.plot([sharpness] * 2, [floor, total], "-", color=plots.VERMILLION, lw=4)
    right.plot(sharpness, total, "*", color=plots.VERMILLION, ms=17, mec="white")
    right.set(xlabel="sharpness s of the belief", ylabel="nats", ylim=(0, 3.6), yticks=[0, 1, 2, 3])
    right.legend(fontsize=11, loc="upper left")
    return figure, (
        f"Sharpness {sharpness:.2f}: belief {', '.join(f'{v:.2f}' for v in q)}, its entropy "
        f"{entropy(q):.3f}. Cross-entropy {total:.3f} = entropy {floor:.3f} + KL {kl(doctors, q):.3f}."
    )


explore(draw_belief, sharpness=(0.0, 4.0, 0.05))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Not at the same place. The sharper the belief, the smaller its entropy. The cross-entropy is lowest at 1, where
# belief and truth agree. The red piece is the KL.
# </details>
#
# ### Entropy as a loss
#
# Subtract a little of $H(q)$ from the loss, and the network is punished for being sure (Pereyra and others,
# 2017). Add it, and it is punished for being undecided, even on patients without a diagnosis (Grandvalet and
# Bengio, 2004). With $q = \mathrm{softmax}(z)$, the gradient with respect to the scores is
#
# $$\frac{\partial H}{\partial z_k} = -q_k\,(\ln q_k + H)$$
#
# The cell asks torch too. Raising a score lowers the entropy if its share is above $e^{-H}$, and raises it if below.

# %%
z = np.array([2.0, 1.0, -1.0])
q = ref.softmax(z, dim=0)
slope = -q * (np.log(q) + entropy(q))
print("shares", q.round(3), " slopes", slope.round(3))
print(f"entropy H {entropy(q):.3f}, e^-H {np.exp(-entropy(q)):.3f}")
zt = torch.tensor(z, requires_grad=True)
torch.distributions.Categorical(logits=zt).entropy().backward()
assert np.allclose(slope, zt.grad)

# %% [markdown]
# ### Which number is asked for
#
# Suppose you must give the same number to every patient. Which one? It depends on how errors count.
#
# For 442 patients with diabetes there is a score of how far the disease had progressed a year later (25 to 346).
# A tired clerk types some with an extra zero: 151 becomes 1,510.
#
# *Predict:* after five such typos, where does the best constant prediction move under each loss?

# %%
score = data.diabetes().y
guesses = np.arange(100.0, 260.0)


def best_guess(typos, delta):
    """Return the constant of lowest loss, under the squared, the absolute and Huber's."""
    scores = score.copy()
    scores[:typos] *= 10
    d = guesses[:, None] - scores  # (guesses, patients)
    size = np.abs(d)
    huber = np.where(size <= delta, d**2 / 2, delta * (size - delta / 2))
    found = [guesses[each.mean(axis=1).argmin()] for each in (d**2, size, huber)]
    return scores, dict(zip(["squared", "absolute", "Huber"], found, strict=True))


for typos, delta in [(0, 50), (5, 50), (5, 1), (5, 300), (5, 3000)]:
    scores, found = best_guess(typos, delta)
    print(f"{typos} typos, delta {delta:4}: mean {scores.mean():.1f}, median", end=" ")
    print(f"{np.median(scores):.1f}; best:", ", ".join(f"{n} {v:.0f}" for n, v in found.items()))

# %% folded=true
HEIGHTS = np.random.default_rng(0).uniform(size=len(score))  # for sight only


def draw_typos(typos=5, delta=50):
    scores, found = best_guess(typos, delta)
    figure, ax = plots.subplots(height=3.8)
    ax.plot(scores[typos:], HEIGHTS[typos:], "o", color=plots.SKY, ms=4, label="as it was")
    ax.plot(scores[:typos], HEIGHTS[:typos], "X", color="black", ms=8, label="extra zero")
    looks = [("-", plots.VERMILLION), ("--", "black"), ("-.", plots.GREEN)]
    for (name, value), (line, colour) in zip(found.items(), looks, strict=True):
        ax.plot([value, value], [-0.05, 1.05], line, color=colour, label=name)
    ax.set(xlabel="score, as typed (log scale; one mark per patient)", yticks=[], xscale="log")
    ax.set(xlim=(20, 4000), ylim=(-0.05, 1.5), ylabel="(spread for sight)")
    ax.minorticks_off()
    ax.set_xticks([30, 100, 300, 1000, 3000], ["30", "100", "300", "1000", "3000"])
    ax.legend(ncols=3, loc="upper center")
    return figure, (
        f"{counted(typos, 'score')} with an extra zero, delta {delta}: best constant "
        + ", ".join(f"{value:.0f} ({name})" for name, value in found.items())
        + f". The mean is {scores.mean():.1f}, the median {np.median(scores):.1f}."
    )


explore(draw_typos, typos=(0, 30), delta=(1, 300))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By 15 under the squared error and by 1 under the absolute one. Huber's lies in between.
# </details>
#
# The squared error asks for the mean, the absolute error for the median, and Huber's goes from the median to the mean
# as $\delta$ grows.

# %% [markdown]
# ## Sitting 4 · To predict a time, or several things at once
#
# **How long does one live with a new heart, when a third of the patients were alive when last seen?**
#
# *Read in 40 minutes.* Run the cells of sitting 1 first. The last part, *Several answers at once* (13 minutes),
# needs nothing of the others and can wait.
#
# ### Times that are not finished
#
# Sixty-nine patients were given a new heart at Stanford, around 1970. Some died, and for them we know how long
# they lived. The others were alive when last seen. Their time is [censored](glossary.md#censoring): it is longer
# than what is written down, nobody knows by how much.

# %%
heart = data.heart_transplant()
days, died, age = heart.time, heart.event, heart.X[:, 0]
print(f"{len(days)} patients: {died.sum():.0f} died, {(died == 0).sum()} censored")
print(
    f"age {age.min():.0f} to {age.max():.0f}, followed for {days.min():.0f} to {days.max():.0f} days"
)

# %% folded=true
figure, ax = plots.subplots(height=4.6)
rank = np.argsort(np.argsort(days, kind="stable"))
ax.hlines(rank, 0, days, color=plots.GREY, lw=1)
for value, name, marker, colour in [
    (1, "died", "X", plots.VERMILLION),
    (0, "alive when last seen", "o", plots.BLUE),
]:
    here = died == value
    ax.plot(days[here], rank[here], marker, color=colour, ms=7, mec="white", ls="", label=name)
ax.set(xlabel="days since the transplant", ylabel="patient, by length of follow-up")
ax.legend(loc="lower right")
early = (died == 1) & (days <= 100)
plots.show(
    figure,
    f"One line per patient, as long as the patient was followed. {early.sum()} of the "
    f"{died.sum():.0f} deaths fall into the first 100 days; the longest of the "
    f"{(died == 0).sum()} censored patients was followed for {days[died == 0].max():.0f} days.",
)

# %% [markdown]
# **Two tempting mistakes.** Drop the censored patients, or count their last visit as their death. Beside both
# stands an estimate that uses everybody: at each day of death, take the share of those *still under observation*
# who survive it, and multiply these shares (Kaplan and Meier, 1958).

# %%
surviving = 1.0
for day in np.unique(days[died == 1]):
    surviving *= 1 - ((days == day) & (died == 1)).sum() / (days >= day).sum()
    if surviving <= 0.5:
        break
print("median survival in days")
print(f"  censored patients dropped:     {np.median(days[died == 1]):4.0f}")
print(f"  last visit counted as a death: {np.median(days):4.0f}")
print(f"  Kaplan and Meier:              {day:4.0f}")

# %% [markdown]
# Dropping the censored drops those who live. A squared error on the days would make either mistake. Kaplan and
# Meier's way assumes one thing, and so does all that follows: being censored must say nothing about the prognosis.
#
# ### A lottery at each death
#
# Do not ask *when*. Ask, at each death: *of all who could have died now, why this one?* It is a lottery. On
# the day of a death, every patient who is still under observation, the [risk set](glossary.md#risk-set), holds
# $e^{\eta}$ tickets. One is drawn. The loss is the surprise at who it was. A censored patient holds tickets in
# every draw up to the last visit, then leaves: that is how "at least so long" enters. This is the
# [Cox model](glossary.md#cox-model) (1972), and the loss is the negative logarithm of its *partial likelihood*, as a
# mean over deaths:
#
# $$L = \frac1D \sum_{i\,:\,\text{died}} \Big( -\eta_i + \ln\!\!\sum_{j\,:\,t_j \ge t_i}\! e^{\eta_j} \Big),
#   \qquad \eta_i = \beta x_i$$
#
# - $t_i$: how long patient $i$ was followed. $D$: the number of deaths.
# - $\eta_i$: the logarithm of the [hazard](glossary.md#hazard), the network's output: higher for who should die
#   sooner. Here it is one weight $\beta$ times the age $x_i$ in decades.
# - $\{j : t_j \ge t_i\}$: the risk set, the one who dies included.
#
# The tickets of a patient are the same on every day: the hazards are assumed *proportional*.
#
# It is the cross-entropy of sitting 1, and the classes are the patients at risk. Adding 3 to all $\eta$ changes
# nothing, so the last layer needs no bias and no activation.
#
# Train the one weight by descent, and compare with statsmodels. (Some patients die on the same day. The formula
# leaves each in the others' risk set, which is Breslow's way. Efron's lets them leave in every order at once. It
# is the library's default, and its loss is a little lower, 3.509 for 3.512: the figure below shows Efron's.)

# %%
from statsmodels.duration.hazard_regression import PHReg

decades = (age - age.mean()) / 10


def cox(eta):
    """Return Cox's loss, one death at a time (ties as Breslow)."""
    at_risk = [eta[days >= days[i]] for i in np.flatnonzero(died)]
    return np.mean([np.log(np.exp(waiting).sum()) for waiting in at_risk]) - eta[died == 1].mean()


beta = 0.0
for _ in range(200):
    slope = ref.cox_ph_loss_backward(1.0, beta * decades, days, died)  # with respect to each eta
    beta -= 1.0 * decades @ slope  # chain rule: eta changes by x when beta changes by 1
fit = PHReg(days, decades[:, None], status=died, ties="efron").fit()
low, high = fit.params[0] + 1.96 * fit.bse[0] * np.array([-1, 1])
print(f"loss at beta 0.5: Breslow {cox(0.5 * decades):.3f}", end=", ")
print(f"Efron {ref.cox_ph_loss(0.5 * decades, days, died):.3f}")
print(f"beta: descent {beta:.4f}, statsmodels {fit.params[0]:.4f}")
print(f"ten years older: hazard times {np.exp(beta):.2f}", end=" ")
print(f"(95 % interval {np.exp(low):.2f} to {np.exp(high):.2f})")
assert np.isclose(beta, fit.params[0], atol=1e-6)
assert np.isclose(cox(0.5 * decades), cox(0.5 * decades + 3))  # only differences count

# %% [markdown]
# **How good is the order?** Take two patients of whom we know who died first. Did the one with the higher risk die
# first? The [concordance index](glossary.md#concordance-index) $C$ is the share of such pairs in order; equal risks
# count one half. 1 is perfect, ½ is a coin. A pair counts only if the earlier time is a *death*: if the first was
# censored, nobody knows.

# %%
in_order = pairs = 0.0
for i in np.flatnonzero(died):
    later = (days > days[i]) | ((days == days[i]) & (died == 0))
    in_order += (age[later] < age[i]).sum() + 0.5 * (age[later] == age[i]).sum()
    pairs += later.sum()
print(f"{pairs:.0f} of {69 * 68 // 2} pairs count, C = {in_order / pairs:.3f}")
assert np.isclose(in_order / pairs, metrics.concordance_index(decades, days, died))

rng = np.random.default_rng(0)
again = []
for _ in range(1000):  # the bootstrap: draw 69 patients with replacement, and ask again
    drawn = rng.integers(69, size=69)
    again.append(metrics.concordance_index(age[drawn], days[drawn], died[drawn]))
print("95 % interval: {:.2f} to {:.2f}".format(*np.percentile(again, [2.5, 97.5])))

# %% [markdown]
# Age orders 61 of 100 pairs, and the interval (from a *bootstrap*) reaches down to a coin.
#
# **Move** beta, and walk through the deaths. The upper picture is one lottery: each patient at risk, by age, with
# the share of tickets. The star is who died. *Predict:* what happens to the loss and to $C$ when you double a good
# beta? When you turn its sign?

# %% folded=true
ORDER = np.flatnonzero(died)[np.argsort(days[died == 1], kind="stable")]
BETAS = np.linspace(-1, 2, 61)
COX = [ref.cox_ph_loss(b * decades, days, died) for b in BETAS]


def draw_lottery(beta=0.5, death=10):
    i = ORDER[death - 1]
    waiting = days >= days[i]
    share = np.where(waiting, np.exp(beta * decades), 0)
    share /= share.sum()
    loss, none = (ref.cox_ph_loss(b * decades, days, died) for b in (beta, 0))
    C = metrics.concordance_index(beta * decades, days, died)
    figure, (top, low) = plots.subplots(2, 1, height=6)
    top.vlines(age[waiting], 0, share[waiting], color=plots.GREY, lw=1)
    top.plot(age[waiting], share[waiting], "o", color=plots.BLUE, ms=6, label="at risk")
    top.plot(
        age[i], share[i], "*", color=plots.VERMILLION, ms=18, mec="white", label="died this day"
    )
    top.set(xlabel="age (years)", ylabel="share of tickets", xlim=(15, 70), xticks=[20, 40, 60])
    top.set_ylim(0, 1.45 * share.max())
    top.legend(ncols=2, loc="upper left")
    low.plot(BETAS, COX, "-", color="black")
    low.axhline(none, color=plots.GREY, ls=":")
    low.plot(beta, loss, "*", color=plots.VERMILLION, ms=17, mec="white")
    low.set(xlabel="beta (per ten years of age)", ylabel="Cox loss (nats per death)")
    low.set(xticks=[-1, 0, 1, 2])
    return figure, (
        f"Beta {beta:.2f}: loss {loss:.3f} (with beta 0, {none:.3f}), C = {C:.3f}. Death {death}, day "
        f"{days[i]:.0f}: {waiting.sum()} at risk, the patient who died was {age[i]:.0f} years old and "
        f"held {share[i]:.1%} of the tickets."
    )


explore(draw_lottery, beta=(-1.0, 2.0, 0.05), death=(1, 45))

# %%
for b in [0.25, 0.5, 1.0, 2.0, -0.5]:
    C = metrics.concordance_index(b * decades, days, died)
    print(f"beta {b:5.2f}   loss {ref.cox_ph_loss(b * decades, days, died):.3f}   C {C:.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# As long as beta is positive, $C$ does not move: it sees only the order. The loss sees how much, and rises. The
# other sign turns the order: $C$ becomes $1 - C$.
# </details>
#
# It is accuracy and loss again: $C$ asks *who*, the loss asks *how sure*.
#
# **What this is not.** 69 patients, published in 1976; one measurement, no validation, and care has changed
# since. Nobody should learn their prognosis from it.
#
# ### Several answers at once
#
# **Two losses are added. Which of them does the network hear?**
#
# One network may predict two things: malignant or not, and how large the nuclei are. A shared layer reads the
# patient, and two [heads](glossary.md#head) answer. Descent needs one number, so the losses are added:
# $L = w_1 L_1 + w_2 L_2$. The weights say what one unit of each loss is worth to you.
#
# Six measurements without size go in. $L_1$ is the cross-entropy of the diagnosis, with $w_1 = 1$. $L_2$ is the
# MSE of the area in *standard deviations* (SD). In raw units that MSE is larger by the variance. So raw units act
# as a weight, and a large one.
#
# A weight of 100,000 makes the gradient 100,000 times larger, and the old step would explode. So the learning rate
# is divided by $1 + w_2$. Remember that: the step that suits the area is then tiny for the diagnosis.
#
# Read the training loop as: move all weights downhill, 200 times (units 05 and 06).

# %%
names = ["texture", "smoothness", "compactness", "concavity", "symmetry", "fractal dimension"]
inputs = np.column_stack([table.column(f"mean {name}") for name in names])
area = table.column("mean area")
order = np.random.default_rng(0).permutation(len(y))
train, test = order[:400], order[400:]
RAW = area[train].var()
inputs = torch.tensor((inputs - inputs[train].mean(axis=0)) / inputs[train].std(axis=0))
size = torch.tensor((area - area[train].mean()) / area[train].std())
ill = torch.tensor(y).double()


def both_losses(network, rows):
    logit, guess = network(inputs[rows]).T
    return F.binary_cross_entropy_with_logits(logit, ill[rows]), F.mse_loss(guess, size[rows])


def two_heads(weight, seed=0, steps=200):
    """Train; return both losses at each step, and at the end on the other patients."""
    torch.manual_seed(seed)
    shared = torch.nn.Linear(6, 8)  # six measurements in, eight neurons
    heads = torch.nn.Linear(8, 2)  # two neurons, one for each answer: these are the two heads
    network = torch.nn.Sequential(shared, torch.nn.Tanh(), heads)  # one after the other
    optimizer = torch.optim.SGD(network.double().parameters(), lr=0.2 / (1 + weight))
    path = []
    for _ in range(steps):
        L1, L2 = both_losses(network, train)
        path.append([L1.item(), L2.item()])
        optimizer.zero_grad()  # forget the gradient of the last step
        (1.0 * L1 + weight * L2).backward()  # the gradient for every weight
        optimizer.step()  # one step downhill
    return np.array(path), [loss.item() for loss in both_losses(network, test)]


WEIGHTS = {f"10^{k}": 10.0**k for k in range(-2, 5)} | {"raw units": RAW}
RUNS = {name: [two_heads(w, seed) for seed in range(5)] for name, w in WEIGHTS.items()}

# %% [markdown]
# **Move** the weight of the area, and the random `start`. *Predict:* at which weights do both heads learn? What has
# the diagnosis learned when the area comes in raw units?

# %% folded=true
LOG_WEIGHTS = np.log10([*WEIGHTS.values()])


def draw_heads(weight="raw units", start=0):
    path, end = RUNS[weight][start]
    order = np.argsort(LOG_WEIGHTS)
    sweep = np.array([runs[start][1] for runs in RUNS.values()])[order]
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    for k, (name, marker, colour) in enumerate(
        [("diagnosis (nats)", "o", plots.BLUE), ("area (squared SD)", "s", plots.VERMILLION)]
    ):
        style = {"color": colour, "ls": ["-", "--"][k]}
        left.plot(path[:, k], **style, label=name)
        right.plot(LOG_WEIGHTS[order], sweep[:, k], marker=marker, ms=5, **style)
        right.plot(np.log10(WEIGHTS[weight]), end[k], "*", color=colour, ms=17, mec="white")
    right.axhline(losses["the base rate"], color=plots.GREY, lw=1)
    right.text(-2, 0.57, "diagnosis by base rate", color=plots.GREY, fontsize=11)
    left.set(xlabel="step", ylabel="loss in training", ylim=(0, 1.6), xticks=[0, 100, 200])
    left.legend(fontsize=11)
    right.set(xlabel="log10 of the weight", ylabel="loss, other patients", ylim=(0, 1.6))
    right.set(xticks=[-2, 0, 2, 4])
    return figure, (
        f"Weight {weight}, start {start}: after 200 steps the diagnosis costs {end[0]:.3f} nats on 169 "
        f"other patients (the base rate {losses['the base rate']:.3f}), the area {end[1]:.3f} squared SD."
    )


explore(draw_heads, weight=list(WEIGHTS), start=(0, 4))

# %%
print(f"raw units: a weight of {RAW:,.0f}; other patients, five starts: lowest, highest")
print("weight     diagnosis      area")
for name in ["10^-2", "10^0", "10^1", "raw units"]:
    ends = np.array([end for _, end in RUNS[name]])
    low, high = ends.min(axis=0), ends.max(axis=0)
    print(f"{name:9}  {low[0]:.2f} to {high[0]:.2f}   {low[1]:.2f} to {high[1]:.2f}")
path = RUNS["raw units"][0][0] @ [1, RAW]
print(f"the total loss in raw units, start 0: {path[0]:,.0f} to {path[-1]:,.0f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Around the weight 1. In raw units the diagnosis ends above 0.660, the loss of knowing nothing, from each of five
# starts.
# </details>
#
# Nothing warns: the total loss falls. So standardize targets first, then choose weights on purpose.

# %% [markdown]
# ## Sources
#
# - Shannon, *A mathematical theory of communication* (1948): entropy.
#   [doi:10.1002/j.1538-7305.1948.tb01338.x](https://doi.org/10.1002/j.1538-7305.1948.tb01338.x)
# - Kullback and Leibler, *On information and sufficiency* (1951).
#   [doi:10.1214/aoms/1177729694](https://doi.org/10.1214/aoms/1177729694)
# - Good, *Rational decisions* (1952): why the logarithm is a proper score.
#   [doi:10.1111/j.2517-6161.1952.tb00104.x](https://doi.org/10.1111/j.2517-6161.1952.tb00104.x)
# - Huber, *Robust estimation of a location parameter* (1964).
#   [doi:10.1214/aoms/1177703732](https://doi.org/10.1214/aoms/1177703732)
# - Kaplan and Meier, *Nonparametric estimation from incomplete observations* (1958).
#   [doi:10.1080/01621459.1958.10501452](https://doi.org/10.1080/01621459.1958.10501452)
# - Cox, *Regression models and life-tables* (1972).
#   [doi:10.1111/j.2517-6161.1972.tb00899.x](https://doi.org/10.1111/j.2517-6161.1972.tb00899.x)
# - Breslow, *Covariance analysis of censored survival data* (1974).
#   [doi:10.2307/2529620](https://doi.org/10.2307/2529620)
# - Efron, *The efficiency of Cox's likelihood function for censored data* (1977).
#   [doi:10.1080/01621459.1977.10480613](https://doi.org/10.1080/01621459.1977.10480613)
# - Harrell and others, *Evaluating the yield of medical tests* (1982): concordance.
#   [doi:10.1001/jama.1982.03320430047030](https://doi.org/10.1001/jama.1982.03320430047030)
# - Caruana, *Multitask learning* (1997).
#   [doi:10.1023/A:1007379606734](https://doi.org/10.1023/A:1007379606734)
# - Grandvalet and Bengio, *Semi-supervised learning by entropy minimization* (2004), no DOI.
# - Pereyra and others, *Regularizing neural networks by penalizing confident output distributions* (2017).
#   [doi:10.48550/arXiv.1701.06548](https://doi.org/10.48550/arXiv.1701.06548)
# - Guo and others, *On calibration of modern neural networks* (2017): temperature scaling.
#   [doi:10.48550/arXiv.1706.04599](https://doi.org/10.48550/arXiv.1706.04599)
# - Data: Street, Wolberg and Mangasarian, *Nuclear feature extraction for breast tumor diagnosis* (1993).
#   [doi:10.1117/12.148698](https://doi.org/10.1117/12.148698)
# - Data: Efron and others, *Least angle regression* (2004).
#   [doi:10.1214/009053604000000067](https://doi.org/10.1214/009053604000000067)
# - Data: Miller, *Least squares regression with censored data* (1976).
#   [doi:10.1093/biomet/63.3.449](https://doi.org/10.1093/biomet/63.3.449)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - For p = 0.90 a source prints a cross-entropy of about 0.15. In nats, which it asks for, it is 0.105; 0.152 is
#   the value in bits.
# - The first of two patients has the true label 0, 1, 1 there. A one-hot label has a single 1: 0, 1, 0. The printed
#   loss, 0.51 = −ln 0.60, belongs to that.
# </details>
