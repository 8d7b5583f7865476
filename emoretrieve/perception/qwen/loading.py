"""Loading a model with transformers; its errors become ours here and nowhere else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emoretrieve.errors import MissingDependency, PerceptionError
from emoretrieve.perception.qwen.architectures import Architecture, architecture_of, require_role
from emoretrieve.perception.qwen.conversation import check_sample_rate
from emoretrieve.perception.qwen.exhaustion import is_out_of_memory
from emoretrieve.perception.qwen.hub import require_model_or_hub
from emoretrieve.perception.qwen.settings import SPREADING, ModelSettings
from emoretrieve.perception.settings import Role

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, ProcessorMixin

    from emoretrieve.perception.qwen.weighing import Prefix


@dataclass(eq=False)
class LoadedModel:
    """A model in memory and what turns prompts into its numbers. Used by one thread."""

    settings: ModelSettings
    architecture: Architecture
    model: PreTrainedModel
    processor: ProcessorMixin | PreTrainedTokenizerBase
    chat_template: str
    stop_tokens: tuple[int, ...]
    prefixes: OrderedDict[tuple[str, str], Prefix] = field(default_factory=OrderedDict)
    """Constant beginnings of prompts, computed once; of (system, user)."""
    grammars: dict[str, Any] = field(default_factory=dict)
    """Patterns of answers, compiled by xgrammar."""

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.processor if self.architecture.reads_only else self.processor.tokenizer

    @property
    def device(self) -> torch.device:
        """Where its inputs go; it may be spread over several devices."""
        return self.model.get_input_embeddings().weight.device


def load(settings: ModelSettings, role: Role) -> LoadedModel:
    """Load the model of these settings for this role.

    Raises PerceptionError of kind `unknown_model`, `bad_option`, `wrong_modality`, `no_chat_template`, `damaged_model`
    or `model_too_large`, and MissingDependency.
    """
    import transformers

    transformers.utils.logging.disable_progress_bar()
    require_model_or_hub(settings)
    _require_device(settings)
    with _translated_errors(settings):
        config = transformers.AutoConfig.from_pretrained(settings.name, **_revision(settings))
        architecture = architecture_of(config.model_type, settings.name)
        require_role(architecture, role, settings.name)
        processor = _load_processor(settings, architecture)
        template = _chat_template(processor, settings)
        model = _load_weights(settings, architecture)
    tokenizer = processor if architecture.reads_only else processor.tokenizer
    stop_tokens = _stop_tokens(model.generation_config, tokenizer)
    _forget_habits(model, tokenizer, stop_tokens)
    return LoadedModel(settings, architecture, model, processor, template, stop_tokens)


def _load_weights(settings: ModelSettings, architecture: Architecture) -> PreTrainedModel:
    import transformers

    loader = getattr(transformers, architecture.loader)
    model, report = loader.from_pretrained(
        settings.name, **_revision(settings), **_placement(settings), output_loading_info=True
    )
    if report["missing_keys"]:  # transformers fills them with random numbers
        raise _damaged(settings.name, f"it lacks the weights {min(report['missing_keys'])}")
    return model.eval()


def _revision(settings: ModelSettings) -> dict[str, str]:
    return {} if settings.folder else {"revision": settings.revision}


def _load_processor(settings: ModelSettings, architecture: Architecture) -> ProcessorMixin | PreTrainedTokenizerBase:
    import transformers

    loader = transformers.AutoTokenizer if architecture.reads_only else transformers.AutoProcessor
    processor = loader.from_pretrained(settings.name, **_revision(settings))
    tokenizer = processor if architecture.reads_only else processor.tokenizer
    tokenizer.padding_side = "left"  # answers of one batch begin at the same place
    if architecture.hears:
        check_sample_rate(processor, settings)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return processor


def _chat_template(processor: ProcessorMixin | PreTrainedTokenizerBase, settings: ModelSettings) -> str:
    own = getattr(processor, "chat_template", None)
    template = own or getattr(getattr(processor, "tokenizer", None), "chat_template", None)
    if isinstance(template, dict):  # several by name
        template = template.get("default")
    if not template:
        raise PerceptionError(
            f"The model '{settings.name}' has no chat template, so it was not made to follow instructions; name one "
            "that was, often with '-Instruct' in its name.",
            kind="no_chat_template",
        )
    return str(template)


def _placement(settings: ModelSettings) -> dict[str, Any]:
    """Arguments of `from_pretrained` that say where the model goes and how small it becomes."""
    placement = {
        "device_map": placed_on(settings) if settings.device_map != "auto" else _anywhere(),
        "dtype": settings.dtype,
        "attn_implementation": settings.attention,
    }
    if settings.quantisation != "none":
        placement["quantization_config"] = _quantisation(settings.quantisation)
    return placement


def _anywhere() -> str:
    import torch

    return "auto" if torch.cuda.is_available() else "cpu"


def placed_on(settings: ModelSettings) -> str:
    """The device whose memory the model needs: `cpu`, or `cuda` with or without a number."""
    if settings.device_map != "auto":
        return settings.device_map
    return "cuda" if _anywhere() == "auto" else "cpu"


def _require_device(settings: ModelSettings) -> None:
    """Refuse a device that is not here; transformers would complain about it as if the model were damaged."""
    import torch

    if settings.device_map in SPREADING:
        return
    try:
        torch.empty(0, device=settings.device_map)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise PerceptionError(
            f"The option device_map is '{settings.device_map}', a device that PyTorch does not find here "
            f"({_line(error).rstrip('.')}); use auto or cpu.",
            kind="bad_option",
        ) from error


def _quantisation(bits: str) -> Any:
    import torch
    from transformers import BitsAndBytesConfig

    if bits == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)


def _stop_tokens(shipped: Any, tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """The tokens that end an answer: those that the model ships, and the end of a turn."""
    ends = shipped.eos_token_id
    listed = list(ends) if isinstance(ends, list | tuple) else [ends]
    return tuple(dict.fromkeys(int(end) for end in [tokenizer.eos_token_id, *listed] if end is not None))


def _forget_habits(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, stop_tokens: tuple[int, ...]) -> None:
    """Models ship sampling temperatures and penalties for chats; a greedy answer must not follow them."""
    from transformers import GenerationConfig

    model.generation_config = GenerationConfig(
        eos_token_id=list(stop_tokens), pad_token_id=tokenizer.pad_token_id, do_sample=False
    )


@contextmanager
def _translated_errors(settings: ModelSettings) -> Iterator[None]:
    from safetensors import SafetensorError

    name = settings.name
    try:
        yield
    except PerceptionError:
        raise
    except ImportError as error:
        raise MissingDependency(f"The model '{name}' needs a library that is not installed: {_line(error)}") from error
    except SafetensorError as error:
        raise _damaged(name, error) from error
    except OSError as error:
        raise _not_found(settings, error) from error
    except Exception as error:
        raise _too_large(name) if is_out_of_memory(error) else _damaged(name, error) from error


def _not_found(settings: ModelSettings, error: OSError) -> PerceptionError:
    if settings.folder is not None and (settings.folder / "config.json").is_file():
        return _damaged(settings.name, error)
    where = "no such folder" if settings.folder else "neither downloaded already nor to be had from the hub"
    return PerceptionError(
        f"The model '{settings.name}' cannot be found ({where}): {_line(error)} Check its name, the option "
        "revision and the connection, or name a local folder.",
        kind="unknown_model",
    )


def _damaged(name: str, error: Exception | str) -> PerceptionError:
    return PerceptionError(
        f"The model '{name}' cannot be loaded: {_line(error)} If it is damaged, download it again.",
        kind="damaged_model",
    )


def _too_large(name: str) -> PerceptionError:
    return PerceptionError(
        f"The model '{name}' does not fit into memory; use a smaller one, quantisation=4bit, or another device_map.",
        kind="model_too_large",
    )


def _line(error: Exception | str) -> str:
    """The first line of what went wrong, ending like a sentence."""
    lines = str(error).strip().splitlines()
    return f"{lines[0].rstrip('.') if lines else type(error).__name__}."
