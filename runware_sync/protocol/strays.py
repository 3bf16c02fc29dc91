"""Errors that name no task: whose they can be, and what to do when that cannot be told.

Other clients fail everything that waits. Here such an error fails the one task that it can belong to; with several it
fails none, all of them are asked about, and its text goes into whatever error follows.
"""

from collections.abc import Iterable

from runware_sync import logs
from runware_sync.failures import api_error
from runware_sync.protocol.frames import Item
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task

__all__ = ["blame"]

_logger = logs.logger(__name__)


def blame(error: Item, slots: Iterable[Slot], generation: int, now: float, *, alone: bool) -> list[Slot]:
    """Give an error that names no task to the one task that it can be about; with several, doubt them all.

    Args:
        error: The error.
        slots: The calls that wait, and those that were left: the task of one may still be at work.
        generation: The connection on which it came.
        now: The time.
        alone: Whether it cannot be about a question either.

    Returns:
        The calls whose owners should have a look.
    """
    found = _suspects(error, slots, generation)
    if len(found) == 1 and alone:
        slot, task = found[0]
        task.take([], [error], told=False, generation=generation, now=now)
        return [slot]
    return _doubt(error, found, now)


def _suspects(error: Item, slots: Iterable[Slot], generation: int) -> list[tuple[Slot, Task]]:
    """Return the tasks that an error without a name can be about.

    Args:
        error: The error; if it names a task type, and tasks of that type wait, it is about one of those.
        slots: The calls that wait, and those that were left: the task of one may still be at work.
        generation: The connection on which it came, and so on which its task was written.
    """
    found = [
        (slot, task)
        for slot in slots
        for task in slot.open
        if task.generation == generation and not task.lost and slot.missing > 0
    ]
    return [(slot, task) for slot, task in found if error.get("taskType") == task.type] or found


def _doubt(error: Item, found: list[tuple[Slot, Task]], now: float) -> list[Slot]:
    """Have all of several tasks asked about, and keep what the error said; return their calls."""
    text = str(api_error(error))
    _logger.warning("an error that names no task, while %d wait: %s", len(found), text)
    for slot, task in found:
        slot.stray = text
        task.doubted = True
        if task.trouble_at is None:
            task.trouble(now)
    return [slot for slot, _ in found]
