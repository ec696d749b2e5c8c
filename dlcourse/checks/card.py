"""The card under a check: HTML for the eye, the same words as plain text for everyone else."""

from html import escape

import numpy as np

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
    """A heading and lines under it; a line is text or (label, code)."""

    def __init__(self, heading, lines=(), colour="#80868b", bar=None):
        self.heading, self.lines, self.colour, self.bar = heading, list(lines), colour, bar

    def __repr__(self):
        words = [line if isinstance(line, str) else _labelled(*line) for line in self.lines]
        return "\n".join([self.heading, *(f"  {w}" for w in words)])

    def _repr_html_(self):
        style = (
            f"border-left:4px solid {self.colour};padding:.4em .9em;margin:.3em 0;"
            "max-width:46em;font-family:var(--jp-content-font-family,sans-serif);line-height:1.45"
        )
        body = "".join(_html_line(line) for line in self.lines)
        bar = "" if self.bar is None else _progress(self.bar, self.colour)
        return (
            f'<section role="status" style="{style}"><strong>{escape(self.heading)}</strong>'
            f"{bar}{body}</section>"
        )


def verdict_card(exercise, verdict, in_sittings=False):
    """Return the Card that tells a learner the ``verdict`` on ``exercise``.

    With ``in_sittings`` it names the sitting of the lecture that the exercise needs.
    """
    sign, word, colour = LOOK[verdict.status]
    heading = f"{sign} {exercise.name}: {word}"
    if in_sittings:
        heading += f" (sitting {exercise.sitting})"
    points = "1 point" if exercise.points == 1 else f"{exercise.points} points"
    lines = []
    if verdict.status == RIGHT:
        lines += [f"{points}. Agrees on {verdict.message}.", *filter(None, [verdict.form])]
    elif verdict.status == NOT_ATTEMPTED:
        lines.append(f"{points} to earn. Stuck? lab.hint({exercise.name!r}) helps step by step.")
    else:
        message = verdict.message[:1].upper() + verdict.message[1:]
        if verdict.hint:
            lines.append(verdict.hint)
        if message:
            lines.append(message if message[-1] in ".?!" else f"{message}.")
        lines += [(name, show(value)) for name, value in verdict.case.items() if value is not None]
        if verdict.seed is not None and verdict.status == WRONG:
            lines.append(("same inputs again", f"lab.check({exercise.name}, seed={verdict.seed})"))
    if verdict.warnings:
        lines.append(f"No points are lost for warnings, but there was: {verdict.warnings[0]}")
    return Card(heading, lines, colour)


def show(value):
    """Return ``value`` as a learner would write it, long arrays shortened, shape named."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {show(part)}" for name, part in value.items())
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + ")"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=4, threshold=12, edgeitems=2, separator=", ")
        return f"{text}  shape {value.shape}, {value.dtype}"
    if isinstance(value, float | np.floating | np.ndarray):
        return f"{float(value):.6g}" if np.asarray(value).dtype.kind == "f" else str(value)
    text = repr(value)
    return text if len(text) < 200 else f"{text[:197]}..."


def _labelled(label, code):
    return f"{label}: {code}".replace("\n", "\n" + " " * (len(label) + 4))


def _html_line(line):
    if isinstance(line, str):
        return f'<p style="margin:.3em 0">{escape(line)}</p>'
    label, code = line
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:.6em;margin:.2em 0">'
        f'<span style="min-width:6em">{escape(label)}</span>'
        f'<code style="white-space:pre-wrap">{escape(code)}</code></div>'
    )


def _progress(share, colour):
    shape = "height:.6em;border-radius:.3em"
    done = f'<div style="background:{colour};{shape};width:{share:.0%}"></div>'
    return f'<div style="background:rgba(128,128,128,.25);{shape};margin:.4em 0">{done}</div>'
