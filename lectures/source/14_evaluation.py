# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 14 · Evaluation
#
# **How good is it really, and for whom?**
#
# A program says "malignant". It finds nine of ten cancers. How likely is it that she is ill? You
# cannot know yet, and neither can the program's maker. In this unit you find out what is missing.
#
# After this lecture you can
#
# 1. read every share off a table of four counts, each with its interval;
# 2. carry a result to patients among whom fewer are ill;
# 3. draw a ROC curve, and say what its area means and what it hides;
# 4. choose a threshold on some patients and judge it on others;
# 5. test whether a probability is true, and compare a program with people.
#
# *You need:* [07](07_training_loop.ipynb) for validation and test,
# [04](04_losses.ipynb) for log loss. *Lab:* [lab 14](../labs/14_evaluation.ipynb). *Data:*
# [what they are and what they cannot show](data_cards.md).
#
# Run cell by cell. Cells that only draw are folded. Nothing here says that a program is fit for a
# clinic: the programs are toys, and the questions are real.

# %%
import numpy as np
import torch
from scipy import stats
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from dlcourse import data, measured, metrics, plots
from dlcourse.widgets import counted, explore

torch.set_num_threads(1)  # what is computed here is small: a second thread would be in the way
limits = threadpool_limits(1)

# %% [markdown]
# ## Sitting 1 · To say what an alarm is worth
#
# *Read in 35 minutes.*
#
# ### Nine of ten
#
# The program reads two measurements of cell nuclei, texture and compactness, and gives each patient
# a score from 0 to 1: a logistic regression, so that you can look at it whole. It learned from 169
# patients. Another 200, the *validation* patients, chose a threshold: the highest that finds nine of
# ten cancers. The last 200 played no part in anything. They are the *test* patients.

# %%
table = data.breast_cancer()  # 1 is malignant
X = np.stack([table.column("mean texture"), table.column("mean compactness")], axis=1)
train, rest = train_test_split(np.arange(569), train_size=169, random_state=0, stratify=table.y)
validation, test = train_test_split(rest, train_size=200, random_state=0, stratify=table.y[rest])
program = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[train], table.y[train])
score = program.predict_proba(X)[:, 1]

chosen = metrics.operating_point(table.y[validation], score[validation], sensitivity=0.9)
y, s = table.y[test], score[test]
called = (s >= chosen.threshold).astype(int)
print(f"{called.sum()} of {len(y)} test patients are called, {y.sum()} are ill")

# %% [markdown]
# *Predict:* a woman comes to *screening*, where 6 or 7 of 1,000 have a cancer. The program finds nine
# of ten cancers, and clears six or seven of ten healthy women. It calls her. How likely is it that
# she is ill?
#
# The figure shows 2,000 women as squares. Set the prevalence to 0.0065, and compare blue with orange.


# %% folded=true
def draw_women(prevalence=0.3, sensitivity=0.9, specificity=0.65):
    ill = round(2000 * prevalence)
    found, alarmed = round(ill * sensitivity), round((2000 - ill) * (1 - specificity))
    kinds = np.repeat([3, 2, 1, 0], [found, ill - found, alarmed, 2000 - ill - alarmed])
    shade = np.array([[0.84] * 3, [0.90, 0.62, 0.0], [0.0, 0.62, 0.45], [0.0, 0.25, 0.5]])
    figure, ax = plots.subplots(width=7.2, height=3.4)
    squares = shade[kinds].reshape(40, 50, 3).repeat(6, axis=0).repeat(6, axis=1)
    squares[::6], squares[:, ::6] = 1, 1  # a white line between neighbours
    ax.imshow(squares)
    ax.set(xticks=[], yticks=[])
    ax.set_xlabel(
        "ill: blue called, green missed\nhealthy: orange called, grey cleared", fontsize=11
    )
    ax.grid(False)
    calls = found + alarmed
    right = f"{found / calls:.1%} of the alarms are right" if calls else "nobody is called"
    return figure, (
        f"2,000 women, {ill} ill: {found} found, {ill - found} missed; {alarmed} healthy ones "
        f"called. So {right}."
    )


explore(
    draw_women,
    prevalence=(0.0, 0.5, 0.0005),
    sensitivity=(0.5, 1.0, 0.01),
    specificity=(0.5, 1.0, 0.01),
)

