"""Lab 12, looking inside: each tool, the scores of a map, and a planted shortcut."""

from . import (
    ascend,
    grad_cam,
    occlusion,
    rank_correlation,
    relu_rule,
    saliency,
    share_inside,
    top_crops,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        occlusion,
        saliency,
        grad_cam,
        share_inside,
        top_crops,
        ascend,
        relu_rule,
        rank_correlation,
    )
)
