"""What is answered instead of a result: problem details (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from emoretrieve.wire.shape import Shape

MEDIA_TYPE = "application/problem+json"


class Fault(Shape):
    """One part of a request that cannot be understood."""

    at: str = Field(description="Where it stands, such as `body.limit`.")
    error: str


class Problem(Shape):
    """Problem details as RFC 9457 has them, with the stable `kind` of docs/errors.md."""

    type: str = Field(description="`urn:emoretrieve:problem:` and the kind.")
    title: str = Field(description="The phrase of the status.")
    status: int
    detail: str = Field(description="One sentence: what was wrong, with which value, and what to do.")
    instance: str = Field(description="The path that was asked for.")
    kind: str = Field(description="A stable name (docs/errors.md).")
    request_id: str = Field(description="As in the log of the server.")
    faults: list[Fault] | None = Field(None, description="Of a request that cannot be understood.")
