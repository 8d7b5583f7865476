"""A server under mixed load for half an hour, while items are added and removed.

    python benchmarks/serve_soak.py [--minutes M] [--seed N]

Starts `emoretrieve serve` on a collection of 300 pictures and sounds made by formula. Clients ask by item, words,
colour and upload, page through answers, look at thumbnails, list and count, while others add pictures by upload (jobs)
and remove them again. What must hold: no status but those that are wanted, 429 and 503; the memory of the server
(RssAnon, its workers not counted) in the last fifth of the time not above that of the second fifth by more than 10 %;
and after the last write, answers of the server that are equal, number by number, to those of the library on the same
folder. All traffic stays on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

PICTURES, SOUNDS = 250, 50
BASE = "/v1/collections/default"
WORDS = ("a quiet rainy evening", "wild and joyful", "sad and longing", "calm", "restless, a little sad", "serene")
WANTED = {200, 202, 304}
REFUSED = {429, 503}


@dataclass
class Record:
    """What happened, from all threads."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory_mb: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    adding_over: threading.Event = field(default_factory=threading.Event)

    def note(self, what: str, answer: httpx.Response, seconds: float) -> httpx.Response:
        self.statuses[what, answer.status_code] += 1
        self.seconds.setdefault(what, []).append(seconds)
        if answer.status_code not in WANTED | REFUSED:
            self.wrong.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        return answer


