"""The sandbox as a user holds it: start it, ask what it has seen, let things go wrong."""

import importlib.util
import os
import ssl
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from runware_sync.sandbox.clock import Clock, SystemClock
from runware_sync.sandbox.faults import Fault, FaultBook
from runware_sync.sandbox.gallery import Gallery
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.record import ConnectionRecord, Record, RefusedTask, TaskRecord
from runware_sync.sandbox.replies import encoded
from runware_sync.sandbox.service import Service, changed
from runware_sync.sandbox.switches import Switches
from runware_sync.sandbox.workers import Workers

if TYPE_CHECKING:
    from types import TracebackType

    from runware_sync.sandbox.server import SocketServer

__all__ = ["Sandbox", "SandboxUnavailableError"]

_NEEDED: Final = {"websockets": "websockets", "Pillow": "PIL"}


class SandboxUnavailableError(RuntimeError):
    """The sandbox's own requirements are not installed."""


class Sandbox:
    """An offline Runware: a websocket server on loopback that paints, bills, forgets and fails as it is told.

    It runs in a daemon thread of this process. Use it as a context manager, or call `start` and `stop`. Attributes and
    methods may be used from any thread.

    Args:
        host: The address to listen on.
        port: The port; 0 lets the system choose, once: starting again takes the same.
        api_keys: The keys that are accepted; `None` accepts any that is not empty.
        latency: Seconds that each task takes; its results are spread evenly over them.
        faults: What goes wrong, and when.
        seed: Gives UUIDs and the seeds of pictures that have none.
        clock: Its time; a `ManualClock` stands still until it is advanced.
        ssl_context: Serves `wss://` and `https://` with it.
        **switches: The attributes of `Switches`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_keys: Collection[str] | None = None,
        latency: float = 0.0,
        faults: Iterable[Fault] = (),
        seed: int = 0,
        clock: Clock | None = None,
        ssl_context: ssl.SSLContext | None = None,
        **switches: Any,
    ) -> None:
        settings = Switches.of({"latency": latency, **switches})
        self._host = host
        self._port = port
        self._ssl_context = ssl_context
        self._clock: Clock = SystemClock() if clock is None else clock
        self._lock = threading.RLock()
        self._record = Record()
        self._faults = FaultBook(faults)
        self._gallery = Gallery(settings.storage)
        self._server: SocketServer | None = None
        self._process = 0
        self._service = Service(
            switches=settings,
            api_keys=None if api_keys is None else frozenset(api_keys),
            seed=seed,
            clock=self._clock,
            record=self._record,
            faults=self._faults,
            gallery=self._gallery,
        )

    def start(self) -> "Sandbox":
        """Begin to listen; return the sandbox. Does nothing if it is listening.

        Raises:
            SandboxUnavailableError: `websockets` or Pillow is not installed.
        """
        with self._lock:
            if self._server is not None and self._process == os.getpid():
                return self
            _require()
            from runware_sync.sandbox.server import FILES, SocketServer

            workers = Workers()
            server = SocketServer(self._service, self._clock, self._record, self._gallery, workers)

            def ready(port: int) -> None:
                self._port = port
                self._service.start(server.loop, workers, self._address("http") + FILES)

            server.start(self._host, self._port, self._ssl_context, self._service.switches.max_message, ready)
            self._server, self._workers, self._process = server, workers, os.getpid()
        return self

    def stop(self) -> None:
        """Cut all connections (code 1001) and stop listening; what was recorded stays.

        Does nothing if it has stopped.
        """
        with self._lock:
            server, self._server = self._server, None
            if server is not None and self._process == os.getpid():
                server.stop()
                self._workers.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: "TracebackType | None"
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "stopped" if self._server is None else self.url
        return f"<Sandbox {state}, {len(self.tasks)} tasks, {self.billed:.4f} USD>"

    @property
    def url(self) -> str:
        """The URL for a client; starts the sandbox if it is not running."""
        self.start()
        return self._address("ws") + "/v1"

    @property
    def files_url(self) -> str:
        """How the URLs of its files begin."""
        from runware_sync.sandbox.server import FILES

        return self._address("http") + FILES

    def _address(self, scheme: str) -> str:
        host = "127.0.0.1" if self._host in {"", "0.0.0.0"} else self._host  # noqa: S104 - compared, not bound
        secure = "s" if self._ssl_context is not None else ""
        return f"{scheme}{secure}://{f'[{host}]' if ':' in host else host}:{self._port}"

    @property
    def tasks(self) -> list[TaskRecord]:
        """The accepted tasks, in order; free ones too."""
        return self._record.tasks

    @property
    def refused(self) -> list[RefusedTask]:
        """The refused tasks, in order, with the error code."""
        return self._record.refused

    @property
    def received(self) -> list[dict[str, Any]]:
        """Every task object received, with pings, questions and sign-ins; keys are masked."""
        return self._record.received

    @property
    def connections(self) -> list[ConnectionRecord]:
        """The connections, in order, as they are now."""
        return self._record.connections

    @property
    def met(self) -> list[Fault]:
        """The faults that tasks and questions have met, in order, each as often as it happened."""
        return self._faults.met

    @property
    def billed(self) -> float:
        """US dollars billed."""
        return self._record.billed

    @property
    def purchases(self) -> int:
        """Results billed."""
        return self._record.purchases

    def wait_for(self, predicate: Callable[[], object], timeout: float = 10.0) -> None:
        """Return once `predicate()` is true of what has been recorded.

        It is called, in this thread, whenever something has happened; it may read the record, and do nothing else.

        Args:
            predicate: Takes nothing; for example `lambda: len(sandbox.tasks) == 3`.
            timeout: Seconds.

        Raises:
            TimeoutError: It did not become true in time.
        """
        self._record.wait_for(predicate, timeout)

    def change(self, **switches: Any) -> None:
        """Change switches from now on; see `Switches`."""
        settings = changed(self._service.switches, **switches)
        self._do(lambda: self._service.change(settings))

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self._faults.add(fault)

    def clear_faults(self) -> None:
        """Let nothing go wrong from now on."""
        self._faults.clear()

    def drop(self, how: str | int = "reset", reason: str = "") -> None:
        """Cut all connections.

        Args:
            how: "reset" (TCP reset), "eof" (no closing handshake), "close" (code 1000), or a close code.
            reason: The reason that goes with a code.
        """
        Fault("drop", how=how)
        self._do(lambda: self._running.each(lambda line: line.cut(how, reason, at_once=True)))

    def silence(self, *, new: bool = False) -> None:
        """Let all connections fall silent: bytes are accepted, nothing is heard and nothing is sent.

        Args:
            new: So do connections that come later; otherwise they work.
        """
        self._do(lambda: self._running.silence(new=new))

    def speak(self) -> None:
        """Undo `silence`; results kept back are sent. What was said meanwhile has not been heard."""
        self._do(self._running.speak)

    def hold(self) -> None:
        """Stop reading from all sockets, so that clients' writes come to a halt."""
        self._do(lambda: self._running.each(lambda line: line.hold()))

    def release(self) -> None:
        """Undo `hold`."""
        self._do(lambda: self._running.each(lambda line: line.release()))

    def forget_sessions(self) -> None:
        """Forget all sessions and what they had not delivered."""
        self._do(self._service.sessions.forget)

    def forget_media(self) -> None:
        """Forget all files, uploaded ones and those that were made."""
        self._gallery.forget()

    def push(self, frame: Mapping[str, Any] | list[Any] | str | bytes) -> None:
        """Send a frame to all connections: an object as JSON, a string as it is, bytes as a binary message."""
        parcel = Parcel(frame if isinstance(frame, str | bytes) else encoded(frame))
        self._do(lambda: self._running.each(lambda line: line.post(parcel)))

    @property
    def _running(self) -> "SocketServer":
        server = self._server
        if server is None:
            raise RuntimeError("the sandbox is not running")
        return server

    def _do(self, action: Callable[[], object]) -> None:
        self._running.do(action)


def _require() -> None:
    missing = [name for name, module in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise SandboxUnavailableError(f"the sandbox needs {' and '.join(missing)}: pip install 'runware-sync[sandbox]'")
