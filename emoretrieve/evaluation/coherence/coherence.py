"""How near captions are to what they describe: cosines of an embedder, each beside chance.

The paper's Tables III and IV: CLAP for songs, CLIP for pictures. Its columns are the whole against its caption, and the
whole against the four captions of the fragments together; here each fragment is held against its own caption as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from emoretrieve.embedding import CaptionEmbedder, EmbedderSettings, caution_of
from emoretrieve.embedding.kept_vectors import KeptVectors
from emoretrieve.embedding.registry import open_embedder
from emoretrieve.embedding.remembered import remembered_embedder
from emoretrieve.emotion.vectors import Floats
from emoretrieve.errors import PerceptionError, QueryError
from emoretrieve.evaluation.coherence.captioned import TOGETHER, Captioned, Unread
from emoretrieve.evaluation.coherence.own_caption import OwnCaption
from emoretrieve.evaluation.distribution import Distribution
from emoretrieve.evaluation.interval import Interval, mean_interval
from emoretrieve.evaluation.similarity import random_pairs
from emoretrieve.item import Modality
from emoretrieve.pairing.chance import RandomLevel, level_of_matrix
from emoretrieve.pairing.methods import OnProgress
from emoretrieve.store import Store

_FEWEST = 2
"""Items: of one alone there is no other caption to hold it against."""
_MATRIX_ROWS = 4_000
"""Up to so many items all cosines are held in memory, 128 MB."""
_NUMBERS_DRAWN = 2_000_000_000
"""For draws of more items, at most: fewer draws are made of them."""


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """What the model could read of the captions of one part."""

    cut: int
    """Captions whose end was cut off."""
    read: float
    """Share of the tokens of all captions that was read, 0..1."""


@dataclass(frozen=True, slots=True)
class PartCoherence:
    """Of one part of all items and its caption."""

    part: str
    """`whole`, `fragments_together` (the whole against the four captions), `each_fragment`, `fragment_1`, ..."""
    distribution: Distribution
    """Of the cosines, -1..1; of `each_fragment`, of an item's mean over its four."""
    interval: Interval | None
    random: RandomLevel
    """Where each item is given the caption of a random one, every caption once."""
    own_caption: OwnCaption
    texts: ReadTexts

    @property
    def z(self) -> float | None:
        return self.random.z(self.distribution.mean)

    @property
    def p(self) -> float:
        return self.random.p(self.distribution.mean)

    def to_json(self) -> dict[str, object]:
        return {
            "part": self.part,
            **asdict(self.distribution),
            "interval": None if self.interval is None else self.interval.to_json(),
            "random": self.random.to_json(),
            "z": self.z,
            "p": self.p,
            "own_caption": self.own_caption.to_json(),
            "texts": asdict(self.texts),
        }


@dataclass(frozen=True, slots=True)
class Coherence:
    """Of the items of one modality, by one embedder."""

    embedder: str
    modality: Modality
    weights: str | None
    """Where they are; None: those that the embedder has built in."""
    signature: Mapping[str, str]
    limit: int
    """Tokens that the model reads of a caption."""
    parts: tuple[PartCoherence, ...]
    without_file: int
    without_caption: int
    failed: tuple[Unread, ...]

    @property
    def caution(self) -> str | None:
        return caution_of(self.signature)

    def to_json(self) -> dict[str, object]:
        return {
            "embedder": self.embedder,
            "modality": self.modality,
            "weights": self.weights,
            "signature": dict(self.signature),
            "caution": self.caution,
            "limit": self.limit,
            "parts": [part.to_json() for part in self.parts],
            "without_file": self.without_file,
            "without_caption": self.without_caption,
            "failed": [one.to_json() for one in self.failed],
        }


