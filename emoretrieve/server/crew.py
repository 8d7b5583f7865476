"""What works on files for a server. The command line brings it: the server knows no indexer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from emoretrieve.item import Item, Modality
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings


class Crew(Protocol):
    """Reads files in processes that a file may kill. Every method may be called from several threads."""

    def describe(self, library: Library, path: Path) -> Item:
        """The item of a file, indexed or not; raises MediaError, PerceptionError."""
        ...

    def preview(self, path: Path, modality: Modality, longest_edge: int = 0) -> bytes:
        """A picture as a small JPEG, a sound as an MP3 of at most half a minute; raises MediaError."""
        ...

    def index(
        self,
        library: Library,
        paths: Sequence[Path],
        within: tuple[Path, ...],
        modality: Modality | None,
        on_progress: Callable[[int, int, int], None],
        cancelled: Callable[[], bool],
    ) -> tuple[dict[str, object], bool]:
        """Index files that lie within these folders: the report, and whether it was done to its end.

        `on_progress` is told the files found, done and failed; `cancelled` is asked again and again.
        """
        ...

    def warm_up(self, perception: PerceptionSettings) -> None:
        """Start what would make the first file wait."""
        ...

    def close(self) -> None:
        """End whatever is under way."""
        ...
