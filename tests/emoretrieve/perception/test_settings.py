"""What is asked of a perception, over what a collection remembers."""

from __future__ import annotations

from emoretrieve.perception.settings import PerceptionChoice, PerceptionSettings

REMEMBERED = PerceptionSettings(
    "qwen", True, "endpoint", {"model": "a", "colour.url": "http://one", "device_map": "cpu"}
)


def test_options_of_a_role_count_before_those_of_all() -> None:
    settings = PerceptionSettings(options={"url": "one", "audio.url": "two", "image.model": "x"})
    assert settings.of_role("audio") == {"url": "two"}
    assert settings.of_role("image") == {"url": "one", "model": "x"}


def test_nothing_asked_of_a_new_collection_is_lite() -> None:
    assert PerceptionChoice().over(None) == PerceptionSettings()


def test_nothing_asked_is_what_is_remembered() -> None:
    assert PerceptionChoice().over(REMEMBERED) == REMEMBERED


def test_an_option_counts_before_the_remembered_one() -> None:
    settings = PerceptionChoice(options={"device_map": "cuda"}).over(REMEMBERED)
    assert settings.options == {**REMEMBERED.options, "device_map": "cuda"}
    assert settings.name == "qwen"


def test_the_same_name_keeps_what_is_remembered() -> None:
    assert PerceptionChoice("qwen").over(REMEMBERED) == REMEMBERED


def test_another_name_begins_anew() -> None:
    assert PerceptionChoice("endpoint", options={"url": "x"}).over(REMEMBERED) == PerceptionSettings(
        "endpoint", options={"url": "x"}
    )


def test_another_mapper_drops_the_options_of_the_remembered_one() -> None:
    settings = PerceptionChoice(mapper="lexicon").over(REMEMBERED)
    assert settings.mapper == "lexicon"
    assert settings.options == {"model": "a", "device_map": "cpu"}


def test_another_mapper_drops_what_nobody_reads_any_more() -> None:
    measured = PerceptionSettings("lite", mapper="qwen", options={"model": "a", "colour.readout": "logits"})
    assert PerceptionChoice(mapper="lexicon").over(measured).options == {}


def test_the_mapper_that_is_there_already_keeps_its_options() -> None:
    options = {"url": "http://one", "colour.url": "http://two"}
    settings = PerceptionChoice(mapper="endpoint").over(PerceptionSettings("endpoint", options=options))
    assert settings.options == options


def test_whole_settings_count_as_they_are() -> None:
    assert PerceptionSettings("lite").over(REMEMBERED) == PerceptionSettings("lite")


def test_a_background_counts_for_its_own_perception_only() -> None:
    background = PerceptionChoice("qwen", options={"device_map": "auto"})
    assert PerceptionChoice(background=background).over(REMEMBERED).options["device_map"] == "auto"
    assert PerceptionChoice(background=background).over(PerceptionSettings()) == PerceptionSettings()
    assert PerceptionChoice("lite", background=background).over(None) == PerceptionSettings()


def test_a_background_is_the_default_of_a_new_collection() -> None:
    background = PerceptionChoice("qwen", options={"device_map": "auto"})
    settings = PerceptionChoice(options={"device_map": "cpu"}, background=background).over(None)
    assert settings == PerceptionSettings("qwen", options={"device_map": "cpu"})
