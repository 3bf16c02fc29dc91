"""Where late results wait: tasks whose caller has left, kept for a while, so that what was paid for can be had.

Bounded in time and in bytes; nothing else of a finished call is kept anywhere.
"""

from typing import Final

from attrs import define, field

from runware_sync.protocol.frames import Item
from runware_sync.protocol.slots import Slot

__all__ = ["KEPT_BYTES", "KEPT_CALLS", "KEPT_SECONDS", "Shelf"]

KEPT_SECONDS: Final = 3600.0
KEPT_CALLS: Final = 1024
KEPT_BYTES: Final = 268435456
_SMALL: Final = 64


@define(eq=False)
class Shelf:
    """The calls that were left unfinished, oldest first."""

    seconds: float = KEPT_SECONDS
    limit: int = KEPT_BYTES
    count: int = KEPT_CALLS
    _slots: dict[str, tuple[float, Slot]] = field(factory=dict, init=False)

    def __len__(self) -> int:
        """Return how many calls are kept."""
        return len(self._slots)

    def put(self, slot: Slot, now: float) -> list[Slot]:
        """Keep a call that its caller has left; return what had to go for it."""
        slot.turn = None
        for task in slot.tasks:
            task.slim()
        older = self.take(slot.root)
        if older is not None and older.missing < slot.missing:
            self._slots[slot.root] = (now, older)  # the same task, sent twice by its caller: the fuller one is kept
            return [slot]
        self._slots[slot.root] = (now, slot)
        return self.trim()

    def trim(self) -> list[Slot]:
        """Drop the oldest calls until what is kept is within bounds, and return them."""
        dropped = []
        total = sum(_size(kept) for _, kept in self._slots.values())
        while total > self.limit or len(self._slots) > self.count:
            oldest = self._oldest()
            total -= _size(oldest)
            dropped.append(oldest)
        return dropped

    @property
    def slots(self) -> list[Slot]:
        """The calls that are kept, oldest first."""
        return [slot for _, slot in self._slots.values()]

    def find(self, root: str) -> Slot | None:
        """Return a kept call."""
        kept = self._slots.get(root)
        return kept and kept[1]

    def take(self, root: str) -> Slot | None:
        """Return a kept call, and keep it no longer."""
        kept = self._slots.pop(root, None)
        return kept and kept[1]

    def expire(self, now: float) -> list[Slot]:
        """Drop what is too old, and return it."""
        dropped = []
        while self._slots and now - next(iter(self._slots.values()))[0] >= self.seconds:
            dropped.append(self._oldest())
        return dropped

    def _oldest(self) -> Slot:
        return self._slots.pop(next(iter(self._slots)))[1]


def _size(slot: Slot) -> int:
    return sum(_weight(item) for item in slot.results)


def _weight(item: Item) -> int:
    return sum(len(value) if isinstance(value, str) else _SMALL for value in item.values())
