"""Neurons side by side (unit 03).

``linear`` is the layer, ``activation_layers`` what stands between two of them, ``sequential``
the chain, ``summary`` the count of what there is.
"""