# %%
for where, share_ill in (("these patients", y.mean()), ("screening", 0.0065)):
    value = metrics.predictive_values(y, called, share_ill).ppv
    print(f"{where:15} {share_ill:7.2%} ill; of the alarms are right: {value}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# One or two in a hundred. Among the test patients more than half of the alarms are right. Nothing
# about the program has changed. What has changed is who comes to it: among 2,000 women 13 are ill,
# and the healthy ones send hundreds of false alarms.
# </details>
#
# The sentence "finds nine of ten" was true and did not hold the answer. Four counts do.
#
# ### Four counts, and what is read off them
#
# Everybody is ill or healthy, and called or not. The table of the four is the
# [confusion matrix](glossary.md#confusion-matrix).
#
# | truth | not called | called | read along the row |
# |---|---|---|---|
# | **healthy** | TN | FP | **specificity** = TN / (TN + FP) |
# | **ill** | FN | TP | **sensitivity** = TP / (TP + FN), also: recall, true positive rate |
# | *read down the column* | **NPV** = TN / (TN + FN) | **PPV** = TP / (TP + FP), also: precision | |
#
# - TP, FP: true and false *positives*, the alarms. TN, FN: true and false *negatives*.
# - PPV, NPV: positive and negative *predictive value*.
#
# A row asks: *given that she is ill, what does the program say?* A column asks what she asks: *given
# what it says, am I ill?* Along a row the [prevalence](glossary.md#prevalence), the share of the ill,
# cancels. Down a column it does not.

# %%
counts = metrics.confusion_table(y, called)
print(counts, "\n")
for name, rate in (
    ("sensitivity", metrics.sensitivity),
    ("specificity", metrics.specificity),
    ("PPV", metrics.positive_predictive_value),
    ("NPV", metrics.negative_predictive_value),
    ("accuracy", metrics.accuracy),
):
    print(f"{name:12}{rate(y, called)}")
nobody = np.zeros(1000, int)
print(
    f"\n'healthy' for everybody, 10 of 1,000 ill: {metrics.accuracy(np.arange(1000) < 10, nobody)}"
)
print("9 of 10:", metrics.rate(9, 10), " 10 of 10:", metrics.rate(10, 10))

# %% [markdown]
# The numbers in brackets are 95 % intervals of Wilson's kind: all true shares from which the share
# found is no more than 1.96 standard errors away. Of 10 found in 10 they do not say "1 to 1".
#
# The PPV of 0.584 has had two intervals, 0.523 to 0.639 and now 0.492 to 0.671. Here the share of the ill is
# as uncertain as the rest. Above it was taken as known, 37 %, and only sensitivity and specificity were
# uncertain (Mercaldo and others, 2007): that is what one has when the prevalence comes from elsewhere.
#
# *Healthy for everybody* is why accuracy comes last here. It mixes two rows in the proportion in which
# your patients happened to come.
#
# <details><summary><b>Question.</b> Two hospitals use the same program at the same threshold. One
# reports a PPV of 0.60, the other 0.20. Is the second one doing something wrong?</summary>
#
# Not by this. If fewer of its patients are ill, its PPV is lower with the same sensitivity and
# specificity. Ask for those two, with intervals, and for the prevalence.
# </details>

# %% [markdown]
# ### Carry it to other patients
#
# **Intuition.** Of 1,000 people, π · 1000 are ill, and the share s of them is called. (1 − π) · 1000
# are healthy, and the share 1 − c of them is called. Divide the first by both.
#
# $$\text{PPV} = \frac{s\,\pi}{s\,\pi + (1 - c)(1 - \pi)}$$
#
# - $s$: sensitivity. $c$: specificity. $\pi$: prevalence *where you want to use it*.
#
# In odds it is one multiplication. Divide the ill who are called by the healthy who are called:
#
# $$\frac{\text{PPV}}{1 - \text{PPV}} = \frac{\pi}{1 - \pi} \cdot \frac{s}{1 - c}$$
#
# The last factor is the *likelihood ratio* of an alarm. It belongs to the program, the factor before
# it to the patients.

# %%
sens, spec = float(metrics.sensitivity(y, called)), float(metrics.specificity(y, called))
for prevalence in (y.mean(), 0.1, 0.0065):
    right, wrong = sens * prevalence, (1 - spec) * (1 - prevalence)
    by_odds = prevalence / (1 - prevalence) * sens / (1 - spec)
    assert np.isclose(right / (right + wrong), metrics.ppv(sens, spec, prevalence))
    assert np.isclose(right / wrong, by_odds)
    npv = metrics.npv(sens, spec, prevalence)
    print(f"prevalence {prevalence:6.4f}: PPV {right / (right + wrong):.3f}, NPV {npv:.4f}")

# %% [markdown]
# At 0.0065 an all-clear is right 999 times in 1,000. That sounds good. *Before* any test it was right
# 993.5 times.
#
# One warning. The formula holds sensitivity and specificity fixed. They move as well, when the ill at
# screening have smaller tumours than the ill in a clinic. Only patients of the new place can tell.

# %% [markdown]
# ### Every threshold at once: the ROC curve
#
# **Intuition.** Slide the threshold from above all scores to below them. First nobody is called, at
# the end everybody. On the way each ill patient who is passed lifts the sensitivity, and each healthy
# one lifts the share of false alarms. Draw one against the other: the
# [ROC curve](glossary.md#roc-curve).
#
# *Predict:* the threshold moves from 0.2 to 0.4. Which way does the point go on the curve?


# %% folded=true
curve = metrics.roc_curve(y, s)
EDGES = np.linspace(0, 1, 21)
ILL, HEALTHY = (np.histogram(s[y == label], EDGES)[0] for label in (1, 0))


def draw_cut(threshold=0.2, prevalence=0.37):
    figure, (left, right) = plots.subplots(1, 2, width=7.4, height=3.2)
    left.stairs(HEALTHY, EDGES, fill=True, color=plots.SKY, alpha=0.6)
    left.stairs(ILL, EDGES, color=plots.VERMILLION, lw=2.2)
    left.axvline(threshold, color="black", lw=1.5)
    left.set(xlim=(0, 1), ylim=(0, 45), xticks=[0, 0.5, 1], yticks=[0, 20, 40])
    left.set(xlabel="score (filled: healthy, line: ill)", ylabel="test patients")
    point = metrics.at_threshold(y, s, threshold)
    found, cleared = point.sensitivity.share, point.specificity.share
    right.plot(curve.fpr, curve.tpr, color=plots.BLUE)
    right.plot([0, 1], [0, 1], color=plots.GREY, lw=1)
    right.plot([1 - cleared], [found], "o", color="black", ms=9)
    right.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    right.set(xlabel="false alarms (1 − specificity)", ylabel="sensitivity")
    value = metrics.ppv(found, cleared, prevalence)
    said = f"PPV {value:.3f}" if found + 1 - cleared > 0 else "no alarms"
    return figure, (
        f"Alarm from {threshold:.2f}: sensitivity {found:.2f}, specificity {cleared:.2f}. Where "
        f"{prevalence:.1%} are ill, {said}."
    )


explore(draw_cut, threshold=(0.0, 1.0, 0.02), prevalence=[0.37, 0.1, 0.0065])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Down and to the left: fewer ill found, fewer healthy alarmed. No threshold is best. A stricter one
# buys specificity with sensitivity.
# </details>
#
# **In a few lines.** One point for each distinct score, after (0, 0):

# %%
thresholds = np.unique(s)[::-1]  # strict first
alarm = s[:, None] >= thresholds  # (patients, thresholds)
fpr = np.append(0, alarm[y == 0].mean(axis=0))
tpr = np.append(0, alarm[y == 1].mean(axis=0))
assert np.allclose(fpr, curve.fpr) and np.allclose(tpr, curve.tpr)
print(f"{len(thresholds)} distinct scores, {len(fpr)} points")

# %% [markdown]
# ### The area is a question about pairs
#
# [AUC](glossary.md#auc), the area under the curve, has a meaning that needs no curve. Take one ill and
# one healthy patient by chance. How often has the ill one the higher score? Equal scores count one
# half, as a coin would.
#
# $$A = \frac{1}{mn}\sum_{i\,\text{ill}}\;\sum_{j\,\text{healthy}}
#   \Big([s_i > s_j] + \tfrac12 [s_i = s_j]\Big)$$
#
# - $m$, $n$: how many are ill, and healthy. $[\cdot]$ is 1 where it is true, else 0.
#
# **Why both are one.** Walk along the curve. A healthy patient makes a step of width $1/n$ to the
# right. Under this step lies a strip as high as the share of the ill passed before, whose scores are
# higher. Add the strips: each pair in order is counted once, with weight $1/mn$. Where an ill and a
# healthy patient are *tied*, the curve goes up and right at once, a slanted step. The triangle under
# it is half of the rectangle: one half for each tied pair.
#
# $mn A$ is the Mann–Whitney statistic $U$ of 1947.

# %%
rounded = s.round(1)  # many ties
pairs = rounded[y == 1][:, None] - rounded[y == 0]  # (ill, healthy)
by_pairs = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
steps = metrics.roc_curve(y, rounded)
by_area = np.diff(steps.fpr) @ (steps.tpr[1:] + steps.tpr[:-1]) / 2  # the trapezoid
U = stats.mannwhitneyu(rounded[y == 1], rounded[y == 0]).statistic
assert np.allclose([by_area, U / pairs.size], by_pairs)
strict, lax = (pairs > 0).mean(), (pairs >= 0).mean()
print(
    f"pairs, trapezoid, Mann-Whitney: {by_pairs:.4f}; ties as losses {strict:.4f}, wins {lax:.4f}"
)

# %% [markdown]
# Note what the area does *not* hold: no threshold, no prevalence, no price of a miss. Square all
# scores, and it does not move. So it can compare two rankings, and it cannot say whether to act.

# %% [markdown]
# ### One threshold, chosen where it is not judged
#
# Somebody must choose one: the [operating point](glossary.md#operating-point). For screening one asks
# for a high *sensitivity*, say 0.95, and takes the highest threshold that reaches it. Before a risky
# step, such as surgery, one asks for a high *specificity*. Choose on validation patients. Judge on
# test patients. *Predict:* a threshold has sensitivity 0.95 on 20 validation cancers. Between which
# values does its true sensitivity lie, nine times in ten?


# %% folded=true
def true_sensitivities(ill_for_the_choice, wanted):
    rng = np.random.default_rng(0)
    scores = np.sort(rng.normal(size=(2000, ill_for_the_choice)), axis=1)[:, ::-1]
    return stats.norm.sf(scores[:, int(np.ceil(wanted * ill_for_the_choice - 1e-9)) - 1])


def draw_drift(ill_for_the_choice=20, wanted=0.95):
    true = true_sensitivities(ill_for_the_choice, wanted)
    low, high = np.percentile(true, [5, 95])
    figure, ax = plots.subplots(width=7.2, height=3)
    edges = np.linspace(0.5, 1, 51)
    ax.stairs(np.histogram(true, edges)[0], edges, fill=True, color=plots.BLUE, alpha=0.7)
    ax.axvline(wanted, color="black", lw=1.5)
    ax.set(xlim=(0.5, 1), xticks=[0.5, 0.75, 1], yticks=[])
    ax.set(xlabel="true sensitivity of the chosen threshold", ylabel="2,000 studies")
    return figure, (
        f"Threshold for {wanted:.2f} chosen on {ill_for_the_choice} ill patients: its true "
        f"sensitivity lies between {low:.2f} and {high:.2f} in 90 % of 2,000 studies."
    )


explore(draw_drift, ill_for_the_choice=(5, 300, 5), wanted=[0.8, 0.9, 0.95])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Between about 0.78 and 0.98, although validation and test come from one source. That is the noise of the choice
# alone. It does not hang on the normal scores of the figure: without ties, the true sensitivity at the k-th
# highest of n ill patients has the distribution Beta(k, n + 1 − k), here Beta(19, 2), whatever the scores.
# The next cell's first line has it for 200 cancers: still not nothing.
# </details>

# %%
by_beta = stats.beta(19, 2).ppf([0.05, 0.95])
assert np.allclose(by_beta, np.percentile(true_sensitivities(20, 0.95), [5, 95]), atol=0.02)
low, high = np.percentile(true_sensitivities(200, 0.95), [5, 95])
print(f"chosen on 200 cancers: true sensitivity {low:.2f} to {high:.2f}, nine times in ten\n")
print("validation ", chosen)
print("test       ", metrics.at_threshold(y, s, chosen.threshold))
drift = measured.load("threshold_drift")
print(drift)
print(f"{'PneumoniaMNIST, chosen for':28}{'validation: sens, spec':>30}{'test: sens, spec':>30}")
for wanted in ("sensitivity 0.95", "sensitivity 0.99", "specificity 0.90"):
    line = f"{wanted:28}"
    for part in ("val", "test"):
        found = [drift.values(wanted, part, x) for x in ("sensitivity", "specificity")]
        line += ", ".join(f"{f.mean():.3f} ± {f.std(ddof=1):.3f}" for f in found).rjust(30)
    print(line)
healthy = int(drift.values("test", "n")[0] - drift.values("test", "ill")[0])
cleared = drift.values("sensitivity 0.95", "test", "specificity").mean()
print("the 0.72 with the chance of patients:", metrics.rate(round(cleared * healthy), healthy))
area = [
    f"{a.mean():.3f} ± {a.std(ddof=1):.3f}"
    for a in (drift.values("val", "auc"), drift.values("test", "auc"))
]
print(f"AUC: validation {area[0]}, test {area[1]}")

# %% [markdown]
# The table is from chest X-rays (MedMNIST) and a small network, five seeds (± is their spread). The official test set
# comes from other patients than the validation set, and among them fewer are ill. Sensitivity holds.
# Specificity falls from 0.94 to 0.72. The program is worse there, as the AUC says. And a threshold is a
# number on one scale: when the images change, the scale moves under it. So write down both numbers on *new*
# patients, and look again after a month.

# %% [markdown]
# ### Ten images of one patient are not ten patients
#
# An interval asks: what if other patients had come? The [bootstrap](glossary.md#bootstrap) answers by
# drawing from yours, with replacement, as many as there were, again and again. It fits any number that
# you can compute. The one thing you must say is *what* is drawn.

# %%
rng = np.random.default_rng(0)
ease = np.where(rng.random(50) < 0.75, 0.95, 0.35)  # 50 patients; some are hard to read
patient = np.repeat(np.arange(50), 10)  # ten images each
right = (rng.random(500) < ease[patient]).astype(float)

shares = []
for _ in range(1000):
    drawn = rng.integers(0, 50, 50)  # patients, and each brings all images
    rows = np.concatenate([np.flatnonzero(patient == p) for p in drawn])
    shares.append(right[rows].mean())
print(f"patients drawn, by hand: {np.percentile(shares, [2.5, 97.5]).round(2)}")
for groups, what in ((None, "images drawn"), (patient, "patients drawn")):
    found = metrics.bootstrap_interval(np.mean, right, groups=groups, draws=1000, rng=rng)
    print(f"{what:15}", found)

alike = measured.load("images_or_patients")
print(alike)
for images in ("1", "4", "10"):
    held = [alike.values(images, what).mean() for what in ("images", "patients")]
    print(
        f"{images:>2} images each: the truth is in {held[0]:.2f} of the 95 % intervals by image, "
        f"in {held[1]:.2f} of those by patient"
    )

# %% [markdown]
# The last lines are from 2,000 simulated studies of 50 patients. Where each patient brings ten images, an
# interval by image promises 95 % and keeps 63 %, and no program warns of it.

# %% [markdown]
# ### Common mistakes
#
# - **PPV from a study, quoted elsewhere.** It belongs to the study's prevalence.
# - **Accuracy of a rare disease.** "Healthy" for everybody has 99 %.
# - **Threshold chosen on the test set.** Then the test set is validation, and there is no test.
# - **AUC of calls.** `roc_auc_score(y, p > 0.5)` has one point. Give it the scores.
# - **Labels turned round.** scikit-learn's breast cancer table codes malignant as 0. An AUC of 0.1 is
#   a good program read upside down.
# - **Images counted as patients**, or both eyes of one person on both sides of a split.
# - **A share without an interval.** 9 of 10 is 0.60 to 0.98 (printed above).
#
# ### Summary
#
# Sensitivity and specificity are read along the rows and describe the program; predictive values are
# read down the columns and need the prevalence of the place. The ROC curve shows all thresholds; its area is the
# share of ill–healthy pairs in order, ties one half. A threshold is chosen on validation patients, judged on
# others, and drifts. Intervals draw patients.
#
# ### On Monday
#
# - **Report** the four counts, sensitivity and specificity with intervals, and where the patients come from.
# - **PPV** at the prevalence where it will be used.
# - **AUC** with an interval, from scores.
# - **Threshold** from validation, never from test. Say which price of a miss it stands for.
# - **Bootstrap by patient**, 500 draws or more.

# %%
import numpy as np
from sklearn.metrics import confusion_matrix, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

truth, probability = y, s  # yours: 1 is ill; one row a patient
threshold = 0.2  # chosen on other patients
tn, fp, fn, tp = confusion_matrix(truth, probability >= threshold).ravel()
for name, hits, n in (("sensitivity", tp, tp + fn), ("specificity", tn, tn + fp)):
    low, high = proportion_confint(hits, n, method="wilson")
    print(f"{name} {hits / n:.2f} ({low:.2f} to {high:.2f})")
odds = 0.0065 / (1 - 0.0065) * (tp / (tp + fn)) / (fp / (tn + fp))
print(f"PPV where 0.65 % are ill: {odds / (1 + odds):.3f}")
rng, ill, healthy = np.random.default_rng(0), *(np.flatnonzero(truth == k) for k in (1, 0))
# ill and healthy are drawn apart, so that no draw is without either; draw patients, if one has several rows
areas = []
for _ in range(500):
    rows = np.concatenate([rng.choice(ill, len(ill)), rng.choice(healthy, len(healthy))])
    areas.append(roc_auc_score(truth[rows], probability[rows]))
low, high = np.percentile(areas, [2.5, 97.5])
print(f"AUC {roc_auc_score(truth, probability):.2f} ({low:.2f} to {high:.2f})")

# %% [markdown]
# ## Sitting 2 · To ask whether a probability is true
#
# **When a program says 20 %, are 20 of 100 ill?**
#
# *Read in 25 minutes.*
#
# ### Said, and come
#
# **Intuition.** Take all patients to whom the program said about 20 %, and count. If 20 of 100 are
# ill, it is [calibrated](glossary.md#calibration) there. A ranking says nothing about that: squared
# probabilities have the same AUC. The [reliability diagram](glossary.md#reliability-diagram) draws the
# share of the ill against the mean of what was said, bin by bin. The
# [expected calibration error](glossary.md#ece) (ECE) sums it up:
#
# $$\text{ECE} = \sum_b \frac{n_b}{n}\,\big|\bar p_b - \bar y_b\big|$$
#
# - $n_b$ of $n$ patients are in bin $b$. $\bar p_b$: mean said. $\bar y_b$: share of the ill.
#
# *Predict:* a **perfect** program: outcomes are drawn from its own probabilities. 50 patients, ten
# bins. How large is its ECE?


# %% folded=true
def draw_perfect(patients=50, bins=10):
    rng = np.random.default_rng(0)
    p = rng.beta(0.8, 2, patients)
    ill = (rng.random(patients) < p).astype(int)
    found = metrics.calibration_curve(ill, p, bins)
    error = metrics.calibration_error(ill, p, bins)
    chance = metrics.calibration_error_by_chance(p, bins, draws=60, rng=rng)
    figure, ax = plots.subplots(width=5.6, height=3.6)
    ax.plot([0, 1], [0, 1], color=plots.GREY, lw=1)
    ax.vlines(found.prob_pred, found.low, found.high, color=plots.BLUE, lw=1.5)
    ax.plot(found.prob_pred, found.prob_true, "o", color=plots.BLUE, ms=6, clip_on=False)
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="probability said", ylabel="share that is ill")
    return figure, (
        f"A perfect program, {patients:,} patients, {counted(bins, 'bin')}: calibration error "
        f"{error:.3f}. By chance alone it is {chance.value:.3f} on average ({chance.low:.3f} to "
        f"{chance.high:.3f})."
    )


