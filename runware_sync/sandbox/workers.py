"""Threads that paint, so that the sandbox's event loop stays free for its connections."""

import asyncio
import itertools
import logging
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

__all__ = ["Workers"]

logger = logging.getLogger("runware_sync.sandbox")

T = TypeVar("T")

_COUNT: Final = max(2, min(8, os.cpu_count() or 2))


class Workers:
    """A few daemon threads, started when the first work comes; nothing waits for them at interpreter exit."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._numbers = itertools.count(1)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Do `work` in one of the threads. Called in the event loop's thread only."""
        future: Future[T] = Future()
        if len(self._threads) < _COUNT:
            name = f"runware-sandbox-painter-{next(self._numbers)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._queue.put((work, future))
        return future

    def run(self, loop: asyncio.AbstractEventLoop, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Do `work` in one of the threads and then, in the loop, call `then` with the finished future."""

        def finished(future: Future[T]) -> None:
            try:
                loop.call_soon_threadsafe(then, future)
            except RuntimeError:
                logger.debug("work finished after the sandbox had stopped")

        self.submit(work).add_done_callback(finished)

    def stop(self) -> None:
        """End the threads after their current piece of work."""
        for _ in self._threads:
            self._queue.put(None)
        self._threads.clear()

    def _work(self) -> None:
        while (entry := self._queue.get()) is not None:
            work, future = entry
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - it belongs to whoever reads the future
                future.set_exception(error)
            del entry, work, future  # a waiting thread holds no picture
