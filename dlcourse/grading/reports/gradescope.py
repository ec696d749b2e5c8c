"""What Gradescope reads: one results.json for each student."""

import json

from ..marking.open_marks import OpenMark
from .late import late_sentence
from .pages import by_hand, marks


def write_gradescope(folder, assignment, result, row, opened):
    """Write results.json, unless a total is missing; return whether it was written.

    Gradescope wants a score: without the file it says that the autograder failed, and keeps
    the student's score open.
    """
    path = folder / "results.json"
    if row["total"] is None:
        path.unlink(missing_ok=True)
        return False
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(gradescope(assignment, result, row, opened), indent=1)
    path.write_text(text, encoding="utf-8")
    return True


def gradescope(assignment, result, row, opened):
    """Return what Gradescope reads as results.json, for one student who has a total.

    The fields are those of https://gradescope-autograders.readthedocs.io/en/latest/specs/.
    """
    tests = []
    for mark in marks(assignment, result):
        said = [mark.message, mark.hint, *(f"{label}: {text}" for label, text in mark.case)]
        said += [by_hand(result["overrides"], mark)]
        tests.append(
            {
                "name": mark.exercise,
                "score": row["points"][mark.exercise],
                "max_score": mark.possible,
                "status": "passed" if row["points"][mark.exercise] == mark.possible else "failed",
                "output": "\n".join([mark.status, *filter(None, said)]),
            }
        )
    for question, possible in assignment.questions.items():
        test = {"name": question, "output": "not marked yet"}
        if question in opened:
            mark = OpenMark(*opened[question])
            test |= {"score": mark.points, "max_score": possible, "output": mark.comment}
        tests.append(test)
    said = "\n".join(filter(None, (result["reason"], late_sentence(row))))
    return {"output": said, "score": row["total"], "tests": tests}