@dataclass(frozen=True, slots=True)
class Judge:
    """An embedder that holds captions against what they describe."""

    settings: EmbedderSettings
    embedder: CaptionEmbedder

    @classmethod
    def open(cls, store: Store, asked: EmbedderSettings) -> Judge:
        """With the weights that the collection remembers, where none are named.

        Raises PerceptionError (`no_captions_embedder` where it is of no use here) and as `open_embedder` does.
        """
        settings = remembered_embedder(store, asked)
        embedder = open_embedder(settings)
        if not isinstance(embedder, CaptionEmbedder):
            raise PerceptionError(
                f"'{asked.name}' cannot hold captions against songs or pictures; use clap, clip or siglip.",
                kind="no_captions_embedder",
            )
        return cls(settings, embedder)


def coherence(
    store: Store, judge: Judge, kept: KeptVectors, draws: int, on_progress: OnProgress = lambda *_: None
) -> Coherence:
    """Hold the captions of a collection against its items, as far as their files are still there.

    Raises QueryError (`nothing_captioned`) where there are fewer than two, and as `Captioned.read` does.
    """
    embedder = judge.embedder
    found = Captioned.read(store, embedder, kept, on_progress)
    if len(found.media) < _FEWEST:
        raise _too_few(judge, found)
    return Coherence(
        judge.settings.name,
        embedder.modality,
        judge.settings.weights,
        embedder.signature,
        found.limit,
        tuple(_parts(found, draws)),
        found.without_file,
        found.without_caption,
        found.failed,
    )


def _parts(found: Captioned, draws: int) -> Iterator[PartCoherence]:
    media, texts = found.media, found.texts
    yield _part("whole", media[:, 0], texts[:, 0], _read(found, [0]), draws)
    yield _part("fragments_together", media[:, 0], texts[:, TOGETHER], _read(found, [TOGETHER]), draws)
    fragments = range(1, TOGETHER)
    joined = [side[:, 1:TOGETHER].reshape(len(side), -1) * np.float32(0.5) for side in (media, texts)]  # of four
    yield _part("each_fragment", joined[0], joined[1], _read(found, list(fragments)), draws)
    for place in fragments:
        yield _part(f"fragment_{place}", media[:, place], texts[:, place], _read(found, [place]), draws)


def _part(
    part: str, media: NDArray[np.float32], texts: NDArray[np.float32], read: ReadTexts, draws: int
) -> PartCoherence:
    """Of rows (n, d) each, whose dot products are the cosines."""
    return _of_rows(part, media.astype(np.float64), texts.astype(np.float64), read, draws)


def _of_rows(part: str, media: Floats, texts: Floats, read: ReadTexts, draws: int) -> PartCoherence:
    cosines: Floats = np.einsum("nd,nd->n", media, texts)
    return PartCoherence(
        part,
        Distribution.of(cosines),
        mean_interval(cosines),
        _random_level(media, texts, draws),
        OwnCaption.of(media, texts),
        read,
    )


def _random_level(media: Floats, texts: Floats, draws: int) -> RandomLevel:
    """Of more items than a matrix is made of: exactly as well, from fewer draws."""
    if len(media) <= _MATRIX_ROWS:
        return level_of_matrix(media @ texts.T, draws)
    exact, random = random_pairs(media, texts), np.random.default_rng(len(media))
    means: NDArray[np.float64] = np.empty(max(1, min(draws, _NUMBERS_DRAWN // media.size)))
    for draw in range(len(means)):
        means[draw] = np.einsum("nd,nd->", media, texts[random.permutation(len(texts))]) / len(media)
    return RandomLevel(exact.mean, exact.deviation, np.sort(means))


def _read(found: Captioned, places: list[int]) -> ReadTexts:
    tokens = found.tokens[:, places]
    return ReadTexts(int((tokens > found.limit).sum()), float(np.minimum(tokens, found.limit).sum() / tokens.sum()))


def _too_few(judge: Judge, found: Captioned) -> QueryError:
    noun = {"audio": "songs", "image": "pictures"}[judge.embedder.modality]
    first = f", the first: {found.failed[0].reason.rstrip('.')}" if found.failed else ""
    return QueryError(
        f"'{judge.settings.name}' needs at least two {noun} whose file and captions are there; there are "
        f"{len(found.media)} ({found.without_file} without file, {found.without_caption} without captions, "
        f"{len(found.failed)} failed{first}); index more of them as files.",
        kind="nothing_captioned",
    )
