"""The shape of a unit: measured on small lectures, one good and one for each fault; then on all."""

import dataclasses
import re
import subprocess
import sys

import nbformat
import pytest

import dlcourse
from dlcourse.authoring.shape import (
    core,
    findings,
    glossary,
    labs,
    lectures,
    sittings,
)
from dlcourse.authoring.shape.lecture import Lecture
from dlcourse.authoring.shape.links import anchors, unresolved
from dlcourse.authoring.shape.shared_code import shared
from dlcourse.authoring.shape.sittings import counts
from dlcourse.authoring.source import ROOT, read

GOOD = """\
# %% [markdown]
# # 10 · Shapes
#
# **How many corners has a circle?**
#
# After this lecture you can count corners.
#
# *You need:* [02](02_neuron.ipynb). *Lab:* [lab 10](../labs/10_shapes.ipynb).

# %%
import numpy as np

from dlcourse import data, plots
from dlcourse import reference as ref

X, y = data.breast_cancer().X, data.breast_cancer().y

# %% [markdown]
# ## Sitting 1 · Counting corners
#
# *Read in 55 minutes.*
#
# A [corner](glossary.md#corner) is where the edge turns. We call it a *kink*.
#
# *Predict:* how many has a square?

# %%
print(4)

# %% folded=true
figure, ax = plots.subplots()
plots.show(figure, "A square with 4 corners.")

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Four. See [corners](#Sitting-1-·-Counting-corners).
# </details>
#
# ### Common mistakes
#
# Counting one twice.
#
# ### Summary
#
# A circle has none.
#
# ### On Monday
#
# - Start with four.

# %%
from sklearn.linear_model import LogisticRegression

print(LogisticRegression(max_iter=9999).fit(X, y).score(X, y).round(2))

# %% [markdown]
# ## Sitting 2 · To count in three dimensions
#
# **How many corners has a cube?**
#
# *Read in 20 minutes.*
#
# Eight.

# %% [markdown]
# ## Sources
#
# - Descartes, *De solidorum elementis* (1630), no DOI.
# - Coxeter, *Regular polytopes* (1947). [doi:10.1000/x(1)](https://doi.org/10.1000/x(1)).
#
# <details><summary><b>Errata of our sources</b></summary>
#
# - The source says five; right is four.
# </details>
"""
NEURON = "# %% [markdown]\n# # 02 · The neuron\n"
LAB = """\
# %% [markdown]
# # Lab 10 · Shapes, with its [lecture](../lectures/10_shapes.ipynb)

# %% [markdown]
# ## 1. `corners`

# %% solution="corners"
def corners(n):
    return n

# %% check="corners"
lab.check(corners)
"""
GLOSSARY = """\
- <a id="corner"></a>**corner** (10). Where the edge
  turns.
- <a id="kink"></a>**kink**: our word for [corner](#corner).
- <a id="turn"></a>**turn**, where a shape is meant: our word for [corner](#corner).
- <a id="neuron"></a>**neuron** (02). A sum and a bend.
"""
README = """\
| | lecture | before it you need | minutes |
|---|---|---|---|
| 02 | [neuron](02_neuron.ipynb) | 01 | 75 |
| 10 | [shapes](10_shapes.ipynb) | 02 | 55 + 20 |

## Errata of the sources

| unit | the source says | right is |
|---|---|---|
| 02, 10 | five | four |
"""
EXERCISES = {
    f"e{i}": dataclasses.replace(exercise, name=f"e{i}", points=2, sitting=1 + (i > 3))
    for i, exercise in enumerate(dlcourse.lab("neuron").exercises.values())
}


