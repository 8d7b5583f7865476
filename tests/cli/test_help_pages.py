"""The documentation of the command line is what the command line says."""

from __future__ import annotations

from tests.cli.help_pages import FILE, help_pages


def test_the_documented_help_is_the_help() -> None:
    assert FILE.read_text(encoding="utf-8") == help_pages(), "run: python -m tests.cli.help_pages"
