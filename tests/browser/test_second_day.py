"""The second day: what was left in JupyterLab is there again after its server has ended."""

import nbformat
import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.start.workdir import deliver

from .conftest import jupyterlab
from .notebook_page import NotebookPage

LECTURE = "lectures/02_neuron.ipynb"


@pytest.fixture
def window(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(60_000)
    yield context
    context.close()


def opened(window, address, path):
    page = window.new_page()
    page.goto(f"{address}/lab/tree/{path}?token=course&reset")
    return NotebookPage(page)


def pictures_in(path):
    return sum(
        "image/png" in output.get("data", {})
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
    )


def test_every_picture_is_there_on_the_second_day(window, expect, tmp_path, artifacts):
    work = tmp_path / "work"
    deliver(ROOT, work)
    stored = pictures_in(ROOT / LECTURE)
    with jupyterlab(work) as address:
        lecture = opened(window, address, LECTURE)
        lecture.run_all()
        lecture.page.keyboard.press("Control+S")
        lecture.page.wait_for_timeout(2000)
        lecture.read_through()
        live = lecture.page.locator(".jp-OutputArea .widget-vbox")
        assert live.count() > 0, "saving leaves the live figures on the page"
        lecture.page.close()
    assert pictures_in(work / LECTURE) == stored
    with jupyterlab(work) as address:
        lecture = opened(window, address, LECTURE)
        pictures = lecture.page.locator(".jp-OutputArea img[alt]")
        for _ in range(3):
            lecture.read_through()
            if pictures.count() == stored:
                break
        lecture.page.screenshot(path=artifacts / "second_day.png")
        assert pictures.count() == stored
        expect(lecture.page.get_by_text("model not found")).to_have_count(0)
