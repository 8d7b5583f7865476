"""Real music: pieces of the corpus of music21 as sound, piano roll and the words of their metadata; the same table.

    python -m benchmarks.sphere.music RESULTS [--reduced] [--grid] [--only ROW]... [--seeds N]

Renders the pieces into RESULTS/pieces (6,500 of them: half an hour of processor; needs music21, mido, FluidSynth and
the soundfont TimGM6mb), then trains and scores one row after another into RESULTS/runs. Killed and started again, it
goes on where it was. A folder of pieces rendered before may be linked there. `python -m benchmarks.sphere.tables` makes
the page of the results.
"""

from __future__ import annotations

from benchmarks.sphere.experiment import conduct, options
from benchmarks.sphere.music import render
from benchmarks.sphere.music.features import collections, known_pieces, material
from benchmarks.sphere.music.works import Sizes
from benchmarks.sphere.rows import Protocol

TITLE = "Real music"
FULL, REDUCED = Sizes(test=2_000, validation=500), Sizes(test=50, validation=25)
PIECES, REDUCED_PIECES = 6_500, 200
"""Of the 9,402 of the catalogue."""


def main() -> None:
    chosen = options(TITLE)
    folder, most = chosen.results / "pieces", REDUCED_PIECES if chosen.reduced else PIECES
    render.main(folder, most)
    sizes, protocol = (
        (REDUCED, Protocol(steps=60, seeds=1, grid_seeds=1)) if chosen.reduced else (FULL, Protocol(steps=300))
    )
    found = material(folder, sizes, most)
    sources = f"pieces of the corpus of music21: {collections(known_pieces(folder, most))}"
    conduct(found, chosen, protocol, TITLE, sources)


if __name__ == "__main__":
    main()
