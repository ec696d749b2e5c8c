"""What is handed in, and whose it is.

``files`` walks a folder or a zip, ``owners`` and ``layouts`` tell whose each file is, ``choose``
which of a student's notebooks counts, ``find`` puts them together. ``reader`` has all that
students wrote read and taken apart in a process with limits, ``reading``.
"""
