"""What is handed in, and what is found in it.

``files`` walks a folder or a zip, ``owners`` and ``layouts`` tell whose each file is, ``choose``
which of a student's notebooks counts, ``find`` puts them together. ``notebook`` reads the
marked cells, ``recover`` marks them anew where all marks are lost, ``questions`` reads open
answers. ``statements`` takes code apart, ``places`` knows where names get their values, ``needs``
what one function needs, and ``answers`` puts it together. ``reader`` has all that done in a
process with limits, ``reading``. No line of a student's is run here.
"""
