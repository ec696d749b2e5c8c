"""Gaussian naive Bayes: one bell curve per measurement and class, multiplied."""

import numpy as np

from ..reference import log_softmax
from ..validation.tables import labels, measurements


def gaussian_log_joint(X, mean, var, prior):
    r"""Return the logarithm of prior times likelihood for each patient and class, (n, k).

    :math:`\ln \pi_c - \tfrac12 \sum_j \big[\ln(2\pi\sigma^2_{cj}) +
    (x_j - \mu_{cj})^2 / \sigma^2_{cj}\big]`. A sum of logarithms, because a product of
    hundreds of densities is 0 in any floating-point number.

    Parameters
    ----------
    X : (n, p)
    mean, var : (k, p), of measurement j in class c
    prior : (k,), the share of each class

    Raises
    ------
    ValueError
        If shapes do not fit, a variance is not above 0, or a prior not within 0 and 1.
    """
    X = measurements("X", X)
    mean, var = measurements("mean", mean), measurements("var", var)
    prior = measurements("prior", prior, ndim=1)
    k, p = len(prior), X.shape[1]
    for name, array in (("mean", mean), ("var", var)):
        if array.shape != (k, p):
            raise ValueError(f"{name} has shape {array.shape}; needed {(k, p)}, as (k, p)")
    if var.min() <= 0:
        raise ValueError(f"var holds {var.min()}; needed only numbers above 0")
    if prior.min() < 0 or prior.max() > 1:
        raise ValueError(f"prior runs from {prior.min()} to {prior.max()}; needed from 0 to 1")
    squares = (X[:, None] - mean) ** 2 / var  # (n, k, p)
    with np.errstate(divide="ignore"):  # a class that never occurs has log prior -inf
        return np.log(prior) - (np.log(2 * np.pi * var) + squares).sum(axis=2) / 2


class GaussianNB:
    """A classifier that asks each measurement on its own, and adds up what they say.

    It has 2 k p numbers for k classes and p measurements, and k - 1 for the shares of the
    classes. All are counted from the training set, so nothing is searched.

    Parameters
    ----------
    var_smoothing : this share of the largest variance is added to all, as in scikit-learn,
        so that a measurement that never varies does no harm

    Attributes
    ----------
    classes : (k,), prior : (k,), mean : (k, p), var : (k, p); filled by ``fit``

    References
    ----------
    Hand and Yu, *Idiot's Bayes: not so stupid after all?* (2001).

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0], [8.0], [9.0]]), np.array([0, 0, 1, 1])
    >>> GaussianNB().fit(X, y).predict([[3.0], [7.0]])
    array([0, 1])
    """

    def __init__(self, var_smoothing=1e-9):
        if not var_smoothing >= 0:
            raise ValueError(f"var_smoothing is {var_smoothing}; needed at least 0")
        self.var_smoothing = var_smoothing

    def fit(self, X, y):
        """Count shares, means and variances for ``X`` (n, p) and ``y`` (n,); return self."""
        X = measurements("X", X)
        y = labels("y", y, len(X))
        self.classes, counts = np.unique(y, return_counts=True)
        self.prior = counts / len(y)
        self.mean = np.array([X[y == c].mean(axis=0) for c in self.classes])
        extra = self.var_smoothing * X.var(axis=0).max()
        self.var = np.array([X[y == c].var(axis=0) for c in self.classes]) + extra
        if self.var.min() <= 0:
            raise ValueError("X has a column that never varies in one class; raise var_smoothing")
        return self

    def log_joint(self, X):
        """Return the log of prior times likelihood, (n, k), for ``X`` (n, p)."""
        if not hasattr(self, "classes"):
            raise ValueError("this GaussianNB has seen no patients yet; call fit first")
        return gaussian_log_joint(X, self.mean, self.var, self.prior)

    def predict_proba(self, X):
        """Return the probability of each class, (n, k): the joint, made to sum to 1."""
        return np.exp(log_softmax(self.log_joint(X), dim=1))

    def predict(self, X):
        """Return the most probable class of each patient, (n,)."""
        best = self.log_joint(X).argmax(axis=1)
        return self.classes[best]
