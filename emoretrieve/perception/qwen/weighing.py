"""How likely some answers are, without writing any: one pass over the prompt, and over nothing that was read before.

A choice is spelled by the tokens that the tokenizer makes of it alone, directly behind the prompt. Its probability is
that of all its tokens, one after another: a choice of several tokens costs one more row, in which its own beginning is
given (teacher forcing). Prompts that begin alike share the keys and values of that beginning, which are computed once.
"""

from __future__ import annotations

import copy
import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emoretrieve.perception.prompted.chat import Prompt, Usage, Weighing
from emoretrieve.perception.qwen.conversation import check_length, rendered, token_ids

if TYPE_CHECKING:
    import torch
    from transformers import DynamicCache

    from emoretrieve.perception.qwen.loading import LoadedModel

_PREFIXES = 8
"""Beginnings of prompts that are kept; the one that was not used for longest makes room."""
_ENDINGS = ("a", "7")
"""Two closings whose prompts differ as early as possible: what they share is the same for every closing."""


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """The constant beginning of a prompt, as tokens and as the keys and values of every layer (one row)."""

    ids: list[int]
    cache: DynamicCache


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, as tokens."""

    prompt: list[int]
    choices: list[tuple[int, ...]]
    shared: int
    """Tokens of the prompt that lie in the prefix."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a pass: what comes behind the prefix, with the beginning of a choice taken as written."""

    question: _Question
    given: tuple[int, ...]

    @property
    def ids(self) -> list[int]:
        return [*self.question.prompt[self.question.shared :], *self.given]

    @property
    def places(self) -> range:
        """Where the next token is read off: before the choice, and behind each of its given tokens."""
        return range(len(self.ids) - len(self.given) - 1, len(self.ids))


def weigh(loaded: LoadedModel, asked: Sequence[tuple[Prompt, Sequence[str]]]) -> list[Weighing]:
    """The log-probabilities of the choices, none empty, behind prompts of text that share system and user texts.

    Raises PerceptionError of kind `refused_request` where one is too long.
    """
    import torch

    begun = time.perf_counter()
    with torch.inference_mode():
        prefix, is_new = _prefix(loaded, asked[0][0])
        questions = [_question(loaded, prompt, choices, prefix) for prompt, choices in asked]
        found = _logprobs(loaded, questions, prefix)
    seconds = time.perf_counter() - begun
    weighings = []
    for place, (question, logprobs) in enumerate(zip(questions, found, strict=True)):
        cached = 0 if is_new and place == 0 else question.shared  # the first one pays for computing the prefix
        weighings.append(Weighing(tuple(logprobs), Usage(len(question.prompt), 0, cached, seconds)))
    return weighings


def _question(loaded: LoadedModel, prompt: Prompt, choices: Sequence[str], prefix: Prefix) -> _Question:
    spelled = [tuple(token_ids(loaded, choice)) for choice in choices]
    ids = token_ids(loaded, rendered(loaded, prompt))
    check_length(loaded, len(ids) + max(map(len, spelled)))
    shared = len(prefix.ids) if ids[: len(prefix.ids)] == prefix.ids and len(ids) > len(prefix.ids) else 0
    return _Question(ids, spelled, shared)


