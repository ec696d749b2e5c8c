"""Open questions, marked by a human.

``open_marks`` is the table of marks, ``marking_page`` (with ``marking_script``) the page to mark
on, without names (``pseudonyms``) and beside the ``rubric``.
"""
