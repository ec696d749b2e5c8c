"""Which half a network belongs to, and so how it learns."""


def half_of(network):
    """Return the module that knows how ``network`` learns, by what its parameters are."""
    if not hasattr(network, "forward") or not hasattr(network, "parameters"):
        kind = type(network).__name__
        raise TypeError(f"network is of type {kind}; needed one with forward and parameters")
    origins = {type(p).__module__.partition(".")[0] for p in network.parameters()}
    if not origins:
        raise ValueError("network has no parameters; needed something to train")
    # Imported here, so that training in NumPy does not wait for torch.
    if "torch" in origins:
        from . import torch_half as half
    else:
        from . import numpy_half as half
    return half
