"""Tables of songs by number with a mean valence and arousal each, as DEAM and PMEmo have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoretrieve.table import Row
from emoretrieve_indexer.datasets.description import bad_dataset
from emoretrieve_indexer.datasets.labels.affect import Affect, scaled
from emoretrieve_indexer.datasets.labels.description import Labelled, rows_of


@dataclass(frozen=True, slots=True)
class Ratings:
    """The columns of such a table, and the ends of its scale. The song 2 is the file `2.mp3`."""

    number: str
    valence: str
    arousal: str
    lowest: float
    highest: float

    def read(self, files: Sequence[Path]) -> Iterator[Labelled]:
        """The songs of all tables."""
        for file in files:
            for row in rows_of(file, (self.number, self.valence, self.arousal)):
                yield self._labelled(file, row)

    def _labelled(self, file: Path, row: Row) -> Labelled:
        try:
            number = int(str(row.values[self.number]))
            valence, arousal = (
                scaled(float(str(row.values[column])), self.lowest, self.highest)
                for column in (self.valence, self.arousal)
            )
        except ValueError as error:
            raise bad_dataset(file, f"has a bad number in {row.place}: {error}") from error
        affect = Affect(valence, arousal)
        return Labelled(f"{number}.mp3", affect, {affect.quadrant: 1.0})
