# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 · First steps
#
# **Which of 17,070 numbers is the strangest?**
#
# A table holds 569 biopsies with 30 measurements each. Nobody can look at all of it, and the 30
# measurements have different units. Yet a few lines of code find the one number that is farthest
# from what is usual. You will understand each of these lines, and later units use the same ones
# on every page.
#
# After this half hour you can
#
# 1. run cells, and say what the kernel remembers;
# 2. read the shape of an array, and take the mean over the axis that you mean;
# 3. let shapes broadcast, and pick rows by a condition;
# 4. draw the same random patients again, and label a plot;
# 5. use a lab, its checks and its hints.
#
# *You need:* a little Python: numbers, lists, a `for` loop, a function. *Lab:*
# [lab 00](../labs/00_first_steps.ipynb), half an hour.

# %%
import ast

import numpy as np
import torch

import dlcourse
from dlcourse import data, plots
from dlcourse.widgets import explore

# %% [markdown]
# ## Sitting 1 · From a cell to a plot
#
# *Read in 30 minutes.*
#
# ### Cells and the kernel
#
# This page is a **notebook**. It is made of **cells**: some hold text, some code. Click into a
# cell of code and press `Shift` + `Enter`. The code runs, its output appears below, and the next
# cell is chosen. If the last line of a cell is an expression, its value is shown.
#
# The **kernel** is the Python behind the page. It runs one cell at a time and remembers every
# name. It does not know where a cell stands; it knows only which cells ran, and in which order.
# The number in brackets on the left counts them. A star means: running, or waiting.
#
# *Predict:* run the first cell below once and the second three times. What is shown at the end?

# %%
count = 1

# %%
count = count + 1
count

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 4. The kernel adds one each time, although the page shows the cell once. After the first run it
# is 2, which is what stands there until you run it again.
# </details>
#
# - **Lost?** *Kernel*, *Restart Kernel and Run All Cells* begins anew, from the top. That is also
#   how you test whether your notebook works for somebody else.
# - **Endless?** The square above the page stops the cell that runs.
# - **Red?** An error has many lines. Read the last one first: it says what is wrong. The arrow
#   further up says where. `NameError` often means that a cell above has not been run.
# - **A new cell:** press `Esc`, then `b`. Try things out there.
#
# Folded cells only draw; the three dots open them. Where there are sliders, move them. Where you
# are asked to predict, write your guess down before you run the next cell.
#
# A few turns of Python that every unit uses:

# %%
names, radii = ["Ada", "Bo"], [17.99, 9.5]
first, second = radii  # two names at once
large = [radius > 15 for radius in radii]  # a list made by a loop
for name, radius in zip(names, radii, strict=True):  # two lists side by side
    print(f"{name}: {radius:.1f}")  # a text with a value in it, here to one decimal
assert large == [True, False]  # silent if it holds, an error if not

# %% [markdown]
# ### Arrays and shapes
#
# An [array](glossary.md#array) is a grid of numbers of one type. Its [shape](glossary.md#shape)
# is its length along each direction. Our table has one **row** for each patient and one
# **column** for each measurement. The first index picks the row, the second the column, both
# counted from 0. A colon means: all of them.
#
# *Predict:* what are the shapes of `X[0]`, of `X[:, 0]` and of `X[:5, :2]`?

# %%
table = data.breast_cancer()
X, y = table.X, table.y  # y is 1 where the biopsy was malignant, and 0 where it was benign
print("X:", X.shape, X.dtype, "  y:", y.shape, y.dtype)
print("the first three measurements:", ", ".join(table.features[:3]))

