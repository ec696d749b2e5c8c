"""Interactive figures: controls that say what they hold, pictures that follow."""

import base64
import io

import ipywidgets
import pytest
from PIL import Image

from dlcourse import plots
from dlcourse.widgets import explore
from dlcourse.widgets.explore import LIVE


def line(slope=1.0):
    figure, axes = plots.subplots()
    axes.plot([0, 1], [0, slope])
    axes.set_ylabel("y")
    return figure, f"A line that ends at {slope:.3f}."


def image(explorer):
    return Image.open(io.BytesIO(base64.b64decode(explorer.picture.png)))


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ((0.0, 1.0, 0.002), ".3f"), ((0.0, 1.0, 0.25), ".2f"), ((0.0, 5.0, 0.5), ".1f"),
        ((0.0, 1.0), ".2f"), ((0.0, 60.0), ".1f"), ((0.0, 100.0, 2.0), ".0f"),
    ],
)  # fmt: skip
def test_a_slider_shows_as_many_digits_as_its_step_has(spec, shown):
    slider = explore(line, slope=spec).controls["slope"]
    assert isinstance(slider, ipywidgets.FloatSlider) and slider.readout_format == shown


def test_a_moved_slider_changes_picture_caption_and_alt_text():
    explorer = explore(line, slope=(0.0, 2.0, 0.5))
    before = explorer.view.value
    explorer.controls["slope"].value = 2.0
    assert explorer.view.value != before
    assert 'alt="A line that ends at 2.000."' in explorer.view.value
    assert ">A line that ends at 2.000.<" in explorer.caption.value


def test_what_is_displayed_is_live_and_still_at_once():
    data, metadata = explore(line, slope=(0.0, 2.0))._repr_mimebundle_()
    assert data[LIVE]["model_id"] and data["image/png"] and "<img alt=" in data["text/html"]
    assert "has sliders" in data["text/html"], "said where the picture stands in for the explorer"
    assert metadata["image/png"]["width"] == 720


def test_a_picture_that_follows_is_as_sharp_as_the_first_and_of_the_same_size():
    explorer = explore(line, slope=(0.0, 2.0, 0.5))
    first = image(explorer)
    explorer.controls["slope"].value = 2.0
    assert image(explorer).size == first.size == (1440, 840)
    assert image(explorer).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_panels_stay_where_they_are_while_their_labels_fit():
    explorer = explore(line, slope=(0.0, 2000.0, 0.5))
    layout = explorer.layout
    places = layout.places
    explorer.controls["slope"].value = 2.0
    assert layout.places is places
    explorer.controls["slope"].value = 2000.0
    assert layout.places is not places, "longer labels need more room"
    assert layout.places[0].x0 > places[0].x0


def test_what_is_no_control_is_refused_by_name():
    with pytest.raises(ValueError, match="height is no parameter of draw; it takes slope"):
        explore(line, height=(0, 1))
    with pytest.raises(ValueError, match="the control slope is 'steep'; needed"):
        explore(line, slope="steep")


def test_a_slider_whose_ends_depend_on_another_follows_it():
    def draw(place=3, size=4):
        figure, _ = plots.subplots()
        return figure, f"Place {place} of {size}."

    explorer = explore(draw, place=lambda size: (1, size), size=(1, 9))
    place, size = explorer.controls.values()
    assert list(explorer.controls) == ["place", "size"]
    assert (place.min, place.max, place.value) == (1, 4, 3)
    size.value = 9
    assert place.max == 9 and place.value == 3
    place.value = 9
    size.value = 2
    assert (place.max, place.value) == (2, 2) and explorer.picture.alt == "Place 2 of 2."


def test_a_control_says_its_name_and_never_null():
    slider = explore(line, slope=(0.0, 2.0)).controls["slope"]
    assert slider.description == "slope"
    assert getattr(slider, "tooltip", "slope") == "slope"
