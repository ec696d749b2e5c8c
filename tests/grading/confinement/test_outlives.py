"""Nothing of a run outlives it, and what an answer does to itself is its own end."""

import fcntl
import os
import signal

import pytest
from handed_in import confined
from test_confinement import linux, needs, tries

from dlcourse.grading.confinement import readable
from dlcourse.grading.sandbox import conversation, result
from dlcourse.grading.sandbox.channel import TimeUp
from dlcourse.grading.sandbox.controller import LARGEST_MEMORY, LONGEST_TIME, Sandbox


@pytest.fixture(scope="module", params=[(), ("namespaces",)], ids=["alone", "no namespaces"])
def sandbox(request):
    with Sandbox(10, memory_limit=2**28, without=request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def alone():
    with Sandbox(10, memory_limit=2**28) as sandbox:
        yield sandbox


def look(sandbox, what, first="import os"):
    """Run ``what``, the body of a function, and return its value, which must come."""
    lines = "".join(f"    {line}\n" for line in what.splitlines())
    run = sandbox.run([first], f"def f():\n{lines}", "f", [()])
    assert run.outcomes and run.outcomes[0].error is None, run
    return run.outcomes[0].value


NUMBERS = (
    "open('a', 'w').close()\n"
    "return [(s.st_ino, s.st_dev, s.st_nlink) for s in map(os.stat, ('a', '.', '..'))]"
)


@needs("namespaces")
@confined
def test_the_numbers_of_files_do_not_count_those_of_earlier_runs(alone):
    before = look(alone, NUMBERS)
    look(alone, "[(open(str(i), 'w').close(), os.unlink(str(i))) for i in range(1500)]\nreturn 0")
    assert look(alone, NUMBERS) == before


@confined
def test_a_run_finds_its_folder_empty_and_can_leave_nothing_beside_it(sandbox):
    for place in ("a", "../a", "../run/b"):
        look(sandbox, f"try:\n    open({place!r}, 'w').write('x')\nexcept OSError:\n    pass")
        assert look(sandbox, "return os.listdir('.'), os.listdir('..')") == ([], ["run"])


@confined
def test_flags_and_place_of_standard_input_are_each_runs_own(sandbox):
    flags = "return fcntl.fcntl(0, fcntl.F_GETFL), os.lseek(0, 0, 1)"
    before = look(sandbox, flags, "import fcntl, os")
    change = "fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)\nos.lseek(0, 7, 0)\n"
    changed = look(sandbox, change + flags, "import fcntl, os")
    assert changed[0] != before[0]
    assert look(sandbox, flags, "import fcntl, os") == before
    assert look(sandbox, "return os.fstat(0).st_rdev") == os.stat(os.devnull).st_rdev


LOCKS = {
    "flock": "fcntl.flock(0, fcntl.LOCK_SH)",
    "lockf": "fcntl.lockf(1, fcntl.LOCK_EX)",
    "asks": f"fcntl.fcntl(0, {fcntl.F_GETLK}, bytes(32))",
    "of the open file": "fcntl.fcntl(0, 37, bytes(32))",
    "lease": "fcntl.fcntl(0, 1024, 0)",
}


@confined
@pytest.mark.parametrize("way", LOCKS)
def test_no_lock_can_be_taken_or_asked_for(sandbox, way):
    assert tries(sandbox, LOCKS[way], "import fcntl") == "PermissionError"


@confined
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may stop the notes of access times")
@needs("namespaces")
def test_reading_a_file_of_a_library_leaves_no_access_time(alone):
    path = os.path.join(readable.tops(["scipy"])["scipy"], "version.py")
    held = os.stat(path)
    os.utime(path, ns=(0, held.st_mtime_ns))
    try:
        assert look(alone, f"open({path!r}).read()\nreturn os.stat({path!r}).st_atime_ns") == 0
        assert look(alone, f"return os.stat({path!r}).st_atime_ns") == 0
    finally:
        os.utime(path, ns=(held.st_atime_ns, held.st_mtime_ns))


LOWER = (
    "import resource\nfor name in ('CPU', 'AS', 'NOFILE', 'NPROC', 'FSIZE'):\n"
    "    limit = getattr(resource, f'RLIMIT_{name}')\n"
    "    try: resource.setrlimit(limit, (1, 1))\n"
    "    except ValueError as error: said = str(error)\n"
)


@confined
def test_a_filtered_answer_cannot_change_its_limits(sandbox):
    run = sandbox.run([], LOWER + "def f():\n    return said\n", "f", [()])
    assert run.outcomes[0].value == "not allowed to raise maximum limit", run


@confined
def test_an_answer_that_lowers_its_processor_limit_is_a_time_out():
    with Sandbox(2.5) as sandbox:
        run = sandbox.run([], LOWER + "def f():\n    while True: pass\n", "f", [()])
    assert run.status == "time-out" or "overloaded" in run.message, run


@linux
def test_what_an_unfiltered_answer_does_to_itself_is_its_own_end():
    lower = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
    endless = lower + "def f():\n    while True: pass\n"
    kills = "import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    without = ("seccomp", "namespaces")
    with Sandbox(20, without=without, allow_unconfined=True) as sandbox:
        for source in (endless, kills):
            run = sandbox.run([], source, "f", [()])
            assert run.status == "died", run


def judged(problem=None, time_limit=10, cpu_limit=50, sealed=True, **report):
    report = {"signal": 0, "killed": "asked", "cpu": 0.0, "waited": 0.0, **report}
    status, message = conversation.judge(None, problem, report, time_limit, cpu_limit, sealed)
    return status, message


@pytest.mark.parametrize(
    ("report", "status"),
    [
        ({"cpu": 9.9}, result.TIME_OUT),
        ({"cpu": 3.0, "waited": 7.0}, result.TIME_OUT),  # it got these 7 seconds on top
        ({"cpu": 9.0, "waited": 31.0}, result.GRADER_FAULT),
        ({"cpu": 40.0, "waited": 31.0}, result.TIME_OUT),  # its own threads kept it waiting
    ],
)
def test_who_runs_out_of_time_is_told_from_who_got_none(report, status):
    assert judged(TimeUp(), **report)[0] == status


@pytest.mark.parametrize(
    ("cpu", "sealed", "status"),
    [
        (49.5, True, result.TIME_OUT),
        (1.0, True, result.GRADER_FAULT),
        (1.0, False, result.DIED),
        (49.5, False, result.TIME_OUT),
    ],
)
def test_who_was_killed_by_whom(cpu, sealed, status):
    killed = {"signal": signal.SIGKILL, "killed": "", "cpu": cpu, "sealed": sealed}
    assert judged(**killed)[0] == status


@linux
def test_three_quarters_of_the_time_limit_in_processor_time_are_allowed():
    source = "import time\ndef f():\n    while time.process_time() < 2.2: pass\n    return 1\n"
    with Sandbox(3, allow_unconfined=True) as sandbox:
        run = sandbox.run([], source, "f", [()])
        assert run.status == "ok" or "overloaded" in run.message, run
        endless = sandbox.run([], "def f():\n    while True: pass\n", "f", [()])
        assert endless.status == "time-out" or "overloaded" in endless.message, endless
        assert endless.seconds > 2.9


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"time_limit": float("inf")}, "time limit: found inf; needed more than 0 and at most"),
        ({"time_limit": float("nan")}, "time limit: found nan"),
        ({"time_limit": LONGEST_TIME + 1}, "time limit: found 86401"),
        ({"time_limit": 0}, "time limit: found 0"),
        ({"memory_limit": 2 * LARGEST_MEMORY}, "memory limit: found 2.19"),
        ({"memory_limit": -1}, "memory limit: found -1"),
    ],
)
def test_a_limit_that_is_none_is_refused(limits, said):
    with pytest.raises(ValueError, match=said):
        Sandbox(**limits)


@linux
def test_the_largest_limits_can_be_set():
    with Sandbox(LONGEST_TIME, memory_limit=LARGEST_MEMORY, allow_unconfined=True) as sandbox:
        assert look(sandbox, "return 1") == 1
