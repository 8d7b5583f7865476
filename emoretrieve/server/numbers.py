"""The numbers of a running server: for Prometheus, and as a summary that people can read."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric

from emoretrieve.server.tracing import span

_BUCKETS_S = (
    0.001,
    0.002,
    0.003,
    0.005,
    0.0075,
    0.01,
    0.02,
    0.03,
    0.05,
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
)


class Numbers:
    """Counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.since = datetime.now(UTC)
        self.requests = Counter(
            "emoretrieve_requests",
            "Answers by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.problems = Counter(
            "emoretrieve_problems", "Refusals and failures by kind.", ["kind"], registry=self.registry
        )
        self.cache = Counter("emoretrieve_cache", "Looks into a cache.", ["cache", "result"], registry=self.registry)
        self.waiting = Gauge("emoretrieve_waiting", "Work that is done or waits.", ["room"], registry=self.registry)
        self.in_flight = Gauge("emoretrieve_requests_in_flight", "Requests under way.", registry=self.registry)
        self.jobs = Gauge("emoretrieve_jobs", "Jobs by state.", ["state"], registry=self.registry)
        self.job_files = Counter("emoretrieve_job_files", "Files of jobs that are dealt with.", registry=self.registry)
        self.steps = Histogram(
            "emoretrieve_step_seconds", "Seconds of each step.", ["step"], registry=self.registry, buckets=_BUCKETS_S
        )

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step of answering, and make it a span of the trace."""
        begun = time.perf_counter()
        with span(name):
            try:
                yield
            finally:
                self.steps.labels(name).observe(time.perf_counter() - begun)

    def text(self) -> bytes:
        """In the text format of Prometheus."""
        return generate_latest(self.registry)

    def summary(self) -> dict[str, object]:
        """As `emoretrieve.wire.CostSummary`."""
        families = {family.name: family for family in self.registry.collect()}
        answers = _totals(families["emoretrieve_requests"], "status")
        looks = _totals(families["emoretrieve_cache"], "result")
        return {
            "since": self.since.isoformat(timespec="seconds"),
            "requests": sum(answers.values()),
            "failures": sum(count for status, count in answers.items() if status >= "500" and status != "503"),
            "refused": answers.get("429", 0) + answers.get("503", 0),
            "cache_hits": looks.get("hit", 0),
            "cache_misses": looks.get("miss", 0),
            "steps": _steps(families["emoretrieve_step_seconds"]),
        }


def _totals(family: Metric, label: str) -> dict[str, int]:
    totals: dict[str, int] = {}
    for sample in family.samples:
        if sample.name.endswith("_total"):
            totals[sample.labels[label]] = totals.get(sample.labels[label], 0) + int(sample.value)
    return totals


def _steps(family: Metric) -> list[dict[str, object]]:
    buckets: dict[str, list[tuple[float, float]]] = {}
    seconds: dict[str, float] = {}
    for sample in family.samples:
        step = sample.labels["step"]
        if sample.name.endswith("_bucket"):
            buckets.setdefault(step, []).append((float(sample.labels["le"]), sample.value))
        elif sample.name.endswith("_sum"):
            seconds[step] = sample.value
    return [_step(step, rows, seconds[step]) for step, rows in sorted(buckets.items())]


def _step(step: str, rows: list[tuple[float, float]], seconds: float) -> dict[str, object]:
    count = int(rows[-1][1])
    return {
        "step": step,
        "count": count,
        "seconds": seconds,
        "mean_ms": 1e3 * seconds / max(1, count),
        "p50_ms": 1e3 * _quantile(rows, 0.5),
        "p99_ms": 1e3 * _quantile(rows, 0.99),
    }


def _quantile(rows: list[tuple[float, float]], share: float) -> float:
    """The upper end of the bucket that the quantile lies in; of the last bucket its lower end."""
    wanted = share * rows[-1][1]
    ends = [end for end, count in rows if count >= wanted and math.isfinite(end)]
    return ends[0] if ends else _BUCKETS_S[-1]
