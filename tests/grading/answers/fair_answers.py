"""Right answers to lab 02 in many styles, as data: what a grader must not punish."""

RIGHT_BODY = "    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1, e) / (1 + e)\n"
SIGMOID = "def sigmoid(x):\n" + RIGHT_BODY

FAIR = {
    "plain": ("sigmoid", SIGMOID),
    "float32": (
        "sigmoid",
        "def sigmoid(x):\n    x = np.asarray(x, np.float32)\n" + RIGHT_BODY,
    ),
    "loops and math": (
        "sigmoid",
        "import math\ndef one(v):\n    return 0.5 * (1 + math.tanh(v / 2))\n"
        "def sigmoid(x):\n    out = np.empty(np.shape(x))\n"
        "    for i, v in np.ndenumerate(x):\n        out[i] = one(v)\n    return out\n",
    ),
    "vectorize and functools": (
        "sigmoid",
        "import functools, itertools, operator\n@functools.lru_cache\ndef one(v):\n"
        "    return 0.5 * (1 + np.tanh(v / 2))\nsigmoid = np.vectorize(one, otypes=[float])\n",
    ),
    "einsum": (
        "neuron",
        "def neuron(X, w, b):\n    return expit(np.einsum('ij,j->i', X, w) + b)\n",
    ),
    "scipy": (
        "activation",
        "from scipy.stats import norm\ndef activation(name, x):\n"
        "    if name == 'tanh':\n        return np.tanh(x), 1 - np.tanh(x) ** 2\n"
        "    if name == 'gelu':\n        return x * norm.cdf(x), norm.cdf(x) + x * norm.pdf(x)\n"
        "    leak = 0.01 * (name == 'leaky_relu')\n"
        "    return np.where(x > 0, x, leak * x), np.where(x > 0, 1, leak)\n",
    ),
    "recursion": (
        "train",
        "def train(X, y, lr, steps):\n    if steps == 0:\n"
        "        return np.zeros(X.shape[1]), 0.0\n    w, b = train(X, y, lr, steps - 1)\n"
        "    e = expit(X @ w + b) - y\n    return w - lr * X.T @ e / len(y), b - lr * e.mean()\n",
    ),
    "a class and a dataclass": (
        "boundary",
        "from dataclasses import dataclass\n@dataclass\nclass Line:\n    w: float\n    b: float\n"
        "    def at(self, t):\n        return (np.log(t / (1 - t)) - self.b) / self.w\n"
        "def boundary(w, b, threshold, mean, std):\n"
        "    return mean + std * Line(w, b).at(threshold)\n",
    ),
    "a list of results": (
        "neuron_grads",
        "def neuron_grads(X, y, w, b):\n    e = expit(X @ w + b) - y\n"
        "    return [X.T @ e / len(y), float(np.mean(e))]\n",
    ),
    "magics": (
        "sigmoid",
        "%matplotlib inline\n%load_ext autoreload\n" + SIGMOID + "%time sigmoid(0)\n",
    ),
    "timed cell": ("sigmoid", "%%time\n" + SIGMOID),
    "help and shell lines": ("sigmoid", "np.exp?\n!ls\n" + SIGMOID),
    "prints": ("sigmoid", SIGMOID.replace("    e =", "    print('x is', x, flush=True)\n    e =")),
    "much output": ("sigmoid", SIGMOID.replace("    e =", "    print('a' * 10**7)\n    e =")),
    "warnings": (
        "sigmoid",
        "import warnings\n" + SIGMOID.replace("    e =", "    warnings.warn('look')\n    e ="),
    ),
    "display": ("sigmoid", SIGMOID + "display(sigmoid(0))\nfrom IPython.display import display\n"),
    "plots": (
        "sigmoid",
        "import matplotlib.pyplot as plt\n"
        + SIGMOID
        + "plt.plot(sigmoid(np.linspace(-3, 3)))\nplt.show()\n",
    ),
    "own check in the cell": ("sigmoid", SIGMOID + "lab.check(sigmoid)\nlab.hint('sigmoid')\n"),
    "own test in the cell": ("sigmoid", SIGMOID + "assert sigmoid(0) == 0.5\n"),
    "an error after the function": ("sigmoid", SIGMOID + "sigmoid(np.ones(3))[7]\n"),
    "threads": (
        "sigmoid",
        "from concurrent.futures import ThreadPoolExecutor\ndef row(v):\n"
        "    return 0.5 * (1 + np.tanh(v / 2))\ndef sigmoid(x):\n"
        "    with ThreadPoolExecutor(2) as pool:\n"
        "        return np.array(list(pool.map(row, x)))\n",
    ),
    "a file of its own": (
        "sigmoid",
        "def sigmoid(x):\n    np.save('x.npy', x)\n    x = np.load('x.npy')\n" + RIGHT_BODY,
    ),
    "non-ASCII": ("sigmoid", "# größer\ndef σ(x):\n" + RIGHT_BODY + "sigmoid = σ\nprint('σ ✓')\n"),
    "annotations": (
        "sigmoid",
        "from __future__ import annotations\ndef sigmoid(x: np.ndarray) -> np.ndarray:\n"
        + RIGHT_BODY,
    ),
    "percent signs below a magic": (
        "sigmoid",
        "%%time\n" + SIGMOID + "v = 7\nprint('loss=%.3f' % v, 'done=!', 'done=%')\n"
        "rest = (v\n% 4)\nrest = v \\\n% 4\n",
    ),
    "a question in a docstring beside a magic": (
        "sigmoid",
        '%matplotlib inline\ndef sigmoid(x):\n    """What is it?\n\n    Why?\n    """\n'
        + RIGHT_BODY,
    ),
    "indented as a whole": ("sigmoid", "".join(f"    {line}\n" for line in SIGMOID.splitlines())),
    "prompts": (
        "sigmoid",
        ">>> " + SIGMOID.rstrip().replace("\n", "\n... ") + "\n... \n>>> sigmoid(0)\n",
    ),
    "IPython's prompts below a magic": (
        "sigmoid",
        "%matplotlib inline\n   ...: " + SIGMOID.rstrip().replace("\n", "\n   ...: ") + "\n",
    ),
    "magics within": (
        "sigmoid",
        "%%capture out\n%%time\nfiles = !ls *.ipynb\nspent = %timeit -o 1\nnp.exp??\n"
        "%time half = 0.5\nif half:\n    %time two = 1 / half\n"
        "def sigmoid(x):\n    return half * (1 + np.tanh(x / two))\n",
    ),
    "the stub's last line left below": ("sigmoid", SIGMOID + "    raise NotImplementedError\n"),
    "a bar of a notebook": (
        "train",
        "from tqdm.notebook import tqdm, trange\ndef train(X, y, lr, steps):\n"
        "    w, b = np.zeros(X.shape[1]), 0.0\n    for _ in tqdm(range(steps)):\n"
        "        e = expit(X @ w + b) - y\n"
        "        w, b = w - lr * X.T @ e / len(y), b - lr * e.mean()\n    return w, b\n",
    ),
    "tables": (
        "neuron",
        "import pandas as pd\ndef neuron(X, w, b):\n"
        "    return expit(pd.DataFrame(X).mul(w).sum(axis=1) + b).to_numpy()\n",
    ),
    "a helper with a builtin's name": (
        "sigmoid",
        "def abs(x):\n    return np.where(x < 0, -x, x)\n" + SIGMOID.replace("np.abs", "abs"),
    ),
    "one array for all results": (
        "sigmoid",
        "arrays = {}\ndef sigmoid(x):\n"
        "    out = arrays.setdefault(np.shape(x), np.empty(np.shape(x)))\n"
        "    np.tanh(x / 2, out=out)\n    out += 1\n    out /= 2\n    return out\n",
    ),
    "a column as result": (
        "neuron",
        "import pandas as pd\ndef neuron(X, w, b):\n    return expit(pd.DataFrame(X) @ w + b)\n",
    ),
    "a table as result": (
        "softmax",
        "import pandas as pd\ndef softmax(z):\n    e = pd.DataFrame(z)\n"
        "    e = np.exp(e.sub(e.max(axis=1), axis=0))\n    return e.div(e.sum(axis=1), axis=0)\n",
    ),
}
