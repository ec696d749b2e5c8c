"""The second day: what was left in JupyterLab is there again after its server has ended."""

import re

import nbformat
import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.start.page import write_page
from dlcourse.start.workdir import deliver

from .conftest import jupyterlab
from .notebook_page import NotebookPage

LECTURE = "lectures/02_neuron.ipynb"
LAB = "labs/lab_02_neuron.ipynb"
ANSWERS = {
    "sigmoid": "def sigmoid(x):\n"
    "    e = np.exp(-np.abs(x))\n"
    "    return np.where(x >= 0, 1, e) / (1 + e)\n",
    "sigmoid_grad": "def sigmoid_grad(x):\n    return expit(x) * expit(-x)\n",
}


@pytest.fixture
def window(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(60_000)
    yield context
    context.close()


def start_page(window, address):
    page = window.new_page()
    page.goto(f"{address}/lab/tree/start.md?token=course&reset")
    page.locator(".jp-MarkdownViewer table").wait_for()
    return page


def opened(window, address, path):
    page = window.new_page()
    page.goto(f"{address}/lab/tree/{path}?token=course&reset")
    return NotebookPage(page)


def start(work):
    """Bring the working copy up to date, as `make lab` does at each start."""
    deliver(ROOT, work)
    write_page(work)


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


def test_answers_and_points_are_there_on_the_second_day(window, expect, tmp_path, artifacts):
    work = tmp_path / "work"
    start(work)
    with jupyterlab(work) as address:
        lab = opened(window, address, LAB)
        lab.run(lab.code("import numpy as np"))
        for name, answer in ANSWERS.items():
            cell = lab.code(f"def {name}(")
            lab.replace(cell, answer)
            lab.run(cell)
            check = lab.code(f"lab.check({name})")
            lab.run(check)
            expect(check.locator("section[role=status]")).to_contain_text(f"{name}: right")
        lab.page.keyboard.press("Control+S")
        lab.page.wait_for_timeout(2000)
        lab.page.close()

    start(work)
    with jupyterlab(work) as address:
        page = start_page(window, address)
        row = page.locator(".jp-MarkdownViewer tr").filter(has_text="neuron")
        expect(row).to_contain_text("3 of 18 points")
        expect(page.locator(".jp-MarkdownViewer")).to_contain_text("Next:")
        page.screenshot(path=artifacts / "second_day_start.png")
        row.get_by_role("link", name="lab 02").click()
        lab = NotebookPage(page)
        for name, answer in ANSWERS.items():
            written = lab.code(f"def {name}(")
            written.scroll_into_view_if_needed()
            expect(written.locator(".cm-content")).to_contain_text(answer.splitlines()[-1].strip())
        lab.run(lab.code("import numpy as np"))
        score = lab.code("lab.score()")
        lab.run(score)
        card = score.locator("section[role=status]")
        expect(card).to_contain_text("3 of 18 points, 3 of them from before")
        lab.page.screenshot(path=artifacts / "second_day_score.png")
        cell = lab.code("def sigmoid_grad(")
        lab.replace(cell, ANSWERS["sigmoid_grad"].replace("expit(-x)", "(1 - expit(x))"))
        lab.run(cell)
        lab.run(score)
        expect(card).to_contain_text("sigmoid_grad: changed since it was right on")
        lab.page.close()


def test_the_start_page_leads_everywhere(window, expect, tmp_path):
    work = tmp_path / "work"
    start(work)
    with jupyterlab(work) as address:
        for link, there in (("neuron", "02_neuron.ipynb"), ("lab 03", "lab_03_layers.ipynb")):
            page = start_page(window, address)
            page.locator("td").get_by_role("link", name=link, exact=True).click()
            expect(page.locator(".lm-TabBar-tab.jp-mod-current").last).to_contain_text(there)
            NotebookPage(page)  # a server is not to be stopped while its kernel starts
            page.close()
        page = start_page(window, address)
        page.get_by_role("link", name="Notation").click()
        heading = page.get_by_role("heading", name="Notation", exact=True)
        expect(heading).to_be_in_viewport()
        page.close()


def test_a_lecture_that_was_only_looked_at_has_nothing_to_save(window, expect, tmp_path):
    work = tmp_path / "work"
    start(work)
    before = (work / LECTURE).read_bytes()
    with jupyterlab(work) as address:
        lecture = opened(window, address, LECTURE)
        lecture.read_through()
        tab = lecture.page.locator(".lm-TabBar-tab.jp-mod-current").filter(has_text="02_neuron")
        expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
        tab.locator(".lm-TabBar-tabCloseIcon").click()
        expect(lecture.page.locator(".jp-NotebookPanel")).to_have_count(0)
        expect(lecture.page.locator(".jp-Dialog")).to_have_count(0)
        lecture.page.close()
    assert (work / LECTURE).read_bytes() == before
