"""Protocols: which labels count, and how queries are averaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.truth.labels import ItemLabels, Weights
from emoretrieve.evaluation.truth.truth_table import ReadTruth

Protocol: TypeAlias = Literal["plain", "emo-clim", "affect"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)

EMO_CLIM_CLASSES: Mapping[str, str] = {
    "excitement": "exciting",
    "contentment": "happy",
    "amusement": "funny",
    "anger": "angry",
    "fear": "scary",
    "sadness": "sad",
}
"""Classes of pictures and the classes of music they are paired with, by Stewart, Avramidis, Feng and Narayanan 2024,
"Emotion-aligned contrastive learning between images and music" (ICASSP), as their published code has them."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A truth under a protocol."""

    read: ReadTruth
    by_class: bool
    """Queries are averaged within their class first, then classes."""


def applied(protocol: Protocol, read: ReadTruth) -> Applied:
    """The truth as the protocol has it.

    `plain`: as it is, queries averaged alike. `affect`: valence and arousal in place of labels, SourceError
    (`bad_truth`) where there are none. `emo-clim`: six classes, those of pictures translated; items of other classes
    are left out; one class an item and at least one in all, else SourceError (`bad_truth`); queries averaged by class.
    """
    if protocol == "plain":
        return Applied(read, by_class=False)
    if protocol == "affect":
        if read.affects is None:
            raise SourceError(
                "The protocol affect needs the columns valence and arousal beside the item, and the truth has none; "
                "take another protocol.",
                kind="bad_truth",
            )
        return Applied(replace(read, truth=read.affects), by_class=False)
    if not isinstance(read.truth, ItemLabels):
        raise SourceError(
            "The protocol emo-clim needs labels of items, and the truth holds grades of pairs; take another protocol.",
            kind="bad_truth",
        )
    labels = dict(_emo_clim(read.truth.labels))
    if not labels:
        raise SourceError(
            f"The protocol emo-clim knows the classes {', '.join(EMO_CLIM_CLASSES)} of pictures and "
            f"{', '.join(EMO_CLIM_CLASSES.values())} of music, and no item of the truth has one of them; take another "
            "protocol.",
            kind="bad_truth",
        )
    return Applied(replace(read, truth=ItemLabels(labels)), by_class=True)


def _emo_clim(labels: Mapping[str, Weights]) -> Iterable[tuple[str, Weights]]:
    for id, of_item in labels.items():
        classes = {EMO_CLIM_CLASSES.get(label.lower(), label.lower()) for label in of_item}
        kept = classes & set(EMO_CLIM_CLASSES.values())
        if len(kept) > 1:
            raise SourceError(
                f"The protocol emo-clim knows one class an item, and the item '{id}' has {', '.join(sorted(kept))}; "
                "keep one of them.",
                kind="bad_truth",
            )
        if kept:
            yield id, dict.fromkeys(kept, 1.0)
