# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · Learning from data
#
# **Can you top a cancer leaderboard without seeing one patient?**
#
# A competition publishes the biopsies of 228 patients, without the diagnoses. You send in 228
# guesses. A leaderboard answers with one number: how many of the first 114 you got right. You may
# try as often as you like. At the end, the winner is judged on the other 114. Suppose you are
# blind: you never open a single biopsy. Write down your guess. After 1,000 entries, how high can
# you stand on the leaderboard? And how well will you do on the other 114?
#
# After this lecture you can
#
# 1. say what it means to learn from data, and what "deep" adds;
# 2. name the number that any method must beat;
# 3. derive the line of least squares, and see when a curve learns too much;
# 4. split patients so that the final number is worth believing, and recognise three leaks;
# 5. find a line by trying and by walking downhill, and build a classifier from averages.
#
# *You need:* [unit 00](00_first_steps.ipynb), all of it, or to know what it teaches: shapes, axis,
# broadcasting, masks, a seeded generator. And what a derivative is.
# *Lab:* [lab 01](../labs/01_learning_from_data.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run every cell, one by one. What folded cells draw or print you should see; their code you need not read.
#
# <details><summary><b>The Python that you meet here</b></summary>
#
# - `def f(x, degree=1)`: a function whose second argument may be left out.
# - `[f(d) for d in degrees]`: the list of all `f(d)`. `{"fever days": 3}`: a dictionary, values by name.
# - `for a, b in zip(A, B)`: goes through two lists side by side.
# - `f"{x:.2f}"`: a text that holds x with two decimals.
# - `u @ v`: the products of two arrays, summed.
# - `assert`: stops if what follows is not true.
# </details>

# %%
import numpy as np
from numpy.polynomial import Polynomial

from dlcourse import data, metrics, plots
from dlcourse.widgets import counted, explore

# %% [markdown]
# ## Sitting 1 · To know what a result is worth
#
# *Read in 60 minutes.*
#
# ### What a rule would need
#
# A boy of six has had a high fever for three days. His eyes are very red. He has a rash on the trunk,
# swollen nodes in the neck, and a tongue that looks like a strawberry. A paediatrician thinks of
# Kawasaki disease before the mother has finished her sentence.
#
# Now write that as a program. Published criteria ask for five days of fever and four of five signs
# (simplified here from McCrindle and others, 2017, who accept four days when four signs are there; this
# is a lesson in programming, not in paediatrics):

# %%
SIGNS = ["red eyes", "rash", "mouth or tongue", "hands or feet", "neck nodes"]
boy = {"fever days": 3, "red eyes": 1, "rash": 1, "mouth or tongue": 1, "neck nodes": 1}


def rule(child, days_needed):
    signs = sum(child.get(sign, 0) for sign in SIGNS)  # 0 where a sign is not listed
    return child["fever days"] >= days_needed and signs >= 4


for days in [3, 4, 5]:
    print(f"with at least {days} days of fever needed, the rule says {rule(boy, days)}")

# %% [markdown]
# The rule works, and three questions remain.
#
# - **Who chose 5 and 4?** Experts did, from experience. Could the numbers be *found* from past
#   patients instead? That is machine learning. A number that is found so is a
#   [parameter](glossary.md#parameter).
# - **Who says that the tongue is a strawberry?** The rule starts where the hard part is over. A
#   camera delivers a grid of numbers, and none of them is called "strawberry". A quantity that a
#   method starts from is a [feature](glossary.md#feature). Here a human eye computed the features.
# - **Can the features be found too?** That is deep learning. Its features are learned as well, layer
#   by layer, each layer from the one before (sitting 3).
#
# | model | features | how they are weighed |
# |---|---|---|
# | a rule | by hand | by hand |
# | classical machine learning | by hand | learned |
# | deep learning | learned | learned |
#
# ### The number to beat
#
# A data set is a table. By convention it is called $X$ and has **one row per patient and one column
# per measurement**: $n$ by $p$. Beside it stand the [labels](glossary.md#label) $y$: what is true of
# each patient, and is to be predicted.
#
# **Intuition.** Before you admire 90 %, ask what a lazy person would get. He looks up which label was most
# common among past patients, and says it of everybody: the **majority class**. Such a simplest
# [prediction](glossary.md#prediction) is a [baseline](glossary.md#baseline), and it is hard to beat when a
# disease is rare.
#
# The share of right answers is the [accuracy](glossary.md#accuracy). For the majority class it is simply
# that class's share of the patients.

# %%
table = data.breast_cancer()
X, y = table.X, table.y  # 1 is malignant
shares = np.array([(y == c).mean() for c in (0, 1)])
print("X:", X.shape, " one patient:", X[0].shape, " one measurement:", X[:, 2].shape)
print(f"accuracy of always benign: {shares.max():.3f}")
print("sensitivity of always benign:", metrics.sensitivity(y, np.zeros(len(y))))

# %% [markdown]
# So 0.627 on these patients takes no skill at all. The last line says what such an accuracy hides.
# [Sensitivity](glossary.md#sensitivity) is the share of malignant biopsies that are found;
# [specificity](glossary.md#specificity) is the share of benign ones that are left alone. In brackets
# stand the 95 % [interval](glossary.md#confidence-interval) and the counts. Not one cancer was found.
#
# **Luck is wide.** "Beat random" sounds easy, and it is, for one of many. Below, players each toss a
# fair coin for every patient. A **histogram** counts how many players reached each accuracy.
# *Predict:* with 1,000 players and 20 patients, how good is the best?


# %% folded=true
def draw_luck(players=1000, patients=20):
    rng = np.random.default_rng(1)
    accuracy = rng.binomial(patients, 0.5, players) / patients
    figure, ax = plots.subplots(height=3.6)
    together = 1 + patients // 60  # so many scores share a bar, or bars become hairs
    edges = (np.arange(0, patients + together + 1, together) - 0.5) / patients
    ax.stairs(np.histogram(accuracy, edges)[0], edges, fill=True, color=plots.SKY)
    ax.axvline(0.5, color="black", linestyle=":", label="chance")
    ax.axvline(shares.max(), color=plots.GREEN, linestyle="-.", label="always benign")
    ax.axvline(accuracy.max(), color=plots.VERMILLION, linestyle="--", label="luckiest player")
    ax.set(xlabel="accuracy (share of patients)", ylabel="players", xlim=(0, 1))
    ax.legend(loc="upper left", fontsize=11)
    above = (accuracy > shares.max()).mean()
    sentence = (
        f"{counted(players, 'coin tosser')}, {patients} patients: half of them reach "
        f"{np.median(accuracy):.2f}, the luckiest {accuracy.max():.2f}; "
        f"{above:.1%} beat always-benign."
    )
    return figure, sentence


assert "luckiest 0.85;" in draw_luck()[1]  # 17 of 20
explore(draw_luck, players=(1, 5000), patients=(5, 569))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The best of 1,000 coins is right for 17 of 20 patients, and knows nothing.
# </details>
#
# **What if** there are more patients? The hill narrows: its standard deviation is $1/(2\sqrt n)$ for
# $n$ patients. More players? The hill stays and its best member climbs. Keep both in mind. They are
# the whole secret of the leaderboard.
#
# ### A line, and what it leaves over
#
# **Intuition.** To learn, you need something that can be adjusted. The smallest such machine is a
# straight line with two parameters: how steep, and how high.
#
# $$\hat y = m x + b$$
#
# - $x$: what you know about a patient; $\hat y$: what the line predicts.
# - $m$: the slope, in units of $y$ per unit of $x$. In networks it is called the *weight*, written $w$.
# - $b$: the intercept, the prediction at $x = 0$. In networks it is called the *bias*.
#
# What the line misses is the [residual](glossary.md#residual) $r_i = y_i - \hat y_i$, one for each row
# $i$. The plain mean of the residuals is no measure of a line, since misses above and below cancel. So
# square first: the [mean squared error](glossary.md#mse) is $\frac1n\sum_i r_i^2$.
#
# **Data.** The *World Almanac* of 1975 printed the average weight of American women aged 30 to 39 for
# 15 heights, in clothes and shoes. We count height from 165 cm, so that $b$ means something: the weight
# at 165 cm.

