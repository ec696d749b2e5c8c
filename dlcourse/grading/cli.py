"""The command line: ``dlcourse release | grade | report | doctor``."""

import argparse
import os
import sqlite3
import sys
from pathlib import Path

from .assignment import open_assignment
from .doctor import doctor
from .open_marks import read_marks
from .pool import Limits
from .release import release
from .report import OPEN_QUESTIONS, write_reports
from .run import grade_class
from .store import Store

DATABASE = "grades.sqlite"


def main(arguments=None):
    """Run one command; return 0, or 1 where something needs the instructor."""
    options = parser().parse_args(arguments)
    try:
        return options.command(options)
    except (ValueError, RuntimeError, OSError, sqlite3.Error) as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def parser():
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="dlcourse", description="Teach with the course.")
    commands = top.add_subparsers(required=True, metavar="command")
    one = _command(commands, "release", _release, "write a lab without its solutions")
    one.add_argument("--out", required=True, type=Path, help="folder to write it to")
    one.add_argument("--force", action="store_true", help="replace another version there")
    one = _command(commands, "grade", _grade, "grade a folder or zip of notebooks")
    one.add_argument("submissions", type=Path, help="student/lab.ipynb or student_lab.ipynb")
    _add_report_options(one)
    _add_grade_options(one)
    one = _command(commands, "report", _report, "write the reports again, with marks by hand")
    _add_report_options(one)
    one = _command(commands, "doctor", _doctor, "see whether this machine can grade", "neuron")
    one.add_argument("--allow-unconfined", action="store_true", help=argparse.SUPPRESS)
    return top


def _command(commands, name, function, text, default=None):
    one = commands.add_parser(name, help=text, description=f"{text.capitalize()}.")
    optional = {} if default is None else {"nargs": "?", "default": default}
    one.add_argument("lab", help="such as neuron or 02_neuron", **optional)
    one.add_argument("--notebook", type=Path, help="your own solved notebook of the lab")
    one.set_defaults(command=function)
    return one


def _add_report_options(one):
    one.add_argument("--out", required=True, type=Path, help="folder for grades and reports")
    one.add_argument("--marks", type=Path, help=f"marks by hand (default: OUT/{OPEN_QUESTIONS})")


def _add_grade_options(one):
    workers = os.cpu_count() or 1
    one.add_argument("--seed", type=_seed, help="secret of the class (default: drawn and kept)")
    one.add_argument("--workers", type=_positive(int), default=workers, help="processes")
    one.add_argument("--time-limit", type=_positive(float), default=10.0, help="seconds an answer")
    one.add_argument("--memory-limit", type=_positive(int), default=2048, help="MB an answer")
    one.add_argument("--scheduler", help="address of a Dask scheduler, such as tcp://host:8786")
    one.add_argument("--regrade", action="store_true", help="grade again what is already graded")
    one.add_argument(
        "--allow-unconfined",
        action="store_true",
        help="grade even where answers cannot be confined; only if you trust every answer",
    )


def _release(options):
    path = release(open_assignment(options.lab, options.notebook), options.out, options.force)
    print(f"{path}: for your students")
    return 0


def _grade(options):
    assignment = open_assignment(options.lab, options.notebook)
    limits = Limits(options.time_limit, options.memory_limit * 2**20, options.allow_unconfined)
    store = Store(options.out / DATABASE, assignment.name, options.seed)
    try:
        graded = grade_class(
            assignment,
            options.submissions,
            store,
            limits,
            options.workers,
            options.scheduler,
            options.regrade,
        )
        print(f"{graded} graded now")
        return _write(options, assignment, store)
    finally:
        store.close()


def _report(options):
    assignment = open_assignment(options.lab, options.notebook)
    if not (options.out / DATABASE).exists():
        raise ValueError(f"out: there is no {DATABASE} in {options.out}; run dlcourse grade first")
    store = Store(options.out / DATABASE, assignment.name)
    try:
        return _write(options, assignment, store)
    finally:
        store.close()


def _write(options, assignment, store):
    table = options.marks
    if table is None and (options.out / OPEN_QUESTIONS).exists():
        table = options.out / OPEN_QUESTIONS
    marks = read_marks(table, assignment) if table else {}
    results = store.results()
    for student in sorted(marks.keys() - {result["student"] for result in results}):
        print(f"dlcourse: marks: there is no submission of {student!r}", file=sys.stderr)
    for path in write_reports(options.out, assignment, results, marks):
        print(path)
    odd = [result["student"] for result in results if result["student"] not in store.done()]
    odd += [result["student"] for result in results if result["reason"]]
    if odd:
        print(f"{len(odd)} of {len(results)} need your eye: see {options.out / 'class.html'}")
    return 0


def _doctor(options):
    well = True
    for found, sentence in doctor(
        open_assignment(options.lab, options.notebook), options.allow_unconfined
    ):
        sign = {True: "✓", False: "✗", None: "·"}[found]
        print(f"{sign} {sentence}", flush=True)
        well = well and found is not False
    return 0 if well else 1


def _seed(text):
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("a seed is a whole number, 0 or more")
    return value


def _positive(kind):
    def read(text):
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    read.__name__ = kind.__name__
    return read
