"""Clipping: bound a gradient before it throws the weights far away.

Both functions change the gradients in place, as torch.nn.utils.clip_grad_norm_ and
clip_grad_value_ do; they take the gradients themselves, a network's ``gradients()``.
"""

import numpy as np

from ...validation.arrays import narrow, wide
from ...validation.descent import changeable, limit, power


def clip_grad_norm(gradients, max_norm, norm_type=2.0, error_if_nonfinite=False):
    r"""Shorten the gradient, all arrays as one long vector, to ``max_norm``; keep its direction.

    Every array is multiplied by :math:`\min(1, \text{max\_norm} / (\|g\| + 10^{-6}))`.
    Pascanu et al. (2013).

    Parameters
    ----------
    gradients : list of float arrays, changed in place
    max_norm : the longest allowed; ``inf`` only measures
    norm_type : p of the p-norm, above 0; ``inf`` for the largest absolute value
    error_if_nonfinite : bool
        Refuse a norm of inf or NaN. Otherwise a NaN makes all gradients NaN.

    Returns
    -------
    The norm before clipping, one number: the one to plot.

    Raises
    ------
    TypeError, ValueError
        If ``gradients`` holds what cannot change, or a number lies outside its range.
    RuntimeError
        As in torch, if the norm is not finite and ``error_if_nonfinite``.

    Examples
    --------
    >>> gradients = [np.array([3.0]), np.array([4.0])]
    >>> float(clip_grad_norm(gradients, max_norm=1.0))
    5.0
    >>> np.concatenate(gradients).round(3)
    array([0.6, 0.8])
    """
    gradients = changeable("gradients", gradients)
    max_norm, norm_type = limit("max_norm", max_norm), power(norm_type)
    with np.errstate(over="ignore", invalid="ignore"):
        # The norm of the arrays' norms is the norm of all their entries.
        norms = [np.linalg.norm(wide(g.ravel()), norm_type) for g in gradients if g.size]
        total_norm = np.linalg.norm(norms, norm_type) if norms else np.float64(0)
        if error_if_nonfinite and not np.isfinite(total_norm):
            raise RuntimeError(f"the gradients' norm is {total_norm}; needed a finite one")
        factor = np.minimum(max_norm / (total_norm + 1e-6), 1)
        for g in gradients:
            g *= factor
        return narrow(total_norm, np.result_type(*gradients)) if norms else total_norm


def clip_grad_value(gradients, clip_value):
    """Cut every entry to within ``-clip_value`` and ``clip_value``: the direction changes.

    Parameters
    ----------
    gradients : list of float arrays, changed in place
    clip_value : the largest absolute value allowed

    Raises
    ------
    TypeError, ValueError
        If ``gradients`` holds what cannot change, or ``clip_value`` is below 0 or NaN.

    Examples
    --------
    >>> gradients = [np.array([3.0, -0.5]), np.array([4.0])]
    >>> clip_grad_value(gradients, clip_value=1.0)
    >>> gradients
    [array([ 1. , -0.5]), array([1.])]
    """
    gradients, clip_value = changeable("gradients", gradients), limit("clip_value", clip_value)
    for g in gradients:
        np.clip(g, -clip_value, clip_value, out=g)
