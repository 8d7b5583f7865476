"""How long to wait before asking again."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_LONGEST_ASKED_WAIT_S = 300.0
"""A server that asks for more patience than this gets asked earlier."""


def wait_s(failures: int) -> float:
    """Seconds to wait after so many failures, 1 or more: doubled each time, and spread, lest all come back at once."""
    longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(failures - 1, 16))
    return random.uniform(longest / 2, longest)


def asked_wait_s(retry_after: str | None) -> float | None:
    """Seconds that the header `Retry-After` asks for, as number or date (RFC 9110, 10.2.3), 0..300; None without it."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            date = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return min(max(seconds, 0.0), _LONGEST_ASKED_WAIT_S) if not math.isnan(seconds) else None
