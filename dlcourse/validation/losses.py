"""What the losses refuse, whether they get arrays or tensors."""


def no_negative(name, value):
    """Check that no number in ``value``, an array or a tensor, is negative or NaN."""
    if not (value >= 0).all():
        raise ValueError(f"{name} goes down to {value.min().item()}; needed numbers from 0 up")


def within_0_and_1(name, value):
    """Check that every number in ``value``, an array or a tensor, is from 0 to 1."""
    if not ((value >= 0) & (value <= 1)).all():
        raise ValueError(
            f"{name} runs from {value.min().item()} to {value.max().item()}; "
            "needed numbers from 0 to 1"
        )


def labels_within(labels, classes, ignore_index):
    """Check that every entry of ``labels`` is a class number; those ignored have become 0."""
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(
            f"target runs from {labels.min().item()} to {labels.max().item()}; needed class "
            f"numbers from 0 to {classes - 1}, or ignore_index, {ignore_index}"
        )


def smoothing(label_smoothing):
    """Check that ``label_smoothing`` lies from 0 to 1."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is {label_smoothing}; needed from 0 to 1")


def survival(input, time, event, name="input"):
    """Check that the three are (patients,), no time NaN, every event 0 or 1.

    ``name`` is what the caller's reader knows ``input`` as.
    """
    shapes = [tuple(each.shape) for each in (input, time, event)]
    if len(shapes[0]) != 1 or len(set(shapes)) != 1:
        raise ValueError(
            f"{name}, time and event have shapes {shapes[0]}, {shapes[1]} and {shapes[2]}; "
            "needed (patients,) for all three"
        )
    if (time != time).any():
        raise ValueError("time holds NaN; needed a time for every patient")
    if not ((event == 0) | (event == 1)).all():
        raise ValueError("event holds other numbers than 0 (censored) and 1 (died)")
