"""JSON files of data sets."""

from __future__ import annotations

import json
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset


def read_json(file: Path) -> object:
    """What the file holds; raises SourceError (`bad_dataset`)."""
    try:
        content: object = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise bad_dataset(file, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise bad_dataset(file, "is no JSON") from error
    return content
