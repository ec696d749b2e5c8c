"""The page on which a human marks open answers: names hidden, the rubric beside the answer.

It needs no server. What it downloads is the table that ``open_marks`` reads.
"""

import hashlib
from html import escape

from ..reports.pages import number, page
from .marking_script import SCRIPT
from .open_marks import CELL, OpenMark, harmless
from .rubric import labels

STYLE = """<style>
body { max-width: 80rem; }
nav { position: sticky; top: 0; background: Canvas; padding: .4rem 0; }
article .beside { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; }
article[hidden] { display: none; }
pre { font: inherit; } textarea { width: 100%; } input.points { width: 5rem; }
@media (max-width: 50rem) { article .beside { grid-template-columns: 1fr; } }
</style>"""
HELP = (
    "<p>Keys: 0 to 9 give points, letters tick what the rubric lists, arrows move. Escape leaves "
    "a field. Download the table when you are done, put it in the place of "
    "<code>open_questions.csv</code>, or give it to <code>dlcourse report --marks</code>.</p>"
)


def marking_page(assignment, rubrics, results, marks, hidden=None, reveal=False):
    """Return the page as HTML.

    Parameters
    ----------
    assignment : Assignment
    rubrics : Rubric by question
    results : as Store.results() gives them
    marks : what has been marked, as read_marks() gives it
    hidden : {student: pseudonym}; without it names are shown
    reveal : show names beside the pseudonyms
    """
    hidden = hidden or {}
    articles = []
    for question, possible in assignment.questions.items():
        empty = ["", *(stub.strip() for stub in assignment.stubs.get(question, ()))]
        listed = []
        for result in results:
            student, answer = result["student"], result["answers"].get(question, "")[:CELL]
            listed.append((answer.strip() in empty, hidden.get(student, student), student, answer))
        # By pseudonym, since the order of the names would tell them; who wrote nothing comes last.
        for _, called, student, answer in sorted(listed):
            mark = OpenMark(*marks.get(student, {}).get(question, (None,)))
            shown = f"{called}: {student}" if reveal and called != student else called
            articles.append(
                _article(called, shown, question, possible, answer, mark, rubrics[question])
            )
    title = f"{assignment.name}: open questions"
    body = "\n".join(articles) or "<p>Nobody has handed anything in.</p>"
    state = hashlib.sha256(body.encode(errors="replace")).hexdigest()[:16]
    bar = (
        '<nav><button id="back">back</button> <button id="on">on</button> '
        '<button id="download">Download the table</button> <output id="said"></output></nav>'
    )
    script = f"<script>{SCRIPT}</script>" if articles else ""
    whole = page(title, "\n".join([f"<h1>{escape(title)}</h1>", HELP, bar, body, script]))
    whole = whole.replace("<body>", f'<body data-state="{state}">', 1)
    return whole.replace("</head>", f"{STYLE}\n</head>", 1)


def _article(called, shown, question, possible, answer, mark, rubric):
    data = {
        "student": harmless(called),
        "question": question,
        "possible": number(possible),
        "answer": harmless(answer),
    }
    attributes = " ".join(f'data-{key}="{_exactly(value)}"' for key, value in data.items())
    points = "" if mark.points is None else number(mark.points)
    return f"""<article {attributes} hidden>
<h2><code>{escape(question)}</code>: {escape(shown)}</h2>
<div class="beside"><div><h3>Answer</h3><pre>
{_exactly(answer)}</pre>
<p><label>Points <input class="points" type="number" min="0" max="{number(possible)}" step="any"
value="{points}"></label> of {number(possible)}</p>
<p><label>Comment <textarea rows="3">
{_exactly(mark.comment)}</textarea></label></p></div>
<div><h3>Rubric</h3>{_items(rubric.items, mark)}
<details><summary>Model answer</summary><pre>
{escape(rubric.model)}</pre></details>
<details><summary>Question</summary><pre>
{escape(rubric.question)}</pre></details></div></div>
</article>"""


def _items(items, mark):
    if not items:
        return "<p>It is below the model answer.</p>"
    lines = [
        f'<li><label><input class="item" type="checkbox" data-label="{label}" '
        f'data-points="{number(points)}"{" checked" if label in mark.rubric else ""}> '
        f"<kbd>{label}</kbd> {number(points)}: {escape(what)}</label></li>"
        for label, (points, what) in zip(labels(items), items, strict=True)
    ]
    return f"<ul>{''.join(lines)}</ul>"


def _exactly(text):
    """Return ``text`` for HTML such that a carriage return is one there too."""
    return escape(text).replace("\r", "&#13;")
