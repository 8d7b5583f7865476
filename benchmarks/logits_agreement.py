"""How well a small model's colours agree with Qwen3's on the same captions, read by logits and written as text.

    python benchmarks/logits_agreement.py MODEL_FOLDER [SEED_STUDY_FOLDER] [--text-items N] [--prompts FILE]

The yardstick is the published study's data: the whole-item captions of the first 20 songs and the first 20 pictures by
name, and the RGB triples that Qwen3-4B gave them. Pearson r for each channel and modality, with a 95 % interval from
2,000 bootstraps of items and a two-sided p from 10,000 permutations; beside it the built-in lexicon on the same
captions. Twenty captions are few: intervals are wide, and one r is no ranking.

Everything is asked through the product's own mapper and its `qwen` backend, in fp32 on the CPU; the constant beginning
of each question is computed once. The text readout asks about all five captions of an item, whose numbers take a small
model minutes on a CPU: N items of each modality (3), of which the share that could be read is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lexicon_agreement import SEED_STUDY, Floats, Rows, read_rows
from numpy.typing import NDArray

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import ChatModel
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from emoretrieve.perception.qwen import open_chat_model

ITEMS = 20
BOOTSTRAPS = 2_000
PERMUTATIONS = 10_000
CHANNELS = ("R excitement", "G calmness", "B sadness")
TABLES = {
    "songs": ("audio_captions.csv", "audio_rgb.csv"),
    "pictures": ("image_captions.csv", "image_rgb_used_for_pairs.csv"),
}


@dataclass(frozen=True)
class StudyItem:
    """One song or picture with the colours that Qwen3 gave it."""

    captions: Captions
    profile: EmotionProfile


@dataclass(frozen=True)
class Outcome:
    """What became of some items: the colours of their wholes, None where they could not be had."""

    wholes: Sequence[Rgb | None]
    seconds: float


def study_items(rows: Rows) -> list[StudyItem]:
    """Those that come first by name; each has five rows, the whole in the last one."""
    names = sorted(set(rows.items))[:ITEMS]
    return [_study_item(rows, [place for place, item in enumerate(rows.items) if item == name]) for name in names]


def _study_item(rows: Rows, places: list[int]) -> StudyItem:
    first, second, third, fourth, whole = (rows.captions[place] for place in places)
    colours = rows.colours[[places[-1], *places[:-1]]].astype(int).tolist()
    return StudyItem(Captions(whole, (first, second, third, fourth)), EmotionProfile.of(colours))


async def colour_wholes(mapper: PromptedMapper, items: Sequence[StudyItem]) -> Outcome:
    """The whole-item captions alone."""
    started = time.perf_counter()
    wholes = await asyncio.gather(*(mapper.colour_words(item.captions.whole) for item in items))
    return Outcome(wholes, time.perf_counter() - started)


async def colour_items(mapper: PromptedMapper, items: Sequence[StudyItem]) -> Outcome:
    """All five captions of each item."""
    started = time.perf_counter()
    wholes: list[Rgb | None] = []
    for item in items:
        try:
            wholes.append((await mapper.colour_captions(item.captions)).profile.whole)
        except PerceptionError as error:
            print(f"  not read ({error.kind}): {error}")
            wholes.append(None)
    return Outcome(wholes, time.perf_counter() - started)


def agreement(found: Sequence[Rgb], wanted: Sequence[Rgb]) -> str:
    """One cell a channel: r, its interval, p."""
    ours, theirs = (np.array([tuple(colour) for colour in colours], dtype=float) for colours in (found, wanted))
    return "".join(f"{_cell(ours[:, channel], theirs[:, channel]):30}" for channel in range(3))


def _cell(x: Floats, y: Floats) -> str:
    random = np.random.default_rng(0)
    r = float(_correlation(x, y))
    drawn = random.integers(len(x), size=(BOOTSTRAPS, len(x)))
    low, high = np.nanpercentile(_correlation(x[drawn], y[drawn]), [2.5, 97.5])
    shuffled = random.permuted(np.tile(y, (PERMUTATIONS, 1)), axis=1)
    as_far = np.abs(_correlation(x, shuffled)) >= abs(r) - 1e-12
    p = (1 + as_far.sum()) / (1 + PERMUTATIONS)
    return f"{r:5.2f} [{low:5.2f},{high:5.2f}] p={p:.4f}"


def _correlation(x: Floats, y: Floats) -> NDArray[np.float64]:
    """Pearson r along the last axis; NaN where one side is constant."""
    dx, dy = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        r: NDArray[np.float64] = (dx * dy).sum(-1) / np.sqrt((dx * dx).sum(-1) * (dy * dy).sum(-1))
    return r


async def report_logits(name: str, items: Sequence[StudyItem], mapper: PromptedMapper) -> None:
    wanted = [item.profile.whole for item in items]
    outcome = await colour_wholes(mapper, items)
    lexicon = LexiconMapper()
    print(f"\n{name}: {len(items)} whole-item captions, {outcome.seconds:.0f} s")
    print(f"  {'':10}" + "".join(f"{channel:30}" for channel in CHANNELS))
    print(f"  {'lexicon':10}" + agreement([lexicon.colour_text(item.captions.whole) for item in items], wanted))
    found = [colour for colour in outcome.wholes if colour is not None]
    print(f"  {'logits':10}" + agreement(found, wanted))
    values = np.array([tuple(colour) for colour in found])
    print(f"  range of logits: {values.min(axis=0).tolist()} to {values.max(axis=0).tolist()}, ", end="")
    print(f"{len(np.unique(values, axis=0))} different of {len(values)}, {(values % 5 == 0).mean():.0%} multiples of 5")


async def report_text(name: str, items: Sequence[StudyItem], mapper: PromptedMapper) -> None:
    outcome = await colour_items(mapper, items)
    read = [(found, item.profile.whole) for found, item in zip(outcome.wholes, items, strict=True) if found]
    print(f"\n{name}, text: {len(read)} of {len(items)} items read, {outcome.seconds:.0f} s; whole as read | Qwen3's:")
    for found, wanted in read:
        print(f"  {tuple(found)} | {tuple(wanted)}")


async def report(model: ChatModel, ledger: Ledger, study: Path, text_items: int, prompts: str) -> None:
    """Both readouts of one model."""
    items = {
        name: study_items(read_rows(study / captions, study / colours)) for name, (captions, colours) in TABLES.items()
    }
    logits = PromptedMapper(model, Options({"readout": "logits", "prompts": prompts}, "colour"), ledger)
    text = PromptedMapper(model, Options({"readout": "text", "prompts": prompts}, "colour"), ledger)
    for name, rows in items.items():
        await report_logits(name, rows, logits)
    for name, rows in items.items():
        await report_text(name, rows[:text_items], text)
    await model.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("study", nargs="?", type=Path, default=SEED_STUDY)
    parser.add_argument("--text-items", type=int, default=3)
    parser.add_argument("--prompts", default="", help="a file of prompts in place of the built-in ones")
    parser.add_argument("--ledger", type=Path, help="keeps answers, so that a run that was stopped goes on")
    arguments = parser.parse_args()
    given = {"model": str(arguments.model.resolve()), "device_map": "cpu", "dtype": "float32", "batch_size": "4"}
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, {memory_gb:.0f} GB; {arguments.model.name} in fp32")
    model = open_chat_model("colour", Options(given, "colour"))
    with closing(Ledger(arguments.ledger)) as ledger:
        asyncio.run(report(model, ledger, arguments.study, arguments.text_items, arguments.prompts))
        print(f"\n{ledger.costs['colour']}")


if __name__ == "__main__":
    main()
