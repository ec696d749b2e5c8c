# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · The neuron
#
# **How large must a cell nucleus be before one neuron says "malignant"?**
#
# A needle takes a few cells from a lump in the breast. Somebody outlines and measures their nuclei.
# A single artificial neuron reads one measurement and answers with a probability. You build it,
# train it, and decide when it should ring the alarm.
#
# After this lecture you can
#
# 1. write a neuron as a weighted sum and an activation, in NumPy and in torch;
# 2. tell *where* its decision boundary lies from *how sure* it is;
# 3. derive the gradient of its loss, and train it;
# 4. pick an alarm threshold and report what it costs, with intervals;
# 5. choose an activation, and say what goes wrong in training.
#
# *You need:* the core of [01](01_learning_from_data.ipynb); the chain rule for derivatives.
# *Lab:* [lab 02](../labs/02_neuron.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded; three dots open them.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

# %% [markdown]
# ## Sitting 1 · To build one neuron, train it, and set its alarm
#
# *Read in 60 minutes.*
#
# ### The patients
#
# The Wisconsin data hold 569 biopsies. Two warnings.
#
# - **It is the nucleus, not the tumour.** `mean radius` is the average radius of the cell
#   *nuclei* on one slide, in image units. Many texts call it "tumour size".
# - **Zero once meant malignant.** The copy in scikit-learn codes malignant as 0. Here 1 is
#   malignant.

# %%
table = data.breast_cancer()
y = table.y
radius = table.column("mean radius")

print(f"{len(y)} patients, {y.sum()} malignant ({y.mean():.1%})")
for value, name in [(0, "benign"), (1, "malignant")]:
    r = radius[y == value]
    print(f"{name:9}  mean radius {r.mean():.2f}, from {r.min():.2f} to {r.max():.2f}")

# %% folded=true
figure, ax = plots.subplots(height=3.4)
plots.patients.histograms(ax, radius, y)
ax.set(xlabel="mean radius of the nuclei (image units)", ylabel="patients")
ax.legend()
overlap = ((radius >= radius[y == 1].min()) & (radius <= radius[y == 0].max())).sum()
plots.show(
    figure,
    f"Two histograms of mean radius that overlap: {overlap} of {len(y)} patients lie between "
    f"the smallest malignant ({radius[y == 1].min():.2f}) and the largest benign value "
    f"({radius[y == 0].max():.2f}).",
)

# %% [markdown]
# Large nuclei are suspicious, and no single cut separates the two groups. So a useful answer
# is not "yes" or "no" but "how likely".
#
# **Before you scroll on, write down a number:** at which radius would *you* start to worry?
#
# ### A weighted sum, then an activation
#
# **Intuition.** Think of a triage nurse. Each finding adds evidence for or against. Some
# findings weigh more than others. The nurse also starts with an expectation, since most
# patients turn out to be fine. The sum becomes a judgement. A [neuron](glossary.md#neuron) does
# that and nothing else.
#
# **Formula.** For one patient with measurements $x_1, \dots, x_p$
#
# $$z = w_1 x_1 + \dots + w_p x_p + b, \qquad \hat p = \varphi(z)$$
#
# - $x_j$: the $j$-th measurement; $p$ of them.
# - $w_j$: its [weight](glossary.md#weight), in evidence per unit of $x_j$.
# - $b$: the [bias](glossary.md#bias), where the neuron starts before any finding is known.
# - $z$: the [weighted sum](glossary.md#weighted-sum).
# - $\varphi$: the [activation function](glossary.md#activation), here the sigmoid of the next part.
# - $\hat p$: the neuron's answer, a probability.
#
# **In NumPy**, with two measurements and weights picked by hand. We first
# [standardize](glossary.md#standardize) both: subtract the mean, divide by the standard deviation.

# %%
mean, std = radius.mean(), radius.std()
x = (radius - mean) / std  # (569,): radius in standard deviations
texture = table.column("mean texture")
X = np.column_stack([x, (texture - texture.mean()) / texture.std()])  # (569, 2)

weights, bias = np.array([3.0, 1.0]), -0.7
z = X @ weights + bias  # (569,): one weighted sum per patient
p = 1 / (1 + np.exp(-z))
print("patient 0: x =", X[0].round(2), " z =", z[0].round(2), " p =", p[0].round(3))

# %% folded=true
figure, ax = plots.subplots(height=3.4)
plots.diagrams.neuron(
    ax, [("radius", X[0, 0]), ("texture", X[0, 1])], weights, bias, z[0], p[0], bend="sigmoid"
)
plots.show(
    figure,
    f"One neuron reads patient 0. Radius {X[0, 0]:.2f} times weight 3 plus texture {X[0, 1]:.2f} "
    f"times weight 1 plus bias -0.7 gives the weighted sum {z[0]:.2f}; the sigmoid turns it "
    f"into {p[0]:.2f}.",
)

# %% [markdown]
# Solid lines push towards "malignant", dashed lines away. This patient has large nuclei (+1.10 standard
# deviations) and an unusually smooth texture (−2.07).
#
# **The same in torch.** `F.linear` wants one row of weights per neuron:

