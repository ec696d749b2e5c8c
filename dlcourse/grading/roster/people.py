"""The people of a class, from any platform's list of them, and which of them a file names."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from .table import read_table

# What a column says, by its heading in small letters. "user" is the platform's own number, as
# it stands in file names.
COLUMNS = {
    "name": ("student", "name", "full name", "student name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "user": ("id", "identifier"),
    "login": ("sis login id", "username", "user name", "login", "login id"),
    "number": ("sis user id", "integration id", "id number", "student id", "sid"),
    "email": ("email", "email address", "e-mail", "mail"),
}
KINDS = {heading: kind for kind, headings in COLUMNS.items() for heading in headings}
# Rows of Canvas's gradebook that are no student.
NO_STUDENT = ("points possible", "student, test")


@dataclass(frozen=True)
class Person:
    """One of the class: ``label`` is the row's name, ``row`` their line of the roster."""

    label: str
    row: tuple


class Roster:
    """The people of a class, and the table that they stood in.

    Parameters
    ----------
    header : headings of the table
    rows : its rows, each as long as the header

    Raises
    ------
    ValueError
        If no column names people, or two rows cannot be told apart.
    """

    def __init__(self, header, rows):
        self.header = tuple(header)
        self.rows = tuple(map(tuple, rows))
        self._kinds = [KINDS.get(heading.casefold(), "") for heading in header]
        if not set(self._kinds) & {"name", "last", "user", "login", "number", "email"}:
            raise ValueError(
                f"roster: no column of {', '.join(header)} names people; needed: one of "
                "Student, Name, Full name, Last name, ID, Username, Student ID, Email address"
            )
        self.people = self._people()
        self._index = defaultdict(lambda: defaultdict(set))
        for person in self.people:
            for kind, value in self._clues(person.row):
                self._index[kind][value].add(person.label)
                self._index["any"][_key("any", value)].add(person.label)

    @classmethod
    def read(cls, path):
        """Return the Roster in the CSV at ``path``."""
        return cls(*read_table(path, "roster"))

    @classmethod
    def loads(cls, text):
        """Return the Roster that ``dumps`` has written."""
        return cls(*json.loads(text))

    def dumps(self):
        """Return the roster as text."""
        return json.dumps([self.header, self.rows])

    def match(self, clues):
        """Return (label of the person whom ``clues`` name, "") or (None, what is wrong).

        Parameters
        ----------
        clues : pairs of a kind (as in COLUMNS, or "any") and a text
        """
        found = [self._index[kind][_key(kind, value)] for kind, value in clues if value.strip()]
        sure = {next(iter(labels)) for labels in found if len(labels) == 1}
        if len(sure) == 1:
            return sure.pop(), ""
        possible = sure or {label for labels in found for label in labels}
        if possible:
            return None, f"on the roster it may be {' or '.join(sorted(possible))}"
        return None, "is not on the roster"

    def _people(self):
        named = [(self._name(row), row) for row in self.rows]
        named = [(n, row) for n, row in named if n and not n.casefold().startswith(NO_STUDENT)]
        often = Counter(name for name, _ in named)
        people, seen = [], {}
        for name, row in named:
            more = "" if often[name] == 1 else f" ({self._telling(row)})"
            person = Person(name + more, row)
            if person.label in seen:
                raise ValueError(
                    f"roster: {person.label!r} stands there twice ({', '.join(row)}; "
                    f"{', '.join(seen[person.label])}) and no number tells the two apart"
                )
            seen[person.label] = row
            people.append(person)
        return people

    def _cells(self, row, *kinds):
        return [
            cell.strip()
            for kind in kinds
            for own, cell in zip(self._kinds, row, strict=True)
            if own == kind and cell.strip()
        ]

    def _name(self, row):
        whole = self._cells(row, "name") or [" ".join(self._cells(row, "first", "last"))]
        return whole[0] or next(iter(self._cells(row, "login", "email", "number", "user")), "")

    def _telling(self, row):
        return next(iter(self._cells(row, "number", "login", "user", "email")), "")

    def _clues(self, row):
        for own, cell in zip(self._kinds, row, strict=True):
            cell = cell.strip()
            if own in ("user", "login", "number", "email") and cell:
                yield own, _key(own, cell)
        for address in self._cells(row, "email"):
            yield "login", _key("login", address.partition("@")[0])
        for name in [*self._cells(row, "name"), " ".join(self._cells(row, "first", "last"))]:
            words = re.split(r"[\s,]+", name.strip())
            for i in range(len(words)):
                if key := _key("name", "".join(words[i:] + words[:i])):
                    yield "name", key


def _key(kind, value):
    """Return ``value`` as it is compared: a name by its letters, a participant by the number."""
    value = unicodedata.normalize("NFC", value.strip().casefold())
    if kind == "user":
        return re.sub(r"^participant\s+(?=\d)", "", value)
    return "".join(c for c in value if c.isalnum()) if kind in ("name", "any") else value
