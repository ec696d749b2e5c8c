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

    def image(self, style="height:auto"):
        """Return the <img>, no wider than its page and than it was meant to be."""
        width = f"width:auto;max-width:min(100%,{self.width}px)"
        source = f"data:image/png;base64,{self.png}"
        return f'<img alt="{escape(self.alt)}" src="{source}" style="{width};{style}">'

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
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    full = Image.fromarray(pixels)
    method = Image.Quantize.FASTOCTREE if quick else Image.Quantize.MAXCOVERAGE
    image = full.quantize(256, method=method, dither=Image.Dither.NONE)
    if quick:
        image = _with_exact_background(image, full)
    elif _bands(pixels, image):
        image = full
    buffer = io.BytesIO()
    image.save(buffer, format="png", compress_level=1 if quick else 6)
    return buffer.getvalue()


def _with_exact_background(image, full):
    palette, index = image.getpalette(), image.getpixel((0, 0))
    palette[3 * index : 3 * index + 3] = full.getpixel((0, 0))
    image.putpalette(palette)
    return image


def _bands(pixels, image):
    off = np.abs(pixels.astype(np.int16) - np.asarray(image.convert("RGB"))).max(axis=2)
    return (off > OFF).mean() > SHARE
