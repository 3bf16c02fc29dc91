"""Waiting in a way that Ctrl-C can end, on every system."""

import os
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Final, TypeVar

__all__ = ["SLICE", "Gong", "wait"]

T = TypeVar("T")

SLICE: Final = 0.1 if os.name == "nt" else None
"""Seconds of one wait: on Windows a wait for a lock cannot be interrupted, so it is taken in slices."""


def wait(turn: Future[T], seconds: float) -> T:
    """Return a future's result, or raise what it raises, or `TimeoutError` after some seconds."""
    until = time.monotonic() + seconds
    while True:
        left = max(0.0, until - time.monotonic())
        try:
            return turn.result(left if SLICE is None else min(SLICE, left))
        except FutureTimeoutError:
            if turn.done() or time.monotonic() >= until:
                raise


class Gong:
    """What one thread waits for and another rings, once.

    A bare lock in the place of a future, at two thirds of its cost. It also hears what rings it in the very thread that
    is about to wait, a signal handler that closes the client: between a future's look at its state and its wait, that
    is lost.
    """

    __slots__ = ("_rung",)

    def __init__(self) -> None:
        self._rung = threading.Lock()
        self._rung.acquire()

    def set_result(self, _result: None, /) -> None:
        """Ring."""
        self._rung.release()

    def set_exception(self, _exception: BaseException, /) -> None:
        """Ring; what happened is found where the call is looked at."""
        self._rung.release()

    def wait(self, seconds: float) -> None:
        """Return when it has been rung, or after some seconds."""
        until = time.monotonic() + seconds
        while seconds > 0 and not self._rung.acquire(timeout=min(seconds, SLICE or threading.TIMEOUT_MAX)):
            seconds = until - time.monotonic()
