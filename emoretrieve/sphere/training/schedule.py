"""What the learning rates do over a training: a factor for each step, a pure function of its number."""

from __future__ import annotations

from math import cos, pi

from emoretrieve.sphere.training.settings import TrainingSettings

_START, _RISE = 1 / 25, 0.3
"""Of one-cycle: where the factor begins, and the share of the steps in which it rises (Smith and Topin 2019)."""


def factor(step: int, settings: TrainingSettings) -> float:
    """The factor, above 0 and at most 1, of the step that is taken next; `step` were taken before it."""
    if settings.schedule == "one-cycle":
        return _wave(step, settings.steps, _START, max(settings.warmup, _RISE))
    rising = _wave(step, settings.steps, 0.0, settings.warmup)
    if settings.schedule == "constant" and step >= settings.warmup * settings.steps:
        return 1.0
    return rising


def _wave(step: int, steps: int, start: float, rise: float) -> float:
    """From `start` to 1 within the first share `rise` of the steps, then along half a cosine towards 0."""
    peak = rise * steps
    if step < peak:
        return start + (1 - start) * (step + 1) / (peak + 1)
    return 0.5 * (1 + cos(pi * (step - peak) / max(steps - peak, 1)))
