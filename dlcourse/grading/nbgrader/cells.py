"""A submission as nbgrader's steps need it: marked as the instructor's notebook marks it."""

import json
from pathlib import Path

from nbformat import from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from ..answers.questions import open_answers
from ..assignments.assignment import open_assignment
from ..submissions.files import file_reader
from ..submissions.find import read_one


def open_submission(step, resources):
    """Return the course folder, Assignment and Submission that ``step`` is working on."""
    asked = resources["nbgrader"]
    name, title, student = (asked[key] for key in ("notebook", "assignment", "student"))
    course = step.parent.parent.coursedir
    file = f"{name}.ipynb"
    source = course.format_path(course.source_directory, ".", title)
    handed_in = course.format_path(course.submitted_directory, student, title)
    assignment = open_assignment(name, Path(source, file))
    return (
        course,
        assignment,
        read_one(student, file, file_reader(Path(handed_in, file)), assignment),
    )


class RestoreCells(NbGraderPreprocessor):
    """Gives each cell the marks that the instructor gave it, and brings lost test cells back.

    Student's marks are not looked at, except for the name of a cell: one odd value in them
    ends nbgrader's run for a whole class. Where a cell stands more than once, one copy keeps
    its name and holds all parts. A question whose cell is lost is there to be marked.
    """

    def preprocess(self, nb, resources):
        """Return ``nb`` with restored cells."""
        _, assignment, submission = open_submission(self, resources)
        cells = submission.cells
        answers = {**cells.marked, **dict(open_answers(cells, assignment))} if cells else {}
        ours = {
            cell["metadata"]["nbgrader"]["grade_id"]: cell
            for cell in json.loads(assignment.notebook.read_text(encoding="utf-8"))["cells"]
            if "nbgrader" in cell["metadata"]
        }
        missing = dict(ours)
        for cell in nb.cells:
            marks = cell.metadata.pop("nbgrader", None)
            name = marks.get("grade_id") if isinstance(marks, dict) else None
            if isinstance(name, str) and missing.pop(name, None):
                cell.metadata["nbgrader"] = from_dict(ours[name]["metadata"]["nbgrader"])
                if cell.metadata.nbgrader.solution:
                    cell.source = answers.get(name, cell.source)
        nb.cells += [
            _restored(cell, answers.get(name, ""))
            for name, cell in missing.items()
            if _is_test(cell) or (name in assignment.questions and name in answers)
        ]
        return nb, resources


def _is_test(cell):
    marks = cell["metadata"]["nbgrader"]
    return marks["grade"] and not marks["solution"]


def _restored(cell, answer):
    changed = {**cell, "source": "".join(cell["source"]) if _is_test(cell) else answer}
    return from_dict(changed | ({"outputs": []} if cell["cell_type"] == "code" else {}))
