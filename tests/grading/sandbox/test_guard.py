"""What is forbidden refuses the student's code, and the libraries' own code gets what it asks."""

import numpy as np
import pytest
from handed_in import NEURON, confined

from dlcourse.checks.verdict import RIGHT
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox

pytestmark = confined
SET_UP = "import numpy as np\nimport scipy\nfrom scipy.special import erf, expit\n"
FORBIDDEN = ("expit", "log_expit", "lstsq", "correlate", "stats", "torch", "vectorize")
X = np.arange(8.0) + 0.5

REFUSED = {
    "the set-up's": "def f(x): return expit(x)",
    "under another name": "from scipy.special import expit as e\ndef f(x): return e(x)",
    "set on a module": "setattr(np, 'f', expit)\ndef f(x): return np.f(x)",
    "put together": "def f(x): return getattr(scipy.special, 'ex' + 'pit')(x)",
    "imported by a name put together": (
        "import importlib\ndef f(x):\n    m = importlib.import_module('scipy.' + 'special')\n"
        "    return getattr(m, 'ex' + 'pit')(x)"
    ),
    "by attrgetter": (
        "import operator\ndef f(x): return operator.attrgetter('special.ex' + 'pit')(scipy)(x)"
    ),
    "within map": "import scipy.special as s\ndef f(x): return list(map(s.expit, x))",
    "of the same kind": "import scipy.special as s\ndef f(x): return np.exp(s.log_expit(x))",
    "a distribution": "import scipy.stats\ndef f(x): return scipy.stats.logistic.cdf(x)",
    "a distribution by name": "from scipy.stats import logistic\ndef f(x): return logistic.cdf(x)",
    "a deeper module": "from scipy.stats.distributions import logistic as l\n"
    "def f(x): return l.cdf(x)",
    "imported later": "import scipy.signal\ndef f(x): return scipy.signal.correlate(x, x)",
    "of a masked array": "def f(x): return np.ma.correlate(x, x)",
    "an operator": "def f(x): return expit + x",
    "a ufunc's method": "def f(x): return expit.outer(x)",
}
ALLOWED = {
    "polyfit, which calls lstsq": "def f(x): return np.polyfit(x, x, 1)",
    "Polynomial.fit, which calls lstsq": (
        "def f(x): return np.polynomial.Polynomial.fit(x, x, 1)(x)"
    ),
    "savgol_filter, which calls correlate and lstsq": (
        "import scipy.signal\ndef f(x): return scipy.signal.savgol_filter(x, 5, 2)"
    ),
    "an import beside it": "from scipy.special import erf, expit\ndef f(x): return erf(x)",
    "everything of a module": "from numpy import *\ndef f(x): return sin(x)",
    "one's own by the same name": "def expit(x): return x\ndef f(x): return expit(x)",
    "statistics of pandas, which calls scipy.stats": (
        "import pandas as pd\ndef f(x):\n"
        "    return pd.DataFrame({'a': x, 'b': x}).corr('kendall').to_numpy()"
    ),
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(20, memory_limit=2**29) as sandbox:
        yield sandbox


@pytest.mark.parametrize("road", REFUSED)
def test_what_is_forbidden_is_refused_by_every_public_road(sandbox, road):
    result = sandbox.run([SET_UP], REFUSED[road], "f", [(X,)], forbidden=FORBIDDEN)
    assert result.status == "forbidden", result
    assert "which would be the answer. Build it yourself." in result.message
    allowed = sandbox.run([SET_UP], REFUSED[road], "f", [(X,)])
    assert "which would be" not in allowed.message


@pytest.mark.parametrize("use", ALLOWED)
def test_what_uses_it_inside_works(sandbox, use):
    run = sandbox.run([SET_UP], ALLOWED[use], "f", [(X,)], forbidden=FORBIDDEN)
    free = sandbox.run([SET_UP], ALLOWED[use], "f", [(X,)])
    assert run.status == free.status == "ok", run
    np.testing.assert_array_equal(run.outcomes[0].value, free.outcomes[0].value)
    assert np.isfinite(run.outcomes[0].value).all()


def test_the_namespace_of_a_module_holds_it_no_more(sandbox):
    source = "def f(x): return 'ex' + 'pit' in vars(scipy.special)"
    run = sandbox.run([SET_UP], source, "f", [(X,)], forbidden=FORBIDDEN)
    assert run.outcomes[0].value is False


def test_the_engine_forbids_what_the_exercise_forbids(sandbox):
    source = "def sigmoid(x):\n    return getattr(scipy_special(), 'ex' + 'pit')(x)\n"
    helper = "def scipy_special():\n    import scipy.special\n    return scipy.special\n"
    cells = Cells({"sigmoid": helper + source})
    mark = grade(sandbox, NEURON.exercises, NEURON.setup, cells, 3)[0]
    assert (mark.status, mark.points) == ("forbidden", 0)
    assert mark.message.startswith("It uses expit, which would be the answer. Build it yourself.")
    cells = Cells({"sigmoid_grad": "def sigmoid_grad(x):\n    return expit(x) * expit(-x)"})
    marks = grade(sandbox, NEURON.exercises, NEURON.setup, cells, 3)
    assert marks[1].status == RIGHT
