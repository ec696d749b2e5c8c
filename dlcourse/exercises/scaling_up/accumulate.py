"""Lab 18, accumulate: a large batch in small parts. Torch, since the point is what .grad keeps."""

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_accumulate


def accumulate_inputs(rng):
    def case(n, micro, left_over=False):
        x, y = rng.normal(size=(n, 3)), rng.integers(0, 3, n)
        return int(rng.integers(1, 10**6)), x, y, micro, left_over

    n = int(rng.integers(6, 9))
    return [
        case(12, 4),
        case(10, 4),
        case(5, 8),
        case(9, 3, True),
        case(2 * n + 1, n, True),
    ]


def gradients(model):
    """Return copies of what is in .grad."""
    return [p.grad.clone() for p in model.parameters()]


def accumulate(model, x, y, micro):
    model.zero_grad()
    for part, labels in zip(x.split(micro), y.split(micro), strict=True):
        (F.cross_entropy(model(part), labels) * len(part) / len(x)).backward()
    return [p.grad for p in model.parameters()]


def at_once(model, x, y, micro):
    model.zero_grad(set_to_none=True)
    F.cross_entropy(model(x), y).backward()
    return [p.grad for p in model.parameters()]


def by_autograd(model, x, y, micro):
    params = list(model.parameters())
    totals = [torch.zeros_like(p) for p in params]
    for i in range(0, len(x), micro):
        loss = F.cross_entropy(model(x[i : i + micro]), y[i : i + micro], reduction="sum")
        for total, g in zip(totals, torch.autograd.grad(loss, params), strict=True):
            total += g
    return [total / len(x) for total in totals]


def one_way_back(model, x, y, micro):
    losses = [
        F.cross_entropy(model(a), b, reduction="sum")
        for a, b in zip(x.split(micro), y.split(micro), strict=True)
    ]
    return list(torch.autograd.grad(sum(losses) / len(x), list(model.parameters())))


def sums_divided_later(model, x, y, micro):
    for p in model.parameters():
        p.grad = None
    for part, labels in zip(x.split(micro), y.split(micro), strict=True):
        F.cross_entropy(model(part), labels, reduction="sum").backward()
    return [p.grad.div(len(x)) for p in model.parameters()]


def wrong(
    weight=lambda part, micro, n: part / n, clear=True, clear_inside=False, step=0.0,
    ragged=True, then=lambda found: found, reduction="mean", detach=False,
):  # fmt: skip
    """Return an answer that does one thing otherwise."""

    def answer(model, x, y, micro):
        if clear:
            model.zero_grad()
        n = len(x) if ragged or len(x) < micro else len(x) // micro * micro
        for a, b in zip(x[:n].split(micro), y[:n].split(micro), strict=True):
            if clear_inside:
                model.zero_grad()
            loss = F.cross_entropy(model(a), b, reduction=reduction)
            (loss * weight(len(a), micro, len(x))).backward()
            if step:
                with torch.no_grad():
                    for p in model.parameters():
                        p -= step * p.grad
        return then(gradients(model))

    return answer


def ceil(n, micro):
    return -(-n // micro)


EXERCISE = Exercise(
    "accumulate",
    points=3,
    answer=accumulate,
    inputs=accumulate_inputs,
    forbidden=("dlcourse",),
    torch=TorchRead(read_accumulate),
    tolerance=(1e-9, 1e-12),
    also_right=[at_once, by_autograd, one_way_back, sums_divided_later],
    mistakes=[
        Mistake(
            "Means of parts were added up: as many times too large as there are parts.",
            wrong(weight=lambda part, micro, n: 1),
            credit=0.5,
        ),
        Mistake(
            "Divided by the number of parts: right while all are equal. The last, short one weighs "
            "too much: weigh by len(part).",
            wrong(weight=lambda part, micro, n: 1 / ceil(n, micro)),
            credit=0.75,
        ),
        Mistake(
            "Divided by n // micro. With a short last part there is one part more, and it weighs "
            "too much.",
            wrong(weight=lambda part, micro, n: 1 / max(n // micro, 1)),
            credit=0.5,
        ),
        Mistake(
            "zero_grad inside the loop: only the last part is left.",
            wrong(clear_inside=True),
            credit=0.25,
        ),
        Mistake(
            "What an earlier batch left in .grad is still there: zero_grad once, before the loop.",
            wrong(clear=False),
            credit=0.75,
        ),
        Mistake(
            "The sum over patients. The mean was asked: divide by all of them.",
            wrong(weight=lambda part, micro, n: part),
            credit=0.5,
        ),
        Mistake(
            "A step after each part: that is training with small batches. The weights must not "
            "move here.",
            wrong(step=0.1),
            credit=0.25,
        ),
        Mistake(
            "The last, short part was left out: its patients are lost.",
            wrong(ragged=False),
            credit=0.5,
        ),
        Mistake(
            "micro / n for each part: the last one has fewer than micro patients. len(part) / n.",
            wrong(weight=lambda part, micro, n: micro / n),
            credit=0.5,
        ),
        Mistake(
            "Divided by micro: means became means of means. Each part weighs len(part) / n.",
            wrong(weight=lambda part, micro, n: 1 / micro),
            credit=0.25,
        ),
        Mistake(
            "Only the first gradient. One for each parameter, in the order of model.parameters().",
            wrong(then=lambda found: found[:1]),
            credit=0.5,
        ),
        Mistake(
            "The other way round: the order is that of model.parameters().",
            wrong(then=lambda found: found[::-1]),
            credit=0.5,
        ),
    ],
    hints=[
        "backward() adds to .grad. So: zero_grad once, then one backward for each part.",
        "x.split(micro) gives the parts; the last may be shorter.",
        "A part's mean loss times len(part) / len(x) is its share of the whole mean.",
    ],
)
