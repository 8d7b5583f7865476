"""The words of a caption that name a mood."""

from __future__ import annotations

import pytest

from emoretrieve.lexicon.moods import mood_words


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("A serene, Melancholy song. Serene!", ("serene", "melancholy")),
        ("It is not calm, hardly gentle and never sad.", ()),
        ("Laid-back and peaceful.", ("laid-back", "peaceful")),
        ("A warm trumpet on a table.", ()),
        ("", ()),
    ],
)
def test_words_that_name_a_mood_are_kept_once_and_denied_ones_left_out(caption: str, words: tuple[str, ...]) -> None:
    assert mood_words(caption) == words
