"""What a run does with files that are new, unchanged, changed, moved, copied and gone."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from emoretrieve.item import hash_file
from emoretrieve_indexer.report import Progress
from emoretrieve_indexer.settings import IndexSettings
from tests.indexer.conftest import Bench, kinds, without_time
from tests.indexer.fakes import picture, sound

_ONE = IndexSettings(workers=1)


def test_new_media_become_items(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "calm")
    sound(bench.media / "b.flac", "wild")
    report = bench.index()
    assert (report.indexed, report.unchanged, report.failed) == (2, 0, ())
    [item] = [item for item in bench.items if item.modality == "image"]
    assert (item.sha256, item.paths, item.coverage) == (hash_file(path), (str(path),), 0.5)
    assert item.captions.parts == (hash_file(path)[:8], "calm", "calm", "calm", "calm")


@pytest.mark.parametrize("name", ["a b.png", "line\nbreak.png", "Ünï çödé 音楽.png", "%22'\\*.png"])
def test_a_file_of_any_name_is_stored_and_known_again(bench: Bench, name: str) -> None:
    picture(bench.media / name, "x")
    assert (bench.index().indexed, bench.names) == (1, [[name]])
    assert bench.index().unchanged == 1


def test_a_second_run_changes_nothing(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    bench.index()
    version = bench.store.version
    report = bench.index()
    assert (report.indexed, report.unchanged, bench.store.version) == (0, 1, version)


def test_an_unchanged_file_is_not_opened(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    state = path.stat()
    path.write_bytes(b"?" * state.st_size)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert bench.index().unchanged == 1


def test_a_touched_file_is_not_described_again_and_known_the_next_time(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    os.utime(path, ns=(1, 1))
    assert (bench.index().unchanged, bench.items[0].locations[0].mtime_ns) == (1, 1)


def test_a_moved_file_is_another_location_of_its_item(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    bench.index()
    path.rename(bench.media / "b.png")
    report = bench.index()
    assert (report.indexed, report.unchanged, bench.names) == (0, 1, [["a.png", "b.png"]])


def test_equal_files_are_one_item(bench: Bench) -> None:
    for name in ("b.png", "a.png", "sub/c.png"):
        picture(bench.media / name, "same")
    report = bench.index()
    assert (report.indexed, report.unchanged, bench.names) == (1, 0, [["a.png", "b.png", "c.png"]])
    assert bench.index().unchanged == 1


def test_a_file_given_twice_is_done_once(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    report = bench.index(path, bench.media, str(path), bench.media / "*.png")
    assert (report.indexed, bench.names) == (1, [["a.png"]])


def test_a_changed_file_is_a_new_item_in_the_place_of_the_old_one(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "before")
    bench.index()
    picture(path, "afterwards")
    report = bench.index()
    assert (report.indexed, report.removed) == (1, 1)
    assert [item.sha256 for item in bench.items] == [hash_file(path)]


def test_the_old_item_of_a_changed_file_stays_while_it_has_another_file(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "before")
    picture(bench.media / "b.png", "before")
    bench.index()
    picture(path, "afterwards")
    assert bench.index().removed == 0
    assert bench.names == [["a.png"], ["b.png"]]


def test_the_old_item_stays_when_the_new_content_cannot_be_described(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "before")
    bench.index()
    before = bench.items
    picture(path, "fails")
    assert kinds(bench.index()) == {"a.png": "not_described"}
    assert bench.items == before


@pytest.mark.parametrize("batch_s", [0, 3_600])
def test_two_files_that_swap_their_contents_stay_two_items(
    bench: Bench, batch_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where each file is written before the next is read, and the first leaves an item without files."""
    monkeypatch.setattr("emoretrieve_indexer.catalogue.BATCH_S", batch_s)
    first, second = picture(bench.media / "a.png", "one"), picture(bench.media / "b.png", "other")
    bench.index()
    picture(first, "other")
    picture(second, "one")
    os.utime(first, ns=(1, 1))
    os.utime(second, ns=(2, 2))
    report = bench.index()
    assert (report.removed, bench.names) == (0, [["a.png"], ["b.png"]])
    assert {item.sha256: item.paths for item in bench.items} == {
        hash_file(path): (str(path),) for path in (first, second)
    }


def test_what_is_no_media_is_counted_only(bench: Bench) -> None:
    (bench.media / "notes.txt").write_text("words, nothing but words")
    (bench.media / "empty").touch()
    (bench.media / "metadata.csv").write_text("file_name\na.png\n")
    picture(bench.media / "a.png", "x")
    report = bench.index()
    assert (report.indexed, report.skipped, report.failed) == (1, 2, ())


