"""Errands: a request on its way to its result, whoever drives it.

A blocking call runs its errand in its own thread; a job has it done by workers, step by step.
"""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from attrs import define, evolve, field

from runware_sync import wire
from runware_sync.calls.call import Call
from runware_sync.calls.collecting import collect, expected_of
from runware_sync.calls.orders import Order, Outcome
from runware_sync.calls.questions import Question
from runware_sync.connection.connection import Connection
from runware_sync.content.route import Route
from runware_sync.errors import ApiError, RunwareError
from runware_sync.jobs.agenda import Agenda
from runware_sync.jobs.errand import Errand as AnyErrand
from runware_sync.jobs.job import Job
from runware_sync.media.given import Medium
from runware_sync.options import Settings
from runware_sync.packing import Packing
from runware_sync.protocol.tasks import QUESTIONS
from runware_sync.recipes import attach, attach_recorded
from runware_sync.requests import Request
from runware_sync.results import ModelPage, remember_source, route_downloads
from runware_sync.uploads import Uploads
from runware_sync.uuids import fresh_uuid

__all__ = ["Collecting", "Errand", "Office", "waited_for"]

R = TypeVar("R")
T = TypeVar("T")

_UNSUPPORTED: Final = "unsupportedTaskType"


@define(eq=False)
class Office:
    """What errands need of their client.

    Args:
        settings: The defaults.
        connection: Where calls wait.
        route: How the content of results is fetched.
        uploads: What was stored with the service.
        agenda: When jobs begin.
    """

    settings: Settings
    connection: Connection
    route: Route
    uploads: Uploads
    agenda: Agenda

    def job(self, errand: "AnyErrand[R]") -> Job[R]:
        """Return an errand as a job, which has not begun."""
        return Job(errand, self.agenda)

    def routed(self, outcome: T) -> T:
        """Let the content of what came back be fetched the way that this client was told."""
        route_downloads(outcome, self.route)
        return outcome

    def errand(self, request: Request[R]) -> "Errand[R]":
        """Return the errand of one request.

        Raises:
            TypeError: It is no request object, or one that only a thread of its own can read.
        """
        if not isinstance(request, Request):
            raise TypeError(f"a request object is wanted, such as ImageInference(...), not {type(request).__name__}")
        if request.live:
            raise TypeError(
                f"{type(request).__name__} is read by the thread that asks for it; use run(), or TextInference"
            )
        return Errand(self, request)

    def packing(self, request: Request[Any]) -> Packing:
        """Return how the media of one request travel."""
        return Packing(self.settings, self.uploads, self._store, inside=request.stores)

    def _store(self, upload: Request[Any]) -> Any:
        """Make the call by which a medium is stored, waiting in this thread."""
        return Errand(self, upload).run()

    def amend(self, error: RunwareError, kind: type[Request[Any]] | str) -> None:
        """Put the results that an error carries into the form in which users want them."""
        if error.results:
            error.results = self.routed(wire.decode_items(kind, error.results))


