"""What participants hand in: one JSON or CSV file each, as the page of a study saves it.

JSON: an object with `format`, `study`, `participant`, `seed` and `answers`, a list of objects. CSV: a row an answer,
with `study`, `participant` and `seed` in each, so that the tables of several participants may stand in one file. An
answer has `pair`, `occasion` (1, or 2 where the pair came again), one whole number for each question, and `heard`:
seconds of the song that were played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.human.key import StudyKey, read_object
from emoretrieve.store.filter import finite_number
from emoretrieve.table import BadRow, Table

FORMAT = "emoretrieve study answers 1"
_KIND = "bad_answers"

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one participant said of one pair."""

    pair: str
    occasion: int
    """1, or 2 where the pair came again."""
    ratings: Mapping[str, int]
    """By question, from 1 to the points of the scale."""
    heard_s: float
    """Seconds of the song that were played."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant by the made-up name."""

    name: str
    answers: tuple[Answer, ...]


def read_answers(files: Sequence[Path], key: StudyKey) -> tuple[Participant, ...]:
    """The participants by ascending name.

    Raises SourceError: `not_found`, `other_study` for answers of another study, `bad_answers` for what cannot be used,
    a participant who is there twice among it.
    """
    found: dict[str, tuple[Path, Participant]] = {}
    for file in files:
        for participant in _participants(file, key):
            if participant.name in found:
                other = found[participant.name][0]
                where = "twice" if other == file else f"as '{other}' does"
                raise _bad(file, f"holds answers of the participant '{participant.name}' {where}; keep one of them")
            found[participant.name] = (file, participant)
    return tuple(found[name][1] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer as it stands in a file."""

    participant: str
    place: str
    values: Values


def _participants(file: Path, key: StudyKey) -> Iterator[Participant]:
    read = _of_table if file.suffix.lower() == ".csv" else _of_object
    answers: dict[str, dict[tuple[str, int], Answer]] = {}
    for given in read(file, key):
        of_one = answers.setdefault(given.participant, {})
        answer = _answer(file, given, key)
        if of_one.setdefault((answer.pair, answer.occasion), answer) is not answer:
            raise _bad(file, f"rates the pair '{answer.pair}' twice in {given.place}; keep one of the answers")
    if not answers:
        raise _bad(file, "holds no answer")
    for participant, of_one in answers.items():
        yield Participant(participant, tuple(of_one.values()))


def _of_object(file: Path, key: StudyKey) -> Iterator[_Given]:
    values = read_object(file, _KIND, "file of answers")
    answers = values.get("answers")
    if values.get("format") != FORMAT or not isinstance(answers, list):
        raise _bad(file, "holds no answers to a study; name a file that its page saved")
    _require_study(file, values, key)
    for place, answer in enumerate(answers, start=1):
        if not isinstance(answer, dict):
            raise _bad(file, f"has an answer {place} that is no JSON object")
        yield _Given(_name(file, values), f"answer {place}", answer)


def _of_table(file: Path, key: StudyKey) -> Iterator[_Given]:
    table = Table(file, _KIND)
    columns = table.columns()
    missing = [name for name in ("study", "participant", "pair", "occasion", *key.questions) if name not in columns]
    if missing:
        raise table.error(f"has no column '{missing[0]}' (its columns are {', '.join(columns[:12])})")
    for row in table.rows():
        if isinstance(row, BadRow):
            raise table.error(f"cannot be used: {row.place} {row.fault}")
        _require_study(file, row.values, key)
        yield _Given(_name(file, row.values), row.place, row.values)


def _require_study(file: Path, values: Values, key: StudyKey) -> None:
    study = values.get("study")
    if study != key.study:
        raise SourceError(
            f"'{file}' holds answers to the study '{study}', and the key is that of '{key.study}'; name its own key.",
            kind="other_study",
        )


def _name(file: Path, values: Values) -> str:
    name = values.get("participant")
    if not isinstance(name, str) or not name.strip():
        raise _bad(file, "has answers without the name of a participant")
    return name.strip()


def _answer(file: Path, given: _Given, key: StudyKey) -> Answer:
    pair, occasion = given.values.get("pair"), _number(given.values.get("occasion"))
    if pair not in [one.pair for one in key.pairs]:
        raise _bad(file, f"rates a pair '{pair}' in {given.place}, which the study has not")
    if occasion not in (1, 2):
        raise _bad(file, f"has the occasion '{given.values.get('occasion')}' in {given.place}, neither 1 nor 2")
    ratings = {question: _rating(file, given, question, key.points) for question in key.questions}
    heard = _number(given.values.get("heard", 0))
    if heard is None or heard < 0:
        raise _bad(
            file, f"has '{given.values['heard']}' seconds heard in {given.place}, and it is a number of at least 0"
        )
    return Answer(str(pair), int(occasion), ratings, heard)


def _rating(file: Path, given: _Given, question: str, points: int) -> int:
    value = given.values.get(question)
    number = _number(value)
    if number is None or number != int(number) or not 1 <= number <= points:
        said = "no rating" if value is None else f"the rating '{value}'"
        raise _bad(file, f"has {said} of {question} in {given.place}, and it is a whole number from 1 to {points}")
    return int(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return finite_number(str(value))


def _bad(file: Path, fault: str) -> SourceError:
    return SourceError(f"'{file}' {fault}.", kind=_KIND)