def test_what_is_called_media_and_is_none_is_a_failure(bench: Bench) -> None:
    (bench.media / "song.mp3").write_text("words, nothing but words")
    (bench.media / "empty.jpg").touch()
    assert kinds(bench.index()) == {"song.mp3": "not_media", "empty.jpg": "empty_file"}


def test_a_named_file_that_is_no_media_is_a_failure(bench: Bench) -> None:
    (bench.media / "notes.txt").write_text("words, nothing but words")
    assert kinds(bench.index(bench.media / "notes.txt")) == {"notes.txt": "not_media"}


def test_a_folder_without_media_is_named(bench: Bench) -> None:
    (bench.media / "notes.txt").write_text("words, nothing but words")
    report = bench.index()
    assert (report.skipped, kinds(report)) == (1, {"media": "no_media"})


def test_a_folder_whose_media_another_path_led_to_is_not_called_empty(bench: Bench) -> None:
    path = picture(bench.media / "sub" / "a.png", "x")
    assert bench.index(path, bench.media, bench.media / "sub").failed == ()


def test_an_empty_manifest_is_named(bench: Bench) -> None:
    (bench.media / "list.csv").write_text("file_name\n")
    assert kinds(bench.index(bench.media / "list.csv")) == {"list.csv": "no_media"}


