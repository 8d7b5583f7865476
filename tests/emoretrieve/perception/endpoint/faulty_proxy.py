"""A proxy that does to HTTP what networks, gateways and overloaded servers do.

    python -m tests.emoretrieve.perception.endpoint.faulty_proxy --upstream http://127.0.0.1:8000 --port 9000 \\
        --seed 1 --rate all=0.02 --rate slow=0.1

Each request meets at most one fault, drawn by its rate; the same seed draws the same faults in the same order of
requests. Counts are printed when it ends (Ctrl-C).
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, get_args
from urllib.parse import urlsplit

Fault = Literal[
    "slow",  # answers after `slow_s`
    "busy",  # 429 and a number of seconds to wait
    "busy_until",  # 429 and a date to wait for
    "error",  # 500
    "unavailable",  # 503
    "cut",  # closes the connection without an answer
    "cut_body",  # closes the connection in the middle of the answer
    "half_json",  # a whole answer whose JSON stops in the middle
    "web_page",  # 200 and HTML
    "wrong_shape",  # JSON without choices
    "endless",  # an answer that does not stop
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
Draw = Callable[[], "Fault | None"]

_BLOCK = b" " * 65536


def scripted(faults: Sequence[Fault | None]) -> Draw:
    """These faults in turn, then none."""
    left = iter(faults)
    return lambda: next(left, None)


def drawn(seed: int, rates: Mapping[Fault, float]) -> Draw:
    """A fault by its rate, 0..1 each and together."""
    generator = random.Random(seed)
    lock = threading.Lock()

    def draw() -> Fault | None:
        with lock:
            place = generator.random()
        for fault, rate in rates.items():
            if place < rate:
                return fault
            place -= rate
        return None

    return draw


@dataclass
class FaultyProxy:
    """A running proxy, and what it did so far."""

    upstream: str
    draw: Draw
    slow_s: float = 2.0
    wait_s: int = 1
    """What it asks clients to wait where it is busy."""
    url: str = ""
    met: Counter[str] = field(default_factory=Counter)
    """How many requests met each fault, or `none`."""


@contextmanager
def faulty_proxy(proxy: FaultyProxy, port: int = 0) -> Iterator[FaultyProxy]:
    """Run it on a port of this machine, a free one unless told otherwise."""

    class Handler(_Handler):
        shared = proxy

    with _Listener(("127.0.0.1", port), Handler) as httpd:
        proxy.url = f"http://127.0.0.1:{httpd.server_port}{urlsplit(proxy.upstream).path}"
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            httpd.shutdown()
            thread.join()


class _Listener(ThreadingHTTPServer):
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    shared: FaultyProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        fault = self.shared.draw()
        self.shared.met[fault or "none"] += 1
        self._pass_on(fault)

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def _pass_on(self, fault: Fault | None) -> None:
        try:
            self._serve(fault)
        except OSError:  # the client has gone
            self.close_connection = True

    def _serve(self, fault: Fault | None) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        instead = {
            "busy": lambda: self._send(429, b"{}", {"Retry-After": str(self.shared.wait_s)}),
            "busy_until": lambda: self._send(429, b"{}", {"Retry-After": formatdate(time.time() + self.shared.wait_s)}),
            "error": lambda: self._send(500, b"Internal Server Error"),
            "unavailable": lambda: self._send(503, b"no healthy upstream"),
            "cut": self._hang_up,
            "web_page": lambda: self._send(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}),
            "wrong_shape": lambda: self._send(200, json.dumps({"result": "ok"}).encode()),
            "endless": self._talk_on,
        }
        if fault in instead:
            instead[fault]()
            return
        if fault == "slow":
            time.sleep(self.shared.slow_s)
        status, answer = self._ask_upstream(body)
        if fault == "cut_body":
            self._begin(status, len(answer))
            self.wfile.write(answer[: len(answer) // 2])
            self._hang_up()
        else:
            self._send(status, answer[: len(answer) // 2] if fault == "half_json" else answer)

    def _ask_upstream(self, body: bytes) -> tuple[int, bytes]:
        upstream = urlsplit(self.shared.upstream)
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=600)
        headers = {name: text for name, text in self.headers.items() if name in ("Content-Type", "Authorization")}
        try:
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError as error:
            return 502, str(error).encode()
        finally:
            connection.close()

    def _begin(self, status: int, length: int | None, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, text)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._begin(status, len(body), headers)
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _talk_on(self) -> None:
        self.close_connection = True
        self._begin(200, None, {"Connection": "close"})
        while True:
            self.wfile.write(_BLOCK)


def _rates(given: Sequence[str]) -> dict[Fault, float]:
    rates: dict[Fault, float] = {}
    for name, _, rate in (entry.partition("=") for entry in given):
        chosen = [fault for fault in FAULTS if name in ("all", fault)]
        if not chosen:
            raise SystemExit(f"'{name}' is none of all, {', '.join(FAULTS)}")
        rates |= dict.fromkeys(chosen, float(rate))
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description="A proxy that injects faults.")
    parser.add_argument("--upstream", required=True, help="such as http://127.0.0.1:8000")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", action="append", default=[], metavar="FAULT=RATE", help="such as all=0.02, slow=0.1")
    parser.add_argument("--slow-s", type=float, default=2.0)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    proxy = FaultyProxy(arguments.upstream, drawn(arguments.seed, _rates(arguments.rate)), arguments.slow_s)
    with faulty_proxy(proxy, arguments.port):
        print(f"{proxy.url} -> {proxy.upstream}; Ctrl-C ends it", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(dict(proxy.met))


if __name__ == "__main__":
    main()
