"""Grad-CAM: which places of a layer's maps speak for the class."""

import torch

from ._looked_at import last_maps, listening, one_score, undisturbed


def grad_cam(model, layer, input, target):
    r"""Return the maps of ``layer``, each weighed by its slope, summed, and kept where positive.

    The weight of map k is its average slope, :math:`\alpha_k = \mathrm{mean}_{ij}\,
    \partial s / \partial A_{kij}`; the result is :math:`\mathrm{relu}(\sum_k \alpha_k A_k)`.

    Parameters
    ----------
    model : torch.nn.Module, images to scores (n, classes)
    layer : the module in ``model`` whose output (n, maps, rows, columns) is looked at
    input : (n, channels, height, width)
    target : (n,) class numbers, or one for all

    Returns
    -------
    torch.Tensor
        (n, rows, columns), the size of the layer's maps, not of the image

    Raises
    ------
    ValueError
        If ``layer`` is not used on the way, or its output has no rows and columns.

    Source: Selvaraju and others, Grad-CAM (2017), doi:10.1109/ICCV.2017.74.
    """
    with listening(layer) as seen, undisturbed(model):
        # The input asks for gradients, so that frozen layers hand them on too.
        score = one_score(model(input.detach().clone().requires_grad_()), target)
    maps = last_maps(seen)
    (slope,) = torch.autograd.grad(score.sum(), maps)
    weight = slope.mean(dim=(2, 3), keepdim=True)
    return (weight * maps).sum(dim=1).relu().detach()
