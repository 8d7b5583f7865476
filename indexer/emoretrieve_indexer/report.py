"""What a run did, while it goes on and when it is over."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Protocol

from emoretrieve_indexer.costs import Costs


@dataclass(frozen=True, slots=True)
class Failure:
    """One file, folder or manifest that could not be used."""

    path: str
    error: str
    """One sentence for people."""
    kind: str
    """A stable name for programs, as in `docs/errors.md`."""
    answer: str | None = None
    """What a model answered, where that is the trouble."""

    def to_json(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did, in items; the same bytes under several paths are one item."""

    indexed: int
    """Items that were described, or whose metadata changed."""
    unchanged: int
    """Items that were there already, even where a file of theirs was moved or copied."""
    removed: int
    """Items that have no file left."""
    skipped: int
    """Files in folders that are no media, or not of the modality asked for."""
    failed: tuple[Failure, ...]
    """By path, so that runs can be compared."""
    seconds: float
    costs: Costs = field(default_factory=Costs)

    def to_json(self) -> dict[str, object]:
        """The report as `emoretrieve index --json` prints it."""
        return {
            "indexed": self.indexed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "skipped": self.skipped,
            "failed": [failure.to_json() for failure in self.failed],
            "seconds": self.seconds,
            "costs": self.costs.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: numbers of files."""

    found: int
    """Files found so far; all of them once `finding` is over."""
    done: int
    """Files that are dealt with: stored, unchanged, skipped or failed."""
    failed: int
    finding: bool
    """True while folders are still being searched."""
    answers: int = 0
    """Answers that models have given; several make one item, and it is done with the last one."""


class OnProgress(Protocol):
    """Called in the indexing process whenever the numbers changed; it should be quick."""

    def __call__(self, progress: Progress, /) -> None: ...


class IndexInterrupted(KeyboardInterrupt):
    """The run was ended by Ctrl-C or SIGTERM; what it stored stays, and the next run goes on from there."""

    def __init__(self, report: IndexReport) -> None:
        super().__init__("Indexing was interrupted.")
        self.report = report
        """What was done until then."""
