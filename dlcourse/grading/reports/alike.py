"""The page of answers that are alike: whose code has the same form, exercise by exercise.

Equal forms prove nothing: the shortest way to write three lines is written by many. So the
longest come first, and whoever is alike in several exercises is listed before all.
"""

from collections import defaultdict
from functools import lru_cache
from html import escape
from itertools import combinations

from ..answers.form import form
from ..submissions.reader import read_form
from .pages import page

TOGETHER = 2  # exercises in which a pair is alike, to be listed
LARGEST = 30  # students of one form, beyond which pairs of them say nothing
ABOUT = (
    "<p>Same code but for names, docstrings, annotations, imports and comments. Left out are "
    "stubs, and answers equal to the solution in the repository: <strong>the solutions are "
    "public</strong>, and so are other right answers in the exercises and their tests. Alike is "
    "no proof of copying: short answers are alike by themselves, so the longest stand first. "
    "Ask the students to explain.</p>"
)


def alike(assignment, written):
    """Return what is alike in a class.

    Parameters
    ----------
    assignment : Assignment
    written : exercise -> (student, source) pairs, as Store.written gives them

    Returns
    -------
    groups : {exercise: [(size of the code, [students]), ...]}, the longest code first
    public : {exercise: how many are equal to the public solution}
    unread : how many answers cannot be read as Python
    """
    read = lru_cache(64)(read_form)  # a class asks for the same stub many times
    groups, public, unread = {}, {}, 0
    for name in assignment.exercises:
        solution, _ = form(assignment.solutions[name])
        stubs = {form(stub)[0] for stub in assignment.stubs.get(name, ())}
        found, public[name] = defaultdict(list), 0
        for student, source in written(name):
            digest, size = read(source) if source.strip() else ("", 0)
            unread += digest is None
            public[name] += digest == solution
            if digest and digest not in stubs | {solution}:
                found[size, digest].append(student)
        shared = ((size, who) for (size, _), who in found.items() if len(who) > 1)
        groups[name] = sorted(shared, key=lambda group: (-group[0], group[1]))
    return groups, public, unread


def pairs(groups):
    """Return [((student, student), [exercises]), ...] of those alike in several, most first."""
    together = defaultdict(list)
    for exercise, shared in groups.items():
        for _, students in shared:
            if len(students) <= LARGEST:
                for pair in combinations(sorted(students), 2):
                    together[pair].append(exercise)
    often = [item for item in together.items() if len(item[1]) >= TOGETHER]
    return sorted(often, key=lambda item: (-len(item[1]), item[0]))


def alike_page(assignment, written):
    """Return the page as HTML."""
    groups, public, unread = alike(assignment, written)
    title = f"{assignment.name}: answers that are alike"
    lines = [f"<h1>{escape(title)}</h1>", ABOUT]
    if unread:
        lines.append(f"<p>{unread} answers cannot be read as Python, and are not compared.</p>")
    said = ", ".join(f"<code>{escape(name)}</code> {n}" for name, n in public.items() if n)
    lines.append(f"<p>Equal to the public solution: {said or 'none'}.</p>")
    if often := pairs(groups):
        lines.append(f"<h2>Alike in {TOGETHER} exercises or more</h2>")
        lines.append("<table><tr><th>students</th><th>exercises</th></tr>")
        for students, exercises in often:
            who, where = escape(", ".join(students)), escape(", ".join(exercises))
            lines.append(f"<tr><td>{who}</td><td>{len(exercises)}: {where}</td></tr>")
        lines.append("</table>")
    lines.append('<h2>By exercise</h2><table><tr><th>exercise</th><th class="number">size</th>')
    lines.append("<th>students</th></tr>")
    for name, shared in groups.items():
        for size, students in shared:
            lines.append(
                f'<tr><td><code>{escape(name)}</code></td><td class="number">{size}</td>'
                f"<td>{len(students)}: {escape(', '.join(students))}</td></tr>"
            )
    return page(title, "\n".join([*lines, "</table>"]))