def picture(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(small).resize((160, 160), Image.Resampling.BILINEAR).save(out, "PNG")
    return out.getvalue()


def sound(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    time_s = np.arange(3 * 8_000) / 8_000
    samples = (
        rng.uniform(0.05, 0.5)
        * np.sin(2 * np.pi * rng.uniform(80, 900) * time_s)
        * (np.mod(time_s, 0.3) < rng.uniform(0.05, 0.3))
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return out.getvalue()


def make_media(folder: Path) -> None:
    for number in range(PICTURES):
        (folder / f"{number}.png").write_bytes(picture(number))
    for number in range(SOUNDS):
        (folder / f"{number}.wav").write_bytes(sound(number))


class Client(threading.Thread):
    """Does one thing again and again until the time is over."""

    def __init__(self, record: Record, url: str, turn: Callable[[Client], None], seed: int) -> None:
        super().__init__(daemon=True)
        self.record = record
        self.http = httpx.Client(base_url=url, timeout=120, trust_env=False)
        self.random = random.Random(seed)
        self.mine: list[str] = []
        self._turn = turn

    def run(self) -> None:
        while not self.record.over.is_set():
            try:
                self._turn(self)
            except httpx.HTTPError as error:
                self.record.wrong.append(f"{type(error).__name__}: {error}")

    def ask(self, what: str, method: str, path: str, **more: object) -> httpx.Response:
        start = time.perf_counter()
        answer = self.http.request(method, BASE + path, **more)  # type: ignore[arg-type]
        return self.record.note(what, answer, time.perf_counter() - start)


def asker(ids: list[str]) -> Callable[[Client], None]:
    def turn(client: Client) -> None:
        choice = client.random.randrange(8)
        if choice < 3:
            client.ask("item", "POST", "/query", json={"item": client.random.choice(ids), "to": "any"})
        elif choice == 3:
            answer = client.ask("words", "POST", "/query", json={"text": client.random.choice(WORDS), "limit": 5})
            if "next_cursor" in answer.json():
                client.ask("page", "POST", "/query", json={"cursor": answer.json()["next_cursor"]})
        elif choice == 4:
            rgb = [client.random.randrange(1, 256) for _ in range(3)]
            client.ask("colour", "POST", "/query", json={"rgb": rgb, "explain": True})
        elif choice == 5:
            made = (
                sound(client.random.randrange(10**9))
                if client.random.random() < 0.3
                else picture(client.random.randrange(10**9))
            )
            client.ask("upload", "POST", "/query/upload", files={"file": made})
        elif choice == 6:
            client.ask("list", "GET", "/items", params={"limit": 20, "modality": "image"})
            client.ask("facets", "GET", "/facets/mood")
        else:
            client.ask(
                "thumbnail",
                "GET",
                f"/items/{client.random.choice(ids)}/thumbnail",
                params={"size": client.random.randrange(64, 512)},
            )

    return turn


def writer(client: Client) -> None:
    """Adds pictures, waits for the job, removes some of those it added before."""
    if client.record.adding_over.is_set():
        time.sleep(0.2)
        return
    files = [
        ("file", (f"{n}.png", picture(client.random.randrange(10**9)))) for n in range(client.random.randrange(1, 9))
    ]
    answer = client.ask("add", "POST", "/items", files=files)
    if answer.status_code != 202:
        time.sleep(1)
        return
    job = answer.json()
    while job["state"] in ("queued", "running"):
        time.sleep(0.1)
        job = client.http.get(f"/v1/jobs/{job['id']}").json()
    if job["state"] != "done" or job["report"]["failed"]:
        client.record.wrong.append(f"job: {job}")
    found = client.http.get(f"{BASE}/items", params={"filter": "path=" + "/", "limit": 1000}).json()
    client.mine = [one["id"] for one in found["items"] if "/uploads/" in one["paths"][0]]
    while len(client.mine) > 60:
        gone = client.mine.pop(client.random.randrange(len(client.mine)))
        client.ask("remove", "DELETE", f"/items/{gone}")


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def run(minutes: float, seed: int, folder: Path) -> bool:
    (folder / "media").mkdir()
    make_media(folder / "media")
    command = [sys.executable, "-m", "emoretrieve_cli.main"]
    data = ["--data", str(folder / "data")]
    subprocess.run([*command, "index", str(folder / "media"), *data], check=True, stdout=subprocess.DEVNULL)
    log = (folder / "log").open("w")
    server = subprocess.Popen([*command, "serve", "--port", "0", *data], stdout=subprocess.PIPE, stderr=log, text=True)
    assert server.stdout is not None
    try:
        url = server.stdout.readline().split()[2]
        record = Record()
        answers = _load(record, url, server.pid, minutes, seed)
    finally:
        server.terminate()
        server.wait(60)
    return _report(record) & _compare(answers, folder / "data")


Answers = list[tuple[str, dict[str, object]]]


def _load(record: Record, url: str, pid: int, minutes: float, seed: int) -> Answers:
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        items = client.get(f"{BASE}/items", params={"limit": 1000, "modality": "image"}).json()["items"]
        ids = [one["id"] for one in items]
        threads = [Client(record, url, asker(ids), seed + number) for number in range(4)]
        threads.append(Client(record, url, writer, seed + 99))
        for thread in threads:
            thread.start()
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            time.sleep(min(2.0, max(0.0, end - time.monotonic())))
            record.memory_mb.append(memory_mb(pid))
        record.adding_over.set()
        time.sleep(1)
        record.over.set()
        for thread in threads:
            thread.join(120)
        asked = random.Random(seed).sample(ids, 40)
        return [(id, client.post(f"{BASE}/query", json={"item": id, "to": "any", "limit": 20}).json()) for id in asked]


def _report(record: Record) -> bool:
    for what, seconds in sorted(record.seconds.items()):
        counts = ", ".join(f"{n:,} x {status}" for (w, status), n in sorted(record.statuses.items()) if w == what)
        p50, p99 = np.percentile(seconds, (50, 99)) * 1e3
        print(f"{what:10} {counts}; p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    fifth = max(1, len(record.memory_mb) // 5)
    early, late = (
        statistics.median(part)
        for part in (record.memory_mb[fifth : 2 * fifth] or record.memory_mb, record.memory_mb[-fifth:])
    )
    print(
        f"memory: {early:.0f} MB in the second fifth of the time, {late:.0f} MB in the last = {late / early:.2f} "
        "(goal: at most 1.10)"
    )
    print(f"not wanted: {len(record.wrong)}")
    for line in record.wrong[:10]:
        print(f"  {line}")
    return not record.wrong and late <= 1.1 * early


def _compare(answers: Answers, data: Path) -> bool:
    from emoretrieve import Library, QueryOptions

    with Library.open(data) as library:
        equal = 0
        for id, answer in answers:
            answer.pop("next_cursor", None)
            equal += library.query(id, QueryOptions(to="any", limit=20)).to_json() == answer
    print(f"answers equal to those of the library afterwards: {equal} of {len(answers)}")
    return equal == len(answers)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(
        f"{date.today()}, {given.minutes:g} minutes, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as temporary:
        well = run(given.minutes, given.seed, Path(temporary))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
