# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 01 · Learning from data
#
# You name the number to beat, find one line three ways, build a classifier from averages, and
# split patients so that nobody can accuse you of anything. Seven short functions, 20 points,
# and one question for a human.
#
# | exercise | difficulty | minutes | points | needs of the [lecture](../lectures/01_learning_from_data.ipynb) |
# |---|---|---|---|---|
# | 1 `majority_class` | ●○○ | 10 | 2 | sitting 1 |
# | 2 `ols` | ●●○ | 10 | 3 | sitting 1 |
# | 3 `scan` | ●○○ | 10 | 3 | sitting 2 |
# | 4 `gradient_step` | ●●○ | 10 | 3 | sitting 2 |
# | 5 `gaussian_log_joint` | ●●○ | 15 | 3 | sitting 3 |
# | 6 `train_val_test_split` | ●●○ | 10 | 3 | sitting 1 |
# | 7 `split_by_patient` | ●●● | 15 | 3 | sitting 1 |
# | open question | | 10 | 4 | sitting 1 |
#
# **How it works.** Replace `raise NotImplementedError` with your lines, run the cell, run the check
# below it. The check says whether you are right and, if not, usually which mistake it is. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. Any exercise
# can be left out: none needs your answer to another. Folded cells hold pictures that appear once
# you are right; run them too (*Run*, *Run All Cells* runs everything). What `torch`, `sklearn` and
# `dlcourse` have ready is no answer: the check refuses it.

# %%
import numpy as np

import dlcourse
from dlcourse import data, metrics, plots

lab = dlcourse.lab("learning_from_data")
biopsies = data.breast_cancer()  # 569 patients; y is 1 for malignant

# %% [markdown]
# ## 1. `majority_class` (2 points, 10 minutes)
#
# The simplest classifier gives everybody the most frequent label among the *training* patients.
# How often is it right on the *test* patients? Labels are whole numbers, in no special order and
# perhaps with gaps: 3, 7 and 9 are fine.


# %% solution="majority_class"
def majority_class(y_train, y_test):
    """Return (label, accuracy) of the classifier that always says the same.

    y_train: (n,) whole numbers. y_test: (m,) whole numbers.
    label: the most frequent label in y_train (there are no ties).
    accuracy: the share of y_test for which it is right.
    """
    ### BEGIN SOLUTION
    labels, counts = np.unique(y_train, return_counts=True)
    label = labels[counts.argmax()]
    return label, (y_test == label).mean()
    ### END SOLUTION


# %% check="majority_class"
lab.check(majority_class)

# %% [markdown]
# How good can laziness be? Here it is tried on 569 biopsies, divided at random 500 times. This is
# the hill that any classifier has to leave behind.

# %% folded=true
if lab.passed("majority_class"):
    rng = np.random.default_rng(0)
    results = []
    for _ in range(500):
        p = rng.permutation(569)
        results.append(majority_class(biopsies.y[p[114:]], biopsies.y[p[:114]])[1])
    figure, ax = plots.subplots(height=3.2)
    ax.hist(results, np.arange(49.5, 95.5) / 114, color=plots.SKY, edgecolor="white")
    ax.axvline(np.mean(results), color="black", linestyle="--", label="mean")
    ax.set(xlabel="accuracy on 114 test patients (share)", ylabel="splits")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Accuracy of always saying benign, in 500 random splits: mean "
            f"{np.mean(results):.3f}, from {min(results):.3f} to {max(results):.3f}.",
        )
    )

# %% [markdown]
# ## 2. `ols` (3 points, 10 minutes)
#
# Find the line $\hat y = m x + b$ with the smallest mean squared residual, by formula:
#
# $$m = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2}, \qquad
#   b = \bar y - m \bar x$$
#
# A column of ones and `np.linalg.lstsq`, or `np.polyfit`, are just as welcome.


# %% solution="ols"
def ols(x, y):
    """Return (slope, intercept) of the line of least squares.

    x, y: (n,). Returns two numbers.
    Not allowed: scipy's linregress and Python's statistics.
    """
    ### BEGIN SOLUTION
    dx, dy = x - x.mean(), y - y.mean()
    slope = (dx @ dy) / (dx @ dx)
    return slope, y.mean() - slope * x.mean()
    ### END SOLUTION


