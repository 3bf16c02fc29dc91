"""The sandbox's time: the computer's, or one that a test moves by hand."""

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "Timer"]


class Timer(Protocol):
    """Something that will happen, unless it is cancelled."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """What the sandbox asks about time; seconds everywhere."""

    def now(self) -> float:
        """Return the time; only differences mean something."""
        ...

    def call_later(self, loop: asyncio.AbstractEventLoop, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` in `loop`, `delay` seconds from now; called in that loop's thread."""
        ...


class SystemClock:
    """The computer's monotonic clock."""

    def now(self) -> float:
        """Return the time; only differences mean something."""
        return time.monotonic()

    def call_later(self, loop: asyncio.AbstractEventLoop, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` in `loop`, `delay` seconds from now; called in that loop's thread."""
        return loop.call_later(delay, callback)


class _ManualTimer:
    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self.loop = loop
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None

    def run(self) -> None:
        callback, self.callback = self.callback, None
        if callback is not None:
            callback()


class ManualClock:
    """A clock that stands still until `advance` is called, so that tests need not wait 120 s.

    Everything in the sandbox that has to do with time follows it, `latency` included.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0.0
        self._order = itertools.count()
        self._timers: list[tuple[float, int, _ManualTimer]] = []

    def now(self) -> float:
        """Return the time; it starts at 0."""
        with self._lock:
            return self._now

    def call_later(self, loop: asyncio.AbstractEventLoop, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` in `loop`, once the clock has been advanced by `delay` seconds."""
        timer = _ManualTimer(loop, callback)
        with self._lock:
            heapq.heappush(self._timers, (self._now + delay, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Move the clock, and return once everything that became due has happened, in order.

        Call it from any thread but the sandbox's own.
        """
        with self._lock:
            end = self._now + seconds
        while (due := self._next(end)) is not None:
            _run_in_loop(due)
        with self._lock:
            self._now = max(self._now, end)

    def _next(self, end: float) -> _ManualTimer | None:
        with self._lock:
            if not self._timers or self._timers[0][0] > end:
                return None
            at, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, at)
            return timer


def _run_in_loop(timer: _ManualTimer) -> None:
    done: Future[None] = Future()

    def run() -> None:
        try:
            timer.run()
        finally:
            done.set_result(None)

    try:
        timer.loop.call_soon_threadsafe(run)
    except RuntimeError:  # the loop has been closed: nobody waits for this timer any more
        return
    done.result(timeout=30)
