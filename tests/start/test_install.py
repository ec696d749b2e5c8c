import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.start import install

INSTALL = Path(install.__file__)
# What no version of Python 2.7 or 3.5 parses.
TOO_NEW = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.Match)


def run(folder, *arguments, before="pass", **environment):
    """Run install.py as a program, after some statements that stand in for another Python."""
    start = f"import runpy, sys; {before}; sys.argv[0] = {str(INSTALL)!r}; "
    start += f"runpy.run_path({str(INSTALL)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_python_that_is_too_old_gets_one_sentence(tmp_path):
    old = run(tmp_path, "lab", before="sys.version_info = (3, 8, 18, 'final', 0)")
    assert old.returncode == 1
    assert old.stdout == ""
    assert old.stderr == (
        "dlcourse needs Python 3.11 or newer; this is 3.8.18. Try: make lab PYTHON=python3.12\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_old_pythons_parse_the_file():
    tree = ast.parse(INSTALL.read_text(encoding="utf-8"), feature_version=(3, 7))
    for node in ast.walk(tree):
        assert not isinstance(node, TOO_NEW), ast.unparse(node)
        if isinstance(node, ast.FunctionDef):
            assert not node.args.kwonlyargs
            assert not node.returns


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
def test_a_python_without_its_venv_parts_names_the_package(tmp_path, missing):
    bare = run(tmp_path, "lab", before=f"sys.modules[{missing!r}] = None")
    assert bare.returncode == 1
    assert bare.stdout == ""
    assert len(bare.stderr.splitlines()) == 1
    major, minor = sys.version_info[:2]
    assert f"sudo apt install python{major}.{minor}-venv" in bare.stderr


def test_without_network_one_sentence_and_the_environment_stays(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    (tmp_path / "pyproject.toml").write_text(
        "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n"
        "[project]\nname = 'thing'\nversion = '1'\n[project.optional-dependencies]\nlab = []\n"
    )
    offline = {
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
    }
    first = run(tmp_path, "lab", **offline)
    assert first.returncode == 1
    assert first.stderr == (
        "The packages could not be downloaded: no package index answers. Check the network, then "
        f"run the same command again; it goes on where it stopped (details: {install.LOG}).\n"
    )
    assert "No matching distribution found" in (tmp_path / install.LOG).read_text()

    (tmp_path / ".venv" / "downloaded").touch()
    second = run(tmp_path, "lab", **offline)
    assert second.returncode == 1
    assert (tmp_path / ".venv" / "downloaded").exists()

    # With a working environment there, the Python that starts the installation may be old.
    old = run(tmp_path, "lab", before="sys.version_info = (3, 8, 18, 'final', 0)", **offline)
    assert "needs Python" not in old.stderr


def test_an_environment_that_does_not_work_is_not_taken_for_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not install.venv_works()
    python = Path(install.venv_python())
    python.parent.mkdir(parents=True)
    python.symlink_to(tmp_path / "removed" / "python3")
    assert not install.venv_works()
    python.unlink()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    assert not install.venv_works()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    assert install.venv_works()


def test_other_failures_name_their_reason_and_the_log():
    full = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    assert install.why_pip_failed(full).startswith("The disk is full. ")
    clash = (
        "WARNING: a\nERROR: Cannot install numpy==1 and numpy==2.\n\nERROR: ResolutionImpossible"
    )
    assert install.why_pip_failed(clash).startswith("pip stopped: ResolutionImpossible. ")
    assert install.why_pip_failed("").startswith("pip stopped: no reason given. ")
    for messages in (full, clash, ""):
        assert install.LOG in install.why_pip_failed(messages)


def test_no_index_is_added_unless_asked_for():
    plain = install.pip_command("dev", "constraints.txt")
    assert not [part for part in plain if "index" in part]
    assert "-c" not in install.pip_command("dev")
    assert install.pip_command("dev", "constraints.txt", torch="cpu") == [
        *plain,
        "--extra-index-url",
        "https://download.pytorch.org/whl/cpu",
    ]


def calls_of_pip(monkeypatch, fitting=True, codes=(0, 0, 0), messages="", there=True):
    """Run main with stand-ins for venv, lock and pip; return what pip was given, run by run."""
    calls, answers = [], iter(codes)
    monkeypatch.chdir(install.__file__.rpartition("dlcourse")[0])
    monkeypatch.setattr(install, "venv_works", lambda: there)
    monkeypatch.setattr(install, "make_venv", lambda: True)
    monkeypatch.setattr(install, "lock_fits", lambda constraints: fitting)
    monkeypatch.setattr(
        install, "run_pip", lambda *runs: calls.append(runs) or (next(answers), messages)
    )
    install.main(["lab", "--constraints=constraints.txt", "--torch=cpu"])
    return calls


def test_the_lock_goes_first_and_pip_then_looks_at_the_whole(monkeypatch):
    (newer,), (torch, rest), (whole,) = calls_of_pip(monkeypatch)
    assert newer == install.newer_pip_command()
    assert "--extra-index-url" in torch and "--extra-index-url" not in rest
    assert whole == install.pip_command("lab", "constraints.txt", "cpu", isolated=False)
    assert "--no-build-isolation" in whole and "--no-deps" not in whole
    assert all("--no-deps" in command for command in (torch, rest))
    assert all("--no-compile" in command for command in (newer, torch, rest, whole))
    pins = {part for part in (*torch, *rest) if "==" in part}
    locked = install.pinned(Path(install.LOCK).read_text()).items()
    assert pins == {f"{name}=={version}" for name, version in locked}
    # An old pip does as well, only slower; a new environment has a new one.
    assert calls_of_pip(monkeypatch, codes=[1, 0, 0])[1:] == [(torch, rest), (whole,)]
    assert calls_of_pip(monkeypatch, there=False)[0] == (torch, rest)


def test_where_the_lock_does_not_fit_pip_finds_the_versions(monkeypatch, capsys):
    whole = install.pip_command("lab", "constraints.txt", "cpu")
    assert "--no-build-isolation" not in whole
    assert calls_of_pip(monkeypatch, fitting=False, codes=[0]) == [(whole,)]
    assert calls_of_pip(monkeypatch, codes=[0, 1, 0])[2:] == [(whole,)]
    assert "pip looks for others" in capsys.readouterr().out


def test_two_pips_at_once_and_one_that_fails_is_heard(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path(install.VENV).mkdir()
    say = "import sys; print(sys.argv[1]); print('ERROR: ' + sys.argv[1], file=sys.stderr); "
    torch = [
        sys.executable,
        "-c",
        say + "import pathlib as p\nwhile not p.Path('b').exists(): 1",
        "a",
    ]
    rest = [sys.executable, "-c", say + "open('b', 'w'); sys.exit(3)", "b"]
    code, messages = install.run_pip(torch, rest)
    assert code == 3
    assert "ERROR: a" in messages and "ERROR: b" in messages
    assert Path(install.LOG).read_text() == messages
    assert capfd.readouterr().out == "a\n", "only the first shows its progress"
    assert [path.name for path in Path(install.VENV).iterdir()] == ["install.log"]


@pytest.mark.parametrize("quick", [0, 1])
def test_a_new_pip_comes_by_that_of_the_running_python_where_it_can(monkeypatch, quick):
    calls = []

    def silent(command):
        calls.append(command[-1])
        return (quick if command[-1] == install.NEWER_PIP else 0), ["said"]

    monkeypatch.setattr(install, "_silent", silent)
    assert install.make_venv() == (quick == 0)
    assert calls == ["--without-pip", install.NEWER_PIP, install.VENV][: 2 + quick]


def test_without_network_the_lock_is_not_followed_by_a_second_wait(monkeypatch):
    with pytest.raises(SystemExit, match="no package index answers"):
        calls_of_pip(monkeypatch, codes=[1], messages="NewConnectionError")


def test_a_lock_fits_the_versions_that_it_pins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    promised = tmp_path / "constraints.txt"
    promised.write_text("# ours\nnumpy==2.4.6\nruff==1\n")
    assert not install.lock_fits("constraints.txt")  # there is none
    lock = tmp_path / install.LOCK
    for text, fits in (("numpy==2.4.6\nsix==1\n", True), ("numpy==2.4.5\n", False), ("", False)):
        lock.write_text(text)
        assert install.lock_fits("constraints.txt") == fits
