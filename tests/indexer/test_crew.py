"""The crew of a server: processes that a file may kill, at the file's own cost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from emoretrieve.errors import EmoretrieveError, MediaError
from emoretrieve.library import Library
from emoretrieve.media.limits import MediaLimits
from emoretrieve_indexer.crew import Crew, CrewSettings
from tests.cli.media import draw_media

LIMITS = MediaLimits(seconds=30, pixels=50_000_000, memory_bytes=1_500 * 2**20)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew(CrewSettings(workers=1, timeout_s=60, limits=LIMITS))
    yield crew
    crew.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", create=True) as library:
        yield library


def test_a_file_is_described_as_the_library_describes_it(crew: Crew, library: Library, media: Path) -> None:
    for name in ("mist.png", "hum.wav"):
        assert crew.describe(library, media / name) == library.describe(media / name)


def test_a_file_of_known_bytes_is_the_item_that_has_them(
    crew: Crew, library: Library, media: Path, tmp_path: Path
) -> None:
    stored = library.describe(media / "hum.wav")
    library.store.upsert([stored])
    copy = tmp_path / "copy.wav"
    copy.write_bytes((media / "hum.wav").read_bytes())
    assert crew.describe(library, copy) == stored


def test_many_threads_share_one_process(crew: Crew, library: Library, media: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        items = list(pool.map(lambda _: crew.describe(library, media / "night.png"), range(8)))
    assert len({item.id for item in items}) == 1


def test_a_picture_that_needs_more_memory_than_is_allowed_fails_alone(
    library: Library, media: Path, tmp_path: Path
) -> None:
    """Floating-point pictures are decoded whole: 45 million pixels take more than is left."""
    large = tmp_path / "large.tiff"
    Image.new("F", (6_700, 6_700)).save(large, compression="tiff_adobe_deflate")
    assert large.stat().st_size < 1_000_000
    tight = Crew(CrewSettings(workers=1, timeout_s=60, limits=MediaLimits(memory_bytes=650 * 2**20)))
    try:
        with pytest.raises(EmoretrieveError):
            tight.describe(library, large)
        assert tight.describe(library, media / "mist.png").captions.whole
    finally:
        tight.close()


@pytest.mark.parametrize(
    ("limits", "kind"), [(MediaLimits(pixels=100), "too_large"), (MediaLimits(seconds=1), "too_long")]
)
def test_what_a_header_says_is_held_to_the_limits(
    library: Library, media: Path, limits: MediaLimits, kind: str
) -> None:
    strict = Crew(CrewSettings(workers=1, limits=limits))
    try:
        with pytest.raises(MediaError) as caught:
            strict.describe(library, media / ("mist.png" if kind == "too_large" else "hum.wav"))
        assert caught.value.kind == kind
    finally:
        strict.close()


def test_previews_are_made_in_the_process_too(crew: Crew, media: Path, tmp_path: Path) -> None:
    assert max(Image.open(BytesIO(crew.preview(media / "sunny.png", "image", 20))).size) == 20
    assert len(crew.preview(media / "hum.wav", "audio")) > 1_000
    (tmp_path / "none.png").write_bytes(b"nothing")
    with pytest.raises(MediaError):
        crew.preview(tmp_path / "none.png", "image", 20)


def test_indexing_tells_how_far_it_is_and_ends_when_it_is_asked_to(crew: Crew, library: Library, media: Path) -> None:
    told: list[tuple[int, int, int]] = []
    stop = threading.Event()

    def tell(found: int, done: int, failed: int) -> None:
        told.append((found, done, failed))

    report, whole = crew.index(library, [media], (media,), "image", tell, stop.is_set)
    assert (report["indexed"], whole) == (4, True)
    assert told[-1] == (7, 7, 0)
    stop.set()
    report, whole = crew.index(library, [media], (media,), None, tell, stop.is_set)
    assert (report["indexed"], whole) == (0, False)
