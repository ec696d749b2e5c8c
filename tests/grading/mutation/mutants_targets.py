"""What is mutated of an exercise: the reference with what it calls, and the lab's solution."""

import ast
import functools
import inspect
import sys
import types
from collections import defaultdict
from dataclasses import dataclass

from catalogue import assignment_of

from dlcourse.checks.outcome import call
from dlcourse.grading.confinement import readable
from dlcourse.grading.sandbox import child, stand_in


@dataclass
class Target:
    """A function to mutate, its syntax tree, and the dicts that hold it by name.

    ``lines`` are those to which a change may be made; None stands for all. A method has an
    ``owner``, its class, which ``super()`` looks for.
    """

    function: types.FunctionType
    tree: ast.AST
    places: list
    lines: set | None = None
    owner: type | None = None

    def install(self, tree):
        """Put the function that ``tree`` defines in place of the right one."""
        if isinstance(tree, ast.Lambda):
            tree = ast.Assign([ast.Name("made", ast.Store())], tree)
        if self.owner:
            tree = _within(tree)
        made = {}
        module = ast.fix_missing_locations(ast.Module([tree], []))
        exec(compile(module, "<mutant>", "exec"), inspect.unwrap(self.function).__globals__, made)
        (function,) = made.values()
        self._put(function(self.owner) if self.owner else function)

    def restore(self):
        """Put the right function back."""
        self._put(self.function)

    def _put(self, function):
        for place, name in self.places:
            place[name] = function


class Methods:
    """The methods of a class, to be replaced by name."""

    def __init__(self, owner):
        self.owner = owner

    def items(self):
        """Return (name, function) pairs."""
        return [(n, f) for n, f in vars(self.owner).items() if isinstance(f, types.FunctionType)]

    def __setitem__(self, name, function):
        setattr(self.owner, name, function)


class Defaults:
    """The defaults of a function's arguments, to be replaced by number."""

    def __init__(self, function):
        self.function = inspect.unwrap(function)

    def items(self):
        """Return (number, default) pairs."""
        return list(enumerate(self.function.__defaults__ or ()))

    def __setitem__(self, number, value):
        before = self.function.__defaults__
        self.function.__defaults__ = (*before[:number], value, *before[number + 1 :])


def of_reference(exercise, cases):
    """Return the Targets in the reference and what it calls, and what gives the answer.

    Of the library's functions only lines that run on ``cases`` are changed: they can do more
    than one exercise asks for.
    """
    if inspect.isclass(exercise.answer):
        return _of_class(exercise.answer), lambda: exercise.answer
    held = {"answer": exercise.answer}
    reached = _reached(exercise.answer)
    ours = [vars(m) for n, m in sys.modules.items() if n.partition(".")[0] == "dlcourse"]
    holders = [held, *ours, *map(Defaults, reached)]
    ran = _lines_run(exercise, cases)
    targets = []
    for function in reached:
        places = [(h, n) for h in holders for n, value in list(h.items()) if value is function]
        mine = function.__module__.startswith("dlcourse.exercises")
        lines = None if mine else ran[inspect.unwrap(function).__code__.co_filename]
        targets.append(Target(function, _definition(function), places, lines))
    return targets, lambda: held["answer"]


def _of_class(owner):
    methods = Methods(owner)
    return [
        Target(function, _definition(function), [(methods, name)], owner=owner)
        for name, function in methods.items()
    ]


def _within(method):
    """Return a function that makes ``method`` for the class that it is given."""
    body = [method, ast.Return(ast.Name(method.name, ast.Load()))]
    arguments = ast.arguments(
        [], [ast.arg("__class__")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.FunctionDef("made", arguments, body, decorator_list=[], type_params=[])


def _reached(function):
    """Return ``function`` and the course's functions that it calls, those for checks left out.

    Classes are left out too: what an exercise asks for is in the solution, written out.
    """
    found, waiting = [], [function]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.append(one)
        plain = inspect.unwrap(one)  # as written, without its decorator
        used, outer = [], plain.__globals__
        local = {*plain.__code__.co_varnames, *plain.__code__.co_cellvars}
        for node in ast.walk(_definition(one)):
            if isinstance(node, ast.Name) and node.id not in local:
                used.append(outer.get(node.id))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = outer.get(node.value.id)
                if isinstance(module, types.ModuleType):
                    used.append(vars(module).get(node.attr))
        waiting += [f for f in used if isinstance(f, types.FunctionType) and _is_ours(f)]
    return found


def _is_ours(function):
    """Return whether an exercise wants what ``function`` does, not only the library's manners."""
    if function.__module__.startswith("dlcourse.exercises"):
        return True
    manners = "._" in function.__module__ or function.__module__.startswith("dlcourse.validation")
    private = function.__name__.startswith("_")
    return function.__module__.startswith("dlcourse") and not (private or manners)


def _definition(function):
    """Return the syntax tree of ``function``, a FunctionDef or Lambda."""
    function = inspect.unwrap(function)
    tree, begin = _parsed(inspect.getsourcefile(function)), function.__code__.co_firstlineno
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            if first == begin and tuple(arg.arg for arg in node.args.args) == names:
                return node
    raise RuntimeError(f"{function} has no definition in its file")


@functools.cache
def _parsed(path):
    with open(path, encoding="utf-8") as file:
        return ast.parse(file.read())


def of_solution(lab, exercise):
    """Return the Targets in the lab's solution, as the grader runs it, and what gives the answer.

    What a set-up cell finds is as in the sandbox, so this is for a process of its own.
    """
    assignment = assignment_of(lab)
    libraries = ("numpy", "scipy") if exercise.torch is None else ("numpy", "scipy", "torch")
    stand_in.remember_ours()
    stand_in.install(readable.modules((*libraries, *readable.ALSO)))
    cells = child.Cells()
    for source in assignment.setup[exercise.name]:
        cells.set_up(source)
    names, source = cells.names, assignment.solutions[exercise.name]
    exec(source, names)
    targets = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            targets.append(Target(names[node.name], node, [(names, node.name)]))
        elif isinstance(node, ast.ClassDef):
            owner = names[node.name]
            methods = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
            targets += [
                Target(function, methods[name], [(Methods(owner), name)], owner=owner)
                for name, function in Methods(owner).items()
            ]
    return targets, lambda: names[exercise.name]


def _lines_run(exercise, cases):
    """Return {file: lines that ran} when the reference answers ``cases``."""
    ran = defaultdict(set)

    def trace(frame, event, _):
        ran[frame.f_code.co_filename].add(frame.f_lineno)
        return trace

    sys.settrace(trace)
    for args in cases:
        call(exercise.answer, args, exercise.torch)
    sys.settrace(None)
    return ran
