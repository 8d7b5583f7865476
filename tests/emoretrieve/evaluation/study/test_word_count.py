"""Words are counted as the study's notebooks count them."""

from __future__ import annotations

import pytest

from emoretrieve.evaluation.study.word_count import words_of_image, words_of_image_fragments, words_of_song


@pytest.mark.parametrize(
    ("text", "of_song", "of_image"),
    [
        ("A well-lit room, 12 chairs.", 3, 4),  # "a" is a stop word of Italian; hyphen and digits go
        ("", 0, 0),
        ("It's a #1 - hit", 2, 3),
        ("The artist’s hand", 5, 5),  # a typographic apostrophe is a word, an ASCII one is taken out
        ("Dark—blue in the key of C", 4, 6),
    ],
)
def test_two_rules_count_words(text: str, of_song: int, of_image: int) -> None:
    assert (words_of_song(text), words_of_image(text)) == (of_song, of_image)


def test_phrases_count_nothing_in_the_fragments_of_an_image() -> None:
    assert words_of_image_fragments("The image shows a tree. This image presents it.") == 3
    assert words_of_image("The image shows a tree. This image presents it.") == 9
