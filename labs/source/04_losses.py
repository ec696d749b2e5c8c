# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 04 · Losses
#
# You write the losses that networks are trained with, from the squared error to Cox's partial
# likelihood, each with its gradient, and stable however sure the network is. Then you let 69 heart
# transplants say what age costs. Eight functions, 22 points, and one question for a human.
#
# | exercise | level | minutes | points | needs of the [lecture](../lectures/04_losses.ipynb) |
# |---|---|---|---|---|
# | 1 regression_loss | ●●○ | 20 | 3 | sitting 1 |
# | 2 bce_with_logits | ●●○ | 15 | 3 | sitting 1 |
# | 3 cross_entropy | ●●○ | 20 | 3 | sitting 1 |
# | 4 entropy | ●●○ | 15 | 3 | sitting 1 |
# | 5 kl_div | ●○○ | 10 | 2 | sitting 3 |
# | 6 cox_ph_loss | ●●● | 20 | 3 | sitting 4 |
# | 7 cox_ph_grad | ●●● | 15 | 2 | sitting 4 |
# | 8 concordance_index | ●●○ | 15 | 3 | sitting 4 |
# | open question | | 15 | 4 | sitting 1 |
#
# **How it works.** As before: replace `raise NotImplementedError`, run the cell, run the check
# below it. Stuck? Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the
# next. No exercise needs your answer to another. Folded cells hold pictures that appear once you
# are right. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the check refuses it.

# %%
import numpy as np
from scipy.special import expit, softmax  # written in lab 02, so yours to use

import dlcourse
from dlcourse import data, metrics, plots

lab = dlcourse.lab("losses")

# %% [markdown]
# **The loss chooses the answer.** Before you write one: if you had to give all 442 patients with
# diabetes the same score, the squared error would choose their mean and the absolute error their
# median. Then five scores are typed with an extra zero.

# %%
score = data.diabetes().y
mistyped = score.copy()
mistyped[:5] *= 10
print("asked for by     all right  five typos")
print(f"squared error    {score.mean():9.1f}  {mistyped.mean():10.1f}")
print(f"absolute error   {np.median(score):9.1f}  {np.median(mistyped):10.1f}")

# %% [markdown]
# ## 1. `regression_loss` (3 points, 20 minutes)
#
# Three losses for a number, each as a **mean over all entries**, each with its gradient. With the error
# $d = \text{input} - \text{target}$, one entry costs
#
# | name | loss | slope in the input |
# |---|---|---|
# | `"mse"` | $d^2$ | $2d$ |
# | `"l1"` | $\lvert d\rvert$ | sign of $d$; 0 where $d = 0$ |
# | `"huber"`, small $d$ | $d^2/2$ if $\lvert d\rvert \le \delta$ | $d$ |
# | `"huber"`, large $d$ | $\delta(\lvert d\rvert - \delta/2)$ | $\pm\delta$ |


# %% solution="regression_loss"
def regression_loss(name, input, target, delta):
    """Return (loss, gradient) of the loss called name.

    name: "mse", "l1" or "huber". input, target: arrays of the same shape, one or two axes.
    delta: a number above 0, where Huber's loss becomes straight; the others do not use it.
    Returns a number, the mean loss, and an array of the shape of input: the mean's gradient.
    """
    ### BEGIN SOLUTION
    d = input - target
    size = np.abs(d)
    if name == "mse":
        losses, slopes = d**2, 2 * d
    elif name == "l1":
        losses, slopes = size, np.sign(d)
    else:
        losses = np.where(size <= delta, d**2 / 2, delta * (size - delta / 2))
        slopes = np.clip(d, -delta, delta)
    return losses.mean(), slopes / d.size
    ### END SOLUTION


# %% check="regression_loss"
lab.check(regression_loss)

