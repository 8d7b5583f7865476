"""Keys come from the environment and appear nowhere."""

from __future__ import annotations

import pickle

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint.key import Key, read_key
from emoretrieve.perception.options import Options


def test_the_key_of_a_role_comes_before_the_key_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_API_KEY", "for-everyone")
    monkeypatch.setenv("EMORETRIEVE_AUDIO_API_KEY", "for-audio")
    assert read_key(Options({}), "audio").headers == {"Authorization": "Bearer for-audio"}
    assert read_key(Options({}), "image").headers == {"Authorization": "Bearer for-everyone"}


def test_a_named_variable_comes_before_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_AUDIO_API_KEY", "for-audio")
    monkeypatch.setenv("MY_KEY", "mine-alone")
    assert read_key(Options({"key_env": "MY_KEY"}), "audio").headers == {"Authorization": "Bearer mine-alone"}


def test_a_named_variable_that_is_not_set_is_an_error_that_names_it() -> None:
    with pytest.raises(PerceptionError, match="MY_KEY") as caught:
        read_key(Options({"key_env": "MY_KEY"}), "audio")
    assert caught.value.kind == "bad_option"


def test_without_a_key_nothing_is_sent() -> None:
    assert read_key(Options({}), "audio").headers == {}


def test_the_line_end_of_a_key_file_is_no_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_API_KEY", "secret-key\n")
    assert read_key(Options({}), "audio").headers == {"Authorization": "Bearer secret-key"}


@pytest.mark.parametrize("value", ["secret key", "secret\nkey", "sécret-key", "secret\x00key"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"EMORETRIEVE_API_KEY": value})
    with pytest.raises(PerceptionError) as caught:
        read_key(Options({}), "audio")
    assert caught.value.kind == "bad_option"
    assert "cret" not in str(caught.value)


def test_a_key_is_hidden_in_texts() -> None:
    assert Key("secret-key").hide_in("401: secret-key is wrong, secret-key!") == "401: *** is wrong, ***!"


def test_a_key_does_not_show_itself() -> None:
    assert "secret" not in f"{Key('secret-key')!r} {Key('secret-key')} {[Key('secret-key')]}"


def test_a_key_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Key("secret-key"))