# %%
women = data.women()
height = women.column("height") * 2.54  # inches to cm
weight = women.y * 0.45359237  # pounds to kg
x = height - 165

# %% [markdown]
# Move the two parameters until the line fits. *Predict:* when the slope is best, can you tell from the
# residuals on the right alone whether the line is too high?


# %% folded=true
def draw_line(slope=0.3, at_165_cm=58.0):
    residual = weight - slope * x - at_165_cm
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    left.plot(height, weight, "o", color=plots.BLUE)
    left.plot(height, slope * x + at_165_cm, "-", color="black")
    left.vlines(height, weight - residual, weight, color=plots.VERMILLION, linestyle=":")
    left.set(xlabel="height (cm)", ylabel="average weight (kg)", ylim=(45, 80))
    right.axhline(0, color="black", linewidth=1, linestyle="-")
    right.plot(height, residual, "s", color=plots.VERMILLION, ms=6)
    right.set(xlabel="height (cm)", ylabel="residual (kg)", ylim=(-12, 12))
    sentence = (
        f"Slope {slope:.2f} kg per cm, {at_165_cm:.1f} kg at 165 cm: mean residual "
        f"{residual.mean():+.2f} kg, mean squared error {(residual**2).mean():.2f} kg²."
    )
    return figure, sentence


