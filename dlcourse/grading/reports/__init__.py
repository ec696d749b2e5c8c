"""From marks to pages and tables.

``report`` writes all of them into a ``folder`` that is ours: ``table`` of grades, ``pages`` for
each student, ``class_page`` and ``stuck`` for the class, ``alike`` for answers that are, and
``gradescope``. ``late`` says what a deadline costs.
"""
