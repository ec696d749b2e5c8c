"""Attacks that spread over a notebook's cells: (name, statuses, cells, each (grade id, source))."""

from grading_attacks import INSIDE, WRONG

USES = ("sigmoid", "def sigmoid(x):\n    return helper(x)\n")
NEEDS = "def sigmoid(x):\n    {}\n    return np.zeros_like(x, float)\n"


def helped(source, needs="helper"):
    """Return cells: a helper elsewhere, and a wrong answer that needs it."""
    return [(None, source), ("sigmoid", NEEDS.format(needs))]


CELLS = [
    (
        "patches the comparison",
        {"wrong"},
        helped("helper = 1\nnp.isclose = np.allclose = len", "np"),
    ),
    (
        "patches all from a helper",
        {"wrong"},
        helped("import builtins as b\nb.all = lambda *a: True", "b"),
    ),
    ("hides names", {"wrong"}, helped("helper = json = struct = wire = call = Outcome = 1")),
    (
        "another numpy in a cell",
        {"error"},
        helped("def zeros_like(*a): return 1\nnp = 0", "np, zeros_like"),
    ),
    ("another len", {"wrong"}, helped("def len(x): return 0", "len(x)")),
    (
        "another main",
        {"wrong", "died", "error"},
        helped("import sys\nsys.modules['__main__'] = sys.modules['numpy'] = 7", "sys"),
    ),
    (
        "raises nothing that is true",
        {"wrong"},
        helped("class E(Exception):\n  __bool__ = 1\nraise E", "E"),
    ),
    ("ends", {"died"}, helped("helper = __import__('os')._exit(0)")),
    ("exits", {"error"}, helped("helper = __import__('sys').exit(0)")),
    ("fills memory", {"error", "memory"}, helped("helper = [bytearray(2**30) for i in range(9)]")),
    (
        "forges from a helper",
        {"bad reply"},
        helped(
            "if True:\n    helper = 1\n"
            + "".join(f"    {line}\n" for line in INSIDE.splitlines())
            + "    reply({'call': 0, 'line': '', 'outcome': {}})\n"
        ),
    ),
    ("reads a secret", {"error", "forbidden"}, helped("helper = open('{canary}/secret').read()")),
    (
        "writes outside from a helper",
        {"error", "forbidden"},
        helped("helper = open('{canary}/hacked', 'w')"),
    ),
    (
        "borrows by a helper",
        {"forbidden"},
        [(None, "from dlcourse import reference as r\nhelper = r.sigmoid"), USES],
    ),
    (
        "borrows by a name",
        {"error", "forbidden"},
        [(None, "helper = __import__('dlcourse').reference.sigmoid"), USES],
    ),
    (
        "borrows by another answer",
        {"forbidden"},
        [("neuron", "def helper(x):\n    return expit(x)"), USES],
    ),
    (
        "borrows by an import",
        {"not attempted"},
        [(None, "from scipy.special import expit as sigmoid")],
    ),
    ("borrows outside its cell", {"forbidden"}, [(None, "def sigmoid(x):\n    return expit(x)")]),
    ("a thousand answers", {"not attempted"}, [(None, WRONG)] * 1000),
    (
        "a thousand helpers",
        {"error"},
        [*((None, f"h{i} = h{i + 1}") for i in range(1000)), ("sigmoid", NEEDS.format("h0"))],
    ),
    ("a giant helper", {"wrong"}, helped(f"helper = '{'a' * 90_000}'")),
    ("a giant that is left out", {"error"}, helped(f"helper = '{'é' * 150_000}'")),
    ("a deep helper", {"error"}, helped("helper = " + "-" * 50_000 + "1")),
    ("a helper that calls itself", {"error"}, helped("def helper():\n    helper()", "helper()")),
    ("names for ever", {"error"}, helped("\n".join(f"a{i} = a{i + 1}" for i in range(1900)), "a0")),
    ("too long to be read", {"error"}, [("sigmoid", "a = 1\n" * 5000 + "sigmoid = expit")]),
    ("an answer in the cell of the check", {"wrong"}, [("check_sigmoid", WRONG)]),
]
