"""What a tutor says to the raw errors that everyone meets first, in NumPy and in torch."""

import re
import sys

import numpy as np

ONE_NUMBER = (
    "A function for one number met many: math.exp, float and int take a single one. "
    "Take the array's own function, np.exp or torch.exp."
)
YES_OR_NO = (
    "An array has no single yes or no, which if, while, and, or and max(0, x) ask for. "
    "np.where(x > 0, a, b) and np.maximum(0, x) decide number by number; "
    "in torch these are torch.where and torch.clamp(x, min=0)."
)
LIST = (
    "A list or tuple does not compute number by number. Make an array of it first: "
    "np.array(...), in torch torch.tensor(...) or torch.stack(...)."
)
BRACKETS = "A function stands where its value is needed. Are the brackets missing, as in x.sum()?"
TOO_MANY = (
    "Round brackets call a function, and this is none. Entries are taken with square brackets, "
    "x[0], and a product needs its *."
)
NOTHING = "There is None where a value is needed: a function without return gives None."
SELF = (
    "Is self missing? Python hands a method its object first: def forward(self, x), "
    "and inside it self.weight."
)
MATH = (
    "math was not imported. Write import math at the top of the cell, or take NumPy's functions, "
    "which compute whole arrays: np.exp, np.log, np.sqrt."
)
UNKNOWN = (
    "A name in a function is its argument, is made in it, or comes from a cell that has run. "
    "Is it spelled as it is there?"
)
# What is written above an answer so that these names exist.
IMPORTS = {name: f"import {name}" for name in ("numpy", "torch", "scipy", "random", "itertools")}
IMPORTS |= {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
}

# The first that is found in an error's name and message counts.
SAID = (
    (
        r"only (length-1|size-1|0-dimensional) arrays can be converted|only one element tensors can"
        r"|Tensor with \d+ elements cannot be converted",
        ONE_NUMBER,
    ),
    (r"truth value of an? (empty )?(array|Series|DataFrame)|Boolean value of Tensor", YES_OR_NO),
    (r"NameError: name 'self' is not defined", SELF),
    (r"(builtin_function_or_method|'(function|method|ufunc|numpy\.ufunc)')", BRACKETS),
    (r"'(numpy\.\w+|Tensor|float|int|tuple|list)' object is not callable", TOO_MANY),
    (r"NoneType", NOTHING),
    (
        r"'(list|tuple)' (object )?(has no attribute|and)|and '(list|tuple)'"
        r"|sequence by non-int|list indices must be|tuple indices must be"
        r"|operand type for unary \S+ '(list|tuple)'|can only concatenate (list|tuple)"
        r"|must be Tensor, not (list|tuple)|instances of '(list|tuple)'",
        LIST,
    ),
)
ONE_TOO_MANY = re.compile(r"(\w+\.)?(\w+)\(\) takes (\d+) positional arguments? but (\d+) w")
NO_SUCH_NAME = re.compile(r"NameError: name '(\w+)' is not defined")


def hint(error):
    """Return a tutor's sentence on ``error``, which an answer raised, or ""."""
    text = f"{type(error).__name__}: {error}"
    call = ONE_TOO_MANY.search(text)
    if call and call[1] and int(call[4]) == int(call[3]) + 1:
        return SELF
    said = next((said for pattern, said in SAID if re.search(pattern, text)), "")
    missing = NO_SUCH_NAME.search(text)
    return said or (_not_defined(missing[1]) if missing else "")


def _not_defined(name):
    """Return what to do about a name that does not exist: import it, or say whose it is."""
    if name == "math":
        return MATH
    if name in IMPORTS:
        return f"{name} was not imported. Write {IMPORTS[name]} at the top of the cell."
    libraries = (("np", np), ("torch", sys.modules.get("torch")))
    # Short names, such as torch.t and np.e, are more often somebody's own.
    theirs = [
        f"{short}.{name}" for short, held in libraries if len(name) > 2 and hasattr(held, name)
    ]
    return f"{UNKNOWN} A library's is written {' or '.join(theirs)}." if theirs else UNKNOWN


def returned(value):
    """Return what is wrong with a result that is no value at all, or None."""
    if value is None:
        return "returned None: is the return statement missing?"
    kinds = ("function", "method", "builtin_function_or_method", "method-wrapper", "ufunc")
    if type(value).__name__ in kinds:
        return "returned a function, not its value: are the brackets missing, as in x.sum()?"
    return None
