"""A real JupyterLab, as ``make lab`` configures it, and a real Chromium in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.checks.progress import NOT_UNDER
from dlcourse.start.lab import environment, write_configuration
from dlcourse.start.workdir import deliver

from .notebook_page import NotebookPage

ARTIFACTS = ROOT / ".artifacts"
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", MAC)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def absent(reason):
    """Skip visibly; where a browser is promised (REQUIRE_BROWSER), fail instead."""
    (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def browser():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        absent(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("no browser: playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def expect(browser):
    """Playwright's assertions that wait, once ``browser`` has seen that playwright is there."""
    from playwright.sync_api import expect

    return expect


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """Return a fresh working copy."""
    work = tmp_path_factory.mktemp("browser") / "work"
    deliver(ROOT, work)
    return work


@pytest.fixture(scope="session")
def server(work):
    """Yield the address of a JupyterLab on the working copy."""
    with jupyterlab(work, warm=True) as address:
        yield address


@contextmanager
def jupyterlab(work, warm=False):
    """Serve a working copy as ``make lab`` does, and yield the address.

    Where ``warm``, its kernels are forked from a process that has the libraries.
    """
    home = {"HOME": str(work.parent), "JUPYTER_RUNTIME_DIR": str(work.parent / "runtime")}
    configuration = write_configuration(work, "/lab", home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--ServerApp.port={port}", "--IdentityProvider.token=course", "--no-browser"]
    left_out = NOT_UNDER if warm else (*NOT_UNDER, "JUPYTER_PATH")
    outside_tests = {k: v for k, v in os.environ.items() if k not in left_out}
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment(configuration, work, outside_tests | home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token=course", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # an idle thread of its web server may outlive its loop
            process.kill()
            process.wait()


def _wait_for(url, process, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "JupyterLab ended at once"
        try:
            return urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"JupyterLab did not answer within {seconds} s")


@pytest.fixture(scope="session")
def context(browser):
    """Return one browsing context for all notebooks: JupyterLab's own files are loaded once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def open_notebook(context, server, request):
    """Return a function that opens a notebook of the working copy; leaves a screenshot."""
    pages = []

    def opened(path):
        page = context.new_page()
        pages.append(page)
        page.goto(f"{server}/lab/tree/{path}?token=course&reset")
        return NotebookPage(page)

    yield opened
    ARTIFACTS.mkdir(exist_ok=True)
    for i, page in enumerate(pages):
        page.screenshot(path=ARTIFACTS / f"{request.node.name}_{i}.png")
        page.close()
    end_kernels(context, server)


def end_kernels(context, server):
    """End the kernels that were left to run: each holds half a gigabyte."""
    kernels = f"{server}/api/kernels"
    for kernel in context.request.get(f"{kernels}?token=course").json():
        answer = context.request.delete(f"{kernels}/{kernel['id']}?token=course")
        assert answer.ok, answer.text()


@pytest.fixture
def artifacts():
    ARTIFACTS.mkdir(exist_ok=True)
    return Path(ARTIFACTS)
