"""How many pixels one unit can see: arithmetic on kernel sizes and strides."""

from typing import NamedTuple

from ..validation.descent import whole


class ReceptiveField(NamedTuple):
    """What unit 0 of the last layer sees, along one axis, in pixels of the input.

    ``size`` is how many pixels, ``jump`` how far apart neighbours look, and ``start`` the
    centre of what unit 0 sees, where pixel 0 lies at 0; it may lie outside the image.
    """

    size: int
    jump: int
    start: float


def receptive_field(layers):
    """Return the ReceptiveField after a chain of convolutions and pooling.

    A kernel of span s = dilation * (kernel - 1) + 1 stands on a grid whose neighbours are
    ``jump`` pixels apart, so it adds (s - 1) * jump pixels; its stride multiplies the jump;
    padding moves the field and adds nothing to it.

    Parameters
    ----------
    layers : (kernel, stride, padding, dilation) of each, the first layer first

    Raises
    ------
    TypeError, ValueError
        If one of the four is no whole number, or is too small.

    Examples
    --------
    >>> receptive_field([(3, 1, 1, 1)] * 3)
    ReceptiveField(size=7, jump=1, start=0.0)
    """
    size, jump, start = 1, 1, 0.0
    for i, (kernel, stride, padding, dilation) in enumerate(layers):
        for name, value, least in (
            ("kernel", kernel, 1), ("stride", stride, 1),
            ("padding", padding, 0), ("dilation", dilation, 1),
        ):  # fmt: skip
            whole(f"layers[{i}]: {name}", value, least)
        reach = dilation * (kernel - 1)
        start += (reach / 2 - padding) * jump
        size += reach * jump
        jump *= stride
    return ReceptiveField(size, jump, start)
