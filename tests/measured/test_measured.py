"""What is stored was found by the script beside it, and says how."""

import pytest

from dlcourse import measured


@pytest.mark.parametrize("name", measured.names())
def test_what_is_stored_is_what_its_script_found(name):
    stored = measured.load(name)
    assert stored.script == measured.fingerprint(name), f"python -m dlcourse.measured {name}"
    assert len(stored.seeds) == len(stored.results) >= 1
    assert stored.seconds > 0
    assert {"Python", "NumPy", "torch"} <= set(stored.versions)
    assert f"about {stored.seconds:.0f} s" in str(stored)


def test_every_stored_file_has_a_script():
    stored = {path.stem for path in measured.FOLDER.glob("*.json")}
    assert stored == set(measured.names())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A place with one experiment of two seeds."""
    (tmp_path / "doubled.py").write_text("SEEDS = (3, 4)\n\n\ndef measure(seed):\n    pass\n")
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    monkeypatch.setattr(measured, "__path__", [str(tmp_path)])
    return tmp_path


def test_measure_and_load(folder):
    (folder / "doubled.py").write_text(
        "SEEDS = (3, 4)\n\n\ndef measure(seed):\n"
        "    return {'a': {'b': 2 * seed}, 'd': [[seed, -0.5], [1e-9]]}\n"
    )
    measured.run("doubled")
    stored = measured.load("doubled")
    assert stored.values("a", "b").tolist() == [6, 8]
    assert stored.results[0]["d"] == [[3, -0.5], [1e-9]]
    assert "[3, -0.5],\n" in (folder / "doubled.json").read_text()  # numbers on one line
    assert str(stored).startswith("Stored, 2 seeds, about ")
    with pytest.raises(KeyError, match='found no "c"; needed one of b'):
        stored.values("a", "c")


def test_a_changed_script_is_seen_and_a_comment_is_not(folder):
    before = measured.fingerprint("doubled")
    text = (folder / "doubled.py").read_text()
    (folder / "doubled.py").write_text(f"# twice\n{text}")
    assert measured.fingerprint("doubled") == before
    (folder / "doubled.py").write_text(text.replace("4", "5"))
    assert measured.fingerprint("doubled") != before


def test_each_python_finds_the_same_fingerprint(folder):
    text = "def measure(seed, *, n=None):\n    return {'a': [seed, f'{n!r:>3}', ()]}\n"
    (folder / "doubled.py").write_text(text)
    assert measured.fingerprint("doubled") == "ed44310a1ead784d"


def test_a_changed_rig_is_seen(folder):
    (folder / "doubled.py").write_text("from ._rig import measure\n\nSEEDS = (3, 4)\n")
    (folder / "_rig.py").write_text("def measure(seed):\n    return {'a': 2 * seed}\n")
    before = measured.fingerprint("doubled")
    (folder / "_rig.py").write_text("def measure(seed):\n    return {'a': 3 * seed}\n")
    assert measured.fingerprint("doubled") != before
    assert measured.names() == ["doubled"]


def test_an_unknown_name_is_refused(folder):
    with pytest.raises(ValueError, match='found no experiment "halved"; needed one of doubled'):
        measured.load("halved")
