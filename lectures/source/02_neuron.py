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
# A needle takes a few cells from a lump in the breast. Under the microscope, somebody
# outlines the nuclei and measures them. A single artificial neuron reads one of those
# measurements and answers with a probability. You build it, train it, and decide when it
# should ring the alarm.
#
# After this lecture you can
#
# 1. write a neuron as a weighted sum and an activation, in NumPy and in torch;
# 2. find its decision boundary, and tell *where* it lies from *how sure* the neuron is;
# 3. derive the gradient of its loss, train it, and show that it is logistic regression;
# 4. pick an alarm threshold and report what it costs, with intervals;
# 5. choose one of six activations, and say what goes wrong in training.
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
# *Read in 55 minutes.*
#
# ### The patients
#
# The Wisconsin data hold 569 biopsies. Two warnings before you look.
#
# - **It is the nucleus, not the tumour.** `mean radius` is the average radius of the cell
#   *nuclei* on one slide, in units of the digitized image. Many texts call it "tumour size".
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
# patients turn out to be fine. At the end the evidence becomes a judgement. A
# [neuron](glossary.md#neuron) does that and nothing else.
#
# **Formula.** For one patient with measurements $x_1, \dots, x_p$
#
# $$z = w_1 x_1 + \dots + w_p x_p + b, \qquad \hat p = \varphi(z)$$
#
# - $x_j$: the $j$-th measurement; $p$ of them.
# - $w_j$: its [weight](glossary.md#weight). A positive one pushes towards "malignant".
# - $b$: the [bias](glossary.md#bias), where the neuron starts before any finding is known.
# - $z$: the [weighted sum](glossary.md#weighted-sum).
# - $\varphi$: the [activation function](glossary.md#activation). Here it is the sigmoid, which
#   the next part explains.
# - $\hat p$: the neuron's answer for this patient, a probability.
#
# **In NumPy**, with two measurements and weights picked by hand. We first
# [standardize](glossary.md#standardize) both: subtract the mean, divide by the standard
# deviation.

# %%
X = np.column_stack([radius, table.column("mean texture")])
X = (X - X.mean(axis=0)) / X.std(axis=0)  # (569, 2), now in standard deviations

w, b = np.array([3.0, 1.0]), -0.7
z = X @ w + b  # (569,): one weighted sum per patient
p = 1 / (1 + np.exp(-z))
print("patient 0: x =", X[0].round(2), " z =", z[0].round(2), " p =", p[0].round(3))

# %% folded=true
figure, ax = plots.subplots(height=3.4)
plots.diagrams.neuron(
    ax, [("radius", X[0, 0]), ("texture", X[0, 1])], w, b, z[0], p[0], bend="sigmoid"
)
plots.show(
    figure,
    f"One neuron reads patient 0. Radius {X[0, 0]:.2f} times weight 3 plus texture {X[0, 1]:.2f} "
    f"times weight 1 plus bias -0.7 gives the weighted sum {z[0]:.2f}; the sigmoid turns it "
    f"into {p[0]:.2f}.",
)

# %% [markdown]
# Solid lines push up, dashed lines push down. This patient has large nuclei (+1.10 standard
# deviations) and an unusually smooth texture (−2.07).
#
# **The same in torch.** `F.linear` wants one row of weights per neuron. So the weight of a
# single neuron has the shape (1, 2).

# %%
weight, bias = torch.tensor([[3.0, 1.0]]).double(), torch.tensor([-0.7]).double()
logit = F.linear(torch.from_numpy(X), weight, bias)  # (569, 1)
assert np.allclose(torch.sigmoid(logit)[:, 0], p)
print("torch, patient 0:", round(torch.sigmoid(logit)[0, 0].item(), 3))

