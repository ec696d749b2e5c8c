"""Which cell a check judged: asked of a kernel, as a notebook asks."""

import subprocess
import sys

import pytest
from jupyter_client.manager import KernelManager

from dlcourse.checks.history import defines

WRONG = "def sigmoid(x):\n    return x"


class Notebook:
    """A kernel that says what a cell shows, and its number in ``count``."""

    def __init__(self):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(60)

    def run(self, source, stdin=True):
        """Return the texts that ``source`` shows; ``stdin``: as a front end, not as nbval does."""
        texts = []

        def listen(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] in ("execute_result", "display_data"):
                texts.append(content["data"]["text/plain"])

        reply = self.client.execute_interactive(
            source, allow_stdin=stdin, output_hook=listen, timeout=60, stop_on_error=False
        )
        self.count = reply["content"]["execution_count"]
        return "\n".join(texts)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    notebook = Notebook()
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(kernel):
    """Return a kernel with a lab just opened."""
    kernel.run("%reset -f")
    kernel.run("import dlcourse\nlab = dlcourse.lab('neuron')")
    return kernel


def test_the_card_names_the_cell(notebook):
    notebook.run(WRONG)
    made = notebook.count
    assert f"Judged: your cell [{made}]." in notebook.run("lab.check(sigmoid)")


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("def sigmoid(x:\n    return 1", "SyntaxError"),
        ("def sigmoid(x):\nreturn 1", "IndentationError"),
        ("sigmoid = 1 +", "SyntaxError"),
        ("undefined\ndef sigmoid(x):\n    return 1", "NameError"),
        ("from math import sigmoid", "ImportError"),
    ],
)
def test_a_newer_cell_that_failed_is_said_and_forgotten_once_one_works(notebook, broken, error):
    notebook.run(WRONG)
    made = notebook.count
    notebook.run(broken)
    failed = notebook.count
    said = f"Your last cell [{failed}] ended in an error ({error}); this is the version before it"
    text = notebook.run("lab.check(sigmoid)")
    assert f"{said}, from your cell [{made}]." in text
    notebook.run(WRONG)
    text = notebook.run("lab.check(sigmoid)")
    assert "ended in an error" not in text and "Judged: your cell [" in text


def test_a_cell_that_failed_after_its_definition_was_judged_itself(notebook):
    notebook.run(f"{WRONG}\n1 / 0")
    failed = notebook.count
    said = (
        f"Judged: your cell [{failed}], which ended in an error (ZeroDivisionError) further down."
    )
    assert said in notebook.run("lab.check(sigmoid)")


def test_errors_elsewhere_are_not_mentioned(notebook):
    notebook.run(WRONG)
    notebook.run("def softmax(x:")
    notebook.run("# def sigmoid(\n1 / 0")
    assert "ended in an error" not in notebook.run("lab.check(sigmoid)")


def test_the_definition_may_stand_beside_the_check(notebook):
    assert "Judged: this cell." in notebook.run(f"{WRONG}\nlab.check(sigmoid)")


@pytest.mark.parametrize(
    "how",
    [
        "%run {}",
        "import importlib, answers\nimportlib.reload(answers)\nfrom answers import sigmoid",
    ],
)
def test_a_definition_from_a_file_belongs_to_the_cell_that_fetched_it(notebook, tmp_path, how):
    (tmp_path / "answers.py").write_text(WRONG)
    notebook.run(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})")
    notebook.run(how.format(tmp_path / "answers.py"))
    made = notebook.count
    assert f"Judged: your cell [{made}]." in notebook.run("lab.check(sigmoid)")


def test_a_check_before_its_answer_has_run_says_what_to_run(notebook):
    text = notebook.run("lab.check(boundary)")
    assert text.startswith("✗ There is no boundary yet")
    assert "Run the cell that defines boundary first (click into it, Shift+Enter)" in text
    assert "Run the cell that defines boundary" in notebook.run("lab.check(boundary)\nboundary = 1")
    notebook.run("def boundary(z:")
    failed = f"Your cell [{notebook.count}], which defines it, ended in an error (SyntaxError)."
    assert f"{failed} Mend and run it, then this one." in notebook.run("lab.check(boundary)")


def test_names_that_are_no_exercise_keep_their_error_alone(notebook):
    assert notebook.run("boundary_of_mine") == ""
    assert notebook.run("def f():\n    g = g + 1\nf()") == ""
    assert notebook.run("lab.check(boundary)", stdin=False) == ""


def test_nothing_is_said_where_nobody_sits_in_front(notebook):
    notebook.run(WRONG, stdin=False)
    notebook.run("def sigmoid(x:", stdin=False)
    text = notebook.run("lab.check(sigmoid)", stdin=False)
    assert text.startswith("✗ sigmoid") and "[" not in text.split("x:")[0]
    assert "cell [" not in text


def test_a_long_check_says_how_to_stop_it_and_leaves_no_thread(notebook):
    notebook.run("from dlcourse.checks import patience\npatience.SECONDS = 0.2")
    notebook.run("import threading, time\nbefore = threading.active_count()")
    slow = "def sigmoid(x):\n    time.sleep(0.3)\n    return x"
    notebook.run(slow)
    text = notebook.run("lab.check(sigmoid)")
    assert text.count("Still checking sigmoid") == 1 and "Interrupt" in text
    assert notebook.run("threading.active_count() - before") == "0"
    assert "Still checking" not in notebook.run("lab.check(sigmoid)", stdin=False)
    notebook.run("patience.SECONDS = 60")
    assert "Still checking" not in notebook.run("lab.check(sigmoid)")
    assert notebook.run("threading.active_count() - before") == "0"


def test_without_ipython_nothing_changes():
    script = (
        "import sys, dlcourse\nlab = dlcourse.lab('neuron')\n"
        "def sigmoid(x):\n    return x\n"
        "print(lab.check(sigmoid))\nassert 'IPython' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("✗ sigmoid") and "cell [" not in done.stdout


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x): pass", True),
        ("async def f(): pass", True),
        ("f = 3", True),
        ("f: int = 3", True),
        ("a, f = 1, 2", True),
        ("import g as f", True),
        ("def g():\n    f = 1", False),
        ("f(3)", False),
        ("# def f(", False),
        ("class f(:", True),
        ("  def f(x:", True),
        ("f == 1 +", False),
        ("def ff(x:", False),
    ],
)
def test_which_cells_define_a_name(source, found):
    assert defines(source, "f") == found