explore(draw_perfect, patients=[50, 100, 200, 500, 1000, 5000], bins=(2, 30))

# %%
rng = np.random.default_rng(4)
print("mean ECE of a perfect program" + "".join(f"{bins:>8} bins" for bins in (5, 10, 30)))
for n in (50, 200, 1000, 5000):
    line = f"{n:>8} patients             "
    for bins in (5, 10, 30):
        drawn = [rng.beta(0.8, 2, n) for _ in range(40)]
        errors = [metrics.calibration_error(rng.random(n) < p, p, bins) for p in drawn]
        line += f"{np.mean(errors):13.2f}"
    print(line)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# About 0.12 on average: first row, middle. Absolute values do not cancel, so every bin adds its noise. A bin
# of $n/B$ patients has a share that is off by about $\sqrt{p(1-p)B/n}$, so the bias grows with the root of
# bins over patients, as long as bins are well filled: four times the patients halve it. ECE is *biased
# upwards*: two programs tested on different numbers of patients, or with other bins, cannot be compared by it.
# </details>
#
# So print beside it what chance alone makes. And know its other weakness: the prevalence, said of
# everybody, has an ECE of 0 and helps nobody. A number without bins is the *calibration slope*: that of a
# logistic regression of the outcomes on the logits of what was said.

