"""Whether a probability is true, and what a forecast is worth.

``reliability`` holds what was said against what came, in bins, ``calibration_error`` sums it up,
``recalibration`` has the slope and the intercept, ``temperature`` mends logits, ``scores`` are
Brier and log score and their parts, ``crps`` scores forecasts of a number.
"""
