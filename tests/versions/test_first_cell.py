"""The first cell on Colab: it brings the course and changes nothing else, in a running kernel."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import environments
import pytest
from every_figure import move_all
from front_end import VIEW, FrontEnd, views
from whole_notebooks import code

from dlcourse.authoring.source import sources

# What a notebook finds on Colab: google.colab is there, and %pip shows no note of IPython's own.
ON_COLAB = """\
import sys, types, IPython, ipywidgets, matplotlib, numpy, torch, widgetsnbextension
sys.modules["google.colab"] = types.ModuleType("google.colab")
shell = get_ipython()
pip = lambda line: shell.system(f"{sys.executable} -m pip --disable-pip-version-check {line}")
shell.register_magic_function(pip, magic_kind="line", magic_name="pip")
"""
LOADED = 'print({n: (id(m), m.__file__) for n, m in list(sys.modules.items()) if "." not in n \
and getattr(m, "__file__", None) and not n.startswith("dlcourse")})'
# What Colab does with a widget that is shown while another manager of widgets is chosen.
HOOK = """\
def to_the_page(message):
    data, metadata = message["content"]["data"], message["content"]["metadata"]
    if "application/vnd.jupyter.widget-view+json" in data:
        metadata["application/vnd.jupyter.widget-view+json"] = {"colab": "a manager"}
    return message

get_ipython().display_pub.register_hook(to_the_page)
"""


@pytest.fixture(scope="module")
def colab():
    """Return a Python with all that Colab's has, which pip may change."""
    kept = environments.colab().python()
    with tempfile.TemporaryDirectory(dir=environments.PLACE) as folder:
        copy = Path(folder) / "colab"
        subprocess.run([kept, "-m", "venv", "--without-pip", copy], check=True)
        (here,) = kept.parents[1].glob("lib/python*/site-packages")
        (there,) = copy.glob("lib/python*/site-packages")
        # Hard links: pip takes files away and puts new ones, and never writes into one.
        shutil.copytree(here, there, copy_function=os.link, dirs_exist_ok=True)
        yield copy / "bin" / "python"


def first_cell(wheel, source):
    return code(source, repository=str(wheel))[0]


def test_it_installs_on_colab_and_only_there(wheel, colab, tmp_path):
    lecture = sources()[1]
    before = environments.installed(colab)
    assert "dlcourse" not in before and {"numpy", "torch", "ipywidgets"} <= before.keys()
    cell = first_cell(wheel, lecture)
    with FrontEnd(colab, tmp_path, warm=False) as page:
        page.run("import sys")
        assert not page.run(cell) and environments.installed(colab) == before

        page.run(ON_COLAB)
        (loaded,) = page.run(LOADED)
        assert not page.run(cell), "pip has something to say"
        after = environments.installed(colab)
        assert after.pop("dlcourse") and after == before
        (now,) = page.run(LOADED)
        assert loaded["content"] == now["content"]

        # No restart: the same kernel goes on to the lecture's first figure, and the figure lives.
        for cell in code(lecture, repository=str(wheel))[1:]:
            shown = views(page.run(cell))
            if shown:
                break
        move_all(page, *shown)
        (file,) = page.run("import dlcourse; print(dlcourse.__file__)")
        assert str(colab.parents[1]) in file["content"]["text"]


def test_a_figure_goes_through_colabs_hook(colab, tmp_path):
    draw = """\
from dlcourse import plots
from dlcourse.widgets import explore

def draw(size=1):
    figure, ax = plots.subplots()
    return figure, f"size {size}"

explore(draw, size=(1, 3))
"""
    with FrontEnd(colab, tmp_path, {"PYTHONPATH": str(environments.ROOT)}, warm=False) as page:
        page.run(HOOK)
        (shown,) = page.run(draw)
    content = shown["content"]
    size = {"width": 720, "height": 420}
    assert content["metadata"] == {VIEW: {"colab": "a manager"}, "image/png": size}
    assert content["data"].keys() >= {"text/plain", "text/html", "image/png"}
