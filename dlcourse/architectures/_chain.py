"""What the networks here are: a chain of layers that can be cut anywhere."""

from collections import OrderedDict

from torch import nn


class Chain(nn.Sequential):
    """An ``nn.Sequential`` whose constructor takes something else than layers.

    A slice of one is a plain ``nn.Sequential``: torch would call the constructor with layers.
    """

    def __getitem__(self, index):
        """Return one layer, or several as an ``nn.Sequential``."""
        if isinstance(index, slice):
            return nn.Sequential(OrderedDict(list(self._modules.items())[index]))
        return super().__getitem__(index)
