"""What `--json` prints has the shapes that `docs/json.md` gives, and those of `emoretrieve.wire` are the same."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NotRequired

import pytest
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from emoretrieve import wire
from random_towers import write_random_towers
from tests.cli.commands.test_sphere import save_model
from tests.cli.commands.test_study import add_sounds
from tests.cli.conftest import Run
from tests.emoretrieve.evaluation.human.samples import key, participant, write_answers
from tests.emoretrieve.evaluation.study.sample import write_sample
from tests.indexer.datasets.labels.layouts import write_tables
from tests.toy_embedder import install_toy

PAGE = Path(__file__).parents[2] / "docs" / "json.md"


@pytest.fixture(scope="session")
def types() -> dict[str, Any]:  # they are read at run time
    """Every type of the page by name."""
    names: dict[str, Any] = {
        "TypedDict": TypedDict,
        "Literal": Literal,
        "NotRequired": NotRequired,
        "__name__": __name__,
    }
    given = set(names)
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, PAGE, "exec", dont_inherit=True), names)
    return {name: value for name, value in names.items() if name not in given and isinstance(value, type)}


@pytest.fixture(scope="session")
def shapes(types: dict[str, Any]) -> Shapes:
    return {name: Documented(TypeAdapter(shape), getattr(wire, name, None)) for name, shape in types.items()}


@dataclass(frozen=True, slots=True)
class Documented:
    """A shape of the page, and the model of the same name that servers and clients use."""

    adapter: TypeAdapter[Any]
    model: type[wire.Shape] | None


Shapes = dict[str, Documented]


def check(shape: Documented, text: str) -> None:
    """Raise ValidationError unless the document is of this shape: no conversion, no key too many.

    What a client reads by the model and writes again is the same.
    """
    shape.adapter.validate_json(text, strict=True, extra="forbid")
    if shape.model is not None:
        read = shape.model.model_validate_json(text, strict=True, extra="forbid")
        assert read.as_json() == json.loads(text)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("Answer", ["query", "{media}/hum.wav"]),
        ("Answer", ["query", "{media}/hum.wav", "--explain", "--to", "any", "--max-p", "1"]),
        ("Answer", ["query", "{media}/hum.wav", "--match", "concat", "--explain"]),
        ("Answer", ["query", "--text", "a quiet evening", "--weights", "1,0,0,0,0", "--filter", "year=1800..1900"]),
        ("Pairing", ["pair"]),
        (
            "Pairing",
            ["pair", "--match", "concat", "--method", "argmax", "--capacity", "2", "--to-filter", "year=1..2000"],
        ),
        ("Answer", ["query", "{media}/hum.wav", "--rescore", "captions"]),
        ("Evaluation", ["evaluate"]),
        ("Evaluation", ["evaluate", "--match", "concat"]),
        ("Report", ["report", "--markdown", "{home}/r.md"]),
        ("Answer", ["query", "--rgb", "220,40,30", "--offset", "1", "--diverse"]),
        ("Answer", ["query", "{media}/hum.wav", "--like", "{media}/mist.png", "--unlike", "{media}/night.png"]),
        ("Answer", ["query", "{media}/hum.wav", "--text", "wild and joyful"]),
        ("Answer", ["query", "{media}/hum.wav", "--group-by", "artist", "--group-size", "2"]),
        ("Facets", ["facets", "year"]),
        ("Facets", ["facets", "mood", "--modality", "image", "--filter", "year=1800..1900", "--limit", "2"]),
        ("Item", ["show", "{media}/mist.png"]),
        ("Items", ["list"]),
        ("Status", ["status"]),
        ("Optimised", ["optimise"]),
        ("Index", ["index", "{media}"]),
        ("Deleted", ["delete", "{media}/mist.png", "--yes"]),
        ("DeletedCollection", ["delete", "--all", "--yes"]),
        ("Exported", ["export", "{home}/all.jsonl"]),
        ("ExportedTables", ["export", "--layout", "study", "{home}/tables"]),
        ("Recoloured", ["recolour"]),
        ("Recoloured", ["recolour", "--into", "again"]),
        ("Synced", ["sync", "--to", "{home}/other"]),
        ("Synced", ["sync", "--as", "copy", "--prune", "--dry-run"]),
        ("Aliases", ["alias", "list"]),
        ("Alias", ["alias", "set", "best", "default"]),
        ("Reindexed", ["reindex", "best"]),
        ("Snapshot", ["snapshot", "create"]),
        ("Snapshots", ["snapshot", "list"]),
        ("Models", ["models"]),
        ("Doctor", ["doctor"]),
        ("NewKey", ["serve", "--make-key", "read", "--key-name", "page"]),
        ("Completion", ["completion", "bash"]),
        ("Error", ["query", "{home}/nothing.wav"]),
        ("Error", ["query", "--nonsense"]),
    ],
)
def test_the_output_has_the_documented_shape(
    run: Run, shapes: Shapes, filled: Path, media: Path, shape: str, words: list[str]
) -> None:
    if words[0] == "reindex":
        run("alias", "set", words[1], "default")
    outcome = run(*(word.format(media=media, home=filled) for word in words), "--json")
    check(shapes[shape], outcome.out)


def test_failed_files_have_the_documented_shape(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    outcome = run("index", tmp_path / "empty.png", "--json")
    check(shapes["Index"], outcome.out)
    assert outcome.json["failed"]


def test_items_without_media_have_the_documented_shape(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    parts = ["whole", "fragment_1", "fragment_2", "fragment_3", "fragment_4"]
    (tmp_path / "t.csv").write_text(f"name,modality,{','.join(parts)}\nx,audio,a,sad,song,of,rain\n")
    check(shapes["Index"], run("index", "--captions", tmp_path / "t.csv", "--json").out)
    check(shapes["Item"], run("show", "x", "--json").out)
    check(shapes["Answer"], run("query", "x", "--json").out)


def test_embedding_has_the_documented_shape(
    run: Run, shapes: Shapes, filled: Path, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled
    install_toy(tmp_path / "packages", monkeypatch)
    check(shapes["Embedded"], run("index", "--embed", "toy", "--json").out)
    check(shapes["Answer"], run("query", media / "hum.wav", "--rescore", "toy", "--json").out)
    (tmp_path / "t.csv").write_text("song,picture,score\nhum.wav,mist.png,0.5\ntune.wav,nowhere.png,0.25\n")
    check(shapes["Similarity"], run("similarity", tmp_path / "t.csv", "--by", "toy", "--json").out)
    check(shapes["Similarity"], run("similarity", tmp_path / "t.csv", "--json").out)


def test_the_hypersphere_has_the_documented_shapes(
    run: Run, shapes: Shapes, filled: Path, media: Path, tmp_path: Path
) -> None:
    pytest.importorskip("torch", reason="needs the extra 'sphere'")
    assert filled
    check(shapes["Embedded"], run("index", "--space", "sphere", "--model", save_model(tmp_path / "m"), "--json").out)
    for words in (["--text", "rain"], ["--distance", "ssw"], ["--filter", "artist=nobody"]):
        check(shapes["SphereAnswer"], run("query", media / "hum.wav", "--space", "sphere", *words, "--json").out)


def test_an_import_has_the_documented_shape(run: Run, shapes: Shapes, filled: Path) -> None:
    run("export", filled / "all.parquet")
    outcome = run("import", filled / "all.parquet", "--collection", "copy", "--json")
    check(shapes["Imported"], outcome.out)


def test_the_study_computed_again_has_the_documented_shape(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    check(shapes["Reproduction"], run("reproduce", write_sample(tmp_path / "study"), "--json").out)


def test_an_evaluation_beside_another_run_has_the_documented_shape(run: Run, shapes: Shapes, filled: Path) -> None:
    run("sync", "--as", "again")
    (filled / "t.csv").write_text("item,label\nhum.wav,calm\nmist.png,calm\n")
    words = ["--against", "again", "--truth", filled / "t.csv", "--draws", "9"]
    check(shapes["Evaluation"], run("evaluate", *words, "--json").out)


def test_written_labels_have_the_documented_shape(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    outcome = run("labels", "deam", write_tables(tmp_path), tmp_path / "labels.csv", "--json")
    check(shapes["Labels"], outcome.out)


def test_a_study_has_the_documented_shapes(run: Run, shapes: Shapes, filled: Path, tmp_path: Path) -> None:
    assert filled
    add_sounds(run, tmp_path)
    made = run("study", "make", tmp_path / "page.html", tmp_path / "own.json", "--json")
    check(shapes["StudyMade"], made.out)
    check(shapes["StudyPlan"], run("study", "plan", "--raters", "3", "--each", "3", "--studies", "2", "--json").out)
    key(2).write(tmp_path / "key.json")
    for people in ([[7, 6, 4, 4, 2, 1]], [[7, 6, 4, 4, 2, 1], [6, 7, 1, 4, 3, 2]]):
        files = [write_answers(tmp_path, participant(f"r{n}", one, {"p01": 5})) for n, one in enumerate(people)]
        check(shapes["StudyScore"], run("study", "score", tmp_path / "key.json", *files, "--json").out)


def test_a_damaged_collection_has_the_documented_shape(run: Run, shapes: Shapes, filled: Path) -> None:
    (filled / "collections" / "default" / "collection.json").write_text("{")
    outcome = run("status", "--json")
    check(shapes["Status"], outcome.out)
    assert "kind" in outcome.out


def test_the_models_have_the_keys_of_the_page_and_may_lack_the_same(types: dict[str, Any]) -> None:
    both = {name for name in types if isinstance(getattr(wire, name, None), type)}
    assert {"Answer", "Item", "Pairing", "Facets", "Status", "Index", "Job", "Problem"} <= both
    for name in both:
        fields = getattr(wire, name).model_fields
        keys = {field.alias or key: field.is_required() for key, field in fields.items() if key != "next_cursor"}
        required = types[name].__required_keys__
        assert keys == {key: key in required for key in types[name].__annotations__}, name


def test_a_shape_refuses_what_it_does_not_name(shapes: Shapes) -> None:
    with pytest.raises(ValidationError):
        check(shapes["Deleted"], '{"deleted": 1, "more": 2}')
    with pytest.raises(ValidationError):
        check(shapes["Deleted"], '{"deleted": "1"}')


def test_coherence_has_the_documented_shape(run: Run, shapes: Shapes, filled: Path, tmp_path: Path) -> None:
    assert filled
    pytest.importorskip("transformers", reason="needs the extra 'clip'")
    weights = write_random_towers("clip", tmp_path / "clip")
    outcome = run("evaluate", "--draws", "20", "--coherence", f"clip={weights}", "--json")
    check(shapes["Evaluation"], outcome.out)
    assert outcome.json["coherence"]
