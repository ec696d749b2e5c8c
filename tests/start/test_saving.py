"""What is saved: pictures stay, views of widgets that would die with the kernel do not."""

import copy

from dlcourse.start.saving import LIVE, keep_pictures

VIEW = {LIVE: {"model_id": "0a1b"}}
PICTURE = {"image/png": "iVBO", "text/html": "<img>", "text/plain": "a line"}


def notebook(*bundles):
    outputs = [{"output_type": "display_data", "data": dict(bundle)} for bundle in bundles]
    cells = [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "outputs": outputs}]
    return {"type": "notebook", "content": {"cells": cells}}


def data(model):
    return [output["data"] for output in model["content"]["cells"][1]["outputs"]]


def test_a_figure_is_saved_as_its_picture():
    model = notebook(VIEW | PICTURE, PICTURE)
    keep_pictures(model, path="lecture.ipynb", contents_manager=None)
    assert data(model) == [PICTURE, PICTURE]


def test_a_widget_without_a_picture_keeps_its_view():
    model = notebook(VIEW | {"text/plain": "IntProgress(value=3)"})
    keep_pictures(model)
    assert data(model) == [VIEW | {"text/plain": "IntProgress(value=3)"}]


def test_other_files_and_other_outputs_stay_as_they_are():
    stream = {"output_type": "stream", "name": "stdout", "text": "7"}
    model = {"type": "notebook", "content": {"cells": [{"outputs": [stream]}]}}
    text = {"type": "file", "content": "LIVE"}
    for one in (model, text):
        before = copy.deepcopy(one)
        keep_pictures(one)
        assert one == before
