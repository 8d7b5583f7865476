"""The twenty attributes that a made-up triplet is rendered from, and the words that captions have for them.

Five are heard only, ten are heard and seen, five are seen only; a caption may mention any. A continuous attribute is
even on [0, 1] and is said in five degrees; a categorical one is even on its kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

KEYS = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")


@dataclass(frozen=True, slots=True)
class Attribute:
    """`words[k]` are the ways to say degree or kind k."""

    name: str
    words: tuple[tuple[str, ...], ...]
    kinds: bool = False
    heard: bool = True
    seen: bool = True

    def degree(self, value: float) -> int:
        """0-based: which of `words` says `value`."""
        return int(value) if self.kinds else min(int(value * len(self.words)), len(self.words) - 1)

    def draw(self, random: np.random.Generator) -> float:
        return float(random.integers(len(self.words))) if self.kinds else float(random.uniform())


def _said(*degrees: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(degree.split("|")) for degree in degrees)


ATTRIBUTES = (
    Attribute(
        "bass",
        _said(
            "no bass|bassless",
            "a little bass|faint drone",
            "a drone below|some bass",
            "strong bass|heavy drone",
            "booming|all bass",
        ),
        seen=False,
    ),
    Attribute(
        "vibrato",
        _said(
            "no vibrato|steady tone",
            "a trace of vibrato|almost steady",
            "some vibrato|trembling",
            "strong vibrato|quivering",
            "wild vibrato|wobbling",
        ),
        seen=False,
    ),
    Attribute(
        "reverb",
        _said(
            "dry|close",
            "small room|little room sound",
            "hall|roomy",
            "large hall|spacious",
            "cathedral|drowned in echo",
        ),
        seen=False,
    ),
    Attribute(
        "attack",
        _said(
            "percussive|plucked",
            "crisp|quick onset",
            "rounded|moderate onset",
            "soft|gentle onset",
            "swelling|bowed in",
        ),
        seen=False,
    ),
    Attribute(
        "drums",
        _said(
            "no drums|drumless",
            "light drums|a tick of beats",
            "drums|a marked beat",
            "strong drums|pounding",
            "all drums|hammering beats",
        ),
        seen=False,
    ),
    Attribute(
        "tempo", _said("very slow|largo", "slow|adagio", "medium tempo|andante", "fast|allegro", "very fast|presto")
    ),
    Attribute("key", tuple((f"in {key}", f"on {key}") for key in KEYS), kinds=True),
    Attribute("mode", _said("major|glad", "minor|sad"), kinds=True),
    Attribute(
        "register",
        _said(
            "very low|deep bass", "low|tenor register", "middle register|mid range", "high|treble", "very high|piping"
        ),
    ),
    Attribute(
        "density",
        _said(
            "sparse|few notes",
            "rather sparse|some notes",
            "flowing|a steady stream",
            "busy|many notes",
            "crowded|swarming notes",
        ),
    ),
    Attribute(
        "dynamics",
        _said("very quiet|pianissimo", "quiet|piano", "moderate|mezzo forte", "loud|forte", "very loud|fortissimo"),
    ),
    Attribute(
        "brightness", _said("dull|muffled", "mellow|warm", "clear|balanced", "bright|brilliant", "glaring|piercing")
    ),
    Attribute("metre", _said("duple|in two", "triple|in three"), kinds=True),
    Attribute(
        "noisiness",
        _said(
            "clean|noiseless",
            "a little breath|slight hiss",
            "breathy|grainy",
            "noisy|hissing",
            "very noisy|buried in noise",
        ),
    ),
    Attribute("timbre", _said("flute|pipe", "reed|clarinet", "brass|horn", "string|fiddle"), kinds=True),
    Attribute(
        "border",
        _said(
            "no frame|frameless",
            "thin frame|fine edge",
            "frame|framed",
            "thick frame|heavy edge",
            "wide frame|massive border",
        ),
        heard=False,
    ),
    Attribute(
        "slant",
        _said(
            "level stripes|horizontal bands",
            "slightly tilted stripes|gentle slope",
            "diagonal stripes|sloping",
            "steep stripes|steep slope",
            "upright stripes|vertical bands",
        ),
        heard=False,
    ),
    Attribute(
        "accent",
        _said(
            "red shapes|crimson figures",
            "yellow shapes|golden figures",
            "green shapes|leafy figures",
            "blue shapes|azure figures",
            "violet shapes|purple figures",
        ),
        heard=False,
    ),
    Attribute(
        "vignette",
        _said(
            "evenly lit|flat light",
            "slightly shaded|soft corners",
            "shaded corners|dim corners",
            "dark corners|strong vignette",
            "spotlit|black corners",
        ),
        heard=False,
    ),
    Attribute(
        "size",
        _said(
            "tiny shapes|dots",
            "small shapes|little figures",
            "medium shapes|middling figures",
            "large shapes|big figures",
            "huge shapes|giant figures",
        ),
        heard=False,
    ),
)
INDEX = {attribute.name: place for place, attribute in enumerate(ATTRIBUTES)}


def draw_attributes(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """[20]: a value in [0, 1], or the number of a kind."""
    return np.array([attribute.draw(random) for attribute in ATTRIBUTES])
