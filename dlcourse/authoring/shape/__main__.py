"""Print the table of all units: ``python -m dlcourse.authoring.shape [10_architectures ...]``.

A star: above what a core aims at, or above the limit. Whatever is out of shape is said below it.
"""

import argparse
import sys

from . import findings, lectures
from .lecture import Lecture
from .sittings import AIM, CORE, FURTHER, UNITS, counts

ROW = "{:26} {:>7} {:>7} {:>6} {:>7} {:>6} {:>7}"


def rows(lecture):
    """Return one line of the table for each sitting of ``lecture``."""
    lines = []
    for sitting in lecture.sittings:
        limits = {0: {}, 1: AIM}.get(sitting.number, FURTHER)
        found = counts(sitting)
        marked = [f"{n:,}{'*' * (n > limits.get(what, n))}" for what, n in found.items()]
        # A star takes no room, so that the numbers stay one below the other.
        marked = [text if text.endswith("*") else f"{text} " for text in marked]
        lines.append(
            ROW.format(
                lecture.name[:26],
                sitting.number or "all",
                *marked,
                f"{sitting.folded:,}",
                sitting.minutes or "",
            )
        )
    return lines


def limits():
    """Return the limits in words."""
    core, aim, more = (" / ".join(f"{n:,}" for n in one.values()) for one in (CORE, AIM, FURTHER))
    what = " / ".join(UNITS.values())
    return f"{what}: a core aims at {aim} and has at most {core}; further sittings {more}."


def main():
    """Print the table, and end with 1 where a unit is not in shape."""
    parser = argparse.ArgumentParser(prog="dlcourse.authoring.shape", description=__doc__)
    parser.add_argument("units", nargs="*", help="such as 10_architectures; by default all")
    options = parser.parse_args()
    chosen = [p for p in lectures() if not options.units or p.stem in options.units]
    if not chosen:
        sys.exit(f"no lecture is called {' or '.join(options.units)}")
    print(ROW.format("unit", "sitting", "cells ", "words ", "code ", "folded", "minutes"))
    for path in chosen:
        print("\n".join(rows(Lecture(path))))
    print(limits())
    said = [f"{path.stem}: {sentence}" for path in chosen for sentence in findings(path)]
    if said:
        print("\nNot in shape:", *said, sep="\n  ")
    sys.exit(bool(said))


if __name__ == "__main__":
    main()