explore(draw_line, slope=(-0.5, 1.5, 0.01), at_165_cm=(50.0, 72.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# You can. Where the line is too high the residuals sink below zero. At the best height their mean is
# zero.
# </details>
#
# ### The best line, by formula
#
# **Intuition.** At the bottom of a valley the ground is level. Write down the slopes of the error, set
# both to zero, and solve. Call the mean squared error $L$:
#
# $$L = \frac1n\sum_i (m x_i + b - y_i)^2$$
#
# The curly $\partial L/\partial b$ is the [derivative](glossary.md#derivative) of $L$ when $b$ alone
# moves and $m$ is held.
#
# 1. **Move b.** The derivative of a square is twice the bracket, times the inner derivative, which is 1.
#    Average and set to zero:
#
#    $$\frac2n\sum_i (m x_i + b - y_i) = 0$$
#
#    Each bracket is a residual with the sign turned. So the residuals average to zero.
# 2. **Solve for b.** With $\bar x$, $\bar y$ for the means this reads $m\bar x + b - \bar y = 0$. So
#    $b = \bar y - m\bar x$: the best line passes through the two means.
# 3. **Move m.** Now the inner derivative is $x_i$:
#
#    $$\frac2n\sum_i (m x_i + b - y_i)\,x_i = 0$$
#
# 4. **Put b in.** The bracket becomes $m\,(x_i - \bar x) - (y_i - \bar y)$. Write $d_i = x_i - \bar x$
#    and $e_i = y_i - \bar y$:
#
#    $$\sum_i (m d_i - e_i)\,x_i = 0$$
#
# 5. **Take the mean of x off.** All $d_i$ sum to zero, and so do all $e_i$. So nothing changes if
#    $\bar x$ is taken from each $x_i$:
#
#    $$\sum_i (m d_i - e_i)\,d_i = 0$$
#
# Solve for $m$:
#
# $$m = \frac{\sum_i d_i e_i}{\sum_i d_i^2}, \qquad b = \bar y - m \bar x$$
#
# The equations of steps 1 and 3 are the **normal equations**, their solution is
# [ordinary least squares](glossary.md#least-squares) (Legendre, 1805). Squares open upward, so the level
# place is the bottom.
#
# **In numbers**, with three points (0, 1), (1, 2), (2, 6). The means are 1 and 3, so
# $d = (-1, 0, 1)$ and $e = (-2, -1, 3)$. Then $m = (2 + 0 + 3)/(1 + 0 + 1) = 2.5$ and $b = 3 - 2.5 = 0.5$.
# Or solve the two equations as they stand. Sums over the points give $5m + 3b = 14$ and $3m + 3b = 9$.


# %%
def line(x, y):
    """Return slope and intercept of the line of least squares."""
    d, e = x - x.mean(), y - y.mean()
    m = (d @ e) / (d @ d)
    return m, y.mean() - m * x.mean()


print("three points:", np.array(line(np.array([0, 1, 2]), np.array([1, 2, 6]))))
print("two equations:", np.linalg.solve([[5, 3], [3, 3]], [14, 9]))
slope, at_165_cm = line(x, weight)
residual = weight - slope * x - at_165_cm
print(f"women: {slope:.3f} kg per cm, {at_165_cm:.2f} kg at 165 cm")
print("residuals (kg), shortest first:")
print(residual.round(1), f" root mean square {np.sqrt((residual**2).mean()):.2f}")

# %% [markdown]
# The line is off by about 0.6 kg, and wrong in an orderly way: too low at both ends, too high in the
# middle. Residuals without a pattern look like noise to this model. Residuals with a pattern are something
# that it has not learned. Here it is a curve.
#
# A caution: each point is an average over many women. Single women scatter widely around it.
#
# Now patients, with all their noise: 442 people with diabetes. $x$ is the body mass index (BMI), $y$ a
# score of how far the disease has progressed a year later, in points.

# %%
diabetes = data.diabetes()
bmi, progression = diabetes.column("bmi"), diabetes.y
m, b = line(bmi, progression)
rmse = np.sqrt(((progression - m * bmi - b) ** 2).mean())  # root of the mean squared error
print(f"progression = {m:.2f} * BMI {b:+.1f}, off by {rmse:.1f} points")
print(f"baseline, always the mean: off by {progression.std():.1f} points")

# %% folded=true
figure, ax = plots.subplots(height=3.8)
ax.plot(bmi, progression, "o", color=plots.BLUE, ms=4, alpha=0.45, mew=0)
ends = np.array([bmi.min(), bmi.max()])
ax.plot(ends, m * ends + b, "-", color="black", label="least squares")
ax.axhline(progression.mean(), color=plots.GREY, linestyle="--", label="always the mean")
ax.set(xlabel="body mass index (kg/m²)", ylabel="progression after a year (score)")
ax.legend(loc="upper left")
plots.show(
    figure,
    f"442 patients with diabetes and the line of least squares, {m:.2f} points per kg/m². It is "
    f"off by {rmse:.1f} points; always saying the mean is off by {progression.std():.1f}.",
)

# %% [markdown]
# ### A curve that learns too much
#
# **A curve has more freedom.** Take 30 of the 442 patients and fit polynomials of BMI:
# $\hat y = c_0 + c_1 x + c_2 x^2 + \dots + c_d x^d$. The $c$ are parameters. The degree $d$ is a
# [hyperparameter](glossary.md#hyperparameter): you set it before learning starts. *Predict:* as $d$
# grows, what happens to the error on those 30, and on the other 412?


# %%
def error_of(curve, rows):
    """Return the root of a curve's mean squared error on some patients, in points."""
    return np.sqrt(((curve(bmi[rows]) - progression[rows]) ** 2).mean())


def fit_curve(degree, draw, n=30):
    """Return the curve fitted to n patients, who they are, and the error on them and on others."""
    order = np.random.default_rng(draw).permutation(len(bmi))
    few, others = order[:n], order[n:]
    curve = Polynomial.fit(bmi[few], progression[few], degree)
    return curve, few, [error_of(curve, few), error_of(curve, others)]


for degree in [1, 2, 3, 5, 7, 9]:
    seen, unseen = np.median([fit_curve(degree, draw)[2] for draw in range(50)], axis=0)
    print(f"degree {degree}: off by {seen:.1f} on the 30 and {unseen:,.1f} on the others (median)")


# %% folded=true
def draw_curve(degree=7, which_30=0):
    curve, few, (seen, unseen) = fit_curve(degree, which_30)
    figure, ax = plots.subplots(height=3.9)
    ax.plot(bmi, progression, "o", color=plots.GREY, ms=3, alpha=0.3, mew=0, label="others")
    ax.plot(bmi[few], progression[few], "s", color=plots.VERMILLION, ms=6, label="the 30")
    xs = np.linspace(bmi.min(), bmi.max(), 300)
    ax.plot(xs, curve(xs), "-", color="black")
    ax.set(xlabel="body mass index (kg/m²)", ylabel="progression (score)", ylim=(-20, 380))
    ax.legend(loc="upper left")
    sentence = (
        f"Degree {degree}, draw {which_30}: off by {seen:.1f} points on the 30 patients it was "
        f"fitted to, by {unseen:,.1f} on the other 412."
    )
    return figure, sentence


explore(draw_curve, degree=(1, 9), which_30=(0, 20))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The curve gets better wherever it has looked, and absurd where it has not.
# </details>
#
# This is [overfitting](glossary.md#overfitting): learning the 30 patients, and not what they have in
# common. To be right about patients that one has not seen is [generalization](glossary.md#generalization).
# Change the draw: the line hardly moves, the curve of degree 9 jumps about.
#
# ### Three sets of patients
#
# **Intuition.** A student who has seen the exam can score 100 %, and you learn nothing about the student.
# So patients are divided into three sets, the
# [training, validation and test set](glossary.md#training-set):
#
# | set | you use it to | how often |
# |---|---|---|
# | **training** | fit weights, averages, curves | as often as you like |
# | **validation** | choose: which degree, when to stop | often, with a bad conscience |
# | **test** | report one number | once, at the end |
#
# The split is one shuffle and two cuts. Fit curves of degree 1 to 9 on 30 training patients. Choose the
# degree by another 30. Judge the chosen curve on the rest. *Predict:* which degree wins if you choose by
# the training patients? And by the validation patients?

# %%
chosen = {"training": [], "validation": []}
for seed in range(100):
    order = np.random.default_rng(seed).permutation(len(bmi))
    train, val, test = order[:30], order[30:60], order[60:]
    curves = [Polynomial.fit(bmi[train], progression[train], degree) for degree in range(1, 10)]
    for by, rows in {"training": train, "validation": val}.items():
        winner = curves[np.argmin([error_of(curve, rows) for curve in curves])]
        chosen[by].append((winner.degree(), error_of(winner, test)))
for by, results in chosen.items():
    degree, error = np.median(results, axis=0)
    print(f"chosen by {by}: degree {degree:.0f}, off by {error:,.0f} on the test set (median)")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# By the training patients the most flexible curve wins, always, and it fails on the others. By the
# validation patients most often the line wins.
# </details>
#
# The test set must have had no say in anything. Whatever you choose *because* it looks good on some
# patients owes part of its lead to luck with them. **Picking anything on the test set is cheating**, also
# when nobody intends it.
#
# ### Split by patient
#
# Anything that lets test patients influence training or choices is a [leak](glossary.md#leak). Suppose you
# have two images of each patient, and split the *images* at random. Many a test patient then has an image
# in the training set too. The model can score by recognising the person. Sitting 4 shows it: 0.87 by
# image, although the labels are coin tosses and nothing can be learned. So split by patient, never by
# image.
#
# ### The leaderboard
#
# Now the opening question. You are blind. Here is your plan, which Hardt (2015) described under the name
# *wacky boosting*:
#
# 1. Send in 228 coin tosses. The leaderboard tells your accuracy on the public 114.
# 2. If it is above ½, keep that entry. Otherwise throw it away. Repeat.
# 3. At the end, let the kept entries vote on each patient.
#
# *Predict:* where do 1,000 entries take you? Keep to the guess that you wrote down at the start.


# %%
def climb(entries, public, seed=0):
    """Return public and private accuracy of the vote after 1, 2, ... entries."""
    rng = np.random.default_rng(seed)
    truth = y[rng.permutation(569)[: public + 114]]  # public patients first, then 114 private ones
    votes = np.zeros(len(truth))  # one sum per patient; above zero: malignant leads
    on_public, on_private = [], []
    for _ in range(entries):
        toss = rng.integers(0, 2, len(truth))  # step 1: a coin for each patient
        if (toss[:public] == truth[:public]).mean() > 0.5:  # all that the leaderboard tells
            votes = votes + 2 * toss - 1  # step 2: keep it, as +1 for malignant and -1 for benign
        vote = np.where(votes == 0, toss, votes > 0)  # step 3; the last toss settles a tie
        right = vote == truth
        on_public.append(right[:public].mean())
        on_private.append(right[public:].mean())
    return on_public, on_private


# (20 runs, public or private, 1000 entries)
runs = np.array([climb(1000, 114, seed) for seed in range(20)])
for entries in [1, 10, 100, 500, 1000]:
    at = runs[:, :, entries - 1]
    (public, private), spread = at.mean(axis=0), at.std(axis=0, ddof=1)
    print(f"{entries:5} entries: public {public:.2f} ± {spread[0]:.2f}", end=", ")
    print(f"private {private:.2f} ± {spread[1]:.2f}  (SD of 20 runs)")

# %% folded=true
figure, ax = plots.subplots(height=3.6)
count = np.arange(1, 1001)
styles = [("public leaderboard", plots.VERMILLION, "-"), ("private patients", plots.BLUE, "--")]
for (name, color, dash), each in zip(styles, runs.transpose(1, 0, 2), strict=True):
    average, spread = each.mean(axis=0), each.std(axis=0, ddof=1)
    ax.plot(count, average, dash, color=color, label=name)
    ax.fill_between(count, average - spread, average + spread, color=color, alpha=0.2, lw=0)
ax.set(xlabel="entries sent in", ylabel="accuracy (share of patients)", ylim=(0.4, 1.02))
ax.legend(loc="center right", fontsize=11)
plots.show(
    figure,
    f"Mean of 20 runs, and a band of one standard deviation to each side. Public accuracy climbs to "
    f"{runs[:, 0, -1].mean():.2f}; private accuracy stays at {runs[:, 1, -1].mean():.2f}.",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# To 0.96 on the public patients, and to 0.50, a coin, on the private ones.
# </details>
#
# No rule was broken and no patient seen. Each query leaked a little of the labels, and choosing by the
# answer added them up. This is why competitions limit entries per day and keep a private half. **Your own
# validation set is a leaderboard too**, and you query it whenever you choose. (How fast the climb goes,
# and what more patients change: sitting 4.)
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | no baseline | 63 % on these biopsies is celebrated |
# | averaging over the wrong axis | `X.mean(axis=1)` has one number per patient, in no unit |
# | residuals not squared | the "best" line lies infinitely far above the data |
# | unshuffled split of sorted labels | the last fifth is all malignant |
# | images split at random | a number that no new patient will confirm |
# | choosing on the test set | a number that never comes back |
#
# ### Summary
#
# - Learning is finding the parameters of a rule from data. Deep learning finds the features too.
# - Beat the majority class, and chance with its width, before you claim anything.
# - The best line has residuals of mean zero. A flexible curve learns its patients by heart.
# - Fit on training, choose on validation, open the test set once. Split by patient.
# - With 1,000 blind entries you stand at 0.96 on the leaderboard, and know nothing.
#
# **Next:** the lab, then unit 02, where the line becomes a neuron. Sittings 2 to 4 are for other days;
# exercises 3 and 4 of the lab need sitting 2, exercise 5 sitting 3.
#
# ### On Monday
#
# - **First** set the test patients aside, by patient, and do not look at them.
# - **Baseline** beside every result: the majority class, or the mean.
# - **Start with** a simple model. Below it is naive Bayes, which asks whose averages a patient resembles
#   more, those of the ill or of the others (sitting 3).
# - **Choose** among models on validation patients.
# - **Report** the test result once: sensitivity and specificity, with intervals.
#
# The split below is for one row per patient, and keeps the share of ill ones the same in both parts. With
# several rows per patient take scikit-learn's `GroupShuffleSplit`.

# %%
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from statsmodels.stats.proportion import proportion_confint

inputs, truth = X, y  # yours: (patients, measurements); 1 is ill
X_train, X_test, y_train, y_test = train_test_split(
    inputs, truth, test_size=0.2, stratify=truth, random_state=0
)
for model in [DummyClassifier(), GaussianNB()]:  # the majority class, then naive Bayes
    model.fit(X_train, y_train)  # learn from the training patients
    right = model.predict(X_test) == y_test  # your test patients, once
    for name, ill in [("sensitivity", 1), ("specificity", 0)]:
        among = right[y_test == ill]  # the ill ones, then the others
        low, high = proportion_confint(among.sum(), len(among), method="wilson")
        print(f"{model}: {name} {among.mean():.2f} ({low:.2f} to {high:.2f})")

# %% [markdown]
# ## Sitting 2 · To find a line where no formula exists
#
# **How do you find the best parameters if you cannot solve for them?**
#
# *Read in 25 minutes.* Run the cells of sitting 1 first.
#
# ### By trying
#
# No mathematics: lay a grid over the two parameters, try every pair, keep the best. The task is the line
# of sitting 1 again, progression from BMI.

# %%
import torch

from dlcourse.classical import descend, mse_surface, ols, scan

best = np.inf
for try_m in np.linspace(0, 20, 201):
    for try_b in np.linspace(-300, 50, 351):
        error = ((progression - try_m * bmi - try_b) ** 2).mean()
        if error < best:
            best, found = error, (try_m, try_b)
print(f"best of {201 * 351:,}: {found[0]:.1f} and {found[1]:.0f}; formula: {m:.1f} and {b:.0f}")

# %% [markdown]
# Move the fineness of the grid. *Predict:* does a finer grid always give a better line?

# %% folded=true
grid_m, grid_b = np.linspace(0, 20, 60), np.linspace(-300, 50, 60)
rmse_map = np.sqrt(mse_surface(bmi, progression, grid_m, grid_b))


def draw_scan(values_per_parameter=6):
    ms, bs = np.linspace(0, 20, values_per_parameter), np.linspace(-300, 50, values_per_parameter)
    tried_m, tried_b = scan(bmi, progression, ms, bs)
    off = np.sqrt(((progression - tried_m * bmi - tried_b) ** 2).mean())

    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    levels = [63, 80, 120, 200, 300]
    lines = left.contour(grid_m, grid_b, rmse_map.T, levels, colors=plots.GREY, linewidths=1)
    left.clabel(lines, fontsize=9)
    left.plot(*[part.ravel() for part in np.meshgrid(ms, bs)], ".", color=plots.SKY, ms=4)
    left.plot(m, b, "*", color="black", ms=13, label="formula")
    left.plot(tried_m, tried_b, "o", color=plots.VERMILLION, ms=9, label="grid's best")
    left.set(xlabel="slope m (points per kg/m²)", ylabel="intercept b (points)")
    left.legend(fontsize=11, loc="upper right", frameon=True)
    right.plot(bmi, progression, "o", color=plots.BLUE, ms=3, alpha=0.3, mew=0)
    right.plot(ends, m * ends + b, "-", color="black")
    right.plot(ends, tried_m * ends + tried_b, "--", color=plots.VERMILLION)
    right.set(xlabel="body mass index (kg/m²)", ylabel="progression (score)", ylim=(0, 360))
    sentence = (
        f"{values_per_parameter} values per parameter, {values_per_parameter**2} lines tried: the best has "
        f"slope {tried_m:.2f}, intercept {tried_b:.1f} and is off by {off:.1f} points "
        f"(formula: {rmse:.1f})."
    )
    return figure, sentence


explore(draw_scan, values_per_parameter=(2, 40))

# %% folded=true
for values in [6, 7, 8, 9, 10, 20, 40]:
    pair = scan(bmi, progression, np.linspace(0, 20, values), np.linspace(-300, 50, values))
    off = np.sqrt(((progression - pair[0] * bmi - pair[1]) ** 2).mean())
    print(f"{values:3} values per parameter: off by {off:.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Not always: seven values do worse than six, and nine worse than eight. The valley is a narrow diagonal
# canyon, and the points of a finer grid may straddle it.
# </details>
#
# **Why trying everything never ends.** With $k$ values per parameter and $p$ parameters there are $k^p$
# settings. *Predict:* ten values each, a billion tries per second. For how many parameters are you done
# within a day? Within the age of the universe?


# %% folded=true
def years_to_try(parameters, values, per_second):
    """Return the logarithm to base 10 of the years it takes to try every setting."""
    return parameters * np.log10(values) - np.log10(per_second) - np.log10(365.25 * 24 * 3600)


for parameters, what in [
    (11, "a line on all ten columns"),
    (31, "unit 02's neuron on 30 columns"),
    (60_965_224, "AlexNet (2012), unit 10"),
]:
    years = years_to_try(parameters, 10, 1e9)
    time = f"10 to the {years:,.0f} years" if years > 0 else f"{10.0 ** (parameters - 9):g} seconds"
    print(f"{parameters:10,} parameters: {time:26} {what}")
for what, seconds in [("a day", 86_400), ("the age of the universe", 1.38e10 * 365.25 * 86_400)]:
    print(f"{what} is enough for {int(np.log10(seconds * 1e9))} parameters")
print("ways to fill a Go board: a number of", len(str(3**361)), "digits")

MACHINES = {"a laptop (1e9 per second)": 1e9, "the largest computers (1e18)": 1e18}
AGES = {"a day": 1 / 365.25, "a life": 80, "the universe so far": 1.38e10}


def draw_forever(parameters=11, values_per_parameter=10, machine="a laptop (1e9 per second)"):
    line = np.arange(1, 101)
    figure, ax = plots.subplots(height=3.8)
    ax.plot(
        line, years_to_try(line, values_per_parameter, MACHINES[machine]), "-", color=plots.BLUE
    )
    for (name, years), place in zip(AGES.items(), [60, 50, 60], strict=True):
        ax.axhline(np.log10(years), color=plots.GREY, linestyle=":")
        ax.text(place, np.log10(years) + 0.6, name, ha="right", fontsize=11)
    here = years_to_try(parameters, values_per_parameter, MACHINES[machine])
    ax.plot(parameters, here, "o", color=plots.VERMILLION, ms=10)
    ax.set(
        xlabel="parameters (weights)", ylabel="years (powers of ten)", xlim=(0, 61), ylim=(-25, 60)
    )
    reached = years_to_try(line, values_per_parameter, MACHINES[machine]) < np.log10(1.38e10)
    sentence = (
        f"{counted(parameters, 'parameter')} of {values_per_parameter} values: 10 to the {here:.1f} years. The age of the "
        f"universe would be enough for {counted(reached.sum(), 'parameter')}."
    )
    return figure, sentence


explore(draw_forever, parameters=(1, 60), values_per_parameter=(2, 100), machine=list(MACHINES))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 13 parameters, and 26. A computer a billion times faster adds nine.
# </details>
#
# So something must tell you *which way* to turn a parameter.
#
# **Go** is too large to be tried out as well. Even so AlphaGo Zero (Silver and others, 2017) mastered it: it
# was given the rules and no human game, and it learned by playing against itself. After three days it beat
# the program that had defeated Lee Sedol, by 100 games to 0.
#
# ### By walking downhill
#
# **Intuition.** A blind hiker stands on the rim of a canyon and wants to reach the river. She cannot see
# it. She can feel which way the ground falls, take a step, and feel again. It is also the children's game
# of Marco Polo: eyes closed, you call "Marco", they answer "Polo". You learn the *direction*, but not the
# *distance*. Jump too far and you swim past them.
#
# **Formula.** You have both slopes already, from steps 1 and 3 of sitting 1. Now do not set them to zero.
# Step against them:
#
# $$m \leftarrow m - \eta\,\frac2n \sum_i (\hat y_i - y_i)\,x_i, \qquad
#   b \leftarrow b - \eta\,\frac2n \sum_i (\hat y_i - y_i)$$
#
# The two slopes together are the [gradient](glossary.md#gradient). It points uphill; hence the minus. This
# walk is [gradient descent](glossary.md#gradient-descent). $\eta$ is the **learning rate**: how long a step
# is per unit of slope. We first [standardize](glossary.md#standardize) BMI: subtract the mean, divide by
# the standard deviation. You will see why.

# %%
z = (bmi - bmi.mean()) / bmi.std()
w, c, lr = 0.0, 0.0, 0.1
for _ in range(60):
    error = w * z + c - progression  # (442,)
    w, c = w - lr * 2 * (error * z).mean(), c - lr * 2 * error.mean()
print(f"after 60 steps: {w:.3f} per standard deviation, {c:.3f} at the mean")
print(f"in raw units: {w / bmi.std():.2f}, intercept {c - w * bmi.mean() / bmi.std():.1f}")

# %% [markdown]
# The same line for the third time. **In torch** nobody writes the slopes: `backward` finds them.

# %%
at = torch.zeros(2, dtype=torch.float64, requires_grad=True)  # weight and bias
zt, yt = torch.from_numpy(z), torch.from_numpy(progression)
for _ in range(60):
    ((at[0] * zt + at[1] - yt) ** 2).mean().backward()
    with torch.no_grad():
        at -= lr * at.grad
    at.grad = None
print("torch:", at.detach().numpy().round(3))

# %% [markdown]
# **Walk with her.** The learning rate is given as a share of the largest one: above it she is carried
# further off at each step. *Predict:* what happens at shares of 0.5, 0.9 and 1.05? Then untick
# *standardize* and try to reach the river.


# %% folded=true
def draw_hiker(share_of_largest_rate=0.1, steps=20, standardize=True):
    inputs = z if standardize else bmi
    A = np.column_stack([inputs, np.ones(len(inputs))])
    largest = 2 / np.linalg.eigvalsh(2 * A.T @ A / len(A))[-1]  # 2 / steepest curvature
    path = descend(inputs, progression, share_of_largest_rate * largest, steps)
    off = [np.sqrt(((w * inputs + b - progression) ** 2).mean()) for w, b in path]
    river = np.array(ols(inputs, progression))

    ws = np.linspace(-20, 110, 50) if standardize else np.linspace(-3, 14, 50)
    bs = np.linspace(-20, 320, 50) if standardize else np.linspace(-150, 60, 50)
    surface = np.sqrt(mse_surface(inputs, progression, ws, bs))
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.9)
    left.contour(ws, bs, surface.T, [63, 70, 90, 120, 160, 220], colors=plots.GREY, linewidths=1)
    left.plot(*path.T, "o-", color=plots.BLUE, ms=3, lw=1.2)
    left.plot(*river, "*", color="black", ms=13)
    left.plot(*path[-1], "o", color=plots.VERMILLION, ms=9)
    left.set(xlabel="weight", ylabel="bias", xlim=ws[[0, -1]], ylim=bs[[0, -1]])
    right.plot(off, "-")
    right.axhline(rmse, color=plots.GREY, linestyle=":")
    right.set(xlabel="step", ylabel="off by (score; dotted: best)", ylim=(50, 200))
    left_to_go = np.linalg.norm(path[-1] - river) / np.linalg.norm(river)
    sentence = (
        f"Learning rate {share_of_largest_rate * largest:.2g}, {counted(steps, 'step')}, "
        f"{'standardized' if standardize else 'raw'} BMI: off by {off[-1]:.1f} points (best "
        f"{rmse:.1f}), with {left_to_go:.0%} of the way to the river still ahead."
    )
    return figure, sentence


explore(draw_hiker, share_of_largest_rate=(0.02, 1.06, 0.02), steps=(1, 100), standardize=True)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# With standardized BMI the valley is a round bowl, and at half the largest rate one single step lands in
# the river. At 0.9 she overshoots from side to side, each time by less; at 1.05 each time by more. In raw
# units it is a canyon: she soon stands on its floor, and then creeps along it almost on the level. No
# setting of these sliders brings her to the river.
# </details>
#
# How long would it take? That depends on the *curvature*: how fast the slope itself changes along a
# direction. The steepest direction limits the learning rate. The flattest then has to be walked with it.
# `eigvalsh` returns both curvatures; take that on trust for now.

# %%
A = np.column_stack([bmi, np.ones(len(bmi))])
flat, steep = np.linalg.eigvalsh(2 * A.T @ A / len(A))
shrink = (steep - flat) / (steep + flat)  # of the distance, per step, at the best rate
print(f"raw: steepest / flattest curvature = {steep / flat:,.0f}")
print(f"steps until she is a million times nearer: {np.log(1e-6) / np.log(shrink):,.0f}")
print("standardized, one step of 0.5:", descend(z, progression, lr=0.5, steps=1)[-1].round(1))

# %% [markdown]
# The walk is slower than the formula, and in raw units hopeless. But it needs only slopes, and slopes exist
# for every network in this course. (A network's error has many valleys, and she may end in another one: unit
# 05.)
#
# <details><summary><b>Question.</b> The formula needs one pass over the data and the walk 60. Why does
# anyone walk?</summary>
#
# Because the formula is for straight lines. Its equations are linear in the parameters. Put a curve such as
# the sigmoid (unit 02) between parameters and prediction, and nobody can solve them on paper. The slopes
# can still be computed.
# </details>

# %% [markdown]
# ## Sitting 3 · To build two simple classifiers
#
# **Can you diagnose with nothing but averages?**
#
# *Read in 33 minutes.* Run the cells of sitting 1 first.
#
# ### A flat cut
#
# With two columns the line becomes a plane, with ten a [hyperplane](glossary.md#hyperplane):
#
# $$\hat y = w_1 x_1 + \dots + w_p x_p + b$$
#
# The derivation of sitting 1 goes through for each weight: one normal equation each, solved together. As a
# classifier ("malignant where the sum is above a threshold") it cuts space in two with one flat cut. That
# is the simplest rule that uses every column. With few columns it has little freedom to overfit: $p + 1$
# numbers.

# %%
from sklearn.naive_bayes import GaussianNB

from dlcourse.classical import ols
from dlcourse.widgets import rounded

weights, bias = ols(diabetes.X, progression)  # (442, 10)
off = np.sqrt(((progression - diabetes.X @ weights - bias) ** 2).mean())
print(f"on the 442 it was fitted to: all ten columns off by {off:.1f} points, BMI alone {rmse:.1f}")

two = np.column_stack([table.column("mean radius"), table.column("mean concave points")])
w2, b2 = ols(two, y)  # least squares on the labels 0 and 1, cut at one half
says_malignant = two @ w2 + b2 > 0.5
print("sensitivity", metrics.sensitivity(y, says_malignant))
print("specificity", metrics.specificity(y, says_malignant))

# %% folded=true
figure, ax = plots.subplots(height=4)
plots.patients.scattered(ax, two, y)
radii = np.array([6, 29])
ax.plot(radii, (0.5 - b2 - w2[0] * radii) / w2[1], "-", color="black", label="the cut")
ax.set(xlabel="mean radius (image units)", ylabel="mean concave points (as tabulated)")
ax.set(xlim=(6, 29), ylim=(-0.01, 0.21))
ax.legend(loc="upper left")
plots.show(
    figure,
    f"569 biopsies by radius and concave points, and one straight cut between them: it finds "
    f"{says_malignant[y == 1].sum()} of 212 malignant ones and raises "
    f"{says_malignant[y == 0].sum()} false alarms among 357.",
)

# %% [markdown]
# These too are the patients that it was fitted to, so the figures flatter it.
#
# <details><summary><b>Question.</b> A table holds 80 patients and 20,000 gene activities. How many numbers
# can a hyperplane adjust, and what do you expect on the 80?</summary>
#
# 20,001 numbers for 80 rows: it fits all of them exactly, whatever their labels are, random ones included.
# Flat does not mean safe when p is larger than n.
# </details>
#
# ### Features by hand, or learned
#
# A deep network is a chain of layers, one task each. So is your own way of seeing:
#
# | station | responds to |
# |---|---|
# | retina | light |
# | lateral geniculate nucleus | contrast |
# | primary visual cortex | edges |
# | later areas | corners, then shapes |
# | inferior temporal cortex | whole objects |
#
# Nobody programmed these stations. Felleman and Van Essen (1991) sorted the visual cortex of the macaque into
# ten levels, and most of the connections between areas also run backwards. Nobody programs the layers of a deep
# network either: unit 12 finds edge detectors in one.
#
# For comparison, a chain with two layers that *is* designed by hand. It looks at a handwritten digit of 8 by 8
# pixels.

# %%
from sklearn.datasets import load_digits

digits = load_digits()
eights = digits.images[digits.target == 8] / 16  # 8 by 8, from 0 (paper) to 1 (ink)
eight = eights[((eights - eights.mean(axis=0)) ** 2).sum(axis=(1, 2)).argmin()]  # a typical one
down = np.diff(eight, axis=0)[:, :-1]  # how much darker is the pixel below?
right = np.diff(eight, axis=1)[:-1, :]  # and the one to the right?
edges = np.hypot(down, right)  # layer 1: is there an edge, whichever way it runs?
quarters = edges[:6, :6].reshape(2, 3, 2, 3).sum(axis=(1, 3))  # layer 2: sums of 3 by 3 blocks
print("ink", eight.shape, " layer 1, edges", edges.shape, " layer 2, quarters", quarters.shape)

# %% folded=true
figure, axes = plots.subplots(1, 3, width=7.6, height=2.9)
layers = {"ink": eight, "edges": edges, "edge per quarter": quarters}
for ax, (name, picture) in zip(axes, layers.items(), strict=True):
    ax.imshow(picture, cmap="Greys", vmin=0)
    ax.grid(False)
    ax.set(title=name, xlabel="column", ylabel="row", xticks=[], yticks=[])
for (row, column), amount in np.ndenumerate(quarters):
    shade = "white" if amount > 0.6 * quarters.max() else "black"
    axes[2].text(column, row, f"{amount:.1f}", ha="center", va="center", color=shade)
plots.show(
    figure,
    f"One handwritten 8 and two layers: 64 numbers of ink, 49 of edge strength, 4 sums of edge. "
    f"The strongest edge is {edges.max():.2f}, the largest quarter {quarters.max():.1f}.",
)

# %% [markdown]
# One layer can learn already. Tell 3 from 8, by two features that a person thought of (more ink, and
# symmetry), or by a hyperplane on all 64 pixels. *Predict:* which is better? And if the digit is shifted by
# two pixels?

# %%
chosen = np.isin(digits.target, [3, 8])
images, is_eight = digits.images[chosen] / 16, (digits.target[chosen] == 8).astype(int)
asymmetry = np.abs(images - images[:, :, ::-1]).mean(axis=(1, 2))
by_hand = np.column_stack([images.mean(axis=(1, 2)), asymmetry])
pixels, shifted = images.reshape(-1, 64), np.roll(images, 2, axis=2).reshape(-1, 64)
for name, fit_on, judge_on in [
    ("ink and symmetry", by_hand, by_hand),
    ("64 pixels", pixels, pixels),
    ("64, shifted by 2", pixels, shifted),
]:
    accuracies = []
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(images))
        train, test = order[71:], order[:71]
        w8, b8 = ols(fit_on[train], is_eight[train])
        accuracies.append(((judge_on[test] @ w8 + b8 > 0.5) == is_eight[test]).mean())
    spread = np.std(accuracies, ddof=1)  # of ten splits
    print(f"{name:16}  {np.mean(accuracies):.2f} ± {spread:.2f} (SD)")

# %% folded=true
votes = (w8 * images[train].reshape(-1, 64).std(axis=0)).reshape(8, 8)
figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.3)
gap = images[is_eight == 1].mean(axis=0) - images[is_eight == 0].mean(axis=0)
for ax, picture, title in [(left, gap, "average 8 minus average 3"), (right, votes, "learned")]:
    largest = np.abs(picture).max()
    shown = ax.imshow(picture, cmap="PuOr", vmin=-largest, vmax=largest)
    for row, column in np.argwhere(np.abs(picture) > 0.4 * largest):
        sign = "+" if picture[row, column] > 0 else "−"
        shade = "white" if np.abs(picture[row, column]) > 0.6 * largest else "black"
        ax.text(column, row, sign, ha="center", va="center", color=shade)
    ax.grid(False)
    ax.set_title(title, fontsize=13)
    ax.set(xlabel="column (pixels)", ylabel="row (pixels)")
    figure.colorbar(shown, ax=ax, shrink=0.8)
row, column = np.unravel_index(votes.argmax(), (8, 8))
plots.show(
    figure,
    f"Left, where an 8 has more ink than a 3 on average (+) or less (−). Right, what was "
    f"learned: each pixel's weight times its spread. The strongest vote for 8, "
    f"{votes.max():.2f}, sits in row {row}, column {column}.",
)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The pixels win. (It is 64 numbers against 2: other features, or more of them, might do as well.) Shifted,
# little is left: 0.61, where a coin gets 0.50. The weights sit where the ink was.
# </details>
#
# The right panel is a *template* that was learned. It asks for ink where an 8 closes its loops on the left
# and a 3 stays open. By the table of sitting 1 this is still classical learning: the pixels were given, and
# only their weights were learned. Learned features begin where such templates form a first layer, and a
# second layer starts from what they say (unit 03).
#
# ### A classifier made of averages
#
# **Intuition.** Look up what is typical for malignant nuclei and what for benign ones. Ask which group the
# new patient resembles more, measurement by measurement. Then remember how common each group is.
# [Naive Bayes](glossary.md#naive-bayes) does this. "Naive" is the assumption that, within a class, the
# measurements know nothing of each other.
#
# **Formula.** For a patient with measurements $x_1, \dots, x_p$ and class $c$
#
# $$\ln \pi_c + \sum_{j=1}^p \ln \mathcal N(x_j;\, \mu_{cj}, \sigma^2_{cj}), \qquad
#   \ln \mathcal N(x; \mu, \sigma^2) = -\tfrac12 \ln(2\pi\sigma^2) - \frac{(x-\mu)^2}{2\sigma^2}$$
#
# - $\pi_c$: the **prior**, the share of class $c$ before any measurement. (In $2\pi\sigma^2$ it is 3.14.)
# - $\mathcal N$: the bell curve (normal density). It is high where $x_j$ is typical of the class.
# - $\mu_{cj}, \sigma^2_{cj}$: mean and variance of measurement $j$ within class $c$.
# - The class with the largest sum wins. This is Bayes' rule without its denominator, which is the same for
#   all classes.
#
# Why logarithms: thirty densities multiplied are a tiny number, and float32 ends near $10^{-45}$.

# %%
order = np.random.default_rng(0).permutation(569)
train, test = order[:399], order[399:]
groups = [X[train][y[train] == c] for c in (0, 1)]
mean = np.array([group.mean(axis=0) for group in groups])  # (2, 30)
var = np.array([group.var(axis=0) for group in groups])  # (2, 30)
prior = np.array([len(group) for group in groups]) / len(train)  # (2,)

# Each patient meets both classes: (170, 1, 30) minus (2, 30) is (170, 2, 30).
squares = (X[test][:, None] - mean) ** 2 / var
log_joint = np.log(prior) - (np.log(2 * np.pi * var) + squares).sum(axis=2) / 2
alarm = log_joint.argmax(axis=1)
print("sensitivity", metrics.sensitivity(y[test], alarm))
print("specificity", metrics.specificity(y[test], alarm))
exact = GaussianNB(var_smoothing=0).fit(X[train], y[train])  # scikit-learn's, with our formula only
assert (exact.predict(X[test]) == alarm).all()
for name, rows in [("training", train), ("test", test)]:
    print(f"accuracy on the {name} patients: {exact.score(X[rows], y[rows]):.3f}")
print("numbers learned:", mean.size + var.size + 1, " by a network with 100 hidden neurons: 3,201")

# %% [markdown]
# Few numbers, each an average over many patients: so naive Bayes overfits little. On patients it has not
# seen it is about as good here as on those it has. The formula has no hyperparameter. (scikit-learn adds
# one, a little variance against division by zero: `var_smoothing=0` leaves it out.)
#
# **The prior is medicine.** Our table has 37 % malignant biopsies: patients who already had a lump. Take one
# measurement, the mean radius of the nuclei, and change the prevalence. *Predict:* a radius of 16 is quite
# typical for malignant nuclei. If 1 in 200 is ill, how probable is cancer?

# %% folded=true
one = GaussianNB().fit(table.column("mean radius")[:, None], y)


def bells(radius, prevalence):
    """Return each class's bell times its share, (2, len(radius))."""
    share = np.array([1 - prevalence, prevalence])[:, None]
    return (
        share
        * np.exp(-((radius - one.theta_) ** 2) / (2 * one.var_))
        / np.sqrt(2 * np.pi * one.var_)
    )


def draw_prior(prevalence=0.05, radius=16.0):
    r = np.linspace(7, 25, 300)
    both = bells(r, prevalence)
    here = bells(np.array([radius]), prevalence)[:, 0]
    answer = here[1] / here.sum()
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.7)
    left.plot(r, both[0], "-", color=plots.BLUE, label="benign")
    left.plot(r, both[1], "--", color=plots.VERMILLION, label="malignant")
    left.plot([radius, radius], here, "ok", ms=5)
    left.set(xlabel="mean radius (image units)", ylabel="share × density", ylim=(0, 0.24))
    left.legend(fontsize=11)
    right.plot(r, both[1] / both.sum(axis=0), "-", color="black", label=f"{prevalence:.1%}")
    there = bells(r, one.class_prior_[1])
    right.plot(r, there[1] / there.sum(axis=0), ":", color=plots.GREY, label="37.3%")
    right.plot(radius, answer, "o", color=plots.VERMILLION, ms=9)
    right.set(xlabel="mean radius (image units)", ylabel="p(malignant)", ylim=(-0.03, 1.03))
    right.legend(fontsize=11, loc="upper left", title="prevalence", title_fontsize=11)
    sentence = (
        f"Prevalence {prevalence:.3f}, radius {radius:.1f}: the radius is "
        f"{rounded(here[1] / here[0] * (1 - prevalence) / prevalence)} times as likely in a malignant "
        f"biopsy, and the probability of cancer is {answer:.3f}."
    )
    return figure, sentence


