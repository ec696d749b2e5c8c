"""Make .venv and install the course there: `python3 dlcourse/start/install.py lab`.

Runs before anything is installed and under whatever Python the machine has. So it uses the
standard library only and syntax that Python 2.7 parses: one too old gets a sentence, not a
SyntaxError.
"""

from __future__ import print_function

import argparse
import io
import os
import subprocess
import sys

OLDEST = (3, 11)
VENV = ".venv"
LOG = os.path.join(VENV, "install.log")
LOCK = "lab.lock"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
NEWER_PIP = "pip>=26"  # over the lock without torch, on one core: pip 23.2 took 16.8 s, 26.3 8.4 s

# pip and urllib3 say it in these words, whatever the reason below them.
_OFFLINE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "Cannot connect to proxy",
    "Connection refused",
    "Network is unreachable",
    "Remote end closed connection",
)


def too_old(version):
    """Return the sentence for a Python that is too old, or None.

    >>> too_old((3, 11, 2)) is None
    True
    """
    if tuple(version[:2]) >= OLDEST:
        return None
    return "dlcourse needs Python {} or newer; this is {}. Try: make lab PYTHON=python3.12".format(
        ".".join(map(str, OLDEST)), ".".join(map(str, version[:3]))
    )


def without_venv(version):
    """Return the sentence for a Python without its venv parts, or None if they are there."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (
            "This Python cannot make a virtual environment yet. "
            "Run: sudo apt install python{}.{}-venv   and then the same command again.".format(
                *version[:2]
            )
        )
    return None


def reads_as_offline(text):
    """Tell whether pip's messages are those of a machine that reaches no package index.

    >>> reads_as_offline("NewConnectionError: Failed to establish a new connection")
    True
    >>> reads_as_offline("ERROR: No matching distribution found for numpy==99")
    False
    """
    return any(sign in text for sign in _OFFLINE)


def why_pip_failed(messages):
    """Return one sentence on why pip ended with an error, from what it wrote."""
    if reads_as_offline(messages):
        reason = "The packages could not be downloaded: no package index answers"
        remedy = "Check the network, then run the same command again; it goes on where it stopped"
    elif "No space left on device" in messages:
        reason = "The disk is full"
        remedy = "Make room (Linux without a GPU: TORCH=cpu takes far less), then run it again"
    else:
        # Errors of a build are indented, within pip's own.
        errors = [
            line.split("ERROR: ", 1)[1] for line in messages.splitlines() if "ERROR: " in line
        ]
        reason = "pip stopped: " + (errors[-1] if errors else "no reason given")
        remedy = "Run the same command again once that is mended"
    return "{}. {} (details: {}).".format(reason.rstrip("."), remedy, LOG)


def venv_python():
    """Return the path of the environment's interpreter, whether it exists or not."""
    return os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")


def venv_works():
    """Tell whether .venv is there, of a Python new enough, and has pip.

    An interrupted start or an upgrade of the system's Python leaves one that is not.
    """
    check = "import pip, sys; sys.exit(sys.version_info[:2] < {!r})".format(OLDEST)
    try:
        with open(os.devnull, "w") as silence:
            return subprocess.call([venv_python(), "-c", check], stderr=silence) == 0
    except OSError:
        return False


def make_venv():
    """Make .venv with the running Python; return whether its pip is a new one.

    Exits with one sentence if it cannot be made.
    """
    sentence = too_old(sys.version_info) or without_venv(sys.version_info)
    if sentence:
        sys.exit(sentence)
    print("Making a virtual environment in {}".format(VENV))
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    # The running Python's pip, if it has one that can, brings a new pip at once. Else venv unpacks
    # and compiles the one that came with Python, to be replaced: 4.6 s of processor, not 1.0.
    if not _silent(command + ["--without-pip"])[0] and not _silent(_first_pip())[0]:
        return True
    code, lines = _silent(command)
    if code:
        sys.exit("The virtual environment {} could not be made: {}".format(VENV, lines[-1]))
    return False


def _first_pip():
    start = [sys.executable, "-m", "pip", "--python", venv_python(), "install", "--no-compile"]
    return start + ["--disable-pip-version-check", "--retries", "0", NEWER_PIP]


def _silent(command):
    """Run a command; return its exit code and the lines that it wrote, at least one."""
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    return result.returncode, result.stdout.strip().splitlines() or ["no reason given"]


def pip_command(extra, constraints="", torch="", isolated=True):
    """Return the pip command that installs the course with one of its extras.

    ``isolated`` builds in an environment of its own; without, setuptools must be there.

    >>> pip_command("lab", constraints="constraints.txt")[-4:]
    ['-e', '.[lab]', '-c', 'constraints.txt']
    """
    command = _pip_install() + ([] if isolated else ["--no-build-isolation"])
    command += ["-e", ".[{}]".format(extra)]
    if constraints:
        command += ["-c", constraints]
    return command + _torch_index(torch)


