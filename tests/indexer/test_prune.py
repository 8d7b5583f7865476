"""What is forgotten under `--prune`, and what is spared because nobody can tell whether it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.item import Captions, Item, Location
from emoretrieve.perception import PerceptionSettings
from emoretrieve.store.local import LocalStore
from emoretrieve_indexer.catalogue import BATCH_ITEMS
from emoretrieve_indexer.settings import IndexSettings
from tests.indexer.conftest import Bench, kinds
from tests.indexer.fakes import open_fake, picture, sound

_PRUNE = IndexSettings(workers=1, prune=True)


def test_what_is_gone_from_the_given_paths_is_forgotten_and_nothing_else(bench: Bench, tmp_path: Path) -> None:
    inside, outside = picture(bench.media / "a.png", "a"), picture(tmp_path / "other" / "b.png", "b")
    copied = picture(bench.media / "c.png", "c")
    picture(bench.media / "d.png", "c")
    bench.index(bench.media, outside)
    for path in (inside, outside, copied):
        path.unlink()
    assert bench.index().removed == 0
    report = bench.index(settings=_PRUNE)
    assert (report.removed, report.failed, bench.names) == (1, (), [["b.png"], ["d.png"]])


def test_a_folder_whose_name_begins_alike_is_not_touched(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    other = picture(bench.media.with_name("media2") / "a.png", "y")
    bench.index(bench.media, other)
    other.unlink()
    assert bench.index(settings=_PRUNE).removed == 0


def test_what_a_manifest_lists_and_is_gone_is_forgotten(bench: Bench) -> None:
    gone = picture(bench.media / "a.png", "a")
    picture(bench.media / "b.png", "b")
    manifest = bench.media / "list.csv"
    manifest.write_text("file_name\na.png\nb.png\n")
    bench.index(manifest)
    gone.unlink()
    assert bench.index(manifest, settings=_PRUNE).removed == 1


def test_a_moved_file_keeps_its_item(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    before = bench.items[0]
    path.rename(bench.media / "b.png")
    report = bench.index(settings=_PRUNE)
    assert (report.removed, report.indexed, bench.names) == (0, 0, [["b.png"]])
    assert bench.items[0].captions == before.captions


def test_a_file_whose_new_content_fails_keeps_its_item(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "before")
    bench.index()
    before = bench.items
    picture(path, "fails")
    assert bench.index(settings=_PRUNE).removed == 0
    assert bench.items == before


@pytest.mark.parametrize("left", [None, "notes.txt", ".mount"])
def test_a_folder_that_leads_to_no_media_is_spared_and_named(bench: Bench, left: str | None) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    path.unlink()
    if left:
        (bench.media / left).write_text("words, nothing but words")
    report = bench.index(settings=_PRUNE)
    assert (report.removed, kinds(report), len(bench.items)) == (0, {"media": "no_media"}, 1)
    assert "nothing was removed" in report.failed[0].error
    assert "emoretrieve delete" in report.failed[0].error


@pytest.mark.parametrize(("left", "removed"), [("notes.txt", 0), ("b.png", 1)])
def test_what_a_limit_leaves_unopened_is_media_by_its_name(bench: Bench, left: str, removed: int) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    path.unlink()
    (bench.media / left).write_text("words, nothing but words")
    assert bench.index(settings=replace(_PRUNE, limit=0)).removed == removed


def test_a_folder_without_media_is_spared_although_it_is_given_twice(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    path.unlink()
    (bench.media / "notes.txt").write_text("words, nothing but words")
    assert bench.index(bench.media, bench.media, settings=_PRUNE).removed == 0


def test_an_empty_folder_inside_a_given_one_is_spared_only_where_it_is_given_too(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    path = picture(bench.media / "sub" / "b.png", "y")
    bench.index()
    path.unlink()
    assert bench.index(bench.media, path.parent, settings=_PRUNE).removed == 0
    assert bench.index(settings=_PRUNE).removed == 1


def test_a_manifest_none_of_whose_files_is_there_is_spared_and_named(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    manifest = bench.media / "list.csv"
    manifest.write_text("file_name\na.png\n")
    bench.index(manifest)
    path.unlink()
    report = bench.index(manifest, settings=_PRUNE)
    assert (report.removed, kinds(report)) == (0, {"a.png": "not_found", "list.csv": "no_media"})


def test_a_named_file_that_is_gone_is_not_forgotten(bench: Bench) -> None:
    gone, there = picture(bench.media / "a.png", "x"), picture(bench.media / "b.png", "y")
    bench.index()
    gone.unlink()
    report = bench.index(gone, there, settings=_PRUNE)
    assert (report.removed, kinds(report)) == (0, {"a.png": "not_found"})


def test_one_modality_is_pruned_without_the_other(bench: Bench) -> None:
    gone = picture(bench.media / "a.png", "x"), sound(bench.media / "a.flac", "x")
    picture(bench.media / "b.png", "y")
    bench.index()
    for path in gone:
        path.unlink()
    report = bench.index(settings=replace(_PRUNE, modality="image"))
    assert (report.removed, bench.names) == (1, [["a.flac"], ["b.png"]])


class _CountingStore(LocalStore):
    """Notes how many items go at once."""

    deleted: list[int]

    def delete(self, ids: Sequence[str]) -> int:
        self.deleted.append(len(ids))
        return super().delete(ids)


def _item(number: int, folder: Path) -> Item:
    """An item whose file is gone."""
    text = str(number)
    captions = Captions(text, (text, text, text, text))
    profile = EmotionProfile.of([(number % 256, 10, 20)] * 5)
    location = Location(str(folder / f"gone {number}.png"), 1, 1)
    return Item(f"{number:064x}", "image", profile, captions, 1.0, (location,))


def test_what_is_gone_goes_in_batches(bench: Bench) -> None:
    bench.store.close()
    store = bench.store = _CountingStore.in_memory(open_fake(PerceptionSettings("fake")).signature)
    assert isinstance(store, _CountingStore)
    store.deleted = []
    store.upsert([_item(number, bench.media) for number in range(2 * BATCH_ITEMS + 1)])
    picture(bench.media / "a.png", "x")
    assert bench.index(settings=_PRUNE).removed == 2 * BATCH_ITEMS + 1
    assert len(bench.items) == 1
    assert max(store.deleted) <= BATCH_ITEMS