for prevalence in [0.373, 0.05, 0.005]:
    benign, malignant = bells(np.array([16.0]), prevalence)[:, 0]
    print(f"prevalence {prevalence:.3f}: p(malignant) = {malignant / (benign + malignant):.3f}")
explore(draw_prior, prevalence=(0.002, 0.8, 0.001), radius=(8.0, 24.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.026. The same slide, the same classifier, another waiting room: 37 % malignant gave 0.757.
# </details>
#
# (In a real screening clinic the bells would move too.)
#
# **Too sure.** Radius, perimeter and area are almost the same measurement, and naive Bayes counts them as
# three witnesses.

# %%
trio = [table.features.index(f"mean {name}") for name in ("radius", "perimeter", "area")]
print("correlations:", np.corrcoef(X[:, trio].T)[np.triu_indices(3, 1)].round(3))
sure = wrong = 0
for fold in range(10):  # each patient is judged by a model of the others
    judged = np.arange(569) % 10 == fold
    p = GaussianNB().fit(X[~judged], y[~judged]).predict_proba(X[judged])
    sure += (p.max(axis=1) > 0.99).sum()
    wrong += ((p.max(axis=1) > 0.99) & (p.argmax(axis=1) != y[judged])).sum()
print(f"more than 99 % sure of {sure} patients; of these, wrong: {metrics.rate(wrong, sure)}")

# %% [markdown]
# Fewer than 1 % should be wrong. The *decision* survives copied evidence quite well; the *probability* does
# not. Unit 14 measures and repairs that.

# %% [markdown]
# ## Sitting 4 · To tell harmless leaks from fatal ones
#
# **Which mistakes in splitting make noise look like medicine?**
#
# *Read in 33 minutes.* Run the cells of sitting 1 first.
#
# ### How firm is one number?
#
# First the luck of an honest split. Naive Bayes of sitting 3 on all 30 measurements, 200 random splits, 114
# test patients each:

# %%
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

accuracies = []
for seed in range(200):
    rows = np.random.default_rng(seed).permutation(569)
    model = GaussianNB().fit(X[rows[114:]], y[rows[114:]])
    accuracies.append(model.score(X[rows[:114]], y[rows[:114]]))
accuracies = np.array(accuracies)

# %% folded=true
figure, ax = plots.subplots(height=3.2)
ax.hist(accuracies, np.arange(97.5, 114.5) / 114, color=plots.SKY, edgecolor="white")
ax.axvline(accuracies.mean(), color="black", linestyle="--", label="mean")
ax.set(xlabel="test accuracy (share of 114 patients)", ylabel="splits")
ax.legend(loc="upper left")
plots.show(
    figure,
    f"Histogram of the test accuracy of one method in 200 random splits: from "
    f"{accuracies.min():.3f} to {accuracies.max():.3f}, mean {accuracies.mean():.3f}.",
)

# %% [markdown]
# One method, one data set: choose the seed and you can have the lowest or the highest of these. Report the
# interval, not the best seed.
#
# ### Three leaks
#
# *Predict for each:* harmless, or fatal?
#
# **Images of one patient on both sides.** 200 patients have two similar images each, and a label drawn by a
# coin. There is nothing to learn. A classifier copies the label of the most similar training image.

# %%
leaky, clean = [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    patient = np.repeat(np.arange(200), 2)  # 0 0 1 1 2 2 ...
    images = rng.normal(size=(200, 20))[patient] + rng.normal(0, 0.3, (400, 20))
    coin = rng.integers(0, 2, 200)[patient]
    by_image, by_patient = rng.permutation(400) < 80, rng.permutation(200)[patient] < 40
    for judged, results in ((by_image, leaky), (by_patient, clean)):
        distance = ((images[judged][:, None] - images[~judged]) ** 2).sum(axis=2)
        copied = coin[~judged][distance.argmin(axis=1)]  # the label of the most similar image
        results.append((copied == coin[judged]).mean())
print(f"split by image: {np.mean(leaky):.2f} ± {np.std(leaky, ddof=1):.2f} (SD of 10 seeds)")
print(f"split by patient: {np.mean(clean):.2f} ± {np.std(clean, ddof=1):.2f}")

# %% [markdown]
# **Standardizing before the split.** The means then contain the test patients. We use logistic regression
# (unit 02), since naive Bayes does not care about scale.

# %%
leaky, clean = [], []
for seed in range(20):
    rows = np.random.default_rng(seed).permutation(569)
    learn, judged = rows[114:], rows[:114]
    for source, results in [(rows, leaky), (learn, clean)]:
        Z = (X - X[source].mean(axis=0)) / X[source].std(axis=0)
        model = LogisticRegression(max_iter=1000).fit(Z[learn], y[learn])
        results.append(model.score(Z[judged], y[judged]))
print(f"scaled with everybody: {np.mean(leaky):.3f}; with the training set: {np.mean(clean):.3f}")
print("splits in which the two differ:", np.sum(np.not_equal(leaky, clean)), "of 20")

# %% [markdown]
# **Choosing columns before the split.** 114 patients with their real diagnoses, and 5,000 columns of pure
# noise. Keep the 20 columns that differ most between the classes. Then cross-validate: each tenth of the
# patients is judged once by a model fitted to the other nine tenths.


# %%
def top_20(columns, labels):
    """Return the numbers of the 20 columns whose means differ most between the classes."""
    gap = columns[labels == 1].mean(axis=0) - columns[labels == 0].mean(axis=0)
    return np.argsort(np.abs(gap) / columns.std(axis=0))[-20:]


results = []
for seed in range(10):
    rng = np.random.default_rng(seed)
    labels = y[rng.permutation(569)[:114]]  # real diagnoses
    noise = rng.normal(size=(114, 5000))  # columns that know nothing of them
    all_saw = top_20(noise, labels)  # the leak: every patient's label had a say
    right = np.zeros((2, 114))
    for fold in range(10):
        judged = np.arange(114) % 10 == fold  # every tenth patient
        own = top_20(noise[~judged], labels[~judged])  # only training patients had a say
        for row, columns in enumerate([all_saw, own]):
            model = GaussianNB().fit(noise[~judged][:, columns], labels[~judged])
            right[row, judged] = model.predict(noise[judged][:, columns]) == labels[judged]
    results.append(right.mean(axis=1))
mean, spread = np.mean(results, axis=0), np.std(results, axis=0, ddof=1)
print(f"chosen before the split: {mean[0]:.2f} ± {spread[0]:.2f} (SD of 10 seeds)")
print(f"chosen inside each fold: {mean[1]:.2f} ± {spread[1]:.2f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# | leak | with it | without | verdict |
# |---|---|---|---|
# | images of one patient on both sides | 0.87 | 0.52 | fatal: it recognises people |
# | scaling before the split | 0.97 | 0.97 | harmless here; still a bad habit |
# | choosing columns before the split | 0.90 | 0.55 | fatal: noise looks like medicine |
#
# Why 0.87 and not 1.00? For one test image in five the twin is on the test side too.
#
# Why 0.55 and not 0.63, the share of benign patients? Who learns from noise guesses. Suppose a biased coin
# says each class $c$ as often as it occurs, with probability $\pi_c$. It is right for
#
# $$\sum_c \pi_c^2 = 0.627^2 + 0.373^2 = 0.53$$
#
# of the patients, and so it does worse than the majority class.
# </details>
#
# In these three, a leak hurts as far as it lets the *labels* of test patients through. Means of columns carry
# almost nothing of them. A twin's label is the label. And 20 columns out of 5,000 were picked because they
# agree with the labels of all patients.
#
# <details><summary><b>Question.</b> Your data come from three hospitals. You want to know how the model
# does at a fourth. How do you split?</summary>
#
# By hospital: train on two, test on the third, and take turns. A random split answers another question:
# how it does on further patients of the same three.
# </details>
#
# ### How fast a leaderboard is climbed
#
# One coin is right for half of the $n$ public patients, give or take: its accuracy has the standard
# deviation $1/(2\sqrt n)$. Coins above ½ are kept. The upper half of a bell curve lies on average
# $\sqrt{2/\pi}$ standard deviations above its middle. So a kept coin agrees with the public labels more than
# half the time, by
#
# $$\sqrt{\frac2\pi} \cdot \frac1{2\sqrt n} = \frac1{\sqrt{2\pi n}}$$
#
# A vote of $m$ such coins is a sum. On one patient its mean lies $m/\sqrt{2\pi n}$ votes on the right side
# of $m/2$, and its standard deviation is $\sqrt m/2$ votes. It is right where the sum is on the right side:
#
# $$\Phi\!\left(\frac{m/\sqrt{2\pi n}}{\sqrt m/2}\right) = \Phi\!\left(\sqrt{\frac{2m}{\pi n}}\right),
#   \qquad m \approx \frac{\text{entries}}{2}$$
#
# $\Phi$ is the share of a normal distribution below its argument. With 1,000 entries, $m = 500$ and
# $n = 114$ it is $\Phi(1.67) = 0.95$. The figure shows single runs; they scatter about the formula.
# *Predict:* you double the public patients; how many more entries do you need for the same height?


# %% folded=true
def draw_climb(entries=500, public_patients=114, run=0):
    public, private = climb(entries, public_patients, run)
    count = np.arange(1, entries + 1)
    figure, ax = plots.subplots(height=3.9)
    band = 1 / np.sqrt(114)  # two standard deviations of a coin's accuracy
    ax.fill_between([0, entries], 0.5 - band, 0.5 + band, color=plots.GREY, alpha=0.2)
    ax.plot(count, public, "-", color=plots.VERMILLION, label="public leaderboard")
    theory = norm.cdf(np.sqrt(count / (np.pi * public_patients)))
    ax.plot(count, theory, ":", color="black", label="predicted by formula")
    assert round(norm.cdf(np.sqrt(1000 / (np.pi * 114))), 2) == 0.95  # quoted above
    ax.plot(count, private, "--", color=plots.BLUE, label="private patients")
    ax.set(xlabel="entries sent in", ylabel="accuracy (share of patients)", ylim=(0.3, 1.02))
    ax.legend(loc="lower right", fontsize=11)
    sentence = (
        f"Run {run}, after {entries} entries of coin tosses: {public[-1]:.2f} on {public_patients} public "
        f"patients, {private[-1]:.2f} on 114 private ones. The grey band is where a coin "
        f"lands 95 times in 100."
    )
    return figure, sentence


explore(draw_climb, entries=(2, 1000), public_patients=(50, 400), run=(0, 20))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Twice as many: the formula holds $m$ and $n$ only as a ratio.
# </details>
#
# <details><summary><b>Question.</b> The leaderboard rounds its answer to two decimals. Does that stop
# you?</summary>
#
# No. With 114 patients the accuracy moves in steps of 1/114, about 0.009, so two decimals still tell 57 right
# from 58. Answering only when an entry beats the previous best by a clear margin, as Blum and Hardt's "ladder"
# does, stops this attack.
# </details>

# %% [markdown]
# ## Sources
#
# - Legendre, *Nouvelles méthodes pour la détermination des orbites des comètes* (1805): no DOI.
# - Efron, Hastie, Johnstone and Tibshirani, *Least angle regression* (2004): the diabetes data.
#   [doi:10.1214/009053604000000067](https://doi.org/10.1214/009053604000000067)
# - *The World Almanac and Book of Facts* (1975), in R's data set `women`: no DOI.
# - Street, Wolberg and Mangasarian, *Nuclear feature extraction for breast tumor diagnosis* (1993).
#   [doi:10.1117/12.148698](https://doi.org/10.1117/12.148698)
# - Hand and Yu, *Idiot's Bayes: not so stupid after all?* (2001).
#   [doi:10.1111/j.1751-5823.2001.tb00465.x](https://doi.org/10.1111/j.1751-5823.2001.tb00465.x)
# - Ambroise and McLachlan, *Selection bias in gene extraction* (2002): columns chosen before the split, in
#   published work. [doi:10.1073/pnas.102102699](https://doi.org/10.1073/pnas.102102699)
# - Hardt, *Competing in a data science contest without reading the data* (2015): no DOI.
# - Blum and Hardt, *The ladder: a reliable leaderboard for machine learning competitions* (2015).
#   [doi:10.48550/arXiv.1502.04585](https://doi.org/10.48550/arXiv.1502.04585)
# - Felleman and Van Essen, *Distributed hierarchical processing in the primate cerebral cortex* (1991).
#   [doi:10.1093/cercor/1.1.1-a](https://doi.org/10.1093/cercor/1.1.1-a)
# - Silver and others, *Mastering the game of Go without human knowledge* (2017).
#   [doi:10.1038/nature24270](https://doi.org/10.1038/nature24270)
# - McCrindle and others, *Diagnosis, treatment, and long-term management of Kawasaki disease* (2017).
#   [doi:10.1161/CIR.0000000000000484](https://doi.org/10.1161/CIR.0000000000000484)
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - A source says that the gradient gives the direction that minimises the loss. Its negative does. And a loss of
#   predicted minus actual needs a square or an absolute value, or it has no minimum.
# </details>