# %% folded=true
if lab.passed("regression_loss"):
    errors = np.linspace(-4, 4, 161)
    figure, (top, low) = plots.subplots(2, 1, height=6.2)
    ends = []
    for name in ["mse", "l1", "huber"]:
        pairs = [regression_loss(name, np.array([e]), np.zeros(1), 1.0) for e in errors]
        top.plot(errors, [loss for loss, _ in pairs], label=name)
        low.plot(errors, [grad[0] for _, grad in pairs], label=name)
        ends.append(f"{name} {pairs[-1][0]:.1f} and {pairs[-1][1][0]:.1f}")
    top.set(xlabel="error", ylabel="your loss", ylim=(0, 8))
    low.set(xlabel="error", ylabel="your gradient: the pull")
    top.legend()
    display(
        plots.show(
            figure,
            f"Your three losses and their pull, delta 1. At an error of 4, loss and pull are: "
            f"{'; '.join(ends)}. Near 0, Huber's is half of mse; far off it runs parallel to l1.",
        )
    )

# %% [markdown]
# ## 2. `bce_with_logits` (3 points, 15 minutes)
#
# A yes or no, from the logit $z$, with $p = \sigma(z)$:
#
# $$L = -\frac1n\sum_i \big[y_i \ln p_i + (1 - y_i)\ln(1 - p_i)\big], \qquad
#   \frac{\partial L}{\partial z_i} = \frac{p_i - y_i}{n}$$
#
# Logits of ±1000 must give finite, right numbers, and NumPy must have nothing to warn about. A patient
# with $z = -1000$ who is ill costs 1000. (`expit` is the sigmoid; it is safe at any logit.)


# %% solution="bce_with_logits"
def bce_with_logits(z, y):
    """Return (loss, gradient) of the mean binary cross-entropy.

    z: (patients,), logits. y: (patients,), 0 or 1. Returns a number and an array (patients,).
    Not allowed: scipy's log_expit.
    """
    ### BEGIN SOLUTION
    losses = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return losses.mean(), (expit(z) - y) / len(z)
    ### END SOLUTION


# %% check="bce_with_logits"
lab.check(bce_with_logits)

# %% [markdown]
# Your loss and its gradient train a neuron on all 30 measurements of 400 biopsies, and watch the other
# 169:

# %% folded=true
if lab.passed("bce_with_logits"):
    table = data.breast_cancer()
    order = np.random.default_rng(0).permutation(len(table.y))
    train, test = order[:400], order[400:]
    X = (table.X - table.X[train].mean(axis=0)) / table.X[train].std(axis=0)
    w, b, curve = np.zeros(30), 0.0, []
    for _ in range(300):
        loss, grad = bce_with_logits(X[train] @ w + b, table.y[train])
        curve.append([loss, bce_with_logits(X[test] @ w + b, table.y[test])[0]])
        w, b = w - 0.5 * X[train].T @ grad, b - 0.5 * grad.sum()
    curve = np.array(curve)
    figure, ax = plots.subplots(height=3.6)
    ax.semilogx(np.arange(1, 301), curve[:, 0], label="400 training patients")
    ax.semilogx(np.arange(1, 301), curve[:, 1], label="169 test patients")
    ax.axhline(np.log(2), color=plots.GREY, ls=":", label="a coin")
    ax.set(xlabel="step (log scale)", ylabel="your loss (nats)", ylim=(0, 0.75))
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    ax.legend()
    display(
        plots.show(
            figure,
            f"Your loss falls from {curve[0, 0]:.3f}, a coin's, to {curve[-1, 0]:.3f} on the training "
            f"patients and to {curve[-1, 1]:.3f} on the others.",
        )
    )

# %% [markdown]
# ## 3. `cross_entropy` (3 points, 20 minutes)
#
# One of $C$ diagnoses, from scores. The truth is the number of the class, from 0 to $C - 1$.
#
# $$L = \frac1n\sum_i \Big[-z_{i,t_i} + \ln\sum_c e^{z_{ic}}\Big], \qquad
#   \frac{\partial L}{\partial z_{ic}} = \frac{\mathrm{softmax}(z_i)_c - [c = t_i]}{n}$$
#
# $[c = t_i]$ is 1 for the true class and 0 for the others. Scores of ±1000 must work, in one batch with
# small ones, and the caller's arrays must survive. (scipy's `softmax` is safe. `logsumexp` is the
# exercise.)


