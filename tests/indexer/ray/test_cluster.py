"""Where no cluster answers, one sentence says so, and soon."""

from __future__ import annotations

import socket
import sys
import time

import pytest

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve_indexer.ray.cluster import connected, prepare_to_import


def _refusal(address: str) -> PerceptionError:
    with pytest.raises(PerceptionError) as raised, connected(address, 1):
        pass
    return raised.value


def test_an_address_at_which_nobody_listens_is_refused_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    begun = time.monotonic()
    error = _refusal(f"127.0.0.1:{port}")
    assert (error.kind, time.monotonic() - begun < 5.0) == ("no_cluster", True)
    assert f"127.0.0.1:{port}" in str(error)


@pytest.mark.parametrize("address", ["somewhere", "ray://127.0.0.1:10001", "127.0.0.1:port"])
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    error = _refusal(address)
    assert error.kind == "no_cluster"
    assert "host:port" in str(error)


def test_without_the_extra_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependency, match=r"pip install 'emoretrieve\[ray\]'"):
        prepare_to_import()
