"""A telephone: the document has the screen, and the list of files comes when it is asked for."""

import pytest

LECTURE = "lectures/00_first_steps.ipynb"


@pytest.fixture
def opened(browser, server):
    """Return a function that opens the lecture in a window of a width and a height."""
    contexts = []

    def opened(width, height):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        contexts[-1].set_default_timeout(120_000)
        page = contexts[-1].new_page()
        page.goto(f"{server}/lab/tree/{LECTURE}?token=course&reset")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        page.wait_for_timeout(3000)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_telephone_shows_the_notebook_and_a_desk_the_files_too(opened, expect, artifacts):
    page = opened(390, 844)
    page.screenshot(path=artifacts / "telephone.png")
    files = page.locator("#filebrowser")
    notebook = page.locator(".jp-NotebookPanel")
    expect(files).not_to_be_visible()
    assert notebook.bounding_box()["width"] >= 300
    page.get_by_role("tab", name="File Browser").click()
    expect(files).to_be_visible()

    page = opened(1366, 768)
    expect(page.locator("#filebrowser")).to_be_visible()
    assert page.locator(".jp-NotebookPanel").bounding_box()["width"] >= 700
