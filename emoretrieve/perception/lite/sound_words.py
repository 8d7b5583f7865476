"""Measures of sound said in words: what a listener would notice, then the feeling.

Every word stands for a measure on a fixed scale. Instruments are not guessed, and nothing but the measures is used.
The scales divide music as it is published, mastered to about the same peak, so that captions tell pieces apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from emoretrieve.perception.lite.scale import END, Scale, word_for
from emoretrieve.perception.lite.sound_feeling import arousal, feel
from emoretrieve.perception.lite.sound_measures import Measures
from emoretrieve.perception.mood import mood_sentence

SILENCE = "Nothing can be heard."

_LOUDNESS: Scale = (
    (12.0, "very quiet"),
    (22.0, "quiet"),
    (27.5, "rather quiet"),
    (31.0, "moderately loud"),
    (34.0, "fairly loud"),
    (37.0, "loud"),
    (END, "very loud"),
)
_DENSITY: Scale = (
    (1.2, "long tones, hardly any new notes"),
    (2.0, "long tones, few notes"),
    (2.8, "unhurried notes"),
    (3.5, "a moderate flow of notes"),
    (4.2, "many notes"),
    (5.0, "a dense stream of notes"),
    (END, "a very dense stream of notes"),
)
_ATTACK: Scale = (
    (0.4, "smoothly blended attacks"),
    (0.43, "blended attacks"),
    (0.46, "rounded attacks"),
    (0.51, "clear attacks"),
    (0.57, "sharp attacks"),
    (END, "very sharp attacks"),
)
_PULSE: Scale = (
    (0.2, "no clear pulse"),
    (0.35, "a faint pulse"),
    (0.5, "a clear pulse"),
    (0.65, "a strong pulse"),
    (END, "a very strong, even pulse"),
)
_PERCUSSION: Scale = (
    (0.1, "with hardly any percussive sounds"),
    (0.13, "with few percussive sounds"),
    (0.16, "with some percussive sounds"),
    (0.2, "with many percussive sounds"),
    (END, "full of percussive sounds"),
)
_TEXTURE: Scale = (
    (7.0, "a bare"),
    (8.7, "a thin"),
    (10.3, "an open"),
    (12.0, "a full"),
    (13.3, "a rich"),
    (END, "a dense"),
)
_REGISTER: Scale = (
    (-0.4, "a low"),
    (-0.18, "a lower middle"),
    (0.0, "a middle"),
    (0.2, "an upper middle"),
    (END, "a high"),
)
_TIMBRE: Scale = (
    (-0.35, "dark"),
    (-0.05, "warm"),
    (0.2, "clear"),
    (0.5, "bright"),
    (END, "very bright"),
)
_MODE: Scale = (
    (-0.15, "in a plainly major key"),
    (-0.04, "in a major key"),
    (0.04, "between major and minor"),
    (0.15, "in a minor key"),
    (END, "in a plainly minor key"),
)
_DYNAMICS: Scale = (
    (3.5, "at an even level"),
    (4.8, "with small swells"),
    (6.2, "with clear swells"),
    (8.5, "with broad swells"),
    (END, "with wide swings between soft and loud"),
)
_UNCLEAR_KEY = 0.55
_NO_KEY = "without a clear key"

_STEADY_DB, _CHANGE_DB = 2.0, 5.0
_STEADY_AROUSAL, _CHANGE_AROUSAL = 0.05, 0.12


def describe_passage(measures: Measures) -> str:
    """The caption of a fragment."""
    if measures.silent:
        return SILENCE
    return " ".join([_character(measures, "passage"), _colouring(measures), _mood(measures)])


def describe_piece(whole: Measures, fragments: Sequence[Measures]) -> str:
    """The caption of a whole sound, with the course it takes through its fragments."""
    if whole.silent:
        return SILENCE
    return " ".join([_character(whole, "piece"), _colouring(whole), _course(fragments), _mood(whole)])


def _character(measures: Measures, noun: str) -> str:
    density, attack, pulse = (
        word_for(_DENSITY, measures.onsets_per_s),
        word_for(_ATTACK, measures.attack),
        word_for(_PULSE, measures.pulse),
    )
    percussion = word_for(_PERCUSSION, measures.percussive)
    loudness = word_for(_LOUDNESS, measures.loudness_db)
    return f"A {loudness} {noun} {percussion}: {density}, {attack} and {pulse}."


def _colouring(measures: Measures) -> str:
    mode = word_for(_MODE, measures.minor) if measures.key_clarity >= _UNCLEAR_KEY else _NO_KEY
    register = word_for(_REGISTER, measures.height_octaves)
    timbre = word_for(_TIMBRE, measures.brightness_octaves)
    dynamics = word_for(_DYNAMICS, measures.dynamics_db)
    texture = word_for(_TEXTURE, measures.fullness_db)
    return f"It is {mode}, in {register} register with {texture} texture and a {timbre} timbre, {dynamics}."


def _course(fragments: Sequence[Measures]) -> str:
    """How loudness and movement change from quarter to quarter."""
    sounding = [part for part in fragments if not part.silent]
    if len(sounding) < len(fragments):
        return "In part of it nothing can be heard."
    loudness = [part.loudness_db for part in sounding]
    movement = [arousal(part) for part in sounding]
    if _spread(loudness) < _STEADY_DB and _spread(movement) < _STEADY_AROUSAL:
        return "It stays much the same from beginning to end."
    return f"{_loudness_course(loudness)}, {_movement_course(movement)}."


def _loudness_course(loudness: Sequence[float]) -> str:
    if _spread(loudness) < _CHANGE_DB:
        return "Its level changes little"
    loudest, softest = _quarter(loudness, max(loudness)), _quarter(loudness, min(loudness))
    return f"It is loudest in its {loudest} quarter and softest in its {softest}"


def _movement_course(movement: Sequence[float]) -> str:
    if _spread(movement) < _CHANGE_AROUSAL:
        return "about as dense throughout"
    most, least = _quarter(movement, max(movement)), _quarter(movement, min(movement))
    return f"with the most going on in its {most} quarter and the least in its {least}"


def _quarter(values: Sequence[float], value: float) -> str:
    return ("first", "second", "third", "last")[values.index(value)]


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _mood(measures: Measures) -> str:
    feeling = feel(measures)
    return mood_sentence(feeling.excitement, feeling.calmness, feeling.sadness)
