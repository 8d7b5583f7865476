"""Mean-centred cosine: how alike two profiles are in what sets them apart from the others of their kind.

Colours have no negative channels, so plain cosines are all high. Of each profile, as 15 raw numbers, the mean of its
modality is taken away first; then a random pair scores 0 on average, nearly.
"""

from __future__ import annotations

import numpy as np

from emoretrieve.emotion.vectors import Colours, Floats

_NOTHING = 1e-12
"""Of the largest number: what is shorter is left of rounding."""


def centred(profiles: Colours | Floats) -> Floats:
    """(n, 5, 3) colours of one modality, or rows (n, d), as unit vectors about their mean; zeros for the mean itself.

    Their dot products are cosines, -1..1.
    """
    rows = profiles.reshape(len(profiles), -1).astype(np.float64)
    return directions(rows - rows.mean(axis=0), _NOTHING * float(np.abs(rows).max()))


def directions(rows: Floats, nothing: float = 0.0) -> Floats:
    """Rows (n, d) as unit vectors; zeros for those that are no longer than `nothing`."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats = np.where(lengths > nothing, rows, 0.0) / np.where(lengths > nothing, lengths, 1.0)
    return units
