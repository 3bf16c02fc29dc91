"""What the sandbox remembers for tests: tasks, bills, connections, everything received."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from attrs import Factory, define, field, frozen, setters

__all__ = ["ConnectionNotes", "ConnectionRecord", "Record", "RefusedTask", "TaskRecord"]

_KEPT: Final = 100_000
_INLINE_KEPT: Final = 256 * 2**20
_SHORT: Final = 4096


def _share(task: "TaskRecord") -> float:
    return task.cost / max(1, task.billed_results)


@define(eq=False, on_setattr=setters.frozen)
class TaskRecord:
    """A task that was accepted.

    Args:
        task_uuid: Its UUID, as sent.
        task_type: Its type, as sent.
        request: The task object, as sent (very long strings are cut once many have come).
        connection: The number of the connection on which it came.
        cost: US dollars billed for it; results that cannot be made are taken off.
        expected: The number of its results.
        billed_results: How many of them are billed.
        asynchronous: Whether it was acknowledged at once, to be asked for.
        received_at: The sandbox's clock, in seconds.
        seconds: How long it takes until its last result is due.
        items: Results made so far, as they are sent; the list grows.
        errors: Failures so far, as they are sent.
        share: US dollars for each result that was billed at first.
    """

    task_uuid: str
    task_type: str
    request: dict[str, Any] = field(repr=False)
    connection: int
    cost: float = field(on_setattr=setters.NO_OP)
    expected: int
    billed_results: int = field(on_setattr=setters.NO_OP)
    asynchronous: bool
    received_at: float
    seconds: float = 0.0
    items: list[dict[str, Any]] = field(factory=list, repr=False)
    errors: list[dict[str, Any]] = field(factory=list, repr=False)
    share: float = field(init=False, repr=False, default=Factory(_share, takes_self=True))

    @property
    def accepted(self) -> bool:
        """True: refused tasks are recorded apart."""
        return True


@frozen
class RefusedTask:
    """A task that was refused; nothing was billed for it."""

    task_uuid: str
    task_type: str
    code: str
    connection: int
    received_at: float
    accepted: bool = False


@frozen
class ConnectionRecord:
    """One connection, as it was when asked.

    Args:
        number: Counted from 1.
        opened_at: The sandbox's clock, in seconds.
        signed_in: Whether a key was accepted on it.
        session: The session's UUID, once signed in.
        resumed: Whether it took up an earlier session.
        closed: How it ended: "client", "eof", "reset", "close 1001", ...; `None` while it is open.
        received: Frames received.
        sent: Frames sent.
    """

    number: int
    opened_at: float
    signed_in: bool = False
    session: str | None = None
    resumed: bool = False
    closed: str | None = None
    received: int = 0
    sent: int = 0


@define(eq=False)
class ConnectionNotes:
    """What is being noted about one connection; written in the sandbox's thread."""

    number: int
    opened_at: float
    signed_in: bool = False
    session: str | None = None
    resumed: bool = False
    closed: str | None = None
    received: int = 0
    sent: int = 0

    def record(self) -> ConnectionRecord:
        """Return it as it is now."""
        return ConnectionRecord(
            self.number,
            self.opened_at,
            self.signed_in,
            self.session,
            self.resumed,
            self.closed,
            self.received,
            self.sent,
        )


