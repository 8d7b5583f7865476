"""An OpenAI-compatible server that only takes time: a fixed latency for each request, a fixed number of them at once.

    python benchmarks/simulated_server.py CAPACITY LATENCY_S

Prints its port. `/caption/v1` answers as a captioner, `/colour/v1` as a mapper of colours, each with its own capacity.
What it was asked is at `/log`: role, digest of the body, seconds of arrival and of the answer on the clock that all
processes of the machine share. Requests beyond the capacity wait; probes ("Say hello.") are not logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One request."""

    role: str
    digest: str
    arrived_s: float
    begun_s: float | None
    """None while it waits for a place."""
    answered_s: float | None


@dataclass(frozen=True)
class SimulatedServer:
    """A running one, seen from outside."""

    port: int

    def url(self, role: str) -> str:
        return f"http://127.0.0.1:{self.port}/{role}/v1"

    def log(self) -> list[Asked]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/log") as answer:
            return [Asked(*row) for row in json.load(answer)]


@contextmanager
def simulated_server(capacity: int, latency_s: float) -> Iterator[SimulatedServer]:
    """A server in a process of its own."""
    command = [sys.executable, __file__, str(capacity), str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield SimulatedServer(int(process.stdout.readline()))
        finally:
            process.kill()


class _Server:
    def __init__(self, capacity: int, latency_s: float) -> None:
        self._latency_s = latency_s
        self._places = {role: asyncio.Semaphore(capacity) for role in ("caption", "colour")}
        self._log: list[list[object]] = []

    async def serve(self) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, limit=2**26, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                length = next(
                    (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), b":0"
                )
                answer = await self._answer(path, await reader.readexactly(int(length.split(b":")[1])))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n" % len(answer) + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, body: bytes) -> bytes:
        if path == "/log":
            return json.dumps(self._log).encode()
        role = path.split("/")[1]
        if not path.endswith("/chat/completions"):
            return json.dumps({"data": [{"id": "simulated"}]}).encode()
        digest = hashlib.sha256(body).hexdigest()
        if b"Say hello." not in body:
            entry: list[object] = [role, digest, time.monotonic(), None, None]
            self._log.append(entry)
            async with self._places[role]:
                entry[3] = time.monotonic()
                await asyncio.sleep(self._latency_s)
            entry[4] = time.monotonic()
        return json.dumps(_reply(role, digest, len(body))).encode()


def _reply(role: str, digest: str, length: int) -> dict[str, object]:
    text = f"A scene with the marks {' '.join(digest[i : i + 3] for i in range(0, 60, 3))}; calm and somewhat sad."
    if role == "colour":
        text = "RGB: " + ", ".join(f"({int(digest[i : i + 2], 16)}, 40, 90)" for i in range(0, 10, 2))
    return {
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": length // 100, "completion_tokens": 30},
    }


if __name__ == "__main__":
    asyncio.run(_Server(int(sys.argv[1]), float(sys.argv[2])).serve())