# %% solution="cross_entropy"
def cross_entropy(z, target):
    """Return (loss, gradient) of the mean cross-entropy.

    z: (patients, classes), scores. target: (patients,), whole numbers from 0 to classes - 1.
    Returns a number and an array (patients, classes).
    Not allowed: scipy's logsumexp and log_softmax.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(z))
    below = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(below).sum(axis=1)) - below[rows, target]
    grad = softmax(z, axis=1)
    grad[rows, target] -= 1
    return losses.mean(), grad / len(z)
    ### END SOLUTION


# %% check="cross_entropy"
lab.check(cross_entropy)

# %% [markdown]
# Ten classes of handwritten digits, one linear layer, your loss. What should it be before the first
# step, when all scores are 0?

# %% folded=true
if lab.passed("cross_entropy"):
    images = data.digits()
    pixels = images.X.reshape(-1, 64)
    order = np.random.default_rng(0).permutation(len(pixels))
    train, test = order[:1200], order[1200:]
    weight, curve = np.zeros((64, 10)), []
    for _ in range(200):
        loss, grad = cross_entropy(pixels[train] @ weight, images.y[train])
        curve.append(loss)
        weight -= pixels[train].T @ grad
    scores = pixels[test] @ weight
    shares = softmax(scores, axis=1)
    wrong = np.flatnonzero(scores.argmax(axis=1) != images.y[test])
    worst = wrong[np.argsort(shares[wrong, images.y[test][wrong]])[:4]]
    figure, axes = plots.subplots(1, 4, width=7.6, height=2.6)
    words = []
    for ax, i in zip(axes, worst, strict=True):
        true, said = images.y[test][i], scores[i].argmax()
        ax.imshow(images.X[test][i, 0], cmap="gray_r")
        ax.set(xticks=[], yticks=[], xlabel=f"is {true}: {shares[i, true]:.1%}")
        ax.set_title(f"says {said}: {shares[i, said]:.0%}", fontsize=12)
        words.append(f"a {true} called {said} ({shares[i, said]:.0%} sure)")
    right = (scores.argmax(axis=1) == images.y[test]).mean()
    display(
        plots.show(
            figure,
            f"Loss {curve[0]:.3f}, which is ln 10, then {curve[-1]:.3f} after 200 steps; {right:.3f} "
            f"of 597 test digits right. The four that cost most: {', '.join(words)}.",
        )
    )

# %% [markdown]
# ## 4. `entropy` (3 points, 15 minutes)
#
# How undecided are the answers? With $p = \mathrm{softmax}(z)$, one row for each patient, in nats:
#
# $$H_i = -\sum_c p_{ic} \ln p_{ic}, \qquad L = \frac1n\sum_i H_i, \qquad
#   \frac{\partial L}{\partial z_{ic}} = -\frac{p_{ic}\,(\ln p_{ic} + H_i)}{n}$$
#
# By convention $0 \ln 0 = 0$. Scores of ±1000 must give finite, right numbers, and NumPy must have
# nothing to warn about. Networks do train on this: subtracted from a loss, it punishes being too sure.


# %% solution="entropy"
def entropy(z):
    """Return (entropy, gradient) of what the scores say, the mean over patients.

    z: (patients, classes), scores. Returns a number and an array (patients, classes).
    Not allowed: scipy's entr and scipy.stats.
    """
    ### BEGIN SOLUTION
    p = softmax(z, axis=1)
    log_p = np.log(np.where(p > 0, p, 1))
    H = -(p * log_p).sum(axis=1, keepdims=True)
    return H.mean(), -p * (log_p + H) / len(z)
    ### END SOLUTION


# %% check="entropy"
lab.check(entropy)

# %% folded=true
if lab.passed("entropy"):
    logits = np.linspace(-6, 6, 121)
    found = [entropy(np.array([[0.0, z]])) for z in logits]
    hump, slope = np.array([[H, grad[0, 1]] for H, grad in found]).T
    base = data.breast_cancer().y.mean()
    at = np.log(base / (1 - base))
    height = entropy(np.array([[0.0, at]]))[0]
    figure, ax = plots.subplots(height=3.8)
    ax.plot(logits, hump, label="your entropy")
    ax.plot(logits, slope, label="your gradient")
    ax.plot(at, height, "o", color=plots.GREEN, ms=11, label="37 % malignant")
    ax.set(xlabel="logit of one of two outcomes", ylabel="nats; nats per unit of logit")
    ax.set_ylim(-0.3, 1.15)
    ax.legend(loc="upper center", ncols=3, columnspacing=1, handletextpad=0.5, fontsize=12)
    display(
        plots.show(
            figure,
            f"Entropy of two outcomes: {hump.max():.3f} = ln 2 where both are equally likely, "
            f"{hump[-1]:.3f} at a logit of 6. Its gradient is 0 on top and points there from both "
            f"sides. The biopsies' labels have {height:.3f}: the loss of quoting the base rate.",
        )
    )

# %% [markdown]
# ## 5. `kl_div` (2 points, 10 minutes)
#
# What it costs, on top, to believe $q$ where $p$ is true, and which way to move $q$:
#
# $$D(p\,\|\,q) = \sum_c p_c \ln\frac{p_c}{q_c}, \qquad \frac{\partial D}{\partial q_c} = -\frac{p_c}{q_c}$$
#
# $p$ may hold zeros, and they cost nothing; $q$ holds none. One pair of distributions, not a batch.


# %% solution="kl_div"
def kl_div(p, q):
    """Return (divergence, gradient in q), in nats.

    p: (classes,), what is true. q: (classes,), what is believed, all above 0.
    Returns a number and an array (classes,).
    Not allowed: scipy's kl_div and rel_entr, and scipy.stats.
    """
    ### BEGIN SOLUTION
    seen = p > 0
    return (p[seen] * np.log(p[seen] / q[seen])).sum(), -p / q
    ### END SOLUTION


# %% check="kl_div"
lab.check(kl_div)

# %% folded=true
if lab.passed("kl_div"):
    q = np.linspace(0.01, 0.99, 99)
    truth = np.array([0.9, 0.1])
    there = [kl_div(truth, np.array([s, 1 - s]))[0] for s in q]
    back = [kl_div(np.array([s, 1 - s]), truth)[0] for s in q]
    figure, ax = plots.subplots(height=3.6)
    ax.plot(q, there, label="D(p‖q): truth p = 0.9, belief on the axis")
    ax.plot(q, back, label="D(q‖p): the other way round")
    ax.set(xlabel="share given to the first outcome", ylabel="divergence (nats)", ylim=(0, 4.5))
    ax.legend(fontsize=11)
    display(
        plots.show(
            figure,
            f"Your divergence from 0.9: both ways 0 at 0.9. At a belief of 0.5 it is "
            f"{there[49]:.3f} one way and {back[49]:.3f} the other.",
        )
    )

# %% [markdown]
# ## 6. `cox_ph_loss` (3 points, 20 minutes)
#
# Patients come with a time and an event: 1 if they died then, 0 if they were last seen alive then
# (*censored*). At each death, the loss asks how surprising it is that it was this patient, of all who
# were still at risk:
#
# $$L = \frac1D \sum_{i\,:\,\text{died}} \Big( -\eta_i + \ln\!\!\sum_{j\,:\,t_j \ge t_i}\! e^{\eta_j} \Big)$$
#
# $\eta$ is the log-risk, $D$ the number of **deaths**. At least one patient dies, and no two on the same
# day; somebody may leave alive on the day of a death, and counts as at risk that day. Log-risks can be
# large: adding 1000 to all of them must change nothing, and ±1000 in one study must work.
# (`scipy.special.logsumexp` is welcome: you have built it in exercise 3.)


# %% solution="cox_ph_loss"
def cox_ph_loss(log_risk, time, event):
    """Return Cox's loss, the mean over deaths.

    log_risk: (patients,). time: (patients,), in days. event: (patients,), 1 died, 0 censored.
    Returns a number.
    """
    ### BEGIN SOLUTION
    losses = []
    for i in np.flatnonzero(event):
        at_risk = log_risk[time >= time[i]]
        m = at_risk.max()
        losses.append(m + np.log(np.exp(at_risk - m).sum()) - log_risk[i])
    return np.mean(losses)
    ### END SOLUTION


# %% check="cox_ph_loss"
lab.check(cox_ph_loss)

# %% [markdown]
# Now 69 heart transplants. The log-risk is `beta` times age, in decades. *Predict the sign of the best
# beta.* (A few patients did die on the same day. Your loss then leaves each in the sums of the others,
# which is Breslow's way, and near enough.)

# %% folded=true
heart = data.heart_transplant()
decades = (heart.X[:, 0] - heart.X[:, 0].mean()) / 10

if lab.passed("cox_ph_loss"):
    betas = np.linspace(-1, 2, 61)
    valley = [cox_ph_loss(b * decades, heart.time, heart.event) for b in betas]
    best = betas[np.argmin(valley)]
    figure, ax = plots.subplots(height=3.6)
    ax.plot(betas, valley)
    ax.plot(best, min(valley), "*", color=plots.VERMILLION, ms=17, mec="white")
    ax.set(xlabel="beta (per ten years of age)", ylabel="your loss (nats per death)")
    display(
        plots.show(
            figure,
            f"Your loss over beta is one valley: {valley[20]:.3f} at beta 0, lowest at {best:.2f} "
            f"with {min(valley):.3f}. Above 0: older patients died sooner.",
        )
    )

# %% [markdown]
# ## 7. `cox_ph_grad` (2 points, 15 minutes)
#
# Each death is a softmax over those at risk, so its gradient is what you know from exercise 3: everybody
# at risk gets the **share** of the tickets, and the one who died gets 1 less.
#
# $$\frac{\partial L}{\partial \eta_j} = \frac1D \Big( \sum_{i\,:\,\text{died},\; t_i \le t_j}
#   \frac{e^{\eta_j}}{\sum_{k\,:\,t_k \ge t_i} e^{\eta_k}} \;-\; \text{event}_j \Big)$$
#
# The same promises as in exercise 6 hold, large log-risks included. The gradient sums to 0.


# %% solution="cox_ph_grad"
def cox_ph_grad(log_risk, time, event):
    """Return the gradient of Cox's mean loss in the log-risks.

    log_risk: (patients,). time: (patients,), in days. event: (patients,), 1 died, 0 censored.
    Returns an array (patients,).
    """
    ### BEGIN SOLUTION
    grad = np.zeros(len(time))
    for i in np.flatnonzero(event):
        at_risk = time >= time[i]
        grad[at_risk] += softmax(log_risk[at_risk])
        grad[i] -= 1
    return grad / event.sum()
    ### END SOLUTION


# %% check="cox_ph_grad"
lab.check(cox_ph_grad)

# %% [markdown]
# Your gradient walks beta down that valley, from 0:

# %% folded=true
if lab.passed("cox_ph_grad"):
    path = [0.0]
    for _ in range(40):
        slope = decades @ cox_ph_grad(path[-1] * decades, heart.time, heart.event)
        path.append(path[-1] - 0.3 * slope)
    figure, ax = plots.subplots(height=3.6)
    ax.plot(path, "o-", ms=4)
    ax.set(xlabel="step", ylabel="beta (per ten years of age)")
    display(
        plots.show(
            figure,
            f"Your descent: beta goes from 0 to {path[-1]:.3f}. Ten years older, the hazard is "
            f"multiplied by {np.exp(path[-1]):.2f} in these 69 patients.",
        )
    )

# %% [markdown]
# ## 8. `concordance_index` (3 points, 15 minutes)
#
# Of two patients, did the one with the higher risk die first? Count the pairs whose order is **known**:
# one died, and the other was alive at that time. That is so if the other's time is later (whatever
# happened then), or the same day, but censored. Two deaths on the same day have no order.
#
# A pair is worth 1 if the one who died first had the higher risk, ½ if both risks are equal, else 0. The
# index is the mean over all known pairs. (There is one at least.)


# %% solution="concordance_index"
def concordance_index(risk, time, event):
    """Return the share of known pairs in which the higher risk died first.

    risk: (patients,), higher should die sooner. time: (patients,), in days.
    event: (patients,), 1 died, 0 censored. Returns a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    score = pairs = 0.0
    for i in np.flatnonzero(event):
        outlived = (time > time[i]) | ((time == time[i]) & (event == 0))
        score += (risk[outlived] < risk[i]).sum() + 0.5 * (risk[outlived] == risk[i]).sum()
        pairs += outlived.sum()
    return score / pairs
    ### END SOLUTION


