"""Whose turn it is where several models do not fit into memory together."""

from __future__ import annotations

from collections.abc import Collection

from emoretrieve.item import MODALITIES, Modality
from emoretrieve.perception import Role


class Shifts:
    """Lets roles whose models take turns work one after another: captions of one modality, of the other, colours.

    Each has its shift until nothing is left for it, so that a model is loaded once for thousands of items.
    """

    def __init__(self, exclusive: frozenset[Role]) -> None:
        self._exclusive = exclusive if len(exclusive) > 1 else frozenset[Role]()
        self._turn: Role | None = None
        self._had_turn: set[Role] = set()
        """Since the last shift of colours."""

    def may_work(self, role: Role) -> bool:
        """True where the role has its turn, or needs none."""
        if role not in self._exclusive or self._turn == role:
            return True
        return self._turn is None and role != "colour"  # colours only begin when there is nothing to caption

    def begin(self, role: Role) -> None:
        """The role is given work: if nobody had the turn, it has it now."""
        if role in self._exclusive and self._turn is None:
            self._take(role)

    def end_colours(self) -> None:
        """All captions are coloured: whoever comes first has the next turn."""
        if self._turn == "colour":
            self._turn = None
            self._had_turn.clear()

    def turn_over(self, waiting: Collection[Modality], *, captioned: bool) -> bool:
        """Nothing is left for the role whose turn it is: the next one; False where nothing waits for any.

        `waiting` are the modalities with items to be captioned; `captioned` says whether items wait for colours.
        """
        candidates = [modality for modality in MODALITIES if modality in waiting and modality not in self._had_turn]
        following: Role | None = candidates[0] if candidates else "colour" if captioned else None
        if following is None:
            following = next(iter(waiting), None)
        if following is not None:
            self._take(following)
        return following is not None

    def _take(self, role: Role) -> None:
        self._turn = role
        self._had_turn.add(role)
