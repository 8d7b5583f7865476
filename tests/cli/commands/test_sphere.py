"""Indexing and asking on the hypersphere as a person does, with a real model that has learnt nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from emoretrieve.library import Library
from emoretrieve.sphere import opening
from emoretrieve.sphere.stored import stored_points
from tests.cli.conftest import Run

pytestmark = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("safetensors")), reason="needs the extra 'sphere'"
)

CAUTION = "These weights are random: a demonstration."


def save_model(folder: Path, seed: int = 0, dimension: int = 8) -> Path:
    from emoretrieve.sphere.model_card import ModelCard
    from tests.emoretrieve.sphere.models import SMALL, lite_model

    model = lite_model(seed, replace(SMALL, dimension=dimension))
    model.card = ModelCard(cautions=[f"- {CAUTION}"])
    model.save(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture
def embedded(run: Run, filled: Path, model: Path) -> Path:
    """A home with the media indexed, and points of all."""
    assert run("index", "--space", "sphere", "--model", model, "--json").code == 0
    return filled


def with_sources() -> dict[str, str]:
    """The environment of a process of its own that finds this checkout."""
    root = Path(__file__).parents[3]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(root / part) for part in (".", "indexer", "cli"))}


def results(shown: Any) -> list[str]:
    return [Path(result["paths"][0]).name for result in shown["results"]]


def test_points_are_added_to_what_is_indexed_and_only_where_they_are_missing(
    run: Run, filled: Path, model: Path
) -> None:
    assert filled
    first: Any = run("index", "--space", "sphere", "--model", model, "--limit", "3", "--json").json
    rest: Any = run("index", "--space", "sphere", "--model", model, "--json").json
    again: Any = run("index", "--space", "sphere", "--model", model, "--json").json
    assert [one["embedded"] for one in (first, rest, again)] == [3, 4, 0]
    assert (again["unchanged"], again["name"], again["dimension"]) == (7, "sphere", 8)
    assert again["caution"] == CAUTION.rstrip(".")


def test_a_song_and_words_are_multiplied(run: Run, embedded: Path, media: Path) -> None:
    assert embedded
    words = ["--text", "rain on the harbour", "--space", "sphere", "--json"]
    both: Any = run("query", media / "hum.wav", *words).json
    song: Any = run("query", media / "hum.wav", "--space", "sphere", "--json").json
    parts = both["query"]["parts"]
    assert [part["modality"] for part in parts] == ["audio", "text"]
    assert both["query"]["to"] == "image"
    assert both["query"]["exact"] is True
    assert abs(parts[0]["kappa"] - parts[1]["kappa"]) <= both["query"]["kappa"] <= sum(part["kappa"] for part in parts)
    assert len(both["results"]) == 4
    assert song["query"]["kappa"] == pytest.approx(parts[0]["kappa"])


def test_the_terminal_and_the_page_show_sureness_chance_certainty_and_the_caution(
    run: Run, embedded: Path, media: Path, tmp_path: Path
) -> None:
    assert embedded
    page = tmp_path / "page.html"
    words = ["--text", "rain <on> the harbour", "--space", "sphere", "--html", page]
    shown = run("query", media / "hum.wav", media / "mist.png", *words, "--to", "image").out
    for text in ("multiplied kappa", "mean cosine of a draw", "Exact: all 3 items", "Chance level", CAUTION):
        assert text in " ".join(shown.split())
    html = " ".join(page.read_text().split())
    for text in ("Multiplied", "kappa", "Exact: all 3 items", "Chance level", CAUTION, "rain &lt;on&gt; the harbour"):
        assert text in html


def test_a_file_that_is_not_indexed_and_an_id_can_be_asked_with(
    run: Run, embedded: Path, media: Path, tmp_path: Path
) -> None:
    assert embedded
    new = tmp_path / "new.png"
    new.write_bytes((media / "mist.png").read_bytes() + b" ")
    with Library.open() as library:
        id = next(item.id for item in library.items() if item.paths[0].endswith("hum.wav"))
    shown: Any = run("query", new, id, "--space", "sphere", "--to", "any", "--json").json
    assert [part["id"] for part in shown["query"]["parts"]] == [None, id]
    assert "hum.wav" not in results(shown)
    assert "mist.png" in results(shown)


@pytest.mark.parametrize("distance", ["cos", "expected_cos", "kl", "kl_xq", "ssw"])
def test_every_distance_can_be_asked_for(run: Run, embedded: Path, media: Path, distance: str) -> None:
    assert embedded
    outcome = run("query", media / "hum.wav", "--space", "sphere", "--distance", distance, "--json")
    shown: Any = outcome.json
    assert shown["query"]["distance"] == distance
    scores = [result["score"] for result in shown["results"]]
    assert scores == sorted(scores, reverse=True)
    assert (shown["query"]["agreement"] is not None) == (distance == "ssw")


def test_stored_points_are_asked_with_without_torch_and_words_say_what_is_missing(
    run: Run, embedded: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert embedded
    monkeypatch.setattr(opening, "find_spec", lambda _: None)
    assert run("query", media / "hum.wav", "--space", "sphere").code == 0
    refused = run("query", "--text", "rain", "--space", "sphere")
    assert refused.code == 1
    assert "pip install" in refused.err
    assert run("query", media / "hum.wav", "--space", "sphere", "--distance", "ssw").code == 1


def test_a_query_by_stored_points_loads_no_torch(embedded: Path, media: Path) -> None:
    assert embedded
    words = ["query", str(media / "hum.wav"), "--space", "sphere"]
    code = f"import sys; from emoretrieve_cli.main import main; print(main({words}), 'torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=with_sources())
    assert ended.stdout.splitlines()[-1] == "0 False"


def test_points_on_the_hypersphere_are_not_blended_with_colours(run: Run, embedded: Path, media: Path) -> None:
    assert embedded
    refused: Any = run("query", media / "hum.wav", "--rescore", "sphere", "--json").json
    assert refused["kind"] == "no_embedding"


def test_another_model_is_refused_and_may_replace_the_points(
    run: Run, embedded: Path, media: Path, tmp_path: Path
) -> None:
    assert embedded
    other = save_model(tmp_path / "other", seed=1)
    larger = save_model(tmp_path / "larger", dimension=12)
    for wrong in (other, larger):
        for words in (["index"], ["query", media / "hum.wav"]):
            refused: Any = run(*words, "--space", "sphere", "--model", wrong, "--json").json
            assert refused["kind"] == "other_embedder"
            assert "--space sphere --model DIR --replace" in refused["error"]
    replaced: Any = run("index", "--space", "sphere", "--model", larger, "--replace", "--json").json
    assert (replaced["embedded"], replaced["dimension"]) == (7, 12)
    assert run("query", media / "hum.wav", "--space", "sphere").code == 0


def test_a_model_that_knows_words_only_is_of_no_use_to_a_collection(run: Run, filled: Path, tmp_path: Path) -> None:
    from emoretrieve.sphere.model import SphereModel
    from emoretrieve.sphere.model_config import ModelConfig
    from emoretrieve.sphere.network import NetworkShape, SphereNetwork
    from tests.emoretrieve.sphere.models import SMALL

    assert filled
    shape = NetworkShape({"text": 6}, SMALL)
    SphereModel(SphereNetwork(shape), ModelConfig(shape)).save(tmp_path / "words")
    refused: Any = run("index", "--space", "sphere", "--model", tmp_path / "words", "--json").json
    assert refused["kind"] == "wrong_modality"
    gone: Any = run("query", "--text", "rain", "--space", "sphere", "--json").json
    assert gone["kind"] == "no_sphere"


def test_a_collection_without_points_says_how_to_make_them(run: Run, filled: Path, media: Path) -> None:
    assert filled
    refused: Any = run("query", media / "hum.wav", "--space", "sphere", "--json").json
    assert refused["kind"] == "no_sphere"


def test_a_model_that_moved_away_is_asked_for(run: Run, embedded: Path, tmp_path: Path) -> None:
    moved = save_model(tmp_path / "moved")
    with Library.open(embedded) as library:
        library.store.save_derived("sphere-model", b"{")
    refused: Any = run("query", "--text", "rain", "--space", "sphere", "--json").json
    assert refused["kind"] == "no_model"
    assert run("query", "--text", "rain", "--space", "sphere", "--model", moved).code == 0
    shutil.rmtree(moved)
    gone: Any = run("query", "--text", "rain", "--space", "sphere", "--model", moved, "--json").json
    assert gone["kind"] == "unknown_model"


def test_points_stay_when_their_items_are_coloured_again_and_go_with_an_export(
    run: Run, embedded: Path, media: Path
) -> None:
    with Library.open(embedded) as library:
        ids = [item.id for item in library.items()]
        before = stored_points(library.store, ids)
    run("recolour")
    run("export", embedded / "all.jsonl")
    run("import", embedded / "all.jsonl", "--collection", "copy")
    asked = run("query", media / "hum.wav", "--space", "sphere", "--json")
    copied = run("query", media / "hum.wav", "--space", "sphere", "--collection", "copy", "--json")
    assert results(copied.json) == results(asked.json)
    with Library.open(embedded) as library:
        after = stored_points(library.store, ids)
    assert {id: point.kappa for id, point in after.items()} == {id: point.kappa for id, point in before.items()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["query", "--space", "sphere"], "several are multiplied"),
        (["query", "a.wav", "b.wav"], "--space sphere"),
        (["query", "a.wav", "--distance", "elk"], "--distance is for --space sphere"),
        (["query", "a.wav", "--model", "m"], "--model is for --space sphere"),
        (["query", "a.wav", "--space", "sphere", "--match", "whole"], "--match says nothing"),
        (["query", "a.wav", "--space", "sphere", "--rescore", "captions"], "--rescore says nothing"),
        (["query", "a.wav", "--space", "sphere", "--group-by", "artist"], "--group-by says nothing"),
        (["query", "a.wav", "--space", "sphere", "--max-p", "0.5"], "--max-p says nothing"),
        (["query", "a.wav", "--space", "sphere", "--like", "b.wav"], "--like says nothing"),
        (["query", "a.wav", "--space", "sphere", "--set", "a=b"], "--set says nothing"),
        (["query", "a.wav", "--space", "sphere", "--to", "text"], "'text' is not one of"),
        (["index", "--space", "sphere"], "needs a model"),
        (["index", "--model", "m"], "--model is for --space sphere"),
        (["index", "--space", "sphere", "--model", "m", "--weights", "w"], "--weights says nothing"),
        (["index", "--space", "sphere", "--model", "m", "--prune"], "--prune says nothing"),
        (["index", "--space", "sphere", "--model", "m", "--embed", "pe-av"], "--space says nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_make_no_sense_together_are_refused(run: Run, words: list[str], said: str) -> None:
    refused = run(*words)
    assert refused.code == 2
    assert said in refused.err


def test_words_that_are_empty_are_refused(run: Run, embedded: Path) -> None:
    assert embedded
    refused: Any = run("query", "--text", "  ", "--space", "sphere", "--json").json
    assert refused["kind"] == "empty_words"
