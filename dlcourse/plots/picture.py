"""A figure as Jupyter should keep it: a PNG, and an <img> that carries the alt text."""

import base64
import io
from html import escape


class Picture:
    """A drawn figure with its alt text."""

    def __init__(self, figure, alt):
        buffer = io.BytesIO()
        # No software stamp: the same picture is the same bytes.
        figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
        self.png = base64.b64encode(buffer.getvalue()).decode()
        self.alt = " ".join(alt.split())

    @property
    def html(self):
        """The picture as an <img>, its alt text included."""
        source = f"data:image/png;base64,{self.png}"
        return f'<img alt="{escape(self.alt)}" src="{source}" style="max-width:100%;height:auto">'

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.alt, "text/html": self.html, "image/png": self.png}


def show(figure, alt):
    """Return ``figure`` as a Picture, to stand as the last line of a cell.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : what the picture shows, with its numbers, for those who cannot see it. It is also
        the cell's text output, so a changed number is noticed by the notebook's test.
    """
    return Picture(figure, alt)
