"""The Python in a cell: IPython's own syntax is taken out, and every line stays where it was.

The reader and the confined child both use it, so that what is read is what is run. IPython's
``TransformerManager`` reads the whole cell again for each magic in it; this reads it once.
"""

import ast
import re
import warnings

from IPython.core.inputtransformer2 import classic_prompt, ipython_prompt, leading_indent

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
# These run the cell below them; of the others' cells nothing is Python.
RUN_BY_MAGIC = ("time", "timeit", "prun", "capture")
MOST_NESTED = 5
# %magic, !shell, ?help, /call and so on, with the lines that a backslash adds.
TO_ITS_END = r"(?:[^\\\n]|\\.)*+"
TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=[^ \t\n])")
ESCAPE = re.compile(r"([ \t]*)[%!?,;/]" + TO_ITS_END, re.DOTALL)
ASSIGNED = re.compile(r"=[ \t]*[%!]" + TO_ITS_END, re.DOTALL)
TOKEN = re.compile(
    r"""
    (?P<skip> \#[^\n]* | [ \t]++ | \\\n )
  | (?P<string>
        '''(?:[^\\']|\\.|'(?!''))*+(?:'''|\Z) | \"\"\"(?:[^\\"]|\\.|"(?!""))*+(?:\"\"\"|\Z)
      | '(?:[^\\'\n]|\\.)*+'? | "(?:[^\\"\n]|\\.)*+"? )
  | (?P<newline> \n ) | (?P<open> [(\[{] ) | (?P<close> [)\]}] )
  | (?P<word> \w++ | [=!<>:+*/%&|^@-]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)


def parse(source):
    """Return the Python in a cell, as text and as syntax tree.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError, OverflowError
        If there is none: these are ``UNREADABLE``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a student's "\d"
        text = source.replace("\r\n", "\n").replace("\r", "\n")  # as Python counts lines
        try:
            return text, ast.parse(text)
        except UNREADABLE:
            text = python(text)
            return text, ast.parse(text)


def python(text):
    """Return the Python in ``text``, line for line.

    What stands below ``%%time`` and behind ``%time`` is run by IPython and stays; of other
    magics nothing does. Prompts and the indentation of a whole cell go.
    """
    for _ in range(MOST_NESTED):
        begin = len(text) - len(text.lstrip("\n \t"))
        start = text.rfind("\n", 0, begin) + 1
        blank, lines = "\n" * text.count("\n", 0, start), text[start:].splitlines(keepends=True)
        for step in (leading_indent, classic_prompt, ipython_prompt):
            lines = step(lines)
        text = "".join(lines)
        if not text.startswith("%%"):
            return blank + _without_escapes(text)
        first, newline, body = text.partition("\n")
        magic = re.match(r"%%(\w*)\s*([^?]*)$", first)
        if not magic or magic[1] not in RUN_BY_MAGIC:
            return ""
        text = blank + newline + body
    return text


def _without_escapes(text):
    """Replace magics by ``pass`` or ``None``, and lines that ask for help by ``pass``."""
    pieces, place = [], 0
    while place < len(text):
        place, piece = _logical_line(text, place)
        pieces.append(piece)
    return "".join(pieces)


def _logical_line(text, begin):
    """Return where the logical line that begins at ``begin`` ends, and the Python in it."""
    timed, escape = TIMED.match(text, begin), ESCAPE.match(text, begin)
    if timed:
        return timed.end(), timed[1]
    if escape:
        return escape.end(), f"{escape[1]}pass" + _newlines(escape[0])
    place, depth, last, assigned = begin, 0, "", False
    while place < len(text):
        token = TOKEN.match(text, place)
        if token.lastgroup == "newline" and not depth:
            break
        if token[0] == "=" and not depth and not assigned:
            assigned = True  # later ones are not IPython's
            magic = ASSIGNED.match(text, place)
            if magic:
                return magic.end(), text[begin:place] + "= None" + _newlines(magic[0])
        depth = max(0, depth + (token.lastgroup == "open") - (token.lastgroup == "close"))
        last = last if token.lastgroup == "skip" else token[0]
        place = token.end()
    line = text[begin:place]
    if last == "?":
        line = re.match(r"[ \t]*", line)[0] + "pass" + _newlines(line)
    return place + 1, line + text[place : place + 1]


def _newlines(text):
    return "\n" * text.count("\n")
