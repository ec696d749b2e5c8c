"""What the losses refuse, whether they get arrays or tensors."""

import numpy as np


def same_shape(input, target, name="target"):
    """Check that ``target``, which the caller's reader knows as ``name``, is shaped as input."""
    if tuple(target.shape) != tuple(input.shape):
        raise ValueError(
            f"{name} has shape {tuple(target.shape)}; "
            f"needed the shape of input, {tuple(input.shape)}"
        )


def broadcasts(name, weight, shape):
    """Check that ``weight`` broadcasts to ``shape``."""
    found, needed = tuple(weight.shape), tuple(shape)
    try:
        fits = np.broadcast_shapes(found, needed) == needed
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{name} has shape {found}; it must broadcast to {needed}")


def one_for_each_task(losses, weights):
    """Check that both are (tasks,)."""
    found, given = tuple(losses.shape), tuple(weights.shape)
    if len(found) != 1 or given != found:
        raise ValueError(
            f"losses has shape {found} and weights {given}; needed one number for each task"
        )


def class_axis(input):
    """Return the axis of ``input`` along which its classes lie."""
    shape = tuple(input.shape)
    axis = min(len(shape) - 1, 1)
    if not shape or shape[axis] == 0:
        raise ValueError(f"input has shape {shape}; needed (classes,) or (batch, classes, ...)")
    return axis


def without_classes(input, axis):
    """Return the shape of ``input`` without the axis of its classes: that of labels."""
    return (*input.shape[:axis], *input.shape[axis + 1 :])


def labels_shape(target, input, axis):
    """Check that ``target`` has the shape of ``input`` without its classes."""
    found, needed = tuple(target.shape), without_classes(input, axis)
    if found != needed:
        raise ValueError(f"target has shape {found}; needed input's without classes, {needed}")


def one_per_class(weight, classes):
    """Check that ``weight`` is (classes,)."""
    if tuple(weight.shape) != (classes,):
        raise ValueError(
            f"weight has shape {tuple(weight.shape)}; needed one per class, ({classes},)"
        )


def nothing_ignored(ignore_index):
    """Check that ``ignore_index`` is negative, as it must be where targets are probabilities."""
    if ignore_index >= 0:
        raise ValueError(f"ignore_index is {ignore_index}; probabilities cannot be ignored")


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


def image_axes(input):
    """Return the axes of pixels of ``input``, (batch, channels, ...): those after the second."""
    if len(input.shape) < 3:
        raise ValueError(
            f"input has shape {tuple(input.shape)}; needed (batch, channels, pixels...)"
        )
    return tuple(range(2, len(input.shape)))
