"""Where items live: one protocol, several engines, one schema."""

from emoretrieve.store.embeddings import Embedding
from emoretrieve.store.protocol import EVERYTHING, Between, Condition, During, Equals, Hit, Moments, Store, Where

__all__ = ["EVERYTHING", "Between", "Condition", "During", "Embedding", "Equals", "Hit", "Moments", "Store", "Where"]
