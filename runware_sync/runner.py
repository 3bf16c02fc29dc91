"""Requests to results: what every method of the facade comes down to."""

import uuid as uuids
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from runware_sync.errors import RunwareError
from runware_sync.options import Settings

if TYPE_CHECKING:  # what makes calls loads with the first call
    from runware_sync.connection import Connection
    from runware_sync.content import Route
    from runware_sync.jobs import Job
    from runware_sync.orders import Order
    from runware_sync.requests import Request

__all__ = ["Runner"]

R = TypeVar("R")
T = TypeVar("T")


class Runner:
    """Runs requests on a connection, with one set of defaults.

    Args:
        settings: The defaults.
        connection: Where calls wait.
        route: How the content of results is fetched.
    """

    def __init__(self, settings: Settings, connection: "Connection", route: "Route") -> None:
        self._settings = settings
        self._connection = connection
        self._route = route

    def run(self, request: "Request[R]", /) -> R:
        """Make the call that a request object describes, and return its result.

        Args:
            request: Any request; it is not changed, and can be used again.

        Raises:
            RunwareError: The call failed; the error says what was bought, and carries what arrived.
        """
        from runware_sync import wire
        from runware_sync.tasks import QUESTIONS

        if request.task_type in QUESTIONS:
            return self._inquire(request)
        settings = self._settings
        body = wire.encode(request, include_cost=settings.include_cost, local_files=settings.local_files)
        on_partial = request.on_partial

        def hand_on(items: list[dict[str, Any]]) -> None:
            if on_partial is not None:
                on_partial(self._routed(wire.decode_items(request.task_type, items)))

        order = self._order(
            body,
            request,
            expected=request.expected,
            free=request.free,
            alternative=lambda: wire.encode_current(
                request, include_cost=settings.include_cost, local_files=settings.local_files
            ),
            on_partial=None if on_partial is None else hand_on,
        )
        outcome = self._call(order, request.task_type)
        return self._routed(wire.decode(request, outcome.items, outcome.surplus, order.root))

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
            task: The task as it travels, in camelCase. A `taskUUID` in it is used; otherwise one is made.
            expect: How many results to wait for. Default: `promptVersions` or `numberResults` of the task, else 1.
            timeout: Seconds that one window lasts. Default: the client's.
            retry: Windows after the first. Default: the client's `max_retries`.
            on_partial: Called with each new list of results, in the calling thread.
            on_progress: Called with 0 to 100, in the calling thread.

        Returns:
            The results as they came.

        Raises:
            TypeError: The task names no task type.
            RunwareError: The call failed.
        """
        from runware_sync.jobs import expected_of
        from runware_sync.orders import Order

        body = dict(task)
        if not isinstance(body.get("taskType"), str):
            raise TypeError('raw() takes a task with its type, such as {"taskType": "imageInference", ...}')
        chosen = body.pop("taskUUID", None)
        order = Order(
            body=body,
            expected=_waited_for(body, expected_of(body)) if expect is None else expect,
            timeout=self._settings.timeout if timeout is None else timeout,
            retries=self._settings.max_retries if retry is None else retry,
            root=str(chosen or uuids.uuid4()),
            chosen=chosen is not None,
            on_partial=on_partial,
            on_progress=on_progress,
        )
        outcome = self._call(order, None)
        return [*outcome.items, *outcome.surplus]

    def job(self, task_uuid: str, /) -> "Job[Any]":
        """Reopen a task by its UUID, to collect what was bought; nothing is bought by it.

        What arrived after its caller had left is taken first; then the service is asked. Works in any process.

        Args:
            task_uuid: The UUID that an error named, or that was chosen.

        Returns:
            A `concurrent.futures.Future` with the result of the task's own type.
        """
        from runware_sync import wire
        from runware_sync.jobs import Job, collect

        uuid = str(uuids.UUID(str(task_uuid)))
        settings = self._settings
        job: Job[Any] = Job(uuid)

        def work() -> Any:
            try:
                kind, expected, outcome = collect(
                    self._connection, uuid, timeout=settings.timeout, retries=settings.max_retries
                )
            except RunwareError as error:
                error.results = self._routed(wire.decode_items(error.task_type or "", error.results))
                raise
            return self._routed(wire.decode_task(kind, expected, outcome.items, outcome.surplus, uuid))

        return job.start(work)

    def _inquire(self, request: "Request[R]") -> R:
        from runware_sync import wire
        from runware_sync.questions import Question

        settings = self._settings
        items = Question(
            self._connection,
            str(request.task_uuid),
            request.task_type,
            settings.timeout if request.timeout is None else request.timeout,
            settings.max_retries if request.retry is None else request.retry,
            enough=getattr(request, "number_results", None),
            on_partial=request.on_partial,
        ).answer()
        return wire.decode(request, items, (), str(request.task_uuid))

    def _order(self, body: dict[str, Any], request: "Request[Any]", *, expected: int, **facts: Any) -> "Order":
        from runware_sync.orders import Order

        settings = self._settings
        return Order(
            body=body,
            expected=_waited_for(body, expected),
            timeout=request.timeout or request.lasting or settings.timeout,
            retries=settings.max_retries if request.retry is None else request.retry,
            renewable=request.renewable,
            root=str(request.task_uuid or uuids.uuid4()),
            chosen=request.task_uuid is not None,
            on_progress=request.on_progress,
            **facts,
        )

    def _call(self, order: "Order", task_type: str | None) -> Any:
        from runware_sync.calls import Call

        try:
            return Call(self._connection, order).run()
        except RunwareError as error:
            if task_type is not None and error.results:
                from runware_sync import wire

                error.results = self._routed(wire.decode_items(task_type, error.results))
            raise

    def _routed(self, outcome: T) -> T:
        """Let the content of what came back be fetched the way that this client was told."""
        from runware_sync.results import route_downloads

        route_downloads(outcome, self._route)
        return outcome


def _waited_for(body: dict[str, Any], expected: int) -> int:
    """Return how many results come here: with a webhook they go there, and only the acknowledgement comes."""
    return 1 if body.get("webhookURL") else expected
