"""The start page: links, minutes, what was reached, what is next, what an update brought."""

import datetime
import json
import re
from pathlib import Path

import pytest

from dlcourse.checks.progress import PROGRESS
from dlcourse.start import workdir
from dlcourse.start.page import PAGE, page, write_page
from dlcourse.start.workdir import deliver

ROOT = Path(workdir.__file__).parents[2]
DAY = datetime.date(2026, 11, 28)


def notebook(first, *points):
    checks = [
        {
            "cell_type": "code",
            "metadata": {"nbgrader": {"grade": True, "solution": False, "points": n}},
            "source": "",
        }
        for n in points
    ]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": first}, *checks]
    return json.dumps({"cells": cells, "metadata": {}})


TABLE = "| 1 `a` | ●○○ | 10 | 2 |\n| 2 `b` | ●●○ | 5 | 3 |\n| open question | | 10 | 4 |"


@pytest.fixture
def course(tmp_path):
    course = tmp_path / "course"
    for name in ("lectures", "labs"):
        (course / name).mkdir(parents=True)
    text = "# 01\n\n**What is it?**\n\n*Time: 75 minutes. You need: 0.*"
    (course / "lectures/01_one.ipynb").write_text(notebook(text))
    sittings = "# 02\n\n*Read in 55 minutes.*"
    (course / "lectures/02_two.ipynb").write_text(notebook(sittings + "\n\n*Read in 20 minutes.*"))
    (course / "lectures/glossary.md").write_text("# Words\n\n## Notation")
    for name in ("01_one", "02_two"):
        (course / f"labs/{name}.ipynb").write_text(notebook(TABLE, 2, 3))
    return course


@pytest.fixture
def work(course, tmp_path):
    deliver(course, tmp_path / "work")
    return tmp_path / "work"


def reach(work, lab, **points):
    (work / PROGRESS).mkdir(exist_ok=True)
    reached = {name: {"points": n} for name, n in points.items()}
    (work / PROGRESS / f"{lab}.json").write_text(json.dumps({"reached": reached}))


def test_the_first_page(work):
    lines = page(work, DAY).splitlines()
    assert "**Next:** [lecture 01, one](lectures/01_one.ipynb). What is it?" in lines
    row = (
        "| 01 | [one](lectures/01_one.ipynb) | 75 | [lab 01](labs/lab_01_one.ipynb) | 25 | 0 of 5 "
    )
    assert any(line.startswith(row) for line in lines)
    assert any("[two](lectures/02_two.ipynb) | 75 |" in line for line in lines), "all sittings"
    assert "[Glossary](lectures/glossary.md)" in page(work, DAY)
    assert "update" not in page(work, DAY)
    assert "28 November 2026" in lines[-1]


def test_a_units_name_is_in_words(course, tmp_path):
    (course / "lectures/03_three_of_them.ipynb").write_text(notebook("# 03"))
    deliver(course, tmp_path / "work")
    assert "[three of them](lectures/03_three_of_them.ipynb)" in page(tmp_path / "work", DAY)


def test_what_was_reached_and_what_is_next(work):
    reach(work, "one", a=2)
    assert "**Next:** [lab 01, one](labs/lab_01_one.ipynb). What is it? You have 2 of 5" in page(
        work, DAY
    )
    reach(work, "one", a=2, b=3)
    assert "| ✓ 5 of 5 points |" in page(work, DAY)
    assert "**Next:** [lecture 02, two](lectures/02_two.ipynb)." in page(work, DAY)
    lecture = work / "lectures/02_two.ipynb"
    lecture.write_text(lecture.read_text() + " ")
    assert "**Next:** [lab 02, two](labs/lab_02_two.ipynb)." in page(work, DAY)
    reach(work, "two", a=2, b=3)
    assert "**Next:**" not in page(work, DAY)


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"reached": {"a": 3}}', '{"reached": 1}'])
def test_spoilt_files_do_not_stop_the_page(work, spoilt):
    reach(work, "one")
    (work / PROGRESS / "one.json").write_text(spoilt)
    (work / "labs/lab_02_two.ipynb").write_text(spoilt)
    assert "0 of 5 points" in page(work, DAY)


def test_an_update_says_what_it_brought_until_the_next(course, work):
    (course / "labs/01_one.ipynb").write_text(notebook(TABLE + "\nmore", 2, 3))
    (course / "lectures/03_three.ipynb").write_text(notebook("# 03"))
    assert "lectures/03_three.ipynb is new." in deliver(course, work)
    for _ in range(2):
        deliver(course, work)
        text = page(work, DAY)
        assert "## What the update of " in text
        assert "- [lectures/03_three.ipynb](lectures/03_three.ipynb) is new." in text
        assert "`make carry LAB=01_one`" in text
        assert "[lab 01](labs/lab_01_one.ipynb) ([newer](labs/lab_01_one.v2.ipynb))" in text


def test_the_page_is_made_anew_and_what_was_written_into_it_is_kept(work):
    assert write_page(work, DAY) == [] == write_page(work, DAY + datetime.timedelta(1))
    path = work / PAGE
    assert "29 November" in path.read_text()
    for number in (1, 2):
        path.write_text(path.read_text().replace("# Start", "# Mine"))
        assert write_page(work, DAY) == [
            f"What you wrote in start.md is now in start.yours{number}.md."
        ]
        assert (work / f"start.yours{number}.md").read_text().startswith("# Mine")
        assert path.read_text().startswith("# Start")


def test_the_courses_own_page(tmp_path):
    deliver(ROOT, tmp_path)
    write_page(tmp_path, DAY)
    text = (tmp_path / PAGE).read_text()
    links = re.findall(r"\]\(([^)#]+)", text)
    assert len(links) > 18 and all((tmp_path / link).is_file() for link in links)
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| \d\d ", line)]
    assert len(rows) == len(list((ROOT / "labs").glob("*.ipynb")))
    for number, lecture, minutes, _, exercises, reached in rows:
        alone = number == "| 19"
        assert (lecture, minutes) == ("capstone", "") if alone else int(minutes) > 20
        assert int(exercises) > 20 and re.fullmatch(r"0 of [1-9]\d? points \|", reached)


def test_a_lab_without_a_lecture_has_its_name_and_its_own_question(course, tmp_path):
    text = "**Would you?**\n\n" + TABLE
    (course / "labs/03_alone.ipynb").write_text(notebook(text, 2, 3))
    work = tmp_path / "work"
    deliver(course, work)
    assert "| 03 | alone |  | [lab 03](labs/lab_03_alone.ipynb) | 25 | 0 of 5 " in page(work, DAY)
    for name in ("one", "two"):
        reach(work, name, a=2, b=3)
    assert "**Next:** [lab 03, alone](labs/lab_03_alone.ipynb). Would you?" in page(work, DAY)