@define(eq=False)
class Errand(Generic[R]):
    """One request to be done.

    Args:
        office: The client's side.
        request: The request; it is not changed.
    """

    office: Office
    request: Request[R]
    uuid: str = field(init=False)
    _packing: Packing | None = field(default=None, init=False)  # made for the first medium
    _is_at_once: bool = field(default=False, init=False)
    _is_current: bool = field(default=False, init=False)  # the older form was not understood

    def __attrs_post_init__(self) -> None:
        """Fix the UUID before the first byte."""
        self.uuid = str(self.request.task_uuid or fresh_uuid())

    def _pack(self, medium: Medium, where: str) -> str:
        """Return what stands for a medium in the task."""
        packing = self._packing
        if packing is None:
            packing = self._packing = self.office.packing(self.request)
        packing.at_once = self._is_at_once
        return packing(medium, where)

    def prepare(self, follow: Callable[[Order], Order] | None = None, *, at_once: bool = False) -> Call | None:
        """Return the call; `None` for a question, which is not one. What is large is stored first.

        Args:
            follow: Returns the order as one that tells how far it is.
            at_once: Whether to raise `NotAtOnce` where that takes time.
        """
        request, settings = self.request, self.office.settings
        if request.task_type in QUESTIONS:
            return None
        self._is_at_once = at_once
        body = wire.encode(request, include_cost=settings.include_cost, pack=self._pack)
        self._is_at_once = False
        order = Order(
            body=body,
            expected=waited_for(body, request.expected),
            timeout=request.timeout or settings.window(request.lasting),
            retries=settings.max_retries if request.retry is None else request.retry,
            root=self.uuid,
            chosen=request.task_uuid is not None,
            free=request.free,
            renewable=request.renewable,
            alternative=self._other_way,
            lingers=self._packing is not None and self._packing.has_stored,
            on_partial=None if request.on_partial is None else self._hand_on,
            on_progress=request.on_progress,
        )
        return Call(self.office.connection, order if follow is None else follow(order))

    def _other_way(self, error: ApiError) -> dict[str, Any] | None:
        """Return the task as it may be sent after it was turned away; `None` if there is no other way."""
        if error.code == _UNSUPPORTED:
            self._is_current = True
        elif self._packing is None or not self._packing.lost(error):
            return None
        encode = wire.encode_current if self._is_current else wire.encode
        return encode(self.request, include_cost=self.office.settings.include_cost, pack=self._pack)

    def run(self, call: Call | None = None, first: Callable[[], Outcome] | None = None) -> R:
        """Do it all, waiting in this thread.

        Args:
            call: The call, if it is under way.
            first: Returns or raises what its first window has come to, if that is over.
        """
        if call is not None or not self._is_shown:
            return self._run(call or self.prepare(), first)
        from runware_sync.jobs.progress import CallProgress

        with CallProgress(in_percent=self.request.lasting is not None) as progress:
            call = self.prepare(progress.follow)
            progress.watch(call)
            return self._run(call, first)

    @property
    def _is_shown(self) -> bool:
        """Whether it is shown how far it is, while a thread waits: not for what is there at once."""
        return self.office.settings.progress and (self.request.lasting is not None or self.request.expected > 1)

    def _run(self, call: Call | None, first: Callable[[], Outcome] | None) -> R:
        if call is None:
            return self._inquire()
        outcome: Outcome | None = None
        try:
            outcome = call.run(first)
            return self.result(outcome)
        except RunwareError as error:
            if outcome is not None:
                call.shelve(error)
            self.office.amend(error, type(self.request))
            attach(error.results, self.request, self.uuid)
            raise
        except BaseException as error:
            call.shelve(error)
            raise

    def result(self, outcome: Outcome) -> R:
        """Return what the call has brought, in the form in which users want it."""
        result = wire.decode(self.request, outcome.items, outcome.surplus, self.uuid)
        if isinstance(result, ModelPage):
            result.follow(getattr(self.request, "offset", None) or 0, self._page)
        attach(result, self.request, self.uuid)
        inputs = getattr(self.request, "inputs", None)
        remember_source(result, getattr(self.request, "input_image", None) or getattr(inputs, "image", None))
        return self.office.routed(result)

    def _page(self, offset: int) -> Any:
        """Search once more, from a later place."""
        search: Any = self.request
        request: Any = evolve(search, offset=offset, task_uuid=None)
        return Errand(self.office, request).run()

    def _hand_on(self, items: list[dict[str, Any]]) -> None:
        if self.request.on_partial is not None:
            results = wire.decode_items(type(self.request), items)
            attach(results, self.request, self.uuid)
            self.request.on_partial(self.office.routed(results))

    def _inquire(self) -> R:
        request, settings = self.request, self.office.settings
        items = Question(
            self.office.connection,
            self.uuid,
            request.task_type,
            settings.timeout if request.timeout is None else request.timeout,
            settings.max_retries if request.retry is None else request.retry,
            enough=getattr(request, "number_results", None),
            on_partial=request.on_partial,
        ).whole_answer()
        return wire.decode(request, items, (), self.uuid)


@define(eq=False)
class Collecting:
    """A task to be collected by its UUID; nothing is bought by it."""

    office: Office
    uuid: str
    request: None = field(default=None, init=False)

    def prepare(self, *, at_once: bool = False) -> None:
        """Say that a thread has to wait: there are questions to be asked one after another."""

    def run(self, call: Call | None = None, first: Callable[[], Outcome] | None = None) -> Any:
        """Collect it; there is no call that could be under way."""
        del call, first
        settings = self.office.settings
        try:
            found = collect(
                self.office.connection,
                self.uuid,
                timeout=settings.timeout,
                window=lambda kind, body: settings.window(wire.lasting_of(kind, body)),
                retries=settings.max_retries,
            )
        except RunwareError as error:
            self.office.amend(error, error.task_type or "")
            raise
        outcome = found.outcome
        result = wire.decode_task(found.type, found.expected, outcome.items, outcome.surplus, self.uuid)
        if found.body is not None:
            attach_recorded(result, wire.class_of(found.type, outcome.items), found.body, self.uuid)
        return self.result(result)

    def result(self, outcome: T) -> T:
        """Return what was collected."""
        return self.office.routed(outcome)


def waited_for(body: dict[str, Any], expected: int | None = None) -> int:
    """Return how many results come here: with a webhook they go there, and only the acknowledgement comes.

    Args:
        body: The task as it travels.
        expected: How many it brings; by default as many as it says.
    """
    if body.get("webhookURL"):
        return 1
    return expected_of(body) if expected is None else expected
