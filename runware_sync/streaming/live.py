"""One text that is read while it is written: the call behind a `TextStream`, driven by the thread that reads.

What goes wrong once the service has begun to answer is final: nothing is asked for again. The error carries what had
come, and the line by which the rest can be collected.
"""

import threading
import time
from collections import deque
from typing import Final

from runware_sync import forks
from runware_sync.calls.endings import collect_line, unknown
from runware_sync.calls.orders import Order
from runware_sync.calls.retrying import Policy
from runware_sync.connection.connection import Connection
from runware_sync.errors import (
    ApiError,
    ClientClosedError,
    ConflictError,
    ConnectionLostError,
    RunwareError,
    ServerError,
    UnexpectedResponseError,
)
from runware_sync.failures import api_error
from runware_sync.options import Settings
from runware_sync.protocol.frames import Item
from runware_sync.secrecy import conceal
from runware_sync.streaming.appeal import Appeal, beginning
from runware_sync.streaming.sse import Events
from runware_sync.streaming.transcript import Delta, Transcript

__all__ = ["Live"]

_EPILOGUE: Final = 5.0  # seconds that a text which is complete may wait for the end of its stream
_SLICE: Final = 0.1  # how often a pause looks whether the client was closed meanwhile


class Live:
    """A call whose answer comes piece by piece: `open`, then `next` until it stops.

    Args:
        connection: The client's; the stream ends with it, but has a connection of its own.
        settings: What the client was told.
        order: What is to be bought.
    """

    def __init__(self, connection: Connection, settings: Settings, order: Order) -> None:
        self._connection = connection
        self._order = order
        self._appeal = Appeal(settings, order)
        self._events = Events(settings.max_message)
        self._queue: deque[str] = deque()  # events that have come, and were not looked at yet
        self._transcript = Transcript(str(order.body.get("taskType", "")), order.root)
        self._turn = threading.Lock()  # who holds it uses the connection, and closes it if that is wished meanwhile
        self._fault: RunwareError | None = None  # the client was closed
        self._failure: RunwareError | None = None  # how it ended, if not well
        self._over = False
        self._generation = forks.generation()

    # -- what a stream shows ----------------------------------------------------------------------------------------

    @property
    def task_uuid(self) -> str:
        """The call's root UUID."""
        return self._order.root

    @property
    def text(self) -> str:
        """The words so far."""
        return self._transcript.text

    @property
    def reasoning(self) -> str:
        """What the model has thought so far, if it shows that."""
        return self._transcript.reasoning

    @property
    def item(self) -> Item:
        """What has come, in the form of a result."""
        return self._transcript.item

    @property
    def complete(self) -> bool:
        """Whether the text has come to its end."""
        return self._transcript.complete

    # -- opening ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Make the request; returns when the service has begun to answer.

        Raises:
            RunwareError: It has not; nothing is sent any more.
        """
        address = self._connection.admit(self)

        def window(number: int) -> None:
            with self._turn:
                self._appeal.make(number, address, self._check)

        try:
            Policy(self._order.retries).run(window, rest=self._rest)
        except RunwareError as error:
            self._fail(error)
            raise
        except BaseException as error:
            self.close()
            self.note(error)
            raise
        if self._appeal.whole is not None:
            self._queue.append(self._appeal.whole)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._check()
            time.sleep(min(_SLICE, left))

    # -- reading ----------------------------------------------------------------------------------------------------

    def __next__(self) -> Delta:
        """Return what the next event adds, waiting for it.

        Raises:
            StopIteration: The text is complete, or the stream was closed.
            RunwareError: It failed; the error carries what had come. It does so again at every further call.
        """
        if self._failure is not None:
            raise self._failure
        if self._generation != forks.generation():
            raise ClientClosedError("this stream belongs to the process that opened it")
        try:
            with self._turn:
                delta = self._advance()
        except RunwareError as error:
            self._fail(error)
            raise
        if delta is None or self._over:
            self.close()
        if delta is None:
            raise StopIteration
        return delta

    def _advance(self) -> Delta | None:
        """Return the next delta; `None` at the end."""
        while not self._over:
            self._check()
            if self._queue:
                delta = self._take(self._queue.popleft())
                if delta.text or delta.reasoning:
                    return delta
            elif self._transcript.done or self._appeal.whole is not None or not self._read():
                break
        return None

    def _read(self) -> bool:
        """Read the next events; return false at the end.

        Raises:
            ConnectionLostError: The stream ended before the text did.
            TaskTimeoutError: It is silent.
            UnexpectedResponseError: It is no stream of events.
        """
        is_complete, post = self._transcript.complete, self._appeal.post
        if post is None:
            return False
        try:
            piece = post.read(min(_EPILOGUE, self._order.timeout) if is_complete else None)
            self._queue += map(conceal, self._events.feed(piece) if piece else self._events.finish())
        except RunwareError:
            self._check()
            if is_complete or self._over:
                return False
            raise
        except ValueError as error:
            raise UnexpectedResponseError(f"the stream cannot be read: {error}") from error
        if piece or self._queue:
            return True
        self._check()
        if is_complete or self._over:
            return False
        raise ConnectionLostError("the stream ended before the text did")

    def _take(self, event: str) -> Delta:
        """Take one event; return what it adds.

        Raises:
            ApiError: It reports a failure.
            UnexpectedResponseError: It is nothing that can be used.
        """
        try:
            delta = self._transcript.take(event)
        except (ValueError, RecursionError) as error:
            raise UnexpectedResponseError("an event of the stream cannot be read", answer=beginning(event)) from error
        if self._transcript.errors:
            errors = [api_error(item) for item in self._transcript.errors]
            raise min(errors, key=lambda error: error.retryable)
        return delta

    # -- ending -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the stream, from any thread; what has come stays."""
        self._over = True
        post = self._appeal.post
        if post is not None:
            post.cut()
        if post is not None and self._turn.acquire(
            blocking=False
        ):  # else the thread that reads comes by here when its read has ended
            try:
                post.close()
            finally:
                self._turn.release()

    def end(self, error: RunwareError) -> None:
        """End the stream with an error, because the client was closed."""
        if not self._over:
            self._fault = error
            if self._appeal.post is not None:
                self._appeal.post.cut()

    def note(self, error: BaseException) -> None:
        """Tell whoever interrupts the stream how its task can be collected."""
        told = getattr(error, "__notes__", [])
        words = (
            f"{self._transcript.task_type} {self.task_uuid} was sent and may be billed; {collect_line(self.task_uuid)}"
        )
        if self._appeal.may_have_bought and not self.complete and words not in told:
            error.add_note(words)

    def _check(self) -> None:
        """Raise what ends the stream from outside."""
        if self._fault is not None:
            raise self._fault

    def _fail(self, error: RunwareError) -> None:
        """End the stream with an error, and put into it what its reader will want to know."""
        self._failure = error
        self.close()
        error.task_uuid = self.task_uuid
        error.task_type = self._transcript.task_type
        error.task_uuids = tuple(self._appeal.uuids)
        error.attempts = self._appeal.windows
        advice = []
        if self._transcript.begun:
            error.results = [self._transcript.item]
            advice.append("what had come is in .results")
        if self._is_unknown(error):
            advice.append(unknown(self.task_uuid, partly=self._transcript.begun))
        error.message = "; ".join([error.message, *advice])

    def _is_unknown(self, error: RunwareError) -> bool:
        """Tell whether something was bought of which nobody has said what became of it."""
        if isinstance(error, ConflictError):
            return self._appeal.sends > 1  # by the send that seemed to have been refused
        if isinstance(error, ServerError):
            return not self._transcript.errors  # a status may be a gateway's, an event is the service's own last word
        return self._appeal.may_have_bought and not isinstance(error, ApiError)
