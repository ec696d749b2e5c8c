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
# outlines the nuclei and measures them. In this unit a single artificial neuron reads one
# of those measurements and answers with a probability. You build it, train it, ask where
# it changes its mind, and decide when it should ring the alarm.
#
# After this lecture you can
#
# 1. write a neuron as a weighted sum and a bend, in NumPy and in torch;
# 2. say why the bend is needed, and choose one of six;
# 3. find a neuron's decision boundary, and tell *where* it lies from *how sure* it is;
# 4. train a neuron by walking downhill, and show that it is logistic regression;
# 5. pick an alarm threshold and report what it costs, with intervals.
#
# *Time: 75 minutes. You need: arrays in NumPy, and what a derivative is.*
#
# Cells that only draw are folded. Click the three dots to open one. Run everything from the
# top (menu *Run*, *Run All Cells*): then the figures with sliders are alive.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from dlcourse import data, metrics, plots
from dlcourse import reference as ref
from dlcourse.widgets import counted, explore

# %% [markdown]
# ## The patients
#
# The Wisconsin data hold 569 biopsies. Two warnings before you look.
#
# - **It is the nucleus, not the tumour.** `mean radius` is the average radius of the cell
#   *nuclei* on one slide, in the units of the digitized image. Many texts call it "tumour
#   size". A tumour with a radius of 14 of anything would be another conversation.
# - **Zero once meant malignant.** The copy in scikit-learn codes malignant as 0. We turn it
#   round: 1 is malignant, the thing you want to find.

# %%
table = data.breast_cancer()
y = table.y
radius = table.column("mean radius")

print(f"{len(y)} patients, {y.sum()} malignant ({y.mean():.1%})")
for value, name in [(0, "benign"), (1, "malignant")]:
    r = radius[y == value]
    print(f"{name:9}  mean radius {r.mean():.2f}, from {r.min():.2f} to {r.max():.2f}")

# %% folded=true
figure, ax = plots.subplots(height=3.6)
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

# %% [markdown]
# ## 1. A weighted sum, then a bend
#
# **Intuition.** Think of a triage nurse with a tally. Each finding adds evidence for or
# against; some findings weigh more than others; the nurse also starts with a leaning, since
# most patients turn out to be fine. At the end the tally becomes a judgement. A neuron does
# that and nothing else: it adds up, then it bends.
#
# **Formula.** For one patient with measurements $x_1, \dots, x_p$
#
# $$z = w_1 x_1 + \dots + w_p x_p + b, \qquad \hat p = \varphi(z)$$
#
# - $x_j$: the $j$-th measurement; $p$ of them.
# - $w_j$: its **weight**. Positive pulls towards "malignant", negative away from it.
# - $b$: the **bias**, the leaning before any finding is known.
# - $z$: the weighted sum, called the **logit** when the bend is a sigmoid.
# - $\varphi$: the bend, called the **activation**. Here the sigmoid, explained in part 3.
# - $\hat p$: the neuron's answer for this patient.
#
# **In NumPy**, with two measurements and weights picked by hand:

# %%
texture = table.column("mean texture")
X = np.column_stack([radius, texture])
X = (X - X.mean(axis=0)) / X.std(axis=0)  # (569, 2), now in standard deviations

w = np.array([3.0, 1.0])
b = -0.7

z = X @ w + b  # (569,): one weighted sum per patient
p = 1 / (1 + np.exp(-z))
print("patient 0: x =", X[0].round(2), " z =", z[0].round(2), " p =", p[0].round(3))

# %% folded=true
figure, ax = plots.subplots(height=3.4)
plots.diagrams.neuron(
    ax,
    [("radius", X[0, 0]), ("texture", X[0, 1])],
    w,
    b,
    z[0],
    p[0],
    bend="sigmoid",
)
plots.show(
    figure,
    f"One neuron reads patient 0. Radius {X[0, 0]:.2f} times weight 3 plus texture {X[0, 1]:.2f} "
    f"times weight 1 plus bias -0.7 gives the weighted sum {z[0]:.2f}; the sigmoid turns it "
    f"into {p[0]:.2f}.",
)

