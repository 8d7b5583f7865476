"""An evaluation as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from emoretrieve.evaluation.agreement import Agreement
from emoretrieve.evaluation.coherence.coherence_tables import coherence_tables
from emoretrieve.evaluation.collapse import ROUND_BY_CHANCE
from emoretrieve.evaluation.consistency import Likeness
from emoretrieve.evaluation.descriptions import Described
from emoretrieve.evaluation.embedded_pairs import EmbeddedPairs
from emoretrieve.evaluation.evaluation import CrossNumbers, Evaluation, HubNumbers, ModalityNumbers
from emoretrieve.evaluation.measure import Measure
from emoretrieve.evaluation.measured_pairs import MeasuredPairs, PricedPairs
from emoretrieve.evaluation.result_table import UNKNOWN, ResultTable, interval_text, number
from emoretrieve.evaluation.stability import Overlap, Stability
from emoretrieve.evaluation.truth.retrieval import MEDIAN_RANK, Measured, Retrieval, TruthNumbers
from emoretrieve.item import Modality
from emoretrieve.search.match import Match

_NOUNS: dict[Modality, str] = {"audio": "songs", "image": "pictures"}
_OTHERS: dict[Modality, str] = {"audio": "pictures", "image": "songs"}


def tables(evaluation: Evaluation) -> list[ResultTable]:
    """All tables that the evaluation has numbers for."""
    found = [
        _descriptions(evaluation.modalities),
        _colours(evaluation.modalities),
        _consistency(evaluation.modalities),
    ]
    found += [table for one in evaluation.coherence for table in coherence_tables(one)]
    if evaluation.cross is not None:
        found += _cross(evaluation.cross, evaluation.options.match)
    if evaluation.stability is not None:
        found += _stability(evaluation.stability)
    if evaluation.truth is not None:
        found += [_retrieval(one, evaluation.truth) for one in evaluation.truth.retrievals]
    return found


def _descriptions(modalities: Iterable[ModalityNumbers]) -> ResultTable:
    rows = [
        _described_row(f"{_NOUNS[one.modality]}, {part}", described)
        for one in modalities
        for part, described in (("whole", one.descriptions.wholes), ("fragments", one.descriptions.fragments))
    ]
    return ResultTable(
        "Descriptions",
        ("", "items", "max", "min", "mean", "above", "below", "equal", "complete"),
        rows,
        "Words between white space; fragments: the four of an item together; above, below, equal: descriptions longer "
        "and shorter than the mean, and as long; complete: those that their model ended, of those of which it is "
        "remembered why the model stopped. Where nobody remembers, a full stop does not tell.",
    )


def _described_row(name: str, described: Described) -> list[str]:
    lengths, known = described.lengths, described.complete + described.cut
    whole_numbers = [f"{one:,}" for one in (lengths.above, lengths.below, lengths.equal)]
    limits = [f"{lengths.count:,}", f"{lengths.longest:,}", f"{lengths.shortest:,}"]
    complete = f"{described.complete:,} of {known:,}" if known else "unknown"
    return [name, *limits, number(lengths.mean, 2), *whole_numbers, complete]


def _colours(modalities: Iterable[ModalityNumbers]) -> ResultTable:
    rows = [
        [
            _NOUNS[one.modality],
            f"{one.items:,}",
            f"{one.collapse.distinct_wholes:,}",
            f"{one.collapse.distinct_profiles:,}",
            number(one.collapse.entropy_bits, 2),
            number(math.log2(one.items), 2),
            f"{one.collapse.multiples_of_five:.1%}",
            f"{one.collapse.tied:.1%}",
        ]
        for one in modalities
    ]
    return ResultTable(
        "Colours",
        ("", "items", "wholes", "profiles", "bits", "at most", "by five", "tied"),
        rows,
        "wholes, profiles: different colours of the whole, different sets of five; bits: entropy of the colours of the "
        "wholes, at most if all differ; by five: channels that are multiples of 5, of numbers spread evenly "
        f"{ROUND_BY_CHANCE:.1%}; tied: items whose five colours another item has.",
    )


def _consistency(modalities: Iterable[ModalityNumbers]) -> ResultTable:
    rows = [
        _likeness_row(f"{_NOUNS[one.modality]}, {name}", likeness)
        for one in modalities
        for name, likeness in (
            ("whole and fragments", one.consistency.whole_and_fragments),
            ("among fragments", one.consistency.among_fragments),
        )
    ]
    return ResultTable(
        "Parts of an item",
        ("", "cosine", "95 % interval", "chance"),
        rows,
        "Mean cosine of the colours of an item's parts; chance: of those of two different items, over all such pairs.",
    )


def _likeness_row(name: str, likeness: Likeness) -> list[str]:
    return [name, number(likeness.mean), interval_text(likeness.interval), number(likeness.chance)]


def _cross(cross: CrossNumbers, match: Match) -> Iterator[ResultTable]:
    yield from (_pairs(pairs, match) for pairs in cross.pairs)
    yield _hubness(cross.hubs)
    yield from map(_embedded, cross.embedded)


_PAIRS_NOTES: dict[Measure, str] = {
    "plain": "Scores as a query has them. random 1:1: the mean over all pairs, exact, and the deviation of a random "
    "pairing's mean; interval: of the mean, pairs drawn again; used: different pictures that have a song; z, p: "
    "against random pairings. Any method that seeks high scores lies above chance, on any colours.",
    "centred": "Cosine after the mean of all songs is taken from songs and that of all pictures from pictures; a "
    "random pair scores about 0. Pairs in brackets are those of the plain scores.",
    "whitened": "Centred, and every direction of the colours scaled alike, by the covariance within songs and within "
    "pictures together. Pairs in brackets are those of the plain scores.",
}


def _pairs(pairs: MeasuredPairs, match: Match) -> ResultTable:
    random = pairs.random
    level = ["random 1:1", number(random.mean), f"sd {number(random.deviation)}", *[""] * 5]
    rows = [
        level,
        *(_pairs_row(one, "{}") for one in pairs.methods),
        *(_pairs_row(one, "({})") for one in pairs.of_plain),
    ]
    return ResultTable(
        f"Pairs, {pairs.measure} scores, match {match.name}",
        ("", "mean", "95 % interval", "lowest", "highest", "used", "z", "p"),
        rows,
        _PAIRS_NOTES[pairs.measure],
    )


def _pairs_row(pairs: PricedPairs, name: str) -> list[str]:
    price = pairs.price
    return [
        name.format(price.method),
        number(price.mean),
        interval_text(pairs.interval),
        number(price.lowest),
        number(price.highest),
        f"{price.targets:,}",
        UNKNOWN if price.z is None else f"{price.z:+.1f}",
        number(price.p),
    ]


def _hubness(hubs: Iterable[HubNumbers]) -> ResultTable:
    rows = [
        [
            f"{one.measure}, {_OTHERS[one.source]} by {_NOUNS[one.source]}",
            number(one.hubness.skewness, 2),
            number(one.hubness.chance_skewness, 2),
            f"{one.hubness.never:.1%}",
            f"{one.hubness.chance_never:.1%}",
            f"{one.hubness.most:,}",
        ]
        for one in hubs
    ]
    return ResultTable(
        "Hubs",
        ("", "skewness", "chance", "never", "chance", "most"),
        rows,
        "How often each item is among the ten nearest that the others find (N_k): skewness of that number, items that "
        "are never found, and how often the one found most; chance: where everyone finds ten at random.",
    )


def _embedded(embedded: EmbeddedPairs) -> ResultTable:
    numbers, random = embedded.distribution, embedded.random
    rows = [
        ["pairs", f"{numbers.count:,}"],
        ["pairs left out", f"{embedded.left_out:,}"],
        ["mean", number(numbers.mean)],
        ["95 % interval", interval_text(embedded.interval)],
        ["random 1:1, mean", number(random.mean)],
        ["random 1:1, sd", number(random.deviation)],
        ["z", number(embedded.z, 1)],
        ["p", number(embedded.p)],
        ["median", number(numbers.median)],
        ["standard deviation", number(numbers.deviation)],
        ["lowest", number(numbers.lowest)],
        ["highest", number(numbers.highest)],
        ["Pearson with the score by colour", number(embedded.pearson)],
        ["Spearman with the score by colour", number(embedded.spearman)],
    ]
    return ResultTable(
        f"Pairs by colour, scored by {embedded.name}",
        ("", "cosine"),
        rows,
        "The pairs of the method hungarian on plain scores; left out: a side has no vector. Random pairs are of the "
        "same items.",
    )


def _stability(stability: Stability) -> Iterator[ResultTable]:
    rows = [
        _agreement_row(f"{_NOUNS[one.modality]}, {one.channel}, {name}", agreement)
        for one in stability.channels
        for name, agreement in (("whole", one.wholes), ("all parts", one.all_parts))
    ]
    yield ResultTable(
        "Two runs: colours",
        ("", "count", "Pearson", "ICC(2,1)", "ICC(3,1)", "difference"),
        rows,
        f"Of {stability.audio:,} songs and {stability.image:,} pictures that both collections hold; "
        f"{stability.only_here:,} items are only in this one, {stability.only_there:,} only in the other. ICC(2,1): "
        "absolute agreement; ICC(3,1): agreement but for a shift; all three are 0 by chance. difference: mean "
        "absolute, of 255.",
    )
    if stability.overlaps:
        yield ResultTable(
            "Two runs: nearest",
            ("", "k", "in common", "95 % interval", "chance"),
            [_overlap_row(one) for one in stability.overlaps],
            "Share of the k nearest that both runs find; chance: of k drawn at random twice.",
        )


def _agreement_row(name: str, agreement: Agreement) -> list[str]:
    correlations = (agreement.pearson, agreement.icc_2_1, agreement.icc_3_1)
    return [name, f"{agreement.count:,}", *map(number, correlations), number(agreement.difference, 1)]


def _overlap_row(overlap: Overlap) -> list[str]:
    return [
        f"{_OTHERS[overlap.source]} for {_NOUNS[overlap.source]}",
        str(overlap.k),
        number(overlap.share),
        interval_text(overlap.interval),
        number(overlap.chance),
    ]


def _retrieval(retrieval: Retrieval, truth: TruthNumbers) -> ResultTable:
    averaged = "" if retrieval.classes is None else f"Averaged by class, then over {retrieval.classes:,} classes. "
    return ResultTable(
        f"Truth: {_OTHERS[retrieval.source]} for {_NOUNS[retrieval.source]}, protocol {truth.options.protocol}",
        ("", "value", "95 % interval", "random", "oracle"),
        [_measured_row(one) for one in retrieval.measures],
        f"{averaged}{retrieval.queries:,} queries, {retrieval.targets:,} items ranked for each; "
        f"{retrieval.without:,} queries are left out, of which nothing ranked is relevant. {truth.unknown:,} of "
        f"{truth.rows:,} rows speak of items that the collection does not hold. random: exact, of any order; oracle: "
        "of the best order.",
    )


def _measured_row(measured: Measured) -> list[str]:
    decimals = 1 if measured.name == MEDIAN_RANK else 4
    return [
        measured.name,
        number(measured.value, decimals),
        interval_text(measured.interval),
        number(measured.random, decimals),
        number(measured.oracle, decimals),
    ]
