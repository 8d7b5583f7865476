"""Requests are sent again where that may help, slowly enough, and no longer than that."""

from __future__ import annotations

import asyncio
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.endpoint import connection, exchange
from emoretrieve.perception.endpoint.health import health_of
from emoretrieve.perception.prompted.chat import Answer, ChatModel
from tests.emoretrieve.perception.endpoint.asking import ANSWERING, TEXT, ask, ask_often, with_model
from tests.emoretrieve.perception.endpoint.fake_server import FakeServer, fake_server
from tests.emoretrieve.perception.endpoint.faulty_proxy import FAULTS, Fault, FaultyProxy, faulty_proxy, scripted


@contextmanager
def proxied(server: FakeServer, *faults: Fault | None, slow_s: float = 2.0) -> Iterator[FaultyProxy]:
    """The server behind a proxy; the first request finds out what it can do and meets no fault."""
    with faulty_proxy(FaultyProxy(server.url, scripted([None, *faults]), slow_s)) as proxy:
        yield proxy


def always(fault: Fault) -> list[Fault]:
    return [fault] * 100


def unused_url() -> str:
    """Where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_passing_fault_is_overcome(fault: Fault, server: FakeServer) -> None:
    with proxied(server, fault) as proxy:
        assert ask(proxy.url, timeout_s="1").text == server.behaviour.text
    assert proxy.met == {fault: 1, "none": 2}


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ("slow", "no_answer", "no answer within 0.3 s"),
        ("error", "no_answer", "status 500, Internal Server Error"),
        ("cut", "no_answer", "the connection broke"),
        ("cut_body", "no_answer", "the connection broke"),
        ("half_json", "bad_answer", "bytes that are no JSON"),
        ("web_page", "bad_answer", "a web page"),
        ("wrong_shape", "bad_answer", "no choices"),
        ("endless", "no_answer", "more than 8 MB"),
    ],
)
def test_a_fault_that_stays_fails_the_request_with_its_reason(
    fault: Fault, kind: str, reason: str, server: FakeServer
) -> None:
    timeout_s = "0.3" if fault == "slow" else "10"
    with proxied(server, fault, fault) as proxy, pytest.raises(PerceptionError, match=reason) as caught:
        ask(proxy.url, retries="1", timeout_s=timeout_s)
    assert caught.value.kind == kind
    assert proxy.met[fault] == 2


def test_a_model_that_never_answers_ends_the_run_with_its_name(server: FakeServer) -> None:
    """As `transformers serve` does, which has status 500 for models that it cannot find."""
    proxy = FaultyProxy(server.url, scripted(["error", "error"]))
    with (
        faulty_proxy(proxy),
        pytest.raises(PerceptionError, match=r"never answered for the model 'tiny'.* 500") as caught,
    ):
        ask(proxy.url, retries="1")
    assert caught.value.kind == "server_gone"


def test_a_wait_that_the_server_asks_for_is_kept_by_all_requests(server: FakeServer) -> None:
    server.will_say(200, {"choices": [{"message": {"content": ""}}]})
    server.will_say(429, {"error": {"message": "Rate limit reached"}}, Retry_After="1")
    start = time.monotonic()
    answers = ask_often(server.url, 4, concurrency="1")
    assert time.monotonic() - start >= 1.0
    assert all(not isinstance(answer, BaseException) for answer in answers)


def test_rate_limits_are_no_failures(server: FakeServer) -> None:
    with proxied(server, "busy", "busy") as proxy:
        assert ask(proxy.url, retries="0").text == server.behaviour.text


def test_a_server_that_starts_again_costs_no_request(server: FakeServer) -> None:
    with proxied(server, "unavailable", "unavailable", "unavailable") as proxy:
        assert ask(proxy.url, retries="0").text == server.behaviour.text


def test_a_request_that_alone_is_always_put_off_is_given_up(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a gateway that waits for one long answer in vain, while others come through."""
    monkeypatch.setattr(exchange, "_PUT_OFF_S", 0.6)

    with proxied(server, *always("unavailable")) as proxy:
        health = health_of(proxy.url)

        async def among_others(model: ChatModel) -> Answer:
            asked = asyncio.create_task(model.answer(TEXT, ANSWERING))
            while not asked.done():
                health.answered()
                await asyncio.sleep(0.01)
            return await asked

        with pytest.raises(PerceptionError, match=r"put a request off .*status 503") as caught:
            with_model(among_others, proxy.url, outage_s="0.5")
    assert caught.value.kind == "rate_limited"


