"""A process that is killed while it moves a collection loses nothing, doubles nothing, and can be run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emoretrieve.exchange.moved import CONTENTS, WORKS, killed_again_and_again, prepared
from tests.emoretrieve.store.samples import item

KILLS = 3
"""A work; `benchmarks/kill_moves.py` takes fifty."""


@pytest.mark.parametrize("work", WORKS)
def test_kills_at_random_moments_do_no_damage(work: str, tmp_path: Path) -> None:
    rounds = list(killed_again_and_again(work, tmp_path, KILLS, longest_s=1.5))
    assert [one.faults for one in rounds] == KILLS * [[]]


def test_faults_are_seen(tmp_path: Path) -> None:
    """Those of every work, made by hand."""
    place = prepared(tmp_path)
    with place.open("first") as store:
        store.delete([CONTENTS["first"][5].id])
        store.upsert([item("of nowhere")])
    place.snapshots.create("first")
    place.snapshots.restore(place.snapshots.known("first")[-1], "restored", replace=False)
    assert list(WORKS["sync"].faults(place, ["done 10"]))
    assert list(WORKS["alias switch"].faults(place, ["try second", "done second"]))
    assert len(list(WORKS["snapshot"].faults(place, ["done first-lost.tar"]))) == 3
    assert list(WORKS["restoration"].faults(place, ["try first", "done first"]))
    assert len(list(WORKS["reindex"].faults(place, ["done first-4"]))) == 2
