"""Windows that slide over signals and images, in torch.

``padding``, ``convolution``, ``pooling``, and the layers made of them in ``convolution_layers``.
"""
