"""A chart, and the SVG that it becomes inside a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair
import vl_convert

WIDTH = 440
"""Pixels of a chart: it may shrink to a phone and stay readable."""
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_SAID_ELSEWHERE = ("role", "pointer-events", "font-family", "xlink", "stroke-miterlimit")
"""Attributes that a picture with one description, or the style of the page, makes idle."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with a name of its own on the page, a title, and in words what it shows."""

    name: str
    title: str
    description: str
    specification: Mapping[str, Any]  # of Vega-Lite, a JSON object

    def svg(self) -> str:
        """The chart as an element of HTML: one picture, titled and described, that asks for nothing outside itself."""
        drawn = vl_convert.vegalite_to_svg(dict(self.specification), allowed_base_urls=[])
        root = ElementTree.fromstring(drawn)
        for element in list(root.iter()):
            _simplify(element, self.name)
        title, description = f"{self.name}-title", f"{self.name}-description"
        root.attrib = {
            "class": "chart",
            "viewBox": root.attrib["viewBox"],
            "role": "img",
            "aria-labelledby": title,
            "aria-describedby": description,
        }
        root.insert(0, _text("desc", description, self.description))
        root.insert(0, _text("title", title, self.title))
        return ElementTree.tostring(root, encoding="unicode")


def specified(chart: Any) -> dict[str, Any]:
    """The specification of an altair chart in the colours of the page."""
    axis = altair.AxisConfig(
        labelColor="var(--soft)",
        titleColor="var(--soft)",
        gridColor="var(--line)",
        labelFontSize=12,
        titleFontSize=12.5,
        titleFontWeight="normal",
        titlePadding=10,
    )
    view = altair.ViewConfig(stroke=None)
    specification: dict[str, Any] = chart.configure(background="transparent", axis=axis, view=view, padding=2).to_dict()
    return specification


def _simplify(element: ElementTree.Element, name: str) -> None:
    """Leave out what HTML does not need, and make ids those of this chart."""
    element.tag = element.tag.rpartition("}")[2]
    for child in [child for child in element if child.get("display") == "none"]:
        element.remove(child)
    kept = {
        key: value
        for key, value in element.attrib.items()
        if not key.startswith("aria-") and key not in _SAID_ELSEWHERE and (key, value) != ("opacity", "1")
    }
    element.attrib = {key: _own(_LONG_NUMBER.sub(_rounded, value), key, name) for key, value in kept.items()}


def _own(value: str, key: str, name: str) -> str:
    return f"{name}-{value}" if key == "id" else value.replace("url(#", f"url(#{name}-")


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number.group()):.2f}".rstrip("0").rstrip(".")


def _text(tag: str, identifier: str, text: str) -> ElementTree.Element:
    element = ElementTree.Element(tag, {"id": identifier})
    element.text = text
    return element
