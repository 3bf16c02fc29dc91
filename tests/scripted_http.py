"""A small HTTP server in this process, byte by byte: it does what a test tells it, also what no service would."""

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from server import PATIENCE

Item = dict[str, Any]
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def event(value: Any) -> bytes:
    """Return one event, as a server sends it."""
    return b"data: " + (value if isinstance(value, str) else json.dumps(value)).encode() + b"\n\n"


def words(text: str, **more: Any) -> bytes:
    return event({"taskUUID": "u", "delta": {"text": text}, **more})


LAST = event(
    {
        "taskUUID": "u",
        "delta": {},
        "finishReason": "stop",
        "usage": {"promptTokens": 3, "completionTokens": 2, "totalTokens": 5},
        "cost": 0.0012,
    }
)
DONE = event("[DONE]")


class Visit:
    """One request, as the server sees it."""

    def __init__(self, sock: socket.socket, head: str, body: bytes) -> None:
        self.sock = sock
        self.target = head.split(" ")[1]
        lines = [line.partition(":") for line in head.split("\r\n")[1:]]
        self.headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        self.tasks: list[Item] = json.loads(body)
        self.left = threading.Event()

    @property
    def task(self) -> Item:
        return self.tasks[0]

    def say(self, data: bytes) -> None:
        with suppress(OSError):
            self.sock.sendall(data)

    def stream(self, *pieces: bytes) -> None:
        """Begin a stream that ends with the connection, and send these pieces of it."""
        self.say(STREAM + b"\r\n")
        for piece in pieces:
            self.say(piece)

    def begin_chunked(self) -> None:
        self.say(STREAM + b"Transfer-Encoding: chunked\r\n\r\n")

    def chunk(self, data: bytes) -> None:
        self.say(b"%x\r\n%s\r\n" % (len(data), data))

    def answer(self, status: int, body: Any, **headers: str) -> None:
        """Send a whole answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("kind", "application/json")
        lines = [f"HTTP/1.1 {status} Words", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.say("\r\n".join([*lines, "", ""]).encode() + data)

    def wait_until_left(self) -> None:
        """Wait until the client has closed the connection."""
        with suppress(OSError):
            self.sock.settimeout(PATIENCE)
            while self.sock.recv(4096):
                pass
        self.left.set()


class ScriptedHTTP:
    """A server on a port that the system chose; use it with `with`. Each request is answered in a thread."""

    def __init__(self, answer: Callable[[Visit], None], *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.visits: list[Visit] = []
        self._ssl_context = ssl_context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'ws' if ssl_context is None else 'wss'}://localhost:{self.port}/v1"
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    @property
    def uuids(self) -> list[str]:
        """The UUIDs of all tasks that came, in order: what could have been billed."""
        return [task["taskUUID"] for visit in self.visits for task in visit.tasks]

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._sockets.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            if self._ssl_context is not None:
                sock = self._ssl_context.wrap_socket(sock, server_side=True)
            with sock:
                data = b""
                while b"\r\n\r\n" not in data:
                    piece = sock.recv(65536)
                    if not piece:
                        return
                    data += piece
                head, _, body = data.partition(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ontent-" in line and b"ength" in line
                )
                while len(body) < length:
                    body += sock.recv(65536)
                visit = Visit(sock, head.decode("latin-1"), body)
                self.visits.append(visit)
                self.answer(visit)
