"""Pictures: sharp, small, with few ticks, and no bands where a colour runs."""

import base64
import io

import numpy as np
import pytest
from matplotlib.ticker import FixedLocator
from PIL import Image

from dlcourse import plots
from dlcourse.plots.ticks import power


def opened(picture):
    return Image.open(io.BytesIO(base64.b64decode(picture.png)))


def curves():
    figure, axes = plots.subplots(1, 2)
    for panel in axes:
        panel.plot(np.linspace(0, 9, 50), np.sin(np.linspace(0, 9, 50)), label="sine")
        panel.legend()
    return figure


def saved_as_matplotlib_would(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    return buffer.tell()


def test_twice_the_density_in_less_than_one_and_a_half_times_the_bytes():
    picture = plots.show(curves(), "two curves")
    assert opened(picture).size == (1440, 840)
    assert (picture.width, picture.height) == (720, 420)
    assert len(base64.b64decode(picture.png)) < 1.5 * saved_as_matplotlib_would(curves())


def test_a_page_shows_it_at_its_own_size_and_no_wider_than_itself():
    data, metadata = plots.show(curves(), "two curves")._repr_mimebundle_()
    html = data["text/html"]
    assert 'width="720" height="420"' in html, "the place is free before the picture is decoded"
    assert 'style="max-width:100%;height:auto"' in html
    assert metadata == {"image/png": {"width": 720, "height": 420}}


def test_lines_come_with_a_palette_and_keep_their_colours():
    image = opened(plots.show(curves(), ""))
    assert image.mode == "P"
    colours = {colour for _, colour in image.convert("RGB").getcolors()}
    assert (0, 114, 178) in colours and (255, 255, 255) in colours


def test_what_follows_a_slider_has_the_same_colours_and_the_exact_background():
    figure = curves()
    figure.set_facecolor("#fdf6e3")
    first, quick = (
        opened(plots.Picture(figure, "", quick=quick)).convert("RGB") for quick in (False, True)
    )
    assert quick.getpixel((0, 0)) == first.getpixel((0, 0)) == (0xFD, 0xF6, 0xE3)
    off = np.abs(np.subtract(first, quick, dtype=np.int16)).max(axis=2)
    assert off.max() < 24 and (off > 12).mean() < 1e-3


def test_an_empty_figure_is_a_picture():
    figure, axes = plots.subplots()
    axes.remove()
    assert opened(plots.show(figure, "nothing")).convert("RGB").getcolors() == [
        (1440 * 840, (255, 255, 255))
    ]


def test_a_photograph_keeps_all_its_colours():
    figure, axes = plots.subplots()
    rng = np.random.default_rng(0)
    axes.imshow(rng.random((60, 60, 3)))
    assert opened(plots.show(figure, "noise in colour")).mode == "RGB"


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_an_axis_has_few_ticks_and_still_names_both_ends(scale):
    figure, axes = plots.subplots()
    axes.plot([1, 1e6], [1, 10])
    axes.set_xscale(scale)
    plots.show(figure, "")
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert 3 <= len(ticks) <= 5
    assert len(axes.xaxis.get_minorticklocs()) == 0


def test_ticks_that_a_figure_has_set_stay():
    figure, axes = plots.subplots()
    axes.plot([0, 10], [0, 10])
    axes.set_xticks(range(11))
    axes.yaxis.set_major_locator(FixedLocator([3]))
    plots.show(figure, "")
    assert list(axes.get_xticks()) == list(range(11)) and list(axes.get_yticks()) == [3]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (1, "1"), (1000, "1000"), (1e4, "10⁴"), (2e-6, "2·10⁻⁶"), (1e-12, "10⁻¹²")],
)
def test_powers_of_ten_are_plain_text(value, text):
    assert power(value) == text
