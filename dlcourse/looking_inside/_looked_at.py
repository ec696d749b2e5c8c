"""A network that is looked at: in eval mode, its gradients and modes left as they were."""

import contextlib

import torch


@contextlib.contextmanager
def undisturbed(model):
    """Put ``model`` into eval mode, and every part back into its own mode at the end."""
    modes = {part: part.training for part in model.modules()}
    try:
        model.eval()
        yield
    finally:
        for part, training in modes.items():
            part.training = training


def one_score(scores, target):
    """Return each image's score for its target, (n,); refuse what is no table of scores."""
    if scores.ndim != 2:
        raise ValueError(f"scores have shape {tuple(scores.shape)}; needed (n, classes)")
    target = torch.as_tensor(target, device=scores.device).expand(len(scores))
    if not ((target >= 0) & (target < scores.shape[1])).all():
        raise ValueError(
            f"target is {target.tolist()}; needed class numbers from 0 to {scores.shape[1] - 1}"
        )
    return scores.gather(1, target[:, None])[:, 0]
