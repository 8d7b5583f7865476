"""The vectors that profiles are compared by, and their exact scores.

`aligned` (15 numbers): the five unit blocks one after another, unweighted. With the query `w_i * unit(q_i)` its dot
product is `sum_i w_i cos(q_i, item_i)` for any weights. `concat` (15 numbers): the raw colours one after another as
one unit vector, which reproduces the published pairing rule of the study. A zero block (or a zero profile) stays
zero and adds 0 to any score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from emoretrieve.emotion.profile import EmotionProfile

Space = Literal["aligned", "concat"]
Floats = NDArray[np.float64]
Colours = NDArray[np.uint8]
"""Profiles as numbers: (n, 5, 3), parts in the order of `PARTS`, channels R, G, B."""


def colours(profiles: Iterable[EmotionProfile]) -> Colours:
    """Profiles as an (n, 5, 3) array of integers 0..255."""
    rows = [[(part.r, part.g, part.b) for part in profile.parts] for profile in profiles]
    return np.array(rows, dtype=np.uint8).reshape(-1, 5, 3)


def vectors(space: Space, profiles: Colours) -> Floats:
    """The (n, 15) vectors of (n, 5, 3) colours in one of the two spaces; unit blocks or zero blocks."""
    blocks = profiles.astype(np.float64)
    if space == "concat":
        blocks = blocks.reshape(-1, 1, 15)
    squares = (blocks * blocks).sum(axis=-1, keepdims=True)
    norms = np.sqrt(squares)
    units: Floats = blocks / np.where(norms > 0, norms, 1.0)
    return units.reshape(-1, 15)


def query_vector(space: Space, profile: EmotionProfile, weights: Sequence[float]) -> Floats:
    """The 15 numbers of a query: weighted unit blocks for `aligned`; `concat` takes no weights."""
    vector: Floats = vectors(space, colours([profile]))[0]
    if space == "concat":
        return vector
    return vector * np.repeat(np.asarray(weights, dtype=np.float64), 3)


def exact_scores(query: Floats, items: Floats) -> Floats:
    """Float64 scores (n,) of items (n, 15) against a query (15,).

    Summed column by column, so that a score does not depend on which other items are scored with it, and equal
    profiles have equal scores on every engine.
    """
    scores = np.zeros(len(items))
    for column in range(items.shape[1]):
        scores += query[column] * items[:, column]
    return scores
