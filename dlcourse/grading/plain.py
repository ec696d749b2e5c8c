"""Text of a student's as it may stand on a terminal, in a table or on a page."""

import re

LONGEST = 4000
# Where an object lay in memory: says nothing, and differs in every run.
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def plain(text):
    r"""Return ``text`` in one line of printable characters; others become \x1b and the like."""
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def readable(text):
    """Return ``text`` with its lines, without control characters and objects' addresses.

    What is longer than LONGEST is cut.
    """
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    kept = (c if c.isprintable() or c in "\n\t" else _escaped(c) for c in cut)
    return ADDRESS.sub("", "".join(kept))


def say(line, file=None):
    """Print one line: whatever names are in it, it stays one and moves no cursor."""
    print(plain(line), file=file)


def _escaped(character):
    return character.encode("unicode_escape").decode()
