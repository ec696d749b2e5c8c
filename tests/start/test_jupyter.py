import json
import os
import sys

import pytest

from dlcourse.start import lab


@pytest.mark.parametrize(
    ("environ", "platform", "programs", "expected"),
    [
        ({}, "linux", [], {"open_browser": False}),
        ({"DISPLAY": ":0"}, "linux", [], {"open_browser": True}),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", [], {"open_browser": True}),
        ({"BROWSER": "firefox"}, "linux", [], {"open_browser": True}),
        ({}, "darwin", [], {"open_browser": True}),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", [], {"open_browser": False}),
        (
            {"WSL_DISTRO_NAME": "Debian"},
            "linux",
            ["wslview"],
            {"open_browser": True, "browser": "wslview %s", "use_redirect_file": False},
        ),
    ],
)
def test_a_browser_is_opened_where_there_is_one(environ, platform, programs, expected):
    def which(name):
        return name if name in programs else None

    assert lab.browser_settings(environ, platform, which) == expected


@pytest.mark.parametrize("root", [True, False])
def test_only_root_is_allowed_as_root(tmp_path, root):
    settings = lab.server_settings(tmp_path, "/lab", {}, "linux", root)
    assert settings["ServerApp"]["allow_root"] is root
    assert settings["ServerApp"]["root_dir"] == str(tmp_path)


def test_the_course_outranks_the_user_and_keeps_what_else_is_set(tmp_path):
    environ = {"JUPYTER_CONFIG_PATH": "/mine", "HOME": "/home/me"}
    result = lab.environment(tmp_path / "first", tmp_path, environ)
    folders = result["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert folders == [str(tmp_path / "first"), str(lab.SETTINGS), "/mine"]
    assert result["HOME"] == "/home/me"
    assert lab.environment(tmp_path, tmp_path, {})["JUPYTER_CONFIG_PATH"].count(os.pathsep) == 1


def test_main_delivers_and_becomes_jupyterlab(tmp_path, monkeypatch, capsys):
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "02_a.ipynb").write_text("{}")
    calls = []
    monkeypatch.setattr(lab, "COURSE", tmp_path)
    monkeypatch.setattr(lab.os, "execve", lambda *call: calls.append(call))
    pages = []
    for _ in range(2):
        lab.main(["--port=9000"])
        written = (tmp_path / "work/.jupyter/jupyter_lab_config.json").read_text()
        pages.append(json.loads(written)["LabApp"]["default_url"])
    assert pages == ["/lab/tree/start.md"] * 2
    assert (tmp_path / "work/start.md").read_text().startswith("# Start")
    program, command, environ = calls[0]
    assert program == sys.executable
    assert command == [sys.executable, "-m", "jupyterlab", "--port=9000"]
    assert environ["JUPYTER_CONFIG_PATH"].startswith(str(tmp_path / "work/.jupyter"))
    assert capsys.readouterr().out == "", "the server says it, in one line with its address"


def test_a_work_folder_that_cannot_be_written_gets_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "work").write_text("not a folder")
    monkeypatch.setattr(lab, "COURSE", tmp_path)
    with pytest.raises(SystemExit, match=r"^The working copy .*work cannot be written to: .*$"):
        lab.main([])


def test_without_jupyterlab_one_sentence(monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"^JupyterLab is missing.*make lab$"):
        lab.main([])


def test_server_and_kernel_talk_by_a_file_where_its_name_is_short_enough():
    assert lab.kernel_settings("/home/me/.local/share/jupyter/runtime") == {"transport": "ipc"}
    assert lab.kernel_settings("/home/me" * 9) == {"transport_encryption": "auto"}
    assert lab.kernel_settings("C:", "win32") == {"transport_encryption": "auto"}
