"""axe-core on what comes from us: cards, explorers, pictures and text, light and dark."""

import json

import pytest

from dlcourse.start.page import PAGE, write_page

from .units import UNITS

# What is ours inside JupyterLab's notebook; the editor, prompts and toolbars around it are not.
OURS = [
    ".jp-Notebook .jp-OutputArea-output",
    ".jp-Notebook .jp-RenderedMarkdown",
    ".jp-MarkdownViewer .jp-RenderedMarkdown",
]
# JupyterLab's and MathJax's own, wherever it appears inside that.
THEIRS = [
    ".jp-InternalAnchorLink",  # the sign beside each heading
    "mjx-container",
]
THEMES = ["JupyterLab Light", "JupyterLab Dark"]


@pytest.fixture
def violations(browser):
    """Return a function that lists what axe-core finds on a page, one line per element."""
    from axe_playwright_python.sync_playwright import Axe

    def found(page):
        here = [[name] for name in OURS if page.locator(name).count()]
        context = {"include": here, "exclude": [[name] for name in THEIRS]}
        result = Axe().run(page, context=context).response
        assert len(result["passes"]) > 5, "axe-core has looked at something"
        return [
            f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
            for one in result["violations"]
            for node in one["nodes"]
        ]

    return found


@pytest.fixture(params=THEMES)
def theme(request, browser, server):
    """Have JupyterLab wear a theme, as the menu Settings does, for one test."""
    wear(browser, server, request.param)
    yield request.param
    wear(browser, server, THEMES[0])


def wear(browser, server, theme):
    context = browser.new_context()
    settings = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    raw = json.dumps({"theme": theme})
    answer = context.request.put(f"{server}/{settings}?token=course", data={"raw": raw})
    assert answer.ok, answer.text()
    context.close()


def assert_worn(page, theme):
    light = str(theme == THEMES[0]).lower()
    page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")


def test_cards_right_wrong_open_hint_and_score(open_notebook, violations, theme):
    unit = next(unit for unit in UNITS if unit.name == "02_neuron")
    lab = open_notebook(f"labs/lab_{unit.name}.ipynb")
    assert_worn(lab.page, theme)
    lab.run_all()
    answer = lab.code(f"def {unit.function}(")
    check = lab.code(f"lab.check({unit.function})")
    seen = []
    for source in (unit.wrong, unit.right):
        lab.replace(answer, source)
        lab.run(answer)
        lab.run(check)
        seen += violations(lab.page)
    lab.replace(check, f'lab.hint("{unit.function}")')
    lab.run(check)
    lab.run(lab.code("lab.score()"))
    assert lab.page.locator("section[role=status]").count() > 3
    seen += violations(lab.page)
    assert not seen


def test_a_lecture_with_its_explorers(open_notebook, violations, theme):
    lecture = open_notebook("lectures/02_neuron.ipynb")
    assert_worn(lecture.page, theme)
    lecture.run_all()
    lecture.read_through()
    lecture.page.locator("[role=slider][aria-label]").first.wait_for()
    seen = violations(lecture.page)
    assert not seen


def test_the_start_page(browser, server, work, violations, theme):
    write_page(work)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server}/lab/tree/{PAGE}?token=course&reset")
    page.locator(".jp-MarkdownViewer table").first.wait_for()
    assert_worn(page, theme)
    seen = violations(page)
    context.close()
    assert not seen
