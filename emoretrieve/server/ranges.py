"""Parts of what is held in memory, as RFC 9110 (section 14) has them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response

from emoretrieve.errors import RequestError

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def ranged(data: bytes, kind: str, asked: Headers, headers: Mapping[str, str]) -> Response:
    """The whole, or the one range that is asked for; several, and what is no range, are answered with the whole.

    Raises RequestError of kind `bad_range` for one that begins beyond the end.
    """
    headers = {**headers, "accept-ranges": "bytes"}
    match = _RANGE.fullmatch(asked.get("range", "").strip())
    if match is None or match.groups() == ("", "") or asked.get("if-range", headers["etag"]) != headers["etag"]:
        return Response(data, headers=headers, media_type=kind)
    first, last = _bounds(match[1], match[2], len(data))
    if first >= len(data) or first > last:
        raise _beyond(len(data))
    headers["content-range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, headers, kind)


def require_range(asked: Headers, length: int) -> Headers:
    """The headers as a file can be answered by; without a range that is none, or several. Raises as `ranged` does."""
    match = _RANGE.fullmatch(asked.get("range", "").strip())
    if match is None or match.groups() == ("", ""):
        return Headers(raw=[pair for pair in asked.raw if pair[0].lower() not in (b"range", b"if-range")])
    first, last = _bounds(match[1], match[2], length)
    if first >= length or first > last:
        raise _beyond(length)
    return asked


def _beyond(length: int) -> RequestError:
    return RequestError(f"The range begins beyond the end, at {length:,} bytes.", kind="bad_range")


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last) if last else length - 1, length - 1)
