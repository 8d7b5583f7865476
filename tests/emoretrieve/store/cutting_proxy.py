"""A line to a server that breaks after a chosen number of bytes, in the middle of a request or of an answer."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal, Self

Direction = Literal["to the server", "from the server"]
DIRECTIONS: tuple[Direction, Direction] = ("to the server", "from the server")


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the line breaks: after so many bytes in one direction, once or until it is mended."""

    direction: Direction
    after_bytes: int
    for_good: bool = False


class CuttingProxy:
    """Passes bytes on between clients and a server of this machine; a context manager."""

    def __init__(self, server_port: int) -> None:
        self.passed: Counter[str] = Counter()
        """Bytes that went through in each direction."""
        self.cuts = 0
        self._server_port = server_port
        self._cut: Cut | None = None
        self._is_down = False
        self._open: set[socket.socket] = set()
        self._lock = threading.RLock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def mend(self, cut: Cut | None = None) -> None:
        """Let everything pass from here on, until the place of the next cut."""
        with self._lock:
            self.passed.clear()
            self._is_down, self._cut = False, cut

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._is_down = True
            _end(self._listening)
        self._hang_up()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end of listening
            while True:
                client, _ = self._listening.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        with self._lock:
            if self._is_down:
                client.close()
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            self._open |= {client, server}
        for direction, source, target in zip(DIRECTIONS, (client, server), (server, client), strict=True):
            thread = threading.Thread(target=self._pump, args=(direction, source, target))
            self._threads.append(thread)
            thread.start()

    def _pump(self, direction: Direction, source: socket.socket, target: socket.socket) -> None:
        """Pass on until one end hangs up or the line breaks."""
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                passing = self._let_through(direction, len(data))
                target.sendall(data[:passing])
                if passing < len(data):
                    self._hang_up()
        _end(target)
        with self._lock:
            self._open.discard(source)
        source.close()

    def _let_through(self, direction: Direction, count: int) -> int:
        """How many of so many bytes pass: not all where the line breaks now."""
        with self._lock:
            cut, before = self._cut, self.passed[direction]
            self.passed[direction] += count
            if cut is None or cut.direction != direction or before + count <= cut.after_bytes:
                return count
            self._cut, self._is_down = None, cut.for_good
            self.cuts += 1
            return cut.after_bytes - before

    def _hang_up(self) -> None:
        with self._lock:
            for one in self._open:
                _end(one)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended already
        one.shutdown(socket.SHUT_RDWR)
