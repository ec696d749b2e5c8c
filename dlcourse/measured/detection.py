"""Find digits among halves of digits: a crop classifier as a network, NMS, and six averages.

60 canvases of 8 digits to learn from. Tested on 40 canvases where digits lie apart (8 each), and 40
where they may overlap by 3 pixels (16 each). For unit 13.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.data import digits, scattered
from dlcourse.metrics import average_precision, match_images, nms

SEEDS = range(5)
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
AVERAGES = ("all-point", "101-point", "11-point", "step", "trapezoid", "found-only")
H, BORDER, FLOOR = 8, 2, 0.1  # a crop is 12 x 12; boxes below 0.1 are not looked at


def network():
    """Return convolutions that make one logit of 12 x 12 pixels, and a map of a larger image."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU(),
        nn.Conv2d(8, 16, 8), nn.ReLU(), nn.Conv2d(16, 1, 1),
    )  # fmt: skip


def halves():
    """Return digits (n, 8, 8) to learn from and to test on."""
    images = digits().X[:, 0]
    order = np.random.default_rng(0).permutation(len(images))
    return images[order[:1200]], images[order[1200:]]


def canvases(seed, images, kind="apart", n=40):
    """Return test canvases, "apart" or "crowded"."""
    crowded = {"each": 16, "overlap": 3} if kind == "crowded" else {}
    return scattered(n, np.random.default_rng(90 + seed), images, **crowded)


def crops(found, rng, far=80):
    """Return crops (m, 1, 12, 12) and labels (m,): 1 up to one pixel off a box, 0 far from all."""
    X, y = [], []
    for canvas, boxes in zip(found.X[:, 0], found.boxes, strict=True):
        padded, last = np.pad(canvas, BORDER), len(canvas) - H
        corners = boxes[:, 1::-1].astype(int)  # row, column
        near = corners[:, None] + [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = near.reshape(-1, 2)
        near = near[((near >= 0) & (near <= last)).all(axis=1)]
        other = rng.integers(0, last + 1, (far, 2))
        off = np.abs(other[:, None] - corners).max(axis=2).min(axis=1, initial=last)
        for places, label in ((near, 1), (other[off >= 4], 0)):
            X += [padded[r : r + H + 2 * BORDER, c : c + H + 2 * BORDER] for r, c in places]
            y += [label] * len(places)
    return np.array(X)[:, None], np.array(y)


def train(seed, images):
    """Return a crop classifier, trained for 6 epochs of Adam with a rate that falls as a cosine."""
    rng = np.random.default_rng(seed)
    X, y = crops(scattered(60, rng, images), rng)
    X, y = torch.tensor(X), torch.tensor(y).float()[:, None, None, None]
    torch.manual_seed(seed)
    model, generator = network(), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    steps = 6 * -(-len(X) // 64)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(6):
        for rows in torch.randperm(len(X), generator=generator).split(64):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(model(X[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def candidates(model, X):
    """Return for each canvas its boxes (k, 4) and scores (k,) above the floor."""
    with torch.no_grad():
        scores = model(F.pad(torch.tensor(X), [BORDER] * 4)).sigmoid().numpy()[:, 0]
    found = []
    for p in scores:
        rows, columns = np.nonzero(p > FLOOR)
        corners = np.stack([columns, rows], axis=1).astype(float)
        found.append((np.hstack([corners, corners + H]), p[rows, columns].astype(float)))
    return found


def thinned(found, threshold):
    """Return the same after non-maximum suppression."""
    kept = [(nms(boxes, scores, threshold), boxes, scores) for boxes, scores in found]
    return [(boxes[k], scores[k]) for k, boxes, scores in kept]


def measure(seed):
    """Return {kind: {NMS threshold: boxes kept, digits found, six averages}}."""
    seen, unseen = halves()
    model, results = train(seed, seen), {}
    for kind in ("apart", "crowded"):
        test = canvases(seed, unseen, kind)
        found = candidates(model, test.X)
        results[kind] = {"boxes": sum(len(scores) for _, scores in found)}
        for threshold in THRESHOLDS:
            kept = thinned(found, threshold)
            hit, truths = match_images(kept, test.boxes)
            row = {name: round(average_precision(hit, truths, name), 4) for name in AVERAGES}
            row |= {"kept": len(hit), "found": int(hit.sum()), "digits": truths}
            results[kind][str(threshold)] = row
    return results
