"""What a collection remembers of the settings it was filled with, so that queries need not repeat them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from emoretrieve.perception.settings import ROLES, PerceptionSettings

_TOLD = {"model", "revision", "dtype", "quantisation", "readout", "samples", "max_new_tokens", "temperature", "seed"}
"""Options that stand in signatures under their own names."""


def remembered_settings(kept: bytes | None, signature: Mapping[str, str]) -> PerceptionSettings:
    """The settings that were kept; where they are lost, as after an import, what the signature tells of them."""
    told = settings_told_by(signature)
    try:
        values = json.loads(kept or b"")
        options = {str(name): str(value) for name, value in values["options"].items()}
        mapper = values["mapper"]
        return PerceptionSettings(told.name, told.use_descriptions, None if mapper is None else str(mapper), options)
    except (ValueError, LookupError, TypeError, AttributeError):
        return told


def settings_told_by(signature: Mapping[str, str]) -> PerceptionSettings:
    """The names of captioner and mapper, whether descriptions are used, and what models were asked, and how.

    Not where they run, and not the place of a model that was a local folder.
    """
    settings = PerceptionSettings(
        signature["perception"], signature.get("use_descriptions") == "true", signature.get("mapper")
    )
    return replace(settings, options=dict(_told_options(signature)))


def _told_options(signature: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in signature.items():
        part, _, rest = key.partition(".")
        name = f"colour.{rest}" if part == "mapper" else rest
        role, _, option = name.partition(".")
        if role in ROLES and option in _TOLD and "@" not in value:
            yield name, value


def kept_form(settings: PerceptionSettings) -> bytes:
    """What to keep beside a collection that is filled with these settings."""
    return json.dumps({"mapper": settings.mapper, "options": dict(sorted(settings.options.items()))}).encode()
