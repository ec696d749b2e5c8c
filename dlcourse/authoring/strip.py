"""Make the learner's lab out of the one with solutions, by nbgrader's own steps."""

import copy
import logging

from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

from .stubs import CODE, TEXT

CONFIG = Config()
CONFIG.ClearSolutions.code_stub = {"python": CODE}
CONFIG.ClearSolutions.text_stub = TEXT


def strip(notebook):
    """Return a copy of ``notebook`` without solutions, model answers and outputs."""
    logging.getLogger("traitlets").setLevel(logging.WARNING)
    learner = copy.deepcopy(notebook)
    for step in (
        LockCells,
        ClearSolutions,
        ClearOutput,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
    ):
        learner, _ = step(config=CONFIG).preprocess(learner, ResourcesDict())
    return learner
