"""Random profiles for the tests of pairing, with what is awkward among them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from emoretrieve.emotion.vectors import Colours
from emoretrieve.pairing.scores import Scores
from emoretrieve.search.match import Match


def profiles(count: int, seed: int, *, palette: int = 0) -> Colours:
    """(count, 5, 3). With a palette only so many different ones, so that most scores are tied; one in nine is black."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, 256, (palette or count, 5, 3), dtype=np.uint8)
    if palette:
        rows = rows[random.integers(0, palette, count)]
    rows[4::9] = 0
    return rows


def scores(sources: int, targets: int, seed: int, *, match: str = "aligned", palette: int = 0) -> Scores:
    first, second = profiles(sources, seed, palette=palette), profiles(targets, seed + 1, palette=palette)
    return Scores.of(Match.parse(match), first, second)


sides = st.builds(
    scores,
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 10_000),
    match=st.sampled_from(["aligned", "whole", "concat", "fragment:2"]),
    palette=st.sampled_from([0, 0, 1, 2, 4]),
)
"""Small sides of all shapes, every second one full of ties."""
