"""The dotted names that Python source takes from outside itself, such as np.linalg.lstsq.

A chain is (absolute, parts): (True, ("torch", "exp")) is torch's exp, whatever it is called
here; (False, ("np", "exp")) begins with a name that somebody else has to look up. What the
source binds itself is not in it; annotations and unused imports neither. Nothing is run.
"""

import ast

IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SCOPES = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def used(node):
    """Return the chains that ``node``, a syntax tree, uses.

    Returns
    -------
    (set, set)
        of chains: those for which it needs a value when it runs, and those of the functions
        in it, which need theirs when they are called
    """
    reader = _Reader()
    reader.visit(node)
    return reader.now, reader.later


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
    if isinstance(node, ast.Name):
        return False, (node.id,)
    if isinstance(node, ast.Attribute):
        base = chain_of(node.value)
        return base and (base[0], (*base[1], node.attr))
    if not isinstance(node, ast.Call):
        return None
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    texts = [getattr(a, "value", None) for a in node.args]
    if called == "getattr" and len(texts) > 1 and isinstance(texts[1], str):
        base = chain_of(node.args[0])
        return base and (base[0], (*base[1], texts[1]))
    if called in ("import_module", "__import__") and texts and isinstance(texts[0], str):
        return True, tuple(texts[0].split("."))
    return None


def of_this_scope(node):
    """Yield ``node`` and what runs with it, not what is inside functions; no annotations."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, SCOPES):
            fields = (value for name, value in ast.iter_fields(inner) if name != "annotation")
            found = (part for value in fields for part in _listed(value))
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


def _listed(value):
    return value if isinstance(value, list) else [value]


class _Reader(ast.NodeVisitor):
    """Collects chains; ``scopes`` holds (names bound, whether of a class), innermost last."""

    def __init__(self):
        self.now, self.later, self.scopes, self.depth = set(), set(), [], 0

    def visit(self, node):
        chain = chain_of(node)
        if chain is None:
            super().visit(node)
        elif not isinstance(getattr(node, "ctx", None), ast.Store):
            (self.later if self.depth else self.now).update(self._resolved(chain))

    def visit_FunctionDef(self, node):
        outside = (*getattr(node, "decorator_list", ()), *node.args.defaults)
        for part in filter(None, (*outside, *node.args.kw_defaults)):
            self.visit(part)
        names = [(arg.arg, set()) for arg in ast.walk(node.args) if isinstance(arg, ast.arg)]
        self.depth += 1
        self._inside(_listed(node.body), names)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
            self.visit(part)
        self._inside(node.body, [], is_class=True)

    def visit_ListComp(self, node):
        self._inside([*ast.iter_child_nodes(node)], [])

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_AnnAssign(self, node):
        for part in filter(None, (node.target, node.value)):
            self.visit(part)

    def _inside(self, body, names, is_class=False):
        """Visit ``body`` with its own names, and with ``names``, known."""
        inner = {}
        for name, chains in (*names, *(b for statement in body for b in bound(statement))):
            inner[name] = inner.get(name, set()) | chains
        for node in (n for statement in body for n in of_this_scope(statement)):
            if isinstance(node, ast.Global | ast.Nonlocal):
                inner = {name: c for name, c in inner.items() if name not in node.names}
        self.scopes.append((inner, is_class))
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    def _resolved(self, chain, above=0, followed=frozenset()):
        """Return the chains that ``chain`` is once the names of the scopes around are known."""
        absolute, (head, *rest) = chain
        if absolute:
            return {chain}
        for i in range(above, len(self.scopes)):
            names, is_class = self.scopes[-1 - i]
            if head in names and not (is_class and i):
                if (i, head) in followed:  # x = x.T
                    return set()
                found = (self._resolved(c, i, followed | {(i, head)}) for c in names[head])
                return {(known, (*parts, *rest)) for known, parts in set().union(*found)}
        return {chain}
