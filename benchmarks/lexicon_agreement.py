"""How well the lexicon's colours agree with a language model's on the same captions.

    python benchmarks/lexicon_agreement.py [SEED_STUDY_FOLDER] [--authoring]

The yardstick is the published study's data: 1,000 captions (500 of songs, 500 of pictures; each item's four fragments
and its total) and the RGB triples that Qwen3-4B gave them. Pearson r for each channel and modality, captions as rows,
with a 95 % interval from 2,000 bootstraps of whole items. Items whose name has an even SHA-256 were looked at when the
lexicon was authored; the odd ones were not, and are what counts. `--authoring` leaves the odd items out.

Beside the lexicon: a plain list of 150 mood words (share of hits for each axis, no weights, stems, negation or
intensity) and a ridge regression on TF-IDF trained on the even items, which knows these captions and this model.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emoretrieve.perception.lexicon import WORDS_ALONE, LexiconMapper

Floats = NDArray[np.float64]
Colourer = Callable[[Sequence[str]], Floats]
"""Captions to colours (n, 3)."""

SEED_STUDY = Path(__file__).resolve().parents[2] / "shared" / "seed_study"
BOOTSTRAPS = 2_000
PARTS = {
    "Fragment 1": "Frammento 1",
    "Fragment 2": "Frammento 2",
    "Fragment 3": "Frammento 3",
    "Fragment 4": "Frammento 4",
    "Total": "Descrizione Totale",
}
"""A part's name in the captions' table: its column in the colours' table."""

_PLAIN_LISTS = {
    "excitement": """
        energetic energy lively upbeat exciting excitement thrilling intense intensity dynamic vibrant fast driving
        powerful aggressive loud wild passionate fiery dramatic bold vivid bright movement motion action dance dancing
        party festive celebration joyful joy happy playful fun groovy rock heavy urgent urgency tension chaotic chaos
        turbulent rhythmic punchy bustling rapid rousing""",
    "calmness": """
        calm calming calmness serene serenity tranquil tranquility peaceful peace quiet quietly gentle gently soft
        softly soothing relaxed relaxing relaxation restful rest still stillness slow slowly mellow easy easygoing
        leisurely
        smooth harmonious harmony balanced balance delicate subtle subdued muted meditative meditation contemplative
        contemplation comfort comforting cozy warm natural pastoral silence placid""",
    "sadness": """
        sad sadness sorrow sorrowful melancholy melancholic nostalgia nostalgic longing yearning wistful lonely
        loneliness solitude solitary grief mourning mournful somber sombre gloomy gloom dark darkness bleak despair
        tragic tragedy loss lost regret memory memories bittersweet sentimental introspective introspection reflective
        poignant lament tears crying weeping heartbreak isolation isolated desolate rainy ballad faded""",
}
PLAIN_WORDS = [frozenset(words.split()) for words in _PLAIN_LISTS.values()]


@dataclass(frozen=True)
class Rows:
    """Captions of one modality with the language model's colours."""

    items: tuple[str, ...]
    captions: tuple[str, ...]
    colours: Floats
    """(n, 3), 0..255."""

    def half(self, *, even: bool) -> Rows:
        kept = [row for row, item in enumerate(self.items) if is_even(item) == even]
        return Rows(
            tuple(self.items[row] for row in kept), tuple(self.captions[row] for row in kept), self.colours[kept]
        )


def is_even(item: str) -> bool:
    return int(hashlib.sha256(item.encode()).hexdigest(), 16) % 2 == 0


def read_rows(captions: Path, colours: Path) -> Rows:
    """Join the study's two tables, one row a caption."""
    texts = _read_captions(captions)
    items, joined, triples = [], [], []
    with colours.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            item = next(iter(row.values()))
            for part, column in PARTS.items():
                items.append(item)
                joined.append(texts[item, part])
                triples.append([float(number) for number in re.findall(r"\d+", row[column])])
    return Rows(tuple(items), tuple(joined), np.array(triples))


def _read_captions(path: Path) -> dict[tuple[str, str], str]:
    """Captions by item and part; the item's name stands on its first row only."""
    texts, item = {}, ""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            item = next(iter(row.values())) or item
            texts[item, row["Description Type"]] = row["Description"]
    return texts


