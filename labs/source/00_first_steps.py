# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 00 · First steps
#
# Six short functions, 11 points, and one question for a human. You will meet all six again: the
# later labs lean on them. The [lecture of this unit](../lectures/00_first_steps.ipynb) has
# everything that you need.
#
# | exercise | difficulty | minutes | points |
# |---|---|---|---|
# | 1 `share_between` | ●○○ | 5 | 1 |
# | 2 `standardize` | ●○○ | 5 | 2 |
# | 3 `farthest` | ●●○ | 5 | 2 |
# | 4 `pick_rows` | ●●○ | 5 | 2 |
# | 5 `differences` | ●●○ | 5 | 2 |
# | 6 `draw_rows` | ●○○ | 5 | 2 |
# | open question | | 5 | 3 |
#
# **How it works.** Replace `raise NotImplementedError` with your lines, run the cell, run the check
# below it. The check says whether you are right and, if not, usually which mistake it is. Stuck?
# Under the check, *Hint 1* unfolds by click or by Tab and Space, and holds the next. Any exercise
# can be left out: none needs your answer to another. Folded cells hold pictures that appear once
# you are right; run them too. What `torch`, `sklearn` and `dlcourse` have ready is no answer: the
# check refuses it. NumPy is welcome everywhere in this lab.

# %%
import numpy as np

import dlcourse
from dlcourse import data, plots

lab = dlcourse.lab("first_steps")
biopsies = data.breast_cancer()  # X (569, 30); y is 1 for malignant
radius, y = biopsies.column("mean radius"), biopsies.y

# %% [markdown]
# ## 1. `share_between` (1 point, 5 minutes)
#
# Which share of the values in `x` is at least `low` and below `high`? A share is a number from
# 0 to 1. Run the check once before you write anything, so that you have seen what it says.


