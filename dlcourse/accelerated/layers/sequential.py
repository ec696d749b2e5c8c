"""A network: layers in a row, which is a layer again."""


class Sequential:
    """A network: each layer reads what the one before it wrote.

    See dlcourse.reference.Sequential; ``torch.optim`` takes its ``parameters()``.
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

    def parameters(self):
        """Return the parameters of all layers, the first layer's first."""
        return [p for layer in self.layers for p in layer.parameters()]

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
