"""Fills collections: finds media, describes them in parallel, stores what was described.

    from emoretrieve import Library
    from emoretrieve_indexer import IndexSettings, index

    with Library.open(create=True) as library:
        report = index(library, ["Music", "Pictures"], IndexSettings(prune=True))

`docs/indexing.md` says what counts as media, what counts as unchanged, and what survives which fault.
"""

from emoretrieve_indexer.pipeline import index
from emoretrieve_indexer.report import Failure, IndexInterrupted, IndexReport, OnProgress, Progress
from emoretrieve_indexer.settings import IndexSettings

__all__ = ["Failure", "IndexInterrupted", "IndexReport", "IndexSettings", "OnProgress", "Progress", "index"]