# %%
row = torch.from_numpy(weights[None])  # (1, 2)
logit = F.linear(torch.from_numpy(X), row, torch.tensor([bias]).double())  # (569, 1)
print("torch, patient 0: p =", round(torch.sigmoid(logit[0, 0]).item(), 3))

# %% [markdown]
# ### The sigmoid: evidence becomes probability
#
# **Intuition.** Evidence adds up without limit. A probability must stay between 0 and 1. The
# [sigmoid](glossary.md#sigmoid) turns one into the other. Without evidence it says one half.
# Each further unit of evidence multiplies the *odds* by the same number, $e \approx 2.718$.
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad z = \ln\frac{\sigma}{1-\sigma}$$
#
# Odds are $\sigma/(1-\sigma)$: a probability of 0.8 is odds of 4 to 1. The second formula says
# that $z$ is the logarithm of the odds. Hence its name, the [logit](glossary.md#logit).
#
# <details><summary><b>Question.</b> A neuron says p = 0.8 for a patient. A new finding adds
# 2 to the logit. What does it say now?</summary>
#
# Odds of 0.8 are 4. Two more units multiply them by $e^2 = 7.39$. That gives odds of 29.6, so
# p = 29.6 / 30.6 = 0.967.
# </details>
#
# **A trap.** For $z = -1000$ the formula above forms $e^{1000}$, which is inf on a computer. You get
# the right 0, and a warning. Written as $e^z/(1+e^z)$ it fails at $z = +1000$: inf divided by inf is
# nan. So use the exponential of negative numbers only, as our `ref.sigmoid` does:

# %%
far = np.array([-1000.0, 0.0, 1000.0])
with np.errstate(all="ignore"):  # no warnings, for once
    print("1 / (1 + exp(-z)):    ", 1 / (1 + np.exp(-far)))
    print("exp(z) / (1 + exp(z)):", np.exp(far) / (1 + np.exp(far)))
e = np.exp(-np.abs(far))  # never above 1
print("stable:               ", np.where(far >= 0, 1, e) / (1 + e))

# %% [markdown]
# ### One number for how wrong
#
# To compare weights we need a [loss](glossary.md#loss): one number for how wrong the answers
# are. Take the neuron's *surprise* at the truth ([information content](glossary.md#information)). It is
# minus the logarithm of the probability that the neuron gave to what turned out true:
#
# $$\ell_\text{malignant} = -\ln \hat p, \qquad \ell_\text{benign} = -\ln(1 - \hat p)$$
#
# Right and sure costs little. Wrong and sure costs a lot. The mean over all patients is the
# **binary [cross-entropy](glossary.md#cross-entropy)**. Unit 04 says why the logarithm.
#
# ### Where, and how sure
#
# **Intuition.** One neuron with one input has two parameters. Together they decide two separate
# things: *where* it changes its mind, and *how abruptly*. With the sigmoid, $\hat p = \tfrac12$
# exactly where the logit is 0:
#
# $$w x + b = 0 \quad\Longleftrightarrow\quad x = -\frac{b}{w}$$
#
# This point is the [decision boundary](glossary.md#decision-boundary). With two inputs it is a
# line, with thirty a hyperplane: always flat.
#
# Circles are benign patients, triangles malignant ones. The neuron reads radius in standard
# deviations. The contours on the right are the losses of all settings, and the dot is yours. Find the
# setting with the lowest loss by hand. *Predict:* can you lower the loss *without* moving the
# boundary? Can you change the accuracy without moving it?

# %% folded=true
grid_w, grid_b = np.linspace(-2, 10, 49), np.linspace(-5, 4, 37)
logits = grid_w[None, :, None] * x + grid_b[:, None, None]  # (b, w, patients)
surface = ref.binary_cross_entropy_with_logits(
    logits, np.broadcast_to(y, logits.shape), reduction="none"
).mean(-1)


def contours(ax):
    lines = ax.contour(
        grid_w, grid_b, surface, [0.3, 0.45, 0.9, 2.2], colors=plots.GREY, linewidths=1
    )
    ax.clabel(lines, fontsize=10)
    ax.set(xlabel="weight w (per sd of radius)", ylabel="bias b")


def draw(w=1.0, b=1.0):
    said = ref.sigmoid(w * x + b)
    loss = ref.binary_cross_entropy_with_logits(w * x + b, y)
    accuracy = ((said >= 0.5) == y).mean()

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    plots.patients.jittered(left, radius, y)
    xs = np.linspace(radius.min(), radius.max(), 200)
    left.plot(xs, ref.sigmoid(w * (xs - mean) / std + b), "-", color="black")
    left.set(xlabel="mean radius (image units)", ylabel="p(malignant)", ylim=(-0.12, 1.12))
    contours(right)
    right.plot(w, b, "o", color=plots.VERMILLION, ms=11)
    right.set_title(f"loss {loss:.3f}")
    where = "nowhere"
    if w:
        boundary = mean - std * b / w
        where = f"at radius {boundary:.2f}"
        left.axvline(boundary, color=plots.GREY, linestyle=":")
    sentence = (
        f"Weight {w:.1f}, bias {b:.1f}: the neuron changes its mind {where}, "
        f"accuracy {accuracy:.3f}, loss {loss:.3f}."
    )
    return figure, sentence