# %% [markdown]
# <details><summary><b>Question.</b> You measure radius in other units, ten times smaller, so
# every number is ten times larger. How must w change for the same answers? And b?</summary>
#
# Divide the weight by ten: $w x$ must stay. The bias stays as it is. A weight has units of
# "evidence per unit of x". So compare weights of two features only if both are standardized.
# </details>
#
# **Why an activation at all?** Two weighted sums in a row are one weighted sum:
# $w_2(w_1 x + b_1) + b_2 = (w_2 w_1)\,x + (w_2 b_1 + b_2)$. Stack a thousand neurons that only
# add, and you could have used one. The activation between them must not be linear. Sitting 2
# compares six. Inside networks the usual one is [ReLU](glossary.md#relu), $\max(0, z)$. For an
# answer of yes or no it is the sigmoid.
#
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
# **Its slope.** Training needs the [derivative](glossary.md#derivative) $\sigma'$. Write
# $\sigma = 1/u$ with $u = 1 + e^{-z}$, and go in four steps.
#
# 1. The inner derivative: $\dfrac{du}{dz} = -e^{-z}$.
# 2. The outer derivative: $\dfrac{d\sigma}{du} = -\dfrac{1}{u^2}$.
# 3. The chain rule multiplies them: $\sigma'(z) = \dfrac{e^{-z}}{u^2} = \dfrac1u \cdot \dfrac{e^{-z}}{u}$.
# 4. The first factor is $\sigma$. In the second, $e^{-z} = u - 1$, so it is
#    $\dfrac{u-1}{u} = 1 - \dfrac1u = 1 - \sigma$.
#
# $$\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$$
#
# It is largest at $z = 0$, where it is ¼. The last column checks it: move $z$ by 0.001 to both
# sides, and divide the change of $\sigma$ by 0.002.

# %%
for z in [-4.0, -2.0, 0.0, 2.0, 4.0]:
    p = ref.sigmoid(z)
    measured = (ref.sigmoid(z + 0.001) - ref.sigmoid(z - 0.001)) / 0.002
    print(f"z {z:+.0f}  p {p:.3f}  odds {p / (1 - p):7.3f}", end="  ")
    print(f"p (1 - p) {p * (1 - p):.4f}  measured {measured:.4f}")

# %% [markdown]
# <details><summary><b>Question.</b> A neuron says p = 0.8 for a patient. A new finding adds
# 2 to the logit. What does it say now?</summary>
#
# Odds of 0.8 are 4. Two more units multiply them by $e^2 = 7.39$. That gives odds of 29.6, so
# p = 29.6 / 30.6 = 0.967.
# </details>
#
# **A trap.** Written as on paper, the sigmoid forms $e^{1000}$ for $z = -1000$. That overflows.
# Use the exponential of negative numbers only:

# %%
z = np.array([-1000.0, 0.0, 1000.0])
with np.errstate(all="ignore"):  # no warnings, for once
    print("exp(z) / (1 + exp(z)):", np.exp(z) / (1 + np.exp(z)))
e = np.exp(-np.abs(z))  # never above 1
print("stable:               ", np.where(z >= 0, 1, e) / (1 + e))
print("torch:                ", torch.sigmoid(torch.from_numpy(z)).numpy())

# %% [markdown]
# ### One number for how wrong
#
# To compare weights we need a [loss](glossary.md#loss): one number for how wrong the answers
# are. A malignant patient costs $-\ln \hat p$, a benign one $-\ln(1 - \hat p)$. An answer that is
# right and sure costs little. One that is wrong and sure costs a lot. The mean over all patients
# is the **binary [cross-entropy](glossary.md#cross-entropy)**. Unit 04 says where it comes from.
#
# **In the logit.** For a malignant patient put $\hat p = 1/(1+e^{-z})$ in. For a benign one use
# $1 - \sigma(z) = \sigma(-z)$. With $\ell$ for the loss of one patient:
#
# $$\ell_\text{malignant} = \ln(1 + e^{-z}), \qquad \ell_\text{benign} = \ln(1 + e^{z})$$
#
# **Its slope in z.** Write $u = 1 + e^{-z}$ again. The outer derivative of $\ln u$ is $1/u$, the
# inner one is $-e^{-z}$. Their product is a fraction that you have met in step 4 above:
#
# $$\frac{d}{dz}\ln(1+e^{-z}) = -\frac{e^{-z}}{1+e^{-z}} = -(1 - \sigma) = \hat p - 1$$
#
# $$\frac{d}{dz}\ln(1+e^{z}) = \frac{e^{z}}{1+e^{z}} = \frac{1}{1+e^{-z}} = \hat p - 0$$
#
# With $y = 1$ for malignant and $y = 0$ for benign both are the same: **$\hat p - y$, what was said
# less what is true.**
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
# line, with thirty a hyperplane. It is always flat, since the sum is linear.
#
# Circles at the bottom are benign patients, triangles at the top are malignant ones. The neuron
# reads radius in standard deviations, `x` in the code. The contours on the right are the losses of all settings,
# and the dot is yours. Find the setting with the lowest loss by hand. *Predict:* can you lower the
# loss *without* moving the boundary? Can you change the accuracy without moving it?

