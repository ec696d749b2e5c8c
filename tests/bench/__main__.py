"""Print one table: how many times as long as torch, on one thread.

``python -m tests.bench`` takes some minutes, ``--quick`` one: without the four loops and
without compiling the twins.
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
    quick = parser.parse_args().quick
    importlib.import_module("tests.bench.table").print_table(quick)


if __name__ == "__main__":
    main()
