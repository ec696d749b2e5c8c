"""Unit 17: ten pixels of smallest p-value against networks, as the number of patients grows.

Three tasks of known kind. Each seed draws other patients to learn from and tests on all others.
Nothing was tuned: every network takes 300 steps of AdamW. Beside the test score stands the training
score, which says whether a method learned at all.
"""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from scipy import stats
from sklearn.linear_model import LinearRegression, LogisticRegression
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from dlcourse import data

SEEDS = (0, 1, 2, 3, 4)
SIZES = {
    "0 or 1": (40, 160),
    "3 or 8, anywhere": (20, 80, 300),
    "table": (200, 1000),
}
STEPS = 300


def anywhere(seed=0):
    """Return threes and eights (n, 16, 16), each 8 by 8 pixels at a place of its own, and y."""
    digits = data.digits()
    rows = np.flatnonzero((digits.y == 3) | (digits.y == 8))
    rng, X = np.random.default_rng(seed), np.zeros((len(rows), 16, 16))
    for image, row in zip(X, rows, strict=True):
        top, left = rng.integers(0, 9, 2)
        image[top : top + 8, left : left + 8] = digits.X[row, 0]
    return X, (digits.y[rows] == 8).astype(int)


def task(name, seed):
    """Return all patients of a task: X (patients, side, side) and y, 0 or 1."""
    digits = data.digits()
    if name == "0 or 1":
        return digits.X[digits.y < 2, 0], digits.y[digits.y < 2]
    if name == "3 or 8, anywhere":
        return anywhere()
    # A table: 1,024 columns of noise, of which the first ten count, added up.
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2500, 1024))
    y = 0.6 * X[:, :10].sum(axis=1) + rng.logistic(size=2500) > 0
    return X.reshape(-1, 32, 32), y.astype(int)


def drawn(y, n, seed):
    """Return the rows of n patients, as many ill among them as among all, and all other rows."""
    rng = np.random.default_rng(seed)
    healthy, ill = (rng.permutation(np.flatnonzero(y == c)) for c in (0, 1))
    k = max(2, round(n * len(ill) / len(y)))
    rows = np.concatenate([healthy[: n - k], ill[:k]])
    return rows, np.setdiff1d(np.arange(len(y)), rows)


def smallest_p(X, y, k=10):
    """Return the columns of the k smallest p-values; a constant column counts as p = 1."""
    with np.errstate(all="ignore"):
        p = stats.ttest_ind(X[y == 1], X[y == 0]).pvalue
    return np.argsort(np.where(np.isnan(p), 1, p), kind="stable")[:k]


def leekasso(X, y, X_test):
    """Return scores above 0 for ill: linear regression on the ten columns of smallest p."""
    columns = smallest_p(X, y)
    model = LinearRegression().fit(X[:, columns], y)
    return model.predict(X_test[:, columns]) - 0.5


def logistic(X, y, X_test, C=0.1, **penalty):
    """Return the logits of logistic regression on all columns."""
    model = LogisticRegression(C=C, max_iter=2000, **penalty).fit(X, y)
    return model.decision_function(X_test)


def mlp(side):
    """Return one hidden layer of 64."""
    return nn.Sequential(nn.Flatten(), nn.Linear(side**2, 64), nn.ReLU(), nn.Linear(64, 1))


def five_tanh(side):
    """Return five hidden layers of 50 tanh units, like the network of the debate."""
    layers, width = [nn.Flatten()], side**2
    for _ in range(5):
        layers, width = [*layers, nn.Linear(width, 50), nn.Tanh()], 50
    return nn.Sequential(*layers, nn.Linear(50, 1))


