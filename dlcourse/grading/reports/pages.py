"""The feedback page of one student: what each exercise earned, and what to look at next."""

from html import escape

from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG
from ..marking.open_marks import OpenMark
from ..marking.rubric import labels
from ..marks.mark import Mark
from ..sandbox.result import GRADER_FAULT
from .late import late_sentence

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 1rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886;
  overflow-wrap: anywhere; }
th, td code { white-space: nowrap; }
td.number, th.number { text-align: right; }
section { border-left: 4px solid #5f6368; padding: .1rem 1rem; margin: 1rem 0; }
section.right { border-color: #00694e; } section.wrong { border-color: #b34700; }
@media (max-width: 30rem) { th, td { padding: .3rem .2rem; } h1 { font-size: 1.5rem; }
  table { font-size: .9rem; } body { padding: 0 .6rem; } }
pre { overflow-x: auto; margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; }
"""
# No page has use for a NUL or an ESC, wherever it may come from.
CONTROLS = {n: "\ufffd" for n in (*range(32), *range(127, 160)) if chr(n) not in "\n\t"}
SIGNS = {RIGHT: "✓", WRONG: "✗", NOT_ATTEMPTED: "○"}


def page(title, body):
    """Return a whole HTML page that needs nothing else."""
    whole = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return whole.translate(CONTROLS)


def student_page(assignment, result, row, opened, rubrics=None):
    """Return the feedback page of one student as HTML.

    Parameters
    ----------
    assignment : Assignment
    result : one of Store.results()
    row : their row of the table
    opened : question to OpenMark
    rubrics : question to Rubric, shown beside what it earned
    """
    rubrics = rubrics or {}
    title = f"{assignment.name}: {result['student']}"
    total = "not settled yet" if row["total"] is None else f"{number(row['total'])}"
    pending = f"; not marked yet: {escape(', '.join(row['pending']))}" if row["pending"] else ""
    reached = f"<p><strong>{total}</strong> of {row['possible']} points{pending}.</p>"
    body = [f"<h1>{escape(title)}</h1>", reached]
    if row["late"]:
        body.append(f"<p>{escape(late_sentence(row))}</p>")
    if result["reason"]:
        body.append(f"<p>Your notebook could not be graded: {escape(result['reason'])}.</p>")
    body += [_exercise(mark, result["overrides"]) for mark in marks(assignment, result)]
    body += [
        _question(name, possible, OpenMark(*opened.get(name, (None,))), rubrics.get(name))
        for name, possible in assignment.questions.items()
    ]
    body.append(
        "<p>Points come from inputs that nobody sees. The inputs shown here are public: you can "
        "run them yourself.</p>"
    )
    return page(title, "\n".join(body))


def number(value):
    """Return points as one writes them: 2, 1.5."""
    return f"{value:g}"


def marks(assignment, result):
    """Return each Mark of a student; one without a mark to whom points were given gets one."""
    held, given = result["marks"], result["overrides"]
    return [
        held.get(name) or Mark(name, exercise.points, NOT_ATTEMPTED, 0.0)
        for name, exercise in assignment.exercises.items()
        if name in held or name in given
    ]


def by_hand(overrides, mark):
    """Return the sentence on points that the instructor has set, or ""."""
    if mark.exercise not in overrides:
        return ""
    points, reason = overrides[mark.exercise]
    return f"Your instructor gave {number(points)} of {number(mark.possible)}: {reason}"


def _exercise(mark, overrides):
    kind = {RIGHT: "right", NOT_ATTEMPTED: "open", GRADER_FAULT: "open"}.get(mark.status, "wrong")
    earned = "–" if mark.points is None else number(mark.points)
    set_by_hand = by_hand(overrides, mark)
    if set_by_hand:
        earned = number(overrides[mark.exercise][0])
    sign = SIGNS.get(mark.status, "✗")
    lines = [
        f'<section class="{kind}"><h2>{sign} <code>{escape(mark.exercise)}</code>: '
        f"{escape(mark.status)}, {earned} of {number(mark.possible)}</h2>"
    ]
    if set_by_hand:
        lines.append(f"<p><strong>{escape(set_by_hand)}</strong></p>")
    elif mark.points and mark.status != RIGHT:
        lines.append("<p>The idea is right in part, and earns that part of the points.</p>")
    if mark.hint:
        lines.append(f"<p>{escape(mark.hint)}</p>")
    if mark.message:
        ended = mark.message if mark.message[-1] in ".?!" else f"{mark.message}."
        lines.append(f"<p>{escape(ended)}</p>")
    if mark.case:
        lines.append("<p>The smallest public input that fails:</p><dl>")
        lines += [
            f"<dt>{escape(label)}</dt><dd><pre>{escape(text)}</pre></dd>"
            for label, text in mark.case
        ]
        lines.append("</dl>")
    return "\n".join([*lines, "</section>"])


def _question(name, possible, mark, rubric):
    marked = mark.points is not None
    earned = f"{number(mark.points)} of {number(possible)}" if marked else "not marked yet"
    lines = [f"<section><h2><code>{escape(name)}</code>: {earned}</h2>"]
    if mark.comment:
        lines.append(f"<p>{escape(mark.comment)}</p>")
    if marked and rubric and rubric.items:
        lines.append("<p>What earns points:</p><ul>")
        for label, (points, what) in zip(labels(rubric.items), rubric.items, strict=True):
            sign = ("✓ " if label in mark.rubric else "– ") if mark.rubric else ""
            lines.append(f"<li>{sign}{number(points)}: {escape(what)}</li>")
        lines.append("</ul>")
    return "\n".join([*lines, "</section>"])
