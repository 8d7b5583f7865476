"""Queries by id over HTTP, beside a bare FastAPI handler that only runs the same NumPy product.

    python benchmarks/serve_load.py [ITEMS] [FOLDER] [--seconds S] [--songs FOLDER]

ITEMS (100,000) made-up items in an embedded collection, served by `emoretrieve serve` with its defaults. Clients ask
one query after another, each for another item, by POST on a connection of its own: 1, 8 and 64 of them. The yardstick
is an application of one handler in a process of its own, under the same HTTP server: one product of the 15 numbers of
the item with all items in float32, the ten best, as JSON. Both are asked in turns, so that other load falls on both;
where that load is heavy, the processor time that each server took for a request says more than the clock.

With --songs also what an upload costs: a song of 30 s as a query by upload, beside describing it in this process. All
traffic stays on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import numpy as np

from benchmarks.scale_collection import NAME, collection, item, matrix

CLIENTS = (1, 8, 64)
ROUNDS = 3
GOAL = 0.6
UPLOAD_GOAL = 1.3
SONG_S = 30
_ASKED = 20_000
"""Different items that are asked about."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of clients met."""

    seconds: list[float]
    """Of each request."""
    throughput: float
    """Requests a second."""
    failed: int
    processor_ms: float
    """That the server took for a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A server, and what it is asked."""

    pid: int
    port: int
    requests: list[bytes]


async def load(asked: Asked, clients: int, seconds: float) -> Load:
    """Let clients ask for so long, each on a connection of its own."""
    port, requests = asked.port, asked.requests
    spent: list[float] = []
    failed = 0
    begun, processor_s = time.perf_counter(), _processor_s(asked.pid)

    async def client(number: int) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = number
        while (start := time.perf_counter()) - begun < seconds:
            writer.write(requests[turn % len(requests)])
            turn += clients
            failed += not await _answered(reader)
            spent.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    processor_ms = 1e3 * (_processor_s(asked.pid) - processor_s) / len(spent)
    return Load(spent, len(spent) / (time.perf_counter() - begun), failed, processor_ms)


