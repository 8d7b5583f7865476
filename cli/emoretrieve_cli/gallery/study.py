"""The page of a study: pairs of songs and pictures for people to rate, and nothing that tells which pair is which.

What reaches the page is the name of each pair (drawn, so its order tells nothing), its picture and its song. No kind,
no score, no title, no file name: pictures are encoded again, songs too, as excerpts of one length where they are
longer, so that no tag of a file gets in.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from emoretrieve.errors import QueryError, SourceError
from emoretrieve.evaluation.human.answers import FORMAT
from emoretrieve.evaluation.human.design import QUESTIONS, StudyOptions
from emoretrieve.evaluation.human.key import StudyKey
from emoretrieve.evaluation.human.selection import ChosenPair, choose
from emoretrieve.item import Item
from emoretrieve_cli.gallery.media import BUDGET_BYTES, embed_excerpt, embed_picture
from emoretrieve_cli.gallery.page import environment, write_page
from emoretrieve_cli.output_file import check_place, is_page

if TYPE_CHECKING:
    from emoretrieve.library import Library
    from emoretrieve.pairing.methods import OnProgress

CONSENT = (
    "I take part of my own free will, I am of age, and I know that I may stop at any time. My ratings, and how long I "
    "looked and listened, are kept under a made-up name; nothing else about me is, and nothing leaves this page until "
    "I hand the file over myself."
)


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """Where page and key go."""

    page: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """The media of items, each read once, as data URIs by id; None for what cannot be shown."""

    _media: dict[str, str | None] = field(default_factory=dict)

    def can_show(self, item: Item) -> bool:
        """Whether one of its files is there and can be read."""
        return self.source(item) is not None

    def source(self, item: Item) -> str | None:
        """Its picture or song."""
        if item.id not in self._media:
            found = (_embedded(item, Path(path)) for path in item.paths)
            self._media[item.id] = next((source for source in found if source is not None), None)
        return self._media[item.id]


@dataclass(frozen=True, slots=True)
class ShownPair:
    """All that the page knows of a pair."""

    pair: str
    picture: str
    """A data URI, as is `sound`."""
    sound: str

    @classmethod
    def of(cls, name: str, chosen: ChosenPair, shelf: Shelf) -> Self:
        picture, sound = shelf.source(chosen.picture), shelf.source(chosen.song)
        assert picture is not None  # only what can be shown is chosen
        assert sound is not None
        return cls(name, picture, sound)


@dataclass(frozen=True, slots=True)
class StudyPage:
    """All that the page knows."""

    study: str
    points: int
    repeats: int
    pairs: Sequence[ShownPair]
    consent: str

    @classmethod
    def of(cls, key: StudyKey, chosen: Sequence[ChosenPair], shelf: Shelf, consent: str | None = None) -> Self:
        """The page to a key; raises QueryError (`study_too_large`) where its media are more than a page may hold."""
        pairs = [ShownPair.of(named.pair, one, shelf) for named, one in zip(key.pairs, chosen, strict=True)]
        size = sum(len(pair.picture) + len(pair.sound) for pair in pairs)
        if size > BUDGET_BYTES:
            raise QueryError(
                f"The songs and pictures of {len(pairs)} pairs take {size / 1e6:.0f} MB, and a page holds at most "
                f"{BUDGET_BYTES / 1e6:.0f}; ask for fewer with --each.",
                kind="study_too_large",
            )
        return cls(key.study, key.points, key.repeats, pairs, consent or CONSENT)

    def render(self) -> str:
        """The page as HTML."""
        script = files("emoretrieve_cli").joinpath("gallery/templates/study.js").read_text(encoding="utf-8")
        digest = b64encode(sha256(script.encode()).digest()).decode()
        study = {
            "format": FORMAT,
            "study": self.study,
            "repeats": self.repeats,
            "questions": [question.name for question in QUESTIONS],
            "pairs": [{"pair": one.pair, "picture": one.picture, "sound": one.sound} for one in self.pairs],
        }
        template = environment().get_template("study.html")
        return template.render(
            study=study,
            script=script,
            script_hash=f"sha256-{digest}",
            pairs=len(self.pairs),
            repeats=self.repeats,
            points=self.points,
            questions=QUESTIONS,
            consent=self.consent,
        )


def _embedded(item: Item, path: Path) -> str | None:
    if not path.is_file():
        return None
    media = embed_picture(path) if item.modality == "image" else embed_excerpt(path)
    return None if media is None else media.source


def make_study(
    library: Library, options: StudyOptions, files: StudyFiles, consent: str | None, on_progress: OnProgress
) -> StudyKey:
    """Write the page and the key of a study of this collection: both or neither.

    Raises QueryError (`nothing_to_pair`, `too_many_pairs`, `bad_design`, `too_few_pairs`, `study_too_large`) and
    SourceError (`not_writable`).
    """
    check_place(files.page, is_page, "HTML page")
    pairing, shelf = library.pair(options.pairing, on_progress), Shelf()
    fitted = options.fitted(min(pairing.sources, pairing.targets))
    chosen = choose(library.store, pairing, fitted, shelf.can_show)
    key = StudyKey.of(options, fitted, pairing, chosen)
    page = StudyPage.of(key, chosen, shelf, consent).render()
    key.write(files.key)
    try:
        write_page(page, files.page)
    except SourceError:
        files.key.unlink()
        raise
    return key