# %% [markdown]
# Solid lines pull up, dashed lines pull down, thick lines pull hard. This patient has large
# nuclei (+1.10 standard deviations) and an unusually smooth texture (−2.07).
#
# **The same in torch.** `F.linear` wants one row of weights per neuron, so a single neuron
# has a weight of shape (1, 2).

# %%
logit = F.linear(torch.from_numpy(X), torch.from_numpy(w[None]), torch.tensor([b]).double())
p_torch = torch.sigmoid(logit)[:, 0]
print(
    "largest difference between NumPy and torch is below 1e-12:",
    np.allclose(p, p_torch, atol=1e-12),
)

neuron = ref.Neuron(2)  # the library's version: the same, with room to learn
neuron.weight[:] = w
neuron.bias[...] = b
assert np.allclose(neuron.forward(X), p)

# %% [markdown]
# **What if** every measurement of a patient is exactly average, so $x = 0$? Only the bias
# speaks: $\sigma(-0.7) = 0.33$, not far from the share of malignant patients.
#
# <details><summary><b>Question.</b> You measure radius in other units, ten times smaller, so
# every number is ten times larger. How must w change for the same answers? And b?</summary>
#
# Divide the weight by ten: $w x$ must stay. The bias stays as it is, because it never met
# the units. A weight has units of "evidence per unit of x". So comparing raw weights of two
# features says little, unless both were standardized.
# </details>

# %% [markdown]
# ## 2. Why it must bend
#
# **Intuition.** A sum of sums is a sum. Stack a thousand neurons that only add, and you could
# have used one.
#
# **Formula.** Two linear neurons in a row: $w_2(w_1 x + b_1) + b_2 = (w_2 w_1)\,x + (w_2 b_1 + b_2)$,
# which is one linear neuron with weight $w_2 w_1$ and bias $w_2 b_1 + b_2$.

# %%
x = np.linspace(-3, 3, 7)
two_in_a_row = -1.5 * (2.0 * x + 1.0) + 0.5
one = (-1.5 * 2.0) * x + (-1.5 * 1.0 + 0.5)
print("two linear neurons: ", two_in_a_row)
print("one linear neuron:  ", one)
assert np.allclose(two_in_a_row, one)

# %% [markdown]
# The first artificial neuron (McCulloch and Pitts, 1943) bent as hard as one can: below the
# threshold 0, otherwise 1. That is `step`. It decides, and it cannot be taught by small
# corrections. Move its threshold a little and usually no patient changes sides, so the error
# does not move, so nothing tells you which way to go.
#
# **Picture.** Slide a step's threshold over all radii and count mistakes. Then do the same
# with a sigmoid neuron of fixed steepness, and measure its loss (part 4 says which loss).

# %%
thresholds = np.linspace(8, 22, 1001)
mistakes = np.array([(ref.step(radius - t) != y).mean() for t in thresholds])
smooth = np.array(
    [ref.binary_cross_entropy_with_logits(1.03 * (radius - t), y) for t in thresholds]
)

# %% folded=true
near = (thresholds > 13) & (thresholds < 13.3)
figure, panels = plots.subplots(1, 2, width=7.6, height=3.8, width_ratios=[3, 2])
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
# From afar the two look alike. Close up, the staircase is flat between its jumps, while the
# loss leans everywhere. Descent needs a slope, and `step` has
# none: its derivative is 0 wherever it has one.

# %%
print("slope of step:   ", ref.step_backward(np.ones(3), np.array([-1.0, 0.5, 2.0])))
print("slope of sigmoid:", ref.sigmoid_backward(np.ones(3), np.array([-1.0, 0.5, 2.0])).round(3))

# %% [markdown]
# <details><summary><b>Question.</b> Could you train a step neuron by trying thresholds, as the
# figure just did?</summary>
#
# With one weight, yes: 1,001 tries were enough. With 30 measurements and 1,001 tries for each
# weight it is 1,001 to the 30th power. Unit 01 counts how long that takes.
# </details>

