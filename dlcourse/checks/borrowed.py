"""Does an answer borrow what it should build? A name is judged by where it comes from.

``forbidden`` decides on the full names, such as scipy.special.expit, of what an answer uses.
For the grader ``in_source`` finds them in source that is not run, for the notebook
``reached.in_function`` behind a function that is there. What learners define is their own,
whatever they call it.
"""

import ast
import builtins

from .chains import bound, made_global
from .uses import MOST, used

# These give a name its value on every way; in an if, a try or a loop the old value may stay.
SURE = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SURE += (ast.Import, ast.ImportFrom)


def forbidden(exercise, origins):
    """Return which names that ``exercise`` forbids are part of the full names ``origins``.

    Parameters
    ----------
    exercise : Exercise
    origins : full names, such as those of ``in_source``

    Returns
    -------
    list of str
        sorted
    """
    parts = {part for origin in origins for part in origin.split(".")}
    return sorted(parts & set(exercise.forbidden))


def sentence(names):
    """Return what is said to whoever borrowed ``names``."""
    return f"it uses {', '.join(names)}, which would be the answer. Build it yourself."


def in_source(statements, name, given=()):
    """Return the full names of the library's things that an answer uses, running nothing.

    Parameters
    ----------
    statements : syntax trees of all that the answer needs, in the order in which they run
    name : the function that is the answer; to import it is a use
    given : syntax trees of the instructor's cells, which run before and borrow what they like

    Returns
    -------
    set of str
    """
    env, later, origins = {"*": set()}, set(), set()
    for statement in given:
        _bind(env, statement)
    for statement in statements:
        now, called = used(statement)
        origins |= _full(env, now)
        _bind(env, statement)
        origins |= _full(env, now)  # of try: from torch import exp ... f = exp
        later |= called
    origins |= _full(env, {*later, (False, (name,))})
    return {".".join(parts) for parts in origins}


def _bind(env, statement):
    """Note in ``env`` the full names, as tuples, that names stand for: none for one's own."""
    fresh = {name: set() for name, _ in bound(statement)} if isinstance(statement, SURE) else {}
    pairs = [(n, _full(env, chains)) for n, chains in (*bound(statement), *made_global(statement))]
    env |= {**fresh, "*": env["*"]}
    for name, found in pairs:
        env[name] = env.get(name, set()) | found


def _full(env, chains):
    """Return the full names, as tuples, of those chains that come from a library."""
    found = set()
    for absolute, (head, *rest) in chains:
        if absolute:
            found.add((head, *rest))
        elif head in env:
            found |= {(*known, *rest) for known in env[head]}
        elif not hasattr(builtins, head):  # from module import *
            found |= {(*module, head, *rest) for module in env["*"]}
    if len(found) > MOST:  # all in one: nothing that is in any of them is lost
        return {tuple(sorted({part for parts in found for part in parts}))}
    return found
