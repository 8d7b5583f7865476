"""The fake perception that asks no model, as a crew opens it."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.perception import Perception, PerceptionSettings
from emoretrieve.perception.prompted.ledger import Answers
from tests.indexer.fakes import open_fake


def open_fake_anywhere(settings: PerceptionSettings, _ledger_file: Path | Answers | None = None) -> Perception:
    return open_fake(settings)
