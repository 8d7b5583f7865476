"""Bodies that nobody would send: each gets a documented status, and none takes the server down."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import httpx
import pytest

from tests.emoretrieve.server.inprocess import talk

BODIES = int(os.environ.get("MALFORMED", "300"))
"""The acceptance asks for 10,000 (`MALFORMED=10000`)."""
QUERY = "/v1/collections/nowhere/query"
SEEDS = [
    json.dumps({"text": "calm", "limit": 5, "filters": ["year=1..2"], "rescore": {"name": "captions"}}).encode(),
    json.dumps({"rgb": [[1, 2, 3]] * 5, "weights": [1, 0, 0, 0, 0], "to": "any"}).encode(),
    json.dumps({"like": ["a", "b"], "unlike": ["c"], "diverse": 0.5}).encode(),
    json.dumps({"cursor": "eJyrVkosLs5PzkgsSk1RsqpWKkmtKAGySjLzUouVrJQS"}).encode(),
    json.dumps({"from": "audio", "capacity": 2, "draws": 3}).encode(),
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n'
    b'--x\r\nContent-Disposition: form-data; name="choices"\r\n\r\n{"limit": 3}\r\n--x--\r\n',
]
TYPES = [
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
    "application/xml",
]
PATHS = [QUERY, f"{QUERY}/upload", "/v1/collections/nowhere/pair", "/v1/collections/nowhere/items/paths"]


def spoiled(rng: random.Random) -> bytes:
    """One of the seeds with bytes changed, cut out, doubled or put in."""
    body = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randrange(1, 8)):
        place, length = rng.randrange(len(body) + 1), rng.randrange(1, 9)
        match rng.randrange(4):
            case 0:
                body[place : place + length] = rng.randbytes(length)
            case 1:
                del body[place : place + length]
            case 2:
                body[place:place] = body[place : place + length] * rng.randrange(1, 50)
            case _:
                body[place:place] = rng.choice(
                    [b"{", b"[" * 200, b"null", b"1e999", b"\\ud800", b"\x00", b"\r\n", b"--x"]
                )
        if not body:
            body = bytearray(b" ")
    return bytes(body)


# Starlette leaves the spooled files of a form that breaks off to the garbage collector, which closes them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_no_body_makes_a_500(tmp_path: Path) -> None:
    rng = random.Random(11)
    statuses: set[int] = set()

    async def conversation(client: httpx.AsyncClient) -> None:
        for _ in range(BODIES):
            body, path = spoiled(rng), rng.choice(PATHS)
            answer = await client.post(path, content=body, headers={"content-type": rng.choice(TYPES)})
            statuses.add(answer.status_code)
            assert answer.status_code in (400, 403, 404, 415, 422), (path, body, answer.text)
            assert answer.json()["kind"], (path, body)
        assert (await client.get("/healthz")).status_code == 200

    talk(tmp_path, conversation)
    assert {400, 404, 422} <= statuses
