"""Writing answers, many at once.

Rows of a batch do not see each other: prompts are padded on the left under a mask, and a sampled answer draws from a
generator of its own, so that it is the same in any company, up to the rounding of sums of another shape.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from emoretrieve.perception.prompted.chat import Answer, Answering, Prompt, SoundClip, Usage
from emoretrieve.perception.qwen.constrained import pattern_processor
from emoretrieve.perception.qwen.conversation import check_length, inputs

if TYPE_CHECKING:
    import torch

    from emoretrieve.perception.qwen.loading import LoadedModel


def generate(
    loaded: LoadedModel, asked: Sequence[tuple[Prompt, Answering]], unwanted: Callable[[], bool]
) -> list[Answer]:
    """Answer prompts that have the same limit of new tokens and the same pattern.

    `unwanted` is asked after every token; where it becomes true, what is written so far comes back. Raises
    PerceptionError of kind `refused_request` where one is too long, `bad_option` for a pattern that is none.
    """
    import torch

    begun = time.perf_counter()
    batch = inputs(loaded, [prompt for prompt, _ in asked])
    width = batch["input_ids"].shape[1]
    check_length(loaded, width + asked[0][1].max_new_tokens)
    with torch.inference_mode():
        written = loaded.model.generate(
            **batch,
            max_new_tokens=asked[0][1].max_new_tokens,
            logits_processor=_processors(loaded, asked),
            stopping_criteria=_stopping(unwanted),
        )
    seconds = time.perf_counter() - begun
    prompt_tokens = batch["attention_mask"].sum(dim=1).tolist()
    rows = written[:, width:].tolist()
    return [_answer(loaded, row, int(tokens), seconds) for row, tokens in zip(rows, prompt_tokens, strict=True)]


def _answer(loaded: LoadedModel, row: list[int], prompt_tokens: int, seconds: float) -> Answer:
    """What stands before the token that ends the answer; behind it the row is filled up."""
    end = next((place for place, token in enumerate(row) if token in loaded.stop_tokens), None)
    text = loaded.tokenizer.decode(row[:end], skip_special_tokens=True, clean_up_tokenization_spaces=False)
    completion_tokens = len(row) if end is None else end + 1
    usage = Usage(prompt_tokens, completion_tokens, seconds=seconds)
    return Answer(text.strip(), end is not None, usage)


def _processors(loaded: LoadedModel, asked: Sequence[tuple[Prompt, Answering]]) -> Any:
    """What is done to the scores before the highest one is taken: the pattern first, chance among what it allows."""
    from transformers import LogitsProcessorList

    processors = LogitsProcessorList()
    pattern = asked[0][1].pattern
    if pattern is not None:
        processors.append(pattern_processor(loaded, pattern))
    if any(answering.temperature > 0 for _, answering in asked):
        processors.append(_Chance(asked))
    return processors


class _Chance:
    """Sampling as a highest score: scores / temperature plus Gumbel noise (Gumbel 1954; Maddison et al. 2014).

    The highest of them falls on each token with its softmax probability. Each row has its own noise.
    """

    def __init__(self, asked: Sequence[tuple[Prompt, Answering]]) -> None:
        import torch

        self._temperatures = [answering.temperature for _, answering in asked]
        self._generators = [torch.Generator().manual_seed(_seed(prompt, answering)) for prompt, answering in asked]

    def __call__(self, _input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """(rows, vocabulary) to the same."""
        scores = scores.float()
        for row, (temperature, generator) in enumerate(zip(self._temperatures, self._generators, strict=True)):
            if temperature > 0:
                noise = _gumbel(scores.shape[1], generator).to(scores.device)
                scores[row] = scores[row] / temperature + noise
        return scores


def _seed(prompt: Prompt, answering: Answering) -> int:
    """Of what is asked and the seed: with the seed alone, all items would have the same luck."""
    digest = hashlib.sha256(repr((answering.seed, prompt.system, prompt.user, prompt.closing)).encode())
    for clip in prompt.clips:
        digest.update((clip.samples if isinstance(clip, SoundClip) else clip.pixels).tobytes())
    return int.from_bytes(digest.digest()[:7], "big")


def _gumbel(count: int, generator: torch.Generator) -> torch.Tensor:
    """Standard Gumbel variates, drawn on the CPU: the same ones wherever the model runs."""
    import torch

    # An exponential variate of double precision is never so small that its logarithm is infinite.
    exponential = torch.empty(count, dtype=torch.float64).exponential_(generator=generator)
    return -exponential.log().float()


def _stopping(unwanted: Callable[[], bool]) -> Any:
    from transformers import StoppingCriteria, StoppingCriteriaList

    class Unwanted(StoppingCriteria):  # type: ignore[misc]  # transformers has no types where it is not installed
        def __call__(self, input_ids: torch.Tensor, _scores: torch.Tensor, **_kwargs: Any) -> torch.Tensor:
            import torch

            return torch.full((input_ids.shape[0],), unwanted(), dtype=torch.bool, device=input_ids.device)

    return StoppingCriteriaList([Unwanted()])
