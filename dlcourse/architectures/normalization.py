"""Local response normalization: a loud channel turns its neighbours down."""

import torch.nn.functional as F

from ..validation.descent import whole


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0, convention="torch"):
    """Return ``input`` divided by (k + alpha * s) ** beta.

    For channel c, s is taken over the squares of ``size`` channels around c, at the same image
    and place, those beyond the first and last counting as 0. By ``convention`` "torch" it is
    their mean, as in ``torch.nn.functional.local_response_norm``; by "paper" their sum, as in
    the paper. So torch needs ``size`` times the paper's alpha. Nothing is subtracted: this is
    no *contrast* normalization.

    Shapes: (n, channels, ...) to the same.

    Parameters
    ----------
    size : channels in the window; of an even number the extra one lies before c
    alpha, beta, k : AlexNet has 1e-4, 0.75 and 2, by the paper's convention, with size 5

    Raises
    ------
    TypeError, ValueError
        If ``size`` is no whole number of at least 1, or the convention is neither of the two.

    Source: Krizhevsky, Sutskever and Hinton (2012), section 3.3, doi:10.1145/3065386.

    Examples
    --------
    >>> import torch
    >>> loud = torch.full((1, 8, 1), 100.0)
    >>> for convention in ("torch", "paper"):
    ...     y = local_response_norm(loud, 5, 1e-4, 0.75, 2.0, convention)
    ...     print(round(y[0, 3, 0].item(), 1))
    43.9
    23.2
    """
    whole("size", size, 1)
    if convention not in ("torch", "paper"):
        raise ValueError(f'convention is {convention!r}; needed "torch" or "paper"')
    if input.ndim < 2:
        raise ValueError(f"input has shape {tuple(input.shape)}; needed (n, channels, ...)")
    channels = input.shape[1]
    # F.pad takes pairs from the last axis backward: nothing for places, then the channels.
    frame = (0, 0) * (input.ndim - 2) + (size // 2, (size - 1) // 2)
    squares = F.pad(input**2, frame)
    s = sum(squares[:, i : i + channels] for i in range(size))
    if convention == "torch":
        s = s / size
    return input / (k + alpha * s) ** beta
