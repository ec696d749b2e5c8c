"""Simulated EEG windows: spikes and waves three times a second, or slow waves of the same power."""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole


class Windows(NamedTuple):
    """Windows ``X`` (n, 1, samples) at ``rate`` samples a second, ``y`` True for a seizure.

    The unit is the standard deviation of the background.
    """

    X: np.ndarray
    y: np.ndarray
    rate: int
    source: str


def eeg_windows(n, rng, seconds=4, rate=100, amplitude=0.6):
    """Return ``n`` windows of one channel, every second one with a seizure.

    Background: noise whose power falls as 1/f, and alpha waves of 8 to 12 Hz. On top, at 2.5 to
    3.5 Hz, in a seizure a spike and a wave, and else a sine, as in deep sleep, of the same power.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    seconds : length of a window, 1 or more
    rate : samples a second, 50 or more
    amplitude : standard deviation of what is added, 0 or more

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here; 3 Hz spike and wave is the pattern of absence seizures. No patient stands
    behind it.

    >>> some = eeg_windows(4, np.random.default_rng(0))
    >>> some.X.shape, some.y.tolist()
    ((4, 1, 400), [False, True, False, True])
    """
    whole("n", n, 0), whole("rate", rate, 50)
    if not seconds >= 1:
        raise ValueError(f"seconds is {seconds}; needed 1 or more")
    if not amplitude >= 0:
        raise ValueError(f"amplitude is {amplitude}; needed 0 or more")
    samples = round(seconds * rate)
    t, y = np.arange(samples) / rate, np.arange(n) % 2 == 1
    X = np.empty((n, 1, samples), np.float32)
    for row, ill in enumerate(y):
        alpha = np.sin(2 * np.pi * (rng.uniform(8, 12) * t + rng.random()))
        turns = rng.uniform(2.5, 3.5) * t + rng.random()
        added = spike_and_wave(turns) if ill else np.sin(2 * np.pi * turns)
        added = (added - added.mean()) / added.std()
        X[row, 0] = pink(samples, rng) + 0.8 * rng.uniform(0.3, 1) * alpha + amplitude * added
    return Windows(X, y, rate, "EEG simulated by dlcourse.data.brainwaves")


def spike_and_wave(turns):
    """Return a sharp spike downward and a slow wave upward in each turn, a whole number apart."""
    phase = turns % 1
    spike = -1.5 * np.exp(-0.5 * ((phase - 0.2) / 0.03) ** 2)
    return spike + 0.8 * np.sin(np.pi * np.clip((phase - 0.3) / 0.7, 0, 1))


def pink(samples, rng):
    """Return noise (samples,) whose power falls as one over its frequency; its SD is 1."""
    spectrum = np.fft.rfft(rng.normal(size=samples))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    x = np.fft.irfft(spectrum, samples)
    return x / x.std()