# %% folded=true
mean, std = radius.mean(), radius.std()
x = (radius - mean) / std
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
    p = ref.sigmoid(w * x + b)
    loss = ref.binary_cross_entropy_with_logits(w * x + b, y)
    accuracy = ((p >= 0.5) == y).mean()

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
# Now take a good setting, and multiply $w$ and $b$ by the same number $k$:

# %%
for k in [0.25, 0.5, 1, 2, 10]:
    w, b = k * 3.6, k * -0.6
    loss = ref.binary_cross_entropy_with_logits(w * x + b, y)
    accuracy = ((w * x + b >= 0) == y).mean()
    print(
        f"k {k:5.2f}: boundary {mean - std * b / w:.2f}, accuracy {accuracy:.3f}, loss {loss:.3f}"
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The loss yes, the accuracy no. Five neurons have one boundary and one accuracy. The loss is lowest
# for the one that is as sure as the data allow.
# </details>
#
# So accuracy does not see how sure a neuron is. The loss does.
#
# ### Training: the neuron finds its own weights
#
# **Intuition.** You saw the valley in the contours. The neuron cannot see it. It can feel the
# slope where it stands, and step downhill. That is [gradient
# descent](glossary.md#gradient-descent).
#
# **Formula.** The weight $w_j$ changes the logit by $\partial z/\partial w_j = x_j$, the bias by
# $\partial z/\partial b = 1$. The chain rule multiplies this with the slope in $z$, which is
# $\hat p - y$. Then average over the $n$ patients, with $i$ counting them:
#
# $$\frac{\partial L}{\partial w_j} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)\,x_{ij}, \qquad
#   \frac{\partial L}{\partial b} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)$$
#
# Error times input: a weight is corrected in proportion to the input that carried the error.
#
# **On paper.** Two patients with two measurements, weights and bias 0:
#
# | | $x_1$ | $x_2$ | $y$ | $\hat p$ | $\hat p - y$ | times $x_1$ | times $x_2$ |
# |---|---|---|---|---|---|---|---|
# | patient 1 | 1 | 2 | 1 | ½ | −½ | −½ | −1 |
# | patient 2 | −1 | 1 | 0 | ½ | ½ | −½ | ½ |
# | mean | | | | | 0 | −½ | −¼ |
#
# The last row holds the three slopes. Does torch find the same?

# %%
two, truth = torch.tensor([[1.0, 2.0], [-1.0, 1.0]]), torch.tensor([1.0, 0.0])
w, b = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
F.binary_cross_entropy_with_logits(two @ w + b, truth).backward()
print("slopes in w:", w.grad.numpy(), " in b:", b.grad.numpy())

# %% [markdown]
# Now **step against the gradient**: $w \leftarrow w - \eta\,\partial L/\partial w$, the same for
# $b$. The step size $\eta$ is the learning rate. All patients, radius alone, 2,000 steps:

# %%
w, b, lr = 0.0, 0.0, 1.0
for _ in range(2000):
    error = ref.sigmoid(w * x + b) - y  # (569,)
    w, b = w - lr * (error * x).mean(), b - lr * error.mean()

print(f"w = {w:.4f}, b = {b:.4f}, loss {ref.binary_cross_entropy_with_logits(w * x + b, y):.4f}")
print(f"the neuron says malignant from a mean radius of {mean - std * b / w:.2f}")

# %% [markdown]
# There is the answer to the opening question: **14.75**. Compare it with the number that you
# wrote down.
#
# **The same in torch.** Here nobody derives a gradient. Torch records what is computed and goes
# backwards through it (unit 06 shows how).

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
# **It has another name.** Statisticians have fitted this curve since the 1940s (Berkson, 1944) and
# call it [logistic regression](glossary.md#logistic-regression). A neuron without a hidden layer in
# front of it is logistic regression.
#
# How firm is the 14.75? Other patients would give another number. Draw 569 patients again from these, with
# replacement, 200 times, and fit each time (a *bootstrap*; unit 14):

# %%
from sklearn.linear_model import LogisticRegression

fit = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)  # C: no penalty
print(f"scikit-learn: w = {fit.coef_[0, 0]:.4f}, b = {fit.intercept_[0]:.4f}")
rng, cuts = np.random.default_rng(0), []
for _ in range(200):
    rows = rng.integers(0, len(y), len(y))
    again = LogisticRegression(C=np.inf, max_iter=1000).fit(x[rows, None], y[rows])
    cuts.append(mean - std * again.intercept_[0] / again.coef_[0, 0])
