"""Take answers along into a newer notebook: `make carry LAB=02_neuron`.

An answer is carried where the new notebook asks for the same function with the same arguments
and nothing has been written there yet. The older notebook stays as it is.
"""

import ast
import hashlib
import json
import sys
from pathlib import Path

from .copies import place
from .lab import COURSE
from .manifest import read_manifest, replace


def main(arguments):
    """Carry the answers of one lab and say what became of each."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit("Name one lab: make carry LAB=02_neuron")
    try:
        sentences = carry(COURSE / "work", arguments[0])
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    print("\n".join(sentences))


def carry(work, lab):
    """Write the answers of the newest notebook but one into the newest.

    Parameters
    ----------
    work : Path
        The working copy.
    lab : str
        Such as 02_neuron.

    Returns
    -------
    list of str
        What was carried, and each thing that was not, with the reason.

    Raises
    ------
    ValueError
        There is no such lab, no newer notebook, or one that is none.
    """
    name = f"labs/{lab}.ipynb"
    manifest = read_manifest(work)
    if name not in manifest:
        labs = [Path(n).stem for n in manifest if n.startswith("labs/")]
        raise ValueError(f"There is no lab {lab!r}; there are: {', '.join(sorted(labs))}")
    newest = manifest[name]["version"]
    older = [v for v in range(newest - 1, 0, -1) if (work / place(name, v)).is_file()]
    if not older:
        raise ValueError(f"There is one notebook of {lab} only: nothing to carry.")
    source, target = work / place(name, older[0]), work / place(name, newest)
    yours, new = _notebook(source), _notebook(target)
    carried, left = _answers(yours, new)
    kept, changed = _free_cells(yours, new)
    if carried or kept:
        replace(target, _bytes(new))
    sentences = [f"From {source.name} to {target.name}:"]
    sentences += [f"- {grade_id}: your answer is there; run its check." for grade_id in carried]
    sentences += [f"- {kept} cells of your own are there."] if kept else []
    sentences += [f"- {what}. It stays in {source.name}." for what in [*left, *changed]]
    return sentences if len(sentences) > 1 else [f"{source.name} holds nothing to carry."]


def _notebook(path):
    try:
        notebook = json.loads(path.read_bytes())
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["metadata"].get("nbgrader")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ValueError(f"{path} is no notebook that can be read.") from None
    return notebook


def _bytes(notebook):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _solutions(notebook):
    """Return {grade id: cell} of the cells that the learner fills."""
    marked = ((c["metadata"].get("nbgrader") or {}, c) for c in notebook["cells"])
    return {mark["grade_id"]: cell for mark, cell in marked if mark.get("solution")}


def _answers(yours, new):
    """Write the answers into ``new``; return those carried, and what was not with its reason."""
    stubs, carried, left = _solutions(new), [], []
    for grade_id, cell in _solutions(yours).items():
        stub, answer = stubs.get(grade_id), cell["source"]
        if _is_given(cell) or (stub and stub["source"] == answer):
            continue
        if stub is None:
            left.append(f"{grade_id} is not asked any more")
        elif not _is_given(stub):
            left.append(f"{grade_id} has an answer in the newer notebook already")
        elif cell["cell_type"] == "code" and (why := does_not_fit(answer, stub["source"])):
            left.append(f"{grade_id}: {why}")
        else:
            is_code = cell["cell_type"] == "code"
            stub["source"] = described(answer, stub["source"]) if is_code else answer
            carried.append(grade_id)
    return carried, left


def _is_given(cell):
    """Return whether a cell to be filled is as it was handed out: nbgrader's checksum says so."""
    mark = cell["metadata"]["nbgrader"]
    is_graded = bool(mark.get("grade"))
    # nbgrader.utils.compute_checksum: graded or not, to be solved, not locked.
    parts = [cell["source"], cell["cell_type"], str(is_graded), "True", "False", mark["grade_id"]]
    parts += [str(float(mark["points"]))] if is_graded else []
    digest = hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
    return digest == mark.get("checksum")


def does_not_fit(answer, stub):
    """Return why an answer does not fit a stub, or "": each name with the same arguments."""
    try:
        theirs, asked = _signatures(answer), _signatures(stub)
    except (SyntaxError, ValueError, RecursionError) as error:
        return f"your cell cannot be read ({error})"
    for name, arguments in asked.items():
        if name not in theirs:
            return f"your cell defines no {name}"
        if theirs[name] != arguments:
            return f"it takes {name}({arguments}) now; yours takes ({theirs[name]})"
    return ""


def _signatures(source):
    """Return {name: arguments} of the functions and methods in ``source``, classes by bases."""
    found, waiting = {}, [("", node) for node in ast.parse(source).body]
    for around, node in waiting:
        if isinstance(node, ast.ClassDef):
            found[around + node.name] = ", ".join(map(ast.unparse, node.bases))
            waiting += [(f"{around}{node.name}.", inner) for inner in node.body]
        elif isinstance(node, ast.FunctionDef):
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
            found[around + node.name] = ast.unparse(node.args)
    return found


def described(answer, stub):
    """Return ``answer`` with the docstring of ``stub``, where both have one."""
    old, new = _docstring(answer), _docstring(stub)
    if old is None or new is None:
        return answer
    lines, words = answer.splitlines(), stub.splitlines()[new.lineno - 1 : new.end_lineno]
    own = (lines[old.lineno - 1][: old.col_offset] + lines[old.end_lineno - 1]).strip()
    if own.startswith("def ") or not words[0].strip().startswith(('"', "'", "r")):
        return answer  # on one line with code
    return "\n".join([*lines[: old.lineno - 1], *words, *lines[old.end_lineno :]])


def _docstring(source):
    """Return the docstring's node of the first function or class in ``source``, or None."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = node.body[0]
            is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            return first if is_text and isinstance(first.value.value, str) else None
    return None


def _free_cells(yours, new):
    """Put the learner's own cells behind those that they stand behind.

    Returns
    -------
    int
        How many there are.
    list of str
        The cells of the course that the learner changed.
    """
    there = {cell.get("id"): cell for cell in new["cells"]}
    kept, changed, anchor = 0, [], None
    for cell in yours["cells"]:
        mark = cell["metadata"].get("nbgrader") or {}
        if mark.get("grade_id"):
            anchor = next((c for c in new["cells"] if _grade_id(c) == mark["grade_id"]), anchor)
        elif cell.get("id") in there:
            anchor = there[cell["id"]]
            if not _is_courses(cell) and anchor["source"] != cell["source"]:
                changed.append(f"You changed a cell of the course: {_first_line(cell)}")
        elif not _is_courses(cell) and cell["source"].strip():
            at = 0 if anchor is None else new["cells"].index(anchor) + 1
            new["cells"].insert(at, cell)
            there[cell.get("id")] = anchor = cell
            kept += 1
    return kept, changed


def _grade_id(cell):
    return (cell["metadata"].get("nbgrader") or {}).get("grade_id")


def _is_courses(cell):
    """Return whether a cell is the course's and unchanged: its id is made of its text."""
    digest = hashlib.sha256(cell["source"].encode()).hexdigest()[:8]
    return str(cell.get("id", "")).partition("-")[0] == digest


def _first_line(cell):
    return (cell["source"].strip().splitlines() or [""])[0]


if __name__ == "__main__":
    main(sys.argv[1:])
