"""Worker processes: whatever kills one costs the file it was reading and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.item import hash_file
from emoretrieve.media import MediaFile
from emoretrieve.perception import Described, Perception, PerceptionSettings
from emoretrieve_indexer.worker import Describe, Examine, Examined, Failed, NotMedia, Result, Setup, perform
from emoretrieve_indexer.workers import Workers
from tests.indexer.conftest import ordinary_user
from tests.indexer.fakes import open_and_die, open_fake, open_without_library, picture


def _setup(open_perception: Callable[[PerceptionSettings], Perception] = open_fake, timeout_s: float = 60.0) -> Setup:
    return Setup(open_perception, PerceptionSettings("fake"), timeout_s)


def _describe(path: Path) -> Describe:
    return Describe(MediaFile(path, "image", "png"))


def _results(workers: Workers[str], tasks: dict[str, Describe]) -> dict[str, Result]:
    results: dict[str, Result] = {}
    waiting: Iterator[tuple[str, Describe]] = iter(tasks.items())
    while len(results) < len(tasks):
        while workers.has_room and (entry := next(waiting, None)):
            workers.submit(*entry)
        results.update(workers.wait(5.0))
    return results


def _tasks(folder: Path, *texts: str) -> dict[str, Describe]:
    return {text: _describe(picture(folder / f"{text}.png", text)) for text in texts}


def _failure(result: Result) -> tuple[str, str]:
    assert isinstance(result, Failed)
    return result.kind, result.error


@pytest.mark.parametrize(
    ("deed", "words"), [("killed", "memory ran out"), ("segfault", "SIGSEGV"), ("exits", "exit code 7")]
)
def test_a_dead_worker_costs_only_the_file_it_was_reading(tmp_path: Path, deed: str, words: str) -> None:
    with Workers[str](_setup(), 1) as workers:
        results = _results(workers, _tasks(tmp_path, "one", deed, "two", "three"))
    kind, error = _failure(results.pop(deed))
    assert kind == "worker_died"
    assert words in error
    assert all(isinstance(result, Described) for result in results.values())


def test_a_hanging_worker_is_given_up(tmp_path: Path) -> None:
    with Workers[str](_setup(timeout_s=0.5), 1) as workers:
        results = _results(workers, _tasks(tmp_path, "hangs", "one"))
    assert _failure(results["hangs"]) == (
        "worker_died",
        "The worker process that read this file ended: it took longer than 0.5 s.",
    )
    assert isinstance(results["one"], Described)


def test_workers_run_at_the_same_time(tmp_path: Path) -> None:
    with Workers[str](_setup(), 2) as workers:
        results = _results(workers, _tasks(tmp_path, "meets 1", "meets 2"))
    assert all(isinstance(result, Described) for result in results.values())


def test_closing_ends_a_worker_in_the_middle_of_a_file(tmp_path: Path) -> None:
    begun = time.monotonic()
    with Workers[str](_setup(), 1) as workers:
        workers.submit("one", _tasks(tmp_path, "hangs")["hangs"])
        workers.wait(5.0)
    assert time.monotonic() - begun < 5.0


def test_a_perception_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with Workers[str](_setup(open_without_library), 1) as workers, pytest.raises(MissingDependency, match="install it"):
        _results(workers, _tasks(tmp_path, "one"))


def test_a_worker_that_dies_while_starting_is_an_error_instead_of_an_endless_loop(tmp_path: Path) -> None:
    with Workers[str](_setup(open_and_die), 1) as workers, pytest.raises(PerceptionError, match="exit code 3"):
        _results(workers, _tasks(tmp_path, "one"))


def _only_worker() -> Path:
    """The /proc folder of the one worker of this process, which may have children of other kinds."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    [worker] = [child for child in children if b"indexer.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return Path("/proc") / worker


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_numerical_libraries_get_one_thread_a_worker(tmp_path: Path) -> None:
    with Workers[str](_setup(), 1) as workers:
        _results(workers, _tasks(tmp_path, "one"))
        assert b"OPENBLAS_NUM_THREADS=1" in (_only_worker() / "environ").read_bytes().split(b"\0")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_is_what_the_system_ends_first_where_memory_runs_out(tmp_path: Path) -> None:
    with Workers[str](_setup(), 1) as workers:
        _results(workers, _tasks(tmp_path, "one"))
        assert (_only_worker() / "oom_score_adj").read_text() == "500\n"


def test_a_file_is_examined_by_content(tmp_path: Path) -> None:
    path = picture(tmp_path / "no_picture_by_name.txt", "x")
    result = perform(Examine(str(path)), open_fake(PerceptionSettings("fake")))
    assert isinstance(result, Examined)
    assert (result.media.modality, result.media.format, result.sha256) == ("image", "png", hash_file(path))


def test_a_text_is_not_media_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_text("These are words, and plenty of them.")
    assert perform(Examine(str(tmp_path / "song.mp3")), open_fake(PerceptionSettings("fake"))) == NotMedia()


def test_an_unreadable_file_fails_with_its_reason(public_folder: Path) -> None:
    path = picture(public_folder / "a.png", "x")
    path.chmod(0)
    with ordinary_user():
        kind, error = _failure(perform(Examine(str(path)), open_fake(PerceptionSettings("fake"))))
    assert kind == "unreadable_file"
    assert "Permission denied" in error


def test_a_defect_met_by_one_file_is_that_file_s_failure(tmp_path: Path) -> None:
    kind, error = _failure(perform(_tasks(tmp_path, "bug")["bug"], open_fake(PerceptionSettings("fake"))))
    assert kind == "internal_error"
    assert "ZeroDivisionError" in error


_PICTURE_LIBRARIES = {"PIL"}
_SOUND_LIBRARIES = {"soundfile", "soxr", "scipy"}


def _loaded_by_a_worker_for(path: Path) -> set[str]:
    """The libraries that a worker process has loaded once it has examined and described a file."""
    program = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from emoretrieve.perception import PerceptionSettings, open_perception\n"
        "from emoretrieve.perception import Described\n"
        "from emoretrieve_indexer.worker import Describe, Examine, perform\n"
        "perception = open_perception(PerceptionSettings())\n"
        f"examined = perform(Examine({str(path)!r}), perception)\n"
        "assert isinstance(perform(Describe(examined.media), perception), Described)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    run = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_worker_loads_no_sound_libraries_for_a_picture(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    loaded = _loaded_by_a_worker_for(tmp_path / "a.png")
    assert loaded & (_PICTURE_LIBRARIES | _SOUND_LIBRARIES) == _PICTURE_LIBRARIES


def test_a_worker_loads_no_picture_libraries_for_a_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(16_000) * 0.1), 16_000)
    loaded = _loaded_by_a_worker_for(tmp_path / "a.wav")
    assert loaded & (_PICTURE_LIBRARIES | _SOUND_LIBRARIES) == _SOUND_LIBRARIES


def test_a_worker_loads_nothing_that_only_the_indexing_process_needs(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    assert not _loaded_by_a_worker_for(tmp_path / "a.png") & {"sqlite3", "pandas", "pyarrow", "qdrant_edge", "rich"}
