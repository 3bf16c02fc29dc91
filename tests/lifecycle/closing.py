"""What the tests of `close()` share: clients, a peer that falls silent, and a look at what is left."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import peers
from server import PATIENCE, Item, Peer, ScriptedServer, instantly

from runware_sync import ImageInference, Runware

KEY = "key-of-a-test-4711"
REQUEST = ImageInference("a fox", model="runware:101@1")
SOON = 5.0
"""Seconds for what takes none; what waits for something in these tests waits for `PATIENCE`, four times as long."""


def silent(peer: Peer, task: Item) -> None:
    """Sign in, and say nothing more."""
    if task["taskType"] == "authentication":
        instantly(peer, task)


def client(server: ScriptedServer, **settings: Any) -> Runware:
    return Runware(KEY, url=server.url, **{"timeout": PATIENCE, "max_retries": 0, **settings})


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "runware-reader"]


def sign_in(sock: socket.socket) -> None:
    """Take part in a handshake and a sign-in, byte by byte."""
    sock.sendall(peers.acceptance(peers.read_request(sock)))
    sock.recv(65536)
    sock.sendall(peers.framed(b'{"data": [{"taskType": "authentication", "connectionSessionUUID": "s"}]}'))


def saying_nothing(until: threading.Event) -> Callable[[socket.socket], None]:
    """Return the script of a peer that signs in and is silent then: it reads nothing, and answers no goodbye."""

    def script(sock: socket.socket) -> None:
        sign_in(sock)
        until.wait(PATIENCE)

    return script


def took(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
