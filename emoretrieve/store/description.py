"""`collection.json`: what a collection says of itself, and whether its colours are being replaced.

While all items of a collection get the colours of another mapper, some have the old ones and some the new. The
description says so from before the first to after the last of them, so that a crash in between is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emoretrieve.errors import StoreError
from emoretrieve.store.failures import store_error, translated
from emoretrieve.store.schema import SCHEMA_VERSION
from emoretrieve.store.sidecar import write_atomically

DESCRIPTION = "collection.json"


@dataclass(frozen=True, slots=True)
class Description:
    """Of one collection."""

    signature: Mapping[str, str]
    """Of the perception that fills it."""
    created: str
    """ISO 8601, in UTC."""
    recolouring: Mapping[str, str] | None = None
    """The signature that it will have when all items have their new colours; None where they are of one mapper."""


def read_description(folder: Path) -> Description:
    """The description of the collection in a folder; StoreError of kind `corrupt` or `other_schema`."""
    action = f"read the description of the collection '{folder.name}'"
    with translated(action):
        text = (folder / DESCRIPTION).read_bytes()
    try:
        stored = json.loads(text)
        schema, created = stored["schema"], str(stored.get("created", ""))
        recolouring = stored.get("recolouring")
        described = Description(_texts(stored["signature"]), created, recolouring and _texts(recolouring))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise store_error(error, action, "corrupt") from error
    if schema != SCHEMA_VERSION:
        raise StoreError(
            f"The collection '{folder.name}' has schema {schema}, this release reads schema {SCHEMA_VERSION}; "
            "export it with the release that made it and import it again.",
            kind="other_schema",
        )
    return described


def write_description(folder: Path, description: Description) -> None:
    """Replace the description at once; raises OSError."""
    stored = {
        "schema": SCHEMA_VERSION,
        "created": description.created,
        "signature": dict(description.signature),
        **({"recolouring": dict(description.recolouring)} if description.recolouring else {}),
    }
    write_atomically(folder / DESCRIPTION, json.dumps(stored, indent=2).encode())


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}
