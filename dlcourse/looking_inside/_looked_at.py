"""A network that is looked at: in eval mode, its gradients, modes and hooks left as they were."""

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


@contextlib.contextmanager
def listening(layer):
    """Yield the list that fills with the outputs of ``layer`` while the hook is on."""
    seen = []

    def keep(_module, _given, output):
        seen.append(output)
        # What follows gets a copy: a ReLU in place would overwrite what was seen.
        return output.clone() if isinstance(output, torch.Tensor) else None

    hook = layer.register_forward_hook(keep)
    try:
        yield seen
    finally:
        hook.remove()


def last_maps(seen):
    """Return the last output seen, (n, maps, rows, columns); refuse what is none."""
    if not seen:
        raise ValueError("layer gave no output: it was not used; needed a part of model's forward")
    maps = seen[-1]
    if not isinstance(maps, torch.Tensor) or maps.ndim != 4:
        found = f"shape {tuple(maps.shape)}" if isinstance(maps, torch.Tensor) else type(maps)
        raise ValueError(f"layer gave output of {found}; needed (n, maps, rows, columns)")
    return maps


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


def input_gradient(model, input, target):
    """Return the gradient of each image's score by its own pixels, of the shape of ``input``."""
    with undisturbed(model):
        image = input.detach().clone().requires_grad_()
        # Images do not see each other in eval mode: the gradient of the sum is each one's own.
        return torch.autograd.grad(one_score(model(image), target).sum(), image)[0]
