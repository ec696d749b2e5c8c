"""What tests of figures ask of a figure."""

from dlcourse import plots


def drawn(ax, label):
    """Return the points, (n, 2), of the line with this label."""
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return line.get_xydata()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def rendered(figure):
    """Render as a notebook does; a missing glyph or a layout that does not fit warns, so fails."""
    assert len(plots.show(figure, "").png) > 1000
