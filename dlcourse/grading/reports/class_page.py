"""The page on a whole class: scores, what went wrong where, and the mistakes behind it."""

import math
import statistics
from collections import Counter
from html import escape

from ...checks.verdict import PERHAPS, RIGHT, WRONG
from ..sandbox.result import GRADER_FAULT
from . import stuck
from .pages import number, page

BINS = 10


def class_page(assignment, results, rows):
    """Return the class page as HTML.

    Parameters
    ----------
    assignment : Assignment
    results : as Store.results() gives them
    rows : their rows of the table, in the same order
    """
    reached = totals(rows)
    marked = {q for row in rows for q, points in row["human"].items() if points is not None}
    possible = assignment.points + sum(assignment.questions[question] for question in marked)
    title = f"{assignment.name}: {len(rows)} submissions"
    parts = [f"<h1>{escape(title)}</h1>"]
    if reached:
        unmarked = [f"<code>{escape(q)}</code>" for q in assignment.questions if q not in marked]
        without = f"; {', '.join(unmarked)} is not marked yet and left out" if unmarked else ""
        middle = number(statistics.median(reached))
        parts.append(
            f"<p>{len(reached)} graded; median {middle} of {number(possible)} points{without}.</p>"
        )
        parts.append(histogram(reached, possible))
    parts += [_exercises(assignment, results, rows), _mistakes(assignment, results)]
    parts += [stuck.section(assignment, results), _odd(rows), _gone(results)]
    return page(title, "\n".join(parts))


def totals(rows):
    """Return the totals of those rows that have one and are surely one student's."""
    sure = (row for row in rows if not row["reason"] and not row["doubt"])
    return [row["total"] for row in sure if row["total"] is not None]


def counts(assignment, results):
    """Return {exercise: (right, wrong, stuck, grader faults)}.

    Stuck: no value came that could be compared, from "not attempted" to "time-out".
    """
    table = {name: [0, 0, 0, 0] for name in assignment.exercises}
    kinds = {RIGHT: 0, WRONG: 1, GRADER_FAULT: 3}
    for result in results:
        for mark in result["marks"].values():
            table[mark.exercise][kinds.get(mark.status, 2)] += 1
    return {name: tuple(row) for name, row in table.items()}


def mistakes(results):
    """Return [((exercise, hint), count)] of the known mistakes, the most frequent first.

    A guess, "Perhaps: ...", has not been recognised and is none.
    """
    found = Counter(
        (mark.exercise, mark.mistake)
        for result in results
        for mark in result["marks"].values()
        if mark.mistake and not mark.mistake.startswith(PERHAPS)
    )
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def histogram(totals, possible):
    """Return a histogram of the scores as SVG, each bar labelled with its count."""
    width, height = 480, 160
    wide = max(1, math.ceil(possible / BINS))  # points in a bar
    edges = [wide * i for i in range(math.ceil(possible / wide) + 1)]
    bins = len(edges) - 1
    bars = Counter(min(int(total / wide), bins - 1) for total in totals)
    step, most = width / bins, max(bars.values())
    drawn = [_text(0, 12, "students", "start")]
    for i in range(bins):
        tall = height * bars[i] / most
        left, top = i * step, 40 + height - tall
        drawn.append(
            f'<rect x="{left + 2:.1f}" y="{top:.1f}" width="{step - 4:.1f}" '
            f'height="{tall:.1f}" fill="#0072b2"/>'
        )
        if bars[i]:
            drawn.append(_text(left + step / 2, top - 4, bars[i]))
    drawn += [_text(i * step, height + 56, edge) for i, edge in enumerate(edges)]
    drawn.append(_text(width / 2, height + 76, "points"))
    spread = ", ".join(f"{edges[i]} to {edges[i + 1]} points: {n}" for i, n in sorted(bars.items()))
    return (
        f'<svg role="img" viewBox="-16 0 {width + 32} {height + 84}" width="100%">'
        f"<title>Students by score. {spread}</title>{''.join(drawn)}</svg>"
    )


def _text(x, y, words, anchor="middle"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(str(words))}</text>'
    )


def _exercises(assignment, results, rows):
    table = counts(assignment, results)
    faulty = any(row[3] for row in table.values())
    heads = ["right", "wrong", "stuck", *["grader faults"] * faulty, "mean points"]
    lines = [
        "<h2>Exercises</h2>",
        "<p>Stuck: not attempted, or it never gave a value that could be compared. "
        "Some wrong answers earn part of the points.</p>",
        "<table><tr><th>exercise</th>",
        *(f'<th class="number">{head}</th>' for head in heads),
        "</tr>",
    ]
    for name, row in table.items():
        cells = [*row[: 3 + faulty], _mean_points(assignment.exercises[name], rows)]
        numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
        lines.append(f"<tr><td><code>{escape(name)}</code></td>{numbers}</tr>")
    return "\n".join([*lines, "</table>"])


def _mean_points(exercise, rows):
    points = [row["points"][exercise.name] for row in rows]
    points = [earned for earned in points if earned is not None]
    mean = number(round(statistics.mean(points), 1)) if points else "–"
    return f"{mean} of {number(exercise.points)}"


def _mistakes(assignment, results):
    found = mistakes(results)
    if not found:
        return "<h2>Known mistakes</h2><p>None was recognised.</p>"
    lines = ['<h2>Known mistakes</h2><table><tr><th class="number">students</th>']
    lines.append("<th>what a tutor would say</th></tr>")
    for (exercise, hint), count in found:
        lines.append(
            f'<tr><td class="number">{count}</td><td><code>{escape(exercise)}</code><br>'
            f"{escape(hint)}{_earned(exercise, hint, results)}</td></tr>"
        )
    return "\n".join([*lines, "</table>"])


def _earned(exercise, hint, results):
    """Return what the mistake earned those who made it, as graded."""
    marks = [result["marks"].get(exercise) for result in results]
    marks = [mark for mark in marks if mark and mark.mistake == hint and mark.points]
    points = sorted({mark.points for mark in marks})
    said = " or ".join(map(number, points))
    return f" <em>Earns {said} of {number(marks[0].possible)}.</em>" if points else ""


def _gone(results):
    gone = [result["student"] for result in results if result["gone"]]
    if not gone:
        return ""
    return (
        "<h2>No longer among the submissions</h2><p>Graded before, and not there at the last "
        f"grading; the marks stay until you remove them: {escape(', '.join(gone))}.</p>"
    )


def _odd(rows):
    odd = [row | {"why": row["reason"] or row["doubt"]} for row in rows]
    odd = [row for row in odd if row["why"]]
    if not odd:
        return ""
    lines = ["<h2>Needs your eye</h2><table><tr><th>student, file</th><th>why</th></tr>"]
    for row in odd:
        student, source, why = (escape(row[key]) for key in ("student", "source", "why"))
        lines.append(f"<tr><td>{student}<br><small>{source}</small></td><td>{why}</td></tr>")
    return "\n".join([*lines, "</table>"])