def course(folder, lecture=GOOD, lab=LAB, readme=README, **others):
    """Write a course with one new unit into ``folder``; return the path of its lecture."""
    files = {
        "lectures/source/10_shapes.py": lecture,
        "lectures/source/02_neuron.py": others.get("neuron", NEURON),
        "labs/source/10_shapes.py": lab,
        "lectures/glossary.md": GLOSSARY,
        "lectures/README.md": readme,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "lectures/source/10_shapes.py"


def changed(*pairs):
    """Return the good lecture with each ``old`` replaced by its ``new``."""
    text = GOOD
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def words(n):
    return "# Eight." + " more" * n


def test_a_good_unit_has_no_findings(tmp_path):
    assert findings(course(tmp_path), EXERCISES) == []


def test_what_counts_in_each_sitting(tmp_path):
    first, second = Lecture(course(tmp_path)).sittings
    assert counts(first) == {"cells": 7, "words": len(first.text.split()), "code": 10}
    assert first.folded == 2 and first.minutes == 55 and first.title == "Counting corners"
    text = ["## Sitting 2 · To count in three dimensions", "**How many corners has a cube?**"]
    text = " ".join([*text, "*Read in 20 minutes.*", "Eight."])
    assert counts(second) == {"cells": 1, "words": len(text.split()), "code": 0}


MONDAY = "print(LogisticRegression(max_iter=9999).fit(X, y).score(X, y).round(2))"
CELL = "# %%\nprint(4)\n"
SECOND = "# *Read in 20 minutes.*\n#\n# Eight."
FAULTS = {
    "no sittings": (
        [("## Sitting 1 ·", "## Part 1 ·"), ("## Sitting 2 ·", "## Part 2 ·")],
        'found no sitting; needed cells that begin with "## Sitting 1 · title"',
    ),
    "one sitting": ([("## Sitting 2 ·", "### Part 2 ·")], "found sittings 1; needed 1 and then"),
    "out of order": ([("Sitting 2 ·", "Sitting 3 ·")], "found sittings 1, 3; needed 1 and then"),
    "no opening question": (
        [("**How many corners has a circle?**", "A circle.")],
        "first cell: found no question",
    ),
    "no question of its own": (
        [("**How many corners has a cube?**", "On cubes.")],
        "sitting 2: found no question in its first cell",
    ),
    "no minutes": (
        [("*Read in 20 minutes.*", "*About 20 minutes.*")],
        "sitting 2: found no minutes; needed *Read in N minutes.*",
    ),
    "other minutes in the table": (
        [("*Read in 20 minutes.*", "*Read in 30 minutes.*")],
        "found 55 + 20 in the table of lectures/README.md; needed the minutes 55 + 30",
    ),
    "a part of level two": (
        [("### Summary", "## Summary")],
        'found the heading "## Summary"; needed ### for parts',
    ),
    "too many cells in the core": (
        [(CELL, CELL * 35)],
        "sitting 1: found 41 cells; needed at most 40",
    ),
    "too many words in the core": (
        [("# Counting one twice.", words(2700))],
        re.compile(r"sitting 1: found 27\d\d words; needed at most 2700"),
    ),
    "too much code in the core": (
        [(CELL, CELL + "print(4)\n" * 191)],
        "sitting 1: found 201 visible lines of code; needed at most 200",
    ),
    "too many cells later": (
        [(SECOND, SECOND + "\n\n" + CELL * 25 + "\n# %% [markdown]\n# End.")],
        "sitting 2: found 27 cells; needed at most 25",
    ),
    "too many words later": (
        [("# Eight.", words(1500))],
        re.compile(r"sitting 2: found 15\d\d words; needed at most 1500"),
    ),
    "too much code later": (
        [(SECOND, SECOND + "\n\n# %%\n" + "print(8)\n" * 121)],
        "sitting 2: found 121 visible lines of code; needed at most 120",
    ),
    "a prediction without an answer": (
        [("<b>Answer.</b>", "<b>Question.</b>")],
        'sitting 1: found a prediction without an answer in the cell "## Sitting 1',
    ),
    "an answer in another sitting": (
        [("# *Predict:* how many has a square?", "#"), ("# A circle has none.", "# *Predict* it!"),
         ("# Eight.", "# <details><summary><b>Answer.</b></summary></details>")],
        'sitting 2: found an answer to nothing in the cell "## Sitting 2',
    ),
    "no common mistakes": (
        [("### Common mistakes", "### Odds and ends")],
        "sitting 1: found Odds and ends, Summary, On Monday as its last parts; needed ### Common",
    ),
    "no Monday": (
        [("### On Monday", "### Later")],
        "sitting 1: found Common mistakes, Summary, Later as its last parts; needed ### Common",
    ),
    "Monday without defaults": (
        [("# - Start with four.", "# Good luck.")],
        "On Monday: found no list; needed the defaults",
    ),
    "Monday in two cells": (
        [(MONDAY, MONDAY + "\n\n# %%\nprint(1)")],
        "On Monday: found 2 cells of code; needed one",
    ),
    "Monday too long": (
        [(MONDAY, MONDAY + "\nprint(1)" * 18)],
        "On Monday: found 21 lines of code; needed at most 20",
    ),
    "Monday folded": (
        [("# %%\nfrom sklearn", "# %% folded=true\nfrom sklearn")],
        "On Monday: found a folded cell",
    ),
    "Monday without a result": (
        [(MONDAY, MONDAY.removeprefix("print"))],
        "On Monday: found no print; needed its result",
    ),
    "Monday imports the course": (
        [(MONDAY, "from dlcourse import metrics\n" + MONDAY)],
        re.compile(r"On Monday: found an import of metrics; needed nothing of dlcourse$", re.M),
    ),
    "Monday uses the course": (
        [("fit(X, y)", "fit(ref.relu(X), y)")],
        "On Monday: found ref, which another cell imports, defines or makes with dlcourse",
    ),
    "Monday uses what the course made": (
        [("X, y = data.breast_cancer().X", "X, y = ref.relu(data.breast_cancer().X)")],
        "On Monday: found X, which another cell imports, defines or makes with dlcourse",
    ),
    "Monday uses the lecture's function": (
        [(CELL, CELL + "def mine(x):\n    return x\n"), ("fit(X, y)", "fit(mine(X), y)")],
        "On Monday: found mine, which another cell imports, defines or makes with dlcourse",
    ),
    "Monday loads the course's data": (
        [("fit(X, y)", "fit(data.digits().X, y)")],
        "On Monday: found data, which another cell imports",
    ),
    "Monday leans on an import above": (
        [("fit(X, y)", "fit(np.log1p(X), y)")],
        "On Monday: found np, which another cell imports",
    ),
    "sources too early": (
        [(CELL, CELL + "\n# %% [markdown]\n# ## Sources\n")],
        'found a sitting after "## Sources"; needed all of them before it',
    ),
    "code after the sources": (
        [("# </details>\n", "# </details>\n\n# %%\nprint(5)\n")],
        'found code after "## Sources"; needed it in a sitting',
    ),
    "a link to no file": (
        [("(02_neuron.ipynb)", "(02_nuron.ipynb)")],
        "found the link 02_nuron.ipynb; needed a file that exists",
    ),
    "a link to no heading": (
        [("(#Sitting-1-·-Counting-corners)", "(#sitting-1)")],
        "found the link #sitting-1; needed a heading or <a id> of 10_shapes.ipynb",
    ),
    "a link to no entry": (
        [("# Eight.", "# [Eight](glossary.md#eight).")],
        "found the link glossary.md#eight; needed a heading or <a id> of glossary.md",
    ),
    "no link to the lab": (
        [("[lab 10](../labs/10_shapes.ipynb)", "lab 10")],
        "found no link to the lab; needed ../labs/10_shapes.ipynb",
    ),
    "nothing needed": ([("*You need:*", "Needs")], "first cell: found no *You need:*"),
    "a needed unit without a link": (
        [("[02](02_neuron.ipynb).", "[02](02_neuron.ipynb) and 09.")],
        "first cell: found unit 09 without a link",
    ),
    "a paper without a DOI": (
        [(", no DOI.", ".")],
        'sources: found "Descartes, *De solidorum elementis* (1630)."; needed https://doi.org/10.',
    ),
    "a DOI that is none": (
        [("https://doi.org/10.1000/x(1)", "https://doi.org/Coxeter")],
        "found the link https://doi.org/Coxeter; needed https://doi.org/10.NUMBER/NAME",
    ),
    "no sources": (
        [("## Sources", "### Sources")],
        "found no ## Sources; needed them",
    ),
    "a term of the unit without a link": (
        [("[corner](glossary.md#corner)", "corner"), ("We call it a *kink*.", "")],
        "found no link to glossary.md#corner; needed one where the term is taught",
    ),
    "a house word by itself": (
        [("After this lecture you can", "You will love kinks. You can")],
        'found the house word "kink" in "# 10 · Shapes',
    ),
    "an erratum in the line": (
        [("# Eight.", "# Eight. One of this course's sources says nine.")],
        'sitting 2: found "One of this course\'s sources"; needed it in the box at the end',
    ),
    "an erratum missing in the box": (
        [("# - The source says five; right is four.", "#")],
        "errata: found 0 in the folded box under ## Sources; needed 1",
    ),
    "leans on a later sitting elsewhere": (
        [("# A circle has none.", "# By sitting 2 of unit 02, none.")],
        re.compile(
            r"leans on sitting 2 of 02; needed that under \*You need:\*\n"
            r".*found nothing on what it needs of sitting 2 of 02; needed it explained again"
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_said(tmp_path, name):
    pairs, said = FAULTS[name]
    found = "\n".join(findings(course(tmp_path, changed(*pairs)), EXERCISES))
    pattern = said if isinstance(said, re.Pattern) else re.compile(re.escape(said))
    assert pattern.search(found), found
    assert all("found" in line and "needed" in line for line in found.splitlines()), found


def test_a_later_sitting_elsewhere_may_be_needed_if_it_is_said_and_explained(tmp_path):
    again = "# **Again, from sitting 2 of unit 02.** A neuron\n# adds up.\n"
    text = changed(
        ("# A circle has none.", f"{again}#\n# By sitting 2 of unit 02, none."),
        ("[02](02_neuron.ipynb).", "[02](02_neuron.ipynb), with sitting 2 of unit 02."),
    )
    assert findings(course(tmp_path, text), EXERCISES) == []
    long = text.replace("# adds up.\n", "# adds\n# up\n# everything.\n")
    (said,) = findings(course(tmp_path, long), EXERCISES)
    assert "found 4 lines on what it needs of sitting 2 of 02; needed it explained again" in said


def test_the_unit_before_the_course_is_its_core_alone(tmp_path):
    second = GOOD.partition("# %% [markdown]\n# ## Sitting 2")[2].partition("# %% [markdown]\n")[0]
    one = GOOD.replace(f"# %% [markdown]\n# ## Sitting 2{second}", "")
    for unit, text, said in (
        ("00", one, []),
        ("00", GOOD, ["found sittings 1, 2; needed 1 alone"]),
        ("10", GOOD, []),
        ("10", one, ["found sittings 1; needed 1 and then one to three more, numbered in order"]),
    ):
        path = course(tmp_path, text)
        path = path.rename(path.with_name(f"{unit}_shapes.py"))
        assert list(sittings.findings(Lecture(path))) == said
        path.unlink()


def test_metrics_may_be_used_on_monday_where_they_are_taught(tmp_path):
    path = course(tmp_path, changed((MONDAY, f"from dlcourse import metrics\n{MONDAY}")))
    for unit, count in (("13", 1), ("14", 0), ("15", 0)):
        moved = path.rename(path.with_name(f"{unit}_shapes.py"))
        assert len(list(core.findings(Lecture(moved)))) == count
        path = moved


def test_a_lab_needs_four_exercises_and_half_of_the_points_for_the_core(tmp_path):
    path = course(tmp_path)
    for later, said in ((5, "found 3 exercises with 6 of 16"), (4, "")):
        exercises = {
            name: dataclasses.replace(e, sitting=1 + (i >= 8 - later))
            for i, (name, e) in enumerate(EXERCISES.items())
        }
        assert said in "".join(findings(path, exercises))
        assert bool(findings(path, exercises)) == bool(said)
    heavy = {**EXERCISES, "e7": dataclasses.replace(EXERCISES["e7"], points=3)}
    assert "found 4 exercises with 8 of 17 points" in "".join(findings(path, heavy))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "(../lectures/10_shapes.ipynb)",
            "(../lectures/02_neuron.ipynb)",
            "no link to the lecture",
        ),
        ("../lectures/10_shapes", "../lectures/11_shapes", "needed a file that exists"),
        ("lab.check(corners)", 'pass\n\n# %% solution="edges"\n', "found corners, edges under one"),
    ],
)
def test_a_lab_leads_back_and_has_a_heading_for_each_exercise(tmp_path, old, new, said):
    assert old in LAB
    found = findings(course(tmp_path, lab=LAB.replace(old, new)), EXERCISES)
    assert any(said in sentence for sentence in found), found


DRAWING = """
# %% folded=true
def frame(ax):
    '''Frame.'''
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(True)
"""


def with_code(code):
    return changed((CELL, CELL + code))


def test_drawing_code_in_two_notebooks_is_found(tmp_path):
    renamed = DRAWING.replace("frame", "border").replace("'''Frame.'''", "'''Another word.'''")
    path = course(tmp_path, with_code(DRAWING), neuron=NEURON + renamed)
    (said,) = findings(path, EXERCISES)
    assert "found the function border or frame (3 lines) in lectures/source/02_neuron.py" in said
    lines = "\n# %% folded=true\n" + "".join(f"ax.plot({i})\n\n" for i in range(7))
    path = course(tmp_path, with_code(lines), lab=LAB + lines)
    (said,) = findings(path, EXERCISES)
    assert 'found 5 lines or more from "ax.plot(0)"' in said and "labs/source" in said
    shorter = "\n# %% folded=true\n" + "".join(f"ax.plot({i})\n" for i in range(4))
    path = course(tmp_path, with_code(lines), neuron=NEURON + shorter)
    assert not list(shared([path, path.with_name("02_neuron.py")]))
    unseen = lines.replace(" folded=true", "")  # computing may be repeated: it is what is taught
    assert findings(course(tmp_path, with_code(unseen), lab=LAB + unseen), EXERCISES) == []


def test_outputs_between_prediction_and_answer_are_folded(tmp_path):
    cells = read(course(tmp_path), repository="").cells
    folded = [c for c in cells if c.metadata.get("collapsed")]
    assert [c.source.splitlines()[0] for c in folded] == [
        "print(4)",
        "# @title The code of this figure",
    ]
    assert all(c.metadata["jupyter"]["outputs_hidden"] for c in folded)
    assert folded[1].metadata["jupyter"]["source_hidden"]
    unanswered = read(course(tmp_path, changed(("<b>Answer.</b>", "<b>Q.</b>"))), repository="")
    assert not any(c.metadata.get("collapsed") for c in unanswered.cells)


def test_every_unit_is_in_shape():
    said = {path.stem: found for path in lectures() if (found := findings(path))}
    assert not said, "\n".join(f"{name}: {s}" for name, found in said.items() for s in found)


def test_a_lab_without_a_lecture_keeps_to_the_rest_of_the_shape():
    paths = sorted((ROOT / "labs" / "source").glob("*.py"))
    alone = [p for p in paths if not (ROOT / "lectures" / "source" / p.name).exists()]
    assert alone
    for path in alone:
        assert list(labs.findings(path, dlcourse.lab(path.stem).exercises)) == []


def test_what_monday_prints_is_kept():
    for path in lectures():
        lecture = Lecture(path)
        (number,) = core.monday(lecture)
        notebook = nbformat.read(lecture.folder / f"{lecture.name}.ipynb", as_version=4)
        source = lecture.cells[number].source
        (cell,) = (c for c in notebook.cells if c.source == source)
        assert any(o.get("name") == "stdout" for o in cell.outputs), path.stem


def test_the_table_lists_every_unit():
    ran = subprocess.run(
        [sys.executable, "-m", "dlcourse.authoring.shape"], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout
    print(ran.stdout)
    for path in lectures():
        assert f"\n{path.stem[:26]} " in ran.stdout


def test_glossary_entries_are_unique_resolve_and_follow_the_alphabet():
    path = ROOT / "lectures" / "glossary.md"
    terms = glossary.read(path)
    ids = [term.anchor for term in terms]
    assert len(terms) >= 120 and len(set(ids)) == len(ids)
    assert [t.term.lower() for t in terms] == sorted(t.term.lower() for t in terms)
    assert not list(unresolved(path.read_text(encoding="utf-8"), path))
    standard = {term.anchor for term in terms if term.standard is None}
    assert all(term.standard in standard for term in terms if term.standard)
    assert {f"{n:02}" for n in range(1, 19)} <= {term.unit for term in terms}
    assert set(ids) <= anchors(path)


@pytest.mark.parametrize(
    "name",
    ["README.md", "lectures/README.md", "lectures/glossary.md", "labs/README.md",
     "labs/nbgrader.md", "labs/confinement.md", ".github/CONTRIBUTING.md"],
)  # fmt: skip
def test_links_of_the_pages_resolve(name):
    path = ROOT / name
    assert not list(unresolved(path.read_text(encoding="utf-8"), path))
