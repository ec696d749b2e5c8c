"""Decision boundaries: where, on a plane of two measurements, one diagnosis becomes the other."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .style import BLUE, VERMILLION

# From one class to the other by way of white: the palest place is where it is undecided.
DIVERGING = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "white", VERMILLION])
MARKS = (("o", BLUE), ("^", VERMILLION))


def decision_boundary(
    ax, probability, X, y, xlabel, ylabel, names=("benign", "malignant"), points=200
):
    """Draw two classes of points over the probability that a model gives to the second.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    probability : function of (n, 2) that returns (n,), from 0 to 1
    X : (n, 2) measurements
    y : (n,) 0 or 1
    xlabel, ylabel : the two measurements, with units
    names : of the two classes
    points : in each direction, at which ``probability`` is asked

    Returns
    -------
    A sentence with the numbers, for the alt text

    Raises
    ------
    ValueError
        If X is not (n, 2), y not n zeros and ones, or ``probability`` returns another shape.
    """
    X, y = np.asarray(X, float), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2 or y.shape != X.shape[:1] or not np.isin(y, (0, 1)).all():
        raise ValueError(
            f"X has shape {X.shape} and y {y.shape} with {np.unique(y)[:5]}; "
            "needed (n, 2) and (n,) with 0 and 1"
        )
    margin = 0.06 * np.ptp(X, axis=0)
    sides = np.linspace(X.min(0) - margin, X.max(0) + margin, points).T  # (2, points)
    plane = np.stack(np.meshgrid(*sides), axis=-1)  # (points, points, 2)
    p = _ask(probability, plane.reshape(-1, 2)).reshape(points, points)

    filled = ax.contourf(*sides, p, np.linspace(0, 1, 11), cmap=DIVERGING, alpha=0.45)
    ax.figure.colorbar(filled, ax=ax, label=f"probability of {names[1]}")
    # In the legend, not on the lines: 0.9 upside down reads 6.0.
    for level, line in ((0.1, ":"), (0.5, "-"), (0.9, "--")):
        if p.min() < level < p.max():
            style = {
                "colors": "black",
                "linestyles": line,
                "linewidths": 2.2 if level == 0.5 else 1.2,
            }
            ax.contour(*sides, p, [level], **style)
            ax.plot([], [], line, color="black", lw=style["linewidths"], label=f"at {level}")
    for value, (marker, colour) in enumerate(MARKS):
        ax.plot(*X[y == value].T, marker, color=colour, ms=5, mec="white", mew=0.5, ls="",
                label=names[value])  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    ax.legend(frameon=True)
    right = int(((_ask(probability, X) >= 0.5) == y).sum())
    counts = f"{(y == 0).sum()} {names[0]} and {(y == 1).sum()} {names[1]}"
    return (
        f"{len(y)} points, {counts}, by {xlabel} and {ylabel}. {right} of {len(y)} lie on their "
        f"side of the line where the probability of {names[1]} is 0.5."
    )


def _ask(probability, X):
    p = np.asarray(probability(X))
    if p.shape != X.shape[:1]:
        raise ValueError(
            f"probability returned shape {p.shape} for {X.shape}; needed {X.shape[:1]}"
        )
    return p
