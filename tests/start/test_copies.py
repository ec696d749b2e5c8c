"""A notebook in the working copy: its name, its links, its kernel; known as untouched still."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel

from dlcourse.authoring.source import KERNEL as GENERATED
from dlcourse.start import copies, workdir
from dlcourse.start.copies import KERNEL, localized, place
from dlcourse.start.manifest import MANIFEST, read_manifest
from dlcourse.start.workdir import deliver, is_untouched

ROOT = Path(workdir.__file__).parents[2]
LAB = "labs/02_neuron.ipynb"
RELATIVE = re.compile(r"""(?:\]\(|href=["'])(?!\w+:|#)([^)#"'\s]+)""")
TEXT = (
    "[lab 02](../labs/02_neuron.ipynb#a), [x](03_layers.ipynb) <a href='../labs/02_neuron.ipynb'>",
    "[lab 02](../labs/lab_02_neuron.ipynb#a), [x](03_layers.ipynb) "
    "<a href='../labs/lab_02_neuron.ipynb'>",
)


def notebook(text="", language="python"):
    cells = [nbformat.v4.new_markdown_cell(text, id="a"), nbformat.v4.new_code_cell(text, id="b")]
    about = {"kernelspec": GENERATED, "language_info": {"name": language}}
    return (nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=about)) + "\n").encode()


@pytest.fixture
def course(tmp_path):
    for name in ("lectures/02_neuron.ipynb", LAB):
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook())
    return tmp_path / "course"


def test_the_kernel_is_the_one_that_runs():
    assert copies.kernel() == IPythonKernel.language_info
    assert KERNEL == GENERATED


def test_links_follow_the_names_and_code_stays():
    for given in TEXT[0], [TEXT[0] + "\n", "more"]:
        content = json.loads(notebook())
        for each in content["cells"]:
            each["source"] = given
        cell, code = json.loads(localized("lectures/02_neuron.ipynb", json.dumps(content)))["cells"]
        expected = TEXT[1] if given == TEXT[0] else [TEXT[1] + "\n", "more"]
        assert (cell["source"], code["source"]) == (expected, given)
    beside = localized("labs/03_layers.ipynb", notebook("[a](02_neuron.ipynb) [b](notes.ipynb)"))
    assert b"[a](lab_02_neuron.ipynb) [b](notes.ipynb)" in beside
    assert localized("lectures/glossary.md", TEXT[0].encode()) == TEXT[1].encode()


@pytest.mark.parametrize("name", ["lectures/02_neuron.ipynb", LAB])
def test_only_metadata_and_links_change_in_the_courses_own_notebooks(name):
    content = (ROOT / name).read_bytes()
    before, after = json.loads(content), json.loads(localized(name, content))
    assert after["metadata"].pop("language_info") == copies.kernel()
    assert before["metadata"].pop("language_info") == {"name": "python"}
    assert json.loads(json.dumps(after).replace("/labs/lab_", "/labs/")) == before
    # Nothing but the metadata: the bytes are those that nbformat would write.
    written = nbformat.writes(nbformat.reads(localized(name, content).decode(), as_version=4))
    assert localized(name, content).decode() == written + "\n"


def test_every_link_between_delivered_files_leads_somewhere(tmp_path):
    work = tmp_path / "work"
    deliver(ROOT, work)
    texts = [(path, path.read_text()) for path in work.rglob("*.md")]
    texts += [
        (path, "".join(cell["source"]))
        for path in work.rglob("*.ipynb")
        for cell in json.loads(path.read_bytes())["cells"]
        if cell["cell_type"] == "markdown"
    ]
    assert len(texts) > 500
    for path, text in texts:
        for link in RELATIVE.findall(text):
            assert (path.parent / link).is_file(), (path, link)


def test_an_untouched_copy_gets_the_kernel_of_another_python_and_a_touched_one_does_not(
    course, tmp_path, monkeypatch
):
    work = tmp_path / "work"
    deliver(course, work)
    lab, lecture = work / place(LAB), work / "lectures/02_neuron.ipynb"
    lab.write_bytes(lab.read_bytes() + b"\n")
    touched = lab.read_bytes()
    monkeypatch.setattr(workdir, "PYTHON", "3.99.0")
    monkeypatch.setattr(copies, "kernel", lambda: {"name": "python", "version": "3.99.0"})
    assert deliver(course, work) == []
    assert json.loads(lecture.read_bytes())["metadata"]["language_info"]["version"] == "3.99.0"
    assert lab.read_bytes() == touched
    manifest = read_manifest(work)
    assert is_untouched(work, "lectures/02_neuron.ipynb", manifest["lectures/02_neuron.ipynb"])
    assert not is_untouched(work, LAB, manifest[LAB])
    assert sorted(os.listdir(work / "lectures")) == ["02_neuron.ipynb"]


def delivered_by_an_older_course(course, work, versions=1):
    """Copy as the course did when labs had the names of lectures."""
    manifest = {}
    for name in ("lectures/02_neuron.ipynb", LAB):
        for version in range(1, versions + 1):
            path = work / copies.older_place(name, version)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((course / name).read_bytes())
        digest = workdir._hash((course / name).read_bytes())
        manifest[name] = {"sha256": digest, "version": versions}
    (work / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("manifest", [False, True])
def test_a_lab_of_an_older_course_is_renamed_and_never_doubled(course, tmp_path, touched, manifest):
    work = tmp_path / "work"
    delivered_by_an_older_course(course, work)
    layout = work / ".jupyter/workspaces/default-37a8.jupyterlab-workspace"
    layout.parent.mkdir(parents=True)
    layout.write_text(json.dumps({"notebook:labs/02_neuron.ipynb": "labs/02_neuron.ipynb"}))
    if touched:
        (work / LAB).write_bytes(b"mine")
    if not manifest:
        (work / MANIFEST).unlink()
    said = deliver(course, work)
    assert "labs/02_neuron.ipynb is now labs/lab_02_neuron.ipynb." in said
    names = ["lab_02_neuron.ipynb"]
    if touched and not manifest:
        names = ["lab_02_neuron.ipynb", "lab_02_neuron.v2.ipynb"]  # whose it is, nobody knows
    assert sorted(os.listdir(work / "labs")) == names
    lab = (work / place(LAB)).read_bytes()
    assert lab == (b"mine" if touched else localized(LAB, notebook()))
    assert "labs/lab_02_neuron.ipynb" in layout.read_text() and "labs/02" not in layout.read_text()
    assert deliver(course, work) == []


def test_both_versions_of_an_older_course_are_renamed(course, tmp_path):
    work = tmp_path / "work"
    delivered_by_an_older_course(course, work, versions=2)
    (work / "labs/02_neuron.ipynb").write_bytes(b"mine")
    (course / LAB).write_bytes(notebook("newer"))
    deliver(course, work)
    names = ["lab_02_neuron.ipynb", "lab_02_neuron.v2.ipynb", "lab_02_neuron.v3.ipynb"]
    assert sorted(os.listdir(work / "labs")) == names
    assert sorted(os.listdir(work / "lectures")) == ["02_neuron.ipynb", "02_neuron.v2.ipynb"]
    assert deliver(course, work) == []


def test_where_both_names_are_taken_both_files_stay(course, tmp_path):
    work = tmp_path / "work"
    deliver(course, work)
    (work / LAB).write_bytes(b"a backup of mine")
    assert deliver(course, work) == []
    assert (work / LAB).read_bytes() == b"a backup of mine"
