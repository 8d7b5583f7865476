"""The description of the API, and that the server is as it says, whatever is sent."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.emoretrieve.server.conftest import Served

EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
"""For each operation: enough to try every kind of value, and few enough for CI."""

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def described(shared: Served) -> dict[str, Any]:  # as JSON has it
    with shared.client() as client:
        described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def test_the_server_is_as_it_says_whatever_is_sent(shared: Served, described: dict[str, Any]) -> None:
    api = schemathesis.openapi.from_dict(described)
    operations = [found.ok() for found in api.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == sum(len(methods) for methods in described["paths"].values())
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(base_url=shared.url, checks=list(CHECKS))

        send()


def test_every_route_documents_its_problems_and_its_answer(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["description"]
            assert any(status.startswith("2") for status in operation["responses"])
            if path.startswith("/v1"):
                for status in ("401", "403", "422", "429", "503"):
                    assert "application/problem+json" in operation["responses"][status]["content"], path


def test_queries_come_with_examples(described: dict[str, Any]) -> None:
    content = described["paths"]["/v1/collections/{collection}/query"]["post"]["requestBody"]["content"]
    assert {"words", "item", "colour", "several", "page"} <= content["application/json"]["examples"].keys()
