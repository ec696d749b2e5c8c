"""Saliency: which pixels would change the score most, if each moved a little."""

import torch

from ._looked_at import one_score, undisturbed


def saliency(model, input, target):
    r"""Return the size of the slope of each image's score with respect to its pixels.

    At a pixel with several channels the largest counts: :math:`\max_c |\partial s / \partial x_c|`.

    Parameters
    ----------
    model : torch.nn.Module, images (n, channels, height, width) to scores (n, classes)
    input : (n, channels, height, width)
    target : (n,) class numbers, or one for all; the score should be a logit, since a softmax
        near 1 is flat

    Returns
    -------
    torch.Tensor
        (n, height, width), 0 or more

    Raises
    ------
    ValueError
        If the scores are not (n, classes), or a target is no class.

    Source: Simonyan, Vedaldi and Zisserman, Deep inside convolutional networks (2013),
    https://arxiv.org/abs/1312.6034.
    """
    with undisturbed(model):
        image = input.detach().clone().requires_grad_()
        # Images do not see each other in eval mode: the gradient of the sum is each one's own.
        (slope,) = torch.autograd.grad(one_score(model(image), target).sum(), image)
    return slope.abs().amax(dim=1)
