"""What starts `emoretrieve serve` for others agrees with its settings: image, compose, unit, manifests, gateway."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from emoretrieve.server.guard import role_for
from emoretrieve.server.settings import PREFIX, ServeSettings, options, read_settings
from tests.test_deployment import server

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "deployment.md").read_text()
IMAGES = ("Dockerfile", "indexer/Dockerfile")
DEFAULTS = read_settings(Path("data"), {}, environment={})


def block(language: str, number: int = 0) -> str:
    """A fenced block of the page."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found[number]


def instructions(file: str) -> list[tuple[str, str]]:
    """Words and arguments of a Dockerfile, its continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / file).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def said(file: str, word: str) -> list[str]:
    return [rest for first, rest in instructions(file) if first == word]


def image_environment() -> dict[str, str]:
    (assignments,) = said("Dockerfile", "ENV")
    return dict(word.split("=", 1) for word in assignments.split())


def service() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["serve"]
    return found


def manifests() -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in yaml.safe_load_all(block("yaml"))}


def pod() -> dict[str, Any]:
    found: dict[str, Any] = manifests()["StatefulSet"]["spec"]["template"]["spec"]
    return found


def unit() -> configparser.ConfigParser:
    """The unit; of options that are said several times the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation of configparser does it
    parser.read_string(block("ini"))
    return parser


def unit_environment() -> dict[str, str]:
    return dict(line.split("=", 1) for line in re.findall(r"^Environment=(.*)$", block("ini"), re.MULTILINE))


def read_by_the_server(variables: dict[str, str], folder: Path) -> ServeSettings:
    """The settings that variables give, the folders that they allow replaced by one that is here."""
    named = {name for name in variables if name.startswith(PREFIX)}
    assert named <= {f"{PREFIX}{name.upper()}" for name in options()}, named
    here = {f"{PREFIX}ALLOW": str(folder)} if f"{PREFIX}ALLOW" in variables else {}
    return read_settings(folder, {}, environment=variables | here)


