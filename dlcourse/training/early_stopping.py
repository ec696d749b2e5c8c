"""Early stopping: no more epochs once the validation loss has stopped falling."""

import math

from ..validation.descent import rate, whole


class EarlyStopping:
    """Count the epochs in a row that brought nothing, and say when they are too many.

    An epoch brings something if its loss lies more than ``min_delta`` below the best so far.
    A loss of NaN brings nothing. Prechelt, Early stopping - but when? (1998).

    Parameters
    ----------
    patience : int, at least 1; how many epochs in a row may bring nothing
    min_delta : 0 or more, in units of the loss

    Attributes
    ----------
    best : the loss to beat, ``inf`` at first
    waited : epochs since then

    Raises
    ------
    TypeError, ValueError
        If ``patience`` or ``min_delta`` lies outside of what stands above.

    Examples
    --------
    >>> stopper = EarlyStopping(patience=2)
    >>> [stopper.step(loss) for loss in [0.9, 0.5, 0.6, 0.4, 0.4, 0.7]]
    [False, False, False, False, False, True]
    """

    def __init__(self, patience, min_delta=0.0):
        self.patience = whole("patience", patience, 1)
        self.min_delta = rate("min_delta", min_delta)
        self.begin()

    def begin(self):
        """Forget all losses."""
        self.best, self.waited = math.inf, 0

    def step(self, loss):
        """Take in an epoch's validation loss; return whether to stop."""
        if loss < self.best - self.min_delta:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience
