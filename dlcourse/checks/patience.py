"""Say how to stop a check that takes long."""

import threading
from contextlib import contextmanager

from .history import someone_watches

SECONDS = 5


@contextmanager
def patience(name):
    """Print one line if what is done inside takes longer than some seconds; leave no thread."""
    if not someone_watches():
        yield
        return
    line = (
        f"Still checking {name} ... To stop it: Kernel > Interrupt Kernel (the square in the "
        "toolbar); in Colab: Runtime > Interrupt execution."
    )
    clock = threading.Timer(SECONDS, print, [line], {"flush": True})
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
        clock.join()
