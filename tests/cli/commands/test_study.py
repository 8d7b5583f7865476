"""A study with people from the command line: the page, the key, the score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoretrieve.evaluation.human.answers import FORMAT
from emoretrieve.evaluation.human.design import POINTS
from emoretrieve.evaluation.human.key import KeyPair, read_key
from emoretrieve_cli.commands.study import POINTS as OFFERED
from emoretrieve_cli.terminal.text import cell_width
from tests.cli.conftest import Run
from tests.cli.media import RATE_HZ, write_wav
from tests.emoretrieve.evaluation.human.samples import key, participant, write_answers


def add_sounds(run: Run, folder: Path) -> None:
    """Three songs more, for a study wants four of each side at least."""
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    sounds = folder / "sounds"
    sounds.mkdir()
    for hertz in (220, 660, 1_300):
        write_wav(sounds / f"{hertz}.wav", 0.5 * np.sin(2 * np.pi * hertz * time) * np.exp(-time))
    assert run("index", sounds, "--workers", "1").code == 0


@pytest.fixture
def made(run: Run, filled: Path, tmp_path: Path) -> Path:
    """A folder with a page and its key."""
    assert filled
    add_sounds(run, tmp_path)
    outcome = run("study", "make", tmp_path / "page.html", tmp_path / "key.json", "--seed", "7", "--repeats", "2")
    assert outcome.code == 0, outcome
    return tmp_path


def rate(pair: KeyPair, shift: int) -> dict[str, Any]:
    rating = {"best": 6, "random": 4, "worst": 3}[pair.kind] + shift
    return {"pair": pair.pair, "occasion": 1, "feeling": rating, "coherence": rating, "seconds": 3, "heard": 2}


def test_a_study_goes_from_the_collection_to_its_numbers(run: Run, made: Path) -> None:
    page = (made / "page.html").read_text(encoding="utf-8")
    study = json.loads(page.split('<script type="application/json" id="study">')[1].split("</script>")[0])
    known = read_key(made / "key.json")
    assert study["study"] == known.study
    assert [pair["pair"] for pair in study["pairs"]] == [pair.pair for pair in known.pairs] == ["p01", "p02", "p03"]
    files = []
    for shift in (0, 1):
        answers = [rate(pair, shift) for pair in known.pairs]
        saved = {"format": FORMAT, "study": known.study, "participant": f"r{shift}", "seed": 1, "answers": answers}
        files.append(made / f"{shift}.json")
        files[-1].write_text(json.dumps(saved))
    found = run("study", "score", made / "key.json", *files, "--json").json["questions"]
    assert isinstance(found, list)
    assert [one["value"] for one in found[0]["preferences"]] == [1, 1, 1]
    assert [one["mean"] for one in found[0]["kinds"]] == [6.5, 4.5, 3.5]


def test_the_same_seed_makes_the_same_page(run: Run, made: Path) -> None:
    run("study", "make", made / "again.html", made / "again.json", "--seed", "7", "--repeats", "2")
    assert (made / "again.html").read_bytes() == (made / "page.html").read_bytes()
    assert (made / "again.json").read_bytes() == (made / "key.json").read_bytes()


def test_a_key_that_is_there_stays_and_no_page_is_written(run: Run, made: Path) -> None:
    before = (made / "key.json").read_bytes()
    outcome = run("study", "make", made / "other.html", made / "key.json", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")
    assert (made / "key.json").read_bytes() == before
    assert not (made / "other.html").exists()


def test_where_the_page_cannot_be_written_no_key_is_left(run: Run, made: Path) -> None:
    (made / "notes.txt").write_text("precious")
    outcome = run("study", "make", made / "notes.txt", made / "other.json", "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "not_writable")
    assert not (made / "other.json").exists()
    assert (made / "notes.txt").read_text() == "precious"


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (["--each", "0"], "bad_design", 2),
        (["--each", "50"], "too_few_pairs", 1),
        (["--repeats", "99"], "bad_design", 2),
        (["--points", "6"], "usage", 2),
        (["--match", "vibes"], "bad_match", 2),
        (["--song-filter", "artist=Nobody"], "nothing_to_pair", 1),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_written(
    run: Run, filled: Path, tmp_path: Path, words: list[str], kind: str, code: int
) -> None:
    assert filled
    outcome = run("study", "make", tmp_path / "page.html", tmp_path / "key.json", *words, "--json")
    assert (outcome.json["kind"], outcome.code) == (kind, code)
    assert not {path.name for path in tmp_path.iterdir()} & {"page.html", "key.json"}


def test_files_that_are_gone_are_not_shown(run: Run, made: Path) -> None:
    for sound in (made / "sounds").iterdir():
        sound.unlink()
    outcome = run("study", "make", made / "p.html", made / "k.json", "--each", "2", "--json")
    assert outcome.json["kind"] == "too_few_pairs"


def test_the_tables_fit_the_terminal_and_are_written_as_markdown(run: Run, tmp_path: Path) -> None:
    key(4).write(tmp_path / "key.json")
    people = [participant(f"r{n}", [7, 6, 6, 7, 4, 4, 4, 5, 2, 1 + n, 1, 3], {"p01": 5}) for n in range(3)]
    files = [write_answers(tmp_path, one) for one in people]
    shown = run("study", "score", tmp_path / "key.json", *files, "--markdown", tmp_path / "score.md").out
    assert all(word in shown for word in ("best over random", "alpha, ordinal", "Spearman's rho", "chance"))
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []
    assert "| best over random |" in (tmp_path / "score.md").read_text()


def test_answers_to_another_study_are_told(run: Run, tmp_path: Path) -> None:
    key().write(tmp_path / "key.json")
    file = write_answers(tmp_path, participant("a", [1] * 6), "ffff")
    outcome = run("study", "score", tmp_path / "key.json", file, "--json")
    assert (outcome.code, outcome.json["kind"]) == (1, "other_study")


def test_the_command_offers_the_scales_that_there_are() -> None:
    assert tuple(map(int, OFFERED)) == POINTS


def test_a_plan_fits_the_terminal_and_names_every_size(run: Run) -> None:
    shown = run("study", "plan", "--raters", "2", "--raters", "5", "--each", "2", "--studies", "2").out
    assert [line.split()[0] for line in shown.splitlines()[2:4]] == ["2", "5"]
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []


def test_a_plan_that_makes_no_sense_is_told(run: Run) -> None:
    outcome = run("study", "plan", "--lift", "0", "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "bad_design")