# %% solution="share_between"
def share_between(x, low, high):
    """Return the share of the values of x from low to high, high itself excluded.

    x: array (n,). low, high: numbers. Returns a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    return ((x >= low) & (x < high)).mean()
    ### END SOLUTION


# %% check="share_between"
lab.check(share_between)

# %% folded=true
if lab.passed("share_between"):
    edges = np.arange(6, 30)
    figure, ax = plots.subplots(height=3.2)
    for value, name in [(0, "benign"), (1, "malignant")]:
        here = radius[y == value]
        shares = [share_between(here, edge, edge + 1) for edge in edges[:-1]]
        ax.stairs(shares, edges, label=name, linestyle="--" if value else "-", linewidth=2)
    ax.set(xlabel="mean radius (image units)", ylabel="share of the class")
    ax.legend()
    display(
        plots.show(
            figure,
            f"The share of biopsies in each unit of radius: your histogram. Between 12 and 14 lie "
            f"{share_between(radius[y == 0], 12, 14):.2f} of the benign and "
            f"{share_between(radius[y == 1], 12, 14):.2f} of the malignant ones.",
        )
    )

# %% [markdown]
# ## 2. `standardize` (2 points, 5 minutes)
#
# Years, millimetres and shares cannot be compared. Standardized numbers can: from each column
# subtract its mean, then divide by its standard deviation,
#
# $$z_{ij} = \frac{x_{ij} - \bar x_j}{s_j}, \qquad
#   s_j = \sqrt{\frac1n \sum_{i=1}^n (x_{ij} - \bar x_j)^2}$$
#
# The bar is the mean of column $j$ over all $n$ patients. `np.std` divides by $n$, as here.


# %% solution="standardize"
def standardize(X):
    """Return X with every column shifted to mean 0 and scaled to standard deviation 1.

    X: array (patients, measurements); no column is constant. Returns an array of the same
    shape; the caller's X stays as it was.
    Not allowed: scipy's zscore and zmap.
    """
    ### BEGIN SOLUTION
    return (X - X.mean(axis=0)) / X.std(axis=0)
    ### END SOLUTION


# %% check="standardize"
lab.check(standardize)

# %% folded=true
if lab.passed("standardize"):
    Z = standardize(biopsies.X)
    figure, (left, right) = plots.subplots(1, 2, width=7.6, height=3.4)
    for panel, table in [(left, biopsies.X), (right, Z)]:
        panel.vlines(np.arange(30), table.min(axis=0), table.max(axis=0), color=plots.BLUE)
        panel.plot(table.mean(axis=0), "o", color=plots.VERMILLION, ms=4)
        panel.set(xlabel="measurement (number)")
    left.set(ylabel="raw, each in its own unit", yscale="symlog")
    right.set(ylabel="standard deviations")
    display(
        plots.show(
            figure,
            f"Thirty measurements from lowest to highest, a dot at the mean. Raw, the means go "
            f"from {biopsies.X.mean(axis=0).min():.4f} to {biopsies.X.mean(axis=0).max():.0f}; "
            f"standardized, all are 0 and the largest value is {Z.max():.1f}.",
        )
    )

# %% [markdown]
# ## 3. `farthest` (2 points, 5 minutes)
#
# In which of the measurements is a patient farthest from the average, above or below it? `Z`
# is standardized already, so the average is 0 in every column.


# %% solution="farthest"
def farthest(Z):
    """Return for each patient the number of the column in which |Z| is largest.

    Z: array (patients, measurements). Returns whole numbers (patients,), counted from 0.
    """
    ### BEGIN SOLUTION
    return np.abs(Z).argmax(axis=1)
    ### END SOLUTION


# %% check="farthest"
lab.check(farthest)

# %% folded=true
if lab.passed("farthest"):
    Z = (biopsies.X - biopsies.X.mean(axis=0)) / biopsies.X.std(axis=0)
    counts = np.bincount(farthest(Z), minlength=30)
    often = counts.argsort(kind="stable")[-8:]
    figure, ax = plots.subplots(height=3.6)
    ax.barh([biopsies.features[j] for j in often], counts[often], color=plots.SKY)
    ax.set(xlabel="patients who are farthest from average in it")
    display(
        plots.show(
            figure,
            f"The eight measurements in which most patients are farthest from average; first is "
            f"{biopsies.features[often[-1]]}, for {counts[often[-1]]} of 569.",
        )
    )

# %% [markdown]
# ## 4. `pick_rows` (2 points, 5 minutes)
#
# A table of ill and healthy patients. Keep the rows of those who are ill *and* whose
# measurement number `column` is above `limit`.


# %% solution="pick_rows"
def pick_rows(X, y, column, limit):
    """Return the rows of X with y equal to 1 and X[row, column] larger than limit.

    X: array (patients, measurements). y: (patients,) of 0 and 1. column: a whole number.
    limit: a number. Returns an array (picked, measurements), in the order of X.
    """
    ### BEGIN SOLUTION
    return X[(y == 1) & (X[:, column] > limit)]
    ### END SOLUTION


# %% check="pick_rows"
lab.check(pick_rows)

# %% folded=true
if lab.passed("pick_rows"):
    two = np.column_stack([radius, biopsies.column("mean texture")])
    picked = pick_rows(two, y, 0, 20)
    figure, ax = plots.subplots(height=4)
    plots.patients.scattered(ax, two, y, alpha=0.3)
    ax.plot(picked[:, 0], picked[:, 1], "s", mfc="none", color="black", label="picked")
    ax.set(xlabel="mean radius (image units)", ylabel="mean texture (grey levels)")
    ax.legend()
    display(
        plots.show(
            figure,
            f"569 biopsies by radius and texture; squares are the {len(picked)} malignant ones "
            f"with a radius above 20.",
        )
    )

# %% [markdown]
# ## 5. `differences` (2 points, 5 minutes)
#
# Subtract every value of `b` from every value of `a`, all pairs at once: $D_{ij} = a_i - b_j$.
# A loop is right. Broadcasting is one line.


# %% solution="differences"
def differences(a, b):
    """Return D with D[i, j] = a[i] - b[j].

    a: array (n,). b: array (m,). Returns an array (n, m).
    """
    ### BEGIN SOLUTION
    return a[:, None] - b
    ### END SOLUTION


# %% check="differences"
lab.check(differences)

# %% [markdown]
# What is that good for? Take one malignant and one benign biopsy at random. How often has the
# malignant one the larger nuclei? There are 212 · 357 pairs, and your function has them all.

# %% folded=true
if lab.passed("differences"):
    D = differences(radius[y == 1], radius[y == 0])
    edges = np.linspace(-10, 22, 65)
    figure, ax = plots.subplots(height=3.4)
    ax.stairs(np.histogram(D, edges)[0], edges, fill=True, color=plots.SKY)
    ax.axvline(0, color="black", linestyle="--", label="equal")
    ax.set(xlabel="radius, malignant minus benign (image units)", ylabel="pairs")
    ax.legend()
    display(
        plots.show(
            figure,
            f"Differences of radius in {D.size:,} pairs of a malignant and a benign biopsy: the "
            f"malignant nuclei are larger in {(D > 0).mean():.3f} of them. Unit 14 calls this "
            f"share the AUC.",
        )
    )

# %% [markdown]
# ## 6. `draw_rows` (2 points, 5 minutes)
#
# Draw patients of one class at random, each at most once, and the same ones whenever the seed
# is the same: find the numbers of the rows with this label, make a generator with
# `np.random.default_rng(seed)`, let its `permutation` put those rows into a random order, and
# keep the first `size`.


# %% solution="draw_rows"
def draw_rows(y, label, size, seed):
    """Return the first `size` of a permutation of the rows with y equal to label.

    y: array (n,) of whole numbers. label, size, seed: whole numbers; so many rows there are.
    Returns row numbers (size,), counted from 0.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    return rng.permutation(np.flatnonzero(y == label))[:size]
    ### END SOLUTION


