"""Lab 09, conv2d_backward: who is to blame, pixel by pixel and weight by weight."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from ._windows import framed, images, windows


def conv2d_backward_inputs(rng):
    def case(x, weight, stride, padding):
        rows, columns = (
            (n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], weight[2:], strict=True)
        )
        grad = images(rng, x[0], weight[0], rows, columns)
        return (grad, images(rng, *x), images(rng, *weight), stride, padding)

    return [
        case((1, 1, 4, 5), (1, 1, 2, 3), 1, 0),
        case((2, 3, 6, 5), (4, 3, 3, 3), 1, 0),
        case((2, 3, 7, 6), (4, 3, 3, 3), 2, 1),
        case((3, 2, 5, 6), (2, 2, 3, 3), 1, 1),
        case((1, 2, 6, 9), (3, 2, 2, 3), 3, 2),
        case((2, 1, 6, 6), (2, 1, 3, 3), 2, 0),
        # Tall and wide kernels. A count of places from the wrong size of the kernel is off here.
        case((1, 4, 9, 11), (6, 4, 5, 2), 3, 1),
        case((1, 3, 7, 10), (5, 3, 2, 4), 2, 1),
    ]


def by_library(grad, x, weight, stride=1, padding=0):
    bias = np.zeros(len(weight))
    return reference.conv2d_backward(grad, x, weight, bias, stride, padding)


def blame(grad, x, weight, stride=1, padding=0, hit="add", unframe=True):
    """Return grad_x by loops over places; a mistake changes how it is added or cut out."""
    grad_x = np.zeros_like(framed(x, padding))
    kh, kw = weight.shape[2:]
    for r, c in np.ndindex(grad.shape[2:]):
        here = np.s_[:, :, r * stride : r * stride + kh, c * stride : c * stride + kw]
        share = np.einsum("nf,fkij->nkij", grad[:, :, r, c], weight)
        grad_x[here] = grad_x[here] + share if hit == "add" else share
    inside = np.s_[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return grad_x[inside if unframe else ...]


def weight_blame(grad, x, weight, stride=1, padding=0):
    seen = windows(x, weight.shape[2:], stride, padding)
    return np.einsum("nfrc,nkrcij->fkij", grad, seen)


def whole(grad, x, weight, stride=1, padding=0, **own):
    """Return all three; a mistake passes its own for one of them."""
    args = grad, x, weight, stride, padding
    return (
        own["grad_x"] if "grad_x" in own else blame(*args),
        own["grad_weight"] if "grad_weight" in own else weight_blame(*args),
        own["grad_bias"] if "grad_bias" in own else grad.sum(axis=(0, 2, 3)),
    )


def answer(grad, x, weight, stride=1, padding=0):
    return whole(grad, x, weight, stride, padding)


def by_taps(grad, x, weight, stride=1, padding=0):
    framed_x = framed(x, padding)
    grad_x, grad_weight = np.zeros_like(framed_x), np.zeros_like(weight)
    rows, columns = grad.shape[2:]
    down, across = (rows - 1) * stride + 1, (columns - 1) * stride + 1
    for i, j in np.ndindex(weight.shape[2:]):
        saw = np.s_[:, :, i : i + down : stride, j : j + across : stride]
        grad_weight[:, :, i, j] = np.einsum("nfrc,nkrc->fk", grad, framed_x[saw])
        grad_x[saw] += np.einsum("nfrc,fk->nkrc", grad, weight[:, :, i, j])
    inside = np.s_[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return grad_x[inside], grad_weight, grad.sum((0, 2, 3))


def by_loops(grad, x, weight, stride=1, padding=0):
    framed_x, (kh, kw) = framed(x, padding), weight.shape[2:]
    grad_x, grad_weight = np.zeros_like(framed_x), np.zeros_like(weight)
    for n, f, r, c in np.ndindex(grad.shape):
        top, left = r * stride, c * stride
        here = np.s_[n, :, top : top + kh, left : left + kw]
        grad_x[here] += grad[n, f, r, c] * weight[f]
        grad_weight[f] += grad[n, f, r, c] * framed_x[here]
    end = [padding + n for n in x.shape[2:]]
    return grad_x[:, :, padding : end[0], padding : end[1]], grad_weight, grad.sum((0, 2, 3))


def by_full_correlation(grad, x, weight, stride=1, padding=0):
    kh, kw = weight.shape[2:]
    height, width = (n + 2 * padding for n in x.shape[2:])
    spread = np.zeros((*grad.shape[:2], height + kh - 1, width + kw - 1))
    rows, columns = grad.shape[2:]
    down, across = kh + (rows - 1) * stride, kw + (columns - 1) * stride
    spread[:, :, kh - 1 : down : stride, kw - 1 : across : stride] = grad
    seen = windows(spread, (kh, kw))
    grad_x = np.einsum("nfuvij,fkij->nkuv", seen, weight[:, :, ::-1, ::-1])
    grad_x = grad_x[:, :, padding : height - padding, padding : width - padding]
    return whole(grad, x, weight, stride, padding, grad_x=grad_x)


def edge_frame(grad, x, weight, stride, padding):
    """Return grad_weight as if the frame held the nearest pixels instead of zeros."""
    sides = (padding, padding)
    edged = np.pad(x, ((0, 0), (0, 0), sides, sides), mode="edge")
    return weight_blame(grad, edged, weight, stride)


def weight_without_stride(grad, x, weight, stride, padding):
    seen = windows(x, weight.shape[2:], 1, padding)[:, :, : grad.shape[2], : grad.shape[3]]
    return np.einsum("nfrc,nkrcij->fkij", grad, seen)


def cropped_at_the_end(grad, x, weight, stride=1, padding=0):
    full = blame(grad, x, weight, stride, padding, unframe=False)
    wrong = full[:, :, : x.shape[2], : x.shape[3]]
    return whole(grad, x, weight, stride, padding, grad_x=wrong)


def without_stride(grad, x, weight, stride=1, padding=0):
    wrong = blame(grad, x, weight, 1, padding)
    return whole(grad, x, weight, stride, padding, grad_x=wrong)


EXERCISE = Exercise(
    "conv2d_backward",
    points=4,
    answer=answer,
    inputs=conv2d_backward_inputs,
    forbidden=(*LIBRARY, "convolve", "correlate", "ndimage", "signal"),
    also_right=[by_library, by_taps, by_loops, by_full_correlation],
    mistakes=[
        Mistake(
            "Windows overlap. A pixel that several windows saw collects from all: +=, not =.",
            lambda *a: whole(*a, grad_x=blame(*a, hit="set")),
        ),
        Mistake(
            "Scattering already turns the kernel round. Flip it only if you slide it over grad.",
            lambda grad, x, weight, *a: whole(
                grad, x, weight, *a, grad_x=blame(grad, x, weight[:, :, ::-1, ::-1], *a)
            ),
        ),
        Mistake(
            "grad_weight came out turned by 180 degrees. It is a plain sliding of grad over x.",
            lambda *a: whole(*a, grad_weight=weight_blame(*a)[:, :, ::-1, ::-1]),
        ),
        Mistake(
            "grad_x ignores the stride: output (r, c) came from the window at (r s, c s).",
            without_stride,
        ),
        Mistake(
            "grad_weight was averaged over the batch. Sum: whatever mean there was is in grad.",
            lambda *a: whole(*a, grad_weight=weight_blame(*a) / len(a[0])),
        ),
        Mistake(
            "grad_bias: one number per map. Sum over the batch, rows and columns.",
            lambda *a: whole(*a, grad_bias=a[0].sum(axis=0)),
        ),
        Mistake(
            "grad_bias: the bias acted at every place. Sum, do not average.",
            lambda *a: whole(*a, grad_bias=a[0].mean(axis=(0, 2, 3))),
        ),
        Mistake(
            "grad_x still has its frame. Cut the padding off: its shape is x's.",
            lambda *a: whole(*a, grad_x=blame(*a, unframe=False)),
        ),
        Mistake(
            "grad_x lost its frame at one end only. Take p off on every side.",
            cropped_at_the_end,
        ),
        Mistake(
            "grad_weight must see the frame of zeros that the forward pass saw.",
            lambda *a: whole(*a, grad_weight=edge_frame(*a)),
        ),
        Mistake(
            "grad_weight ignores the stride: place (r, c) saw the window at (r s, c s).",
            lambda *a: whole(*a, grad_weight=weight_without_stride(*a)),
        ),
        Mistake(
            "The order is grad_x, grad_weight, grad_bias.",
            lambda *a: (whole(*a)[1], whole(*a)[0], whole(*a)[2]),
        ),
    ],
    hints=[
        "y[n, f, r, c] was a sum of window * weight[f]. So a slope g there gives g * weight[f] to "
        "the window's pixels, and g * window to weight[f]. Add up over everything that took part.",
        "Work on the padded image: grad_x = zeros of its shape; for each place (r, c), "
        "grad_x[:, :, window] += what all kernels send there. Cut the frame off at the end.",
        "For speed, loop over the taps (i, j): tap (i, j) saw the padded "
        "x[:, :, i : i + s * (rows - 1) + 1 : s, j : ...], and "
        "np.einsum('nfrc,nkrc->fk', grad, that) is its grad_weight.",
    ],
    sitting=4,
)
