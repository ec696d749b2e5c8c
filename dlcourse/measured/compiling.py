"""What torch.compile gains, what its first call costs, and how often it compiles. For unit 18.

Times are of the processor, one thread, the smallest of several, except for the first call: its
compiler is another program, so that is by the clock. Needs a C++ compiler.
"""

import time

import torch
import torch._dynamo
from torch import nn

SEEDS = (0,)


def chain(x):
    """Return ten element-wise operations on x."""
    return torch.sin(x) * torch.exp(-x * x) + torch.tanh(x) * 0.5 + x * x * x


def smallest(function, repeats=7, calls=1):
    """Return seconds of processor time of one call, the smallest of several rounds."""
    function()
    found = []
    for _ in range(repeats):
        began = time.process_time()
        for _ in range(calls):
            function()
        found.append((time.process_time() - began) / calls)
    return min(found)


def timed(function, x, calls=1):
    """Return milliseconds eager and compiled, and seconds of the first call."""
    compiled = torch.compile(function)
    began = time.perf_counter()
    off = float((compiled(x) - function(x)).abs().max())
    first = time.perf_counter() - began
    eager = smallest(lambda: function(x), calls=calls)
    return {
        "eager ms": round(1e3 * eager, 4),
        "compiled ms": round(1e3 * smallest(lambda: compiled(x), calls=calls), 4),
        "first call s": round(first, 1),
        "largest difference": off,
    }


def compilations(function, inputs, dynamic):
    """Return how many graphs are made for inputs one after another, without compiling any."""
    graphs = []

    def count(graph, _inputs):
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    compiled = torch.compile(function, backend=count, dynamic=dynamic)
    for x in inputs:
        compiled(x)
    return len(graphs)


def branches(x):
    """Return x doubled or less one: which, the data decide."""
    if x.sum() > 0:
        return x * 2
    return x - 1


def measure(seed):
    """Return times of a long chain and of a small network, and counts of compilations."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    small = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    lengths = [torch.ones(n) for n in (3, 4, 5, 6)]
    with torch.no_grad():
        return {
            "chain": timed(chain, torch.rand(2_000_000, generator=generator)),
            "small network": timed(small, torch.rand(32, 64, generator=generator), 300),
            "four lengths, fixed": compilations(lambda x: 2 * x + 1, lengths, False),
            "four lengths, default": compilations(lambda x: 2 * x + 1, lengths, None),
            "if on data": compilations(branches, lengths[:1], None),
        }
