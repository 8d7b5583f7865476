"""Whether a run that is killed again and again asks anything twice, or loses or doubles an item.

    python benchmarks/kill_resume.py [KILLS]

A run of `index --perception endpoint` over 200 generated pictures against a simulated server is killed (SIGKILL, its
worker processes die with it) at random moments and started again, until it is done. The server counts. A question that
is asked twice is excused only if its answer was not there, or had just been sent, when the run that asked was killed:
nobody can keep what has not arrived.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from endpoint_capacity import make_pictures
from simulated_server import Asked, SimulatedServer, simulated_server

from emoretrieve.library import Library

ITEMS = 200
PARTS = 5
CAPACITY, LATENCY_S = 16, 0.4
MOST_QUESTIONS = 90
"""A run is killed at a random moment after a random number of questions up to this, none among them."""
ON_ITS_WAY_S = 0.1
"""Between the server's writing an answer and the run's keeping it, on a busy machine."""


@dataclass(frozen=True)
class Repeated:
    """Questions that were asked more than once."""

    unanswered: int
    on_their_way: int
    others: int


def main(kills: int) -> None:
    random.seed(0)
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as name, simulated_server(CAPACITY, LATENCY_S) as server:
        media, data = Path(name) / "media", Path(name) / "data"
        make_pictures(media, ITEMS)
        killed_s = [moment for _ in range(kills) if (moment := run_and_kill(server, media, data)) is not None]
        finish(start(server, media, data))
        log = server.log()
        with Library.open(data) as library:
            paths = Counter(path for item in library.items() for path in item.paths)
            items = library.count()
    repeated, questions = repetitions(log, killed_s), len({asked.digest for asked in log})
    print(f"{len(killed_s)} of {kills} runs were killed before they were done; the last one ended by itself")
    print(f"questions: {len(log)} asked, {questions} different ones (of {ITEMS} items: {ITEMS * (PARTS + 1)})")
    twice = sum(number - 1 for number in paths.values())
    print(f"items: {items} of {ITEMS}; lost {ITEMS - len(paths)}, twice {twice}  (goal: 0, 0)")
    print(
        f"asked twice: {repeated.unanswered} unanswered when killed, {repeated.on_their_way} within "
        f"{1e3 * ON_ITS_WAY_S:.0f} ms of the kill, {repeated.others} others  (goal for the others: 0)"
    )


def start(server: SimulatedServer, media: Path, data: Path) -> subprocess.Popen[bytes]:
    options = [f"url={server.url('caption')}", f"colour.url={server.url('colour')}", "model=simulated"]
    options.append(f"concurrency={CAPACITY}")
    words = ["index", str(media), "--data", str(data), "--perception", "endpoint", "--json"]
    command = [sys.executable, "-m", "emoretrieve_cli.main", *words, *(f"--set={option}" for option in options)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def finish(process: subprocess.Popen[bytes]) -> None:
    if code := process.wait():
        raise SystemExit(f"the run failed with exit code {code}")


def run_and_kill(server: SimulatedServer, media: Path, data: Path) -> float | None:
    """The moment of the kill; None where the run was done before."""
    enough = len(server.log()) + random.randint(0, MOST_QUESTIONS)
    process = start(server, media, data)
    while len(server.log()) < enough and process.poll() is None:
        time.sleep(0.05)
    time.sleep(random.uniform(0, LATENCY_S))
    if process.poll() is not None:
        finish(process)
        return None
    process.kill()
    moment = time.monotonic()
    process.wait()
    return moment


def repetitions(log: list[Asked], killed_s: list[float]) -> Repeated:
    by_question: dict[str, list[Asked]] = defaultdict(list)
    for asked in log:
        by_question[asked.digest].append(asked)
    kinds: Counter[str] = Counter()
    for times in by_question.values():
        for earlier in times[:-1]:
            kinds[_excuse(earlier, killed_s)] += 1
    return Repeated(kinds["unanswered"], kinds["on its way"], kinds["other"])


def _excuse(earlier: Asked, killed_s: list[float]) -> str:
    """Why a question could not be remembered."""
    kill_s = next((moment for moment in killed_s if moment >= earlier.arrived_s), None)
    if kill_s is None:
        return "other"
    if earlier.answered_s is None or earlier.answered_s > kill_s:
        return "unanswered"
    return "on its way" if earlier.answered_s > kill_s - ON_ITS_WAY_S else "other"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