explore(draw, w=(-2.0, 10.0, 0.1), b=(-5.0, 4.0, 0.1))

# %% [markdown]
# Now multiply a good $w$ and $b$ by the same number $k$:

# %%
for k in [-1, 0.25, 0.5, 1, 2, 10]:
    w, b = k * 3.6, k * -0.6
    loss = ref.binary_cross_entropy_with_logits(w * x + b, y)
    accuracy = ((w * x + b >= 0) == y).mean()
    print(f"k {k:5}: boundary {mean - std * b / w:.2f}, accuracy {accuracy:.3f}, loss {loss:.3f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The loss yes. The accuracy only by exchanging the sides: a negative $k$ turns 0.877 into 0.123.
# The five positive $k$ have one accuracy and five losses. Too timid (¼) and too sure (10) cost more.
# </details>
#
# So accuracy does not see how sure a neuron is. The loss does.
#
# ### Training: the neuron finds its own weights
#
# **Intuition.** You saw the valley in the contours. The neuron cannot see it. It can feel the
# slope where it stands, and step downhill: [gradient descent](glossary.md#gradient-descent).
#
# **The slope with respect to z**, for one patient. Put $\hat p = 1/(1+e^{-z})$ into the loss of a
# malignant patient:
#
# $$\ell_\text{malignant} = -\ln\frac{1}{1+e^{-z}} = \ln(1 + e^{-z})$$
#
# Write $u = 1 + e^{-z}$. The chain rule multiplies the slope of $\ln u$, which is $1/u$, with that
# of $u$, which is $-e^{-z}$:
#
# $$\frac{d\ell_\text{malignant}}{dz} = \frac{1}{u}\cdot(-e^{-z}) = -\frac{u - 1}{u}
#   = \frac{1}{u} - 1 = \hat p - 1$$
#
# For a benign patient $1 - \hat p = 1/(1+e^{z})$, so the loss is $\ln(1+e^{z})$:
#
# $$\frac{d\ell_\text{benign}}{dz} = \frac{e^{z}}{1+e^{z}} = \frac{1}{1+e^{-z}} = \hat p - 0$$
#
# With $y = 1$ for malignant and $y = 0$ for benign both are **$\hat p - y$, what was said less what
# is true.**
#
# **The slope with respect to the weights.** The weight $w_j$ changes the logit by $x_j$, the bias
# by 1. The chain rule again. $L$ is the mean loss of $n$ patients, and $i$ counts them:
#
# $$\frac{\partial L}{\partial w_j} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)\,x_{ij}, \qquad
#   \frac{\partial L}{\partial b} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)$$
#
# Error times input: a weight is corrected in proportion to the input that carried the error.
#
# **On paper.** Two patients with two measurements, weights and bias 0:
#
# | who | first $x_1$ | second $x_2$ | truth $y$ | said $\hat p$ | error $\hat p - y$ | times $x_1$ | times $x_2$ |
# |---|---|---|---|---|---|---|---|
# | patient 1 | 1 | 2 | 1 | ½ | −½ | −½ | −1 |
# | patient 2 | −1 | 1 | 0 | ½ | ½ | −½ | ½ |
# | mean | | | | | 0 | −½ | −¼ |
#
# The last row holds the three slopes. Does torch find the same?

# %%
two, truth = torch.tensor([[1.0, 2.0], [-1.0, 1.0]]), torch.tensor([1.0, 0.0])
wt, bt = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
F.binary_cross_entropy_with_logits(two @ wt + bt, truth).backward()
print("slopes with respect to w:", wt.grad.numpy(), " to b:", bt.grad.numpy())

# %% [markdown]
# Now **step against the gradient**: $w \leftarrow w - \eta\,\partial L/\partial w$, the same for
# $b$. The step size $\eta$ is the learning rate. All patients, radius alone, 2,000 steps:

# %%
w, b, lr = 0.0, 0.0, 1.0
for _ in range(2000):
    error = ref.sigmoid(w * x + b) - y  # (569,)
    w, b = w - lr * (error * x).mean(), b - lr * error.mean()

w_fit, b_fit = w, b  # kept under names of their own: later cells need them
fitted = ref.sigmoid(w_fit * x + b_fit)  # the trained neuron's answers
print(f"w = {w_fit:.4f}, b = {b_fit:.4f}")
print(f"the neuron says malignant from a mean radius of {mean - std * b_fit / w_fit:.2f}")

# %% [markdown]
# There is the answer to the opening question: **14.75**. Compare it with yours. (Sitting 3 asks how
# firm it is.)
#
# **The same in torch.** Torch finds the gradient by itself (unit 06 shows how).

# %%
xt, yt = torch.from_numpy(x), torch.from_numpy(y).double()
wt = torch.zeros((), dtype=torch.float64, requires_grad=True)
bt = torch.zeros((), dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([wt, bt], lr=1.0)
for _ in range(2000):
    optimizer.zero_grad()
    F.binary_cross_entropy_with_logits(wt * xt + bt, yt).backward()
    optimizer.step()
print(f"torch: w = {wt.item():.4f}, b = {bt.item():.4f}")

# %% [markdown]
# **It has another name.** A neuron with a sigmoid, trained with cross-entropy, is [logistic
# regression](glossary.md#logistic-regression), known since the 1940s (Berkson, 1944). scikit-learn
# adds a penalty on large weights (unit 08). `C=np.inf` switches it off, and the weights are ours:

# %%
from sklearn.linear_model import LogisticRegression

same = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)
print(f"scikit-learn: w = {same.coef_[0, 0]:.4f}, b = {same.intercept_[0]:.4f}")

# %% [markdown]
# ### When should the alarm ring?
#
# **Intuition.** Nobody has to ring the alarm at ½. A missed cancer and a needless second test do
# not cost the same. Where to ring is a decision for people. The neuron only ranks the patients.
#
# - [Threshold](glossary.md#threshold) $t$: the probability from which it rings. In radius, solve
#   $wx + b = \ln\frac{t}{1-t}$ for $x$.
# - An alarm is a [positive prediction](glossary.md#positive).
# - [Sensitivity](glossary.md#sensitivity): the share of malignant cases that ring.
# - [Specificity](glossary.md#specificity): the share of benign cases that do not.
#
# A share of a few hundred patients is uncertain, so we print 95 % intervals (Wilson, 1927). *Predict:* to find
# 95 of 100 cancers, how many of 100 benign lumps get a false alarm?


# %% folded=true
def draw_threshold(threshold=0.5):
    alarm = fitted >= threshold
    found, spared = metrics.sensitivity(y, alarm), metrics.specificity(y, alarm)
    cut = mean + std * (np.log(threshold / (1 - threshold)) - b_fit) / w_fit

    figure, (top, bottom) = plots.subplots(2, 1, height=5, height_ratios=[2, 1])
    plots.patients.histograms(top, fitted, y, bins=25)
    top.axvline(threshold, color="black", linestyle="--")
    top.set(xlabel="the neuron's p(malignant)", ylabel="patients")
    top.legend()
    for row, share in enumerate([spared, found]):
        bottom.plot([share.low, share.high], [row, row], "-", color=plots.GREY)
        bottom.plot(share.share, row, "o", color=plots.BLUE, ms=9)
    bottom.set(yticks=[0, 1], yticklabels=["specificity", "sensitivity"])
    bottom.set(xlim=(0, 1), ylim=(-0.6, 1.6), xlabel="share, with its 95 % interval")
    sentence = (
        f"Alarm from p = {threshold:.2f}, which is radius {cut:.2f}: sensitivity {found}, "
        f"specificity {spared}."
    )
    return figure, sentence


explore(draw_threshold, threshold=(0.01, 0.99, 0.01))

# %%
for threshold in [0.5, 0.1]:
    alarm = fitted >= threshold
    print(f"threshold {threshold}: sensitivity", metrics.sensitivity(y, alarm))
    print("               specificity", metrics.specificity(y, alarm))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# About 40: at 0.1 the neuron misses one cancer in 24 and alarms 41 % of the benign.
# </details>
#
# **What this is not.** The neuron was fitted on these same patients, from one clinic, decades ago.
# Nothing here says how it would do on yours.
#
# <details><summary><b>Question.</b> Somebody reports 88 % accuracy for this neuron. What do you ask
# next?</summary>
#
# How many of the patients are ill: here, always saying "benign" reaches 63 %. Sensitivity and
# specificity, with intervals. At which threshold, who chose it, and on which patients.
# </details>
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | `y` of shape (n,) against `p` of shape (n, 1) | no error: an (n, n) table, and a wrong loss |
# | gradient with the wrong sign | the loss rises from the first step |
# | gradient summed, not averaged | the same learning rate explodes on a larger data set |
# | probability where a logit is asked | even for perfect ones the loss is 0.55 |
# | sigmoid applied twice | answers only between 0.50 and 0.73 |
#
# In numbers:

# %%
wrong = np.where(y == 1, -np.log(fitted[:, None]), -np.log(1 - fitted[:, None]))
print("shape", wrong.shape, f"mean {wrong.mean():.2f}; right would be 0.29")
print(f"labels as logits: {ref.binary_cross_entropy_with_logits(y.astype(float), y):.2f}")
print("sigmoid of sigmoid:", ref.sigmoid(ref.sigmoid(far)).round(2))

# %% [markdown]
# ### Summary
#
# - A neuron is a weighted sum and an activation. It changes its mind where the sum is 0. Multiplying
#   weights and bias by the same positive number changes only how sure it is.
# - The gradient of the cross-entropy is error times input, the error being $\hat p - y$.
# - With a sigmoid and cross-entropy, one neuron is logistic regression. Here it changes its mind at
#   radius 14.75.
# - The threshold is a decision about costs. Report sensitivity and specificity, with intervals.
#
# ### On Monday
#
# - **Yes or no from a table:** start with logistic regression on standardized columns. With many
#   columns keep scikit-learn's penalty.
# - **In torch:** `nn.Linear(p, 1)` and `nn.BCEWithLogitsLoss`, which wants the logit.
# - **Threshold:** from what a miss and a false alarm cost, set before you look at the test patients.
# - **Judge** each patient by a model fitted without that patient. Report both kinds of error, with
#   intervals.

# %%
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint

inputs, truth = radius[:, None], y  # yours: (patients, measurements); 1 is ill
threshold = 0.1
model = make_pipeline(StandardScaler(), LogisticRegression(C=np.inf))  # no penalty
answers = cross_val_predict(model, inputs, truth, cv=10, method="predict_proba")[:, 1]
alarm = answers >= threshold
for name, right in (("sensitivity", alarm[truth == 1]), ("specificity", ~alarm[truth == 0])):
    low, high = proportion_confint(right.sum(), len(right), method="wilson")
    print(f"{name} {right.mean():.2f} ({low:.2f} to {high:.2f})")
scale, neuron = model.fit(inputs, truth)
logit = np.log(threshold / (1 - threshold))
cut = scale.mean_[0] + scale.scale_[0] * (logit - neuron.intercept_[0]) / neuron.coef_[0, 0]
print(f"one measurement: alarm from {cut:.2f}")

# %% [markdown]
# ## Sitting 2 · To choose an activation
#
# **Of six activations, which one belongs where?**
#
# *Read in 30 minutes.* Run the cells of sitting 1 first.
#
# ### Why an activation must bend
#
# A sum of sums is a sum. Stack a thousand neurons that only add, and you could have used one:
#
# $$w_2(w_1 x + b_1) + b_2 = (w_2 w_1)\,x + (w_2 b_1 + b_2)$$
#
# The left side is two neurons in a row, the right side one. In numbers:

# %%
seven = np.linspace(-3, 3, 7)
print("two neurons that only add:", -1.5 * (2.0 * seven + 1.0) + 0.5)
print("one of weight -3, bias -1:", -3.0 * seven - 1.0)

# %% [markdown]
# So the activation between two neurons must not be linear.
#
# ### A step has no slope
#
# The first artificial neuron (McCulloch and Pitts, 1943) had the
# [step function](glossary.md#step-function): 0 below a threshold, 1 from it on. Descent cannot train
# it. Move its threshold a little: usually no patient changes sides, so the error does not move, and
# nothing tells you which way to go.
#
# Slide a step's threshold over all radii and count mistakes. Do the same with the loss of a sigmoid
# neuron as steep as the trained one.

# %%
steepness = w_fit / std
print(f"steepness {steepness:.2f} per image unit")
thresholds = np.linspace(8, 22, 1001)
mistakes = np.array([(ref.step(radius - t) != y).mean() for t in thresholds])
smooth = np.array(
    [ref.binary_cross_entropy_with_logits(steepness * (radius - t), y) for t in thresholds]
)

# %% folded=true
near = (thresholds > 13) & (thresholds < 13.3)
figure, panels = plots.subplots(1, 2, width=7.6, height=3.6, width_ratios=[3, 2])
for ax, part in zip(panels, [slice(None), near], strict=True):
    ax.plot(thresholds[part], mistakes[part], label="step: mistakes", drawstyle="steps-post")
    ax.plot(thresholds[part], smooth[part], label="sigmoid: loss")
    ax.set(xlabel="threshold on mean radius")
panels[0].set(ylabel="share of mistakes, or loss", ylim=(0, 1.4))
panels[0].legend()
panels[1].set_title("close up", fontsize=13)
flat = (np.diff(mistakes) == 0).mean()
plots.show(
    figure,
    f"Two curves of how wrong a threshold is, and a close-up from 13.0 to 13.3. The step's error "
    f"is a staircase: from one threshold to the next it does not change in {flat:.0%} of cases. "
    f"The sigmoid's loss slopes everywhere, down to its floor at {thresholds[smooth.argmin()]:.2f}.",
)

# %% [markdown]
# The perceptron (Rosenblatt, 1958) had a step too, and learned by another rule: only patients on the
# wrong side move the weights. It comes to rest only if a hyperplane separates the groups.
#
# ### The slope of the sigmoid
#
# Write $\sigma = 1/u$ with $u = 1 + e^{-z}$. The inner and the outer derivative are
#
# $$\frac{du}{dz} = -e^{-z}, \qquad \frac{d\sigma}{du} = -\frac{1}{u^2}$$
#
# The chain rule multiplies them. Split the product in two factors:
#
# $$\sigma'(z) = \frac{e^{-z}}{u^2} = \frac1u \cdot \frac{e^{-z}}{u}$$
#
# The first is $\sigma$. In the second, $e^{-z} = u - 1$, so it is $1 - 1/u = 1 - \sigma$:
#
# $$\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$$
#
# It is largest at $z = 0$: ¼. The last column checks it: move $z$ by 0.001 to both sides, and divide
# the change of $\sigma$ by 0.002.

# %%
for at in [-4.0, -2.0, 0.0, 2.0, 4.0]:
    s = ref.sigmoid(at)
    measured = (ref.sigmoid(at + 0.001) - ref.sigmoid(at - 0.001)) / 0.002
    print(f"z {at:+.0f}  σ {s:.3f}  σ(1 - σ) {s * (1 - s):.4f}  measured {measured:.4f}")

# %% [markdown]
# ### Six activations
#
# The activation decides what the neuron can express and, through its slope, how well it learns.
#
# | activation | formula | slope | where you meet it |
# |---|---|---|---|
# | step | 1 if $z \ge 0$, else 0 | 0 | 1943; today in textbooks |
# | sigmoid | $1/(1+e^{-z})$ | $\sigma(1-\sigma)$, at most ¼ | output neuron for yes or no |
# | [tanh](glossary.md#tanh) | $2\sigma(2z)-1$ | $1-\tanh^2 z$, at most 1 | recurrent networks |
# | [ReLU](glossary.md#relu) | $\max(0, z)$ | 0 or 1 | the default inside networks |
# | [leaky ReLU](glossary.md#leaky-relu) | $z$, or $0.01z$ below 0 | 0.01 or 1 | where ReLUs die |
# | [GELU](glossary.md#gelu) | $z\,\Phi(z)$ | $\Phi(z)+z\,\Phi'(z)$ | transformers |
#
# Here $\Phi$ is the share of a normal distribution below $z$, and its slope $\Phi'$ is the bell curve.
#
# Move $z$. The dashed line is the tangent: its slope is all that descent sees. *Predict:* which
# activations have a region where the tangent is exactly flat?

# %% folded=true
ACTIVATIONS = ["step", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"]


def draw_activation(activation="sigmoid", z=1.0):
    f, f_backward = getattr(ref, activation), getattr(ref, f"{activation}_backward")
    zs = np.linspace(-5, 5, 401)
    value, slope = float(f(z)), float(f_backward(1.0, z))

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.5)
    left.plot(zs, f(zs), color=plots.BLUE, linestyle="-")
    near = np.array([z - 1.5, z + 1.5])
    left.plot(near, value + slope * (near - z), "--", color=plots.VERMILLION)
    left.plot(z, value, "o", color=plots.VERMILLION, ms=9)
    left.set(xlabel="weighted sum z", ylabel=f"{activation}(z)", ylim=(-1.4, 5.2))
    right.plot(zs, f_backward(np.ones_like(zs), zs), color=plots.GREEN, linestyle="-")
    right.plot(z, slope, "o", color=plots.VERMILLION, ms=9)
    right.set(xlabel="weighted sum z", ylabel="slope", ylim=(-0.25, 1.25))
    return figure, f"{activation} at z = {z:.1f}: value {value:.3f}, slope {slope:.3f}."


explore(draw_activation, activation=ACTIVATIONS, z=(-5.0, 5.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The step everywhere, and ReLU below 0.
# </details>
#
# **The same in torch**, slopes included. At exactly 0 it takes ReLU's as 0, and leaky ReLU's as 0.01.

# %%
for f in (torch.sigmoid, torch.tanh, F.relu, F.leaky_relu, F.gelu):
    zt = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], dtype=torch.float64, requires_grad=True)
    f(zt).sum().backward()
    print(f"{f.__name__:10}  slope", zt.grad.numpy().round(3))

# %% [markdown]
# **What if** a ReLU neuron's sum is negative for every patient? Its slope is 0 for all of them, so
# nothing ever changes it. It is a [dead unit](glossary.md#dead-unit). Leaky ReLU keeps a small slope.
#
# ### Three diagnoses: softmax
#
# With three diagnoses you use three neurons. Each adds up its own evidence.
# [Softmax](glossary.md#softmax) turns the three sums into shares of one cake. For scores
# $z_1, \dots, z_C$ of $C$ classes
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{C} e^{z_j}}$$
#
# Adding the same number to all scores changes nothing: it cancels. So subtract the largest one
# first, and no exponent is ever positive.

