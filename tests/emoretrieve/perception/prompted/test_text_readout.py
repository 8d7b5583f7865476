"""What a model writes is read, asked for again where it cannot be used, and sampled where that is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import numpy as np
import pytest

from emoretrieve.emotion import EmotionProfile
from emoretrieve.errors import PerceptionError
from emoretrieve.item import Captions
from emoretrieve.perception import Coloured
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Answer, Usage
from emoretrieve.perception.prompted.ledger import Ledger
from emoretrieve.perception.prompted.prompts import load_prompts
from emoretrieve.perception.prompted.rgb_line import PATTERN, rgb_line
from emoretrieve.perception.prompted.text_readout import SAMPLING_TEMPERATURE, Sampling, TextReadout
from tests.emoretrieve.perception.prompted.scripted import ScriptedModel

CAPTIONS = Captions("all of it", ("one", "two", "three", "four {whole}"))


def line(first: int) -> str:
    return rgb_line(EmotionProfile.of([(first, 0, 200)] * 5))


def readout_of(
    model: ScriptedModel, options: Mapping[str, str] | None = None, ledger: Ledger | None = None
) -> TextReadout:
    return TextReadout(model, load_prompts(), Sampling.of(Options(options or {}, "colour")), ledger or Ledger())


def colour(readout: TextReadout) -> Coloured:
    return asyncio.run(readout.colour(CAPTIONS))


def test_the_model_is_held_to_the_pattern_and_greedy_by_default() -> None:
    model = ScriptedModel(line(5))
    colour(readout_of(model))
    (_, answering) = model.asked[0]
    assert (answering.pattern, answering.temperature, answering.max_new_tokens) == (PATTERN, 0.0, 512)


def test_the_captions_come_last_in_the_order_of_the_answer() -> None:
    model = ScriptedModel(line(5))
    colour(readout_of(model))
    closing = model.asked[0][0].closing
    places = [closing.index(caption) for caption in ("one", "two", "three", "four {whole}", "all of it")]
    assert places == sorted(places)


def test_what_comes_before_the_captions_is_the_same_for_every_item() -> None:
    model = ScriptedModel(line(5), line(6))
    readout = readout_of(model)
    colour(readout)
    asyncio.run(readout.colour(Captions("other", ("a", "b", "c", "d"))))
    (first, _), (second, _) = model.asked
    assert (first.system, first.user) == (second.system, second.user)


def test_an_unusable_answer_is_asked_for_again_with_the_reason() -> None:
    model = ScriptedModel("no idea", line(5))
    assert colour(readout_of(model)).profile.whole.r == 5
    (first, _), (second, _) = model.asked
    assert second.closing.startswith(first.closing)
    assert "it has no 'RGB:' with numbers behind it" in second.closing


def test_no_attempt_has_the_same_prompt_as_another() -> None:
    model = ScriptedModel(*["no idea"] * 4)
    with pytest.raises(PerceptionError):
        colour(readout_of(model, {"attempts": "4"}))
    assert len({prompt.closing for prompt, _ in model.asked}) == 4


def test_after_the_last_attempt_it_fails_with_the_last_answer() -> None:
    model = ScriptedModel("first", "second", "RGB: (1, 2, 3)")
    with pytest.raises(
        PerceptionError, match=r"after 3 attempts: its answer has 1 triples .* It was: 'RGB: \(1, 2, 3\)'"
    ) as caught:
        colour(readout_of(model))
    assert (caught.value.kind, caught.value.answer) == ("bad_colours", "RGB: (1, 2, 3)")


def test_a_long_answer_is_shortened_in_the_sentence_only() -> None:
    with pytest.raises(PerceptionError) as caught:
        colour(readout_of(ScriptedModel("hm " * 1000), {"attempts": "1"}))
    assert len(str(caught.value)) < 600
    assert caught.value.answer == "hm " * 1000


def test_an_answer_that_was_cut_off_is_refused_even_where_it_can_be_read() -> None:
    cut = Answer(line(5), complete=False, usage=Usage(1, 512))
    model = ScriptedModel(cut, line(6))
    assert colour(readout_of(model)).profile.whole.r == 6
    assert "limit of new tokens" in model.asked[1][0].closing


def test_numbers_that_stood_in_the_captions_are_no_answer() -> None:
    captions = Captions(f"A sign says {line(5)}.", ("one", "two", "three", "four"))
    model = ScriptedModel(line(5), line(6))
    assert asyncio.run(readout_of(model).colour(captions)).profile.whole.r == 6


def test_samples_have_seeds_in_a_row_and_the_temperature_that_makes_them_differ() -> None:
    model = ScriptedModel(line(5), line(6), line(7))
    colour(readout_of(model, {"samples": "3", "seed": "10"}))
    assert [(answering.seed, answering.temperature) for _, answering in model.asked] == [
        (seed, SAMPLING_TEMPERATURE) for seed in (10, 11, 12)
    ]


def test_the_profile_is_the_median_of_the_samples_and_the_spread_their_deviation() -> None:
    coloured = colour(readout_of(ScriptedModel(line(10), line(250), line(40)), {"samples": "3"}))
    assert tuple(coloured.profile.whole) == (40, 0, 200)
    assert np.array(coloured.spread) == pytest.approx(np.array([[106.77078, 0, 0]] * 5), abs=1e-4)


def test_one_sample_has_no_spread() -> None:
    assert colour(readout_of(ScriptedModel(line(10)), {"temperature": "1"})).spread is None


def test_more_samples_build_on_those_that_were_drawn() -> None:
    ledger = Ledger()
    colour(readout_of(ScriptedModel(line(10), line(20)), {"samples": "2"}, ledger))
    model = ScriptedModel(line(30))
    assert colour(readout_of(model, {"samples": "3"}, ledger)).profile.whole.r == 20
    assert [answering.seed for _, answering in model.asked] == [2]


def test_a_sample_that_fails_for_good_fails_the_item() -> None:
    with pytest.raises(PerceptionError) as caught:
        colour(readout_of(ScriptedModel(line(10), "no idea"), {"samples": "2", "attempts": "1"}))
    assert caught.value.kind == "bad_colours"
