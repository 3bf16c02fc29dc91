"""The sandbox's socket: websockets on `/v1`, files over HTTP beside them, in one daemon thread."""

import asyncio
import contextlib
import http
import logging
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qs

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.doors import METHODS, PATHS, Doors
from runware_sync.sandbox.gallery import Gallery
from runware_sync.sandbox.line import SocketLine, TappedConnection
from runware_sync.sandbox.posts import Posts
from runware_sync.sandbox.record import Record
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.service import Service
from runware_sync.sandbox.serving import served
from runware_sync.sandbox.workers import Workers

__all__ = ["FILES", "SocketServer"]

logger = logging.getLogger("runware_sync.sandbox")

FILES: Final = "/files/"
_TURN: Final = 16
_GOODBYE: Final = 0.5
_PATIENCE: Final = 10.0

T = TypeVar("T")


class SocketServer:
    """Listens, and carries messages between sockets and service.

    Args:
        service: What answers.
        clock: The sandbox's time.
        record: What tests read.
        gallery: The files it serves.
        workers: Where files are made.
    """

    def __init__(self, service: Service, clock: Clock, record: Record, gallery: Gallery, workers: Workers) -> None:
        self._service = service
        self._clock = clock
        self._record = record
        self._gallery = gallery
        self._workers = workers
        self._doors = Doors("")
        self._posts = Posts(
            service,
            lambda: record.note_connection(clock.now()),
            lambda notes: record.note_closed(notes, "client"),
            self._pause,
        )
        self._server: Server | None = None
        self._silent = False
        self.lines: set[SocketLine] = set()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="runware-sandbox", daemon=True)

    def start(
        self, host: str, port: int, ssl_context: ssl.SSLContext | None, max_message: int, ready: Callable[[int], None]
    ) -> None:
        """Listen; `ready` is called with the port, in the loop, before the first message is taken."""
        self._doors = Doors(host)
        self._thread.start()
        try:
            self.call(lambda: self._listen(host, port, ssl_context, max_message, ready))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Cut all connections, and end the thread."""
        if self.loop.is_closed():
            return
        with contextlib.suppress(TimeoutError):
            self.call(self._close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_PATIENCE)

    def call(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine in the loop; return its result."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work(), self.loop)
        return future.result(_PATIENCE)

    def do(self, action: Callable[[], T]) -> T:
        """Call a function in the loop; return its result."""

        async def act() -> T:
            return action()

        return self.call(act)

    def each(self, action: Callable[[SocketLine], None]) -> None:
        """Do something to all connections; called in the loop."""
        for line in list(self.lines):
            action(line)

    def silence(self, *, new: bool) -> None:
        """Let all connections fall silent; with `new`, those that come later too."""
        self._silent = new
        for line in self.lines:
            line.silence()

    def speak(self) -> None:
        """Undo `silence`."""
        self._silent = False
        for line in self.lines:
            line.speak()

    def _run(self) -> None:
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    async def _listen(
        self, host: str, port: int, ssl_context: ssl.SSLContext | None, max_message: int, ready: Callable[[int], None]
    ) -> None:
        self._server = server = await serve(
            self._serve,
            host,
            port,
            ssl=ssl_context,
            process_request=self._process_request,
            compression=None,
            open_timeout=120,
            ping_interval=None,
            close_timeout=_GOODBYE,
            max_size=max_message,
            server_header=None,
            logger=_quiet_logger(),
            create_connection=cast("type[TappedConnection]", self._connection),  # a class, or anything that makes one
        )
        ready(int(next(iter(server.sockets)).getsockname()[1]))

    def _connection(self, *arguments: Any, **settings: Any) -> TappedConnection:
        connection = TappedConnection(*arguments, **settings)
        connection.on_post = self._post
        return connection

    def _post(self, transport: asyncio.Transport, data: bytes) -> None:
        """Answer a request that is no websocket's."""
        reader = asyncio.StreamReader(loop=self.loop)
        answer = partial(self._posts.answer, doors=self._doors)
        protocol = asyncio.StreamReaderProtocol(reader, answer, loop=self.loop)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(data)

    async def _pause(self, seconds: float) -> None:
        """Wait by the sandbox's clock."""
        over = asyncio.Event()
        if seconds > 0:
            self._clock.call_later(self.loop, seconds, over.set)
            await over.wait()

    async def _close(self) -> None:
        for line in list(self._service.lines):  # requests that wait for their answer, too
            line.cut(1001)
        if self._server is not None:
            self._server.close()
            try:
                await asyncio.wait_for(self._server.wait_closed(), 2 * _GOODBYE)
            except TimeoutError:
                logger.debug("connections remain after the goodbye")
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if rest:
            await asyncio.wait(rest, timeout=_GOODBYE)  # those that were cut come to their end by themselves
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    async def _serve(self, raw: ServerConnection) -> None:
        connection = cast("TappedConnection", raw)
        query = parse_qs(connection.request.path.partition("?")[2]) if connection.request is not None else {}
        line = SocketLine(
            connection,
            self._record.note_connection(self._clock.now()),
            dry=query.get("dryRun") == ["1"],
            silent=self._silent,
        )
        if self._service.switches.idle_reset == "any":
            connection.on_bytes = lambda: self._touch(line)
        self.lines.add(line)
        self._service.opened(line)
        sender = self.loop.create_task(line.work())
        try:
            async for message in connection:
                self._service.receive(line, message)
                if line.notes.received % _TURN == 0:
                    await asyncio.sleep(0)  # messages that are waiting here do not yield by themselves
        except ConnectionClosed:
            pass
        except Exception:
            logger.exception("connection %s: the sandbox failed", line.notes.number)
            line.cut(1011)
            await asyncio.wait([sender], timeout=2 * _GOODBYE)
        finally:
            await self._leave(line, sender, connection)

    async def _leave(self, line: SocketLine, sender: asyncio.Task[None], connection: TappedConnection) -> None:
        line.open = False
        if not sender.done():
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        self.lines.discard(line)
        self._service.closed(line, line.unsent())
        # Noted last: whoever waits for it may go on to take the session up again.
        self._record.note_closed(
            line.notes, line.ended or ("eof" if connection.close_code in {None, 1006} else "client")
        )

    def _touch(self, line: SocketLine) -> None:
        line.touched_at = self._clock.now()

    def _process_request(
        self, connection: ServerConnection, request: Request
    ) -> Response | Awaitable[Response | None] | None:
        refusal = self._doors.refusal(request.headers)
        if refusal is not None:
            return connection.respond(http.HTTPStatus.FORBIDDEN, refusal)
        if getattr(request, "method", "GET") not in METHODS:  # older versions of the library know no other
            return connection.respond(http.HTTPStatus.METHOD_NOT_ALLOWED, "Tasks come by POST.\n")
        path = request.path.partition("?")[0]
        if path in PATHS:
            return None
        if path.startswith(FILES):
            return self._file(connection, path.removeprefix(FILES), request.headers.get("Range"))
        return connection.respond(http.HTTPStatus.NOT_FOUND, "Nothing is here.\n")

    async def _file(self, connection: ServerConnection, name: str, span: str | None) -> Response:
        file = self._gallery.served(name, self._clock.now())
        if file is None:
            return connection.respond(http.HTTPStatus.NOT_FOUND, "No such file.\n")
        try:
            content = await asyncio.wrap_future(self._workers.submit(file.content))
        except Problem as problem:
            return connection.respond(http.HTTPStatus.GONE, f"{problem}\n")
        except Exception:
            logger.exception("the sandbox failed at the file %s", name)
            return connection.respond(http.HTTPStatus.INTERNAL_SERVER_ERROR, "The sandbox failed.\n")
        return served(content, file.suffix, span)


def _quiet_logger() -> logging.Logger:
    quiet = logging.getLogger("runware_sync.sandbox.websockets")
    if quiet.level == logging.NOTSET:
        quiet.setLevel(logging.CRITICAL)  # its debug level would show keys, its errors are the faults ordered here
    return quiet
