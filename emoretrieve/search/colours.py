"""Colours as text, for queries by colour alone."""

from __future__ import annotations

import re

from emoretrieve.emotion import PARTS, EmotionProfile
from emoretrieve.errors import QueryError

_COLOUR = re.compile(r"\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*", re.ASCII)


def parse_colours(text: str) -> EmotionProfile:
    """Read `220,40,30` (one colour throughout) or five of them with `;` between, the whole first; raises QueryError."""
    found = [_COLOUR.fullmatch(part) for part in text.split(";")]
    triples = [tuple(int(number) for number in colour.groups()) for colour in found if colour]
    right = len(triples) == len(found) and all(number <= 255 for triple in triples for number in triple)
    if not right or len(found) not in (1, len(PARTS)):
        raise QueryError(
            f"'{text}' is no colour; write R,G,B, each from 0 to 255, or five of them with ';' between.",
            kind="bad_colour",
        )
    if not any(number for triple in triples for number in triple):
        raise QueryError("Black feels like nothing; choose a colour that is not 0,0,0.", kind="bad_colour")
    return EmotionProfile.of(triples if len(triples) > 1 else triples * len(PARTS))
