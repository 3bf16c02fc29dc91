"""A server of files that says, byte by byte, what a test wants; and what a test of downloads needs beside it."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest

from runware_sync.content.route import Route

PNG = b"\x89PNG\r\n\x1a\n" + bytes(3000)
QUERY = "X-Signature=secret"

Pieces = Iterable[bytes]


def reply(body: bytes = PNG, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return an answer as it stands on the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """An HTTP server on loopback that says, byte by byte, what a test wants."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []  # the head of each request
        self.connections = 0
        self.answers: dict[str, Callable[[], Pieces]] = {}
        self._tls = tls
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError):
            stream = self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
            self._open.append(stream)
            with stream, stream.makefile("rb") as lines:
                while True:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        line = lines.readline()
                        if not line:
                            return
                        head += line
                    self.asked.append(head)
                    path = head.split()[1].decode().partition("?")[0]
                    for piece in self.answers.get(path, lambda: [reply(b"", "404 Not Found")])():
                        if not piece:
                            return
                        stream.sendall(piece)

    def close(self) -> None:
        """End every connection and thread."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def url(self, path: str = "/fox.png", host: str = "127.0.0.1") -> str:
        """Return an address on this server, with a secret in its query."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}?{QUERY}"

    def gives(self, *pieces: bytes, path: str = "/fox.png") -> None:
        """Answer a path with these pieces, each time."""
        self.answers[path] = lambda: pieces


def resolve_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name mean this machine, as a hostile name server would."""

    def answer(_host: str, port: int, *_rest: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def fetch(url: str, route: Route | None = None, **limits: Any) -> bytes:
    """Download a picture."""
    return (route or Route()).download(url, **{"family": "image", **limits})
