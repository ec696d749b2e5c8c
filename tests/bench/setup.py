"""From `make lab` to the first executed cell of lecture 01: an older revision against this one.

Each run starts from a fresh checkout without .venv; the two take turns, with pip's downloads
kept. Processor time is that of all processes from make to the kernel, which on a busy machine
says more than the clock. Where there is uv, a row shows what it would take.
"""

import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import nbformat
import websocket

from dlcourse.authoring.source import ROOT

BEFORE, PAIRS, PATIENCE, TOKEN = "ab41a36", 2, 900, "bench"
UV = """\
uv venv -q .venv --python {python}
uv pip install -q --python .venv/bin/python -e '.[lab]' -c constraints.txt
touch .venv/.lab"""


def main(before=BEFORE, pairs=PAIRS):
    """Print the table: wall and processor seconds of each run, and the ratio of the medians."""
    rows = {f"pip, {before}": (before, ""), "pip, now": (None, "")}
    if shutil.which("uv"):
        rows["uv, now"] = (None, UV.format(python=sys.executable))
    found = {name: [] for name in rows}
    with tempfile.TemporaryDirectory(prefix="setup-") as folder:
        fill_cache(Path(folder, "cache"))
        print(f"{'':14} {'wall':>7} {'processor':>10}  (seconds to the first cell of lecture 01)")
        for turn in range(pairs):
            for name, (revision, first) in rows.items():
                checkout = Path(folder, f"{turn}-{len(name)}-{revision}")
                check_out(revision, checkout)
                found[name].append(seconds(checkout, first))
                print(f"{name:14} {found[name][-1][0]:7.1f} {found[name][-1][1]:10.1f}", flush=True)
                shutil.rmtree(checkout)
    then, now = (
        [statistics.median(times) for times in zip(*found[name], strict=True)]
        for name in list(rows)[:2]
    )
    ratios = [f"{b / a:.2f}" for a, b in zip(then, now, strict=True)]
    print("now / before, medians: wall {}, processor {}".format(*ratios))


def fill_cache(folder):
    """Download all packages once, so that no run waits for the network."""
    command = [sys.executable, "-m", "pip", "download", "-q", "-d", folder, f"{ROOT}[lab]"]
    subprocess.run([*command, "-c", ROOT / "constraints.txt"], check=True)
    shutil.rmtree(folder)


def check_out(revision, folder):
    """Write a revision of the course, or what lies in the working copy now, into ``folder``."""
    folder.mkdir()
    if revision:
        archive = subprocess.run(
            ["git", "archive", revision], cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        return
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def seconds(checkout, first=""):
    """Return the wall and processor seconds until the first cell has run in ``checkout``.

    ``first`` is a script that makes .venv in make's stead.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    private = checkout.parent / "jupyter"
    # A make above this one must not pass its own variables on.
    ours = ("MAKE", "PYTHON", "CONSTRAINTS", "TORCH")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environ |= {f"JUPYTER_{name}_DIR": str(private) for name in ("CONFIG", "DATA", "RUNTIME")}
    options = f"--no-browser --ServerApp.port={port} --IdentityProvider.token={TOKEN}"
    used, begin = _processor(), time.monotonic()
    if first:
        subprocess.run(["sh", "-e", "-c", first], cwd=checkout, env=environ, check=True)
    log = checkout / "make.log"
    with log.open("w") as output:
        make = subprocess.Popen(
            ["make", "lab", f"LAB_ARGS={options}"],
            cwd=checkout,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_server(port, make, log)
        _run_first_cell(checkout, port)
        wall = time.monotonic() - begin
        _ask(port, "shutdown", {})
    finally:
        try:
            make.wait(60)
        except subprocess.TimeoutExpired:
            make.terminate()
            make.wait()
    return wall, _processor() - used


def _processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_server(port, make, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and make.poll() is None:
        try:
            return _ask(port, "status")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError(f"no server after {PATIENCE} s:\n{log.read_text()[-2000:]}")


def _ask(port, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/{path}",
        data,
        {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "null")


def _run_first_cell(checkout, port):
    path = "lectures/01_learning_from_data.ipynb"
    notebook = nbformat.read(checkout / "work" / path, as_version=4)
    code = next(cell.source for cell in notebook.cells if "import numpy" in cell.source)
    session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = _ask(port, "sessions", session)["kernel"]["id"]
    address = f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels?token={TOKEN}"
    channel = websocket.create_connection(address, timeout=PATIENCE)
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"}
    header |= {"username": "", "session": uuid.uuid4().hex, "date": ""}
    content = {"code": code, "silent": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channel.send(json.dumps(message | {"channel": "shell", "buffers": []}))
    while True:
        reply = json.loads(channel.recv())
        if reply["header"]["msg_type"] == "execute_reply":
            break
    channel.close()
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"the first cell failed: {reply['content']}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
