"""The built-in features: what `lite` measures in sound and pictures, as numbers, and hashed words; no model.

They are few and plain, so they are quick to learn from and say little beyond what they measure.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import pairwise
from math import log1p, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emoretrieve.media import MediaFile
from emoretrieve.perception.lite import VERSION as MEASURES_VERSION
from emoretrieve.perception.lite import picture_measures
from emoretrieve.perception.lite.picture_colours import NAMES
from emoretrieve.sphere.features import ExtractorSettings, Features, Input
from emoretrieve.sphere.modality import MODALITIES, Modality

VERSION = "1"
"""Raise it whenever an input would get other features."""

_SOUND = 5 * 14
"""Fourteen measures of the whole and of each quarter."""
_PICTURE_PLAIN = 24
"""Measures of a part of a picture that are one number, places counted as two, beside the shares of the colours."""
_PICTURE = 5 * (_PICTURE_PLAIN + len(NAMES))
_TEXT = 1024
"""Buckets for words, pairs of words and runs of letters."""
_RUN = 4
"""Letters of a run, word by word, with a mark at both ends."""
_WORD = re.compile(r"[^\W_]+")

Row: TypeAlias = NDArray[np.float64]


class LiteExtractor:
    """Measures of sound and picture, hashed words."""

    name = "lite"
    modalities: frozenset[Modality] = frozenset(MODALITIES)

    def signature(self, modality: Modality) -> Mapping[str, str]:
        measures = {} if modality == "text" else {"measures": MEASURES_VERSION}
        return {"extractor": "lite", "version": VERSION, **measures}

    def dimension(self, modality: Modality) -> int:
        return {"audio": _SOUND, "image": _PICTURE, "text": _TEXT}[modality]

    def extract(self, modality: Modality, inputs: Sequence[Input]) -> Features:
        rows = [_row(one) for one in inputs]
        return np.asarray(rows, np.float32).reshape(len(rows), self.dimension(modality))


def open_extractor(_settings: ExtractorSettings) -> LiteExtractor:
    """It has no weights and runs on nothing but the processor."""
    return LiteExtractor()


def _row(one: Input) -> Row:
    if isinstance(one, MediaFile):
        return _sound(one) if one.modality == "audio" else _picture(one)
    return hashed(one)


def _sound(media: MediaFile) -> Row:
    """(70,) of the whole and the quarters: decibels, shares, octaves."""
    from emoretrieve.media.audio import stream_sound
    from emoretrieve.perception.lite.sound import hear
    from emoretrieve.perception.lite.sound_measures import measure

    heard = hear(stream_sound(media))
    stretches = [(0.0, 1.0), *((quarter / 4, (quarter + 1) / 4) for quarter in range(4))]
    return np.concatenate([astuple(measure(heard.total(start, stop))) for start, stop in stretches]).astype(np.float64)


def _picture(media: MediaFile) -> Row:
    """Measures and shares of the named colours, of the whole and the quarters."""
    from emoretrieve.media.image import open_parts

    return np.concatenate([_part(part) for part in picture_measures.measure(open_parts(media.path).whole)])


def _part(part: picture_measures.Measures) -> Row:
    shares = dict(part.colours)
    *plain, _ = astuple(part)
    return np.array([*np.hstack(plain), *(shares.get(name, 0.0) for name in NAMES)], np.float64)


def hashed(text: str) -> Row:
    """(1024,) of length 1: signed counts of words, pairs of words and runs of letters, each fallen into a bucket.

    The hashing trick (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"), counts as
    log(1 + n). Zeros for a text without a letter or digit.
    """
    row = np.zeros(_TEXT)
    for gram, times in Counter(_grams(text)).items():
        code = zlib.crc32(gram.encode())
        row[code % _TEXT] += log1p(times) if code >> 31 else -log1p(times)
    length = sqrt(float(row @ row))
    return row / length if length else row


def _grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    yield from (f"1 {word}" for word in words)
    yield from (f"2 {first} {second}" for first, second in pairwise(words))
    for word in words:
        marked = f"<{word}>"
        yield from (f"r {marked[at : at + _RUN]}" for at in range(len(marked) - _RUN + 1))
