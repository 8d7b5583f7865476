"""What the study counts as a word, as its published notebooks do it.

They take out punctuation and digits, cut at white space and around typographic apostrophes, and then differ: of songs
the stop words of Italian are left out, although the descriptions are English; of the fragments of images some phrases.
"""

from __future__ import annotations

import string

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ITALIAN = frozenset({"a", "all", "c", "e", "era", "i", "in", "per"})
"""Those stop words of Italian that stand in the descriptions of songs as well, as letters or as English words."""
_PHRASES = (
    "a visual representation of",
    "this image presents",
    "this image depicts",
    "the painting illustrates",
    "the artwork portrays",
    "the image shows",
)


def words_of_song(text: str) -> int:
    """Of a description of a song."""
    return sum(word not in _ITALIAN for word in _words(text))


def words_of_image(text: str) -> int:
    """Of a description of a whole image."""
    return len(_words(text))


def words_of_image_fragments(text: str) -> int:
    """Of the descriptions of an image's fragments, one after another."""
    text = text.lower()
    for phrase in _PHRASES:
        text = text.replace(phrase, " ")
    return len(_words(text))


def _words(text: str) -> list[str]:
    plain = text.lower().translate(_PUNCTUATION)
    letters = "".join(" ’ " if one == "’" else one for one in plain if not one.isdigit())
    return letters.split()
