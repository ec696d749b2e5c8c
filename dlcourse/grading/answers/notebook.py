"""Read the marked cells of a notebook that may be anything: broken, huge, or no notebook."""

import codecs
import json
from dataclasses import dataclass, field

MAX_BYTES = 20 * 2**20
MAX_CELLS = 10_000
MAX_SOURCE = 200_000


class Unreadable(ValueError):
    """Why a submission cannot be graded, as a sentence for its row in the table."""


@dataclass(frozen=True)
class Cells:
    """What counts of a notebook: the source of each marked cell, by its grade id.

    ``code`` holds (grade id or None, source) of every cell of code and every marked one, in
    order; ``notes`` what the instructor should know of a marked cell; ``unread`` why one was
    not read. ``texts`` holds (number of cells in ``code`` above it, source) of all other cells.
    """

    marked: dict
    code: tuple = ()
    notes: dict = field(default_factory=dict)
    unread: dict = field(default_factory=dict)
    texts: tuple = ()

    @property
    def size(self):
        """How many characters of source it holds."""
        return sum(len(source) for _, source in (*self.marked.items(), *self.code, *self.texts))


def read(data):
    """Return the marked cells of the notebook in ``data``; outputs and other metadata are unread.

    Cells of one grade id, halves of one that was split or copies, belong together in order.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    Unreadable
        If it is not a notebook of format 4 in UTF-8, or too large.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES // 2**20} MB; clear its outputs")
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("the file is empty")
    return gather(
        (cell.get("cell_type"), _grade_id(cell), source)
        for cell in _cells(_parse(data))
        if (source := _source(cell)) is not None
    )


def gather(found):
    """Return the Cells of a notebook with these (cell type, grade id or None, source)."""
    parts, code, texts, notes, unread = {}, [], [], {}, {}
    for kind, grade_id, source in found:
        if len(source) > MAX_SOURCE:
            if grade_id is not None:
                said = f"It cannot be read: the cell has {len(source)} characters"
                unread[grade_id] = f"{said}; at most {MAX_SOURCE} are read."
            source = ""
        if grade_id is not None:
            parts.setdefault(grade_id, []).append(source)
        if grade_id is not None or kind == "code":
            code.append((grade_id, source))
        else:
            texts.append((len(code), source))
    for grade_id, sources in parts.items():
        if len(sources) > 1:
            notes[grade_id] = "The cell stands more than once; its parts were taken in order."
    marked = {grade_id: "\n".join(sources) for grade_id, sources in parts.items()}
    return Cells(marked, tuple(code), notes, unread, tuple(texts))


def _parse(data):
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("the file is not text in UTF-8") from None
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise Unreadable("the file is nested too deeply for a notebook") from None
    except ValueError as error:
        raise Unreadable(f"the file is not JSON, so no notebook: {str(error)[:100]}") from None
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & notebook.keys():
        raise Unreadable("the file is JSON, but not a notebook: it has no cells")
    return notebook


def _cells(notebook):
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        version = str(notebook.get("nbformat"))[:20]
        raise Unreadable(f"notebook format {version} is too old or odd; save it with JupyterLab")
    if not cells:
        raise Unreadable("the notebook has no cells")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; at most {MAX_CELLS} are read")
    return [cell for cell in cells if isinstance(cell, dict)]


def _source(cell):
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    # JSON can spell half of a character, which no encoding can write.
    return source.encode(errors="replace").decode()


def _grade_id(cell):
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else None
