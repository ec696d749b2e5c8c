"""The table of redraws: processor time, for every interactive figure of the lectures.

The cells of each lecture run here; then every control of every figure moves to places across
its range. A learner who moves a slider waits for one such redraw.
"""

import contextlib
import io
import statistics
import time
import warnings

import ipywidgets

from dlcourse import widgets
from dlcourse.authoring.source import ROOT, read

BAR, PLACES, ROUNDS = 0.100, 7, 3


def print_table():
    medians = []
    print(f"{'lecture':36} {'figure':18} median  worst  (ms of processor time per redraw)")
    for source in sorted(ROOT.glob("lectures/source/*.py")):
        for explorer in explorers(source):
            times = redraws(explorer)
            medians.append(statistics.median(times))
            name = explorer.draw.__name__
            found = f"{1e3 * medians[-1]:6.0f} {1e3 * max(times):6.0f}"
            print(f"{source.stem:36} {name:18} {found}", flush=True)
    fast = sum(median < BAR for median in medians)
    print(f"{fast} of {len(medians)} below {1e3 * BAR:.0f} ms")


def explorers(source):
    """Run the code of a lecture; return the interactive figures that it makes."""
    found, make = [], widgets.explore

    def explore(draw, **controls):
        found.append(make(draw, **controls))
        return found[-1]

    namespace = {"__name__": "__main__", "display": lambda *shown: None}
    widgets.explore = explore
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            for cell in read(source).cells:
                if cell.cell_type == "code":
                    exec(compile(cell.source, source.name, "exec"), namespace)
    finally:
        widgets.explore = make
    return found


def redraws(explorer):
    """Return the processor time of a redraw at each place of each control.

    It is the shortest of some: processes that share the caches cost the others a third more.
    """
    times = []
    explorer.redraw()  # not counted: caches fill
    hold_still(explorer)
    for control in explorer.controls.values():
        start = control.value
        for value in places(control):
            control.value = value
            times.append(min(redraw(explorer) for _ in range(ROUNDS)))
        control.value = start
    return times


def redraw(explorer):
    """Return the processor time of one redraw."""
    before = time.process_time()
    explorer.redraw("moved")
    return time.process_time() - before


def hold_still(explorer):
    """From now on, controls move without a redraw."""
    for control in explorer.controls.values():
        control.unobserve(explorer.redraw, "value")


def places(control):
    """Return values across the range of a control."""
    if isinstance(control, ipywidgets.Checkbox):
        return [True, False]
    if isinstance(control, ipywidgets.Dropdown):
        return [value for _, value in control._options_full][:PLACES]
    steps = round((control.max - control.min) / control.step)
    kind = type(control.value)
    return [kind(control.min + control.step * (i * steps // (PLACES - 1))) for i in range(PLACES)]
