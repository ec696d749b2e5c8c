"""Lab 00, first_steps: arrays, axis, masks, broadcasting, a seeded generator."""

from . import differences, draw_rows, farthest, pick_rows, share_between, standardize

EXERCISES = tuple(
    module.EXERCISE
    for module in (share_between, standardize, farthest, pick_rows, differences, draw_rows)
)
