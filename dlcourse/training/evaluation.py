"""How good a network is on data that it does not learn from."""

from ._arguments import pairs
from .half import half_of


def evaluate(network, loss, batches, metrics=None):
    """Return the loss and the metrics of ``network`` over all ``batches`` taken together.

    Parameters
    ----------
    network, loss, metrics : as in ``fit``
    batches : pairs (input, target), as ``validation`` in ``fit``

    Returns
    -------
    dict, with "loss" and the names of the metrics; the network is left in evaluation mode
    """
    half = half_of(network)
    switch(network, "eval")
    outputs, targets = [], []
    for input, target in pairs("validation", batches):
        outputs.append(half.predict(network, input))
        targets.append(target)
    # All at once: the mean of the batches' means would weigh a small last batch like the rest.
    output, target = half.join(outputs), half.join(targets)
    # Without metrics nothing but the loss need come back from a GPU.
    measured = measure(half, metrics, output, target) if metrics else {}
    return {"loss": float(half.measure(loss, output, target)), **measured}


def measure(half, metrics, output, target):
    """Return the value of each metric."""
    output, target = half.array(output), half.array(target)
    return {name: float(metric(output, target)) for name, metric in metrics.items()}


def switch(network, mode):
    """Call the network's ``train()`` or ``eval()``."""
    if hasattr(network, mode):  # a single layer may not care
        getattr(network, mode)()
