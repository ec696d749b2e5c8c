"""Measure anew: ``python -m dlcourse.measured [NAME...]``, by default all."""

import argparse

from . import names, run

parser = argparse.ArgumentParser(prog="dlcourse.measured", description=__doc__)
parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
chosen = parser.parse_args().names or names()
if unknown := set(chosen) - set(names()):
    parser.error(f"found {', '.join(sorted(unknown))}; needed names among {', '.join(names())}")
for name in chosen:
    print(run(name), flush=True)