# %%
scores = np.array([[2.0, 1.0, -1.0], [1002.0, 1001.0, 999.0]])
e = np.exp(scores - scores.max(axis=-1, keepdims=True))
print("by hand:", (e / e.sum(axis=-1, keepdims=True)).round(3).tolist())
print("torch:  ", torch.softmax(torch.from_numpy(scores), dim=-1).numpy().round(3).tolist())

# %% [markdown]
# The sigmoid is the softmax of two: $\sigma(z) = \mathrm{softmax}([z, 0])_1$. So one neuron is enough for
# yes or no.
#
# <details><summary><b>Question.</b> All three scores of a patient are −7. What does softmax
# say?</summary>
#
# One third each. Softmax sees only differences. It cannot say "none of these".
# </details>
#
# ### Where float32 ends
#
# A probability near 1 has no room for detail. The logarithm of a tiny one is lost even in float64 (last two
# lines).

# %%
near_one = ref.sigmoid(np.float32([16, 17]))
print("1 - sigmoid(16) =", 1 - near_one[0], "  1 - sigmoid(17) =", 1 - near_one[1])
print("honest: sigmoid(-17) =", ref.sigmoid(np.float32(-17.0)))
with np.errstate(all="ignore"):
    print("log of softmax:", np.log(ref.softmax(np.array([0.0, -1000.0]), dim=0)))
