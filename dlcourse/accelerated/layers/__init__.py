"""Neurons side by side, in torch: ``linear``, ``activation_layers``, and ``sequential``."""
