"""Made-up triplets of sound, cover and caption: the tables of the paper on data whose every cause is known.

    python -m benchmarks.sphere.procedural RESULTS [--reduced] [--grid] [--only ROW]... [--seeds N]

Renders the items into RESULTS/items (11,000 of them: seven minutes of processor), then trains and scores one row after
another into RESULTS/runs. Killed and started again, it goes on where it was. `python -m benchmarks.sphere.tables` makes
the page of the results.
"""

from __future__ import annotations

from benchmarks.sphere.experiment import conduct, options
from benchmarks.sphere.procedural.render import Sizes, triplets
from benchmarks.sphere.rows import Protocol

TITLE = "Made-up triplets"
FULL = Sizes()
REDUCED = Sizes(test=200, validation=100, train=600)
SOURCES = "waveforms, covers and captions rendered from 20 attributes, of which captions mention 2 to 14"


def main() -> None:
    chosen = options(TITLE)
    sizes, protocol = (REDUCED, Protocol(steps=60, seeds=1, grid_seeds=1)) if chosen.reduced else (FULL, Protocol())
    conduct(triplets(chosen.results / "items", sizes), chosen, protocol, TITLE, SOURCES)


if __name__ == "__main__":
    main()
