"""`index --embed` adds vectors to a collection, and `query --rescore` ranks by them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from random_towers import write_random_towers
from tests.cli.conftest import Run
from tests.toy_embedder import install_toy

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(tmp_path / "packages", monkeypatch)


@pytest.fixture
def own_media(run: Run, media: Path, tmp_path: Path) -> Path:
    """Media of the test's own, indexed."""
    folder = tmp_path / "own"
    shutil.copytree(media, folder)
    assert run("index", folder, "--workers", "1").code == 0
    return folder


def test_all_items_are_embedded_and_what_fails_is_listed(run: Run, filled: Path) -> None:
    outcome = run("index", "--embed", "toy")
    assert (outcome.code, filled.is_dir()) == (3, True)
    assert outcome.out.startswith("6 embedded as 'toy' (6 numbers), 0 unchanged, 1 failed in ")
    assert "storm.png" in outcome.out
    assert "The toy does not like" in outcome.out


def test_what_has_the_vector_is_left_alone(run: Run, filled: Path) -> None:
    assert filled
    run("index", "--embed", "toy", "--limit", "2")
    report = run("index", "--embed", "toy", "--json").json
    assert (report["embedded"], report["unchanged"]) == (4, 2)


def test_paths_choose_what_is_embedded(run: Run, filled: Path, media: Path, tmp_path: Path) -> None:
    assert filled
    shutil.copy(media / "hum.wav", tmp_path / "copy of hum.wav")
    report = run("index", "--embed", "toy", media / "mist.png", tmp_path / "copy of hum.wav", "--json").json
    assert (report["embedded"], report["failed"]) == (2, [])
    assert run("index", "--embed", "toy", media, "--modality", "audio", "--json").json["embedded"] == 2


def test_a_file_that_is_not_indexed_is_told(run: Run, filled: Path, tmp_path: Path, media: Path) -> None:
    assert filled
    other = tmp_path / "other.png"
    other.write_bytes((media / "mist.png").read_bytes() + b"more")
    outcome = run("index", "--embed", "toy", other, "--json")
    assert outcome.code == 3
    assert [failure["kind"] for failure in outcome.json["failed"]] == ["not_indexed"]  # type: ignore[attr-defined]


def test_files_that_are_gone_or_other_ones_by_now_are_not_embedded(run: Run, own_media: Path) -> None:
    (own_media / "mist.png").unlink()
    (own_media / "night.png").write_bytes((own_media / "sunny.png").read_bytes())
    os.utime(own_media / "hum.wav", (1, 1))
    outcome = run("index", "--embed", "toy", "--json")
    kinds = {Path(one["path"]).name: one["kind"] for one in outcome.json["failed"]}  # type: ignore[attr-defined]
    assert kinds == {"night.png": "changed_file", "storm.png": "unreadable_media"}
    assert (outcome.json["embedded"], outcome.json["without_file"]) == (4, 1)


def test_another_embedder_is_refused_until_the_vectors_are_replaced(run: Run, filled: Path) -> None:
    assert filled
    run("index", "--embed", "toy")
    refused = run("index", "--embed", "toy", "--weights", "others", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "other_embedder")
    assert "--replace" in str(refused.json["error"])
    replaced = run("index", "--embed", "toy", "--weights", "others", "--replace", "--json")
    assert replaced.json["embedded"] == 6
    assert run("index", "--embed", "toy", "--json").json["unchanged"] == 6


def test_weights_that_cannot_be_loaded_do_not_bar_those_that_can(run: Run, filled: Path) -> None:
    assert filled
    refused = run("index", "--embed", "toy", "--weights", "broken", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "damaged_model")
    assert run("index", "--embed", "toy", "--weights", "whole", "--json").json["embedded"] == 6
    assert run("index", "--embed", "toy", "--weights", "broken", "--replace").code == 1
    report = run("index", "--embed", "toy", "--weights", "whole", "--json").json
    assert (report["embedded"], report["unchanged"]) == (0, 6), "the vectors are still there"


