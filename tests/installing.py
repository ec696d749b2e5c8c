"""pip in a process of its own, for the tests that install the course somewhere."""

import os
import subprocess
import urllib.request
from importlib import metadata

import pytest

from dlcourse.start import install


def pip(python, *arguments):
    """Run pip; skip the test where no package index answers."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", *arguments],
        env=environ,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        messages = result.stdout + result.stderr
        if install.reads_as_offline(messages):
            pytest.skip("no package index answers")
        raise AssertionError(messages[-3000:])


def torch_cpu_index():
    """Return pip's option for torch's own index, where the tests run with a torch from there."""
    if not metadata.version("torch").endswith("+cpu"):
        return []
    try:
        urllib.request.urlopen(install.TORCH_CPU_INDEX + "/torch/", timeout=10).close()
    except OSError:
        return []  # pip's own configuration knows another place.
    return ["--extra-index-url", install.TORCH_CPU_INDEX]
