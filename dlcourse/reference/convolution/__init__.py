"""Windows that slide over signals and images (unit 09).

``naive`` has the textbook's loops, ``convolution`` the fast form; ``padding``, ``pooling``,
``convolution_layers``; ``kernels`` are filters with a name.
"""
