"""Requests to results: what every method of the facade comes down to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, overload

from runware_sync.options import Settings

if TYPE_CHECKING:  # what makes calls loads with the first call
    from runware_sync.errands import Office
    from runware_sync.jobs.job import Job
    from runware_sync.requests import Request
    from runware_sync.sharing import Line

__all__ = ["Runner"]

R = TypeVar("R")


class Runner:
    """Runs requests on a connection, with one set of defaults.

    Args:
        settings: The defaults.
        line: The connection, and what goes with it.
    """

    def __init__(self, settings: Settings, line: "Line") -> None:
        self._settings = settings
        self._line = line
        self._connection = line.connection
        self._route = line.route
        self._agenda = line.agenda
        self._desk: Office | None = None  # made with the first call

    def run(self, request: "Request[R]", /) -> R:
        """Make the call that a request object describes, and return its result.

        Args:
            request: Any request; it is not changed, and can be used again.

        Raises:
            RunwareError: The call failed; the error says what was bought, and carries what arrived.
        """
        if getattr(request, "live", False):
            from runware_sync.streaming.stream import stream

            return cast("R", stream(self._office, request))
        return self._office.errand(request).run()

    def submit(self, request: "Request[R]", /) -> "Job[R]":
        """Begin the call that a request object describes, and return at once.

        It is sent now, unless `max_in_flight` jobs are under way; then it waits for its turn. A job costs no thread.
        What it asked for in `on_partial` and `on_progress` is called on a worker thread.

        Args:
            request: Any request.

        Returns:
            A `concurrent.futures.Future` of the result, with the UUID of the task and the request. What goes wrong,
            a file that cannot be read included, is raised by its `result()`.

        Raises:
            TypeError: It is no request object.
        """
        job = self._job(request)
        self._agenda.add(job)
        return job

    @overload
    def map(
        self,
        requests: "Iterable[Request[R]]",
        /,
        *,
        progress: bool = ...,
        ordered: bool = ...,
        return_exceptions: Literal[False] = ...,
    ) -> Iterator[R]: ...
    @overload
    def map(
        self, requests: "Iterable[Request[R]]", /, *, progress: bool = ..., ordered: bool = ..., return_exceptions: bool
    ) -> Iterator[R | Exception]: ...
    def map(
        self,
        requests: "Iterable[Request[R]]",
        /,
        *,
        progress: bool = False,
        ordered: bool = True,
        return_exceptions: bool = False,
    ) -> Iterator[R | Exception]:
        """Make many calls, `max_in_flight` of them at one time, and yield their results.

        Requests are taken from the iterable only when there is room, so that it may be endless. At most twice
        `max_in_flight` calls are begun and not yet read. At the first failure, and when the loop is left, nothing new
        begins; what had been sent by then goes on, and can be collected by `job`.

        Args:
            requests: Request objects, of one kind or several.
            progress: Whether to show how many are done, what they cost so far and how many retries it took: as a bar of
                tqdm, moved while this thread waits, or in lines where no bar can move, as in a log. Default: `False`.
            ordered: Whether results come in the order of the requests. Default: `True`; with `False`, as they are done.
            return_exceptions: Whether an exception is yielded in the place of a result. Default: `False`, it is raised.

        Raises:
            TypeError: One of them is no request object.
            ImportError: There is no tqdm to show progress with.
            RunwareError: A call failed; a note tells the UUIDs of those that had been sent.
        """
        from runware_sync.jobs import mapping

        show = None
        if progress or self._settings.progress:
            from runware_sync.jobs.progress import in_map

            show = in_map(requests)
        most = 2 * self._agenda.most
        return iter(
            mapping.Mapping(iter(requests), self._job, self._agenda.add, most, ordered, return_exceptions, show)
        )

    def raw(
        self,
        task: Mapping[str, Any],
        /,
        *,
        expect: int | None = None,
        timeout: float | None = None,
        retry: int | None = None,
        on_partial: Callable[[list[dict[str, Any]]], None] | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[dict[str, Any]]:
        """Make a call in the service's own words, also for a task type that this library does not know.

        Args:
            task: The task as it travels, in camelCase. A `taskUUID` in it is used; otherwise one is made. The questions
                `getResponse` and `getTaskDetails` need the one of the task that they are about.
            expect: How many results to wait for. Default: `promptVersions` or `numberResults` of the task, else 1; of
                `getResponse`, those that are there.
            timeout: Seconds that one window lasts. Default: that of the task type's own method; of a type that is not
                known, the client's.
            retry: Windows after the first. Default: the client's `max_retries`.
            on_partial: Called with each new list of results, in the calling thread.
            on_progress: Called with 0 to 100, in the calling thread.

        Returns:
            The results as they came.

        Raises:
            TypeError: It is no mapping, names no task type, or holds what JSON cannot carry; or something beside it is
                of a type that cannot be.
            ValueError: A number in it is not finite, its `taskUUID` is none, or something beside it is out of bounds.
            RunwareError: The call failed.
        """
        from runware_sync.verbatim import verbatim

        return verbatim(
            self._office,
            task,
            expect=expect,
            timeout=timeout,
            retry=retry,
            on_partial=on_partial,
            on_progress=on_progress,
        )

    def job(self, task_uuid: str, /) -> "Job[Any]":
        """Reopen a task by its UUID, to collect what was bought; nothing is bought by it.

        What arrived after its caller had left is taken first; then the service is asked. Works in any process.

        Args:
            task_uuid: The UUID that an error named, or that was chosen.

        Returns:
            A `concurrent.futures.Future` with the result of the task's own type. Its pictures carry a recipe if this
            client has kept the request, of a call that was left, or the service has told it.

        Raises:
            TypeError: That is nothing that could be a UUID.
            ValueError: It is a string, and no UUID.
        """
        from runware_sync.errands import Collecting
        from runware_sync.requests.base import as_uuid

        office = self._office
        job: Job[Any] = office.job(Collecting(office, as_uuid(task_uuid, "task_uuid")))
        self._agenda.add(job, at_once=True)
        return job

    def _job(self, request: "Request[R]") -> "Job[R]":
        office = self._office
        return office.job(office.errand(request))

    @property
    def _office(self) -> "Office":
        if self._desk is None:
            from runware_sync.errands import Office

            self._desk = Office(self._settings, self._connection, self._route, self._line.uploads, self._agenda)
        return self._desk
