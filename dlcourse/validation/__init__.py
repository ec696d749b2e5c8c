"""Refuse bad input in one sentence: which argument, what was found, what was needed.

``arrays`` and ``tensors`` turn what a caller gave into numbers of one kind, ``precision`` 16
bits into 32 and back; ``layers``, ``losses``, ``descent``, ``regularization``,
``initialization``, ``normalization``, ``convolution`` and ``sequences`` hold what those refuse, in
arrays and in tensors alike, by looking at shapes; ``tables`` what the classical models refuse.
"""
