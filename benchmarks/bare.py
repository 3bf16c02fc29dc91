"""The other half of each pair: websocket-client as it is, one socket, one thread, the same JSON."""

import base64
import json
import uuid
from typing import Any

import websocket

__all__ = ["Bare"]


class Bare:
    """A connection that is signed in.

    UTF-8 validation is off, as it is in this library, so that the comparison is with the faster form.

    Args:
        url: Address of the server.
    """

    def __init__(self, url: str) -> None:
        self._socket = websocket.create_connection(url, timeout=60, skip_utf8_validation=True, suppress_origin=True)
        self._socket.send(json.dumps([{"taskType": "authentication", "apiKey": "k"}]))
        assert "connectionSessionUUID" in json.loads(self._socket.recv())["data"][0]

    def call(self, task: dict[str, Any]) -> dict[str, Any]:
        """Send a task under a fresh UUID, and return the item that answers it."""
        chosen = str(uuid.uuid4())
        self._socket.send(json.dumps([{**task, "taskUUID": chosen}]))
        item: dict[str, Any] = json.loads(self._socket.recv())["data"][0]
        assert chosen == item["taskUUID"]
        return item

    def pipeline(self, task: dict[str, Any], count: int, in_flight: int) -> None:
        """Make many calls, with so many on their way at one time; answers are matched by UUID.

        Args:
            task: What to send, under a fresh UUID each time.
            count: How many calls.
            in_flight: How many may wait for their answers.
        """
        waiting: dict[str, dict[str, Any] | None] = {}
        sent = answered = 0
        while answered < count:
            while sent < count and sent - answered < in_flight:
                chosen = str(uuid.uuid4())
                waiting[chosen] = None
                self._socket.send(json.dumps([{**task, "taskUUID": chosen}]))
                sent += 1
            for item in json.loads(self._socket.recv())["data"]:
                assert waiting[item["taskUUID"]] is None
                waiting[item["taskUUID"]] = item
                answered += 1

    def large(self, task: dict[str, Any]) -> bytes:
        """Make a call whose result comes as base64, and return its bytes."""
        return base64.b64decode(self.call(task)["imageBase64Data"])

    def upload(self, content: bytes) -> str:
        """Send a picture inline, and return the UUID that it is stored under."""
        image = "data:image/png;base64," + base64.b64encode(content).decode()
        stored: str = self.call({"taskType": "imageUpload", "image": image})["imageUUID"]
        return stored

    def close(self) -> None:
        """Close the connection."""
        self._socket.close(timeout=1)