@pytest.mark.parametrize("file", IMAGES)
def test_whatever_an_image_copies_is_there_and_reaches_the_engine(file: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [rest.split()[:-1] for rest in said(file, "COPY") if not rest.startswith("--from=")]
    for path in (path for paths in copied for path in paths):
        assert (ROOT / path).exists(), path
        assert f"!{path}" in ignored, path


def test_the_extras_of_the_image_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (installed,) = re.findall(r'"\.\[([\w,]+)\$\{EXTRAS:\+,\$EXTRAS\}\]"', " ".join(said("Dockerfile", "RUN")))
    built = re.findall(r"EXTRAS=([\w,-]+)", PAGE + (ROOT / "Dockerfile").read_text())
    wanted = ",".join([installed, service()["build"]["args"]["EXTRAS"], *built]).split(",")
    assert {"server", "client", "qdrant"} <= {*wanted} <= {*extras}


def test_the_image_runs_the_server_without_rights_and_hands_signals_on() -> None:
    assert said("Dockerfile", "USER") == ["10001:10001"]
    assert json.loads(said("Dockerfile", "ENTRYPOINT")[0]) == ["tini", "--", "emoretrieve"]
    assert json.loads(said("Dockerfile", "CMD")[0]) == ["serve"]
    assert said("Dockerfile", "VOLUME") == [image_environment()["EMORETRIEVE_HOME"]]


def test_the_image_listens_at_the_port_that_it_exposes_and_has_no_keys(tmp_path: Path) -> None:
    settings = read_by_the_server(image_environment(), tmp_path)
    assert (said("Dockerfile", "EXPOSE"), settings.is_loopback) == ([str(settings.port)], False)
    assert not settings.keys + settings.keys_file
    assert not any("KEY" in argument for argument in said("Dockerfile", "ARG"))


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_image_is_healthy_when_the_server_lives(status: int, healthy: bool) -> None:
    (check,) = said("Dockerfile", "HEALTHCHECK")
    program, *rest = json.loads(check.partition(" CMD ")[2])
    assert program == "python"
    with server(status, "/healthz") as port:
        variables = os.environ | {f"{PREFIX}PORT": str(port)}
        done = subprocess.run([sys.executable, *rest], env=variables, capture_output=True, check=False)
    assert (done.returncode == 0) is healthy


def test_the_compose_service_is_closed_and_writes_to_its_volume_only() -> None:
    one = service()
    assert one["profiles"] == ["serve"]
    assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert [mount for mount in one["volumes"] if not mount.endswith(":ro")] == ["data:/data"]
    assert one["tmpfs"] == ["/tmp:mode=1777,size=1g"]
    assert DEFAULTS.uploads * DEFAULTS.upload_mb < 1024
    assert one["depends_on"] == {"qdrant": {"condition": "service_healthy"}}


def test_the_compose_service_gets_its_keys_as_a_secret_and_no_setting_that_there_is_not(tmp_path: Path) -> None:
    one = service()
    settings = read_by_the_server({**image_environment(), **one["environment"]}, tmp_path)
    (secret,) = one["secrets"]
    assert settings.keys_file == f"/run/secrets/{secret}"
    assert one["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert one["environment"]["QDRANT_API_KEY"].startswith("${QDRANT_API_KEY:?")
    kept_out = (ROOT / ".gitignore").read_text()
    assert "\n/serve-keys.txt\n" in kept_out


def test_whoever_stops_the_server_waits_until_requests_and_the_job_have_had_their_time() -> None:
    needed = 2 * DEFAULTS.shutdown_s
    assert pod()["terminationGracePeriodSeconds"] > needed
    assert int(unit()["Service"]["TimeoutStopSec"]) > needed
    assert service()["stop_grace_period"] == "1m"
    assert "--stop-timeout 60" in PAGE


def test_the_unit_names_settings_that_there_are_and_gives_the_keys_as_a_credential(tmp_path: Path) -> None:
    settings = read_by_the_server(unit_environment(), tmp_path)
    one = unit()["Service"]
    assert settings.keys_file == f"%d/{one['LoadCredential'].split(':')[0]}"
    assert unit_environment()["EMORETRIEVE_HOME"] == f"/var/lib/{one['StateDirectory']}"
    assert (one["DynamicUser"], one["NoNewPrivileges"], one["ProtectSystem"]) == ("yes", "yes", "strict")
    assert one["ExecStart"].endswith("/bin/emoretrieve serve")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "emoretrieve.service"
    file.write_text(block("ini").replace("/opt/emoretrieve/bin/emoretrieve", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_probes_ask_what_needs_no_key_at_the_port_of_the_server(tmp_path: Path) -> None:
    (container,) = pod()["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    settings = read_by_the_server({**image_environment(), **variables}, tmp_path)
    assert container["ports"] == [{"name": "http", "containerPort": settings.port}]
    probes = {name: container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert [probe["path"] for probe in probes.values()] == ["/healthz", "/healthz", "/readyz"]
    assert all(probe["port"] == "http" and role_for("GET", probe["path"]) is None for probe in probes.values())


def test_the_pod_has_no_rights_and_its_mounts_are_its_volumes() -> None:
    spec = pod()
    (container,) = spec["containers"]
    closed = container["securityContext"]
    assert (closed["readOnlyRootFilesystem"], closed["allowPrivilegeEscalation"]) == (True, False)
    assert closed["capabilities"] == {"drop": ["ALL"]}
    assert (
        f"{spec['securityContext']['runAsUser']}:{spec['securityContext']['runAsGroup']}"
        == said("Dockerfile", "USER")[0]
    )
    assert (spec["enableServiceLinks"], spec["automountServiceAccountToken"]) == (False, False)
    claims = [one["metadata"]["name"] for one in manifests()["StatefulSet"]["spec"]["volumeClaimTemplates"]]
    assert {mount["name"] for mount in container["volumeMounts"]} == {one["name"] for one in spec["volumes"]} | {
        *claims
    }
    places = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert places["data"] == image_environment()["EMORETRIEVE_HOME"]


def test_kubernetes_knows_every_field_of_the_manifests() -> None:
    """By the schemas that Kubernetes publishes of its API."""
    for manifest in manifests().values():
        kubernetes_validate.validate(manifest, "1.31", strict=True)
    wrong = manifests()["StatefulSet"]
    wrong["spec"]["template"]["spec"]["securityContext"]["fsGroups"] = 1
    with pytest.raises(kubernetes_validate.ValidationError, match="fsGroups"):
        kubernetes_validate.validate(wrong, "1.31", strict=True)


def test_the_stateful_set_is_one_pod_that_the_service_leads_to() -> None:
    both = manifests()
    stateful = both["StatefulSet"]["spec"]
    assert stateful["replicas"] == 1
    labels = stateful["template"]["metadata"]["labels"]
    assert both["Service"]["spec"]["selector"] == stateful["selector"]["matchLabels"] == labels
    assert stateful["serviceName"] == both["Service"]["metadata"]["name"]


def test_the_other_blocks_of_yaml_are_yaml() -> None:
    variables, scraping = (yaml.safe_load(block("yaml", number)) for number in (1, 2))
    assert [one["name"] for one in variables] == ["QDRANT_URL", "QDRANT_API_KEY"]
    assert [one["job_name"] for one in scraping["scrape_configs"]] == ["emoretrieve"]


def test_the_gateway_takes_more_and_waits_longer_than_the_server() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)m;", block("nginx"))
    waits = re.findall(r"proxy_read_timeout (\d+)s;", block("nginx"))
    assert int(sizes[0]) > DEFAULTS.upload_mb
    assert int(waits[0]) > DEFAULTS.answer_s


def test_the_page_lists_every_variable_of_the_environment() -> None:
    listed = set(re.findall(r"^\| `(EMORETRIEVE_\w+)` \|", PAGE, re.MULTILINE))
    sources = [
        path.read_text() for folder in ("emoretrieve", "indexer", "cli") for path in (ROOT / folder).rglob("*.py")
    ]
    named = {name for text in sources for name in re.findall(r"\bEMORETRIEVE_[A-Z_]*[A-Z]\b", text)}
    assert listed == named
