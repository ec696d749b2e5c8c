"""What a network is made of: shapes and parameter counts, before anything is trained."""

from copy import deepcopy
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
    """One layer: its name, the shape it returns for one patient, its parameters."""

    layer: str
    output_shape: tuple
    parameters: int


class Summary(NamedTuple):
    """The ``rows`` of a network and the ``total`` of its parameters; prints as a table."""

    rows: tuple
    total: int

    def __repr__(self):
        cells = [("layer", "output shape", "parameters")]
        cells += [(r.layer, _shape(r.output_shape), f"{r.parameters:,}") for r in self.rows]
        cells += [("total", "", f"{self.total:,}")]
        wide = [max(len(row[i]) for row in cells) for i in range(3)]
        lines = [f"{a:{wide[0]}}  {b:{wide[1]}}  {c:>{wide[2]}}" for a, b, c in cells]
        rule = "-" * len(lines[0])
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def summary(network, input_shape):
    """Return a table of the network's layers, with output shapes and parameter counts.

    Shapes are found by sending one made-up patient of zeros through copies of the layers:
    the network itself does not notice, running statistics and random numbers included.

    Parameters
    ----------
    network : Sequential, a layer, or a list of layers
    input_shape : shape of one patient's data, without the batch axis; 30 means (30,)

    Returns
    -------
    Summary

    Raises
    ------
    ValueError
        If a layer cannot take what the one before it returns; names the layer.

    Examples
    --------
    >>> from dlcourse.reference import Linear, ReLU, Sequential
    >>> rng = np.random.default_rng(0)
    >>> summary(Sequential(Linear(30, 16, rng=rng), ReLU(), Linear(16, 1, rng=rng)), 30)
    layer   output shape  parameters
    --------------------------------
    Linear  (n, 16)              496
    ReLU    (n, 16)                0
    Linear  (n, 1)                17
    --------------------------------
    total                        513
    """
    layers = network if isinstance(network, list | tuple) else getattr(network, "layers", [network])
    shape = (input_shape,) if isinstance(input_shape, int | np.integer) else tuple(input_shape)
    parameters = [p for layer in layers for p in layer.parameters()]
    x = np.zeros((1, *shape), parameters[0].dtype if parameters else np.float64)
    rows = []
    for i, layer in enumerate(map(deepcopy, layers)):
        if hasattr(layer, "eval"):
            layer.eval()
        try:
            x = layer.forward(x)
        except ValueError as error:
            raise ValueError(f"layer {i}, {type(layer).__name__}: {error}") from error
        count = sum(p.size for p in layer.parameters())
        rows.append(Row(type(layer).__name__, x.shape[1:], count))
    return Summary(tuple(rows), sum(row.parameters for row in rows))


def _shape(shape):
    return f"({', '.join(['n', *map(str, shape)])}{'' if shape else ','})"
