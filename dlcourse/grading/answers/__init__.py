"""What is found in a notebook: the answer to each exercise, and to each open question.

``notebook`` reads the marked cells, ``recover`` marks them anew where all marks are lost,
``questions`` reads open answers. ``statements`` takes code apart, ``places`` knows where names
get their values, ``needs`` what one function needs, and ``answers`` puts it together; ``form``
is what two answers have in common. No line of a student's is run here.
"""
