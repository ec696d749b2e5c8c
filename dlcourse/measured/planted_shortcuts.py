"""Shortcuts planted in phantom films: who falls for them, and which tools find them.

For each seed, new films, new networks: ``tag`` has learned from films on which the hospital's L
stands mostly on the ill, ``exposure`` from films where those are brighter, ``clean`` from films
where the tag is a toss of a coin, and ``clean again`` the same with another start. Lecture 12
writes the same network and training down. Both compute in double precision: in single, 250 steps
on another processor end at another network.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
from torch import nn

from dlcourse import looking_inside as look
from dlcourse.architectures import receptive_field
from dlcourse.data import films as phantom

SEEDS = tuple(range(10))
SIDE = 28
SIZE, STRIDE = 6, 2
AREA = phantom.tag_area(SIDE)
# How likely the shortcut stands on the ill, and on the well.
CASES = {
    "as in training": (0.9, 0.1),
    "nobody": (0, 0),
    "everybody": (1, 1),
    "reversed": (0.1, 0.9),
}
PLACES = {
    "own corner": (1, 1),
    "top right": (1, 23),
    "bottom left": (23, 1),
    "bottom right": (23, 23),
    "middle": (12, 12),
}


def network(padding_mode="zeros"):
    """Return a network of three convolutions, films (n, 1, 28, 28) to one logit (n, 1)."""

    def convolution(inputs, outputs):
        return nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode=padding_mode)

    return nn.Sequential(
        *(convolution(1, 8), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(convolution(8, 16), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(convolution(16, 16), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 1)),
    ).double()


def train(X, y, seed, steps=250, **options):
    """Return a network after 250 steps of Adam on 32 films each, in eval mode."""
    torch.manual_seed(seed)
    model = network(**options)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=steps)
    X, y, rng = torch.from_numpy(X), torch.from_numpy(y).double(), np.random.default_rng(seed)
    for _ in range(steps):
        batch = rng.choice(len(y), 32, replace=False)
        loss = F.binary_cross_entropy_with_logits(model(X[batch])[:, 0], y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def logits(model, X):
    """Return the logit of each film, (n,)."""
    return model(torch.as_tensor(X))[:, 0].numpy()


def auc(y, z):
    """Return the area under the ROC curve."""
    return float(roc_auc_score(y, z))


def alarms(model, X):
    """Return the share of films that are called ill."""
    return float((logits(model, X) > 0).mean())


def cam(model, x):
    """Return Grad-CAM of the last ReLU, as large as the film."""
    small = look.grad_cam(model, model[10], x, 0)[:, None]
    return F.interpolate(small, x.shape[-2:], mode="bilinear", align_corners=False)[:, 0]


def hidden(model, x, value=0.3):
    """Return occlusion, averaged at each pixel."""
    fall = look.occlusion(model, x, 0, SIZE, STRIDE, value)
    return look.per_pixel(fall, SIZE, STRIDE, x.shape[-2:])


TOOLS = {
    "occlusion": hidden,
    "saliency": lambda model, x: look.saliency(model, x, 0),
    "gradient x input": lambda model, x: look.gradient_times_input(model, x, 0),
    "guided": lambda model, x: look.guided_backpropagation(model, x, 0)[:, 0].relu(),
    "deconvnet": lambda model, x: look.deconvnet(model, x, 0)[:, 0].relu(),
    "Grad-CAM": cam,
}


def mean(values):
    """Return the mean of what is defined, and None where nothing is."""
    values = np.asarray(values, float)
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def moved_hospital(model, plant, test, rng):
    """Return how good a network is where the shortcut stands on other films."""
    found = {}
    for case, shares in CASES.items():
        X = plant(test.X, phantom.assign(test.y, *shares, rng))
        z = logits(model, X)
        found[case] = {"AUC": auc(test.y, z), "accuracy": float(((z > 0) == test.y).mean())}
    well = test.X[test.y == 0]
    found["false alarms"] = {
        "untouched": alarms(model, well),
        "planted": alarms(model, plant(well)),
    }
    return found


def scored(maps, lesion):
    """Return how much of the heat, and how many peaks, lie in tag and lesion."""
    return {
        "share in tag": mean(look.share_inside(maps, AREA)),
        "peak in tag": mean(look.peak_inside(maps, AREA)),
        "share in lesion": mean(look.share_inside(maps, lesion)),
        "peak in lesion": mean(look.peak_inside(maps, lesion)),
    }


def agreement(a, b):
    """Return the mean rank correlation of two sets of maps."""
    return mean(look.rank_correlation(a, b))


def sanity(model, x, seed):
    """Return how maps agree with those of the network with 1 to 4 layers randomized."""
    found = {}
    for tool, see in TOOLS.items():
        before = see(model, x).abs()
        after = [see(look.randomized(model, k, 1000 + seed), x).abs() for k in range(1, 5)]
        found[tool] = [agreement(before, maps) for maps in after]
    forgotten = look.randomized(model, 4, 1000 + seed)
    unlike = F.avg_pool2d((x - 0.3).abs(), SIZE, STRIDE)[:, 0]
    fall = look.occlusion(forgotten, x, 0, SIZE, STRIDE, 0.3).abs()
    found["occlusion of a random network, and the image"] = agreement(fall, unlike)
    return found


def fills(model, x):
    """Return what occlusion's answer owes to the grey of the square."""
    maps = {n: hidden(model, x, v) for n, v in (("grey", 0.3), ("black", 0.0), ("white", 1.0))}
    return {
        "rises": {name: float((m < 0).float().mean()) for name, m in maps.items()},
        "grey and black": agreement(maps["grey"], maps["black"]),
        "grey and white": agreement(maps["grey"], maps["white"]),
    }


