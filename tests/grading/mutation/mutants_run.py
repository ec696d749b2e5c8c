"""Run the mutants of each exercise on its fixed inputs, in processes that may hang or die.

``python tests/grading/mutation/mutants_run.py [LAB ...]`` prints how many were made and killed, and
which live.
"""

import json
import os
import resource
import select
import signal
import sys
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # for the catalogue, when run as a script

from catalogue import CATALOGUE, LABS
from mutants import mutants
from mutants_targets import of_reference, of_solution

from dlcourse.checks.outcome import call
from dlcourse.checks.verdict import RIGHT, failure, weigh

CPU_SECONDS, HANGS_SECONDS, MEMORY = 1, 30, 2**30


class Stopped(BaseException):
    """The mutant has used its share of processor time."""


def run(lab, name):
    """Return (made, living) of one exercise: how many, and what was changed in each that lives."""
    made, living = 0, []
    for kind in ("reference", "solution"):
        begin, done = 0, False
        while not done:
            lines, done = _in_a_fork(lab, name, kind, begin)
            begin += len(lines)
            made += len(lines)
            living += [change for change, lives in lines if lives]
    return made, living


def _in_a_fork(lab, name, kind, begin):
    """Return ([change, lives] of the mutants from number ``begin`` on, whether these are all).

    A mutant that took the process with it, or hung it, is the last in the list.
    """
    read, write = os.pipe()
    with warnings.catch_warnings():  # other tests may have left a thread
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            with open(write, "w") as out:
                _child(lab, name, kind, begin, out)
            os._exit(0)
        finally:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(write)
    data = bytearray()
    while select.select([read], [], [], HANGS_SECONDS)[0]:
        piece = os.read(read, 2**16)
        if not piece:
            break
        data += piece
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(read)
    os.waitpid(pid, 0)
    lines = [json.loads(line) for line in data.decode().splitlines()]
    if lines and lines[-1] is None:
        return _paired(lines[:-1]), True
    if not lines:
        raise RuntimeError(f"no mutant of {lab}.{name} ({kind}) was made")
    return _paired(lines), False


def _paired(lines):
    changes = lines[::2]
    return list(zip(changes, [*lines[1::2], False][: len(changes)], strict=True))


def _child(lab, name, kind, begin, out):
    """Write, for each mutant, what was changed and then whether it lives; at the end null."""
    exercise = {e.name: e for e in exercises_of(lab)}[name]
    cases = exercise.fixed()
    suite = [(args, call(exercise.answer, args, exercise.torch).value) for args in cases]
    if kind == "reference":
        targets, answer = of_reference(exercise, cases)
    else:
        targets, answer = of_solution(lab, exercise)
    _limit()
    number = 0
    for target in targets:
        for change, tree in mutants(target.tree, target.lines):
            number += 1
            if number > begin:
                print(json.dumps(change), file=out, flush=True)
                lives = _lives(exercise, suite, target, tree, answer)
                print(json.dumps(lives), file=out, flush=True)
        target.restore()
    print("null", file=out)


def _limit():
    with open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))

    def stop(*_):
        raise Stopped

    signal.signal(signal.SIGPROF, stop)


def _lives(exercise, suite, target, tree, answer):
    """Return whether the mutant is right on the fixed inputs: no draw decides for them."""
    try:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS, CPU_SECONDS)
        target.install(tree)
        return _is_right(exercise, suite, answer())
    except (Stopped, Exception):
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _is_right(exercise, suite, function):
    """Return whether ``weigh`` says right; it is not asked where a case is wrong already."""
    outcomes = []
    for args, expected in suite:
        outcomes.append(call(function, args, exercise.torch))
        if failure(exercise, args, outcomes[-1], expected):
            return False
    cases = [args for args, _ in suite]
    return weigh(exercise, cases, outcomes).status == RIGHT


def exercises_of(lab):
    return [exercise for name, exercise in CATALOGUE if name == lab]


def equivalents(lab):
    """Return {exercise: {change: reason}} as ``equivalents/LAB.txt`` lists them.

    There an exercise stands at the margin, a reason two spaces in, its changes four.
    """
    found, path = {}, Path(__file__).parent / "equivalents" / f"{lab}.txt"
    for line in path.read_text().splitlines() if path.exists() else ():
        depth, text = len(line) - len(line.lstrip()), line.strip()
        if depth == 0 and text:
            listed = found.setdefault(text, {})
        elif depth == 2:
            reason = text
        elif depth == 4:
            listed[text] = reason
    return found


def main(labs):
    total = [0, 0, 0, 0]
    print(f"{'':40}{'made':>8}{'killed':>8}{'equivalent':>12}{'left':>6}")
    for lab in labs or LABS:
        listed = equivalents(lab)
        for exercise in exercises_of(lab):
            made, living = run(lab, exercise.name)
            left = [change for change in living if change not in listed.get(exercise.name, {})]
            row = [made, made - len(living), len(living) - len(left), len(left)]
            total = [a + b for a, b in zip(total, row, strict=True)]
            print(f"{lab + '.' + exercise.name:40}{row[0]:8}{row[1]:8}{row[2]:12}{row[3]:6}")
            for change in dict.fromkeys(left):
                print(f"    {change}")
    print(f"{'total':40}{total[0]:8}{total[1]:8}{total[2]:12}{total[3]:6}")


if __name__ == "__main__":
    main(sys.argv[1:])
