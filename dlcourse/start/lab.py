"""Open JupyterLab in the learner's working copy: `make lab`, or `python -m dlcourse.start.lab`."""

import importlib.util
import json
import os
import shutil
import sys
import uuid
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from .page import PAGE, write_page
from .workdir import deliver

COURSE = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 103  # bytes in the name of a socket on macOS; Linux takes 107
SETTINGS = Path(__file__).with_name("jupyter")


def main(arguments):
    """Bring ``work/`` up to date and become JupyterLab; ``arguments`` go to it unread."""
    if importlib.util.find_spec("jupyterlab") is None:
        sys.exit("JupyterLab is missing from this Python. Delete .venv and run: make lab")
    work = COURSE / "work"
    try:
        for sentence in [*deliver(COURSE, work), *write_page(work)]:
            print(sentence)
        configuration = write_configuration(work, f"/lab/tree/{PAGE}", os.environ)
    except OSError as error:
        sys.exit(f"The working copy {work} cannot be written to: {error}")
    command = [sys.executable, "-m", "jupyterlab", *arguments]
    os.execve(sys.executable, command, environment(configuration, work, os.environ))


def server_settings(work, page, environ, platform=sys.platform, root=None):
    """Return the settings of the Jupyter server, which the command line may overrule.

    Parameters
    ----------
    work : Path
        The folder that JupyterLab shows.
    page : str
        The address to open, from "/lab" on.
    environ : mapping
        The environment: it tells whether a browser can be opened.
    platform : str
        As ``sys.platform``.
    root : bool, optional
        Whether the superuser runs it; by default, whether this process is theirs.
    """
    if root is None:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
    server = {
        "root_dir": str(work),
        "allow_root": root,
        **browser_settings(environ, platform),
    }
    return {
        "ServerApp": server,
        "LabApp": {
            "default_url": page,
            "extra_labextensions_path": [str(SETTINGS / "labextensions")],
        },
        "KernelManager": kernel_settings(
            environ.get("JUPYTER_RUNTIME_DIR") or jupyter_runtime_dir(), platform
        ),
    }


def kernel_settings(runtime, platform=sys.platform):
    """Return how server and kernel talk: by a file of this machine, where its name is not too long.

    Through TCP, each kernel would warn that others on the machine may listen.
    """
    longest = os.path.join(runtime, f"kernel-{uuid.UUID(int=0)}-ipc-5")
    if platform == "win32" or len(os.fsencode(longest)) > LONGEST_SOCKET:
        return {"transport_encryption": "auto"}
    return {"transport": "ipc"}


def browser_settings(environ, platform=sys.platform, which=shutil.which):
    """Return which browser to open: Jupyter's choice, Windows' one from WSL, or none.

    Without a display Python would open a browser inside the terminal, if one is installed.
    """
    if not platform.startswith("linux") or environ.get("BROWSER"):
        return {"open_browser": True}
    if environ.get("WSL_DISTRO_NAME") and which("wslview"):
        # Windows' browser cannot read the redirecting file, which lies in the Linux home.
        return {"open_browser": True, "browser": "wslview %s", "use_redirect_file": False}
    return {"open_browser": bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))}


def write_configuration(work, page, environ):
    """Write the server's settings below ``work`` and return their folder.

    They are in a file because JupyterLab refuses an option that is given twice: on the command
    line, LAB_ARGS could not overrule them.
    """
    folder = work / ".jupyter"
    folder.mkdir(exist_ok=True)
    settings = json.dumps(server_settings(work, page, environ), indent=1)
    # The name that is read last: it also outranks the user's own jupyter_server_config.
    (folder / "jupyter_lab_config.json").write_text(settings, encoding="utf-8")
    return folder


def environment(configuration, work, environ):
    """Return JupyterLab's environment: the course's settings first, then the user's own."""
    folders = [str(configuration), str(SETTINGS), environ.get("JUPYTER_CONFIG_PATH")]
    return {
        # The layout that comes back at the next start is this course's, not another project's.
        "JUPYTERLAB_WORKSPACES_DIR": str(work / ".jupyter" / "workspaces"),
        # The debugger of each kernel would warn of Python's own modules.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, folders)),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
