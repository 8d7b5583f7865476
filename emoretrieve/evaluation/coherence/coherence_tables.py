"""Coherence as tables, the first in the paper's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emoretrieve.evaluation.coherence.coherence import Coherence, PartCoherence
from emoretrieve.evaluation.coherence.own_caption import Found
from emoretrieve.evaluation.result_table import UNKNOWN, ResultTable, interval_text, number
from emoretrieve.item import Modality

_NOUNS: dict[Modality, str] = {"audio": "songs", "image": "pictures"}
_PAPERS: dict[Modality, str] = {"audio": "Table III", "image": "Table IV"}
"""The paper's table of the same numbers, by CLAP and by CLIP."""
_PARTS: Mapping[str, str] = {
    "whole": "whole",
    "fragments_together": "four captions",
    "each_fragment": "each fragment",
}


def coherence_tables(coherence: Coherence) -> Iterator[ResultTable]:
    """Cosines, the same beside chance, and retrieval of the own caption."""
    title = f"Captions and {_NOUNS[coherence.modality]}, by {coherence.embedder}"
    yield _cosines(f"{title} ({_PAPERS[coherence.modality]})", coherence)
    yield ResultTable(
        f"{title}: beside chance",
        ("", "mean", "95 % interval", "random", "sd", "z", "p"),
        [_chance_row(part) for part in coherence.parts],
        _cautious(
            coherence,
            "random: every item with the caption of another one or its own, drawn at random; its mean is that over all "
            "items and captions, exact, sd that of such a mean; interval: of the mean, items drawn again; z, p: "
            "against random captions.",
        ),
    )
    yield ResultTable(
        f"{title}: own caption found",
        ("", "R@1", "95 % interval", "random", "MRR", "95 % interval", "random"),
        [_found_row(part) for part in coherence.parts],
        _cautious(
            coherence,
            "How often the own caption is the nearest of all captions of that part, and the mean of 1 / its rank; "
            "captions that are equally near stand in any order; random: of any order, exact.",
        ),
    )


def _cosines(title: str, coherence: Coherence) -> ResultTable:
    place = coherence.weights or "its default weights"
    left_out = f"{coherence.without_file:,} without a file, {coherence.without_caption:,} without captions"
    return ResultTable(
        title,
        ("", "items", "mean", "median", "sd", "lowest", "highest", "cut", "read"),
        [_cosine_row(part) for part in coherence.parts],
        _cautious(
            coherence,
            f"Cosines of {coherence.embedder} ({place}): of the whole with its caption, and with those of its four "
            f"fragments together, as in the two columns of the paper's {_PAPERS[coherence.modality]}; of each fragment "
            f"with its own caption, the mean of an item's four, and one by one. cut: captions of more than "
            f"{coherence.limit:,} tokens, whose end the model cannot read; read: share of all tokens that it reads. "
            f"Left out: {left_out}, {len(coherence.failed):,} that failed{_first_failure(coherence)}.",
        ),
    )


def _first_failure(coherence: Coherence) -> str:
    return f" (the first: {coherence.failed[0].reason.rstrip('.')})" if coherence.failed else ""


def _cautious(coherence: Coherence, note: str) -> str:
    return note if coherence.caution is None else f"CAUTION: {coherence.caution}. {note}"


def _cosine_row(part: PartCoherence) -> list[str]:
    numbers, texts = part.distribution, part.texts
    values = (numbers.mean, numbers.median, numbers.deviation, numbers.lowest, numbers.highest)
    return [_name(part), f"{numbers.count:,}", *map(number, values), f"{texts.cut:,}", f"{texts.read:.1%}"]


def _chance_row(part: PartCoherence) -> list[str]:
    return [
        _name(part),
        number(part.distribution.mean),
        interval_text(part.interval),
        number(part.random.mean),
        number(part.random.deviation),
        UNKNOWN if part.z is None else f"{part.z:+.1f}",
        number(part.p),
    ]


def _found_row(part: PartCoherence) -> list[str]:
    first, reciprocal = part.own_caption.first, part.own_caption.reciprocal
    return [_name(part), *_found(first), *_found(reciprocal)]


def _found(found: Found) -> list[str]:
    return [number(found.value, 3), interval_text(found.interval, 3), number(found.random, 3)]


def _name(part: PartCoherence) -> str:
    return _PARTS.get(part.part, part.part.replace("_", " "))
