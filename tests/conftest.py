"""What every test runs under: one torch thread, full float32, reproducible draws."""

import os

import hypothesis
import pytest
import torch

pytest.register_assert_rewrite("oracle")

# Several test processes with two threads each run far slower than with one.
torch.set_num_threads(1)
# TF32 keeps 10 bits of 23; a comparison needs them all.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False

hypothesis.settings.register_profile("local", deadline=None, max_examples=40)
hypothesis.settings.register_profile(
    "ci", parent=hypothesis.settings.get_profile("local"), derandomize=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")
