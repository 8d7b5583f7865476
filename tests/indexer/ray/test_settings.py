"""Options of the engine are read strictly, and kept apart from those of the perception."""

from __future__ import annotations

import pytest

from emoretrieve.errors import PerceptionError
from emoretrieve_indexer.ray.settings import OPTIONS, Pool, RaySettings, split_options


def test_without_options_each_model_has_one_process() -> None:
    assert RaySettings.of({}).pool("image") == RaySettings().pool("image") == Pool(actors=1, gpus=0.0)


def test_a_role_has_its_own_number_of_processes_and_share_of_gpus() -> None:
    settings = RaySettings.of({"ray.audio.actors": "3", "ray.audio.gpus": "0.5"})
    assert (settings.pool("audio"), settings.pool("colour")) == (Pool(3, 0.5), Pool())


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_read(name: str) -> None:
    assert RaySettings.of({name: "2"}) != RaySettings.of({})


@pytest.mark.parametrize(
    "options", [{"ray.audio.actors": "0"}, {"ray.colour.gpus": "-1"}, {"ray.image.gpus": "one"}, {"ray.actors": "2"}]
)
def test_other_names_and_values_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(PerceptionError, match=next(iter(options))) as raised:
        RaySettings.of(options)
    assert raised.value.kind == "bad_option"


def test_options_of_the_engine_are_told_from_those_of_the_perception() -> None:
    options = {"ray.audio.actors": "2", "audio.model": "tiny"}
    assert split_options(options) == ({"audio.model": "tiny"}, {"ray.audio.actors": "2"})
