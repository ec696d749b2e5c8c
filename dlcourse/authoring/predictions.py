"""Predictions that a lecture asks for, their answers, and what is folded between the two.

``*Predict:*`` or ``**Predict**`` in the text asks; a step of a numbered list that is called so
asks nothing. A folded answer closes the question::

    # <details><summary><b>Answer.</b></summary>

What the cells in between show would give it away. Their outputs are folded, and JupyterLab
opens them when the cell is run.
"""

import re
from dataclasses import dataclass

ASKS = r"(?<!\n\d\. )(?<!\*)(?P<asks>\*+Predict\b)"
MARKS = re.compile(rf"{ASKS}|<details>\s*<summary>\s*<b>\s*Answer\b")


@dataclass(frozen=True)
class Prediction:
    """One prediction: the numbers of the cells that ask and answer, and of those between.

    ``answered`` is None where no answer follows before the next prediction; ``asked`` is None
    for an answer to nothing. ``shown`` are the cells of code in between.
    """

    asked: int | None
    answered: int | None
    shown: tuple = ()


def predictions(cells):
    """Return the Predictions of ``cells``, in the order of the text."""
    found, asked = [], None
    for number, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            continue
        for mark in MARKS.finditer(cell.source):
            if mark["asks"]:
                if asked is not None:
                    found.append(Prediction(asked, None))
                asked = number
            else:
                between = () if asked is None else range(asked, number)
                shown = tuple(i for i in between if cells[i].cell_type == "code")
                found.append(Prediction(asked, number, shown))
                asked = None
    return found if asked is None else [*found, Prediction(asked, None)]


def fold(cells):
    """Fold the outputs of the cells that would give a prediction's answer away."""
    for prediction in predictions(cells):
        for number in prediction.shown:
            # JupyterLab reads and keeps both; Colab keeps the first.
            metadata = cells[number].metadata
            metadata["collapsed"] = True
            metadata["jupyter"] = {**metadata.get("jupyter", {}), "outputs_hidden": True}
