"""What an answer borrows is judged by where names come from, in source and at run time alike."""

import ast
import itertools
import linecache
import sys
import types

import numpy as np
import pytest
import scipy
from catalogue import CATALOGUE

import dlcourse
from dlcourse.checks import Exercise
from dlcourse.checks.borrowed import forbidden, in_source
from dlcourse.checks.reached import in_function

FORBIDDEN = ("accelerated", "reference", "sklearn", "torch", "expit", "correlate", "log_softmax")
FORBIDDEN += ("logsumexp", "Neuron", "kernels", "vectorize", "unbroadcast", "softmax", "stats")
ASKED = Exercise("f", 1, lambda x: x, lambda rng: [(1.0,)], (), (), (), forbidden=FORBIDDEN)
GIVEN = """
import numpy as np
import scipy
from scipy.special import erf, expit
import dlcourse
from dlcourse import data
from dlcourse import reference as ref
def given(x):
    return ref.relu(x)
"""
BORROWED = {
    "def f(x): return expit(x)": ["expit"],
    "def f(x): return ref.conv2d(x)": ["reference"],
    "def f(x): return dlcourse.reference.conv2d(x)": ["reference"],
    "def f(x): return scipy.special.expit(x)": ["expit"],
    "def f(x): return scipy.stats.logistic.cdf(x)": ["stats"],
    "from scipy.special import softmax as own\ndef f(x): return own(x)": ["softmax"],
    "import torch as t\nmy = t.exp\ndef f(x): return my(x)": ["torch"],
    "import torch.nn.functional as F\ndef f(x): return F.softmax(x)": ["softmax", "torch"],
    "def f(x):\n    import torch\n    return torch.exp(x)": ["torch"],
    "def f(x):\n    from scipy.special import expit as g\n    return g(x)": ["expit"],
    "def f(x):\n    s = scipy.special\n    return s.expit(x)": ["expit"],
    "def f(x): return np.correlate(x, x)": ["correlate"],
    "def f(x): return getattr(np, 'correlate')(x, x)": ["correlate"],
    "import importlib\ndef f(x): return importlib.import_module('torch').exp(x)": ["torch"],
    "def f(x): return __import__('torch').exp(x)": ["torch"],
    "def helper(x): return ref.relu(x)\ndef f(x): return helper(x)": ["reference"],
    "def a(x): return b(x)\ndef b(x): return ref.relu(x)\ndef f(x): return a(x)": ["reference"],
    "def make(g):\n    return lambda x: g(x)\nf = make(expit)": ["expit"],
    "table = {'g': expit}\ndef f(x): return table['g'](x)": ["expit"],
    "table = []\ntable.append(expit)\ndef f(x): return table[0](x)": ["expit"],
    "class Holder: pass\nh = Holder()\nh.g = expit\ndef f(x): return h.g(x)": ["expit"],
    "class A:\n    def go(self, x): return expit(x)\ndef f(x): return A().go(x)": ["expit"],
    "class A:\n    @property\n    def go(self): return expit\ndef f(x): return A().go": ["expit"],
    "def f(x, g=expit): return g(x)": ["expit"],
    "def f(x, *, g=expit): return g(x)": ["expit"],
    "f = lambda x: expit(x)": ["expit"],
    "f = expit": ["expit"],
    "f = ref.sigmoid": ["reference"],
    "import functools\nf = functools.partial(ref.conv2d, bias=None)": ["reference"],
    "@np.vectorize\ndef f(x): return x": ["vectorize"],
    "f = np.vectorize(lambda x: expit(x))": ["expit", "vectorize"],
    "from functools import lru_cache\n@lru_cache\ndef f(x): return expit(x)": ["expit"],
    "softmax = expit\ndef f(x): return softmax(x)": ["expit"],
    "def g(x): return g(expit(x))\ndef f(x): return g(x)": ["expit"],
    "def f(x): return [expit(v) for v in x]": ["expit"],
    "def f(x):\n    def expit(x): return x\n    return expit(np.correlate(x, x))": ["correlate"],
    "def f(x):\n    for m in (np, scipy): pass\n    return ref.relu(x)": ["reference"],
    "if True:\n    mine = expit\nelse:\n    mine = np.exp\ndef f(x): return mine(x)": ["expit"],
    "try:\n    import torch\n    g = torch.exp\nexcept ImportError:\n    g = None\n"
    "def f(x): return g(x)": ["torch"],
    "def start():\n    global g\n    from torch import exp as g\nstart()\ndef f(x): return g(x)": [
        "torch"
    ],
    "mine = expit\ndef expit(x): return x\ndef f(x): return mine(x)": ["expit"],
    "def f(x):\n    import scipy.stats\n    return scipy.stats.norm.cdf(x)": ["stats"],
}  # fmt: skip
OWN = [
    "def log_softmax(x): return x\ndef f(x): return log_softmax(x)",
    "def logsumexp(x): return x\ndef f(x): return logsumexp(x)",
    "def correlate(a, b): return np.dot(a, b)\ndef f(x): return correlate(x, x)",
    "def expit(x): return 1 / (1 + np.exp(-x))\ndef f(x): return expit(x)",
    "def unbroadcast(g): return g if 1 else unbroadcast(g)\ndef f(x): return unbroadcast(x)",
    "def f(x): return f(x[1:]) if len(x) else 0",
    "import torch\ndef f(x: torch.Tensor) -> torch.Tensor: return x",
    "import torch\ndef f(x):\n    y: torch.Tensor = x\n    return y",
    "import torch\ny: torch.Tensor = None\ndef f(x): return y",
    "kernels = {'a': np.ones(3)}\ndef f(x): return kernels['a'] * x",
    "reference = 3\ndef f(x): return reference * x",
    "def f(x):\n    reference = x\n    return reference",
    "def f(reference): return reference.torch",
    "class Neuron:\n    def __init__(self): self.w = 1\ndef f(x): return Neuron().w * x",
    "class Net:\n    def correlate(self, x): return self.expit(x)\n    def expit(self, x): return x"
    "\ndef f(x): return Net().correlate(x)",
    "from scipy.special import erf, expit\ndef f(x): return erf(x)",
    "import torch\ndef f(x): return np.exp(x)",
    "from torch import nn, exp\ndef f(x): return x",
    "def f(x):\n    import torch\n    return x",
    "import torch\ntorch = None\ndef f(x): return torch",
    "def f(x): return [softmax for softmax in x]",
    "def f(x):\n    with np.errstate(all='ignore') as stats: return stats",
    "def f(x): return np.log(np.exp(x))",
    "def f(x): return data",
    "def outer():\n    correlate = 3\n    def f(x): return correlate\n    return f\nf = outer()",
    "import functools\ndef own(x, y): return x\nf = functools.partial(own, y=1)",
    "def softmax(x): return x\nf = softmax",
    "from functools import lru_cache\n@lru_cache\ndef correlate(x): return x\n"
    "def f(x): return correlate(x)",
    "def plain(g):\n    def inner(*a): return g(*a)\n    return inner\n"
    "@plain\ndef f(x): return np.exp(x)",
    "def f(x):\n    match x:\n        case [torch, *stats]: return torch, stats",
]  # fmt: skip
count = itertools.count()