# %% [markdown]
# ## 3. The sigmoid: evidence becomes probability
#
# **Intuition.** Evidence adds up without limit; a probability must stay between 0 and 1. The
# sigmoid is the exchange rate. At no evidence it says one half. Each further unit of evidence
# multiplies the *odds* by the same number, $e \approx 2.718$.
#
# **Formula.**
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad
#   z = \ln\frac{\sigma}{1-\sigma}, \qquad
#   \sigma'(z) = \sigma(z)\,(1-\sigma(z))$$
#
# - $z$: the logit. It *is* the logarithm of the odds, which is where its name comes from.
# - $\sigma'$: the slope, largest at $z = 0$, where it is ¼.

# %%
for z in [-4.0, -2.0, 0.0, 2.0, 4.0]:
    p = ref.sigmoid(z)
    print(f"z = {z:+.0f}   p = {p:.3f}   odds = {p / (1 - p):7.3f}   slope = {p * (1 - p):.3f}")

# %% [markdown]
# **The trap.** Written as on paper, the sigmoid overflows. It still returns the right value,
# and it warns, and its cousin $e^z/(1+e^z)$ does worse.

# %%
with np.errstate(all="ignore"):
    z = np.array([-1000.0, 0.0, 1000.0])
    print("exp(-z) at z = -1000:   ", np.exp(-z)[0])
    print("exp(z) / (1 + exp(z)):  ", np.exp(z) / (1 + np.exp(z)))
e = np.exp(-np.abs(z))  # never above 1
print("stable:                 ", np.where(z >= 0, 1, e) / (1 + e))
print("torch:                  ", torch.sigmoid(torch.from_numpy(z)).numpy())

# %% [markdown]
# **A second trap, quieter.** A probability near 1 has no room for detail. In float32 the
# neuron at $z = 17$ claims that it cannot be wrong:

# %%
p17 = ref.sigmoid(np.float32([16, 17]))
print("float32: 1 - sigmoid(16) =", 1 - p17[0], "   1 - sigmoid(17) =", 1 - p17[1])
print("honest:      sigmoid(-17) =", ref.sigmoid(np.float32(-17.0)))

# %% [markdown]
# A loss that then takes $\ln(1 - \hat p)$ meets $\ln 0$. This is why losses in libraries want
# the **logit**, not the probability.
#
# **What if** you want a curve from −1 to 1? That is tanh, and it is a sigmoid in disguise:
# $\tanh z = 2\sigma(2z) - 1$.

# %%
z = np.linspace(-5, 5, 11)
assert np.allclose(np.tanh(z), 2 * ref.sigmoid(2 * z) - 1)
print("tanh(z) equals 2 sigmoid(2z) - 1 at", len(z), "points")

# %% [markdown]
# <details><summary><b>Question.</b> A neuron says p = 0.8 for a patient. A new finding adds
# 2 to the logit. What does it say now?</summary>
#
# Odds of 0.8 are 4. Two more units multiply them by $e^2 = 7.39$: odds 29.6, so
# p = 29.6 / 30.6 = 0.967. Adding 2 to the *probability* would have been a new kind of medicine.
# </details>

# %% [markdown]
# ## 4. Where, and how sure
#
# **Intuition.** One neuron with one input has two knobs. Together they decide two separate
# things: *where* it changes its mind, and *how abruptly*.
#
# **Formula.** With the sigmoid, $\hat p = \tfrac12$ exactly where the logit is 0:
#
# $$w x + b = 0 \quad\Longleftrightarrow\quad x = -\frac{b}{w}$$
#
# This point is the **decision boundary**. With two inputs it is a line, with thirty a
# hyperplane: always flat, because the sum inside is linear and the bend does not move its
# zero. Multiply $w$ and $b$ by the same number: the boundary stays, only the sureness grows.
#
# To compare settings we need one number for "how wrong". The **binary cross-entropy** charges
# $-\ln \hat p$ for a malignant case and $-\ln(1 - \hat p)$ for a benign one. Calm and right
# costs little. Certain and wrong costs a lot. Unit 04 is about this and other losses.
#
# **Predict, then move.** Circles at the bottom are benign patients, triangles at the top are
# malignant ones. The neuron reads radius in standard deviations. Find the
# setting with the lowest loss by hand. Then: can you lower the loss *without* moving the
# boundary? Can you change the accuracy without moving it?

