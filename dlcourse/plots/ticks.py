"""Few ticks, of plain text: most of the time of drawing a small figure goes into its ticks."""

from matplotlib.ticker import (
    AutoLocator,
    FuncFormatter,
    LogFormatterSciNotation,
    LogLocator,
    MaxNLocator,
    NullLocator,
)

from ..wording import power


def thin(figure):
    """Give every axis at most five ticks, and a logarithmic one no minor ticks.

    What a figure has set by itself stays: only matplotlib's own choices are replaced.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            locator = axis.get_major_locator()
            if type(locator) is AutoLocator:
                axis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
            elif type(locator) is LogLocator and axis.isDefault_majloc:
                axis.set_major_locator(LogLocator(numticks=5))
            if axis.get_scale() == "log" and axis.isDefault_minloc:
                axis.set_minor_locator(NullLocator())
            if type(axis.get_major_formatter()) is LogFormatterSciNotation:
                axis.set_major_formatter(FuncFormatter(power))
