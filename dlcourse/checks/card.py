"""The card under a check: HTML for the eye, the same words as plain text for everyone else."""

from html import escape

from ..wording import counted, sentence, stopped
from .shown import plain, show, show_both
from .verdict import INTERRUPTED, NOT_ATTEMPTED, RIGHT, WRONG

# Sign, words and a colour, so that nothing hangs on the colour alone; each colour stands out
# from white and from the grey of dark pages.
LOOK = {
    RIGHT: ("✓", "right", "#00976e"),
    WRONG: ("✗", "not yet", "#d55e00"),
    NOT_ATTEMPTED: ("○", "not attempted yet", "#80868b"),
    INTERRUPTED: ("■", "interrupted", "#d55e00"),
}


class Card:
    """A heading and lines under it; a line is text or (label, code).

    ``hints`` unfold below it, each inside the one before; the first ``opened`` are open.
    """

    def __init__(self, heading, lines=(), colour="#80868b", bar=None, hints=(), opened=0):
        self.heading, self.lines, self.colour, self.bar = heading, list(lines), colour, bar
        self.hints, self.opened = hints, opened

    def __repr__(self):
        words = [line if isinstance(line, str) else _labelled(*line) for line in self.lines]
        return "\n".join([self.heading, *(f"  {w}" for w in words)])

    def _repr_html_(self):
        style = (
            f"border-left:4px solid {self.colour};padding:.4em .9em;margin:.3em 0;max-width:46em;"
            "font-family:var(--jp-content-font-family,sans-serif);line-height:1.45;"
            "overflow-wrap:break-word;word-break:normal"
        )
        body = "".join(_html_line(line) for line in self.lines)
        bar = "" if self.bar is None else _progress(self.bar, self.colour)
        card = (
            f'<section role="status" style="{style}"><strong>{escape(self.heading)}</strong>'
            f"{bar}{body}</section>"
        )
        return card + _folded(self.hints, self.opened)


def verdict_card(exercise, verdict, in_sittings=False, opened=0, judged=("", "")):
    """Return the Card that tells a learner the ``verdict`` on ``exercise``.

    With ``in_sittings`` it names the sitting of the lecture that the exercise needs. ``judged``
    is what ``history.judged_cell`` says.
    """
    sign, word, colour = LOOK[verdict.status]
    heading = f"{sign} {exercise.name}: {word}"
    if in_sittings:
        heading += f" (sitting {exercise.sitting})"
    points = counted(exercise.points, "point")
    warning, cell = judged
    lines = [warning] if warning else []
    if verdict.status == RIGHT:
        lines += [f"{points}. Agrees on {verdict.message}.", *filter(None, [verdict.form])]
    elif verdict.status == NOT_ATTEMPTED:
        lines.append(f"{points} to earn. Stuck? lab.hint({exercise.name}) helps step by step.")
    else:
        # A hint may begin with code, as in exp(1000), which has no capital.
        lines += filter(None, [stopped(verdict.hint or ""), sentence(verdict.message)])
        lines += _case(exercise, verdict.case)
        if verdict.seed is not None and verdict.status == WRONG:
            lines.append(("same inputs again", f"lab.check({exercise.name}, seed={verdict.seed})"))
    if verdict.warnings:
        lines.append(f"No points are lost for warnings, but there was: {verdict.warnings[0]}")
    if cell:
        lines.append(cell)
    hints = () if verdict.status == RIGHT else exercise.hints
    return Card(heading, lines, colour, hints=hints, opened=opened)


def _case(exercise, case):
    """Return the lines that show a failing input, what was expected and what came back."""
    given = {name: value for name, value in case.items() if value is not None}
    if not {"expected", "got"} <= given.keys():
        return [(name, show(value)) for name, value in given.items()]
    expected, got, where = show_both(given["expected"], given["got"], exercise.tolerance)
    texts = {name: show(v) for name, v in given.items() if name not in ("expected", "got")}
    texts |= {"expected": expected, "got": got} | ({"differs at": where} if where else {})
    return list(texts.items())


def _labelled(label, code):
    return f"{label}: {plain(code)}".replace("\n", "\n" + " " * (len(label) + 4))


def _html_line(line):
    if isinstance(line, str):
        return f'<p style="margin:.3em 0">{escape(line)}</p>'
    label, code = line
    marked = plain(escape(code), "<b><u>", "</u></b>")
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.6em;margin:.2em 0">'
        f'<span style="min-width:6em">{escape(label)}</span>'
        f'<code style="white-space:pre-wrap;min-width:0">{marked}</code></div>'
    )


def _folded(hints, opened, first=1):
    """Return hints of which each unfolds, by mouse or key, inside the one before."""
    if not hints:
        return ""
    left = f" ({len(hints) - 1} more inside)" if len(hints) > 1 else " (the last)"
    return (
        f'<details{" open" if opened > 0 else ""} style="margin:.3em 0 .3em 1.2em;max-width:44em">'
        f'<summary style="cursor:pointer">Hint {first}{left}</summary>'
        f'<p style="margin:.3em 0">{escape(hints[0])}</p>'
        f"{_folded(hints[1:], opened - 1, first + 1)}</details>"
    )


def _progress(share, colour):
    shape = "height:.6em;border-radius:.3em"
    done = f'<div style="background:{colour};{shape};width:{share:.0%}"></div>'
    return f'<div style="background:rgba(128,128,128,.25);{shape};margin:.4em 0">{done}</div>'