print("95 % of the boundaries lie from {:.1f} to {:.1f}".format(*np.percentile(cuts, [2.5, 97.5])))

# %% [markdown]
# ### When should the alarm ring?
#
# **Intuition.** Nobody has to ring the alarm at ½. A missed cancer and a needless second test do
# not cost the same. Where to ring is a decision for people. The neuron only ranks the patients.
#
# The probability from which it rings is the [threshold](glossary.md#threshold). An alarm is a
# [positive prediction](glossary.md#positive). The share of malignant cases that ring is the
# [sensitivity](glossary.md#sensitivity). The share of benign cases that do not is the
# [specificity](glossary.md#specificity). A threshold $t$ on the probability is one on radius as
# well: solve $wx + b = \ln\frac{t}{1-t}$ for $x$.
#
# A share of a few hundred patients is itself uncertain, so we print 95 % intervals (Wilson, 1927).
# *Predict:* to find 95 of 100 cancers, how many of 100 healthy patients get a false alarm?

# %% folded=true
fitted = ref.sigmoid(w * x + b)


def draw_threshold(threshold=0.5):
    alarm = fitted >= threshold
    found, spared = metrics.sensitivity(y, alarm), metrics.specificity(y, alarm)
    cut = mean + std * (np.log(threshold / (1 - threshold)) - b) / w

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
# About 40: at 0.1 the neuron misses one cancer in 24 and alarms 41 % of the healthy. (At ½ it misses
# one in five and alarms 7 %.)
# </details>
#
# **What this is not.** These are the patients that the neuron was fitted on, from one clinic,
# decades ago. Nothing here says how it would do on yours.
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | sigmoid as written on paper | overflow warnings; `nan` from $e^z/(1+e^z)$ |
# | `y` of shape (n,) against `p` of shape (n, 1) | no error: an (n, n) table, and a wrong loss |
# | gradient with the wrong sign | the loss rises from the first step |
# | gradient summed, not averaged | the same learning rate explodes on a larger data set |
# | probability where a logit is asked | even for perfect ones the loss is 0.55 |
# | sigmoid applied twice | answers only between 0.50 and 0.73 |
# | boundary read as $b/w$ | a boundary on the wrong side of the mean |

# %%
column = ref.sigmoid(w * x + b)[:, None]  # (569, 1)
table_of_all = np.where(y == 1, -np.log(column), -np.log(1 - column))  # (569, 569)
print("shape", table_of_all.shape, f"mean {table_of_all.mean():.2f}; right would be 0.29")
print(f"labels as logits: {ref.binary_cross_entropy_with_logits(y.astype(float), y):.2f}")
print("sigmoid of sigmoid:", ref.sigmoid(ref.sigmoid(np.array([-1000.0, 1000.0]))).round(2))

