"""`emoretrieve index --embed` and `--space sphere`: what the options mean together, and the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.failure import INTERRUPTED, SOME_FAILED
from emoretrieve_cli.options import Common

if TYPE_CHECKING:
    from emoretrieve_indexer.embedding import EmbedReport, EmbedSettings


def check_embedding(embedder: str | None, useless: Sequence[str], only_with: Sequence[str]) -> None:
    """Raise click.UsageError where options have no use: `useless` beside --embed, `only_with` without it."""
    if embedder is not None and useless:
        raise click.UsageError(f"{useless[0]} says nothing about --embed; leave it out.")
    if embedder is None and only_with:
        raise click.UsageError(f"{only_with[0]} is for --embed; name an embedder, such as --embed imagebind.")


def check_space(space: str | None, model: Path | None, useless: Sequence[str]) -> None:
    """Raise click.UsageError where options have no use beside --space, or one of the two is missing."""
    if space is not None and useless:
        raise click.UsageError(f"{useless[0]} says nothing about --space {space}; leave it out.")
    if space is not None and model is None:
        raise click.UsageError(f"--space {space} needs a model; name its folder with --model DIR.")
    if space is None and model is not None:
        raise click.UsageError("--model is for --space sphere; add that, or leave it out.")


def embed_items(common: Common, paths: Sequence[str], settings: EmbedSettings) -> int:
    """Add the vectors, print the report; the exit code."""
    from emoretrieve_cli.terminal.progress import progress_bar
    from emoretrieve_indexer.embedding import EmbedInterrupted, embed

    try:
        with common.open_library() as library, progress_bar("embedding") as on_progress:
            report = embed(library, paths, settings, on_progress)
    except EmbedInterrupted as interrupted:
        _print(interrupted.report, as_json=common.as_json)
        click.echo("Interrupted; run the same command again to go on.", err=True)
        return INTERRUPTED
    _print(report, as_json=common.as_json)
    return SOME_FAILED if report.failed else 0


def _print(report: EmbedReport, *, as_json: bool) -> None:
    if as_json:
        from emoretrieve_cli.output import print_json

        print_json(report.to_json())
        return
    from emoretrieve_cli.terminal.report import embed_lines

    click.echo("\n".join(embed_lines(report)))
