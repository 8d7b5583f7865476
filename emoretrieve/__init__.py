"""emoretrieve: find the artworks that a song feels like, and the songs that an artwork feels like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emoretrieve.emotion import EmotionProfile, Rgb
    from emoretrieve.errors import EmoretrieveError
    from emoretrieve.item import Captions, Item
    from emoretrieve.library import Library
    from emoretrieve.search.answer import Answer, Result
    from emoretrieve.search.options import QueryOptions

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Captions",
    "EmoretrieveError",
    "EmotionProfile",
    "Item",
    "Library",
    "QueryOptions",
    "Result",
    "Rgb",
    "__version__",
]

_HOMES = {
    "Answer": "emoretrieve.search.answer",
    "Captions": "emoretrieve.item",
    "EmoretrieveError": "emoretrieve.errors",
    "EmotionProfile": "emoretrieve.emotion",
    "Item": "emoretrieve.item",
    "Library": "emoretrieve.library",
    "QueryOptions": "emoretrieve.search.options",
    "Result": "emoretrieve.search.answer",
    "Rgb": "emoretrieve.emotion",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: `import emoretrieve` itself stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'emoretrieve' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
