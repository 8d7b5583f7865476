"""What stands for captions and colours that files gave refuses to make any."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.media import MediaFile
from emoretrieve.perception import PerceptionSettings, open_perception


def test_a_file_cannot_be_described_and_the_sentence_says_what_can_be_asked() -> None:
    perception = open_perception(PerceptionSettings("captions"))
    with pytest.raises(PerceptionError, match="--text WORDS") as refused:
        perception.describe(MediaFile(Path("song.mp3"), "audio", "mp3"))
    assert refused.value.kind == "no_captioner"


def test_words_and_captions_cannot_be_coloured_by_given_colours() -> None:
    perception = open_perception(PerceptionSettings("captions", mapper="given"))
    with pytest.raises(PerceptionError, match="recolour --mapper lexicon") as refused:
        perception.colour_text("a quiet evening")
    assert refused.value.kind == "no_mapper"
    captions = Captions("calm", ("calm", "calm", "calm", "calm"))
    with pytest.raises(PerceptionError, match="'calm'"):
        perception.mapper.colour(captions)  # type: ignore[union-attr]  # the given mapper asks no model


def test_captions_without_given_colours_are_coloured_by_the_lexicon() -> None:
    perception = open_perception(PerceptionSettings("captions"))
    assert perception.colour_text("a wild and joyful dance").r > 100
