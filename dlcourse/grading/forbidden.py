"""Find the names that an answer leans on, to see whether it uses what would be the answer."""

import ast
import re

from ..checks.learner import names_used


def uses_forbidden(exercise, source):
    """Return the forbidden names that the exercise's function needs, in order.

    Followed are the statements of the cell that bind a name which the function uses, so that
    a helper or an import under another name counts, and a comparison printed below does not.

    Parameters
    ----------
    exercise : Exercise
    source : what stands in the student's cell
    """
    try:
        tree = ast.parse(_without_magics(source))
        statements = [(_bound(s), _used(s)) for s in tree.body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # running it will tell
    begin = [i for i, (bound, _) in enumerate(statements) if exercise.name in bound][-1:]
    followed, names = set(), set()
    while len(followed) < len(followed | set(begin)):
        followed |= set(begin)
        names = set().union(*(statements[i][1] for i in followed))
        others = names - {exercise.name}
        begin = [i for i, (bound, _) in enumerate(statements) if bound & others]
    return sorted(names & set(exercise.forbidden))


def _without_magics(source):
    """Return the Python in a cell; what stands below %%time is run all the same.

    IPython's own transformer takes time that grows with the square of the magics, and this
    runs outside the sandbox.
    """
    lines = []
    for line in source.splitlines():
        text = line.lstrip()
        if text.startswith(("%", "!", "?")) or text.rstrip().endswith("?"):
            line = line[: len(line) - len(text)] + "pass"
        lines.append(re.sub(r"=\s*[%!].*", "= None", line))
    return "\n".join(lines)


def _used(statement):
    """Return the outer names that ``statement`` reads or imports; its own locals are left out."""
    mentioned = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            mentioned.add(node.id)
        elif isinstance(node, ast.Attribute):
            mentioned.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
            mentioned |= {part for module in modules for part in module.split(".")}
    return mentioned & names_used(compile(ast.Module([statement], []), "<answer>", "exec"))


def _bound(statement):
    """Return the names of the notebook that ``statement`` binds, a function's own left out."""
    bound, waiting = set(), [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return bound
