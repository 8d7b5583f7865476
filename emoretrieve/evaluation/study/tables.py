"""Tables I to VI of the paper, computed again from descriptions, colours and single scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoretrieve.emotion.vectors import Floats
from emoretrieve.evaluation.distribution import Distribution
from emoretrieve.evaluation.lengths import Lengths
from emoretrieve.evaluation.study import paper
from emoretrieve.evaluation.study.cell import Cell, Section
from emoretrieve.evaluation.study.files import Descriptions, StudyFiles
from emoretrieve.evaluation.study.pairs import StudyPairs
from emoretrieve.evaluation.study.word_count import words_of_image, words_of_image_fragments, words_of_song

_COUNTED = (
    "Words are counted as the study's notebooks do it: punctuation and digits are taken out, and of songs the stop "
    "words of Italian. White space alone gives a mean of {plain:.2f}."
)
_STOPS = (
    "Nearly every description ends as a sentence does. The study strips punctuation before it looks for the final full "
    "stop, so it finds none."
)
_JOINED = (
    "No file holds what was counted for the fragments of songs. Ours are the four joined; what the study counted is "
    "shorter."
)
_OTHER_RUN = (
    "The paper's numbers are those of a run whose single scores were not published; ours are the published "
    "statistics. The study's package, msclap, hears a window of a song that it draws at random, so no two runs agree. "
    "The names of the two files of single scores are swapped: 'FragmentSum' gives what is published for whole songs, "
    "'TotalAudio' what is published for fragments and printed in the notebook for them."
)
_FRAGMENTS = "From 'clap_TotalAudio_Individual_stats.csv': the names of the two files of single scores are swapped."
_NO_CLIP = "The files hold no single CLIP scores; the published statistics agree with the paper."


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a table on its way."""

    name: str
    stated: Sequence[str]
    files: Sequence[float | None]
    ours: Sequence[float | None]
    why: Mapping[str, str]
    """By the name of a row; the empty name is for all others."""

    def cells(self, rows: Sequence[str]) -> list[Cell]:
        """A cell gives its reason where ours is not what is stated."""
        cells = [
            Cell(self.name, row, stated, files, None if ours is None else float(ours))
            for row, stated, files, ours in zip(rows, self.stated, self.files, self.ours, strict=True)
        ]
        reasons = [self.why.get(cell.metric, self.why.get("", "")) for cell in cells]
        return [
            cell if cell.verdict == "same" else replace(cell, why=why) for cell, why in zip(cells, reasons, strict=True)
        ]


def tables(files: StudyFiles, pairs: StudyPairs) -> list[Section]:
    """All six, in the order of the paper."""
    return [
        Section("Table I: lengths of the descriptions of songs", _lengths_of_songs(files)),
        Section("Table II: lengths of the descriptions of images", _lengths_of_images(files)),
        Section("Table III: CLAP cosine of songs and descriptions", _clap(files)),
        Section("Table IV: CLIP cosine of images and descriptions", _clip(files)),
        Section("Table V: cosine of the colours of paired items", _paired(files, pairs)),
        Section("Table VI: ImageBind scores of paired items", _imagebind(files)),
    ]


def _lengths_of_songs(files: StudyFiles) -> tuple[Cell, ...]:
    whole, joined = paper.TABLE_1
    there = files.statistics["Audio_description_statistics_TOTAL.csv"]
    wholes = _wholes(files.songs)
    fragments = [" ".join(captions.fragments) for captions in files.songs.values()]
    nothing = [None] * len(there)
    return (
        *_lengths(whole, paper.TABLE_1[whole], there, Lengths.of(wholes, words_of_song), _counted(wholes)),
        *_lengths(joined, paper.TABLE_1[joined], nothing, Lengths.of(fragments, words_of_song), _JOINED),
    )


def _lengths_of_images(files: StudyFiles) -> tuple[Cell, ...]:
    whole, joined = paper.TABLE_2
    there = files.statistics["Images_description_statistics_TOTAL.csv"]
    of_joined = files.statistics["description_statistics_FRAGMENT_SUM.csv"]
    wholes, fragments = _wholes(files.pictures), counted_fragments(files.pictures)
    of_fragments = Lengths.of(fragments, words_of_image_fragments)
    return (
        *_lengths(whole, paper.TABLE_2[whole], there, Lengths.of(wholes, words_of_image), _counted(wholes)),
        *_lengths(joined, paper.TABLE_2[joined], of_joined, of_fragments, _counted(fragments)),
    )


