"""One function makes an interactive figure: live with a kernel, a still picture without."""

import functools
import gc
import math
from html import escape

import ipywidgets
from IPython.display import display

from dlcourse.plots import Picture
from dlcourse.plots.layout import Layout

from .controls import make_controls
from .speech import NAME_CONTROLS

LIVE = "application/vnd.jupyter.widget-view+json"

# Seen where the picture stands for the explorer: in a stored page, before its cell has run.
STILL = "<p><em>Run this cell, and the figure has sliders.</em></p>"

# Controls, picture and caption are to be seen together, on a laptop's screen too. In pixels:
# JupyterLab's own bars, a control, the caption's margins and a line of it; letters in a line.
BARS, CONTROL, MARGINS, LINE, LETTERS = 125, 32, 44, 20, 90


class Explorer:
    """Controls above a figure that is drawn anew whenever one of them moves."""

    def __init__(self, draw, controls):
        _spare_what_is_loaded()
        self.draw = draw
        self.controls = controls
        self.view, self.caption = ipywidgets.HTML(), ipywidgets.HTML()
        self.layout = Layout()
        self.lines = 0
        self.redraw()
        for control in controls.values():
            control.observe(self.redraw, names="value")

    def redraw(self, _change=None):
        """Call ``draw`` with the controls' values and show what it returns."""
        figure, sentence = self.draw(**{name: c.value for name, c in self.controls.items()})
        self.picture = Picture(figure, sentence, self.layout, quick=_change is not None)
        self.view.value = self.picture.image(self._fitting(), onload=NAME_CONTROLS)
        self.caption.value = f'<p style="line-height:1.4">{escape(self.picture.alt)}</p>'

    def _fitting(self):
        """Return the style of a picture that leaves room for the controls and the caption."""
        picture = self.picture
        self.lines = max(self.lines, math.ceil(len(picture.alt) / LETTERS))  # never jumps back
        taken = BARS + CONTROL * len(self.controls) + MARGINS + LINE * self.lines
        ratio = picture.width / picture.height
        return f"max-width:min(100%, (100vh - {taken}px) * {ratio:.4f})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        box = ipywidgets.VBox([*self.controls.values(), self.view, self.caption])
        data, metadata = self.picture._repr_mimebundle_()
        data["text/html"] += STILL
        return {LIVE: box.get_view_spec()} | data, metadata

    def _ipython_display_(self):
        # Published, not returned: Colab hooks into the publisher to hand widgets to its page.
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)


def explore(draw, **controls):
    """Return an interactive figure.

    Parameters
    ----------
    draw : function of the controls' values that returns (figure, sentence); the sentence
        says what the figure shows now, with numbers, and becomes caption and alt text
    controls : one per parameter of ``draw``: (low, high) or (low, high, step) for a
        slider, a list for a menu, a bool for a tick box; or a function of other controls'
        values that returns (low, high), for a slider whose ends depend on them. A default in
        ``draw``'s signature is where the control starts.

    Raises
    ------
    ValueError
        If a control is none of these, or names no parameter of ``draw``.
    """
    return Explorer(draw, make_controls(draw, controls))


@functools.cache
def _spare_what_is_loaded():
    """Keep the garbage collector from what is there already.

    Drawing leaves cycles behind, and a full collection that walks through all that torch and
    matplotlib have loaded takes 0.4 s: a figure would stand still under a moving slider.
    """
    gc.collect()
    gc.freeze()
