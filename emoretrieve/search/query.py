"""What a search starts from: an item, or words, with a colour."""

from __future__ import annotations

from dataclasses import dataclass

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats, Space, colours, vectors
from emoretrieve.item import Captions, Item
from emoretrieve.search.options import Source


@dataclass(frozen=True, slots=True)
class Examples:
    """Items that the results shall be like, and unlike."""

    liked: tuple[Item, ...] = ()
    disliked: tuple[Item, ...] = ()
    indexed: frozenset[str] = frozenset()
    """The ids of those that are in the searched collection: they are no results."""
    words: str = ""
    """Words that the results shall feel like as well."""
    worded: Rgb | None = None
    """Their colour."""

    def __bool__(self) -> bool:
        return bool(self.liked or self.disliked or self.words)

    @property
    def liked_profiles(self) -> list[EmotionProfile]:
        """Of what is liked: items, and words, which count as one item of one colour throughout."""
        worded = [] if self.worded is None else [EmotionProfile.uniform(self.worded)]
        return [*(item.profile for item in self.liked), *worded]

    @property
    def stored(self) -> tuple[Item, ...]:
        return tuple(item for item in (*self.liked, *self.disliked) if item.id in self.indexed)


NO_EXAMPLES = Examples()


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
    examples: Examples = NO_EXAMPLES
    """What is liked beside it, and what is not."""

    @classmethod
    def of_item(cls, item: Item, *, indexed: bool) -> Query:
        """A query by an item, from the collection or described just now."""
        return cls(item.modality, item.profile, item.captions, item, indexed=indexed)

    @classmethod
    def of_text(cls, text: str, colour: Rgb) -> Query:
        """A query in words: one colour throughout."""
        captions = Captions(text, (text, text, text, text))
        return cls("text", EmotionProfile.uniform(colour), captions, text=text)

    @classmethod
    def of_colours(cls, profile: EmotionProfile) -> Query:
        """A query by colours alone."""
        return cls("colour", profile, Captions("", ("", "", "", "")))

    def direction(self, space: Space) -> Floats:
        """The 15 numbers that stand for the query in a space, before the weights of a match.

        Those of its profile. With examples, the query counts as one that is liked: the mean of what is liked, moved
        away from the mean of what is disliked by their difference, `liked + (liked - disliked)` (Rocchio 1971 with the
        weights 2 and 1; Qdrant's `average_vector`). So the score of an item, which is linear in it, is twice its mean
        score under the liked ones minus its mean score under the disliked ones.
        """
        liked: Floats = vectors(space, colours([self.profile, *self.examples.liked_profiles]))
        mean: Floats = liked.mean(axis=0)
        if not self.examples.disliked:
            return mean
        disliked = vectors(space, colours(item.profile for item in self.examples.disliked))
        direction: Floats = 2 * mean - disliked.mean(axis=0)
        return direction

    @property
    def null_source(self) -> Source | None:
        """The kind of random profiles that the query is held against; None where none are like it."""
        if self.examples:
            return None
        one_colour = len(set(self.profile.parts)) == 1
        return "text" if self.modality == "colour" and one_colour else self.modality

    @property
    def stored(self) -> tuple[Item, ...]:
        """The items of the collection among query and examples, each once."""
        own = [self.item] if self.item and self.indexed else []
        known = {item.id: item for item in (*own, *self.examples.stored)}
        return tuple(known.values())

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
        return tuple(item.id for item in self.stored)
