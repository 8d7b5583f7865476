"""Mean-centred cosine: how alike two profiles are in what sets them apart from the others of their kind.

Colours have no negative channels, so plain cosines are all high. Of each profile, as 15 raw numbers, the mean of its
modality is taken away first; then a random pair scores 0 on average, nearly.
"""

from __future__ import annotations

import numpy as np

from emoretrieve.emotion.vectors import Colours, Floats


def centred(profiles: Colours) -> Floats:
    """(n, 5, 3) colours of one modality as unit vectors (n, 15) about their mean; zeros for the mean itself."""
    rows = profiles.reshape(len(profiles), -1).astype(np.float64)
    apart = rows - rows.mean(axis=0)
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    units: Floats = apart / np.where(lengths > 0, lengths, 1.0)
    return units
