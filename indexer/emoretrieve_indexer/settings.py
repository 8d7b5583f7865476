"""What a run of the indexer is asked to do."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from emoretrieve.item import Modality
from emoretrieve.media.limits import NO_LIMITS, MediaLimits

if TYPE_CHECKING:
    from emoretrieve_indexer.ray.settings import RaySettings


def available_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Choices of one run; the defaults index everything with all cores."""

    modality: Modality | None = None
    """Index only pictures or only sound; files of the other modality count as skipped."""
    limit: int | None = None
    """Describe at most this many items; the other new files are left for the next run."""
    workers: int = field(default_factory=available_cores)
    """Worker processes, at least 1; the results do not depend on their number."""
    dry_run: bool = False
    """Report what would be done; describe and store nothing."""
    prune: bool = False
    """Forget the files that are gone from the given paths, and the items that have no file left."""
    timeout_s: float = 600.0
    """Seconds after which a file is given up by the process that reads it; the time of models does not count."""
    retry_failed: bool = False
    """Ask models again about items whose failure was kept from an earlier run."""

    limits: MediaLimits = NO_LIMITS
    """What one file may ask of the process that reads it; not on a Ray cluster."""
    within: tuple[Path, ...] | None = None
    """Folders, resolved, that every file must really lie in, links followed; None takes files from anywhere."""
    ray: RaySettings | None = None
    """Describe on a Ray cluster; None describes in worker processes of this machine."""

    @property
    def examined_ahead(self) -> int:
        """Files that may be examined before their turn comes: bounds memory, hides the time of a slow one.

        They are on their way to a cluster and back for tenths of a second.
        """
        return self.workers * (4 if self.ray is None else 64)

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"at least 1 worker is needed, not {self.workers}")
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"a limit is 0 or more, not {self.limit}")
        if not self.timeout_s > 0:
            raise ValueError(f"a time limit is a positive number of seconds, not {self.timeout_s}")
