"""`emoretrieve sphere` as a person runs it: train, stop, resume, evaluate, embed, export, and what is wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Run
from tests.cli.test_json_shapes import Shapes, check, shapes, types  # noqa: F401  two fixtures

pytest.importorskip("torch", reason="needs the extra 'sphere'")
pytest.importorskip("safetensors", reason="needs the extra 'sphere'")

QUICK = ("loss.samples=2", "loss.projections=4", "head.dimension=8", "head.hidden=16", "validate_every=5")
OPTIONS = [word for option in QUICK for word in ("--option", option)]
PICTURES = ("mist.png", "night.png", "sunny.png", "storm.png")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory, media: Path) -> Path:
    """Fourteen items of a picture and words; two have a song as well."""
    file = tmp_path_factory.mktemp("triplets") / "triplets.csv"
    rows = [
        f"{number},{media / 'hum.wav' if number in (0, 1) else ''},{media / PICTURES[number % 4]},"
        f"words of number {number},{'test' if number > 11 else 'validation' if number > 8 else 'train'}\n"
        for number in range(14)
    ]
    file.write_text("id,audio,image,text,split\n" + "".join(rows))
    return file


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, manifest: Path) -> Path:
    """A model that was trained on it; do not change it."""
    from emoretrieve_cli.main import main

    folder = tmp_path_factory.mktemp("model") / "out"
    assert main(["sphere", "train", str(manifest), "--out", str(folder), "--steps", "10", *OPTIONS]) == 0
    return folder


def test_training_prints_what_it_learnt_beside_chance_and_says_that_it_is_a_demonstration(
    run: Run, manifest: Path, tmp_path: Path
) -> None:
    outcome = run("sphere", "train", manifest, "--out", tmp_path / "out", "--steps", "6", *OPTIONS)
    assert outcome.code == 0, outcome.err
    assert "Items: 9 train, 3 validation, 2 test." in outcome.out
    assert "image -> text" in outcome.out
    assert "chance" in outcome.out
    assert "Caution: This is a demonstration: it learnt from 9 items." in outcome.out
    assert "share a file or a text" in outcome.out
    card = (tmp_path / "out" / "README.md").read_text()
    assert "This is a demonstration" in card
    assert "| chance |" in card


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("SphereTrained", ["train", "{manifest}", "--out", "{new}", "--steps", "3", *OPTIONS]),
        ("SphereEvaluation", ["evaluate", "{model}", "{model}", "{manifest}", "--distance", "elk"]),
        ("SphereEmbedded", ["embed", "{model}", "{media}/mist.png", "{media}/metadata.csv", "--text", "rain"]),
        ("SphereExported", ["export", "{model}", "{manifest}", "{new}.jsonl"]),
    ],
)
def test_the_output_has_the_documented_shape(
    run: Run,
    shapes: Shapes,  # noqa: F811  the fixture
    manifest: Path,
    model: Path,
    media: Path,
    tmp_path: Path,
    shape: str,
    words: list[str],
) -> None:
    places = {"manifest": manifest, "model": model, "media": media, "new": tmp_path / "new"}
    outcome = run("sphere", *(word.format(**places) for word in words), "--json")
    check(shapes[shape], outcome.out)


def test_models_of_several_seeds_have_means_with_deviations(run: Run, manifest: Path, model: Path) -> None:
    outcome = run("sphere", "evaluate", model, model, manifest, "--distance", "cos", "--split", "all")
    assert outcome.code == 0
    assert "± 0.0000" in outcome.out
    assert "Caution: These are all items" in outcome.out


@pytest.mark.parametrize(
    "words", [["evaluate", "{model}", "{model}", "{manifest}"], ["embed", "{model}", "--text", "a"]]
)
def test_a_demonstration_says_so_once_wherever_it_is_used(
    run: Run, manifest: Path, model: Path, words: list[str]
) -> None:
    outcome = run("sphere", *(word.format(manifest=manifest, model=model) for word in words))
    assert outcome.code == 0
    assert outcome.out.count("Caution: This is a demonstration: it learnt from 9 items.") == 1


def test_what_is_exported_is_what_is_embedded(run: Run, manifest: Path, model: Path, tmp_path: Path) -> None:
    assert run("sphere", "export", model, manifest, tmp_path / "v.parquet").code == 0
    rows = pd.read_parquet(tmp_path / "v.parquet")
    assert len(rows) == 14 + 14 + 2
    words = rows[(rows.modality == "text") & (rows.id == "3")].iloc[0]
    points = run("sphere", "embed", model, "--text", "words of number 3", "--json").json["points"]
    assert isinstance(points, list)
    assert points[0]["kappa"] == pytest.approx(words.kappa, rel=1e-5)
    assert points[0]["mu"] == pytest.approx(list(words.mu), abs=1e-6)


def test_a_folder_that_holds_a_model_is_not_written_over(run: Run, manifest: Path, model: Path) -> None:
    before = (model / "config.json").read_bytes()
    outcome = run("sphere", "train", manifest, "--out", model, *OPTIONS)
    assert outcome.code == 1
    assert "name another folder, go on with it by --resume" in outcome.err
    assert (model / "config.json").read_bytes() == before


def test_a_split_without_items_is_told_by_name(run: Run, model: Path, media: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"id,image,text,split\n1,{media / 'mist.png'},a,train\n")
    outcome = run("sphere", "evaluate", model, tmp_path / "t.csv")
    assert outcome.code == 1
    assert "has no items of the split 'test'" in outcome.err


def test_a_file_that_cannot_be_decoded_is_left_out_and_named(run: Run, manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and nothing else")
    (tmp_path / "t.csv").write_text(manifest.read_text() + f"15,,{tmp_path / 'broken.png'},more words,train\n")
    outcome = run("sphere", "train", tmp_path / "t.csv", "--out", tmp_path / "out", "--steps", "2", *OPTIONS)
    assert outcome.code == 3
    assert "Left out: image of 15 (" in outcome.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "{tmp}/none.csv", "--out", "{tmp}/o"], "There is no file"),
        (["train", "{manifest}", "--out", "{tmp}/o", "--resume"], "no training to resume"),
        (["train", "{manifest}", "--out", "{tmp}/o", "--option", "features.text=vggish"], "extractor called 'vggish'"),
        (["train", "{manifest}", "--out", "{tmp}/o", "--option", "features.text=clap"], "clap|CLAP|weights"),
        (["train", "{manifest}", "--out", "/dev/full/o", "--steps", "1"], "cannot be written"),
        (["evaluate", "{tmp}", "{manifest}"], "There is no model in"),
        (["export", "{model}", "{manifest}", "{tmp}/v.csv"], "let it be .parquet or .jsonl"),
        (["export", "{model}", "{manifest}", "{tmp}/absent/v.jsonl"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, manifest: Path, model: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    outcome = run("sphere", *(word.format(manifest=manifest, model=model, tmp=tmp_path) for word in words))
    assert outcome.code == 1
    assert len(outcome.err.splitlines()) == 1
    assert re.search(sentence, outcome.err), outcome.err


def test_where_too_little_can_be_read_the_first_fault_is_named(run: Run, media: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"id,audio,text\n1,{media / 'mist.png'},a\n2,{media / 'mist.png'},b\n")
    outcome = run("sphere", "train", tmp_path / "t.csv", "--out", tmp_path / "o", *OPTIONS)
    assert outcome.code == 1
    assert "only text" in outcome.err
    assert "2 of the files could not be used, the first because: The file" in outcome.err


@pytest.mark.parametrize(
    "words",
    [
        ["train", "{manifest}", "--out", "{tmp}/o", "--device", "nonsense"],
        ["train", "{manifest}", "--out", "{tmp}/o", "--option", "stepz=3"],
        ["train", "{manifest}", "--out", "{tmp}/o", "--option", "steps=many"],
        ["train", "{manifest}", "--out", "{tmp}/o", "--steps", "0"],
        ["train", "{manifest}", "--out", "{tmp}/o", "--option", "loss.name"],
        ["evaluate", "{model}", "{manifest}", "--distance", "euclid"],
        ["evaluate", "{model}", "{manifest}", "--composition", "sum"],
        ["embed", "{model}"],
    ],
)
def test_a_wrong_command_line_is_usage(run: Run, manifest: Path, model: Path, tmp_path: Path, words: list[str]) -> None:
    outcome = run("sphere", *(word.format(manifest=manifest, model=model, tmp=tmp_path) for word in words))
    assert outcome.code == 2
    assert not (tmp_path / "o").exists()


def test_ctrl_c_keeps_what_was_learnt_and_resume_goes_on(run: Run, manifest: Path, tmp_path: Path) -> None:
    words = ["sphere", "train", str(manifest), "--out", str(tmp_path / "out"), "--steps", "200", *OPTIONS]
    words += ["--option", "patience=0"]
    started = subprocess.Popen(
        [sys.executable, "-m", "emoretrieve_cli.main", *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(tmp_path / "out" / "checkpoint.safetensors")
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=120)
    assert (started.returncode, err) == (130, "Interrupted; run the same command with --resume to go on.\n")
    stopped = re.search(r"Stopped after step (\d+) of 200", out)
    assert stopped is not None
    assert not (tmp_path / "out" / "config.json").exists()
    resumed = run(*words, "--resume", "--json")
    assert (resumed.code, resumed.json["steps"], resumed.json["interrupted"]) == (0, 200, False)


def wait_for(file: Path) -> None:
    until = time.monotonic() + 120
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
