"""Print two tables: how many times as long as torch, and how long figures take to follow a slider.

``python -m tests.bench`` takes some minutes, all on one thread. ``--quick`` leaves out the four
loops and the compiled twins; ``library`` or ``figures`` prints one table only.
"""

import argparse
import importlib
import os

# Before numpy and torch are loaded, which read it once.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the rows with a bar only")
    parser.add_argument("table", nargs="?", choices=["library", "figures"], help="one table only")
    options = parser.parse_args()
    if options.table != "figures":
        importlib.import_module("tests.bench.table").print_table(options.quick)
    if options.table != "library":
        importlib.import_module("tests.bench.explorers").print_table()


if __name__ == "__main__":
    main()