def test_vectors_that_are_no_numbers_are_failures(run: Run, filled: Path) -> None:
    assert filled
    outcome = run("index", "--embed", "toy", "--weights", "nan", "--json")
    assert outcome.code == 3
    assert outcome.json["embedded"] == 0
    assert {one["kind"] for one in outcome.json["failed"]} == {  # type: ignore[attr-defined]
        "bad_vector",
        "unreadable_media",
    }


def test_ctrl_c_keeps_what_was_embedded_and_the_next_run_goes_on(run: Run, filled: Path) -> None:
    command = [sys.executable, "-m", "emoretrieve_cli.main", "index", "--embed", "toy", "--weights", "slow", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        while not (filled / "collections" / "default" / "embeddings.json").exists():
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode in (130, 3)
    assert b"Traceback" not in error
    report = run("index", "--embed", "toy", "--json").json
    assert int(str(report["embedded"])) + int(str(report["unchanged"])) == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--embed", "toy", "--prune"], "--prune says nothing about --embed"),
        (["--embed", "toy", "--captions", "x.csv"], "--captions says nothing about --embed"),
        (["--embed", "toy", "--perception", "lite"], "--perception says nothing about --embed"),
        (["--weights", "x", "."], "--weights is for --embed"),
        (["--accept-licence", "imagebind", "."], "--accept-licence is for --embed"),
        (["--replace", "."], "--replace is for --embed"),
    ],
)
def test_options_without_a_use_are_refused(run: Run, words: list[str], said: str) -> None:
    outcome = run("index", *words)
    assert outcome.code == 2
    assert said in outcome.err


def test_an_embedder_that_nobody_knows_is_told(run: Run, filled: Path) -> None:
    assert filled
    outcome = run("index", "--embed", "nix", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "unknown_perception")
    assert "imagebind" in str(outcome.json["error"])


def test_a_collection_that_is_not_there_is_told(run: Run) -> None:
    assert run("index", "--embed", "toy", "--json").json["kind"] == "no_collection"


def test_vectors_of_a_plugin_belong_to_its_version(run: Run, filled: Path, tmp_path: Path) -> None:
    assert filled
    run("index", "--embed", "toy")
    metadata = tmp_path / "packages" / "toy_embedder_package-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("1.0", "2.0"))
    refused = run("index", "--embed", "toy", "--json")
    assert refused.json["kind"] == "other_embedder"
    assert "toy-embedder-package 2.0" in str(refused.json["error"])


def test_both_scores_are_shown_and_what_the_ranks_come_from(run: Run, filled: Path, media: Path) -> None:
    assert filled
    run("index", "--embed", "toy")
    outcome = run("query", media / "hum.wav", "--rescore", "toy", "--alpha", "0.25", "--shortlist", "3")
    assert outcome.code == 0, outcome.err
    assert "Ranked by 0.75 x score + 0.25 x toy among the" in outcome.out
    lines = outcome.out.splitlines()
    assert sum(line.strip().startswith("score ") for line in lines) == 4
    assert sum(line.strip().startswith("toy 0.") and "chance" in line and "blend" in line for line in lines) == 3
    assert "toy –" in outcome.out
    assert "ranked like an average" in " ".join(outcome.out.split())
    assert all(len(line) <= 80 for line in lines)


def test_a_song_that_is_not_indexed_is_embedded_for_the_query(
    run: Run, filled: Path, tmp_path: Path, media: Path
) -> None:
    assert filled
    run("index", "--embed", "toy")
    new = tmp_path / "new.wav"
    new.write_bytes((media / "tune.wav").read_bytes())
    with new.open("ab") as file:
        file.write(b"junk")
    old, fresh = (run("query", path, "--rescore", "toy", "--json").json for path in (media / "tune.wav", new))

    def similarities(answer: object) -> list[float]:
        assert isinstance(answer, dict)
        return [result["rescored"]["similarity"] or 0.0 for result in answer["results"]]

    assert similarities(fresh) == pytest.approx(similarities(old), abs=2e-3)