# %%
p_test = score[test]
print(f"test patients: ECE {metrics.calibration_error(y, p_test):.2f}")
chance = metrics.calibration_error_by_chance(p_test, rng=np.random.default_rng(0))
print(f"by chance, were every probability true: {chance.value:.2f}")
line = metrics.calibration_slope_intercept(y, p_test)
print(
    f"slope {line.slope.value:.1f} ({line.slope.low:.1f} to {line.slope.high:.1f}): 1 is right,",
    end=" ",
)
print("below 1 is too sure")
print(
    f"27 % of 100, said 27 %: ECE {metrics.calibration_error(np.arange(100) < 27, np.full(100, 0.27)):.2f}"
)

# %% [markdown]
# ### Too sure, and one number that mends it
#
# A network trained long on few images says 0.9 where 0.8 is right. Divide all its logits by one number
# $T$, the temperature: [temperature scaling](glossary.md#temperature-scaling). $T$ above 1 makes it less
# sure. Fit $T$ on validation patients by log loss. With $\beta = 1/T$ the loss of one patient is
#
# $$\ell(\beta) = -\beta z_c + \ln \sum_k e^{\beta z_k}, \qquad
#   \frac{d\ell}{d\beta} = \sum_k p_k z_k - z_c$$
#
# - $z_k$: logits. $c$: the true class. $p_k$: softmax of $\beta z$.
#
# At the best $T$ the mean logit that the program *expects* is the one that it *gets*. There is only
# one such place, since the loss is convex in $\beta$: differentiate once more, and there stands
# $\sum_k p_k z_k^2 - (\sum_k p_k z_k)^2$, the variance of the logits under $p$, which is never negative.
#
# *Predict:* does temperature scaling change the accuracy? And a decision at a fixed threshold of 0.1?

# %%
from dlcourse.measured.overconfident import too_sure

