"""Tokens in and out per item, the paper's way and ours.

    python benchmarks/tokens_per_item.py TOKENIZER_FOLDER [SEED_STUDY_FOLDER]

The yardstick is the paper's way: five captions, each asked for with a plain prompt in which the medium and its name
stand before the request, then five colours written in one answer. Ours asks with the built-in prompts, constant text
first, and reads the colours from a written line or from logits. Texts are counted by a real tokenizer of Qwen's (any
Hugging Face folder with a chat template), on the first 20 songs and 20 pictures of the published study: its captions
are the answers of both ways, so that only what is asked differs. Sounds and pictures are counted by the arithmetic of
Qwen2-Audio's and Qwen2.5-VL's processors; songs are those of the study, 30 s long.

`cached` is the share of the prompt tokens that a server with prefix caching need not compute again: the longest
beginning that an earlier prompt of any item had, in the order of asking.
"""

from __future__ import annotations

import csv
import datetime
import math
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from emoretrieve.emotion import PARTS
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.media.audio import SAMPLE_RATE_HZ
from emoretrieve.media.image import SIDE
from emoretrieve.media.sound_windows import spans_of_parts, spans_of_windows
from emoretrieve.perception.prompted.chat import Prompt
from emoretrieve.perception.prompted.prompts import load_prompts

SEED_STUDY = Path(__file__).resolve().parents[2] / "shared" / "seed_study"
ITEMS = 20
SONG_S = 30
_CLIP = "\ue000"
"""Stands for a medium while a prompt is rendered."""
_PIXELS_A_SIDE = 28
"""Qwen2.5-VL: patches of 14 pixels, 2 x 2 of them a token. 448 and 224 are multiples: nothing is resized."""
_FRAMES_A_SECOND = 100

_PLAIN_SYSTEM = {
    "audio": "You are a highly specialized and descriptive music analyst. Describe instruments, tempo and rhythm, "
    "timbre, the emotions evoked and an imagined setting.",
    "image": "You are a highly specialized and descriptive art analyst. Describe visual elements, colours, composition "
    "and their emotional impact.",
}
_PLAIN_COLOUR = (
    "Rate excitement/movement (R), calmness/stillness (G) and sadness/nostalgia (B) of each of these five descriptions "
    "from 0 to 255. Answer with one line that begins with RGB: and holds five triples (R, G, B).\n"
)


@dataclass(frozen=True, slots=True)
class StudyItem:
    name: str
    captions: tuple[str, ...]
    """In the order of `PARTS`."""
    line: str
    """Its colours as an answer."""


@dataclass(slots=True)
class Asking:
    """Prompts and answers of one way, counted."""

    prompt_tokens: int = 0
    media_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    requests: int = 0
    _seen: set[int] = field(default_factory=set)
    """Hashes of all beginnings of all prompts so far."""

    def ask(self, tokens: Sequence[int], output_tokens: int) -> None:
        """Count a prompt, in which media have negative numbers, all different, and its answer."""
        beginnings = [hash(tuple(tokens[:end])) for end in range(1, len(tokens) + 1)]
        known = next((end for end, beginning in enumerate(beginnings) if beginning not in self._seen), len(tokens))
        self._seen.update(beginnings)
        self.requests += 1
        self.prompt_tokens += len(tokens)
        self.media_tokens += sum(token < 0 for token in tokens)
        self.cached_tokens += known
        self.output_tokens += output_tokens


