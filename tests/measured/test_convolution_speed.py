"""The table of one convolution, three ways: each right, on the CPU as far as can be told."""

import importlib.util
import os
import subprocess
import sys

import pytest
import torch

from dlcourse.measured import convolution_speed

SMALL = {"2 x 3 x 9, 3 x 3 to 5": (2, 3, 9, 3, 5), "1 x 2 x 6, 5 x 5 to 3": (1, 2, 6, 5, 3)}
# In Triton's interpreter, which needs no GPU; it is chosen when Triton is imported.
INTERPRETED = """
import torch
import torch.nn.functional as F
from dlcourse.measured._triton_convolution import conv2d

torch.manual_seed(0)
for n, c, h, w, k, f, p in [
    (2, 3, 9, 9, 3, 5, 1), (1, 1, 7, 7, 5, 2, 0), (3, 4, 8, 8, 3, 33, 1), (2, 5, 6, 10, 1, 16, 0),
]:
    x, kernel = torch.randn(n, c, h, w), torch.randn(f, c, k, k)
    assert torch.allclose(conv2d(x, kernel, p), F.conv2d(x, kernel, padding=p), atol=1e-4)
for x, kernel in [(x.double(), kernel), (x[:, :2], kernel)]:
    try:
        conv2d(x, kernel)
    except ValueError as error:
        assert "found" in str(error) and "needed" in str(error)
    else:
        raise AssertionError("not refused")
"""


def test_a_small_table_names_its_device_and_all_ways_agree():
    found = convolution_speed.measure(0, SMALL)
    assert (found["device"] == "a CPU, one thread") == (not torch.cuda.is_available())
    assert found["ms"].keys() == SMALL.keys()
    for times in found["ms"].values():
        assert {"the course's twin", "torch.nn"} <= times.keys()
        assert all(ms >= 0 for ms in times.values())


def test_on_the_cpu_no_kernel_of_a_gpu_is_tried():
    assert set(convolution_speed.ways("cpu")) == {"the course's twin", "torch.nn"}


@pytest.mark.skipif(not importlib.util.find_spec("triton"), reason="Triton is not installed")
def test_the_triton_kernel_is_right_in_its_interpreter():
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    subprocess.run([sys.executable, "-c", INTERPRETED], env=environment, check=True, timeout=300)
