"""Questions on a caller's behalf, `getResponse` and `getTaskDetails`: free, read-only, asked as often as it takes."""

from collections.abc import Callable

from attrs import define, field

from runware_sync.calls.retrying import Policy
from runware_sync.connection.connection import Connection
from runware_sync.errors import (
    ConnectionFailedError,
    RunwareError,
    TaskTimeoutError,
    UnexpectedResponseError,
    own_copy,
)
from runware_sync.failures import api_error
from runware_sync.protocol.frames import Item, is_terminal
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Question as Written
from runware_sync.protocol.slots import Slot
from runware_sync.uuids import fresh_uuid

__all__ = ["Question", "stay", "told"]


@define(eq=False)
class Question:
    """One question about one task.

    Args:
        connection: Where it is put.
        uuid: The task that it is about.
        kind: `getResponse` or `getTaskDetails`.
        timeout: Seconds that one window lasts.
        retries: Windows after the first.
        enough: How many results to wait for, asking again and again; `None` takes the first answer.
        on_partial: Called with each new list of results.

    Attributes:
        failures: What the last answer said of results that there will never be.
    """

    _connection: Connection
    uuid: str
    kind: str
    timeout: float
    retries: int
    enough: int | None = None
    on_partial: Callable[[list[Item]], None] | None = None
    failures: list[Item] = field(factory=list, init=False)
    _slot: Slot = field(init=False)
    _shown: list[Item] = field(factory=list, init=False)
    _written: Written | None = field(default=None, init=False)
    _due: float = field(default=0.0, init=False)
    _windows: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the slot to wait in; it has no task of its own, so nothing of it can be bought."""
        self._slot = Slot(fresh_uuid(), self.kind, 1, 0.0)

    def whole_answer(self) -> list[Item]:
        """Return the items of the answer, and behind them what it says of failures, as items with that status."""
        items = self.answer()
        return [*items, *({**failure, "status": "error"} for failure in self.failures)]

    def answer(self) -> list[Item]:
        """Return the items of the answer.

        Raises:
            ApiError: The service answered with an error alone, such as a task that it does not know.
            RunwareError: There was no answer.
        """
        slot = self._slot
        try:
            slot.since = self._connection.now()
            slot.deadline = slot.since + self.timeout
            self._connection.open(slot)
            return Policy(self.retries).run(self._window, rest=lambda s: self._connection.rest(slot, s))
        except RunwareError as error:
            error.task_uuid = self.uuid
            error.task_type = self.kind
            error.attempts = self._windows
            raise
        finally:
            self._connection.leave(slot)

    def _window(self, number: int) -> list[Item]:
        self._windows = number
        if number > 1:
            self._connection.look(self._slot, self._begin_again)
        pause = 1.0
        while True:
            written = self._connection.look(self._slot, self._decide)
            if written is None:
                continue
            items = written.items
            if not items and written.errors:
                raise api_error(written.errors[0])
            if not items:
                raise UnexpectedResponseError("an empty answer")
            self.failures = written.errors
            results = [item for item in items if is_terminal(item, str(item.get("taskType")))]
            self._hand_on(results)
            if self.enough is None or len(results) + len(self.failures) >= self.enough:
                return items
            self._due = self._connection.now() + pause
            pause = min(10.0, 1.5 * pause)

    def _hand_on(self, results: list[Item]) -> None:
        fresh = [item for item in results if item not in self._shown]
        self._shown += fresh
        if fresh and self.on_partial is not None:
            self.on_partial(fresh)

    def _begin_again(self, session: Session, now: float) -> tuple[None, None]:
        session.unask(self._slot)
        self._written = None
        self._slot.fault = None
        self._slot.deadline = now + self.timeout
        self._due = 0.0
        return None, None

    def _decide(self, session: Session, now: float) -> tuple[Written | None, float | None]:
        """Put the question, look for its answer, or say until when to wait. Runs under the connection's lock."""
        slot = self._slot
        if slot.fault is not None:
            raise own_copy(slot.fault)
        written = self._written
        if written is not None and written.done:
            self._written = None
            if written.items or written.errors:
                return written, None
        if now >= slot.deadline and session.outbox.writing and (written is None or not written.generation):
            slot.deadline = now + self.timeout  # it waits behind a large frame
        if now >= slot.deadline:
            if session.signed_in:
                raise TaskTimeoutError(f"no answer within {self.timeout:g} s", retryable=True)
            raise ConnectionFailedError(f"no connection within {self.timeout:g} s")
        if self._written is None and now >= self._due:
            self._written = session.question(self.uuid, self.kind, slot)
        return None, slot.deadline if self._written is not None else min(slot.deadline, self._due)


def stay(connection: Connection, slot: Slot, is_over: Callable[[Session, float], tuple[bool, float | None]]) -> None:
    """Wait with a slot that buys nothing, until a look shows that it is over.

    Args:
        connection: Where to wait.
        slot: What waits there meanwhile.
        is_over: Returns whether it is, and until when to wait for something to happen otherwise. Runs under the
            connection's lock.
    """
    connection.open(slot)
    try:
        while not connection.look(slot, is_over):
            pass
    finally:
        connection.leave(slot)


def told(connection: Connection, questions: list[tuple[str, str]]) -> dict[tuple[str, str], list[Item]]:
    """Return the answers to several questions, put at one time.

    To one about what the service does not know, or says nothing about for as long as any is waited for, there is none.

    Args:
        connection: Where to ask.
        questions: Each the UUID of a task, and `getResponse` or `getTaskDetails`.
    """
    slot = Slot(fresh_uuid(), "", 1, connection.now())
    written: dict[tuple[str, str], Written] = {}

    def put(session: Session, now: float) -> tuple[bool, float | None]:
        if slot.fault is not None:
            raise own_copy(slot.fault)
        for uuid, kind in questions:
            question = written.get((uuid, kind))
            if question is None or (question.done and not question.items and not question.errors):
                written[uuid, kind] = session.question(uuid, kind, slot)
        until = slot.since + 2 * session.patience
        over = now >= until or all(question.done for question in written.values())
        return over, None if over else until

    stay(connection, slot, put)
    return {asked: question.items for asked, question in written.items() if question.items}
