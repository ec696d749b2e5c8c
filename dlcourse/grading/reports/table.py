"""The table of grades: one row for each student."""

import csv

from ..marking.open_marks import harmless
from .late import lateness
from .pages import number


def grades(assignment, result, opened, late=None):
    """Return one row of the table as a dict.

    ``total`` is None while the grader has failed at an exercise: that is no zero. Points set
    by hand are in place of the grader's, and what being late costs is taken off.
    """
    points = {name: None for name in assignment.exercises}
    status = {name: "" for name in assignment.exercises}
    for name, mark in result["marks"].items():
        points[name], status[name] = mark.points, mark.status
    overrides = {n: o for n, o in result["overrides"].items() if n in points}
    by_hand = [_by_hand(name, points[name], *override) for name, override in overrides.items()]
    points |= {name: earned for name, (earned, _) in overrides.items()}
    reason = result["reason"]
    faulty = [m for m in result["marks"].values() if points[m.exercise] is None]
    if faulty:
        named = ", ".join(f"{mark.exercise} ({mark.note})" for mark in faulty)
        reason = f"grader fault in {named}: run the grader again"
    human = {question: opened.get(question, (None, ""))[0] for question in assignment.questions}
    earned = sum(p for p in (*points.values(), *human.values()) if p is not None)
    when = lateness(late, result, earned)
    gone = ["No longer among the submissions."] if result["gone"] else []
    pending = [] if result["reason"] else [q for q, p in human.items() if p is None]
    return {
        "student": result["student"],
        "total": None if faulty else earned - when["deducted"],
        "possible": assignment.points + sum(assignment.questions.values()),
        "points": points,
        "status": status,
        "human": human,
        "pending": pending,
        "reason": reason,
        "doubt": result["doubt"],
        "by_hand": by_hand,
        **when,
        "notes": gone
        + [result["note"]] * bool(result["note"])
        + [f"{m.exercise}: {m.note}" for m in result["marks"].values() if m.note],
        "source": result["source"],
    }


def _by_hand(exercise, graded, points, reason):
    before = "not graded" if graded is None else f"graded {number(graded)}"
    return f"{exercise}: {number(points)} ({before}): {reason}"


def write_grades(path, assignment, rows):
    """Write the rows, as grades() gives them, as CSV."""
    names = [*assignment.exercises]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["student", "total", "possible", *names, *assignment.questions]
            + [f"{name}_status" for name in names]
            + ["pending", "reason", "doubt", "by_hand"]
            + ["handed_in", "clock", "late", "deducted", "notes", "source"]
        )
        for row in rows:
            values = [row["student"], row["total"], row["possible"]]
            values += [*row["points"].values(), *row["human"].values(), *row["status"].values()]
            values += [" ".join(row["pending"]), row["reason"], row["doubt"]]
            values += ["; ".join(row["by_hand"]), row["handed_in"], row["clock"]]
            values += [row["late"], row["deducted"], "; ".join(row["notes"]), row["source"]]
            writer.writerow(
                number(value) if isinstance(value, float) else harmless(value) for value in values
            )
