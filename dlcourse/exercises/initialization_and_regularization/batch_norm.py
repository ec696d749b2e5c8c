"""Lab 08, batch_norm: in training by the batch, in evaluation by the record."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def batch_norm_edges():
    x = np.array([[1.0, 10.0, 5.0], [3.0, 30.0, 5.0]])  # the last channel is constant
    parts = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, -1.0])
    record = np.array([2.0, 10.0, 4.0]), np.array([1.0, 50.0, 4.0])
    return [
        (x, *parts, *record, True, 0.1, 1e-5),
        (x, *parts, *record, False, 0.1, 1e-5),
        (x[:, :2], *(a[:2] for a in parts + record), True, 0.1, 0.5),
    ]


def batch_norm_inputs(rng):

    def case(training, momentum, eps, *shape, scale=1.0):
        c = shape[1]
        draw = scale * rng.normal(size=shape) + 3 * rng.normal(size=(c, *[1] * (len(shape) - 2)))
        parts = rng.normal(size=c), rng.normal(size=c), rng.normal(size=c), rng.uniform(0.5, 2, c)
        return draw, *parts, training, momentum, eps

    return [
        case(True, 0.1, 1e-5, 4, 4),
        case(True, 0.3, 1e-3, 7, 3, scale=0.01),
        case(True, 0.2, 1e-5, 3, 2, 2, 3),
        case(False, 0.2, 0.1, 3, 2, 2, 3),
        case(True, 0.25, 1e-5, 4, 3, 3, 4),
        case(False, 0.1, 1e-5, 5, 5),
    ]


def batch_norm_answer(x, weight, bias, running_mean, running_var, training, momentum, eps):
    mean, var = running_mean.copy(), running_var.copy()
    y = reference.batch_norm(x, mean, var, weight, bias, training, momentum, eps)
    return y, mean, var


def by_hand(
    x,
    weight,
    bias,
    running_mean,
    running_var,
    training,
    momentum,
    eps,
    axes=None,
    ddof=0,
    record_ddof=1,
    new=lambda momentum: momentum,
    root=lambda var, eps: np.sqrt(var + eps),
    use=lambda training: training,
    keep=lambda training: training,
):
    """Return (y, mean, var) by hand; mistakes change one of the named parts."""
    axes = (0, *range(2, x.ndim)) if axes is None else axes
    columns = (-1, *[1] * (x.ndim - 2))
    shape = columns if axes != 1 else (-1, *[1] * (x.ndim - 1))
    mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=ddof)
    seen = running_mean, running_var
    if keep(training):
        a, of_channels = new(momentum), (0, *range(2, x.ndim))
        batch = x.mean(axis=of_channels), x.var(axis=of_channels, ddof=record_ddof)
        seen = tuple((1 - a) * s + a * b for s, b in zip(seen, batch, strict=True))
    if not use(training):
        mean, var, shape = running_mean, running_var, columns
    x_hat = (x - mean.reshape(shape)) / root(var.reshape(shape), eps)
    return weight.reshape(columns) * x_hat + bias.reshape(columns), *seen


def mistaken(**changed):
    """Return ``by_hand`` with the named parts changed."""

    def batch_norm(x, weight, bias, running_mean, running_var, training, momentum, eps):
        return by_hand(
            x, weight, bias, running_mean, running_var, training, momentum, eps, **changed
        )

    return batch_norm


def channels_last(x, weight, bias, running_mean, running_var, training, momentum, eps):
    turned = np.moveaxis(x, 1, -1)
    rows = turned.reshape(-1, x.shape[1])
    mean, var = running_mean, running_var
    if training:
        n = len(rows)
        mean = rows.sum(axis=0) / n
        var = ((rows - mean) ** 2).sum(axis=0) / n
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var + momentum * (var * n / (n - 1) - running_var)
    rows = (rows - mean) * (var + eps) ** -0.5 * weight + bias
    return np.moveaxis(rows.reshape(turned.shape), -1, 1), running_mean, running_var


def by_channel(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y, record = np.empty(x.shape), []
    for c in range(x.shape[1]):
        values, mean, var = x[:, c], running_mean[c], running_var[c]
        if training:
            kept = momentum * values.mean() + (1 - momentum) * mean
            record.append([kept, momentum * values.var(ddof=1) + (1 - momentum) * var])
            mean, var = values.mean(), values.var()
        else:
            record.append([mean, var])
        y[:, c] = weight[c] * (values - mean) / np.sqrt(var + eps) + bias[c]
    return y, *np.array(record).T


def in_place(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y = reference.batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    return y, running_mean, running_var


def without_affine(x, weight, bias, running_mean, running_var, training, momentum, eps):
    c = x.shape[1]
    return by_hand(x, np.ones(c), np.zeros(c), running_mean, running_var, training, momentum, eps)


def by_place(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y, mean, var = by_hand(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if training and x.ndim == 4:
        columns = (-1, 1, 1)
        x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
        y = weight.reshape(columns) * x_hat + bias.reshape(columns)
    return y, mean, var


def patients_only(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y, mean, var = by_hand(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if training:
        biased = x.var(axis=(0, *range(2, x.ndim)))
        var = (1 - momentum) * running_var + momentum * biased * len(x) / (len(x) - 1)
    return y, mean, var


def by_new_record(x, weight, bias, running_mean, running_var, training, momentum, eps):
    _, mean, var = by_hand(x, weight, bias, running_mean, running_var, training, momentum, eps)
    y, *_ = by_hand(x, weight, bias, mean, var, False, momentum, eps)
    return y, mean, var


def deviations(x, weight, bias, running_mean, running_var, training, momentum, eps):
    y, mean, var = by_hand(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if training:
        spread = x.std(axis=(0, *range(2, x.ndim)), ddof=1)
        var = (1 - momentum) * running_var + momentum * spread
    return y, mean, var


EXERCISE = Exercise(
    "batch_norm",
    points=4,
    answer=batch_norm_answer,
    edges=batch_norm_edges,
    inputs=batch_norm_inputs,
    forbidden=LIBRARY,
    also_right=[by_hand, channels_last, by_channel],
    mistakes=[
        Mistake(
            "Over axis 1 each patient is normalized by himself: that is layer norm. Batch norm "
            "takes mean and variance over the patients.",
            mistaken(axes=1),
        ),
        Mistake(
            "Images: one mean per channel, over patients and places. You took one per pixel.",
            by_place,
            credit=0.5,
        ),
        Mistake(
            "Normalize with the variance divided by n; n - 1 is for the record only.",
            mistaken(ddof=1),
            credit=0.5,
        ),
        Mistake(
            "The record keeps the unbiased variance, divided by n - 1. torch does both.",
            mistaken(record_ddof=0),
            credit=0.5,
        ),
        Mistake(
            "Images: for the record's n - 1 too, n counts places as well as patients.",
            patients_only,
            credit=0.75,
        ),
        Mistake(
            "In training normalize by the batch, not by the record that it has just moved.",
            by_new_record,
            credit=0.25,
        ),
        Mistake("The record holds variances. You let SDs in.", deviations, credit=0.5),
        Mistake(
            "momentum is the weight of the *new* value: (1 - momentum) * old + momentum * new.",
            mistaken(new=lambda momentum: 1 - momentum),
            credit=0.5,
        ),
        Mistake(
            "The record did not move in training. Evaluation would never learn what is usual.",
            mistaken(keep=lambda training: False),
            credit=0.5,
        ),
        Mistake(
            "The record moved in evaluation. A test patient must leave no trace in the model.",
            mistaken(keep=lambda training: True),
            credit=0.5,
        ),
        Mistake(
            "The batch's statistics in evaluation: a patient's result would depend on who else "
            "is in the batch. Use the record.",
            mistaken(use=lambda training: True),
        ),
        Mistake(
            "The record in training: then nothing is normalized by the batch.",
            mistaken(use=lambda training: False),
        ),
        Mistake(
            "eps goes under the root, next to the variance.",
            mistaken(root=lambda var, eps: np.sqrt(var) + eps),
            credit=0.75,
        ),
        Mistake(
            "Divided by the variance. Divide by its root.",
            mistaken(root=lambda var, eps: var + eps),
        ),
        Mistake(
            "Where is eps? It keeps a constant channel from dividing by 0.",
            mistaken(root=lambda var, eps: np.sqrt(var)),
            credit=0.5,
        ),
        Mistake(
            "Normalized, and then? Multiply by weight and add bias, one of each per channel.",
            without_affine,
            credit=0.5,
        ),
        Mistake(
            "Right numbers, but you changed the caller's record. Return new arrays.",
            in_place,
            credit=0.75,
        ),
    ],
    hints=[
        "axes = (0,) for (n, channels), (0, 2, 3) for images; then x.mean(axis=axes) and so on.",
        "For images, reshape everything that has one entry per channel to (-1, 1, 1) before use.",
        "In training the record becomes (1 - momentum) * old + momentum * new, where the new "
        "variance is x.var(axis=axes, ddof=1). In evaluation it normalizes, and stays.",
    ],
)
