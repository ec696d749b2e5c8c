"""A lecture in sittings: what a prediction's answer would show stays folded until it is run."""

import nbformat
import pytest

from dlcourse.authoring.build import execute, text
from dlcourse.authoring.source import read

LECTURE = """\
# %% [markdown]
# # 10 · Shapes
#
# A word has its place in the [glossary](glossary.md#logit).
#
# *Predict:* what is 6 times 7?

# %%
print("the answer is", 6 * 7)

# %% [markdown]
# <details><summary><b>Answer.</b></summary>
#
# Forty-two.
# </details>

# %%
print("shown at once")
"""


@pytest.fixture
def lecture(server, work, tmp_path):
    """Put a small lecture, generated as all are, into the learner's working copy."""
    source = tmp_path / "lectures" / "source" / "10_shapes.py"
    source.parent.mkdir(parents=True)
    source.write_text(LECTURE, encoding="utf-8")
    notebook = execute(read(source, repository=""), tmp_path)
    (work / "lectures" / "10_shapes.ipynb").write_text(text(notebook), encoding="utf-8")
    assert "the answer is 42" in nbformat.writes(notebook)
    return "lectures/10_shapes.ipynb"


def test_the_output_that_answers_is_folded_until_it_is_run(open_notebook, expect, lecture):
    page = open_notebook(lecture)
    outputs = page.page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="shown at once")).to_be_visible()
    answer = outputs.filter(has_text="the answer is 42")
    expect(answer).not_to_be_visible()
    dots = page.page.locator(".jp-OutputPlaceholder")
    expect(dots).to_be_visible()
    expect(dots.get_by_text("the answer is 42")).not_to_be_visible()
    words = page.page.locator("details p").filter(has_text="Forty-two.")
    expect(words).not_to_be_visible()
    page.run(page.code('print("the answer is'))
    expect(answer).to_be_visible()
    expect(words).not_to_be_visible()
    page.page.locator("summary").filter(has_text="Answer.").click()
    expect(words).to_be_visible()


def test_a_word_leads_to_its_place_in_the_glossary(open_notebook, expect, lecture):
    page = open_notebook(lecture).page
    page.get_by_role("link", name="glossary").click()
    entry = page.locator(".jp-MarkdownViewer li").filter(has_text="logit (02).")
    expect(entry).to_be_in_viewport()
    expect(page.locator(".jp-MarkdownViewer li").first).not_to_be_in_viewport()
