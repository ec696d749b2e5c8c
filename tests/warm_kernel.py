"""A Jupyter kernel that need not import NumPy, torch and the rest: it is forked from a process
that has them. More than a hundred kernels start in ``make test``, and each spent some ten
seconds of processor time on imports.

Run as a script with a connection file this is what Jupyter starts, ends and interrupts. It asks
the warm process, which the first of them starts, for a kernel, and lives as long as that does.
The course itself is not imported before the fork. Cold start the kernels in which notebooks are
generated, those of Colab's first cell, and those of a learner's two days in the browser.
"""

import contextlib
import fcntl
import hashlib
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

IMPORTED = (
    "numpy",
    "scipy.stats",
    "sklearn.datasets",
    "sklearn.linear_model",
    "pandas",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "torch",
    "torch._dynamo",  # torch.optim imports it with the first optimizer
    "ipywidgets",
    "ipykernel.kernelapp",
)
# A warm process serves kernels that agree in what is read while these are imported.
READ = ("PYTHONPATH", "MPLBACKEND", "MPLCONFIGDIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
READ += ("MKL_NUM_THREADS", "PYTHONWARNINGS")
OWNER = "DLCOURSE_TESTS_PID"
INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel sets
SECONDS = 120


def command(python, warm):
    """Return the ``argv`` of a kernel specification; warm only where ``install`` was called."""
    if warm and OWNER in os.environ:
        return [str(python), os.path.abspath(__file__), "{connection_file}"]
    return [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def install(folder):
    """Make the kernel that notebooks name, python3, a warm one in processes started from here."""
    from ipykernel.kernelspec import get_kernel_dict

    os.environ["JUPYTER_PATH"] = str(folder)
    os.environ[OWNER] = str(os.getpid())
    about = get_kernel_dict() | {"argv": command(sys.executable, warm=True)}
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps(about), encoding="utf-8")


def stand_for(connection_file):
    """Have a kernel forked; pass signals on to it; end with it, and it with this process."""
    asked = {"file": connection_file, "cwd": os.getcwd(), "environ": dict(os.environ)}
    data, parent = json.dumps(asked).encode(), os.getppid()
    with connected() as warm:
        socket.send_fds(warm, [len(data).to_bytes(4)], [0, 1, 2])
        warm.sendall(data)
        kernel = int(warm.recv(16))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(kernel, number))
        while os.getppid() == parent:
            if select.select([warm], [], [], 1)[0]:
                break


def connected():
    """Return a connection with the warm process, after starting it where there is none."""
    about = json.dumps([sys.executable, *(os.environ.get(name) for name in READ)])
    name = f"{os.environ[OWNER]}-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    path = os.path.join(tempfile.gettempdir(), f"warm-{name}")
    with open(f"{path}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        warm = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError):
            warm.connect(path)
            return warm
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        serving = [sys.executable, os.path.abspath(__file__), "--serve", path]
        subprocess.Popen(serving, start_new_session=True, **quiet)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                warm.connect(path)
                return warm
            time.sleep(0.05)
    raise TimeoutError(f"the warm process did not answer within {SECONDS} s")


def serve(path):
    """Import the libraries, then fork for each that connects, while the tests run.

    Return, in a fork, the connection with who asked for a kernel; at the end, None.
    """
    del sys.path[0]  # this folder
    os.environ.setdefault("MPLBACKEND", INLINE)
    for name in IMPORTED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        server.settimeout(1)
        while alive(int(os.environ[OWNER])):
            with contextlib.suppress(TimeoutError):
                asking, _ = server.accept()
                if os.fork() == 0:
                    return asking
                asking.close()
    os.unlink(path)
    os.unlink(f"{path}.lock")
    return None


def alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def become_kernel(asking):
    """In the fork: take over the streams, folder and environment of who asks, and be its kernel."""
    asking.settimeout(None)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, streams, _, _ = socket.recv_fds(asking, 4, 3)
    data = b""
    while len(data) < int.from_bytes(length):
        data += asking.recv(2**16)
    asked = json.loads(data)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.environ.pop("JPY_PARENT_PID", None)  # ipykernel would take another parent for an orphan's
    sys.modules["numpy"].random.seed()  # else all would draw the same
    asking.sendall(str(os.getpid()).encode())
    threading.Thread(target=end_with, args=[asking], daemon=True).start()
    sys.argv = ["ipykernel_launcher", "-f", asked["file"]]
    sys.modules["ipykernel.kernelapp"].launch_new_instance()


def end_with(asking):
    """Wait until who asked for this kernel is gone, and go."""
    asking.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if sys.argv[1] != "--serve":
        stand_for(sys.argv[1])
    elif asking := serve(sys.argv[2]):
        become_kernel(asking)