def test_a_server_that_is_not_there_ends_it_soon() -> None:
    url = unused_url()
    start = time.monotonic()
    with pytest.raises(PerceptionError, match=url) as caught:
        ask(url)
    assert caught.value.kind == "server_gone"
    assert time.monotonic() - start < 5


def test_a_server_that_goes_away_ends_all_requests_with_one_sentence() -> None:
    with fake_server() as server:
        ask(server.url)
    answers = ask_often(server.url, 20, outage_s="0.5")
    assert {answer.kind for answer in answers if isinstance(answer, PerceptionError)} == {"server_gone"}
    assert len({str(answer) for answer in answers}) == 1


def test_a_server_that_fails_every_request_is_given_up(server: FakeServer) -> None:
    with proxied(server, *always("error")) as proxy:
        answers = ask_often(proxy.url, 30, retries="0", concurrency="2")
    kinds = [answer.kind for answer in answers if isinstance(answer, PerceptionError)]
    assert kinds.count("no_answer") <= 8 + 2
    assert kinds.count("server_gone") >= 20
    assert sum(proxy.met.values()) <= 1 + 8 + 2


def test_no_more_requests_are_in_flight_than_wanted(server: FakeServer) -> None:
    server.pause_s = 0.02
    ask_often(server.url, 20, concurrency="3")
    assert server.most_at_once == 3


def test_all_places_are_used(server: FakeServer) -> None:
    server.pause_s = 1.0  # long enough for a busy machine to begin them all
    ask_often(server.url, 40, concurrency="32")
    assert server.most_at_once >= 30


def test_waiting_for_a_place_does_not_count_as_the_time_of_a_request(server: FakeServer) -> None:
    server.pause_s = 0.1
    answers = ask_often(server.url, 5, concurrency="1")
    times = [answer.usage.seconds for answer in answers if not isinstance(answer, BaseException)]
    assert 0.1 <= min(times) <= max(times) < 0.3


def test_a_server_on_this_machine_is_reached_past_any_proxy(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", unused_url())
    monkeypatch.setenv("ALL_PROXY", unused_url())
    assert ask(server.url).text == server.behaviour.text


def test_other_servers_are_reached_through_the_proxy_of_the_environment(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url.removesuffix("/v1"))
    with pytest.raises(PerceptionError, match="lists no models"):
        ask("http://models.example/v1")
    assert server.headers[0]["Host"] == "models.example"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HTTP_PROXY", "nonsense://me:secret-word@proxy.example"), ("SSL_CERT_FILE", "/there/is/no/such/file.pem")],
)
def test_an_environment_without_a_way_to_the_server_is_named_and_ends_the_run(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    connection._certificates.cache_clear()
    with pytest.raises(PerceptionError, match=variable) as caught:
        ask("http://models.example/v1")
    assert caught.value.kind == "bad_option"
    assert "secret-word" not in "".join(traceback.format_exception(caught.value))


def test_a_name_that_no_server_can_have_ends_the_run() -> None:
    with pytest.raises(PerceptionError, match="can be prepared") as caught:
        ask("http://xn--.example/v1")
    assert caught.value.kind == "bad_option"


@pytest.mark.parametrize("status", [301, 307, 402, 405, 407, 501])
def test_redirects_are_not_followed_and_an_address_that_answers_nothing_ends_the_run(
    status: int, server: FakeServer
) -> None:
    server.will_say(status, {}, Location="http://elsewhere.example/v1")
    with pytest.raises(PerceptionError, match=f"status {status}") as caught:
        ask(server.url, role="image")
    assert caught.value.kind == "bad_option"