print("log_softmax:   ", ref.log_softmax(np.array([0.0, -1000.0]), dim=0))

# %% [markdown]
# At $z = 17$ the neuron claims to be never wrong, and a loss with $\ln(1 - \hat p)$ meets $\ln 0$. So
# losses in libraries want the **logit**, and there is a `log_softmax`.

# %% [markdown]
# ## Sitting 3 · To train it without surprises
#
# **How firm is its answer, and what goes wrong when it learns?**
#
# *Read in 30 minutes.* Run the cells of sitting 1 first. The slope of the sigmoid is from sitting 2.
#
# ### How firm is the 14.75?
#
# Other patients would give another number. Draw 569 patients from these with replacement, so that
# some come twice and some not at all, and fit the neuron to them. Do that 200 times: a
# [bootstrap](glossary.md#bootstrap) (unit 14).

# %%
rng, cuts = np.random.default_rng(0), []
for _ in range(200):
    rows = rng.integers(0, len(y), len(y))
    again = LogisticRegression(C=np.inf, max_iter=1000).fit(x[rows, None], y[rows])
    cuts.append(mean - std * again.intercept_[0] / again.coef_[0, 0])
low, high = np.percentile(cuts, [2.5, 97.5])
print(f"95 % of the boundaries lie between {low:.1f} and {high:.1f}")

