"""Lab 02 as a learner meets it: untouched, wrong, right, and without a mouse."""

import re

NOTEBOOK = "labs/02_neuron.ipynb"
WRONG = "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n"
RIGHT = "def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1, e) / (1 + e)\n"


def test_the_untouched_lab_runs_and_tells_what_is_open(open_notebook, artifacts):
    lab = open_notebook(NOTEBOOK)
    lab.run_all()
    assert lab.page.locator(".jp-RenderedText[data-mime-type*='stderr']").count() == 0
    cards = lab.page.locator("section[role=status]")
    assert cards.filter(has_text="not attempted yet").count() >= 8
    assert "0 of 18 points" in cards.last.inner_text()
    assert lab.page.locator(".jp-OutputArea img").count() == 0
    lab.page.screenshot(path=artifacts / "lab_02_untouched.png")


def test_a_known_mistake_shows_its_hint_and_a_right_answer_raises_the_score(
    open_notebook, artifacts
):
    lab = open_notebook(NOTEBOOK)
    lab.run_all()
    answer, check = lab.code("def sigmoid(x):"), lab.code("lab.check(sigmoid)")

    lab.replace(answer, WRONG)
    lab.run(answer)
    lab.run(check)
    card = check.locator("section[role=status]")
    assert "It falls where it should rise" in card.inner_text()
    assert "expected" in card.inner_text()
    lab.page.screenshot(path=artifacts / "lab_02_known_mistake.png")

    lab.replace(answer, RIGHT)
    lab.run(answer)
    lab.run(check)
    assert "sigmoid: right" in check.locator("section[role=status]").inner_text()
    lab.page.screenshot(path=artifacts / "lab_02_right.png")

    score = lab.code("lab.score()")
    lab.run(score)
    assert "2 of 18 points" in score.locator("section[role=status]").inner_text()
    lab.page.screenshot(path=artifacts / "lab_02_score.png")


def test_an_exercise_by_keyboard_alone(open_notebook, artifacts):
    lab = open_notebook(NOTEBOOK)
    keys = lab.page.keyboard
    keys.press("Escape")
    for _ in range(12):  # the set-up cell, then down to the first exercise
        selected = lab.page.locator(".jp-NotebookPanel .jp-Cell.jp-mod-selected").first
        if "def sigmoid" in selected.inner_text():
            break
        keys.press("Shift+Enter")
        lab.page.wait_for_timeout(150)
    assert "def sigmoid" in selected.inner_text()
    keys.press("Enter")
    keys.press("Control+A")
    keys.press("Delete")
    for i, line in enumerate(RIGHT.strip().splitlines()):
        if i == 2:  # the editor keeps the indentation of the line before
            line = line.strip()
        keys.type(line if i == 0 else line.strip())
        if i < 2:
            keys.press("Enter")
    keys.press("Shift+Enter")
    keys.press("Shift+Enter")
    lab.wait_until_idle()
    card = lab.code("lab.check(sigmoid)").locator("section[role=status]")
    card.wait_for()
    lab.page.screenshot(path=artifacts / "lab_02_keyboard.png")
    assert re.search("sigmoid: right", card.inner_text())


def test_no_news_and_no_instructors_menus(open_notebook):
    lab = open_notebook(NOTEBOOK)
    menus = lab.page.get_by_role("menubar").first.inner_text()
    assert "Nbgrader" not in menus and "Formgrader" not in menus
    lab.menu("View")
    assert "Formgrader" not in lab.page.locator(".lm-Menu").last.inner_text()
    assert lab.page.locator(".Toastify__toast").count() == 0