def crops(model, X, who):
    """Return how many top crops, of nine, show the tag, for the unit that says "ill" loudest."""
    maps = look.activation_maps(model, model[10], torch.from_numpy(X))
    unit = int((maps.mean((0, 2, 3)) * model[-1].weight[0].detach()).argmax())
    field = receptive_field([(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1)])
    boxes = look.top_crops(maps[:, unit], field, X.shape[-2:])
    shows = [
        bool(AREA[top:bottom, left:right].sum() >= 16) for _, top, left, bottom, right in boxes
    ]
    return int(np.sum(np.array(shows) & who[boxes[:, 0]]))


def climb(model, X, seed):
    """Return what ascent reaches from grey, and how much of it lies where the tag was."""
    noise = np.random.default_rng(seed).normal(0, 0.01, (1, 1, SIDE, SIDE))
    start = torch.from_numpy(0.3 + noise)
    end = look.ascend(model, start, 0, steps=200, lr=0.5, decay=0.05, toward=0.3)
    change = (end - start).abs()[0, 0].numpy()
    reached = float(logits(model, end)[0])
    return {
        "logit reached": reached,
        "largest logit of a film": float(logits(model, X).max()),
        "share of change in tag": float(change[AREA].sum() / change.sum()),
    }


def measure(seed):
    """Return all numbers of one seed."""
    rng = np.random.default_rng(seed)
    fit, test = phantom.films(1500, rng), phantom.films(600, rng)
    who, coin = phantom.assign(fit.y, 0.9, 0.1, rng), phantom.assign(fit.y, 0.5, 0.5, rng)
    models = {
        "tag": train(phantom.tag(fit.X, who), fit.y, seed),
        "clean": train(phantom.tag(fit.X, coin), fit.y, seed),
        "exposure": train(phantom.expose(fit.X, who), fit.y, seed),
        "clean again": train(phantom.tag(fit.X, coin), fit.y, seed + 100),
    }
    ill, lesion = test.X[test.y == 1][:100], test.lesion[test.y == 1][:100]
    plain, tagged, bright = map(torch.from_numpy, (ill, phantom.tag(ill), phantom.expose(ill)))
    found = {
        "tag": moved_hospital(models["tag"], phantom.tag, test, rng),
        "clean": moved_hospital(models["clean"], phantom.tag, test, rng),
        "exposure": moved_hospital(models["exposure"], phantom.expose, test, rng),
        "tools": {
            name: {tool: scored(see(models[name], tagged), lesion) for tool, see in TOOLS.items()}
            for name in ("tag", "clean")
        },
        "agreement": {
            tool: {
                other: agreement(see(models[other], bright), see(models["clean"], bright))
                for other in ("exposure", "clean again")
            }
            for tool, see in TOOLS.items()
        },
        "sanity": sanity(models["tag"], plain[:30], seed),
        "fills": fills(models["tag"], plain[:30]),
        "top crops with tag": crops(models["tag"], phantom.tag(fit.X, who), who),
        "ascent": {
            "tag": climb(models["tag"], phantom.tag(test.X), seed),
            "clean": climb(models["clean"], phantom.tag(test.X), seed),
        },
    }
    well = test.X[test.y == 0]
    for mode in ("zeros", "reflect", "circular"):
        model = train(phantom.tag(fit.X, who), fit.y, seed, padding_mode=mode)
        places = {name: alarms(model, phantom.tag(well, True, *at)) for name, at in PLACES.items()}
        found[f"alarms by place, padding {mode}"] = {"no tag": alarms(model, well), **places}
    return found
