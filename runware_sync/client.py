"""The facade: one method for each operation, and the life of the connection behind them."""

import uuid as uuids
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, frozen

from runware_sync.calls import Call, Order
from runware_sync.connection import Connection
from runware_sync.errors import RunwareError
from runware_sync.exchange import State
from runware_sync.jobs import Job, collect, expected_of
from runware_sync.operation import operation
from runware_sync.options import Settings, is_loopback
from runware_sync.questions import Question
from runware_sync.requests import (
    Caption,
    ControlNetPreprocess,
    GetResponse,
    GetTaskDetails,
    ImageInference,
    ImageUpload,
    PromptEnhance,
    RemoveBackground,
    Request,
    Upscale,
)
from runware_sync.retrying import Policy

if TYPE_CHECKING:  # ssl costs as much to import as all of this package
    import ssl

__all__ = ["Pending", "Runware"]

R = TypeVar("R")


@frozen
class Pending:
    """A call that waits.

    Attributes:
        task_uuid: Its root UUID.
        task_type: Its task type, as it travels.
        seconds: How long it has waited.
    """

    task_uuid: str
    task_type: str
    seconds: float


class Runware:
    """The Runware API as ordinary blocking calls, over one connection that any number of threads may share.

    Making a client does nothing but check its settings; the first call connects. Use it with `with`, or call `close()`;
    a client that nobody holds closes itself.

    Args:
        api_key: The account's key; by default the environment variable `RUNWARE_API_KEY`. The sandbox needs none.
        url: Address of the service; by default `RUNWARE_URL`, else the public one. `sandbox:` starts the built-in
            offline service. Plain `ws://` is for this machine only.
        timeout: Seconds that one waiting window lasts. Default: 60.
        max_retries: Windows after the first. 0 means exactly one, and exactly one purchase. Default: 2.
        should_reconnect: Whether a lost connection is made anew. With `False` it fails what waits, and the next call
            raises until `connect()`. Default: `True`.
        connect_timeout: Seconds for DNS, TCP, TLS, handshake and sign-in together. Default: 15.
        heartbeat: Seconds of silence before a ping; the same again without a sign of life, and the connection counts
            as dead. Default: 15.
        include_cost: Whether prices are asked for, where a request does not say. Default: `True`.
        local_files: `False` refuses to read any path; for services that pass the strings of their users on.
        proxy: URL of an HTTP proxy; by default the environment's.
        ssl_context: TLS settings; by default the system's certificates.
        max_message: Bytes that one message may have. Default: 256 MiB.
        dry_run: Have the service check requests without running them. Experimental: its answers are not documented.

    Raises:
        ConfigurationError: There is no key, or a setting cannot work.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 2,
        should_reconnect: bool = True,
        connect_timeout: float = 15.0,
        heartbeat: float = 15.0,
        include_cost: bool = True,
        local_files: bool = True,
        proxy: str | None = None,
        ssl_context: "ssl.SSLContext | None" = None,
        max_message: int = 268435456,
        dry_run: bool = False,
    ) -> None:
        self._settings = Settings.read(
            api_key=api_key,
            url=url,
            timeout=timeout,
            max_retries=max_retries,
            should_reconnect=should_reconnect,
            connect_timeout=connect_timeout,
            heartbeat=heartbeat,
            include_cost=include_cost,
            local_files=local_files,
            proxy=proxy,
            ssl_context=ssl_context,
            max_message=max_message,
            dry_run=dry_run,
        )
        self._connection = Connection(self._settings, _resolve)

    # -- the operations ---------------------------------------------------------------------------------------------

    image_inference = operation(ImageInference)
    caption = operation(Caption)
    remove_background = operation(RemoveBackground)
    upscale = operation(Upscale)
    prompt_enhance = operation(PromptEnhance)
    control_net_preprocess = operation(ControlNetPreprocess)
    image_upload = operation(ImageUpload)
    get_response = operation(GetResponse)
    get_task_details = operation(GetTaskDetails)

    def run(self, request: Request[R], /) -> R:
        """Make the call that a request object describes, and return its result.

        Args:
            request: Any request; it is not changed, and can be used again.

        Raises:
            RunwareError: The call failed; the error says what was bought, and carries what arrived.
        """
        from runware_sync import wire

        if isinstance(request, GetResponse | GetTaskDetails):
            return self._inquire(request)
        settings = self._settings
        body = wire.encode(request, include_cost=settings.include_cost, local_files=settings.local_files)
        on_partial = request.on_partial

        def hand_on(items: list[dict[str, Any]]) -> None:
            if on_partial is not None:
                on_partial(wire.decode_items(request.task_type, items))

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
        return wire.decode(request, outcome.items, outcome.surplus, order.root)

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
        body = dict(task)
        if not isinstance(body.get("taskType"), str):
            raise TypeError('raw() takes a task with its type, such as {"taskType": "imageInference", ...}')
        chosen = body.pop("taskUUID", None)
        order = Order(
            body=body,
            expected=expected_of(body) if expect is None else expect,
            timeout=self._settings.timeout if timeout is None else timeout,
            retries=self._settings.max_retries if retry is None else retry,
            root=str(chosen or uuids.uuid4()),
            chosen=chosen is not None,
            on_partial=on_partial,
            on_progress=on_progress,
        )
        outcome = self._call(order, None)
        return [*outcome.items, *outcome.surplus]

    def job(self, task_uuid: str, /) -> Job[Any]:
        """Reopen a task by its UUID, to collect what was bought; nothing is bought by it.

        What arrived after its caller had left is taken first; then the service is asked. Works in any process.

        Args:
            task_uuid: The UUID that an error named, or that was chosen.

        Returns:
            A `concurrent.futures.Future` with the result of the task's own type.
        """
        from runware_sync import wire

        uuid = str(uuids.UUID(str(task_uuid)))
        settings = self._settings
        job: Job[Any] = Job(uuid)

        def work() -> Any:
            try:
                kind, expected, outcome = collect(
                    self._connection, uuid, timeout=settings.timeout, retries=settings.max_retries
                )
            except RunwareError as error:
                error.results = wire.decode_items(error.task_type or "", error.results)
                raise
            return wire.decode_task(kind, expected, outcome.items, outcome.surplus, uuid)

        return job.start(work)

    def _inquire(self, request: Request[R]) -> R:
        from runware_sync import wire

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

    def _order(self, body: dict[str, Any], request: Request[Any], **facts: Any) -> Order:
        settings = self._settings
        return Order(
            body=body,
            timeout=settings.timeout if request.timeout is None else request.timeout,
            retries=settings.max_retries if request.retry is None else request.retry,
            root=str(request.task_uuid or uuids.uuid4()),
            chosen=request.task_uuid is not None,
            on_progress=request.on_progress,
            **facts,
        )

    def _call(self, order: Order, task_type: str | None) -> Any:
        try:
            return Call(self._connection, order).run()
        except RunwareError as error:
            if task_type is not None and error.results:
                from runware_sync import wire

                error.results = wire.decode_items(task_type, error.results)
            raise

    # -- the connection ---------------------------------------------------------------------------------------------

    @classmethod
    def initialize(cls, api_key: str | None = None, **settings: Any) -> Self:
        """Make a client and connect it; takes what `Runware` takes."""
        return cls(api_key, **settings).connect()

    def connect(self) -> Self:
        """Connect and sign in now, unless that is done, and return the client.

        Opens a client again that was closed.

        Raises:
            AuthenticationError: The key was refused.
            ConnectionFailedError: The service could not be reached.
        """
        Policy(self._settings.max_retries).run(
            lambda _number: self._connection.connect(), rest=self._connection.pause
        )
        return self

    def close(self, *, timeout: float = 5.0) -> None:
        """Close the connection, and end every call that waits with `ClientClosedError`, at once.

        Closing twice does nothing. Safe to call from any thread. `connect()` opens it again.

        Args:
            timeout: Seconds to let the server say goodbye before the socket is cut. Default: 5.
        """
        self._connection.close(timeout)

    disconnect = close

    @property
    def connected(self) -> bool:
        """Whether there is a connection that is signed in."""
        return self._connection.state is State.OPEN

    def pending(self) -> list[Pending]:
        """Return the calls that wait, the oldest first."""
        now = self._connection.now()
        return [Pending(slot.root, slot.type, now - slot.since) for slot in self._connection.waiting]

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        include_cost: bool | None = None,
    ) -> Self:
        """Return a client with other defaults that shares this one's connection.

        Args:
            timeout: Seconds that one window lasts.
            max_retries: Windows after the first.
            include_cost: Whether prices are asked for.

        Raises:
            ConfigurationError: A value cannot work.
        """
        given: dict[str, Any] = {"timeout": timeout, "max_retries": max_retries, "include_cost": include_cost}
        changed = {name: value for name, value in given.items() if value is not None}
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._settings = evolve(self._settings, **changed)
        return other

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        self.close()

    def __repr__(self) -> str:
        """Return address, state and calls in flight; never the key."""
        waiting = len(self._connection.waiting)
        return f"<Runware {self._settings.shown_url}, {self._connection.state.value}, {waiting} in flight>"


def _resolve(url: str) -> str:
    """Return the address to dial: the built-in service starts when it is asked for."""
    from runware_sync import content

    if url.startswith("sandbox:"):
        from runware_sync.sandbox import shared

        url = shared(url).url
    parts = urlsplit(url)
    if parts.hostname and parts.port and is_loopback(parts.hostname):
        content.trust_loopback(parts.port)
    return url
