"""What is to be written next: tasks and questions, in the order in which they came, several to a frame."""

import json
from collections import deque
from collections.abc import Iterable
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

    writing: bool = False  # whether a frame is on its way into the socket
    _last: list[Task] = field(factory=list)  # the tasks of the frame that was taken last, while it is
    _was_slow: bool = False  # the last frame did not fit into the socket at once
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

    def note(self, *, writing: bool, now: float) -> None:
        """Take note whether a frame is on its way into the socket; the reader says so, and needs no lock for it."""
        if self.writing and not writing:
            for task in self._last:
                task.late_at = now
            self._was_slow = True
        self.writing = writing
        if not writing and self._last:
            self._last = []

    def stop(self) -> None:
        """Take note that the connection is gone, and with it the frame that was being written."""
        self.writing = self._was_slow = False
        self._last = []

    def delays(self, tasks: Iterable[Task]) -> bool:
        """Tell whether one of these tasks waits for a frame to be written: its own, or one before it."""
        return self.writing and any(not task.written or task in self._last for task in tasks)

    def take(self, generation: int, now: float) -> str | None:
        """Return the next frame, and take what is in it for written; `None` when there is nothing.

        Small texts share a frame; a large one has its own.

        Args:
            generation: The connection on which it will be written.
            now: The time.
        """
        texts: list[str] = []
        self._last = []
        late, self._was_slow = now if self._was_slow else 0.0, False
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
                entry.late_at = late
                self._last.append(entry)
                texts.append(entry.text)
            size += len(texts[-1])
        return f"[{','.join(texts)}]" if texts else None


def _length(entry: Task | Question) -> int:
    return len(entry.text) if isinstance(entry, Task) else _QUESTION_BYTES