print("X[0]:     ", X[0].shape)
print("X[:, 0]:  ", X[:, 0].shape)
print("X[:5, :2]:", X[:5, :2].shape)
print(X[:5, :2])

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# (30,), (569,) and (5, 2). An index without a colon takes its axis away. `:5` keeps the first
# five. A shape with one number is a plain row of numbers, and its comma only says that it is a
# shape.
# </details>
#
# What you do to an array is done to each of its numbers, without a loop: `X * 2`, `X > 15`,
# `np.log(X)`. Look at `.shape` whenever you are unsure. Most mistakes of beginners are shapes.
#
# ### Axis
#
# A direction of an array is called an [axis](glossary.md#axis). Axis 0 runs down the rows, axis 1
# along the columns. `X.mean(axis=0)` walks along axis 0 and puts one number in its place. So
# **the axis that you name is the one that disappears**: (569, 30) becomes (30,), one mean for each
# measurement. Without an axis, all numbers become one.
#
# **Choose** in the menus below. *Predict:* which axis gives one number for each patient?


# %% folded=true
MEASURED = np.array([[14, 20, 3], [11, 15, 9], [20, 22, 6], [15, 19, 2], [12, 25, 4], [18, 13, 6]])


def draw_axis(operation="mean", axis="0", patients=4):
    small, last = MEASURED[:patients], patients - 1
    number = {"0": 0, "1": 1, "none": None}[axis]
    result = np.asarray(getattr(small, operation)(axis=number))
    figure, ax = plots.subplots(width=6.4, height=3.6)
    ax.set_axis_off()
    ax.set(xlim=(-1.2, 4.6), ylim=(last + 1.6, -0.9))  # the rows spread over the whole height
    for (row, column), value in np.ndenumerate(small):
        ax.text(column, row, f"{value}", ha="center", va="center")
    ax.text(1, -0.75, "axis 1: measurements", ha="center", color=plots.GREY, fontsize=11)
    ax.text(
        -0.9, last / 2, "axis 0: patients", va="center", rotation=90, color=plots.GREY, fontsize=11
    )
    arrow = {"arrowstyle": "->", "color": plots.BLUE, "lw": 1.6}
    if axis == "0":
        ends = [((column + 0.3, -0.3), (column + 0.3, last + 0.5)) for column in range(3)]
        places = [(column, last + 1.2) for column in range(3)]
    elif axis == "1":
        ends = [((-0.4, row + 0.32), (2.6, row + 0.32)) for row in range(patients)]
        places = [(3.6, row) for row in range(patients)]
    else:
        ends = [((-0.4, -0.4), (3.1, last + 0.8))]
        places = [(3.6, last + 1.2)]
    for start, end in ends:
        ax.annotate("", end, start, arrowprops=arrow)
    for place, value in zip(places, result.ravel(), strict=True):
        ax.text(*place, f"{value:.4g}", ha="center", va="center", color=plots.VERMILLION)
    said = "no axis" if axis == "none" else f"axis={axis}"
    numbers = ", ".join(f"{value:.4g}" for value in result.ravel())
    sentence = (
        f"The {operation} of a table of shape {small.shape} with {said}: shape {result.shape}, "
        f"the numbers {numbers}."
    )
    return figure, sentence


explore(
    draw_axis, operation=["mean", "sum", "max", "argmax"], axis=["0", "1", "none"], patients=(2, 6)
)

# %%
means = X.mean(axis=0)
print("one mean for each measurement:", means.shape, " the first is", means[0].round(2))
print("one mean for each patient:    ", X.mean(axis=1).shape, "of millimetres, areas and shares")
assert np.allclose(torch.from_numpy(X).mean(dim=0), means)  # torch says dim instead of axis

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Axis 1: the measurements disappear, the patients stay. Here it makes no sense, since the thirty
# measurements have different units, and NumPy does not know that.
# </details>
#
# `argmax` says *where* the largest number stands, not how large it is.
#
# ### Broadcasting
#
# How does one subtract 30 means from 569 rows? One writes `X - means`, and NumPy reads the means
# as if they stood in every row. That is [broadcasting](glossary.md#broadcasting). The rule:
# write both shapes, aligned at the right. Each pair of lengths must be equal, or one of them must
# be 1 or absent; that one is stretched.
#
# ```
# X      (569, 30)           a[:, None]  (2, 1)
# means       (30)           b              (3)
# result (569, 30)           result      (2, 3)
# ```
#
# `a[:, None]` gives a row of numbers a second axis of length 1: it becomes a column.
#
# *Predict:* `a` has shape (2,) and `b` has shape (2, 1). Is `a - b` an error? If not, which shape
# has it? Then choose these shapes below, and look for two that do not fit.


