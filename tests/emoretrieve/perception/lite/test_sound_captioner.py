"""The built-in captioner lets a file's own words in only when asked to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emoretrieve.media import MediaFile
from emoretrieve.perception.lite import LiteCaptioner
from tests.emoretrieve.perception.lite.sounds import Tune, write


@pytest.fixture
def tune(tmp_path: Path) -> MediaFile:
    media = write(tmp_path / "tune.wav", Tune(1, seconds=4).play())
    return replace(media, metadata={"title": "Lost\n Summer", "artist": "Ada", "year": 1999, "genre": ""})


def test_captions_do_not_hold_metadata(tune: MediaFile) -> None:
    said = " ".join(LiteCaptioner().caption(tune).captions.parts)
    assert not any(word in said for word in ("Lost", "Ada", "1999"))


def test_with_descriptions_every_part_says_what_the_file_says_of_itself(tune: MediaFile) -> None:
    plain = LiteCaptioner().caption(tune)
    told = LiteCaptioner(use_descriptions=True).caption(tune)
    sentence = " Described as title: Lost Summer; artist: Ada."
    assert told.captions.parts == tuple(part + sentence for part in plain.captions.parts)
    assert told.coverage == plain.coverage


def test_without_metadata_descriptions_add_nothing(tune: MediaFile) -> None:
    bare = replace(tune, metadata={})
    assert LiteCaptioner(use_descriptions=True).caption(bare) == LiteCaptioner().caption(bare)


def test_the_signature_names_captioner_and_version() -> None:
    assert set(LiteCaptioner().signature) == {"name", "version"}