# %%
mean, std = radius.mean(), radius.std()
x = (radius - mean) / std


def loss_surface(x, ws, bs):
    """Return the loss at every pair (w, b), shape (len(bs), len(ws))."""
    logits = ws[None, :, None] * x + bs[:, None, None]  # (b, w, patients)
    labels = np.broadcast_to(y, logits.shape)
    return ref.binary_cross_entropy_with_logits(logits, labels, reduction="none").mean(-1)


grid_w, grid_b = np.linspace(-2, 10, 49), np.linspace(-5, 4, 37)
surface = loss_surface(x, grid_w, grid_b)

# %% folded=true
LEVELS = [0.3, 0.35, 0.45, 0.6, 0.9, 1.4, 2.2]


def contours(ax):
    lines = ax.contour(grid_w, grid_b, surface, LEVELS, colors=plots.GREY, linewidths=1)
    ax.clabel(lines, fontsize=10)
    ax.set(xlabel="weight w (per sd of radius)", ylabel="bias b")


def draw(w=1.0, b=1.0):
    p = ref.sigmoid(w * x + b)
    loss = ref.binary_cross_entropy_with_logits(w * x + b, y)
    accuracy = ((p >= 0.5) == y).mean()

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
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
# The contours on the right are the whole landscape of losses; the dot is you. Two things to
# notice. There is one valley and no second one. And walking along a ray from the origin
# leaves the boundary where it is. Here is that walk, from the best setting:

# %%
best_w, best_b = 3.6392, -0.6441  # part 5 finds these
print("  scale   boundary   accuracy   loss")
for k in [0.25, 0.5, 1, 2, 10]:
    logits = k * (best_w * x + best_b)
    loss = ref.binary_cross_entropy_with_logits(logits, y)
    print(
        f"{k:7.2f}   {mean - std * best_b / best_w:8.2f}   "
        f"{((logits >= 0) == y).mean():8.3f}   {loss:.3f}"
    )

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The loss yes, the accuracy no. Five neurons, one boundary, one accuracy; the loss is lowest for
# the one that is as sure as the data allow.
# </details>
#
# Accuracy cannot see sureness; the loss can.
#
# <details><summary><b>Question.</b> At scale 10 the loss is larger than at scale ¼. Why does
# overconfidence cost more than shyness here?</summary>
#
# At scale ¼ everyone pays a little: probabilities hover near one half. At scale 10 the 69
# misclassified patients pay dearly, since $-\ln \hat p$ grows like the logit itself, and the
# logits have become ten times larger. Nobody fines you for being shy and right.
# </details>

# %% [markdown]
# ## 5. Training: the neuron finds its own weights
#
# **Intuition.** You found the valley by looking at the contours. The neuron cannot look. It
# can feel the slope under its feet, and step downhill.
#
# **Formula.** Chain the three links, loss → $\hat p$ → $z$ → weights. The sigmoid's slope
# cancels against the loss's, and what remains is short:
#
# $$\frac{\partial L}{\partial w} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)\,x_i, \qquad
#   \frac{\partial L}{\partial b} = \frac1n\sum_{i=1}^n (\hat p_i - y_i)$$
#
# - $n$: the number of patients; $i$ counts them.
# - $y_i$: 1 if patient $i$ is malignant, else 0.
# - $\hat p_i - y_i$: the error. Too high an answer pushes the weights down, in proportion to
#   the input that carried it.
#
# Then **step against the gradient**: $w \leftarrow w - \eta\,\partial L/\partial w$, the same
# for $b$. The step size $\eta$ is called the learning rate.

# %%
w, b, lr = 0.0, 0.0, 1.0
history = []
for _ in range(2000):
    p = ref.sigmoid(w * x + b)
    history.append(ref.binary_cross_entropy_with_logits(w * x + b, y))
    error = p - y
    w, b = w - lr * (error * x).mean(), b - lr * error.mean()

print(f"w = {w:.4f}, b = {b:.4f}, loss {history[0]:.4f} -> {history[-1]:.4f}")
boundary = mean - std * b / w
print(f"the neuron says malignant from a mean radius of {boundary:.2f}")
print(f"in raw units: w = {w / std:.3f}, b = {b - w * mean / std:.2f}")

