"""Generate the notebooks: ``python -m dlcourse.authoring [--check] [02_neuron ...]``."""

import argparse
import sys
import time

from .build import build
from .source import ROOT, sources


def main():
    """Write all notebooks, or with ``--check`` say which committed ones are out of date."""
    parser = argparse.ArgumentParser(prog="dlcourse.authoring", description=__doc__)
    parser.add_argument("units", nargs="*", help="such as 02_neuron or lectures/02_neuron")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    options = parser.parse_args()
    chosen = [s for s in sources() if not options.units or _named(s, options.units)]
    if not chosen:
        sys.exit(f"no source is called {' or '.join(options.units)}")
    stale = []
    for source in chosen:
        start = time.perf_counter()
        for path, text in build(source).items():
            name = path.relative_to(ROOT)
            same = path.exists() and path.read_text(encoding="utf-8") == text
            if not same and not options.check:
                path.write_text(text, encoding="utf-8")
            if not same:
                stale.append(str(name))
            word = "unchanged" if same else "differs" if options.check else "written"
            print(f"{name}: {word} ({time.perf_counter() - start:.0f} s)", flush=True)
    if options.check and stale:
        sys.exit(f"run `make notebooks`; out of date: {', '.join(stale)}")


def _named(source, units):
    place = source.parent.parent.name
    return source.stem in units or f"{place}/{source.stem}" in units


if __name__ == "__main__":
    main()
