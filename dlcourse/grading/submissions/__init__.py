"""What is handed in, and what is found in it.

``files`` walks a folder or a zip, ``owners`` and ``layouts`` tell whose each file is, ``choose``
which of a student's notebooks counts, ``find`` puts them together. ``notebook`` reads the
marked cells, ``statements`` takes their code apart, ``answers`` puts together what one answer
needs. ``reader`` has all that done in a process with limits, ``reading``. No line of a student's
is run here.
"""
