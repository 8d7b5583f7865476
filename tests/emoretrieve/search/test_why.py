"""The reason of a result."""

from __future__ import annotations

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.emotion.vectors import Floats, colours, vectors
from emoretrieve.item import Captions
from emoretrieve.search.match import Match
from emoretrieve.search.why import FEW_WORDS, Why, query_words, why
from tests.emoretrieve.search.collection import CAPTIONS, item

DULL = [120, 100, 110]
EXCITED, CALM, SAD, NOTHING = [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]
WHOLE_AND_FRAGMENTS = EmotionProfile.of([DULL, EXCITED, CALM, SAD, DULL])


def found(*triples: list[int]) -> EmotionProfile:
    return EmotionProfile.of(triples)


def direction(match: Match, query: EmotionProfile) -> Floats:
    vector: Floats = vectors(match.space, colours([query]))[0]
    return vector


def reason(match: str, query: EmotionProfile, profile: EmotionProfile) -> Why:
    return reason_of(Match.parse(match), query, profile)


def reason_of(match: Match, query: EmotionProfile, profile: EmotionProfile) -> Why:
    return why(match, direction(match, query), item("image", 1, profile))


def test_the_part_and_axis_that_agree_most_are_named() -> None:
    assert reason("aligned", WHOLE_AND_FRAGMENTS, found(DULL, CALM, CALM, CALM, CALM)) == Why(
        "calmness", "fragment_2", ("peaceful", "soft")
    )


def test_agreement_is_not_weighed() -> None:
    light = Match.parse("aligned", [100, 0.001, 1, 1, 1])
    assert reason_of(light, WHOLE_AND_FRAGMENTS, found(DULL, EXCITED, DULL, DULL, DULL)).fragment == "fragment_1"


def test_parts_that_the_match_does_not_count_are_no_reason() -> None:
    assert reason("whole", WHOLE_AND_FRAGMENTS, WHOLE_AND_FRAGMENTS).fragment == "whole"
    assert reason("fragment:3", WHOLE_AND_FRAGMENTS, WHOLE_AND_FRAGMENTS).axis == "sadness"


def test_under_concat_an_intense_part_agrees_more() -> None:
    profile = found([10, 0, 0], [0, 0, 40], [0, 200, 0], [0, 0, 10], [0, 0, 10])
    assert reason("concat", profile, profile).fragment == "fragment_2"


def test_a_result_that_has_nothing_in_common_has_no_reason() -> None:
    excited, calm = EmotionProfile.uniform(Rgb(255, 0, 0)), EmotionProfile.uniform(Rgb(0, 255, 0))
    assert reason("aligned", excited, calm) == Why(None, None, ())
    assert Why(None, None).to_json() == {"axis": None, "fragment": None, "words": []}


def test_a_query_in_which_nothing_was_felt_has_no_reason() -> None:
    assert reason("aligned", EmotionProfile.uniform(Rgb(0, 0, 0)), WHOLE_AND_FRAGMENTS).axis is None


def test_the_words_are_few() -> None:
    captions = Captions("Calm, quiet, peaceful, soft, serene, still, gentle.", CAPTIONS.fragments)
    assert len(query_words(captions, Why("calmness", "whole"))) == FEW_WORDS


def test_the_words_of_the_query_are_those_of_the_part_and_axis() -> None:
    words = query_words(CAPTIONS, Why("sadness", "fragment_3"))
    assert set(words) == {"sad", "lonely"}
    assert query_words(CAPTIONS, Why(None, None)) == ()
