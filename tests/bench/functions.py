"""Single functions and small steps, forward and backward: ours, torch, the twin."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse import accelerated, reference


def by_autograd(function, *arrays):
    """Return forward and backward of a function of tensors, from 1 at every output."""
    leaves = [torch.from_numpy(a).requires_grad_() for a in arrays]

    def run():
        output = function(*leaves)
        return torch.autograd.grad(output, leaves, torch.ones_like(output))

    return run


def draw(*shape):
    return np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)


def max_pool():
    x, one = draw(32, 16, 28, 28), np.ones((32, 16, 14, 14), np.float32)

    def ours():
        reference.max_pool2d(x, 2)
        return reference.max_pool2d_backward(one, x, 2)

    return ours, (lambda f: lambda x: f(x, 2)), (F.max_pool2d, accelerated.max_pool2d), (x,)


def batch_norm():
    x, weight, bias = draw(32, 16, 28, 28), draw(16), draw(16)
    layer, ones = reference.BatchNorm2d(16, dtype=np.float32), np.ones_like(x)
    layer.weight[:], layer.bias[:] = weight, bias

    def ours():
        layer.forward(x)
        return layer.backward(ones)

    def in_training(f):
        mean, var = torch.zeros(16), torch.ones(16)
        return lambda x, weight, bias: f(x, mean, var, weight, bias, training=True)

    return ours, in_training, (F.batch_norm, accelerated.batch_norm), (x, weight, bias)


def linear():
    x, weight, bias = draw(128, 784), draw(128, 784), draw(128)
    one = np.ones((128, 128), np.float32)

    def ours():
        reference.linear(x, weight, bias)
        return reference.linear_backward(one, x, weight, bias)

    return ours, (lambda f: f), (F.linear, accelerated.linear), (x, weight, bias)


def cross_entropy(n, classes):
    """Take the engine's operation, which keeps the softmax for the way back, as torch does."""
    z, target, adapt = scores(n, classes)
    tensor = reference.Tensor(z, requires_grad=True)

    def ours():
        tensor.grad = None
        reference.softmax_cross_entropy(tensor, target).backward()
        return tensor.grad

    return ours, adapt, (F.cross_entropy, accelerated.cross_entropy), (z,)


def cross_entropy_pair(n, classes):
    """Take the two functions, of which the second computes the softmax anew."""
    z, target, adapt = scores(n, classes)

    def ours():
        reference.cross_entropy(z, target)
        return reference.cross_entropy_backward(np.float32(1), z, target)

    return ours, by_autograd(adapt(F.cross_entropy), z)


def scores(n, classes):
    target = np.random.default_rng(0).integers(0, classes, n)
    return draw(n, classes), target, lambda f: lambda z: f(z, torch.from_numpy(target))


CASES = {
    "max-pool 2 x 2 of 32 x 16 x 28 x 28": max_pool,
    "batch norm of 32 x 16 x 28 x 28": batch_norm,
    "linear, 128 rows, 784 to 128": linear,
    "softmax cross-entropy of 128 x 10": lambda: cross_entropy(128, 10),
    "softmax cross-entropy of 1024 x 100": lambda: cross_entropy(1024, 100),
}


def mlp_step(inputs, hidden, classes, batch=64):
    """Return one training step of an MLP, by our autodiff engine and by torch's."""
    x, y = draw(batch, inputs), np.random.default_rng(0).integers(0, classes, batch)
    start = [draw(inputs, hidden) / inputs, draw(hidden), draw(hidden, classes), draw(classes)]

    ours = [reference.Tensor(p.copy(), requires_grad=True) for p in start]
    our_optimizer = reference.SGD([p.data for p in ours], lr=0.01)
    relu = reference.lift(reference.relu, reference.relu_backward)

    def our_step():
        w1, b1, w2, b2 = ours
        scores = relu(reference.Tensor(x) @ w1 + b1) @ w2 + b2
        loss = reference.softmax_cross_entropy(scores, y)
        for p in ours:
            p.grad = None
        loss.backward()
        our_optimizer.step([p.grad for p in ours])
        return float(loss.data)

    torchs = [torch.from_numpy(p.copy()).requires_grad_() for p in start]
    optimizer = torch.optim.SGD(torchs, lr=0.01)
    xt, yt = torch.from_numpy(x), torch.from_numpy(y)

    def torch_step():
        w1, b1, w2, b2 = torchs
        loss = F.cross_entropy(torch.relu(xt @ w1 + b1) @ w2 + b2, yt)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return our_step, torch_step
