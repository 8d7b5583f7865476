"""What was moved from one place to another, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emoretrieve_cli.terminal.text import counted, hanging, printable

if TYPE_CHECKING:
    from emoretrieve.exchange.reindex import Reindexed
    from emoretrieve.exchange.sync import SyncReport
    from emoretrieve.exchange.verification import Verification


def sync_lines(report: SyncReport) -> list[str]:
    """One line of counts, one of what was verified."""
    sent, would = report.sent, "would be " if report.dry_run else ""
    counts = [
        f"{sent.new} {would}new",
        *([f"{sent.changed} {would}changed"] if sent.changed else []),
        f"{sent.unchanged} unchanged",
        *([f"{sent.removed} {would}removed"] if sent.removed else []),
    ]
    lines = [f"{', '.join(counts)} in '{printable(report.collection)}' ({report.seconds:.1f} s)."]
    return lines if report.verification is None else [*lines, *verification_lines(report.verification)]


def reindex_lines(done: Reindexed) -> list[str]:
    """What was built, what was verified, where the alias leads."""
    again = f" in {done.rounds} rounds, because it was written to meanwhile" if done.rounds > 1 else ""
    return [
        f"'{printable(done.collection)}' is built from '{printable(done.previous)}'{again} ({done.seconds:.1f} s).",
        *verification_lines(done.verification),
        *hanging(
            f"'{printable(done.alias)}' leads to '{printable(done.collection)}'; "
            f"'emoretrieve alias back {printable(done.alias)}' leads to '{printable(done.previous)}' again.",
            0,
            2,
        ),
    ]


def verification_lines(verified: Verification) -> list[str]:
    """What was found equal."""
    items = f"{counted(verified.items['audio'], 'song')} and {counted(verified.items['image'], 'picture')}"
    vectors = f"the vectors of {counted(verified.sampled, 'item')} drawn at random"
    if verified.embedded:
        vectors += f", all {verified.embedded} vectors of embedders"
    lines = hanging(f"Verified: {items}, checksum {verified.checksum}, {vectors}.", 0, 2)
    if verified.others:
        lines.append(f"{counted(verified.others, 'item')} beside them that the source does not hold; --prune removes.")
    return lines
