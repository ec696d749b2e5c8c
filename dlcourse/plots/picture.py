"""A figure as Jupyter should keep it: a PNG, and an <img> that carries the alt text."""

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from .layout import DENSITY, Layout
from .ticks import thin

# A colour may be off by this much of 255 in one pixel of a thousand, else it would show as bands.
OFF, SHARE = 12, 1e-3


class Picture:
    """A drawn figure with its alt text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : what it shows, in words
    layout : Layout of earlier drawings of the same figure
    quick : choose the palette in a third of the time, less exactly
    """

    def __init__(self, figure, alt, layout=None, quick=False):
        thin(figure)
        canvas = (layout or Layout()).draw(figure)
        self.width = canvas.get_width_height()[0] // DENSITY
        self.height = canvas.get_width_height()[1] // DENSITY
        self.png = base64.b64encode(_png(canvas, quick)).decode()
        self.alt = " ".join(alt.split())

    @property
    def html(self):
        """The picture as an <img>, its alt text included."""
        return self.image()

    def image(self, style="max-width:100%", **attributes):
        """Return the <img>; its width and height keep its place free until it is decoded."""
        attributes = {
            "alt": self.alt,
            "width": str(self.width),
            "height": str(self.height),
            "style": f"{style};height:auto",
            **attributes,
            "src": f"data:image/png;base64,{self.png}",
        }
        words = (f'{name}="{escape(value)}"' for name, value in attributes.items())
        return f"<img {' '.join(words)}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": self.alt, "text/html": self.html, "image/png": self.png}
        return data, {"image/png": {"width": self.width, "height": self.height}}


def show(figure, alt):
    """Return ``figure`` as a Picture, to stand as the last line of a cell.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : what the picture shows, with its numbers, for those who cannot see it. It is also
        the cell's text output, so a changed number is noticed by the notebook's test.
    """
    return Picture(figure, alt)


def _png(canvas, quick):
    """Return the bytes of a PNG: 256 colours are enough for lines on white, and a third in size."""
    pixels = np.asarray(canvas.buffer_rgba())
    method = Image.Quantize.FASTOCTREE if quick else Image.Quantize.MAXCOVERAGE
    image = _with_palette(pixels, method)
    if not quick and _bands(pixels[..., :3], image):
        image = Image.fromarray(pixels).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, format="png", compress_level=1 if quick else 6)
    return buffer.getvalue()


def _with_palette(pixels, method):
    """Return an image of 256 colours, the background's exact one first.

    Most of a figure is background. Only the rest is searched for its colours, which takes a
    fifth of the time and leaves the palette to the lines.
    """
    words = pixels.view(np.uint32)[..., 0]
    drawn = np.flatnonzero(words != words[0, 0])
    palette, index = pixels[0, 0, :3].tolist(), np.zeros(words.shape, np.uint8)
    if len(drawn):
        colours = Image.fromarray(pixels.reshape(1, -1, 4)[:, drawn, :3])
        found = colours.quantize(255, method=method, dither=Image.Dither.NONE)
        index.flat[drawn] = np.asarray(found)[0] + np.uint8(1)
        palette += found.getpalette()
    image = Image.fromarray(index)
    image.putpalette(palette)
    return image


def _bands(pixels, image):
    off = np.abs(pixels.astype(np.int16) - np.asarray(image.convert("RGB"))).max(axis=2)
    return (off > OFF).mean() > SHARE
