"""The door to everything: one collection, and the questions that it answers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import MediaError, QueryError, SourceError, StoreError
from emoretrieve.item import MODALITIES, Item, Location, item_id, stored_path
from emoretrieve.perception import Described, Perception, PerceptionChoice, PerceptionSettings, open_perception
from emoretrieve.reference import NewFile, Reference, References, sha256_of
from emoretrieve.search.answer import Answer
from emoretrieve.search.facets import Facets, facets
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.query import Examples, Query
from emoretrieve.search.search import search
from emoretrieve.store import EVERYTHING, Store, Where
from emoretrieve.store.description import other_perception
from emoretrieve.store.place import Address, place_of
from emoretrieve.store.server.settings import ServerSettings

if TYPE_CHECKING:
    from emoretrieve.evaluation.evaluation import Evaluation, EvaluationOptions, Remembered
    from emoretrieve.media import MediaFile
    from emoretrieve.pairing.methods import OnProgress
    from emoretrieve.pairing.options import PairOptions
    from emoretrieve.pairing.pairing import Pairing
    from emoretrieve.report.gathering import Report, ReportOptions
    from emoretrieve.sphere_search.answer import SphereAnswer
    from emoretrieve.sphere_search.options import SphereOptions

Start: TypeAlias = Reference | Item
"""What a query starts from: what stands for an item, or an item that was described already, indexed or not."""

_DEFAULT_OPTIONS = QueryOptions()
_LEDGER = "answers.sqlite"
"""Of the data folder: answers of models, for all collections."""
_VECTORS = "vectors.sqlite"
"""Beside it: vectors of files and captions, for all collections."""
_MEMORY = "perception"
"""Beside the collection: the settings that it was filled with."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a collection holds."""

    folder: Path | None
    """None for a collection in memory or on a server."""
    audio: int
    image: int
    bytes_on_disk: int | None
    """None for a collection on a server."""
    signature: Mapping[str, str]
    graph: bool = False
    """Whether queries go through a graph; they look at every item otherwise."""
    server: str | None = None
    """The URL of the server that it is on."""
    vectors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What made the vectors that embedders added, by the name of the vectors."""

    def to_json(self) -> dict[str, object]:
        return {
            "folder": None if self.folder is None else str(self.folder),
            "server": self.server,
            "items": {"audio": self.audio, "image": self.image},
            "bytes_on_disk": self.bytes_on_disk,
            "signature": dict(self.signature),
            "graph": self.graph,
            "vectors": {name: dict(signature) for name, signature in self.vectors.items()},
        }


class Library:
    """One open collection and the perception that fills it. A context manager."""

    def __init__(
        self,
        store: Store,
        address: Address | None = None,
        *,
        ledger_file: Path | None = None,
        perception: PerceptionSettings | PerceptionChoice | None = None,
    ) -> None:
        self.store = store
        self._references = References(store)
        self._address = address or Address("default")
        self._ledger_file = ledger_file
        self._choice = perception or PerceptionChoice()

    @classmethod
    def open(
        cls,
        data: str | os.PathLike[str] | None = None,
        collection: str = "default",
        *,
        create: bool = False,
        server: ServerSettings | None = None,
        perception: PerceptionSettings | PerceptionChoice | None = None,
    ) -> Self:
        """Open a collection under the folder `data` (None: `default_data_dir()`), which `create` makes if need be.

        With a `server` the collection is there, and `data` keeps only the answers of models.

        A collection remembers the settings of the perception that fills it: of a `PerceptionChoice` only what it says
        counts, over those; `PerceptionSettings` count as they are. Whatever changes descriptions or colours must be as
        it was when the collection got its first item: with `create` that is looked at now, else when the perception is
        needed.
        Raises StoreError of kind `no_collection`, `other_perception` or `locked`, and as `open_perception` does.
        """
        perception = perception or PerceptionChoice()
        folder = default_data_dir() if data is None else Path(data)
        ledger_file = ledger_of(folder)
        signature = None
        place = place_of(folder, server)
        collection = place.resolve(collection)
        if create and collection not in place.names():
            perception = perception.over(None)
            with closing(open_perception(perception, ledger_file)) as first:
                signature = first.signature
        store = place.open(collection, signature=signature, create=signature is not None)
        library = cls(store, place.address(collection), ledger_file=ledger_file, perception=perception)
        if create:
            library.prepare_to_fill()
        return library

    @cached_property
    def settings(self) -> PerceptionSettings:
        """The settings of the perception: as the collection remembers them, but for what was asked when it was opened.

        Raises StoreError of kind `other_perception` where the collection does not say what filled it.
        """
        return self._choice.over(self._remembered)

    @property
    def ledger_file(self) -> Path | None:
        """Where the answers of models are kept; None for a collection in memory."""
        return self._ledger_file

    @cached_property
    def perception(self) -> Perception:
        """The perception that fills the collection, made ready when it is first needed.

        Raises StoreError of kind `other_perception` where the settings, or this version of it, would not describe and
        colour as what filled the collection.
        """
        perception = open_perception(self.settings, self._ledger_file)
        if perception.signature != self.store.signature:
            signature = perception.signature
            perception.close()
            raise other_perception(self._address.name, self.store.signature, signature)
        return perception

    def query(
        self,
        ref: Start,
        options: QueryOptions = _DEFAULT_OPTIONS,
        *,
        like: Iterable[Start] = (),
        unlike: Iterable[Start] = (),
        words: str = "",
    ) -> Answer:
        """Find what feels like a song or picture, by its file, its id, its name if it has none, or described already.

        With `like` and `unlike` what feels like these as well, and not like those; with `words` what feels like them as
        well.

        An indexed file is not described again. Raises SourceError, MediaError or PerceptionError where a file cannot
        be described, QueryError of kind `not_indexed` for an id that no item has, and of kind `ambiguous_name` for a
        name that a song and a picture have.
        """
        item, indexed = self._found(ref)
        examples = self._examples(like, unlike, item.id)
        if words:
            examples = replace(examples, words=words, worded=self._colour_of(words))
        return self._search(replace(Query.of_item(item, indexed=indexed), examples=examples), options)

    def query_text(
        self,
        text: str,
        options: QueryOptions = _DEFAULT_OPTIONS,
        *,
        like: Iterable[Start] = (),
        unlike: Iterable[Start] = (),
    ) -> Answer:
        """Find what feels like these words; QueryError of kind `no_emotion_words` where they say nothing of it."""
        colour = self._colour_of(text)
        return self._search(replace(Query.of_text(text, colour), examples=self._examples(like, unlike)), options)

    def query_colours(
        self,
        profile: EmotionProfile,
        options: QueryOptions = _DEFAULT_OPTIONS,
        *,
        like: Iterable[Start] = (),
        unlike: Iterable[Start] = (),
    ) -> Answer:
        """Find what has colours like these; `emoretrieve.search.colours.parse_colours` reads them from text."""
        return self._search(replace(Query.of_colours(profile), examples=self._examples(like, unlike)), options)

    def query_sphere(
        self,
        refs: Iterable[Reference] = (),
        texts: Iterable[str] = (),
        options: SphereOptions | None = None,
        *,
        model: Path | None = None,
    ) -> SphereAnswer:
        """Find what is nearest on the hypersphere to all of these files, ids and texts, multiplied.

        `model` is the folder of the model, needed for words and for files that are not in the collection; None: where
        the collection remembers it. Raises StoreError of kind `no_sphere` where the collection has no points and
        `other_embedder` for another model, and as `emoretrieve.sphere_search.asking.Asker.query` does.
        """
        from emoretrieve.sphere_search.asking import Asker
        from emoretrieve.sphere_search.options import SphereOptions
        from emoretrieve.sphere_search.search import search_sphere

        query = Asker(self.store, model).query(tuple(refs), tuple(texts))
        return search_sphere(self.store, query, options or SphereOptions())

    def facets(self, key: str, where: Where = EVERYTHING, *, limit: int = 20) -> Facets:
        """The values of a key of the metadata, of `mood`, `name` or `path`, and how many items have each."""
        return facets(self.store, key, where, limit=limit)

    def pair(self, options: PairOptions | None = None, on_progress: OnProgress = lambda *_: None) -> Pairing:
        """Pair the songs of the collection with its pictures; raises QueryError as `emoretrieve.pairing.pair` does."""
        from emoretrieve.pairing.options import PairOptions
        from emoretrieve.pairing.pairing import pair

        return pair(self.store, options or PairOptions(), on_progress)

    def evaluate(
        self,
        options: EvaluationOptions | None = None,
        other_run: Library | None = None,
        on_progress: OnProgress = lambda *_: None,
    ) -> Evaluation:
        """Numbers about the collection, each beside chance; with another run over the same files also their agreement.

        Raises QueryError as `emoretrieve.evaluation.evaluation.evaluate` does.
        """
        from emoretrieve.evaluation.evaluation import EvaluationOptions, evaluate

        other = None if other_run is None else other_run.store
        return evaluate(self.store, options or EvaluationOptions(), other, on_progress, self._beside())

    def report(
        self,
        options: ReportOptions | None = None,
        other_run: Library | None = None,
        on_progress: OnProgress = lambda *_: None,
    ) -> Report:
        """Everything about the collection that a report says: its map, its pairs, its evaluation.

        Raises QueryError as `emoretrieve.report.gathering.gather` does.
        """
        from emoretrieve.report.gathering import ReportOptions, Subject, gather
        from emoretrieve.store.collection import Collection

        created = self.store.created if isinstance(self.store, Collection) else ""
        other = None if other_run is None else other_run.store
        subject = Subject(self.store, self._address.name, created, other, self._beside())
        return gather(subject, options or ReportOptions(), on_progress)

    def get(self, ref: Reference) -> Item:
        """The item of this id, file or name: from the collection, else described without being stored.

        A file that is gone is found by the path it had. Raises as `query` does.
        """
        try:
            return self._found(ref)[0]
        except SourceError:
            lost = self._references.at_path(Path(ref))
            if lost is None:
                raise
            return lost

    def stored(self, ref: str) -> Item:
        """The item of this id or name; no file is looked at, whatever `ref` says, so that it may come from anybody.

        Raises QueryError of kind `not_indexed` or `ambiguous_name`.
        """
        return self._references.stored(ref)

    def with_bytes(self, sha256: str) -> Item | None:
        """The item of these bytes (their SHA-256 in hex), None where the collection has none."""
        return next(iter(self.store.get([item_id(sha256)])), None)

    def describe(self, path: str | os.PathLike[str]) -> Item:
        """Describe and colour a song or picture as the collection does, without storing it."""
        return self._describe(NewFile(Path(path), sha256_of(Path(path))))

    def delete(self, refs: Iterable[Reference]) -> int:
        """Remove items by id, path or name; the number of items removed. The files stay.

        Raises QueryError of kind `not_indexed` for a reference to no item; then nothing is removed.
        """
        ids = {self._references.require(ref).id for ref in refs}
        return self.store.delete(sorted(ids))

    def items(self, where: Where = EVERYTHING) -> Iterator[Item]:
        """The items of the collection by ascending id, read as they are asked for."""
        return chain.from_iterable(self.store.scan(where))

    def count(self, where: Where = EVERYTHING) -> int:
        """The number of items of the collection."""
        return self.store.count(where)

    def status(self) -> Status:
        """What the collection holds and where it is."""
        audio, image = (self.store.count(Where(modality)) for modality in MODALITIES)
        at, graph = self._address, self.store.has_graph
        vectors = {name: embedding.signature for name, embedding in self.store.embeddings.items()}
        return Status(at.folder, audio, image, at.bytes_on_disk, self.store.signature, graph, at.server, vectors)

    def optimise(self) -> None:
        """Bring a large collection into the form that is opened and searched best; see `Store.optimise`."""
        self.store.optimise()

    def close(self) -> None:
        """Give the collection back to other processes, and free what the perception uses."""
        if "perception" in vars(self):
            self.perception.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def _remembered(self) -> PerceptionSettings:
        from emoretrieve.perception.remembered import remembered_settings

        if "perception" not in self.store.signature:
            raise StoreError(
                "The collection does not say which perception filled it; index the files again into a new collection.",
                kind="other_perception",
            )
        return remembered_settings(self.store.load_derived(_MEMORY), self.store.signature)

    def _beside(self) -> Remembered:
        """What the data folder keeps beside the collection; nothing for one in memory."""
        from emoretrieve.evaluation.evaluation import Remembered
        from emoretrieve.perception.prompted.completeness import Completeness

        ledger = self._ledger_file
        vectors = None if ledger is None else ledger.with_name(_VECTORS)
        return Remembered(Completeness.of_ledger(ledger), vectors)

    def _colour_of(self, text: str) -> Rgb:
        """Of words; QueryError of kind `no_emotion_words` where they say nothing of emotion."""
        colour = self.perception.colour_text(text)
        if colour.is_zero:
            raise QueryError(
                f"No word of '{text}' speaks of excitement, calmness or sadness; say how it should feel, such as "
                "'a quiet rainy evening' or 'wild and joyful'.",
                kind="no_emotion_words",
            )
        return colour

    def _examples(self, like: Iterable[Start], unlike: Iterable[Start], queried: str | None = None) -> Examples:
        """Raises QueryError (`bad_combination`) for an item that is liked and disliked, and as `query` does.

        The item of the query, if it is one, is among those that are liked.
        """
        liked, disliked = ([self._found(ref) for ref in refs] for refs in (like, unlike))
        indexed = frozenset(item.id for item, there in (*liked, *disliked) if there)
        examples = Examples(tuple(item for item, _ in liked), tuple(item for item, _ in disliked), indexed)
        both = {queried, *(item.id for item in examples.liked)} & {item.id for item in examples.disliked}
        if both:
            raise QueryError(
                f"The item {next(iter(both))} is both liked and disliked; name it once.", kind="bad_combination"
            )
        return examples

    def _search(self, query: Query, options: QueryOptions) -> Answer:
        if options.rescoring is None:
            return search(self.store, query, options)
        from emoretrieve.rescoring import open_reranker

        return search(self.store, query, options, open_reranker(self.store, options.rescoring))

    def prepare_to_fill(self) -> None:
        """See that the perception is the right one, and remember its settings; without it, the collection is closed.

        A collection without items takes any: the run that made it may have ended before the first one.
        """
        try:
            if not self.store.count():
                with closing(open_perception(self.settings, self._ledger_file)) as wanted:
                    self.store.dedicate(wanted.signature)
            settings = self.perception.settings
            if settings != self._remembered:
                remember(self.store, settings)
        except BaseException:
            self.close()
            raise

    def _describe(self, file: NewFile) -> Item:
        from emoretrieve.media.identify import identify
        from emoretrieve.media.tags import read_tags

        media = identify(file.path)
        if media is None:
            raise MediaError(f"'{file.path}' is neither a sound nor a picture.", kind="not_media")
        media = replace(media, metadata=read_tags(media), sha256=file.sha256)
        return item_of(media, file.sha256, self.perception.describe(media))

    def _found(self, ref: Start) -> tuple[Item, bool]:
        """The item that `ref` stands for, else the file described; the second value says whether it is indexed."""
        if isinstance(ref, Item):
            indexed = self.store.get([ref.id])
            return (indexed[0], True) if indexed else (ref, False)
        found = self._references.find(ref)
        return (self._describe(found), False) if isinstance(found, NewFile) else (found, True)


def item_of(media: MediaFile, sha256: str, described: Described) -> Item:
    """The item of a file that was described; raises OSError where the file is gone."""
    state = media.path.stat()
    return Item(
        sha256,
        media.modality,
        described.coloured.profile,
        described.description.captions,
        coverage=described.description.coverage,
        locations=(Location(stored_path(media.path), state.st_size, state.st_mtime_ns),),
        metadata=media.metadata,
        spread=described.coloured.spread,
    )


def default_data_dir() -> Path:
    """Where collections live unless another folder is named: EMORETRIEVE_HOME, else the user's data folder."""
    home = os.environ.get("EMORETRIEVE_HOME")
    if home:
        return Path(home).expanduser()
    from platformdirs import user_data_path

    return user_data_path("emoretrieve")


def ledger_of(data: Path) -> Path:
    """The file of a data folder that keeps the answers of models, for all its collections."""
    return data / _LEDGER


def remember(store: Store, settings: PerceptionSettings) -> None:
    """Let a collection remember the settings of what fills it."""
    from emoretrieve.perception.remembered import kept_form

    store.save_derived(_MEMORY, kept_form(settings))
