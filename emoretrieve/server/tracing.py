"""Spans for OpenTelemetry, where its package is installed; nothing where it is not."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any


def span(name: str) -> AbstractContextManager[object]:
    """A span of this name inside the current one. Where it goes is for whoever sets OpenTelemetry up."""
    tracer = _tracer()
    if tracer is None:
        return nullcontext()
    started: AbstractContextManager[object] = tracer.start_as_current_span(f"emoretrieve.{name}")
    return started


@cache
def _tracer() -> Any:  # a type of a package that may not be there
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("emoretrieve.server")
