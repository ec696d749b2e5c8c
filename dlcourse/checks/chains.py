"""Dotted names in Python source, such as np.linalg.lstsq, and what the source binds itself.

A chain is (absolute, parts): (True, ("torch", "exp")) is torch's exp, whatever it is called
here; (False, ("np", "exp")) begins with a name that somebody else has to look up. Nothing is run.
"""

import ast

IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SCOPES = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(node):
    """Yield (name, chains) for each name that ``node`` binds in its own scope.

    ``chains`` are what the name then stands for: none where it is the author's own. The name
    "*" stands for all names of a module.
    """
    for inner in of_this_scope(node):
        if isinstance(inner, IMPORTS):
            yield from _imported(inner)
        elif isinstance(inner, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            chains = {chain_of(inner.value)} - {None}
            yield from ((t.id, chains) for t in targets if isinstance(t, ast.Name))
        elif isinstance(inner, DEFINITIONS):
            yield inner.name, set()
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id, set()
        elif isinstance(inner, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and inner.name:
            yield inner.name, set()
        elif isinstance(inner, ast.MatchMapping) and inner.rest:
            yield inner.rest, set()


def made_global(node):
    """Yield (name, chains), as ``bound`` does, for what functions in ``node`` declare global."""
    for function in ast.walk(node):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [inner for statement in function.body for inner in of_this_scope(statement)]
            wide = {name for n in inside if isinstance(n, ast.Global) for name in n.names}
            if wide:
                found = (pair for statement in function.body for pair in bound(statement))
                yield from (pair for pair in found if pair[0] in wide)


def chain_of(node):
    """Return the chain that an expression is, or None.

    getattr and import_module count where the name that they are given is plain text.
    """
    rest = []
    while True:
        if isinstance(node, ast.Name):
            return False, (node.id, *reversed(rest))
        if isinstance(node, ast.Attribute):
            rest.append(node.attr)
            node = node.value
            continue
        if not isinstance(node, ast.Call):
            return None
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [getattr(a, "value", None) for a in node.args]
        if called == "getattr" and len(texts) > 1 and isinstance(texts[1], str):
            rest.append(texts[1])
            node = node.args[0]
        elif called in ("import_module", "__import__") and texts and isinstance(texts[0], str):
            return True, (*texts[0].split("."), *reversed(rest))
        else:
            return None


def words(node):
    """Return every name, attribute and import in ``node`` as a chain of its own."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found.add((False, (inner.id,)))
        elif isinstance(inner, ast.Attribute):
            found.add((True, (inner.attr,)))
        elif isinstance(inner, IMPORTS):
            found = found.union(*(chains for _, chains in _imported(inner)))
    return found


def of_this_scope(node):
    """Yield ``node`` and what runs with it, not what is inside functions; no annotations."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, SCOPES):
            fields = (value for name, value in ast.iter_fields(inner) if name != "annotation")
            found = (part for value in fields for part in listed(value))
            waiting += [part for part in found if isinstance(part, ast.AST)]


def _imported(node):
    for alias in node.names:
        if isinstance(node, ast.Import):
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or path, {(True, tuple(path.split(".")))}
        else:
            module = (node.module or "").split(".")
            path = module if alias.name == "*" else [*module, alias.name]
            yield alias.asname or alias.name, {(True, tuple(path))}


def listed(value):
    """Return ``value`` as a list: a field of a syntax tree may hold one node or many."""
    return value if isinstance(value, list) else [value]
