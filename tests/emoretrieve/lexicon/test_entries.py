"""The lexicon's data file is well formed, and another file is another lexicon."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.lexicon.entries import DATA_FILE, HEADER, Lexicon, load_lexicon

ENTRIES = load_lexicon().entries
ROW = "calm\t0\t1\t0\tease"


def data(*rows: str) -> bytes:
    return "\n".join(["\t".join(HEADER), *rows, ""]).encode()


def test_there_are_no_duplicates() -> None:
    counts = Counter(entry.pattern for entry in ENTRIES)
    assert [pattern for pattern, count in counts.items() if count > 1] == []


def test_weights_are_in_range() -> None:
    assert all(-1 <= weight <= 1 for entry in ENTRIES for weight in entry.weights)


def test_patterns_are_words_stems_or_phrases_in_lower_case() -> None:
    shape = re.compile(r"[a-zé]{2,}|[a-zé]+( [a-z]+)+|[a-z]{3,}\*")
    assert [entry.pattern for entry in ENTRIES if not shape.fullmatch(entry.pattern)] == []


def test_only_phrases_weigh_nothing() -> None:
    assert [entry.pattern for entry in ENTRIES if " " not in entry.pattern and not any(entry.weights)] == []


def test_no_entry_repeats_what_a_stem_says() -> None:
    stems = {entry.pattern[:-1]: entry for entry in ENTRIES if entry.pattern.endswith("*")}
    words = [entry for entry in ENTRIES if " " not in entry.pattern]
    repeated = [
        entry.pattern
        for entry in words
        for end in range(3, len(entry.pattern.rstrip("*")) + (not entry.pattern.endswith("*")))
        if (stem := stems.get(entry.pattern[:end])) and stem.weights == entry.weights
    ]
    assert repeated == []


def test_every_entry_stands_under_a_theme() -> None:
    assert [entry.pattern for entry in ENTRIES if not entry.theme.strip()] == []


def test_each_axis_has_hundreds_of_words() -> None:
    assert all(sum(entry.weights[axis] >= 0.5 for entry in ENTRIES) >= 200 for axis in range(3))


def test_the_signature_is_the_hash_of_the_file() -> None:
    assert load_lexicon().sha256 == hashlib.sha256(DATA_FILE.read_bytes()).hexdigest()


def test_another_weight_is_another_signature() -> None:
    assert Lexicon(data(ROW)).sha256 != Lexicon(data(ROW.replace("1", "0.9"))).sha256


def test_a_word_is_found_before_a_stem_and_a_long_stem_before_a_short_one() -> None:
    lexicon = Lexicon(data("calm*\t0\t1\t0\tease", "calmed\t0\t0.5\t0\tease", "calmati*\t0\t0.7\t0\tease"))
    found = [lexicon.find_word(word) for word in ("calmly", "calmed", "calmative")]
    assert [entry and entry.weights[1] for entry in found] == [1, 0.5, 0.7]


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match=r"gone\.tsv") as caught:
        load_lexicon(tmp_path / "gone.tsv")
    assert caught.value.kind == "no_lexicon"


@pytest.mark.parametrize("rows", [["calm\t0\t1"], ["calm\t0\tone\t0\tease"]])
def test_a_malformed_row_is_an_error_that_names_its_line(rows: list[str]) -> None:
    with pytest.raises(PerceptionError, match="Line 2"):
        Lexicon(data(*rows))


def test_a_file_without_its_header_is_an_error() -> None:
    with pytest.raises(PerceptionError, match="columns"):
        Lexicon(ROW.encode())
