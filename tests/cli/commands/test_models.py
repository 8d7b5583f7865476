"""`emoretrieve models`: what there is, and whether it is ready."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from emoretrieve.perception.known_models import KNOWN_MODELS
from emoretrieve.perception.plugins import KINDS
from emoretrieve.perception.registry import built_in
from tests.cli.conftest import Run


def parts(run: Run) -> dict[tuple[str, str], dict[str, object]]:
    """Every captioner, mapper and embedder by kind and name."""
    listed = run("models", "--json").json["parts"]
    assert isinstance(listed, list)
    return {(part["kind"], part["name"]): part for part in listed}


def lay_out(folder: Path, entry_points: str) -> None:
    """A package as pip leaves it, without modules."""
    about = folder / "odd_words-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: odd-words\nVersion: 2.0\nSummary: Says odd things.\nLicense-Expression: MIT\n"
    )
    (about / "entry_points.txt").write_text(entry_points)
    importlib.invalidate_caches()


def test_every_builtin_part_is_listed(run: Run) -> None:
    assert set(parts(run)) >= {(kind, name) for kind in KINDS for name in built_in(kind)}


def test_the_licence_of_a_model_is_told_beside_that_of_the_code(run: Run) -> None:
    found = parts(run)
    assert found["embedder", "clap"]["licence"] == "Apache-2.0, its model: Apache-2.0"
    assert "none stated for its weights" in str(found["embedder", "clip"]["licence"])


def test_what_needs_nothing_is_ready(run: Run) -> None:
    found = parts(run)
    assert found["captioner", "lite"]["ready"]
    assert found["mapper", "lexicon"]["ready"]


def test_a_plugin_that_cannot_be_imported_is_listed_with_its_reason(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, "[emoretrieve.captioners]\nodd = no_such_module:open\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    odd = parts(run)["captioner", "odd"]
    assert (odd["source"], odd["licence"], odd["ready"]) == ("odd-words 2.0", "MIT", False)
    assert "no_such_module" in str(odd["detail"])
    assert "plug-in odd" in run("doctor").out


def test_a_plugin_with_the_name_of_a_builtin_part_is_told_to_be_never_used(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, "[emoretrieve.mappers]\nlexicon = no_such_module:open\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "belongs to a built-in mapper" in run("models").out.replace("\n" + " " * 15, " ")


def test_a_name_that_is_brought_twice_cannot_be_used(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, "[emoretrieve.captioners]\nodd = json:loads\nodd = json:dumps\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "Several packages bring" in str(parts(run)["captioner", "odd"]["detail"])


def test_a_downloaded_model_is_seen_in_the_cache_of_the_hub(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--Qwen--Qwen3-4B" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    assert downloaded(run) == set()
    (snapshot / "model-00001-of-00003.safetensors").touch()
    assert downloaded(run) == {"Qwen/Qwen3-4B"}


def downloaded(run: Run) -> set[str]:
    models = run("models", "--json").json["models"]
    assert isinstance(models, list)
    return {model["name"] for model in models if model["downloaded"]}


def test_the_list_fits_80_columns(run: Run) -> None:
    lines = run("models").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert {f"  {model.name}" for model in KNOWN_MODELS} <= set(lines)


def test_every_role_has_one_default_model() -> None:
    roles = [role for model in KNOWN_MODELS if model.default for role in model.roles]
    assert sorted(roles) == ["audio", "colour", "image"]


def test_doctor_tells_whether_keys_are_set_and_never_shows_them(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "EMORETRIEVE_API_KEY is not set" in run("doctor").out
    monkeypatch.setenv("EMORETRIEVE_IMAGE_API_KEY", "sk-very-secret")
    shown = run("doctor").out
    assert "EMORETRIEVE_IMAGE_API_KEY set" in shown
    assert "secret" not in shown


def test_doctor_fails_on_a_configuration_file_that_cannot_be_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMORETRIEVE_CONFIG", str(tmp_path / "none.toml"))
    outcome = run("doctor")
    assert outcome.code == 1
    assert "none.toml" in outcome.out
