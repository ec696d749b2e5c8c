"""How the figures are taken: interleaved, best of several rounds, one thread."""

import math
import os
import resource
import subprocess
import sys
import time


def best(functions, rounds=15):
    """Return the shortest time of each function, in seconds.

    The functions take turns, so that a busy moment of the machine strikes all of them. A
    first round, not counted, warms caches and allocators up.
    """
    times = dict.fromkeys(functions, math.inf)
    for function in functions.values():
        function()
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            times[name] = min(times[name], time.perf_counter() - start)
    return times


def geometric_mean(numbers):
    """Return the n-th root of the product of n ratios."""
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def peak_in_child(*words):
    """Return by how many MB ``python -m tests.bench.peak *words`` grew while it computed.

    A process of its own for each case: the high-water mark of resident memory never falls,
    and tracemalloc sees NumPy's memory but not torch's. There, glibc is told to give large
    blocks back at once, or a second run would go unseen in what it kept from the first.
    """
    command = [sys.executable, "-m", "tests.bench.peak", *map(str, words)]
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
    child = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(child.stdout)


def high_water():
    """Return the most resident memory that this process has had so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