# %% [markdown]
# ### Summary
#
# - A neuron is a weighted sum and an activation. It changes its mind where the sum is 0. Scaling all
#   weights changes only how sure it is.
# - $\sigma' = \sigma(1-\sigma)$. The slope of the loss in the logit is $\hat p - y$, so the gradient is
#   error times input.
# - One neuron is logistic regression. On these patients it changes its mind at radius 14.75.
# - The threshold is a decision about costs. Report sensitivity and specificity, with intervals.
#
# **Next:** the lab. Then unit 03, where neurons share an input and become a layer.
#
# ### On Monday
#
# - **Yes or no from a table:** start with logistic regression on standardized columns.
# - **In torch:** `nn.Linear(p, 1)` and `nn.BCEWithLogitsLoss`, which wants the logit.
# - **Threshold:** from what a miss and a false alarm cost, set before you look at the test patients.
# - **Judge** each patient by a model that was fitted without that patient.
# - **Report** both kinds of error, with intervals.

# %%
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint

inputs, truth = radius[:, None], y  # yours: (patients, measurements); 1 is ill
threshold = 0.1
model = make_pipeline(StandardScaler(), LogisticRegression())
p = cross_val_predict(model, inputs, truth, cv=10, method="predict_proba")[:, 1]
alarm = p >= threshold
for name, right in (("sensitivity", alarm[truth == 1]), ("specificity", ~alarm[truth == 0])):
    low, high = proportion_confint(right.sum(), len(right), method="wilson")
    print(f"{name} {right.mean():.2f} ({low:.2f} to {high:.2f})")
scale, neuron = model.fit(inputs, truth)
logit = np.log(threshold / (1 - threshold))
cut = scale.mean_[0] + scale.scale_[0] * (logit - neuron.intercept_[0]) / neuron.coef_[0, 0]
print(f"one measurement: alarm from {cut:.1f}")

# %% [markdown]
# ## Sitting 2 · To choose an activation
#
# **Six activations are in use. Which one belongs where?**
#
# *Read in 25 minutes.*
#
# ### A step cannot be taught
#
# The first artificial neuron (McCulloch and Pitts, 1943) had the
# [step function](glossary.md#step-function): 0 below a threshold, 1 from it on. It decides, but it
# cannot be taught by small corrections. Move its threshold a little. Usually no patient changes
# sides, so the error does not move, and nothing tells you which way to go.
#
# Slide a step's threshold over all radii and count mistakes. Do the same with a sigmoid neuron of
# fixed steepness, and measure its loss.

# %%
thresholds = np.linspace(8, 22, 1001)
mistakes = np.array([(ref.step(radius - t) != y).mean() for t in thresholds])
smooth = np.array(
    [ref.binary_cross_entropy_with_logits(1.03 * (radius - t), y) for t in thresholds]
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
# Close up, the staircase is flat between its jumps, while the loss slopes everywhere. Descent needs a
# slope, and a step has none: its derivative is 0 wherever it has one.
#
# ### Six activations
#
# The weighted sum is always the same. The activation decides what the neuron can express and,
# through its slope, how well it learns.
#
# | activation | formula | slope | where you meet it |
# |---|---|---|---|
# | step | 1 if $z \ge 0$, else 0 | 0 | 1943; today in textbooks |
# | sigmoid | $1/(1+e^{-z})$ | $\sigma(1-\sigma)$, at most ¼ | output neuron for yes or no |
# | [tanh](glossary.md#tanh) | $2\sigma(2z)-1$ | $1-\tanh^2 z$, at most 1 | recurrent networks |
# | ReLU | $\max(0, z)$ | 0 or 1 | the default inside networks |
# | [leaky ReLU](glossary.md#leaky-relu) | $z$, or $0.01z$ below 0 | 0.01 or 1 | where ReLUs die |
# | [GELU](glossary.md#gelu) | $z\,\Phi(z)$ | $\Phi(z)+z\,\Phi'(z)$ | transformers |
#
# Here $\Phi$ is the share of a normal distribution below $z$, and its slope $\Phi'$ is the bell curve.
#
# Move $z$ along each activation. The dashed line is the tangent: its slope is all that descent
# ever sees. *Predict:* which activations have a region where the tangent is exactly flat?

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
# **The same in torch**, slopes included. Two conventions: at exactly 0, torch takes ReLU's slope as
# 0, and leaky ReLU's as 0.01.

# %%
z = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], dtype=torch.float64)
for f in (torch.sigmoid, torch.tanh, F.relu, F.leaky_relu, F.gelu):
    zt = z.clone().requires_grad_()
    f(zt).sum().backward()
    print(f"{f.__name__:10}  slope", zt.grad.numpy().round(3))

