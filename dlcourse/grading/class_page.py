"""The page on a whole class: scores, what went wrong where, and the mistakes behind it."""

from collections import Counter
from html import escape

from ..checks.verdict import RIGHT, WRONG
from .pages import number, page
from .result import GRADER_FAULT

BINS = 10


def class_page(assignment, results, rows):
    """Return the class page as HTML.

    Parameters
    ----------
    assignment : Assignment
    results : as Store.results() gives them
    rows : their rows of the table, in the same order
    """
    totals = [row["total"] for row in rows if row["total"] is not None and not row["reason"]]
    possible = rows[0]["possible"] if rows else 0
    title = f"{assignment.name}: {len(rows)} submissions"
    parts = [f"<h1>{escape(title)}</h1>"]
    if totals:
        middle = sorted(totals)[len(totals) // 2]
        parts.append(f"<p>{len(totals)} graded; median {number(middle)} of {possible} points.</p>")
        parts.append(histogram(totals, possible))
    parts += [_exercises(assignment, results), _mistakes(results), _odd(rows)]
    return page(title, "\n".join(parts))


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
    """Return [((exercise, hint), count)] of the known mistakes, the most frequent first."""
    found = Counter(
        (mark.exercise, mark.mistake)
        for result in results
        for mark in result["marks"].values()
        if mark.mistake
    )
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def histogram(totals, possible):
    """Return a histogram of the scores as SVG, each bar labelled with its count."""
    width, height = 480, 160
    bars = Counter(min(int(total / possible * BINS), BINS - 1) for total in totals)
    step, most = width / BINS, max(bars.values())
    drawn = []
    for i in range(BINS):
        tall = height * bars[i] / most
        left, top = i * step, 20 + height - tall
        drawn.append(
            f'<rect x="{left + 2:.1f}" y="{top:.1f}" width="{step - 4:.1f}" '
            f'height="{tall:.1f}" fill="#0072b2"/>'
        )
        if bars[i]:
            drawn.append(_text(left + step / 2, top - 4, bars[i]))
        drawn.append(_text(left, height + 36, number(round(possible * i / BINS, 1))))
    drawn.append(_text(width, height + 36, number(possible)))
    drawn.append(_text(width / 2, height + 56, "points"))
    spread = ", ".join(
        f"{number(possible * i / BINS)} to {number(possible * (i + 1) / BINS)} points: {n}"
        for i, n in sorted(bars.items())
    )
    return (
        f'<svg role="img" viewBox="-16 0 {width + 32} {height + 64}" width="100%">'
        f"<title>Students by score. {spread}</title>{''.join(drawn)}</svg>"
    )


def _text(x, y, words):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" text-anchor="middle" '
        f'fill="currentColor">{escape(str(words))}</text>'
    )


def _exercises(assignment, results):
    lines = [
        "<h2>Exercises</h2>",
        "<p>Stuck: not attempted, or it never gave a value that could be compared.</p>",
        '<table><tr><th>exercise</th><th class="number">right</th><th class="number">wrong</th>'
        '<th class="number">stuck</th><th class="number">grader faults</th></tr>',
    ]
    for name, row in counts(assignment, results).items():
        cells = "".join(f'<td class="number">{count}</td>' for count in row)
        lines.append(f"<tr><td><code>{escape(name)}</code></td>{cells}</tr>")
    return "\n".join([*lines, "</table>"])


def _mistakes(results):
    found = mistakes(results)
    if not found:
        return "<h2>Known mistakes</h2><p>None was recognised.</p>"
    lines = ['<h2>Known mistakes</h2><table><tr><th class="number">students</th>']
    lines.append("<th>exercise</th><th>hint</th></tr>")
    for (exercise, hint), count in found:
        lines.append(
            f'<tr><td class="number">{count}</td><td><code>{escape(exercise)}</code></td>'
            f"<td>{escape(hint)}</td></tr>"
        )
    return "\n".join([*lines, "</table>"])


def _odd(rows):
    odd = [row for row in rows if row["reason"]]
    if not odd:
        return ""
    lines = ["<h2>Needs your eye</h2><table><tr><th>student</th><th>file</th><th>why</th></tr>"]
    for row in odd:
        cells = "".join(f"<td>{escape(row[key])}</td>" for key in ("student", "source", "reason"))
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>"])
