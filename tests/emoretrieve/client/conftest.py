"""A real server on loopback, as the tests of the server have it."""

from __future__ import annotations

from tests.emoretrieve.server.conftest import client, filled_home, home, media, shared

__all__ = ["client", "filled_home", "home", "media", "shared"]
