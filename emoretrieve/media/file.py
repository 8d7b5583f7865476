"""A file that has been recognised as sound or picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from emoretrieve.item import Metadata, Modality


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file, its modality and format as its content says, and what is known about it from elsewhere."""

    path: Path
    modality: Modality
    format: str
    """Lower-case name of the format: `jpeg`, `png`, `wav`, `opus`, ..."""
    metadata: Metadata = field(default_factory=dict)
    """From tags and manifests. A perception looks at it only under `use_descriptions`."""
    sha256: str | None = None
    """Of the file's bytes, in hex, where it was counted already: models are asked once about the same bytes."""
