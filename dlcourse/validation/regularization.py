"""What dropout and the penalties refuse, in arrays and in tensors alike."""


def probability(p):
    """Check that ``p`` lies from 0 to 1."""
    if not 0 <= p <= 1:
        raise ValueError(f"p is {p}; needed a probability from 0 to 1")


def at_least_0(name, value):
    """Return ``value``, which must not be negative, as a float."""
    if not value >= 0:
        raise ValueError(f"{name} is {value}; needed 0 or more")
    return float(value)
