"""Each layer of confinement bites, alone; together they are checked and reported."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.grading.confinement import confine, readable
from dlcourse.grading.confinement.confine import ConfinementError, probe
from dlcourse.grading.sandbox.controller import Sandbox

OFFERED = {layer.name: layer for layer in probe()}


def needs(*names):
    missing = [name for name in names if not OFFERED[name].in_force]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")


linux = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux keeps them")


def alone(layer):
    """Return a sandbox whose only layer, beside the limits, is ``layer``."""
    without = tuple(name for name in confine.LAYERS if name not in (layer, "limits"))
    return Sandbox(10, memory_limit=2**28, without=without, allow_unconfined=True)


def tries(sandbox, line, first="import os"):
    """Run ``line`` as an answer; return the value, or the name of the exception."""
    result = sandbox.run([first], f"def f():\n    return {line}\n", "f", [()])
    assert result.outcomes, result
    outcome = result.outcomes[0]
    return outcome.value if outcome.error is None else type(outcome.error).__name__


@pytest.fixture(scope="module")
def landlocked():
    with alone("landlock") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def filtered():
    with alone("seccomp") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def isolated():
    with alone("namespaces") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def limited():
    with alone("limits") as sandbox:
        yield sandbox


@needs("landlock")
@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/proc/self/environ", str(ROOT / "README.md"), str(Path.home() / "..")],
)
def test_landlock_keeps_files_from_being_read(landlocked, path):
    reads = f"os.listdir({path!r})" if os.path.isdir(path) else f"open({path!r}).read()"
    assert tries(landlocked, reads) == "PermissionError"


@needs("landlock")
def test_landlock_lets_only_the_scratch_folder_be_written(landlocked, tmp_path):
    assert tries(landlocked, f"open({str(tmp_path / 'a')!r}, 'w')") == "PermissionError"
    assert tries(landlocked, f"os.mkdir({str(tmp_path / 'a')!r})") == "PermissionError"
    assert tries(landlocked, "open('a', 'w').write('mine') and open('a').read()") == "mine"
    assert tries(landlocked, "os.listdir('.')") == []  # emptied since


@needs("landlock")
def test_landlock_leaves_torch_the_course_and_scikit_learn_out(landlocked):
    lines = "import sys, os, glob; here = os.path.dirname(os.path.dirname(np.__file__))"
    for package in ("torch", "sklearn"):
        reads = f"open(here + '/{package}/__init__.py').read()[:1]"
        assert tries(landlocked, reads, f"import numpy as np; {lines}") == "PermissionError"
    answers = str(ROOT / "dlcourse/reference/neurons/activations.py")
    assert tries(landlocked, f"open({answers!r})") == "PermissionError"


@needs("landlock")
def test_landlock_lets_numpy_scipy_and_the_standard_library_be_read(landlocked):
    for module in ("numpy.fft", "scipy.optimize", "json.tool", "matplotlib.cm", "sqlite3"):
        imports = f"__import__('importlib').import_module({module!r}).__name__"
        assert tries(landlocked, imports) == module


@needs("seccomp")
@pytest.mark.parametrize(
    "line",
    [
        "os.fork()",
        "os.kill(1, 0)",
        "os.chmod('.', 0o777)",
        "__import__('socket').socket()",
        "os.symlink('a', 'b')",
        "os.setsid()",
        "__import__('subprocess').run(['true'])",
    ],
)
def test_the_filter_refuses_calls(filtered, line):
    assert tries(filtered, line) == "PermissionError"


@needs("seccomp")
def test_the_filter_lets_a_process_compute_print_and_start_threads(filtered):
    threads = "list(__import__('concurrent.futures').futures.ThreadPoolExecutor(3).map(abs, [-1]))"
    assert tries(filtered, threads) == [1]
    assert tries(filtered, "os.getpid() > 0 and os.kill(os.getpid(), 0)") is None


@needs("namespaces")
def test_in_its_namespaces_an_answer_is_alone_and_without_network(isolated):
    assert tries(isolated, "os.getpid()") == 1
    assert tries(isolated, "os.kill(2, 0)") == "ProcessLookupError"
    assert tries(isolated, "[n for _, n in __import__('socket').if_nameindex()]") == ["lo"]
    connect = "__import__('socket').create_connection(('127.0.0.1', 22), 1)"
    assert tries(isolated, connect) == "OSError"


@needs("namespaces")
def test_what_an_answer_leaves_running_dies_with_its_namespace(isolated):
    check_that_a_daemon_dies(isolated)


@linux
def test_without_namespaces_too_nothing_is_left_running(limited):
    check_that_a_daemon_dies(limited)


def check_that_a_daemon_dies(sandbox):
    marker = "dlcourse-daemon"
    name = f"__import__('ctypes').CDLL(None).prctl(15, b'{marker}', 0, 0, 0)"
    leave = f"os.fork() or os.setsid() and os.fork() or {name} or __import__('time').sleep(99)"
    sandbox.run(["import os, time"], f"def f():\n    {leave}\n    time.sleep(0.1)\n", "f", [()])
    names = [Path(f"/proc/{n}/comm") for n in os.listdir("/proc") if n.isdigit()]
    assert marker[:15] not in [p.read_text().strip() for p in names if p.exists()]


@linux
def test_limits_on_memory_files_and_their_size(limited):
    assert tries(limited, "bytearray(2**29)") == "MemoryError"
    assert tries(limited, "len(bytearray(2**26))") == 2**26
    assert tries(limited, "open('a', 'wb').write(bytes(2**25))") in (2**24, "OSError")
    assert tries(limited, "[open(f'{i}', 'w') for i in range(99)]") == "OSError"


@linux
def test_the_limit_of_processor_time_cannot_be_ignored():
    source = "import signal\nsignal.signal(24, signal.SIG_IGN)\ndef f():\n    while True: pass\n"
    with Sandbox(30, cpu_limit=1, allow_unconfined=True) as sandbox:
        result = sandbox.run([], source, "f", [()])
    assert result.status == "time-out", result
    assert "computed for more than 1 s" in result.message


@linux
def test_an_answer_has_no_privileges(limited):
    status = tries(limited, "open('/proc/self/status').read()")
    capabilities = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    assert int(capabilities["CapEff"], 16) == int(capabilities["CapPrm"], 16) == 0


@pytest.mark.parametrize("layer", confine.REQUIRED[:2])
def test_it_refuses_to_run_where_a_required_layer_is_missing(layer):
    with pytest.raises(ConfinementError, match=rf"missing: .*{layer} \(.*Linux"):
        Sandbox(without=(layer,)).__enter__()


@needs(*confine.REQUIRED)
def test_namespaces_are_not_required():
    with Sandbox(without=("namespaces",)) as sandbox:
        layers = {layer.name: layer for layer in sandbox.layers()}
    assert not layers["namespaces"].in_force
    assert "user namespaces" in layers["namespaces"].missing
    assert all(layers[name].in_force for name in confine.REQUIRED)


def test_layers_in_force_are_those_that_the_machine_offers():
    with Sandbox(allow_unconfined=True) as sandbox:
        in_force = {layer.name: layer.in_force for layer in sandbox.layers()}
    assert in_force == {name: layer.in_force for name, layer in OFFERED.items()}


@pytest.mark.parametrize("torch", [False, True])
def test_the_warm_process_knows_no_answers(torch):
    read = "importlib.import_module(warm.READING, warm.__package__)" if torch else "None"
    look = (
        "import sys\nfrom dlcourse.grading.sandbox import controller\n"
        "print('import importlib' + controller.BOOTSTRAP.replace('warm.main(*sys.argv[2:])', "
        f"'{read}; print(*sys.modules)'))"
    )
    code = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code, str(ROOT)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "dlcourse.grading.sandbox.child" in loaded
    unwanted = ("sklearn", "dlcourse.reference", "dlcourse.exercises", "dlcourse.data")
    assert not [name for name in loaded if name.startswith(unwanted)]
    assert ("torch" in loaded) == torch
    known = {"", ".outcome", ".torch_answers", ".torch_answers.declared"}
    if torch:
        known |= {f".torch_answers.{name}" for name in ("networks", "reading", "tensors")}
    checks = {name for name in loaded if name.startswith("dlcourse.checks")}
    assert checks == {f"dlcourse.checks{name}" for name in known}


def test_the_settings_hold_no_secret_of_the_instructors(monkeypatch):
    monkeypatch.setenv("DLCOURSE_TEST_TOKEN", "secret")
    with Sandbox(allow_unconfined=True) as sandbox:
        environment = tries(sandbox, "dict(os.environ).__repr__()")
    assert "secret" not in environment and "MPLBACKEND" in environment


def test_what_comes_with_the_course_can_be_imported_but_for_what_is_the_answer():
    course = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    named = {re.match(r"[\w-]+", needed)[0] for needed in course}
    allowed = {"numpy", "scipy", *readable.ALSO}
    assert named - {"scikit-learn", "torch"} <= allowed
    assert allowed - named == {"ipython"}  # of ipywidgets
    modules = "pandas, pooch, statsmodels.api, ipywidgets, threadpoolctl, tqdm.notebook"
    modules += ", matplotlib.pyplot"
    with Sandbox(60, allow_unconfined=True) as sandbox:
        run = sandbox.run([], f"def f():\n    import {modules}\n    return 1\n", "f", [()])
    assert (run.status, run.outcomes[0].value) == ("ok", 1), run
