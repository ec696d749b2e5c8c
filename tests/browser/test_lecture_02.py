"""Lecture 02: the stored picture without a kernel's help, and the live one under the mouse."""

import base64

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="no browser: no playwright").expect
NOTEBOOK = "lectures/02_neuron.ipynb"


def test_stored_pictures_show_before_anything_runs(open_notebook):
    lecture = open_notebook(NOTEBOOK)
    pictures = lecture.page.locator(".jp-OutputArea img[alt]")
    lecture.read_through()
    assert pictures.count() >= 8
    assert all(len(pictures.nth(i).get_attribute("alt")) > 20 for i in range(pictures.count()))


def test_moving_a_slider_draws_the_figure_anew(open_notebook, artifacts):
    lecture = open_notebook(NOTEBOOK)
    lecture.run_all()
    live = lecture.page.locator(".jp-OutputArea .widget-vbox").first
    live.scroll_into_view_if_needed()
    caption = live.locator("p[aria-live]")
    expect(caption).to_contain_text("Weight 1.0")
    before = live.locator("img").get_attribute("src")
    lecture.page.screenshot(path=artifacts / "lecture_02_slider_before.png")

    box = live.locator(".noUi-handle").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lecture.page.mouse.move(x, y)
    lecture.page.mouse.down()
    lecture.page.mouse.move(x + 90, y, steps=6)
    lecture.page.mouse.up()
    chosen = float(live.locator(".widget-readout").first.inner_text())
    assert chosen > 1.5
    expect(caption).to_contain_text(f"Weight {chosen:.1f},")

    after = live.locator("img").get_attribute("src")
    assert after != before
    assert base64.b64decode(after.split(",")[1]).startswith(b"\x89PNG")
    lecture.page.screenshot(path=artifacts / "lecture_02_slider_after.png")


def test_formulas_are_set(open_notebook):
    lecture = open_notebook(NOTEBOOK)
    lecture.read_through()
    assert lecture.page.locator("mjx-container").count() > 40
    assert lecture.page.locator("mjx-merror, .MathJax_Error").count() == 0
