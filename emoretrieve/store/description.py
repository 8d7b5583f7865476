"""`collection.json`: what a collection says of itself, and whether its colours are being replaced.

While all items of a collection get the colours of another mapper, some have the old ones and some the new. The
description says so from before the first to after the last of them, so that a crash in between is noticed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emoretrieve.errors import StoreError
from emoretrieve.store.failures import store_error, translated
from emoretrieve.store.schema import SCHEMA_VERSION
from emoretrieve.store.sidecar import write_atomically

DESCRIPTION = "collection.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


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
    except ValueError as error:
        raise store_error(error, action, "corrupt") from error
    return description_of(folder.name, stored)


def description_of(name: str, stored: Any) -> Description:
    """What the JSON object `stored_form` made says of the collection `name`; raises as `read_description` does."""
    try:
        schema, created = stored["schema"], str(stored.get("created", ""))
        recolouring = stored.get("recolouring")
        described = Description(_texts(stored["signature"]), created, recolouring and _texts(recolouring))
    except (LookupError, TypeError, AttributeError) as error:
        raise store_error(error, f"read the description of the collection '{name}'", "corrupt") from error
    if schema != SCHEMA_VERSION:
        raise StoreError(
            f"The collection '{name}' has schema {schema}, this release reads schema {SCHEMA_VERSION}; "
            "export it with the release that made it and import it again.",
            kind="other_schema",
        )
    return described


def write_description(folder: Path, description: Description) -> None:
    """Replace the description at once; raises OSError."""
    write_atomically(folder / DESCRIPTION, json.dumps(stored_form(description), indent=2).encode())


def stored_form(description: Description) -> dict[str, object]:
    """The description as a JSON object."""
    return {
        "schema": SCHEMA_VERSION,
        "created": description.created,
        "signature": dict(description.signature),
        **({"recolouring": dict(description.recolouring)} if description.recolouring else {}),
    }


def is_name(text: str) -> bool:
    """Whether a collection can have this name."""
    return bool(_NAME.fullmatch(text))


def check_name(name: str) -> None:
    """Raise StoreError (`bad_name`) for what is no name of a collection."""
    if not is_name(name):
        raise StoreError(
            f"'{name}' is no name for a collection; use up to 64 letters, digits, '.', '_' and '-', "
            "beginning with a letter or digit.",
            kind="bad_name",
        )


def accepted(name: str, description: Description, signature: Mapping[str, str] | None, unfinished: bool) -> Description:
    """The description of a collection, if it may be opened for this signature (None: any)."""
    if description.recolouring is not None and not unfinished:
        raise unfinished_recolouring(name, description.recolouring)
    if signature is not None and dict(signature) != description.signature:
        raise other_perception(name, description.signature, signature)
    return description


def other_perception(name: str, stored: Mapping[str, str], asked: Mapping[str, str]) -> StoreError:
    """The error where the signature of a collection and that of a perception differ."""
    different = [key for key in stored.keys() | asked.keys() if stored.get(key) != asked.get(key)]
    first = min(different, key=lambda key: (key != "perception", key))
    return StoreError(
        f"The collection '{name}' was made with another perception ({first} is {_said(stored, first)} there and "
        f"{_said(asked, first)} here); use the settings that it was made with, or another collection with "
        "--collection.",
        kind="other_perception",
    )


def _said(signature: Mapping[str, str], key: str) -> str:
    return f"'{signature[key]}'" if key in signature else "not set"


def unfinished_recolouring(name: str, wanted: Mapping[str, str]) -> StoreError:
    """The error where only some items of a collection have the colours of the mapper that they all shall have."""
    mapper = wanted.get("mapper.name", "another mapper")
    return StoreError(
        f"A recolouring of the collection '{name}' (with {mapper}) broke off while it was writing, so that some items "
        "have the old colours and some the new; run the same 'emoretrieve recolour' again, which finishes it.",
        kind="unfinished_recolouring",
    )


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}
