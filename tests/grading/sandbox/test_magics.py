"""IPython's syntax is taken out of a cell as IPython takes it, and quickly whatever it is."""

import ast

import pytest
from fair_answers import FAIR
from IPython.core.inputtransformer2 import TransformerManager
from pace import within

from dlcourse.grading.sandbox.magics import UNREADABLE, parse, python

# cell -> the Python in it
CELLS = {
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "%%time\nx = 1": "\nx = 1",
    "\n\n%%capture out\n%%time\nx = 1": "\n\n\n\nx = 1",
    "%%bash\nls": "",
    "%%time?": "",
    "%%timeit -n 3\nx = '%d' % 3": "\nx = '%d' % 3",
    "!pip install \\\n  numpy\nx = 1": "pass\n\nx = 1",
    "files = !ls 'a\nx = 1": "files = None\nx = 1",
    "d['a'] = %timeit -o f(x)": "d['a'] = None",
    "np.exp?\n?np.exp\nnp.exp??\nx = 1  # why?": "pass\npass\npass\nx = 1  # why?",
    "%time x = f(1,\n2)": "x = f(1,\n2)",
    "if x:\n    %time y = 1\n    !ls\n": "if x:\n    y = 1\n    pass\n",
    "x = (5\n% 3)\ny = 7 \\\n% 4\n%time 1": "x = (5\n% 3)\ny = 7 \\\n% 4\n1",
    "s = '''\n%magic\n!ls\nwhat?\n'''\n!ls": "s = '''\n%magic\n!ls\nwhat?\n'''\npass",
    's = "it\'s 5 %"; t = "a=!b"\n%time 1': 's = "it\'s 5 %"; t = "a=!b"\n1',
    "    x = 1\n    y = 2": "x = 1\ny = 2",
    ">>> x = 1\n>>> if x:\n...     y = 2": "x = 1\nif x:\n    y = 2",
    "%matplotlib inline\n>>> x = 1": "pass\nx = 1",
    "In [1]: x = 1\n   ...: y = 2": "x = 1\ny = 2",
    "/f x\n,f x\n;f x\nx = 1": "pass\npass\npass\nx = 1",
    "x == 1 and y != 2\n!ls": "x == 1 and y != 2\npass",
}


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_left_is_python_line_for_line(cell):
    text = python(cell)
    assert text.replace("= None", "=None") == CELLS[cell].replace("= None", "=None")
    ast.parse(text)


# IPython asks for help, breaks off, or calls f: here nothing is lost and nothing runs.
OTHERWISE = {"%%time?", "%time x = f(1,\n2)", "/f x\n,f x\n;f x\nx = 1"}
SAME = [*(CELLS.keys() - OTHERWISE), *(source for _, source in FAIR.values())]


@pytest.mark.parametrize("cell", sorted(SAME))
def test_ipython_finds_the_same_names(cell):
    """IPython's own output gives the same statements, but for those that a magic replaces."""
    ours = [ast.unparse(node) for node in parse(cell)[1].body]
    theirs = []
    waiting = ast.parse(TransformerManager().transform_cell(cell)).body[::-1]
    while waiting:
        node = waiting.pop()
        text = ast.unparse(node)
        call = getattr(node, "value", None)
        kind = text.partition("(")[0] + text.partition("()")[2].partition("(")[0]
        if kind == "get_ipython.run_cell_magic":
            magic, _, body = (argument.value for argument in call.args)
            inner = TransformerManager().transform_cell(body) if magic != "bash" else ""
            waiting += ast.parse(inner).body[::-1]
        elif kind == "get_ipython.run_line_magic" and call.args[0].value == "time":
            waiting += ast.parse(call.args[1].value).body[::-1]
        else:
            theirs.append(text)
    assert [_neutral(text) for text in ours] == [_neutral(text) for text in theirs]


def _neutral(text):
    """Return ``text`` with what stands for a magic in either form made equal."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        head, _, tail = line.partition("get_ipython()")
        if "run_line_magic('time'" in tail:
            line = head + tail.partition(", ")[2].strip("')")
        elif tail:
            line = f"{head}None" if head.strip() else f"{indent}pass"
        lines.append(line)
    return "\n".join(lines)


LONG = 200_000
BOMBS = [
    "%time 1\n", "%%time\n", "'''", "\"\"\" '", "(\n", "%x\\\n", " ", "\\", "x = ", ">>> ",
    " >>>\n", "x?\n", "'\\", "x = !\n", "\t\n", "...: \n", "In [1]: ", "?", "%", "f'{",
]  # fmt: skip


@pytest.mark.parametrize("piece", BOMBS)
def test_a_cell_made_to_be_slow_is_read_in_no_time(piece):
    cell = piece * (LONG // len(piece)) + "\n%time 1\nx = 1"
    with within(60):
        python(cell)


@pytest.mark.parametrize(
    "cell", ["def f(:", "%%time\nx = (", "x = '%d", "  x\n y", "\0", "(" * 300]
)
def test_what_is_no_python_is_no_empty_cell(cell):
    with pytest.raises(UNREADABLE):
        parse(cell)
