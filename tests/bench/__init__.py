"""Timings of dlcourse against torch; ``python -m tests.bench`` prints them."""
