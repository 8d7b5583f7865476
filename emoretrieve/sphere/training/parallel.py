"""Several processes, as `torchrun` starts them, that train one network on shares of each batch.

Contrastive losses compare every item with all others of the batch, so each process gathers the distributions of all of
them and computes the whole loss; gradients flow into its own share only, and their sum over the processes is the
gradient of one process that had the whole batch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from emoretrieve.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Group:
    """This process among those that train together."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this one writes files and speaks."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process's part of what a step takes, (batch / size, ...)."""
        if len(batch) % self.size:
            raise TrainingError(
                f"A batch of {len(batch)} items cannot be shared evenly among {self.size} processes; choose a "
                "batch_size that can.",
                kind="bad_training",
            )
        return batch.chunk(self.size)[self.rank]

    def gathered(self, own: Tensor) -> Tensor:
        """The rows of all processes, in order; gradients flow into one's own."""
        if self.size == 1:
            return own
        parts = [torch.empty_like(own) for _ in range(self.size)]
        distributed.all_gather(parts, own.detach().contiguous())
        parts[self.rank] = own
        return torch.cat(parts)

    def sum_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Add up what each process found for its share."""
        self._reduce(parameters, 1.0)

    def average_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Of parameters of the loss, whose gradient every process has whole: the same bits everywhere."""
        self._reduce(parameters, 1.0 / self.size)

    def same_everywhere(self, tensors: Iterable[Tensor]) -> None:
        """Give all processes the tensors of the first."""
        if self.size > 1:
            for tensor in tensors:
                distributed.broadcast(tensor.detach(), 0)

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            distributed.barrier()

    def anyone(self, wish: bool, device: torch.device) -> bool:
        """Whether any process wishes so."""
        if self.size == 1:
            return wish
        flag = torch.tensor([int(wish)], device=device)
        distributed.all_reduce(flag, distributed.ReduceOp.MAX)
        return bool(flag.item())

    def _reduce(self, parameters: Iterable[torch.nn.Parameter], scale: float) -> None:
        if self.size == 1:
            return
        kept = [one for one in parameters if one.requires_grad]
        gradients = [torch.zeros_like(one) if one.grad is None else one.grad for one in kept]
        if not gradients:
            return
        flat = _flatten_dense_tensors(gradients)
        distributed.all_reduce(flat)
        for one, gradient in zip(kept, _unflatten_dense_tensors(flat * scale, gradients), strict=True):
            one.grad = gradient


ALONE = Group()


@contextmanager
def joined(environment: Mapping[str, str] = os.environ) -> Iterator[Group]:
    """The group that torchrun's variables describe; a process that nobody started so is alone."""
    size = int(environment.get("WORLD_SIZE", "1"))
    if size == 1 or "RANK" not in environment:
        yield ALONE
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(environment.get("LOCAL_RANK", "0")))
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Group(int(environment["RANK"]), size)
    finally:
        distributed.destroy_process_group()
