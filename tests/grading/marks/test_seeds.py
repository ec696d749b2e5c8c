"""Every right answer earns all points in the real engine, whatever inputs the seed draws.

``DLCOURSE_SEEDS`` sets how many seeds are tried, 5 by default. Fixed inputs are judged once.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from catalogue import CATALOGUE, IDS, SEEDS, assignment_of
from handed_in import InProcess, confined
from right_answers import cells

from dlcourse.checks import Exercise
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.marks.engine import grade, hidden_inputs
from dlcourse.grading.sandbox.controller import Sandbox

each_exercise = pytest.mark.parametrize(("lab", "exercise"), CATALOGUE, ids=IDS)


@dataclass(frozen=True)
class ManyDraws(Exercise):
    """An exercise with the drawn inputs of so many classes at once."""

    def cases(self, seed):
        """Return the fixed inputs, then those of each class."""
        seeds = range(SEEDS)
        drawn = (self.inputs(np.random.default_rng([i, *np.atleast_1d(seed)])) for i in seeds)
        return [*self.fixed(), *(case for inputs in drawn for case in inputs)]


def not_right(sandbox, exercise, setup, sources):
    """Return what grading says to those of the cells that do not earn all points."""
    asked = {exercise.name: ManyDraws(**vars(exercise))}
    marks = [
        grade(sandbox, asked, {exercise.name: setup}, Cells({exercise.name: source}), 7)[0]
        for source in sources
    ]
    return [mark for mark in marks if mark.points != exercise.points]


@pytest.fixture(scope="module")
def sandbox():
    # Answers that need scipy.stats would each import it anew, twice.
    with Sandbox(time_limit=20, libraries=("numpy", "scipy", "scipy.stats")) as one:
        yield one


@confined
@each_exercise
def test_right_answers_earn_all_in_the_real_sandbox(sandbox, lab, exercise, record_property):
    assignment = assignment_of(lab)
    sources = [*filter(None, cells(exercise)), assignment.solutions[exercise.name]]
    assert len(sources) >= 2
    setup = assignment.setup[exercise.name]
    wrong = not_right(sandbox, exercise, setup, sources)
    record_property("verdicts", (SEEDS * len(sources), len(wrong)))
    assert wrong == []


@each_exercise
def test_all_right_answers_are_right_under_all_seeds(lab, exercise, record_property):
    functions = [exercise.answer, *exercise.also_right]
    sources = [f"{exercise.name} = functions[{i}]" for i in range(len(functions))]
    wrong = not_right(InProcess(functions), exercise, (), sources)
    record_property("verdicts", (SEEDS * len(sources), len(wrong)))
    assert wrong == []


@confined
def test_a_wrong_answer_is_found_among_the_seeds(sandbox):
    (exercise,) = (e for _, e in CATALOGUE if e.name == "neuron")
    wrong = "import numpy as np\ndef neuron(X, w, b):\n    return 1 / (1 + np.exp(X @ w))"
    (mark,) = not_right(sandbox, exercise, (), [wrong])
    assert (mark.status, mark.points) == ("wrong", 0)


def test_so_many_classes_draw_different_inputs():
    (exercise,) = (e for _, e in CATALOGUE if e.name == "neuron")
    cases = hidden_inputs(ManyDraws(**vars(exercise)), 1)
    fixed, once = len(exercise.fixed()), len(exercise.inputs(np.random.default_rng(1)))
    assert len(cases) == fixed + SEEDS * once
    assert len({case[2] for case in cases}) == len(cases)