# %% check="ols"
lab.check(ols)

# %% [markdown]
# **Real data, and a surprise.** From the 15 rows of the table `women` (average weights by
# height) we compute the body mass index, weight in kg over squared height in m. *Predict:*
# does the BMI rise or fall with body weight?

# %%
women = data.women()
height = women.column("height") * 0.0254  # m
weight = women.y * 0.45359237  # kg
bmi = weight / height**2

# %% folded=true
if lab.passed("ols"):
    slope, intercept = ols(weight, bmi)
    residual = bmi - slope * weight - intercept
    print(f"by formula: slope {slope:.3f} kg/m² per kg, intercept {intercept:.2f} kg/m²")
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    left.plot(weight, bmi, "o", color=plots.BLUE)
    left.plot(weight, slope * weight + intercept, "-", color="black")
    left.set(xlabel="average weight (kg)", ylabel="body mass index (kg/m²)")
    right.axhline(0, color="black", linewidth=1, linestyle="-")
    right.plot(height, residual, "s", color=plots.VERMILLION)
    right.set(xlabel="height (m)", ylabel="residual (kg/m²)")
    display(
        plots.show(
            figure,
            f"BMI falls as weight rises: {slope:.3f} kg/m² per kg, intercept {intercept:.2f}. "
            f"The residuals run from {residual.min():.2f} to {residual.max():.2f} kg/m² and bend "
            f"with height, the variable that was left out.",
        )
    )

# %% [markdown]
# <details><summary><b>Why?</b> Open this when you have seen the picture.</summary>
#
# It falls, although gaining weight raises anyone's BMI. Each row is the average woman of one
# height: heavier rows are *taller* rows. Height is missing from the line, so the slope has to
# stand in for it, and what it cannot express is left in the residuals. A slope says what goes
# together in this table. It does not say what would happen if you changed something.
# </details>

# %% [markdown]
# ## 3. `scan` (3 points, 10 minutes)
#
# The same question without mathematics: try every pair of a slope and an intercept, and return
# the pair with the smallest mean squared residual. Two loops are perfectly good.


# %% solution="scan"
def scan(x, y, slopes, intercepts):
    """Return the pair (slope, intercept) on the grid with the least mean squared error.

    x, y: (n,). slopes: (s,). intercepts: (i,). Returns two numbers taken from the grids.
    Not allowed: np.polyfit and np.linalg.lstsq.
    """
    ### BEGIN SOLUTION
    table = slopes[:, None, None] * x + intercepts[:, None] - y  # (s, i, n)
    error = (table**2).mean(axis=-1)
    row, column = np.unravel_index(error.argmin(), error.shape)
    return slopes[row], intercepts[column]
    ### END SOLUTION


# %% check="scan"
lab.check(scan)

# %% folded=true
if lab.passed("scan"):
    slopes, intercepts = np.linspace(-0.2, 0.1, 61), np.linspace(15, 35, 81)
    best = scan(weight, bmi, slopes, intercepts)
    print(f"by trying: slope {best[0]:.3f} kg/m² per kg, intercept {best[1]:.2f} kg/m²")
    surface = np.array([[((m * weight + b - bmi) ** 2).mean() for b in intercepts] for m in slopes])
    figure, ax = plots.subplots(height=4)
    lines = ax.contour(slopes, intercepts, surface.T, [1, 10, 50], colors=plots.GREY, linewidths=1)
    ax.clabel(lines, fontsize=10)
    ax.plot(*best, "o", color=plots.VERMILLION, ms=10, label="your scan's best")
    ax.set(xlabel="slope (kg/m² per kg)", ylabel="intercept (kg/m²)")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Weight to BMI again: of {surface.size} lines tried, yours has slope {best[0]:.3f}, "
            f"intercept {best[1]:.2f} and mean squared error {surface.min():.3f}. The valley is "
            f"a thin diagonal canyon.",
        )
    )