def lock_commands(torch=""):
    """Return the pip commands that install what the lock names, without a search for versions.

    There are two, for two processors: torch, whose progress is worth seeing, and the rest.
    """
    command = _pip_install() + ["--no-deps", "--only-binary", ":all:"]
    pins = pinned(_read(LOCK))
    rest = ["{}=={}".format(name, pins[name]) for name in sorted(pins) if name != "torch"]
    return [command + ["torch==" + pins["torch"]] + _torch_index(torch), command + rest]


def newer_pip_command():
    """Return the command that brings a pip which needs half the time of that of Python 3.11."""
    return _pip_install() + [NEWER_PIP]


def _pip_install():
    # Python compiles a module when it is first imported; most of them never are.
    return [venv_python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]


def _torch_index(torch):
    if torch == "cpu":
        # Beside the indexes that the user's own pip configuration names, never instead.
        return ["--extra-index-url", TORCH_CPU_INDEX]
    return []


def pinned(text):
    r"""Return {name: version} of the lines ``name==version``.

    >>> pinned("# a remark\nnumpy==2.4.6\n")
    {'numpy': '2.4.6'}
    """
    lines = [line.strip().split("==") for line in text.splitlines()]
    return dict(parts for parts in lines if len(parts) == 2 and not parts[0].startswith("#"))


def lock_fits(constraints):
    """Tell whether there is a lock that pins what the file of constraints pins."""
    promised, locked = pinned(_read(constraints)), pinned(_read(LOCK))
    return bool(locked) and all(
        promised.get(name, version) == version for name, version in locked.items()
    )


def install(command):
    """Run pip; exit with one sentence where it ends with an error."""
    code, messages = run_pip(command)
    if code:
        sys.exit(why_pip_failed(messages))


def install_locked(torch="", new_pip=False):
    """Install what the lock names; return whether that went well, as pip can do without.

    A version may have no wheel for this system or for a Python that is newer than the lock.
    """
    code, messages = (0, "") if new_pip else run_pip(newer_pip_command())
    if not (code and reads_as_offline(messages)):
        code, messages = run_pip(*lock_commands(torch))
    if code and reads_as_offline(messages):
        sys.exit(why_pip_failed(messages))
    if code:
        print("Not all of these versions are there for this Python; pip looks for others.")
    return code == 0


def run_pip(*commands):
    """Run pip, for several commands at the same time; return an exit code and all that it wrote.

    The first shows its progress. The code is that of the first to end with an error, else 0.
    """
    names = [os.path.join(VENV, "install{}".format(i)) for i in range(len(commands))]
    running, files = [], []
    try:
        for i, command in enumerate(commands):
            # Progress comes on stdout; stderr would bury the sentence in retries and tracebacks.
            files += [io.open(names[i] + ".err", "wb"), io.open(os.devnull, "wb")]
            output = None if i == 0 else files[-1]
            command = command + ["--log", names[i] + ".log"]
            running.append(subprocess.Popen(command, stdout=output, stderr=files[-2]))
        codes = [process.wait() for process in running]
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
                process.wait()
        for file in files:
            file.close()
        messages = "".join(_taken(name + end) for name in names for end in (".log", ".err"))
        with io.open(LOG, "w", encoding="utf-8") as log:
            log.write(messages)
    return next(filter(None, codes), 0), messages


def _taken(path):
    text = _read(path)
    if os.path.exists(path):
        os.remove(path)
    return text


def _read(path):
    if not os.path.isfile(path):
        return ""
    with io.open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def main(arguments=None):
    """Read the command line and install; run from the repository's root."""
    parser = argparse.ArgumentParser(description="Install the course into " + VENV)
    parser.add_argument("extra", choices=["lab", "dev"])
    parser.add_argument("--constraints", default="", help="file of versions; empty: the newest")
    parser.add_argument("--torch", default="", choices=["", "cpu"], help="cpu: no CUDA libraries")
    options = parser.parse_args(arguments)
    try:
        new_pip = not venv_works() and make_venv()
        fast = bool(options.constraints) and lock_fits(options.constraints)
        fast = fast and install_locked(options.torch, new_pip)
        # Also where the lock did its work: the course itself, what only this system needs, and
        # pip's word that all of it fits together.
        install(pip_command(options.extra, options.constraints, options.torch, not fast))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the same command again; it goes on where it stopped.")


if __name__ == "__main__":
    main()
