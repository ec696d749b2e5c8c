"""Lab 16, signals, text and generation: beats, gates, words, and what was not measured."""

from . import (
    attention,
    average_beat,
    open_forget_gates,
    patient_factors,
    r_peaks,
    rr_variation,
    skipgram_pairs,
    strip_net,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        r_peaks,
        rr_variation,
        average_beat,
        strip_net,
        open_forget_gates,
        attention,
        skipgram_pairs,
        patient_factors,
    )
)
