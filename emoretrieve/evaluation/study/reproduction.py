"""The study beside what follows from its own files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.evaluation.study.cell import Cell, Section
from emoretrieve.evaluation.study.files import read_study
from emoretrieve.evaluation.study.findings import findings
from emoretrieve.evaluation.study.pairs import StudyPairs
from emoretrieve.evaluation.study.tables import tables

NOT_IN_THE_FILES = (
    "The clips are excerpts of 30 seconds, not full-length songs; the music is not here.",
    "The prompts held the names of artist and title; the prompts are not here.",
    "A missing colour was filled with grey for songs and black for images; what was missing is not marked.",
    "13.1 s a caption on two T4, up to 11.7 s a song for its colours; no times are here.",
)
"""What is stated of the study and cannot be computed from its files."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The tables of the paper, then what was found beyond them."""

    folder: Path
    published: int
    """Pairs."""
    tables: tuple[Section, ...]
    findings: tuple[Section, ...]

    @property
    def cells(self) -> list[Cell]:
        """All of them."""
        return [cell for section in (*self.tables, *self.findings) for cell in section.cells]

    @property
    def pairs(self) -> int:
        """How many of the published pairs come out."""
        return int(self.findings[0].cells[0].ours or 0)

    def to_json(self) -> dict[str, object]:
        """As `reproduce --json` prints it."""
        return {
            "folder": str(self.folder),
            "published_pairs": self.published,
            "pairs": self.pairs,
            "verdicts": dict(Counter(cell.verdict for cell in self.cells)),
            "tables": [section.to_json() for section in self.tables],
            "findings": [section.to_json() for section in self.findings],
            "not_in_the_files": list(NOT_IN_THE_FILES),
        }


def reproduce(folder: Path, on_progress: Callable[[str, int, int | None], object] = lambda *_: None) -> Reproduction:
    """Read the study's files and compute everything again; raises SourceError as `read_study` does."""
    on_progress("reading", 0, None)
    files = read_study(folder)
    pairs = StudyPairs(files)
    on_progress("computing", 0, None)
    return Reproduction(folder, len(files.pairs), tuple(tables(files, pairs)), tuple(findings(files, pairs)))
