"""Jobs: calls that nobody waits for in a thread.

The future that a user holds is the whole call; what the reader rings stays inside. A job in flight costs no thread: a
worker comes when its bell has rung. Only what goes wrong, and what a user's function does, keeps a worker.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import nullcontext, suppress
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Outcome
from runware_sync.errors import ClientClosedError
from runware_sync.jobs.agenda import Agenda
from runware_sync.jobs.crew import Bell
from runware_sync.jobs.errand import Errand, NotAtOnce

__all__ = ["Alarm", "Job"]

R = TypeVar("R")

_KEPT: Final = nullcontext()  # the worker stays at work; made once, because every job goes through it


class Alarm:
    """What the first failure of several jobs rings: none of them begins any more."""

    __slots__ = ("rung",)

    def __init__(self) -> None:
        self.rung = False


class Job(Future[R], Generic[R]):
    """A call under way: a `concurrent.futures.Future` of its result.

    It works wherever futures do: `as_completed`, `wait`, `add_done_callback`, `asyncio.wrap_future`. Functions given to
    it run on a worker thread, and count as part of the call: one that waits for another job may wait forever.

    Attributes:
        task_uuid: The root UUID of the call; `client.job(task_uuid)` finds it again, from any process.
        request: The request object; `None` for a job that was reopened.
    """

    is_called = False  # it is to begin, or has begun; guarded, like the next, by the crew's lock
    is_stopped = False
    has_begun = False
    _call: Call | None = None
    _line: "SimpleQueue[Future[R]] | None" = None  # of somebody who waits for several
    _alarm: "Alarm | None" = None  # of several
    _kept = False  # for somebody who may not come to read it

    def __init__(self, errand: Errand[R], agenda: Agenda) -> None:
        super().__init__()
        self.task_uuid = errand.uuid
        self.request = errand.request
        self._errand: Errand[R] | None = errand  # which holds the connection, like the call
        self._agenda = agenda

    def cancel(self) -> bool:
        """Cancel the call if nothing of it has been written yet; return whether it is cancelled.

        What has been written may be billed, whatever is done here, so it goes on.
        """
        if self.done():
            return self.cancelled()
        if self._agenda.stop(self):
            super().cancel()
            if not self.is_called:
                self.set_running_or_notify_cancel()
        elif self._call is not None and self._call.withdraw():
            super().cancel()
        return self.cancelled()

    def running(self) -> bool:
        """Return whether it has been sent, and is not done."""
        return not self.done() and self._call is not None and self._call.slot.sent

    def add_done_callback(self, fn: "Callable[[Future[R]], object]") -> None:
        """Have a function called with the job when it is done, on a worker thread; at once if that is so already."""
        crew = self._agenda.crew

        def call(job: "Future[R]") -> None:
            with crew.lent():
                fn(job)

        super().add_done_callback(call)

    @property
    def attempts(self) -> int:
        """How many waiting windows its call has opened; 0 before the first, and when it is known no more."""
        return 0 if self._call is None else self._call.attempts

    def keep(self, alarm: Alarm | None = None) -> None:
        """Let its results wait on the shelf, should it be abandoned even after it is done.

        Args:
            alarm: What it rings if it fails, and what keeps it from beginning if another has rung it.
        """
        self._kept = True
        self._alarm = alarm

    def read(self) -> None:
        """Take note that it is done, and has been read: nothing of it needs to be kept any more."""
        self._kept = False
        self._errand = self._call = None

    def tell(self, line: "SimpleQueue[Future[R]]") -> None:
        """Have it put into a queue when it is done; that is no function that could keep a worker."""
        self._line = line
        super().add_done_callback(line.put)

    def abandon(self) -> bool:
        """Let go of a job that is kept: cancel it, or have what it brings wait on the shelf.

        Returns:
            Whether it may bring anything.
        """
        if self.cancel():
            return False
        call = self._call
        if call is None:  # a question, or it is done
            return False
        call.keep = True
        if self.done():
            call.leave()
        return call.slot.sent

    def refuse(self) -> None:
        """End without having begun: nothing is bought any more."""
        self._fail(ClientClosedError("the program is ending; what had not been sent was not bought"))

    def orphan(self) -> None:
        """End in a forked child, where nobody brings it to its end; functions of a user are called in the parent alone.

        Its own lock may be held by a thread that the child has not got, so it gets another.
        """
        self._condition = threading.Condition()
        self._waiters: list[Any] = []
        self._done_callbacks: list[Any] = [] if self._line is None else [self._line.put]
        self._errand = self._call = None
        error = ClientClosedError(
            "this job belongs to the parent process, where it goes on; client.job(task_uuid).result() collects it here",
            task_uuid=self.task_uuid,
        )
        with suppress(InvalidStateError):
            self.set_exception(error)

    # -- its way ----------------------------------------------------------------------------------------------------

    def begin(self, *, at_once: bool = True) -> None:
        """Open the call, and send it as soon as the connection can; on a worker, if preparing it takes time."""
        errand, crew, call = self._errand, self._agenda.crew, None
        if self._alarm is not None and self._alarm.rung:
            self.cancel()
        try:
            if errand is not None and not self.is_stopped:
                with _KEPT if at_once else crew.lent():
                    call = self._call = errand.prepare(at_once=at_once)
            if not self._agenda.let_begin(self) or errand is None:
                self._call = None
                self._finish(self._end_cancelled)
            elif call is None:
                crew.put(lambda: self._wait(errand))
            else:
                bell = Bell(crew, self._step)
                crew.wait(bell, call.open(bell))
        except NotAtOnce:
            crew.put(lambda: self.begin(at_once=False))
        except BaseException as error:  # whatever it is belongs to whoever asks for the result
            if call is not None:
                call.leave(error)
            self._fail(error)
            if not isinstance(error, Exception):
                raise  # an interrupt, in the thread of whoever wanted it to begin

    def _step(self, bell: Bell) -> None:
        """Do what there is to do, when the bell has rung."""
        errand, call, crew = self._errand, self._call, self._agenda.crew
        if errand is None or call is None:
            return  # it has ended meanwhile
        try:
            with crew.lent() if call.lingers else _KEPT:
                came = call.step(bell)
        except BaseException as error:  # noqa: BLE001 - the call itself knows what to make of it
            self._go_on(errand, call, error)
            return
        if not isinstance(came, Outcome):
            crew.wait(bell, came)
            return
        call.leave()
        try:
            result = errand.result(came)
        except BaseException as error:  # noqa: BLE001 - as above
            call.shelve()
            self._fail(error)
        else:
            self._finish(lambda: self.set_result(result))

    def _go_on(self, errand: Errand[R], call: Call, error: BaseException) -> None:
        """Go through the windows after a first one that ended badly; a thread waits in them."""

        def first() -> Outcome:
            raise error

        self._wait(errand, call, first)

    def _wait(self, errand: Errand[R], call: Call | None = None, first: Callable[[], Outcome] | None = None) -> None:
        try:
            with self._agenda.crew.lent():
                result = errand.run(call, first)
        except BaseException as error:  # noqa: BLE001 - as above
            self._fail(error)
        else:
            self._finish(lambda: self.set_result(result))

    def _fail(self, error: BaseException) -> None:
        if self.cancelled() or (self._call is not None and self._call.withdrawn):
            self._finish(self._end_cancelled)
        else:
            self._finish(lambda: self._end_badly(error))

    def _end_badly(self, error: BaseException) -> None:
        self.set_exception(error)
        if self._alarm is not None:
            self._alarm.rung = True

    def _finish(self, settle: Callable[[], object]) -> None:
        """Settle, and make room for the next job."""
        call = self._call
        try:
            settle()
        except InvalidStateError:  # settled by somebody else
            pass
        finally:
            if call is not None and call.keep:
                call.leave()
            if not self._kept:
                self._errand = self._call = None
            self._agenda.release(self)

    def _end_cancelled(self) -> None:
        if super().cancel():
            self.set_running_or_notify_cancel()

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied: a call goes on in its process."""
        raise TypeError(
            "a Job is not pickled, its call goes on in this process; send job.task_uuid, and use client.job(task_uuid)"
        )

    def __repr__(self) -> str:
        """Return the UUID and how far it is."""
        state = "cancelled" if self.cancelled() else "done" if self.done() else "under way"
        return f"<Job {self.task_uuid}, {state}>"
