"""Bounds on processor time, in pieces of a fixed work: a slow or busy machine keeps them too."""

import time
from contextlib import contextmanager


@contextmanager
def within(pieces):
    """Assert that the block takes less than so many times ``piece_of_work`` beside it."""
    before = piece_of_work()
    begin = time.process_time()
    yield
    spent = time.process_time() - begin
    piece = max(before, piece_of_work())
    assert spent < pieces * piece, f"{spent:.2f} s, {spent / piece:.0f} pieces of {pieces}"


def piece_of_work():
    """Return the processor time, in s, of adding 500,000 squares: about 0.03 where it is fast."""
    begin = time.process_time()
    sum(i * i for i in range(500_000))
    return time.process_time() - begin