# %% check="draw_rows"
lab.check(draw_rows)

# %% folded=true
if lab.passed("draw_rows"):
    figure, ax = plots.subplots(height=3.4)
    spreads = []
    for height, size in enumerate([10, 40, 160]):
        means = [radius[draw_rows(y, 1, size, seed)].mean() for seed in range(1, 101)]
        spreads.append(f"{np.std(means):.2f} for {size}")
        ax.plot(means, height + np.linspace(-0.2, 0.2, 100), "o", ms=4, alpha=0.6)
    ax.axvline(radius[y == 1].mean(), color="black", linestyle="--", label="all 212")
    ax.set(xlabel="mean radius of the drawn malignant biopsies (image units)")
    ax.set(ylabel="how many were drawn", yticks=[0, 1, 2], yticklabels=["10", "40", "160"])
    ax.legend()
    display(
        plots.show(
            figure,
            f"The mean radius of malignant biopsies that were drawn, for a hundred seeds each. "
            f"Its standard deviation is {', '.join(spreads)} of them.",
        )
    )

# %% [markdown]
# ## A question for a human (3 points, 5 minutes)
#
# A colleague wrote `axis=1` in `standardize`, so each patient was standardized over their own
# thirty measurements. Nothing failed, and every number looks reasonable. **What do these
# numbers say, and how could your colleague have noticed?** Three to five sentences.

# %% [markdown] open="standardized_by_row" points=3
# **Model answer.** Each number now says how a measurement compares with the patient's other
# measurements, although these have different units: the area is always far above a patient's
# mean and the smoothness always below it, ill or not. How a patient compares with other
# patients, which was the aim, is lost. It can be noticed without looking at single values:
# after standardizing, the mean of every column must be 0 and its standard deviation 1, so
# `Z.mean(axis=0)` tells at once; an `assert` in the notebook would have stopped there.
#
# **Rubric.** 1 point: says that measurements of one patient were compared with each other.
# 1 point: says that they have different units, or that the comparison with other patients is
# lost. 1 point: names a test that would have shown it, such as the means of the columns.

# %% [markdown]
# ## Your score

# %%
lab.score()

# %% [markdown]
# ## Stretch goal: the nearest neighbour
#
# Broadcasting works with three axes, too. Standardize the biopsies, then subtract every patient
# from every other: (569, 1, 30) minus (1, 569, 30) is (569, 569, 30). Square, sum over the last
# axis, and you have all squared distances. For each patient find the nearest other one (what
# must you do about the zeros on the diagonal?). How often is it of the same class? There is no
# check for this one.
