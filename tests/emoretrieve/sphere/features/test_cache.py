"""Features are extracted once, whoever asks and whatever happens to the process or the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from emoretrieve.errors import MediaError, SourceError
from emoretrieve.sphere.features import Features, Input, input_or_error
from emoretrieve.sphere.features.cache import FeatureCache, extract_cached
from emoretrieve.sphere.features.extraction import Outcome
from emoretrieve.sphere.features.lite import LiteExtractor
from emoretrieve.sphere.modality import Modality


class Counting(LiteExtractor):
    """The built-in features, counting what it was asked for; of another version if it is told so."""

    def __init__(self, version: str = "1") -> None:
        self.asked: list[Input] = []
        self._version = version

    def signature(self, modality: Modality) -> Mapping[str, str]:
        return {**super().signature(modality), "version": self._version}

    def extract(self, modality: Modality, inputs: Sequence[Input]) -> Features:
        self.asked += inputs
        return super().extract(modality, inputs)


def extracted(
    file: Path, extractor: Counting, inputs: Sequence[Input | MediaError], modality: Modality
) -> list[Outcome]:
    with FeatureCache(file) as cache:
        return list(extract_cached(extractor, modality, inputs, cache))


def same(one: Outcome, other: Outcome) -> bool:
    return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and np.array_equal(one, other)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "features.sqlite"


def test_what_is_known_is_not_extracted_again_and_is_the_same_to_the_bit(file: Path) -> None:
    first, second = Counting(), Counting()
    texts = [f"text {number}" for number in range(40)]
    before = extracted(file, first, texts, "text")
    after = extracted(file, second, [*texts, "a new one"], "text")
    assert len(first.asked) == 40
    assert second.asked == ["a new one"]
    assert all(same(one, other) for one, other in zip(before, after, strict=False))


def test_content_counts_and_not_the_name(file: Path, media: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.png").write_bytes((media / "mist.png").read_bytes())
    counting = Counting()
    extracted(file, counting, [input_or_error("image", media / "mist.png")], "image")
    extracted(file, counting, [input_or_error("image", tmp_path / "copy.png")], "image")
    assert len(counting.asked) == 1


def test_another_version_or_modality_has_features_of_its_own(file: Path) -> None:
    extracted(file, Counting("1"), ["a"], "text")
    later = Counting("2")
    extracted(file, later, ["a"], "text")
    assert later.asked == ["a"]


def test_a_file_that_failed_keeps_its_place_and_is_tried_again(file: Path, media: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes((media / "mist.png").read_bytes()[:60])
    given = [
        input_or_error("image", path) for path in (media / "mist.png", broken, tmp_path / "no.png", media / "night.png")
    ]
    found = extracted(file, Counting(), given, "image")
    assert [isinstance(one, MediaError) for one in found] == [False, True, True, False]
    again = Counting()
    extracted(file, again, given, "image")
    assert len(again.asked) == 1


def test_a_damaged_row_is_extracted_again(file: Path) -> None:
    right = extracted(file, Counting(), ["a", "b"], "text")
    with sqlite3.connect(file) as database:
        (blob,) = database.execute("SELECT row FROM features LIMIT 1").fetchone()
        database.execute("UPDATE features SET row = ?", (blob[:20] + b"\x7f" + blob[21:],))
    database.close()
    again = Counting()
    found = extracted(file, again, ["a", "b"], "text")
    assert len(again.asked) >= 1
    assert all(same(one, other) for one, other in zip(found, right, strict=True))


def test_two_programs_use_one_file_at_once(file: Path) -> None:
    with FeatureCache(file) as one, FeatureCache(file) as other:
        counting = Counting()
        mine = extract_cached(counting, "text", [f"text {number}" for number in range(40)], one)
        theirs = extract_cached(counting, "text", [f"text {number}" for number in range(40)], other)
        for first, second in zip(mine, theirs, strict=True):
            assert same(first, second)
    assert len(counting.asked) == 40


def test_what_a_killed_program_had_begun_to_write_is_as_if_it_had_not(file: Path) -> None:
    extracted(file, Counting(), ["a"], "text")
    killed = sqlite3.connect(file, isolation_level=None)
    killed.execute("BEGIN IMMEDIATE")
    killed.execute("DELETE FROM features")
    killed.close()
    again = Counting()
    extracted(file, again, ["a"], "text")
    assert again.asked == []


@pytest.mark.parametrize("content", [None, b"this is no database, and it is long enough to look like one " * 20])
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "features.sqlite"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(SourceError, match=r"kept features '.*' cannot be used: .*remove it") as caught:
        FeatureCache(file)
    assert caught.value.kind == "feature_cache"
