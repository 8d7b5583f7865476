"""What a search starts from: an item, or words, with a colour."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.item import Captions, Item
from emoretrieve.search.options import Source


@dataclass(frozen=True, slots=True)
class Query:
    """A coloured query."""

    modality: Source
    profile: EmotionProfile
    captions: Captions
    """For words, the words themselves in every part."""
    item: Item | None = None
    """None for words."""
    text: str | None = None
    indexed: bool = False
    """True for an item of the searched collection: it is left out of its own results."""

    @classmethod
    def of_item(cls, item: Item, *, indexed: bool) -> Query:
        """A query by an item, from the collection or described just now."""
        return cls(item.modality, item.profile, item.captions, item, indexed=indexed)

    @classmethod
    def of_text(cls, text: str, colour: Rgb) -> Query:
        """A query in words: one colour throughout."""
        captions = Captions(text, (text, text, text, text))
        return cls("text", EmotionProfile.uniform(colour), captions, text=text)

    @property
    def id(self) -> str | None:
        """The item's id; None for words."""
        return self.item.id if self.item else None

    @property
    def paths(self) -> tuple[str, ...]:
        """The item's paths; none for words."""
        return self.item.paths if self.item else ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids that are no result of this query."""
        return (self.item.id,) if self.item and self.indexed else ()