# %% [markdown]
# ## 4. `gradient_step` (3 points, 10 minutes)
#
# The third way: stand somewhere, feel the slope of $L = \frac1n\sum_i (w x_i + b - y_i)^2$ in
# both directions, and take one step downhill. `lr` is the learning rate, the length of the step
# per unit of slope.


# %% solution="gradient_step"
def gradient_step(w, b, x, y, lr):
    """Return (w, b) after one step of gradient descent on the mean squared error.

    w, b: numbers. x, y: (n,). lr: learning rate. Returns two numbers.
    """
    ### BEGIN SOLUTION
    error = w * x + b - y
    return w - lr * 2 * (error * x).mean(), b - lr * 2 * error.mean()
    ### END SOLUTION


# %% check="gradient_step"
lab.check(gradient_step)

# %% folded=true
if lab.passed("gradient_step"):
    z = (weight - weight.mean()) / weight.std()
    path = [(0.0, 20.0)]
    for _ in range(30):
        path.append(gradient_step(*path[-1], z, bmi, lr=0.1))
    path = np.array(path)
    per_kg = path[-1, 0] / weight.std()
    print(f"downhill: slope {per_kg:.3f} kg/m² per kg, {path[-1, 1]:.2f} kg/m² at the mean weight")
    figure, ax = plots.subplots(height=3.8)
    ax.plot(*path.T, "o-", color=plots.BLUE, ms=4, lw=1.2)
    ax.plot(*path[-1], "o", color=plots.VERMILLION, ms=10, label="after 30 steps")
    ax.set(xlabel="weight w (kg/m² per sd of body weight)", ylabel="bias b (kg/m²)")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Downhill on standardized body weight, from w = 0, b = 20: after 30 steps of 0.1, "
            f"w = {path[-1, 0]:.3f} and b = {path[-1, 1]:.3f}, which is "
            f"{per_kg:.3f} kg/m² per kg.",
        )
    )

# %% [markdown]
# Compare the three slopes that were printed. Formula and walk agree. The scan can only offer the
# points of its grid, and in a canyon the best of them may lie some way along the floor.

# %% [markdown]
# ## 5. `gaussian_log_joint` (3 points, 15 minutes)
#
# Naive Bayes gives each class $c$ a score for a patient with measurements $x_1, \dots, x_p$:
#
# $$\ln \pi_c + \sum_{j=1}^{p} \Big[-\tfrac12 \ln(2\pi\sigma^2_{cj})
#   - \frac{(x_j - \mu_{cj})^2}{2\sigma^2_{cj}}\Big]$$
#
# $\pi_c$ is the prior of the class, $\mu_{cj}$ and $\sigma^2_{cj}$ are mean and variance of
# measurement $j$ within it. Write all scores of all patients. With 400 measurements it must
# still work: stay in logarithms from start to end.


# %% solution="gaussian_log_joint"
def gaussian_log_joint(X, mean, var, prior):
    """Return the naive Bayes score of every patient and class.

    X: (n, p). mean, var: (k, p). prior: (k,). Returns (n, k).
    """
    ### BEGIN SOLUTION
    squares = (X[:, None] - mean) ** 2 / var  # (n, k, p)
    return np.log(prior) - (np.log(2 * np.pi * var) + squares).sum(axis=2) / 2
    ### END SOLUTION


# %% check="gaussian_log_joint"
lab.check(gaussian_log_joint)

