"""Several processes from a notebook: torchrun's own launcher, with a limit, waited for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PATIENCE = 20  # seconds for the launcher to end its workers, once told to stop


def launch(script, folder, processes=2, restarts=0, limit=300, shared=None):
    """Run a script in several processes through ``torch.distributed.run``; return what they print.

    The launcher sets RANK, LOCAL_RANK, WORLD_SIZE and the address at which the processes meet, on
    this machine only. None of them outlives the call: past the limit, or when you interrupt it, the
    launcher is told to stop, and stops its workers.

    Parameters
    ----------
    script : str, the text of a Python script; it becomes ``train.py`` in ``folder``
    folder : str or Path of a folder that exists; the processes run in it, and print into its
        folder ``printed``
    processes : int, at least 1
    restarts : int, how often all are started anew after one has died
    limit : float, seconds by the clock
    shared : str, a module that the launcher imports first. The processes are then forked from it
        and have it, which saves each the import; on Linux only, elsewhere they start as ever

    Returns
    -------
    list of str, the printed lines, sorted: the order in which processes print is luck

    Raises
    ------
    ValueError
        If fewer than one process or less than no restart is asked for.
    TimeoutError
        If the limit is over.
    RuntimeError
        With the last lines of what went wrong, if a process failed for good.
    """
    for name, found, needed in (("processes", processes, 1), ("restarts", restarts, 0)):
        if found < needed:
            raise ValueError(f"{name}: found {found}; needed {needed} or more")
    path = Path(folder) / "train.py"
    path.write_text(script, encoding="utf-8")
    shutil.rmtree(Path(folder, "printed"), ignore_errors=True)  # of an earlier launch
    fork = shared is not None and sys.platform == "linux"
    run = f"import {shared}; from torch.distributed.run import main; main()"
    command = [
        *((sys.executable, "-c", run) if fork else (sys.executable, "-m", "torch.distributed.run")),
        *("--standalone", f"--nproc_per_node={processes}", f"--max_restarts={restarts}"),
        # each process prints into a file of its own: in one pipe, two would write across each other
        *("--redirects=1", "--log_dir=printed"),
        *(("--start-method=fork", "--run-path", str(path.resolve())) if fork else (path.name,)),
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=folder, env=one_thread, **pipes) as launcher:
        try:
            _, complaints = launcher.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{path.name}: found no end after {limit:g} s, stopped it") from None
        finally:
            _stop(launcher)
    if launcher.returncode:
        last = "\n".join(complaints.strip().splitlines()[-15:])
        raise RuntimeError(f"{path.name}: a process failed\n{last}")
    files = sorted(Path(folder, "printed").rglob("stdout.log"))
    return sorted(line for file in files for line in file.read_text("utf-8").splitlines())


def _stop(launcher):
    """End a launcher that still runs: asked first, so that it can end its workers."""
    if launcher.poll() is None:
        launcher.terminate()
        try:
            launcher.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            launcher.kill()
            launcher.communicate()