# %% [markdown]
# **What if** the output neuron had a ReLU? It could answer 3.7, which is no probability.
#
# **What if** a ReLU neuron's sum is negative for every patient? Its slope is 0 for all of them, so
# nothing ever changes it. It is a [dead unit](glossary.md#dead-unit). Leaky ReLU keeps a small slope
# for this case.
#
# ### Three diagnoses: softmax
#
# **Intuition.** With three diagnoses you use three neurons. Each adds up its own evidence.
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
share = e / e.sum(axis=-1, keepdims=True)
print(share.round(3))
assert np.allclose(share, torch.softmax(torch.from_numpy(scores), dim=-1))
assert np.allclose(ref.softmax(np.array([1.7, 0.0]), dim=0)[0], ref.sigmoid(1.7))

# %% [markdown]
# The sigmoid is the softmax of two: $\sigma(z) = \mathrm{softmax}([z, 0])_1$. So one neuron is enough for
# yes or no.
#
# <details><summary><b>Question.</b> All three scores of a patient are −7. What does softmax
# say?</summary>
#
# One third each. Softmax sees only differences. It has no way to say "none of these".
# </details>
#
# ### Where float32 ends
#
# A probability near 1 has no room for detail, and a large exponential does not fit at all.

# %%
p = ref.sigmoid(np.float32([16, 17]))
print("1 - sigmoid(16) =", 1 - p[0], "  1 - sigmoid(17) =", 1 - p[1])
print("honest: sigmoid(-17) =", ref.sigmoid(np.float32(-17.0)))
z = np.float32([88, 89])
with np.errstate(all="ignore"):
    print("tanh by hand:", (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)), np.tanh(z))
    print("log of softmax:", np.log(ref.softmax(np.array([0.0, -1000.0]), dim=0)))
print("log_softmax:   ", ref.log_softmax(np.array([0.0, -1000.0]), dim=0))

# %% [markdown]
# At $z = 17$ the neuron claims that it cannot be wrong, and a loss that takes $\ln(1 - \hat p)$ meets
# $\ln 0$. So losses in libraries want the **logit**, and for the same reason there is `log_softmax`.
# In the tanh by hand $e^{89}$ is larger than any float32: it becomes inf, and inf divided by inf is NaN.

# %% [markdown]
# ## Sitting 3 · To train it without surprises
#
# **What goes wrong when a single neuron learns?**
#
# *Read in 20 minutes.*
#
# ### Rate and units
#
# Below, the neuron starts at weight and bias 0 and walks downhill. The right panel shows its loss.
# *Predict:* at which learning rate does it start to zigzag? What happens to the same walk when
# radius stays in raw units, where all values are between 7 and 28?


# %%
def walk(x, lr, steps):
    """Return the path (steps + 1, 2) of w and b from zero, by gradient descent."""
    path = [(0.0, 0.0)]
    for _ in range(steps):
        w, b = path[-1]
        error = ref.sigmoid(w * x + b) - y
        path.append((w - lr * (error * x).mean(), b - lr * error.mean()))
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
# From about 24, where it turns round in step after step. In raw units it crawls: the valley becomes
# a canyon, very steep across, almost level along.
# </details>
#
# The ratio of the steepest to the flattest curvature is the
# [condition number](glossary.md#condition-number). Descent needs about that many steps. (The matrix of curvatures is $A^T D A/n$. $A$ holds the inputs and a column of
# ones, and $D$ has $\hat p(1-\hat p)$ on its diagonal: $\hat p - y$ has this slope in $z$.)

