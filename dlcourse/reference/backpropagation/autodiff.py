"""Autodiff: write the forward pass, get the backward pass for nothing.

An operation computes its value and notes two things: the tensors that it read, and a
function that turns the gradient of its value into theirs, the chain rule, one link long.
``backward`` follows these notes from the loss to the leaves. This is torch.autograd on a
few pages, with torch's choices where a derivative is not unique: relu has slope 0 at 0, and
at a tie ``maximum`` pays both sides half, ``max`` along a dim the first, ``max`` of all
numbers every one its share. ``autodiff_functions`` makes operations of other functions.
"""

from itertools import count

import numpy as np

from ...validation.arrays import floating, through_float32, wide
from ..neurons.activations import log_softmax, log_softmax_backward, sigmoid, sigmoid_backward
from ._protocol import Protocol

_clock = count()


def result(value, parents, backward):
    """Return the tensor that an operation computed from ``parents``.

    ``backward`` takes the gradient of ``value`` and returns the parents', in their order;
    they may still have the shape that broadcasting gave them.
    """
    tensor = Tensor.__new__(Tensor)
    tensor.data, tensor.grad, tensor._time = np.asarray(value), None, next(_clock)
    tensor.requires_grad = any([parent.requires_grad for parent in parents])
    tensor._parents, tensor._backward = (parents, backward) if tensor.requires_grad else ((), None)
    return tensor


