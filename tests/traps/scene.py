"""What the tests of the traps share: names, and the small talk of a scripted server."""

import threading
from typing import Any

from server import Answer, Item, Peer, ScriptedServer, instantly

KEY = "key-of-a-test-4711"
ROOT = "6f3c1b52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
SMALL: dict[str, Any] = {"model": "runware:101@1", "width": 128, "height": 128}
QUESTIONS = {"getResponse", "getTaskDetails"}


def small_talk(peer: Peer, task: Item) -> bool:
    """Answer a sign-in or a ping; tell whether the task was one."""
    if task["taskType"] not in {"authentication", "ping"}:
        return False
    instantly(peer, task)
    return True


def to_tasks(reply: Answer) -> Answer:
    """Return what answers sign-ins and pings as they should be, and all else by a reply."""

    def answer(peer: Peer, task: Item) -> None:
        if not small_talk(peer, task):
            reply(peer, task)

    return answer


def address(task: Item, **facts: Any) -> Item:
    """Return how an item or an error begins that names the task."""
    return {"taskType": task["taskType"], "taskUUID": task["taskUUID"], **facts}


def received(server: ScriptedServer, *kinds: str) -> list[Item]:
    """Return what came of these task types."""
    return [task for task in server.received if task["taskType"] in kinds]


def readers() -> list[threading.Thread]:
    """Return the threads that own a socket."""
    return [thread for thread in threading.enumerate() if thread.name == "runware-reader"]