# %% folded=true
def draw_grid(ax, numbers, own, title):
    """Write a grid of numbers; those that are only stretched are grey."""
    numbers, own = np.atleast_2d(numbers), np.atleast_2d(own)
    for (row, column), value in np.ndenumerate(numbers):
        colour = "black" if own[row, column] else "#9a9a9a"
        ax.text(column, row, f"{value}", ha="center", va="center", color=colour, fontsize=12)
    rows, columns = numbers.shape
    ax.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, color=plots.GREY, lw=0.8)
    ax.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, color=plots.GREY, lw=0.8)
    ax.set_title(title, fontsize=12)


def draw_broadcast(shape_of_a="(2, 1)", shape_of_b="(3,)"):
    shapes = [ast.literal_eval(text) for text in (shape_of_a, shape_of_b)]
    a, b = (np.arange(1, np.prod(shape) + 1).reshape(shape) for shape in shapes)
    a = 10 * a
    figure, axes = plots.subplots(1, 3, width=7.6, height=2.5)
    for ax in axes:
        ax.set_axis_off()
        ax.set(xlim=(-0.6, 2.6), ylim=(1.6, -0.6))
    try:
        result = np.broadcast_shapes(*shapes)
    except ValueError:
        draw_grid(axes[0], a, np.ones_like(a), f"a {shape_of_a}")
        draw_grid(axes[1], b, np.ones_like(b), f"b {shape_of_b}")
        axes[2].set_title("a − b: an error", fontsize=12)
        last = f"the last lengths are {shapes[0][-1]} and {shapes[1][-1]}"
        return figure, f"{shape_of_a} and {shape_of_b} do not fit: {last}, and neither is 1."
    for ax, name, values in zip(axes, "ab", (a, b), strict=False):
        own = np.zeros(result, bool)
        own[tuple(slice(n) for n in ((1,) * (len(result) - values.ndim) + values.shape))] = True
        draw_grid(ax, np.broadcast_to(values, result), own, f"{name} {values.shape}")
    draw_grid(axes[2], a - b, np.ones(result), f"a − b {result}")
    grown = [name for name, s in zip("ab", shapes, strict=True) if np.prod(s) < np.prod(result)]
    what = f"{' and '.join(grown)} stretched, in grey" if grown else "nothing needs to be stretched"
    return figure, f"{shape_of_a} minus {shape_of_b} has the shape {result}: {what}."


explore(
    draw_broadcast,
    shape_of_a=["(2, 3)", "(2, 1)", "(2,)", "(1, 3)"],
    shape_of_b=["(3,)", "(2,)", "(2, 1)", "(1,)"],
)

# %%
Z = (X - X.mean(axis=0)) / X.std(axis=0)  # (569, 30) minus (30,), divided by (30,)
assert np.allclose(Z.mean(axis=0), 0) and np.allclose(Z.std(axis=0), 1)

row, column = np.unravel_index(np.abs(Z).argmax(), Z.shape)
print(f"the strangest: patient {row}, {table.features[column]} = {X[row, column]:.3f}")
print(f"the mean of that column is {X[:, column].mean():.3f}")
print(f"{Z[row, column]:.1f} standard deviations above it; y = {y[row]}")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# No error. (2,) is read as (1, 2), and both are stretched to (2, 2): all pairs. If you wanted
# two differences, you now have four, and nobody complains. (2, 3) and (2,) do not fit.
# </details>
#
# There is the answer to the opening question. To **standardize** a column is to subtract its mean
# and to divide by its standard deviation; then all columns have the same unit, and the largest of
# all numbers means something. The strangest one belongs to a *benign* biopsy: unusual is not ill.
#
# ### Masks
#
# A comparison gives an array of true and false, a [mask](glossary.md#mask). It does three things:
# `X[mask]` picks rows, `mask.sum()` counts, and `mask.mean()` is a share, since true counts as 1.
# Two masks are joined by `&` (and) or `|` (or), each in brackets of its own; `~` is not.
#
# *Predict:* which share of the malignant biopsies has a mean radius of at least 15?

