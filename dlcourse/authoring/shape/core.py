"""How the core ends: common mistakes, a summary, and code for Monday that leans on nothing."""

import ast
import builtins
import re

LAST = ["Common mistakes", "Summary", "On Monday"]
MONDAY_LINES = 20
WITH_METRICS = ("14", "15")  # the units that teach dlcourse.metrics


def findings(lecture):
    """Yield a sentence for each way in which the end of the core is not as it should be."""
    core = lecture.sittings[0].cells
    parts = [h[4:] for n, h in lecture.headings() if h.startswith("### ") and n < len(core)]
    if parts[-3:] != LAST:
        found = ", ".join(parts[-3:]) or "none"
        yield f"sitting 1: found {found} as its last parts; needed ### {', ### '.join(LAST)}"
    if "On Monday" not in parts:
        return
    text = core[_start(lecture)].source.partition("### On Monday")[2]
    if not re.search(r"^(- |\d\. |\|)", text, re.M):
        yield "On Monday: found no list; needed the defaults to start with, as a list or a table"
    code = monday(lecture)
    if len(code) != 1:
        yield f"On Monday: found {len(code)} cells of code; needed one"
    else:
        yield from (f"On Monday: {sentence}" for sentence in _cell(lecture, code[0]))


def monday(lecture):
    """Return the numbers of the cells of code under *On Monday*: one, as it should be."""
    core = lecture.sittings[0].cells
    return [n for n in range(_start(lecture), len(core)) if core[n].cell_type == "code"]


def _start(lecture):
    core = lecture.sittings[0].cells
    starts = [n for n, h in lecture.headings() if h == "### On Monday" and n < len(core)]
    return starts[-1] if starts else len(core)


def _cell(lecture, number):
    cell = lecture.cells[number]
    lines = len(cell.source.splitlines())
    if lines > MONDAY_LINES:
        yield f"found {lines} lines of code; needed at most {MONDAY_LINES}"
    if cell.metadata.get("folded"):
        yield "found a folded cell; needed one that the reader sees"
    tree = ast.parse(cell.source)
    if "print" not in _loads(tree):
        yield "found no print; needed its result"
    allowed = ("dlcourse.metrics",) if lecture.unit in WITH_METRICS else ()
    besides = f" besides {allowed[0]}" if allowed else ""
    for name in sorted(_of_the_course(tree, allowed)):
        yield f"found an import of {name}; needed nothing of dlcourse{besides}"
    for name in sorted(_free(tree) & _only_here(lecture.cells[:number])):
        yield (
            f"found {name}, which another cell imports, defines or makes with dlcourse; needed "
            "lines that one can paste beside one's own data"
        )


def _only_here(cells):
    """Return the names of ``cells`` that somebody else with the same data would not have.

    These are imports, the lecture's functions, and what these or dlcourse have made. Data are
    not among them: what ``dlcourse.data`` loads, and what other libraries make of it.
    """
    ours, imported = set(), set()
    for cell in cells:
        if cell.cell_type != "code":
            continue
        plain = re.sub(r"^(\s*)[%!].*$", r"\1pass", cell.source, flags=re.M)
        for statement in ast.parse(plain).body:
            bound = _bound(statement)
            makes = _loads(statement) & ours or isinstance(
                statement, ast.FunctionDef | ast.ClassDef
            )
            ours = ours | bound if makes else ours - bound
            ours |= _of_the_course(statement, ["dlcourse.data"])
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imported |= bound
    return ours | imported


def _of_the_course(tree, allowed):
    """Return the names that imports of dlcourse in ``tree`` bind, but for ``allowed`` modules."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [(a.name, a.asname or a.name.partition(".")[0]) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [(f"{node.module}.{a.name}", a.asname or a.name) for a in node.names]
        else:
            continue
        for module, name in found:
            fine = any(f"{module}.".startswith(f"{one}.") for one in allowed)
            if module.partition(".")[0] == "dlcourse" and not fine:
                names.add(name)
    return names


def _bound(tree):
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _is_load(n)}
    if isinstance(tree, ast.FunctionDef | ast.ClassDef):
        return {tree.name}  # what it binds inside stays inside
    names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def _free(tree):
    return _loads(tree) - _bound(tree) - set(dir(builtins))


def _loads(tree):
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _is_load(n)}


def _is_load(name):
    return isinstance(name.ctx, ast.Load)