# %% [markdown]
# There is the answer to the opening question: **14.75**. Compare it with the number that you
# wrote down.
#
# **The same in torch.** Here nobody derives a gradient: torch records the forward pass and
# works backwards through it (unit 06 shows how).

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
assert np.allclose([wt.item(), bt.item()], [w, b])

# %% [markdown]
# **It has another name.** Statisticians have fitted this curve since the 1940s (Berkson, 1944)
# and call it *logistic regression*. A neuron without a hidden layer in front of it is
# logistic regression, to the last digit that both have converged to:

# %%
from sklearn.linear_model import LogisticRegression

fit = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)
print(f"scikit-learn: w = {fit.coef_[0, 0]:.4f}, b = {fit.intercept_[0]:.4f}")
assert np.allclose([fit.coef_[0, 0], fit.intercept_[0]], [w, b], atol=1e-3)

# %% [markdown]
# **What if** you change the learning rate, or forget to standardize? Below, the neuron starts
# at the dot and walks. The right panel shows its loss.
#
# *Predict first:* at which learning rate does it start to zigzag? And what happens to the same
# walk when radius stays in raw units, where all values are between 7 and 28?


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

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    left.plot(*path.T, "o-", color=plots.BLUE, ms=4, lw=1.2)
    left.plot(*path[-1], "o", color=plots.VERMILLION, ms=10)
    if standardize:
        contours(left)
    left.set(xlabel="weight w", ylabel="bias b")
    right.semilogy(losses, "-")
    right.axhline(0.28999, color=plots.GREY, linestyle=":")
    right.set(xlabel="step", ylabel="loss (log scale; dotted: the best)")
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_formatter("{x:.2g}")
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
# The ratio of its steepest to its flattest curvature, the *condition number*, says how bad it is.
# It is 1 for a round bowl. Descent needs about that many steps.


# %%
def condition_number(inputs):
    """Condition number of the loss's curvature at the best fit of ``inputs`` (n,)."""
    p = ref.sigmoid(best_w * x + best_b)
    A = np.column_stack([inputs, np.ones(len(inputs))])  # (n, 2)
    return np.linalg.cond(A.T @ (A * (p * (1 - p))[:, None]))


print(f"raw radius:          {condition_number(radius):8.0f}")
print(f"standardized radius: {condition_number(x):8.1f}")

# %% [markdown]
# Standardizing costs one line and makes this walk three thousand times easier.
#
# <details><summary><b>Question.</b> The gradient has no factor σ′, although the neuron ends in
# a sigmoid. With squared error it would. What would that do to a neuron that starts out
# certain and wrong?</summary>
#
# Where the sigmoid is flat, σ′ is nearly 0, so the gradient of the squared error is nearly 0
# too: the more wrong, the slower it learns. Cross-entropy pays by the error alone. Unit 04
# lets the two race.
# </details>

# %% [markdown]
# ## 6. When should the alarm ring?
#
# **Intuition.** ½ is a habit, not a law. A missed cancer and a needless second test do not
# cost the same. Where to ring is a decision for people; the neuron only ranks the patients.
#
# **Formula.** *Sensitivity* is the share of malignant cases that ring the alarm. *Specificity*
# is the share of benign cases that do not. A threshold $t$ on the probability is a threshold on
# radius as well: $x = \big(\ln\frac{t}{1-t} - b\big)/w$.
#
# A share from a few hundred patients is itself uncertain, so we print 95 % intervals (Wilson,
# 1927). *Predict:* to find 95 of 100 cancers, how many healthy patients get a false alarm?

# %%
p = ref.sigmoid(w * x + b)


# %% folded=true
def draw_threshold(threshold=0.5):
    alarm = p >= threshold
    found, spared = metrics.sensitivity(y, alarm), metrics.specificity(y, alarm)
    cut = mean + std * (np.log(threshold / (1 - threshold)) - b) / w

    figure, (top, bottom) = plots.subplots(2, 1, height=5.6, height_ratios=[2, 1])
    plots.patients.histograms(top, p, y, bins=25)
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
    alarm = p >= threshold
    print(f"threshold {threshold}")
    print("  sensitivity", metrics.sensitivity(y, alarm))
    print("  specificity", metrics.specificity(y, alarm))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Four of ten: at 0.1 the neuron misses about one cancer in 24. (At ½, one in five.)
