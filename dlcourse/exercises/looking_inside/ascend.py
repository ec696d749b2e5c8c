"""Lab 12, ascend: an image climbs to where a unit answers loudly; the network stands still."""

import copy

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_ascend


def ascend_inputs(rng):
    def case(unit, n, h, w, steps, lr, decay, loudness=1.0):
        seed = int(rng.integers(2**31))
        return seed, loudness, unit, rng.random((n, 2, h, w)), steps, lr, decay

    # Long steps, so that pixels reach 0 and 1 on the way and come back. Slopes twenty times as
    # small ask for the same steps; where the network is flat, only the decay acts.
    return [
        case(1, 4, 6, 7, 6, 1.2, 0.1),
        case(0, 1, 5, 7, 4, 2.5, 0.0),
        case(2, 3, 6, 5, 8, 0.6, 0.3),
        case(int(rng.integers(3)), 3, 7, 5, 5, 1.5, 0.2),
        case(1, 3, 5, 6, 4, 1.2, 0.1, loudness=0.05),
        case(2, 3, 7, 6, 3, 0.8, 0.4, loudness=0.0),
    ]


def of_unit(logits, unit):
    return logits[:, unit].sum()


def unit_length(slope):
    return F.normalize(slope.flatten(1), dim=1).view_as(slope)


def ascend(model, unit, x, steps, lr, decay):
    for _ in range(steps):
        x = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(of_unit(model(x), unit), x)
        x = (x + lr * unit_length(slope) - lr * decay * (x - 0.5)).clamp(0, 1)
    return x.detach()


def in_place(model, unit, x, steps, lr, decay):
    x = x.detach().clone().requires_grad_()
    for _ in range(steps):
        slope = torch.autograd.grad(model(x)[:, unit].sum(), x)[0]
        with torch.no_grad():
            length = slope.square().sum((1, 2, 3), keepdim=True).sqrt()
            x += lr * (slope / (length + 1e-12) - decay * (x - 0.5))
            x.clamp_(0, 1)
    return x.detach()


def image_by_image(model, unit, x, steps, lr, decay):
    climbed = []
    for image in x.split(1):
        for _ in range(steps):
            leaf = image.clone().requires_grad_()
            (slope,) = torch.autograd.grad(model(leaf)[0, unit], leaf)
            step = slope / max(float(slope.norm()), 1e-12) - decay * (image - 0.5)
            image = (image + lr * step).clamp(0, 1)
        climbed.append(image)
    return torch.cat(climbed)


def downhill_on_a_copy(model, unit, x, steps, lr, decay):
    other, now = copy.deepcopy(model), x.clone()
    for _ in range(steps):
        leaf = now.clone().requires_grad_()
        (-other(leaf)[:, unit]).sum().backward()
        length = leaf.grad.pow(2).sum(dim=(1, 2, 3), keepdim=True).sqrt().clamp(min=1e-12)
        now = torch.clip(now - lr * leaf.grad / length - lr * decay * (now - 0.5), 0, 1)
    return now


def climb(
    model, unit, x, steps, lr, decay, *,
    score=of_unit, norm=unit_length, pull=lambda x: x - 0.5, sign=1, clip=True, short=0,
    gradients="fresh", backward=False,
):  # fmt: skip
    """Return the image; the options are the ways in which this is done wrong."""
    x, total = x.clone(), 0
    for step in range(steps - short):
        leaf = x.detach().clone().requires_grad_()
        if backward:
            score(model(leaf), unit).backward()
            slope = leaf.grad
        else:
            (slope,) = torch.autograd.grad(score(model(leaf), unit), leaf)
        if gradients == "added up":
            total = total + slope
        elif gradients == "fresh" or step == 0:
            total = slope
        x = x + sign * lr * norm(total) - lr * decay * pull(x)
        x = x.clamp(0, 1) if clip else x
    return x


def wrong(**options):
    return lambda model, unit, x, steps, lr, decay: climb(
        model, unit, x, steps, lr, decay, **options
    )


def clipped_at_the_end(*args):
    return climb(*args, clip=False).clamp(0, 1)


def into_the_start(model, unit, x, *rest):
    x.copy_(ascend(model, unit, x.clone(), *rest))
    return x


EXERCISE = Exercise(
    "ascend",
    points=4,
    answer=ascend,
    inputs=ascend_inputs,
    forbidden=("dlcourse", "captum"),
    torch=TorchRead(read_ascend),
    tolerance=(1e-6, 1e-6),  # 1e-12 more in a length can grow to 2e-8 over eight long steps
    sitting=2,
    also_right=[in_place, image_by_image, downhill_on_a_copy],
    mistakes=[
        Mistake("Downhill: add the gradient, do not subtract it.", wrong(sign=-1)),
        Mistake("The gradient has its own length still: divide by it.", wrong(norm=lambda g: g)),
        Mistake(
            "One length for the whole batch: each image's gradient is divided by its own.",
            wrong(norm=lambda g: g / g.norm().clamp(min=1e-12)),
        ),
        Mistake(
            "0 / 0: where the network is flat, the gradient and its length are 0, and the image "
            "must not turn to NaN. Divide by at least 1e-12.",
            wrong(norm=lambda g: g / g.flatten(1).norm(dim=1)[:, None, None, None]),
            credit=0.75,
        ),
        Mistake(
            "That is the sign of the gradient. Divide it by its length.", wrong(norm=torch.sign)
        ),
        Mistake(
            "The logit, not the probability: its slope dies as it nears 1.",
            wrong(score=lambda z, unit: of_unit(z.softmax(dim=1), unit)),
        ),
        Mistake("All logits together: only the unit's.", wrong(score=lambda z, unit: z.sum())),
        Mistake("Not clipped: it must stay an image, from 0 to 1.", wrong(clip=False)),
        Mistake(
            "Clipped at the end only. The next step must start from an image: clip at every step.",
            clipped_at_the_end,
            credit=0.5,
        ),
        Mistake("Where is the decay?", wrong(pull=lambda x: 0 * x)),
        Mistake("The decay pulls to grey, 0.5, not to black.", wrong(pull=lambda x: x)),
        Mistake("The decay pushes away from grey.", wrong(pull=lambda x: 0.5 - x)),
        Mistake(
            "You wrote over the image that was handed in. Work on a copy.",
            into_the_start,
            credit=0.75,
        ),
        Mistake(
            "backward() filled the weights' gradients: torch.autograd.grad leaves them alone.",
            wrong(backward=True),
            credit=0.5,
        ),
        Mistake(
            "The gradient was computed once. It changes with every step.", wrong(gradients="first")
        ),
        Mistake(
            "Gradients add up over the steps: each step needs a fresh one.",
            wrong(gradients="added up"),
        ),
        Mistake("One step short.", wrong(short=1)),
    ],
    hints=[
        "In each step: a copy of x that requires gradients, the unit's logits summed, "
        "torch.autograd.grad.",
        "slope.flatten(1).norm(dim=1) is the length of each image's gradient, shape (n,). Give it "
        "three more axes to divide by it, and clamp(min=1e-12). Or let "
        "F.normalize(slope.flatten(1), dim=1) divide.",
        "x + lr * slope / length - lr * decay * (x - 0.5), then clamp(0, 1). Return x.detach().",
    ],
)
