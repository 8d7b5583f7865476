"""Captioners, mappers and embedders of other packages."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emoretrieve.errors import EmoretrieveError, PerceptionError
from emoretrieve.perception import PerceptionSettings, open_perception
from emoretrieve.perception.plugins import KINDS, plugins
from emoretrieve.perception.registry import Opening, default_mapper, embedder_named, options_named

MODULE = """
from emoretrieve.perception.lexicon import LexiconMapper
from emoretrieve.perception.lite import LiteCaptioner

OPTIONS = {"style": "How it writes."}

class Styled(LiteCaptioner):
    def __init__(self, settings):
        super().__init__(settings.use_descriptions)
        self.style = settings.options.get("style", "plain")

    @property
    def signature(self):
        return {"name": "styled", "style": self.style}

class Unit:
    signature = {"name": "unit"}
    dimension = 3
    def embed(self, media):
        return [1.0, 0.0, 0.0]

class Unsigned(LiteCaptioner):
    signature = None

def lexical(settings):
    return LexiconMapper()

def unit(settings):
    return Unit()

def nothing(settings):
    return "no captioner"

def unsigned(settings):
    return Unsigned()

def raising(settings):
    raise ZeroDivisionError("by its own fault")

def leaving(settings):
    raise SystemExit(3)

def refusing(settings):
    from emoretrieve.errors import MissingDependency
    raise MissingDependency("The styled captioner needs a pen; buy one.")

number = 3
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lay out a package as pip does, with these entry points."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "styled_words.py").write_text(MODULE)

    def install_here(kind: str = "captioner", *, package: str = "styled-words", **entries: str) -> None:
        folder = tmp_path / f"{package.replace('-', '_')}-1.5.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.5\n")
        lines = [f"{name} = {place}" for name, place in entries.items()]
        (folder / "entry_points.txt").write_text("\n".join([f"[emoretrieve.{kind}s]", *lines]))
        importlib.invalidate_caches()

    yield install_here
    sys.modules.pop("styled_words", None)


def failure(call: Callable[[], object]) -> EmoretrieveError:
    with pytest.raises(EmoretrieveError) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_the_signature_of_a_plugin_names_its_package_and_version(install: Install) -> None:
    install(styled="styled_words:Styled")
    signature = open_perception(PerceptionSettings("styled")).signature
    assert signature["captioner.plugin"] == "styled-words 1.5"
    assert signature["captioner.style"] == "plain"


def test_a_captioner_of_a_plugin_is_coloured_by_the_lexicon(install: Install) -> None:
    install(styled="styled_words:Styled")
    assert default_mapper("styled") == "lexicon"
    assert open_perception(PerceptionSettings("styled")).signature["mapper.name"] == "lexicon"


def test_a_mapper_of_a_plugin_serves_a_builtin_captioner(install: Install) -> None:
    install("mapper", lexical="styled_words:lexical")
    signature = open_perception(PerceptionSettings(mapper="lexical")).signature
    assert (signature["mapper"], signature["mapper.plugin"]) == ("lexical", "styled-words 1.5")


def test_an_embedder_of_a_plugin_is_had_by_its_name(install: Install) -> None:
    install("embedder", unit="styled_words:unit")
    assert embedder_named("unit")(Opening(PerceptionSettings())).dimension == 3


def test_a_plugin_gets_the_options_that_it_names(install: Install) -> None:
    install(styled="styled_words:Styled")
    settings = PerceptionSettings("styled", options={"style": "baroque"})
    assert options_named("captioner", "styled") == {"style": "How it writes."}
    assert open_perception(settings).signature["captioner.style"] == "baroque"


def test_an_option_that_a_plugin_does_not_name_is_refused(install: Install) -> None:
    install(styled="styled_words:Styled")
    refused = failure(lambda: open_perception(PerceptionSettings("styled", options={"stile": "x"})))
    assert refused.kind == "bad_option"
    assert "did you mean 'style'?" in str(refused)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("no_such_module:open", "ModuleNotFoundError"),
        ("styled_words:no_such_name", "AttributeError"),
        ("styled_words:number", "is no function"),
        ("styled_words:nothing", "returned a str, which is no captioner"),
        ("styled_words:lexical", "returned a LexiconMapper, which is no captioner"),
        ("styled_words:unsigned", "signature"),
        ("styled_words:raising", "by its own fault"),
        ("styled_words:leaving", "SystemExit"),
    ],
)
def test_a_broken_plugin_is_one_sentence_that_names_its_package(install: Install, place: str, reason: str) -> None:
    install(odd=place)
    refused = failure(lambda: open_perception(PerceptionSettings("odd")))
    assert refused.kind == "broken_plugin"
    assert "styled-words 1.5" in str(refused)
    assert reason in str(refused)


def test_what_a_plugin_says_itself_is_passed_on(install: Install) -> None:
    install(styled="styled_words:refusing")
    assert failure(lambda: open_perception(PerceptionSettings("styled"))).kind == "missing_dependency"


def test_a_name_that_two_packages_bring_is_refused(install: Install) -> None:
    install(styled="styled_words:Styled")
    install(styled="styled_words:Styled", package="other-words")
    refused = failure(lambda: open_perception(PerceptionSettings("styled")))
    assert "other-words 1.5 and styled-words 1.5" in str(refused)


def test_each_name_is_told_once(install: Install) -> None:
    install(styled="styled_words:Styled")
    install(styled="styled_words:Styled", package="other-words")
    assert str(failure(lambda: open_perception(PerceptionSettings("psychic")))).count("styled") == 1


def test_a_plugin_cannot_take_the_name_of_a_builtin_captioner(install: Install) -> None:
    install(lite="styled_words:Styled")
    assert open_perception(PerceptionSettings("lite")).signature["captioner.name"] == "lite"


def test_an_unknown_name_is_told_with_those_of_plugins(install: Install) -> None:
    install(styled="styled_words:Styled")
    refused = failure(lambda: open_perception(PerceptionSettings("psychic")))
    assert refused.kind == "unknown_perception"
    assert "lite, qwen, styled" in str(refused)


def test_looking_for_plugins_imports_none_of_them(install: Install) -> None:
    install(styled="styled_words:Styled")
    assert "styled" in [plugin.name for plugin in plugins("captioner")]
    assert "styled_words" not in sys.modules


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_plugin_of_every_kind_is_a_perception_error(kind: str) -> None:
    opened = {
        "captioner": lambda: open_perception(PerceptionSettings("nobody")),
        "mapper": lambda: open_perception(PerceptionSettings(mapper="nobody")),
        "embedder": lambda: embedder_named("nobody"),
    }
    assert isinstance(failure(opened[kind]), PerceptionError)
