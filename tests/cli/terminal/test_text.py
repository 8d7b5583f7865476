"""Nothing that a file name or a tag holds can break the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoretrieve_cli.terminal.text import cell_width, hanging, printable, shorten, shorten_path, wrap

anything = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("two\nlines", r"two\nlines"),
        ("\x1b[2Jcleared", r"\x1b[2Jcleared"),
        ("\x9b31m", r"\x9b31m"),
        ("back\rover\x08", r"back\rover\x08"),
        ("abc\u202ecba", r"abc\u202ecba"),
        ("bytes \udcff", r"bytes \udcff"),
        ("wide\u2003space", "wide space"),
        ("Ærø, 東京, שלום, 👩‍🎨", "Ærø, 東京, שלום, 👩‍🎨"),
    ],
)
def test_what_moves_the_cursor_is_escaped_and_letters_stay(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(anything)
def test_printable_text_has_no_control_character_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown)
    shown.encode("utf-8")


@given(st.text(), st.integers(8, 100))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert cell_width(shorten(printable(text), width)) <= width
    assert cell_width(shorten_path(printable(text), width)) <= width


@given(st.text(), st.integers(8, 100))
def test_wrapped_lines_fit_and_lose_no_word(text: str, width: int) -> None:
    lines = wrap(printable(text), width)
    assert all(0 < cell_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


def test_east_asian_letters_take_two_columns_and_marks_none() -> None:
    assert cell_width("東京") == 4
    assert cell_width("e\u0301") == 1


def test_a_long_path_loses_folders_and_keeps_the_name_of_the_file() -> None:
    assert shorten_path("/home/anna/pictures/museum/wave.png", 24) == "…/museum/wave.png"


def test_lines_hang_below_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = hanging(f"key: {'x' * 50}", 2, 4)
    assert lines == ["  key:", f"    {'x' * 36}", f"    {'x' * 14}"]
