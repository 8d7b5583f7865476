"""Similarities of pairs as lines of text."""

from __future__ import annotations

from emoretrieve.evaluation.similarity import PairedSimilarity, Spread
from emoretrieve_cli.terminal.swatch import faint, strong
from emoretrieve_cli.terminal.text import hanging, printable

_SHOWN = 20
"""Skipped pairs; `--json` has all."""


def similarity_lines(found: PairedSimilarity) -> list[str]:
    """A table with a column for what was computed and one for what is stated, then chance, then what was skipped."""
    spreads = {"computed": found.computed, "stated": found.stated}
    columns = {name: _numbers(spread) for name, spread in spreads.items() if spread is not None}
    lines = hanging(f"Caution: {printable(found.caution)}.", 0, 2) if found.caution else []
    if columns:
        lines.append(faint(f"{'':<24}{''.join(f'{name:>10}' for name in columns)}"))
        for label in next(iter(columns.values())):
            lines.append(f"{label:<24}{''.join(f'{numbers[label]:>10}' for numbers in columns.values())}")
    else:
        lines.append("No pair can be compared.")
    if found.computed is not None and found.chance is not None:
        lines += ["", *_chance_lines(found)]
    if found.largest_difference is not None:
        lines += hanging(f"Computed and stated scores differ by at most {found.largest_difference:.4f}.", 0, 2)
    if found.skipped:
        lines += ["", strong(f"{len(found.skipped)} pairs skipped")]
    for pair in found.skipped[:_SHOWN]:
        lines += hanging(f"{printable(pair.first)}, {printable(pair.second)}: {printable(pair.reason)}.", 2, 4)
    return lines


def _numbers(spread: Spread) -> dict[str, str]:
    lower, _, upper = spread.quartiles
    of = spread.distribution
    values = {
        "mean": of.mean,
        "median": of.median,
        "standard deviation": of.deviation,
        "min": of.lowest,
        "lower quartile": lower,
        "upper quartile": upper,
        "max": of.highest,
    }
    return {"pairs": str(of.count), **{label: f"{value:.4f}" for label, value in values.items()}}


def _chance_lines(found: PairedSimilarity) -> list[str]:
    assert found.computed is not None
    assert found.chance is not None
    mean, deviation = found.chance.mean, found.chance.deviation
    above = f", z {(found.computed.distribution.mean - mean) / deviation:+.2f}" if deviation > 0 else ""
    text = f"Random pairs of the same members: mean {mean:.4f}, standard deviation of it {deviation:.4f}{above}."
    return hanging(text, 0, 2)