def counted_fragments(pictures: Descriptions) -> list[str]:
    """What the study takes for the fragments of an image: its notebook leaves out the first of the four."""
    return [" ".join(captions.fragments[1:]) for captions in pictures.values()]


def _wholes(items: Descriptions) -> list[str]:
    return [captions.whole for captions in items.values()]


def _counted(texts: Sequence[str]) -> str:
    return _COUNTED.format(plain=Lengths.of(texts).mean)


def _lengths(name: str, stated: Sequence[str], files: Sequence[float | None], lengths: Lengths, why: str) -> list[Cell]:
    return _Column(name, stated, files, _in_order(lengths), {"": why, **_completeness()}).cells(paper.LENGTH_ROWS)


def _completeness() -> Mapping[str, str]:
    return dict.fromkeys(("Complete Descriptions", "Incomplete Descriptions"), _STOPS)


def _in_order(lengths: Lengths) -> list[float]:
    """In the order of `paper.LENGTH_ROWS`."""
    counted = [lengths.longest, lengths.shortest, lengths.mean, lengths.above, lengths.below, lengths.equal]
    return [*counted, lengths.count, lengths.complete, lengths.count - lengths.complete]


def _clap(files: StudyFiles) -> tuple[Cell, ...]:
    whole, joined = paper.TABLE_3
    statistics = files.statistics
    columns = (
        _Column(
            whole,
            paper.TABLE_3[whole],
            statistics["clap_similarity_statistics_total.csv"],
            _scores_in_order(files.clap_whole),
            {"": _OTHER_RUN},
        ),
        _Column(
            joined,
            paper.TABLE_3[joined],
            statistics["clap_similarity_statistics_FRAGMENT.csv"],
            _scores_in_order(files.clap_fragments),
            {"": _FRAGMENTS},
        ),
    )
    return tuple(cell for column in columns for cell in column.cells(paper.SCORE_ROWS))


def _clip(files: StudyFiles) -> tuple[Cell, ...]:
    whole, joined = paper.TABLE_4
    names = {whole: "clip_similarity_statistics_TOTAL.csv", joined: "clip_similarity_statistics_fragment_sum.csv"}
    nothing = [None] * len(paper.SCORE_ROWS)
    return tuple(
        cell
        for name, file in names.items()
        for cell in _Column(name, paper.TABLE_4[name], files.statistics[file], nothing, {"": _NO_CLIP}).cells(
            paper.SCORE_ROWS
        )
    )


def _paired(files: StudyFiles, pairs: StudyPairs) -> tuple[Cell, ...]:
    songs, pictures = len(files.song_colours.names), len(files.picture_colours.names)
    published = Distribution.of(np.array([pair.score for pair in files.pairs]))
    ours = Distribution.of(pairs.greedy_scores)
    column = _Column(
        "Value",
        paper.TABLE_5,
        _pairs_in_order(songs, pictures, published),
        _pairs_in_order(songs, pictures, ours),
        {},
    )
    return tuple(column.cells(paper.PAIR_ROWS))


def _pairs_in_order(songs: int, pictures: int, scores: Distribution) -> list[float]:
    counts = [songs, pictures, scores.count, songs - scores.count, pictures - scores.count]
    return [*counts, scores.mean, scores.highest, scores.lowest]


def _imagebind(files: StudyFiles) -> tuple[Cell, ...]:
    scores = np.array(list(files.imagebind.values()))
    count, *others = _scores_in_order(scores)
    ours = [count, len(files.pairs) - count, *others]
    column = _Column("Value", paper.TABLE_6, files.statistics["imagebind_similarity_statistics.csv"], ours, {})
    return tuple(column.cells(paper.IMAGEBIND_ROWS))


def _scores_in_order(scores: Floats) -> list[float]:
    """In the order of `paper.SCORE_ROWS`."""
    found = Distribution.of(scores)
    return [found.count, found.mean, found.median, found.deviation, found.lowest, found.highest]