def test_words_are_embedded_where_the_embedder_takes_them(run: Run, filled: Path) -> None:
    assert filled
    for name in ("toy", "wordy"):
        run("index", "--embed", name)
    refused = run("query", "--text", "a quiet evening", "--rescore", "toy", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "not_embedded")
    assert run("query", "--text", "a quiet evening", "--rescore", "wordy").code == 0


def test_a_name_that_scores_nothing_is_told_with_those_that_do(run: Run, filled: Path) -> None:
    assert filled
    run("index", "--embed", "toy", "--limit", "1")
    refused = run("query", "--text", "calm", "--rescore", "caption", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "no_embedding")
    assert "there is captions, toy" in str(refused.json["error"])


def test_the_gallery_shows_both_scores(run: Run, filled: Path, media: Path, tmp_path: Path) -> None:
    assert filled
    run("index", "--embed", "toy")
    run("query", media / "hum.wav", "--rescore", "toy", "--html", tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text()
    assert page.count("<dt>toy</dt>") == page.count("<dt>blend</dt>") == 4
    assert "Ranked by 0.6 x score + 0.4 x toy" in page
    assert "Nothing to compare" in page


@pytest.mark.parametrize("words", [["--alpha", "0.3"], ["--shortlist", "5"]])
def test_a_blend_without_a_second_score_is_refused(run: Run, media: Path, words: list[str]) -> None:
    outcome = run("query", media / "hum.wav", *words)
    assert outcome.code == 2
    assert "--rescore" in outcome.err


@pytest.mark.skipif(find_spec("imagebind") is None, reason="needs ImageBind's model code: INSTALL=full")
def test_imagebind_with_random_weights_goes_all_the_way_and_says_that_it_means_nothing(
    run: Run, filled: Path, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from random_imagebind import write_random_imagebind

    assert filled
    monkeypatch.delenv("EMORETRIEVE_ACCEPT_LICENCE", raising=False)
    weights = write_random_imagebind(tmp_path / "weights")
    refused = run("index", "--embed", "imagebind", "--weights", weights, "--json")
    assert (refused.code, refused.json["kind"]) == (1, "licence_not_accepted")
    embedded = run("index", "--embed", "imagebind", "--weights", weights, "--accept-licence", "imagebind")
    assert "7 embedded as 'imagebind' (1024 numbers)" in embedded.out
    outcome = run("query", media / "hum.wav", "--rescore", "imagebind", "--html", tmp_path / "a.html")
    assert "Caution: random weights" in outcome.out
    assert "meaningless" in (tmp_path / "a.html").read_text()
    assert "meaningless" in run("query", media / "hum.wav", "--rescore", "imagebind", "--json").out
    assert run("query", "--text", "a quiet evening", "--rescore", "imagebind").code == 0


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that have learnt nothing."""
    pytest.importorskip("transformers", reason="needs the extra 'clip'")
    return write_random_towers("clip", tmp_path_factory.mktemp("clip"))


def test_an_embedder_of_one_modality_takes_the_items_of_it(run: Run, filled: Path, clip: Path) -> None:
    assert filled
    outcome = run("index", "--embed", "clip", "--weights", clip, "--json")
    assert outcome.json["embedded"] == run("index", "--embed", "clip", "--json").json["unchanged"]
    assert (outcome.code, outcome.json["failed"], outcome.json["without_file"]) == (0, [], 0), outcome.err
    assert "meaningless" in str(outcome.json["caution"])
    refused = run("index", "--embed", "clip", "--modality", "audio", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "wrong_modality")


def test_a_song_asks_nothing_of_an_embedder_of_pictures(run: Run, filled: Path, media: Path, clip: Path) -> None:
    assert filled
    run("index", "--embed", "clip", "--weights", clip)
    refused = run("query", media / "hum.wav", "--rescore", "clip", "--json")
    assert (refused.code, refused.json["kind"]) == (1, "not_embedded")
    assert "image files and of words only" in str(refused.json["error"])
    assert run("query", "--text", "a quiet evening", "--rescore", "clip").code == 0
