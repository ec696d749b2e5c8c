"""The instructor's side of a lab: exercises, the cells that set them up, open questions."""

import json
from dataclasses import dataclass
from pathlib import Path

import dlcourse
from dlcourse.authoring.part import of_question
from dlcourse.authoring.stubs import stubs
from dlcourse.checks.lab import without_number

SOLUTIONS = Path(__file__).parents[3] / "labs" / "solutions"


@dataclass(frozen=True)
class Assignment:
    """One lab as the grader needs it.

    Parameters
    ----------
    name : such as "02_neuron"
    exercises : Exercise by name, in the order of the notebook
    setup : the instructor's cells before each exercise, by name
    solutions : the instructor's answer, by name
    questions : points of each open question, by grade id
    notebook : the solved notebook that all this was read from
    stubs : what students find in place of each answer, by grade id
    given : the source of every cell of code that needs no answer
    sitting : what was released needs this sitting of the lecture or an earlier one; None: all
    """

    name: str
    exercises: dict
    setup: dict
    solutions: dict
    questions: dict
    notebook: Path
    stubs: dict
    given: frozenset
    sitting: int | None = None

    @property
    def lab(self):
        """The name without its number: "neuron"."""
        return without_number(self.name)

    @property
    def points(self):
        """What all exercises earn together."""
        return sum(exercise.points for exercise in self.exercises.values())

    @property
    def grade_ids(self):
        """Marks of the cells in which a student answers."""
        return (*self.exercises, *self.questions)


def open_assignment(name, notebook=None, sitting=None):
    """Return the Assignment of a lab, by name or number and name.

    Parameters
    ----------
    name : such as "neuron", "02_neuron", "2" or "02"
    notebook : the solved notebook, if it is not the course's own
    sitting : leave out what needs a later sitting of the lecture; by default, what the
        notebook leaves out

    Raises
    ------
    ValueError
        If there is no such lab, or its notebook lacks a cell.
    """
    name = _named(name)
    lab = dlcourse.lab(name)
    path = Path(notebook) if notebook else _solved(name)
    held = _held(path)
    if sitting is None:
        sitting = held.get("metadata", {}).get("dlcourse", {}).get("sitting")
    exercises = (lab if sitting is None else dlcourse.lab(name, sitting)).exercises
    setup, solutions, questions, before, stubbed = {}, {}, {}, [], {}
    for cell in held["cells"]:
        source = "".join(cell["source"])
        marks = cell["metadata"].get("nbgrader")
        if marks and marks["solution"]:
            stubbed[marks["grade_id"]] = stubs(source, cell["cell_type"] == "code")
        if marks is None and cell["cell_type"] == "code":
            before.append(source)
        elif marks and marks["solution"] and marks["grade"]:
            if sitting is None or of_question(cell) <= sitting:
                questions[marks["grade_id"]] = marks["points"]
        elif marks and marks["solution"] and marks["grade_id"] in exercises:
            setup[marks["grade_id"]] = tuple(before)
            solutions[marks["grade_id"]] = source
    missing = [exercise for exercise in exercises if exercise not in solutions]
    if missing:
        raise ValueError(f"notebook: {path} has no solution cell for {', '.join(missing)}")
    # A notebook of the instructor's own may be called anything.
    same = without_number(path.stem) == without_number(name)
    title = path.stem if same else str(name)
    read = (exercises, setup, solutions, questions, path, stubbed, frozenset(before))
    return Assignment(title, *read, sitting)


def _named(name):
    """Return the name of the lab with the number ``name``, or ``name`` if it is no number."""
    if not str(name).isdecimal():
        return name
    stems = sorted(path.stem for path in SOLUTIONS.glob("[0-9]*_*.ipynb"))
    found = [stem for stem in stems if int(stem.partition("_")[0]) == int(name)]
    if not found:
        raise ValueError(f"there is no lab {name}; there are: {', '.join(stems) or 'none'}")
    return found[0]


def _held(path):
    """Return the notebook at ``path`` as its JSON holds it."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if all({"source", "metadata", "cell_type"} <= cell.keys() for cell in held["cells"]):
            return held
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ValueError(f"notebook: {path} is no notebook; needed: your solved one of the lab")


def _solved(name):
    found = sorted(SOLUTIONS.glob(f"[0-9]*_{without_number(name)}.ipynb"))
    if not found:
        raise ValueError(
            f"notebook: there is no solved notebook of {name!r} in {SOLUTIONS}; "
            "name one, or run this in a copy of the repository"
        )
    return found[0]