# %% folded=true
if lab.passed("gaussian_log_joint"):
    p = np.random.default_rng(0).permutation(569)
    train, test = p[114:], p[:114]
    X, y = biopsies.X[train], biopsies.y[train]
    mean = np.array([X[y == c].mean(axis=0) for c in (0, 1)])
    var = np.array([X[y == c].var(axis=0) for c in (0, 1)])
    prior = np.array([(y == c).mean() for c in (0, 1)])
    scores = gaussian_log_joint(biopsies.X[test], mean, var, prior)
    margin, truth = scores[:, 1] - scores[:, 0], biopsies.y[test]
    print("sensitivity", metrics.sensitivity(truth, margin > 0))
    print("specificity", metrics.specificity(truth, margin > 0))
    found = (margin[truth == 1] > 0).sum()
    alarms = (margin[truth == 0] > 0).sum()
    figure, ax = plots.subplots(height=3.6)
    plots.patients.jittered(ax, np.arcsinh(margin), truth)
    ticks = np.array([-100, -10, 0, 10, 100, 1000])
    ax.set(xticks=np.arcsinh(ticks), xticklabels=ticks, yticks=[0, 1])
    ax.axvline(0, color="black", linestyle="--")
    ax.set(yticklabels=["benign", "malignant"], xlabel="score of malignant minus benign (log odds)")
    display(
        plots.show(
            figure,
            f"Your scores on 114 unseen biopsies: right of the dashed line the alarm rings. It "
            f"finds {found} of {(truth == 1).sum()} malignant ones, with {alarms} false alarms "
            f"among {(truth == 0).sum()}. The largest log odds are {margin.max():.0f}.",
        )
    )

# %% [markdown]
# ## 6. `train_val_test_split` (3 points, 10 minutes)
#
# Shuffle once, cut twice. Return the *row numbers* of the three parts. They share no row and
# lose none. Their sizes follow `fractions`; one row more or less does not matter.
#
# The same seed must give the same split, so shuffle with `rng.permutation(n)`, where
# `rng = np.random.default_rng(seed)`.


# %% solution="train_val_test_split"
def train_val_test_split(n, fractions, seed):
    """Return (train, val, test), three arrays of row numbers from 0 to n - 1.

    n: how many rows. fractions: (3,), their sum is 1. seed: a whole number.
    """
    ### BEGIN SOLUTION
    p = np.random.default_rng(seed).permutation(n)
    a = round(fractions[0] * n)
    b = a + round(fractions[1] * n)
    return p[:a], p[a:b], p[b:]
    ### END SOLUTION


# %% check="train_val_test_split"
lab.check(train_val_test_split)

# %% folded=true
if lab.passed("train_val_test_split"):
    by_seed = []
    for seed in range(40):
        parts = train_val_test_split(569, np.array([0.6, 0.2, 0.2]), seed)
        by_seed.append([biopsies.y[rows].mean() for rows in parts])
    by_seed = np.array(by_seed)
    figure, ax = plots.subplots(height=3.6)
    for shares, name, marker in zip(by_seed.T, ["train", "val", "test"], "os^", strict=True):
        ax.plot(shares, marker, ms=6, label=name)
    ax.axhline(biopsies.y.mean(), color=plots.GREY, linestyle=":")
    ax.set(xlabel="seed", ylabel="malignant (share)")
    ax.legend(ncols=3, loc="upper center")
    ax.set_ylim(0.2, 0.6)
    display(
        plots.show(
            figure,
            f"Share of malignant biopsies in each part of your split, for 40 seeds. Among 114 "
            f"test patients it runs from {by_seed[:, 2].min():.2f} to {by_seed[:, 2].max():.2f}, "
            f"by luck alone; in the whole table it is {biopsies.y.mean():.2f}.",
        )
    )

# %% [markdown]
# ## 7. `split_by_patient` (3 points, 15 minutes)
#
# Now each row is an *image*, and a patient may have several. Split the patients, not the
# images. `np.unique(patient)` lists each patient once. Shuffle that list with
# `rng.permutation`, where `rng = np.random.default_rng(seed)`. The first of the shuffled
# patients, `test_share` of all of them (rounded), go to the test side with all their images.


# %% solution="split_by_patient"
def split_by_patient(patient, test_share, seed):
    """Return (train, test), two arrays of row numbers; no patient has rows in both.

    patient: (n,) whose image each row is. test_share: of the patients. seed: a whole number.
    """
    ### BEGIN SOLUTION
    ids = np.random.default_rng(seed).permutation(np.unique(patient))
    in_test = np.isin(patient, ids[: round(test_share * len(ids))])
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)
    ### END SOLUTION


# %% check="split_by_patient"
lab.check(split_by_patient)

