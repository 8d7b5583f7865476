"""The emotion map of a collection, as a page draws it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from emoretrieve.item import Item, Modality
from emoretrieve.pairing.side import Side
from emoretrieve.report.emotion_map import EmotionMap
from emoretrieve.store import Store, Where


def emotion_map(store: Store, modality: Modality, where: Where) -> dict[str, object]:
    """As `emoretrieve.wire.EmotionMap`: of the items of one modality that are meant."""
    found = EmotionMap.of(modality, Side.read(store, where))
    titles = _titles(store.get(found.ids))
    rows = zip(found.ids, found.marks.counts, found.marks.colours, found.marks.places, strict=True)
    marks = [
        {
            "id": id,
            "title": titles.get(id, id),
            "count": int(count),
            "rgb": colour.tolist(),
            "place": place.tolist(),
        }
        for id, count, colour, place in rows
    ]
    return {
        "modality": modality,
        "items": found.items,
        "unfelt": found.unfelt,
        "radius": found.marks.radius,
        "marks": marks,
    }


def _titles(items: Iterable[Item]) -> dict[str, str]:
    return {item.id: _title(item) for item in items}


def _title(item: Item) -> str:
    """Title and artist; without a title the name of the file as one, or that of the item."""
    file_name = PurePath(item.paths[0]).stem.replace("_", " ").strip() if item.paths else ""
    title, artist = (str(item.metadata.get(key, "")).strip() for key in ("title", "artist"))
    name = title or file_name or item.name or item.id
    return f"{name} · {artist}" if title and artist else name
