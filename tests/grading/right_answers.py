"""Write each right answer of the catalogue as the cell of a notebook, with all that it needs."""

import ast
import re
import sys
from pathlib import Path


class LeansOnLibrary(Exception):
    """The answer calls the course's own library, which is out of reach where marks are given."""


def cells(exercise):
    """Yield, for the reference and each other right answer, its cell, or None.

    None stands for an answer that calls the course's library, or uses what learners may not.
    """
    path = _file_of(exercise)
    keywords = {k.arg: k.value for k in _call(path).keywords}
    for expression in [keywords["answer"], *keywords["also_right"].elts]:
        try:
            parts = _needed(path, expression, {})
        except LeansOnLibrary:
            yield None
            continue
        if not (isinstance(expression, ast.Name) and expression.id == exercise.name):
            parts["="] = f"{exercise.name} = {ast.unparse(expression)}"
        cell = "\n".join(dict.fromkeys(parts.values()))
        yield None if _words(cell) & {*exercise.forbidden} - {exercise.name} else cell


def _words(cell):
    return set(re.findall(r"\w+", cell))


def _file_of(exercise):
    """Return the path of the file that declares ``exercise``."""
    modules = list(sys.modules.values())
    return next(m.__file__ for m in modules if getattr(m, "EXERCISE", None) is exercise)


def _call(path):
    """Return the call of Exercise in the file at ``path``."""
    for statement in _statements(path):
        if _bound(statement) == ["EXERCISE"]:
            return statement.value
    raise ValueError(f"{path} declares no exercise")


def _statements(path):
    return ast.parse(Path(path).read_text(encoding="utf-8")).body


def _needed(path, tree, found):
    """Return {name: source} of what ``tree``, from the file at ``path``, needs, in order."""
    binding = {name: s for s in _statements(path) for name in _bound(s)}
    for name in sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & set(binding)):
        if name in found:
            continue
        statement = binding[name]
        if isinstance(statement, ast.ImportFrom) and statement.level:
            other = str(Path(path).with_name(f"{statement.module}.py"))
            _needed(other, ast.Name(name, ast.Load()), found)
            continue
        if _is_ours(statement):
            raise LeansOnLibrary
        found[name] = ""  # it may call itself
        _needed(path, statement, found)
        del found[name]
        found[name] = ast.unparse(statement)
    return found


def _bound(statement):
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(a.asname or a.name).partition(".")[0] for a in statement.names]
    targets = getattr(statement, "targets", ())
    return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]


def _is_ours(statement):
    if isinstance(statement, ast.ImportFrom):
        return statement.module.partition(".")[0] == "dlcourse"
    return isinstance(statement, ast.Import) and any(
        alias.name.partition(".")[0] == "dlcourse" for alias in statement.names
    )
