"""A model behind a server: what is sent, what comes back, what it depends on."""

from __future__ import annotations

import traceback

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint import open_chat_model
from emoretrieve.perception.options import Options
from emoretrieve.perception.prompted.chat import Answering, Prompt
from emoretrieve.perception.settings import ROLES, Role
from tests.emoretrieve.perception.endpoint.asking import TEXT, ask, picture, sound, weigh
from tests.emoretrieve.perception.endpoint.fake_server import FakeServer, fake_server

KEY = "sk-very-secret-0123456789"


def test_a_text_is_answered_and_counted(server: FakeServer) -> None:
    answer = ask(server.url)
    assert (answer.text, answer.complete) == ("Soft rain on a quiet lake.", True)
    assert answer.usage.prompt_tokens == 14
    assert answer.usage.completion_tokens == 6
    assert answer.usage.cached_tokens == 14
    assert answer.usage.seconds > 0


@pytest.mark.parametrize(("role", "clips"), [("audio", (sound(30.0), sound(2.5))), ("image", (picture(448),))])
def test_clips_arrive_as_a_strict_server_wants_them(role: Role, clips: tuple[object, ...], server: FakeServer) -> None:
    prompt = Prompt("You describe.", "Describe it.", clips, "The whole.")  # type: ignore[arg-type]  # either kind
    assert ask(server.url, role, prompt).usage.prompt_tokens > 100


def test_an_answer_that_was_cut_off_is_not_complete(server: FakeServer) -> None:
    server.behaviour.finish_reason = "length"
    assert not ask(server.url).complete


def test_an_answer_without_content_is_empty(server: FakeServer) -> None:
    server.behaviour.message = {"content": None, "reasoning_content": "Let me think."}
    assert ask(server.url).text == ""


def test_a_refusal_fails_the_item_with_its_words(server: FakeServer) -> None:
    server.behaviour.message = {"content": None, "refusal": "I cannot look at this."}
    with pytest.raises(PerceptionError, match=r"refuses to answer: I cannot look at this\.$") as caught:
        ask(server.url)
    assert caught.value.kind == "refused_request"


def test_an_answer_that_a_filter_holds_back_fails_the_item(server: FakeServer) -> None:
    server.behaviour.finish_reason = "content_filter"
    with pytest.raises(PerceptionError, match="content filter") as caught:
        ask(server.url)
    assert caught.value.kind == "refused_request"


def test_greedy_answers_send_no_seed_and_sampled_ones_do(server: FakeServer) -> None:
    ask(server.url, answering=Answering(8, temperature=0.0, seed=7))
    ask(server.url, answering=Answering(8, temperature=0.7, seed=7))
    greedy, sampled = server.questions
    assert (greedy["temperature"], "seed" in greedy) == (0.0, False)
    assert (sampled["temperature"], sampled["seed"]) == (0.7, 7)


def test_the_signature_names_the_model_and_not_where_it_runs() -> None:
    options = {"model": "Qwen/Qwen3-4B", "concurrency": "3"}
    here, there = (
        open_chat_model("colour", Options({"url": url, **options})) for url in ("http://a.example", "http://b.example")
    )
    assert here.signature == there.signature
    assert "Qwen/Qwen3-4B" in here.signature.values()
    assert not any("example" in value or value == "3" for value in here.signature.values())


def test_each_role_has_a_model_of_its_own_unless_one_is_named() -> None:
    models = {open_chat_model(role, Options({"url": "http://a.example"})).signature["model"] for role in ROLES}
    assert len(models) == 3


def test_the_wanted_number_of_requests_is_told() -> None:
    model = open_chat_model("colour", Options({"url": "http://a.example", "concurrency": "7"}))
    assert (model.concurrency, model.exclusive) == (7, False)


def test_opening_connects_to_nothing(server: FakeServer) -> None:
    open_chat_model("colour", Options({"url": server.url}))
    assert server.headers == []


def test_a_missing_url_is_an_error_of_the_first_question() -> None:
    with pytest.raises(PerceptionError, match=r"colour\.url") as caught:
        ask("")
    assert caught.value.kind == "bad_option"


@pytest.mark.parametrize("status", [200, 307, 400, 401, 403, 404, 413, 422, 500, 501])
def test_a_server_that_sends_the_key_back_does_not_make_it_known(
    status: int, server: FakeServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("EMORETRIEVE_API_KEY", KEY)
    caplog.set_level("DEBUG")
    server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    server.will_say(status, {"error": {"message": f"Incorrect API key: {KEY} ({'x' * 250}{KEY})"}})
    with pytest.raises(PerceptionError) as caught:
        ask(server.url, retries="0")
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY[:12] not in shown + caplog.text + "".join(capfd.readouterr())
    assert KEY not in repr(caught.value.__reduce__())


def test_an_answer_that_repeats_the_key_does_not_keep_it(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_API_KEY", KEY)
    server.behaviour.text = f"Your key is {KEY}."
    assert ask(server.url).text == "Your key is ***."
    assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"


def test_the_key_is_sent_with_every_kind_of_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_COLOUR_API_KEY", KEY)
    with fake_server(key=KEY, most_logprobs=0, decisions=True) as server:
        assert weigh(server.url).logprobs[0] < 0
        assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}


def test_nothing_shows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMORETRIEVE_API_KEY", KEY)
    model = open_chat_model("colour", Options({"url": "http://a.example"}))
    assert KEY not in repr(vars(model)) + repr(model) + repr(model.signature)


def test_the_question_is_sent_as_it_is(server: FakeServer) -> None:
    ask(server.url)
    system, user = server.questions[0]["messages"]
    assert (system["content"], user["content"]) == (TEXT.system, f"{TEXT.user}\n\n{TEXT.closing}")
