"""The key of a study: which pair is which. The researcher keeps it; participants never see it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.human.design import KINDS, QUESTIONS, FittedOptions, Kind, StudyOptions
from emoretrieve.evaluation.human.selection import ChosenPair
from emoretrieve.files import replacing
from emoretrieve.item import Item
from emoretrieve.pairing.pairing import Pairing
from emoretrieve.search.filters import filter_text
from emoretrieve.store.filter import finite_number

FORMAT = "emoretrieve study key 1"


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A song or picture: its id, and the path or name that it had."""

    id: str
    name: str

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(item.id, item.paths[0] if item.paths else item.name)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A pair as the page calls it, and what it is."""

    pair: str
    kind: Kind
    score: float
    song: KeyItem
    picture: KeyItem


@dataclass(frozen=True, slots=True)
class StudyKey:
    """Everything about a study that its answers need to be scored."""

    study: str
    """The name of the study, in the page and in every answer; it tells nothing."""
    seed: int
    points: int
    repeats: int
    questions: tuple[str, ...]
    pairing: Mapping[str, object]
    """How the pairs were made: method, match, weights, capacity, filters."""
    chance: float
    """The mean score of all possible pairs."""
    pairs: tuple[KeyPair, ...]
    """In the order of their names."""

    @classmethod
    def of(cls, options: StudyOptions, fitted: FittedOptions, pairing: Pairing, chosen: Sequence[ChosenPair]) -> Self:
        """The key of a study of these pairs; they are named `p01`, `p02`, ... in their order."""
        width = max(2, len(str(len(chosen))))
        pairs = tuple(
            KeyPair(f"p{place:0{width}}", one.kind, one.score, KeyItem.of(one.song), KeyItem.of(one.picture))
            for place, one in enumerate(chosen, start=1)
        )
        questions = tuple(question.name for question in QUESTIONS)
        how, chance = _pairing_json(options), pairing.random.mean
        return cls(_name(fitted, pairs), fitted.seed, options.points, fitted.repeats, questions, how, chance, pairs)

    def write(self, file: Path) -> None:
        """Write the key, whole or not at all, to a file that is not there yet: without it answers cannot be scored.

        Raises SourceError (`not_writable`).
        """
        if file.exists():
            raise SourceError(
                f"'{file}' is there already, and a key is never replaced: without it the answers to its study are "
                "lost; choose another name.",
                kind="not_writable",
            )
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=2)
        try:
            with replacing(file) as partial:
                partial.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise SourceError(f"The key '{file}' cannot be written: {reason}.", kind="not_writable") from error


def read_key(file: Path) -> StudyKey:
    """The key in a file; raises SourceError (`not_found`, `bad_key`)."""
    values = read_object(file, "bad_key", "key")
    if values.get("format") != FORMAT:
        raise _bad(file)
    try:
        pairs = tuple(_pair(one) for one in values["pairs"])  # type: ignore[attr-defined]  # TypeError is caught
        points, questions = values["points"], values["questions"]
        key = StudyKey(
            _text(values["study"]),
            _whole(values["seed"]),
            _whole(points),
            _whole(values["repeats"]),
            tuple(map(_text, questions)),  # type: ignore[call-overload]  # likewise
            dict(values["pairing"]),  # type: ignore[call-overload]
            _number(values["chance"]),
            pairs,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(file) from error
    if not pairs or len({pair.pair for pair in pairs}) < len(pairs) or not key.questions:
        raise _bad(file)
    return key


def read_object(file: Path, kind: str, what: str) -> Mapping[str, object]:
    """The JSON object in a file; raises SourceError, of kind `not_found` where there is none."""
    try:
        values = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SourceError(f"There is no file '{file}'; check the path.", kind="not_found") from None
    except OSError as error:
        raise SourceError(f"The {what} '{file}' cannot be read: {error.strerror}.", kind=kind) from error
    except (ValueError, RecursionError):
        raise SourceError(f"'{file}' is no JSON, so it is no {what} of a study.", kind=kind) from None
    if not isinstance(values, dict):
        raise SourceError(f"'{file}' holds no JSON object, so it is no {what} of a study.", kind=kind)
    return values


def _pair(values: Mapping[str, object]) -> KeyPair:
    kind = next((kind for kind in KINDS if kind == values["kind"]), None)
    if kind is None:
        raise ValueError("no kind of pair")
    return KeyPair(
        _text(values["pair"]), kind, _number(values["score"]), _item(values["song"]), _item(values["picture"])
    )


def _item(values: object) -> KeyItem:
    if not isinstance(values, dict):
        raise TypeError("no item")
    return KeyItem(_text(values["id"]), _text(values["name"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("no whole number")
    return value


def _number(value: object) -> float:
    number = finite_number(str(value))
    if number is None:
        raise ValueError("no number")
    return number


def _bad(file: Path) -> SourceError:
    return SourceError(
        f"'{file}' is no key of a study; name the file that 'emoretrieve study make' wrote as the key.", kind="bad_key"
    )


def _name(fitted: FittedOptions, pairs: Sequence[KeyPair]) -> str:
    """Twelve hexadecimal digits of seed and items, whatever the kinds are."""
    content = [fitted.seed, *([pair.song.id, pair.picture.id] for pair in pairs)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


def _pairing_json(options: StudyOptions) -> dict[str, object]:
    pairing, match = options.pairing, options.pairing.matching
    return {
        "from": pairing.source,
        "to": pairing.target,
        "method": pairing.method,
        "match": match.name,
        "weights": None if match.weights is None else list(match.weights),
        "capacity": pairing.capacity,
        "from_filters": [filter_text(one) for one in pairing.source_where],
        "to_filters": [filter_text(one) for one in pairing.target_where],
    }
