"""How a lecture is divided: sittings in order, each with its question, minutes and limits."""

import re

from ..predictions import predictions
from .lecture import SITTING, SOURCES, paragraphs

# What a sitting may have at most; the core's aim is only shown.
AIM = {"cells": 30, "words": 2000, "code": 150}
CORE = {"cells": 40, "words": 2700, "code": 200}
FURTHER = {"cells": 25, "words": 1500, "code": 120}
# Unit 00 is half an hour before the course: what it teaches is needed whole, on the first day.
CORE_ALONE = ("00",)
UNITS = {"cells": "cells", "words": "words", "code": "visible lines of code"}
QUESTION = re.compile(r"^\*\*[^*]+\?\*\*$")
OF_ANOTHER = re.compile(r"\bsittings? ([2-4]) of (?:unit )?\[?(\d\d)")


def counts(sitting):
    """Return cells, words and visible lines of code of a sitting, by name."""
    return {"cells": len(sitting.cells), "words": sitting.words, "code": sitting.code}


def findings(lecture):
    """Yield a sentence for each way in which the sittings are not as they should be."""
    numbers = [sitting.number for sitting in lecture.sittings]
    if numbers == [0]:
        yield 'found no sitting; needed cells that begin with "## Sitting 1 · title", and so on'
        return
    if not all(sitting.cells for sitting in lecture.sittings):
        yield f'found a sitting after "{SOURCES}"; needed all of them before it'
        return
    if any(cell.cell_type == "code" for cell in lecture.back_matter):
        yield f'found code after "{SOURCES}"; needed it in a sitting'
    most, needed = (
        (1, "1 alone")
        if lecture.unit in CORE_ALONE
        else (4, "1 and then one to three more, numbered in order")
    )
    if numbers != list(range(1, len(numbers) + 1)) or not min(2, most) <= len(numbers) <= most:
        found = ", ".join(map(str, numbers))
        yield f"found sittings {found}; needed {needed}"
    yield from _level_two(lecture)
    if not any(QUESTION.match(p) for p in paragraphs(lecture.opening)):
        yield "first cell: found no question; needed the opening one, **in bold?**, alone"
    for sitting in lecture.sittings:
        where = f"sitting {sitting.number}"
        for what, most in (CORE if sitting.number == 1 else FURTHER).items():
            found = counts(sitting)[what]
            if found > most:
                yield f"{where}: found {found} {UNITS[what]}; needed at most {most}"
        if sitting.minutes is None:
            yield (
                f"{where}: found no minutes; needed *Read in N minutes.* under its heading, "
                "as long as a fresh reader took"
            )
        head = paragraphs(sitting.cells[0].source)
        if sitting.number > 1 and not any(QUESTION.match(p) for p in head):
            yield f"{where}: found no question in its first cell; needed one, **in bold?**, alone"
        for sentence in _predictions(sitting):
            yield f"{where}: {sentence}"
    yield from _further_sittings_of_others(lecture)


def _level_two(lecture):
    for number, heading in lecture.headings():
        first = lecture.cells[number].source.startswith(heading)
        allowed = SITTING.fullmatch(heading) or heading == SOURCES
        title = number == 0 and heading.startswith("# ")
        if re.match(r"##? ", heading) and not title and not (allowed and first):
            yield (
                f'cell {number + 1}: found the heading "{heading}"; needed ### for parts; '
                f'"## Sitting N · title" and "{SOURCES}" begin a cell of their own'
            )


def _predictions(sitting):
    for prediction in predictions(sitting.cells):
        at = prediction.answered if prediction.asked is None else prediction.asked
        start = paragraphs(sitting.cells[at].source)[0][:40]
        if prediction.asked is None:
            yield f'found an answer to nothing in the cell "{start}"; needed *Predict:* before it'
        elif prediction.answered is None:
            yield (
                f'found a prediction without an answer in the cell "{start}"; needed '
                "<details><summary><b>Answer.</b></summary> before the next one and the end"
            )


def _further_sittings_of_others(lecture):
    """Look for what a core needs of a later sitting elsewhere: said at the top, explained again."""
    core = lecture.sittings[0].text
    top = " ".join(p for p in paragraphs(lecture.opening) if p.startswith("*You need:*"))
    for number, unit in sorted(set(OF_ANOTHER.findall(core))):
        where = f"sitting {number} of {unit}"
        if (number, unit) not in OF_ANOTHER.findall(top):
            yield f"sitting 1: found that it leans on {where}; needed that under *You need:*"
        again = re.compile(rf"\*\*Again, from sitting {number} of (unit )?\[?{unit}\b")
        said = [p for p in re.split(r"\n\s*\n", core) if again.match(p.strip())]
        if not said or len(said[0].strip().splitlines()) > 3:
            found = f"{len(said[0].strip().splitlines())} lines" if said else "nothing"
            yield (
                f"sitting 1: found {found} on what it needs of {where}; needed it explained again "
                f"in at most three lines that begin with **Again, from {where}.**"
            )