# </details>
#
# No threshold repairs a weak measurement; it only moves the pain.
#
# **What this is not.** These are the patients that the neuron was fitted on, from one clinic,
# decades ago. Nothing here says how it would do on yours. Units 01, 07 and 14 do the honest
# version.
#
# <details><summary><b>Question.</b> Somebody reports 88 % accuracy for this neuron. What do you
# ask next?</summary>
#
# How many are ill in the test group (always saying "benign" reaches 63 % here). Sensitivity
# and specificity, with intervals. At which threshold, and who chose it, on which patients.
# </details>

# %% [markdown]
# ## 7. Six bends
#
# **Intuition.** The sum is always the same. The bend decides what the neuron can express, and,
# through its slope, how well it learns.
#
# | bend | formula | slope | where you meet it |
# |---|---|---|---|
# | step | 1 if $z \ge 0$, else 0 | 0 | 1943; today in textbooks |
# | sigmoid | $1/(1+e^{-z})$ | $\sigma(1-\sigma)$, at most ¼ | output neuron for yes or no |
# | tanh | $2\sigma(2z)-1$ | $1-\tanh^2$, at most 1 | recurrent networks |
# | ReLU | $\max(0, z)$ | 0 or 1 | the default inside networks |
# | leaky ReLU | $z$, or $0.01z$ below 0 | 0.01 or 1 | when ReLUs die |
# | GELU | $z\,\Phi(z)$ | $\Phi(z)+z\,\varphi(z)$ | transformers |
#
# Here $\Phi$ is the share of a normal distribution below $z$, and $\varphi$ its bell curve.
#
# **Move** z along each bend. The dashed line is the tangent: its slope is all that descent
# ever sees. *Predict:* which bends have a region where the tangent is exactly flat?

