"""Recognising that memory ran out, on a GPU or in the machine."""

from __future__ import annotations

_CPU_SENTENCES = ("can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """True for PyTorch's errors of both kinds of memory: that of the machine has no class of its own."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sentence in str(error) for sentence in _CPU_SENTENCES)


def give_back() -> None:
    """Hand unused memory back, so that the next attempt finds it."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
