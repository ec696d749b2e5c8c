"""Least squares found three ways: by formula, by trying a grid, by walking downhill."""

import numpy as np

from ..validation.tables import measurements, same_length


def ols(X, y):
    """Return the weights and bias whose line misses ``y`` least, in mean squared error.

    Where several answers miss equally little (a constant or repeated column), the one with
    the smallest weights is returned, as scikit-learn does.

    Parameters
    ----------
    X : (n,) one measurement, or (n, p) several, a patient per row
    y : (n,) what is to be predicted

    Returns
    -------
    weight, bias : a number for X of shape (n,), else (p,); and a number

    Raises
    ------
    ValueError
        If shapes do not fit, or a value is NaN or infinite.

    References
    ----------
    Legendre, *Nouvelles méthodes pour la détermination des orbites des comètes* (1805).

    Examples
    --------
    >>> slope, intercept = ols(np.array([0, 1, 2]), np.array([1, 3, 5]))
    >>> round(float(slope), 6), round(float(intercept), 6)
    (2.0, 1.0)
    """
    single = np.ndim(X) == 1
    X = measurements("X", X, ndim=1 if single else 2)
    y = measurements("y", y, ndim=1)
    same_length("y", y, len(X))
    columns = X[:, None] if single else X
    mean = columns.mean(axis=0)
    # Centring takes the bias out of the problem. A constant column becomes 0 exactly, not
    # the rounding error of its own mean, which would be divided by.
    centred = np.where((columns == columns[0]).all(axis=0), 0, columns - mean)
    # With fewer patients than weights, a direction this flat is rounding and not data.
    weight = np.linalg.lstsq(centred, y - y.mean(), rcond=1e-10)[0]
    bias = y.mean() - mean @ weight
    return (weight[0] if single else weight), bias


def mse_surface(x, y, slopes, intercepts):
    """Return the mean squared error of every line on a grid, (len(slopes), len(intercepts)).

    For one slope, the error is the variance of what the slope leaves over, plus the squared
    distance from the intercept to its mean: no table of shape (slopes, intercepts, n) is made.

    Parameters
    ----------
    x, y : (n,)
    slopes, intercepts : (s,), (i,)
    """
    x, y = _pair(x, y)
    slopes = measurements("slopes", slopes, ndim=1)
    intercepts = measurements("intercepts", intercepts, ndim=1)
    left_over = y - slopes[:, None] * x  # (s, n)
    away = left_over.mean(axis=1)[:, None] - intercepts  # (s, i)
    return left_over.var(axis=1)[:, None] + away**2


def scan(x, y, slopes, intercepts):
    """Return the (slope, intercept) of the grid with the least mean squared error.

    Parameters
    ----------
    x, y : (n,)
    slopes, intercepts : the values to try, every pair of them

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 2.0])
    >>> slope, intercept = scan(x, 2 * x + 1, np.arange(-3, 4), np.arange(-3, 4))
    >>> float(slope), float(intercept)
    (2.0, 1.0)
    """
    surface = mse_surface(x, y, slopes, intercepts)
    row, column = np.unravel_index(surface.argmin(), surface.shape)
    return np.asarray(slopes)[row], np.asarray(intercepts)[column]


def gradient_step(w, b, x, y, lr):
    """Return (w, b) after one step down the gradient of the mean squared error.

    Parameters
    ----------
    w, b : slope and intercept now
    x, y : (n,)
    lr : learning rate, the length of the step per unit of gradient
    """
    x, y = _pair(x, y)
    residual = w * x + b - y
    return w - lr * 2 * (residual * x).mean(), b - lr * 2 * residual.mean()


def descend(x, y, lr, steps, w=0.0, b=0.0):
    """Return the path of (w, b) from the start through ``steps`` steps, (steps + 1, 2)."""
    path = [(w, b)]
    for _ in range(steps):
        path.append(gradient_step(*path[-1], x, y, lr))
    return np.array(path)


def _pair(x, y):
    x, y = measurements("x", x, ndim=1), measurements("y", y, ndim=1)
    same_length("y", y, len(x))
    return x, y