def by_lexicon(mapper: LexiconMapper) -> Colourer:
    return lambda captions: np.array([tuple(mapper.colour_text(caption)) for caption in captions], dtype=np.float64)


def by_plain_words(captions: Sequence[str]) -> Floats:
    """Each axis's share of all hits on the plain list."""
    hits: Floats = np.array([_plain_hits(caption) for caption in captions], dtype=np.float64)
    shares: Floats = hits / np.maximum(hits.sum(axis=1, keepdims=True), 1)
    return shares


def _plain_hits(caption: str) -> list[int]:
    words = re.findall(r"[a-z]+", caption.lower())
    return [sum(word in axis for word in words) for axis in PLAIN_WORDS]


def by_ridge(train: Rows) -> Colourer:
    """TF-IDF of words and ridge regression; alpha is the best of .3, 1, 3, 10 on the odd items, in its favour."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), Ridge(alpha=3.0)).fit(train.captions, train.colours)
    return lambda captions: np.asarray(model.predict(captions), dtype=np.float64)


def agreement(predicted: Floats, rows: Rows) -> list[str]:
    """For each channel r and its 95 % interval under resampling of items."""
    _, item_of_row = np.unique(rows.items, return_inverse=True)
    counts = _bootstrap_counts(int(item_of_row.max()) + 1)[:, item_of_row]
    return [_format(counts, predicted[:, channel], rows.colours[:, channel]) for channel in range(3)]


def _bootstrap_counts(items: int) -> Floats:
    """How often each item is drawn, first once each, then in every bootstrap."""
    draws = np.random.default_rng(0).multinomial(items, np.full(items, 1 / items), size=BOOTSTRAPS)
    return np.concatenate([np.ones((1, items)), draws])


def _format(counts: Floats, x: Floats, y: Floats) -> str:
    measured, *resampled = _weighted_r(counts, x, y)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return f"{measured:6.3f} [{low:5.2f},{high:5.2f}]"


def _weighted_r(weights: Floats, x: Floats, y: Floats) -> Floats:
    """Pearson r of x and y under each row of weights."""
    total = weights.sum(axis=1)

    def mean(values: Floats) -> Floats:
        average: Floats = weights @ values / total
        return average

    covariance = mean(x * y) - mean(x) * mean(y)
    r: Floats = covariance / np.sqrt((mean(x * x) - mean(x) ** 2) * (mean(y * y) - mean(y) ** 2))
    return r


def report(name: str, rows: Rows, *, authoring: bool) -> None:
    even, odd = rows.half(even=True), rows.half(even=False)
    halves = (
        {"even (authored on)": even} if authoring else {"odd (held out)": odd, "even (authored on)": even, "all": rows}
    )
    for half, part in halves.items():
        print(f"\n{name}, {half}: {len(set(part.items))} items, {len(part.items)} captions")
        print(f"  {'':27}{'R excitement':24}{'G calmness':24}{'B sadness':24}")
        methods: dict[str, Colourer] = {
            "150 plain words": by_plain_words,
            "lexicon, words alone": by_lexicon(LexiconMapper(WORDS_ALONE)),
            "lexicon, interactions": by_lexicon(LexiconMapper()),
        }
        if part is odd:
            methods["ridge on TF-IDF (even)"] = by_ridge(even)
        for method, colourer in methods.items():
            cells = agreement(colourer(part.captions), part)
            print(f"  {method:26}" + "".join(f"{cell:24}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SEED_STUDY)
    parser.add_argument("--authoring", action="store_true", help="even items only")
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, {os.cpu_count()} cores; lexicon {LexiconMapper().signature['sha256'][:12]}")
    for name, captions, colours in (
        ("songs", "audio_captions.csv", "audio_rgb.csv"),
        ("pictures", "image_captions.csv", "image_rgb_used_for_pairs.csv"),
    ):
        rows = read_rows(arguments.folder / captions, arguments.folder / colours)
        report(name, rows, authoring=arguments.authoring)


if __name__ == "__main__":
    main()
