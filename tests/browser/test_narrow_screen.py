"""A telephone: the document has the screen, and the list of files comes when it is asked for."""

import time

import pytest

from dlcourse.start.lab import SETTINGS

from .conftest import end_kernels
from .notebook_page import NotebookPage

LECTURE = "lectures/00_first_steps.ipynb"
WORKSPACE = "telephone"
EXTENSIONS = {folder.name for folder in (SETTINGS / "labextensions").iterdir()}


@pytest.fixture
def opened(browser, server):
    """Return a function that opens the lecture in a window of a width and a height."""
    contexts = []

    def opened(width, height, wanted=""):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        contexts[-1].set_default_timeout(120_000)
        page = contexts[-1].new_page()
        page.goto(f"{server}/lab/workspaces/{WORKSPACE}/tree/{LECTURE}?token=course{wanted}")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        return page

    yield opened
    end_kernels(contexts[0], server)
    for context in contexts:
        context.close()


def kept(page, server, seconds=60):
    """Return how the next window will start, once JupyterLab has saved it with a document."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = page.request.get(f"{server}/lab/api/workspaces/{WORKSPACE}?token=course")
        layout = answer.json().get("data", {}).get("layout-restorer:data", {}) if answer.ok else {}
        if layout.get("main", {}).get("current"):
            return layout
        page.wait_for_timeout(100)
    raise TimeoutError(f"no layout was saved within {seconds} s")


def test_a_telephone_shows_the_notebook_and_a_desk_the_files_too(opened, server, expect, artifacts):
    page = opened(390, 844, "&reset")
    assert set(page.evaluate("Object.keys(window._JUPYTERLAB)")) >= EXTENSIONS, "none failed"
    assert not kept(page, server)["left"]["collapsed"], "a desk may come next"
    page.screenshot(path=artifacts / "telephone.png")
    files = page.locator("#filebrowser")
    notebook = page.locator(".jp-NotebookPanel")
    expect(files).not_to_be_visible()
    assert notebook.bounding_box()["width"] >= 300
    page.set_viewport_size({"width": 844, "height": 390})
    expect(files).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(files).not_to_be_visible()
    page.get_by_role("tab", name="File Browser").click()
    expect(files).to_be_visible()

    page = opened(1366, 768)
    expect(page.locator("#filebrowser")).to_be_visible()
    assert page.locator(".jp-NotebookPanel").bounding_box()["width"] >= 700


def seen(page, selector):
    """Return the first ``selector``, once it was scrolled to, and the width of the notebook."""
    panel = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer")
    for _ in range(60):  # JupyterLab renders what comes into view
        if page.locator(selector).count():
            break
        panel.evaluate("panel => { panel.scrollTop += 600; }")
        page.wait_for_timeout(100)
    found = page.locator(selector).first
    found.scroll_into_view_if_needed()
    return found, panel.bounding_box()


def test_on_a_telephone_letters_of_a_figure_are_as_large_as_the_text(opened, expect):
    page = opened(390, 844, "&reset")
    bar, panel = seen(page, ".jp-InputPlaceholder .jp-Placeholder-content")
    box = bar.bounding_box()
    assert panel["x"] <= box["x"] and box["x"] + box["width"] <= panel["x"] + panel["width"]
    picture, panel = seen(page, ".jp-OutputArea-output img[alt]")
    assert picture.bounding_box()["width"] == 560, "of 720, where letters have 18"
    output = picture.locator("xpath=..")
    expect(output).to_have_css("overflow-x", "auto")
    box = output.bounding_box()
    assert box["x"] + box["width"] <= panel["x"] + panel["width"]
    output.evaluate("output => { output.scrollLeft = 9999; }")
    ends = picture.evaluate("one => one.getBoundingClientRect().right")
    assert ends <= box["x"] + box["width"], "the other end can be seen"
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(picture).to_have_css("width", "720px")


def test_an_explorer_on_a_telephone_scrolls_its_picture_and_nothing_else(opened):
    page = opened(390, 844, "&reset")
    notebook = NotebookPage(page)
    notebook.run_all()
    explorer, panel = seen(page, ".jp-OutputArea .widget-vbox:has(.widget-slider)")
    explorer.locator("[aria-live] p").wait_for()
    right = panel["x"] + panel["width"]
    picture = explorer.locator("img")
    assert picture.bounding_box()["width"] >= 560 and explorer.bounding_box()["width"] <= right
    for part in ("[aria-live] p", ".widget-slider", ".widget-readout", ".widget-html:has(img)"):
        box = explorer.locator(part).first.bounding_box()
        assert box["x"] + box["width"] <= right, part
    frame = explorer.locator(".widget-html:has(img)")
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth")
    frame.evaluate("one => { one.scrollLeft = 150; }")
    before = picture.get_attribute("src")
    explorer.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([one, before]) => one.querySelector('img').src !== before",
        arg=[explorer.element_handle(), before],
    )
    assert frame.evaluate("one => one.scrollLeft") == 150, "a slider leaves the picture's place"


def test_printed_lines_break_between_words_on_a_desk(opened, expect):
    page = opened(1366, 768, "&reset")
    printed, _ = seen(page, ".jp-RenderedText pre")
    expect(printed).to_have_css("word-break", "normal")
    expect(printed).to_have_css("overflow-wrap", "anywhere")
