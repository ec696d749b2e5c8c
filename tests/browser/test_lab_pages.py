"""A lab as a learner meets it: untouched, wrong, right, and without a mouse."""

import pytest

import dlcourse

from .units import UNITS

each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


@each_unit
def test_a_lab_untouched_then_with_a_known_mistake_then_right(open_notebook, artifacts, unit):
    lab = open_notebook(f"labs/lab_{unit.name}.ipynb")
    assert_runs_untouched_and_tells_what_is_open(lab, unit)
    lab.page.screenshot(path=artifacts / f"{unit.name}_untouched.png")
    answer = lab.code(f"def {unit.function}(")
    check = lab.code(f"lab.check({unit.function})")
    card = check.locator("section[role=status]")

    lab.replace(answer, unit.wrong)
    lab.run(answer)
    lab.run(check)
    assert unit.hint in card.inner_text()
    assert "expected" in card.inner_text()
    lab.page.screenshot(path=artifacts / f"{unit.name}_known_mistake.png")

    lab.replace(answer, unit.right)
    lab.run(answer)
    lab.run(check)
    assert f"{unit.function}: right" in card.inner_text()
    lab.page.screenshot(path=artifacts / f"{unit.name}_right.png")

    score = lab.code("lab.score()")
    lab.run(score)
    points = dlcourse.lab(unit.name).exercises[unit.function].points
    assert score.locator("section[role=status]").inner_text().startswith(f"{points} of ")
    lab.page.screenshot(path=artifacts / f"{unit.name}_score.png")


def assert_runs_untouched_and_tells_what_is_open(lab, unit):
    """No traceback, a card for each exercise, no picture yet."""
    exercises = dlcourse.lab(unit.name).exercises
    lab.run_all()
    lab.read_through()
    assert lab.page.locator("[data-mime-type*=stderr], [data-mime-type*=error]").count() == 0
    cards = lab.page.locator("section[role=status]")
    assert cards.filter(has_text="not attempted yet").count() == len(exercises) + 1
    total = sum(exercise.points for exercise in exercises.values())
    assert cards.last.text_content().startswith(f"0 of {total} points")
    assert lab.page.locator(".jp-OutputArea img").count() == 0


def test_an_exercise_by_keyboard_alone(open_notebook, artifacts):
    unit = next(unit for unit in UNITS if unit.name == "02_neuron")
    lab = open_notebook(f"labs/lab_{unit.name}.ipynb")
    keys = lab.page.keyboard
    keys.press("Escape")
    for _ in range(12):  # run and go on, until the first exercise is selected
        selected = lab.page.locator(".jp-NotebookPanel .jp-Cell.jp-mod-selected").first
        if f"def {unit.function}" in selected.inner_text():
            break
        keys.press("Shift+Enter")
        lab.page.wait_for_timeout(150)
    assert f"def {unit.function}" in selected.inner_text()
    keys.press("Enter")
    keys.press("Control+A")
    keys.press("Delete")
    for line in unit.right.splitlines():
        keys.type(line.strip())  # the editor indents by itself
        keys.press("Enter")
    keys.press("Shift+Enter")
    keys.press("Shift+Enter")
    card = lab.code(f"lab.check({unit.function})").locator("section[role=status]")
    card.wait_for()
    lab.wait_until_idle()
    lab.page.screenshot(path=artifacts / "keyboard.png")
    assert f"{unit.function}: right" in card.inner_text()


def test_no_news_and_no_instructors_menus(open_notebook):
    lab = open_notebook("labs/lab_02_neuron.ipynb")
    menus = lab.page.get_by_role("menubar").first.inner_text()
    assert "View" in menus and "Nbgrader" not in menus and "Formgrader" not in menus
    lab.menu("View")
    assert "Formgrader" not in lab.page.locator(".lm-Menu").last.inner_text()
    assert lab.page.locator(".Toastify__toast").count() == 0
