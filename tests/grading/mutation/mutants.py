"""Small faults to put into a right answer, one at a time, as a learner might make them.

A mutant that is still marked right shows a hole in the exercise's inputs, or changes nothing.
"""

import ast
import copy

SWAPPED_OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
PAIRS = (
    *("max min", "maximum minimum", "sum mean", "argmax argmin", "floor ceil", "any all"),
    *("exp expm1", "log log1p", "zeros ones", "zeros_like ones_like", "std var", "sqrt square"),
    *("sin cos", "sinh cosh", "prod sum", "cumsum cumprod", "rows columns", "append extend"),
    *("median mean", "vstack hstack", "abs sign", "tanh sinh", "log log2", "round floor"),
)
SWAPPED_NAMES = {}
for first, second in map(str.split, PAIRS):
    SWAPPED_NAMES.setdefault(first, []).append(second)
    SWAPPED_NAMES.setdefault(second, []).append(first)


def mutants(function, lines=None):
    """Yield (what was changed, mutated syntax tree) for each change to ``function``.

    ``function`` is a FunctionDef or Lambda. Defaults of its own arguments stay: a call names
    them all. So do guards, ``if bad: raise ...``: no exercise is asked about bad arguments.
    Only statements on ``lines`` are changed, where they are given.
    """
    function = copy.deepcopy(function)
    name = getattr(function, "name", "lambda")
    bodies = function.body if isinstance(function.body, list) else [function.body]
    for position, top in enumerate(bodies):
        if isinstance(function.body, list):
            slots = _slots(function.body, position, top)
        else:
            slots = _slots(function, "body", top)
        for place, key, node, statement in slots:
            if lines is not None and statement.lineno not in lines:
                continue
            before = _line(statement)
            for new in _variants(node):
                _put(place, key, new)
                changed = new if statement is node else statement
                yield f"{name}: {before} -> {_line(changed)}", function
                _put(place, key, node)


def _slots(place, key, node, statement=None):
    """Yield (place, key, node, statement) for ``node``, held at ``place``, and all below it."""
    if _stays(node):
        return
    if statement is None or isinstance(node, ast.stmt):
        statement = node
    yield place, key, node, statement
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "ctx"):
            continue
        if isinstance(value, ast.AST):
            yield from _slots(node, field, value, statement)
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _slots(value, i, item, statement)


def _put(place, key, node):
    if isinstance(place, list):
        place[key] = node
    else:
        setattr(place, key, node)


def _stays(node):
    """Return whether nothing in ``node`` is worth a change: docstrings, errors, guards."""
    if isinstance(node, ast.If):
        return isinstance(node.body[-1], ast.Raise) and not node.orelse
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    nothing = ast.Raise | ast.Pass | ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom
    return text or isinstance(node, nothing)


def _line(statement):
    """Return the first line of a statement that may hold others, for people to recognise it."""
    return ast.unparse(ast.fix_missing_locations(statement)).partition("\n")[0]


def _variants(node):
    for other in SWAPPED_OPERATORS.get(type(node), ()):
        yield other()
    yield from _CHANGES.get(type(node), lambda node: ())(node)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.If | ast.For | ast.While):
        yield ast.Pass()


def _constant(node):
    value = node.value
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [0, 1, value + 1, value - 1]
    elif isinstance(value, float):
        others = [0.0, 1.0, value + 1, value - 1, value / 2, value * 2]
    else:
        others = []
    for other in dict.fromkeys(others):
        if other != value:
            yield ast.Constant(other)


def _comparison(node):
    """Give the comparison with another text, for ``if name == "tanh"``."""
    for i, other in enumerate(node.comparators):
        if isinstance(other, ast.Constant) and isinstance(other.value, str):
            changed = ast.Constant(other.value + "x")
            others = [*node.comparators[:i], changed, *node.comparators[i + 1 :]]
            yield _with(node, comparators=others)


def _negated(node):
    """Give the same ``if``, loop or choice on the opposite condition."""
    yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _comprehension(node):
    for i, test in enumerate(node.ifs):
        negated = ast.UnaryOp(ast.Not(), test)
        yield _with(node, ifs=[*node.ifs[:i], negated, *node.ifs[i + 1 :]])
        yield _with(node, ifs=node.ifs[:i] + node.ifs[i + 1 :])


def _call(node):
    for i in range(len(node.args) - 1):
        args = list(node.args)
        args[i], args[i + 1] = args[i + 1], args[i]
        yield _with(node, args=args)
    for i in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])


def _slice(node):
    """Give the slice shifted by one at either end, and without its step."""
    one = ast.Constant(1)
    if node.lower is None:
        yield _with(node, lower=one)
    elif not isinstance(node.lower, ast.Constant):
        yield _with(node, lower=ast.BinOp(node.lower, ast.Add(), one))
    if node.upper is None:
        yield _with(node, upper=ast.UnaryOp(ast.USub(), one))
    elif not isinstance(node.upper, ast.Constant):
        yield _with(node, upper=ast.BinOp(node.upper, ast.Sub(), one))
    if node.step is not None:
        yield _with(node, step=None)


def _name(node):
    field = "attr" if isinstance(node, ast.Attribute) else "id"
    if isinstance(node.ctx, ast.Load):
        for other in SWAPPED_NAMES.get(getattr(node, field), ()):
            yield _with(node, **{field: other})
        if field == "attr" and node.attr == "T":
            yield node.value


def _with(node, **changed):
    fields = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
    return type(node)(**{**fields, **changed})


_CHANGES = {
    ast.Constant: _constant,
    ast.Compare: _comparison,
    ast.If: _negated,
    ast.While: _negated,
    ast.IfExp: _negated,
    ast.comprehension: _comprehension,
    ast.Call: _call,
    ast.Slice: _slice,
    ast.Name: _name,
    ast.Attribute: _name,
    ast.UnaryOp: lambda node: [node.operand],
    ast.BinOp: lambda node: [node.left, node.right],
}
