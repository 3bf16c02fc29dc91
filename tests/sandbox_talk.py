"""A plain websocket conversation with the sandbox, on the `websockets` library: none of our client is in it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from runware_sync.sandbox import Sandbox

PATIENCE = 10.0
QUIET = 0.15


class Talk:
    """One connection to the sandbox."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, *tasks: dict[str, Any]) -> None:
        """Send tasks in one frame."""
        self.socket.send(json.dumps(tasks))

    def hear(self, timeout: float = PATIENCE) -> Any:
        """Return the next frame."""
        return json.loads(self.socket.recv(timeout))

    def ask(self, *tasks: dict[str, Any]) -> Any:
        """Send tasks in one frame; return the next frame."""
        self.say(*tasks)
        return self.hear()

    def items(self, count: int) -> list[dict[str, Any]]:
        """Return the next `count` items of `data`, from as many frames as it takes."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += self.hear()["data"]
        return found

    def is_quiet(self, seconds: float = QUIET) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            self.socket.recv(seconds)
        except TimeoutError:
            return True
        return False

    def sign_in(self, session: str | None = None, key: str = "rk_demo_0001") -> Any:
        """Send a sign-in; return the answer."""
        resumed = {} if session is None else {"connectionSessionUUID": session}
        return self.ask({"taskType": "authentication", "apiKey": key, **resumed})


@contextmanager
def dial(sandbox: Sandbox, query: str = "", **settings: Any) -> Iterator[Talk]:
    """Open a connection without signing in."""
    options: dict[str, Any] = {"compression": None, "max_size": None, "close_timeout": 0.3, "ping_interval": None}
    with connect(sandbox.url + query, **{**options, **settings}) as socket:
        yield Talk(socket)


@contextmanager
def talk(sandbox: Sandbox, session: str | None = None, query: str = "") -> Iterator[Talk]:
    """Open a connection and sign in."""
    with dial(sandbox, query) as found:
        found.sign_in(session)
        yield found


def session_of(answer: Any) -> str:
    """Return the session's UUID in the answer to a sign-in."""
    return str(answer["data"][0]["connectionSessionUUID"])


def image(task_uuid: str | None = None, **parameters: Any) -> dict[str, Any]:
    """Return an `imageInference` task for a small picture."""
    return {
        "taskType": "imageInference",
        "taskUUID": task_uuid or str(uuid.uuid4()),
        "model": "demo:101@1",
        "positivePrompt": "a paper boat on a pond",
        "width": 128,
        "height": 128,
        **parameters,
    }


def question(task_uuid: str, kind: str = "getResponse") -> dict[str, Any]:
    """Return a question about a task."""
    return {"taskType": kind, "taskUUID": task_uuid}
