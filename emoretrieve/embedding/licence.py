"""Licences that users have to agree to before a model is used."""

from __future__ import annotations

import os
from collections.abc import Collection

from emoretrieve.errors import PerceptionError

ACCEPT_VARIABLE = "EMORETRIEVE_ACCEPT_LICENCE"
"""Names of embedders, with commas between them."""


def require_acceptance(name: str, terms: str, accepted: Collection[str]) -> None:
    """Raise PerceptionError (`licence_not_accepted`) with the terms unless the user accepts them for this embedder."""
    from_environment = {word.strip() for word in os.environ.get(ACCEPT_VARIABLE, "").split(",")}
    if name not in accepted and name not in from_environment:
        raise PerceptionError(
            f"{terms} If you accept that, say so with 'emoretrieve index --embed {name} --accept-licence {name}' or "
            f"with {ACCEPT_VARIABLE}={name}.",
            kind="licence_not_accepted",
        )