def cnn(side):
    """Return two convolutions, each with pooling, and a dense layer."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * (side // 4) ** 2, 1),
    )  # fmt: skip


def trained(build, X, y, seeds, steps=STEPS, optimizer=None):
    """Return one network per seed, trained side by side: a function of images.

    X (seeds, patients, side, side) and y (seeds, patients). Each step shows every network 32 of
    its own patients; what one learns does not reach another.
    """
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        models.append(build(X.shape[-1]))
    weights, _ = stack_module_state(models)
    inputs, target = as_images(X), torch.tensor(y, dtype=torch.float32)
    if optimizer is None:
        optimizer = torch.optim.AdamW(weights.values(), lr=3e-3, weight_decay=1e-3)
    else:
        optimizer = optimizer(weights.values())
    answer = vmap(lambda w, x: functional_call(models[0], w, (x,))[:, 0])
    torch.manual_seed(0)
    order, n = torch.tensor([], dtype=torch.int64), y.shape[1]
    for _ in range(steps):
        if len(order) == 0:
            order = torch.randperm(n)
        rows, order = order[:32], order[32:]
        optimizer.zero_grad()
        z = answer(weights, inputs[:, rows])
        loss = F.binary_cross_entropy_with_logits(z, target[:, rows], reduction="none")
        loss.mean(dim=1).sum().backward()
        optimizer.step()

    def logits(X):
        with torch.no_grad():
            parts = as_images(X).split(500, dim=1)
            return torch.cat([answer(weights, part) for part in parts], dim=1).numpy()

    return logits


def as_images(X):
    """Return (seeds, patients, 1, side, side) for networks."""
    return torch.tensor(X, dtype=torch.float32)[:, :, None]


def gently(parameters):
    """Return plain gradient descent at rate 0.01."""
    return torch.optim.SGD(parameters, lr=0.01)


@cache
def race(name, n, seeds=SEEDS):
    """Return for each seed the accuracy of each method, for n patients seen and those unseen."""
    found, seen, unseen, truth = [], [], [], []
    for seed in seeds:
        X, y = task(name, seed)
        rows, others = drawn(y, n, seed)
        seen, unseen = [*seen, X[rows]], [*unseen, X[others]]
        truth.append((y[rows], y[others]))
    y, y_others = (np.stack(part) for part in zip(*truth, strict=True))
    X, X_others = np.stack(seen), np.stack(unseen)
    order = np.random.default_rng(9).permutation(X[0, 0].size)  # one order for all patients

    def shuffled(images):
        return images.reshape(*images.shape[:2], -1)[..., order].reshape(images.shape)

    def judge(method, z, z_others):
        for i, here in enumerate(found):
            here[method] = {
                "seen": float(((z[i] > 0) == y[i]).mean()),
                "unseen": float(((z_others[i] > 0) == y_others[i]).mean()),
            }

    found = [{} for _ in seeds]
    classic = {"Leekasso": leekasso, "logistic": logistic}
    if name == "table":
        classic["LASSO"] = lambda *a: logistic(*a, C=0.3, l1_ratio=1, solver="liblinear")
    for method, fit in classic.items():
        z = [
            fit(a.reshape(n, -1), t, np.concatenate([a, b]).reshape(n + len(b), -1))
            for a, t, b in zip(X, y, X_others, strict=True)
        ]
        judge(method, [one[:n] for one in z], [one[n:] for one in z])
    runs = {"MLP": (mlp, False), "CNN": (cnn, False)}
    if name != "table":  # its columns have no order to lose
        runs["CNN, shuffled"] = cnn, True
    if name == "0 or 1":
        runs["five tanh"] = five_tanh, False, 10 * max(1, n // 32), gently  # ten passes
        runs["five tanh, Adam"] = five_tanh, False
    for method, (build, mixed, *how) in runs.items():
        change = shuffled if mixed else np.asarray
        logits = trained(build, change(X), y, seeds, *how)
        judge(method, logits(change(X)), logits(change(X_others)))
    return found


def measure(seed):
    """Return the race of each task at each number of patients."""
    return {
        name: {str(n): race(name, n)[list(SEEDS).index(seed)] for n in sizes}
        for name, sizes in SIZES.items()
    }