def _processor_s(pid: int) -> float:
    """Seconds that a process has spent computing, its children not counted."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _answered(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    await reader.readexactly(int(length))
    return head.startswith(b"HTTP/1.1 200")


def request(path: str, body: object) -> bytes:
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(data)}\r\n\r\n".encode() + data


@contextmanager
def serving(folder: Path, name: str) -> Iterator[tuple[int, str]]:
    """`emoretrieve serve` on a collection; its process and URL."""
    words = [sys.executable, "-m", "emoretrieve_cli.main", "serve", "--data", str(folder), "--collection", name]
    with subprocess.Popen(
        [*words, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    ) as process:
        try:
            assert process.stdout is not None
            yield process.pid, process.stdout.readline().split()[2]
        finally:
            process.terminate()


@contextmanager
def bare(count: int, folder: Path) -> Iterator[tuple[int, int]]:
    """The yardstick; its process and port."""
    file = folder / f"matrix-{count}.npy"
    if not file.exists():
        np.save(file, matrix(count))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with subprocess.Popen([sys.executable, __file__, "--bare", str(file), str(port)], env=os.environ) as process:
        try:
            _wait_for(port)
            yield process.pid, port
        finally:
            process.terminate()


def run_bare(file: Path, port: int) -> None:
    import uvicorn
    from fastapi import Body, FastAPI

    rows = np.load(file)
    weights = np.repeat(np.array([0.5, 0.125, 0.125, 0.125, 0.125], dtype=np.float32), 3)
    app = FastAPI()

    @app.post("/nearest")
    def nearest(row: int = Body(embed=True)) -> list[dict[str, float]]:
        scores = rows @ (rows[row] * weights)
        best = np.argpartition(scores, -10)[-10:]
        order = best[np.argsort(-scores[best])]
        return [{"row": int(one), "score": float(scores[one])} for one in order]

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The yardstick did not start.")


def compare(count: int, folder: Path, seconds: float) -> None:
    with collection(count, folder):
        pass  # it is there
    chosen = random.Random(7).sample(range(count), min(count, _ASKED))
    ours_asked = [request(f"/v1/collections/{NAME}/query", {"item": item(row, [[1, 1, 1]] * 5).id}) for row in chosen]
    bare_asked = [request("/nearest", {"row": row}) for row in chosen]
    with serving(folder, NAME) as (pid, url), bare(count, folder) as (bare_pid, bare_port):
        ours = Asked(pid, int(url.rsplit(":", 1)[1]), ours_asked)
        yardstick = Asked(bare_pid, bare_port, bare_asked)
        for one in (ours, yardstick):
            asyncio.run(load(one, 1, 3))  # warm
        for clients in CLIENTS:
            report(clients, *in_turns(ours, yardstick, clients, seconds))


def in_turns(ours: Asked, yardstick: Asked, clients: int, seconds: float) -> tuple[list[Load], list[Load]]:
    mine, least = [], []
    for _ in range(ROUNDS):
        mine.append(asyncio.run(load(ours, clients, seconds / ROUNDS)))
        least.append(asyncio.run(load(yardstick, clients, seconds / ROUNDS)))
    return mine, least


def report(clients: int, ours: list[Load], yardstick: list[Load]) -> None:
    (mine_rate, mine_p50, mine_p99, mine_ms), (rate, p50, p99, ms) = map(_numbers, (ours, yardstick))
    failed = sum(one.failed for one in ours)
    print(
        f"{clients:3} clients: {mine_rate:.0f}/s, p50 {mine_p50:.1f} ms, p99 {mine_p99:.1f} ms, {failed} failed / bare "
        f"{rate:.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms = {mine_rate / rate:.2f} of its throughput (goal: at least "
        f"{GOAL}); processor time {mine_ms:.2f} ms / {ms:.2f} ms = {ms / mine_ms:.2f} by that; load "
        f"{os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _numbers(loads: list[Load]) -> tuple[float, float, float, float]:
    spent = [seconds for one in loads for seconds in one.seconds]
    p50, p99 = (float(np.percentile(spent, share)) * 1e3 for share in (50, 99))
    rate = statistics.median(one.throughput for one in loads)
    return rate, p50, p99, statistics.median(one.processor_ms for one in loads)


def uploads(songs: Path, rounds: int = 3) -> None:
    """A 30-s song as a query by upload, beside describing it in this process."""
    import soundfile

    from emoretrieve.library import Library

    files = sorted(path for path in songs.rglob("*.opus"))[:8]
    with tempfile.TemporaryDirectory() as temporary, Library.open(Path(temporary) / "here", create=True) as library:
        cut = []
        for number, path in enumerate(files):
            samples, rate = soundfile.read(path, frames=SONG_S * 48_000)
            cut.append(Path(temporary) / f"{number}.flac")
            soundfile.write(cut[-1], samples, rate)
        shutil.copytree(Path(temporary) / "here", Path(temporary) / "there")
        library.store.upsert([library.describe(path) for path in cut[:2]])
        with serving(Path(temporary) / "there", "default") as (_, url):
            times = _upload_times(url, library, cut[2:], rounds)
    mine, here = (statistics.median(column) for column in zip(*times, strict=True))
    print(
        f"upload query of a {SONG_S}-s song: {1e3 * mine:.0f} ms / describing it here {1e3 * here:.0f} ms = "
        f"{mine / here:.2f} (goal: at most {UPLOAD_GOAL}); load {os.getloadavg()[0]:.1f}"
    )


def _upload_times(url: str, library: object, songs: list[Path], rounds: int) -> list[tuple[float, float]]:
    times = []
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for _ in range(rounds + 1):
            for song in songs:
                start = time.perf_counter()
                answer = client.post("/v1/collections/default/query/upload", files={"file": song.open("rb")})
                middle = time.perf_counter()
                answer.raise_for_status()
                library.describe(song)  # type: ignore[attr-defined]
                times.append((middle - start, time.perf_counter() - middle))
    return times[len(songs) :]  # the first round starts processes and loads libraries


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("items", nargs="?", type=int, default=100_000)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--songs", type=Path)
    given = parser.parse_args()
    print(f"{date.today()}, {given.items:,} items, {os.cpu_count()} processors", flush=True)
    if given.folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            compare(given.items, Path(temporary), given.seconds)
    else:
        compare(given.items, given.folder, given.seconds)
    if given.songs is not None:
        uploads(given.songs)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        run_bare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
