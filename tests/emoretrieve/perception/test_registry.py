"""Names of options that a captioner and a mapper read together."""

from __future__ import annotations

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve.perception import PerceptionSettings, open_perception
from emoretrieve.perception.registry import option_names


def test_an_option_of_all_roles_may_be_given_for_one() -> None:
    assert {"model", "audio.model", "image.model", "colour.model"} <= option_names(PerceptionSettings("qwen"))


def test_what_concerns_colours_is_no_option_where_a_lexicon_colours() -> None:
    names = option_names(PerceptionSettings("qwen", mapper="lexicon"))
    assert "audio.model" in names
    assert not [name for name in names if name.startswith("colour.")]


def test_what_concerns_captions_is_no_option_where_signals_are_measured() -> None:
    names = option_names(PerceptionSettings("lite", mapper="qwen"))
    assert {"model", "colour.model", "colour.readout"} <= names
    assert not [name for name in names if name.startswith(("audio.", "image."))]


def test_lite_has_no_options() -> None:
    assert option_names(PerceptionSettings()) == set()


def test_an_option_that_would_change_nothing_is_refused() -> None:
    with pytest.raises(PerceptionError, match="no option 'colour"):
        open_perception(PerceptionSettings("lite", mapper="lexicon", options={"colour.samples": "3"}))
