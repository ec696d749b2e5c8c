"""What a Tensor answers when Python or NumPy asks it something other than arithmetic.

The answers are torch's. What Python would otherwise make up is silently wrong: any object
is true, equals only itself, and is an array of one object to NumPy.
"""

import operator

import numpy as np


def _comparison(compare):
    def method(self, other):
        other = other.data if isinstance(other, Protocol) else np.asarray(other)
        return compare(self.data, other) if other.dtype.kind in "biuf" else NotImplemented

    return method


class Protocol:
    """Comparisons number by number, length, iteration, truth; for classes with ``data``."""

    __slots__ = ()
    __array_ufunc__ = None  # array * tensor and array == tensor ask the tensor

    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)
    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    # Not by the numbers, which change: in sets and dicts a tensor is itself alone.
    __hash__ = object.__hash__

    def __bool__(self):
        if not self.data.size:  # NumPy before 2.2 calls it False
            raise ValueError("the truth value of an empty Tensor is ambiguous")
        return bool(self.data)

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        if not self.data.ndim:
            raise TypeError("this Tensor is a single number; there is nothing to go through")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value):
        return bool(np.any(self == value))

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a Tensor is no array; give NumPy its data, tensor.data")

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(f"numpy.{function.__name__} takes no Tensor; give it tensor.data")
