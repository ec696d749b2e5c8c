"""Refuse bad input in one sentence: which argument, what was found, what was needed.

``arrays`` and ``tensors`` turn what a caller gave into numbers of one kind; ``losses``,
``descent``, ``initialization`` and ``normalization`` hold what those subjects refuse, in
arrays and in tensors alike; ``tables`` what the classical models do.
"""
