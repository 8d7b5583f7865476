"""Answers read well in a terminal, whatever is in them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emoretrieve.search.answer import Answer
from emoretrieve.search.options import QueryOptions
from emoretrieve.search.why import Why
from emoretrieve_cli.terminal.answer import answer_lines, p_text, scores_line, why_sentence
from emoretrieve_cli.terminal.text import cell_width
from tests.cli.answers import answer, item
from tests.cli.commands.test_index import read_all

NASTY = "two\nlines\x1b[2J\u202e\udcff " + "long " * 100


def test_nothing_in_a_name_or_tag_breaks_the_lines() -> None:
    nasty = item(f"/{NASTY}/{NASTY}.png", metadata={"title": NASTY, "artist": NASTY}, caption=NASTY)
    text = "\n".join(answer_lines(answer(nasty, nasty)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)
    assert all(cell_width(line) <= 80 for line in text.split("\n"))


def test_ranks_of_any_length_line_up() -> None:
    lines = answer_lines(answer(item("/q.png"), *(item(f"/{number}.png") for number in range(12))))
    names = [line for line in lines if re.match(r" *\d+  \d+\.png", line)]
    assert len({line.index(".png") - len(line.split()[1]) for line in names}) == 1


def test_unknown_values_are_dashes_and_not_zeros() -> None:
    known = answer(item("/q.png"), item("/a.png")).results[0]
    assert scores_line(replace(known, chance=None, z=None, p_best=None)) == "score 0.9790  chance –  z –  p –"


@pytest.mark.parametrize(("p", "shown"), [(None, "–"), (0.0, "<0.001"), (0.001, "0.001"), (1.0, "1.000")])
def test_no_share_of_a_thousand_profiles_is_called_zero(p: float | None, shown: str) -> None:
    assert p_text(p) == shown


def test_the_reason_names_axis_part_and_words() -> None:
    assert (
        why_sentence(Why("sadness", "fragment_3", ("slow", "minor")))
        == "most alike in sadness (fragment 3): slow, minor"
    )
    assert why_sentence(Why("sadness", "whole")) == "most alike in sadness (whole)"
    assert why_sentence(Why(None, None)) == "nothing in common"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (QueryOptions(group_by="label"), "None of the 7 items searched has 'label'."),
        (QueryOptions(offset=9), "--offset leaves out all of the 7 items searched."),
        (QueryOptions(offset=9, max_p=0.1), "None of the 7 items searched is near enough."),
    ],
)
def test_an_answer_without_results_says_why(options: QueryOptions, said: str) -> None:
    empty: Answer = replace(answer(item("/q.png")), searched=7, options=options)
    assert answer_lines(empty)[-1] == said


def test_nothing_to_search_is_said_within_the_terminal() -> None:
    lines = answer_lines(replace(answer(item("/q.png")), searched=0))
    assert "There was nothing to search" in lines[-2]
    assert all(cell_width(line) <= 80 for line in lines)


def test_a_cut_that_leaves_nothing_says_how_many_were_searched() -> None:
    empty: Answer = replace(answer(item("/q.png")), searched=7)
    assert answer_lines(empty)[-1] == "None of the 7 items searched is near enough."


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("UNUSED", True)])
def test_a_terminal_shows_true_colours_unless_told_not_to(media: Path, variable: str, coloured: bool) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "emoretrieve_cli.main", "query", str(media / "storm.png")]
    environment = {**os.environ, "TERM": "xterm-256color", variable: "1"}
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment):
        os.close(terminal)
        shown = read_all(screen)
    assert "score" in shown
    assert ("\x1b[48;2;" in shown) is coloured
    assert ("\x1b" in shown) is coloured
