"""Holding an answer to a regular expression: xgrammar allows only the tokens that can still lead to a match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emoretrieve.errors import PerceptionError

if TYPE_CHECKING:
    from emoretrieve.perception.qwen.loading import LoadedModel


def pattern_processor(loaded: LoadedModel, pattern: str) -> Any:
    """A logits processor for one call of `generate`, the same pattern for every row.

    Raises PerceptionError of kind `bad_option` for a pattern that xgrammar cannot read.
    """
    from xgrammar.contrib.hf import LogitsProcessor

    return LogitsProcessor(_compiled(loaded, pattern))


def _compiled(loaded: LoadedModel, pattern: str) -> Any:
    if pattern not in loaded.grammars:
        loaded.grammars[pattern] = _compile(loaded, pattern)
    return loaded.grammars[pattern]


def _compile(loaded: LoadedModel, pattern: str) -> Any:
    import xgrammar

    # As wide as the scores: embeddings have more rows than the tokenizer has tokens.
    width = loaded.model.get_output_embeddings().weight.shape[0]
    tokens = xgrammar.TokenizerInfo.from_huggingface(
        loaded.tokenizer, vocab_size=width, stop_token_ids=list(loaded.stop_tokens)
    )
    try:
        return xgrammar.GrammarCompiler(tokens).compile_regex(pattern)
    except RuntimeError as error:
        raise PerceptionError(f"The pattern '{pattern}' cannot be used: {error}.", kind="bad_option") from error
