"""What is to be written next: tasks and questions, in the order in which they came, several to a frame."""

import json
from collections import deque
from typing import Final

from attrs import define, field

from runware_sync.protocol.slots import Question
from runware_sync.protocol.tasks import Task

__all__ = ["BATCH_BYTES", "PING", "Outbox"]

BATCH_BYTES: Final = 65536
"""Texts of several callers share a frame up to this size."""

PING: Final = '[{"taskType": "ping", "ping": true}]'
"""The frame that asks for a sign of life."""

_QUESTION_BYTES: Final = 128


@define(eq=False)
class Outbox:
    """The queue between those who want something written and the one who writes."""

    _entries: deque[Task | Question] = field(factory=deque)

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        return bool(self._entries)

    def put(self, entry: Task | Question) -> None:
        """Queue a task, or a question in front of the tasks: it is small, free, and somebody's money hangs on it."""
        if isinstance(entry, Question):
            self._entries.appendleft(entry)
        else:
            self._entries.append(entry)

    def take_back(self, entry: Task | Question) -> None:
        """Remove what has not been written yet, if it is there."""
        if entry in self._entries:
            self._entries.remove(entry)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def take(self, generation: int, now: float) -> str | None:
        """Return the next frame, and take what is in it for written; `None` when there is nothing.

        Small texts share a frame; a large one has its own.

        Args:
            generation: The connection on which it will be written.
            now: The time.
        """
        texts: list[str] = []
        size = 0
        entries = self._entries
        while entries and (not texts or size + _length(entries[0]) <= BATCH_BYTES):
            entry = entries.popleft()
            entry.generation = generation
            entry.written_at = now
            if isinstance(entry, Question):
                texts.append(json.dumps(entry.body))
            else:
                entry.sends += 1
                texts.append(entry.text)
            size += len(texts[-1])
        return f"[{','.join(texts)}]" if texts else None


def _length(entry: Task | Question) -> int:
    return len(entry.text) if isinstance(entry, Task) else _QUESTION_BYTES
