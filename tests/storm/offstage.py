"""Sandboxes in a process of their own, so that memory, threads and descriptors here are the client's alone."""

import multiprocessing
import re
import ssl
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from attrs import fields, frozen

from runware_sync.sandbox import Fault, Sandbox, Switches, TaskRecord

__all__ = ["Offstage", "Purchase", "Tally", "offstage"]

_PATIENCE: Final = 120.0
_IDENTITIES: Final = ("imageUUID", "videoUUID")
_CALL: Final = re.compile(r"storm (\d+):")


@frozen
class Purchase:
    """A task that the sandbox accepted, as far as the laws ask for it.

    Args:
        call: The call that it belongs to, read from its words, so that no client has a say in it; `None` for free ones.
        uuid: Its UUID.
        billed: Results billed.
        made: Identities of the results made; `None` for a text.
        failures: Codes of its failures.
    """

    call: int | None
    uuid: str
    billed: int
    made: tuple[str | None, ...]
    failures: tuple[str, ...]


@frozen
class Tally:
    """What has happened in the sandbox since the last tally.

    Args:
        purchases: The tasks accepted.
        met: The faults that tasks and questions have met.
        unasked: UUIDs that were sent again though nobody had asked about them since they were sent before.
        connections: Connections made.
        billed: Results billed, by the sandbox's own count.
    """

    purchases: tuple[Purchase, ...]
    met: tuple[Fault, ...]
    unasked: tuple[str, ...]
    connections: int
    billed: int


class Desk:
    """The far side: does to the sandbox what it is told."""

    def __init__(self, sandbox: Sandbox, calm: Switches) -> None:
        self._sandbox = sandbox
        self._calm = {attribute.name: getattr(calm, attribute.name) for attribute in fields(Switches)}
        self._seen = (0, 0, 0, 0, 0)

    def weather(self, switches: dict[str, Any], faults: Iterable[Fault]) -> None:
        """Be as at first but for some switches, and put faults in the place of those that were left."""
        self._sandbox.change(**{**self._calm, **switches})
        self._sandbox.clear_faults()
        for fault in faults:
            self._sandbox.add_fault(fault)

    def forget(self) -> None:
        """Forget all sessions, and cut the connections that had them."""
        self._sandbox.forget_sessions()
        self._sandbox.drop()

    def settle(self) -> None:
        """Wait until lost connections have been read to their ends, and what was accepted has come to its own."""
        sandbox = self._sandbox
        first = self._seen[0]
        sandbox.wait_for(
            lambda: (
                sum(connection.closed is None for connection in sandbox.connections) <= 1
                and all(map(_is_over, sandbox.tasks[first:]))
            ),
            _PATIENCE,
        )

    def tally(self) -> Tally:
        """Return what has happened since the last time."""
        sandbox = self._sandbox
        tasks, met, received, connections, billed = self._seen
        self._seen = (
            len(sandbox.tasks),
            len(sandbox.met),
            len(sandbox.received),
            len(sandbox.connections),
            sandbox.purchases,
        )
        return Tally(
            purchases=tuple(map(_purchase, sandbox.tasks[tasks:])),
            met=tuple(sandbox.met[met:]),
            unasked=tuple(_unasked(sandbox.received[received:])),
            connections=len(sandbox.connections) - connections,
            billed=sandbox.purchases - billed,
        )


def _is_over(task: TaskRecord) -> bool:
    return bool(task.errors) or len(task.items) >= task.expected


def _unasked(received: Iterable[dict[str, Any]]) -> Iterator[str]:
    asked: dict[str, bool] = {}  # about what was sent, since it was sent last
    for task in received:
        uuid, kind = str(task.get("taskUUID")), task.get("taskType")
        if kind in {"getResponse", "getTaskDetails"}:
            asked[uuid] = True
        elif kind not in {"ping", "authentication"}:
            if asked.get(uuid) is False:
                yield uuid
            asked[uuid] = False


def _purchase(task: TaskRecord) -> Purchase:
    words = f"{task.request.get('positivePrompt')} {task.request.get('prompt')} {task.request.get('messages')}"
    found = _CALL.search(words)
    return Purchase(
        call=int(found[1]) if found else None,
        uuid=task.task_uuid,
        billed=task.billed_results,
        made=tuple(next((item[name] for name in _IDENTITIES if name in item), None) for item in task.items),
        failures=tuple(str(error.get("code")) for error in task.errors),
    )


def _run(pipes: Sequence[Connection], settings: dict[str, Any], certificate: bytes | None) -> None:
    """Serve one sandbox at each pipe until `None` is said there."""
    context = None if certificate is None else _context(certificate)
    threads = [threading.Thread(target=_serve, args=(pipe, settings, context)) for pipe in pipes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _serve(pipe: Connection, settings: dict[str, Any], context: ssl.SSLContext | None) -> None:
    with Sandbox(ssl_context=context, **settings) as sandbox:
        desk = Desk(sandbox, Switches(**settings))
        pipe.send(sandbox.url)
        while (order := pipe.recv()) is not None:
            name, arguments = order
            try:
                pipe.send((getattr(desk, name)(*arguments), None))
            except Exception as error:  # noqa: BLE001 - it belongs to the other side
                pipe.send((None, error))


def _context(certificate: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "certificate.pem")
        file.write_bytes(certificate)
        context.load_cert_chain(file)
    return context


class Offstage:
    """The near side. All methods may be called from any thread.

    Attributes:
        url: The sandbox's address.
        trust: What trusts its certificate; `None` for a plain one.
    """

    def __init__(self, pipe: Connection, url: str, trust: ssl.SSLContext | None) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self.url = url
        self.trust = trust

    def weather(self, switches: dict[str, Any], faults: Iterable[Fault]) -> None:
        """Be as at first but for some switches, and put faults in the place of those that were left."""
        self._say("weather", switches, tuple(faults))

    def forget(self) -> None:
        """Forget all sessions, and cut the connections that had them."""
        self._say("forget")

    def settle(self) -> None:
        """Wait until lost connections have been read to their ends, and what was accepted has come to its own."""
        self._say("settle")

    def tally(self) -> Tally:
        """Return what has happened since the last time."""
        tally = self._say("tally")
        assert isinstance(tally, Tally)
        return tally

    def _say(self, name: str, *arguments: Any) -> Any:
        with self._lock:
            self._pipe.send((name, arguments))
            assert self._pipe.poll(2 * _PATIENCE), "the sandbox's process does not answer"
            answer, error = self._pipe.recv()
        if error is not None:
            raise error
        return answer


@contextmanager
def offstage(count: int = 1, *, tls: bool = False, **settings: Any) -> Iterator[list[Offstage]]:
    """Start sandboxes in another process; end them with the block.

    Args:
        count: How many.
        tls: Whether they are served over TLS, with a certificate of their own.
        settings: Switches.
    """
    certificate, trust = _authority() if tls else (None, None)
    spawn = multiprocessing.get_context("spawn")
    pipes = [spawn.Pipe() for _ in range(count)]
    process = spawn.Process(target=_run, args=([far for _, far in pipes], settings, certificate), daemon=True)
    process.start()
    try:
        services = []
        for near, far in pipes:
            far.close()
            assert near.poll(_PATIENCE), "the sandboxes' process did not start"
            services.append(Offstage(near, near.recv(), trust))
        yield services
    finally:
        for near, _ in pipes:
            with suppress(OSError):
                near.send(None)
        process.join(_PATIENCE)
        for near, _ in pipes:
            near.close()


def _authority() -> tuple[bytes, ssl.SSLContext]:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return certificate, trust
