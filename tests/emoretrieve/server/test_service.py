"""How the server is: health, readiness, numbers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from emoretrieve import wire
from emoretrieve.server.numbers import Numbers
from tests.emoretrieve.server.inprocess import talk


def test_health_and_readiness_have_their_shapes(client: httpx.Client) -> None:
    wire.Health.model_validate_json(client.get("/healthz").content, strict=True, extra="forbid")
    ready = wire.Readiness.model_validate_json(client.get("/readyz").content, strict=True, extra="forbid")
    assert (ready.status, ready.reason) == ("ready", None)


def test_a_server_whose_collection_is_damaged_is_not_ready_and_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "collections" / "default"
    folder.mkdir(parents=True)
    (folder / "collection.json").write_text("{")

    async def conversation(client: httpx.AsyncClient) -> None:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["reason"]
        assert (await client.get("/healthz")).status_code == 200

    talk(tmp_path, conversation)


def test_queries_and_refusals_are_counted_step_by_step(client: httpx.Client) -> None:
    before = wire.CostSummary.model_validate_json(client.get("/v1/costs").content, strict=True, extra="forbid")
    client.post("/v1/collections/default/query", json={"text": "calm"})
    client.post("/v1/collections/default/query", json={"text": "table"})
    after = wire.CostSummary.model_validate_json(client.get("/v1/costs").content, strict=True, extra="forbid")
    steps = {step.step: step.count for step in after.steps}
    assert after.requests == before.requests + 3
    assert steps["search"] == {step.step: step.count for step in before.steps}.get("search", 0) + 2
    text = client.get("/metrics").text
    assert 'emoretrieve_problems_total{kind="no_emotion_words"}' in text
    assert 'emoretrieve_requests_total{method="POST",route="/v1/collections/{collection}/query",status="200"}' in text
    assert 'emoretrieve_step_seconds_bucket{le="0.001",step="search"}' in text


def test_the_summary_gives_times_as_the_buckets_have_them() -> None:
    numbers = Numbers()
    for _ in range(99):
        numbers.steps.labels("search").observe(0.0015)
    numbers.steps.labels("search").observe(4.0)
    (step,) = wire.CostSummary.model_validate(numbers.summary()).steps
    assert (step.count, step.p50_ms, step.p99_ms) == (100, 2.0, 2.0)
    assert step.mean_ms == pytest.approx(41.485)
