"""A network: layers in a row, which is a layer again."""


class Sequential:
    """A network: each layer reads what the one before it wrote.

    Parameters
    ----------
    *layers : in the order in which the data pass them; a Sequential is a layer too

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse.reference import Linear, ReLU
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Linear(4, 3, rng=rng), ReLU(), Linear(3, 1, rng=rng))
    >>> [p.shape for p in network.parameters()]
    [(3, 4), (3,), (1, 3), (1,)]
    """

    def __init__(self, *layers):
        for i, layer in enumerate(layers):
            if isinstance(layer, type) or not hasattr(layer, "forward"):
                raise TypeError(f"layers[{i}] is {layer!r}; needed a layer, such as Flatten()")
        self.layers = list(layers)
        self.training = True

    def forward(self, input):
        """Return what the last layer makes of ``input``."""
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        """Pass the gradient from the last layer to the first; return that of the input."""
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        """Return the parameters of all layers, the first layer's first."""
        return [p for layer in self.layers for p in layer.parameters()]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [g for layer in self.layers for g in layer.gradients()]

    def train(self, mode=True):
        """Tell every layer that cares that training begins (or, with False, ends)."""
        self.training = mode
        for layer in self.layers:
            if hasattr(layer, "train"):
                layer.train(mode)
        return self

    def eval(self):
        """Tell every layer that cares that training is over."""
        return self.train(False)
