"""From marks to pages and tables.

``report`` writes all of them: ``pages`` for each student, ``class_page`` for the class,
``open_marks`` for what a human marks.
"""
