"""A telephone: the document has the screen, and the list of files comes when it is asked for."""

import time

import pytest

from dlcourse.start.lab import SETTINGS

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
