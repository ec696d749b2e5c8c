"""From answers to marks on disk.

``run`` grades a class: ``pool`` spreads it over processes, ``engine`` makes each ``mark`` with
the ``words`` on it, ``store`` keeps them in the file that ``database`` opens.
"""
