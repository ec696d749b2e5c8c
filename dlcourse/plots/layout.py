"""Where the panels of a figure stand: found by constrained layout, kept while the labels fit."""

from matplotlib.backends.backend_agg import FigureCanvasAgg

# Pixels per inch of the page; pictures have twice as many, for sharp screens.
PAGE_DPI, DENSITY = 100, 2


class Layout:
    """The layout of one figure that is drawn again and again.

    Constrained layout measures every label, which takes as long as to draw them, and an axis
    measures its ticks again to place its own label. So both are done for the first drawing,
    and again only where a label has become longer.
    """

    def __init__(self):
        self.places, self.labels, self.lengths = [], [], []

    def draw(self, figure):
        """Return the canvas on which ``figure`` is drawn."""
        figure.set_dpi(PAGE_DPI * DENSITY)
        canvas = FigureCanvasAgg(figure)
        lengths = _lengths(figure)
        if len(lengths) == len(self.lengths) and all(map(int.__le__, lengths, self.lengths)):
            figure.set_layout_engine("none")
            for axes, place, labels in zip(figure.axes, self.places, self.labels, strict=True):
                axes.set_position(place)
                if axes.get_aspect() == "auto":  # else the panel's own size may change
                    axes.xaxis.set_label_coords(*labels[0])
                    axes.yaxis.set_label_coords(*labels[1])
            canvas.draw()
            return canvas
        canvas.draw()
        self.places = [axes.get_position(original=True) for axes in figure.axes]
        self.labels = [_labels(axes) for axes in figure.axes]
        self.lengths = lengths
        return canvas


def _lengths(figure):
    """Return what decides the room around the panels: widest labels, and lines of text."""
    found = [_lines(figure._suptitle) if figure._suptitle else 0]
    for axes in figure.axes:
        beside = [label.get_text() for label in axes.get_yticklabels()]
        below = [label.get_text() for label in axes.get_xticklabels()]
        found.append(max(map(len, beside), default=0))
        found.append(max((text.count("\n") for text in below), default=0))
        found += [_lines(text) for text in (axes.title, axes.xaxis.label, axes.yaxis.label)]
    return found


def _lines(text):
    return text.get_text().count("\n") + bool(text.get_text())


def _labels(axes):
    """Return where the labels of both axes stand, in shares of the panel."""
    inwards = axes.transAxes.inverted()
    texts = (axes.xaxis.label, axes.yaxis.label)
    return [inwards.transform(t.get_transform().transform(t.get_position())) for t in texts]
