"""One case of peak memory, in a process of its own: see ``measure.peak_in_child``.

Arguments: "ours" or "torchs", then channels, size, kernel and features of the case. Prints
how far the process grew, in MB, beyond its arguments and what the libraries keep from a
first run of the same case: their code, made to measure by torch, and other caches.
"""

import sys

import numpy as np
import torch

from . import convolutions
from .measure import high_water


def main(name, *shape):
    torch.set_num_threads(1)
    function = getattr(convolutions, name)
    case = convolutions.draw(*map(int, shape))
    function(**case)
    # That left a mark higher than what is in use now: fill the gap, or it would hide growth.
    before, ballast = high_water(), []
    while high_water() == before:
        ballast.append(np.ones(2**15))
    before = high_water()
    _kept = function(**case)
    print(high_water() - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