# %% check="concordance_index"
lab.check(concordance_index)

# %% [markdown]
# How good is age, and how good would *nothing* be? The picture shuffles the ages 200 times and asks your
# index each time.

# %% folded=true
if lab.passed("concordance_index"):
    rng = np.random.default_rng(0)
    found = concordance_index(decades, heart.time, heart.event)
    shuffled = [
        concordance_index(rng.permutation(decades), heart.time, heart.event) for _ in range(200)
    ]
    figure, ax = plots.subplots(height=3.6)
    ax.hist(
        shuffled, np.arange(0.3, 0.71, 0.02), color=plots.SKY, ec="white", label="shuffled ages"
    )
    ax.axvline(found, color=plots.VERMILLION, ls="--", label="age")
    ax.set(xlabel="your concordance index", ylabel="shuffles")
    ax.legend(loc="upper left")
    display(
        plots.show(
            figure,
            f"Concordance of age: {found:.3f}. Of 200 shuffles, from {min(shuffled):.2f} to "
            f"{max(shuffled):.2f}, {np.sum(np.array(shuffled) >= found)} reach it.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 15 minutes)
#
# The clinic has an idea: whoever the model calls **benign with more than 99 % certainty** goes home
# without further tests. Two models are offered, both judged on patients that they were not fitted on:

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

table = data.breast_cancer()
folds = StratifiedKFold(10, shuffle=True, random_state=0)
neuron = make_pipeline(StandardScaler(), LogisticRegression())
for name, model in [("naive Bayes", GaussianNB()), ("logistic regression", neuron)]:
    p = cross_val_predict(model, table.X, table.y, cv=folds, method="predict_proba")[:, 1]
    home = p < 0.01
    print(f"{name}: right for {((p >= 0.5) == table.y).mean():.1%} of all")
    print(f"  sent home: {home.sum()} of {len(p)}")
    print("  malignant among them:", metrics.rate(table.y[home].sum(), home.sum()))

# %% [markdown]
# **Which of the two would you let decide, if any, and what do you need to know first?** Say what "99 %
# sure" should have meant, what it meant here, and what you would do about it. Five to eight sentences.

# %% [markdown] open="sent_home" points=4
# **Model answer.** "More than 99 % sure" promises that fewer than 1 in 100 of those sent home have
# cancer. Naive Bayes sends 351 home and 15 of them have cancer, 4.3 % (95 % interval 2.6 to 6.9 %): it
# breaks its promise at least twofold, although it is right for 94 % of all patients. Logistic regression
# sends only 253 home and 1 of them has cancer (0.4 %, interval 0.1 to 2.2 %): compatible with the promise,
# but 253 patients cannot prove it, as the interval reaches above 1 %. I would not use naive Bayes for
# this. I might rescale its logits (temperature scaling) on other patients and test again; that repairs
# the sureness, not the order. For logistic regression I would ask for patients from our own clinic, many more
# of them, with our own instruments: calibration does not travel by itself, and here 37 % were ill. I would also ask
# what further tests cost, what a missed cancer costs, and whether 1 % is a limit that doctors and patients
# accept. Until then it may order the queue; it should not send anybody home.
#
# **Rubric.** 1 point: says what 99 % promises, and compares with the counts among those sent home. 1 point:
# uses an interval, or says that one of 253 does not prove the promise. 1 point: accuracy is no answer to this
# question, or names calibration and a way to check or repair it on other patients. 1 point: a reasoned
# recommendation that weighs a missed cancer against a further test, or asks whether it holds elsewhere.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: make it honest
#
# Cut the patients into three parts. Fit naive Bayes on the first. On the second, find the one number $T$
# that makes `bce_with_logits(z / T, y)` smallest. On the third, compare the losses before and after, and
# draw *claimed* against *right* for both. How does $T$ vary when you cut differently, twenty times? Then
# try the same with logistic regression. There is no check for this one.