def statically(source):
    statements, given = ast.parse(source).body, ast.parse(GIVEN).body
    return forbidden(ASKED, in_source(statements, "f", given))


def live(source, readable=True):
    module = types.ModuleType("__main__")
    name = f"<cell of test_borrowed {next(count)}>"
    exec(GIVEN, vars(module))
    if readable:
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), vars(module))
    return forbidden(ASKED, in_function(module.f))


@pytest.fixture(autouse=True)
def notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


@pytest.mark.parametrize("source", BORROWED)
def test_what_is_borrowed_is_found_whatever_it_is_called(source):
    assert statically(source) == live(source) == BORROWED[source]


@pytest.mark.parametrize("source", OWN)
def test_what_is_ones_own_is_never_borrowed_whatever_it_is_called(source):
    assert statically(source) == live(source) == []


def test_a_star_import_is_seen_in_source():
    source = "from dlcourse.reference import *\ndef f(x): return relu(x)"
    assert statically(source) == ["reference"]
    assert statically(source + "\ndef relu(x): return x") == []
    assert statically("from scipy.special import *\ndef f(x): return expit(sum(x))") == ["expit"]


def test_without_source_modules_and_names_are_still_seen():
    assert live("def f(x): return ref.relu(x)", readable=False) == ["reference"]
    assert live("def f(x): return expit(x)", readable=False) == ["expit"]
    assert live("def correlate(x): return x\ndef f(x): return correlate(x)", readable=False) == []


def test_the_instructors_own_uses_are_not_the_learners_in_source():
    assert statically("def f(x): return x") == []
    assert statically("def f(x): return given(x)") == []


def test_source_too_deep_to_be_followed_counts_every_word():
    deep = "def f(x): return " + "+".join(["x"] * 1500)
    assert statically(deep) == []
    assert statically(deep + " + ref.relu(x)") == ["reference"]
    assert statically(deep + " + np.correlate(x, x)") == ["correlate"]
    assert statically("y = np" + ".linalg" * 1500 + "\n" + deep) == []


@pytest.mark.parametrize("indent", ["", "    "], ids=["cell", "function"])
def test_a_name_that_may_stand_for_a_million_things_is_still_followed(indent):
    body, y = [], "x0 = np"
    for i in range(40):
        body.append(f"if x:\n{indent}    x{i + 1} = x{i}.a\n{indent}else: x{i + 1} = x{i}.b")
    lines = [y, *body, "g = x40.correlate"]
    if indent:
        source = "def f(x):\n" + "\n".join(indent + line for line in lines)
    else:
        source = "x = 1\n" + "\n".join(lines) + "\ndef f(x): return g(x)"
    assert statically(source) == ["correlate"]


def test_in_lab_09_the_reference_under_another_name_is_refused():
    lab = dlcourse.lab("convolution")

    def conv2d(image, weight, bias=None, stride=1, padding=0):
        return dlcourse.reference.conv2d(image, weight, bias, stride, padding)

    assert "it uses dlcourse" in str(lab.check(conv2d)).lower()
    assert not lab.passed("conv2d")


def test_no_public_function_of_scipy_or_numpy_that_bears_an_exercises_name_is_an_answer():
    shared = {}
    for lab, exercise in CATALOGUE:
        for library in (np, np.linalg, scipy.special, scipy.linalg, scipy.signal, scipy.stats):
            if callable(getattr(library, exercise.name, None)):
                origin = {f"{library.__name__}.{exercise.name}"}
                shared[lab, exercise.name] = forbidden(exercise, origin)
    assert {name for _, name in shared} >= {"softmax", "kl_div", "entropy"}
    assert all(shared.values()), shared


def test_the_sum_of_scipys_kl_div_is_borrowed():
    def own(p, q):
        return scipy.special.kl_div(p, q).sum(), -p / q

    assert "it uses kl_div" in str(dlcourse.lab("losses").check(own, "kl_div")).lower()


def test_the_search_ends():
    nested = []
    for _ in range(10_000):
        nested = [nested, np.ones(1)]
    assert in_function(lambda: nested)
