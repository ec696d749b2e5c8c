"""Errata of the sources: out of the line of teaching, in a folded box and in one table."""

import re

BOX = re.compile(
    r"<details>\s*<summary>\s*<b>Errata of our sources</b>\s*</summary>(.*?)</details>", re.S
)
IN_THE_LINE = re.compile(
    r"\b(?:one|some|two|both) of (?:the|our|this course's) sources\b"
    r"|\b(?:our|this course's) sources?\b"
    r"|\bthe sources (?:say|print|call|claim|show|write|draw)\b",
    re.I,
)


def table(readme):
    """Return {unit: how many rows} of the table of errata in lectures/README.md."""
    part = readme.partition("## Errata of the sources")[2].partition("\n## ")[0]
    rows = {}
    for units in re.findall(r"^\| ((?:\d\d(?:, )?)+) \|", part, re.M):
        for unit in units.split(", "):
            rows[unit] = rows.get(unit, 0) + 1
    return rows


def findings(lecture):
    """Yield a sentence for each erratum that is out of place."""
    for sitting in lecture.sittings:
        for said in IN_THE_LINE.findall(sitting.text):
            yield f'sitting {sitting.number}: found "{said}"; needed it in the box at the end'
    box = BOX.search("\n\n".join(c.source for c in lecture.back_matter))
    found = len(re.findall(r"^- ", box[1], re.M)) if box else 0
    needed = table((lecture.folder / "README.md").read_text(encoding="utf-8")).get(lecture.unit, 0)
    if found != needed:
        yield (
            f"errata: found {found} in the folded box under ## Sources; needed {needed}, "
            "one for each row of the table in lectures/README.md"
        )
