"""Pairs as lines of text: what they are worth, then one line a pair."""

from __future__ import annotations

from emoretrieve.item import Modality
from emoretrieve.pairing.pairing import Pair, Pairing
from emoretrieve.pairing.price import Price
from emoretrieve_cli.terminal.item import headline
from emoretrieve_cli.terminal.swatch import faint, strong
from emoretrieve_cli.terminal.text import cell_width, hanging, shorten, terminal_width

_NOUNS: dict[Modality, str] = {"audio": "song", "image": "picture"}


def pairing_lines(pairing: Pairing, limit: int) -> list[str]:
    """The whole result, with at most `limit` pairs."""
    shown = pairing.pairs[:limit]
    lines = [*_heading(pairing), "", *price_lines(pairing), "", *[pair_line(pair) for pair in shown]]
    more = len(pairing.pairs) - len(shown)
    if more:
        lines += hanging(f"{more:,} more; --limit shows them, --csv and --json have all.", 2, 2)
    return lines


def counted(number: int, modality: Modality) -> str:
    """`1 song`, `1,200 pictures`."""
    return f"{number:,} {_NOUNS[modality]}{'' if number == 1 else 's'}"


def unpaired(pairing: Pairing) -> str:
    """Who has no partner, in words; empty where everyone has."""
    options = pairing.options
    left = [(len(pairing.unpaired_sources), options.source), (len(pairing.unpaired_targets), options.target)]
    return " and ".join(counted(number, modality) for number, modality in left if number)


def _heading(pairing: Pairing) -> list[str]:
    options = pairing.options
    capacity = f", capacity {options.capacity:,}" if options.capacity > 1 else ""
    title = (
        f"{counted(pairing.sources, options.source)}, {counted(pairing.targets, options.target)}, "
        f"{len(pairing.pairs):,} pairs"
    )
    lines = [strong(title), f"  method {options.method}, match {options.match}{capacity}"]
    left = unpaired(pairing)
    return [*lines, f"  without a partner: {left}"] if left else lines


def price_lines(pairing: Pairing) -> list[str]:
    """A small table: what random pairs score, what these do, what those of other methods would."""
    random = pairing.random
    header = f"{'':<12}{'mean':>8}{'lowest':>9}{'highest':>9}{'used':>8}{'own best':>10}{'z':>9}{'p':>10}"
    label = "random 1:1" if pairing.options.capacity == 1 else "random"
    level = f"{label:<12}{random.mean:>8.4f}{'':>36}  (sd {random.deviation:.4f})"
    lines = [f"  {faint(header)}", f"  {level}", f"  {strong(_price_line(pairing.price))}"]
    lines += [f"  {_price_line(other)}" for other in pairing.others]
    if pairing.price.gap > 0:
        lines += hanging(f"No pairing has a mean that is higher by more than {pairing.price.gap:.1e}.", 2, 2)
    return [*lines, *_legend(pairing)]


def _price_line(price: Price) -> str:
    z = "–" if price.z is None else f"{price.z:+.1f}"
    return (
        f"{price.method:<12}{price.mean:>8.4f}{price.lowest:>9.4f}{price.highest:>9.4f}{price.targets:>8,}"
        f"{price.own_best:>10,}{z:>9}{price.p:>10.4f}"
    )


def _legend(pairing: Pairing) -> list[str]:
    source, target = (_NOUNS[one] for one in (pairing.options.source, pairing.options.target))
    draws = len(pairing.random.drawn)
    text = (
        f"used: different {target}s that have a partner; own best: {source}s whose partner no other {target} "
        f"surpasses; p: share of {draws:,} random pairings that do as well. Any method that seeks high scores lies "
        "above chance; how far tells methods apart, not whether the colours are right."
    )
    return [faint(line) for line in hanging(text, 2, 2)]


def pair_line(pair: Pair) -> str:
    """`  1  0.9987  song           picture`."""
    label = f"{pair.rank:>4}  {pair.score:.4f}  "
    width = terminal_width() - len(label)
    left = shorten(headline(pair.source), (width - 2) // 2)
    right = shorten(headline(pair.target), width - 2 - (width - 2) // 2)
    return f"{label}{left}{' ' * ((width - 2) // 2 - cell_width(left))}  {right}"