# %% [markdown]
# **What it saves you from.** 200 invented patients with a few similar images each. Their
# diagnoses are coin tosses, so there is nothing to learn. A classifier copies the diagnosis
# of the most similar training image. How accurate does it seem?


# %%
def nearest(images, diagnosis, train, test):
    distance = ((images[test][:, None] - images[train]) ** 2).sum(axis=2)
    return (diagnosis[train][distance.argmin(axis=1)] == diagnosis[test]).mean()


# %% folded=true
if lab.passed("split_by_patient"):
    share = []
    for per_patient in [1, 2, 3, 4]:
        results = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            patient = np.repeat(np.arange(200), per_patient)
            images = rng.normal(size=(200, 20))[patient]
            images = images + rng.normal(0, 0.3, images.shape)
            diagnosis = rng.integers(0, 2, 200)[patient]
            mixed = rng.permutation(len(patient))
            k = len(mixed) // 5
            results.append(
                [
                    nearest(images, diagnosis, mixed[k:], mixed[:k]),
                    nearest(images, diagnosis, *split_by_patient(patient, 0.2, seed)),
                ]
            )
        share.append(np.mean(results, axis=0))
    share = np.array(share)
    figure, ax = plots.subplots(height=3.6)
    ax.plot([1, 2, 3, 4], share[:, 0], "s--", color=plots.VERMILLION, label="split by image")
    ax.plot([1, 2, 3, 4], share[:, 1], "o-", color=plots.BLUE, label="your split, by patient")
    ax.set(xlabel="images per patient", ylabel="test accuracy (share)", ylim=(0.3, 1.02))
    ax.set_xticks([1, 2, 3, 4])
    ax.legend(loc="center right")
    display(
        plots.show(
            figure,
            f"Coin-toss diagnoses with 1, 2, 3 and 4 images per patient: split by image the test "
            f"accuracy seems to be {', '.join(f'{s:.2f}' for s in share[:, 0])}; split by patient "
            f"it is {', '.join(f'{s:.2f}' for s in share[:, 1])}.",
        )
    )

# %% [markdown]
# ## A question for a human (4 points, 10 minutes)
#
# A colleague has 1,200 photographs of 300 patients' moles, and reports: "I shuffled the
# photographs, kept a fifth for testing, tried 40 network designs, and the best one reached 94 %
# on the test photographs. 88 % of the moles are benign." **What is wrong, and what would you do
# instead?** Five to eight sentences.

# %% [markdown] open="mole_split" points=4
# **Model answer.** Three things are wrong. First, with four photographs per patient, nearly
# every test patient also has photographs in training, so the network can score by recognising
# the person or the mole. Second, the best of 40 designs was picked on the test photographs, so
# part of its lead is luck and 94 % is too high; the test set served as a leaderboard. Third, 94
# % must be compared with the 88 % that "always benign" reaches, and accuracy hides how many
# melanomas were missed. I would split the 300 patients, say 180, 60 and 60, with all
# photographs of a patient on one side; choose among the designs on the validation patients;
# then open the test patients once for the one design chosen. I would report sensitivity and
# specificity with intervals, and say how few malignant moles the test set holds: about 12 % of
# them, so the interval of the sensitivity will be wide. If the tool is meant for another
# clinic, patients from that clinic are the test that counts.
#
# **Rubric.** 1 point: photographs of one patient on both sides, and splitting by patient. 1
# point: the choice among 40 designs was made on the test set, and a validation set as the cure.
# 1 point: baseline of 88 % and a measure other than accuracy. 1 point: test set opened once,
# with an interval or a remark on its small number of malignant moles.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: climb the leaderboard
#
# Write `leaderboard(guess)`, which returns the accuracy of 228 guesses on 114 hidden labels
# (take them from `biopsies.y`, shuffled), and climb it without looking at the labels. Coin
# tosses that are kept when they score above one half are in the lecture. Can you do better with
# the same number of queries? Think of changing one guess at a time: what does the answer then
# tell you, and how many queries do you need for a perfect score? Then defend the board: round
# its answers, or let it answer only when an entry beats the best so far by at least 1 %, and
# see which of your attacks survives. There is no check for this one, only the climb.
