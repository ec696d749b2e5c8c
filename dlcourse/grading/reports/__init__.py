"""From marks to pages and tables.

``report`` writes all of them into a ``folder`` that is ours: ``table`` of grades, ``pages`` for
each student, ``class_page`` and ``stuck`` for the class, ``alike`` for answers that are, and
``gradescope``. What a human marks is in ``open_marks`` and, with names hidden by
``pseudonyms``, on the ``marking_page``. ``late`` says what a deadline costs.
"""
