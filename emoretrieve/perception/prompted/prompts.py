"""What language models are asked: texts from one TOML file, built in or the user's own, checked when it is read."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from emoretrieve.emotion import AXES, PARTS
from emoretrieve.item import MODALITIES, Modality
from emoretrieve.perception.prompted.chat import Clip, Prompt
from emoretrieve.perception.prompted.prompt_table import BLANK, BUILT_IN, PromptTable, bad_prompts


@dataclass(frozen=True, slots=True)
class PromptTexts:
    """The texts of one prompt in the order they are sent; clips come between `user` and `closing`."""

    system: str
    user: str
    closing: str
    """What differs from prompt to prompt. Blanks such as `{whole}` are filled by `filled`; only questions about one
    text have theirs in `user`."""

    def filled(self, **values: str) -> PromptTexts:
        """With these values in the blanks. Braces inside a value stay as they are."""
        return replace(self, user=_filled(self.user, values), closing=_filled(self.closing, values))

    def prompt(self, clips: tuple[Clip, ...] = ()) -> Prompt:
        """What is sent to a model."""
        return Prompt(self.system, self.user, clips, self.closing)


@dataclass(frozen=True, slots=True)
class ColourQuestions:
    """Questions whose answers are weighed, one for each emotion."""

    axes: tuple[PromptTexts, PromptTexts, PromptTexts]
    """In the order of `emoretrieve.emotion.AXES`. Their blank `{text}` is in `closing`, behind the question, or in
    `user`, before it: then the text is read once for all three, if `system` and `user` are the same in all."""
    choices: tuple[tuple[str, float], ...]
    """Answers and the share of the emotion that each stands for, 0..1; at least two."""
    neutral: str
    """A text without emotion, whose answers count as none; empty where there is none."""


@dataclass(frozen=True, slots=True)
class _CaptionTexts:
    texts: PromptTexts
    windows: str = ""
    positions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompts:
    """Everything that is asked."""

    version: str
    sha256: str
    """Of the file's bytes, in hex."""
    colour: PromptTexts
    """Asks for five colours; its blanks are those of `emoretrieve.emotion.PARTS`: `{whole}`, `{fragment_1}`, ..."""
    colour_again: str
    """Added to `colour` after an answer that could not be used; its blanks are `{attempt}` and `{reason}`."""
    questions: ColourQuestions
    _described_as: str
    _captions: Mapping[tuple[Modality, bool], _CaptionTexts]
    """By modality and whether it is the whole."""

    def caption(self, modality: Modality, part: int, *, windows: int = 1, said: str = "") -> PromptTexts:
        """What to ask about a part, an index into `emoretrieve.emotion.PARTS`.

        `windows` is the number of sounds that it is given as; `said` is what the file says of itself.
        """
        asked = self._captions[modality, part == 0]
        position = asked.positions[part - 1] if part else ""
        sentences = (
            _filled(self._described_as, {"said": said}) if said else "",
            _filled(asked.windows, {"count": str(windows)}) if windows > 1 else "",
            _filled(asked.texts.closing, {"position": position}),
        )
        return replace(asked.texts, closing=" ".join(sentence for sentence in sentences if sentence))


def load_prompts(path: str = "") -> Prompts:
    """The prompts of a file; those built in where `path` is empty.

    Raises PerceptionError of kind `bad_prompts`, naming table and key, where the file is not a complete one.
    """
    file = Path(path) if path else BUILT_IN
    content = _read(file)
    top = PromptTable(str(file), "", _parsed(content, file))
    colour = top.table("colour")
    prompts = Prompts(
        version=top.text("version"),
        sha256=hashlib.sha256(content).hexdigest(),
        colour_again=colour.text("again", ("attempt", "reason")),
        colour=_texts(colour, PARTS),
        questions=_questions(top.table("questions")),
        _described_as=top.text("described_as", ("said",)),
        _captions=_captions(top),
    )
    top.refuse_others()
    return prompts


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise bad_prompts(str(file), f"cannot be read: {error.strerror}") from error


def _parsed(content: bytes, file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise bad_prompts(str(file), f"is not TOML in UTF-8: {error}") from error


def _captions(top: PromptTable) -> dict[tuple[Modality, bool], _CaptionTexts]:
    asked: dict[tuple[Modality, bool], _CaptionTexts] = {}
    for modality in MODALITIES:
        parts = top.table(modality)
        for name in ("whole", "fragment"):
            asked[modality, name == "whole"] = _caption(parts.table(name), modality, name == "whole")
        parts.refuse_others()
    return asked


def _caption(table: PromptTable, modality: Modality, is_whole: bool) -> _CaptionTexts:
    windows = table.text("windows", ("count",)) if modality == "audio" else ""
    positions = () if is_whole else table.texts("positions", len(PARTS) - 1)
    return _CaptionTexts(_texts(table, () if is_whole else ("position",)), windows, positions)


def _questions(table: PromptTable) -> ColourQuestions:
    first, second, third = (_texts(table.table(axis), ("text",), anywhere=True) for axis in AXES)
    questions = ColourQuestions(
        (first, second, third), table.choices("choices"), table.text("neutral", may_be_empty=True)
    )
    table.refuse_others()
    return questions


def _texts(table: PromptTable, blanks: tuple[str, ...], *, anywhere: bool = False) -> PromptTexts:
    """The last thing that is read of a table. The blanks are in `closing` or, where they may be anywhere, in `user`."""
    in_user = blanks if anywhere and table.holds("user", blanks) else ()
    texts = PromptTexts(
        table.text("system", may_be_empty=True),
        table.text("user", in_user, may_be_empty=True),
        table.text("closing", () if in_user else blanks),
    )
    table.refuse_others()
    return texts


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled in one go, so that a value with braces in it stays what it is."""
    return BLANK.sub(lambda blank: values.get(blank[1], blank[0]), text)