(logits, truth), _ = too_sure(seed=0)
z, target = torch.tensor(logits), torch.tensor(truth)
log_T = torch.zeros((), dtype=torch.float64, requires_grad=True)  # T stays positive
optimizer = torch.optim.LBFGS([log_T], line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(z / log_T.exp(), target)
    loss.backward()
    return loss


optimizer.step(closure)
T = log_T.exp().item()
assert np.isclose(T, metrics.temperature(logits, truth).value, rtol=1e-3)

stored = measured.load("overconfident")
found = stored.values("T")
assert abs(T - found.mean()) < 4 * found.std(ddof=1) and T > 1
print(f"{stored}\nT {found.mean():.1f} ± {found.std(ddof=1):.1f}; this run is seed 0")
for what in ("accuracy", "confidence", "log loss", "ece"):
    before, after = (stored.values(when, what) for when in ("before", "after"))
    print(
        f"{what:12}{before.mean():.2f} ± {before.std(ddof=1):.2f}  ->  "
        f"{after.mean():.2f} ± {after.std(ddof=1):.2f}"
    )
own, far = (drift.values(part, "temperature").mean() for part in ("val", "test"))
before, after = (drift.values("test", what).mean() for what in ("ece", "ece after"))
moved = drift.values("test", "moved at 0.1")
print(f"X-rays: best T on validation {own:.1f}, on the test set {far:.1f}")
print(f"their ECE on the test set, before and after T from validation: {before:.2f}, {after:.2f}")
print(f"that T moved {moved.min()} to {moved.max()} of 624 test images across 0.1, by seed")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Accuracy: never, every arg max stays. Decisions at 0.1: yes, probabilities cross it. (At 0.5, with two
# classes, none do.)
# </details>
#
# The X-rays are the warning. On other patients' images the best $T$ is another one, and the
# calibration error of the test set was the same after "calibration" as before. $T$ mends a program
# *for patients like those it was fitted on*.

# %% [markdown]
# ### A score that pays for the truth
#
# ECE can be gamed. A score is *proper* when whoever believes $q$ does best, on average, by saying $q$.
# Say $p$ and pay $(p - y)^2$, the **Brier score**. Expected bill:
#
# $$q(1 - p)^2 + (1 - q)p^2, \quad \text{slope } -2q(1 - p) + 2(1 - q)p = 2(p - q),$$
#
# which is 0 at $p = q$ and nowhere else. The log loss is proper too: its slope,
# $-q/p + (1 - q)/(1 - p)$, is 0 where $p = q$. *Predict:* you believe 0.7. What
# should you say if the bill is $|p - y|$?


# %% folded=true
SAID = np.linspace(0.01, 0.99, 99)
BILLS = {
    "Brier": lambda p, q: q * (1 - p) ** 2 + (1 - q) * p**2,
    "log": lambda p, q: -q * np.log(p) - (1 - q) * np.log(1 - p),
    "absolute": lambda p, q: q * (1 - p) + (1 - q) * p,
}


def draw_bill(believed=0.7, score="Brier"):
    bill = BILLS[score](SAID, believed)
    best = SAID[bill.argmin()]
    figure, ax = plots.subplots(width=6.4, height=3)
    ax.plot(SAID, bill, color=plots.BLUE)
    ax.plot([best], [bill.min()], "o", color=plots.VERMILLION, ms=9)
    ax.axvline(believed, color="black", lw=1)
    ax.set(xlim=(0, 1), ylim=(0, 1.2), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="probability said (line: believed)", ylabel=f"expected bill, {score}")
    return figure, (
        f"Whoever believes {believed:.2f} pays least, under the {score} score, by saying "
        f"{best:.2f}: {bill.min():.3f} on average."
    )


explore(draw_bill, believed=(0.05, 0.95, 0.05), score=list(BILLS))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 1 (the figure stops at 0.99). The expected bill is $q(1 - p) + (1 - q)p$ with the slope $1 - 2q$: below 0 for
# any $q$ above ½, so it falls all the way. Absolute error rewards pretending to be sure.
# </details>
#
# **What a bill is made of.** For patients in bins (Murphy, 1973):
#
# $$\text{Brier} = \underbrace{\textstyle\sum_b \frac{n_b}{n}(\bar p_b - \bar y_b)^2}_{\text{reliability}}
#  - \underbrace{\textstyle\sum_b \frac{n_b}{n}(\bar y_b - \bar y)^2}_{\text{resolution}}
#  + \underbrace{\bar y(1 - \bar y)}_{\text{uncertainty}}$$
#
# (plus what the bins hide). Reliability is the price of untrue probabilities, resolution the gain of
# telling patients apart, uncertainty the bill of whoever says the prevalence.

# %%
X30, ill = load_breast_cancer(return_X_y=True)
ill = 1 - ill  # scikit-learn codes malignant as 0
NEWTON = {"solver": "newton-cholesky", "tol": 1e-8}  # to the minimum, so that no digit wavers
MODELS = {
    f"logistic, C = {C:g}": make_pipeline(StandardScaler(), LogisticRegression(C=C, **NEWTON))
    for C in (1, 0.001, 10_000)
} | {"naive Bayes": GaussianNB()}
print(f"{'10-fold':22}  AUC   ECE  Brier =  rel. -  res. +  unc.   log loss")
for name, model in MODELS.items():
    p = cross_val_predict(model, X30, ill, cv=10, method="predict_proba")[:, 1]
    p = p.clip(1e-15, 1 - 1e-15)
    parts = metrics.decompose(ill, p, n_bins=10)
    print(
        f"{name:22} {metrics.roc_auc_score(ill, p):.2f}  {metrics.calibration_error(ill, p):.2f}  "
        f"{parts.score:.3f} = {parts.reliability:.3f} - {parts.resolution:.3f} + "
        f"{parts.uncertainty:.3f}   {metrics.log_loss(ill, p).value:.1f}"
    )

# %% [markdown]
# All four rank nearly alike. The strongly penalized one (C = 0.001) is timid, and pays in reliability.
# The hardly penalized one (C = 10,000) and naive Bayes are sure and sometimes wrong: the Brier score hardly minds, the
# log loss does. "Logistic regression is calibrated by default" holds for the first row.

# %% [markdown]
# ### When the answer is a number: CRPS
#
# A forecast of a number is honest when it is a *distribution*. Let $F(x)$ be the probability that it
# gives to "at most $x$". The truth $y$ is a step from 0 to 1 at $y$. The [CRPS](glossary.md#crps) is the
# squared gap between the two, added up:
#
# $$\text{CRPS} = \int \big(F(x) - [x \ge y]\big)^2\,dx$$
#
# It is proper, and it has the unit of $y$. A single sure number $m$ pays its absolute error: its $F$ is a step
# at $m$, and the gap is 1 from $m$ to $y$, else 0.


# %% folded=true
GRID = np.linspace(-5, 5, 201)


def draw_area(mean=0.0, sd=1.0, truth=1.0):
    F = stats.norm.cdf(GRID, mean, sd)
    step = (truth <= GRID).astype(float)
    value = float(metrics.crps_gaussian(truth, mean, sd))
    figure, (left, right) = plots.subplots(1, 2, width=7.2, height=2.8)
    left.plot(GRID, F, color=plots.BLUE)
    left.plot(GRID, step, color="black", lw=1.5)
    left.set(xlim=(-5, 5), xticks=[-4, 0, 4], yticks=[0, 1], ylabel="probability of at most x")
    right.fill_between(GRID, (F - step) ** 2, color=plots.SKY)
    right.set(xlim=(-5, 5), ylim=(0, 1), xticks=[-4, 0, 4], yticks=[0, 1], ylabel="gap, squared")
    left.set_xlabel("x")
    right.set_xlabel("x")
    return figure, (
        f"Forecast {mean:.1f} ± {sd:.1f}, truth {truth:.1f}: the area on the right, the CRPS, is "
        f"{value:.2f}; the absolute error of the mean is {abs(truth - mean):.2f}."
    )


explore(draw_area, mean=(-3.0, 3.0, 0.1), sd=(0.1, 3.0, 0.1), truth=(-3.0, 3.0, 0.1))

# %% [markdown]
# Diabetes: ten measurements, and a score of progression a year later (442 patients, half of them to
# test, five splits). *Predict:* which is better, the number that the regression line says, or the
# training patients' mean and SD, said of everybody?

# %%
sugar, rows = data.diabetes(), {}
for seed in range(5):
    A, B, u, v = train_test_split(sugar.X, sugar.y, test_size=0.5, random_state=seed)
    fit = LinearRegression().fit(A, u)
    mean, errors = fit.predict(B), u - fit.predict(A)
    sd = np.sqrt((errors**2).sum() / (len(u) - 11))
    few = mean[:, None] + np.random.default_rng(seed).choice(errors, (len(v), 5))
    forecasts = {
        "one number": np.abs(v - mean),
        "mean and SD, for everybody": metrics.crps_gaussian(v, u.mean(), u.std(ddof=1)),
        "normal around the line": metrics.crps_gaussian(v, mean, sd),
        "three times too sure": metrics.crps_gaussian(v, mean, sd / 3),
        "ensemble of 5, usual": metrics.crps_ensemble(v, few, "nrg"),
        "ensemble of 5, fair": metrics.crps_ensemble(v, few, "fair"),
    }
    for bins in (2, 8, 32):  # regression as classification
        edges = np.quantile(u, np.linspace(0, 1, bins + 1))
        edges[0], edges[-1] = 0, 400
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=999))
        p = model.fit(A, np.digitize(u, edges[1:-1])).predict_proba(B)
        forecasts[f"{bins} bins, softmax"] = metrics.crps_binned(v, p, edges)
    for name, values in forecasts.items():
        rows.setdefault(name, []).append(values.mean())