# %%
radius = table.column("mean radius")
mask = (radius >= 15) & (y == 1)
print("mask:", mask.shape, mask.dtype, "  picked rows:", X[mask].shape)
print(f"of all:           {(radius >= 15).mean():.3f}")
print(f"of the malignant: {(radius[y == 1] >= 15).mean():.3f}")
print(f"of the benign:    {(radius[y == 0] >= 15).mean():.3f}")


# %% folded=true
def draw_mask(at_least=15.0, only_malignant=False):
    picked = (radius >= at_least) & ((y == 1) | (not only_malignant))
    bins = np.arange(6, 30)
    figure, ax = plots.subplots(height=3.2)
    ax.stairs(np.histogram(radius, bins)[0], bins, color=plots.GREY, label="all 569")
    ax.stairs(np.histogram(radius[picked], bins)[0], bins, fill=True, color=plots.SKY,
              label="mask is true")  # fmt: skip
    ax.axvline(at_least, color="black", linestyle="--")
    ax.set(xlabel="mean radius (image units)", ylabel="biopsies")
    ax.legend(loc="upper right")
    code = f"(radius >= {at_least:.1f})" + (" & (y == 1)" if only_malignant else "")
    return (
        figure,
        f"{code} is true for {picked.sum()} of 569 biopsies, a share of {picked.mean():.3f}.",
    )


explore(draw_mask, at_least=(7.0, 28.0, 0.5), only_malignant=False)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# 0.759, three of four. Note where the condition stands: `radius[y == 1]` picks the malignant
# first, so the mean divides by 212. `mask.mean()` would divide by all 569.
# </details>
#
# ### A generator with a seed
#
# Random numbers come from a generator. It starts from a [seed](glossary.md#seed), and **the same
# seed gives the same numbers**, here and on any other machine. So a result that rests on chance
# can be repeated. One seed shows one draw; try others before you believe it. Below, 31 seeds draw
# patients, and the mean radius is taken of each draw.

# %%
rng = np.random.default_rng(0)
print("a permutation:      ", rng.permutation(6))
print("the next is another:", rng.permutation(6))
print("seed 0 once more:   ", np.random.default_rng(0).permutation(6))

for patients in [20, 320]:
    draws = [radius[np.random.default_rng(seed).permutation(569)[:patients]] for seed in range(31)]
    means = [drawn.mean() for drawn in draws]
    print(f"{patients:3} patients, 31 seeds: means from {min(means):.2f} to {max(means):.2f}")

# %% [markdown]
# More patients, less luck.
#
# ### One plot with labels
#
# A figure holds axes, and you draw into the axes. Whoever sees the plot without you needs the
# name and the unit on both axes, and a legend if there is more than one colour. `plots.subplots`
# is matplotlib's `plt.subplots` with the look of this course; `plots.show` adds a sentence for
# those who cannot see the figure.


# %%
def missing_labels(ax):
    """Return what a plot lacks."""
    has = {"x label": ax.get_xlabel(), "y label": ax.get_ylabel(), "legend": ax.get_legend()}
    return [name for name, found in has.items() if not found]


figure, ax = plots.subplots(height=3.6)
ax.plot(radius[y == 0], table.column("mean texture")[y == 0], "o", ms=4, label="benign")
ax.plot(radius[y == 1], table.column("mean texture")[y == 1], "^", ms=4, label="malignant")
ax.set(xlabel="mean radius (image units)", ylabel="mean texture (grey levels)")
ax.legend()
print("missing:", missing_labels(ax) or "nothing")
plots.show(
    figure, "569 biopsies by radius and texture, benign ones as circles, malignant as triangles."
)

# %% [markdown]
# **Your turn.** Put a `#` before `ax.legend()` and run the cell again. It should say what is
# missing.
#
# ### How a lab works
#
# In a lab you write functions, and a check tells you at once whether they are right. It tries
# your function on fixed and on random inputs. Where it knows your mistake, it says which it is.
# Here is an answer to the first exercise of lab 00 that is wrong:

