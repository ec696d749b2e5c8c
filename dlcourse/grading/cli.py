"""The command line: ``dlcourse release | grade | report | override | remove | doctor``."""

import argparse
import os
import shlex
import sqlite3
import sys
from pathlib import Path

from dlcourse import __version__

from .amend import add_override, add_remove
from .assignments.assignment import open_assignment
from .assignments.release import release
from .doctor import doctor
from .marking.open_marks import read_marks
from .marking.pseudonyms import pseudonyms
from .marks.pool import Limits
from .marks.run import grade_class, summary
from .marks.store import Store
from .plain import plain, say
from .reports.folder import claim
from .reports.late import Late
from .reports.report import OPEN_QUESTIONS, write_reports
from .roster import Roster
from .sandbox.controller import LARGEST_MEMORY, LONGEST_TIME
from .submissions.files import files_of

STATUS = """\
status: 0 done; 1 it could not be done, for the reason given; 2 a wrong option;
3 graded, but only you can tell whose some notebooks are, or which of several
counts: they are named, and have rows of their own."""
DOUBTFUL = 3
MOST_WORKERS = 1000


def main(arguments=None):
    """Run one command; return its status, as ``STATUS`` says."""
    options = parser().parse_args(arguments)
    try:
        return options.command(options)
    except sqlite3.Error as error:
        say(f"dlcourse: results: {error}. What was saved before is kept.", sys.stderr)
        return 1
    except (ValueError, RuntimeError, OSError, ImportError) as error:
        say(f"dlcourse: {_sentence(error)}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def parser():
    """Return the parser of the command line."""
    top = Parser(prog="dlcourse", description="Teach with the course.")
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(required=True, metavar="command")
    one = _command(commands, "release", _release, "write a lab without its solutions")
    _add_lab(one)
    one.add_argument("--out", required=True, type=Path, help="folder to write it to")
    _add_sitting(one, "leave out what needs a later sitting of the lecture")
    one.add_argument("--solved", action="store_true", help="with solutions, as nbgrader's source")
    one.add_argument("--force", action="store_true", help="replace another version there")
    one = _command(commands, "grade", _grade, "grade a folder or zip of notebooks")
    _add_lab(one)
    one.add_argument("submissions", type=Path, help="folder, zip as it was downloaded, or notebook")
    _add_sitting(one, "the lab was released with this --sitting")
    _add_grade_options(one)
    kept = "kept for later reports; none: not any more"
    one = _command(commands, "report", _report, "write grades, feedback and the class page")
    one.add_argument("results", type=Path, help="the file that dlcourse grade has written")
    one.add_argument("--out", type=Path, help="folder (default: the file's name without .db)")
    one.add_argument("--marks", type=Path, help=f"marks by hand (default: OUT/{OPEN_QUESTIONS})")
    one.add_argument("--notebook", type=Path, help="your own solved notebook, where it moved to")
    one.add_argument("--reveal", action="store_true", help="show names on the marking page")
    one.add_argument("--deadline", metavar="TIME", help=f"such as 2026-12-01T23:59, {kept}")
    one.add_argument("--late", metavar="RULE", help=f'such as "10%% per day", {kept}')
    add_override(_command(commands, "override", None, "set points by hand, and say why"))
    add_remove(_command(commands, "remove", None, "take students out of the results"))
    one = _command(commands, "doctor", _doctor, "see whether this machine can grade")
    _add_lab(one, nargs="?", default="neuron")
    one.add_argument("--allow-unconfined", action="store_true", help=argparse.SUPPRESS)
    return top


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and where to read more."""

    def error(self, message):
        """End with status 2."""
        self.exit(2, f"{self.prog}: {message}. See: {self.prog} --help\n")


def _sentence(error):
    """Return an error as one line; the system's own without its number."""
    if isinstance(error, FileExistsError):  # folders are made where they are missing
        return f"{error.filename} is a file; needed: a folder"
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror[:1].lower()}{error.strerror[1:]}"
    return " ".join(str(error).split())