def unbroadcast(grad, shape):
    """Undo broadcasting: copies made going forward are added up going backward.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if grad.shape == shape:
        return grad
    return _summed(grad, shape)


@through_float32
def _summed(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


@through_float32
def _total(a, dim, mean):
    """Return the sum or the mean along ``dim``, whose axes stay with length 1."""
    total = a.sum(axis=dim, keepdims=True)
    if not mean:
        return total
    n = a.size // max(total.size, 1)
    return total * (1 / n if n else np.nan)


@through_float32
def _product(a, b):
    return a @ b


class Tensor(Protocol):
    """An array that remembers where it came from.

    Plain numbers and arrays join an operation as constants in the tensor's dtype. ``data``
    is shared, not copied: change it in place between steps, never between forward and
    backward, which reads it again. Integers become float64.

    With ``requires_grad``, ``backward`` of anything computed from the tensor adds to its
    ``grad``, which is None or an array in the shape and dtype of ``data``.

    Comparisons return arrays of True and False, number by number, as torch's do. NumPy's
    functions refuse a Tensor: give them its ``data``.

    Examples
    --------
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ("_backward", "_parents", "_time", "data", "grad", "requires_grad")

    def __init__(self, data, requires_grad=False):
        self.data, self.requires_grad, self.grad = floating("data", data), requires_grad, None
        self._parents, self._backward, self._time = (), None, next(_clock)

    def backward(self, grad=None):
        """Add to the ``grad`` of every leaf the gradient of this tensor.

        ``grad`` is what to start from, in the shape of this tensor; by default the 1 of a
        single number. ValueError if it has another shape, or nothing requires a gradient.
        """
        if not self.requires_grad:
            raise ValueError("nothing to differentiate: no tensor here has requires_grad=True")
        grad = np.ones([1] * self.data.ndim) if grad is None else floating("grad", grad)
        if grad.shape != self.shape:
            raise ValueError(f"grad has shape {grad.shape}; needed the tensor's, {self.shape}")
        gradients = {self: grad.astype(self.data.dtype, copy=False)}
        for tensor in self._newest_first():
            grad = gradients.pop(tensor)
            if tensor._backward is None:  # a leaf; it gets a copy, as others may share grad
                tensor.grad = np.array(grad if tensor.grad is None else tensor.grad + grad)
                continue
            for parent, g in zip(tensor._parents, tensor._backward(grad), strict=True):
                if parent.requires_grad:
                    g = unbroadcast(g, parent.data.shape).astype(parent.data.dtype, copy=False)
                    gradients[parent] = gradients[parent] + g if parent in gradients else g

    def _newest_first(self):
        """Return all tensors that the gradient visits; children are younger than parents."""
        found, todo = {self}, [self]
        while todo:
            for parent in todo.pop()._parents:
                if parent.requires_grad and parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return sorted(found, key=lambda tensor: tensor._time, reverse=True)

    @property
    def shape(self):
        """The shape of ``data``."""
        return self.data.shape

    def __repr__(self):
        return f"Tensor({self.data}, requires_grad={self.requires_grad})"

    def _constant(self, other):
        if isinstance(other, Tensor):
            return other
        return Tensor(floating("other", other).astype(self.data.dtype, copy=False))

    def __add__(self, other):
        other = self._constant(other)
        return result(self.data + other.data, (self, other), lambda g: (g, g))

    def __sub__(self, other):
        other = self._constant(other)
        return result(self.data - other.data, (self, other), lambda g: (g, -g))

    def __mul__(self, other):
        other = self._constant(other)
        a, b = self.data, other.data
        return result(a * b, (self, other), lambda g: (g * b, g * a))

    def __truediv__(self, other):
        other = self._constant(other)
        a, b = self.data, other.data
        return result(a / b, (self, other), lambda g: (g / b, -g * a / b / b))

    def __matmul__(self, other):
        other = self._constant(other)
        a, b = self.data, other.data
        if not a.ndim or not b.ndim or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
            raise ValueError(
                f"shapes {a.shape} and {b.shape} do not fit for @; needed (..., n, k) and "
                "(..., k, m), or (k,) on either side"
            )
        if a.ndim == 1 or b.ndim == 1:  # a vector on the left is a row, on the right a column
            row = self.reshape(1, -1) if a.ndim == 1 else self
            product = row @ (other.reshape(-1, 1) if b.ndim == 1 else other)
            *lead, rows, columns = product.shape
            kept = [rows] * (a.ndim > 1) + [columns] * (b.ndim > 1)
            return product.reshape((*lead, *kept))

        def backward(g):
            grad_a = _product(g, b.swapaxes(-1, -2)) if self.requires_grad else None
            return grad_a, _product(a.swapaxes(-1, -2), g) if other.requires_grad else None

        return result(_product(a, b), (self, other), backward)

    def __pow__(self, exponent):
        if not isinstance(exponent, int | float | np.number):
            raise TypeError(f"exponent is {exponent!r}; needed a number")
        a, n = self.data, float(exponent)
        return result(a**n, (self,), lambda g: (g * (n * a ** (n - 1) if n else 0),))

    def __neg__(self):
        return result(-self.data, (self,), lambda g: (-g,))

    def __rsub__(self, other):
        return self._constant(other) - self

    def __rtruediv__(self, other):
        return self._constant(other) / self

    def __rmatmul__(self, other):
        return self._constant(other) @ self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        """Return e to the power of every number."""
        value = np.exp(self.data)
        return result(value, (self,), lambda g: (g * value,))

    def log(self):
        """Return the natural logarithm of every number."""
        return result(np.log(self.data), (self,), lambda g: (g / self.data,))

    def tanh(self):
        """Squash to (-1, 1)."""
        value = np.tanh(self.data)
        return result(value, (self,), lambda g: (g * (1 - value * value),))

    def relu(self):
        """Pass what is positive, silence the rest."""
        value = np.maximum(self.data, 0)
        return result(value, (self,), lambda g: (g * ~(value <= 0),))

    def sigmoid(self):
        """Squash to (0, 1)."""
        return result(sigmoid(self.data), (self,), lambda g: (sigmoid_backward(g, self.data),))

    def log_softmax(self, dim):
        """Return the logarithms of the shares that softmax gives along ``dim``."""
        a = self.data
        return result(log_softmax(a, dim), (self,), lambda g: (log_softmax_backward(g, a, dim),))

    def maximum(self, other):
        """Return the larger of two, number by number."""
        other = self._constant(other)
        a, b = self.data, other.data
        share = (a > b) + (a == b) / a.dtype.type(2)
        return result(np.maximum(a, b), (self, other), lambda g: (g * share, g * (1 - share)))

    def max(self, dim=None, keepdim=False):
        """Return the largest along ``dim`` (without torch's indices), or of all numbers."""
        a = self.data
        if dim is None:
            value = a.max(keepdims=True)
            tied = (a == value) | np.isnan(a)
            share = tied / wide(value).dtype.type(tied.sum())
        else:
            first = np.expand_dims(a.argmax(axis=dim), dim)
            value = np.take_along_axis(a, first, dim)
            share = np.zeros_like(a)
            np.put_along_axis(share, first, 1, dim)
        output = value if keepdim else value.squeeze(dim)
        return result(output, (self,), lambda g: (g.reshape(value.shape) * share,))

    def sum(self, dim=None, keepdim=False):
        """Add up along ``dim``, one axis or a tuple of them, or all numbers."""
        return self._reduced(dim, keepdim, mean=False)

    def mean(self, dim=None, keepdim=False):
        """Average along ``dim``, one axis or a tuple of them, or all numbers."""
        return self._reduced(dim, keepdim, mean=True)

    def _reduced(self, dim, keepdim, mean):
        value, shape = _total(self.data, dim, mean), self.shape
        share = value.size / max(self.data.size, 1) if mean else 1
        output = value if keepdim else value.squeeze(dim)

        def backward(g):
            return (np.broadcast_to(g.reshape(value.shape) * share, shape),)

        return result(output, (self,), backward)

    def reshape(self, *shape):
        """Return the same numbers in another shape."""
        return result(self.data.reshape(*shape), (self,), lambda g: (g.reshape(self.shape),))

    def transpose(self, dim0, dim1):
        """Swap two axes."""
        value = self.data.swapaxes(dim0, dim1)
        return result(value, (self,), lambda g: (g.swapaxes(dim0, dim1),))

    @property
    def T(self):
        """The matrix with rows and columns swapped."""
        return self.transpose(0, 1)

    def __getitem__(self, index):
        def backward(g):
            grad = np.zeros_like(wide(self.data))
            np.add.at(grad, index, wide(g))  # counts twice what was read twice; += would not
            return (grad,)

        return result(self.data[index], (self,), backward)
