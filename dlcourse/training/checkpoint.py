"""Checkpoints: a state in a file, whole or not at all.

A state is a dict of numbers, words, None, arrays, and lists and dicts of these. With
NumPy arrays it becomes a .npz archive that holds the arrays and a page of JSON; with torch
tensors it becomes what torch.save writes. Neither is read with pickle's full powers, so a
file from somebody else cannot run code.
"""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

_ARRAY = "array number"
_PAGE = "state"


def save(path, state):
    """Write ``state`` to ``path``, so that the file there is always a complete one.

    The state goes to a file beside it, named ``path`` + ".part", is forced onto the disk,
    and only then takes the name ``path``, in one step of the operating system. Whatever
    interrupts the writing, the older checkpoint stays as it was.

    Parameters
    ----------
    path : str or Path; its folder must exist
    state : dict, as described at the top of this module; tuples come back as lists from NumPy's

    Raises
    ------
    TypeError
        If the state holds something else, or a dict's key is no string (for NumPy's form).
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb") as file:
            _write(file, state)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path):
    """Return the state that ``save`` wrote; tensors come back on the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no complete checkpoint.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if f"{_PAGE}.npy" in names:
            return _read_npz(path)
        import torch

        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(f"{path} is no complete checkpoint: {error}") from error


def _write(file, state):
    if _holds_tensors(state):
        import torch

        torch.save(state, file)
        return
    arrays = []
    page = json.dumps(_plain(state, arrays))
    named = {str(i): array for i, array in enumerate(arrays)}
    # In memory first: where the disk is full, NumPy 2.0's savez leaves its zip file open.
    buffer = io.BytesIO()
    np.savez(buffer, **{_PAGE: np.frombuffer(page.encode(), np.uint8)}, **named)
    file.write(buffer.getbuffer())


def _read_npz(path):
    with np.load(path, allow_pickle=False) as archive:
        return json.loads(
            archive[_PAGE].tobytes(),
            object_hook=lambda d: archive[str(d[_ARRAY])] if _ARRAY in d else d,
        )


def _plain(value, arrays):
    """Return ``value`` as JSON knows it; its arrays go to the list ``arrays``."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        arrays.append(value)
        return {_ARRAY: len(arrays) - 1}
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or key == _ARRAY:
                raise TypeError(f"state has the key {key!r}; needed strings, but not {_ARRAY!r}")
        return {key: _plain(entry, arrays) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry, arrays) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"state holds {value!r}; needed numbers, words, arrays, lists and dicts")


def _holds_tensors(value):
    if isinstance(value, dict | list | tuple):
        return any(map(_holds_tensors, value.values() if isinstance(value, dict) else value))
    return type(value).__module__.partition(".")[0] == "torch"
