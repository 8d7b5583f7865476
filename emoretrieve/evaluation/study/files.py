"""The study's files in memory, every name and number of them checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from emoretrieve.emotion.vectors import Colours, Floats, colours
from emoretrieve.evaluation.study.sheet import Sheet
from emoretrieve.exchange.caption_table import CaptionedItem, caption_layout
from emoretrieve.exchange.colour_table import ColouredItem, colour_layout
from emoretrieve.exchange.study import COLOUR_HEADER, METADATA_COLUMNS, PAIR_COLUMNS, TEXT_COLUMN, TYPE_COLUMN
from emoretrieve.item import Captions

Descriptions: TypeAlias = Mapping[str, Captions]
"""By the name of the item, in the order of the table."""

SIMILARITY_COLUMNS = tuple(
    f"{kind} {rank} (Canzone, Similarità)" for kind in ("Migliore", "Peggiore") for rank in (1, 2, 3)
)
FEWEST = 4
"""Songs, and images: each song has three that are most and three that are least similar."""
_SIMILARITY = re.compile(r"(?P<name>.+) \((?P<value>[^()]+)\)")

_LENGTH_METRICS = (
    "Max Description Length (Words)",
    "Min Description Length (Words)",
    "Mean Description Length (Words)",
    "Descriptions > Mean Length",
    "Descriptions < Mean Length",
    "Descriptions = Mean Length",
    "Total Descriptions Count",
    "Complete Descriptions",
    "Incomplete Descriptions",
)
_SENTENCE_METRICS = (
    "Max Sentence Length (Words)",
    "Min Sentence Length (Words)",
    "Mean Sentence Length (Words)",
    "Sentences > Mean Length",
    "Sentences < Mean Length",
    "Sentences = Mean Length",
    "Total Sentences",
    "Complete Sentences",
    "Incomplete Sentences",
)
_CLAP_WHOLE, _CLAP_FRAGMENTS = "clap_FragmentSum_individual_stas.csv", "clap_TotalAudio_Individual_stats.csv"
"""Their names are swapped: read this way round, the published statistics of whole songs and of fragments come out, and
the study's notebook prints those of the second file for the fragments."""
_SCORE_METRICS = ("Numero di Coppie", "Media", "Mediana", "Deviazione Standard", "Minima", "Massima")
_IMAGEBIND_METRICS = (
    "Numero di Coppie Elaborate",
    "Coppie Saltate",
    "Media ImageBind Score",
    "Mediana ImageBind Score",
    "Deviazione Standard ImageBind Score",
    "Minimo ImageBind Score",
    "Massimo ImageBind Score",
)


@dataclass(frozen=True, slots=True)
class Coloured:
    """Colours by name, in the order of the table."""

    names: Sequence[str]
    profiles: Colours
    """(n, 5, 3)"""


@dataclass(frozen=True, slots=True)
class PublishedPair:
    """One row of `pairs.csv`."""

    score: float
    song: str
    picture: str


@dataclass(frozen=True, slots=True)
class Similarity:
    """What the study says of two songs."""

    song: str
    other: str
    value: float


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """Everything that the folder holds."""

    songs: Descriptions
    pictures: Descriptions
    song_colours: Coloured
    picture_colours: Coloured
    """Those that the published pairs were computed from."""
    published_colours: Coloured
    """Those that were published: of another run."""
    pairs: Sequence[PublishedPair]
    imagebind: Mapping[tuple[str, str], float]
    """By song and picture."""
    similarities: Mapping[str, Sequence[Similarity]]
    """Of each song its three best, then its three worst."""
    clap_whole: Floats
    clap_fragments: Floats
    statistics: Mapping[str, Sequence[float]]
    """By the name of a file of statistics: its values in the order of the paper's rows."""


