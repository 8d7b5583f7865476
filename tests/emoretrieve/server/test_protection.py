"""Whatever clients send, and however slowly, each gets its documented status and the server stays well."""

from __future__ import annotations

import json
import shutil
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import copy_sparse
from tests.emoretrieve.server.conftest import Served, serving

QUERY = "/v1/collections/default/query"
CALM = {"text": "calm"}


def raw(served: Served, data: bytes, wait_s: float = 10.0) -> bytes:
    """What comes back for bytes that are no proper request, until the server closes."""
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname or "", address.port or 0), wait_s) as connection:
        connection.sendall(data)
        received = b""
        while block := connection.recv(65_536):
            received += block
    return received


def png_of(width: int, height: int) -> bytes:
    """A picture that unpacks to a great deal more than it takes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def wav_of(seconds: int) -> bytes:
    """A header that promises so much sound, and none of it."""
    size = 16_000 * seconds
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16_000, 2, 16)
        + (b"data" + struct.pack("<I", size) + bytes(1000))
    )


def is_well(served: Served) -> bool:
    with served.client() as client:
        return client.post(QUERY, json=CALM).status_code == 200


@pytest.fixture(scope="module")
def strict(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that allows little."""
    data = tmp_path_factory.mktemp("strict") / "home"
    shutil.copytree(filled_home, data, copy_function=copy_sparse)
    few = ("upload_mb=1", "body_kb=10", "media_pixels=1000000", "media_seconds=60", "header_s=2", "chunk_s=2")
    settings = [word for one in (*few, "connections=20", "uploads=1") for word in ("--setting", one)]
    with serving(data, *settings) as served:
        yield served


def test_a_body_that_is_too_large_is_refused_before_and_while_it_comes(strict: Served) -> None:
    with strict.client() as client:
        announced = client.post(f"{QUERY}/upload", files={"file": bytes(2_000_000)})
        assert (announced.status_code, announced.json()["kind"]) == (413, "body_too_large")
        assert client.post(QUERY, json={"text": "x" * 20_000}).status_code == 413
        sent = 0

        def blocks() -> object:
            nonlocal sent
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
            for _ in range(1000):
                sent += 1
                yield bytes(65_536)

        headers = {"content-type": "multipart/form-data; boundary=x"}
        try:
            streamed = client.post(f"{QUERY}/upload", content=blocks(), headers=headers)  # type: ignore[arg-type]
            assert streamed.json()["kind"] == "body_too_large"
        except httpx.WriteError:
            pass  # the server hung up in the middle
        assert sent < 500
        assert is_well(strict)


def test_bombs_and_endless_sounds_are_refused_by_what_their_headers_say(strict: Served) -> None:
    with strict.client() as client:
        bomb = client.post(f"{QUERY}/upload", files={"file": png_of(4000, 4000)})
        assert (bomb.status_code, bomb.json()["kind"]) == (413, "too_large")
        long = client.post(f"{QUERY}/upload", files={"file": wav_of(3600)})
        assert (long.status_code, long.json()["kind"]) in ((413, "too_long"), (422, "truncated"))
        assert is_well(strict)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.wav", b"", 422),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100), 422),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(1000), 422),
        ("a.mp3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", 422),
        ("a.txt", b"hello", 415),
        ("a.flac", b"fLaC" + bytes(64), 422),
        ("../../etc/passwd", b"OggS" + bytes(40), 415),
    ],
)
def test_files_that_are_none_are_documented_problems(
    client: httpx.Client, name: str, content: bytes, status: int
) -> None:
    answer = client.post(f"{QUERY}/upload", files={"file": (name, content)})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/uploads/" not in answer.json()["detail"]


def test_a_truncated_file_is_told(client: httpx.Client, media: Path) -> None:
    content = (media / "hum.wav").read_bytes()[:5000]
    answer = client.post(f"{QUERY}/upload", files={"file": ("hum.wav", content)})
    assert (answer.status_code, answer.json()["kind"]) == (422, "truncated")
    assert "'hum.wav'" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"text": "\\ud800 calm"}',
        b'{"text": "calm", "max_p": NaN}',
        b'{"text": "calm", "limit": 1e400}',
        b'{"text": "\\u0000calm"}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"rgb": [1, 2, "x"]}',
        b'{"text": "calm", "weights": [0, 0, 0, 0, 0]}',
        b'{"text": "calm", "filters": ["\\u0000=1"]}',
        b'{"item": "\\ud800"}',
    ],
)
def test_malformed_bodies_are_answered_by_problems(client: httpx.Client, body: bytes) -> None:
    answer = client.post(QUERY, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 404, 422), answer.text
    assert answer.status_code == 200 or answer.json()["kind"]


def test_what_is_no_http_is_refused(shared: Served) -> None:
    assert raw(shared, b"\x16\x03\x01\x02\x00\r\n\r\n").startswith(b"HTTP/1.1 400")
    long_head = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 100_000
    assert raw(shared, long_head).startswith(b"HTTP/1.1 4")
    assert is_well(shared)


def connected(served: Served) -> socket.socket:
    address = urlsplit(served.url)
    return socket.create_connection((address.hostname or "", address.port or 0), 10)


def test_clients_that_are_slow_to_ask_are_let_go_and_do_not_keep_others_out(strict: Served) -> None:
    slow = [connected(strict) for _ in range(15)]
    for connection in slow:
        connection.sendall(f"POST {QUERY} HTTP/1.1\r\nhost: ".encode())
    assert is_well(strict)
    begun = time.monotonic()
    assert all(connection.recv(1000).startswith(b"HTTP/1.1 408") for connection in slow)
    assert time.monotonic() - begun < 6
    for connection in slow:
        connection.close()


def test_a_body_that_stops_coming_is_408(strict: Served) -> None:
    head = f"POST {QUERY} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n"
    answer = raw(strict, f"{head}\r\n{{".encode())
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"body_timeout" in answer


def test_more_connections_than_allowed_are_turned_away_at_once(strict: Served) -> None:
    time.sleep(0.2)
    held = [connected(strict) for _ in range(20)]
    time.sleep(0.2)
    assert raw(strict, b"").startswith(b"HTTP/1.1 503")
    for connection in held:
        connection.close()
    time.sleep(0.2)
    assert is_well(strict)


def test_where_there_is_no_room_the_answer_is_503_at_once(strict: Served, media: Path) -> None:
    with strict.client() as client, connected(strict) as holding:
        head = f"POST {QUERY}/upload HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n"
        holding.sendall(f"{head}content-type: multipart/form-data; boundary=x\r\n\r\n--x".encode())
        time.sleep(0.3)
        answer = client.post(f"{QUERY}/upload", files={"file": (media / "hum.wav").read_bytes()})
    assert (answer.status_code, answer.json()["kind"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"


def test_the_log_is_one_json_object_a_line(strict: Served) -> None:
    with strict.client() as client:
        client.get("/healthz", headers={"x-request-id": "seen"})
        client.post(QUERY, json={})
    for _ in range(100):
        answered = {line.get("request_id"): line for line in map(json.loads, list(strict.log))}
        if "seen" in answered and any(line.get("kind") == "bad_request" for line in answered.values()):
            break
        time.sleep(0.05)
    assert answered["seen"]["status"] == 200
    assert {"time", "level", "message", "method", "path", "ms", "client"} <= answered["seen"].keys()
