"""A real JupyterLab, started as `make lab` starts it, in a copy of the course."""

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest

from dlcourse.start import lab

ADDRESS = re.compile(r"http://localhost:\d+/lab\S*\?token=\w+")
SECONDS = 60
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class Server:
    """`python -m dlcourse.start.lab` with its output."""

    def __init__(self, course, *arguments, runtime=None):
        jupyter = course.parent / "jupyter"
        jupyter.mkdir(exist_ok=True)
        left_out = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "JUPYTER_TOKEN", "JUPYTER_PATH")
        environ = {name: value for name, value in os.environ.items() if name not in left_out}
        for name in ("CONFIG", "DATA", "RUNTIME"):
            environ[f"JUPYTER_{name}_DIR"] = str(jupyter)
        environ["JUPYTER_RUNTIME_DIR"] = str(runtime or jupyter)
        # As from a terminal: without one, Jupyter leaves Ctrl-C to Python, which may hang.
        self.keyboard, terminal = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dlcourse.start.lab", *arguments],
            cwd=course,
            env=environ,
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        os.close(terminal)
        self.output = ""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.output += line

    def wait_for(self, pattern):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(pattern, self.output):
                return found[0]
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"{pattern} not found in:\n{self.output}")

    def get(self, path, sent=None):
        """Fetch a page as the address's token allows; JSON is ``sent``."""
        parts = urlsplit(self.wait_for(ADDRESS))
        url = f"http://127.0.0.1:{parts.port}{path}?{parts.query}"
        allowed = {"Authorization": f"token {parts.query.partition('=')[2]}"}
        data = None if sent is None else json.dumps(sent).encode()
        request = urllib.request.Request(url, data, allowed)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.read().decode()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(SECONDS)
        finally:
            self.process.kill()
            self.reader.join()
            self.process.wait()
            self.process.stdout.close()
            os.close(self.keyboard)
        return self.process.returncode


FOLDERS = ("lectures", "labs")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("with space") / "course"
    package = Path(lab.__file__).parents[1]
    shutil.copytree(package / "start", course / "dlcourse/start")
    for module in package.glob("*.py"):
        shutil.copy(module, course / "dlcourse")
    for folder in FOLDERS:
        (course / folder).mkdir()
        (course / folder / "02_neuron.ipynb").write_text(json.dumps(NOTEBOOK))
    # What a user may have set for other work must not send the course elsewhere.
    own = course.parent / "jupyter"
    own.mkdir()
    (own / "jupyter_lab_config.json").write_text('{"ServerApp": {"root_dir": "/"}}')
    return course


@pytest.fixture(scope="module")
def server(course):
    server = Server(course, "--port=0")
    yield server
    server.stop()


def test_it_opens_the_start_page(server):
    assert "/lab/tree/start.md?token=" in server.wait_for(ADDRESS)


def test_the_terminal_shows_one_line(course, server):
    server.wait_for(ADDRESS)
    lines = server.output.splitlines()
    (line,) = lines
    assert line.startswith(f"Your notebooks: {course / 'work'}. ")
    assert re.search(rf" JupyterLab is at {ADDRESS.pattern}$", line)


@pytest.mark.parametrize("runtime", ["short", "long" * 20])
def test_a_kernel_and_a_notebook_from_elsewhere_say_nothing(course, runtime):
    foreign = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data")])
    (course / "work/labs/foreign.ipynb").write_text(json.dumps(NOTEBOOK | {"cells": [foreign]}))
    runtime = Path(tempfile.mkdtemp()) / runtime
    server = Server(course, "--port=0", runtime=runtime)
    try:
        content = json.loads(server.get("/api/contents/labs/foreign.ipynb"))["content"]
        assert content["cells"][0]["metadata"]["trusted"] is False
        kernel = json.loads(server.get("/api/kernels", {"name": "python3"}))["id"]
        port = json.loads((runtime / f"kernel-{kernel}.json").read_text())
        assert (port["transport"] == "ipc") != ("curve_publickey" in port)
        time.sleep(5)  # what a kernel says, it says as it starts
    finally:
        assert server.stop() == 0
        shutil.rmtree(runtime.parent)
    (line, *ending) = server.output.splitlines()
    assert ADDRESS.search(line) and all("Shutting down" in words for words in ending if words)


def test_it_shows_the_working_copy(server):
    names = {entry["name"] for entry in json.loads(server.get("/api/contents"))["content"]}
    assert names == {*FOLDERS, "start.md"}


def test_no_news_and_no_update_check(server):
    plugin = "@jupyterlab/apputils-extension:notification"
    settings = json.loads(server.get(f"/lab/api/settings/{plugin}"))
    assert settings["raw"] == "{}"
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert settings["schema"]["properties"]["checkForUpdates"]["default"] is False


def test_no_menus_of_instructors(server):
    page = server.get("/lab")
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])
    installed = {extension["name"] for extension in config["federated_extensions"]}
    if importlib.util.find_spec("nbgrader"):
        assert "@jupyter/nbgrader" in installed
    assert "@jupyter/nbgrader" in config["disabledExtensions"]
    assert "@jupyter-widgets/jupyterlab-manager" in installed - set(config["disabledExtensions"])
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        server.get("/formgrader")
    refused.value.close()


def test_a_busy_port_is_said_and_ctrl_c_ends_it(course, server):
    busy = urlsplit(server.wait_for(ADDRESS)).port
    second = Server(course, f"--port={busy}")
    said = second.wait_for(rf"Port {busy} is busy: JupyterLab uses port (\d+)\.\n")
    address = second.wait_for(ADDRESS)
    assert said.endswith(f" {urlsplit(address).port}.\n")
    assert urlsplit(address).path == "/lab/tree/start.md"
    assert second.get("/api/status")
    assert second.stop() == 0
    assert "Traceback" not in second.output


def test_the_command_line_outranks_the_course(course, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "elsewhere").touch()
    options = (f"--port={port}", f"--ServerApp.root_dir={tmp_path}", "--LabApp.default_url=/lab/x")
    server = Server(course, *options)
    try:
        address = urlsplit(server.wait_for(ADDRESS))
        assert (address.port, address.path) == (port, "/lab/x")
        names = [entry["name"] for entry in json.loads(server.get("/api/contents"))["content"]]
        assert names == ["elsewhere"]
    finally:
        assert server.stop() == 0


def test_a_token_of_the_users_own_still_gets_the_address(course):
    server = Server(course, "--port=0", "--IdentityProvider.token=secret")
    try:
        assert server.wait_for(r"JupyterLab is at http://localhost:\d+/lab\S*\n")
    finally:
        assert server.stop() == 0
