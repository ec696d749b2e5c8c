"""Paths of descent: a loss as a curve or as a map, and the steps that were taken on it."""

import numpy as np

from ..wording import counted
from .style import BLUE, GREY, VERMILLION

START = {"marker": "s", "color": VERMILLION, "ms": 9, "ls": "", "label": "start"}
END = {"marker": "*", "color": "black", "ms": 15, "ls": "", "label": "end"}


def path_1d(ax, loss, path, span=None, xlabel="weight w"):
    """Draw a loss of one weight, and the weights that descent went through.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    loss : function of an array of weights that returns the loss of each
    path : (steps + 1,) weights, the start included
    span : (low, high) of the weights shown; by default a little more than the path
    xlabel : the weight's name

    Returns
    -------
    A sentence with the numbers, for the alt text
    """
    path = _path(path, ndim=1)
    low, high = span or _around(path)
    w = np.linspace(low, high, 400)
    ax.plot(w, loss(w), "-", color=GREY)
    height = loss(path)
    _steps(ax, path, height)
    ax.set(xlabel=xlabel, ylabel="loss", xlim=(low, high))
    ax.legend()
    return (
        f"In {counted(len(path) - 1, 'step')} from {path[0]:.3g}, where the loss is "
        f"{height[0]:.3g}, to {path[-1]:.3g}, where it is {height[-1]:.3g}."
    )


def path_2d(ax, loss, path, span=None, levels=12, labels=("weight w₁", "weight w₂")):
    """Draw a loss of two weights as a map with lines of equal loss, and a path on it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    loss : function of two arrays, w1 and w2, that returns the loss of each pair
    path : (steps + 1, 2) weights, the start included
    span : ((low, high), (low, high)) shown; by default a little more than the path
    levels : how many lines, or their losses
    labels : of the two weights

    Returns
    -------
    A sentence with the numbers, for the alt text
    """
    path = _path(path, ndim=2)
    limits = span or [_around(weights) for weights in path.T]
    w1, w2 = np.meshgrid(*(np.linspace(low, high, 200) for low, high in limits))
    lines = ax.contour(w1, w2, loss(w1, w2), levels, colors=GREY, linewidths=1)
    ax.clabel(lines, fontsize=9)
    _steps(ax, *path.T)
    ax.set(xlabel=labels[0], ylabel=labels[1], xlim=limits[0], ylim=limits[1])
    ax.grid(False)
    ax.legend(frameon=True)
    first, last = (f"({a:.3g}, {b:.3g}), loss {loss(a, b):.3g}" for a, b in path[[0, -1]])
    return f"In {counted(len(path) - 1, 'step')} from {first}, to {last}."


def _steps(ax, x, y):
    ax.plot(x, y, "o-", color=BLUE, ms=4, lw=1.3, label="steps")
    ax.plot(x[0], y[0], **START)
    ax.plot(x[-1], y[-1], **END)


def _path(path, ndim):
    path = np.asarray(path, float)
    if path.ndim != ndim or len(path) == 0 or (ndim == 2 and path.shape[1] != 2):
        needed = "(steps + 1,)" if ndim == 1 else "(steps + 1, 2)"
        raise ValueError(f"path has shape {path.shape}; needed {needed}")
    return path


def _around(weights):
    finite = weights[np.isfinite(weights)]
    if not len(finite):
        raise ValueError("path holds no finite weight; needed at least one, or a span")
    margin = 0.15 * np.ptp(finite) or 1.0
    return finite.min() - margin, finite.max() + margin
