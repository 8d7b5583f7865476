"""What the folder qdrant/ gives who runs a server: settings that exist, tokens, a table that adds up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from emoretrieve.store.server.companion import COMPANION

FOLDER = Path(__file__).parents[1] / "qdrant"
KEY = "0123456789abcdef" * 4

Keys = Mapping[str, "Keys | None"]
"""Names of settings; None where a value stands."""

KNOWN: Keys = {
    "log_level": None,
    "telemetry_disabled": None,
    "service": dict.fromkeys(
        (
            *("host", "http_port", "grpc_port", "metrics_port", "max_request_size_mb", "max_workers", "enable_cors"),
            *("enable_tls", "verify_https_client_certificate", "api_key", "alt_api_key", "read_only_api_key"),
            *("jwt_rbac", "hide_jwt_dashboard", "static_content_dir", "enable_static_content", "slow_query_secs"),
            *("hardware_reporting", "metrics_prefix", "enable_snapshot_url_recovery"),
        )
    ),
    "audit": dict.fromkeys(("enabled", "dir", "rotation", "max_log_files", "trust_forwarded_headers")),
    "cluster": {
        "enabled": None,
        "p2p": dict.fromkeys(("port", "enable_tls", "connection_pool_size")),
        "consensus": dict.fromkeys(("tick_period_ms", "compact_wal_entries")),
    },
    "storage": {
        "storage_path": None,
        "snapshots_path": None,
        "temp_path": None,
        "on_disk_payload": None,
        "collection": {
            "shard_number": None,
            "shard_number_per_node": None,
            "replication_factor": None,
            "write_consistency_factor": None,
            "strict_mode": dict.fromkeys(
                (
                    *("enabled", "max_query_limit", "max_timeout", "unindexed_filtering_retrieve"),
                    *("unindexed_filtering_update", "search_max_hnsw_ef", "search_allow_exact", "upsert_max_batchsize"),
                    *("search_max_batchsize", "filter_max_conditions", "max_payload_index_count"),
                    "max_resident_memory_percent",
                )
            ),
        },
    },
    "tls": dict.fromkeys(("cert", "key", "ca_cert", "cert_ttl")),
}
"""The settings of Qdrant v1.19 that a configuration here may use: those of its config.yaml and its Settings."""


def config() -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((FOLDER / "config.yaml").read_text())
    return settings


def unknown(settings: Mapping[str, Any], known: Keys, prefix: str = "") -> Iterator[str]:
    """The dotted names of settings that Qdrant would pass over in silence."""
    for name, value in settings.items():
        below = known.get(name)
        if name not in known or isinstance(value, dict) != (below is not None):
            yield prefix + name
        elif below is not None:
            yield from unknown(value, below, f"{prefix}{name}.")


def nested(variable: str) -> dict[str, Any]:
    """The settings that an environment variable of a server sets: QDRANT__A__B is a.b."""
    settings: dict[str, Any] = {}
    here = settings
    *above, last = variable.lower().split("__")[1:]
    for name in above:
        here = here.setdefault(name, {})
    here[last] = "a value"
    return settings


def test_every_setting_is_one_that_the_server_knows() -> None:
    assert list(unknown(config(), KNOWN)) == []


def test_a_misspelt_setting_is_found() -> None:
    assert list(unknown({"service": {"enable_cor": False}, "audits": {}}, KNOWN)) == ["service.enable_cor", "audits"]


@pytest.mark.parametrize("file", ["../docker-compose.yml", "cluster.compose.yml", "README.md"])
def test_every_variable_that_names_a_setting_names_a_known_one(file: str) -> None:
    variables = sorted(set(re.findall(r"\bQDRANT__[A-Z0-9_]+", (FOLDER / file).read_text())))
    assert variables
    assert [name for variable in variables for name in unknown(nested(variable), KNOWN)] == []


def test_the_server_fetches_no_urls_serves_no_pages_and_sends_no_telemetry() -> None:
    service = config()["service"]
    assert service["enable_snapshot_url_recovery"] is False
    assert service["enable_cors"] is False
    assert service["enable_static_content"] is False
    assert config()["telemetry_disabled"] is True


def test_no_key_stands_in_the_configuration() -> None:
    assert not re.search(r"^\s*\w*api_key:", (FOLDER / "config.yaml").read_text(), re.MULTILINE)


def test_roles_are_accepted_and_what_they_do_is_recorded() -> None:
    assert config()["service"]["jwt_rbac"] is True
    assert config()["audit"] == {"enabled": True, "dir": "./storage/audit", "rotation": "daily", "max_log_files": 7}


def test_strict_mode_allows_exact_search_of_any_length_and_refuses_to_read_everything() -> None:
    strict = config()["storage"]["collection"]["strict_mode"]
    assert (strict["enabled"], strict["search_allow_exact"]) == (True, True)
    assert (strict["unindexed_filtering_retrieve"], strict["unindexed_filtering_update"]) == (False, False)
    assert "max_query_limit" not in strict


def make_token(*arguments: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "QDRANT_API_KEY": key}
    command = [str(FOLDER / "make-token"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def claims_of(token: str, key: str = KEY) -> dict[str, Any]:
    """The claims of a token, if it is signed with this key."""
    header, claims, signature = token.strip().split(".")
    assert json.loads(decoded(header)) == {"alg": "HS256", "typ": "JWT"}
    assert decoded(signature) == hmac.new(key.encode(), f"{header}.{claims}".encode(), hashlib.sha256).digest()
    content: dict[str, Any] = json.loads(decoded(claims))
    return content


@pytest.mark.parametrize(
    ("arguments", "access"),
    [
        (["reader"], "r"),
        (["reader", "art"], [{"collection": name, "access": "r"} for name in ("art", COMPANION)]),
        (["writer", "art", "songs"], [{"collection": name, "access": "rw"} for name in ("art", "songs", COMPANION)]),
        (["admin"], "m"),
    ],
)
def test_a_token_gives_its_role_and_nothing_more(arguments: list[str], access: object) -> None:
    assert claims_of(make_token(*arguments).stdout)["access"] == access


def test_a_token_ends_after_its_days_and_says_whose_it_is() -> None:
    claims = claims_of(make_token("reader", "--days", "3", "--subject", "gallery").stdout)
    assert abs(claims["exp"] - time.time() - 3 * 86_400) < 60
    assert claims["subject"] == "gallery"


def test_a_token_ends_after_thirty_days_unless_told_otherwise() -> None:
    assert abs(claims_of(make_token("admin").stdout)["exp"] - time.time() - 30 * 86_400) < 60


@pytest.mark.parametrize("length", [32, 63, 64, 65, 200])
def test_keys_of_any_length_sign(length: int) -> None:
    key = (KEY * 4)[:length]
    assert claims_of(make_token("admin", key=key).stdout, key)["access"] == "m"


def test_the_key_is_never_an_argument_of_a_program() -> None:
    script = (FOLDER / "make-token").read_text()
    assert not re.search(r"openssl[^|\n]*(-hmac|-macopt|\$key)", script)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the role is one of reader, writer and admin"),
        (["owner"], "'owner'"),
        (["writer"], "a writer needs the names"),
        (["admin", "art"], "leave the names away"),
        (["reader", 'a"b'], "characters other than"),
        (["reader", "--days", "0"], "--days takes a number of days"),
        (["reader", "--days"], "--days"),
        (["reader", "--hours", "3"], "there is no option --hours"),
    ],
)
def test_what_makes_no_token_is_said_in_one_line(arguments: list[str], says: str) -> None:
    result = make_token(*arguments)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert says in result.stderr


def test_a_key_that_is_too_short_signs_nothing() -> None:
    result = make_token("reader", key="short")
    assert (result.returncode, result.stdout) == (2, "")
    assert "at least 32 characters" in result.stderr


ITEM_DISK_BYTES, ITEM_MEMORY_BYTES, ITEMS_OF_A_SHARD = 1_500, 1_300, 20_000_000


def sizes() -> list[list[float]]:
    """The rows of the table of sizes: items, nodes, copies, shards, and GB of disk and memory a node."""
    row = r"^\| ([\d,]+) \| (\d+) \| (\d) \| (\d+) \| ([\d.]+) GB \| ([\d.]+) GB \|$"
    return [[float(cell.replace(",", "")) for cell in cells] for cells in re.findall(row, readme(), re.MULTILINE)]


def readme() -> str:
    return (FOLDER / "README.md").read_text()


def test_the_table_of_sizes_follows_from_the_bytes_of_an_item() -> None:
    assert [row[0] for row in sizes()] == [1e5, 1e6, 1e7, 1e8, 1e9]
    for items, nodes, copies, _, disk_gb, memory_gb in sizes():
        held = items * copies / nodes / 1e9
        assert disk_gb == round(2 * held * ITEM_DISK_BYTES, 1)
        assert memory_gb == round(held * ITEM_MEMORY_BYTES, 1)


def test_the_table_of_sizes_keeps_the_rule_of_shards() -> None:
    for items, nodes, _, shards, _, _ in sizes():
        assert shards == max(2 * nodes, math.ceil(items / ITEMS_OF_A_SHARD / nodes) * nodes)


def test_the_bytes_of_an_item_are_those_that_the_table_is_said_to_rely_on() -> None:
    for figure in (ITEM_DISK_BYTES, ITEM_MEMORY_BYTES):
        assert f"{figure:,} bytes an item and copy" in readme()
    assert f"none holds more than {ITEMS_OF_A_SHARD // 10**6} million items" in readme()
