"""What a run did, as lines that fit a terminal."""

from __future__ import annotations

from emoretrieve.perception.prompted.ledger import RoleCosts
from emoretrieve_cli.terminal.report import report_lines
from emoretrieve_indexer.costs import Costs, ModelCosts
from emoretrieve_indexer.report import Failure, IndexReport


def _report(total: RoleCosts | None = None, failed: tuple[Failure, ...] = ()) -> IndexReport:
    costs = Costs(models={"audio": ModelCosts(4, total)} if total else {})
    return IndexReport(4, 0, 0, 0, failed, seconds=1.0, costs=costs)


def test_a_run_without_models_has_no_line_of_costs() -> None:
    assert report_lines(_report()) == ["4 indexed, 0 unchanged in 1.0 s."]


def test_each_role_has_a_line_of_costs() -> None:
    total = RoleCosts(
        requests=1_240, recalled=60, prompt_tokens=1_900_000, cached_tokens=950_000, completion_tokens=999
    )
    assert report_lines(_report(total))[1:] == [
        "  audio   1.24k asked, 60 known; tokens: 1.9M in (50% cached), 999 out"
    ]


def test_the_largest_numbers_fit_80_columns() -> None:
    total = RoleCosts(999_999_999, 999_999_999, 999_999_999, 999_999_999, 999_999_999, seconds=1.0)
    assert all(len(line) <= 80 for line in report_lines(_report(total)))


def test_a_failure_is_shown_with_the_beginning_of_the_model_s_answer() -> None:
    lines = report_lines(_report(failed=(Failure("a.png", "No colours.", "bad_colours", "\x1b[2Jwords " * 100),)))
    assert lines[1:3] == ["  a.png", "    No colours."]
    shown = " ".join(line.strip() for line in lines[3:])
    assert shown.startswith("The model answered: \\x1b[2Jwords")
    assert len(shown) < 500


def test_a_short_answer_that_the_sentence_quotes_is_not_said_twice() -> None:
    failure = Failure("a.png", "The answer 'no idea' has no colours.", "bad_colours", "no  idea")
    assert report_lines(_report(failed=(failure,)))[1:] == ["  a.png", "    The answer 'no idea' has no colours."]
