"""The mapper over a real model class, tiny and random: both readouts work through the model's own tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper

CAPTIONS = Captions(
    "Loud drums drive the piece forward.",
    ("A quiet blue lake.", "A slow cello melody.", "A slow cello melody.", "Rain on a window at night."),
)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as ledger:
        yield ledger


def coloured_by(model: Path, ledger: Ledger, **options: str) -> Coloured:
    from emoretrieve.perception.qwen import open_chat_model

    given = Options({"model": str(model), "device_map": "cpu", **options}, "colour")
    mapper = PromptedMapper(open_chat_model("colour", given), given, ledger)

    async def once() -> Coloured:
        try:
            return await mapper.colour_captions(CAPTIONS)
        finally:
            await mapper.aclose()

    return asyncio.run(once())


def test_a_model_that_is_held_to_the_pattern_writes_five_colours_at_the_first_attempt(
    tiny_qwen3: Path, ledger: Ledger
) -> None:
    assert isinstance(coloured_by(tiny_qwen3, ledger).profile, EmotionProfile)
    assert ledger.costs["colour"].requests == 1


def test_samples_of_a_model_differ_and_come_out_the_same_again(tiny_qwen3: Path, ledger: Ledger) -> None:
    first = coloured_by(tiny_qwen3, ledger, samples="3")
    with Ledger() as other:
        assert coloured_by(tiny_qwen3, other, samples="3") == first
    assert first.spread is not None
    assert max(max(part) for part in first.spread) > 0


def test_a_model_that_has_learned_nothing_is_not_trusted_with_the_questions(tiny_qwen3: Path, ledger: Ledger) -> None:
    with pytest.raises(PerceptionError) as caught:
        coloured_by(tiny_qwen3, ledger, readout="logits")
    assert caught.value.kind == "unsuited_questions"
    assert ledger.costs["colour"].completion_tokens == 0