# %% folded=true
BENDS = ["step", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"]


def draw_bend(bend="sigmoid", z=1.0):
    f, f_backward = getattr(ref, bend), getattr(ref, f"{bend}_backward")
    zs = np.linspace(-5, 5, 401)
    value, slope = float(f(z)), float(f_backward(1.0, z))

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    left.plot(zs, f(zs), color=plots.BLUE, linestyle="-")
    near = np.array([z - 1.5, z + 1.5])
    left.plot(near, value + slope * (near - z), "--", color=plots.VERMILLION)
    left.plot(z, value, "o", color=plots.VERMILLION, ms=9)
    left.set(xlabel="weighted sum z", ylabel=f"{bend}(z)", ylim=(-1.4, 5.2))
    right.plot(zs, f_backward(np.ones_like(zs), zs), color=plots.GREEN, linestyle="-")
    right.plot(z, slope, "o", color=plots.VERMILLION, ms=9)
    right.set(xlabel="weighted sum z", ylabel="slope", ylim=(-0.25, 1.25))
    return figure, f"{bend} at z = {z:.1f}: value {value:.3f}, slope {slope:.3f}."


explore(draw_bend, bend=BENDS, z=(-5.0, 5.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The step everywhere, and ReLU below 0.
# </details>
#
# **The same in torch**, values and slopes at once. Two conventions to remember: at exactly 0,
# ReLU's slope is taken as 0, and leaky ReLU's as 0.01.

# %%
z = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
print("z          ", z)
for bend in BENDS[1:]:
    zt = torch.tensor(z, requires_grad=True)
    value = getattr(torch, bend, None) or getattr(F, bend)
    value(zt).sum().backward()
    slope = getattr(ref, f"{bend}_backward")(np.ones_like(z), z)
    assert np.allclose(getattr(ref, bend)(z), value(zt).detach())
    assert np.allclose(slope, zt.grad)
    print(f"{bend:10}  slope", slope.round(3))

# %% [markdown]
# **What if** the output neuron had a ReLU? It could answer 3.7, which is no probability. The
# advice "never use a sigmoid" is about neurons *inside* a network. The neuron that answers
# yes or no still wants one.
#
# **What if** a ReLU neuron's sum is negative for every patient? Its slope is 0 for all of
# them, so nothing ever changes it. It is dead. Leaky ReLU leaves the door ajar.
#
# <details><summary><b>Question.</b> Why does tanh written as
# (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) fail in float32 from about |z| = 89?</summary>
#
# Because e⁸⁹ is larger than any float32. Then it is inf divided by inf, which is NaN. The
# library function never forms the large exponential.
# </details>

# %%
z = np.float32([88, 89])
with np.errstate(all="ignore"):
    print("by hand:", (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)), "  np.tanh:", np.tanh(z))

# %% [markdown]
# ## 8. More than two answers: softmax
#
# **Intuition.** With three diagnoses you use three neurons. Each tallies its own evidence, and
# softmax turns the tallies into shares of one cake.
#
# **Formula.** For scores $z_1, \dots, z_C$ of $C$ classes
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{C} e^{z_j}}$$
#
# Adding the same number to all scores changes nothing: it cancels. So subtract the largest one
# first, and no exponent is ever positive.

# %%
scores = np.array([[2.0, 1.0, -1.0], [1002.0, 1001.0, 999.0]])
shifted = scores - scores.max(axis=-1, keepdims=True)
e = np.exp(shifted)
share = e / e.sum(axis=-1, keepdims=True)
print(share.round(3))
assert np.allclose(share, ref.softmax(scores, dim=-1))
assert np.allclose(share, torch.softmax(torch.from_numpy(scores), dim=-1))

# %% [markdown]
# The sigmoid is the softmax of two: $\sigma(z) = \mathrm{softmax}([z, 0])_1$. One of the two
# scores is redundant, so one neuron is enough for a yes-or-no question.
#
# For the logarithm of a share, use `log_softmax`. Taking the logarithm afterwards is too late:

# %%
z = np.array([0.0, -1000.0])
assert np.allclose(ref.sigmoid(1.7), ref.softmax(np.array([1.7, 0.0]), dim=0)[0])
with np.errstate(divide="ignore"):
    print("log of softmax:", np.log(ref.softmax(z, dim=0)))
print("log_softmax:   ", ref.log_softmax(z, dim=0))

# %% [markdown]
# <details><summary><b>Question.</b> All three scores of a patient are −7. What does softmax
# say?</summary>
#
# One third each. Softmax sees only differences. It has no way to say "none of these".
# </details>

# %% [markdown]
# ## 9. Three things that are widely believed
#
# **"Least squares on the labels would do."** Fit a straight line to 0 and 1, and call it
# malignant above ½. Now add 20 patients with enormous nuclei (radius 60), all correctly labelled
# malignant. They are the easiest cases of all.

# %%
far_x = np.concatenate([radius, np.full(20, 60.0)])
far_y = np.concatenate([y, np.ones(20, int)])


def least_squares_boundary(x, y):
    slope, intercept = np.polyfit(x, y, 1)
    return (0.5 - intercept) / slope


def neuron_boundary(x, y):
    fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x[:, None], y)
    return -fit.intercept_[0] / fit.coef_[0, 0]


for name, where in [("least squares", least_squares_boundary), ("neuron", neuron_boundary)]:
    print(f"{name:13}  boundary {where(radius, y):.2f} -> {where(far_x, far_y):.2f}")

# %% [markdown]
# The straight line is punished for being *too right* about them, and tilts. The neuron shrugs:
# its error for those patients was already 0.
#
# **"Train longer, get better."** Give the neuron all 30 measurements. Now the training patients
# can be separated exactly, so the loss can always be lowered by growing sure, for ever.

# %%
everything = (table.X - table.X.mean(axis=0)) / table.X.std(axis=0)
order = np.random.default_rng(0).permutation(len(y))
train, test = order[:398], order[398:]

many = ref.Neuron(30)
optimizer = ref.SGD(many.parameters(), lr=1.0)
checkpoints = np.unique(np.geomspace(1, 20000, 25).astype(int))
curve = []
for step in range(1, 20001):
    answer = many.forward(everything[train])
    many.backward(ref.binary_cross_entropy_backward(1.0, answer, y[train]))
    optimizer.step(many.gradients())
    if step in checkpoints:
        curve.append(
            [
                ref.binary_cross_entropy(many.forward(everything[part]), y[part])
                for part in (train, test)
            ]
        )
