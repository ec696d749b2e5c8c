"""Two maps made of the gradient: which pixels would move the score, and which have moved it."""

from ._looked_at import input_gradient


def saliency(model, input, target):
    r"""Return the size of the slope of each image's score with respect to its pixels.

    At a pixel with several channels the largest counts: :math:`\max_c |\partial s / \partial x_c|`.

    Parameters
    ----------
    model : torch.nn.Module, images to scores (n, classes)
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
    return input_gradient(model, input, target).abs().amax(dim=1)


def gradient_times_input(model, input, target):
    r"""Return each pixel's slope times the pixel, summed over channels: (n, height, width).

    It keeps its sign. For a score that is linear in the pixels the map sums to the score, less
    the bias. It depends on where 0 lies: add 5 to all pixels and take it out of the first bias,
    and the same network has another map.

    Arguments and errors as for ``saliency``.

    Source: Shrikumar and others, Not just a black box (2016), https://arxiv.org/abs/1605.01713.
    """
    return (input_gradient(model, input, target) * input).sum(dim=1)
