"""The library on real files in an embedded collection."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoretrieve.errors import EmoretrieveError, MediaError, QueryError, SourceError, StoreError
from emoretrieve.item import Item
from emoretrieve.library import Library, default_data_dir
from emoretrieve.perception import PerceptionChoice, PerceptionSettings, open_perception
from emoretrieve.search.options import QueryOptions
from emoretrieve.store import Equals, Where
from emoretrieve.store.collections import open_collection
from tests.emoretrieve.store.samples import uniform

RATE_HZ = 16_000
DESCRIBING = [
    "PIL",
    "scipy",
    "soundfile",
    "soxr",
    "mutagen",
    "emoretrieve.perception.lite",
    "emoretrieve.media.identify",
]
"""What describing a file loads."""


def write_sound(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return path


def write_tone(path: Path, pitch_hz: float = 220.0) -> Path:
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    return write_sound(path, 0.3 * np.sin(2 * np.pi * pitch_hz * time_s))


def write_picture(path: Path, seed: int = 0) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((64, 64)).save(path)
    return path


def fill(data: Path, perception: PerceptionSettings | None = None) -> None:
    """Make a collection that holds an item."""
    with Library.open(data, create=True, perception=perception) as library:
        library.store.upsert([uniform("a picture", 1, 2, 3)])


def store_files(library: Library, *paths: Path) -> list[Item]:
    items = [library.describe(path) for path in paths]
    library.store.upsert(items)
    return items


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", create=True) as opened:
        yield opened


@pytest.fixture
def media(tmp_path: Path) -> list[Path]:
    pictures = [write_picture(tmp_path / f"{seed}.png", seed) for seed in range(3)]
    return [*pictures, write_tone(tmp_path / "tone.wav")]


def kind_of(call: Callable[[], object], error: type[EmoretrieveError]) -> str:
    with pytest.raises(error) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 1
    return caught.value.kind


# Opening


def test_a_collection_that_is_not_there_is_refused_unless_it_is_to_be_created(tmp_path: Path) -> None:
    assert kind_of(lambda: Library.open(tmp_path), StoreError) == "no_collection"


def test_a_closed_collection_opens_again_with_its_items(tmp_path: Path, media: list[Path]) -> None:
    with Library.open(tmp_path, create=True) as library:
        store_files(library, *media)
    with Library.open(str(tmp_path)) as library:
        assert library.count() == len(media)


def test_the_settings_of_the_perception_come_from_the_collection(tmp_path: Path) -> None:
    settings = PerceptionSettings(use_descriptions=True)
    Library.open(tmp_path, create=True, perception=settings).close()
    with Library.open(tmp_path) as library:
        assert library.settings == settings


def test_a_collection_of_another_perception_is_not_added_to(tmp_path: Path) -> None:
    fill(tmp_path, PerceptionSettings(use_descriptions=True))
    other = PerceptionSettings()
    assert kind_of(lambda: Library.open(tmp_path, create=True, perception=other), StoreError) == "other_perception"


def test_a_collection_without_items_takes_another_perception_and_remembers_it(tmp_path: Path) -> None:
    Library.open(tmp_path, create=True, perception=PerceptionSettings(use_descriptions=True)).close()
    fill(tmp_path, PerceptionSettings())
    with Library.open(tmp_path, create=True) as library:
        assert library.settings == PerceptionSettings()


def test_a_collection_goes_on_with_the_perception_that_filled_it(tmp_path: Path) -> None:
    settings = PerceptionSettings(use_descriptions=True)
    Library.open(tmp_path, create=True, perception=settings).close()
    with Library.open(tmp_path, create=True) as library:
        assert library.perception.settings == settings


def endpoint(**options: str) -> PerceptionSettings:
    """Models behind servers that nobody asks: opening the perception connects to nothing."""
    pytest.importorskip("httpx", reason="the extra endpoint is not installed")
    return PerceptionSettings("endpoint", options={"url": "http://127.0.0.1:9/v1", **options})


def test_a_collection_remembers_where_its_models_run(tmp_path: Path) -> None:
    settings = endpoint(concurrency="3")
    Library.open(tmp_path, create=True, perception=settings).close()
    with Library.open(tmp_path) as library:
        assert library.perception.settings == settings


def test_where_models_run_may_change_for_one_query_and_is_not_remembered(tmp_path: Path) -> None:
    settings = endpoint()
    Library.open(tmp_path, create=True, perception=settings).close()
    moved = PerceptionChoice(options={"url": "http://127.0.0.1:10/v1"})
    with Library.open(tmp_path, perception=moved) as library:
        assert library.perception.settings.options["url"] == "http://127.0.0.1:10/v1"
    with Library.open(tmp_path) as library:
        assert library.settings == settings


def test_where_models_run_is_remembered_anew_when_the_collection_is_filled(tmp_path: Path) -> None:
    Library.open(tmp_path, create=True, perception=endpoint()).close()
    moved = PerceptionChoice(options={"url": "http://127.0.0.1:10/v1"})
    Library.open(tmp_path, create=True, perception=moved).close()
    with Library.open(tmp_path) as library:
        assert library.settings.options["url"] == "http://127.0.0.1:10/v1"


def test_another_model_is_refused_when_filling_and_when_a_query_needs_it(tmp_path: Path) -> None:
    fill(tmp_path, endpoint())
    other = PerceptionChoice(options={"audio.model": "other"})
    assert kind_of(lambda: Library.open(tmp_path, create=True, perception=other), StoreError) == "other_perception"
    with Library.open(tmp_path, perception=other) as library:
        assert kind_of(lambda: library.query_text("calm"), StoreError) == "other_perception"


def test_what_differs_is_told_with_both_values(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="the extra qwen is not installed")
    fill(tmp_path)
    with pytest.raises(StoreError, match="mapper is not set there and 'qwen' here"):
        Library.open(tmp_path, create=True, perception=PerceptionSettings(mapper="qwen"))


def test_a_refused_collection_is_not_left_locked(tmp_path: Path) -> None:
    fill(tmp_path)
    other = PerceptionSettings(use_descriptions=True)
    assert kind_of(lambda: Library.open(tmp_path, create=True, perception=other), StoreError) == "other_perception"
    Library.open(tmp_path).close()


def test_a_collection_whose_memory_is_lost_says_what_its_signature_tells(tmp_path: Path) -> None:
    settings = endpoint(**{"audio.model": "mine"})
    Library.open(tmp_path, create=True, perception=settings).close()
    (tmp_path / "collections" / "default" / "derived" / "perception").unlink()
    where = PerceptionChoice(options={"url": "http://127.0.0.1:9/v1"})
    with Library.open(tmp_path, perception=where) as library:
        assert library.settings.options["audio.model"] == "mine"
        assert library.perception.signature == library.store.signature


def test_a_collection_of_lite_needs_no_memory(tmp_path: Path) -> None:
    Library.open(tmp_path, create=True).close()
    assert not (tmp_path / "collections" / "default" / "derived" / "perception").exists()


def test_no_models_no_file_of_answers(tmp_path: Path, media: list[Path]) -> None:
    with Library.open(tmp_path / "data", create=True) as library:
        store_files(library, *media)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["collections"]


def test_the_data_folder_is_the_one_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_HOME", str(tmp_path))
    assert default_data_dir() == tmp_path


def test_the_data_folder_is_else_that_of_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMORETRIEVE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data_dir().is_relative_to(tmp_path)


# Querying


def test_a_song_finds_all_pictures_and_not_itself(library: Library, media: list[Path]) -> None:
    *pictures, song = store_files(library, *media)
    answer = library.query(media[-1], QueryOptions(to="any"))
    assert answer.query.id == song.id
    assert {result.item.id for result in answer.results} == {picture.id for picture in pictures}


def test_a_file_finds_the_same_before_and_after_it_is_indexed(library: Library, media: list[Path]) -> None:
    store_files(library, *media[:-1])
    before = library.query(media[-1]).to_json()
    store_files(library, media[-1])
    assert library.query(media[-1]).to_json() == before


def test_an_item_finds_the_same_by_its_id_as_by_its_file(library: Library, media: list[Path]) -> None:
    song = store_files(library, *media)[-1]
    assert library.query(song.id.upper()).to_json() == library.query(media[-1]).to_json()


def test_an_indexed_file_is_found_without_describing_it(tmp_path: Path, media: list[Path]) -> None:
    with Library.open(tmp_path / "data", create=True) as library:
        store_files(library, *media)
    script = (
        "import sys; from emoretrieve import Library\n"
        f"with Library.open({str(tmp_path / 'data')!r}) as library: print(library.query({str(media[-1])!r}).searched)\n"
        f"print([name for name in {DESCRIBING!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["3", "[]"]


def test_words_find_pictures(library: Library, media: list[Path]) -> None:
    store_files(library, *media)
    answer = library.query_text("a quiet and peaceful evening")
    assert answer.query.text == "a quiet and peaceful evening"
    assert {result.item.modality for result in answer.results} == {"image"}


@pytest.mark.parametrize("text", ["", "   ", "the of and", "xyzzy"])
def test_words_that_say_nothing_of_emotion_are_refused(library: Library, text: str) -> None:
    assert kind_of(lambda: library.query_text(text), QueryError) == "no_emotion_words"


def test_a_silent_song_finds_pictures_at_zero_and_is_flagged(
    library: Library, media: list[Path], tmp_path: Path
) -> None:
    store_files(library, *media)
    answer = library.query(write_sound(tmp_path / "silence.wav", np.zeros(RATE_HZ)))
    assert answer.query.profile.flagged
    assert [(result.score, result.z) for result in answer.results] == [(0.0, None)] * 3


def test_an_empty_collection_answers_with_no_results(library: Library, media: list[Path]) -> None:
    answer = library.query(media[0])
    assert (answer.searched, answer.results) == (0, ())


def test_a_collection_of_another_version_still_answers_for_indexed_files(tmp_path: Path, media: list[Path]) -> None:
    signature = {**open_perception(PerceptionSettings()).signature, "mapper.rules": "older"}
    with Library.open(tmp_path / "new", create=True) as library:
        items = [library.describe(path) for path in media]
    with open_collection(tmp_path, "default", signature=signature, create=True) as store:
        store.upsert(items[1:])
    with Library.open(tmp_path) as library:
        assert library.query(media[-1]).searched == 2
        assert kind_of(lambda: library.query(media[0]), StoreError) == "other_perception"
        assert kind_of(lambda: library.query_text("calm"), StoreError) == "other_perception"


# Files that cannot be queried


def test_a_missing_file_is_named(library: Library, tmp_path: Path) -> None:
    assert kind_of(lambda: library.query(tmp_path / "no.mp3"), SourceError) == "not_found"


def test_a_path_through_a_file_is_missing(library: Library, media: list[Path]) -> None:
    assert kind_of(lambda: library.query(media[0] / "inside"), SourceError) == "not_found"


@pytest.mark.parametrize("name", ["no\udcff.mp3", "no\x00.mp3"], ids=["no Unicode", "NUL"])
def test_a_missing_file_of_an_impossible_name_is_missing(library: Library, tmp_path: Path, name: str) -> None:
    assert kind_of(lambda: library.get(tmp_path / name), SourceError) == "not_found"
    assert kind_of(lambda: library.delete([tmp_path / name]), QueryError) == "not_indexed"


def test_a_folder_is_not_a_file(library: Library, tmp_path: Path) -> None:
    assert kind_of(lambda: library.query(tmp_path), SourceError) == "not_a_file"


def test_a_text_called_mp3_is_not_media(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "text.mp3"
    path.write_text("no music at all " * 100)
    assert kind_of(lambda: library.query(path), MediaError) == "not_media"


def test_an_empty_file_is_named_as_such(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    assert kind_of(lambda: library.query(tmp_path / "empty.mp3"), MediaError) == "empty_file"


def test_a_name_that_is_too_long_is_unreadable(library: Library, tmp_path: Path) -> None:
    assert kind_of(lambda: library.query(tmp_path / ("x" * 5_000)), MediaError) == "unreadable_file"


# Items


def test_an_item_is_had_by_id_and_by_file(library: Library, media: list[Path]) -> None:
    song = store_files(library, *media)[-1]
    assert library.get(song.id) == library.get(media[-1]) == library.get(str(media[-1])) == song


def test_a_file_that_is_not_indexed_is_described_and_not_stored(library: Library, media: list[Path]) -> None:
    item = library.get(media[0])
    assert item == library.describe(media[0])
    assert item.paths == (str(media[0].resolve()),)
    assert library.count() == 0


def test_an_item_whose_file_is_gone_is_had_by_the_path_it_had(library: Library, media: list[Path]) -> None:
    song = store_files(library, *media)[-1]
    media[-1].unlink()
    assert library.get(media[-1]) == song


def test_a_copy_under_another_name_is_the_same_item(library: Library, media: list[Path], tmp_path: Path) -> None:
    song = store_files(library, *media)[-1]
    copy = tmp_path / "a copy ü\n.bin"
    copy.write_bytes(media[-1].read_bytes())
    assert library.get(copy) == song


def test_an_unknown_id_is_not_indexed(library: Library) -> None:
    unknown = "00000000-0000-5000-8000-000000000000"
    assert kind_of(lambda: library.get(unknown), QueryError) == "not_indexed"
    assert kind_of(lambda: library.query(unknown), QueryError) == "not_indexed"
    assert kind_of(lambda: library.delete([unknown]), QueryError) == "not_indexed"


def test_items_are_deleted_by_id_by_file_and_by_the_path_they_had(library: Library, media: list[Path]) -> None:
    items = store_files(library, *media)
    media[1].unlink()
    write_picture(media[2], seed=77)  # the path now holds other bytes
    assert library.delete([items[0].id, media[1], media[2], media[2]]) == 3
    assert list(library.items()) == [items[3]]


def test_one_unknown_reference_deletes_nothing(library: Library, media: list[Path], tmp_path: Path) -> None:
    items = store_files(library, *media)
    assert kind_of(lambda: library.delete([items[0].id, tmp_path / "no.png"]), QueryError) == "not_indexed"
    assert library.count() == len(items)


def test_items_are_listed_by_id_under_conditions(library: Library, media: list[Path]) -> None:
    items = store_files(library, *media)
    assert list(library.items()) == sorted(items, key=lambda item: item.id)
    assert [item.modality for item in library.items(Where("audio"))] == ["audio"]
    assert list(library.items(Where(None, (Equals("artist", "nobody"),)))) == []


def test_the_status_says_what_is_there_and_where(library: Library, media: list[Path], tmp_path: Path) -> None:
    store_files(library, *media)
    status = library.status()
    assert (status.audio, status.image) == (1, 3)
    assert status.folder == tmp_path / "data" / "collections" / "default"
    assert status.bytes_on_disk is not None
    assert status.bytes_on_disk > 0
    assert status.to_json()["signature"] == dict(library.store.signature)


def test_a_reference_that_is_too_long_for_a_file_deletes_nothing(library: Library, media: list[Path]) -> None:
    store_files(library, *media)
    with pytest.raises(MediaError, match="too long"):
        library.delete([media[0], "x" * 5_000])
    assert library.count() == len(media)


def test_a_collection_that_names_no_perception_is_refused_when_one_is_needed(tmp_path: Path) -> None:
    open_collection(tmp_path, "default", signature={}, create=True).close()
    with Library.open(tmp_path) as library, pytest.raises(StoreError) as caught:
        library.query_text("sad")
    assert caught.value.kind == "other_perception"
