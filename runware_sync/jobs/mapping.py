"""Many requests through one client: taken lazily, a bounded number of them under way, results as an iterator."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import define, field

from runware_sync.jobs.job import Alarm, Job
from runware_sync.waiting import SLICE

if TYPE_CHECKING:  # loads when it is wanted
    from runware_sync.jobs.progress import MapProgress

__all__ = ["Mapping"]

Q = TypeVar("Q")
R = TypeVar("R")


@define(eq=False)
class Mapping(Generic[Q, R]):
    """Results of many requests, one after another.

    Args:
        source: Where the requests come from; asked for the next one only when there is room for it.
        make: Makes a job of a request, without beginning it.
        add: Begins a job, or has it wait for its turn.
        most: How many jobs may be begun and not yet read.
        ordered: Whether results come in the order of the requests; otherwise in the order in which they are done.
        return_exceptions: Whether a failure is a result like others; otherwise the first one ends it all.
        begin_showing: Begins to show how far it is; `None` to be silent.
    """

    _source: Iterator[Q]
    _make: Callable[[Q], Job[R]]
    _add: Callable[[Job[R]], None]
    _most: int
    _ordered: bool
    _return_exceptions: bool
    _begin_showing: "Callable[[], MapProgress] | None" = None
    _progress: "MapProgress | None" = field(default=None, init=False)
    _unread: OrderedDict[Future[R], Job[R]] = field(factory=OrderedDict, init=False)
    _done: "SimpleQueue[Future[R]]" = field(factory=SimpleQueue, init=False)
    _counted: set[Future[R]] = field(factory=set, init=False)
    _alarm: Alarm | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Have the first failure keep others from beginning, unless failures are results."""
        self._alarm = None if self._return_exceptions else Alarm()

    def __iter__(self) -> Iterator[R]:
        """Yield the results; when the loop is left, or a call fails, nothing new begins."""
        if self._begin_showing is not None:
            self._progress = self._begin_showing()
        job: Job[R] | None = None
        try:
            while True:
                self._fill()
                if not self._unread:
                    return
                job = self._next()
                yield self._result(job)
                self._take_for_read(job)  # not before: an interrupt on the way must not lose it
        except GeneratorExit as error:
            if job is not None:
                self._take_for_read(job)
            self._stop(error)
            raise
        except BaseException as error:
            self._stop(error)
            raise
        finally:
            if self._progress is not None:
                self._progress.close()

    def _fill(self) -> None:
        while len(self._unread) < self._most and not (self._alarm is not None and self._alarm.rung):
            for request in self._source:
                job = self._make(request)
                break
            else:
                return
            job.keep(self._alarm)
            self._unread[job] = job
            if not self._ordered or self._progress is not None:
                job.tell(self._done)
            self._add(job)

    def _next(self) -> Job[R]:
        """Return the job whose result is the next one, when it is done."""
        return self._first_of_all() if self._ordered else self._unread[self._first_done()]

    def _result(self, job: Job[R]) -> R:
        try:
            error = _outcome(job)
        except CancelledError:  # another one's failure kept it from beginning
            job = next(
                each for each in self._unread.values() if each.done() and not each.cancelled() and each.exception()
            )
            error = job.exception()
        if error is None:
            return job.result()
        if self._return_exceptions and isinstance(error, Exception):
            return error  # type: ignore[return-value]  # whoever asks for exceptions gets them among the results
        self._take_for_read(job)
        raise error

    def _take_for_read(self, job: Job[R]) -> None:
        if self._unread.pop(job, None) is not None:
            job.read()

    def _first_of_all(self) -> Job[R]:
        """Return the job whose turn it is; where progress is shown, when it is done, and all before it are counted."""
        job = next(iter(self._unread.values()))
        while self._progress is not None and job not in self._counted:
            self._counted.add(self._first_done())
        self._counted.discard(job)
        return job

    def _first_done(self) -> Future[R]:
        while True:
            with suppress(Empty):
                done = self._done.get(timeout=SLICE)
                if self._progress is not None:
                    self._progress.count(self._unread[done])
                return done

    def _stop(self, error: BaseException) -> None:
        """Take back what was not sent; say where the rest can be had that was paid for."""
        left = [job.task_uuid for job in self._unread.values() if job.abandon()]
        self._unread.clear()
        if left and not isinstance(error, GeneratorExit):
            error.add_note(
                f"{len(left)} more calls had been sent, and go on; client.job(uuid).result() collects each of them:"
                f" {', '.join(left)}"
            )


def _outcome(job: Job[Any]) -> BaseException | None:
    """Wait for a job, and return what it raised, if it did."""
    while True:
        try:
            return job.exception(SLICE)
        except FutureTimeoutError:
            continue
