"""A prediction of any lecture has its answer, folded, and nothing in between gives it away."""

import nbformat
import pytest

from dlcourse.authoring.predictions import fold, predictions
from dlcourse.authoring.source import ROOT

LECTURES = sorted(ROOT.glob("lectures/*.ipynb"))
ANSWER = "<details><summary><b>Answer.</b></summary>\n\nFour.\n</details>"


def cells(*sources):
    """Return cells: markdown where it asks, answers or is prose, code where it prints."""
    make = nbformat.v4
    return [
        make.new_code_cell(s) if s.startswith("print") else make.new_markdown_cell(s)
        for s in sources
    ]


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_each_prediction_is_answered_and_outputs_before_that_are_folded(path):
    lecture = nbformat.read(path, as_version=4).cells
    found = predictions(lecture)
    assert len(found) >= 3
    for prediction in found:
        at = prediction.answered if prediction.asked is None else prediction.asked
        assert None not in (prediction.asked, prediction.answered), lecture[at].source
        assert prediction.shown, f"nothing to look at before the answer:\n{lecture[at].source}"
        for number in prediction.shown:
            metadata = lecture[number].metadata
            assert metadata["collapsed"] and metadata["jupyter"]["outputs_hidden"]


@pytest.mark.parametrize(
    "ask", ["*Predict:* how many?", "**Predict**, then move.", "*Predict* it."]
)
def test_what_asks(ask):
    notebook = cells(f"A square. {ask}", "print(4)", ANSWER, "print(5)")
    fold(notebook)
    assert [bool(c.metadata.get("collapsed")) for c in notebook] == [False, True, False, False]


def test_what_does_not_ask():
    for text in ("2. **Feed**\n3. **Predict**: the forward pass.", "We predict. *predict*"):
        assert predictions(cells(text, "print(4)")) == []
    (found,) = predictions(cells("In part 3. **Predict:** how many?", "print(4)", ANSWER))
    assert found.shown == (1,)
