"""What a wrong answer costs, in torch.

For numbers ``regression``, for yes or no ``binary``, for several classes ``classification``,
for whole distributions ``information``, for times until death ``survival``, for masks
``segmentation``.
"""