class Counter:
    """Prompts as the tokens that a model reads."""

    def __init__(self, folder: str) -> None:
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._media = count(-1, -1)

    def length(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def prompt(self, system: str, before: str, clips: Sequence[int], after: str) -> list[int]:
        """The tokens of a prompt with clips of so many tokens each."""
        user = before + "\n" * bool(before and clips) + _CLIP * len(clips) + after
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        text = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        tokens: list[int] = []
        for piece, clip in zip(text.split(_CLIP), [*clips, 0], strict=True):
            tokens += self._tokenizer(piece, add_special_tokens=False)["input_ids"]
            tokens += [next(self._media) for _ in range(clip)]
        return tokens

    def of(self, prompt: Prompt, clips: Sequence[int] = ()) -> list[int]:
        gap = "" if clips else "\n\n"
        return self.prompt(prompt.system, prompt.user, clips, gap + prompt.closing)


def sound_tokens(samples: int) -> int:
    """Tokens of a window, with those that begin and end it: two convolutions halve the frames twice."""
    frames = math.ceil(samples * _FRAMES_A_SECOND / SAMPLE_RATE_HZ)
    return (((frames - 1) // 2 + 1) - 2) // 2 + 1 + 2


def clips_of(modality: Modality, seconds: float = SONG_S) -> list[list[int]]:
    """For each part, the tokens of each clip."""
    if modality == "image":
        return [[(side // _PIXELS_A_SIDE) ** 2 + 2] for side in (SIDE, *(SIDE // 2,) * 4)]
    parts = spans_of_parts(round(seconds * SAMPLE_RATE_HZ))
    return [[sound_tokens(end - start) for start, end in spans_of_windows(part)] for part in parts]


def paper_captions(counter: Counter, modality: Modality, items: Sequence[StudyItem]) -> Asking:
    asking = Asking()
    for item in items:
        for part, clips in enumerate(clips_of(modality)):
            piece = "whole" if part == 0 else f"fragment {part} of 4"
            request = f"Describe '{item.name}', {piece}, in detail."
            tokens = counter.prompt(_PLAIN_SYSTEM[modality], "", clips, request)
            asking.ask(tokens, counter.length(item.captions[part]))
    return asking


def paper_colours(counter: Counter, items: Sequence[StudyItem]) -> Asking:
    asking = Asking()
    for item in items:
        captions = "\n".join(item.captions)
        tokens = counter.prompt("You are a helpful assistant.", "", (), f"{item.name}\n{captions}\n{_PLAIN_COLOUR}")
        asking.ask(tokens, counter.length(item.line))
    return asking


def our_captions(counter: Counter, modality: Modality, items: Sequence[StudyItem]) -> Asking:
    asking, prompts = Asking(), load_prompts()
    for item in items:
        for part, clips in enumerate(clips_of(modality)):
            prompt = prompts.caption(modality, part, windows=len(clips)).prompt()
            asking.ask(counter.of(prompt, clips), counter.length(item.captions[part]))
    return asking


def our_colours_by_text(counter: Counter, items: Sequence[StudyItem]) -> Asking:
    asking, prompts = Asking(), load_prompts()
    for item in items:
        prompt = prompts.colour.filled(**dict(zip(PARTS, item.captions, strict=True))).prompt()
        asking.ask(counter.of(prompt), counter.length(item.line))
    return asking


def our_colours_by_logits(counter: Counter, items: Sequence[StudyItem]) -> Asking:
    asking, questions = Asking(), load_prompts().questions
    neutral = [questions.neutral] if questions.neutral else []
    for text in [*neutral, *(caption for item in items for caption in item.captions)]:
        for question in questions.axes:
            asking.ask(counter.of(question.filled(text=text).prompt()), 0)
    return asking


def study_items(folder: Path, modality: Modality) -> list[StudyItem]:
    """The first items with their five captions and colours; the study's order is four fragments, then the whole."""
    names = {
        "audio": ("audio_captions.csv", "audio_rgb.csv"),
        "image": ("image_captions.csv", "image_rgb_published.csv"),
    }
    captions, colours = names[modality]
    rows = iter([*_rows(folder / captions)][1 : 1 + len(PARTS) * ITEMS])
    items = []
    for colour in [*_rows(folder / colours)][1 : 1 + ITEMS]:
        described = [next(rows) for _ in PARTS]
        texts = [row[-1] for row in described]
        triples = re.findall(r"\d+, *\d+, *\d+", " ".join(colour))
        line = "RGB: " + ", ".join(f"({triple})" for triple in triples)
        items.append(StudyItem(described[0][0], (texts[-1], *texts[:-1]), line))
    return items


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def print_row(name: str, askings: Sequence[Asking], yardstick: Sequence[Asking]) -> None:
    requests, prompt, media, cached, output = (
        sum(getattr(asking, what) for asking in askings) / ITEMS
        for what in ("requests", "prompt_tokens", "media_tokens", "cached_tokens", "output_tokens")
    )
    ratio = (prompt - cached) / sum((asking.prompt_tokens - asking.cached_tokens) / ITEMS for asking in yardstick)
    share = f"{cached / prompt:.1%}"
    print(
        f"| {name} | {requests:.1f} | {prompt:,.0f} | {media:,.0f} | {share} | {prompt - cached:,.0f} | {ratio:.2f} | "
        f"{output:,.0f} |"
    )


def print_table(counter: Counter, modality: Modality, folder: Path) -> None:
    items = study_items(folder, modality)
    captions, colours = paper_captions(counter, modality, items), paper_colours(counter, items)
    ours, written = our_captions(counter, modality, items), our_colours_by_text(counter, items)
    weighed = our_colours_by_logits(counter, items)
    print(f"\n| {ITEMS} {'songs of 30 s' if modality == 'audio' else 'pictures'}, mean of one ", end="")
    print("| requests | prompt | media of it | cached | computed | to the paper's | output |")
    print("|---|---|---|---|---|---|---|---|")
    print_row("captions, the paper's way", [captions], [captions])
    print_row("captions, ours", [ours], [captions])
    print_row("written colours, the paper's way", [colours], [colours])
    print_row("written colours, ours", [written], [colours])
    print_row("colours by logits, ours", [weighed], [colours])
    print_row("both, the paper's way", [captions, colours], [captions, colours])
    print_row("both, ours, written", [ours, written], [captions, colours])
    print_row("both, ours, by logits", [ours, weighed], [captions, colours])


def main(tokenizer: str, study: str = str(SEED_STUDY)) -> None:
    counter = Counter(tokenizer)
    print(f"{datetime.date.today()}, {platform.machine()}, tokenizer {Path(tokenizer).name}")
    for modality in MODALITIES:
        print_table(counter, modality, Path(study))
    print("\nSound tokens of the five parts by length (8 windows of 30 s a part at most):")
    for seconds in (10, 30, 60, 240, 960, 3600):
        print(f"- {seconds} s: {sum(map(sum, clips_of('audio', seconds))):,}")


if __name__ == "__main__":
    main(*sys.argv[1:])
