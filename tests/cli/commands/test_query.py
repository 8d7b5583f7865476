"""Queries from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from emoretrieve_cli.terminal.text import cell_width
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("filled")


def results(run: Run, *words: str | Path) -> list[dict[str, object]]:
    """The results of a query that must succeed."""
    outcome = run("query", *words, "--json")
    assert outcome.code == 0, outcome
    found = outcome.json["results"]
    assert isinstance(found, list)
    return found


def test_a_song_finds_the_pictures(run: Run, media: Path) -> None:
    found = results(run, media / "hum.wav")
    assert [one["rank"] for one in found] == [1, 2, 3, 4]
    assert {one["modality"] for one in found} == {"image"}


def test_a_picture_finds_the_songs(run: Run, media: Path) -> None:
    assert {one["modality"] for one in results(run, media / "night.png")} == {"audio"}


def test_words_find_pictures(run: Run) -> None:
    assert len(results(run, "--text", "a quiet rainy evening")) == 4


def test_words_without_emotion_are_a_failure_and_not_an_answer(run: Run) -> None:
    outcome = run("query", "--text", "xylophage", "--json")
    assert outcome.code == 1
    assert outcome.json["kind"] == "no_emotion_words"


def test_an_id_is_as_good_as_its_file(run: Run, media: Path) -> None:
    shown = run("show", media / "hum.wav", "--json").json
    assert results(run, str(shown["id"])) == results(run, media / "hum.wav")


def test_any_leaves_the_query_itself_out(run: Run, media: Path) -> None:
    found = results(run, media / "hum.wav", "--to", "any")
    assert len(found) == 6
    assert all(one["paths"] != [str(media / "hum.wav")] for one in found)


def test_a_limit_beyond_any_count_gives_everything(run: Run, media: Path) -> None:
    assert len(results(run, media / "hum.wav", "--limit", "1" + 30 * "0")) == 4


def test_limit_filter_and_weights_reach_the_search(run: Run, media: Path) -> None:
    assert len(results(run, media / "hum.wav", "--limit", "2")) == 2
    (only,) = results(run, media / "hum.wav", "--filter", "artist=Anna Berg", "--filter", "year=1800..1900")
    assert only["metadata"] == {"title": "Mist over the lake", "artist": "Anna Berg", "year": 1890}
    whole = results(run, media / "hum.wav", "--match", "whole")
    assert results(run, media / "hum.wav", "--weights", "1,0,0,0,0") == whole


def test_a_file_that_is_not_indexed_is_described_and_not_stored(run: Run, media: Path, tmp_path: Path) -> None:
    copy = tmp_path / "new.wav"
    copy.write_bytes((media / "tune.wav").read_bytes() + b"\0\0")
    assert len(results(run, copy)) == 4
    items = run("list", "--json").json["items"]
    assert isinstance(items, list)
    assert len(items) == 7


def test_a_result_reads_in_four_lines(run: Run, media: Path) -> None:
    lines = run("query", media / "hum.wav", "--filter", "artist=Anna Berg").out.split("\n\n")[1].splitlines()
    assert lines[0] == "1  Mist over the lake · Anna Berg"
    assert lines[1].split()[::2][:4] == ["score", "chance", "z", "p"]
    assert lines[2].strip().startswith("#")
    assert "in" in lines[3]
    assert lines[-1].strip().endswith("mist.png")


@pytest.mark.parametrize("columns", ["40", "80", "100"])
def test_no_line_is_wider_than_the_terminal(
    run: Run, media: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = run("query", media / "hum.wav", "--to", "any").out
    wide = [line for line in shown.splitlines() if cell_width(line) > max(int(columns), 55)]
    assert wide == []


def test_explain_adds_up_to_the_score(run: Run, media: Path) -> None:
    for one in results(run, media / "hum.wav", "--explain"):
        explanation = one["explanation"]
        assert isinstance(explanation, dict)
        assert sum(part["contribution"] for part in explanation["parts"]) == pytest.approx(one["score"])


def test_explain_shows_every_part(run: Run, media: Path) -> None:
    shown = run("query", media / "hum.wav", "--explain", "--limit", "1").out
    assert all(part in shown for part in ("whole", "fragment 1", "fragment 2", "fragment 3", "fragment 4", "of which"))


def test_what_passes_no_filter_is_told(run: Run, media: Path) -> None:
    outcome = run("query", media / "hum.wav", "--filter", "artist=Nobody")
    assert outcome.code == 0
    assert "nothing to search" in outcome.out


def test_html_writes_the_gallery_and_prints_the_answer(run: Run, media: Path, tmp_path: Path) -> None:
    outcome = run("query", media / "hum.wav", "--html", tmp_path / "answer.html")
    assert outcome.code == 0
    assert "Mist over the lake" in outcome.out
    assert "Mist over the lake" in (tmp_path / "answer.html").read_text(encoding="utf-8")


def test_html_replaces_an_older_gallery(run: Run, media: Path, tmp_path: Path) -> None:
    for song in ("hum.wav", "drums.wav"):
        assert run("query", media / song, "--html", tmp_path / "answer.html").code == 0
    assert "drums" in (tmp_path / "answer.html").read_text(encoding="utf-8")


def test_html_leaves_a_picture_of_that_name_alone(run: Run, media: Path, tmp_path: Path) -> None:
    picture = tmp_path / "victim.png"
    picture.write_bytes((media / "mist.png").read_bytes())
    outcome = run("query", media / "hum.wav", "--html", picture, "--json")
    assert outcome.json["kind"] == "not_writable"
    assert "choose another name" in str(outcome.json["error"])
    assert picture.read_bytes() == (media / "mist.png").read_bytes()


def test_a_gallery_that_cannot_be_written_is_told(run: Run, media: Path, tmp_path: Path) -> None:
    outcome = run("query", media / "hum.wav", "--html", tmp_path / "nowhere" / "answer.html", "--json")
    assert outcome.code == 1
    assert outcome.json["kind"] == "not_writable"


def test_a_colour_alone_finds_pictures(run: Run) -> None:
    assert len(results(run, "--rgb", "20,200,60")) == 4
    assert "#14c83c" in run("query", "--rgb", "20,200,60").out


def test_more_like_this_item_is_a_query_to_its_own_kind(run: Run, media: Path) -> None:
    found = results(run, media / "hum.wav", "--to", "audio")
    assert {one["modality"] for one in found} == {"audio"}
    assert all(one["paths"] != [str(media / "hum.wav")] for one in found)


def test_the_first_liked_item_is_the_query_where_there_is_no_other(run: Run, media: Path) -> None:
    liked = results(run, "--like", media / "hum.wav", "--like", media / "mist.png", "--to", "any")
    assert liked == results(run, media / "hum.wav", "--like", media / "mist.png", "--to", "any")
    assert len(liked) == 5
    shown = run("query", "--like", media / "hum.wav", "--unlike", media / "mist.png").out
    assert "disliked: Mist over the lake" in shown


def test_an_item_is_not_liked_and_disliked(run: Run, media: Path) -> None:
    words = ["--like", media / "mist.png", "--unlike", media / "mist.png", "--json"]
    outcome = run("query", media / "hum.wav", *words)
    assert (outcome.code, outcome.json["kind"]) == (2, "bad_combination")
    outcome = run("query", media / "mist.png", "--unlike", media / "mist.png", "--json")
    assert (outcome.code, outcome.json["kind"]) == (2, "bad_combination")


def test_groups_name_their_value(run: Run, media: Path) -> None:
    found = results(run, media / "hum.wav", "--group-by", "artist")
    assert len({one["group"] for one in found}) == len(found) > 0
    assert str(found[0]["group"]) in run("query", media / "hum.wav", "--group-by", "artist").out


def test_a_page_begins_where_the_one_before_ended(run: Run, media: Path) -> None:
    assert results(run, media / "hum.wav", "--offset", "2") == results(run, media / "hum.wav")[2:]


def test_diverse_answers_hold_the_same_scores(run: Run, media: Path) -> None:
    diverse = results(run, media / "hum.wav", "--diverse", "--relevance", "0.2")
    assert {one["score"] for one in diverse} == {one["score"] for one in results(run, media / "hum.wav")}


@pytest.mark.parametrize(
    "words",
    [
        ["--rgb", "red"],
        ["--rgb", "1,2,3", "--text", "calm"],
        ["--unlike", "x"],
        ["--text", "calm", "--relevance", "0.5"],
        ["--text", "calm", "--group-size", "2"],
    ],
)
def test_what_does_not_go_together_is_a_usage_error(run: Run, words: list[str]) -> None:
    assert run("query", *words).code == 2
