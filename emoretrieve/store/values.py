"""The values of a key among some items, counted exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from emoretrieve.item import Value
from emoretrieve.store.engine import Engine
from emoretrieve.store.filter import OWN_FIELDS, Filter
from emoretrieve.store.schema import IndexKind, MetadataKind, lacks, metadata_field, metadata_value

_PAGE = 10_000
"""Items read at once where no index can count."""
_ALL = 2**31 - 1
"""More values than any collection has."""


def values(engine: Engine, indexes: Mapping[str, IndexKind], key: str, chosen: Filter) -> dict[Value, int]:
    """Every value of `key` and the number of chosen items that have it; `indexes` are those of the engine.

    `mood` counts the emotion words of captions together with metadata of that name. Texts are counted by the engine
    from their index, numbers and free text by reading that one field of every item.
    """
    counts: Counter[Value] = Counter()
    own = OWN_FIELDS.get(key)
    if own is not None and own in indexes:
        counts.update(dict(engine.facet(own, chosen, _ALL)))
    kinds: tuple[MetadataKind, ...] = ("numbers",) if key == "mood" else ("text", "numbers")
    for kind in kinds:
        field = metadata_field(kind, key)
        if indexes.get(field) == "keyword":
            counts.update(dict(engine.facet(field, chosen, _ALL)))
        elif not lacks(indexes, kind, key):
            counts.update(_read(engine, field, kind, key, chosen))
    return dict(counts)


def _read(engine: Engine, field: str, kind: MetadataKind, key: str, chosen: Filter) -> Counter[Value]:
    """Counted from the items themselves."""
    counts: Counter[Value] = Counter()
    start: str | None = None
    while True:
        page = engine.scroll(chosen, _PAGE, start=start, fields=[field])
        found = (metadata_value(record.payload, kind, key) for record in page.records)
        counts.update(value for value in found if value is not None)
        start = page.next_id
        if start is None:
            return counts
