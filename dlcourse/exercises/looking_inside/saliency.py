"""Lab 12, saliency: the size of each pixel's slope, on a network that stays as it was."""

import copy

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_saliency


def saliency_inputs(rng):
    def case(mode, n, h, w, target):
        seed = int(rng.integers(2**31))
        return mode, seed, rng.normal(size=(n, 2, h, w)), target

    return [
        case("eval", 3, 6, 5, rng.permutation(3)),
        case("train", 4, 5, 6, rng.integers(0, 3, 1).repeat(4)),
        case("eval", 1, 5, 7, rng.integers(0, 3, 1)),
        case("train", 3, 7, 6, rng.permutation(3)),
        case("fine-tuned", 3, 6, 6, rng.permutation(3)),
    ]


def of_target(logits, target):
    return logits[torch.arange(len(target)), target].sum()


def largest(slope):
    return slope.abs().amax(dim=1)


def saliency(model, x, target):
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    x = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(of_target(model(x), target), x)
    for part, training in modes:
        part.training = training
    return largest(slope)


def by_gather(model, x, target):
    in_train_mode = {part for part in model.modules() if part.training}
    x = x.clone().detach().requires_grad_(True)
    score = model.eval()(x).gather(1, target.unsqueeze(1)).sum()
    slope = torch.autograd.grad(score, x)[0]
    for part in in_train_mode:
        part.training = True
    return slope.abs().max(dim=1).values


def on_a_copy(model, x, target):
    other = copy.deepcopy(model).eval()
    x = x.detach().clone().requires_grad_()
    F.nll_loss(other(x), target, reduction="sum").backward()
    return x.grad.abs().amax(dim=1)


def image_by_image(model, x, target):
    modes, maps = {part: part.training for part in model.modules()}, []
    model.eval()
    for image, t in zip(x, target, strict=True):
        image = image[None].clone().requires_grad_()
        (slope,) = torch.autograd.grad(model(image)[0, t], image)
        maps.append(slope.abs().amax(dim=1)[0])
    for part, training in modes.items():  # a whole comes before its parts
        part.train(training)
    return torch.stack(maps)


def looked(
    model, x, target, *, score=of_target, reduced=largest, mode="eval", back="each", backward=False
):
    """Return a map; the options are the ways in which this is done wrong."""
    modes = [(part, part.training) for part in model.modules()]
    if mode == "eval":
        model.eval()
    x = x.detach().clone().requires_grad_()
    found = score(model(x), target)
    if backward:
        found.backward()
        slope = x.grad
    else:
        (slope,) = torch.autograd.grad(found, x)
    if back == "all alike":
        model.train(modes[0][1])
    for part, training in modes if back == "each" else ():
        part.training = training
    return reduced(slope)


def wrong(**options):
    return lambda model, x, target: looked(model, x, target, **options)


def times_input(model, x, target):
    return largest(looked(model, x, target, reduced=lambda slope: slope) * x)


EXERCISE = Exercise(
    "saliency",
    points=4,
    answer=saliency,
    inputs=saliency_inputs,
    forbidden=("dlcourse", "captum"),
    torch=TorchRead(read_saliency),
    also_right=[by_gather, on_a_copy, image_by_image],
    mistakes=[
        Mistake(
            "The size of the slope: absolute value before the largest.",
            wrong(reduced=lambda slope: slope.amax(dim=1)),
        ),
        Mistake(
            "The largest over channels, not the mean.",
            wrong(reduced=lambda slope: slope.abs().mean(dim=1)),
        ),
        Mistake(
            "The largest over channels, not the sum.",
            wrong(reduced=lambda slope: slope.abs().sum(dim=1)),
        ),
        Mistake(
            "Summed before the absolute value, channels cancel. Absolute value, then the largest.",
            wrong(reduced=lambda slope: slope.sum(dim=1).abs()),
        ),
        Mistake(
            "The channels are still there: one number for each pixel.",
            wrong(reduced=torch.abs),
        ),
        Mistake(
            "The logit, not the probability: its slope dies where the network is sure.",
            wrong(score=lambda z, t: of_target(z.softmax(dim=1), t)),
        ),
        Mistake(
            "That is the slope of the loss. Ask for the logit of the class.",
            wrong(score=F.cross_entropy),
        ),
        Mistake(
            "All logits together: only the one of each image's target.",
            wrong(score=lambda z, t: z.sum()),
        ),
        Mistake(
            "logits[:, target] takes these columns for every row. Pair them: "
            "logits[torch.arange(n), target].",
            wrong(score=lambda z, t: z[:, t].sum()),
        ),
        Mistake(
            "The class asked for, not the one predicted.",
            wrong(score=lambda z, t: z.amax(dim=1).sum()),
        ),
        Mistake(
            "Averaged over the batch, each map is n times too faint: sum.",
            wrong(score=lambda z, t: of_target(z, t) / len(t)),
        ),
        Mistake(
            "In train mode neighbours show through (batch norm), and dropout rolls dice: "
            "model.eval().",
            wrong(mode="as it is"),
        ),
        Mistake(
            "You left the model in eval mode. Put its mode back.",
            wrong(back="none"),
            credit=0.75,
        ),
        Mistake(
            "model.train(training) sets all parts alike, and a batch norm that stood still in "
            "eval mode would move in the next training step. Note the mode of each part.",
            wrong(back="all alike"),
            credit=0.75,
        ),
        Mistake(
            "backward() filled the weights' gradients: the next training step would use them. "
            "torch.autograd.grad(score, x) leaves them alone.",
            wrong(backward=True),
            credit=0.5,
        ),
        Mistake("Gradient times input is another tool.", times_input),
        Mistake(
            "Not scaled: the slopes as they are.",
            wrong(reduced=lambda s: largest(s) / largest(s).amax(dim=(1, 2), keepdim=True)),
        ),
    ],
    hints=[
        "x.detach().clone().requires_grad_() is a copy by which torch can differentiate.",
        "logits[torch.arange(len(target)), target] pairs each image with its class. Their sum is "
        "one number, and images do not see each other in eval mode.",
        "torch.autograd.grad(score, x) returns a tuple of one. Then absolute value, and the "
        "largest over dimension 1.",
        "Before model.eval(), note part.training for each part of model.modules(). At the end give "
        "each part its own back.",
    ],
)
