"""A made-up study of twelve songs and twelve images, in the layouts of the real one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from emoretrieve.emotion.vectors import Colours, vectors
from emoretrieve.evaluation.study.files import SIMILARITY_COLUMNS
from emoretrieve.exchange.study import COLOUR_HEADER, METADATA_COLUMNS, PAIR_COLUMNS

COUNT = 12
SONGS = [f"{number:06d}.mp3" for number in range(COUNT)]
IMAGES = [f"image_{number:02d}.jpg" for number in range(COUNT)]
_PARTS = ("Fragment 1", "Fragment 2", "Fragment 3", "Fragment 4", "Total")

Cells = Iterable[Sequence[object]]
Edit = Callable[[list[list[str]]], object]


def write_sample(folder: Path) -> Path:
    """All files; the pairs are song n with image n, the greedy ones as their colours are alike."""
    random = np.random.default_rng(0)
    songs = random.integers(0, 52, (COUNT, 5, 3), dtype=np.uint8) * 5
    images = np.clip(songs.astype(int) + random.integers(-3, 4, songs.shape), 0, 255).astype(np.uint8)
    folder.mkdir()
    _captions(folder / "audio_captions.csv", "Song Name", SONGS, ())
    _captions(folder / "image_captions.csv", "Image Name", IMAGES, METADATA_COLUMNS)
    _colours(folder / "audio_rgb.csv", "Song Name", SONGS, songs)
    _colours(folder / "image_rgb_used_for_pairs.csv", "Nome Immagine", IMAGES, images)
    _colours(folder / "image_rgb_published.csv", "Nome Immagine", IMAGES, images[::-1])
    cosines = vectors("concat", songs) @ vectors("concat", images).T
    order = np.argsort(-cosines.diagonal())
    pairs = [(rank, f"{cosines[n, n]:.4f}", SONGS[n], IMAGES[n]) for rank, n in enumerate(order, 1)]
    _write(folder / "pairs.csv", PAIR_COLUMNS, pairs)
    scores = [(IMAGES[n], SONGS[n], n / 100) for n in range(COUNT)]
    _write(folder / "imagebind_scores.csv", ("Image Filename", "Audio Filename", "ImageBind Score"), scores)
    _similarities(folder / "song_similarities.csv", vectors("concat", songs))
    for name in ("clap_TotalAudio_Individual_stats.csv", "clap_FragmentSum_individual_stas.csv"):
        _write(folder / name, ("Filename Audio", "Similarita Coseno"), [(song, 0.25) for song in SONGS])
    _statistics(folder)
    return folder


def edit(file: Path, change: Edit) -> None:
    """Change the cells of a table in place."""
    with file.open(encoding="utf-8", newline="") as text:
        cells = list(csv.reader(text))
    change(cells)
    _write(file, cells[0], cells[1:])


def _write(file: Path, header: Sequence[object], rows: Cells) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([header, *rows])


def _captions(file: Path, column: str, names: Sequence[str], metadata: Sequence[str]) -> None:
    rows = [
        [name if part == "Fragment 1" else "", *("None" for _ in metadata), part, f"Quiet and slow, number {number}."]
        for number, name in enumerate(names)
        for part in _PARTS
    ]
    _write(file, (column, *metadata, "Description Type", "Description"), rows)


def _colours(file: Path, column: str, names: Sequence[str], profiles: Colours) -> None:
    rows = [
        [name, *(f"rgb({r}, {g}, {b})" for r, g, b in (*parts[1:].tolist(), parts[0].tolist()))]
        for name, parts in zip(names, profiles, strict=True)
    ]
    _write(file, (column, *COLOUR_HEADER), rows)


def _similarities(file: Path, units: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    cosines = units @ units.T
    rows = []
    for song, row in zip(SONGS, cosines, strict=True):
        others = sorted((value, name) for name, value in zip(SONGS, row, strict=True) if name != song)
        chosen = [*others[:-4:-1], *others[:3]]
        rows.append([song, *(f"{name} ({value:.3f})" for value, name in chosen)])
    _write(file, ("Canzone Origine", *SIMILARITY_COLUMNS), rows)


def _statistics(folder: Path) -> None:
    from emoretrieve.evaluation.study.files import STATISTICS

    for name, (columns, metrics) in STATISTICS.items():
        _write(folder / name, columns, [(metric, 1.5) for metric in metrics])