def read_study(folder: Path) -> StudyFiles:
    """Read the folder.

    Raises SourceError: `not_found` for a file that is not there, `bad_study` for a column too few or too many, a name
    that is there twice or unknown, and a number that is none.
    """
    songs = _descriptions(folder, "audio_captions.csv", ("Song Name",))
    pictures = _descriptions(folder, "image_captions.csv", ("Image Name", *METADATA_COLUMNS))
    song_colours = _coloured(folder, "audio_rgb.csv", "Song Name", songs)
    picture_colours = _coloured(folder, "image_rgb_used_for_pairs.csv", "Nome Immagine", pictures)
    pairs = _pairs(folder, song_colours, picture_colours)
    return StudyFiles(
        songs,
        pictures,
        song_colours,
        picture_colours,
        _coloured(folder, "image_rgb_published.csv", "Nome Immagine", pictures),
        pairs,
        _imagebind(folder, pairs),
        _similarities(folder, song_colours),
        _clap(folder, _CLAP_WHOLE, songs),
        _clap(folder, _CLAP_FRAGMENTS, songs),
        {name: _statistics(folder, name, *layout) for name, layout in STATISTICS.items()},
    )


STATISTICS: Mapping[str, tuple[tuple[str, str], Sequence[str]]] = {
    "Audio_description_statistics_TOTAL.csv": (("Metric", "Value"), _SENTENCE_METRICS),
    "Images_description_statistics_TOTAL.csv": (("Metric", "Value"), _LENGTH_METRICS),
    "description_statistics_FRAGMENT_SUM.csv": (("Metric", "Value"), _LENGTH_METRICS),
    "clap_similarity_statistics_total.csv": (("Metric", "Value"), _SCORE_METRICS),
    "clap_similarity_statistics_FRAGMENT.csv": (("Metric", "Value"), _SCORE_METRICS),
    "clip_similarity_statistics_TOTAL.csv": (("Metrica", "Valore"), _SCORE_METRICS),
    "clip_similarity_statistics_fragment_sum.csv": (("Metrica", "Valore"), _SCORE_METRICS),
    "imagebind_similarity_statistics.csv": (("Metrica", "Valore"), _IMAGEBIND_METRICS),
}


def _descriptions(folder: Path, name: str, columns: Sequence[str]) -> Descriptions:
    sheet = Sheet.open(folder, name, (*columns, TYPE_COLUMN, TEXT_COLUMN))
    items: dict[str, Captions] = {}
    places: list[tuple[str, str]] = []
    for item in caption_layout(sheet.table)(sheet.table):
        if not isinstance(item, CaptionedItem):
            raise sheet.error(f"cannot be used: '{item.name or ''}' ({item.place}) {item.fault}")
        places.append((item.name, item.place))
        items[item.name] = item.captions
    sheet.unique(places)
    if len(items) < FEWEST:
        raise sheet.error(f"describes {len(items)} items; the study's tables need at least {FEWEST}")
    return items


def _coloured(folder: Path, name: str, name_column: str, known: Descriptions) -> Coloured:
    sheet = Sheet.open(folder, name, (name_column, *COLOUR_HEADER))
    items: list[ColouredItem] = []
    for item in colour_layout(sheet.table).read(sheet.table):
        if not isinstance(item, ColouredItem):
            raise sheet.error(f"cannot be used: '{item.name or ''}' ({item.place}) {item.fault}")
        items.append(item)
    names = sheet.unique((item.name, item.place) for item in items)
    for one, other in ((set(names), set(known)), (set(known), set(names))):
        if one - other:
            raise sheet.error(f"and the captions are not of the same items: only one of them has '{min(one - other)}'")
    return Coloured(names, colours(item.profile for item in items))


