"""The random items that scores are held against."""

from __future__ import annotations

import numpy as np
import pytest

from emoretrieve.search.chance import Chance
from emoretrieve.sphere.stored import set_points
from emoretrieve.sphere_search import sample as module
from emoretrieve.sphere_search.background import background
from emoretrieve.sphere_search.nearest import Search
from emoretrieve.sphere_search.sample import refresh_samples, sample
from emoretrieve.store import Where
from emoretrieve.store.local import LocalStore
from tests.emoretrieve.sphere_search.samples import ITEMS, PICTURES, POINTS, SONGS, asking, fill
from tests.emoretrieve.store.samples import SIGNATURE


def test_few_items_are_all_taken_and_kept_until_something_changes() -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        refresh_samples(store)
        kept = store.load_derived("sphere-sample-image")
        drawn = sample(store, Where("image"))
        assert drawn is not None
        assert (set(drawn.ids), drawn.whole) == ({one.id for one in PICTURES}, True)
        for row, id in enumerate(drawn.ids):
            assert drawn.directions[row] == pytest.approx(POINTS[id].mu, abs=1e-6)
            assert drawn.kappas[row] == pytest.approx(POINTS[id].kappa)
        assert store.load_derived("sphere-sample-image") == kept
        set_points(store, {PICTURES[0].id: POINTS[PICTURES[1].id]})
        again = sample(store, Where("image"))
        assert again is not None
        assert again.kappas[again.ids.index(PICTURES[0].id)] == pytest.approx(POINTS[PICTURES[1].id].kappa)


@pytest.mark.parametrize("damage", [b"", b"[", b"x" * 40])
def test_a_damaged_sample_is_drawn_again(damage: bytes) -> None:
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        first = sample(store, Where("image"))
        kept = store.load_derived("sphere-sample-image") or b""
        store.save_derived("sphere-sample-image", kept.split(b"\n")[0] + b"\n" + damage)
        again = sample(store, Where("image"))
    assert first is not None
    assert again is not None
    assert again.ids == first.ids


def test_many_items_are_drawn_from_and_the_cosine_still_counts_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE", 60)
    query = asking(SONGS[0])
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        drawn = sample(store, Where("image"))
        assert drawn is not None
        assert (len(drawn.ids), drawn.whole) == (60, False)
        of_elk = background(store, query, Search(query.point, "elk", Where("image")), drawn)
        of_cosine = background(store, query, Search(query.point, "cos", Where("image")), drawn)
    assert (of_elk.count, of_elk.whole) == (60, False)
    cosines = [POINTS[one.id].direction @ query.point.direction for one in PICTURES]
    assert (of_cosine.count, of_cosine.whole) == (150, True)
    assert of_cosine.chance.mean == pytest.approx(np.mean(cosines), abs=1e-6)
    assert of_cosine.chance.deviation == pytest.approx(np.std(cosines), rel=1e-4)


def test_too_many_items_to_draw_from_leave_chance_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_LIMIT", len(ITEMS) // 4)
    query = asking(SONGS[0])
    with LocalStore.in_memory(SIGNATURE) as store:
        fill(store)
        drawn = sample(store, Where("image"))
        unknown = background(store, query, Search(query.point, "elk", Where("image")), drawn)
        assert drawn is None
        refresh_samples(store)
        assert sample(store, Where("image")) is not None
    assert unknown.chance == Chance(None, None)
