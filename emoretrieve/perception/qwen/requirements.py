"""What has to be installed for a model: looked for without importing it, which takes seconds, then imported."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from emoretrieve.errors import MissingDependency
from emoretrieve.perception.qwen.settings import ModelSettings

_EXTRA = ("torch", "torchvision", "transformers", "accelerate", "xgrammar")


def require_extra(settings: ModelSettings) -> None:
    """Raise MissingDependency where the extra, or what these settings need beyond it, is not installed."""
    missing = [library for library in _EXTRA if find_spec(library) is None]
    if missing:
        raise MissingDependency(
            f"Running '{settings.name}' in this process needs {', '.join(missing)}; "
            "install it with: pip install 'emoretrieve[qwen]'."
        )
    if settings.quantisation != "none" and find_spec("bitsandbytes") is None:
        raise MissingDependency(
            f"Loading '{settings.name}' in {settings.quantisation} needs bitsandbytes; install it with: pip install "
            "bitsandbytes, or leave out the option quantisation."
        )
    if settings.attention == "flash_attention_2" and find_spec("flash_attn") is None:
        raise MissingDependency(
            f"The option attention=flash_attention_2 for '{settings.name}' needs flash-attn; install it with: pip "
            "install flash-attn, or use attention=sdpa."
        )


def import_libraries() -> None:
    """Import what models run on; MissingDependency where that is installed and broken, as of versions that clash."""
    for library in ("torch", "transformers"):
        try:
            import_module(library)
        except Exception as error:  # PyTorch raises whatever its compiled parts meet
            raise MissingDependency(
                f"The library {library} is installed and cannot be imported ({type(error).__name__}: {error}); "
                "install it again with: pip install --force-reinstall 'emoretrieve[qwen]'."
            ) from error
