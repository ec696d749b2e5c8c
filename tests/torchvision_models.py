"""torchvision's models, beside a build of torch that its wheel was not compiled for.

Its wheel on PyPI is compiled against CUDA's libraries. Beside a CPU build of torch it cannot load
its own operators, and its import then ends with an error, although no model of ours needs them.
"""

import torch


def load():
    """Return ``torchvision.models``, with empty operators where torchvision finds none."""
    try:
        from torchvision import models
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
        operators = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor dets, Tensor scores, float threshold) -> Tensor")
        _kept.append(operators)  # it undoes what it defined when it goes
        from torchvision import models
    return models


_kept = []
