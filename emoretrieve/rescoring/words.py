"""Captions as bags of words with weights: term frequency, damped, times the rarity of the word in the collection."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from emoretrieve.item import Captions

Bag: TypeAlias = Mapping[str, float]
"""Weights of words; a bag that is not empty has length 1."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def count_words(captions: Captions) -> Counter[str]:
    """The words of all five captions, in lower case."""
    return Counter(_WORD.findall("\n".join(captions.parts).lower()))


def weigh(counts: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    """`(1 + log count) * rarity` for every word that the collection has, scaled to unit length (TF-IDF)."""
    weights = {word: (1 + math.log(count)) * rarity[word] for word, count in counts.items() if rarity.get(word)}
    length = math.sqrt(sum(weight**2 for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def product(first: Bag, second: Bag) -> float:
    """The cosine of two bags."""
    small, large = sorted((first, second), key=len)
    return sum(weight * large.get(word, 0.0) for word, weight in small.items())
