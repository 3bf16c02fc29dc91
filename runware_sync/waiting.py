"""Waiting for futures in a way that Ctrl-C can end, on every system."""

import os
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from typing import Final, TypeVar

__all__ = ["SLICE", "wait", "wait_quietly"]

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


def wait_quietly(turn: Future[None], seconds: float) -> None:
    """Wait for a future, but no longer than some seconds."""
    with suppress(FutureTimeoutError):
        wait(turn, seconds)
