"""What filled a collection, in words. The whole signature is in the JSON."""

from __future__ import annotations

from collections.abc import Mapping

_MODELS = {"captioner.audio.model": "listens", "captioner.image.model": "looks", "mapper.model": "colours"}


def signature_lines(signature: Mapping[str, str]) -> list[str]:
    """Who describes and who colours, then a line for each language model."""
    if "perception" not in signature:
        return ["filled by an unknown perception"]
    return [_parts(signature), *(f"{signature[key]} {does}" for key, does in _MODELS.items() if key in signature)]


def _parts(signature: Mapping[str, str]) -> str:
    from emoretrieve.perception.registry import default_mapper

    name = signature["perception"]
    mapper = signature.get("mapper", default_mapper(name))
    readout = f" ({signature['mapper.readout']})" if "mapper.readout" in signature else ""
    described = f"described by {name}{_origin(signature, 'captioner')}"
    coloured = f"coloured by {mapper}{readout}{_origin(signature, 'mapper')}"
    descriptions = ["with titles and tags"] if signature.get("use_descriptions") == "true" else []
    return ", ".join([described, coloured, *descriptions])


def _origin(signature: Mapping[str, str], part: str) -> str:
    """The package of a plug-in."""
    package = signature.get(f"{part}.plugin")
    return f" of {package}" if package else ""
