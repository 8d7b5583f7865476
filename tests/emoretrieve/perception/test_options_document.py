"""`docs/perceptions.md` lists the options that there are, with the meanings that the code gives them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from emoretrieve.perception.config import load_config
from emoretrieve.perception.registry import PROMPTING_OPTIONS, built_in, options_named

PAGE = (Path(__file__).parents[3] / "docs" / "perceptions.md").read_text(encoding="utf-8")


def documented(heading: str) -> dict[str, str]:
    """The table under a heading: option to meaning."""
    section = PAGE.split(f"### {heading}\n")[1].split("\n#")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", section, re.MULTILINE))


def test_the_options_of_all_language_models_are_documented() -> None:
    assert documented("`qwen` and `endpoint`") == PROMPTING_OPTIONS


@pytest.mark.parametrize("name", ["qwen", "endpoint"])
def test_the_options_of_a_backend_are_documented(name: str) -> None:
    if name == "endpoint":
        pytest.importorskip("httpx", reason="the extra endpoint is not installed")
    assert documented(f"`{name}`") | PROMPTING_OPTIONS == options_named("captioner", name)


@pytest.mark.parametrize(
    ("kind", "name"), [("captioner", "lite"), ("captioner", "captions"), ("mapper", "lexicon"), ("mapper", "given")]
)
def test_the_others_have_none(kind: str, name: str) -> None:
    assert options_named("captioner" if kind == "captioner" else "mapper", name) == {}


def test_every_builtin_captioner_and_mapper_is_in_the_overview() -> None:
    assert all(f"`{name}`" in PAGE for name in (*built_in("captioner"), *built_in("mapper")))


def test_the_example_file_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "servers.toml").write_text(text)
    assert load_config(tmp_path / "servers.toml").name == tomllib.loads(text)["perception"]
