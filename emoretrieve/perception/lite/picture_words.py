"""Saying measures in words: the look of a picture first, then the mood that follows from it.

The words tell what was measured and leave out what was not: a picture without lines says nothing of lines. The last
sentence grades the mood finely; the words before it colour it a little, as they would in anybody's description.
"""

from __future__ import annotations

from collections.abc import Sequence

from emoretrieve.perception.lite.picture_measures import Measures
from emoretrieve.perception.lite.picture_mood import mood_of
from emoretrieve.perception.lite.scale import END, Scale, word_for
from emoretrieve.perception.mood import mood_sentence

FEATURELESS = "One colour fills the surface from edge to edge."
"""Said of an even part; it holds no word of emotion, so its colour is (0, 0, 0)."""

_LIGHT: Scale = (
    (0.14, "A very dark picture"),
    (0.28, "A dark picture"),
    (0.40, "A rather dark picture"),
    (0.54, "A picture of middle tones"),
    (0.66, "A rather light picture"),
    (0.80, "A light picture"),
    (END, "A very light picture"),
)
_CONTRAST: Scale = (
    (0.07, "There is hardly any contrast of light and dark"),
    (0.13, "The contrast of light and dark is weak"),
    (0.19, "The contrast of light and dark is moderate"),
    (0.26, "The contrast of light and dark is clear"),
    (END, "The contrast of light and dark is strong"),
)
_COLOUR: Scale = (
    (0.03, "almost without hue"),
    (0.09, "greyish"),
    (0.17, "muted"),
    (0.27, "moderately rich"),
    (0.40, "rich"),
    (END, "vivid"),
)
_TEXTURE: Scale = (
    (0.016, "The surface is smooth"),
    (0.040, "The surface is mostly smooth"),
    (0.076, "The surface has some fine detail"),
    (0.120, "The surface is full of detail"),
    (END, "The surface is crowded with detail"),
)

_EDGES: Scale = (
    (0.006, "soft edges"),
    (0.05, ""),
    (END, "crisp edges"),
)
_ANY_DIRECTION = {"Horizontal lines": 0.30, "Vertical lines": 0.30, "Diagonal and curved lines": 0.41}
"""The share of each kind of line in a texture without direction."""

_LEAST_LINES = 0.02
"""With fewer of its pixels on lines a picture has none worth telling."""
_PREVAILS = 0.08
"""A kind of line prevails that has this much more than its share."""
_ALIKE = 0.55
_VARIED = 0.20
_SIDES_WITH = 4.0
"""Warm or cool areas this many times larger than the others set the temperature alone."""
_LIGHT_OFF_CENTRE = 0.035
_DETAIL_OFF_CENTRE = 0.06
_LIT_MIDDLE = 0.06
_MAIN_SHARE = 0.18
_TOUCH_SHARE = 0.03
_ACCENT_SHARE = 0.008
_MOST_NAMES = 3
_ACCENTS = frozenset(
    {"red", "rose", "orange", "gold", "yellow", "green", "turquoise", "sky blue", "blue", "violet", "magenta"}
)
"""Strong colours catch the eye also in small spots."""


def caption_of(measures: Measures) -> str:
    """A few sentences about one part."""
    if measures.even:
        return FEATURELESS
    mood = mood_of(measures)
    sentences = (
        _overall(measures),
        _palette(measures),
        _lighting(measures),
        _structure(measures),
        _mirroring(measures),
        mood_sentence(mood.excitement, mood.calmness, mood.sadness),
    )
    return " ".join(filter(None, sentences))


def _overall(measures: Measures) -> str:
    main = [name for name, share in measures.colours if share >= _MAIN_SHARE] or [measures.colours[0][0]]
    others = [(name, share) for name, share in measures.colours if name not in main]
    touches = [name for name, share in others if share >= _TOUCH_SHARE][:_MOST_NAMES]
    accents = [name for name, share in others if share >= _ACCENT_SHARE and name in _ACCENTS and name not in touches]
    said = f"{word_for(_LIGHT, measures.light)}, mainly {_listed(main)}"
    if touches:
        said += f", with some {_listed(touches)}"
    if accents:
        said += f"{' and' if touches else ', with'} small accents of {_listed(accents[:2])}"
    return f"{said}."


def _palette(measures: Measures) -> str:
    strength = word_for(_COLOUR, measures.saturation)
    if strength == _COLOUR[0][1]:
        return f"It is {strength}."
    if measures.colourfulness >= _VARIED:
        strength += " and varied"
    return f"The colours are {strength}, {_temperature(measures.warm_share, measures.cool_share)}."


def _temperature(warm: float, cool: float) -> str:
    if warm + cool < 0.1:
        return "neither warm nor cool"
    if warm > _SIDES_WITH * cool:
        return "warm throughout" if warm > 0.7 else "on the warm side"
    if cool > _SIDES_WITH * warm:
        return "cool throughout" if cool > 0.7 else "on the cool side"
    if max(warm, cool) < 1.3 * min(warm, cool):
        return "warm and cool alike"
    return "more warm than cool" if warm > cool else "more cool than warm"


def _lighting(measures: Measures) -> str:
    said = word_for(_CONTRAST, measures.contrast)
    if measures.contrast < _CONTRAST[0][0]:
        return f"{said}."
    if measures.dark_share > 0.35 and measures.bright_share > 0.08:
        said += ", brightness against deep shadow"
    return f"{said}; {_light_place(measures)}."


def _light_place(measures: Measures) -> str:
    place = _place(measures.light_place, _LIGHT_OFF_CENTRE)
    if not place and abs(measures.light_centred) > _LIT_MIDDLE:
        place = "in the middle" if measures.light_centred > 0 else "around the rim"
    return f"most of the light is {place}" if place else "the light is spread all over"


def _structure(measures: Measures) -> str:
    said = word_for(_TEXTURE, measures.detail)
    if measures.detail < _TEXTURE[0][0]:
        return f"{said}."
    sentence = f"{said}{_spread_of_detail(measures)}."
    return f"{sentence} {_lines(measures)}" if measures.line_share >= _LEAST_LINES else sentence


def _spread_of_detail(measures: Measures) -> str:
    if measures.busy_share > 0.75:
        return " all over"
    place = _place(measures.detail_place, _DETAIL_OFF_CENTRE)
    little = measures.detail < _TEXTURE[1][0]
    if place:
        return f", with what detail there is {place}" if little else f", most of it {place}"
    return ", with open areas between" if measures.busy_share < 0.4 and not little else ""


def _lines(measures: Measures) -> str:
    shares = (measures.horizontal, measures.vertical, measures.diagonal)
    excess = {kind: share - usual for (kind, usual), share in zip(_ANY_DIRECTION.items(), shares, strict=True)}
    kind = max(excess, key=lambda name: excess[name])
    edges = word_for(_EDGES, measures.crisp_share)
    if excess[kind] > _PREVAILS:
        return f"{kind} and {edges} prevail." if edges else f"{kind} prevail."
    return f"Lines run in every direction, with {edges}." if edges else "Lines run in every direction."


def _mirroring(measures: Measures) -> str:
    return "Left and right are much alike." if measures.symmetry > _ALIKE else ""


def _place(offset: tuple[float, float], least: float) -> str:
    """Where a centre lies that is off the middle by at least `least`; empty where it is not."""
    right, below = offset
    row = "upper" if below < -least else "lower" if below > least else ""
    column = "left" if right < -least else "right" if right > least else ""
    if row and column:
        return f"at the {row} {column}"
    if row:
        return "at the top" if row == "upper" else "at the bottom"
    return f"on the {column}" if column else ""


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