# %% [markdown]
# ### Rate and units
#
# The neuron starts at weight and bias 0 and walks downhill. The right panel shows its loss.
# *Predict:* from which learning rate on does the walk turn round in step after step, and the loss
# rise? What happens when radius stays in raw units, where all values are between 7 and 28?


# %%
def walk(inputs, lr, steps):
    """Return the path (steps + 1, 2) of w and b from zero, by gradient descent."""
    path = [(0.0, 0.0)]
    for _ in range(steps):
        w, b = path[-1]
        error = ref.sigmoid(w * inputs + b) - y
        path.append((w - lr * (error * inputs).mean(), b - lr * error.mean()))
    return np.array(path)


# %% folded=true
def draw_walk(learning_rate=1.0, steps=30, standardize=True):
    inputs = x if standardize else radius
    path = walk(inputs, learning_rate, steps)
    losses = np.array([ref.binary_cross_entropy_with_logits(w * inputs + b, y) for w, b in path])

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    left.plot(*path.T, "o-", color=plots.BLUE, ms=4, lw=1.2)
    left.plot(*path[-1], "o", color=plots.VERMILLION, ms=10)
    if standardize:
        contours(left)
    left.set(xlabel="weight w", ylabel="bias b")
    right.plot(losses, "-")
    right.axhline(0.28999, color=plots.GREY, linestyle=":")
    right.set(xlabel="step", ylabel="loss (dotted: best)", yscale="log")
    right.set_yticks([0.3, 0.5, 1, 3, 10, 30, 100], ["0.3", "0.5", "1", "3", "10", "30", "100"])
    right.set(ylim=(0.27, 1.2 * losses.max()))
    right.minorticks_off()
    ups = (np.diff(losses) > 1e-12).sum()
    sentence = (
        f"Learning rate {learning_rate:g}, {'standardized' if standardize else 'raw'} radius: "
        f"after {counted(steps, 'step')} the loss is {losses[-1]:.3f} (best: 0.290); "
        f"it rose in {ups} of {counted(steps, 'step')}."
    )
    return figure, sentence


