"""A lecture: stored pictures before anything runs, live ones under the mouse."""

import base64
import re

import nbformat
import pytest

from dlcourse.authoring.source import ROOT

from .explorers_seen import assert_seen_and_named, assert_sliders_spoken
from .units import UNITS

WITH_LECTURE = [unit for unit in UNITS if unit.lecture]
each_unit = pytest.mark.parametrize("unit", WITH_LECTURE, ids=lambda unit: unit.name)


@each_unit
def test_pictures_are_stored_and_after_a_run_a_slider_draws_anew(
    open_notebook, expect, artifacts, unit
):
    lecture = open_notebook(f"lectures/{unit.name}.ipynb")
    assert_stored_pictures_and_formulas_show(lecture, ROOT / f"lectures/{unit.name}.ipynb")
    lecture.page.set_viewport_size({"width": 1366, "height": 768})
    lecture.run_all()
    lecture.read_through()
    boxes = lecture.page.locator(".jp-OutputArea .widget-vbox")
    assert boxes.count() >= 3
    for i in range(boxes.count()):
        assert_seen_and_named(boxes.nth(i))
    assert_a_drag_draws_anew(lecture, boxes.first, expect, artifacts / unit.name)


def assert_stored_pictures_and_formulas_show(lecture, path):
    """Before anything runs."""
    cells = nbformat.read(path, as_version=4).cells
    pictured = [
        cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
        for cell in cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    stored = pictured.count(False)  # the others stand below a prediction, folded until they run
    text = "".join(cell.source for cell in cells if cell.cell_type == "markdown")
    formulas = len(re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", text, re.S))
    pictures = lecture.page.locator(".jp-OutputArea img[alt]")
    for _ in range(3):  # a slow machine may not have rendered all when it is first passed
        lecture.read_through()
        if pictures.count() == stored:
            break
    assert len(pictured) >= 4 and pictures.count() == stored  # 0 in a page of predictions
    assert all(len(pictures.nth(i).get_attribute("alt")) > 20 for i in range(stored))
    assert lecture.page.locator("mjx-container").count() >= min(formulas, 21)
    assert lecture.page.locator("mjx-merror, .MathJax_Error").count() == 0


def assert_a_drag_draws_anew(lecture, live, expect, shots):
    """Under the mouse picture, caption and readout become others."""
    live.scroll_into_view_if_needed()
    caption = live.locator("[aria-live] p")
    expect(caption).to_contain_text(re.compile(r"\d"))
    sentence, before = caption.inner_text(), live.locator("img").get_attribute("src")
    lecture.page.screenshot(path=f"{shots}_slider_before.png")

    readout = live.locator(".widget-readout").first
    chosen = readout.inner_text()
    for _ in range(3):  # on a slow machine the page may still move under the mouse
        box = lecture.steady_box(live.locator(".noUi-handle").first)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        lecture.page.mouse.move(x, y)
        lecture.page.mouse.down()
        lecture.page.mouse.move(x + 60, y, steps=6)
        lecture.page.mouse.up()
        lecture.wait_until_idle()
        if readout.inner_text() != chosen:
            break
    assert readout.inner_text() != chosen
    expect(caption).not_to_have_text(sentence)
    picture = live.locator("img")
    expect(picture).not_to_have_attribute("src", before)
    after = picture.get_attribute("src")
    assert base64.b64decode(after.split(",")[1]).startswith(b"\x89PNG")
    assert_sliders_spoken(live)
    lecture.page.screenshot(path=f"{shots}_slider_after.png")


def test_the_figure_shows_what_the_slider_says(open_notebook, expect):
    lecture = open_notebook("lectures/02_neuron.ipynb")
    lecture.run_all()
    live = lecture.page.locator(".jp-OutputArea .widget-vbox").first
    live.scroll_into_view_if_needed()
    live.locator(".noUi-handle").first.focus()
    for _ in range(20):
        lecture.page.keyboard.press("ArrowRight")
    chosen = float(live.locator(".widget-readout").first.inner_text())
    assert chosen > 1.5
    expect(live.locator("[aria-live] p")).to_contain_text(f"Weight {chosen:.1f},")


def test_run_all_leaves_the_reader_where_they_were(open_notebook, expect):
    lecture = open_notebook("lectures/00_first_steps.ipynb")
    scroll = "document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer').scrollTop"
    height = lecture.page.evaluate(scroll.replace("scrollTop", "scrollHeight"))
    last = lecture.page.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).last
    lecture.run_all()
    assert lecture.page.evaluate(scroll) == 0
    lecture.read_through()
    last.wait_for()
    lecture.page.evaluate(scroll + f" = {height // 3}")
    lecture.page.wait_for_timeout(500)
    before = lecture.page.evaluate(scroll)
    lecture.run_all()
    assert abs(lecture.page.evaluate(scroll) - before) < 300, "pictures above it may have changed"
    assert_printed_lines_do_not_break_on_a_telephone(lecture, expect)


def assert_printed_lines_do_not_break_on_a_telephone(lecture, expect):
    """They would break anywhere, and a printed table be lost: they scroll."""
    printed = lecture.page.locator(".jp-RenderedText pre").first
    expect(printed).to_have_css("white-space", "pre-wrap")
    lecture.page.set_viewport_size({"width": 390, "height": 844})
    expect(printed).to_have_css("white-space", "pre")
    expect(printed).to_have_css("overflow-x", "auto")
