"""What a collection remembers of the embedder that made its vectors, so that a query is embedded in the same way."""

from __future__ import annotations

import json
from pathlib import Path

from emoretrieve.embedding import EmbedderSettings
from emoretrieve.errors import StoreError
from emoretrieve.store import Store


def remember_embedder(store: Store, settings: EmbedderSettings) -> None:
    """Keep where the weights are, and that their licence was accepted. Losing it costs naming them again."""
    kept = {
        "weights": _anchored(settings.weights),
        "device": settings.device,
        "accepted": sorted(settings.accepted),
    }
    store.save_derived(_name(settings.name), json.dumps(kept).encode())


def remembered_embedder(store: Store, asked: EmbedderSettings) -> EmbedderSettings:
    """The settings asked for, with what they leave open as the collection remembers it."""
    try:
        kept = json.loads(store.load_derived(_name(asked.name)) or b"{}")
        weights, device, accepted = kept.get("weights"), kept.get("device"), kept.get("accepted", [])
    except (ValueError, AttributeError):
        return asked
    except StoreError as error:
        if error.kind == "bad_name":  # no embedder is called so, which whoever opens it says better
            return asked
        raise
    return EmbedderSettings(
        asked.name,
        asked.weights or weights,
        asked.device or device,
        frozenset(asked.accepted) | frozenset(map(str, accepted)),
    )


def _anchored(weights: str | None) -> str | None:
    """A path that is there, absolute: the next command may be given elsewhere."""
    path = Path(weights or "").expanduser()
    return str(path.absolute()) if weights and path.exists() else weights


def _name(name: str) -> str:
    return f"embedder-{name}"
