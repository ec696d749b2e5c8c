"""Of the notebooks that one student handed in, the one that counts, or a row for each.

An untouched copy never counts beside a worked one. Of two worked ones the later attempt does,
where the platform says which that is. Else each is a row of its own, and the instructor decides.
"""

import re
from dataclasses import dataclass, replace

from ..answers.notebook import Cells

OTHERS = 5  # names in a note


@dataclass(frozen=True)
class Submission:
    """What one student handed in: the cells that count, or the reason why there are none.

    ``note`` says what else was there. ``doubt`` says why nobody but the instructor can tell
    whose it is, or whether it counts. ``handed_in`` is its time in ISO 8601, or "", and
    ``clock`` whose time that is.
    """

    student: str
    source: str
    digest: str
    cells: Cells | None = None
    reason: str = ""
    note: str = ""
    doubt: str = ""
    handed_in: str = ""
    clock: str = ""


def choose(name, readings, others, assignment):
    """Return the Submissions of one student, mostly one.

    Parameters
    ----------
    name : the student
    readings : (Owner or None, Submission) of each notebook; without a reason if it is this lab's
    others : (path, reason why it was not read or "") of each other file
    assignment : Assignment
    """
    also = _also(others)
    if not readings:
        why = [reason for _, reason in others if reason]
        source = others[0][0] if others else name
        reason = f"there is no notebook, and {source} {why[0]}" if why else "there is no notebook"
        return [Submission(name, source, "", reason=reason, note=also)]
    kinds = {"worked": [], "untouched": [], "unreadable": [], "another lab": []}
    for owner, found in readings:
        kinds[_kind(found, assignment)].append((owner, found))
    kept, doubt = _of(kinds, assignment)
    if doubt:
        return [
            replace(found, student=f"{name} ({found.source})", doubt=doubt.format(name), note=also)
            for _, found in kept
        ]
    ((_, counts),) = kept
    passed = [
        f"{found.source} ({found.reason if kind == 'unreadable' else kind})"
        for kind, members in kinds.items()
        for _, found in members
        if found is not counts and kind != "another lab"
    ]
    note = f"Not counted: {_list(passed)}." if passed else ""
    return [replace(counts, student=name, note=" ".join(filter(None, (note, also))))]


def another_lab(assignment):
    """Return the reason for a notebook that holds none of the lab's cells."""
    return f"none of its cells belongs to {assignment.name}: is it another lab?"


def is_worked(cells, assignment):
    """Return whether any answer in ``cells`` is more than the stub that was handed out."""
    stubs, exercises = assignment.stubs, assignment.exercises
    for grade_id in assignment.grade_ids:
        source = _plain(cells.marked.get(grade_id, ""))
        if source and source not in map(_plain, stubs[grade_id]):
            return True
    # An answer may stand in a cell of the student's own.
    given = set(map(_plain, assignment.given))
    own = (s for grade_id, s in cells.code if grade_id is None and _plain(s) not in given)
    names = "|".join(map(re.escape, exercises))
    binds = re.compile(rf"^[ \t]*(?:def[ \t]+(?:{names})\b|(?:{names})[ \t]*=)", re.MULTILINE)
    return any(binds.search(source) for source in own)


def _of(kinds, assignment):
    """Return the notebooks that count, and why that is for the instructor to decide, or ""."""
    worked, untouched, unreadable = (kinds[kind] for kind in ("worked", "untouched", "unreadable"))
    if worked:
        distinct = _distinct(worked, assignment)
        if len(distinct) == 1 and not unreadable:
            return distinct, ""
        if last := _latest([*distinct, *unreadable]):
            if last in distinct:
                return [last], ""
            return [*distinct, last], "the last attempt of {} cannot be read"
        if len(distinct) == 1:
            return distinct, ""
        return [*distinct, *unreadable], "{} handed in several worked notebooks: which one counts?"
    if untouched and unreadable:
        return [*untouched[-1:], *unreadable], "one notebook of {} is untouched, another unreadable"
    (last,) = (untouched or unreadable or kinds["another lab"])[-1:]
    return [_latest(untouched or unreadable) or last], ""


def _kind(found, assignment):
    if found.cells is None:
        return "another lab" if found.reason == another_lab(assignment) else "unreadable"
    return "worked" if is_worked(found.cells, assignment) else "untouched"


def _distinct(worked, assignment):
    """Return those whose own work differs; of equal ones that with most of the lab's cells."""
    best = {}
    for owner, found in worked:
        same = tuple(sorted(set(_own(found.cells, assignment)), key=repr))
        held = best.get(same)
        if held is None or _rank(owner, found) > _rank(*held):
            best[same] = owner, found
    return list(best.values())


def _own(cells, assignment):
    """Yield (grade id or None, source) of what the student wrote."""
    given = set(map(_plain, assignment.given))
    for grade_id, source in (*cells.marked.items(), *cells.code):
        theirs = map(_plain, assignment.stubs.get(grade_id, ())) if grade_id else given
        if (grade_id is None or grade_id in assignment.grade_ids) and _plain(source) not in theirs:
            yield grade_id, _plain(source)


def _rank(owner, found):
    return (owner.order if owner else (), len(found.cells.marked), found.source)


def _latest(readings):
    """Return the latest of several attempts of one series, or None if that is not known."""
    series = {owner.series for owner, _ in readings if owner}
    orders = [owner.order for owner, _ in readings if owner and owner.order]
    if len(series) != 1 or len(set(orders)) < len(readings):
        return None
    return max(readings, key=lambda reading: reading[0].order)


def _also(others):
    names = [f"{path} ({reason})" if reason else path for path, reason in others]
    return f"Also there: {_list(names)}." if names else ""


def _list(names):
    more = f" and {len(names) - OTHERS} more" if len(names) > OTHERS else ""
    return ", ".join(names[:OTHERS]) + more


def _plain(source):
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