explore(draw_walk, learning_rate=(0.1, 30.0, 0.1), steps=(1, 200), standardize=True)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# From about 23. In raw units it crawls, or leaps if the rate is large: the valley becomes a canyon,
# very steep across, almost level along.
# </details>
#
# **Why 23?** The slope of the slope is the *curvature*. Take the slope with respect to the weight:
#
# $$\frac{\partial L}{\partial w} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)\,x_i$$
#
# With respect to $b$ it is the same without $x_i$. Only $\hat p_i$ depends on the parameters: its slope
# is $c_i x_i$ with respect to $w$ and $c_i$ to $b$, where $c_i = \hat p_i(1-\hat p_i)$ is the slope of
# the sigmoid. That makes four curvatures, in a table called $H$:
#
# $$H = \frac1n\sum_{i=1}^n \begin{pmatrix} c_i x_i^2 & c_i x_i \\ c_i x_i & c_i \end{pmatrix}$$
#
# `eigvalsh` finds from it the curvature along the flattest direction and along the steepest. Their
# ratio is the [condition number](glossary.md#condition-number). Near the best fit, descent settles for
# rates below 2 / steepest (unit 05).

# %%
c = fitted * (1 - fitted)
for name, inputs in [("raw", radius), ("standardized", x)]:
    mixed = (c * inputs).mean()
    flattest, steepest = np.linalg.eigvalsh([[(c * inputs**2).mean(), mixed], [mixed, c.mean()]])
    ratio = steepest / flattest
    w, b = walk(inputs, 1 / steepest, round(ratio))[-1]
    loss = ref.binary_cross_entropy_with_logits(w * inputs + b, y)
    print(f"{name}: condition number {ratio:,.1f}, rates below {2 / steepest:.2f}")
    print(f"    after {ratio:,.0f} steps of 1 / steepest the loss is {loss:.3f} (best: 0.290)")

# %% [markdown]
# The bound is 22.29 and the figure's rate 23: the bound holds near the best fit, and the walk starts at 0. At a
# rate that suits the steepest direction, about as many steps as the condition number bring the loss near its
# best. Standardizing costs one line and saves more than 18,000.
#
# ### "Least squares on the labels would do"
#
# Fit a straight line to 0 and 1, and call it malignant above ½. Now add 20 easy patients, with
# enormous nuclei (radius 60), all rightly labelled malignant. *Predict:* where do the two boundaries
# go?

