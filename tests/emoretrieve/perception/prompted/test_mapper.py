"""A language model is asked for colours once; what it said, and what it could not say, is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured, ModelMapper
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.mapper import PromptedMapper
from emoretrieve.perception.prompted.prompt_table import BUILT_IN
from tests.emoretrieve.perception.prompted.scripted import ScriptedModel

CAPTIONS = Captions("all of it", ("one", "two", "three", "four"))
LINE = "RGB: (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12), (13, 14, 15)"
PROFILE = EmotionProfile.of([(13, 14, 15), (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)])
ONCE = {"attempts": "1"}
LOGITS = {"readout": "logits"}


def mapper_of(
    model: ScriptedModel, options: Mapping[str, str] | None = None, ledger: Ledger | None = None
) -> PromptedMapper:
    return PromptedMapper(model, Options(options or {}, "colour"), ledger or Ledger())


def colour(mapper: PromptedMapper, captions: Captions = CAPTIONS) -> Coloured:
    return asyncio.run(mapper.colour_captions(captions))


def failure_of(mapper: PromptedMapper, captions: Captions = CAPTIONS) -> PerceptionError:
    with pytest.raises(PerceptionError) as caught:
        colour(mapper, captions)
    return caught.value


def test_it_is_a_mapper_that_asks_models() -> None:
    assert isinstance(mapper_of(ScriptedModel()), ModelMapper)


@pytest.mark.parametrize(("options", "items"), [({}, 40), ({"samples": "3"}, 14), (LOGITS, 3)])
def test_so_many_items_are_in_flight_as_fill_the_model_so_that_the_first_are_done_first(
    options: dict[str, str], items: int
) -> None:
    model = ScriptedModel()
    model.concurrency = 40
    assert mapper_of(model, options).concurrency == items


def test_the_profile_is_what_the_model_wrote() -> None:
    assert colour(mapper_of(ScriptedModel(LINE))) == Coloured(PROFILE)


@pytest.mark.parametrize("options", [{}, LOGITS])
def test_the_same_captions_are_asked_about_once(options: dict[str, str], tmp_path: Path) -> None:
    with Ledger(tmp_path / "answers") as ledger:
        first = colour(mapper_of(ScriptedModel(LINE), options, ledger))
    with Ledger(tmp_path / "answers") as ledger:
        model = ScriptedModel()
        assert colour(mapper_of(model, options, ledger)) == first
        assert (model.asked, model.weighed) == ([], [])
        assert ledger.costs["colour"].requests == 0


@pytest.mark.parametrize("options", [{}, LOGITS])
def test_the_same_captions_at_the_same_time_are_asked_about_once(options: dict[str, str]) -> None:
    ledger = Ledger()
    alone, together = ScriptedModel(LINE), ScriptedModel(LINE)
    colour(mapper_of(alone, options))
    mapper = mapper_of(together, options, ledger)

    async def twice() -> list[Coloured]:
        return await asyncio.gather(*(mapper.colour_captions(CAPTIONS) for _ in range(2)))

    first, second = asyncio.run(twice())
    assert first == second
    assert (len(together.asked), len(together.weighed)) == (len(alone.asked), len(alone.weighed))


def test_another_model_is_asked_anew() -> None:
    ledger = Ledger()
    colour(mapper_of(ScriptedModel(LINE, name="one"), ledger=ledger))
    other = ScriptedModel(LINE.replace("15", "99"), name="other")
    assert colour(mapper_of(other, ledger=ledger)).profile.whole == Rgb(13, 14, 99)


def test_a_failure_of_the_item_is_kept_and_raised_again_without_asking() -> None:
    ledger = Ledger()
    first = failure_of(mapper_of(ScriptedModel("no idea"), ONCE, ledger))
    again = failure_of(mapper_of(ScriptedModel(), ONCE, ledger))
    assert (str(again), again.kind, again.answer) == (str(first), "bad_colours", "no idea")


def test_a_failure_that_was_forgotten_is_tried_anew() -> None:
    mapper = mapper_of(ScriptedModel("no idea", LINE), ONCE)
    failure_of(mapper)
    mapper.forget(CAPTIONS)
    assert colour(mapper).profile == PROFILE


@pytest.mark.parametrize("wider", [{"attempts": "2"}, {"attempts": "1", "max_new_tokens": "2000"}])
def test_a_failure_under_narrower_limits_says_nothing_about_wider_ones(wider: dict[str, str]) -> None:
    ledger = Ledger()
    failure_of(mapper_of(ScriptedModel("no idea"), ONCE, ledger))
    assert colour(mapper_of(ScriptedModel(LINE), wider, ledger)).profile == PROFILE


def test_an_answer_after_another_request_to_try_again_is_another_answer(tmp_path: Path) -> None:
    ledger, other = Ledger(), tmp_path / "prompts.toml"
    other.write_text(BUILT_IN.read_text().replace("Give the line that", "Please give the line that"))
    colour(mapper_of(ScriptedModel("no idea", LINE), ledger=ledger))
    asked_anew = mapper_of(ScriptedModel(LINE.replace("15", "99")), {"prompts": str(other)}, ledger)
    assert colour(asked_anew).profile.whole == Rgb(13, 14, 99)


def test_forgetting_leaves_colours_that_were_had() -> None:
    model = ScriptedModel(LINE)
    mapper = mapper_of(model)
    colour(mapper)
    mapper.forget(CAPTIONS)
    assert colour(mapper).profile == PROFILE
    assert len(model.asked) == 1


def test_a_failure_that_may_pass_is_not_kept() -> None:
    mapper = mapper_of(ScriptedModel(PerceptionError("No answer in time.", kind="timeout"), LINE))
    assert failure_of(mapper).kind == "timeout"
    assert colour(mapper).profile == PROFILE


def test_a_lasting_failure_of_the_model_is_kept() -> None:
    mapper = mapper_of(ScriptedModel(PerceptionError("Refused.", kind="refused_request"), LINE))
    failure_of(mapper)
    assert failure_of(mapper).kind == "refused_request"


def test_an_empty_caption_is_refused_without_asking() -> None:
    model = ScriptedModel(LINE)
    error = failure_of(mapper_of(model), Captions("all", ("one", " \n", "three", "four")))
    assert error.kind == "empty_caption"
    assert "'fragment_2'" in str(error)
    assert model.asked == []


@pytest.mark.parametrize(
    ("options", "colour"), [({}, Rgb(13, 14, 15)), (LOGITS, Rgb(128, 128, 128))], ids=["text", "logits"]
)
def test_words_have_the_colour_of_a_whole_that_says_them(options: dict[str, str], colour: Rgb) -> None:
    assert asyncio.run(mapper_of(ScriptedModel(LINE), options).colour_words("a stormy night")) == colour


def test_words_that_got_no_colour_are_asked_about_again() -> None:
    mapper = mapper_of(ScriptedModel("no idea", LINE), ONCE)
    with pytest.raises(PerceptionError):
        asyncio.run(mapper.colour_words("a stormy night"))
    assert asyncio.run(mapper.colour_words("a stormy night")) == Rgb(13, 14, 15)


def test_no_words_are_no_colour_and_no_question() -> None:
    model = ScriptedModel()
    assert asyncio.run(mapper_of(model).colour_words("  ")) == Rgb(0, 0, 0)
    assert model.asked == []


def test_what_was_asked_is_counted() -> None:
    ledger = Ledger()
    colour(mapper_of(ScriptedModel("no idea", LINE), ledger=ledger))
    costs = ledger.costs["colour"]
    assert (costs.requests, costs.prompt_tokens, costs.completion_tokens) == (2, 200, 20)


def test_the_signature_names_model_prompts_and_readout() -> None:
    signature = mapper_of(ScriptedModel()).signature
    assert {"model": "scripted", "prompts": "1", "readout": "text", "rules": "1"}.items() <= signature.items()
    assert len(signature["prompts_sha256"]) == 64


@pytest.mark.parametrize("options", [{"seed": "5"}, {"max_new_tokens": "99"}, {"attempts": "7"}])
def test_what_changes_no_greedy_answer_is_not_in_the_signature(options: dict[str, str]) -> None:
    assert mapper_of(ScriptedModel(), options).signature == mapper_of(ScriptedModel()).signature


@pytest.mark.parametrize("options", [LOGITS, {"samples": "3"}, {"temperature": "1"}, {"temperature": "1", "seed": "5"}])
def test_what_changes_colours_is_in_the_signature(options: dict[str, str]) -> None:
    assert mapper_of(ScriptedModel(), options).signature != mapper_of(ScriptedModel()).signature


@pytest.mark.parametrize(
    "options",
    [
        {"readout": "colours"},
        {"samples": "0"},
        {"samples": "3", "temperature": "0"},
        {"samples": "3", "readout": "logits"},
        {"attempts": "0"},
        {"temperature": "hot"},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(PerceptionError) as caught:
        mapper_of(ScriptedModel(), options)
    assert caught.value.kind == "bad_option"


def test_closing_it_closes_the_model() -> None:
    model = ScriptedModel()
    asyncio.run(mapper_of(model).aclose())
    assert model.closed
