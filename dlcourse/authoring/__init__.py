"""From percent sources to notebooks, one way: ``python -m dlcourse.authoring``."""