# %%
lab = dlcourse.lab("first_steps")


def share_between(x, low, high):
    return ((x >= low) & (x < high)).sum()


lab.check(share_between, seed=0)

# %%
lab.hint("share_between")

# %% [markdown]
# Read such a card from the top. First a sentence: what was probably meant, and what came instead.
# Then the smallest input for which it went wrong, what was `expected` and what you `got`. The last
# line repeats the same random inputs. An answer is `not attempted` as long as it raises
# `NotImplementedError`, so you may leave exercises out. Under the card *Hint 1* unfolds and holds
# the next; `lab.hint` shows the same. Hints cost nothing. `lab.score()` counts your points.
#
# ### Common mistakes
#
# | mistake | how it shows itself |
# |---|---|
# | a cell was changed and not run again | the old result, without an error |
# | cells were run out of order | works today, `NameError` after a restart |
# | `axis=0` where `axis=1` was meant | a shape of (30,) where (569,) was expected |
# | (n,) and (n, 1) in one sum | no error, but a table of (n, n) |
# | `and` between two masks | `ValueError: The truth value of an array ... is ambiguous` |
# | no brackets around a comparison beside `&` | an error, or a wrong mask |
# | `b = a`, then `b[0] = 9` | `a` has changed too: it is the same array. `a.copy()` makes another |

# %%
a = np.array([1, 2, 3])
print("(3,) - (3, 1):", (a - a[:, None]).shape)
print("0 < a & a < 3 without brackets:", end=" ")
try:
    print(0 < a & a < 3)
except ValueError as error:
    print("ValueError,", str(error)[:32])
b = a
b[0] = 9
print("a after b[0] = 9:", a)

# %% [markdown]
# ### Summary
#
# - The kernel remembers what ran, in the order in which it ran.
# - Rows are patients, columns are measurements: (n, p). The axis that you name disappears.
# - Shapes are aligned at the right; a length of 1 is stretched.
# - A comparison is a mask. It picks, counts, and its mean is a share.
# - The same seed, the same draw. Both axes of a plot have a name and a unit.
#
# **Next:** [lab 00](../labs/00_first_steps.ipynb), then
# [unit 01](01_learning_from_data.ipynb).
#
# ### On Monday
#
# Look at a table of your own before you compute anything with it:
#
# - its shape, and how many values are missing;
# - the smallest and the largest value of each column: a body mass index of 271 is a typing error;
# - a copy for changes, the original untouched;
# - a seed for whatever is random, written down.

# %%
import io

import numpy as np

yours = io.StringIO("age,bmi\n54,27.1\n61,\n47,271\n39,22.4\n")  # or "my_table.csv"
columns = yours.readline().strip().split(",")
values = np.genfromtxt(yours, delimiter=",")

print("shape:", values.shape, " missing:", np.isnan(values).sum(axis=0))
lowest, highest = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
for name, low, high in zip(columns, lowest, highest, strict=True):
    print(f"{name}: {low:g} to {high:g}")
fine = ~np.isnan(values).any(axis=1) & (values[:, 1] < 80)
kept = values[fine].copy()
order = np.random.default_rng(20).permutation(len(kept))
print("kept:", kept.tolist(), " in random order:", order)

# %% [markdown]
# ## Sources
#
# - Harris and others, *Array programming with NumPy* (2020).
#   [doi:10.1038/s41586-020-2649-2](https://doi.org/10.1038/s41586-020-2649-2)
# - Hunter, *Matplotlib: a 2D graphics environment* (2007).
#   [doi:10.1109/MCSE.2007.55](https://doi.org/10.1109/MCSE.2007.55)
# - Kluyver and others, *Jupyter notebooks: a publishing format for reproducible computational
#   workflows* (2016). [doi:10.3233/978-1-61499-649-1-87](https://doi.org/10.3233/978-1-61499-649-1-87)
# - Data: Street, Wolberg and Mangasarian, *Nuclear feature extraction for breast tumor diagnosis*
#   (1993). [doi:10.1117/12.148698](https://doi.org/10.1117/12.148698)
