"""Every function of the library with arguments of 16 bits, drawn so that plain sums overflow.

A case draws (args, options) from a generator, a size and a magnitude: many numbers, whose
count float16 cannot hold, or large ones, whose sum or squares it cannot.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

SIZES = (1, 7, 300, 70_000)
MAGNITUDES = (1.0, 30.0, 1000.0)


@dataclass(frozen=True)
class Case:
    """How to draw the arguments, torch's own function, and what it differentiates by.

    ``rounding`` is what may be off besides the last digit: where one large number is taken
    from another, float32 leaves as much; and the twin of linear rounds before it adds a bias.
    Where the results are sums of ``products``, float32 leaves some 2**-24 of what the products
    are without their signs, however small the sum is.
    """

    draw: Callable
    torchs: Callable | None
    differentiable: tuple = (0,)
    rounding: float = 2.0**-23
    products: bool = False


def half(array):
    return np.asarray(array).astype(np.float16)


def spread(rng, shape, magnitude):
    return half(rng.uniform(-1, 1, shape) * magnitude)


def shares(rng, shape):
    return half(rng.uniform(0.05, 0.95, shape))


def one(rng, size, magnitude):
    return (spread(rng, size, magnitude),), {}


def two(rng, size, magnitude, **options):
    return (spread(rng, size, magnitude), spread(rng, size, magnitude)), options


def rows(rng, size, magnitude):
    return (spread(rng, (size, 3), magnitude),), {"dim": int(rng.integers(0, 2))}


def reduction(rng, choices=("mean", "sum", "none")):
    return {"reduction": str(rng.choice(choices))}


def numbers(rng, size, magnitude):
    return two(rng, size, magnitude, **reduction(rng))


def probabilities(rng, size, magnitude):
    return (shares(rng, size), shares(rng, size)), reduction(rng)


def logits(rng, size, magnitude):
    options = {**reduction(rng), "pos_weight": shares(rng, 1)}
    return (spread(rng, size, magnitude), shares(rng, size)), options


def labelled(rng, size, magnitude, **options):
    scores, weight = spread(rng, (size, 3), magnitude), shares(rng, 3)
    args = scores, rng.integers(0, 3, size), weight
    return args, {**reduction(rng), **options}


def smoothed(rng, size, magnitude):
    return labelled(rng, size, magnitude, label_smoothing=0.1)


def beliefs(rng, size, magnitude):
    options = reduction(rng, ("batchmean", "sum", "none"))
    return (spread(rng, (size, 3), magnitude), shares(rng, (size, 3))), options


def entropies(rng, size, magnitude):
    # Not 0, where the slope is infinite and each dtype has a largest one of its own.
    p = np.maximum(rng.dirichlet(np.ones(3), size), 1e-6)
    return (half(p),), {"dim": int(rng.integers(0, 2))}


def survivors(rng, size, magnitude):
    n = min(size, 300)  # the losses make a matrix of (deaths, patients)
    event = rng.integers(0, 2, n)
    event[0] = 1
    return (spread(rng, n, min(magnitude, 30)), rng.integers(0, 50, n), event), reduction(rng)


def painted(rng, size, magnitude):
    x = spread(rng, (2, 1, size), magnitude)
    return (x, half(rng.integers(0, 2, x.shape))), reduction(rng)


def dense(rng, size, magnitude):
    args = spread(rng, (3, size), magnitude), spread(rng, (2, size), 4 / size**0.5)
    return (*args, spread(rng, 2, 1)), {}


def batches(rng, size, magnitude):
    n = min(size, 300) + 1  # the gradient of the weight is a small sum of large numbers
    x = half(magnitude * (rng.normal(size=(n, 3)) + rng.normal(size=3)))
    return (x, None, None, shares(rng, 3), shares(rng, 3)), {"training": True}


def features(rng, size, magnitude):
    x = half(magnitude * (rng.normal(size=(3, size)) + 1))
    return (x, size, shares(rng, size), shares(rng, size)), {}


def images(rng, size, magnitude, channels=2):
    side = 3 + min(int(size**0.5), 40)
    return spread(rng, (2, channels, side, side), magnitude)


def convolved(rng, size, magnitude):
    x, scale = images(rng, size, magnitude), 1 / max(1, magnitude / 300)
    return (x, spread(rng, (4, 2, 3, 3), scale), spread(rng, 4, 1)), {}


def transposed(rng, size, magnitude):
    x, scale = images(rng, size, magnitude), 1 / max(1, magnitude / 300)
    return (x, spread(rng, (2, 4, 3, 3), scale), spread(rng, 4, 1)), {}


def signals(rng, size, magnitude):
    x = spread(rng, (2, 2, size + 3), magnitude)
    return (x, spread(rng, (4, 2, 3), 1 / max(1, magnitude / 300)), spread(rng, 4, 1)), {}


def pooled(rng, size, magnitude):
    return (images(rng, size, magnitude), 3, int(rng.integers(1, 4))), {}


def averaged(rng, size, magnitude):
    x = half(np.abs(images(rng, size, magnitude)) + magnitude)
    return (x, x.shape[-1]), {}


def framed(rng, size, magnitude):
    mode = str(rng.choice(["reflect", "replicate", "circular"]))
    return (images(rng, size, magnitude), (2, 1, 0, 2)), {"mode": mode}


def penalized(rng, size, magnitude):
    return (spread(rng, size, magnitude), 0.01), {}


def tasks(rng, size, magnitude):
    weights = half(rng.uniform(-1, 1, min(size, 7)) / magnitude)
    return (spread(rng, len(weights), magnitude), weights), {}


def words(rng, size, magnitude):
    return (rng.integers(0, 3, size), spread(rng, (4, 2), magnitude)), {"padding_idx": 3}


def recurrent(gates):
    def draw(rng, size, magnitude):
        n = min(size, 5000)
        x, w_ih = (
            spread(rng, (3, n), magnitude),
            spread(rng, (gates * 2, n), 4 / n**0.5 / magnitude),
        )
        h, w_hh = spread(rng, (3, 2), 1), spread(rng, (gates * 2, 2), 1)
        return (x, h, w_ih, w_hh, spread(rng, gates * 2, 1), None), {}

    return draw


def attending(rng, size, magnitude):
    places = min(size, 300)
    q, k, v = (spread(rng, (2, n, 8), magnitude) for n in (3, places, places))
    options = {"attn_mask": rng.random((3, places)) < 0.9} if rng.random() < 0.5 else {}
    return (q, k, v), {**options, "scale": 1 / magnitude**2}


CASES = {
    "step": Case(one, None),
    "sigmoid": Case(one, torch.sigmoid),
    "tanh": Case(one, torch.tanh, (0,), 1e-6),
    "relu": Case(one, F.relu),
    "leaky_relu": Case(one, F.leaky_relu),
    "softplus": Case(one, F.softplus),
    "gelu": Case(one, F.gelu),
    "soft_threshold": Case(one, F.softshrink),
    "softmax": Case(rows, F.softmax, (0,), 1e-5),
    "log_softmax": Case(rows, F.log_softmax, (0,), 1e-4),
    "mse_loss": Case(numbers, F.mse_loss),
    "l1_loss": Case(numbers, F.l1_loss),
    "huber_loss": Case(numbers, F.huber_loss),
    "smooth_l1_loss": Case(numbers, F.smooth_l1_loss),
    "binary_cross_entropy": Case(probabilities, F.binary_cross_entropy),
    "binary_cross_entropy_with_logits": Case(logits, F.binary_cross_entropy_with_logits),
    "nll_loss": Case(labelled, F.nll_loss),
    "cross_entropy": Case(smoothed, F.cross_entropy),
    "kl_div": Case(beliefs, F.kl_div),
    "entropy": Case(entropies, None),
    "cox_ph_loss": Case(survivors, None),
    "dice_loss": Case(painted, None),
    "weighted_sum": Case(tasks, torch.dot),
    "linear": Case(dense, F.linear, (0, 1, 2), 2.0**-9),
    "batch_norm": Case(batches, F.batch_norm, (0, 3, 4), 1e-5),
    "layer_norm": Case(features, lambda x, n, w, b: F.layer_norm(x, (n,), w, b), (0, 2, 3)),
    "conv1d": Case(signals, F.conv1d, (0, 1, 2), products=True),
    "conv2d": Case(convolved, F.conv2d, (0, 1, 2), products=True),
    "conv_transpose2d": Case(transposed, F.conv_transpose2d, (0, 1, 2), products=True),
    "max_pool2d": Case(pooled, F.max_pool2d),
    "embedding": Case(words, F.embedding, (1,)),
    "rnn_tanh_cell": Case(recurrent(1), torch.rnn_tanh_cell, (0, 1, 2, 3, 4), 1e-5),
    "gru_cell": Case(recurrent(3), torch.gru_cell, (0, 1, 2, 3, 4), 1e-5),
    "scaled_dot_product_attention": Case(
        attending, F.scaled_dot_product_attention, (0, 1, 2), 1e-5
    ),
    "avg_pool2d": Case(averaged, F.avg_pool2d),
    "pad": Case(framed, F.pad),
    "l1_penalty": Case(penalized, lambda w, strength: strength * w.abs().sum()),
    "l2_penalty": Case(penalized, lambda w, strength: strength / 2 * (w * w).sum()),
}
