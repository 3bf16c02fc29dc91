"""Asking for a text that is read while it is written, until the service has begun to answer.

Nothing is bought twice. A request of which nothing was written may be made again, under the same UUID; so may one that
the service had no capacity for, because a server that has taken it after all says so instead of billing it. One that
came too fast, or that was turned away for a medium which can be stored again, is bought under a child UUID. Whatever
else happens once the request was written is final.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from runware_sync import logs
from runware_sync.calls.orders import Order
from runware_sync.errors import ApiError, RateLimitError, RunwareError, UnexpectedResponseError
from runware_sync.options import Settings
from runware_sync.secrecy import Secret, conceal
from runware_sync.streaming.posting import Post, http_address
from runware_sync.streaming.refusals import refusal
from runware_sync.uuids import child_uuid

__all__ = ["Appeal", "beginning"]

_LONGEST_REFUSAL: Final = 1048576  # bytes of an answer that is no stream
_WANTED: Final = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_NOBODY: Final = Secret("sandbox")  # what the built-in service is told, which asks for no key

_log = logs.logger(__name__)


class Appeal:
    """The requests for one text, each on a connection of its own.

    Args:
        settings: What the client was told.
        order: What is to be bought.

    Attributes:
        uuids: Those under which it was asked for, the root first.
        sends: How often the request under the last of them was written.
        windows: How many requests were made, or tried.
        post: The present one.
        whole: The answer, if it came in one piece, from a server that does not stream.
    """

    def __init__(self, settings: Settings, order: Order) -> None:
        self._settings = settings
        self._order = order
        self.uuids = [order.root]
        self.sends = 0
        self.windows = 0
        self.post: Post | None = None
        self.whole: str | None = None
        self._body = order.body
        self._turned_away = False  # for another reason than what it asks for: what is sent next is another purchase
        self._changed = False  # it was sent in another form

    @property
    def may_have_bought(self) -> bool:
        """Whether a request was written that the service has not turned away."""
        return self.sends > 0 and not self._turned_away

    def make(self, number: int, address: str, check: Callable[[], None]) -> None:
        """Connect and ask once; returns when the service has begun to answer.

        Args:
            number: Which request this is, from 1.
            address: Address of the service, as the client dials it.
            check: Raises what ends it from outside.

        Raises:
            RunwareError: It has not begun.
        """
        self.windows = number
        try:
            self._make(address, check)
        except ApiError as error:
            if not self._finds_other_way(error):
                raise
            self._make(address, check)

    def _finds_other_way(self, error: ApiError) -> bool:
        """Return whether it may be sent in another form, once, after it was turned away."""
        alternative = self._order.alternative
        body = None if self._changed or alternative is None else alternative(error)
        if body is None:
            return False
        self._body = body
        self._changed = self._turned_away = True
        return True

    def _make(self, address: str, check: Callable[[], None]) -> None:
        if self._turned_away:
            self.uuids.append(child_uuid(self._order.root, len(self.uuids)))
            self._turned_away, self.sends = False, 0
        settings, order = self._settings, self._order
        url = http_address(settings.dialled(address))
        self.post = post = Post(url, proxy=settings.proxy, ssl_context=settings.ssl_context)
        try:
            post.connect(settings.connect_timeout)
            check()
            self.sends += 1
            body = {**self._body, "taskUUID": self.uuids[-1], "deliveryMethod": "stream"}
            _log.debug("POST to %s: %s %s", settings.shown_url, body.get("taskType"), body["taskUUID"])
            headers = {**settings.headers, **_WANTED}
            post.ask(json.dumps([body]).encode(), headers, settings.api_key or _NOBODY, order.timeout)
            self._examine(post)
        except BaseException as error:
            post.close()
            if isinstance(error, RunwareError):
                check()
            raise

    def _examine(self, post: Post) -> None:
        """Look at the head of the answer, and raise what it says if that is no."""
        kind = post.header("Content-Type").partition(";")[0].strip().lower()
        if post.status == HTTPStatus.OK and kind in {"text/event-stream", ""}:
            if post.header("Content-Encoding").strip().lower() in {"", "identity"}:
                return
            raise UnexpectedResponseError("the stream came compressed, which was not asked for")
        body = _read(post)
        if post.status != HTTPStatus.OK:
            error = refusal(post.status, body, post.header("Retry-After"))
            self._turned_away = isinstance(error, RateLimitError) and error.retryable
            raise error
        text = body.decode(errors="replace")
        if kind != "application/json":
            raise UnexpectedResponseError(f"no stream came, but {kind}", answer=beginning(text))
        self.whole = text


def _read(post: Post) -> bytes:
    """Return an answer that is no stream, up to a length."""
    body = bytearray()
    while (piece := post.read()) and len(body) <= _LONGEST_REFUSAL:
        body += piece
    return conceal(bytes(body))


def beginning(answer: str) -> str:
    """Return the beginning of an answer, as it may be kept in an error."""
    return answer[:2000]
