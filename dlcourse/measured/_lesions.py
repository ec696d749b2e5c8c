"""Train a network on lesion phantoms, and score it by pixels, by lesions and by patients."""

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from dlcourse.accelerated import dice_loss
from dlcourse.data import lesion_scans
from dlcourse.metrics import dice_score, lesion_scores

TRAIN, TEST, EPOCHS, BATCH, LR = 150, 400, 12, 16, 5e-3
SMALL = 12  # pixels


def cross_entropy(z, y):
    """Return the mean over all pixels."""
    return F.binary_cross_entropy_with_logits(z, y)


def weighted(z, y):
    """Return the cross-entropy with lesions weighted up until both classes weigh the same."""
    weight = (1 - y.mean()) / y.mean().clamp(min=1e-4)
    return F.binary_cross_entropy_with_logits(z, y, pos_weight=weight)


def both(z, y):
    """Return cross-entropy plus Dice loss."""
    return cross_entropy(z, y) + dice_loss(z, y)


LOSSES = {
    "cross-entropy": cross_entropy,
    "Dice": dice_loss,
    "both": both,
    "weighted cross-entropy": weighted,
}


def scans(seed, **options):
    """Return training and test scans of one seed."""
    rng = np.random.default_rng(100 + seed)
    return lesion_scans(TRAIN, rng, **options), lesion_scans(TEST, rng, **options)


def fit(model, scans, loss, seed):
    """Return the model, trained for 12 epochs of Adam with a rate that falls as a cosine."""
    X, Y = torch.tensor(scans.X), torch.tensor(scans.mask).float()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), LR)
    steps = EPOCHS * -(-len(X) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(X), generator=generator).split(BATCH):
            optimizer.zero_grad()
            loss(model(X[rows]), Y[rows]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def logits(model, scans):
    """Return (n, side, side) of the test scans."""
    with torch.no_grad():
        return torch.cat([model(x) for x in torch.tensor(scans.X).split(100)]).numpy()[:, 0]


def score(z, mask, threshold=0.0):
    """Return what one threshold on logits gives, by pixels, by lesions and by patients."""
    painted, truth = z > threshold, mask[:, 0]
    ill = truth.any(axis=(1, 2))
    counts = np.array([lesion_scores(t, p) for t, p in zip(truth, painted, strict=True)])
    found, lesions, false = counts.T
    areas, touched = by_lesion(painted, truth)
    small = areas < SMALL
    healthy = max((~ill).sum(), 1)
    return {
        "pooled Dice": dice_score(truth, painted, average="pooled"),
        "accuracy": float((painted == truth).mean()),
        "found": float(found.sum() / lesions.sum()),
        "small found": float(touched[small].mean()),
        "false alarms per scan": float(false.mean()),
        "ill": int(ill.sum()),
        "ill with one missed": int((found < lesions).sum()),
        "ill with none found": int((ill & (found == 0)).sum()),
        "healthy": int((~ill).sum()),
        "healthy alarmed": float(painted[~ill].any(axis=(1, 2)).sum() / healthy),
    }


def by_lesion(painted, truth):
    """Return the area of every lesion, in pixels, and whether a pixel of it was painted."""
    areas, touched = [], []
    for p, t in zip(painted, truth, strict=True):
        labels, n = ndimage.label(t, np.ones((3, 3)))
        areas += np.bincount(labels.ravel(), minlength=n + 1)[1:].tolist()
        touched += (np.bincount(labels[p], minlength=n + 1)[1:] > 0).tolist()
    return np.array(areas), np.array(touched)


def rounded(found):
    """Return the same dict with shares to four digits."""
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}
