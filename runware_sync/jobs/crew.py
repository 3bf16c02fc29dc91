"""Workers: daemon threads that do what there is to do for jobs, and keep their deadlines.

One worker does it all, as long as nothing keeps it: what is done for a job is short. A worker that is about to run a
user's function, or to wait, lends itself first, and another takes its place. The last one without work ends after a
while. They are daemons of our own, because those of an executor are joined at exit and would do all that is queued.

| guarded by `lock` | what |
|---|---|
| `_ready`, `_due`, `_next` | what is to be done; the bells that are waited for, and until when |
| `_idle`, `_busy`, `_workers` | whether anybody is there to do it |
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from runware_sync import logs

__all__ = ["Bell", "Crew"]

_LINGER: Final = 5.0
"""Seconds after which a worker ends that has nothing to do, and no time to keep."""

_NEVER: Final = float("inf")

_logger = logs.logger(__name__)


class Bell:
    """What the reader, or the clock, rings when there is something to do for a job; it rings once for each wait.

    Args:
        crew: Who hears it.
        work: What is to be done then; given the bell, to wait for it again.
    """

    __slots__ = ("_crew", "_work", "early")

    def __init__(self, crew: "Crew", work: "Callable[[Bell], None]") -> None:
        self._crew = crew
        self._work = work
        self.early = False  # it rang before anybody waited for it

    def __call__(self) -> None:
        """Do it."""
        self._work(self)

    def set_result(self, _result: None, /) -> None:
        """Ring."""
        self._crew.hear(self)

    def set_exception(self, _exception: BaseException, /) -> None:
        """Ring; what happened is found where the bell leads to."""
        self._crew.hear(self)


class _Place:
    """The place of a worker that is being started."""

    __slots__ = ("is_taken_back",)

    def __init__(self) -> None:
        self.is_taken_back = False


class Crew:
    """The workers of one client; they are started when they are needed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a function of a user can run inside of it: see `exchange`
        self._news = threading.Condition(self.lock)
        self._ready: deque[Callable[[], None]] = deque()
        self._due: dict[Bell, float] = {}
        self._next = _NEVER  # until when the one without work sleeps
        self._idle = 0
        self._busy = 0  # at work, and not lent
        self._workers: set[int] = set()

    def put(self, work: Callable[[], None]) -> None:
        """Have something done by a worker."""
        with self.lock:
            self._ready.append(work)
            self._call_somebody()

    def wait(self, bell: Bell, until: float) -> None:
        """Do what a bell leads to when it rings, or at some time on the monotonic clock."""
        with self.lock:
            if bell.early:
                bell.early = False
                self._ready.append(bell)
                self._call_somebody()
                return
            self._due[bell] = until
            if until < self._next or not (self._idle or self._busy):
                self._next = min(until, self._next)
                self._call_somebody()

    def hear(self, bell: Bell) -> None:
        """Take note that a bell has rung."""
        with self.lock:
            if self._due.pop(bell, None) is None:
                bell.early = True
            else:
                self._ready.append(bell)
                self._call_somebody()

    def _call_somebody(self) -> None:
        """Wake the worker that sleeps, or start one if none is about. Requires the lock.

        Where none can be started, what there is to do waits for the next event: it was promised to be done, and
        whoever rings could do nothing about it.
        """
        if self._idle:
            self._news.notify()
        elif not self._busy:
            place = _Place()
            self._busy += 1
            try:
                threading.Thread(target=self._serve, args=(place,), name="runware-worker", daemon=True).start()
            except BaseException as error:
                self._busy -= 1
                place.is_taken_back = True  # an interrupt may have come when it had begun to start
                if not isinstance(error, RuntimeError):
                    raise
                _logger.error("no thread for jobs (%s): they wait until there is one", error)  # noqa: TRY400 - no fault of ours

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let another worker take over while this one runs a user's function, or waits."""
        if not self.is_at_work_here:
            yield  # somebody else's thread: nobody relies on it
            return
        with self.lock:
            self._busy -= 1
        try:
            with self.lock:
                if self._ready or self._due:
                    self._call_somebody()
            yield
        finally:
            with self.lock:
                self._busy += 1

    @property
    def is_at_work_here(self) -> bool:
        """Whether the present thread is one of the workers."""
        return threading.get_ident() in self._workers

    # -- a worker's life --------------------------------------------------------------------------------------------

    def _serve(self, place: _Place) -> None:
        with self.lock:
            if place.is_taken_back:
                return
            self._workers.add(threading.get_ident())
        while (work := self._next_work()) is not None:
            try:
                work()
            except BaseException:
                _logger.exception("a worker failed; please report this")
            del work  # what it holds must not outlive it here

    def _next_work(self) -> Callable[[], None] | None:
        """Return what to do next; `None` when this worker is not needed any more."""
        with self.lock:
            end = (now := time.monotonic()) + _LINGER
            while True:
                if now >= self._next:
                    self._collect_due(now)
                if self._ready:
                    return self._ready.popleft()
                if self._idle or (now >= end and not self._due):
                    self._busy -= 1
                    self._workers.discard(threading.get_ident())
                    return None
                self._sleep((self._next if self._due else end) - now)
                now = time.monotonic()

    def _sleep(self, seconds: float) -> None:
        """Wait for news. Requires the lock, and gives it up meanwhile."""
        self._busy -= 1
        self._idle += 1
        self._news.wait(min(seconds, threading.TIMEOUT_MAX))
        self._idle -= 1
        self._busy += 1

    def _collect_due(self, now: float) -> None:
        """Ring the bells whose time has come, and find out when the next one's is. Requires the lock."""
        for bell in [bell for bell, when in self._due.items() if when <= now]:
            del self._due[bell]
            self._ready.append(bell)
        self._next = min(self._due.values(), default=_NEVER)
