"""What a request asks for, in the values of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emoretrieve.emotion import PARTS, EmotionProfile
from emoretrieve.errors import QueryError
from emoretrieve.item import Item, Modality
from emoretrieve.library import Library
from emoretrieve.pairing.options import PairOptions
from emoretrieve.search.answer import Answer
from emoretrieve.search.filters import parse_filters
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.rescoring import Rescoring
from emoretrieve.server.paging import Cursor, Described, follows, page
from emoretrieve.wire import Choices, PairAsked, QueryAsked

JsonObject = dict[str, object]

_OTHER: dict[Modality, Modality] = {"audio": "image", "image": "audio"}


@dataclass(frozen=True, slots=True)
class Question:
    """One query: what was asked, the files that came with it, and where the page before ended."""

    asked: Choices
    uploaded: tuple[Described, ...] = ()
    """The first is the query, the others are liked."""
    after: Cursor | None = None

    @classmethod
    def of(cls, asked: QueryAsked) -> Question:
        """Raises RequestError of kind `bad_cursor`."""
        if asked.cursor is None:
            return cls(asked)
        cursor = Cursor.read(asked.cursor)
        return cls(cursor.asked, tuple(cursor.uploaded), cursor)

    def answer(self, library: Library) -> JsonObject:
        """As `emoretrieve.wire.Answer`. Raises QueryError, PerceptionError, StoreError."""
        like = [*(one.item for one in self.uploaded[1:]), *map(library.stored, self.asked.like)]
        unlike = [library.stored(ref) for ref in self.asked.unlike]

        def ask(options: QueryOptions) -> Answer:
            return self._ask(library, options, like, unlike)

        answer = page(ask, _options(self.asked), self.after)
        body = answer.to_json()
        if self.uploaded and isinstance(query := body["query"], dict) and not query["paths"]:
            query["paths"] = [self.uploaded[0].said]
        return {**body, **({"next_cursor": self._cursor(answer)} if follows(answer) else {})}

    def _ask(self, library: Library, options: QueryOptions, like: list[Item], unlike: list[Item]) -> Answer:
        asked, words = self.asked, self.asked.words or ""
        if self.uploaded:
            return library.query(self.uploaded[0].item, options, like=like, unlike=unlike, words=words)
        assert isinstance(asked, QueryAsked)
        if asked.text is not None:
            return library.query_text(asked.text, options, like=like, unlike=unlike)
        if asked.rgb is not None:
            return library.query_colours(_profile(asked.rgb), options, like=like, unlike=unlike)
        if asked.item is None:
            first, *others = like
            return library.query(first, options, like=others, unlike=unlike, words=words)
        return library.query(library.stored(asked.item), options, like=like, unlike=unlike, words=words)

    def _cursor(self, answer: Answer) -> str:
        last = answer.results[-1]
        asked = self.asked.model_copy(update={"offset": 0})
        return Cursor(
            asked=asked, uploaded=list(self.uploaded), count=last.rank, id=last.item.id, score=last.score
        ).text()


def pair_options(asked: PairAsked) -> PairOptions:
    """Raises QueryError."""
    return PairOptions(
        source=asked.source,
        target=_OTHER[asked.source],
        method=asked.method,
        match=asked.match,
        weights=asked.weights,
        capacity=asked.capacity,
        source_where=parse_filters(asked.from_filters),
        target_where=parse_filters(asked.to_filters),
        draws=asked.draws,
    )


def _options(asked: Choices) -> QueryOptions:
    again = asked.rescore
    return QueryOptions(
        to=asked.to,
        limit=asked.limit,
        match=asked.match,
        weights=asked.weights,
        where=parse_filters(asked.filters),
        max_p=asked.max_p,
        explain=asked.explain,
        exact=asked.exact,
        rescoring=None if again is None else Rescoring(again.name, again.alpha, again.shortlist),
        offset=asked.offset,
        group_by=asked.group_by,
        group_size=asked.group_size,
        diverse=asked.diverse,
    )


def _profile(rgb: Sequence[int] | Sequence[Sequence[int]]) -> EmotionProfile:
    triples = [rgb] * len(PARTS) if isinstance(rgb[0], int) else list(rgb)
    profile = EmotionProfile.of([tuple(triple) for triple in triples])  # type: ignore[arg-type]  # pydantic saw to it
    if not any(any(colour) for colour in profile.parts):
        raise QueryError("Black feels like nothing; choose a colour that is not 0,0,0.", kind="bad_colour")
    return profile
