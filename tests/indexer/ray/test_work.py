"""What a stage does with what arrives."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.errors import PerceptionError
from emoretrieve.media import MediaFile
from emoretrieve.perception import Described, PerceptionSettings
from emoretrieve_indexer.ray.parcel import Ending, Load, pack, unpack
from emoretrieve_indexer.ray.work import STAGES, concerns, do, unreachable
from emoretrieve_indexer.worker import Describe, Examine, Failed
from tests.indexer.fakes import open_fake, picture

_FAILED = Failed("It cannot be read.", "unreadable_media")


def test_what_failed_before_passes_every_stage() -> None:
    assert not any(concerns(stage, _FAILED) for stage in STAGES)


def test_a_file_is_described_where_no_model_is_asked(tmp_path: Path) -> None:
    task = Describe(MediaFile(picture(tmp_path / "a.png", "x"), "image", "png"))
    assert isinstance(do("files", task, open_fake(PerceptionSettings("fake"))), Described)


def test_a_machine_without_the_file_is_named(tmp_path: Path) -> None:
    failure = unreachable(Examine(str(tmp_path / "a.png")))
    assert failure is not None
    assert failure.kind == "unreachable_file"
    assert "same folders" in failure.error


def test_a_file_that_is_there_is_reachable(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", "x")
    assert unreachable(Describe(MediaFile(path, "image", "png"))) is None


def test_a_parcel_carries_its_loads() -> None:
    loads = [Load(1, Examine("a")), Load(2, _FAILED), Load(3, Ending(PerceptionError("No.", kind="server_gone")))]
    arrived = unpack(pack(loads))
    assert arrived[:2] == loads[:2]
    assert isinstance(arrived[2].content, Ending)
    assert (str(arrived[2].content.error), arrived[2].content.error.kind) == ("No.", "server_gone")


def test_a_block_without_rows_carries_nothing() -> None:
    assert unpack(pack([]).slice(0, 0)) == []
