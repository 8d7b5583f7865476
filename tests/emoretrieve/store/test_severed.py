"""A connection that is cut at a random byte loses nothing of what was acknowledged, and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.store.place import EmbeddedPlace
from tests.emoretrieve.store.cutting_proxy import Cut, CuttingProxy
from tests.emoretrieve.store.fake_qdrant import FakeQdrant
from tests.emoretrieve.store.interrupted import NAME, Damage, Record, damage_in
from tests.emoretrieve.store.samples import assorted
from tests.emoretrieve.store.severed import COUNT, WORKS, Bench, filled, severed, severed_again_and_again

CUTS = 2
"""A work; `benchmarks/cut_connection.py` takes fifty."""


@pytest.mark.parametrize("work", WORKS)
def test_cuts_at_random_bytes_do_no_damage(work: str, tmp_path: Path) -> None:
    rounds = list(severed_again_and_again(work, tmp_path, CUTS))
    assert [one.damage for one in rounds] == CUTS * [Damage()]
    assert {one.error.kind for one in rounds if one.error} <= {"server_unreachable"}


def test_a_connection_that_is_cut_once_is_made_again(tmp_path: Path) -> None:
    rounds = list(severed_again_and_again("upsert", tmp_path, CUTS))
    assert [one.error for one in rounds if not one.cut.for_good] == [None]


def test_a_run_that_lost_its_server_goes_on_when_it_is_back(tmp_path: Path) -> None:
    with FakeQdrant() as fake, CuttingProxy(int(fake.url.rsplit(":", 1)[1])) as proxy:
        bench, record = Bench(fake, proxy, tmp_path, assorted(COUNT)), Record(assorted(COUNT))
        lost = severed("sync", bench, record, Cut("to the server", 150_000, for_good=True))
        assert lost is not None
        assert lost.error is not None
        assert record.present != {*range(COUNT)}
        WORKS["sync"](bench, record.hear)
        assert record.present == {*range(COUNT)}
        assert damage_in(bench.server, record) == Damage()


def test_the_line_breaks_at_the_byte_that_was_chosen(tmp_path: Path) -> None:
    with FakeQdrant() as fake, CuttingProxy(int(fake.url.rsplit(":", 1)[1])) as proxy:
        bench = Bench(fake, proxy, tmp_path, [])
        assert bench.server.names() == []
        whole = dict(proxy.passed)
        proxy.mend(Cut("from the server", whole["from the server"]))
        assert bench.server.names() == []
        assert proxy.cuts == 0
        proxy.mend(Cut("from the server", whole["from the server"] - 1))
        assert bench.server.names() == []
        assert proxy.cuts == 1


def test_an_alias_that_leads_elsewhere_and_a_broken_snapshot_are_seen(tmp_path: Path) -> None:
    place = EmbeddedPlace(tmp_path)
    filled(place, [])
    place.set_alias("art", NAME)
    place.snapshots.create(NAME)
    (file,) = (tmp_path / "snapshots").rglob("*.tar")
    file.write_bytes(b"not a snapshot")
    record = Record([])
    record.hear("done point 1")
    assert damage_in(EmbeddedPlace(tmp_path), record) == Damage(misled=1, broken=1)
