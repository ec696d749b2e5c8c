"""The roster as its platform takes it back: Canvas's gradebook, Moodle's grading worksheet."""

import csv

from ..reports.pages import number


def write_uploads(folder, assignment, roster, rows):
    """Write the points of all who have some into the roster's own form; say it, in lines.

    Whoever has no total, needs a human eye or handed nothing in keeps what the platform has.

    Parameters
    ----------
    folder : where to
    assignment : Assignment
    roster : Roster
    rows : of the table, as grades() gives them
    """
    points = {
        row["student"]: number(row["total"])
        for row in rows
        if row["total"] is not None and not row["reason"] and not row["doubt"]
    }
    possible = assignment.points + sum(assignment.questions.values())
    said = []
    headings = [heading.casefold() for heading in roster.header]
    if "section" in headings and "id" in headings:
        table = _canvas(assignment, roster, headings, points, possible)
        said += _write(folder / "canvas.csv", table, "import it in Canvas's gradebook")
    if "identifier" in headings and "grade" in headings:
        table = _moodle(roster, headings, points)
        said += _write(folder / "moodle.csv", table, "upload it as Moodle's grading worksheet")
        at = headings.index("maximum grade") if "maximum grade" in headings else None
        highest = {row[at] for row in roster.rows} if at is not None else set()
        if any(_as_number(text) != possible for text in highest):
            found = ", ".join(sorted(highest))
            said.append(f"  its maximum grade is {found}, the lab's is {number(possible)}: set it")
    unmarked = sum(row["student"] in points and bool(row["pending"]) for row in rows)
    if said and unmarked:
        said.append(f"  open questions of {unmarked} are not marked yet: totals without them")
    return said


def without_row(roster, results):
    """Return the labels of those on the roster who have no row."""
    there = {result["student"] for result in results}
    return [person.label for person in roster.people if person.label not in there]


def _canvas(assignment, roster, headings, points, possible):
    """Student, ID, ... Section, and one assignment, as ``lib/gradebook_importer.rb`` reads it.

    Canvas knows an assignment by "title (number)", the heading in its own export.
    """
    end = headings.index("section") + 1
    ours = assignment.name.casefold()
    titles = [h for h in roster.header[end:] if h.casefold().partition(" (")[0].strip() == ours]
    yield [*roster.header[:end], titles[0] if titles else assignment.name]
    yield ["    Points Possible", *[""] * (end - 1), number(possible)]
    for person in roster.people:
        if person.label in points:
            yield [*person.row[:end], points[person.label]]


def _moodle(roster, headings, points):
    """Give the worksheet with its grades filled in, as ``importgradeslib.php`` reads it."""
    at = headings.index("grade")
    labels = {person.row: person.label for person in roster.people}
    yield roster.header
    for row in roster.rows:
        yield [*row[:at], points.get(labels.get(row), row[at]), *row[at + 1 :]]


def _write(path, table, use):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)
    return [f"{path}: {use}"]


def _as_number(text):
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
