"""Where items live: one protocol, several engines, one schema."""

from emoretrieve.store.embeddings import Embedding, Numbers
from emoretrieve.store.protocol import (
    EVERYTHING,
    Between,
    Condition,
    During,
    Equals,
    Hit,
    Moments,
    Store,
    VectorHit,
    Where,
)

__all__ = [
    "EVERYTHING",
    "Between",
    "Condition",
    "During",
    "Embedding",
    "Equals",
    "Hit",
    "Moments",
    "Numbers",
    "Store",
    "VectorHit",
    "Where",
]
