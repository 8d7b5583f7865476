"""The study's own tables: brought in, asked, recoloured and written again.

They lie beside the checkout and are not part of the project.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

STUDY = Path(__file__).parents[2] / "../shared/seed_study"
COLOURS = {"audio": "audio_rgb.csv", "image": "image_rgb_used_for_pairs.csv"}

pytestmark = pytest.mark.skipif(not STUDY.is_dir(), reason="the study's tables are not beside the checkout")


def captions() -> list[str | Path]:
    return [word for kind in COLOURS for word in ("--captions", STUDY / f"{kind}_captions.csv")]


def colours() -> list[str | Path]:
    return [word for file in COLOURS.values() for word in ("--colours", STUDY / file)]


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def listed(run: Run, *words: str) -> dict[str, dict[str, Any]]:
    items: Any = run("list", "--json", *words).json["items"]
    return {item["name"]: item for item in items}


def published(kind: str) -> dict[str, list[list[int]]]:
    """The five triples of every item, the whole first."""
    table = {}
    for name, *five in cells(STUDY / COLOURS[kind])[1:]:
        triples = [[int(number) for number in re.findall(r"\d+", cell)] for cell in five]
        table[name] = [triples[4], *triples[:4]]
    return table


def test_the_studys_colours_are_stored_asked_and_written_as_they_are(run: Run, tmp_path: Path) -> None:
    report = run("index", *captions(), *colours(), "--json").json
    assert (report["indexed"], report["failed"]) == (200, [])
    assert run("index", *captions(), *colours(), "--json").json["unchanged"] == 200

    items = listed(run)
    for kind in COLOURS:
        for name, triples in published(kind).items():
            profile = items[name]["profile"]
            assert [profile["whole"], *profile["fragments"]] == triples
            assert items[name]["modality"] == kind

    answer: Any = run("query", "000002.mp3", "--json", "--limit", "3").json
    assert answer["query"]["searched"] == 100
    assert len(answer["results"]) == 3
    shown = run("show", "aleksey-savrasov_courtyard-spring-1853.jpg")
    assert "1853" in shown.out
    assert "name      aleksey-savrasov_courtyard-spring-1853.jpg" in shown.out

    run("export", "--layout", "study", tmp_path / "out")
    for kind, file in COLOURS.items():
        assert cells(tmp_path / "out" / f"{kind}_captions.csv") == cells(STUDY / f"{kind}_captions.csv")
        assert cells(tmp_path / "out" / f"{kind}_rgb.csv") == cells(STUDY / file)


def test_the_pairs_cost_what_was_computed_from_the_published_colours(run: Run, tmp_path: Path) -> None:
    run("index", *captions(), *colours())
    table = tmp_path / "pairs.csv"
    pairing: Any = run(
        "pair", "--match", "concat", "--method", "greedy", "--csv", table, "--layout", "study", "--json"
    ).json
    price = {one["method"]: one for one in [pairing["price"], *pairing["others"]]}
    assert (pairing["random"]["mean"], pairing["random"]["drawn_sd"]) == pytest.approx((0.8754, 0.0048), abs=5e-5)
    means = {"greedy": 0.9214, "stable": 0.9214, "hungarian": 0.9409, "argmax": 0.9498}
    assert {method: price[method]["mean"] for method in means} == pytest.approx(means, abs=5e-5)
    assert price["hungarian"]["lowest"] == pytest.approx(0.6657, abs=5e-5)
    assert (price["argmax"]["targets"], price["greedy"]["own_best"]) == (51, 45)
    assert [row[1] for row in cells(table)] == [row[1] for row in cells(STUDY / "pairs.csv")]
    assert sum(ours == theirs for ours, theirs in zip(cells(table), cells(STUDY / "pairs.csv"), strict=True)) == 99


def test_an_evaluation_finds_what_was_computed_from_the_published_colours(run: Run) -> None:
    run("index", *captions(), *colours())
    evaluation: Any = run("evaluate", "--match", "concat", "--json").json
    plain, centred, _ = evaluation["cross"]["pairs"]
    assert plain["random"]["mean"] == pytest.approx(0.8754, abs=5e-5)
    assert [one["mean"] for one in plain["methods"]] == pytest.approx([0.9214, 0.9409, 0.9498], abs=5e-5)
    assert centred["random"]["mean"] == pytest.approx(0.004, abs=5e-4)
    assert centred["methods"][1]["mean"] == pytest.approx(0.685, abs=5e-4)
    assert centred["of_plain"][0]["mean"] == pytest.approx(0.479, abs=5e-4)  # greedy: the published pairs


def test_two_colourings_of_the_same_pictures_hardly_agree(run: Run) -> None:
    run("index", *captions(), *colours())
    others = [word for word in colours() if word != STUDY / COLOURS["image"]]
    run("index", *captions(), *others, STUDY / "image_rgb_published.csv", "--collection", "published")
    words = ("--against", "published", "--match", "concat", "--draws", "9", "--json")
    stability: Any = run("evaluate", *words).json["stability"]
    agreed = {(one["modality"], one["channel"]): one["wholes"]["pearson"] for one in stability["channels"]}
    assert [agreed["image", channel] for channel in "RGB"] == pytest.approx([0.19, 0.07, 0.03], abs=5e-3)
    assert [agreed["audio", channel] for channel in "RGB"] == [1, 1, 1]
    assert stability["overlaps"][0]["share"] == pytest.approx(0.159, abs=5e-4)


def test_the_lexicon_colours_them_and_recolouring_the_given_colours_comes_to_the_same(run: Run) -> None:
    assert run("index", *captions(), "--collection", "words", "--json").json["indexed"] == 200
    assert run("index", *captions(), *colours(), "--json").json["indexed"] == 200
    assert run("query", "--text", "a quiet evening").code == 1

    assert run("recolour", "--mapper", "lexicon", "--json").json["recoloured"] == 200
    assert listed(run) == listed(run, "--collection", "words")
    assert run("query", "--text", "a quiet evening").code == 0
    by_name: Any = run("query", "000005.mp3", "--to", "any", "--json").json
    assert by_name["query"]["name"] == "000005.mp3"
