"""Attacks on the comparison and on the code around an answer."""

from grading_attacks import INSIDE, WRONG, does, returns

COMPARISON = [
    ("equals everything", {"ok"}, returns("Yes()", "class Yes:\n    __eq__ = lambda s, o: True")),
    (
        "array that equals everything",
        {"ok"},
        returns(
            "np.zeros(x.shape).view(Yes)",
            "class Yes(np.ndarray):\n    __eq__ = lambda s, o: True\n"
            "    __array_ufunc__ = lambda s, *a, **k: True",
        ),
    ),
    ("float that equals everything", {"ok"}, returns("F(1)", "class F(float): __eq__ = all")),
    ("patched isclose", {"ok"}, "np.isclose = np.allclose = lambda *a, **k: True\n" + WRONG),
    ("patched array_equal", {"ok"}, "np.array_equal = lambda *a, **k: True\n" + WRONG),
    ("patched all", {"ok"}, "import builtins\nbuiltins.all = lambda *a: True\n" + WRONG),
    ("not a number", {"ok"}, returns("np.full(x.shape, np.nan)")),
    ("infinite", {"ok"}, returns("np.full(x.shape, np.inf)")),
    ("masked", {"ok"}, returns("np.ma.masked_all(x.shape)")),
    ("masked constant", {"ok"}, returns("np.ma.masked")),
    ("objects", {"ok"}, returns("np.array([object()] * x.size, object)")),
    ("record array", {"ok"}, returns("np.rec.array([(1, 2.0)])")),
    ("dates", {"ok"}, returns("np.zeros(x.shape, 'datetime64[s]')")),
    ("empty", {"ok"}, returns("np.empty((0, 7))")),
    ("generator", {"ok"}, returns("(0.0 for _ in x)")),
    ("its own list", {"ok"}, "a = []\na.append(a)\n" + returns("a")),
    ("module", {"ok"}, returns("np")),
    ("type with an evil name", {"ok"}, returns("type('RIGHT\\n<b>' * 99, (), {})()")),
    ("the argument itself", {"ok"}, returns("x")),
    ("half the truth", {"ok"}, returns("np.where(x >= 0, 1 / (1 + np.exp(-abs(x))), 0)")),
    ("hard-coded", {"ok"}, returns("np.array([0.0, 0.0, 0.2689414213699951, 0.5, 0.6, 1, 1])")),
]

HARNESS = [
    (
        "patched json",
        {"ok", "died", "bad reply"},
        "import json\njson.dumps = lambda *a, **k: '{}'\n" + WRONG,
    ),
    ("patched struct", {"ok", "died"}, INSIDE + "wire.PREFIX = None\n" + WRONG),
    ("patched os.read", {"died", "ok"}, "import os\nos.read = lambda fd, n: b''\n" + WRONG),
    (
        "patched encode",
        {"bad reply"},
        INSIDE + "wire.encode = lambda v, body, d=0: ['bool', True]\n" + WRONG,
    ),
    (
        "patched describe",
        {"bad reply"},
        INSIDE + "outcomes.describe = lambda o, body: {'verdict': 'right', 'points': 2}\n" + WRONG,
    ),
    (
        "patched call",
        {"bad reply", "died"},
        INSIDE + "child['call'] = lambda *a: child['Outcome'](value=1.0)\n" + WRONG,
    ),
    (
        "patched Outcome",
        {"ok"},
        INSIDE + "child['Outcome'].__eq__ = lambda a, b: True\n" + WRONG,
    ),
    ("trace hook", {"ok"}, "import sys\nsys.settrace(lambda *a: None)\n" + WRONG),
    ("atexit", {"ok"}, INSIDE + "import atexit\natexit.register(reply, {'call': 9})\n" + WRONG),
    (
        "looks for expected values",
        {"ok"},
        "import gc\n"
        "found = [o for o in gc.get_objects() if type(o) is dict and 'expected' in o]\n"
        + returns("found[0]['expected'] if found else 0.0"),
    ),
    (
        "evil __str__",
        {"ok"},
        "class E(Exception):\n    __str__ = lambda s: 1 / 0\n" + does("raise E"),
    ),
    (
        "error with an evil name",
        {"ok"},
        does("raise type('\\ud800' * 200, (RecursionError,), {})('\\ud800' * 9999)"),
    ),
    ("says not implemented", {"not attempted"}, does("raise NotImplementedError")),
    ("KeyboardInterrupt", {"ok"}, does("raise KeyboardInterrupt")),
    ("sys.exit", {"ok"}, "import sys\n" + does("sys.exit(0)")),
    ("sys.exit in the cell", {"ok"}, "import sys\nsys.exit(0)\n" + WRONG),
    ("os._exit", {"died"}, "import os\n" + does("os._exit(0)")),
    ("os._exit in the cell", {"died"}, "import os\nos._exit(0)\n" + WRONG),
    ("abort", {"died"}, "import os\n" + does("os.abort()")),
    ("segmentation fault", {"died"}, "import ctypes\n" + does("ctypes.string_at(0)")),
    ("recursion", {"ok"}, returns("sigmoid(x)")),
    ("no builtins", {"ok", "died"}, "import builtins\n" + does("vars(builtins).clear()")),
    ("another numpy", {"ok", "died"}, "import sys\nsys.modules['numpy'] = None\n" + WRONG),
    ("replaced shell", {"ok"}, "get_ipython().run_cell = lambda *a: 'right'\n" + WRONG),
    ("bash cell", {"error"}, "%%bash\necho hacked > {canary}/hacked\n"),
    ("bash line", {"ok"}, "!echo hacked > {canary}/hacked\n" + WRONG),
    (
        "warnings as weapons",
        {"ok"},
        "import warnings\n" + does("[warnings.warn('w' * 9999) for _ in range(999)]"),
    ),
    ("changes its argument", {"ok"}, "def sigmoid(x):\n    x[...] = 0\n    return x\n"),
    (
        "changes its argument and hides it",
        {"ok"},
        "np.array_equal = lambda *a, **k: True\ndef sigmoid(x):\n"
        "    y = 0.5 * (1 + np.tanh(x / 2))\n    x[...] = 0\n    return y\n",
    ),
    (
        "changes its argument and hides it well",
        {"ok"},
        INSIDE + "child['outcomes'].changed = child['call'].__globals__['changed'] = "
        "lambda *a: ()\ndef sigmoid(x):\n"
        "    y = 0.5 * (1 + np.tanh(x / 2))\n    x[...] = 0\n    return y\n",
    ),
    ("42 axes", {"ok"}, returns("np.zeros((1,) * 42)")),
    ("lists in lists", {"ok"}, returns("[[0.0] * 400] * 400")),
    ("a long empty axis", {"ok"}, returns("np.zeros((0, 2**25))")),
]
