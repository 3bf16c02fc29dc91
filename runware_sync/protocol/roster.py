"""Which calls wait, which were left, and whose a task is; without threads, sockets or clocks."""

from collections.abc import Iterable

from attrs import define, field

from runware_sync.protocol.shelf import Shelf
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task

__all__ = ["Roster"]


@define(eq=False)
class Roster:
    """The calls of one client, by their tasks."""

    shelf: Shelf = field(factory=Shelf)
    _slots: dict[str, Slot] = field(factory=dict)  # waiting, by root UUID
    _tasks: dict[str, tuple[Slot, Task]] = field(factory=dict)  # waiting or on the shelf, by their own UUID

    @property
    def waiting(self) -> list[Slot]:
        """The calls whose owners wait, oldest first."""
        return list(self._slots.values())

    @property
    def every(self) -> list[Slot]:
        """The calls for which something may arrive: those that wait, and those that were left."""
        return [*self._slots.values(), *self.shelf.slots]

    def find(self, uuid: str) -> tuple[Slot, Task] | tuple[None, None]:
        """Return the task with a UUID, and its call."""
        return self._tasks.get(uuid, (None, None))

    def is_waiting(self, slot: Slot) -> bool:
        """Tell whether a call has an owner."""
        return self._slots.get(slot.root) is slot

    def holder(self, uuid: str) -> Slot | None:
        """Return the call that waits for the task with a UUID."""
        slot, _ = self.find(uuid)
        return slot if slot is not None and self.is_waiting(slot) else None

    def follow(self, uuid: str, follower: Slot) -> bool:
        """Have a call woken when the one that waits for a task is left; return whether there is one."""
        slot = self.holder(uuid)
        if slot is not None and follower not in slot.followers:
            slot.followers.append(follower)
        return slot is not None

    def enter(self, slot: Slot, now: float) -> bool:
        """Take a call in; return whether that can be: another that waits may have one of its tasks."""
        for task in slot.tasks:
            if self.holder(task.uuid) is not None:
                return False
        self._forget(self.shelf.expire(now))
        self._slots[slot.root] = slot
        for task in slot.tasks:
            self._tasks[task.uuid] = (slot, task)
        return True

    def add(self, slot: Slot, task: Task) -> None:
        """Add a task to a call that waits."""
        slot.tasks.append(task)
        self._tasks[task.uuid] = (slot, task)

    def tell(self, reason: str) -> None:
        """Have the calls that were sent know why a connection has ended, for the error that may follow."""
        for slot in self._slots.values():
            if slot.sent:
                slot.stray = reason

    def remove(self, slot: Slot) -> bool:
        """Let a call's owner go; return whether it had one. Another call may wait under the same UUID: it stays."""
        if not self.is_waiting(slot):
            return False
        del self._slots[slot.root]
        return True

    def keep(self, slot: Slot, now: float) -> None:
        """Keep a call that was left; of two under one UUID the one that stays is found by it."""
        self._forget(self.shelf.put(slot, now))
        kept = self.shelf.find(slot.root)
        if kept is not None:
            for task in kept.tasks:
                self._tasks.setdefault(task.uuid, (kept, task))

    def forget(self, slot: Slot) -> None:
        """Know nothing more of a call."""
        self._forget([slot])

    def grown(self, slot: Slot) -> None:
        """Take note that a call has more results than before: on the shelf it may need the place of older ones."""
        if not self.is_waiting(slot):
            self._forget(self.shelf.trim())

    def reopen(self, uuid: str, now: float) -> Slot | None:
        """Take an unfinished call from the shelf, by the UUID of any of its tasks; what is missing is asked about."""
        known, _ = self.find(uuid)
        slot = self.shelf.take(uuid if known is None else known.root)
        if slot is not None:
            self._slots[slot.root] = slot
            slot.take_up(now)
        return slot

    def hand_over(self) -> "Roster":
        """Return another roster, of what waits on the shelf here; nothing of it stays."""
        shelf, self.shelf = self.shelf, Shelf()
        tasks, self._tasks = self._tasks, {}
        kept = {id(slot) for slot in shelf.slots}
        return Roster(shelf, {}, {uuid: pair for uuid, pair in tasks.items() if id(pair[0]) in kept})

    def _forget(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            for task in slot.tasks:
                if self._tasks.get(task.uuid, (None,))[0] is slot:
                    del self._tasks[task.uuid]
