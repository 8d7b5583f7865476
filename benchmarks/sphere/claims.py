"""The claims of the paper, each held against the results of one experiment by a test with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.sphere.queries import DOUBLE, SINGLE
from benchmarks.sphere.rows import CONTRASTIVE, WEIGHTS
from benchmarks.sphere.summary import Contrast, Summary
from emoretrieve.sphere.evaluation import Direction
from emoretrieve.sphere.ranks import chance

FAILS_BELOW = 10.0
"""Times chance: what is below has failed. The worst column of the paper's own row is at 5.6 times."""
KAPPA_FOLLOWS = 0.2
EVERYTHING = (*SINGLE, *DOUBLE)
DISTANCES = ("elk", "cos")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed, of which L_C and by which distance (empty: of any), what was found, and the number."""

    claim: str
    loss: str
    distance: str
    outcome: str
    number: str


def claims(summary: Summary) -> list[Claim]:
    """Those that the finished rows allow to be judged."""
    found = [*_fails_alone(summary)]
    for loss in CONTRASTIVE:
        if not {f"{loss} 0", f"{loss} 1"} <= set(summary.by_row):
            continue
        for distance in DISTANCES:
            for judge in (_beats, _two_modalities, _too_much, _too_little):
                found += judge(summary, loss, distance)
        found += [*_gap(summary, loss), *_kappa_follows(summary, loss)]
    return found


def _fails_alone(summary: Summary) -> Iterator[Claim]:
    if "none" not in summary.by_row:
        return
    level = chance(summary.gallery)
    mrr = summary.average("none", SINGLE, "cos")
    median = summary.average("none", SINGLE, "cos", measure="median_rank")
    outcome = "yes" if mrr.value < FAILS_BELOW * level.mrr else "no"
    times = f"MRR {mrr.shown(4)} = {mrr.value / level.mrr:.1f} x chance"
    yield Claim("L_S alone fails", "", "", outcome, f"{times}, median rank {median.value:.0f} of {summary.gallery:,}")


def _beats(summary: Summary, loss: str, distance: str) -> Iterator[Claim]:
    """The main claim: of one modality and of two, for lambda = 1 and for the lambda that is best in validation."""
    base = f"{loss} 0"
    best = summary.best_row(loss, WEIGHTS, distance)
    for said, directions in (("one modality", SINGLE), ("two modalities", DOUBLE)):
        for name, row in ((f"lambda = 1, {said}", f"{loss} 1"), (f"lambda chosen in validation, {said}", best)):
            claim = f"L_C + L_S beats L_C ({name})"
            if row == base:
                yield Claim(claim, loss, distance, "no: none is chosen", "no lambda is better in validation")
            else:
                outcome, number = _better(summary, row, base, directions, distance)
                yield Claim(claim, loss, distance, outcome, f"{row.partition(' ')[2]}: {number}")


def _better(summary: Summary, row: str, base: str, directions: Sequence[Direction], distance: str) -> tuple[str, str]:
    """The outcome and its number, of the seeds that both rows have."""
    seeds = summary.common_seeds(row, base)
    before = summary.average(base, directions, distance, seeds=seeds)
    after = summary.average(row, directions, distance, seeds=seeds)
    contrast = _contrast(summary, row, base, directions, distance)
    number = f"MRR {before.shown()} -> {after.shown()}, {contrast.shown()}"
    if contrast.verdict == "no difference seen":
        return contrast.verdict, number
    outcome = "yes" if contrast.low > 0 else "no: it is worse"
    small = abs(contrast.difference) < before.deviation + after.deviation
    return f"{outcome}, by less than seeds differ" if small else outcome, number


def _two_modalities(summary: Summary, loss: str, distance: str) -> Iterator[Claim]:
    """Of products of two with lambda = 1, beside the weaker and the stronger of their parts."""
    row, weaker, stronger, numbers = f"{loss} 1", 0, 0, []
    for double in DOUBLE:
        both = summary.reciprocal(row, (double,), distance)
        singles = [Direction((source,), double.target) for source in double.sources]
        parts = [summary.reciprocal(row, (single,), distance) for single in singles]
        parts.sort(key=lambda part: float(part.mean()))
        weaker += summary.contrast(both, parts[0]).low > 0
        stronger += summary.contrast(both, parts[1]).low > 0
        numbers.append(f"{double.name} {both.mean():.3f} ({parts[0].mean():.3f}, {parts[1].mean():.3f})")
    yield Claim("Two modalities beat the weaker one", loss, distance, _of_three(weaker), "; ".join(numbers))
    yield Claim("Two modalities beat the stronger one", loss, distance, _of_three(stronger), "; ".join(numbers))


def _too_much(summary: Summary, loss: str, distance: str) -> Iterator[Claim]:
    if f"{loss} 100" in summary.by_row:
        contrast = _contrast(summary, f"{loss} 100", f"{loss} 1", EVERYTHING, distance)
        outcome = "yes" if contrast.high < 0 else "no: it is better" if contrast.low > 0 else "no difference seen"
        yield Claim("lambda = 100 is worse than 1", loss, distance, outcome, f"MRR {contrast.shown()}")


def _too_little(summary: Summary, loss: str, distance: str) -> Iterator[Claim]:
    row, base = f"{loss} 1e-12", f"{loss} 0"
    if row not in summary.by_row:
        return
    seeds = summary.common_seeds(row, base)
    limit, baseline = (summary.average(one, EVERYTHING, distance, seeds=seeds) for one in (row, base))
    noise = summary.average(base, EVERYTHING, distance).deviation
    apart = limit.value - baseline.value
    number = f"MRR {baseline.shown(4)} and {limit.shown(4)}: {apart:+.4f}; seeds of L_C differ by {noise:.4f}"
    yield Claim("lambda -> 0 equals L_C", loss, distance, "yes" if abs(apart) <= noise + 1e-4 else "no", number)


def _gap(summary: Summary, loss: str) -> Iterator[Claim]:
    """Seed by seed: the same weights to begin with."""
    before, after = (
        [float(np.mean(list(one["modality_gap"].values()))) for one in summary.by_row[row]]
        for row in (f"{loss} 0", f"{loss} 1")
    )
    pairs = list(zip(before, after, strict=False))
    narrower = sum(new < old for old, new in pairs)
    outcome = "yes" if narrower == len(pairs) else "no" if not narrower else "mixed"
    number = f"lambda = 1, seed by seed: {', '.join(f'{old:.3f} -> {new:.3f}' for old, new in pairs)}"
    yield Claim("L_S narrows the modality gap", loss, "", outcome, number)


def _kappa_follows(summary: Summary, loss: str) -> Iterator[Claim]:
    """What the paper does not test: whether a concentration says how much an item tells."""
    numbers, outcomes = [], []
    for row in (f"{loss} 0", f"{loss} 1"):
        found = [
            float(result["kappa_follows"]["mentioned"])
            for result in summary.by_row[row]
            if "mentioned" in result["kappa_follows"]
        ]
        if found:
            outcomes.append("yes" if min(found) > KAPPA_FOLLOWS else "no" if max(found) < KAPPA_FOLLOWS else "mixed")
            numbers.append(f"{row}: {', '.join(f'{one:+.2f}' for one in found)}")
    if numbers:
        outcome = outcomes[0] if len(set(outcomes)) == 1 else "mixed"
        said = "kappa of a text follows what it mentions (ours)"
        yield Claim(said, loss, "", outcome, f"Spearman {'; '.join(numbers)}")


def _contrast(summary: Summary, first: str, second: str, directions: Sequence[Direction], distance: str) -> Contrast:
    seeds = summary.common_seeds(first, second)
    return summary.contrast(
        summary.reciprocal(first, directions, distance, seeds=seeds),
        summary.reciprocal(second, directions, distance, seeds=seeds),
    )


def _of_three(count: int) -> str:
    return "yes" if count == 3 else f"in {count} of 3" if count else "no"


def conditions(summary: Summary, changes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Of the grid: what L_S adds under one change (empty: to another L_C), by both distances, over nine directions."""
    for changed in changes:
        for loss in CONTRASTIVE if changed else ("hib",):
            row, base = f"{loss} 1{changed}", f"{loss} 0{changed}"
            if {row, base} <= set(summary.by_row):
                yield (row, *(_added(summary, row, base, distance) for distance in DISTANCES))


def _added(summary: Summary, row: str, base: str, distance: str) -> str:
    contrast = _contrast(summary, row, base, EVERYTHING, distance)
    before = summary.average(base, EVERYTHING, distance, seeds=summary.common_seeds(row, base))
    return f"{before.value:.3f}, {contrast.shown()} {contrast.verdict}"
