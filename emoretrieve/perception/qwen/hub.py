"""The hub that models come from: what was downloaded from it before, and whether it answers."""

from __future__ import annotations

from pathlib import Path

from emoretrieve.errors import PerceptionError
from emoretrieve.perception.qwen.settings import ModelSettings

_PATIENCE_S = 10.0


def downloaded_folder(settings: ModelSettings) -> Path | None:
    """The folder of a model that was downloaded from the hub before."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(settings.name, "config.json", revision=settings.revision)
    except HFValidationError:
        return None  # no name that a hub knows; loading it will say so
    return Path(config).parent if isinstance(config, str) else None


def require_model_or_hub(settings: ModelSettings) -> None:
    """Ask the hub once for a model that is not here yet; transformers would ask six times, for half a minute.

    Raises PerceptionError of kind `unknown_model` where nobody answers.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    if settings.folder or downloaded_folder(settings):
        return
    try:
        get_hf_file_metadata(hf_hub_url(settings.name, "config.json", revision=settings.revision), timeout=_PATIENCE_S)
    except (OSError, ValueError):
        return  # an answer, offline mode, or no name of a model: transformers says more about it
    except Exception as error:  # of httpx, httpx2 or another library, which depends on the release of huggingface_hub
        raise PerceptionError(
            f"The model '{settings.name}' was not downloaded before, and the hub does not answer ({error}); check the "
            "connection, or name a local folder.",
            kind="unknown_model",
        ) from error
