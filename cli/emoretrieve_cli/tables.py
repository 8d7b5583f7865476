"""`emoretrieve index --captions`: what the options mean together, and the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emoretrieve_cli.options import Common

if TYPE_CHECKING:
    from emoretrieve.library import Library
    from emoretrieve.perception import PerceptionChoice
    from emoretrieve_indexer import IndexReport, IndexSettings

GIVEN = "given"
"""The mapper of colours that stand in tables."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that a command line names."""

    captions: Sequence[Path]
    colours: Sequence[Path]

    def check(self, paths: Sequence[str], perception: PerceptionChoice, others: Sequence[str]) -> None:
        """Raise click.UsageError unless paths and options make sense together; `others` are options without a use."""
        if not self.captions:
            self._check_without(paths, perception)
        elif paths:
            raise click.UsageError("Name either PATHs to describe or tables with --captions, not both.")
        elif others:
            raise click.UsageError(f"{others[0]} says nothing about --captions; leave it out.")
        elif self.colours and perception.mapper not in (None, GIVEN):
            raise click.UsageError(f"The colours come from --colours or from --mapper {perception.mapper}, not both.")
        elif perception.mapper == GIVEN and not self.colours:
            raise click.UsageError("--mapper given takes its colours from a table; name it with --colours.")

    def _check_without(self, paths: Sequence[str], perception: PerceptionChoice) -> None:
        if self.colours:
            raise click.UsageError("--colours needs the captions of the same items; name their table with --captions.")
        if perception.name == "captions" or perception.mapper == GIVEN:
            raise click.UsageError(
                "Captions and colours that exist already come from tables; name one with --captions."
            )
        if not paths:
            raise click.UsageError("Missing argument 'PATH...'.")

    def index(self, common: Common, perception: PerceptionChoice, settings: IndexSettings) -> IndexReport:
        """Bring the tables into the chosen collection."""
        from emoretrieve_cli.terminal.progress import progress_bar
        from emoretrieve_indexer.captions import index_captions
        from emoretrieve_indexer.sheets import Sheets

        choice = self._choice(perception)
        open_library = common.open_or_empty if settings.dry_run else common.open_or_make
        with (
            Sheets(self.captions, self.colours) as sheets,
            open_library(choice) as library,
            progress_bar() as on_progress,
        ):
            return index_captions(library, sheets, settings, on_progress)

    def _choice(self, perception: PerceptionChoice) -> PerceptionChoice:
        """Of the perception only what gives captions their colours counts."""
        from emoretrieve.perception.registry import default_mapper

        mapper = GIVEN if self.colours else perception.mapper
        if mapper is None and perception.name is not None:
            mapper = default_mapper(perception.name)
        return replace(perception, name="captions", mapper=mapper)


def refuse_paths_beside_tables(library: Library) -> None:
    """Raise PerceptionError (`no_captioner`) where the collection was filled from tables: no file can join it."""
    if library.settings.name == "captions":
        from emoretrieve.errors import PerceptionError

        raise PerceptionError(
            "The collection was filled from tables of captions, so files cannot be described for it; use "
            "--captions FILE, or another collection with --collection.",
            kind="no_captioner",
        )
