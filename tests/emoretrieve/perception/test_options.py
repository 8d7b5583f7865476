"""Options: names that are known, near or would keep a secret, and values that are read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.options import Options, check_options

KNOWN = {"model", "audio.model", "url", "audio.url", "key_env", "max_new_tokens", "colour.readout"}


def refusal(name: str, value: str = "x", known: set[str] = KNOWN) -> str:
    with pytest.raises(PerceptionError) as caught:
        check_options({name: value}, known)
    assert caught.value.kind == "bad_option"
    return str(caught.value)


@pytest.mark.parametrize("name", ["model", "audio.model", "colour.readout", "max_new_tokens"])
def test_known_options_pass(name: str) -> None:
    check_options({name: "value"}, KNOWN)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("modle", "model"),
        ("audio.modle", "audio.model"),
        ("readout", "colour.readout"),
        ("color.readout", "colour.readout"),
    ],
)
def test_an_unknown_option_is_told_with_the_nearest_known_one(name: str, meant: str) -> None:
    assert f"did you mean '{meant}'?" in refusal(name)


@pytest.mark.parametrize("name", ["video.model", "colour.audio.model", "image.url", "", "x"])
def test_what_no_part_reads_is_refused(name: str) -> None:
    assert f"no option '{name}'" in refusal(name)


def test_where_there_are_no_options_the_sentence_says_so() -> None:
    assert "this perception has none" in refusal("model", known=set())


@pytest.mark.parametrize("name", ["key", "api_key", "audio.api_key", "API-KEY", "password", "image.token"])
def test_keys_and_passwords_are_refused_and_not_repeated(name: str) -> None:
    sentence = refusal(name, "sk-hush")
    assert "EMORETRIEVE_API_KEY" in sentence
    assert "hush" not in sentence


@pytest.mark.parametrize("url", ["https://me:hush@host/v1", "http://hush@host", "HTTPS://hush@host/v1"])
def test_an_address_with_a_user_in_it_is_refused_and_not_repeated(url: str) -> None:
    assert "hush" not in refusal("audio.url", url)


def test_an_address_with_an_at_sign_in_its_path_is_none_with_a_user() -> None:
    check_options({"url": "http://host/models/@latest"}, KNOWN)


def test_a_key_in_the_place_of_a_variable_is_refused_and_not_repeated() -> None:
    assert "hush" not in refusal("key_env", "sk-hush-1")
    check_options({"key_env": "MY_SERVERS_KEY"}, KNOWN)


def test_values_are_read_without_the_spaces_around_them() -> None:
    options = Options({"url": " http://host ", "samples": " 3", "temperature": "0.5 ", "readout": "text "})
    assert options.text("url") == "http://host"
    assert options.integer("samples", 1, 1, 9) == 3
    assert options.number("temperature", 0.0, 0.0, 1.0) == 0.5
    assert options.choice("readout", ["text", "logits"], "logits") == "text"


def test_what_is_not_given_is_the_default() -> None:
    assert Options({}).integer("samples", 1, 1, 9) == 1
    assert Options({}).text("url") == ""


@pytest.mark.parametrize(
    "read",
    [
        lambda options: options.integer("value", 1, 1, 9),
        lambda options: options.number("value", 1.0, 1.0, 9.0),
        lambda options: options.choice("value", ["1", "2"], "1"),
    ],
)
@pytest.mark.parametrize("value", ["", "many", "10", "0", "nan", "1e400", "--1", "1 2"])
def test_a_bad_value_is_refused_with_its_name_and_role(read: Callable[[Options], object], value: str) -> None:
    with pytest.raises(PerceptionError, match=r"'colour\.value'") as caught:
        read(Options({"value": value}, "colour"))
    assert caught.value.kind == "bad_option"


def test_a_missing_option_is_told_with_an_example() -> None:
    with pytest.raises(PerceptionError, match=r"--set audio\.url=http://host"):
        Options({}, "audio").required("url", "http://host")
