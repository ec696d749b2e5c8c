"""FCN with 0, 1 and 2 skips, and U-Net, on lesion phantoms: the same body, another way up.

150 scans to learn from, 400 to test; cross-entropy plus Dice loss. For unit 13.
"""

import torch

from dlcourse.architectures import FCN, UNet, count_parameters

from ._lesions import both, fit, logits, rounded, scans, score

SEEDS = range(5)
NETWORKS = {
    "FCN, no skip": lambda: FCN(skips=0),
    "FCN, one skip": lambda: FCN(skips=1),
    "FCN, two skips": lambda: FCN(skips=2),
    "U-Net": UNet,
}


def measure(seed):
    """Return {network: scores, its weights, and for U-Net the scores at higher thresholds}."""
    seen, test = scans(seed)
    found = {}
    for name, make in NETWORKS.items():
        torch.manual_seed(seed)
        model = make()
        z = logits(fit(model, seen, both, seed), test)
        found[name] = rounded(score(z, test.mask)) | {"weights": count_parameters(model)}
        if name == "U-Net":
            found["U-Net, +2"] = rounded(score(z, test.mask, threshold=2.0))
    return found
