"""One text that is read while it is written: the call behind a `TextStream`, driven by the thread that reads.

Nothing is bought twice. A request of which nothing was written may be made again, under the same UUID; so may one that
the service had no capacity for, because a server that has taken it after all says so instead of billing it. One that
came too fast is bought under a child UUID. Whatever else happens once the request was written is final: the error
carries what had come, and the line by which the rest can be collected.
"""

import json
import threading
import time
from collections import deque
from http import HTTPStatus
from typing import Any, Final

from runware_sync import forks, logs
from runware_sync.connection import Connection
from runware_sync.endings import collect_line
from runware_sync.errors import (
    ApiError,
    ClientClosedError,
    ConflictError,
    ConnectionLostError,
    RateLimitError,
    RunwareError,
    ServerError,
    UnexpectedResponseError,
    api_error,
)
from runware_sync.frames import Item
from runware_sync.options import Settings
from runware_sync.orders import Order
from runware_sync.posting import Post, http_address
from runware_sync.refusals import refusal
from runware_sync.retrying import Policy
from runware_sync.secrecy import Secret, conceal
from runware_sync.sse import Events
from runware_sync.tasks import child_uuid
from runware_sync.transcript import Delta, Transcript

__all__ = ["Live"]

_EPILOGUE: Final = 5.0  # seconds that a text which is complete may wait for the end of its stream
_SLICE: Final = 0.1  # how often a pause looks whether the client was closed meanwhile
_LONGEST_REFUSAL: Final = 1048576  # bytes of an answer that is no stream
_WANTED: Final = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_NOBODY: Final = Secret("sandbox")  # what the built-in service is told, which asks for no key

_log = logs.logger(__name__)


class Live:
    """A call whose answer comes piece by piece: `open`, then `next` until it stops.

    Args:
        connection: The client's; the stream ends with it, but has a connection of its own.
        settings: What the client was told.
        order: What is to be bought.
    """

    def __init__(self, connection: Connection, settings: Settings, order: Order) -> None:
        self._connection = connection
        self._settings = settings
        self._order = order
        self._address = ""
        self._uuids = [order.root]
        self._sends = 0  # of the last of these UUIDs
        self._turned_away = False  # it came too fast: what is sent next is another purchase
        self._windows = 0
        self._post: Post | None = None
        self._events = Events(settings.max_message)
        self._queue: deque[str] = deque()  # events that have come, and were not looked at yet
        self._transcript = Transcript(str(order.body.get("taskType", "")), order.root)
        self._turn = threading.Lock()  # who holds it uses the connection, and closes it if that is wished meanwhile
        self._fault: RunwareError | None = None  # the client was closed
        self._failure: RunwareError | None = None  # how it ended, if not well
        self._whole_came = False  # the answer came in one piece, from a server that does not stream
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
        self._address = http_address(self._settings.dialled(address))
        try:
            Policy(self._order.retries).run(self._window, rest=self._rest)
        except RunwareError as error:
            self._fail(error)
            raise
        except BaseException as error:
            self.close()
            self.note(error)
            raise

    def _window(self, number: int) -> None:
        """Connect and ask once."""
        self._windows = number
        if self._turned_away:
            self._uuids.append(child_uuid(self._order.root, len(self._uuids)))
            self._turned_away, self._sends = False, 0
        with self._turn:
            settings, order = self._settings, self._order
            self._post = post = Post(self._address, proxy=settings.proxy, ssl_context=settings.ssl_context)
            try:
                post.connect(settings.connect_timeout)
                self._check()
                self._sends += 1
                body = {**order.body, "taskUUID": self._uuids[-1], "deliveryMethod": "stream"}
                headers = {**settings.headers, **_WANTED}
                _log.debug("POST to %s: %s %s", settings.shown_url, body.get("taskType"), body["taskUUID"])
                post.ask(json.dumps([body]).encode(), headers, settings.api_key or _NOBODY, order.timeout)
                self._examine(post)
            except BaseException as error:
                post.close()
                if isinstance(error, RunwareError):
                    self._check()
                raise

    def _examine(self, post: Post) -> None:
        """Look at the head of the answer, and raise what it says if that is no."""
        kind = post.header("Content-Type").partition(";")[0].strip().lower()
        if post.status == HTTPStatus.OK and kind in {"text/event-stream", ""}:
            if post.header("Content-Encoding").strip().lower() in {"", "identity"}:
                return
            raise UnexpectedResponseError("the stream came compressed, which was not asked for")
        body = self._whole(post)
        if post.status != HTTPStatus.OK:
            error = refusal(post.status, body, post.header("Retry-After"))
            self._turned_away = isinstance(error, RateLimitError) and error.retryable
            raise error
        if kind != "application/json":
            raise UnexpectedResponseError(f"no stream came, but {kind}", answer=_shown(body))
        self._queue.append(body.decode(errors="replace"))
        self._whole_came = True

    def _whole(self, post: Post) -> bytes:
        body = bytearray()
        while (piece := post.read()) and len(body) <= _LONGEST_REFUSAL:
            body += piece
        return conceal(bytes(body))

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
            elif self._transcript.done or self._whole_came or self._post is None or not self._read(self._post):
                break
        return None

    def _read(self, post: Post) -> bool:
        """Read the next events; return false at the end.

        Raises:
            ConnectionLostError: The stream ended before the text did.
            TaskTimeoutError: It is silent.
            UnexpectedResponseError: It is no stream of events.
        """
        is_complete = self._transcript.complete
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
            raise UnexpectedResponseError("an event of the stream cannot be read", answer=_shown(event)) from error
        if self._transcript.errors:
            errors = [api_error(item) for item in self._transcript.errors]
            raise min(errors, key=lambda error: error.retryable)
        return delta

    # -- ending -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the stream, from any thread; what has come stays."""
        self._over = True
        post = self._post
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
            if self._post is not None:
                self._post.cut()

    def note(self, error: BaseException) -> None:
        """Tell whoever interrupts the stream how its task can be collected."""
        told = getattr(error, "__notes__", [])
        words = (
            f"{self._transcript.task_type} {self.task_uuid} was sent and may be billed; {collect_line(self.task_uuid)}"
        )
        if self._sends and not self.complete and words not in told:
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
        error.task_uuids = tuple(self._uuids)
        error.attempts = self._windows
        advice = []
        if self._transcript.begun:
            error.results = [self._transcript.item]
            advice.append("what had come is in .results")
        is_bought = isinstance(error, ConflictError) and self._sends > 1  # by the send that seemed to have been refused
        if is_bought or (self._sends and not isinstance(error, ApiError)) or isinstance(error, ServerError):
            advice.append(collect_line(self.task_uuid))
        error.message = "; ".join([error.message, *advice])


def _shown(answer: str | bytes) -> Any:
    """Return the beginning of an answer, as it may be kept in an error."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return text[:2000]
