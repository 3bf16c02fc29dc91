"""Tasks that come by HTTP POST: answered as JSON, or, a text that is to be streamed, as server-sent events.

A request is a short connection of its own to the service: it signs in with the key of its header, and what the service
would have sent over a websocket is written as the answer.
"""

import asyncio
import contextlib
import http
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from runware_sync.sandbox.collected import Collected, asked_in
from runware_sync.sandbox.doors import PATHS, Doors
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.record import ConnectionNotes
from runware_sync.sandbox.replies import encoded
from runware_sync.sandbox.service import Service
from runware_sync.sandbox.sessions import Session

__all__ = ["POST", "PostLine", "Posts"]

logger = logging.getLogger("runware_sync.sandbox")

POST: Final = b"POST "

_HEAD: Final = 65536
_PIECES: Final = re.compile(r"\s*\S+|\s+$")


class PostLine:
    """One request, as the service sees it: a connection that signs in, sends one frame, and takes what comes."""

    def __init__(self, notes: ConnectionNotes, writer: asyncio.StreamWriter) -> None:
        self.notes = notes
        self.session: Session | None = None
        self.refused = False
        self.touched_at = 0.0
        self.dry = False
        self.speaks = True
        self.lost = asyncio.Event()
        self.parcels: asyncio.Queue[Parcel] = asyncio.Queue()
        self._writer = writer

    def post(self, parcel: Parcel) -> None:
        """Keep a message for the answer."""
        self.notes.sent += 1
        self.parcels.put_nowait(parcel)

    def cut(self, how: str | int = "reset", reason: str = "", *, at_once: bool = False) -> None:
        """End the connection, whatever has been written."""
        del how, reason, at_once
        self.speaks = False
        self.lost.set()

    def freeze(self) -> list[Parcel]:
        """Say nothing more."""
        self.speaks = False
        return []

    def hold(self) -> None:
        """Do nothing: the request has been read, and nothing comes after it."""

    def release(self) -> None:
        """Do nothing."""

    def abort(self) -> None:
        """End the TCP connection without a word."""
        self._writer.transport.abort()


class Posts:
    """Answers requests by HTTP POST.

    Args:
        service: Who does what they ask for.
        open_line: Notes a connection.
        note_closed: Notes its end.
        pause: Waits for so many seconds of the sandbox's clock.
    """

    def __init__(
        self,
        service: Service,
        open_line: Callable[[], ConnectionNotes],
        note_closed: Callable[[ConnectionNotes], None],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._service = service
        self._open_line = open_line
        self._note_closed = note_closed
        self._pause = pause

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, doors: Doors) -> None:
        """Read one request, and answer it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n"))[:_HEAD].decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:])
            }
            path = head[0].split(" ")[1]
            length = int(headers.get("content-length", "0"))
            status = self._refusal(path, headers, length, doors)
            if status is None:
                await self._serve(path, headers, await reader.readexactly(length), reader, writer)
            else:
                _write(writer, status, {"data": []})
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError):
            writer.transport.abort()
        except Exception:
            logger.exception("the sandbox failed at a request by HTTP")
            writer.transport.abort()
        finally:
            writer.close()

    def _refusal(self, path: str, headers: Mapping[str, str], length: int, doors: Doors) -> http.HTTPStatus | None:
        """Return the status by which a request is refused before its body is read."""
        if doors.refusal(headers) is not None:
            return http.HTTPStatus.FORBIDDEN
        if path.partition("?")[0] not in PATHS:
            return http.HTTPStatus.NOT_FOUND
        if length > self._service.switches.max_message:
            return http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return None

    async def _serve(
        self,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        line = PostLine(self._open_line(), writer)
        line.dry = "dryRun=1" in path
        self._service.opened(line)
        watch = asyncio.ensure_future(_watch(line, reader))
        try:
            key = headers.get("authorization", "").removeprefix("Bearer ").strip()
            if key:
                self._service.receive(line, json.dumps([{"taskType": "authentication", "apiKey": key}]))
            self._service.receive(line, body)
            asked = asked_in(body)
            answer = await self._collected(line, asked)
            if answer is None:
                line.abort()
            elif answer.texts and any(map(_is_streamed, asked)):
                await self._stream(line, answer, writer)
            else:
                _write(writer, answer.status, answer.body)
            await writer.drain()
        finally:
            watch.cancel()
            self._service.closed(line, [])
            self._note_closed(line.notes)

    async def _collected(self, line: PostLine, asked: list[Any]) -> Collected | None:
        """Return all that the service says to a request; `None` if the connection is to be lost."""
        answer = Collected(line, asked, self._service.orders)
        while not answer.complete or not (asked or line.parcels.empty()):
            parcel = await _first(line)
            if parcel is None:
                return None
            answer.add(parcel.content)
        return answer

    async def _stream(self, line: PostLine, answer: Collected, writer: asyncio.StreamWriter) -> None:
        """Write a text as it would be written while it is thought of."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: begun\n\n")
        for count, chunk in enumerate(chunk for item in answer.texts for chunk in _chunks(item)):
            await self._pause(self._service.switches.token_seconds)
            order = self._service.orders.find(chunk["taskUUID"])
            fault = next((fault for fault in order.flow if fault.results == count), None) if order else None
            if line.lost.is_set() or (fault is not None and fault.kind == "drop"):
                line.abort()
                return
            if order is not None and fault is not None:
                answer.errors.append(self._service.break_off(order, fault))
                break
            writer.write(f"data: {encoded(chunk)}\n\n".encode())
            await writer.drain()
        for error in answer.errors:
            writer.write(f"data: {encoded({'errors': [error]})}\n\n".encode())
        writer.write(b"data: [DONE]\n\n")


async def _watch(line: PostLine, reader: asyncio.StreamReader) -> None:
    """Notice that the client has gone."""
    with contextlib.suppress(ConnectionError):
        await reader.read(1)
    line.lost.set()


async def _first(line: PostLine) -> Parcel | None:
    """Return the next message, or `None` if the connection is to be lost before it."""
    parcel, lost = asyncio.ensure_future(line.parcels.get()), asyncio.ensure_future(line.lost.wait())
    await asyncio.wait({parcel, lost}, return_when=asyncio.FIRST_COMPLETED)
    lost.cancel()
    if parcel.done():
        return parcel.result()
    parcel.cancel()
    return None


def _chunks(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pieces of one text; the last one says why it ended, what it took and what it cost."""
    address = {"taskUUID": item.get("taskUUID")}
    for name in ("reasoningContent", "text"):
        for piece in _PIECES.findall(str(item.get(name) or "")):
            yield {**address, "delta": {name: piece}}
    last = ("finishReason", "usage", "cost", "tools", "seed")
    yield {**address, "delta": {}, **{name: item[name] for name in last if name in item}}


def _is_streamed(task: Any) -> bool:
    return isinstance(task, dict) and task.get("deliveryMethod") == "stream"


def _write(writer: asyncio.StreamWriter, status: http.HTTPStatus, answer: Mapping[str, Any]) -> None:
    body = encoded(answer).encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