curve = np.array(curve)

# %% folded=true
figure, ax = plots.subplots(height=3.8)
ax.loglog(checkpoints, curve[:, 0], label="398 training patients")
ax.loglog(checkpoints, curve[:, 1], label="171 test patients")
ax.set(xlabel="step", ylabel="loss (cross-entropy)")
ax.legend()
lowest = curve[:, 1].argmin()
plots.show(
    figure,
    f"Training loss falls throughout, to {curve[-1, 0]:.3f}. Test loss is lowest, "
    f"{curve[lowest, 1]:.3f}, at step {checkpoints[lowest]}, and {curve[-1, 1]:.3f} at the end.",
)

# %% [markdown]
# A single neuron can overfit. Unit 07 stops it in time and unit 08 restrains its weights. (We
# standardized with all patients before splitting. Unit 01 measures what that does. Here:
# almost nothing, but do not make it a habit.)
#
# **"A neuron is like a brain cell."** It adds and bends; a brain cell grows, fires in time,
# and bathes in chemistry. The name is a compliment, not a model.

# %% [markdown]
# ## Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | sigmoid as written on paper | overflow warnings; `nan` from $e^z/(1+e^z)$ |
# | `y` of shape (n,) against `p` of shape (n, 1) | no error: an (n, n) table, and a loss that makes no sense |
# | gradient with the wrong sign | loss rises from the first step |
# | gradient summed, not averaged | the same learning rate explodes on a larger data set |
# | raw units | steps that must be tiny, or the loss leaps; after 500 the bias has hardly left 0 |
# | probability where a logit is asked | the loss cannot fall below 0.55 here, whatever you do |
# | sigmoid applied twice | answers only between 0.50 and 0.73 |
# | boundary read as $b/w$ | a boundary at minus fourteen |

# %%
n = len(y)
p_column = ref.sigmoid(best_w * x + best_b)[:, None]
wrong = ref.binary_cross_entropy(np.broadcast_to(p_column, (n, n)), np.broadcast_to(y, (n, n)))
right = ref.binary_cross_entropy(p_column[:, 0], y)
print(f"loss with p of shape (n, 1): {wrong:.3f};  of shape (n,): {right:.3f}")

raw = walk(radius, lr=0.01, steps=500)
print(f"raw units, 500 steps of 0.01: bias {raw[-1, 1]:.2f}; it should become -15.25")

perfect = y.astype(float)  # even perfect probabilities, passed off as logits:
print(f"floor of a loss fed with p: {ref.binary_cross_entropy_with_logits(perfect, y):.2f}")
print("sigmoid of sigmoid:", ref.sigmoid(ref.sigmoid(np.array([-1000.0, 1000.0]))).round(2))

# %% [markdown]
# ## Summary
#
# - A neuron is a weighted sum and a bend. Without the bend, depth is an illusion.
# - The boundary is where the sum is 0. It is flat. Scaling all weights changes sureness only.
# - The gradient of sigmoid plus cross-entropy is error times input.
# - One neuron is logistic regression. On these patients it changes its mind at radius 14.75.
# - The threshold is a decision about costs. Report sensitivity and specificity, with intervals.
#
# **Next:** the lab of this unit, where you write all of it. Then unit 03, where neurons share
# an input and become a layer.
#
# ## Sources
#
# - McCulloch and Pitts, *A logical calculus of the ideas immanent in nervous activity* (1943).
# - Berkson, *Application of the logistic function to bio-assay* (1944).
# - Rosenblatt, *The perceptron* (1958).
# - Glorot, Bordes and Bengio, *Deep sparse rectifier neural networks* (2011): ReLU.
# - Hendrycks and Gimpel, *Gaussian error linear units* (2016).
# - Wilson, *Probable inference, the law of succession, and statistical inference* (1927).
# - Data: Street, Wolberg and Mangasarian, *Nuclear feature extraction for breast tumor
#   diagnosis* (1993), UCI Machine Learning Repository.
