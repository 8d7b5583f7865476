"""What docs/lexicon.md says of the lexicon is so."""

from __future__ import annotations

import re
from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from emoretrieve.lexicon.entries import load_lexicon
from emoretrieve.perception.lexicon import Interactions
from emoretrieve.perception.mood import mood_sentence
from emoretrieve.perception.mood_ladder import ladder

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "lexicon.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def words_after(opening: str) -> list[str]:
    """The words of the list in italics that begins here."""
    match = re.search(re.escape(opening) + r"[^*]*\*([^*]+)\*", TEXT)
    assert match
    return re.split(r",\s+", match[1])


def test_its_example_runs() -> None:
    examples = list(Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT)).parse(DOCUMENT).examples())
    assert examples
    for example in examples:
        example.evaluate()


def test_the_words_called_neutral_weigh_nothing() -> None:
    words = words_after("these words weigh nothing:")
    assert [word for word in words if load_lexicon().find_word(word)] == []


def test_the_words_said_to_weigh_something_do() -> None:
    found = {word: load_lexicon().find(word.split(), 0)[0] for word in words_after("These\ndo:")}
    assert [word for word, entry in found.items() if entry is None] == []


def test_counts_of_rows_and_themes_are_right() -> None:
    entries = load_lexicon().entries
    assert f"{len(entries):,} rows" in TEXT
    assert f"{len({entry.theme for entry in entries})} themes" in TEXT


def test_the_measured_lexicon_is_the_one_that_is_there() -> None:
    assert f"`{load_lexicon().sha256[:12]}`" in TEXT


def test_interactions_are_as_stated() -> None:
    stated = re.findall(r"^\| (\w+) \| (for|against) (\w+) \| ([\d.]+) \|", TEXT, re.MULTILINE)
    rules = Interactions()
    assert {f"{one}_{way}_{other}": float(size) for one, way, other, size in stated} == {
        name: getattr(rules, name) for name in Interactions.__dataclass_fields__
    }


def test_mood_sentences_are_as_shown() -> None:
    shown = re.findall(r"^    \((\.\d), (\.\d), (\.\d)\)   (It feels .*)$", TEXT, re.MULTILINE)
    assert len(shown) == 3
    for excitement, calmness, sadness, sentence in shown:
        assert mood_sentence(float(excitement), float(calmness), float(sadness)) == sentence


def test_ladders_are_as_long_as_said() -> None:
    lengths = [len(ladder(axis)) for axis in ("excitement", "calmness", "sadness")]
    assert f"ladder of {min(lengths)} to {max(lengths)} phrases" in TEXT
