"""What a piece of Python source uses of the world outside it, as chains; nothing is run.

What it binds itself is not outside: arguments, local variables, own functions. Annotations and
imports that nobody uses are no use.
"""

import ast

from .chains import bound, chain_of, listed, of_this_scope, words

MOST = 200  # things that one name may stand for


class Tangled(Exception):
    """A name may stand for more things than are worth telling apart."""


def used(node):
    """Return the chains that ``node``, a syntax tree, uses.

    Where it is too deep or too tangled to be followed, every word in it is a chain.

    Returns
    -------
    (set, set)
        of chains: those for which it needs a value when it runs, and those of the functions
        in it, which need theirs when they are called
    """
    reader = _Reader()
    try:
        reader.visit(node)
    except (RecursionError, Tangled):
        return words(node), set()
    return reader.now, reader.later


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
        self._inside(listed(node.body), names)
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
                chains = {(known, (*parts, *rest)) for known, parts in set().union(*found)}
                if len(chains) > MOST:
                    raise Tangled
                return chains
        return {chain}