# %%
p = ref.sigmoid(w * x + b)
for name, inputs in [("raw", radius), ("standardized", x)]:
    A = np.column_stack([inputs, np.ones(len(inputs))])  # (n, 2)
    number = np.linalg.cond(A.T @ (A * (p * (1 - p))[:, None]))
    print(f"{name:12} radius: condition number {number:8,.1f}")
raw = walk(radius, lr=0.01, steps=500)
print(f"raw, 500 steps of 0.01: bias {raw[-1, 1]:.2f}; it should become {b - w * mean / std:.2f}")

# %% [markdown]
# Standardizing costs one line and makes this walk three thousand times easier.
#
# ### "Least squares on the labels would do"
#
# Fit a straight line to 0 and 1, and call it malignant above ½. Now add 20 patients with enormous
# nuclei (radius 60), all rightly labelled malignant. They are the easiest cases of all.
# *Predict:* where do the two boundaries go?

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
# The line's boundary jumps by more than four, the neuron's stays. To the line, 20 patients far above
# 1 are large errors, although they are on the right side, so it tilts. The neuron's error for them
# is nearly 0.
# </details>
#
# ### "Train longer, get better"
#
# Give the neuron all 30 measurements. Now the training patients can be separated exactly, so the
# loss can always be lowered by growing surer, for ever. Ten random splits, 398 patients to train on
# and 171 to test on. *Predict:* what does the loss on the test patients do?

# %%
order = np.array([np.random.default_rng(seed).permutation(len(y)) for seed in range(10)])
train, test = order[:, :398], order[:, 398:]  # (splits, patients)
seen = table.X[train]
everything = (table.X - seen.mean(1, keepdims=True)) / seen.std(1, keepdims=True)
inputs = np.take_along_axis(everything, train[..., None], axis=1)
weights, biases = np.zeros((10, 30, 1)), np.zeros((10, 1, 1))
steps, curve = np.unique(np.geomspace(1, 5000, 20).astype(int)), []
for step in range(1, 5001):
    error = ref.sigmoid(inputs @ weights + biases) - y[train][..., None]
    weights -= inputs.transpose(0, 2, 1) @ error / 398
    biases -= error.mean(axis=1, keepdims=True)
    if step in steps:
        logits = (everything @ weights + biases)[..., 0]
        costs = np.logaddexp(0, np.where(y == 1, -logits, logits))  # ln(1 + e^∓z)
        curve.append([np.take_along_axis(costs, part, 1).mean(1) for part in (train, test)])
curve = np.array(curve)  # (checkpoints, train and test, splits)

# %% folded=true
figure, ax = plots.subplots(height=3.6)
for part, name, colour in [(0, "training patients", plots.BLUE), (1, "test", plots.VERMILLION)]:
    low, high = curve[:, part].min(axis=1), curve[:, part].max(axis=1)
    ax.fill_between(steps, low, high, color=colour, alpha=0.2)
    ax.loglog(steps, curve[:, part].mean(axis=1), color=colour, label=name)
ax.set(xlabel="step", ylabel="loss")
ax.set_yticks([0.03, 0.1, 0.3], ["0.03", "0.1", "0.3"])
ax.minorticks_off()
ax.legend()
best = curve[:, 1].min(axis=0)
plots.show(
    figure,
    f"Loss of ten splits: the lines are means, the bands ranges. Training loss falls throughout, to {curve[-1, 0].mean():.2f} on average. Test loss is lowest "
    f"between steps {steps[curve[:, 1].argmin(axis=0)].min()} and "
    f"{steps[curve[:, 1].argmin(axis=0)].max()}; at the end it is {(curve[-1, 1] / best).min():.1f} to "
    f"{(curve[-1, 1] / best).max():.1f} times as large, {(curve[-1, 1] / best).mean():.1f} on average.",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# It is lowest after 36 to 339 steps. Then it rises in all ten splits. At the end it is more than twice as
# large on average.
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
