"""Descent: how a gradient becomes a step."""

import numpy as np


class SGD:
    """Stochastic gradient descent, with torch.optim.SGD's arguments and arithmetic.

    The gradient (plus ``weight_decay`` times the weight) enters a running sum that forgets
    at rate ``momentum``; the step goes against that sum. The first gradient starts the sum
    undamped. Sutskever et al. (2013) for Nesterov's form.

    Parameters
    ----------
    params : list of float arrays, changed in place by ``step``
    lr, momentum, dampening, weight_decay, nesterov : as in torch.optim.SGD

    Examples
    --------
    >>> w = np.array([1.0])
    >>> optimizer = SGD([w], lr=0.1)
    >>> optimizer.step([2 * w])
    >>> w
    array([0.8])
    """

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        for name, value in {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}.items():
            if not value >= 0:
                raise ValueError(f"{name} is {value}; needed 0 or more")
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("nesterov needs a momentum above 0 and a dampening of 0")
        self.params = _writable(params)
        self.lr, self.momentum, self.dampening = lr, momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov
        self.buffers = [None] * len(self.params)

    def step(self, gradients):
        """Move every parameter, in place; ``gradients`` come in the order of ``params``."""
        gradients = _matching(gradients, self.params)
        for i, (p, g) in enumerate(zip(self.params, gradients, strict=True)):
            if self.weight_decay:
                g = g + self.weight_decay * p
            if self.momentum:
                if self.buffers[i] is None:
                    self.buffers[i] = g.copy()
                else:
                    self.buffers[i] = self.momentum * self.buffers[i] + (1 - self.dampening) * g
                g = g + self.momentum * self.buffers[i] if self.nesterov else self.buffers[i]
            p -= self.lr * g


def _writable(params):
    params = list(params)
    for i, p in enumerate(params):
        if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
            found = p.dtype if isinstance(p, np.ndarray) else type(p).__name__
            raise TypeError(f"params[{i}] is {found}; needed a floating-point array")
    return params


def _matching(gradients, params):
    gradients = [np.asarray(g) for g in gradients]
    if [g.shape for g in gradients] != [p.shape for p in params]:
        raise ValueError(
            f"gradients have shapes {[g.shape for g in gradients]}; "
            f"needed those of params, {[p.shape for p in params]}"
        )
    return gradients
