"""The application in this process, without a network: for what needs no files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import httpx

from emoretrieve.errors import MediaError
from emoretrieve.item import Item, Modality
from emoretrieve.library import Library
from emoretrieve.perception import PerceptionSettings
from emoretrieve.server.app import create_app
from emoretrieve.server.settings import read_settings


class IdleCrew:
    """Works on no file."""

    def describe(self, library: Library, path: Path) -> Item:  # noqa: ARG002  the protocol's
        raise MediaError("It is not looked at.", kind="not_media")

    def preview(self, path: Path, modality: Modality, longest_edge: int = 0) -> bytes:  # noqa: ARG002  the protocol's
        raise MediaError("It is not looked at.", kind="not_media")

    def index(
        self,
        library: Library,  # noqa: ARG002  the protocol's
        paths: Sequence[Path],  # noqa: ARG002
        within: tuple[Path, ...],  # noqa: ARG002
        modality: Modality | None,  # noqa: ARG002
        on_progress: Callable[[int, int, int], None],  # noqa: ARG002
        cancelled: Callable[[], bool],  # noqa: ARG002
    ) -> tuple[dict[str, object], bool]:
        return {}, True

    def warm_up(self, perception: PerceptionSettings) -> None: ...

    def close(self) -> None: ...


def talk(
    data: Path,
    conversation: Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]],
    **settings: str,
) -> None:
    """Let a conversation with an application of these settings take place."""

    async def both() -> None:
        app = create_app(read_settings(data, settings, environment={}), IdleCrew())
        transport = httpx.ASGITransport(app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                await conversation(client)
        finally:
            app.state.house.close()

    asyncio.run(both())
