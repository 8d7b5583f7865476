"""A refused request says whose fault it is: the key's, the model's, the kind's of media, or its own."""

from __future__ import annotations

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.prompted.chat import Prompt
from emoretrieve.perception.prompted.failures import LASTING, RUN_ENDING
from emoretrieve.perception.settings import Role
from tests.emoretrieve.perception.endpoint.asking import ask, picture
from tests.emoretrieve.perception.endpoint.fake_server import FakeServer

PICTURE = Prompt("", "Describe it.", (picture(),))


def refused(server: FakeServer, status: int, reason: str, role: Role = "image") -> PerceptionError:
    """The error that a refusal of the very request becomes; what the server can do is known before."""
    ask_first = 2 if role != "colour" else 1
    for _ in range(ask_first):
        server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    server.will_say(status, {"error": {"message": reason}})
    with pytest.raises(PerceptionError) as caught:
        ask(server.url, role, retries="0")
    return caught.value


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_ends_the_run(status: int, server: FakeServer) -> None:
    error = refused(server, status, "Unauthorized")
    assert error.kind == "wrong_key"
    assert error.kind in RUN_ENDING
    assert "EMORETRIEVE_IMAGE_API_KEY" in str(error)


def test_a_missing_key_is_told_from_a_wrong_one(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.behaviour.key = "right-key"
    with pytest.raises(PerceptionError, match="wants a key"):
        ask(server.url)
    monkeypatch.setenv("EMORETRIEVE_API_KEY", "wrong-key")
    with pytest.raises(PerceptionError, match="refuses the key"):
        ask(server.url)
    monkeypatch.setenv("EMORETRIEVE_API_KEY", "right-key")
    assert ask(server.url).text == server.behaviour.text


def test_an_unknown_model_is_named_with_those_that_there_are(server: FakeServer) -> None:
    server.behaviour.models = ("qwen", "llava")
    with pytest.raises(PerceptionError, match=r"no model 'tiny'; it offers: qwen, llava") as caught:
        ask(server.url)
    assert caught.value.kind == "unknown_model"
    assert caught.value.kind in RUN_ENDING


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, 'model "tiny" not found, try pulling it first'),
        (400, "Server is pinned to 'other'; requested 'tiny'."),
        (400, "The model `tiny` does not exist."),
    ],
)
def test_servers_say_in_different_ways_that_they_lack_a_model(status: int, reason: str, server: FakeServer) -> None:
    assert refused(server, status, reason).kind == "unknown_model"


def test_a_url_without_the_api_is_told_from_an_unknown_model(server: FakeServer) -> None:
    with pytest.raises(PerceptionError, match="no OpenAI-compatible API") as caught:
        ask(server.url.removesuffix("v1") + "api")
    assert caught.value.kind == "bad_option"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "tiny is not a multimodal model"),
        (400, "At most 0 image(s) may be provided in one prompt."),
        (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
        (500, 'Failed to parse messages: Unsupported content part type: "image_url"'),
        (400, "this model does not support image input"),
    ],
)
def test_a_model_that_cannot_look_ends_the_run(status: int, reason: str, server: FakeServer) -> None:
    error = refused(server, status, reason)
    assert error.kind == "wrong_modality"
    assert error.kind in RUN_ENDING
    assert "does not take pictures" in str(error)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_other_refusals_are_the_item_s_own(status: int, server: FakeServer) -> None:
    error = refused(server, status, "the audio is too long")
    assert error.kind == "refused_request"
    assert error.kind in LASTING
    assert f"(status {status}): the audio is too long" in str(error)


def test_one_refused_request_leaves_the_others_alone(server: FakeServer) -> None:
    assert refused(server, 400, "the audio is too long").kind == "refused_request"
    assert ask(server.url).text == server.behaviour.text


def test_refused_requests_are_not_sent_again(server: FakeServer) -> None:
    server.behaviour.context = 60
    before = len(server.requests)
    with pytest.raises(PerceptionError):
        ask(server.url, prompt=Prompt("", "word " * 100))
    assert len(server.requests) - before == 2


def test_a_prompt_beyond_the_context_says_so(server: FakeServer) -> None:
    server.behaviour.context = 60
    with pytest.raises(
        PerceptionError, match=r"maximum context length is 60 tokens; start the server with room"
    ) as caught:
        ask(server.url, prompt=Prompt("", "word " * 100))
    assert caught.value.kind == "refused_request"


def test_a_long_reason_is_shortened(server: FakeServer) -> None:
    assert len(str(refused(server, 400, "because " * 1000))) < 500


def test_a_reason_of_many_lines_becomes_one(server: FakeServer) -> None:
    assert "one two" in str(refused(server, 400, "one\n   two"))


def test_a_web_page_is_called_one_and_not_quoted(server: FakeServer) -> None:
    server.will_say(418, b"\n<!DOCTYPE html><title>I am a teapot</title>")
    with pytest.raises(PerceptionError, match=r"\(status 418\): a web page\.$"):
        ask(server.url, "image", PICTURE, retries="0")
