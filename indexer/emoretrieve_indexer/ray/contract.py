"""What a crew works for; making it loads nothing of Ray."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emoretrieve.perception import Perception
from emoretrieve_indexer.ray.briefing import OpenPerception
from emoretrieve_indexer.ray.settings import RaySettings


@dataclass(frozen=True)
class Contract:
    """The perception, and how much of the cluster is used."""

    perception: Perception
    """The driver's; it stays open."""
    open_perception: OpenPerception
    """How the others open the same one."""
    ledger_file: Path | None
    """Where the answers of models are kept, on the driver's machine; None is in memory, for this run."""
    settings: RaySettings
    workers: int
    """Files that are read at once; of an instance for this run alone, its cores."""
    timeout_s: float = 600.0
    retry_failed: bool = False
