"""What a wrong answer costs (unit 04).

For numbers ``regression``, for yes or no ``binary``, for several classes ``classification``,
for whole distributions ``information``, for times until death ``survival``, for masks
``segmentation``.
"""
