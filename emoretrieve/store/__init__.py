"""Where items live: one protocol, several engines, one schema."""

from emoretrieve.store.embeddings import Embedding
from emoretrieve.store.protocol import EVERYTHING, Between, Equals, Hit, Moments, Store, Where

__all__ = ["EVERYTHING", "Between", "Embedding", "Equals", "Hit", "Moments", "Store", "Where"]
