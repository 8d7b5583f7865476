"""Pages of answers: a cursor says what was asked and where the last page ended.

A page begins behind the last result of the page before, by score and id, also where items were added or removed since:
none comes twice, and none that stayed is left out. Diverse and rescored answers have an order of their own, in
which only the place counts.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import RequestError
from emoretrieve.item import Captions, Item
from emoretrieve.search.answer import Answer, Result, captions_json, profile_json
from emoretrieve.search.options import QueryOptions
from emoretrieve.wire import Captions as WireCaptions
from emoretrieve.wire import Choices, QueryAsked
from emoretrieve.wire import Profile as WireProfile
from emoretrieve.wire.item import Modality

_MOST_BYTES = 100_000
_DEEPEST = 100_000
"""Results that are left out before a page: beyond, a filter is the better question."""

Ask = Callable[[QueryOptions], Answer]


class Described(BaseModel):
    """An uploaded file, as far as further pages need it."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    modality: Modality
    profile: WireProfile
    captions: WireCaptions
    coverage: float = Field(ge=0, le=1)
    said: str = Field(max_length=200)

    @classmethod
    def of(cls, item: Item, said: str) -> Described:
        return cls(
            sha256=item.sha256 or "",
            modality=item.modality,
            profile=WireProfile.model_validate(profile_json(item.profile)),
            captions=WireCaptions.model_validate(captions_json(item.captions)),
            coverage=item.coverage,
            said=said,
        )

    @property
    def item(self) -> Item:
        profile = EmotionProfile.of([self.profile.whole, *self.profile.fragments])
        captions = Captions(self.captions.whole, self.captions.fragments)
        return Item(self.sha256, self.modality, profile, captions, coverage=self.coverage)


class Cursor(BaseModel):
    """Where a page ended."""

    model_config = ConfigDict(extra="forbid")

    asked: QueryAsked | Choices
    uploaded: list[Described] = Field([], max_length=10)
    count: int = Field(ge=1, le=_DEEPEST)
    """Results on the pages before."""
    id: str = Field(max_length=100)
    """Of the last of them."""
    score: float

    def text(self) -> str:
        """For a URL or a JSON text; compressed, for captions are long."""
        data = self.model_dump_json(exclude_defaults=True).encode()
        return urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises RequestError of kind `bad_cursor`."""
        try:
            packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(packed, _MOST_BYTES)
            if unpacker.unconsumed_tail or not unpacker.eof:
                raise ValueError("it does not end")
            return cls.model_validate_json(data)
        except (ValueError, binascii.Error, zlib.error, ValidationError) as error:
            raise RequestError(
                "This is no cursor of an answer; begin with the first page.", kind="bad_cursor"
            ) from error


def page(ask: Ask, options: QueryOptions, after: Cursor | None) -> Answer:
    """The page behind a cursor, or the first one."""
    if after is None:
        return ask(options)
    if options.diverse is not None or options.rescoring is not None:
        return ask(replace(options, offset=after.count))
    look = ask(replace(options, offset=after.count - 1, limit=options.limit + 1))
    if look.results and look.results[0].item.id == after.id:
        return _page_of(look, options, look.results[1:])
    return _behind(ask, options, after)


def follows(answer: Answer) -> bool:
    """Whether there may be another page."""
    options = answer.options
    if options.group_by is not None or len(answer.results) < options.limit or not answer.results:
        return False
    last = answer.results[-1].rank
    return last < min(answer.searched, _DEEPEST)


def _behind(ask: Ask, options: QueryOptions, after: Cursor) -> Answer:
    """The collection has changed: look from the beginning for what lies behind the last result."""
    window = after.count + options.limit
    while True:
        found = ask(replace(options, offset=0, limit=window))
        rest = [result for result in found.results if _lies_behind(result, after)]
        if len(rest) >= options.limit or len(found.results) < window:
            return _page_of(found, options, tuple(rest[: options.limit]))
        window *= 2


def _lies_behind(result: Result, after: Cursor) -> bool:
    return (-result.score, result.item.id) > (-after.score, after.id)


def _page_of(answer: Answer, options: QueryOptions, results: tuple[Result, ...]) -> Answer:
    offset = results[0].rank - 1 if results else answer.options.offset + len(answer.results)
    return replace(answer, options=replace(options, offset=offset), results=results)