def _command(commands, name, function, text):
    one = commands.add_parser(
        name,
        help=text,
        description=f"{text.capitalize()}.",
        epilog=STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.set_defaults(command=function)
    return one


def _add_lab(one, **optional):
    one.add_argument("lab", help="such as neuron, 02_neuron or 2", **optional)
    one.add_argument("--notebook", type=Path, help="your own solved notebook of the lab")


def _add_sitting(one, text):
    one.add_argument("--sitting", type=int, choices=(1, 2, 3, 4), help=text)


def _add_grade_options(one):
    workers = os.cpu_count() or 1
    one.add_argument("--roster", type=Path, help="CSV of the class: says who is who, is kept")
    one.add_argument(
        "--out", required=True, type=Path, metavar="RESULTS", help="file, such as results.db"
    )
    one.add_argument("--seed", type=_seed, help="secret of the class (default: drawn and kept)")
    processes, megabytes = _number(int, MOST_WORKERS), _number(int, LARGEST_MEMORY // 2**20)
    seconds = _number(float, LONGEST_TIME)
    one.add_argument("--workers", type=processes, default=workers, help="processes")
    one.add_argument("--time-limit", type=seconds, default=10.0, help="seconds an answer")
    one.add_argument("--memory-limit", type=megabytes, default=2048, help="MB an answer")
    one.add_argument("--scheduler", help="address of a Dask scheduler, such as tcp://host:8786")
    one.add_argument("--regrade", action="store_true", help="grade again what is already graded")
    one.add_argument(
        "--only", action="append", default=[], metavar="STUDENT", help="this one alone, or several"
    )
    one.add_argument(
        "--allow-unconfined",
        action="store_true",
        help="grade even where answers cannot be confined; only if you trust every answer",
    )


def _release(options):
    assignment = open_assignment(options.lab, options.notebook)
    path = release(assignment, options.out, options.sitting, options.solved, options.force)
    say(f"{path}: {'with solutions, for you' if options.solved else 'for your students'}")
    return 0


def _grade(options):
    assignment = open_assignment(options.lab, options.notebook, options.sitting)
    limits = Limits(options.time_limit, options.memory_limit * 2**20, options.allow_unconfined)
    with files_of(options.submissions) as files:  # says what is wrong before results are begun
        ours = ", ".join(files.passed_over)
    if ours:
        say(f"Passed over, as written by dlcourse: {ours}.")
    begun = (assignment.name, options.seed, options.notebook, assignment.sitting)
    roster = Roster.read(options.roster) if options.roster else None
    with Store(options.out, *begun) as store:
        if roster is not None:
            store.roster = roster
        done = grade_class(
            assignment,
            options.submissions,
            store,
            limits,
            options.workers,
            options.scheduler,
            options.regrade,
            students=options.only,
        )
        for line in summary(assignment, store.results(), done, store.roster):
            say(line)
    for student, doubt in sorted(done.doubts.items()):
        say(f"dlcourse: {student}: {doubt}", sys.stderr)
    say(f"Reports: dlcourse report {shlex.quote(str(options.out))}")
    return DOUBTFUL if done.doubts else 0


def _report(options):
    with Store(options.results) as store:
        assignment = open_assignment(store.lab, options.notebook or store.notebook, store.sitting)
        late = _late(options, store.decisions)
        results = store.results()
        folder = options.out or _without_suffix(options.results)
        claim(folder)
        table = options.marks or folder / OPEN_QUESTIONS
        hidden = pseudonyms((result["student"] for result in results), store.seed)
        marks = read_marks(table, assignment, hidden) if options.marks or table.exists() else {}
        for student in sorted(marks.keys() - {result["student"] for result in results}):
            say(f"dlcourse: marks: there is no submission of {student!r}", sys.stderr)
        about = (marks, store.roster, late, hidden, options.reveal, store.written)
        for line in write_reports(folder, assignment, results, *about):
            say(line)
    return 0


def _late(options, decisions):
    """Keep the deadline and the rule that are given; return the Late that holds, or None."""
    held = {key: decisions.setting(key) for key in ("deadline", "late")}
    given = {"deadline": options.deadline, "late": options.late}
    now = held | {key: "" if text == "none" else text for key, text in given.items() if text}
    if now["late"] and not now["deadline"]:
        raise ValueError("late: there is no deadline; give --deadline, such as 2026-12-01T23:59")
    late = Late(now["deadline"], now["late"]) if now["deadline"] else None
    for key in held:
        if now[key] != held[key]:
            decisions.set(key, now[key])
    return late


def _without_suffix(path):
    return path.with_suffix("") if path.suffix else path.with_name(f"{path.name}-reports")


def _doctor(options):
    well = True
    for found, sentence in doctor(
        open_assignment(options.lab, options.notebook), options.allow_unconfined
    ):
        sign = {True: "✓", False: "✗", None: "·"}[found]
        print(plain(f"{sign} {sentence}"), flush=True)
        well = well and found is not False
    print("This machine can grade." if well else "This machine cannot grade yet: see ✗ above.")
    return 0 if well else 1


def _seed(text):
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("a seed is a whole number, 0 or more")
    return value


def _number(kind, most):
    def read(text):
        value = kind(text)
        if not 0 < value <= most:  # NaN is not either
            raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {most}")
        return value

    read.__name__ = kind.__name__
    return read
