"""Where the panels of a figure stand: found by constrained layout, kept while the labels fit."""

from matplotlib.backends.backend_agg import FigureCanvasAgg

# Pixels per inch of the page; pictures have twice as many, for sharp screens.
PAGE_DPI, DENSITY = 100, 2


class Layout:
    """The layout of one figure that is drawn again and again.

    Constrained layout measures every label, which takes as long as to draw them. So it is
    done for the first drawing, and again only where a label has become longer.
    """

    def __init__(self):
        self.places, self.lengths = [], []

    def draw(self, figure):
        """Return the canvas on which ``figure`` is drawn."""
        figure.set_dpi(PAGE_DPI * DENSITY)
        canvas = FigureCanvasAgg(figure)
        if self.places and len(self.places) == len(figure.axes):
            engine = figure.get_layout_engine()
            figure.set_layout_engine("none")
            for axes, place in zip(figure.axes, self.places, strict=True):
                axes.set_position(place)
            canvas.draw()
            now = _lengths(figure)
            if all(a <= b for a, b in zip(now, self.lengths, strict=True)):
                return canvas
            figure.set_layout_engine(engine)
            for axes in figure.axes:
                axes.set_in_layout(True)
        canvas.draw()
        self.places = [axes.get_position(original=True) for axes in figure.axes]
        self.lengths = _lengths(figure)
        return canvas


def _lengths(figure):
    """Return what decides the room around the panels: widest labels, and lines of text."""
    found = [_lines(figure._suptitle) if figure._suptitle else 0]
    for axes in figure.axes:
        beside = [tick.label1.get_text() for tick in axes.yaxis.majorTicks]
        below = [tick.label1.get_text() for tick in axes.xaxis.majorTicks]
        found.append(max(map(len, beside), default=0))
        found.append(max((text.count("\n") for text in below), default=0))
        found += [_lines(text) for text in (axes.title, axes.xaxis.label, axes.yaxis.label)]
    return found


def _lines(text):
    return text.get_text().count("\n") + bool(text.get_text())
