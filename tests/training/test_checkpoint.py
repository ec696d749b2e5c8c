"""A checkpoint comes back as it was, runs no code, and is never half of one."""

import errno
import io
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn_arrays

from dlcourse.training import checkpoint

numbers = st.none() | st.booleans() | st.integers(-(2**130), 2**130) | st.floats() | st.text()
arrays = drawn_arrays.arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.uint8, np.bool_]),
    drawn_arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
keys = st.text().filter(lambda key: key != "array number")  # which is refused, see below
states = st.dictionaries(
    keys,
    st.recursive(
        numbers | arrays,
        lambda s: st.lists(s, max_size=3) | st.dictionaries(keys, s, max_size=3),
    ),
    max_size=4,
)
GOOD = {"weights": [np.arange(1000.0)], "epoch": 3}


def equal(a, b):
    """Compare trees, bit by bit, NaN included."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    return type(a) is type(b) and (repr(a) == repr(b))


@given(state=states)
def test_numpy_state_comes_back_bit_for_bit(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("state") / "run.npz"
    checkpoint.save(path, state)
    assert equal(checkpoint.load(path), state)
    assert [p.name for p in path.parent.iterdir()] == ["run.npz"]


def test_an_array_may_be_named_like_the_mark_of_one(tmp_path):
    path = tmp_path / "run.npz"
    with pytest.raises(TypeError, match="state has the key 'array number'"):
        checkpoint.save(path, {"array number": 0})
    assert not path.exists()


def test_torch_state_comes_back_bit_for_bit(tmp_path):
    path = tmp_path / "run.pt"
    state = {
        "weights": {"0.weight": torch.randn(3, 2), "tracked": torch.tensor(7)},
        "random": torch.Generator().get_state(),
        "numbers": [1, 2.5, None, True, "word", 2**127, float("inf")],
        3: (1, 2),
    }
    checkpoint.save(path, state)
    got = checkpoint.load(path)
    assert got.keys() == state.keys()
    assert got["numbers"] == state["numbers"] and got[3] == (1, 2)
    assert torch.equal(got["random"], state["random"])
    for name, tensor in state["weights"].items():
        assert torch.equal(got["weights"][name], tensor)
        assert got["weights"][name].dtype == tensor.dtype


class Trap:
    def __reduce__(self):
        return (os.mkdir, ("sprung",))


@pytest.mark.parametrize("half", ["numpy", "torch"])
def test_a_strangers_file_runs_no_code(half, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if half == "numpy":
        with open("trap", "wb") as file:
            np.savez(file, state=np.array([Trap()], dtype=object))
    else:
        torch.save({"weights": Trap()}, "trap")
    with pytest.raises(ValueError, match="trap is no complete checkpoint"):
        checkpoint.load("trap")
    assert not os.path.exists("sprung")


@pytest.mark.parametrize("state", [GOOD, {"weights": torch.arange(1000.0)}], ids=["numpy", "torch"])
def test_every_truncated_or_changed_file_is_refused(state, tmp_path):
    path = tmp_path / "run"
    checkpoint.save(path, state)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for length in [0, 1, *rng.integers(2, len(whole), 30), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="run is no complete checkpoint"):
            checkpoint.load(path)
    # One byte in the middle of an array of 8000 or 4000 bytes.
    path.write_bytes(whole[: len(whole) // 2] + b"\xff\xfe" + whole[len(whole) // 2 + 2 :])
    if state is GOOD:
        with pytest.raises(ValueError, match="Bad CRC-32"):
            checkpoint.load(path)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        checkpoint.load(tmp_path / "none")


class Full(io.FileIO):
    """A disk that fills up after 2000 bytes."""

    def write(self, data):
        if self.tell() + len(data) > 2000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("make", [np.ones, torch.ones], ids=["numpy", "torch"])
def test_a_full_disk_leaves_the_old_checkpoint(make, tmp_path, monkeypatch):
    path = tmp_path / "run"
    checkpoint.save(path, GOOD)
    monkeypatch.setattr(checkpoint, "open", lambda p, mode: Full(p, mode), raising=False)
    with pytest.raises((OSError, RuntimeError)):
        checkpoint.save(path, {"weights": make(1000)})
    assert equal(checkpoint.load(path), GOOD)
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


KILLED = """
import os, signal, sys
import numpy as np
from dlcourse.training import checkpoint

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Dying:
    def __init__(self, path, mode):
        self.file = open(path, mode)
    def __getattr__(self, name):
        return getattr(self.file, name)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.file.close()
    def write(self, data):
        if self.file.tell() + len(data) > 3000:
            self.file.write(data[: len(data) // 2])
            self.file.flush()
            die()
        return self.file.write(data)

moment = sys.argv[2]
if moment == "write":
    checkpoint.open = Dying
else:
    setattr(os, moment, die)
checkpoint.save(sys.argv[1], {"weights": [np.zeros(1000)], "epoch": 4})
"""


@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
def test_killed_while_saving_leaves_the_old_checkpoint(moment, tmp_path):
    path = tmp_path / "run.npz"
    checkpoint.save(path, GOOD)
    run = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], timeout=60)
    assert run.returncode == -signal.SIGKILL
    assert (tmp_path / "run.npz.part").stat().st_size > 0, "it died before it wrote anything"
    assert equal(checkpoint.load(path), GOOD)
    checkpoint.save(path, {"epoch": 5})
    assert checkpoint.load(path) == {"epoch": 5}
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"a": object()}, "state holds <object .*needed numbers, words, arrays"),
        ({"a": {1: 2.0}}, "state has the key 1; needed strings"),
        ({"a": np.array(["word"])}, "state holds array"),
        ({"a": [1 + 2j]}, r"state holds \(1\+2j\); needed"),
    ],
)
def test_bad_states_are_named_and_leave_the_old_checkpoint(state, message, tmp_path):
    path = tmp_path / "run.npz"
    checkpoint.save(path, GOOD)
    with pytest.raises(TypeError, match=message):
        checkpoint.save(path, state)
    assert equal(checkpoint.load(path), GOOD)
