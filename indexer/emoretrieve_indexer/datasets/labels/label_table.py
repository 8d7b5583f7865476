"""Labels of a data set as a table of truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.artemis import ARTEMIS
from emoretrieve_indexer.datasets.labels.deam import DEAM
from emoretrieve_indexer.datasets.labels.description import Labelled, LabelSet
from emoretrieve_indexer.datasets.labels.emopia import EMOPIA
from emoretrieve_indexer.datasets.labels.emoset import EMOSET
from emoretrieve_indexer.datasets.labels.emotify import EMOTIFY
from emoretrieve_indexer.datasets.labels.jamendo import JAMENDO
from emoretrieve_indexer.datasets.labels.pmemo import PMEMO
from emoretrieve_indexer.datasets.labels.table_file import tables_of, write_truth
from emoretrieve_indexer.datasets.labels.wikiart_emotions import WIKIART_EMOTIONS

LABEL_SETS = {
    labels.name: labels for labels in (ARTEMIS, DEAM, EMOPIA, EMOSET, EMOTIFY, JAMENDO, PMEMO, WIKIART_EMOTIONS)
}
_COLUMNS = ("item", "modality", "label", "weight", "valence", "arousal", "red", "green", "blue")


def write_labels(labels: LabelSet, folder: Path, file: Path) -> int:
    """Write what a data set says of its items as a CSV table, a row for each quadrant of an item; the number of items.

    The file appears whole or not at all. Raises SourceError: `bad_dataset` where the tables are not there or are none,
    `not_writable`.
    """
    tables = tables_of(labels.name, folder, labels.tables)
    items = sorted(labels.read(tables), key=lambda item: item.file_name)
    _require_once(items, tables)
    write_truth(file, _COLUMNS, (row for item in items for row in _rows(labels, item)))
    return len(items)


def _rows(labels: LabelSet, item: Labelled) -> Iterator[Sequence[object]]:
    affect, colour = item.affect, item.affect.colour
    numbers = (f"{affect.valence:.4f}", f"{affect.arousal:.4f}", *colour)
    for quadrant, share in sorted(item.quadrants.items()):
        yield (item.file_name, labels.modality, quadrant, f"{share:.4f}", *numbers)


def _require_once(items: Sequence[Labelled], tables: Sequence[Path]) -> None:
    if not items:
        raise bad_dataset(tables[0], "says nothing of any item")
    for one, other in pairwise(items):
        if one.file_name == other.file_name:
            raise bad_dataset(tables[-1], f"speaks of '{one.file_name}' twice; keep one copy of each table")
