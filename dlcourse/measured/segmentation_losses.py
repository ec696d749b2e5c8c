"""Four losses for U-Net on lesion phantoms: lesions as they come, tiny ones, half the scans empty.

150 scans to learn from, 400 to test. For unit 13.
"""

import torch

from dlcourse.architectures import UNet

from ._lesions import LOSSES, fit, logits, rounded, scans, score

SEEDS = range(5)
SCANS = {"as they come": {}, "tiny": {"radius": (1.0, 2.2)}, "half empty": {"empty": 0.5}}


def measure(seed):
    """Return {scans: {loss: scores}}, and the share of pixels in lesions."""
    found = {}
    for kind, options in SCANS.items():
        seen, test = scans(seed, **options)
        found[kind] = {"lesion pixels": round(float(seen.mask.mean()), 5)}
        for name, loss in LOSSES.items():
            torch.manual_seed(seed)
            z = logits(fit(UNet(), seen, loss, seed), test)
            found[kind][name] = rounded(score(z, test.mask))
    return found