# %%
far_x = np.concatenate([radius, np.full(20, 60.0)])
far_y = np.concatenate([y, np.ones(20, int)])
for name, r, label in [("569 patients", radius, y), ("and 20 more", far_x, far_y)]:
    slope, intercept = np.polyfit(r, label, 1)
    fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(r[:, None], label)
    cut = -fit.intercept_[0] / fit.coef_[0, 0]
    print(f"{name}: least squares {(0.5 - intercept) / slope:.2f}, neuron {cut:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The line's jumps by more than four, the neuron's stays. At radius 60 the line is far above 1: a large
# error, although the side is right. So it tilts. The neuron's error is nearly 0.
# </details>
#
# ### "Train longer, get better"
#
# Give the neuron all 30 measurements. Some hyperplane then has all 569 patients on their right sides
# (`linprog` finds one). So growing surer lowers the training loss for ever. Ten random splits, 398
# patients to train on and 171 to test on. *Predict:* what does the loss on the test patients do?

# %%
checkpoints, curve = np.unique(np.geomspace(1, 5000, 20).astype(int)), []
for split in range(10):
    order = np.random.default_rng(split).permutation(len(y))
    train, test = order[:398], order[398:]
    many = (table.X - table.X[train].mean(axis=0)) / table.X[train].std(axis=0)  # (569, 30)
    seen, w, b, losses = many[train], np.zeros(30), 0.0, []
    for step in range(1, 5001):
        error = ref.sigmoid(seen @ w + b) - y[train]
        w, b = w - seen.T @ error / 398, b - error.mean()
        if step in checkpoints:
            z = many @ w + b
            losses.append([ref.binary_cross_entropy_with_logits(z[i], y[i]) for i in (train, test)])
    curve.append(losses)
curve = np.array(curve)  # (splits, checkpoints, train and test)

# %% folded=true
from scipy.optimize import linprog

signs = np.where(y == 1, 1, -1)[:, None]
rows = -signs * np.column_stack([many, np.ones(len(y))])  # rows @ (w, b) <= -1: the right side
assert linprog(np.zeros(31), A_ub=rows, b_ub=-np.ones(len(y)), bounds=(None, None)).success
figure, ax = plots.subplots(height=3.6)
for part, name, colour in [(0, "training patients", plots.BLUE), (1, "test", plots.VERMILLION)]:
    low, high = curve[..., part].min(axis=0), curve[..., part].max(axis=0)
    ax.fill_between(checkpoints, low, high, color=colour, alpha=0.2)
    ax.loglog(checkpoints, curve[..., part].mean(axis=0), color=colour, label=name)
ax.set(xlabel="step", ylabel="loss")
ax.set_yticks([0.03, 0.1, 0.3], ["0.03", "0.1", "0.3"])
ax.minorticks_off()
ax.legend()
lowest = checkpoints[curve[..., 1].argmin(axis=1)]
growth = curve[:, -1, 1] / curve[..., 1].min(axis=1)
plots.show(
    figure,
    f"Loss of ten splits: the lines are means, the bands ranges. Training loss falls throughout, to "
    f"{curve[:, -1, 0].mean():.2f} on average. Test loss is lowest between steps {lowest.min()} and "
    f"{lowest.max()}; at the end it is {growth.min():.1f} to {growth.max():.1f} times as large, "
    f"{growth.mean():.1f} on average.",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Of the 19 checkpoints the lowest is at steps 36 to 339. Then it rises in all ten splits, to more than twice as
# much on average.
# </details>
#
# A single neuron can [overfit](glossary.md#overfitting). Unit 07 stops it in time, and unit 08
# restrains its weights.

# %% [markdown]
# ## Sources
#
# - McCulloch and Pitts, *A logical calculus of the ideas immanent in nervous activity* (1943).
#   [doi:10.1007/BF02478259](https://doi.org/10.1007/BF02478259)
# - Berkson, *Application of the logistic function to bio-assay* (1944).
#   [doi:10.1080/01621459.1944.10500699](https://doi.org/10.1080/01621459.1944.10500699)
# - Rosenblatt, *The perceptron* (1958). [doi:10.1037/h0042519](https://doi.org/10.1037/h0042519)
# - Glorot, Bordes and Bengio, *Deep sparse rectifier neural networks* (2011): ReLU. No journal, no DOI.
# - Hendrycks and Gimpel, *Gaussian error linear units* (2016).
#   [doi:10.48550/arXiv.1606.08415](https://doi.org/10.48550/arXiv.1606.08415)
# - Wilson, *Probable inference, the law of succession, and statistical inference* (1927).
#   [doi:10.1080/01621459.1927.10502953](https://doi.org/10.1080/01621459.1927.10502953)
# - Street, Wolberg and Mangasarian, *Nuclear feature extraction for breast tumor diagnosis* (1993): the
#   data. [doi:10.1117/12.148698](https://doi.org/10.1117/12.148698)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - One performs logistic regression on the *size of the tumour*. The measurements are of cell *nuclei*. And
#   scikit-learn codes malignant as 0; we turn it round.
# - A drawing has sigmoid(10 + 10 + 20) = 0.9 and sigmoid(9 + 12 + 10) = 0.8. Both are 1 to thirteen
#   digits: the drawing is schematic.
# </details>
