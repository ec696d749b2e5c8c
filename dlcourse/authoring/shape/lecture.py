"""A lecture as it is measured: its sittings, and what counts in each.

Counted are the cells of the source, so Colab's install cell is not. *Words* are whatever white
space parts in the cells of text, folded answers and tables included. *Code* is every line, blank
ones too, of the cells of code that a reader sees; *folded* are the lines of those marked
``folded=true``, which only draw.
"""

import re
from dataclasses import dataclass
from functools import cached_property

import jupytext

FENCED = re.compile(r"^```.*?^```[^\n]*$", re.M | re.S)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.M)
SITTING = re.compile(r"## Sitting (\d+) · (\S.*)")
SOURCES = "## Sources"


@dataclass(frozen=True)
class Sitting:
    """One sitting: its number and title, 0 and "" where a lecture has none, and its cells."""

    number: int
    title: str
    cells: tuple

    @property
    def text(self):
        """All that there is to read."""
        return "\n\n".join(c.source for c in self.cells if c.cell_type == "markdown")

    @property
    def words(self):
        """How many words the text has."""
        return len(self.text.split())

    @property
    def code(self):
        """How many lines of code a reader sees."""
        return sum(_lines(cell) for cell in self.cells if not cell.metadata.get("folded"))

    @property
    def folded(self):
        """How many lines the folded cells have."""
        return sum(_lines(cell) for cell in self.cells if cell.metadata.get("folded"))

    @property
    def minutes(self):
        """How long a fresh reader took, or None where nothing is printed."""
        printed = re.search(r"^\*Read in (\d+) minutes\.\*", self.text, re.M)
        return int(printed[1]) if printed else None


class Lecture:
    """A lecture's source, read once.

    Parameters
    ----------
    path : Path
        ``lectures/source/NN_name.py``; the course is the folder above ``lectures``.
    """

    def __init__(self, path):
        self.path, self.name, self.unit = path, path.stem, path.stem[:2]
        self.folder, self.course = path.parents[1], path.parents[2]
        self.cells = tuple(jupytext.read(path, fmt="py:percent").cells)

    def headings(self):
        """Return (cell number, heading as written) of every heading, in order."""
        return [
            (number, heading[0].rstrip())
            for number, cell in enumerate(self.cells)
            if cell.cell_type == "markdown"
            for heading in HEADING.finditer(FENCED.sub("", cell.source))
        ]

    @cached_property
    def sittings(self):
        """The sittings; what stands before the first belongs to it."""
        starts = [(n, SITTING.fullmatch(h)) for n, h in self.headings()]
        starts = [(n, int(found[1]), found[2]) for n, found in starts if found]
        if not starts:
            return (Sitting(0, "", self.cells),)
        ends = [n for n, _, _ in starts[1:]] + [self._end]
        begins = [0] + [n for n, _, _ in starts[1:]]
        return tuple(
            Sitting(number, title, self.cells[begin:end])
            for (_, number, title), begin, end in zip(starts, begins, ends, strict=True)
        )

    @property
    def back_matter(self):
        """The cells from "Sources" on, which belong to no sitting."""
        return self.cells[self._end :]

    @property
    def opening(self):
        """The first cell: title, question, what you need."""
        return self.cells[0].source

    @property
    def _end(self):
        return next((n for n, h in self.headings() if h == SOURCES), len(self.cells))


def paragraphs(text):
    """Return the paragraphs of ``text``, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _lines(cell):
    return len(cell.source.splitlines()) if cell.cell_type == "code" else 0