def _prefix(loaded: LoadedModel, prompt: Prompt) -> tuple[Prefix, bool]:
    """What all prompts with these system and user texts begin with, and whether it was computed just now."""
    key = (prompt.system, prompt.user)
    if key in loaded.prefixes:
        loaded.prefixes.move_to_end(key)
        return loaded.prefixes[key], False
    one, other = (
        token_ids(loaded, rendered(loaded, Prompt(prompt.system, prompt.user, closing=end))) for end in _ENDINGS
    )
    length = next(place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    prefix = Prefix(one[:length], _keys_and_values(loaded, one[:length]))
    loaded.prefixes[key] = prefix
    if len(loaded.prefixes) > _PREFIXES:
        loaded.prefixes.popitem(last=False)
    return prefix, True


def _keys_and_values(loaded: LoadedModel, ids: list[int]) -> DynamicCache:
    output = loaded.model.base_model(input_ids=_tensor(loaded, ids)[None], use_cache=True)
    cache: DynamicCache = output[_cache_argument(loaded)]
    return cache


def _cache_argument(loaded: LoadedModel) -> str:
    """What `forward` calls the keys and values of earlier tokens: renamed in transformers 5.24."""
    return "cache" if "cache" in inspect.signature(loaded.model.forward).parameters else "past_key_values"


def _logprobs(loaded: LoadedModel, questions: list[_Question], prefix: Prefix) -> list[list[float]]:
    """For each question and each of its choices, the natural logarithm of its probability."""
    found: list[dict[tuple[int, ...], float]] = [{} for _ in questions]
    rows = [
        (found[place], _Row(question, given))
        for place, question in enumerate(questions)
        for given in dict.fromkeys(choice[:-1] for choice in question.choices)
    ]
    for uses_prefix in (True, False):
        alike = [row for row in rows if bool(row[1].question.shared) == uses_prefix]
        for first in range(0, len(alike), len(questions)):
            together = alike[first : first + len(questions)]
            tables = _pass(loaded, [row for _, row in together], prefix if uses_prefix else None)
            for (noted, row), table in zip(together, tables, strict=True):
                noted |= _read_off(row, table)
    return [[noted[choice] for choice in question.choices] for noted, question in zip(found, questions, strict=True)]


def _read_off(row: _Row, table: torch.Tensor) -> dict[tuple[int, ...], float]:
    """The choices that a row can tell; `table` is (places, vocabulary), log-probabilities of the next token."""
    choices = {choice for choice in row.question.choices if choice[:-1] == row.given}
    return {choice: sum(float(table[place, token]) for place, token in enumerate(choice)) for choice in choices}


def _pass(loaded: LoadedModel, rows: list[_Row], prefix: Prefix | None) -> list[torch.Tensor]:
    """For each row the log-probabilities of the next token at its places, (places, vocabulary).

    Rows are filled up on the right: a causal model does not see what comes behind.
    """
    import torch

    behind = len(prefix.ids) if prefix else 0
    width = max(len(row.ids) for row in rows)
    ids = torch.tensor([row.ids + [0] * (width - len(row.ids)) for row in rows], device=loaded.device)
    scores = _scores(
        loaded,
        [row.places for row in rows],
        input_ids=ids,
        attention_mask=torch.ones(len(rows), behind + width, dtype=torch.long, device=loaded.device),
        position_ids=torch.arange(behind, behind + width, device=loaded.device).expand(len(rows), width),
        use_cache=prefix is not None,
        **{_cache_argument(loaded): _for_rows(prefix, len(rows))},
    )
    return [torch.log_softmax(table.float(), -1) for table in scores]


def _scores(loaded: LoadedModel, places: Sequence[range], **inputs: Any) -> list[torch.Tensor]:
    """For each row its scores at its places, (places, vocabulary): those of all tokens would fill the memory."""
    model = loaded.model
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        kept = sorted({place for row in places for place in row})
        logits = model(**inputs, logits_to_keep=_tensor(loaded, kept)).logits
        return [logits[number, [kept.index(place) for place in row]] for number, row in enumerate(places)]
    # Qwen2-Audio and the models that hear and see: their scores are this product and nothing else.
    hidden = model.base_model(**inputs).last_hidden_state
    return [model.get_output_embeddings()(hidden[number, list(row)]) for number, row in enumerate(places)]


def _tensor(loaded: LoadedModel, numbers: Sequence[int]) -> torch.Tensor:
    import torch

    return torch.tensor(numbers, device=loaded.device)


def _for_rows(prefix: Prefix | None, rows: int) -> DynamicCache | None:
    """A copy of the prefix for each row: a pass adds to it."""
    if prefix is None:
        return None
    cache = copy.deepcopy(prefix.cache)
    cache.batch_repeat_interleave(rows)
    return cache
