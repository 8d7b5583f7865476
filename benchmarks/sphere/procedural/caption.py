"""A caption that mentions a random part of the attributes, in words and an order of its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.sphere.procedural.attributes import ATTRIBUTES

MENTIONED = (2, 14)
"""Bounds of the even draw of how many attributes a caption mentions, both included."""
_OPENINGS = (
    "A piece that is",
    "Think of something",
    "This one:",
    "Music and cover,",
    "We hear and see it",
    "Imagine it",
)
_CLOSINGS = ("from the archive.", "as the label says.", "for the evening.", "by an unknown hand.", "take two.")


def render_caption(values: npt.NDArray[np.float64], random: np.random.Generator) -> tuple[str, int]:
    """The words, and how many attributes they mention."""
    mentioned = int(random.integers(MENTIONED[0], MENTIONED[1] + 1))
    chosen = random.permutation(len(ATTRIBUTES))[:mentioned]
    said = [str(random.choice(ATTRIBUTES[place].words[ATTRIBUTES[place].degree(values[place])])) for place in chosen]
    opening, closing = random.choice(_OPENINGS), (*_CLOSINGS, "")[random.integers(len(_CLOSINGS) + 1)]
    return f"{opening} {', '.join([*said, closing] if closing else said)}", mentioned