@define(eq=False)
class Record:
    """Everything that is remembered; written in the sandbox's thread, read from any."""

    changed: threading.Condition = field(factory=threading.Condition)
    _tasks: deque[TaskRecord] = field(factory=lambda: deque(maxlen=_KEPT))
    _refused: deque[RefusedTask] = field(factory=lambda: deque(maxlen=_KEPT))
    _received: deque[dict[str, Any]] = field(factory=lambda: deque(maxlen=_KEPT))
    _connections: deque[ConnectionNotes] = field(factory=lambda: deque(maxlen=_KEPT))
    _opened: int = 0
    _micro_dollars: int = 0
    _purchases: int = 0
    _inline: deque[tuple[int, dict[str, Any]]] = field(factory=deque)
    _inline_size: int = 0

    @property
    def tasks(self) -> list[TaskRecord]:
        """The accepted tasks, in order."""
        with self.changed:
            return list(self._tasks)

    @property
    def refused(self) -> list[RefusedTask]:
        """The refused tasks, in order."""
        with self.changed:
            return list(self._refused)

    @property
    def received(self) -> list[dict[str, Any]]:
        """Every task object received, pings and questions included; keys of accounts are masked."""
        with self.changed:
            return list(self._received)

    @property
    def connections(self) -> list[ConnectionRecord]:
        """The connections, in order."""
        with self.changed:
            return [notes.record() for notes in self._connections]

    @property
    def billed(self) -> float:
        """US dollars billed in all."""
        with self.changed:
            return self._micro_dollars / 1_000_000

    @property
    def purchases(self) -> int:
        """Results billed in all."""
        with self.changed:
            return self._purchases

    def note_received(self, task: dict[str, Any], size: int) -> None:
        """Remember a task object from a frame of `size` characters."""
        with self.changed:
            self._received.append(task)
            if size > _SHORT:
                self._note_inline(task, size)
            self.changed.notify_all()

    def _note_inline(self, task: dict[str, Any], size: int) -> None:
        self._inline.append((size, task))
        self._inline_size += size
        while self._inline_size > _INLINE_KEPT:
            gone, oldest = self._inline.popleft()
            self._inline_size -= gone
            for key, value in oldest.items():
                oldest[key] = _cut(value)

    def note_accepted(self, task: TaskRecord) -> None:
        """Remember a task, and bill it."""
        cost = _micro(task.cost)  # what is no sum of money is refused before anything is noted
        with self.changed:
            self._tasks.append(task)
            self._micro_dollars += cost
            self._purchases += task.billed_results
            self.changed.notify_all()

    def refund(self, task: TaskRecord, results: int) -> None:
        """Take results of a task off the bill, as far as they are on it, because they could not be made."""
        with self.changed:
            fewer = max(0, min(results, task.billed_results))
            left = round(task.cost - fewer * task.share, 6) if fewer < task.billed_results else 0.0
            self._micro_dollars -= _micro(task.cost) - _micro(left)
            self._purchases -= fewer
            task.cost, task.billed_results = left, task.billed_results - fewer
            self.changed.notify_all()

    def note_refused(self, task: RefusedTask) -> None:
        """Remember a refusal."""
        with self.changed:
            self._refused.append(task)
            self.changed.notify_all()

    def note_connection(self, opened_at: float) -> ConnectionNotes:
        """Remember a new connection; what is noted later is written to what is returned."""
        with self.changed:
            notes = ConnectionNotes(self._opened + 1, opened_at)
            self._opened += 1
            self._connections.append(notes)
            self.changed.notify_all()
            return notes

    def note_closed(self, notes: ConnectionNotes, how: str) -> None:
        """Remember how a connection ended."""
        with self.changed:
            notes.closed = how
            self.changed.notify_all()

    def note(self) -> None:
        """Wake those who wait for something that is not counted here."""
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, predicate: Callable[[], object], timeout: float) -> None:
        """Return once `predicate()` is true; raise `TimeoutError` after `timeout` seconds."""
        started = time.monotonic()
        with self.changed:
            if not self.changed.wait_for(lambda: bool(predicate()), timeout):
                raise TimeoutError(f"the sandbox did not get there in {time.monotonic() - started:.1f} s")


def _micro(dollars: float) -> int:
    return round(dollars * 1_000_000)


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _SHORT:
        return f"{value[:64]}... ({len(value)} characters)"
    if isinstance(value, dict):
        return {key: _cut(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_cut(entry) for entry in value]
    return value