def test_a_modality_leaves_the_other_one_alone(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    sound(bench.media / "b.flac", "y")
    first = bench.index(settings=replace(_ONE, modality="audio"))
    bench.index()
    again = bench.index(settings=replace(_ONE, modality="audio"))
    assert (first.indexed, first.skipped) == (1, 1)
    assert (again.unchanged, again.skipped) == (1, 1)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_limit_takes_the_first_new_items_and_leaves_the_rest_for_the_next_run(bench: Bench, workers: int) -> None:
    picture(bench.media / "a.png", "1")
    picture(bench.media / "b.png", "fails")
    picture(bench.media / "c.png", "1")  # the bytes of a.png: no new item
    for name in ("d", "f", "g"):
        picture(bench.media / f"{name}.png", name)
    picture(bench.media / "e.png", "d")  # past the limit: nothing is done with it
    (bench.media / "e.mp3").write_text("words")
    limited = IndexSettings(workers=workers, limit=2)
    report = bench.index(settings=limited)
    assert (report.indexed, bench.names) == (2, [["a.png", "c.png"], ["d.png"]])
    assert kinds(report) == {"b.png": "not_described"}
    report = bench.index(settings=limited)
    assert (report.indexed, report.unchanged, len(bench.items)) == (2, 2, 4)


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(bench: Bench) -> None:
    changed = picture(bench.media / "a.png", "before")
    picture(bench.media / "same.png", "same")
    gone = picture(bench.media / "gone.png", "gone")
    bench.index()
    before = bench.items
    picture(changed, "afterwards")
    gone.unlink()
    picture(bench.media / "new.png", "new")
    picture(bench.media / "new too.png", "new")
    (bench.media / "song.mp3").write_text("words")
    would = bench.index(settings=replace(_ONE, dry_run=True, prune=True))
    assert bench.items == before
    did = bench.index(settings=replace(_ONE, prune=True))
    assert without_time(would) == without_time(did)
    assert (did.indexed, did.unchanged, did.removed) == (2, 1, 2)


def test_a_dry_run_heeds_the_limit(bench: Bench) -> None:
    for name in "abc":
        picture(bench.media / f"{name}.png", name)
    assert bench.index(settings=replace(_ONE, dry_run=True, limit=2)).indexed == 2


def test_metadata_of_a_manifest_is_stored(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    (bench.media / "metadata.csv").write_text("file_name,title,year\na.png,Lion,1494\n")
    bench.index()
    assert bench.items[0].metadata == {"title": "Lion", "year": 1494}


def test_a_new_value_in_a_manifest_renews_the_item_without_describing_it(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    metadata = bench.media / "metadata.csv"
    metadata.write_text("file_name,title,year\na.png,Lion,1494\n")
    bench.index()
    metadata.write_text("file_name,title\na.png,Tiger\n")
    described_at = bench.items[0].captions
    report = bench.index()
    assert (report.indexed, report.unchanged) == (1, 0)
    assert bench.items[0].metadata == {"title": "Tiger", "year": 1494}
    assert (bench.items[0].captions, bench.items[0].paths) == (described_at, (str(path),))
    assert bench.index().unchanged == 1


def test_a_new_value_is_described_where_descriptions_count(bench: Bench) -> None:
    bench.use_descriptions = True
    picture(bench.media / "a.png", "x")
    metadata = bench.media / "metadata.csv"
    for title in ("Lion", "Tiger"):
        metadata.write_text(f"file_name,title\na.png,{title}\n")
        assert bench.index().indexed == 1
        assert bench.items[0].captions.whole.endswith(title)


@pytest.mark.parametrize("between", [0, 30], ids=["while it is described", "afterwards"])
def test_what_a_manifest_says_of_an_equal_file_is_described_whenever_it_comes(bench: Bench, between: int) -> None:
    bench.use_descriptions = True
    for name in ("a", *(f"b{number}" for number in range(between)), "z"):
        picture(bench.media / f"{name}.png", "same" if name in ("a", "z") else name)
    (bench.media / "metadata.csv").write_text("file_name,title\nz.png,Tiger\n")
    assert bench.index().indexed == between + 1
    (item,) = bench.store.by_path([str(bench.media / "a.png")]).values()
    assert item.metadata == {"title": "Tiger"}
    assert item.captions.whole.endswith("Tiger")


def test_what_is_described_twice_counts_once_towards_a_limit(bench: Bench) -> None:
    bench.use_descriptions = True
    for name in ("a", *(f"b{number:02}" for number in range(30)), "z"):
        picture(bench.media / f"{name}.png", "same" if name in ("a", "z") else name)
    picture(bench.media / "zz.png", "last")
    (bench.media / "metadata.csv").write_text("file_name,title\nz.png,Tiger\n")
    assert bench.index(settings=IndexSettings(workers=1, limit=32)).indexed == 32


def test_the_first_path_decides_where_manifests_disagree_about_equal_files(bench: Bench) -> None:
    for name in ("a.png", "b.png"):
        picture(bench.media / name, "same")
    (bench.media / "metadata.csv").write_text("file_name,title,hall\nb.png,B,3\na.png,A,\n")
    for order in (["a.png", "b.png"], ["b.png", "a.png"]):
        bench.store.delete([item.id for item in bench.items])
        manifest = bench.media / "list.csv"
        titles = {"a.png": "A,", "b.png": "B,3"}
        manifest.write_text("file_name,title,hall\n" + "".join(f"{name},{titles[name]}\n" for name in order))
        bench.index(manifest)
        assert bench.items[0].metadata == {"title": "A", "hall": 3}
        assert bench.index(manifest).unchanged == 1


def test_a_manifest_that_is_named_wins_over_one_that_is_found(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    (bench.media / "metadata.csv").write_text("file_name,title,year\na.png,found,1\n")
    (bench.media / "list.csv").write_text("file_name,title\na.png,named\n")
    bench.index(bench.media / "list.csv", bench.media)
    assert bench.items[0].metadata == {"title": "named", "year": 1}


@pytest.mark.parametrize("workers", [2, 5])
def test_the_number_of_workers_changes_nothing(bench: Bench, workers: int) -> None:
    for number in range(40):
        picture(bench.media / f"{number % 7}" / f"{number}.png", f"{number % 31}")
    one = bench.index(settings=_ONE)
    items = bench.items
    bench.store.delete([item.id for item in items])
    many = bench.index(settings=IndexSettings(workers=workers))
    assert (without_time(many), bench.items) == (without_time(one), items)


@pytest.mark.parametrize("workers", [1, 3])
def test_failures_are_listed_by_path_however_long_each_took(bench: Bench, workers: int) -> None:
    picture(bench.media / "a.png", "hangs")
    picture(bench.media / "b.png", "fails")
    (bench.media / "d.png").write_bytes(b"words, nothing but words")
    (bench.media / "metadata.csv").write_text("file_name\nc.png\n")
    report = bench.index(settings=IndexSettings(workers=workers, timeout_s=3))
    assert list(kinds(report).items()) == [
        ("a.png", "worker_died"),
        ("b.png", "not_described"),
        ("c.png", "not_found"),
        ("d.png", "not_media"),
    ]


def test_a_path_that_leads_nowhere_costs_only_itself(bench: Bench) -> None:
    path = picture(bench.media / "a.png", "x")
    (bench.media / "sales.csv").write_text("day,sum\n1,2\n")
    report = bench.index(bench.media / "no.png", bench.media / "*.gif", bench.media / "sales.csv", path)
    assert kinds(report) == {"no.png": "not_found", "*.gif": "not_found", "sales.csv": "bad_manifest"}
    assert (report.indexed, bench.names) == (1, [["a.png"]])


def test_progress_counts_every_file_and_ends_complete(bench: Bench) -> None:
    for number in range(5):
        picture(bench.media / f"{number}.png", str(number))
    (bench.media / "song.mp3").write_text("words")
    (bench.media / "notes.txt").write_text("words")
    seen: list[Progress] = []
    bench.index(on_progress=seen.append)
    assert seen[-1] == Progress(found=7, done=7, failed=1, finding=False)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_default_queries_need_no_preparation_after_a_run(bench: Bench) -> None:
    picture(bench.media / "a.png", "x")
    bench.index()
    assert bench.store.load_derived("null-audio") is not None
