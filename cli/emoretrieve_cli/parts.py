"""The captioners, mappers and embedders that there are: built in, or brought by plug-ins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING

from emoretrieve.errors import EmoretrieveError
from emoretrieve_cli.extras import install_line, missing

if TYPE_CHECKING:
    from emoretrieve.perception.plugins import Kind, Plugin

LICENCE = "Apache-2.0"
"""Of emoretrieve itself."""


_EMBEDDERS = {
    "pe-av": "Songs and pictures in one space.",
    "clap": "Songs and words in one space.",
    "clip": "Pictures and words in one space.",
    "siglip": "Pictures and words in one space.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One captioner, mapper or embedder."""

    kind: Kind
    name: str
    summary: str
    source: str
    """`built in`, or the package with its version."""
    licence: str
    """Of its code; those of language models are their own."""
    ready: bool
    detail: str
    """What it needs, or why it cannot be used."""


def parts() -> Iterator[Part]:
    """All of them: the built-in ones first, then those of plug-ins, each imported to see whether that works."""
    from emoretrieve.perception.plugins import KINDS, plugins

    yield from _built_in()
    for kind in KINDS:
        yield from map(_of_plugin, plugins(kind))


def _built_in() -> Iterator[Part]:
    yield _plain("captioner", "lite", "Measures sounds and pictures and says it in words.", "no model, no download")
    yield _with_extra(
        "captioner",
        "qwen",
        "Language models in this process listen and look.",
        "one of the models below for each; a GPU for their size",
    )
    yield _with_extra("captioner", "endpoint", "Language models behind servers listen and look.", "--set url=URL")
    yield _plain("captioner", "captions", "Captions that a file has already.", "index --captions FILE")
    yield _plain("mapper", "lexicon", "Emotion words of the captions, with negation and intensity.", "no model")
    yield _with_extra(
        "mapper", "qwen", "A language model in this process names the colours.", "one of the models below"
    )
    yield _with_extra("mapper", "endpoint", "A language model behind a server names the colours.", "--set url=URL")
    yield _plain("mapper", "given", "Colours that a file has already.", "index --colours FILE")
    yield _imagebind()
    yield from (_from_hub(name, what) for name, what in _EMBEDDERS.items())


def _plain(kind: Kind, name: str, summary: str, detail: str) -> Part:
    return Part(kind, name, summary, "built in", LICENCE, True, detail)


def _with_extra(kind: Kind, name: str, summary: str, detail: str) -> Part:
    """The extra has the name of the part."""
    lacking = missing(name)
    if lacking:
        detail = f"without {', '.join(lacking)}: {install_line(name)}"
    return Part(kind, name, summary, "built in", LICENCE, not lacking, detail)


def _from_hub(name: str, summary: str) -> Part:
    """An embedder whose model has a licence of its own."""
    from importlib import import_module

    model = import_module(f"emoretrieve.embedding.{name.replace('-', '_')}")
    part = _with_extra("embedder", name, summary, "weights of the hub or --weights FOLDER")
    return replace(part, licence=f"{LICENCE}, its model: {model.LICENCE}")


def _imagebind() -> Part:
    """It has a licence of its own, and its code comes from elsewhere."""
    from importlib.util import find_spec

    from emoretrieve.embedding.imagebind import LICENCE as NON_COMMERCIAL
    from emoretrieve.embedding.imagebind.model_code import INSTALL

    part = _with_extra("embedder", "imagebind", "Songs, pictures and words in one space.", "--weights FILE")
    if part.ready and find_spec("imagebind") is None:
        part = replace(part, ready=False, detail=f"without its model code: {INSTALL}")
    return replace(part, licence=f"code and weights {NON_COMMERCIAL}, no commercial use")


def _of_plugin(plugin: Plugin) -> Part:
    about = metadata.metadata(plugin.distribution).json
    fault = _fault(plugin)
    options = "" if fault else ", ".join(plugin.options())
    return Part(
        plugin.kind,
        plugin.name,
        str(about.get("summary", "")),
        plugin.origin,
        str(about.get("license_expression") or about.get("license") or "licence not stated"),
        not fault,
        fault or (f"options: {options}" if options else ""),
    )


def _fault(plugin: Plugin) -> str:
    """Why a plug-in cannot be used, as far as importing it tells."""
    from emoretrieve.perception.plugins import plugin_named
    from emoretrieve.perception.registry import built_in

    if plugin.name in built_in(plugin.kind):
        return f"never used: the name '{plugin.name}' belongs to a built-in {plugin.kind}"
    try:
        plugin_named(plugin.kind, plugin.name)  # refuses a name that several bring
        plugin.options()
    except EmoretrieveError as error:
        return str(error)
    return ""