for name, values in rows.items():
    print(f"{name:28}{np.mean(values):6.1f} ± {np.std(values, ddof=1):.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# The second, by a little: they are worth about the same. The regression knows the patient and pretends to be sure; the other
# one ignores the patient and admits it. Admitting the spread *around the line* gains nearly a third.
# </details>
#
# Two more lessons. **Binning** a number into classes and training a softmax makes a distribution for
# free: two bins are coarse, eight come close to the normal forecast, with 32 each class has few patients. And a
# **small ensemble** is punished by the usual formula. For members $x_1 \ldots x_k$ it is
#
# $$\frac1k \sum_i |x_i - y| - \frac{1}{2k^2} \sum_{i,j} |x_i - x_j|$$
#
# The second sum holds $k$ distances of a member to itself, all 0, so the spread comes out too small. The
# *fair* one divides by $2k(k - 1)$ instead, and is right on average for any size.

# %% [markdown]
# ## Sitting 3 · To say how sure, and against whom
#
# **Is the program better than the other one, and better than a person?**
#
# *Read in 20 minutes.*
#
# ### DeLong's interval, and where it fails
#
# **Intuition.** Give each ill patient a mark: the share of the healthy who score lower, ties one half.
# The AUC is the mean of these marks. So its standard error is nearly that of any mean, SD over root of
# $m$. But the healthy were sampled as well. Mark them likewise, and add the two variances:
#
# $$\text{SE}^2 = \frac{\text{Var}(V_i)}{m} + \frac{\text{Var}(W_j)}{n}, \qquad
#  V_i = \text{share of healthy below } i,\quad W_j = \text{share of ill above } j$$
#
# That is [DeLong's](glossary.md#delong) interval, $A \pm 1.96\,\text{SE}$. For two programs on the *same*
# patients, take differences of marks: they share the hard patients, so the difference is surer than
# either.

# %%
above = s[y == 1][:, None] > s[y == 0]
equal = s[y == 1][:, None] == s[y == 0]
marks = above + 0.5 * equal  # (ill, healthy)
V, W = marks.mean(axis=1), marks.mean(axis=0)
error = np.sqrt(V.var(ddof=1) / len(V) + W.var(ddof=1) / len(W))
low, high = metrics.auc_interval(y, s, "delong")[1:]
assert np.allclose([V.mean() - 1.96 * error, V.mean() + 1.96 * error], [low, high], atol=1e-4)
print(f"AUC {V.mean():.3f}, SE {error:.3f}, DeLong {low:.3f} to {high:.3f}")

texture = table.column("mean texture")[test]
print("two measurements less texture alone:", metrics.delong_test(y, texture, s).difference)

# %% [markdown]
# *Predict:* a program is excellent, with a true AUC of 0.99. 1,000 studies of 10 ill and 40 healthy each
# compute DeLong's 95 % interval. In how many does it hold 0.99?

# %%
coverage = measured.load("auc_coverage")
print(coverage)
METHODS = ("delong", "logit", "newcombe", "bootstrap")
print(
    f"{'AUC':6}{'ill + healthy':>14}"
    + "".join(f"{name:>11}" for name in METHODS)
    + "  all in order"
)
for area in ("0.80", "0.95", "0.99"):
    for size in ("10 + 40", "50 + 50", "200 + 200"):
        held = [coverage.values(area, size, name).mean() for name in METHODS]
        held.append(coverage.values(area, size, "all pairs in order").mean())
        print(f"{area:6}{size:>14}" + "".join(f"{share:11.2f}" for share in held))

live = np.random.default_rng(9)
who, hits = np.repeat([1, 0], [10, 40]), []
for _ in range(300):  # the design 0.95, 10 + 40, smaller
    one = live.normal(who * stats.norm.ppf(0.95) * np.sqrt(2), 1)
    _, low, high = metrics.auc_interval(who, one, "delong")
    hits.append(low <= 0.95 <= high)
assert abs(np.mean(hits) - coverage.values("0.95", "10 + 40", "delong").mean()) < 0.1

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# In a little more than half of them. (From 1,000 studies a share is known to ± 0.03 at worst.) In a third of these
# studies (last column) all pairs are in order, every mark is 1, no variance is left, and DeLong says "1 to 1".
# </details>
#
# *The better the program, the worse its interval.* On the logit scale (divide the SE by $A(1 - A)$) it
# stays within 0 and 1 and holds longer; there it says nothing where all pairs are in order, which is counted as a
# miss here. Newcombe's takes its SE from the sizes alone and errs on the careful side. The bootstrap
# cannot draw what the sample does not have, either.


# %% folded=true
def draw_hospitals(ill=10, area=0.95, method="delong"):
    rng = np.random.default_rng(3)
    y_true = np.repeat([1, 0], [ill, 4 * ill])
    figure, ax = plots.subplots(width=6.6, height=3.2)
    ends = []
    for _ in range(20):
        found = rng.normal(y_true * stats.norm.ppf(area) * np.sqrt(2), 1)
        ends.append(metrics.auc_interval(y_true, found, method))
    value, low, high = np.array(ends).T
    held = (low <= area) & (area <= high)
    colours = np.where(held, plots.BLUE, plots.VERMILLION)
    ax.vlines(range(20), low, high, color=colours, lw=2.5)
    ax.scatter(range(20), value, color=colours, s=30, clip_on=False, zorder=3)
    ax.axhline(area, color="black", lw=1)
    ax.set(ylim=(0.45, 1.01), yticks=[0.5, 0.75, 1], xticks=[], ylabel="AUC, 95 % interval")
    ax.set_xlabel("20 hospitals (orange: the truth is not inside)")
    return figure, (
        f"20 hospitals with {ill} ill and {4 * ill} healthy each, true AUC {area}: the AUC found runs "
        f"from {value.min():.2f} to {value.max():.2f}, and {held.sum()} of 20 intervals hold the truth."
    )


explore(draw_hospitals, ill=(5, 100, 5), area=[0.8, 0.95, 0.99], method=["delong", "newcombe"])

# %% [markdown]
# ### Who says what is true? Several graders
#
# Labels come from people. *Predict:* each of five graders is right in 80 of 100 images. How often is
# their majority right?

# %%
rng = np.random.default_rng(6)
print("graders   " + "".join(f"{k:>8}" for k in (1, 3, 5, 7)))
for shared in (0, 0.3, 0.6, 0.9):  # correlation: some images are hard for everybody
    hard = np.sqrt(shared) * rng.normal(size=(40_000, 1))
    right = hard + np.sqrt(1 - shared) * rng.normal(size=(40_000, 7)) > stats.norm.ppf(0.2)
    votes = [(2 * right[:, :k].sum(axis=1) > k).mean() for k in (1, 3, 5, 7)]
    print(f"shared {shared:3}" + "".join(f"{share:8.2f}" for share in votes))

print("\nprevalence   two graders agree   kappa")
for prevalence in (0.5, 0.2, 0.05, 0.01):
    ill_here = np.arange(40_000) < 40_000 * prevalence
    one, two = (np.where(ill_here, *(rng.random((2, 40_000)) < [[0.9], [0.05]])) for _ in range(2))
    kappa = metrics.cohen_kappa_score(one, two)
    print(f"{prevalence:10.2f}{(one == two).mean():20.2f}{kappa.value:8.1f}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.94 if they err independently. If the same images are hard for everybody, 0.89 or less: they err
# together, and more votes do not help.
# </details>
#
# **Kappa** is agreement beyond what chance would give: $\kappa = (a - e)/(1 - e)$, with $a$ the share
# agreed and $e$ the share expected if both graded at random in their own proportions. The second table
# holds the same two graders throughout (sensitivity 0.90, specificity 0.95). Only the prevalence falls, and
# kappa with it. Never compare kappas of different prevalence.
#
# **Where does a wrong label hurt?** Flip a share of the training labels, then of the test labels:

# %%
print("flipped   clean test labels   test labels flipped alike   (AUC, 10 splits, ± SD)")
for flipped in (0, 0.1, 0.3):
    clean, noisy = [], []
    for seed in range(10):
        A, B, u, v = train_test_split(X30, ill, test_size=0.4, random_state=seed, stratify=ill)
        rng = np.random.default_rng(seed)
        u, wrong = u ^ (rng.random(len(u)) < flipped), v ^ (rng.random(len(v)) < flipped)
        fit = make_pipeline(StandardScaler(), LogisticRegression(C=0.1)).fit(A, u)
        logit = fit.decision_function(B)
        clean.append(metrics.roc_auc_score(v, logit))
        noisy.append(metrics.roc_auc_score(wrong, logit))
    spread = [f"{np.mean(found):.2f} ± {np.std(found, ddof=1):.2f}" for found in (clean, noisy)]
    print(f"{flipped:7.1f}{spread[0]:>20}{spread[1]:>26}")

# %% [markdown]
# The same models. With 3 of 10 training labels flipped the program loses 0.03 of its AUC. Measured with 3 of 10
# test labels flipped it seems to have lost 0.30. (Here labels flip by chance; graders who err on the same hard
# images teach their error.) If you can pay for second opinions, buy them for the *test* set.

# %% [markdown]
# ### People on the ROC plane
#
# A reader says yes or no: one point, with an interval up and one across. *Predict:* eight readers are
# **equally skilled**, and as skilled as the program. Some are bold, some cautious. Where does the mean
# of their eight points lie: on the program's curve, above or below?


# %% folded=true
CUTS = stats.norm.ppf((np.arange(8) + 0.5) / 8)
FALSE = np.linspace(0, 1, 301)


def draw_readers(spread=0.8, skill=2.0):
    cut = skill / 2 + spread * CUTS
    false, found = stats.norm.sf(cut), stats.norm.sf(cut - skill)
    below = stats.norm.sf(stats.norm.isf(false.mean()) - skill) - found.mean()
    figure, ax = plots.subplots(width=5, height=3.8)
    ax.plot(FALSE, stats.norm.sf(stats.norm.isf(FALSE) - skill), color=plots.BLUE)
    ax.plot(false, found, "o", color=plots.GREY, ms=7)
    ax.plot([false.mean()], [found.mean()], "D", color=plots.VERMILLION, ms=9)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="false alarms (1 − specificity)", ylabel="sensitivity")
    return figure, (
        f"Eight readers of one skill (AUC {stats.norm.cdf(skill / np.sqrt(2)):.2f}) on one curve. The "
        f"mean of their points, the diamond, lies {below:.3f} below it."
    )


explore(draw_readers, spread=(0.0, 1.5, 0.1), skill=(1.0, 3.0, 0.1))

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Below. The curve is concave: a straight line between two of its points runs under it, and a mean of its
# points lies under it as well. A program of exactly their
# skill "beats the average reader".
# </details>
#
# So compare each reader with the curve *at the reader's own share of false alarms*, on the same patients:

# %%
rng = np.random.default_rng(2)
reader = (s + rng.normal(0, 0.15, len(s)) > 0.35).astype(int)  # simulated, on our test patients
print("sensitivity", metrics.sensitivity(y, reader), " specificity", metrics.specificity(y, reader))
gap = metrics.reader_against_curve(y, s, reader, draws=300, rng=rng)
print(
    "reader less program, same false alarms:",
    f"{gap.value:+.2f} ({gap.low:+.2f} to {gap.high:+.2f})",
)

# %% [markdown]
# ### Does acting on it help? The decision curve
#
# Somebody treats from a risk of $t$ on. At exactly $t$ treating and waiting are then worth the same: of 1/t such
# patients one is ill, and her gain outweighs the harm to the others, $(1 - t)/t$ healthy ones. At $t = 0.1$ one
# miss is as bad as nine false alarms. So price them (Vickers and Elkin, 2006):
#
# $$\text{net benefit}(t) = \frac{TP}{n} - \frac{FP}{n}\cdot\frac{t}{1 - t}$$
#
# in true cases found per patient. Compare with treating all, and with treating none (0).


# %% folded=true
drawn = np.random.default_rng(8)
TRUE = drawn.beta(0.6, 4, 4000)
SICK = (drawn.random(4000) < TRUE).astype(int)
LOGIT = np.log(TRUE) - np.log1p(-TRUE)
RISKS = np.linspace(0.01, 0.5, 50)


def draw_decision(too_high=1.5, too_sure=1.0):
    p = 1 / (1 + np.exp(-too_sure * LOGIT - too_high))
    true, said = (metrics.decision_curve(SICK, probability, RISKS) for probability in (TRUE, p))
    figure, ax = plots.subplots(width=6.6, height=3.4)
    ax.plot(RISKS, true.model, color=plots.BLUE)
    ax.plot(RISKS, said.model, "--", color=plots.VERMILLION)
    ax.plot(RISKS, true.treat_all, ":", color=plots.GREY)
    ax.axhline(0, color="black", lw=1)
    ax.set(xlim=(0, 0.5), ylim=(-0.08, 0.14), xticks=[0, 0.25, 0.5], yticks=[0, 0.1])
    ax.set_xlabel("risk from which one would treat")
    ax.set_ylabel("net benefit")
    at = np.searchsorted(RISKS, 0.295)
    return figure, (
        f"Net benefit at a risk of {RISKS[at]:.2f}: true probabilities (solid) {true.model[at]:.3f}, the same "
        f"ranking with logits times {too_sure:.1f} plus {too_high:.1f} (dashed) {said.model[at]:.3f}, "
        f"treating all (dotted) {true.treat_all[at]:.3f}, none 0."
    )


explore(draw_decision, too_high=(-3.0, 3.0, 0.25), too_sure=(0.5, 3.0, 0.25))

# %% [markdown]
# All dashed lines have one AUC. A program that says too much can do more harm than treating nobody: where the
# dashed line is below 0.
# Here calibration has a price, in patients.
#
# <details><summary><b>Question.</b> The curve of a program lies below "treat all" at t = 0.02. Is the
# program useless?</summary>
#
# For a decision at 2 % it is: there, treating all is better. At other risks it may help. Ask at which
# risks anybody would hesitate, and look only there.
# </details>

# %% [markdown]
# ## Sitting 4 · To compare numbers that have one name
#
# **Two papers report AUC 0.92, one an average precision of 0.92, the other of 0.27. Can it be one program?**
#
# *Read in 10 minutes.*
#
# ### When few are ill
#
# The ROC curve does not see the prevalence. The
# [precision-recall curve](glossary.md#precision-recall-curve) does: precision (PPV) against recall
# (sensitivity). Its area, the average precision, is the mean precision at each ill patient found.
# *Predict:* AUC 0.92; the share of the ill falls from a half to 1 in 100. What does each area do?


# %% folded=true
CUTOFFS = np.linspace(9, -6, 400)  # strict first


def rare(prevalence, separation=2.0):  # exact: scores of healthy and ill are normal, SD 1
    recall = stats.norm.sf(CUTOFFS - separation)
    precision = metrics.ppv(recall, stats.norm.cdf(CUTOFFS), prevalence)
    area = stats.norm.cdf(separation / np.sqrt(2))
    return recall, precision, area, np.diff(recall) @ (precision[1:] + precision[:-1]) / 2


def draw_rare(prevalence=0.5, separation=2.0):
    recall, precision, area, average = rare(prevalence, separation)
    figure, ax = plots.subplots(width=5.4, height=3.4)
    ax.plot(recall, precision, color=plots.BLUE)
    ax.axhline(prevalence, color=plots.GREY, lw=1)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set(xlabel="recall (sensitivity)", ylabel="precision (PPV)")
    return figure, (
        f"Prevalence {prevalence}: AUC {area:.2f}, average precision {average:.2f}; the grey line is "
        "guessing."
    )


explore(draw_rare, prevalence=[0.5, 0.2, 0.1, 0.05, 0.01], separation=(0.5, 3.0, 0.1))

# %%
for prevalence in (0.5, 0.1, 0.01):
    print(f"prevalence {prevalence:4}: AUC {rare(prevalence)[2]:.2f}, ", end="")
    print(f"average precision {rare(prevalence)[3]:.2f}")
drawn = np.repeat([1, 0], [1000, 9000])  # and on 10,000 patients
found = metrics.average_precision_score(drawn, np.random.default_rng(0).normal(2 * drawn))
assert abs(found - rare(0.1)[3]) < 0.04

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# AUC stays. Average precision falls from 0.92 to 0.27, since guessing falls as well: it has the
# prevalence. So never compare average precisions of two populations.
# </details>
#
# Imbalance is no reason to *resample* the test set to half and half. It makes predictive values of a
# place that does not exist. Keep the patients as they come, and show both curves.

# %% [markdown]
# ### Same name, different number
#
# Small inputs that you can check by hand. What is installed runs in this cell.

# %%
from sklearn import metrics as sk

y8, s8 = np.array([0, 1] * 4), np.array([0.2, 0.5, 0.5, 0.5, 0.5, 0.8, 0.1, 0.2])
precision, recall, _ = sk.precision_recall_curve(y8, s8)
y100, risk = np.repeat([0, 1], [90, 10]), np.linspace(0.0001, 0.0049, 100)  # a rare disease
fixed = risk >= np.linspace(0, 1, 200)[:, None]  # 200 thresholds, the same for every program
y4, logit = np.array([0, 1, 0, 1]), torch.tensor([80.0, 90, 100, 110])  # float32
p = np.repeat([0.4, 0.6], 100)  # of the first 100, 50 are ill; of the others 70
came = np.r_[np.arange(100) < 50, np.arange(100) < 70].astype(int)
a, b = np.array([0, 0, 1, 1, 3, 4, 4, 0, 3]), np.array([0, 1, 1, 1, 3, 4, 3, 0, 4])  # nobody says 2
ROWS = [
    ("AUC, eight patients with ties", sk.roc_auc_score(y8, s8), metrics.roc_auc_score(y8, s8)),
    ("  of calls at 0.5", sk.roc_auc_score(y8, s8 >= 0.5), metrics.roc_auc_score(y8, s8 >= 0.5)),
    ("average precision, steps", sk.average_precision_score(y8, s8), metrics.average_precision_score(y8, s8)),
    ("  trapezoid", sk.auc(recall, precision), metrics.average_precision_score(y8, s8, "trapezoid")),
    ("AUC, all risks below 1/200", sk.roc_auc_score(y100, risk), metrics.roc_auc_score(y100, risk)),
    ("  200 fixed thresholds", sk.auc(fixed[:, y100 == 0].mean(1), fixed[:, y100 == 1].mean(1)), None),
    ("AUC of logits 80 to 110", sk.roc_auc_score(y4, logit), metrics.roc_auc_score(y4, logit.numpy())),
    ("  after a float32 sigmoid", sk.roc_auc_score(y4, logit.sigmoid()), None),
    ("ECE of P(ill)", None, metrics.calibration_error(came, p)),
    ("  of the winner's confidence", None, metrics.top_label_calibration_error(came, np.stack([1 - p, p], 1))),
    ("kappa, linear, grades found", sk.cohen_kappa_score(a, b, weights="linear"), None),
    ("  all five grades named", sk.cohen_kappa_score(a, b, weights="linear", labels=range(5)), metrics.cohen_kappa_score(a, b, labels=range(5), weights="linear").value),
    ("CRPS of [0, 2], truth 1, usual", None, metrics.crps_ensemble([1.0], [[0, 2]], "nrg")[0]),
    ("  fair", None, metrics.crps_ensemble([1.0], [[0, 2]], "fair")[0]),
    ("concordance, risks 1e-9 apart", None, metrics.concordance_index([1 + 1e-9, 1], [5.0, 9.0], [1, 1])),
    ("recall, of the ill", sk.recall_score(y8, s8 >= 0.5), float(metrics.sensitivity(y8, s8 >= 0.5))),
    ("  macro, the mean over classes", sk.recall_score(y8, s8 >= 0.5, average="macro"), None),
]  # fmt: skip
print(f"{'asked for':32}{'scikit-learn':>13}{'dlcourse':>10}")
for name, *values in ROWS:
    words = ["-" if value is None else f"{abs(value):.3f}" for value in values]
    print(f"{name:32}{words[0]:>13}{words[1]:>10}")

# %% [markdown]
# Each is a right answer to some question. For the ECE, $[a, b)$ bins, ten of them, and P(ill) are our
# defaults; the others have a name. Other libraries are not installed here. These rows were run on the inputs
# of the cell above, in November 2026, with torchmetrics 1.9.0, Keras 3.15.1, netcal 1.4.0, properscoring 0.1,
# scoringrules 0.10.0, lifelines 0.30.3, scikit-survival 0.28.0. In a clone of the course
# `bash tests/same_name/14_evaluation.sh` runs them again.
#
# | you ask for | you get |
# |---|---|
# | AUC, all risks below 1/200 | Keras by default, and torchmetrics with `thresholds=200`: 0.5. Torchmetrics by default: 1.0 |
# | AUC of logits 80 to 110 | torchmetrics 0.5: numbers outside 0 to 1 get a sigmoid, and in float32 all four become 1 |
# | AUC, scores −2, 0.6, 0.62, 0.1 of healthy, healthy, ill, healthy | torchmetrics 1.0 in one batch, 0.667 in two batches of two: only the first gets the sigmoid |
# | AUC, nobody ill | torchmetrics 0.0, scikit-learn NaN with a warning, ours an error |
# | ECE, ten bins, of two softmax columns | netcal 0.10 (of P(ill)), torchmetrics' multiclass 0.00 (of the winner) |
# | CRPS of [0, 2], truth 1 | properscoring 0.5; scoringrules 0.5, and 0.0 with `estimator="fair"` |
# | concordance, risks 1e−9 apart | lifelines 1.0; scikit-survival 0.5, as `tied_tol` is 1e−8 |
#
# <details><summary><b>Question.</b> A paper reports "ECE 0.03". What four things do you ask?</summary>
#
# Of which probability (of being ill, or the winner's)? How many bins, of which kind? On how many
# patients? What would chance alone give?
# </details>

# %% [markdown]
# ## Sources
#
# - Wilson, *Probable inference* (1927). [doi:10.1080/01621459.1927.10502953](https://doi.org/10.1080/01621459.1927.10502953)
# - Mann and Whitney, *On a test of whether one of two random variables is stochastically larger than the
#   other* (1947). [doi:10.1214/aoms/1177730491](https://doi.org/10.1214/aoms/1177730491)
# - Hanley and McNeil, *The meaning and use of the area under a ROC curve* (1982).
#   [doi:10.1148/radiology.143.1.7063747](https://doi.org/10.1148/radiology.143.1.7063747)
# - DeLong and others, *Comparing the areas under two or more correlated ROC curves* (1988).
#   [doi:10.2307/2531595](https://doi.org/10.2307/2531595)
# - Newcombe, *Confidence intervals for an effect size measure based on the Mann–Whitney statistic*
#   (2006). [doi:10.1002/sim.2324](https://doi.org/10.1002/sim.2324)
# - Efron, *Bootstrap methods: another look at the jackknife* (1979).
#   [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552)
# - Mercaldo, Lau and Zhou, *Confidence intervals for predictive values with an emphasis to case-control
#   studies* (2007). [doi:10.1002/sim.2677](https://doi.org/10.1002/sim.2677)
# - Guo and others, *On calibration of modern neural networks* (2017), no DOI.
# - Murphy, *A new vector partition of the probability score*, Journal of Applied Meteorology 12, 595 (1973); for
#   all proper scores: Bröcker, *Reliability, sufficiency, and the decomposition of proper scores* (2009).
#   [doi:10.1002/qj.456](https://doi.org/10.1002/qj.456)
# - Gneiting and Raftery, *Strictly proper scoring rules, prediction, and estimation* (2007).
#   [doi:10.1198/016214506000001437](https://doi.org/10.1198/016214506000001437)
# - Ferro, *Fair scores for ensemble forecasts* (2014). [doi:10.1002/qj.2270](https://doi.org/10.1002/qj.2270)
# - Cohen, *A coefficient of agreement for nominal scales* (1960).
#   [doi:10.1177/001316446002000104](https://doi.org/10.1177/001316446002000104)
# - Vickers and Elkin, *Decision curve analysis* (2006).
#   [doi:10.1177/0272989X06295361](https://doi.org/10.1177/0272989X06295361)
# - Yang and others, *MedMNIST v2* (2023).
#   [doi:10.1038/s41597-022-01721-8](https://doi.org/10.1038/s41597-022-01721-8)
