"""Learning curves: what training and validation say, epoch by epoch."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from ..wording import counted
from .style import BLUE, GREY, VERMILLION

LINES = (("training", BLUE, "-", "o"), ("validation", VERMILLION, "--", "s"))


def learning_curves(ax, history, name="loss"):
    """Draw one measure in training and validation, the best epoch marked.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    history : dlcourse.training.History
    name : "loss" or one of the metrics

    Returns
    -------
    A sentence with the numbers, for the alt text

    Raises
    ------
    ValueError
        If the history is empty or has no such measure.
    """
    if name not in history.training:
        raise ValueError(f"history has {sorted(history.training)} in training; needed {name!r}")
    sentences = []
    for part, colour, line, marker in LINES:
        numbers = getattr(history, part).get(name)
        if numbers is None:
            continue
        epochs = np.arange(1, len(numbers) + 1)
        every = max(1, len(numbers) // 12)  # more markers would hide the line
        ax.plot(
            epochs, numbers, line, color=colour, marker=marker, ms=5, markevery=every, label=part
        )
        sentences.append(f"{part} {name} goes from {numbers[0]:.3g} to {numbers[-1]:.3g}")
    best = history.best_epoch
    if best is not None:
        value = history.validation[name][best - 1]
        ax.axvline(best, color=GREY, linestyle=":", zorder=1)
        ax.plot(best, value, "*", color="black", ms=14, label=f"best epoch, {best}")
        sentences.append(f"the best epoch, {best}, has a validation {name} of {value:.3g}")
    ax.set(xlabel="epoch", ylabel=name)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return f"Over {counted(len(history), 'epoch')} {'; '.join(sentences)}."
