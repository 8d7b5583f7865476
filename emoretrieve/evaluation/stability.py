"""Two runs over the same items: how far their colours agree, and whether they find the same neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import Colours
from emoretrieve.errors import QueryError
from emoretrieve.evaluation.agreement import Agreement
from emoretrieve.evaluation.interval import Interval, mean_interval
from emoretrieve.evaluation.nearest import NEAREST, nearest
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.pairing.scores import Indices, Scores
from emoretrieve.pairing.side import Side
from emoretrieve.search.match import Match
from emoretrieve.store import Store, Where

Channel: TypeAlias = Literal["R", "G", "B"]
CHANNELS: tuple[Channel, ...] = ("R", "G", "B")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class ChannelAgreement:
    """Of one channel of the colours of one modality."""

    modality: Modality
    channel: Channel
    wholes: Agreement
    all_parts: Agreement
    """Of the whole and the four fragments, each counted by itself."""

    def to_json(self) -> dict[str, object]:
        return {
            "modality": self.modality,
            "channel": self.channel,
            "wholes": self.wholes.to_json(),
            "all_parts": self.all_parts.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of the nearest items of the other modality two runs have in common, as a share of k."""

    source: Modality
    """What looks for its nearest."""
    k: int
    """10, or all where there are fewer."""
    share: float
    interval: Interval | None
    chance: float
    """Of two draws of k targets at random: k / number of targets."""

    def to_json(self) -> dict[str, object]:
        return {
            "from": self.source,
            "k": self.k,
            "share": self.share,
            "interval": None if self.interval is None else self.interval.to_json(),
            "chance": self.chance,
        }


@dataclass(frozen=True, slots=True)
class Stability:
    """Of the items that both collections hold."""

    audio: int
    image: int
    only_here: int
    only_there: int
    channels: tuple[ChannelAgreement, ...]
    overlaps: tuple[Overlap, ...]
    """None where a modality has fewer than two common items."""

    def to_json(self) -> dict[str, object]:
        return {
            "items": {"audio": self.audio, "image": self.image},
            "only_here": self.only_here,
            "only_there": self.only_there,
            "channels": [channel.to_json() for channel in self.channels],
            "overlaps": [overlap.to_json() for overlap in self.overlaps],
        }


def stability(here: Store, there: Store, match: Match) -> Stability:
    """Compare two collections of the same perception item by item.

    Raises QueryError of kind `other_signature` where the perceptions differ, and `nothing_in_common` where no modality
    has two common items.
    """
    _require_same_signature(here.signature, there.signature)
    common = {modality: _Common.read(here, there, modality) for modality in MODALITIES}
    usable = [one for one in common.values() if len(one.first) >= _FEWEST]
    if not usable:
        raise QueryError(
            "The two collections have fewer than two songs and fewer than two pictures in common, so there is nothing "
            "to compare; fill both from the same files.",
            kind="nothing_in_common",
        )
    return Stability(
        len(common["audio"].first),
        len(common["image"].first),
        sum(one.only_first for one in common.values()),
        sum(one.only_second for one in common.values()),
        tuple(agreement for one in usable for agreement in one.agreements()),
        tuple(_overlaps(common["audio"], common["image"], match)) if len(usable) == len(MODALITIES) else (),
    )


@dataclass(frozen=True, slots=True)
class _Common:
    """The colours (n, 5, 3) of the items of one modality that both collections hold, by ascending id."""

    modality: Modality
    first: Colours
    second: Colours
    only_first: int
    only_second: int

    @classmethod
    def read(cls, here: Store, there: Store, modality: Modality) -> _Common:
        one, other = (Side.read(store, Where(modality)) for store in (here, there))
        ids = sorted(set(one.ids) & set(other.ids))
        first, second = (side.profiles[_places(side.ids, ids)] for side in (one, other))
        return cls(modality, first, second, len(one) - len(ids), len(other) - len(ids))

    def agreements(self) -> Iterable[ChannelAgreement]:
        first, second = self.first.astype(np.float64), self.second.astype(np.float64)
        for axis, channel in enumerate(CHANNELS):
            wholes = Agreement.of(first[:, 0, axis], second[:, 0, axis])
            parts = Agreement.of(first[:, :, axis].reshape(-1), second[:, :, axis].reshape(-1))
            yield ChannelAgreement(self.modality, channel, wholes, parts)


def _overlaps(audio: _Common, image: _Common, match: Match) -> Iterable[Overlap]:
    for source, target in ((audio, image), (image, audio)):
        first = Scores.of(match, source.first, target.first)
        second = Scores.of(match, source.second, target.second)
        k = min(NEAREST, first.shape[1])
        shares = _shared(nearest(first, k), nearest(second, k))
        yield Overlap(source.modality, k, float(shares.mean()), mean_interval(shares), k / first.shape[1])


def _shared(first: Indices, second: Indices) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(n,) share of the columns (n, k) of each row that the other has as well."""
    both = (first[:, :, None] == second[:, None, :]).any(axis=2)
    return np.asarray(both.mean(axis=1), dtype=np.float64)


def _places(ids: Sequence[str], wanted: Sequence[str]) -> Indices:
    places = {id: place for place, id in enumerate(ids)}
    return np.array([places[id] for id in wanted], dtype=np.int64)


def _require_same_signature(here: Mapping[str, str], there: Mapping[str, str]) -> None:
    different = sorted(key for key in here.keys() | there.keys() if here.get(key) != there.get(key))
    if different:
        first = different[0]
        raise QueryError(
            f"The two collections were filled by different perceptions ({first} is {_said(here, first)} here and "
            f"{_said(there, first)} there), so their differences are not those of two runs; compare collections of "
            "one perception.",
            kind="other_signature",
        )


def _said(signature: Mapping[str, str], key: str) -> str:
    return f"'{signature[key]}'" if key in signature else "not set"
