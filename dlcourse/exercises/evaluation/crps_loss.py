"""Lab 14, crps_loss: train a network to say how sure it is. Its slopes need torch."""

import math

import numpy as np
import torch
from torch.distributions import Normal

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def crps_loss_inputs(rng):
    def case(n, scale=1.0):
        return tuple(rng.normal(size=(3, n)) * np.array([[scale], [0.7], [scale]]))

    on_the_spot = np.array([2.0, -1.0])
    return [
        case(5),
        case(1),
        case(int(rng.integers(3, 8)), 3),
        (on_the_spot, np.array([0.0, 1.0]), on_the_spot),
        (np.array([0.0, 50.0]), np.array([-6.0, 2.0]), np.array([40.0, 49.0])),  # z is 16,000
    ]


def crps_loss(mean, log_sd, y):
    sd = log_sd.exp()
    z = (y - mean) / sd
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    below = torch.special.ndtr(z)
    return (sd * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))).mean()


def by_erf(mean, log_sd, y):
    sd = torch.exp(log_sd)
    z = (y - mean) / (sd * 2**0.5)
    bell = (2 * torch.exp(-z * z) - 2**0.5) / (2 * math.pi) ** 0.5
    return torch.mean((y - mean) * torch.erf(z) + sd * bell)


def by_distribution(mean, log_sd, y):
    forecast, sd = Normal(mean, log_sd.exp()), log_sd.exp()
    sharp = sd / math.pi**0.5
    there = 2 * sd**2 * forecast.log_prob(y).exp()
    return ((y - mean) * (2 * forecast.cdf(y) - 1) + there - sharp).mean()


def patient_by_patient(mean, log_sd, y):
    total = 0.0
    for m, s, truth in zip(mean, log_sd, y, strict=True):
        z = (truth - m) * torch.exp(-s)
        bell = torch.exp(-0.5 * z**2) * (2 / math.pi) ** 0.5
        total = total + s.exp() * (z * torch.erf(z / 2**0.5) + bell - math.pi**-0.5)
    return total / len(mean)


def bell(z):
    return torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def crps(
    mean, log_sd, y, *,
    spread=torch.exp, outer=True, density=lambda z, sd: bell(z),
    below=torch.special.ndtr, twice=2, last=math.pi**-0.5, join=torch.mean,
):  # fmt: skip
    """Return the loss; the options are the ways in which it is done wrong."""
    sd = spread(log_sd)
    z = (y - mean) / sd
    value = z * (2 * below(z) - 1) + twice * density(z, sd) - last
    return join(sd * value if outer else value)


def wrong(**options):
    return lambda mean, log_sd, y: crps(mean, log_sd, y, **options)


def log_loss(mean, log_sd, y):
    return -Normal(mean, log_sd.exp()).log_prob(y).mean()


EXERCISE = Exercise(
    "crps_loss",
    points=3,
    sitting=2,
    answer=crps_loss,
    inputs=crps_loss_inputs,
    forbidden=("dlcourse", "properscoring", "scoringrules"),
    torch=TorchFunction(differentiate=("mean", "log_sd")),
    also_right=[by_erf, by_distribution, patient_by_patient],
    mistakes=[
        Mistake(CUT, lambda mean, log_sd, y: crps(mean.detach(), log_sd.detach(), y), credit=0.25),
        Mistake(
            "The spread gets no slope: the network would learn what to say and not how surely. "
            "Keep log_sd in the sum.",
            lambda mean, log_sd, y: crps(mean, log_sd.detach(), y),
            credit=0.5,
        ),
        Mistake(
            "log_sd was taken for the standard deviation: exp first.",
            wrong(spread=lambda log_sd: log_sd),
            credit=0.25,
        ),
        Mistake(
            "log_sd was read as the logarithm of the variance.",
            wrong(spread=lambda log_sd: torch.exp(log_sd / 2)),
            credit=0.5,
        ),
        Mistake(
            "Softplus is another way to a positive number. Here it is exp: the logarithm is given.",
            wrong(spread=torch.nn.functional.softplus),
            credit=0.5,
        ),
        Mistake(
            "Multiply by the standard deviation at the end: a CRPS has the unit of y.",
            wrong(outer=False),
            credit=0.5,
        ),
        Mistake(
            "exp of log_prob is the density of y, which holds 1 / sd already. The formula wants "
            "that of z.",
            wrong(density=lambda z, sd: bell(z) / sd),
            credit=0.5,
        ),
        Mistake(
            "Phi(z) stands where 2 * Phi(z) - 1 belongs.",
            wrong(below=lambda z: (1 + torch.special.ndtr(z)) / 2),
            credit=0.5,
        ),
        Mistake(
            "The bell lacks its 1 / sqrt(2 pi).",
            wrong(density=lambda z, sd: torch.exp(-(z**2) / 2)),
            credit=0.5,
        ),
        Mistake(
            "The 2 before the density is missing.",
            wrong(twice=1),
            credit=0.5,
        ),
        Mistake(
            "The last term, 1 / sqrt(pi), is missing. A perfect forecast must not cost that much.",
            wrong(last=0.0),
            credit=0.5,
        ),
        Mistake(
            "The last term is 1 / sqrt(pi), not 1 / sqrt(2 pi).",
            wrong(last=1 / math.sqrt(2 * math.pi)),
            credit=0.5,
        ),
        Mistake(
            "erf(z) is not 2 * Phi(z) - 1: that is erf(z / sqrt(2)).",
            wrong(below=lambda z: (1 + torch.erf(z)) / 2),
            credit=0.5,
        ),
        Mistake(
            "The logarithm of the density is the log loss: proper, too, with another price for "
            "what lies far out.",
            log_loss,
            credit=0.25,
        ),
        Mistake(
            "The absolute error of the mean: how sure the forecast was plays no part.",
            lambda mean, log_sd, y: (y - mean).abs().mean() + 0 * log_sd.sum(),
        ),
        Mistake(
            "Summed over the patients. The mean, or the step grows with the batch.",
            wrong(join=torch.sum),
            credit=0.5,
        ),
        Mistake(
            "One number for each patient. A loss is one number: their mean.",
            wrong(join=lambda value: value),
            credit=0.5,
        ),
        Mistake(
            "The sign is turned round: descent would make the forecast worse.",
            wrong(join=lambda value: -value.mean()),
            credit=0.5,
        ),
    ],
    hints=[
        "sd = log_sd.exp(), then z = (y - mean) / sd.",
        "Phi is torch.special.ndtr(z); phi is torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi).",
        "Put them into the formula, multiply by sd, and take the mean over the patients.",
    ],
)
