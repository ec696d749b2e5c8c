"""Who is stuck, by name: whom to ask before the next lecture."""

from html import escape

from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG
from ..sandbox.result import GRADER_FAULT


def idle(results):
    """Return the names of those who attempted nothing."""
    return [
        result["student"]
        for result in results
        if result["marks"] and all(m.status == NOT_ATTEMPTED for m in result["marks"].values())
    ]


def stuck(assignment, results):
    """Return {exercise: [(student, status), ...]} of those without a value to compare.

    Whoever attempted nothing at all is left out.
    """
    left_out = set(idle(results))
    return {
        name: [
            (result["student"], mark.status)
            for result in results
            if result["student"] not in left_out
            and (mark := result["marks"].get(name))
            and mark.status not in (RIGHT, WRONG, GRADER_FAULT)
        ]
        for name in assignment.exercises
    }


def section(assignment, results):
    """Return the part of the class page on this as HTML."""
    nothing, found = idle(results), stuck(assignment, results)
    lines = ["<h2>Stuck, by name</h2>"]
    if nothing:
        lines.append(f"<p>Attempted nothing: {escape(', '.join(nothing))}.</p>")
    if any(found.values()):
        lines.append("<table><tr><th>exercise</th><th>students</th></tr>")
        for exercise, students in found.items():
            said = ", ".join(f"{student} ({status})" for student, status in students)
            if said:
                lines.append(
                    f"<tr><td><code>{escape(exercise)}</code></td><td>{escape(said)}</td></tr>"
                )
        lines.append("</table>")
    return "\n".join(lines) if nothing or any(found.values()) else ""
