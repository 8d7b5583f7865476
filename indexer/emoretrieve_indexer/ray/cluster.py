"""The connection to Ray: an instance of this run's own, or a cluster that runs already; either without noise."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

from emoretrieve.errors import MissingDependency, PerceptionError

_REACHABLE_S = 5.0

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "^",  # else Ray prints what befalls worker processes to standard output
}
"""Ray reads them when it is imported."""


def prepare_to_import() -> None:
    """Set what Ray reads from the environment. Raises MissingDependency where there is no Ray."""
    if find_spec("ray") is None:
        raise MissingDependency("Indexing on Ray needs the library 'ray'; install it: pip install 'emoretrieve[ray]'.")
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


@contextmanager
def connected(address: str | None, workers: int) -> Iterator[None]:
    """Be connected to Ray in the block; where this process is already, use that and leave it.

    Raises PerceptionError of kind `no_cluster` where nothing answers at the address.
    """
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    _check(address)
    import ray

    with ExitStack() as stack:
        stack.enter_context(_silenced())
        if not ray.is_initialized():
            with _signals_kept():
                _connect(address, workers)
            stack.callback(ray.shutdown)
        yield


def _connect(address: str, workers: int) -> None:
    import ray

    own = {"num_cpus": workers, "include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL, **own)
    except (ConnectionError, RuntimeError, OSError, ValueError) as error:
        raise _no_cluster(address, str(error).partition("\n")[0]) from error


def _check(address: str) -> None:
    """Knock before Ray does, which would wait for minutes and may end the process."""
    if address in ("local", "auto"):
        return
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit() or "://" in host:
        raise PerceptionError(
            f"'{address}' is no address of a Ray cluster; write it as host:port, such as 10.0.0.5:6379, and run the "
            "command on a machine of the cluster.",
            kind="no_cluster",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACHABLE_S).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, str(error)) from error


def _no_cluster(address: str, reason: str) -> PerceptionError:
    return PerceptionError(
        f"No Ray cluster answers at '{address}' ({reason}); start one with `ray start --head`, or leave --address away "
        "to use this machine alone.",
        kind="no_cluster",
    )


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray takes SIGTERM for itself when it connects; a run notes it, and ends in order."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep Ray's messages and deprecations from the terminal; its own log files have them."""
    loggers = [logging.getLogger(name) for name in ("ray", "ray.data")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"ray\.")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
