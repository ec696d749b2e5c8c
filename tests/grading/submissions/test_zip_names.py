"""Names in zips: with and without the flag of UTF-8, twice, empty."""

import warnings
import zipfile

import pytest
from handed_in import NEURON, only

from dlcourse.grading.submissions.find import find


class Unflagged(zipfile.ZipInfo):
    """A member whose name is written in ``code`` and, whatever that is, not said to be UTF-8."""

    code = "utf-8"

    def _encodeFilenameFlags(self):
        return self.filename.encode(self.code), self.flag_bits & ~0x800


def members(*names, code=None):
    for i, name in enumerate(names):
        member = name if code is None else Unflagged(name)
        if code is not None:
            member.code = code
        yield member, only(neuron=f"def neuron(X, w, b):\n    return {i}")


def students(path):
    return [found.student for found in find(path, NEURON)]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (None, ["Müller", "Łukasz", "Ана", "李"]),
        ("utf-8", ["Müller", "Łukasz", "Ана", "李", "Muller"]),
        ("cp437", ["Müller", "Núñez", "Åsa", "anna"]),
    ],
)
def test_names_are_read_as_they_were_written(zipped, code, names):
    path = zipped(members(*(f"{name}/02_neuron.ipynb" for name in names), code=code))
    with zipfile.ZipFile(path) as archive:
        flags = {bool(m.flag_bits & 0x800) for m in archive.infolist() if not m.filename.isascii()}
    assert flags == {code is None}
    assert students(path) == sorted(names)


def test_names_in_another_code_page_are_odd_and_still_two(zipped):
    path = zipped(members("Łukasz/a.ipynb", "Łucja/a.ipynb", code="cp852"))
    assert students(path) == ["¥ucja", "¥ukasz"]


def test_a_name_that_stands_twice_or_is_empty_is_a_row_each(zipped):
    names = ("anna/a.ipynb", "anna/a.ipynb", "ben/a.ipynb", "carl/.DS_Store", "_x.ipynb")
    empty = members("", "/", code="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, of the second anna/a.ipynb
        path = zipped([*members(*names), *empty])
    found = list(find(path, NEURON))
    assert [s.student for s in found if s.doubt] == [
        *("_x.ipynb", "anna (anna/a.ipynb)", "anna (anna/a.ipynb) [2]")
    ]
    rest = {s.student: s.reason for s in found if not s.doubt}
    nameless = "there is no notebook, and (no name) it has no name in the zip"
    assert rest.pop("ben") == "" and rest.pop("carl") == "there is no notebook"
    assert rest == {"(no name)": nameless, "(no name) [2]": nameless}


def test_what_a_system_leaves_behind_is_no_student(zipped):
    names = ("anna/a.ipynb", "__MACOSX/anna/._a.ipynb", "anna/._a.ipynb", ".DS_Store", "Thumbs.db")
    assert students(zipped(members(*names))) == ["anna"]
