"""Training in 16 bits, with and without weights kept in 32: digits, 64-64-10, SGD. For unit 18.

40 epochs, batch 32. "moved" is the share of the first layer's weights with a gradient other than 0
that a step of epoch 20 changed at all.
"""

import torch
import torch.nn.functional as F

from .batch_and_rate import digits, network

SEEDS = range(5)
EPOCHS, BATCH = 40, 32
RATES = (0.1, 0.003)
KINDS = {
    "float32": torch.float32,
    "mixed": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}


def train(kind, lr, seed, epochs=EPOCHS):
    """Return {"accuracy" on the test images, "moved"} of one run."""
    (X, y), (X_test, y_test) = digits()
    dtype = KINDS[kind]
    model = network(seed).to(dtype)
    first, X = model[0].weight, X.to(dtype)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    moved = slopes = 0
    for epoch in range(epochs):
        for rows in torch.randperm(len(X), generator=generator).split(BATCH):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=kind == "mixed"):
                logits = model(X[rows])
            F.cross_entropy(logits.float(), y[rows]).backward()
            before = first.detach().clone()
            optimizer.step()
            if epoch == epochs // 2:
                moved += int((first != before).sum())
                slopes += int((first.grad != 0).sum())
    with torch.no_grad():
        right = model(X_test.to(dtype)).float().argmax(1) == y_test
    return {"accuracy": float(right.double().mean()), "moved": moved / slopes}


def measure(seed):
    """Return {learning rate: {kind: what train found}}."""
    return {str(lr): {kind: train(kind, lr, seed) for kind in KINDS} for lr in RATES}
