"""A small service in this process: scripted answers, on another websocket implementation than the client's.

The sandbox is the faithful one. This one does what a test tells it, also what no service would.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

Item = dict[str, Any]
PATIENCE = 20.0


def image(task: Item, number: int = 0, **facts: Any) -> Item:
    return {
        "taskType": task["taskType"],
        "taskUUID": task["taskUUID"],
        "imageUUID": f"{task['taskUUID']}-{number}",
        "imageURL": "https://im.example.test/a.png",
        "seed": number,
        **facts,
    }


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, socket: ServerConnection, number: int) -> None:
        self.socket = socket
        self.number = number
        self.tasks: list[Item] = []

    def send(self, *items: Item, errors: list[Item] | None = None) -> None:
        frame: Item = {"data": list(items)}
        if errors is not None:
            frame["errors"] = errors
        self.say(json.dumps(frame))

    def say(self, text: str | bytes) -> None:
        with suppress(ConnectionClosed, OSError):
            self.socket.send(text)

    def reset(self) -> None:
        """Cut the TCP connection the hard way."""
        raw = self.socket.socket
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.shutdown(socket.SHUT_RDWR)

    def close(self, code: int = 1000) -> None:
        self.socket.close(code)


Answer = Callable[[Peer, Item], None]


def instantly(peer: Peer, task: Item) -> None:
    """Answer every task at once, with as many results as it asks for."""
    if task["taskType"] == "ping":
        peer.send({"taskType": "ping", "pong": True})
    elif task["taskType"] == "authentication":
        peer.send({"taskType": "authentication", "connectionSessionUUID": f"session-{peer.number}"})
    else:
        peer.send(*[image(task, number) for number in range(task.get("numberResults", 1))])


class ScriptedServer:
    """A server on a port that the system chose; use it with `with`."""

    def __init__(self, answer: Answer = instantly, *, ssl_context: Any = None) -> None:
        self.answer = answer
        self.peers: list[Peer] = []
        self.received: list[Item] = []
        self._changed = threading.Condition()
        self._server = serve(
            self._serve, "127.0.0.1", 0, max_size=None, compression=None, ssl=ssl_context, open_timeout=PATIENCE
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        scheme = "ws" if ssl_context is None else "wss"
        self.port = self._server.socket.getsockname()[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self.peers:
            peer.reset()
        self._server.shutdown()
        self._thread.join(PATIENCE)

    @property
    def paid(self) -> list[Item]:
        """What would have been billed."""
        free = {"ping", "authentication", "getResponse", "getTaskDetails"}
        return [task for task in self.received if task["taskType"] not in free]

    def wait_for(self, truth: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until something is true of what was received."""
        with self._changed:
            assert self._changed.wait_for(truth, patience), "it did not happen in time"

    def _serve(self, connection: ServerConnection) -> None:
        with self._changed:
            peer = Peer(connection, len(self.peers) + 1)
            self.peers.append(peer)
            self._changed.notify_all()
        with suppress(ConnectionClosed, OSError):
            for message in connection:
                for task in json.loads(message):
                    with self._changed:
                        peer.tasks.append(task)
                        self.received.append(task)
                        self._changed.notify_all()
                    self.answer(peer, task)


def eventually(truth: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something is true that nothing announces."""
    until = time.monotonic() + patience
    pause = threading.Event()
    while not truth():
        assert time.monotonic() < until, "it did not happen in time"
        pause.wait(0.01)
