"""The web page: a few files of this package, and nothing from anywhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from emoretrieve.errors import RequestError

router = APIRouter(include_in_schema=False)

_FOLDER = FilePath(__file__).parents[1] / "page"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob:",  # blob: what was dropped, and what was fetched with a key
        "media-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One file of the page."""

    data: bytes
    kind: str
    etag: str


@cache
def _sheets() -> dict[str, _Sheet]:
    """The files of the page by name: what is not among them cannot be asked for."""
    found = {}
    for file in sorted(_FOLDER.iterdir()):
        if file.suffix in _KINDS:
            data = file.read_bytes()
            found[file.name] = _Sheet(data, _KINDS[file.suffix], f'"{hashlib.sha256(data).hexdigest()[:32]}"')
    return found


@router.get("/")
async def page(request: Request) -> Response:
    """The page for people."""
    return _answer("index.html", request)


@router.get("/page/{name}")
async def part(request: Request, name: Annotated[str, Path(max_length=100)]) -> Response:
    """A file that the page loads."""
    return _answer(name, request)


def _answer(name: str, request: Request) -> Response:
    sheet = _sheets().get(name)
    if sheet is None:
        raise RequestError("The page has no such file.", kind="no_route")
    headers = {"etag": sheet.etag, "cache-control": "no-cache", "content-security-policy": _POLICY}
    if sheet.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(sheet.data, headers=headers, media_type=sheet.kind)
