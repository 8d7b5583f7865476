"""Fills collections: finds media, describes them in parallel, stores what was described.

    from emoretrieve import Library
    from emoretrieve_indexer import IndexSettings, index

    with Library.open(create=True) as library:
        report = index(library, ["Music", "Pictures"], IndexSettings(prune=True))

`docs/indexing.md` says what counts as media, what counts as unchanged, and what survives which fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emoretrieve_indexer.pipeline import index
    from emoretrieve_indexer.report import Failure, IndexInterrupted, IndexReport, OnProgress, Progress
    from emoretrieve_indexer.settings import IndexSettings

__all__ = ["Failure", "IndexInterrupted", "IndexReport", "IndexSettings", "OnProgress", "Progress", "index"]

_HOMES = {"index": "emoretrieve_indexer.pipeline", "IndexSettings": "emoretrieve_indexer.settings"}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: worker processes import this package and need none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'emoretrieve_indexer' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "emoretrieve_indexer.report")), name)