def _pairs(folder: Path, songs: Coloured, pictures: Coloured) -> Sequence[PublishedPair]:
    sheet = Sheet.open(folder, "pairs.csv", PAIR_COLUMNS)
    _, score, song, picture = PAIR_COLUMNS
    pairs = []
    rows = list(sheet.rows())
    for row in rows:
        one = sheet.known(sheet.text(row, song), row, song, songs.names, "audio_rgb.csv")
        other = sheet.known(sheet.text(row, picture), row, picture, pictures.names, "image_rgb_used_for_pairs.csv")
        pairs.append(PublishedPair(sheet.number(row, score), one, other))
    sheet.unique((pair.song, row.place) for pair, row in zip(pairs, rows, strict=True))
    sheet.unique((pair.picture, row.place) for pair, row in zip(pairs, rows, strict=True))
    return pairs


def _imagebind(folder: Path, pairs: Sequence[PublishedPair]) -> Mapping[tuple[str, str], float]:
    picture, song, score = "Image Filename", "Audio Filename", "ImageBind Score"
    sheet = Sheet.open(folder, "imagebind_scores.csv", (picture, song, score))
    partners = {pair.song: pair.picture for pair in pairs}
    scores: dict[tuple[str, str], float] = {}
    places = []
    for row in sheet.rows():
        one = sheet.known(sheet.text(row, song), row, song, partners, "pairs.csv")
        other = sheet.text(row, picture)
        if partners[one] != other:
            raise sheet.error(f"pairs '{one}' with '{other}' in {row.place}, and pairs.csv with '{partners[one]}'")
        places.append((one, row.place))
        scores[one, other] = sheet.number(row, score)
    sheet.unique(places)
    return scores


def _similarities(folder: Path, songs: Coloured) -> Mapping[str, Sequence[Similarity]]:
    sheet = Sheet.open(folder, "song_similarities.csv", ("Canzone Origine", *SIMILARITY_COLUMNS))
    found: dict[str, Sequence[Similarity]] = {}
    places = []
    for row in sheet.rows():
        song = sheet.known(sheet.text(row, "Canzone Origine"), row, "Canzone Origine", songs.names, "audio_rgb.csv")
        places.append((song, row.place))
        similar = []
        for column in SIMILARITY_COLUMNS:
            cell = _SIMILARITY.fullmatch(sheet.text(row, column))
            if cell is None:
                raise sheet.error(
                    f"has the {column} '{row.values[column]}' in {row.place}, which is no song and number such as "
                    "'000705.mp3 (0.988)'"
                )
            other = sheet.known(cell["name"], row, column, songs.names, "audio_rgb.csv")
            similar.append(Similarity(song, other, sheet.finite(cell["value"], row, column)))
        found[song] = similar
    sheet.unique(places)
    return found


def _clap(folder: Path, name: str, songs: Descriptions) -> Floats:
    sheet = Sheet.open(folder, name, ("Filename Audio", "Similarita Coseno"))
    rows = list(sheet.rows())
    names = [sheet.text(row, "Filename Audio") for row in rows]
    for row, one in zip(rows, names, strict=True):
        sheet.known(one, row, "Filename Audio", songs, "audio_captions.csv")
    sheet.unique((one, row.place) for row, one in zip(rows, names, strict=True))
    lacking = next((song for song in songs if song not in names), None)
    if lacking is not None:
        raise sheet.error(f"has no score of '{lacking}', which audio_captions.csv has")
    return np.array([sheet.number(row, "Similarita Coseno") for row in rows])


def _statistics(folder: Path, name: str, columns: tuple[str, str], metrics: Sequence[str]) -> Sequence[float]:
    """The values of these metrics, all of which must be there, and no other."""
    sheet = Sheet.open(folder, name, columns)
    metric, value = columns
    rows = list(sheet.rows())
    names = sheet.unique((sheet.text(row, metric), row.place) for row in rows)
    values = {one: sheet.number(row, value) for one, row in zip(names, rows, strict=True)}
    for one in metrics:
        if one not in values:
            raise sheet.error(f"says nothing of '{one}'")
    extra = [one for one in names if one not in metrics]
    if extra:
        raise sheet.error(f"speaks of '{extra[0]}', which the study's table does not; take it out")
    return [values[one] for one in metrics]
