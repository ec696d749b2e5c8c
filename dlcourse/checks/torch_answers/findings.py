"""Say what commonly goes wrong in torch, whatever the exercise.

What decides is compared elsewhere. Here words are chosen, by what differs, by notes that came
with the answer, and by the names in its source.
"""

CUT = (
    "The way back is cut here: the result no longer knows what it was computed from, so no "
    "gradient arrives and nothing learns."
)
NUMPY = (
    "NumPy in the middle: autograd follows torch's operations only. "
    "Take torch's function of the same name."
)
IN_PLACE = (
    "An operation in place overwrote numbers that the way back still needs: "
    "write x = x * 2, not x *= 2."
)
TENSOR = (
    "self.{} is a plain tensor, unknown to parameters() and state_dict(): make it an "
    "nn.Parameter if it learns, and register_buffer(...) if not."
)
MODULES = (
    "self.{} is a plain Python list or dict: parameters() does not look into it. "
    "nn.ModuleList and nn.ModuleDict are seen."
)

# What cuts the way back, by the name that stands in the source.
CUTS = {
    "detach": ".detach()",
    "detach_": ".detach_()",
    "data": ".data",
    "no_grad": "torch.no_grad()",
    "inference_mode": "torch.inference_mode()",
    "set_grad_enabled": "torch.set_grad_enabled(...)",
    "numpy": "NumPy",
    "np": "NumPy",
    "item": ".item()",
    "tolist": ".tolist()",
    "tensor": "torch.tensor(...)",
    "round": "round",
    "argmax": "argmax",
}


def finding(what, outcome):
    """Return a hint, or "".

    Parameters
    ----------
    what : name of the result that differs, such as "gradient of x"; "" where there is none
    outcome : Outcome
    """
    if outcome.error is not None:
        return _of_error(str(outcome.error)) or _unregistered(outcome.notes)
    if what.startswith(("number of parameters", "shape of")):
        return _unregistered(outcome.notes)
    if any(kind == "cut" and f"gradient of {name}" in what for kind, name in outcome.notes):
        return CUT
    return ""


def suspects(names):
    """Return what in an answer's source may cut the way back, in a sentence, or ""."""
    found = list(dict.fromkeys(CUTS[name] for name in CUTS if name in names))
    return f"Your answer uses {' and '.join(found)}." if found else ""


def _of_error(message):
    if "Can't call numpy() on Tensor that requires grad" in message:
        return NUMPY
    if "modified by an inplace operation" in message or "used in an in-place" in message:
        return IN_PLACE
    return ""


def _unregistered(notes):
    for kind, sentence in (("modules", MODULES), ("tensor", TENSOR)):
        for name in sorted(name for noted, name in notes if noted == kind):
            return sentence.format(name)
    return ""
