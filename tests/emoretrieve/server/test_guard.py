"""Who may come in: keys, roles, rates, origins."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import httpx
import pytest

from emoretrieve.errors import RequestError
from emoretrieve.server.keys import KeyRing, Role, make_key
from emoretrieve.server.rates import Rates
from tests.emoretrieve.server.inprocess import talk

ITEMS = "/v1/collections/default/items"
JOBS = "/v1/jobs"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_keys_open_what_their_role_may(tmp_path: Path) -> None:
    keys = {role: make_key(role, f"{role}-key") for role in get_args(Role)}
    file = tmp_path / "keys"
    file.write_text("".join(f"{line}  # a comment\n" for _, line in keys.values()))
    assert all(key not in file.read_text() for key, _ in keys.values())

    async def conversation(client: httpx.AsyncClient) -> None:
        for role, wanted in {
            "": [200, 401, 401, 401],
            "read": [200, 404, 403, 403],
            "write": [200, 404, 200, 403],
        }.items():
            headers = bearer(keys[role][0]) if role in keys else {}
            paths = ("/healthz", ITEMS, JOBS, "/metrics")
            assert [(await client.get(path, headers=headers)).status_code for path in paths] == wanted, role
        assert (await client.get("/metrics", headers={"x-api-key": keys["admin"][0]})).status_code == 200
        challenge = await client.get(ITEMS)
        assert challenge.headers["www-authenticate"].startswith("Bearer")
        assert challenge.json()["kind"] == "no_key"

    talk(tmp_path / "data", conversation, keys_file=str(file))


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Basic abc"}, {"authorization": "Bearer "}, {"x-api-key": "é"}]
)
def test_what_is_no_key_opens_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        assert (await client.get(ITEMS, headers=raw)).status_code == 401

    talk(tmp_path, conversation, keys=make_key("read")[1])


def test_guessing_keys_is_soon_over(tmp_path: Path) -> None:
    key, line = make_key("read")

    async def conversation(client: httpx.AsyncClient) -> None:
        guesses = [(await client.get(ITEMS, headers=bearer(f"emo_{n}"))).status_code for n in range(30)]
        assert (guesses[0], guesses[-1]) == (401, 429)
        late = await client.get(ITEMS, headers=bearer(key))
        assert (late.status_code, late.json()["kind"], late.headers["retry-after"]) == (429, "too_many_guesses", "60")

    talk(tmp_path, conversation, keys=line)


def test_a_caller_that_comes_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        answers = [await client.get(JOBS) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429, 429]
        assert int(answers[-1].headers["retry-after"]) >= 1

    talk(tmp_path, conversation, rate="0.01", burst="3")


def test_a_bucket_fills_again_and_callers_have_their_own() -> None:
    now = 0.0
    rates = Rates(2.0, 2, clock=lambda: now)
    assert [rates.wait_s("a"), rates.wait_s("a")] == [0, 0]
    assert rates.wait_s("a") == pytest.approx(0.5)
    assert rates.wait_s("b") == 0
    now = 0.5
    assert rates.wait_s("a") == 0


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"host": "127.0.0.1.evil.example:80"}]
)
def test_pages_of_other_sites_cannot_use_a_server_without_keys(tmp_path: Path, headers: dict[str, str]) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        answer = await client.get(JOBS, headers=headers)
        assert (answer.status_code, answer.json()["kind"]) == (403, "not_allowed")

    talk(tmp_path, conversation)


@pytest.mark.parametrize(("origins", "allowed"), [("", None), ("https://page.example", "https://page.example")])
def test_other_origins_are_let_in_only_where_they_are_named(tmp_path: Path, origins: str, allowed: str | None) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        asked = {"origin": "https://page.example", "access-control-request-method": "POST"}
        answer = await client.options("/v1/collections/default/query", headers=asked)
        assert answer.headers.get("access-control-allow-origin") == allowed
        used = await client.get(JOBS, headers={"origin": "https://page.example"})
        assert used.status_code == (200 if allowed else 403)

    talk(tmp_path, conversation, origins=origins)


def test_every_answer_carries_the_headers_that_protect_browsers(tmp_path: Path) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        for path in ("/healthz", "/nowhere", ITEMS):
            answer = await client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert "default-src 'none'" in answer.headers["content-security-policy"]

    talk(tmp_path, conversation)


def test_a_request_id_of_a_gateway_is_kept_if_it_is_one(tmp_path: Path) -> None:
    async def conversation(client: httpx.AsyncClient) -> None:
        assert (await client.get("/healthz", headers={"x-request-id": "abc-1"})).headers["x-request-id"] == "abc-1"
        assert (await client.get("/healthz", headers={"x-request-id": "<b>"})).headers["x-request-id"] != "<b>"

    talk(tmp_path, conversation)


def test_a_server_that_others_can_reach_wants_keys(tmp_path: Path) -> None:
    async def conversation(_client: httpx.AsyncClient) -> None: ...

    with pytest.raises(RequestError, match="keys are needed"):
        talk(tmp_path, conversation, host="0.0.0.0")
    talk(tmp_path, conversation, host="0.0.0.0", keys=make_key("read")[1])


@pytest.mark.parametrize("lines", ["read", "read:abc", "root:" + 64 * "0", "emo_" + 43 * "A"])
def test_a_line_that_is_none_is_told_without_being_repeated(lines: str) -> None:
    with pytest.raises(RequestError) as caught:
        KeyRing.read(None, lines)
    assert caught.value.kind == "bad_setting"
    assert lines == "read" or lines not in str(caught.value)


@pytest.mark.parametrize(("gateways", "second"), [("127.0.0.0/8", 200), ("192.0.2.1", 429)])
def test_only_a_gateway_that_is_named_may_say_who_guesses(tmp_path: Path, gateways: str, second: int) -> None:
    key, line = make_key("read")

    async def conversation(client: httpx.AsyncClient) -> None:
        for n in range(30):
            guessed = await client.get("/v1/collections", headers={**bearer(f"{n}"), "x-forwarded-for": "203.0.113.7"})
        assert guessed.status_code == 429
        other = await client.get("/v1/collections", headers={**bearer(key), "x-forwarded-for": "203.0.113.8"})
        assert other.status_code == second

    talk(tmp_path, conversation, keys=line, gateways=gateways)
