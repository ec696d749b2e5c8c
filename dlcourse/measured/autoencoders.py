"""Autoencoders: a linear one and principal components, noisy digits, and records of patients.

Digits: 1,200 to learn from, 597 to test, noise of SD 0.3 and 1.0. Records: 200 codes drawn
from six hidden conditions, 4,000 patients without labels, few with. For unit 16.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from torch import nn

from dlcourse import data

SEEDS = range(3)
NOISES, CODES, LABELLED = (0.3, 1.0), 16, (50, 200, 1000)


def digits():
    """Return digits (1797, 64) from 0 to 1, their labels, and 1,200 rows to learn from first."""
    images = data.digits()
    rows = np.random.default_rng(0).permutation(len(images.X))
    X = images.X.reshape(len(images.X), -1)[rows]
    return torch.tensor(X / X.max()).float(), images.y[rows]


def coder():
    """Return an autoencoder of digits with 16 numbers in its middle."""
    return nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, CODES), nn.ReLU(),
        nn.Linear(CODES, 128), nn.ReLU(), nn.Linear(128, 64),
    )  # fmt: skip


def trained(X, noise, seed, epochs=40):
    """Return an autoencoder, trained to give back X from X with noise."""
    torch.manual_seed(seed)
    model, generator = coder(), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(X), generator=generator).split(64):
            x = X[rows]
            optimizer.zero_grad()
            given = x + noise * torch.randn(x.shape, generator=generator)
            F.mse_loss(model(given), x).backward()
            optimizer.step()
    return model.eval()


def components(X, k):
    """Return the mean (64,) and the first k principal components (k, 64)."""
    mean = X.mean(dim=0)
    return mean, torch.linalg.svd(X - mean, full_matrices=False)[2][:k]


def linear(seed, k=8):
    """Return the error of a linear autoencoder, of PCA, the angle between, and the axes' match."""
    X, _ = digits()
    X = (X - X.mean(dim=0)).double()
    V = components(X, k)[1]
    generator = torch.Generator().manual_seed(seed)
    E, D = (
        (0.1 * torch.randn(s, generator=generator, dtype=torch.double)).requires_grad_()
        for s in ((64, k), (k, 64))
    )
    optimizer = torch.optim.LBFGS(
        [E, D], max_iter=500, line_search_fn="strong_wolfe",
        tolerance_grad=1e-10, tolerance_change=1e-14,
    )  # fmt: skip

    def closure():
        optimizer.zero_grad()
        loss = ((X @ E @ D - X) ** 2).sum(dim=1).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    E, D = E.detach(), D.detach()
    error = ((X @ E @ D - X) ** 2).sum(dim=1).mean().item()
    plane = torch.linalg.qr(D.T)[0]
    cosines = torch.linalg.svdvals(plane.T @ V.T).clamp(-1, 1)
    match = (E / E.norm(dim=0)).T @ V.T
    return {
        "error": round(error, 5),
        "error of PCA": round(((X @ V.T @ V - X) ** 2).sum(dim=1).mean().item(), 5),
        "largest angle": round(float(torch.rad2deg(cosines.arccos().max())), 3),
        "match of axes": round(match.abs().max(dim=1).values.mean().item(), 3),
    }


def denoised(seed):
    """Return {noise: {way: mean squared error, and how many of 100 a classifier reads}}."""
    X, y = digits()
    seen, unseen, found = X[:1200], X[1200:], {}
    reader = LogisticRegression(max_iter=2000).fit(seen, y[:1200])
    mean, V = components(seen, CODES)
    clean = trained(seen, 0.0, seed)
    for noise in NOISES:
        generator = torch.Generator().manual_seed(seed)
        given = unseen + noise * torch.randn(unseen.shape, generator=generator)
        model = trained(seen, noise, seed)
        with torch.no_grad():
            ways = {
                "noisy": given,
                "PCA": (given - mean) @ V.T @ V + mean,
                "autoencoder": clean(given),
                "denoising": model(given),
            }
        found[str(noise)] = {
            name: {
                "error": round(F.mse_loss(x, unseen).item(), 4),
                "read": round(float(reader.score(x, y[1200:])), 4),
            }
            for name, x in ways.items()
        }
    return found


def records(seed, n=6000):
    """Return {labelled patients: {features: area under the ROC curve}}."""
    rng = np.random.default_rng(seed)
    hidden = rng.random((n, 6)) < 0.3
    weights = 1.5 * rng.normal(size=(6, 200)) * (rng.random((6, 200)) < 0.15)
    X = (rng.random((n, 200)) < 1 / (1 + np.exp(2.5 - hidden @ weights))).astype(np.float32)
    y = (hidden[:, 0] & hidden[:, 1]) | (hidden[:, 2] & ~hidden[:, 3] & hidden[:, 4])
    mean = X[:4000].mean(axis=0)
    V = np.linalg.svd(X[:4000] - mean, full_matrices=False)[2][:20]
    torch.manual_seed(seed)
    encoder, decoder = nn.Sequential(nn.Linear(200, 20), nn.Sigmoid()), nn.Linear(20, 200)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 3e-3)
    generator, tensor = torch.Generator().manual_seed(seed), torch.tensor(X)
    for _ in range(25):
        for rows in torch.randperm(4000, generator=generator).split(128):
            x = tensor[rows]
            kept = (torch.rand(x.shape, generator=generator) > 0.05).float()
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(decoder(encoder(x * kept)), x).backward()
            optimizer.step()
    with torch.no_grad():
        coded = encoder(tensor).numpy()
    features = {"codes": X, "PCA": (X - mean) @ V.T, "autoencoder": coded, "truth": hidden * 1.0}
    found = {}
    for m in LABELLED:
        found[str(m)] = {}
        for name, f in features.items():
            f = f / (f[:m].std(axis=0) + 1e-3)
            C = 0.1 if name == "codes" else 1.0
            model = LogisticRegression(C=C, max_iter=2000).fit(f[:m], y[:m])
            area = roc_auc_score(y[4000:], model.decision_function(f[4000:]))
            found[str(m)][name] = round(float(area), 4)
    return found


def measure(seed):
    """Return what the three experiments found."""
    return {"linear": linear(seed), "digits": denoised(seed), "records": records(seed)}
