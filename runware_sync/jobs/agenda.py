"""Which jobs of a client run, and which wait for their turn.

| guarded by the crew's `lock` | what |
|---|---|
| `_running`, `_queue` | the jobs that have been called, and those that wait |
| `is_called`, `is_stopped`, `has_begun` | how far each of them is |
"""

import threading
from collections import deque
from concurrent.futures import InvalidStateError
from contextlib import ExitStack, suppress
from typing import Protocol

from runware_sync import forks
from runware_sync.errors import RunwareError, own_copy
from runware_sync.jobs.crew import Crew
from runware_sync.waiting import SLICE

__all__ = ["Agenda"]


class Entry(Protocol):
    """A job, as far as its turn is concerned."""

    is_called: bool  # it is to begin, or has begun
    is_stopped: bool  # it must not begin
    has_begun: bool

    def begin(self) -> None:
        """Open the call."""

    def refuse(self) -> None:
        """End without having begun."""

    def orphan(self) -> None:
        """End in a forked child."""

    def set_exception(self, exception: BaseException | None, /) -> None:
        """End with an error."""


class Agenda:
    """Which jobs of a client run, and which wait for their turn.

    Args:
        most: How many may run at one time.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._renew()
        forks.enlist(self)

    def _renew(self) -> None:
        """Begin with nothing."""
        self.crew = Crew()
        self._quiet = threading.Condition(self.crew.lock)  # which guards what follows, too
        self._running: set[Entry] = set()
        self._queue: deque[Entry] = deque()

    def begin_anew(self) -> None:
        """Begin with nothing in a forked child, which has none of its parent's workers; what they do is theirs."""
        jobs = [*self._running, *self._queue]
        self._renew()
        for job in jobs:
            job.orphan()

    def add(self, job: Entry, *, at_once: bool = False) -> None:
        """Begin a job now, or when there is room for it; or now in any case."""
        try:
            with self.crew.lock:
                free = job.is_called = at_once or len(self._running) < self.most
                if free:
                    self._running.add(job)
                else:
                    self._queue.append(job)
            if free:
                job.begin()
        except BaseException:  # an interrupt: who wanted it will not know of it
            with self.crew.lock:
                self._take_back(job)
            self.release(job)
            raise

    def release(self, done: Entry) -> None:
        """Begin the next job in the place of one that is done."""
        with self.crew.lock:
            self._running.discard(done)
            job = self._queue.popleft() if self._queue and len(self._running) < self.most else None
            if job is not None:
                job.is_called = True
                self._running.add(job)
            elif not self._running:
                self._quiet.notify_all()
        if job is not None:
            self.crew.put(job.begin if threading.main_thread().is_alive() else job.refuse)

    def stop(self, job: Entry) -> bool:
        """Keep a job from beginning; return whether it has not begun yet."""
        with self.crew.lock:
            if job.has_begun or job.is_stopped:
                return False
            job.is_stopped = True
            self._take_back(job)
            return True

    def _take_back(self, job: Entry) -> None:
        """Take a job from those that wait, if it is there. Requires the lock."""
        if not job.is_called and job in self._queue:
            self._queue.remove(job)
            self._quiet.notify_all()

    def let_begin(self, job: Entry) -> bool:
        """Take note that a job begins, unless it was stopped."""
        with self.crew.lock:
            job.has_begun = not job.is_stopped
            return job.has_begun

    def clear(self, error: RunwareError) -> None:
        """End the jobs that have not begun, each with an error of its own."""
        with self.crew.lock:
            jobs = list(self._queue)
            self._queue.clear()
            self._quiet.notify_all()
        with ExitStack() as stack:  # which goes through all of them, whatever a user's function raises
            for job in reversed(jobs):
                stack.callback(_settle, job, error)

    def finish(self) -> None:
        """Wait until all jobs are done; at once if a job's own function asks for that."""
        if self.crew.is_at_work_here:
            return
        with self.crew.lock:
            while self._running or self._queue:
                self._quiet.wait(SLICE)


def _settle(job: Entry, error: RunwareError) -> None:
    with suppress(InvalidStateError):
        job.set_exception(own_copy(error))
